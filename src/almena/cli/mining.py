"""The verb that mines documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.looking import login_name
from almena.cli.root import City, Json, alone, app
from almena.cli.searching import place_in
from almena.packs.language import count, say


@app.command()
def mine(
    directory: City,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Documents: PDF, DOCX, HTML, text, sheets.")
    ] = None,
    show_coverage: Annotated[
        bool, typer.Option("--coverage", help="Show which cards have a candidate in which document.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Who mines; your login name when left out.")] = "",
    as_json: Json = False,
) -> int:
    """Propose what documents say, with quotation and page."""
    from almena.app.mine import coverage, mine_documents

    if show_coverage:
        found = coverage(directory)
        if as_json:
            speak.print_json(found)
        else:
            _tell_coverage(found)
        return speak.DONE
    found = mine_documents(directory, files or [], alone(by or login_name()))
    if as_json:
        speak.print_json(found)
    else:
        _tell(found)
    return speak.DONE


def _tell(found: Mapping[str, Any]) -> None:
    from almena.mine.confidence import OFFERED

    candidates: Sequence[Mapping[str, Any]] = found["candidates"]
    offered = [c for c in candidates if c["confidence"] >= OFFERED]
    for c in sorted(offered, key=lambda c: -c["confidence"]):
        value = "" if c["value"] is None else f"{c['value']:g} {c['unit']}"
        speak.say(
            f"{c['confidence']:.2f}  {c['kind']}  {c['indicator']}  {value}  {c['place']}  {c['period']}"
        )
        speak.say(f"      {place_in(c)}: «{c['quotation'][:200]}»")
    for problem in found["contradictions"]:
        speak.say(problem["what"])
    speak.say(count("{number} candidate", "{number} candidates", len(candidates)))
    if weak := len(candidates) - len(offered):
        speak.say(
            say(
                "{number} of them are more likely wrong than right: {option} lists them.",
                number=weak,
                option="--json",
            )
        )
    speak.say(say("{new} of them are new.", new=found["new"]))
    speak.say(
        say("All of them are proposed: none enters the profile. Read each at its page before you use it.")
    )


def _tell_coverage(found: Mapping[str, Any]) -> None:
    for card, documents in found["covered"].items():
        speak.say(f"{card}: {', '.join(documents)}")
    speak.say(
        count("{number} card has no candidate", "{number} cards have no candidate", len(found["silent"]))
    )
