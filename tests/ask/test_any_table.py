"""Whatever columns and cells a table has, each row is accepted, set aside or refused with a reason; nothing breaks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ask.words import read

from almena.ask.fields import shapes
from almena.ask.shapes import CellTable
from almena.store.canonical import to_text

HEADERS = sorted(
    {name for shape in shapes().values() for f in shape.fields.values() for name in f.telling | f.weak}
)
WORDS = (
    "Economy",
    "Economy,Mobility;x",
    "Fluvial Flood",
    "Red",
    "7.1.3.2",
    "3.2.3",
    "SEPLAN",
    "Heat",
    "2019",
    "5,5",
    "1/2/19",
)
CELLS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.text(max_size=12),
    st.integers(-5, 3000),
    st.floats(),
    st.booleans(),
    st.dates(dt.date(1900, 1, 1)),
)


@st.composite
def heads(draw: st.DrawFn) -> list[str]:
    """Return the header of some kind of table, most of its columns under one of their names."""
    shape = shapes()[draw(st.sampled_from(sorted(shapes())))]
    own = [draw(st.sampled_from(sorted(f.telling | f.weak))) for f in shape.fields.values()]
    kept = [
        name for name, f in zip(own, shape.fields.values(), strict=True) if f.needed or draw(st.booleans())
    ]
    return draw(st.permutations([*kept, *draw(st.lists(st.sampled_from(HEADERS), max_size=2))]))


TABLES = st.lists(
    st.tuples(
        heads(),
        st.lists(st.lists(CELLS, max_size=8), max_size=6),
        st.sampled_from(["", *sorted(shapes())]),
    ),
    min_size=1,
    max_size=4,
)


@given(TABLES, st.sampled_from(["", "dmy", "mdy"]))
@settings(max_examples=150)
def test_no_row_is_lost_and_all_that_is_accepted_can_be_stored(tables: Any, order: str) -> None:
    made = [
        CellTable(f"{i}_{name}.csv", "", f"{i}", (tuple(head), *(tuple(row) for row in rows)))
        for i, (head, rows, name) in enumerate(tables)
    ]
    found = read(*made, order=order)
    assert len(found.outcomes) == len(made)
    for outcome in found.outcomes:
        assert outcome.read == outcome.accepted + outcome.set_aside + outcome.refused
    refused_rows = {(one.sheet, one.rows) for one in found.refused}
    assert len(refused_rows) == sum(outcome.refused for outcome in found.outcomes)
    assert all(one.why for one in (*found.refused, *found.set_aside))
    keys = [(s.kind, s.key) for s in found.statements]
    assert len(set(keys)) == len(keys)
    assert all(s.key and s.source and to_text(dict(s.content)) for s in found.statements)
