"""The verb that looks into a city's documents: search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from almena.cli import speak
from almena.cli.root import City, Json, app
from almena.model.problem import Problem
from almena.packs.language import say


@app.command()
def search(
    directory: City,
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS…", help="Words that a passage holds, all of them.")
    ],
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="Passages shown.")] = 20,
    as_json: Json = False,
) -> int:
    """Find passages in the city's documents; accents, capitals and plural do not matter."""
    from almena.app.documents import search as look_for

    found = look_for(directory, " ".join(words), most)
    if as_json:
        speak.print_json(found)
    else:
        _tell(found)
    return speak.DONE


def _tell(found: dict[str, Any]) -> None:
    if found["notes"]:
        speak.complain((Problem(**p) for p in found["notes"]), say("Some documents cannot be read:"))
    if not found["hits"]:
        speak.say(say("No passage holds all of these words: {words}", words=found["words"]))
    for hit in found["hits"]:
        speak.say(f"{place_in(hit)}: {hit['snippet']}")


def place_in(found: Mapping[str, Any]) -> str:
    """Return where a passage stands: the document with its page, or with the passage where there are no pages."""
    document = found["document"]
    if found["box"]:
        return say("{document}, page {page}", document=document, page=found["page"])
    return say("{document}, passage {passage}", document=document, passage=found["passage"])
