"""What a sentence does with a figure: states it, promises it, supposes it, denies it, compares with it."""

from __future__ import annotations

import re

from almena.mine.numerals import Quantity
from almena.packs.mining import load_cue

FACT, TARGET, EXAMPLE, NEGATED, CHANGE, COMPARISON, PRICE, CODE, NORM = (
    "fact",
    "target",
    "example",
    "negated",
    "change",
    "comparison",
    "price",
    "code",
    "norm",
)
# From the example in tests/mine: cues act over about a clause.
_CLAUSE, _NEAR, _BESIDE = 110, 34, 26
_PARTS = re.compile(r"[;:]\s|,\s(?:and|while|whereas|enquanto|mientras|tandis|mas|but|pero|mais|e)\s")


def stance(folded: str, quantity: Quantity, language: str, heading: str, due: bool) -> str:
    """Return what the sentence does with the quantity; `heading` is folded, `due` tells of a term set in the future."""
    if is_code(folded, quantity, language):
        return CODE
    before = _clause_before(folded, quantity.start)
    near = folded[max(0, quantity.start - _NEAR) : quantity.start]
    after = folded[quantity.end : quantity.end + _BESIDE]
    if load_cue("example", language).search(folded):
        return EXAMPLE
    if load_cue("negation", language).search(near):
        return NEGATED
    if quantity.unit_class == "money" and _priced(folded, quantity, language):
        return PRICE
    if load_cue("norm", language).search(folded[max(0, quantity.start - 40) : quantity.end + 30]):
        return NORM
    if due or load_cue("target", language).search(before) or _is_list_of_targets(heading):
        return TARGET
    behind = folded[quantity.end : quantity.end + 50]
    if re.match(r"\s(?:until|by|ate|hasta|d'ici)\s20\d\d", behind) or _MUST.search(behind):
        return TARGET
    if load_cue("comparison", language).match(after.strip()):
        return COMPARISON
    if quantity.unit_class in ("share", "points") and load_cue("change", language).search(near):
        return CHANGE
    return FACT


_MUST = re.compile(
    r"^[^.,;]{0,40}\b(?:will|shall|could|serao|sera|deverao|deveran|podran|poderao|poderiam|seront|devront|pourraient)\b"
)


def is_code(folded: str, quantity: Quantity, language: str) -> bool:
    """Tell whether the number counts laws, pages, figures or roads rather than things."""
    before = folded[max(0, quantity.start - 24) : quantity.start]
    said = list(load_cue("law", language).finditer(before))
    return (
        bool(said) and len(before) - said[-1].end() <= 5 and not re.search(r"[:=]", before[said[-1].end() :])
    )


def bounds(folded: str, quantity: Quantity, language: str) -> str:
    """Return ``approximate``, ``at least``, ``at most`` or nothing, from the words right before the number."""
    before = folded[max(0, quantity.start - 18) : quantity.start]
    for cue, said in (("at_least", "at least"), ("at_most", "at most"), ("approximate", "approximate")):
        found = list(load_cue(cue, language).finditer(before))
        if found and len(before) - found[-1].end() <= 3:
            return said
    return ""


def group(folded: str, quantity: Quantity, language: str) -> str:
    """Return women, men or rural when the words next to the number say so."""
    after = folded[quantity.start : quantity.end + 30]
    for name in ("women", "men", "rural"):
        if load_cue(name, language).search(after):
            return name
    return ""


def _clause_before(folded: str, start: int) -> str:
    before = folded[max(0, start - _CLAUSE) : start]
    return _PARTS.split(before)[-1]


def _priced(folded: str, quantity: Quantity, language: str) -> bool:
    around = folded[max(0, quantity.start - 60) : quantity.end + 40]
    return bool(load_cue("price", language).search(around))


def _is_list_of_targets(heading: str) -> bool:
    last = heading.rsplit("/", 1)[-1]
    if re.search(r"\b(?:cenarios?|scenarios?|escenarios?|projec\w+|proyecc\w+|projections?)\b", last):
        return True
    return (
        bool(re.search(r"\b(?:metas?|targets?|objetivos?|goals?|cibles?|objectifs?)\b", last))
        or "المستهدف" in last
    )
