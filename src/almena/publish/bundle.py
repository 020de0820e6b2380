"""Everything together in one zip file."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from almena.publish.exchange.readme import readme_text
from almena.publish.exchange.sheets import csv_of
from almena.publish.exchange.star import star
from almena.publish.exporters import Exporter, installed_exporters
from almena.publish.material import Material

README, LICENCES = "README.txt", "licences.csv"
UNIX, READABLE = 3, 0o100644  # in a zip: the system whose permissions follow, and a file that all may read


def write_zip(edition: Material, out: Path) -> Path:
    """Put every installed format that asks for it into one file, with a readme: equal runs, equal bytes."""
    exporters, _ = installed_exporters()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="almena-zip-", dir=out.parent) as working:
        base = Path(working) / edition.city
        base.mkdir()
        for exporter in exporters.values():
            if exporter.in_zip and exporter.can_hold(edition):
                exporter.write(edition, base / exporter.in_zip)
        (base / README).write_text(readme_text(edition), encoding="utf-8")
        (base / LICENCES).write_bytes(csv_of(star(edition)["licences"]))
        packed = Path(working) / "packed.zip"
        pack(base, packed, edition.run_date)
        packed.replace(out)
    return out


def pack(folder: Path, out: Path, day: str, root: Path | None = None) -> None:
    """
    Put a folder into a zip file, sorted, each entry with the same day and permissions.

    Parameters
    ----------
    folder, out : Path
        What to pack, under its own name; the zip file to write.
    day : str
        ISO 8601.
    root : Path, optional
        Folder from which names inside the zip are counted; the one above ``folder`` when absent.
    """
    year, month, date = (int(part) for part in day.split("-"))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            info = zipfile.ZipInfo(
                file.relative_to(root or folder.parent).as_posix(), (year, month, date, 0, 0, 0)
            )
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = UNIX, READABLE << 16
            archive.writestr(info, file.read_bytes())


ZIP = Exporter("zip", "all of it in one file: report, papers, workbook, map layers and tables", write_zip)
