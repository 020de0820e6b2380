"""How fast documents are read and searched: the index beside a scan of every passage, in the same process."""

from __future__ import annotations

import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from almena.app.documents import take_in
from almena.geo.prose import folded
from almena.harmonise.document_reading import found_document, read_document
from almena.model.document import DocumentText, Passage
from almena.model.origin import Source
from almena.store.document_index import DocumentIndex
from almena.store.folder import CityFolder

SYLLABLES = re.findall(r"\w+", "ba ca do fi gu la me no pa ri so ta ve zi lho nha ção ral men to")
QUESTIONS = ("inundação", "rio cidade", "plano", "cidades de todo", "água esgoto bairro", "de")
PASSAGES_PER_PAGE = 12


def library(pages: int) -> list[DocumentText]:
    """Return documents of 100 pages in made-up words, with known words strewn in as they are in plans."""
    chance = random.Random(1)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]
    common = [
        "de",
        "a",
        "o",
        "que",
        "cidade",
        "plano",
        "rios",
        "inundações",
        "água",
        "esgoto",
        "bairro",
        "todo",
    ]
    weights = [1.0] * len(words)
    made = []
    for number in range(pages // 100):
        passages = []
        for page in range(1, 101):
            for n in range(PASSAGES_PER_PAGE):
                text = chance.choices(words, weights, k=30) + chance.choices(common, k=2)
                passages.append(
                    Passage(f"p{page}.{n}", page, (0.0, 0.0, 1.0, 1.0), "paragraph", " ".join(text))
                )
        made.append(DocumentText(f"{number:064x}", f"{number}.pdf", "", "", "", "pt", 100, tuple(passages)))
    return made


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Return the median time of some work."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def scan(texts: list[DocumentText], question: str) -> list[Passage]:
    """Look into every passage, as a program without an index does."""
    asked = set(folded(question))
    return [p for t in texts for p in t.passages if asked <= set(folded(p.text))]


def searching(pages: int = 10_000) -> None:
    """Print how long a search over some pages takes."""
    texts = library(pages)
    with tempfile.TemporaryDirectory() as folder:
        index = DocumentIndex(Path(folder))
        start = time.perf_counter()
        for text in texts:
            index.put(text, "1")
        size = index.path.stat().st_size / 2**20
        print(f"{pages:,} pages indexed in {time.perf_counter() - start:.1f} s, {size:.0f} MB")
        for question in QUESTIONS:
            fast, slow = (
                seconds(lambda q=question: index.search(q)),
                seconds(lambda q=question: scan(texts, q), 1),
            )
            print(f"{question!r}: {1000 * fast:.1f} ms; scan {1000 * slow:.0f} ms; ratio {slow / fast:.0f}")


def reading(path: Path, times: int = 1) -> None:
    """Print how long a document takes to read, and to read again; `times` strings copies of it together."""
    with tempfile.TemporaryDirectory() as folder:
        if times > 1:
            path = _repeated(path, times, Path(folder) / "long.pdf")
        start = time.perf_counter()
        text = read_document(found_document(path, Source("document", path.name, "x")))
        taken = time.perf_counter() - start
        print(f"{text.pages} pages in {taken:.1f} s ({100 * taken / text.pages:.1f} s per 100)")
        print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        with CityFolder.create(Path(folder) / "city", "City", ("pt",), id="city") as city:
            take_in(city, [path])
            print(f"read again in {seconds(lambda: take_in(city, [path])):.3f} s")


def _repeated(path: Path, times: int, out: Path) -> Path:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for _ in range(times):
        writer.append(PdfReader(path))
    writer.write(out)
    return out


if __name__ == "__main__":
    if len(sys.argv) > 1:
        reading(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    else:
        searching()
