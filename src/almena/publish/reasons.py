"""Reasons for gaps and for weak values, in as few words as a reader needs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from almena.model.card import Card, Role
from almena.model.observation import Observation
from almena.packs.language import from_table, say
from almena.packs.retelling import retell
from almena.publish.wording import listed
from almena.publish.words import word

_ID = re.compile(r" \((\w+)\)")
_JOINT = "; "
NO_FILE = "no usable file fills"  # how the runner begins the reason of a gap for want of a file


def short_reason(reason: str) -> str:
    """Return why a value is not fit to decide as short words; the account holds the full sentence."""
    parts = dict.fromkeys(word("because", part).word for part in reason.split(_JOINT) if part)
    return " · ".join(parts)


def because_text(part: str) -> str:
    """Return one of the rules behind a use class as a full clause."""
    told = from_table("use_class", part)
    return retell(part) if told == part else told


def plain_reason(observation: Observation, roles: Mapping[str, Role]) -> str:
    """Return why a value is missing without the ids of roles, which only those who write a kit need."""
    reason = observation.reason
    plain = _ID.sub(lambda found: "" if found.group(1) in roles else found.group(), reason)
    if is_for_want_of_files(observation):
        return word("reason", NO_FILE).word + (_named(reason, roles) or plain.removeprefix(NO_FILE))
    return retell(plain)


def _named(reason: str, roles: Mapping[str, Role]) -> str:
    """Return the titles of the roles that a reason names, if it names nothing else."""
    absent = _ID.findall(reason)
    if not absent or any(role not in roles for role in absent) or len(absent) != reason.count(",") + 1:
        return ""
    return ": " + ", ".join(roles[role].title.lower() for role in absent)


def is_for_want_of_files(observation: Observation) -> bool:
    """Tell whether a value is missing because files are; then the reason says already what would close the gap."""
    return observation.is_missing and observation.reason.startswith(NO_FILE)


def closing(observation: Observation, card: Card, roles: Mapping[str, Role]) -> str:
    """Return what would close a gap: the files that are missing, or else what its card asks for."""
    absent = _ID.findall(observation.reason) if is_for_want_of_files(observation) else []
    titles = [roles[role].title for role in absent if role in roles]
    if titles and len(titles) == len(absent):
        return f"{word('reason', 'load').word} {listed(t[:1].lower() + t[1:] for t in titles)}"
    return (observation.remedy or card.remedy).removeprefix(say("Ask: "))
