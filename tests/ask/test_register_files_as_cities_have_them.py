"""A folder of registers as a city keeps them: every trap is read as a careful person reads it, or listed."""

from __future__ import annotations

import pytest
from tests.ask.words import content, counts, notes, read, shapes_of, table, vocabulary, whys

HEAD = (
    "city;group;type;subtype;date;people_directly_affected;people_indirectly_affected;triggered_shock;urban_elements;"
    "casualties;injured;displaced;loss_of_working_days;loss_of_jobs"
)
FOUR = "Built Environment,Basic Infraestructure,Economy,Municipal Public Services"
FAILED = "vila nova;TECHNOLOGICAL;FAILURE;Built Infrastructure Breakdown"
SICK = "vila nova;BIOLOGICAL;INFECTIOUS DISEASES;Viral Epidemic & Pandemic Disease"
SHOCKS = f"""
{HEAD}
{FAILED};1/1/85;50000;70000;Fluvial Flood;{FOUR};;;;;
vila nova;NATURAL;FLOOD;Fluvial Flood;1/1/00;;;;;;;;;
vila nova;NATURAL;FLOOD;Fluvial Flood;1/1/01;;;;;;;;;
vila nova;NATURAL;FLOOD;Pluvial Flood;3/5/12;0;60;Bacterial Epidemic & Pandemic Disease;Built Environment;;;;;
{FAILED};2/19/14;;;Mobility System Breakdown;Economy,unicipal Public Services;;;;;
vila nova;NATURAL;FLOOD;Pluvial Flood;3/30/18;200;10000;;Built Environment,Economy;;4;;;
{FAILED};3/30/18;200;10000;;Built Environment,Economy;4;;;;
vila nova;NATURAL;FLOOD;Pluvial Flood;7/28/19;1000;8500;;Built Environment,Economy;Municipal Public Services;;;;;
{SICK};3/15/20;5054;864845;;Built Environment;Basic Infraestructure;;;;;;
vila nova;NATURAL;FLOOD;Fluvial Flood;3/20/20;150;150;;Built Environment;Basic Infraestructure;;;15
vila nova;NATURAL;FLOOD;Fluvial Flod;4/20/20;1;;;;;;;;
vila nova;NATURAL;FLOOD;Flood;4/21/20;1;;;;;;;;
vila nova;NATURAL;FLOOD;Flash Flood;4/22/20;12,5;;;;;;;;
vila nova;NATURAL;FLOOD;Flash Flood;2/30/20;1;;;;;;;;
vila nova;NATURAL;FLOOD;Flash Flood;;1;;;;;;;;
other town;NATURAL;FLOOD;Flash Flood;5/1/20;1;;;;;;;;
vila nova;NATURAL;FLOOD;Fluvial Flood;1/1/01;;;;;;;;;
"""


def test_every_row_is_accepted_set_aside_or_refused_with_its_reason() -> None:
    found = read(table("vn_shocks.csv", SHOCKS))
    assert shapes_of(found) == ["shocks"]
    assert counts(found) == [(17, 9, 2, 6)]
    assert [one.where[0] for one in found.refused] == [
        "row 11, column 10",
        "row 12, column 4",
        "row 13, column 4",
        "row 14, column 6",
        "row 15, column 5",
        "row 16, column 5",
    ]
    assert [one.why for one in found.set_aside] == [
        "the row is of another city, other town",
        "it repeats vn_shocks.csv, row 4, word for word",
    ]


def test_accepted_rows_hold_what_a_careful_person_reads() -> None:
    shocks = content(read(table("vn_shocks.csv", SHOCKS)), "shocks")
    first = shocks["built-infrastructure-breakdown-1985-01-01"]
    assert (first["people_direct"], first["people_indirect"]) == (50_000, 70_000)
    assert first["triggered"] == ["fluvial-flood"]
    assert first["elements"] == ["built_environment", "basic_infrastructure", "economy", "municipal_services"]
    assert first["precision"] == "year assumed"
    assert shocks["pluvial-flood-2012-03-05"]["people_direct"] == 0
    assert "deaths" not in shocks["pluvial-flood-2012-03-05"]
    assert shocks["built-infrastructure-breakdown-2014-02-19"]["elements"] == [
        "economy",
        "municipal_services",
    ]


def test_what_was_decided_is_said() -> None:
    said = notes(read(table("vn_shocks.csv", SHOCKS)))
    assert (
        "'unicipal Public Services' is read as 'Municipal public services' @ vn_shocks.csv, row 6, column 9"
        in said
    )
    assert "month before day" in said
    assert "years of two digits" in said
    assert "4 of 17 dates are a 1 January" not in said  # the row of another city is no longer among them
    assert "dates are a 1 January: only their year is assumed" in said


def test_elements_spread_by_a_stray_delimiter_are_never_stored_as_casualties() -> None:
    found = read(table("vn_shocks.csv", SHOCKS))
    shocks = content(found, "shocks")
    moved = shocks["pluvial-flood-2019-07-28"]
    assert moved["elements"] == ["built_environment", "economy", "municipal_services"]
    assert "deaths" not in moved
    assert shocks["viral-epidemic-pandemic-disease-2020-03-15"]["elements"] == [
        "built_environment",
        "basic_infrastructure",
    ]
    assert "stood one column too far" in notes(found)
    assert (
        "stray delimiter has moved the row" in whys(found)[0]
    )  # as long as the header: two readings, so none


def test_a_number_that_may_have_moved_is_pointed_at() -> None:
    found = read(table("vn_shocks.csv", SHOCKS))
    assert "4 stands under injured here, and under deaths in a row of the same day and people" in notes(found)


def test_two_near_names_or_the_name_of_a_type_are_not_guessed() -> None:
    found = read(table("vn_shocks.csv", SHOCKS))
    remedies = {one.texts[0]: one.remedy for one in found.refused}
    assert remedies["Fluvial Flod"] == "Did you mean 'Fluvial Flood' or 'Pluvial Flood'?"
    assert "'Fluvial Flood'" in remedies["Flood"]


def test_group_and_type_choose_among_sub_types_of_one_name() -> None:
    head = "group;type;subtype;date"
    found = read(
        table(
            "a_shocks.csv",
            f"{head}\nTECHNOLOGICAL;NON-INDUSTRIAL;Explosion;2019-05-12\n;;Explosion;2019-05-13",
        )
    )
    assert list(content(found, "shocks")) == ["explosion-non-industrial-2019-05-12"]
    assert "may be several: explosion-industrial, explosion-non-industrial" in whys(found)[0]


@pytest.mark.parametrize("code", ["fluvial-flood", "MH0604", "nat-hyd-flo-riv", "FLUVIAL  FLOOD"])
def test_a_hazard_is_known_by_its_codes(code: str) -> None:
    found = read(table("a_shocks.csv", f"subtype;date\n{code};2019"))
    assert [c["hazard"] for c in content(found, "shocks").values()] == ["fluvial-flood"]


def test_a_code_that_stands_for_several_hazards_is_refused_with_their_names() -> None:
    (why,) = whys(read(table("a_shocks.csv", "subtype;date\nFL;2019")))
    assert why == "'FL' may be several: fluvial-flood, pluvial-flood"


def test_a_class_that_contradicts_the_sub_type_is_pointed_at() -> None:
    found = read(table("a_shocks.csv", "group;subtype;date\nSOCIETAL;Fluvial Flood;2019"))
    assert "fluvial-flood is not of the group 'SOCIETAL'" in notes(found)
    assert counts(found) == [(1, 1, 0, 0)]


# ------------------------------------------------------------------------------------------ tables that refer
PRIORITIES = "city;priority_matter\nvila nova;Water trouble\nvila nova;Weak economy\n"
STRESSES = "city;stress\nvila nova;Heat islands\nvila nova;Informal economy\n"
LINKS = """
city;priority_matter;stress;stressor;element_code;component_code;indicator_code;indicator_description;indicator_value
vila nova;Water trouble;Heat islands;Paved yards;3;3.2.3;3.2.3.1.1;Area with drains;Qualitative
vila nova;Weak economy;Informal economy;Few jobs;7;7.1;7.1.3.2;Unemployment;Red
vila nova;Weak economy;Informal economy;Few jobs;7;7.2;7.3.1.2;Banks;Not applicable
vila nova;Weak economy;Informal economy;Few jobs;7;7.1;7.1.9.9;Street vendors;Green
vila nova;Weak economy;Informal economy;Few jobs;7;7.1;7.1.9.8;;Green
vila nova;Weak economy;Informal economy;Few jobs;7;7.1;7.1.3.2;Unemployment;Green
vila nova;Weak economy;Informal economy;Few jobs;7;7.1;7.1.3.2;Unemployment;Red
vila nova;Week economy;Informal economy;Few jobs;7;7.1;3.3.1.1;Waste;Purple
"""


def test_one_file_of_links_fills_links_colours_and_stressors() -> None:
    found = read(table("p.csv", PRIORITIES), table("s.csv", STRESSES), table("l.csv", LINKS))
    assert shapes_of(found) == ["priorities", "stresses", "links"]
    assert counts(found)[2] == (8, 4, 1, 3)
    links = content(found, "links")
    assert links["water-trouble--heat-islands--paved-yards--crpt.3.2.3.1.1"] == {
        "priority": "water-trouble",
        "stress": "heat-islands",
        "stressor": "paved-yards",
        "indicator": "crpt.3.2.3.1.1",
    }
    assert content(found, "judgements")["crpt.7.1.3.2"] == {
        "indicator": "crpt.7.1.3.2",
        "colour": "red",
        "title": "Unemployment",
        "element": "economy",
        "component": "economy.local_economic_structure",
    }
    assert content(found, "stressors") == {
        "few-jobs": {"title": "Few jobs"},
        "paved-yards": {"title": "Paved yards"},
    }
    assert content(found, "stresses")["heat-islands"] == {
        "title": "Heat islands",
        "stressors": ["paved-yards"],
    }


def test_a_link_says_what_is_odd_about_it() -> None:
    found = read(table("p.csv", PRIORITIES), table("s.csv", STRESSES), table("l.csv", LINKS))
    said = notes(found)
    assert "The component is '7.2', and the code '7.3.1.2' is of another one" in said
    assert "has no indicator '7.1.9.9': it is taken as the city's own" in said
    assert "city.7.1.9.9" in content(found, "judgements")
    assert "No table lists the stressors: they are taken from where they are named" in said
    assert "l.csv, row 3 says something else of the same entry" in whys(found)
    assert "no indicator is called '7.1.9.8'" in whys(found)
    assert "no step of the list benchmark is called 'Purple'" in whys(found)


TIES = {
    "shocks_priorities": "shock;priority_matter\nAnimal, Plant, Fungal & Pest Infestation;Water trouble\n"
    "Pluvial Flood;Water trouble\nMeteor;Water trouble",
    "stresses_priorities": "stress;priority_matter\nHeat islands;Water trouble\nSocial unrest;Weak economy",
    "stresses_elements": "stress;urban_element_code;urban_element_description\nHeat islands;1;Built Environment\n"
    "Informal economy;7;Ecology",
    "stressors_stresses": "stressor;stress\nPaved yards;Heat islands\nFew trees;Heat islands\nFew trees;Heat islands",
}


def test_tables_that_tie_two_things_fill_the_lists_of_the_register() -> None:
    tables = [table(f"{name}.csv", text) for name, text in TIES.items()]
    found = read(*tables, table("p.csv", PRIORITIES), table("s.csv", STRESSES))
    by_shape = {o.shape: (o.read, o.accepted, o.set_aside, o.refused) for o in found.outcomes}
    assert by_shape == {
        "priorities": (2, 2, 0, 0),
        "stresses": (2, 2, 0, 0),
        "shocks_priorities": (3, 2, 0, 1),
        "stresses_priorities": (2, 1, 0, 1),
        "stresses_elements": (2, 2, 0, 0),
        "stressors_stresses": (3, 2, 1, 0),
    }
    assert content(found, "priorities")["water-trouble"]["hazards"] == [
        "animal-plant-fungal-pest-infestation",
        "pluvial-flood",
    ]
    assert content(found, "stresses")["heat-islands"] == {
        "title": "Heat islands",
        "priorities": ["water-trouble"],
        "elements": ["built_environment"],
        "stressors": ["paved-yards", "few-trees"],
    }
    assert "no stress is called 'Social unrest'" in whys(found)
    assert "The code names economy, the words 'Ecology' another element" in notes(found)


def test_names_that_nothing_defines_are_taken_from_where_they_are_used_and_said() -> None:
    found = read(table("stresses_priorities.csv", TIES["stresses_priorities"]))
    assert counts(found) == [(2, 2, 0, 0)]
    assert content(found, "stresses")["social-unrest"] == {
        "title": "Social unrest",
        "priorities": ["weak-economy"],
    }
    assert "No table lists the priorities" in notes(found)


def test_what_stands_in_the_city_is_known_and_kept() -> None:
    words = vocabulary(
        standing={"stresses": {"heat": ("Heat islands",)}, "priorities": {"water": ("Water trouble",)}},
        entries={
            "stresses/heat": {"title": "Heat islands", "elements": ["ecology"], "source": "study, page 3"}
        },
    )
    found = read(table("stresses_priorities.csv", TIES["stresses_priorities"]), words=words)
    assert content(found, "stresses") == {
        "heat": {"title": "Heat islands", "elements": ["ecology"], "priorities": ["water"]}
    }
    assert [s.source for s in found.statements] == ["study, page 3"]
    assert "no stress is called 'Social unrest'" in whys(found)


STAKEHOLDERS = (
    "city;organization;description\nvila nova;SEPLAN;Secretaria de Planejamento\nvila nova;BM;Banco Mundial\n"
)
RELATIONS = """
city;organization_1;organization_2;relationship_role
vila nova;SEPLAN;BM;Formal Partnership
vila nova;BM;SEPLAN;Communicates
vila nova;SEPLAN;Banco Mundial;Parceria formal
vila nova;SEPLAN;XM;Communicates
vila nova;SEPLAN;BM;Friends
"""


def test_stakeholders_and_their_directed_relations() -> None:
    found = read(table("vn_ties.csv", RELATIONS), table("vn_stakeholders.csv", STAKEHOLDERS))
    assert shapes_of(found) == ["relations", "stakeholders"]
    assert content(found, "stakeholders") == {
        "SEPLAN": {"name": "Secretaria de Planejamento"},
        "BM": {"name": "Banco Mundial"},
    }
    assert counts(found)[0] == (5, 2, 1, 2)
    assert content(found, "relations")["seplan--bm--formal-partnership"] == {
        "source": "SEPLAN",
        "target": "BM",
        "kind": "formal_partnership",
    }
    assert (
        whys(found)[0] == "no stakeholder is called 'XM'"
    )  # codes of two letters are not misspelt, but other codes


PPI = """
city;type;description;year;status;category;url
vila nova;Policy;Mobility policy - Law 12.587/12;2012;Approved;National;http://example.org/a
vila nova;Initiative;Euro project;1997 -;Under development;;;
vila nova;Plan;Plan of investments;2020;Approved;National;
vila nova;Plan;Plan of investments;2020;Approved;National;
vila nova;Plan;Plan; of roads;2020;Approved;Local;
"""


def test_plans_are_known_by_the_words_in_their_columns() -> None:
    found = read(table("documents.csv", PPI))
    assert shapes_of(found) == ["policies"]
    assert counts(found) == [(5, 3, 1, 1)]
    assert content(found, "policies")["euro-project"] == {
        "title": "Euro project",
        "type": "initiative",
        "status": "under_development",
        "year": "1997 -",
    }


def test_the_method_s_own_lists_empty_files_and_strange_tables_are_left_alone_and_said() -> None:
    found = read(
        table("elements.csv", "city;code;short_name;name\nvila nova;1;BE;Built Environment"),
        table(
            "components.csv", "city;element_code;component_code;component_name\nvila nova;1;1.1;Urban form"
        ),
        table("7.1.3.2.csv", "Category;Unemployment Rate;;\n;Total;Female;Male\nTOTAL;13,7;13,8;13,6"),
        table("none.csv", ""),
        table("header_stresses.csv", "city;stress"),
    )
    assert not found.statements
    assert shapes_of(found) == ["known_elements", "known_components", "", "", "stresses"]
    said = notes(found)
    for words in (
        "list of elements",
        "list of components",
        "left alone @ 7.1.3.2.csv",
        "empty @ none.csv",
        "no rows",
    ):
        assert words in said


def test_a_table_that_may_be_two_registers_is_asked_about_and_answered() -> None:
    doubtful = table("who.csv", "indicator code;colour\n7.1.3.2;Red")
    assert shapes_of(read(doubtful)) == ["judgements"]
    pair = table("who.csv", "stressor;stress;title\nFew trees;Heat;x")
    found = read(pair, answers={"register:who.csv": "stressors"})
    assert shapes_of(found) == ["stressors"]
    assert list(content(found, "stressors")) == ["few-trees"]


def test_all_rows_of_one_other_name_are_taken_to_be_of_this_city_and_said() -> None:
    found = read(table("s_stresses.csv", "city;stress\nVN;Heat\nVN;Noise"))
    assert counts(found) == [(2, 2, 0, 0)]
    assert "All rows name the city 'vn', which is taken to be this one" in notes(found)


def test_headers_in_other_languages_and_titles_above_the_header() -> None:
    text = """
Registro de choques
;;
subtipo;data;afetados diretos;óbitos;elementos urbanos
Fluvial Flood;24/12/2019;1.234;2;Economia|8
Flash Flood;3 de maio de 2020;;s/d;BE; MPS
"""
    found = read(table("livro.csv", text))
    shocks = content(found, "shocks")
    assert shocks["fluvial-flood-2019-12-24"] == {
        "hazard": "fluvial-flood",
        "start": "2019-12-24",
        "precision": "day",
        "people_direct": 1234,
        "deaths": 2,
        "elements": ["economy", "ecology"],
    }
    assert counts(found) == [(2, 1, 0, 1)]
    assert "more cells than the header" in whys(found)[0]


def test_a_row_with_another_delimiter_is_parted_by_it() -> None:
    found = read(table("s.csv", "stress;priority_matter\nHeat,Water"))
    assert content(found, "stresses")["heat"]["priorities"] == ["water"]
    assert "parted by ','" in notes(found)


def test_an_entry_s_own_source_is_kept_and_else_the_row_is_named() -> None:
    found = read(table("s.csv", "stress;source\nHeat;Plan 2020, page 4\nNoise;"))
    assert [s.source for s in found.statements] == ["Plan 2020, page 4", "s.csv, row 3"]


def test_columns_that_no_register_has_are_named() -> None:
    found = read(table("s.csv", "stress;favourite colour\nHeat;blue"))
    assert "left alone: favourite colour" in notes(found)


def test_names_that_are_nearly_the_same_are_kept_and_pointed_at() -> None:
    found = read(table("s.csv", "stress\nVegetation loss\nVegetation los"))
    assert len(content(found, "stresses")) == 2
    assert "nearly the same name as 'Vegetation loss'" in notes(found)


def test_a_code_of_two_numberings_is_read_as_the_component_of_the_indicator() -> None:
    words = vocabulary(components={"economy.local_economic_structure": ("7.1",), "economy.other": ("7.1",)})
    head = "indicator_code;indicator_value;component_code"
    found = read(table("j.csv", f"{head}\n7.1.3.2;Red;7.1\n7.3.1.2;Red;7.1"), words=words)
    assert content(found, "judgements")["crpt.7.1.3.2"]["component"] == "economy.local_economic_structure"
    assert "'7.1' may be several: economy.local_economic_structure, economy.other" in whys(found)


def test_a_tie_that_a_link_implies_may_be_said_by_its_own_table_too() -> None:
    found = read(
        table("p.csv", PRIORITIES),
        table("s.csv", STRESSES),
        table("l.csv", "\n".join(LINKS.splitlines()[:3])),
        table("t.csv", "stressor;stress\nPaved yards;Heat islands"),
    )
    assert counts(found)[3] == (1, 1, 0, 0)


def test_an_organisation_without_a_full_name_is_known_by_its_short_one() -> None:
    found = read(
        table("stakeholders_description.csv", "Organization;Description\nWorld Bank;\nAFD;Agency \n;Nobody")
    )
    assert content(found, "stakeholders") == {"World Bank": {"name": "World Bank"}, "AFD": {"name": "Agency"}}
    assert counts(found) == [(3, 2, 0, 1)]
    assert "its short name is taken" in notes(found)


def test_a_row_that_ties_nothing_is_set_aside_and_defines_what_it_names() -> None:
    text = "stress;urban_element_code\nNoise;\nHeat;8\n;3"
    found = read(table("stresses_urbanelements.csv", text))
    assert counts(found) == [(3, 1, 2, 0)]
    assert set(content(found, "stresses")) == {"noise", "heat"}
    known = read(table("ties.csv", text), table("s.csv", "stress\nHeat"))
    assert set(content(known, "stresses")) == {"heat"}


def test_colours_alone_tell_a_table_of_judgements_and_a_priority_makes_it_links() -> None:
    found = read(
        table("a.csv", "code;description;value\n7.1.3.2;Unemployment;Red\n7.3.1.2 ;Banks;Red"),
        table(
            "b.csv",
            "priority matter;shock;code;description;value\nEconomy;Fluvial Flood;3.3.1.1;Waste;Yellow",
        ),
    )
    assert shapes_of(found) == ["judgements", "links"]
    assert {i: c["colour"] for i, c in content(found, "judgements").items()} == {
        "crpt.7.1.3.2": "red",
        "crpt.7.3.1.2": "red",
        "crpt.3.3.1.1": "yellow",
    }


def test_shocks_of_another_tool_come_in_by_its_headers() -> None:
    head = "id,subtype,nrdisplaced,nrinjured,nrcasualties,nrassets,nreconomiclosses,occurrencedate,causedby"
    found = read(table("x.csv", f"{head}\n1,Flash Flood,100,200,10,250,50,2009-01-30,".replace(",", ";")))
    assert content(found, "shocks")["1"] == {
        "hazard": "flash-flood",
        "start": "2009-01-30",
        "precision": "day",
        "displaced": 100,
        "injured": 200,
        "deaths": 10,
        "loss": 50,
    }
    assert "left alone: nrassets, causedby" in notes(found)


def test_a_list_of_shocks_with_a_single_column_of_kinds_needs_no_other_heading() -> None:
    found = read(
        table("events.csv", "shock_type;date_start;affected_elements\nPluvial Flood;2019-09-18;Mobility\n")
    )
    (shock,) = content(found, "shocks").values()
    assert (shock["hazard"], shock["elements"]) == ("pluvial-flood", ["mobility"])


def test_beside_a_column_of_codes_the_column_indicator_holds_its_name() -> None:
    found = read(
        table("values.csv", "indicator;code;value;benchmark\nHouseholds with a sewer;3.2.2.2.1;23.5;Red\n")
    )
    (judged,) = content(found, "judgements").values()
    assert (judged["indicator"], judged["title"]) == ("city.3.2.2.2.1", "Households with a sewer")
