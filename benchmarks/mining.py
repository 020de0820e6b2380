"""Precision, recall and calibration of mining, on the gold statements of tests/mine/gold."""

from __future__ import annotations

import csv
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from almena.mine.confidence import OFFERED, score
from almena.mine.context import Context
from almena.mine.miner import mine
from almena.model.document import Candidate, DocumentText
from almena.packs.folding import fold

GOLD = Path(__file__).parent.parent / "tests" / "mine" / "gold"
TUNING, HELD = "tuning", "held"
CITIES = {"rio_branco": Context("Rio Branco")}
DEFAULT = Context("Porto Alegre")


@dataclass(frozen=True)
class Gold:
    """One statement annotated by hand; kind ``wrong`` marks what must not be proposed."""

    id: str
    document: str
    page: int
    kind: str
    value: float
    unit: str
    place: str
    period: str
    quotation: str
    part: str
    why: str


@dataclass(frozen=True)
class Judged:
    """A candidate, and whether a gold statement says the same."""

    candidate: Candidate
    gold: Gold | None
    part: str

    @property
    def right(self) -> bool:
        """Whether it says what a person read."""
        return self.gold is not None


def load_gold(folder: Path = GOLD) -> list[Gold]:
    """Read all gold statements."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for r in csv.DictReader(file):
                keep = (r["id"], r["document"], int(r["page"]), r["kind"], float(r["value"]))
                found.append(
                    Gold(*keep, r["unit"], r["place"], r["period"], r["quotation"], r["part"], r["why"])
                )
    return found


def judge(
    candidates: Sequence[Candidate], gold: Sequence[Gold], *, paged: bool
) -> tuple[list[Judged], set[str]]:
    """Pair candidates of one document with its gold statements, one to one; return also the ids that were found."""
    found: set[str] = set()
    judged = []
    parts = {g.page: g.part for g in gold}
    for c in candidates:
        if c.kind not in ("value", "target"):
            continue
        twin = next(
            (g for g in gold if g.kind == c.kind and g.id not in found and same(c, g, paged=paged)), None
        )
        if twin:
            found.add(twin.id)
        part = twin.part if twin else parts.get(c.page, TUNING) if paged else TUNING
        judged.append(Judged(c, twin, part))
    return judged, found


def same(c: Candidate, g: Gold, *, paged: bool) -> bool:
    """Tell whether candidate and gold statement agree in value, unit, place, period and quotation."""
    return (
        c.value is not None
        and abs(c.value - g.value) <= 1e-6 * max(1.0, abs(g.value))
        and c.unit == g.unit
        and place_of(c) == g.place
        and c.period == g.period
        and _plain(g.quotation) in _plain(c.quotation)
        and (not paged or c.page == g.page)
    )


def place_of(c: Candidate) -> str:
    """Return the place as the gold statements write it."""
    return "world" if c.place in ("world", "cities") else c.place


def fooled(candidates: Sequence[Candidate], gold: Sequence[Gold]) -> list[Gold]:
    """Return the tempting statements that were offered as a fact."""
    return [
        g
        for g in gold
        if g.kind == "wrong"
        and any(
            c.kind == "value" and c.confidence >= OFFERED and same(c, g, paged=c.page == g.page)
            for c in candidates
        )
    ]


def calibration_error(judged: Sequence[Judged], bins: int = 10) -> float:
    """Return the mean distance between confidence and share of right ones over bins, weighted by their size."""
    boxes: dict[int, list[Judged]] = defaultdict(list)
    for j in judged:
        boxes[min(bins - 1, int(j.candidate.confidence * bins))].append(j)
    off = sum(
        abs(sum(j.candidate.confidence for j in box) - sum(j.right for j in box)) for box in boxes.values()
    )
    return off / len(judged) if judged else 0.0


def isotonic(judged: Sequence[Judged]) -> list[tuple[float, float]]:
    """Return score and share of right ones, never falling: neighbours that would fall are pooled."""
    tally: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    for j in judged:
        box = tally[round(score(j.candidate.because), 2)]
        box[0] += j.right
        box[1] += 1
    pools: list[list[float]] = []
    for raw in sorted(tally):
        right, count = tally[raw]
        pools.append([raw * count, right, count])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    shares = accumulate(((p[1] + 0.5) / (p[2] + 1) for p in pools), max)
    return [(round(p[0] / p[2], 3), round(share, 3)) for p, share in zip(pools, shares, strict=True)]


def _plain(text: str) -> str:
    return re.sub(r"[^\w%]", "", fold(text))


def judge_all(
    documents: Iterable[tuple[str, DocumentText]],
) -> Iterator[tuple[str, list[Judged], set[str], list[Gold], list[Gold]]]:
    """Mine and judge documents by file name."""
    gold = load_gold()
    for name, document in documents:
        own = [g for g in gold if g.document == name]
        context = next((c for start, c in CITIES.items() if name.startswith(start)), DEFAULT)
        candidates = mine(document, context)
        judged, found = judge(candidates, own, paged=name.endswith(".pdf"))
        yield name, judged, found, own, fooled(candidates, own)


def report(documents: Iterable[tuple[str, DocumentText]], *, write: bool = False) -> int:
    """Print the figures, and write the calibration table when told to."""
    everything: list[Judged] = []
    found: set[str] = set()
    gold: list[Gold] = []
    wrong: list[Gold] = []
    for name, judged, ids, own, tricked in judge_all(documents):
        everything += judged
        found |= ids
        gold += own
        wrong += tricked
        print(f"{name}: {len(judged)} candidates, {len(ids)} of {sum(g.kind != 'wrong' for g in own)} found")
    for part in (TUNING, HELD):
        mine_part = [j for j in everything if j.part == part]
        offered = [j for j in mine_part if j.candidate.confidence >= OFFERED]
        wanted = [g for g in gold if g.part == part and g.kind != "wrong"]
        hits = sum(j.right for j in offered)
        print(
            f"{part}: precision {hits / max(1, len(offered)):.3f} ({hits} of {len(offered)}), "
            f"recall {hits / max(1, len(wanted)):.3f} ({hits} of {len(wanted)}), "
            f"calibration error {calibration_error(mine_part):.3f}"
        )
    tempting = sum(g.kind == "wrong" for g in gold)
    print(f"tempting statements offered as facts: {len(wrong)} of {tempting}")
    if write:
        table = isotonic([j for j in everything if j.part == TUNING])
        path = Path(__file__).parent.parent / "src" / "almena" / "packs" / "mine_calibration.csv"
        path.write_text("score,right\n" + "".join(f"{a},{b}\n" for a, b in table), encoding="utf-8")
        sys.stdout.write(f"{path.name} written, {len(table)} points\n")
    return 0


def main() -> int:
    """Read the gold documents of the data folder and report; ``calibrate`` also writes the table."""
    from benchmarks.gold_documents import documents

    data = os.environ.get("ALMENA_MIRROR")
    folder = Path(data) if data else Path(__file__).parent.parent.parent / "shared" / "data"
    return report(documents(folder), write="calibrate" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
