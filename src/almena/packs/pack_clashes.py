"""What two packs both define, so that one city cannot hold both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from almena.model.pack import Pack
from almena.model.problem import Problem
from almena.packs.pack_format import table_forms


def clashes(pack: Pack, others: Iterable[Pack]) -> Iterator[Problem]:
    """
    Yield a problem for every row that another pack has under the same key, in the tables that packs share.

    Parameters
    ----------
    pack : Pack
        The new pack.
    others : iterable of Pack
        Those that the city has.
    """
    beside = [other for other in others if other.id != pack.id]
    for form in table_forms().values():
        if not form.is_shared:
            continue
        taken = {form.key_of(row): other.id for other in beside for row in other.table(form.name)}
        for row in pack.table(form.name):
            key = form.key_of(row)
            if key in taken:
                where = ", ".join((f"{pack.id}/{form.name}.csv", f"row {row['_row']}"))
                why = f"the pack {taken[key]} has it already"
                remedy = "Give it an id of its own, such as one that begins with the id of the pack."
                yield Problem(f"{key} would mean two things in one city", where, why, remedy)
