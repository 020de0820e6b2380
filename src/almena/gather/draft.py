"""A kit drafted from any folder: what is clear is taken with its reason, every doubt is a question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from almena.gather.countries import languages_of
from almena.gather.draft_answers import check_answers, check_answers_fit
from almena.gather.draft_city import Candidate, city_names, country_codes, country_of_outline, metric_crs
from almena.gather.draft_elsewhere import elsewhere
from almena.gather.draft_extract import describe, draft_extract, is_full
from almena.gather.draft_files import LEAVE_OUT, Drafted, draft_files, list_files
from almena.gather.draft_known import Known
from almena.gather.draft_paper import Draft, Paper, Question
from almena.gather.draft_place import city_place, put_in_place
from almena.gather.facts import FileFacts, plain
from almena.gather.kit import kit_text
from almena.gather.probe import probe as look
from almena.model.kit import Kit
from almena.model.problem import InputError, Problem
from almena.packs import load_roles

_FAR_AHEAD = 3  # times the evidence of the runner-up that an answer needs to be taken
_LEAST = 5  # national coordinate systems that speak for a country
UNTOLD = "en"  # language of a draft whose country is not known
NOWHERE = "ZZZ"  # a code that ISO 3166 leaves to users: it stands for "not known yet"

__all__ = ["LEAVE_OUT", "Candidate", "Draft", "Question", "draft_kit"]


def draft_kit(
    folder: Path,
    *,
    answers: Mapping[str, str] | None = None,
    probe: Callable[..., FileFacts] = look,
    known: Known | None = None,
) -> Draft:
    """
    Guess the kit of a folder of files.

    Parameters
    ----------
    folder : Path
        Folder with files of any names.
    answers : mapping of str to str, optional
        Answers to questions of an earlier draft, by the question's id.
    probe : callable
        Looks into one file.
    known : Known, optional
        Files that are not guessed at; they follow those that are.

    Returns
    -------
    Draft
        The kit, the questions left, the text of ``kit.toml`` with reasons and questions as comments, and what
        was left out.

    Raises
    ------
    InputError
        When the folder holds nothing that can be used, or an answer does.
    """
    settled = known or Known()
    paths = settled.without(list_files(folder), folder)
    given = dict(answers or {})
    names = [p.relative_to(folder).as_posix() for p in paths]
    if all("#" not in question for question in given):
        check_answers(given, names)  # before a long look into everything
    paper = Paper(given)
    looks = dict(_looks(dict(zip(names, paths, strict=True)), paper, probe))
    check_answers(given, [*names, *(name for name in looks if name not in names)])
    check_answers_fit(given, looks)
    facts = {name: put_in_place(one, given.get(f"crs:{name}", "")) for name, one in looks.items()}
    drafted = _drafted(facts, paper)
    if not drafted and not settled.files:
        raise _nothing(folder, paper)
    paper.note(
        0,
        "Drafted from the files of a folder: read the reasons, answer the questions, correct what is wrong.",
    )
    kit = settled.added_to(_city(folder, drafted, paper, settled.placed(folder, probe)), paper)
    paper.settle()
    return Draft(
        kit,
        tuple(paper.questions),
        kit_text(kit, notes=paper.notes()),
        tuple(paper.left_out),
        tuple(paper.proposals),
    )


def _looks(
    paths: Mapping[str, Path], paper: Paper, probe: Callable[..., FileFacts]
) -> Iterator[tuple[str, FileFacts]]:
    """Look into every file; each sheet or layer of those that have several is looked into by itself."""
    for name, path in paths.items():
        first = probe(path)
        if not first.parts:
            yield name, first
        elif paper.has(f"role:{name}") or paper.has(f"part:{name}"):
            offered = tuple(Candidate(part, "a sheet or layer of it") for part in first.parts)
            about = f"Which sheet or layer of {name} is meant?"
            part = paper.ask(f"part:{name}", about, offered, first.parts[0])
            yield name, replace(probe(path, part), inside="")
        else:
            for part in first.parts:
                yield f"{name}#{part}", probe(path, part)


def _drafted(facts: Mapping[str, FileFacts], paper: Paper) -> list[Drafted]:
    """Return the entries of the kit: files of one role each, then what full extracts add to them."""
    roles = load_roles()
    full = [name for name, one in facts.items() if is_full(one) and not paper.has(f"role:{name}")]
    drafted = draft_files({n: one for n, one in facts.items() if n not in full}, paper, roles)
    for name in _in_the_city(full, facts, drafted, paper):
        added = draft_extract(name, facts[name], {d.role for d in drafted}, paper, roles)
        for number, one in enumerate(added, len(drafted) + 1):
            describe(number, one, paper, roles[one.role])
        drafted += added
    return drafted


def _in_the_city(
    full: list[str], facts: Mapping[str, FileFacts], drafted: list[Drafted], paper: Paper
) -> list[str]:
    """Leave out extracts of another place than that which an outline among the other files draws."""
    outlines = [d.facts for d in drafted if d.role == "boundary"]
    away = elsewhere({name: facts[name] for name in full}, outlines)
    for name in away:
        why = "nothing in it lies in or near the city that another file draws"
        paper.leave_out(name, why, "Draft it in a folder of its own, if it is another city.")
    return [name for name in full if name not in away]


def _city(folder: Path, drafted: list[Drafted], paper: Paper, placed: list[Drafted]) -> Kit:
    every = [d.facts for d in drafted]
    outline = next((f.outline_tags for f in every if f.outline_tags), {})
    name = _name(folder, every, outline, paper)
    place = city_place([*placed, *drafted])
    country = _country(place, outline, paper)
    crs = _crs(place, [f.crs for f in every if f.crs], paper)
    licence = _licence(drafted, paper)
    for d in drafted:
        d.options["licence"] = paper.answer(f"licence:{d.name}", d.options.get("licence") or licence)
    files = tuple(d.spec() for d in drafted)
    return Kit(_slug(name), name, country, crs, _languages(country, paper), files, folder)


def _licence(drafted: list[Drafted], paper: Paper) -> str:
    """Return the licence of the files that do not bring one by what they are."""
    if all(d.options.get("licence") for d in drafted):
        return paper.answer("licence", "")
    about = "Which licence covers these files? Without one they never leave in a public export."
    return paper.ask("licence", about, _LICENCES, "")


_LICENCES = tuple(
    Candidate(value, "if the publisher says so") for value in ("CC-BY-4.0", "CC0-1.0", "ODbL-1.0")
)


def _name(folder: Path, every: list[FileFacts], outline: Mapping[str, str], paper: Paper) -> str:
    if outline.get("name"):
        paper.note(0, "city name: its outline on the map is called so")
        return paper.answer("city.name", outline["name"])
    names = city_names(every, folder.resolve().name)
    if names[0].weight and (len(names) == 1 or names[0].weight >= _FAR_AHEAD * names[1].weight):
        paper.note(0, f"city name: {names[0].why}")
        return paper.answer("city.name", names[0].value)
    return paper.ask("city.name", "What is the city called?", tuple(names), names[0].value)


def _country(place: tuple[float, float] | None, outline: Mapping[str, str], paper: Paper) -> str:
    if itself := country_of_outline(outline):
        paper.note(0, f"country: {itself.why}")
        return paper.answer("city.country", itself.value)
    found = tuple(country_codes(place)) if place else ()
    runner_up = found[1].weight if len(found) > 1 else 0
    is_clear = bool(found) and found[0].weight >= max(_LEAST, _FAR_AHEAD * runner_up)
    default = found[0].value if is_clear else NOWHERE
    return paper.ask("city.country", "Which country is the city in (ISO 3166-1 alpha-3)?", found, default)


def _languages(country: str, paper: Paper) -> tuple[str, ...]:
    """Return the languages of the country; where it has several, a person is asked which the city reads first."""
    found = languages_of(country)
    if len(found) == 1 or country == NOWHERE:
        told = (
            f"{found[0]} is the official one of {country} (Unicode CLDR)"
            if found
            else "the country is not known"
        )
        paper.note(0, f"languages: {told}")
        return tuple(paper.answer("city.languages", found[0] if found else UNTOLD).split())
    about = "Which languages do the people of the city read, the most read first?"
    why = f"official in {country} (Unicode CLDR)"
    default = " ".join(found) or UNTOLD
    return tuple(paper.ask("city.languages", about, tuple(Candidate(f, why) for f in found), default).split())


def _crs(place: tuple[float, float] | None, declared: list[str], paper: Paper) -> str:
    if place is None:
        about = "Which metric coordinate system shall be used? No file tells where the city is."
        return paper.ask("city.crs", about, (), "EPSG:3857")
    found = metric_crs(place, declared)
    paper.note(0, f"crs: {found.why}")
    return paper.answer("city.crs", found.value)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-") or "city"


def _nothing(folder: Path, paper: Paper) -> InputError:
    why = "it holds no file" if not paper.left_out else "no reader and no role fits any of its files"
    remedy = "Name a folder with files of the city, or tell roles with answers such as role:a.csv=schools."
    return InputError(Problem("No kit can be drafted.", str(folder), why, remedy), *paper.left_out)
