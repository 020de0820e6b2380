"""SDMX for statistical offices: the values as SDMX-CSV 2.0 with their structure beside them."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path

from almena.model.observation import Observation
from almena.publish.atomic import write_whole
from almena.publish.bundle import pack
from almena.publish.exchange.credits import credit_lines
from almena.publish.exchange.readme import readme_text
from almena.publish.exchange.sdmx_codes import (
    CodeList,
    breakdown_of,
    code_lists,
    sex_of,
    status_of,
    time_of,
    unit_of,
)
from almena.publish.exchange.sdmx_structure import components, dataflow_id, structure_document
from almena.publish.exchange.sheets import plain_cell
from almena.publish.exporters import Exporter
from almena.publish.material import Material
from almena.publish.records import Cell

DATA, STATED, README = "data.csv", "structure.xml", "README.txt"
_FIXED = ("STRUCTURE", "STRUCTURE_ID", "ACTION")
_INFORMATION = "I"  # SDMX 3.0, section 5, SDMX-CSV: the rows inform and neither replace nor delete


def write_sdmx(edition: Material, path: Path) -> Path:
    """
    Write data, structure and readme into one zip file.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    path : Path
        The zip file to write.
    """
    lists = code_lists(edition)
    with tempfile.TemporaryDirectory(prefix="almena-sdmx-") as working:
        folder, packed = Path(working) / "sdmx", Path(working) / "packed.zip"
        folder.mkdir()
        (folder / DATA).write_bytes(data_csv(edition, lists))
        (folder / STATED).write_bytes(structure_document(edition, lists))
        (folder / README).write_text(readme_text(edition), encoding="utf-8")
        pack(folder, packed, edition.run_date, root=folder)
        return write_whole(path, packed.read_bytes())


def data_csv(edition: Material, lists: Mapping[str, CodeList]) -> bytes:
    """Return one row for each observation, in the columns of the stated structure."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*_FIXED, *(row["id"] for row in components())])
    start = ["dataflow", dataflow_id(edition), _INFORMATION]
    for observation in edition.observations:
        words = _words(observation, edition)
        writer.writerow([*start, *(_cell(words[row["source"]], row, lists) for row in components())])
    return text.getvalue().encode("utf-8")


def _words(observation: Observation, edition: Material) -> dict[str, Cell]:
    """Return what an observation says, by the names that the table of components uses."""
    form, time = time_of(observation.period, edition.run_date)
    sources = [origin.source for origin in observation.origins]
    return {
        "frequency": form,
        "time_period": time,
        "indicator": observation.indicator,
        "place": observation.place,
        "sex": sex_of(observation),
        "breakdown": breakdown_of(observation),
        "value": observation.value,
        "low": observation.low,
        "high": observation.high,
        "unit": unit_of(observation, edition),
        "obs_status": status_of(observation),
        "use": observation.use,
        "quality": observation.quality,
        "method": observation.method,
        "coverage": observation.coverage,
        "credits": " | ".join(credit_lines(sources)),
        "comment": " ".join(filter(None, [observation.reason, observation.remedy, *observation.notes])),
    }


def _cell(word: Cell, row: Mapping[str, str], lists: Mapping[str, CodeList]) -> Cell:
    if row["codelist"] and (word or row["required"] == "yes"):
        return lists[row["codelist"]].code(str(word))
    return plain_cell(word)


SDMX = Exporter("sdmx", "all values as SDMX-CSV with the structure stated", write_sdmx)
