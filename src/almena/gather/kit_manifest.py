"""The list beside a gathered kit: each file, what it was made from, how, and under which terms."""

from __future__ import annotations

import csv
from pathlib import Path

from almena.gather.gathering import FOLDER, Gathered
from almena.gather.hashing import hash_file
from almena.gather.whole import written_whole

MANIFEST = "MANIFEST.csv"
_COLUMNS = ("file", "bytes", "sha256", "licence", "attribution", "bytes_are", "how", "made_from", "addresses")


def write_manifest(gathered: Gathered, folder: Path) -> Path:
    """
    Write where each file of a kit comes from.

    Parameters
    ----------
    gathered : Gathered
        What was made.
    folder : Path
        Folder of the kit.

    Returns
    -------
    Path
        The list; hashes and addresses of several parents are parted by blanks, and their bytes lie in the snapshots.
    """
    target = folder / FOLDER / MANIFEST
    with written_whole(target) as half, half.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for made, terms, parents in gathered.made:
            path = folder / FOLDER / made.path
            facts = (made.path, path.stat().st_size, hash_file(path), terms.licence, terms.attribution)
            hashes, urls = " ".join(p.sha256 for p in parents), " ".join(p.url for p in parents)
            writer.writerow((*facts, "derived", made.how, hashes, urls))
    return target


def notes_of(gathered: Gathered) -> dict[str, list[str]]:
    """Return what a kit says of each file as comments, by path."""
    return {
        f"{FOLDER}/{made.path}": [
            f"From {terms.title}; {terms.homepage}",
            f"{made.how} Made from:",
            *(f"  {parent.url} (sha256 {parent.sha256})" for parent in parents),
        ]
        for made, terms, parents in gathered.made
    }
