"""A framework over a city, as a person reads it: code by code, value by value, and what nothing stands for."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from almena.cli import speak
from almena.packs.language import count, from_table, say
from almena.packs.retelling import retell


def tell_view(found: dict[str, Any]) -> None:
    """
    Print a view.

    Parameters
    ----------
    found : dict
        As `almena.app.pack_views.view_pack` returns it.
    """
    pack = found["pack"]
    speak.say(f"{pack['title']} ({pack['id']} {pack['version']})")
    for note in pack["notes"]:
        speak.say("  " + say("note: {note}", note=note))
    shown = [entry for entry in found["entries"] if entry["indicators"]]
    for part, entries in groupby(shown, key=lambda entry: entry["part"]):
        if part:
            speak.say(f"\n{part}")
        for entry in entries:
            _tell_entry(entry)
    _tell_unmapped([e for e in found["entries"] if not e["indicators"] and not e["is_heading"]])
    _tell_counts(found["counts"], found["by"])


def _tell_entry(entry: dict[str, Any]) -> None:
    if entry["why"]:
        for told in entry["indicators"]:
            _tell_values(told, told["indicator"])
        speak.say("    " + say("here because: {reason}", reason=entry["why"]))
        return
    speak.say(f"{entry['code']}  {entry['title']}")
    for told in entry["indicators"]:
        if told["title"] == entry["title"]:
            _tell_values(told, "")
            continue
        _tell_values(told, say("{kind}: {indicator}", kind=_kind(told["kind"]), indicator=told["indicator"]))
        if told["note"]:
            speak.say("    " + say("note: {note}", note=retell(told["note"])))
    for share in entry["shares"]:
        _tell_share(share)


def _tell_share(share: dict[str, str]) -> None:
    """Tell a published share with the base that it was taken of; shares of other bases cannot be compared."""
    told = say(
        "published: {share} of {base} answered: {answer}",
        share=share.get("published") or f"{share['share']} %",
        base=f"{share['base']}, {share['region']}" if share["region"] else share["base"],
        answer=share["answer"],
    )
    speak.say(f"    {told}")


def _kind(kind: str) -> str:
    told = {
        "same": say("the same"),
        "narrower": say("narrower, measures a part"),
        "broader": say("broader, measures more"),
        "related": say("related, measures something near"),
    }
    return told.get(kind, kind)


def _tell_values(told: dict[str, Any], label: str) -> None:
    if label:
        title = from_table("cards", told["title"])
        speak.say(f"  {label} – {title}")
    for value in told["values"]:
        speak.say(f"    {_value(value)}")
    if told["gap"]:
        gap = told["gap"]
        who = from_table("cards", gap["who"])
        reason = retell(gap["reason"])
        asked = say("not known: {reason}; ask: {who}", reason=reason, who=who)
        speak.say("    " + (asked if who else say("not known: {reason}", reason=reason)))


def _value(value: dict[str, Any]) -> str:
    shown = value["value"]
    if isinstance(shown, int | float) and not isinstance(shown, bool):
        shown = speak.number(shown, value["decimals"])
    if isinstance(shown, list):
        shown = ", ".join(str(part) for part in shown)
    parts = [f"{shown} {from_table('units', value['unit'])}".strip()]
    if value["low"] is not None and value["high"] is not None:
        low, high = (speak.number(value[side], value["decimals"]) for side in ("low", "high"))
        parts.append("(" + say("{low} to {high}", low=low, high=high) + ")")
    said = [value["date"], value["by"], _use(value["use"])]
    return " ".join(parts) + "".join(f", {part}" for part in said if part)


def _use(use: str) -> str:
    return {"decide": say("decide"), "discuss": say("discuss"), "context": say("context")}.get(use, use)


def _tell_unmapped(entries: list[dict[str, Any]]) -> None:
    if entries:
        speak.say("\n" + say("Nothing here stands for:"))
    for entry in entries:
        speak.say(f"  {entry['code']}  {entry['title']}")


def _tell_counts(counts: dict[str, Any], by: str) -> None:
    speak.say("")
    if by != "codes":
        indicators = count(
            "{known} of {number} indicator has a value.",
            "{known} of {number} indicators have a value.",
            counts["codes"],
            known=counts["known"],
        )
        questions = count(
            "{known} of {number} question has an answer or a value.",
            "{known} of {number} questions have an answer or a value.",
            counts["codes"],
            known=counts["known"],
        )
        speak.say(indicators if by == "theme" else questions)
        return
    told = count(
        "{mapped} of {number} code has an indicator here, {known} a value.",
        "{mapped} of {number} codes have an indicator here, {known} a value.",
        counts["codes"],
        mapped=counts["mapped"],
        known=counts["known"],
    )
    speak.say(told)
    if counts["unmapped_share"] is not None:
        share = speak.number(100 * counts["unmapped_share"])
        speak.say(say("Not mapped: {share} %.", share=share))
