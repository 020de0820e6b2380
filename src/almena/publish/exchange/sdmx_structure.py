"""The stated structure of the SDMX export: concepts, code lists, data structure and dataflow as SDMX-ML 2.1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree as Xml

from almena.packs.language import say
from almena.packs.table import Row, read_table
from almena.publish.exchange.readme import title_of
from almena.publish.exchange.sdmx_codes import CodeList
from almena.publish.exchange.sheets import xml_text
from almena.publish.material import Material

_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
MESSAGE, STRUCTURE, COMMON = f"{_SCHEMAS}/message", f"{_SCHEMAS}/structure", f"{_SCHEMAS}/common"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
CONCEPTS, DATA_STRUCTURE, DATAFLOW, VERSION = "CS_CITY_PROFILE", "DSD_CITY_PROFILE", "DF_CITY_PROFILE", "1.0"
DIMENSION, TIME, MEASURE, ATTRIBUTE = "dimension", "time", "measure", "attribute"

Node = Any


@lru_cache(maxsize=1)
def components() -> tuple[Row, ...]:
    """Return the components of the structure, in the order of the table."""
    return tuple(read_table("sdmx_components.csv"))


def agency_of(edition: Material) -> str:
    """Return the agency that keeps the structure: one for each city, so that two cities never share a code list."""
    city = re.sub(r"[^A-Za-z0-9_-]", "_", edition.city)
    return f"ALMENA.{city if city[:1].isalpha() else 'C' + city}"


def dataflow_id(edition: Material) -> str:
    """Return how the rows of data name their structure."""
    return f"{agency_of(edition)}:{DATAFLOW}({VERSION})"


def structure_document(edition: Material, lists: Mapping[str, CodeList]) -> bytes:
    """
    Return the structure message.

    Parameters
    ----------
    edition : Material
        The run, already cut to its edition.
    lists : mapping of str to CodeList
        Code lists by id.
    """
    for prefix, space in (("mes", MESSAGE), ("str", STRUCTURE), ("com", COMMON)):
        Xml.register_namespace(prefix, space)
    root = Xml.Element(f"{{{MESSAGE}}}Structure")
    root.append(_header(edition))
    structures = _add(root, MESSAGE, "Structures")
    agency = agency_of(edition)
    _add_dataflow(_add(structures, STRUCTURE, "Dataflows"), agency, edition)
    _add_lists(_add(structures, STRUCTURE, "Codelists"), agency, lists.values())
    _add_concepts(_add(structures, STRUCTURE, "Concepts"), agency)
    _add_structure(_add(structures, STRUCTURE, "DataStructures"), agency, edition)
    return bytes(Xml.tostring(root, "utf-8", xml_declaration=True))


def _header(edition: Material) -> Node:
    node = Xml.Element(f"{{{MESSAGE}}}Header")
    _add(node, MESSAGE, "ID").text = f"STRUCTURE-{edition.run_date}"
    _add(node, MESSAGE, "Test").text = "false"
    _add(node, MESSAGE, "Prepared").text = f"{edition.run_date}T00:00:00"
    _add(node, MESSAGE, "Sender", id="ALMENA")
    return node


def _add(parent: Node, space: str, name: str, **attributes: str) -> Node:
    return Xml.SubElement(parent, f"{{{space}}}{name}", attributes)


def _named(
    parent: Node, name: str, text: str, agency: str = "", meaning: str = "", **attributes: str
) -> Node:
    """Add something with an id and a name; with an agency it is kept on its own, so it has a version too."""
    kept = {"agencyID": agency, "version": VERSION, "isFinal": "true"} if agency else {}
    node = _add(parent, STRUCTURE, name, **attributes, **kept)
    label = _add(node, COMMON, "Name")
    label.set(_LANGUAGE, "en")
    label.text = xml_text(text)
    if meaning:
        described = _add(node, COMMON, "Description")
        described.set(_LANGUAGE, "en")
        described.text = xml_text(meaning)
    return node


def _reference(parent: Node, identity: str, package: str, kind: str, agency: str, **parent_of: str) -> None:
    version = {} if parent_of else {"version": VERSION}
    attributes = {
        "id": identity,
        "agencyID": agency,
        "package": package,
        "class": kind,
        **version,
        **parent_of,
    }
    Xml.SubElement(parent, "Ref", attributes)


def _add_dataflow(parent: Node, agency: str, edition: Material) -> None:
    flow = _named(parent, "Dataflow", title_of(edition), agency, id=DATAFLOW)
    _reference(_add(flow, STRUCTURE, "Structure"), DATA_STRUCTURE, "datastructure", "DataStructure", agency)


def _add_lists(parent: Node, agency: str, lists: Iterable[CodeList]) -> None:
    for each in lists:
        node = _named(parent, "Codelist", each.name, agency, id=each.id)
        for code, name in each.listed.items():
            _named(node, "Code", name, id=code)


def _add_concepts(parent: Node, agency: str) -> None:
    scheme = _named(parent, "ConceptScheme", say("Concepts of a city profile"), agency, id=CONCEPTS)
    for row in components():
        _named(scheme, "Concept", row["name"], meaning=row["decision"], id=row["id"])


def _add_structure(parent: Node, agency: str, edition: Material) -> None:
    node = _named(parent, "DataStructure", title_of(edition), agency, id=DATA_STRUCTURE)
    parts = _add(node, STRUCTURE, "DataStructureComponents")
    dimensions = _add(parts, STRUCTURE, "DimensionList", id="DimensionDescriptor")
    for position, row in enumerate(_of(DIMENSION, TIME), start=1):
        name = "TimeDimension" if row["kind"] == TIME else "Dimension"
        _component(_add(dimensions, STRUCTURE, name, id=row["id"], position=str(position)), row, agency)
    attributes = _add(parts, STRUCTURE, "AttributeList", id="AttributeDescriptor")
    for row in _of(ATTRIBUTE):
        status = "Mandatory" if row["required"] == "yes" else "Conditional"
        attribute = _add(attributes, STRUCTURE, "Attribute", id=row["id"], assignmentStatus=status)
        _component(attribute, row, agency)
        measure = _add(_add(attribute, STRUCTURE, "AttributeRelationship"), STRUCTURE, "PrimaryMeasure")
        Xml.SubElement(measure, "Ref", id="OBS_VALUE")
    measures = _add(parts, STRUCTURE, "MeasureList", id="MeasureDescriptor")
    for row in _of(MEASURE):
        _component(_add(measures, STRUCTURE, "PrimaryMeasure", id=row["id"]), row, agency)


def _of(*kinds: str) -> list[Row]:
    return [row for row in components() if row["kind"] in kinds]


def _component(node: Node, row: Row, agency: str) -> None:
    """Say which concept a component stands for, and what may be written there."""
    parent_of = {"maintainableParentID": CONCEPTS, "maintainableParentVersion": VERSION}
    _reference(
        _add(node, STRUCTURE, "ConceptIdentity"), row["id"], "conceptscheme", "Concept", agency, **parent_of
    )
    local = _add(node, STRUCTURE, "LocalRepresentation")
    if row["codelist"]:
        _reference(_add(local, STRUCTURE, "Enumeration"), row["codelist"], "codelist", "Codelist", agency)
    else:
        _add(local, STRUCTURE, "TextFormat", textType=row["type"])
