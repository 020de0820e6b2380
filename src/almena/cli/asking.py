"""Verbs that ask the city and take its answers: ask, answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.root import City, Json, Language, alone, app
from almena.model.problem import AlmenaError, Problem
from almena.packs.language import count, from_table, say

SHOWN = 40
"""Questions printed on a screen; the document and the forms hold all of them."""


@app.command()
def ask(
    directory: City,
    office: Annotated[
        str, typer.Option("--for", help="Office that is asked, such as water; a part of its name will do.")
    ] = "",
    element: Annotated[str, typer.Option("--element", help="Only this urban element.")] = "",
    pack: Annotated[str, typer.Option("--pack", help="Only questions of this pack.")] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Write a form: .pdf for paper, .xlsx, .xlsform.xlsx for KoBo and ODK, .csv, .json."
        ),
    ] = None,
    as_kind: Annotated[
        str, typer.Option("--as", help="workbook, xlsform, paper, csv or json, when the ending does not say.")
    ] = "",
    form: Annotated[
        Path | None,
        typer.Option("--form", help="Also write a table, CSV or JSON, to type the paper's answers into."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is answered already.")] = False,
    language: Language = "",
    as_json: Json = False,
) -> int:
    """List what the city is still to be asked, or write it as a form for one office."""
    from almena.app.asking import Wish, open_questions, write_form

    wish = Wish(office, element, pack, everything)
    settings = alone(language=language)
    if out is None and form is not None:
        out, form = form, None
    if out is None:
        found = open_questions(directory, wish, settings)
        speak.print_json(found) if as_json else _tell_questions(found, directory)
        return speak.DONE
    done = write_form(directory, wish, out, kind=as_kind, typing=form, settings=settings)
    speak.print_json(done) if as_json else _tell_form(done, directory)
    return speak.DONE


def _tell_questions(found: dict[str, Any], directory: Path) -> None:
    if any(row["presses"] for row in found["questions"]):
        needs = "; ".join(from_table("start_needs", need["title"]) for need in found["needs"])
        speak.say(say("First what presses: {needs}", needs=needs))
    for row in found["questions"][:SHOWN]:
        minutes = speak.number(row["minutes"], 0 if row["minutes"] == int(row["minutes"]) else 1)
        speak.say(say("{code}  {minutes} min  {text}", code=row["code"], minutes=minutes, text=row["text"]))
        if not found["office"]:
            speak.say("    " + say("ask: {who}", who=row["holder"]))
    rest = len(found["questions"]) - SHOWN
    if rest > 0:
        speak.say(count("… and {number} more", "… and {number} more", rest))
    _tell_sums(found)
    for one in found["disputed"]:
        command = f"almena answer {speak.quoted(directory)} {one['id']} --decide VOICE"
        speak.say(
            say(
                "{id} was answered differently by {voices}; to decide: {command}",
                id=one["id"],
                voices=", ".join(one["voices"]),
                command=f"`{command}`",
            )
        )
    if found["questions"]:
        office = found["office"] or found["offices"][0]["office"]
        command = f'almena ask {speak.quoted(directory)} --for "{office}" --out questions.pdf'
        speak.say(say("To print them for one office: {command}", command=f"`{command}`"))


def _tell_sums(found: dict[str, Any]) -> None:
    told = count(
        "{number} open question, about {minutes} minutes (assumed)",
        "{number} open questions, about {minutes} minutes (assumed)",
        len(found["questions"]),
        minutes=speak.number(found["minutes"]),
    )
    speak.say(told)
    if not found["office"]:
        for row in found["offices"]:
            speak.say(
                "  "
                + count(
                    "{office}: {number} question, about {minutes} minutes",
                    "{office}: {number} questions, about {minutes} minutes",
                    row["questions"],
                    office=row["office"],
                    minutes=speak.number(row["minutes"]),
                )
            )


def _tell_form(done: dict[str, Any], directory: Path) -> None:
    speak.say(say("Written: {file}", file=done["path"]))
    if done["typing"]:
        speak.say(say("Written: {file}", file=done["typing"]))
    told = count(
        "{number} question, about {minutes} minutes once the sources are at hand (assumed).",
        "{number} questions, about {minutes} minutes once the sources are at hand (assumed).",
        done["questions"],
        minutes=speak.number(done["minutes"]),
    )
    speak.say(told)
    back = _way_back(done, speak.quoted(directory))
    speak.say(say("When it comes back: {command}", command=f"`{back}`"))


def _way_back(done: dict[str, Any], directory: str) -> str:
    file = done["path"]
    if done["kind"] == "paper":
        file = done["typing"] or Path("answers.csv")
    if done["kind"] == "xlsform":
        file = Path("export.csv")
    return f"almena answer {directory} {speak.quoted(file)} --by NAME"


@app.command()
def answer(
    directory: City,
    question: Annotated[
        str, typer.Argument(metavar="QUESTION|FILE", help="Code or id of a question, or a filled form.")
    ],
    value: Annotated[str | None, typer.Argument(metavar="VALUE", help="The answer.")] = None,
    by: Annotated[str, typer.Option("--by", help="Who answers or hands the form in.")] = "",
    status: Annotated[str, typer.Option("--status", help="Such as complete, pending or not_available.")] = "",
    source: Annotated[str, typer.Option("--source", help="Document with its page, or file.")] = "",
    year: Annotated[str, typer.Option("--year", help="Year of the data.")] = "",
    source_type: Annotated[str, typer.Option("--source-type", help="Type of source.")] = "",
    scale: Annotated[str, typer.Option("--scale", help="Area that the data cover.")] = "",
    quality: Annotated[str, typer.Option("--quality", help="high, mid or low.")] = "",
    importance: Annotated[str, typer.Option("--importance", help="essential, important or secondary.")] = "",
    colour: Annotated[
        str, typer.Option("--colour", help="Your judgement: green, yellow, orange, red …")
    ] = "",
    comment: Annotated[str, typer.Option("--comment", help="What else should be known.")] = "",
    decide: Annotated[str, typer.Option("--decide", help="Whose answer counts, when several differ.")] = "",
    why: Annotated[str, typer.Option("--why", help="The reason of a decision.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: Json = False,
) -> int:
    """Store an answer, the answers of a filled form, or a decision between answers."""
    from almena.app.answering import answer_file, answer_one
    from almena.app.answering import decide as decide_between

    if not by.strip():
        why_not = "an answer is somebody's word"
        raise AlmenaError.of("Nobody is named", "--by", why_not, "Add --by NAME.")
    marks = {
        "status": status, "source": source, "year": year, "source_type": source_type, "scale": scale,
        "quality": quality, "importance": importance, "colour": colour, "comment": comment,
    }  # fmt: skip
    given = {name: text for name, text in marks.items() if text}
    settings = alone(by)
    if decide:
        decided = decide_between(directory, question, decide, why=why, settings=settings)
        told = say(
            "{question}: the answer of {voice} counts.", question=decided["question"], voice=decided["voice"]
        )
        speak.print_json(decided) if as_json else speak.say(told)
        return speak.DONE
    is_file = (
        value is None
        and not given
        and (Path(question).suffix.lower() in _ENDINGS or Path(question).is_file())
    )
    if is_file:
        found = answer_file(directory, Path(question), settings=settings, dry_run=dry_run)
    else:
        found = answer_one(directory, question, value, given, settings=settings, dry_run=dry_run)
    return _tell_answers(found, as_json=as_json)


_ENDINGS = (".xlsx", ".csv", ".json", ".ods", ".xls", ".pdf", ".xlsm")


def _tell_answers(found: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        speak.print_json(found)
    else:
        for one in found["answers"]:
            speak.say(f"{one['code']}  {one['shown'] or one['content'].get('status', '')}  ({one['voice']})")
        for form in found["forms"]:
            if form["repeated"]:
                speak.say(
                    say("{file}: handed in before with the same content; nothing changes.", file=form["file"])
                )
        told = (
            count("{number} answer accepted", "{number} answers accepted", found["accepted"])
            if found["stored"]
            else count(
                "{number} answer would be accepted", "{number} answers would be accepted", found["accepted"]
            )
        )
        speak.say(told)
    speak.complain([Problem(**p) for p in found["notes"]])
    speak.complain([Problem(**p) for p in found["refused"]], say("Not accepted:"))
    if found["refused"]:
        return speak.WITH_PROBLEMS if found["accepted"] else speak.NOTHING_DONE
    return speak.DONE
