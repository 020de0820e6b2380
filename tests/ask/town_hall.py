"""A small pack with one question of every type, its texts in two languages, and forms made of it."""

# ruff: noqa: E501 - rows of a table
from __future__ import annotations

import csv
import io

from almena.ask.forms import Form
from almena.ask.instrument import instrument_of, part_of
from almena.model.pack import Manifest, Pack, Row
from almena.model.question import Instrument
from almena.packs.language import speaking

SOURCE = "written for the tests"

QUESTIONS = """\
id|code|kind|indicator|parent|element|component|level|text|help|answer|scale|unit|low|high|rows|columns|card|holder|minutes
demo.5.1.1.1|5.1.1.1|si|demo.5.1.1||municipal_services|municipal_services.works|basic|Share of public space that is lit|Count squares, not shops|table||%|0|100|primary roads;squares|lit;working||Public works|20
demo.5.1.1.2|5.1.1.2|si|demo.5.1.1||municipal_services|municipal_services.works|basic|How often does the lighting fail?||single|disruption|||||||Public works|5
demo.5.1.1.3|5.1.1.3|rq|demo.5.1.1|demo.5.1.1.2|municipal_services|municipal_services.works|basic|Is the lighting switched off at night?||yes_no||||||||Public works|2
demo.5.1.1.4|5.1.1.4|si|demo.5.1.1||municipal_services|municipal_services.works|basic|Energy for lighting per person||trend|growth|kWh|0|||||Public works|30
demo.5.1.1.5|5.1.1.5|si|demo.5.1.1||municipal_services|municipal_services.works|basic|What hinders repairs?||multiple|barriers|||||||Public works|5
demo.5.1.1.6|5.1.1.6|si|demo.5.1.1||municipal_services|municipal_services.works|basic|How good is the street furniture?||table|disruption||||cover;care|quality||Public works|4
demo.3.2.1.1|3.2.1.1|si|demo.3.2.1||basic_infrastructure|basic_infrastructure.water|basic|Homes with piped water||percent||||||||Water utility|10
demo.3.2.1.2|3.2.1.2|si|demo.3.2.1||basic_infrastructure|basic_infrastructure.water|basic|Length of pipes||number||km|0|100000|||identity.area|Water utility|3
demo.3.2.1.3|3.2.1.3|rq|demo.3.2.1||basic_infrastructure|basic_infrastructure.water|basic|What happened in the last drought?||text||||||||Water utility|15
demo.3.2.1.4|3.2.1.4|rq|demo.3.2.1||basic_infrastructure|basic_infrastructure.water|basic|Which outages were the longest?||table||||||what;days||Water utility|15
demo.3.2.1.5|3.2.1.5|si|demo.3.2.1||basic_infrastructure|basic_infrastructure.water|basic|Water lost on the way, by year||trend||%||||||Water utility|12
"""

SCALES = """\
scale|id|position|label|parent|colour|means
disruption|no_data|0|No data||
disruption|significant|1|Significant||
disruption|seasonal|2|Seasonal||
disruption|none|3|No major disruptions||
growth|sharp_decrease|1|Sharp decrease||
growth|stable|2|Stable||
growth|sharp_increase|3|Sharp increase||
barriers|money|1|Financial capacity||
barriers|norms|2|Normative frameworks, institutions||
barriers|other-things|3|Other||
completion|complete|1|Complete||3D3D84|done
completion|incomplete|2|Incomplete||816EAF|to_do
completion|pending|3|Pending||BDB4D3|to_do
completion|not_available|4|Not available|||done
completion|not_applicable|5|Not applicable||ADBCC7|done
completion|alternative|6|Alternative||B8D9DD|done
data_quality|high|3|High||
data_quality|mid|2|Mid||
data_quality|low|1|Low||
importance|essential|1|Essential||
importance|important|2|Important||
importance|secondary|3|Secondary||
benchmark|green|1|Green||1BAD9A|
benchmark|yellow|2|Yellow||FFDE52|
benchmark|orange|3|Orange||F79948|
benchmark|red|4|Red||E04B44|
benchmark|qualitative|5|Qualitative||808080|
source_type|official|1|Official document||
source_type|media|2|Media||
collection_scale|national|1|National||
collection_scale|local|2|Local||
"""

BENCHMARKS = """\
question|direction|green|yellow|orange|unit
demo.3.2.1.1|higher|95|80|60|
demo.3.2.1.2|higher|500|||km
"""

TEXTS = """\
table|id|column|text
questions|demo.5.1.1.2|text|Com que frequência a iluminação falha?
questions|demo.5.1.1.1|rows|vias principais;praças
questions|demo.5.1.1.1|holder|Obras públicas
questions|demo.5.1.1.2|holder|Obras públicas
scales|disruption/seasonal|label|Sazonal
scales|completion/not_available|label|Não disponível
"""

INDICATORS = """\
id|code|element|component|title
demo.5.1.1|5.1.1|municipal_services|municipal_services.works|Public lighting
demo.3.2.1|3.2.1|basic_infrastructure|basic_infrastructure.water|Water supply
"""

COMPONENTS = """\
id|element|parent|title
municipal_services.works|municipal_services||Public works
basic_infrastructure.water|basic_infrastructure||Water
"""


def rows(text: str, **more: str) -> tuple[Row, ...]:
    """Return a table; bars part its columns, and semicolons stand for the bars inside of cells."""
    found = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text), delimiter="|", strict=True), 2):
        cells = {key: (value or "").strip() for key, value in row.items()}
        for column in ("rows", "columns"):
            if column in cells:
                cells[column] = cells[column].replace(";", "|")
        if cells.get("column") == "rows":
            cells["text"] = cells["text"].replace(";", "|")
        found.append({"source": SOURCE, "confidence": "C", **cells, **more, "_row": str(number)})
    return tuple(found)


def demo_pack(questions: str = QUESTIONS, letter: str = "B") -> Pack:
    """Return the pack; its cut-offs carry the letter given."""
    manifest = Manifest("demo", "1", "A pack for tests", "method", ("en", "pt"), "CC0-1.0", SOURCE)
    tables = {
        "questions": rows(questions),
        "scales": rows(SCALES),
        "benchmarks": tuple(
            {**row, "unit": row["unit"] or "%"} for row in rows(BENCHMARKS, confidence=letter)
        ),
        "texts_pt": rows(TEXTS),
        "indicators": rows(INDICATORS),
        "components": rows(COMPONENTS),
    }
    return Pack(manifest, tables)


PACK = demo_pack()


def instrument(language: str = "en", pack: Pack = PACK) -> Instrument:
    """Return all its questions."""
    with speaking(language):
        return instrument_of({pack.id: pack}, language)


def form(*ids: str, language: str = "en", office: str = "Public works") -> Form:
    """Return a form of some questions, all when none is named."""
    whole = instrument(language)
    wanted = [f"demo.{i}" for i in ids] or [q.id for q in whole.questions]
    return Form(part_of(whole, wanted), "toyville", "Toyville", office, "2026-11-20")
