"""The illustration of Porto Alegre says only what its files say, and says of itself what it is."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from pyproj import Transformer
from shapely.geometry import shape
from shapely.ops import transform

from almena.app.register_desk import bring_illustration, illustration_of
from almena.app.registers import ILLUSTRATION_SAYS, ImportOptions, registers_of
from almena.app.settings import Settings
from almena.model.problem import InputError
from almena.store.folder import CityFolder
from almena.store.statements import standing

NOW = "2026-06-30T10:00:00+00:00"
MARK = 300  # cm, the mark that the citations name
MINUTA, OBJETIVOS = "documents/plano_diretor_2025_minuta.docx", "documents/plano_diretor_2025_objetivos.docx"
WORDS = {
    MINUTA: {
        3: "PROJETO DE LEI COMPLEMENTAR",
        5: "PLANO DIRETOR URBANO SUSTENTÁVEL",
        17: "instrumento básico da política urbana",
        30: "impactos das mudanças climáticas",
        35: "justiça espacial",
        61: "monitoramento e alerta de eventos extremos",
        72: "São objetivos",
        74: "Lago Guaíba",
        76: "tempo de deslocamento",
        78: "custo da moradia",
        80: "efeitos das mudanças climáticas",
        81: "economia urbana",
        85: "despoluir a sub-bacia do Arroio Dilúvio",
        88: "lazer público",
        101: "oferta de emprego e moradia",
        112: "Plano Municipal de Habitação",
        114: "imóveis ociosos",
        122: "recuperação das áreas de risco",
        126: "ilhas de calor",
        139: "formas de financiamento",
        202: "enchentes e deslizamentos",
        310: "drenagem urbana, controle de cheias",
        475: "espraiamento urbano e dos deslocamentos",
        583: "ocupações irregulares",
        622: "Sarandi",
        623: "enchente de 2024",
        625: "proteção contra cheias",
        773: "Desenvolvimento Sustentável das Ilhas",
        834: "iniciativas prioritárias",
        835: "Parque Linear do Arroio Dilúvio",
        837: "Ilhas de Porto Alegre",
        838: "bairro Sarandi",
        840: "enchentes de maio de 2024",
        879: "Smamus",
        880: "coordenar o planejamento urbano",
        881: "revisão e atualização do Plano Diretor",
        893: "o SGC será composto",
        898: "CEIV",
        900: "CGEP",
        901: "Centro de Inteligência Territorial",
        903: "CMDUA",
        1001: "instância colegiada de participação social",
        1006: "opinar sobre a revisão",
        1014: "propor ao SGC",
    },
    OBJETIVOS: {
        6: "seis anos",
        11: "mudanças climáticas",
        12: "tempo de deslocamento",
        13: "custo da moradia",
        14: "formas de financiamento",
        18: "Câmara de Vereadores",
        20: "sistemas de proteção contra cheias",
        22: "ilhas de calor",
        24: "Escritório de Adaptação Climática",
        34: "terrenos ociosos",
        36: "assentamentos informais",
        38: "impermeabilização",
        44: "transporte público coletivo",
        48: "expansão horizontal",
        50: "locais de trabalho",
        55: "Lei de Uso e Ocupação do Solo",
        63: "crise habitacional",
    },
}


def tables(language: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    place = illustration_of("porto-alegre")
    assert place is not None
    for file in sorted((place / language).iterdir(), key=lambda f: f.name):
        yield file.name, list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))


def rows(name: str) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in dict(tables("en"))[name]}


@pytest.fixture
def city(tmp_path: Path) -> Iterator[CityFolder]:
    with CityFolder.create(tmp_path / "city", "Porto Alegre", ("pt", "en"), id="porto-alegre") as folder:
        yield folder


def settings() -> Settings:
    return Settings(clock=lambda: NOW)


# ------------------------------------------------------------------------------------------ what it says of itself
@pytest.mark.parametrize(
    "languages, title", [(("pt", "en"), "Ilhas de calor"), (("fr",), "Urban heat islands")]
)
def test_every_entry_comes_in_and_says_that_it_is_an_illustration(
    tmp_path: Path, languages: tuple[str, ...], title: str
) -> None:
    from almena.app.packs import packs_of

    path = tmp_path / "city"
    CityFolder.create(path, "Porto Alegre", languages, id="porto-alegre").close()
    found = bring_illustration(path, settings(), ImportOptions())
    assert [entry for entry in found["listed"] if entry["refused"]] == []
    assert found["questions"] == []
    assert sum(row["accepted"] for row in found["registers"]) == sum(len(t) for _, t in tables("en"))
    with CityFolder.open(path) as folder:
        said = standing(folder.engine)
        assert len(said) == found["entries"]
        assert {s.by for s in said} == {"illustration of Porto Alegre"}
        registers = registers_of(folder, packs_of(folder))
    for entries in vars(registers).values():
        assert all(entry.told.source.startswith(f"{ILLUSTRATION_SAYS}: ") for entry in entries)
    assert title in {stress.title for stress in registers.stresses}
    assert not registers.judgements


def test_the_manifest_says_the_same_sentence_and_names_every_cited_file() -> None:
    place = illustration_of("porto-alegre")
    assert place is not None
    manifest = tomllib.loads((place / "illustration.toml").read_text(encoding="utf-8"))
    assert manifest["says"] == ILLUSTRATION_SAYS
    citations = [row["citation"] for _, table in tables("en") for row in table]
    cited = {file for text in citations for file in re.findall(r"[a-z]+/[\w.-]+\.\w+", text)}
    assert cited == set(manifest["made_from"])


def test_a_city_without_an_illustration_is_told_so(tmp_path: Path) -> None:
    CityFolder.create(tmp_path / "city", "Elsewhere", ("en",), id="elsewhere").close()
    with pytest.raises(InputError, match="no illustration comes with the kit of Elsewhere"):
        bring_illustration(tmp_path / "city", settings(), ImportOptions())


def test_both_languages_say_the_same_of_the_same() -> None:
    texts = {"title", "name", "description"}
    for (name, english), (other, portuguese) in zip(tables("en"), tables("pt"), strict=True):
        assert name == other
        bare = [
            [{k: v for k, v in row.items() if k not in texts} for row in table]
            for table in (english, portuguese)
        ]
        assert bare[0] == bare[1], name
        filled = [[{k: bool(v) for k, v in row.items()} for row in table] for table in (english, portuguese)]
        assert filled[0] == filled[1], name


def test_no_entry_is_without_a_citation_and_no_effect_on_people_is_claimed() -> None:
    for name, table in tables("en"):
        assert all(row["citation"] for row in table), name
    effects = {"people_direct", "people_indirect", "deaths", "injured", "displaced", "jobs", "loss"}
    assert not effects & set(next(iter(rows("shocks.csv").values())))


# ------------------------------------------------------------------------------------------ what the files say
def citations() -> Iterator[tuple[str, int]]:
    for _, table in tables("en"):
        for row in table:
            for part in row["citation"].split("; "):
                match = re.fullmatch(r"(documents/\S+\.docx), paragraphs? ([\d, ]+)", part)
                yield from ((match[1], int(number)) for number in match[2].split(", ")) if match else ()


def test_every_cited_paragraph_is_looked_up_below() -> None:
    assert set(citations()) == {(file, number) for file, numbers in WORDS.items() for number in numbers}


@pytest.mark.real
@pytest.mark.parametrize("file", [MINUTA, OBJETIVOS])
def test_cited_paragraphs_hold_the_words_that_they_are_cited_for(porto_alegre: Path, file: str) -> None:
    import docx

    paragraphs = docx.Document(str(porto_alegre / file)).paragraphs
    for number, words in WORDS[file].items():
        assert words in paragraphs[number - 1].text, (file, number)


def readings(porto_alegre: Path, file: str) -> list[tuple[dt.datetime, float, int]]:
    found = []
    for number, (moment, level) in enumerate(csv.reader(io.StringIO((porto_alegre / file).read_text())), 1):
        if level:
            found.append((dt.datetime.strptime(moment[:16], "%d/%m/%Y %H:%M"), float(level), number))
    return sorted(found)


@pytest.mark.real
def test_begin_end_peak_and_rows_of_each_shock_are_those_of_the_gauge(porto_alegre: Path) -> None:
    for shock in rows("shocks.csv").values():
        place = r"(river/\S+), rows (\d+) to (\d+), highest in row (\d+)"
        ((file, first, last, highest),) = re.findall(place, shock["citation"])
        series = readings(porto_alegre, file)
        peak = next(r for r in series if r[2] == int(highest))
        high = [r for r in series if r[1] >= MARK and abs(r[0] - peak[0]) < dt.timedelta(days=5)]
        assert shock["start"] == high[0][0].date().isoformat()
        assert f"{peak[1]:.0f} cm" in shock["name"]
        assert peak[1] == max(r[1] for r in high)
        outside = [
            r
            for r in readings(porto_alegre, file)
            if r[1] >= MARK and abs(r[0] - peak[0]) < dt.timedelta(days=5)
        ]
        assert (outside[0][2], outside[-1][2]) == (int(last), int(first))
        is_over = readings(porto_alegre, file)[-1][1] < MARK
        assert shock["end"] == (high[-1][0].date().isoformat() if is_over else "")


@pytest.mark.real
def test_no_high_water_of_the_files_is_left_out(porto_alegre: Path) -> None:
    starts = {row["start"] for row in rows("shocks.csv").values()}
    found = set()
    for file in ("river/guaiba_level_15min_2023-08_12.csv", "river/guaiba_level_15min_2024-04-08_05-06.csv"):
        last = dt.datetime.min
        for moment, level, _ in readings(porto_alegre, file):
            if level >= MARK:
                found |= {moment.date().isoformat()} if moment - last > dt.timedelta(days=2) else set()
                last = moment
    assert found == starts


@pytest.mark.real
def test_the_area_is_that_of_the_official_outline(porto_alegre: Path) -> None:
    outline = json.loads((porto_alegre / "hazards/flood_may2024_ada.geojson").read_text())["features"][0]
    to_metres = Transformer.from_crs(4326, 31982, always_xy=True).transform
    flat = transform(lambda x, y, z=None: (x, y), shape(outline["geometry"]))
    area = transform(to_metres, flat).area / 1e6
    assert f"{area:.2f} km²" in rows("shocks.csv")["flood-2024-05"]["name"]


@pytest.mark.real
def test_the_counts_of_neighbourhoods_are_those_of_the_cited_cells(porto_alegre: Path) -> None:
    page = openpyxl.load_workbook(
        porto_alegre / "documents/bairros_risco_desastre_2024.xlsx", read_only=True
    ).active
    challenge = rows("challenges.csv")["open-protection"]
    above, protected, studied = ([c[0].value for c in page[f"{x}2:{x}60"] if c[0].value] for x in "ABC")
    assert f"lists {len(above)} neighbourhoods" in challenge["description"]
    assert f"{len(protected)} as protected" in challenge["description"]
    assert f"{len(studied)} as under study" in challenge["description"]
    assert len({*above, *protected, *studied}) == len(above) + len(protected) + len(studied) - 1
    cells = f"A2:A{len(above) + 1}, B2:B{len(protected) + 1} and C2:C{len(studied) + 1}"
    assert cells in challenge["citation"]
