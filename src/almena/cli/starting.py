"""The verb at the front door: start."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.looking import login_name
from almena.cli.root import City, Json, alone, app
from almena.model.problem import AlmenaError
from almena.packs.language import count, from_table, say

ENOUGH = "."
"""What ends the questions before the last one."""


@app.command()
def start(
    directory: City,
    name: Annotated[str, typer.Option("--name", help="Name of the city, when it has no folder yet.")] = "",
    country: Annotated[str, typer.Option("--country", help="Its country, ISO 3166-1 alpha-3.")] = "",
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="question=option, or question=option,option.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who answers; your login name when left out.")] = "",
    as_json: Json = False,
) -> int:
    """Answer plain questions and learn what presses the city."""
    from almena.app.start import answer_at_the_door, begin_if_new
    from almena.store.folder import is_city

    asked = not as_json and not answer and sys.stdin is not None and sys.stdin.isatty()
    if asked and not is_city(directory) and not name:
        name, country = _asked_for_place()
    made = begin_if_new(directory, name, country)
    given = _given(answer or [])
    settings = alone(by or login_name())
    found = answer_at_the_door(directory, given, settings)
    if asked:
        if made:
            speak.say(say("City folder made: {folder}", folder=directory))
        answers = interview(found["questions"], input)
        found = answer_at_the_door(directory, answers, settings)
    if as_json:
        speak.print_json(found)
        return speak.DONE
    _tell(found, speak.quoted(directory))
    return speak.DONE


def interview(questions: Sequence[Mapping[str, Any]], read: Callable[[str], str]) -> dict[str, list[str]]:
    """
    Ask the questions one by one, with numbers for their options.

    Parameters
    ----------
    questions : sequence of mapping
        As `almena.app.start.as_document` gives them.
    read : callable
        Takes a prompt and returns a line.

    Returns
    -------
    dict of str to list of str
        What was answered; a question passed over with an empty line is absent.
    """
    speak.say(say("Give the number of an answer, several with commas. Enter passes on, a full stop ends."))
    answers: dict[str, list[str]] = {}
    for number, question in enumerate(questions, 1):
        line = _one_answer(number, len(questions), question, read)
        if line == [ENOUGH]:
            break
        if line:
            answers[question["id"]] = line
    return answers


def _one_answer(number: int, of: int, question: Mapping[str, Any], read: Callable[[str], str]) -> list[str]:
    text = from_table("start_questions", question["text"])
    helped = from_table("start_questions", question["help"]) if question["help"] else ""
    speak.say(f"\n{number}/{of}  {text}" + (f"  ({helped})" if helped else ""))
    options = question["options"]
    for place, option in enumerate(options, 1):
        mark = "*" if option["id"] in question["answer"] else " "
        speak.say(f"  {mark} {place:>2}  {from_table('start_options', option['label'])}")
    while True:
        try:
            line = read("> ").strip()
        except EOFError:
            return [ENOUGH]
        if line in ("", ENOUGH):
            return [line] if line else []
        if not options:
            return [line]
        chosen = _numbered(line, options)
        if chosen and (question["choose"] == "many" or len(chosen) == 1):
            return chosen
        speak.say(say("Please give numbers from 1 to {last}.", last=len(options)))


def _numbered(line: str, options: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the options of the numbers in a line, none when one of them is no number of an option."""
    parts = line.replace(",", " ").split()
    if not all(part.isdecimal() and 1 <= int(part) <= len(options) for part in parts):
        return []
    return list(dict.fromkeys(options[int(part) - 1]["id"] for part in parts))


def _asked_for_place() -> tuple[str, str]:
    try:
        return input(say("Name of the city: ")), input(say("Its country, three letters: "))
    except EOFError:
        return "", ""


def _given(answers: Sequence[str]) -> dict[str, list[str]]:
    wrong = [each for each in answers if "=" not in each]
    if wrong:
        remedy = "Write --answer question=option; `almena start DIR --json` lists both."
        raise AlmenaError.of("An answer names no question", wrong[0], remedy=remedy)
    from almena.packs.start import front_door

    chosen = front_door().options
    given: dict[str, list[str]] = {}
    for each in answers:
        question, options = each.split("=", 1)
        parts = options.split(",") if question.strip() in chosen else [options]
        given.setdefault(question.strip(), []).extend(parts)
    return given


def _tell(found: Mapping[str, Any], folder: str) -> None:
    told = count("{number} question answered.", "{number} questions answered.", found["answered"])
    speak.say(f"\n{told}")
    if not found["needs"]:
        speak.say(say("Nothing can be said yet: answer some questions first."))
        speak.say(say("The questions: {command}", command=f"almena start {folder} --json"))
        return
    if found["asked_for"]:
        label = next(
            o["label"] for q in found["questions"] for o in q["options"] if o["id"] == found["asked_for"]
        )
        asked = from_table("start_options", label)
        speak.say(say("You were asked for: {wish}. The answers speak for something else first.", wish=asked))
    for place, need in enumerate(found["needs"], 1):
        _tell_need(place, need)
    open_ones = [q for q in found["questions"] if q["id"] in found["could_change"]]
    if open_ones:
        speak.say(f"\n{say('An answer to one of these could put another need first:')}")
        for question in open_ones[:5]:
            speak.say(f"  {from_table('start_questions', question['text'])}")
    speak.say("")
    speak.say(say("The report and the lists of questions now begin with this."))
    speak.say(say("Next: {command}", command=f"almena ask {folder}"))


def _tell_need(place: int, need: Mapping[str, Any]) -> None:
    speak.say(f"\n{place}. {from_table('start_needs', need['title'])}")
    speak.say(f"   {from_table('start_needs', need['meaning'])}.")
    for reason in need["because"][:5]:
        speak.say("   " + say("because {reason}", reason=from_table("start_rules", reason["because"])))
    for reason in need["against"]:
        speak.say("   " + say("but {reason}", reason=from_table("start_rules", reason["because"])))
    _tell_system(need)
    speak.say("   " + say("first step: {step}", step=from_table("start_needs", need["first_step"])))
    speak.say("   " + say("ask first: {office}", office=from_table("start_needs", need["ask"])))


def _tell_system(need: Mapping[str, Any]) -> None:
    from almena.packs.loader import load_elements

    titles = {e.id: from_table("elements", e.title) for e in load_elements().values()}
    carried = ", ".join(titles[e] for e in need["elements"])
    speak.say("   " + say("in the urban system: {elements}", elements=carried))
    if need["leaned_on"]:
        leaning = ", ".join(titles[e] for e in need["leaned_on"])
        text = say(
            "{heart} is needed by: {elements} (our proposal)",
            heart=titles[need["elements"][0]],
            elements=leaning,
        )
        speak.say("   " + text)
