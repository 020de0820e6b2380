"""Everything together in one zip file."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from almena.publish.exporters import Exporter
from almena.publish.material import Material
from almena.publish.records import write_csv, write_json
from almena.publish.report import write_report

UNIX, READABLE = 3, 0o100644  # in a zip: the system whose permissions follow, and a file that all may read


def write_zip(material: Material, out: Path) -> Path:
    """Put report, table and JSON into one file whose entries carry the day of the run: equal runs, equal bytes."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="almena-zip-", dir=out.parent) as working:
        base = Path(working) / material.city
        write_report(material, base / "report")
        write_csv(material, base / "observations.csv")
        write_json(material, base / "observations.json")
        packed = Path(working) / "packed.zip"
        pack(base, packed, material.run_date)
        packed.replace(out)
    return out


def pack(folder: Path, out: Path, day: str) -> None:
    """
    Put a folder into a zip file, sorted, each entry with the same day and permissions.

    Parameters
    ----------
    folder, out : Path
        What to pack, under its own name; the zip file to write.
    day : str
        ISO 8601.
    """
    year, month, date = (int(part) for part in day.split("-"))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            info = zipfile.ZipInfo(file.relative_to(folder.parent).as_posix(), (year, month, date, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = UNIX, READABLE << 16
            archive.writestr(info, file.read_bytes())


ZIP = Exporter("zip", "report, table and JSON together", write_zip)
