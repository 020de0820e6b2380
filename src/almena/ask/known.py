"""What entries may refer to, while files are read: the method's words, and what the city defines itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from almena.ask.fields import PRIORITIES, STAKEHOLDERS, STRESSES, STRESSORS
from almena.ask.naming import Match, Names, heard, slug
from almena.ask.vocabulary import Spellings, Vocabulary

OWN = {
    "stakeholder": STAKEHOLDERS,
    "stakeholders": STAKEHOLDERS,
    "priority": PRIORITIES,
    "priorities": PRIORITIES,
    "stress": STRESSES,
    "stressor": STRESSORS,
    "stressors": STRESSORS,
}
"""The register that a type of field refers to, where the city defines its entries itself."""
MANY = frozenset(("stakeholders", "priorities", "stressors", "components", "hazards", "elements"))
CALLED = {
    "stakeholder": "stakeholder",
    "stakeholders": "stakeholder",
    "priority": "priority matter",
    "priorities": "priority matter",
    "stress": "stress",
    "stressor": "stressor",
    "stressors": "stressor",
    "hazard": "shock sub-type",
    "hazards": "shock sub-type",
    "element": "urban element",
    "elements": "urban element",
    "component": "component",
    "components": "component",
    "indicator": "indicator",
}


@dataclass
class Known:
    """
    Names by what they name.

    Parameters
    ----------
    vocabulary : Vocabulary
        What packs and city know before the import.
    open : set of str
        Registers that nothing in the city or the import defines: their names are taken from where they are used.
    defined : dict of str to dict
        Titles by id of what was defined by its use, by register.
    """

    vocabulary: Vocabulary
    open: set[str] = field(default_factory=set)
    defined: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        words = self.vocabulary
        self.own = {
            register: Names(words.standing.get(register, {})) for register in sorted(set(OWN.values()))
        }
        self.elements = Names(words.elements)
        hit = Names(words.elements)
        _add_unknown(hit, words.components)
        triggered = Names(words.hazards)
        _add_unknown(triggered, words.standing.get("shocks", {}))
        self.choices = {name: Names(steps) for name, steps in words.choices.items()}
        self._given = {
            "element": self.elements,
            "elements": hit,
            "component": Names(words.components),
            "components": Names(words.components),
            "hazard": Names(words.hazards),
            "hazards": triggered,
            "indicator": Names(words.indicators),
        }
        self._of_class: dict[str, list[str]] = {}
        for identity, classes in words.classes.items():
            for name in classes:
                self._of_class.setdefault(heard(name), []).append(identity)

    def names(self, type_: str) -> Names:
        """Return what a field of a type may name."""
        return self.own[OWN[type_]] if type_ in OWN else self._given[type_]

    def find(self, type_: str, text: str, classes: Iterable[str] = ()) -> Match:
        """
        Return what a name means, or define it where nothing else does.

        Parameters
        ----------
        type_ : str
            Type of the field.
        text : str
            The name as written.
        classes : iterable of str
            Group and type written beside a shock: they choose among sub-types of one name.
        """
        match = self.names(type_).find(text)
        if type_ in ("hazard", "hazards"):
            return self._among(match, text, {heard(name) for name in classes if name})
        if not match.ids and OWN.get(type_) in self.open and slug(text):
            return Match((self.define(OWN[type_], text),))
        return match

    def define(self, register: str, text: str) -> str:
        """Take a name as one of a register's entries, and return its id."""
        identity = text if register == STAKEHOLDERS else slug(text)
        self.own[register].add(identity, text)
        self.defined.setdefault(register, {})[identity] = text
        return identity

    def _among(self, match: Match, text: str, classes: set[str]) -> Match:
        """Choose among sub-types by their group and type; suggest those of a group or type named in their place."""
        if len(match.ids) > 1:
            fit = {i: len(classes & set(map(heard, self.vocabulary.classes.get(i, ())))) for i in match.ids}
            return Match(tuple(i for i in match.ids if fit[i] == max(fit.values())))
        if not match.ids and heard(text) in self._of_class:
            return Match((), "", tuple(map(self.title_of, self._of_class[heard(text)])))
        return match

    def title_of(self, identity: str) -> str:
        """Return the name by which people know a shock sub-type."""
        return next(iter(self.vocabulary.hazards.get(identity, ())), identity)


def _add_unknown(names: Names, more: Spellings) -> None:
    """Add names that do not stand for something else already."""
    for identity, spellings in more.items():
        fresh = [name for name in (*spellings, identity) if not names.knows(name)]
        if fresh:
            names.add(identity, *fresh)
