"""Kit entries by hand for the real files of the demonstration city."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from almena.harmonise import FoundFile, read_file
from almena.model.kit import KitFile
from almena.model.origin import Source
from almena.packs import load_roles


@dataclass(frozen=True)
class Entry:
    """One file: its role, reader, path, the number of features or rows expected, and reading options."""

    role: str
    reader: str
    path: str
    size: int
    options: dict[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.role, self.path))


SCHOOL_FIELDS = {
    "name": "no_entidade",
    "district": "no_bairro",
    "sector": "tp_dependencia_label",
    "primary_pupils": "qtd_mat_fundamental",
    "secondary_pupils": "qtd_mat_medio",
    "preschool_pupils": "qtd_mat_infantil",
    "pupils": "qtd_mat_total",
    "teachers": "qtd_doc_total",
    "code": "co_entidade",
}
HEALTH_FIELDS = {
    "code": "co_cnes",
    "type": "tp_unidade_label",
    "public": "vinc_sus",
    "beds": "leitos_total",
    "staff": "qtd_profissionais",
    "district": "bairro",
}
SECTOR_FIELDS = {
    "code": "num_setor",
    "survey_date": "data_setor",
    "grade": "grau_risco",
    "hazard": "tipolo_g1",
    "people": "num_pess",
    "buildings": "num_edif",
}
STATISTICS_FIELDS = {
    "name": "neighbourhood_name",
    "code": "neighbourhood_number",
    "population": "population_total",
}
POWER_FIELDS = {"type": "infrastructure_type", "voltage": "voltage_kv", "year": "year_operational"}
HYDRANT_FIELDS = {"name": "NO", "operable": "OPERAVEL", "installed": "DATAINSTAL"}
FLOOD_FIELDS = {"class": "classe", "municipality": "municipio", "year": "ano"}
SLIDE_FIELDS = {"class": "classe", "municipality": "municipio", "process": "processo"}


def _vector(role: str, path: str, size: int, **fields: str) -> Entry:
    return Entry(role, "vector", path, size, {"fields": fields})


LAYERS = (
    _vector("boundary", "boundary/municipality_ibge.geojson", 1),
    _vector("boundary", "boundary/municipality_osm.json", 1),
    _vector("neighbourhoods", "boundary/neighbourhoods_lc12112_cc0.geojson", 94),
    _vector(
        "neighbourhood_statistics", "boundary/neighbourhoods_ibge_indicators.geojson", 99, **STATISTICS_FIELDS
    ),
    _vector(
        "informal_settlements", "boundary/settlements_informal_ibge.geojson", 125, name="settlement_name"
    ),
    _vector("addresses", "buildings/address_points_cc0.parquet", 150_941),
    _vector("flood_extent", "hazards/flood_may2024_ada.geojson", 1),
    _vector("flood_susceptibility", "hazards/sgb_flood_susceptibility.shp", 709, **FLOOD_FIELDS),
    _vector("landslide_susceptibility", "hazards/sgb_landslide_susceptibility.shp", 369, **SLIDE_FIELDS),
    _vector("risk_sectors", "hazards/sgb_risk_sectors.shp", 140, **SECTOR_FIELDS),
    Entry(
        "bus_terminals",
        "vector",
        "infrastructure/bus_terminals.geojson",
        111,
        {"fields": {"class": "CLASSIFICA"}},
    ),
    _vector("hydrants", "infrastructure/hydrants.geojson", 1618, **HYDRANT_FIELDS),
    _vector("power_lines", "infrastructure/power_mapbiomas.geojson", 46, **POWER_FIELDS),
    Entry(
        "land_cover_map",
        "vector",
        "landcover/osm_landcover.json",
        1830,
        {"fields": {"class": "landcover_class"}},
    ),
    _vector("forests", "osm/forest.json", 598),
    _vector("rivers", "osm/rivers.json", 1596),
    _vector("hospitals", "osm/sites_hospitals.json", 220),
    _vector("open_spaces", "osm/sites_parks.json", 1136),
    _vector("schools_on_map", "osm/sites_schools.json", 751),
    _vector("social_facilities", "osm/sites_social.json", 574),
    _vector("sports_grounds", "osm/sites_sports.json", 313),
    _vector("vacant_land", "osm/sites_vacant.json", 15),
    _vector("wetlands", "osm/sites_wetlands.json", 435),
    _vector("water_bodies", "osm/surface_water.json", 291),
    _vector("schools", "services/schools_inep2024.geojson", 938, **SCHOOL_FIELDS),
    _vector("transit_stops", "transit/gtfs_stops_2024.geojson", 5909, name="stop_name", code="stop_id"),
    _vector("published_flood_health", "expected/health_facilities_in_ada.geojson", 852, **HEALTH_FIELDS),
    _vector("published_flood_schools", "expected/schools_in_ada.geojson", 126, name="no_entidade"),
    _vector("published_flood_hydrants", "expected/hydrants_in_ada.geojson", 271, name="NO"),
    _vector("published_flood_bus_terminals", "expected/terminals_in_ada.geojson", 25, name="NOME"),
    Entry("streets", "osm", "osm/poa_osm.pbf", 15_886),
)


def _census(role: str, name: str, size: int, **fields: str) -> Entry:
    return Entry(role, "table", f"statistics/censo2022/{name}.csv", size, {"fields": fields})


PERSONS, HEADS = "População(pessoas)", "População (pessoas)"
HAS_IT, LACKS_IT = "Possui(%)", "Não possui(%)"

TABLES = (
    _census("census_table", "crescimento_populacional", 6, year="Ano da pesquisa", population=PERSONS),
    _census(
        "census_age_sex",
        "piramide_etaria",
        21,
        age_group="Grupo de idade",
        women="População feminina(pessoas)",
        men="População masculina(pessoas)",
    ),
    _census("census_sex", "populacao_por_sexo", 2, sex="Sexo", persons=PERSONS),
    _census("census_literacy", "alfabetizacao", 2, group="Situação", persons=PERSONS, share="Percentual"),
    _census("census_education", "nivel_de_instrucao", 4, level="Nível de instrução", persons=HEADS),
    _census(
        "census_dwellings",
        "caracteristicas_dos_domicilios",
        4,
        feature="Característica",
        share=HAS_IT,
        share_without=LACKS_IT,
    ),
    _census("census_streets", "caracteristicas_do_entorno", 4, feature="Característica", share=HAS_IT),
    _census(
        "census_households",
        "composicao_domiciliar",
        3,
        composition="Composição domiciliar",
        share="Porcentagem de domicílios",
    ),
    _census("census_ethnicity", "populacao_por_cor_ou_raca", 5, group="Cor ou raça", persons=HEADS),
    _census("census_indigenous", "populacao_indigena", 3, group="População indígena", persons="pessoas"),
    _census("census_urban_rural", "populacao_por_situacao_do_domicilio", 2, group="Situação", persons=HEADS),
    _census(
        "census_settlements",
        "populacao_residente_em_favelas",
        2,
        group="Situação",
        persons=PERSONS,
        share="Percentual",
    ),
    _census(
        "census_territory",
        "territorio",
        1,
        year="Ano da pesquisa",
        area="Área(km²)",
        density="Densidade demográfica(hab/km²)",
    ),
    Entry(
        "emissions",
        "table",
        "statistics/ghg_inventory_2022.csv",
        72,
        {
            "fields": {
                "sector": "Subsector name",
                "emissions": "Total Emissions",
                "reference": "GPC Reference Number",
            }
        },
    ),
    Entry(
        "services_grid",
        "table",
        "population/hexgrid_r5r.csv",
        1227,
        {"fields": {"x": "lon", "y": "lat", "code": "id"}},
    ),
    Entry(
        "plan_lists",
        "table",
        "documents/bairros_risco_desastre_2024.xlsx",
        57,
        {
            "fields": {
                "above_flood_level": "Bairros com Ocupação Urbana Acima da Cota de Inundação 2024",
                "protected": "Bairros Protegidos pelo Sistema Atual",
                "under_study": "Bairros em Área de Estudo",
            }
        },
    ),
    Entry(
        "climate_daily",
        "timeseries",
        "climate/inmet_a801_daily_2000_2025.csv",
        8987,
        {
            "fields": {
                "rain": "precip_mm",
                "t_max": "t_max_c",
                "t_min": "t_min_c",
                "t_mean": "t_mean_c",
                "hours_rain": "n_hours_precip",
                "hours_temperature": "n_hours_temp",
            }
        },
    ),
    Entry(
        "climate_model_daily",
        "timeseries",
        "climate/openmeteo_daily_2000.csv",
        366,
        {"fields": {"date": "time", "rain": "precipitation_sum", "t_max": "temperature_2m_max"}},
    ),
)
HOURLY = Entry(
    "climate_hourly",
    "timeseries",
    "climate/inmet_a801_hourly_*.csv",
    14_088,
    {
        "fields": {
            "time": "1+2",
            "rain": "PRECIPITAÇÃO TOTAL, HORÁRIO (mm)",
            "temperature": "TEMPERATURA DO AR - BULBO SECO, HORARIA (°C)",
        },
        "missing": ("-9999",),
        "header": 9,
    },
)
RIVER = Entry(
    "river_level",
    "timeseries",
    "river/guaiba_level_*.csv",
    14_446,
    {"header": 0, "fields": {"time": 1, "level": 2}},
)
GRIDS = (
    Entry("population_grid", "raster", "population/worldpop2020_constrained_3arcsec.tif", 405 * 343),
    Entry("land_cover", "raster", "landcover/mapbiomas_30m.tif", 1285 * 1129),
    Entry("elevation", "raster", "elevation/srtm_gl1_30m.tif", 1369 * 1365),
    Entry("elevation", "raster", "elevation/r5r_elevation_uint8.tif", 403 * 413),
)
BUS = Entry("transit_feed", "gtfs", "transit/gtfs_eptc.zip", 130_019)
METRO = Entry("transit_feed", "gtfs", "transit/gtfs_trensurb.zip", 14_855)
PLANS = (
    Entry("city_plan", "document", "documents/plano_diretor_2025_minuta.docx", 1258),
    Entry("city_plan", "document", "documents/plano_diretor_2025_objetivos.docx", 69),
)
EVERYTHING = (*LAYERS, *TABLES, HOURLY, RIVER, *GRIDS, BUS, METRO, *PLANS)


def found_in(folder: Path, entry: Entry, **more: Any) -> FoundFile:
    """Return the files of an entry as gather would hand them over."""
    paths = tuple(sorted(folder.glob(entry.path)))
    spec = KitFile(role=entry.role, path=entry.path, reader=entry.reader, **{**entry.options, **more})
    return FoundFile(spec, paths, Source(entry.role, entry.path, "0" * 64, licence="as in the manifest"))


@lru_cache
def content(folder: Path, entry: Entry) -> Any:
    """Read an entry once for all tests."""
    return read_file(found_in(folder, entry), load_roles()[entry.role])


def entry_of(role: str, part: str = "") -> Entry:
    """Return the entry of a role whose path contains a word."""
    return next(e for e in EVERYTHING if e.role == role and part in e.path)
