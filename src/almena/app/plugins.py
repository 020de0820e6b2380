"""What is installed: readers, indicator functions, exporters and open sources, built-in ones and others' alike."""

from __future__ import annotations

from typing import Any

from almena.gather.sources import installed_sources
from almena.harmonise import list_readers
from almena.measure.registry import installed_methods
from almena.publish.exporters import installed_exporters


def installed() -> dict[str, Any]:
    """Return ``{plugins: [{kind, name, version, from}], problems}``."""
    methods, problems = installed_methods()
    rows = [
        {"kind": "reader", "name": n, "version": "", "from": where} for n, where in list_readers().items()
    ]
    rows += [
        {"kind": m.kind, "name": m.name, "version": m.version, "from": m.call.__module__}
        for m in methods.values()
    ]
    exporters, absent = installed_exporters()
    rows += [
        {"kind": "exporter", "name": e.name, "version": "", "from": e.write.__module__}
        for e in exporters.values()
    ]
    sources, broken = installed_sources()
    rows += [
        {"kind": "source", "name": name, "version": "", "from": type(source).__module__}
        for name, source in sources.items()
    ]
    return {"plugins": rows, "problems": [p.as_dict() for p in (*problems, *absent, *broken)]}
