"""The verb that diagnoses: what follows from what was entered, and what speaks against it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.root import City, Json, Language, alone, app
from almena.model.problem import Problem
from almena.packs.language import count, say, spoken

SHOWN = 10
"""Lines of each list on the terminal; all of them are in the JSON document and in the documents."""


@app.command()
def diagnose(
    directory: City,
    hazard: Annotated[str, typer.Option("--hazard", help="Only what concerns this shock.")] = "",
    indicator: Annotated[str, typer.Option("--indicator", help="Only what concerns this indicator.")] = "",
    priority: Annotated[
        str, typer.Option("--priority", help="Only what concerns this priority matter.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Write both documents there: page, PDF and DOCX."),
    ] = None,
    edition: Annotated[str, typer.Option("--edition", help="Of the documents: public or city.")] = "public",
    language: Language = "",
    as_json: Json = False,
) -> int:
    """Diagnose what the city entered: risks, causes, contradictions."""
    from almena.app.diagnose import diagnosis_of
    from almena.app.diagnosis_report import report_of

    settings = alone(language=language)
    words = alone(language=language if as_json else language or spoken().code)
    found = report_of(diagnosis_of(directory, words), hazard=hazard, indicator=indicator, priority=priority)
    found["written"] = _write(directory, out, edition, settings) if out else []
    if as_json:
        speak.print_json(found)
    else:
        _tell(found)
    return speak.DONE


def _write(directory: Path, out: Path, edition: str, settings: Any) -> list[str]:
    from almena.app.exports import write_documents

    return [str(path) for path in write_documents(directory, out, edition=edition, settings=settings)]


def _tell(found: dict[str, Any]) -> None:
    if found["illustration"]:
        speak.say(say("Illustration, not adopted by the municipality."))
    if not any(number for name, number in found["entries"].items() if name != "judgements"):
        _tell_beginning()
    names = found["names"]
    _tell_risks(found, names)
    _tell_triggers(found, names)
    if found["indicator"]:
        _tell_indicator(found["indicator"], names)
    _tell_red(found, names)
    _tell_priorities(found, names)
    _tell_progress(found, names)
    _tell_contradictions(found["contradictions"])
    for path in found["written"]:
        speak.say(say("Written: {path}", path=path))


def _tell_beginning() -> None:
    speak.say(say("Nothing was entered yet: no shock, no stress, no priority matter."))
    speak.say(
        say("Begin with `almena start DIR`, fill empty lists with `almena register DIR all template OUT`,")
    )
    speak.say(say("or bring the lists that the city has in with `almena import DIR FILES`."))


def _heading(text: str) -> None:
    speak.say("\n" + text)


def _tell_risks(found: dict[str, Any], names: dict[str, str]) -> None:
    if found["risks"]:
        _heading(say("Shocks by recorded effect"))
    for risk in found["risks"][:SHOWN]:
        direct = risk["sums"][0]
        people = say("not known") if direct["value"] is None else speak.number(direct["value"])
        speak.say(
            count(
                "{title}: {records} record, {span}; people directly affected: {people} "
                "({known} of {records} records say so)",
                "{title}: {records} records, {span}; people directly affected: {people} "
                "({known} of {records} records say so)",
                len(risk["records"]),
                title=risk["title"],
                records=len(risk["records"]),
                span=" – ".join(dict.fromkeys(day for day in (risk["first"], risk["last"]) if day)) or "–",
                people=people,
                known=direct["known"],
            )
        )
        _tell_list(say("hit"), risk["elements"], names)
        _tell_list(say("red indicators"), [*risk["red"], *risk["nearby_red"]], names)
    _tell_rest(len(found["risks"]))
    if found["unrecorded"]:
        text = count(
            "{number} kind of shock has no record, which does not mean that it cannot happen.",
            "{number} kinds of shock have no record, which does not mean that they cannot happen.",
            len(found["unrecorded"]),
        )
        speak.say(text)


def _tell_list(what: str, ids: list[str], names: dict[str, str]) -> None:
    if ids:
        shown = [names.get(i, i) for i in ids[:SHOWN]]
        rest = [say("and {number} more", number=len(ids) - SHOWN)] if len(ids) > SHOWN else []
        speak.say(f"  {what}: {'; '.join([*shown, *rest])}")


def _tell_rest(number: int) -> None:
    if number > SHOWN:
        speak.say(say("… and {number} more: use --json.", number=number - SHOWN))


def _tell_triggers(found: dict[str, Any], names: dict[str, str]) -> None:
    if found["triggers"]:
        _heading(say("What shocks set off, by the city's own records"))
    for trigger in found["triggers"][: 2 * SHOWN]:
        path = " → ".join(names.get(step, step) for step in trigger["path"])
        records = sorted({record for step in trigger["records"] for record in step})
        speak.say(
            say("{path} (order {order}; records {records})", path=path, order=trigger["order"],
                records=", ".join(records[:SHOWN]))
        )  # fmt: skip
    if found["possible"]:
        text = count(
            "{number} further chain is possible by the literature; no record of the city shows it.",
            "{number} further chains are possible by the literature; no record of the city shows them.",
            len(found["possible"]),
        )
        speak.say(text)


def _tell_indicator(indicator: dict[str, Any], names: dict[str, str]) -> None:
    _heading(indicator["title"])
    for help_ in indicator["helps"]:
        speak.say("  " + help_text(help_, names))
    if not indicator["helps"]:
        speak.say(say("No record and no attachment ties it to a shock."))


def help_text(help_: dict[str, Any], names: dict[str, str]) -> str:
    """Return in words why an improvement would help against a shock."""
    through, hazard = (names.get(help_[key], help_[key]) for key in ("through", "hazard"))
    records = ", ".join(help_["records"])
    told = {
        "attached": say("{hazard}: attached to it for {through}", hazard=hazard, through=through),
        "follows": say("{hazard}: follows from {through} (records {records})", hazard=hazard, through=through,
                       records=records),
        "place": say("{hazard}: hit {through} (records {records})", hazard=hazard, through=through, records=records),
    }  # fmt: skip
    return told[help_["way"]]


def _tell_red(found: dict[str, Any], names: dict[str, str]) -> None:
    if found["red"]:
        _heading(say("Red indicators, those that most hangs on first"))
    for red in found["red"][:SHOWN]:
        value = f" {red['value']} {red['unit']}".rstrip()
        who = say("judged by a person") if red["set_by"] == "person" else say("proposed by a cut-off")
        speak.say(f"{red['title']}{value} [{red['indicator']}; {who}]")
        _tell_list(say("would help against"), red["helps_against"], names)
    _tell_rest(len(found["red"]))


def _tell_priorities(found: dict[str, Any], names: dict[str, str]) -> None:
    if found["priorities"]:
        _heading(say("Priority matters"))
    for matter in found["priorities"][:SHOWN]:
        speak.say(
            say("{title}: {red} red, {green} green indicators speak against it, {open} not judged",
                title=matter["title"], red=len(matter["red"]), green=len(matter["speaks_against"]),
                open=len(matter["without_colour"]))
        )  # fmt: skip
        _tell_list(say("shocks"), matter["hazards"], names)
        _tell_list(say("stresses"), matter["stresses"], names)
    _tell_rest(len(found["priorities"]))


def _tell_progress(found: dict[str, Any], names: dict[str, str]) -> None:
    rows = [p for p in found["progress"] if p["kind"] == "all" and (p["done"] or not p["place"])]
    if rows:
        _heading(say("How far the questions are answered"))
    whole = say("All elements")
    speak.table(
        (names.get(p["place"], p["place"]) or whole, f"{p['done']}/{p['total']}", _percent(p["share"]))
        for p in rows
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{speak.number(share)} %"


def _tell_contradictions(problems: list[dict[str, Any]]) -> None:
    if problems:
        _heading(
            count(
                "{number} thing that cannot be true, or should be looked at again:",
                "{number} things that cannot be true, or should be looked at again:",
                len(problems),
            )
        )
    for problem in problems:
        speak.say(speak.problem_text(Problem(**problem)))
