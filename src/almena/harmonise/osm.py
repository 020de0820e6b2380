"""Reader `osm`: an OpenStreetMap extract in PBF form; what each role takes is said by a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almena.harmonise.casting import text_array
from almena.harmonise.columns import RawTable
from almena.harmonise.crs import DEGREES
from almena.harmonise.found import FoundFile
from almena.harmonise.layers import RawLayer, build_layer
from almena.harmonise.osm_extract import CutRelation, Extract, Mapped, Shelf, lines_of
from almena.harmonise.osm_rings import Closed, close_straight, missing_ways
from almena.harmonise.osm_same import counted_once
from almena.harmonise.words import count, listing
from almena.model.card import Role
from almena.model.data import Layer
from almena.packs.osm import ANY_VALUE, TagRule, first_rule, osm_fields, osm_limit, osm_rules

READER_VERSION = "3"
MAKES = ("layer",)

NODES, DOORS, ID, DOUBT = "nodes", "entrances", "id", "doubtful_area"
EVERY_LANGUAGE = "name:*"
DAMAGED = (RuntimeError, OSError, ValueError)
_SHOWN = 8
_SHELF = Shelf()


@dataclass(frozen=True)
class Kept:
    """
    Objects of one role, ready to become rows.

    Parameters
    ----------
    things : tuple of Mapped
        The objects.
    shapes : ndarray of object, shape (n,)
        Their geometries in degrees.
    doubt : mapping of str to float
        By id, how far the area of an outline closed straight may be wrong, in km².
    notes : tuple of str
        What was decided.
    """

    things: tuple[Mapped, ...]
    shapes: NDArray[Any]
    doubt: Mapping[str, float]
    notes: tuple[str, ...]

    def take(self, which: NDArray[np.bool_], notes: tuple[str, ...]) -> Kept:
        """Return some of the objects, with further notes."""
        things = tuple(thing for thing, stays in zip(self.things, which, strict=True) if stays)
        return replace(self, things=things, shapes=self.shapes[which], notes=(*self.notes, *notes))


def read(found: FoundFile, role: Role) -> Layer:
    """
    Read the features of a role from a PBF file, by the table ``osm_roles.csv``.

    Parameters
    ----------
    found : FoundFile
        The extract. ``where`` in the kit may name any tag, and ``id`` for objects such as ``relation/123``. With
        ``gaps = "straight"`` an outline that the extract cuts off is closed with straight lines.
    role : Role
        A role of kind ``layer`` that has rows in the table. For a role with the field ``nodes`` (streets) each
        line carries the int64 ids of its nodes, one per coordinate; for one with the field ``entrances`` each
        area carries the points of its entrances, or None.

    Returns
    -------
    Layer
        In EPSG:4326, ids as ``way/123``; names in other languages as fields ``name:xx``, where the table asks for
        them; ``covered`` is the box of all nodes of the extract; ``at_least``, for volunteers draw what they know.

    Raises
    ------
    InputError
        When the file is cut off or no PBF file, the role has no tags, nothing is there for it, or several outlines
        could be the boundary.
    """
    rules = osm_rules().get(role.id, ())
    if not rules:
        why = "No row of osm_roles.csv names it."
        raise found.refusal(
            f"The role {role.id} cannot be taken from OpenStreetMap.", why, "Use another reader."
        )
    try:
        extract = _SHELF.get(found.path, found.source.sha256, role.id)
        kept = _kept(extract, found, role)
    except DAMAGED as error:
        why = str(error).replace(str(found.path), found.name)
        raise found.refusal("The OpenStreetMap file cannot be read.", why, "Fetch it again.") from error
    _refuse_empty(kept, extract, rules, found, role)
    _refuse_several(kept, found, role)
    _refuse_levels(kept, found, role)
    layer = build_layer(_raw(kept, extract.covered, found, role), found, role).with_(at_least=True)
    return _in_every_language(layer, kept, role)


def _kept(extract: Extract, found: FoundFile, role: Role) -> Kept:
    things = list(extract.found.get(role.id, ()))
    shapes = list(shapely.from_wkb([thing.wkb for thing in things]))
    number = extract.broken.get(role.id, 0)
    notes = [f"{count(number, 'object')} without a whole geometry in the extract left out"] if number else []
    doubt: dict[str, float] = {}
    for relation, closed, missing in _cut(extract, found, role):
        if closed.shape is None:
            notes.append(f"{_called(relation)} left out: {missing}{closed.why and ', and ' + closed.why}")
            continue
        rule = first_rule(osm_rules()[role.id], relation.tags)
        assert rule is not None
        things.append(Mapped(relation.id, relation.tags, rule, b""))
        shapes.append(closed.shape)
        doubt[relation.id] = closed.doubtful_area
        notes.append(f"{_called(relation)}: {missing}; {closed.said}")
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    kept = Kept(tuple(things), array, doubt, tuple(notes))
    kept = kept.take(*counted_once(kept.things, kept.shapes))
    return _as_points(kept) if role.geometry == "point" else kept


def _as_points(kept: Kept) -> Kept:
    """Put lines and areas at a point on them, for a role that is a place and not an extent."""
    drawn = shapely.get_dimensions(kept.shapes) > 0
    if not drawn.any():
        return kept
    note = f"{count(int(drawn.sum()), 'line or area', 'lines and areas')} taken at a point on them"
    return replace(kept, shapes=shapely.point_on_surface(kept.shapes), notes=(*kept.notes, note))


def _cut(extract: Extract, found: FoundFile, role: Role) -> list[tuple[CutRelation, Closed, str]]:
    """Return the relations that the kit means and the extract cuts off, closed when the kit says so."""
    meant = [r for r in extract.cut.get(role.id, ()) if _is_meant(r.id, r.tags, found)]
    if not meant:
        return []
    there = lines_of(found.path, sorted({way for r in meant for way in (*r.outer, *r.inner)}))
    result = []
    for relation in meant:
        here = sum(way in there for way in relation.outer)
        if here < osm_limit("members_there") * len(relation.outer) or not here:
            continue
        straight = found.spec.gaps == "straight"
        closed = close_straight(relation.outer, relation.inner, there) if straight else Closed()
        result.append((relation, closed, missing_ways(relation.outer, there)))
    return result


def _is_meant(label: str, tags: Mapping[str, str], found: FoundFile) -> bool:
    told = {**tags, ID: label}
    return all(told.get(column, "") in values for column, values in found.spec.where.items())


def _called(relation: CutRelation) -> str:
    name = relation.tags.get("name", "")
    return f"the outline of {name} ({relation.id})" if name else f"the outline {relation.id}"


def _refuse_empty(
    kept: Kept, extract: Extract, rules: Sequence[TagRule], found: FoundFile, role: Role
) -> None:
    if kept.things:
        return
    tags = "; ".join(f"{rule.key} = {', '.join(rule.values)}" for rule in rules)
    is_broken = bool(extract.broken.get(role.id))
    why = f"No object carries {tags}." if not is_broken else "No object has a whole geometry."
    if kept.notes and role.geometry == "polygon":
        why = f"{'. '.join(kept.notes[:_SHOWN])}."
    raise found.refusal("The OpenStreetMap file holds nothing for this role.", why, "Use another extract.")


def _refuse_several(kept: Kept, found: FoundFile, role: Role) -> None:
    """Refuse to guess which of several outlines is the city: together they would be no city's."""
    if role.id != "boundary":
        return
    meant = [thing for thing in kept.things if _is_meant(thing.id, thing.tags, found)]
    if len(meant) == 1 or not (meant or kept.notes):
        return
    if not meant:
        remedy = (
            'Fetch a larger extract; gaps = "straight" closes an outline straight, if that is near enough.'
        )
        why = f"{'; '.join(kept.notes)}."
        raise found.refusal("The boundary that the kit names is cut off by the extract.", why, remedy)
    shown = listing((f"{t.id} {t.tags.get('name', '')}{_level(t)}" for t in meant), _SHOWN)
    remedy = f'Say which one in the kit, for example where = {{ id = ["{meant[0].id}"] }}.'
    raise found.refusal("Several outlines could be the boundary.", f"{shown}.", remedy)


def _refuse_levels(kept: Kept, found: FoundFile, role: Role) -> None:
    """Refuse parts of several levels of administration: they lie on top of each other and would count twice."""
    if role.id != "neighbourhoods":
        return
    meant = (t for t in kept.things if _is_meant(t.id, t.tags, found))
    levels = Counter(t.tags["admin_level"] for t in meant if "admin_level" in t.tags)
    if len(levels) < 2:
        return
    shown = (f"admin level {level}: {count(n, 'area')}" for level, n in sorted(levels.items()))
    why = f"{'; '.join(shown)}."
    most = levels.most_common(1)[0][0]
    remedy = f'Say which level in the kit, for example where = {{ admin_level = ["{most}"] }}.'
    raise found.refusal("Areas of several levels could be the neighbourhoods.", why, remedy)


def _level(thing: Mapped) -> str:
    level = thing.tags.get("admin_level", "")
    return f" (admin level {level})" if level else ""


def _columns(found: FoundFile, role: Role) -> tuple[str, ...]:
    """Return the columns to offer: the role's own names, those that the kit names, and those it filters by."""
    own = [entry.partition(":")[0] for entry in (*role.required, *role.optional)]
    named = [part.strip() for ref in found.spec.fields.values() for part in str(ref).split("+")]
    return tuple(
        dict.fromkeys([*own, *named, *found.spec.where, *([found.spec.key] if found.spec.key else [])])
    )


def _raw(kept: Kept, covered: Any, found: FoundFile, role: Role) -> RawLayer:
    names = _columns(found, role)
    ids = [thing.id for thing in kept.things]

    def get(position: int) -> NDArray[Any]:
        """Return the values of one column."""
        values = np.empty(len(ids), dtype=object)
        values[:] = [_value(thing, names[position], role, kept.doubt) for thing in kept.things]
        return values

    table = RawTable(names, len(ids), get, "", lambda _, row: ids[row], kept.notes)
    return RawLayer(table=table, geometry=kept.shapes, ids=text_array(ids), crs=DEGREES, covered=covered)


def _value(thing: Mapped, column: str, role: Role, doubt: Mapping[str, float]) -> Any:
    """Return what one object says in one column: what it is, what the table of fields names, or a tag."""
    if column == NODES:
        return thing.nodes
    if column == DOORS:
        return shapely.MultiPoint(thing.doors) if thing.doors else None
    if column == ID:
        return thing.id
    if column == DOUBT:
        return doubt.get(thing.id)
    if column == thing.rule.field:
        return thing.rule.said(thing.tags)
    return thing.tags.get(osm_fields(role.id).get(column, column))


def _in_every_language(layer: Layer, kept: Kept, role: Role) -> Layer:
    """Add the names in other languages to a layer of places."""
    if EVERY_LANGUAGE not in osm_fields(role.id):
        return layer
    prefix = EVERY_LANGUAGE.removesuffix(ANY_VALUE)
    by_id = {thing.id: thing.tags for thing in kept.things}
    tags = [by_id.get(str(label), {}) for label in layer.ids]
    keys = sorted({key for one in tags for key in one if key.startswith(prefix)})
    named = {key: text_array([one.get(key, "") for one in tags]) for key in keys}
    return layer.with_(fields={**layer.fields, **named})
