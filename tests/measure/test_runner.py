"""The runner: what it asks for, what it makes once, and what it says when something is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from almena.measure.identity import population_density
from almena.measure.registry import Method
from almena.measure.runner import Content, Runner
from almena.model.card import Card, Role
from almena.model.data import RoleData, Table
from almena.model.observation import CONTEXT, DECIDE, DISCUSS, MISSING, Cause, Result, enumerated, nothing
from almena.model.place import Place, Places
from almena.model.problem import AlmenaError, InputError, Problem
from almena.packs import load_grades, load_use_rules
from measure.town import boundary, census, everybody, origin, people_counted, table, town

TODAY = "2026-11-20"


class Shelf:
    """A supply that counts how often each role is taken."""

    def __init__(self, *held: RoleData, failing: Mapping[str, AlmenaError] | None = None) -> None:
        self.held = {item.role: item for item in held}
        self.failing = dict(failing or {})
        self.taken: Counter[str] = Counter()

    def key(self, role: str) -> str | None:
        return self.held[role].key if role in self.held else ("there" if role in self.failing else None)

    def get(self, role: str) -> RoleData:
        self.taken[role] += 1
        if role in self.failing:
            raise self.failing[role]
        return self.held[role]


def method(
    name: str, call: Callable[..., Any], needs: str = "", wishes: str = "", version: str = "1", **more: Any
) -> Method:
    parameters = tuple(more.pop("parameters", "").split())
    kind = more.pop("kind", "indicator")
    return Method(name, version, kind, call, tuple(needs.split()), tuple(wishes.split()), parameters, True)


def card(identity: str = "economy.wealth", function: str = "wealth", **changes: Any) -> Card:
    made = Card(
        identity, "Wealth", "What there is", "coins", "higher", 0, "", "economy", "", function,
        remedy="Ask the treasurer", who="treasurer",
    )  # fmt: skip
    return replace(made, **changes)


ROLES = {
    role.id: role
    for role in (
        Role("purse", "table", "Purses", "Coins in purses", decide_years=5, discuss_years=10),
        Role("chest", "table", "Chests", "Coins in chests", decide_years=5, discuss_years=10),
        Role("hoard", "derived", "Hoard", "All coins", needs=("purse",), maker="hoard"),
        Role(
            "vault", "derived", "Vault", "The hoard and the chests", needs=("hoard", "chest"), maker="vault"
        ),
    )
}


def purse(coins: float = 5.0, date: str = "2026", **more: Any) -> Table:
    return table("purse", date, coins=[coins]).with_(key=f"purse-{coins}", **more)


def runner(shelf: Shelf, *methods: Method, places: Places | None = None, **changes: Any) -> Runner:
    content = Content({}, ROLES, {m.name: m for m in methods}, load_use_rules(), load_grades())
    return Runner(content, places or town(), shelf, changes.pop("today", TODAY), **changes)


def wealth(purse: Table, *, places: Places, **parameters: Any) -> Result:
    value = places.only_city(float(purse.columns["coins"][0]))
    return Result(value, causes=(enumerated(value),))


WEALTH = method("wealth", wealth, "purse")


# --- a value --------------------------------------------------------------------------------------------------


def test_a_value_carries_all_that_is_known_about_it() -> None:
    found = runner(Shelf(purse()), WEALTH).observe(card())
    assert len(found) == 1
    one = found[0]
    assert (one.indicator, one.place, one.place_kind, one.place_name) == (
        "economy.wealth",
        "city",
        "city",
        "Town",
    )
    assert (one.value, one.low, one.high, one.interval_kind) == (5.0, 5.0, 5.0, "enumerated")
    assert (one.unit, one.status, one.use, one.quality) == ("coins", "measured", DECIDE, "A")
    assert (one.method, one.period, one.coverage) == ("wealth@1", "2026", 1.0)
    assert one.origins == purse().origins
    assert one.reason == ""
    assert one.remedy == ""
    assert one.causes[0]["name"] == "complete enumeration"


def test_each_place_has_its_own_value_range_and_coverage() -> None:
    def by_quarter(purse: Table, *, places: Places) -> Result:
        value = np.array([10.0, 1, 2, 3, 4])
        return Result(
            value,
            coverage=np.array([1.0, 0.5, 1, 1, 1]),
            causes=(Cause("theft", "sampling", value - 1, value + value),),
        )

    found = runner(Shelf(purse()), method("wealth", by_quarter, "purse")).observe(card())
    assert [o.place for o in found][:2] == ["city", "neighbourhood-south west"]
    assert [(o.value, o.low, o.high) for o in found][:3] == [(10, 9, 20), (1, 0, 2), (2, 1, 4)]
    assert [o.coverage for o in found] == [1.0, 0.5, 1, 1, 1]
    assert found[1].place_kind == "neighbourhood"


def test_a_neighbourhood_of_which_nothing_is_known_has_no_row() -> None:
    def some(purse: Table, *, places: Places) -> Result:
        return Result(np.array([10.0, np.nan, 2, np.nan, 4]))

    found = runner(Shelf(purse()), method("wealth", some, "purse")).observe(card())
    assert [o.place for o in found] == ["city", "neighbourhood-south east", "neighbourhood-north east"]


def test_a_city_of_which_nothing_is_known_is_a_gap_beside_its_neighbourhoods() -> None:
    def parts(purse: Table, *, places: Places) -> Result:
        return Result(np.array([np.nan, 1, 2, 3, 4]))

    found = runner(Shelf(purse()), method("wealth", parts, "purse")).observe(card())
    assert len(found) == 5
    assert found[0].is_missing
    assert found[0].place == "city"
    assert "as a whole" in found[0].reason


def test_the_city_may_come_from_one_result_and_its_parts_from_another() -> None:
    def both(purse: Table, *, places: Places) -> tuple[Result, ...]:
        return Result(places.only_city(10.0)), Result(np.array([np.nan, 1, 2, 3, 4]), status="modelled")

    found = runner(Shelf(purse()), method("wealth", both, "purse")).observe(card())
    assert [o.value for o in found] == [10, 1, 2, 3, 4]
    assert {o.status for o in found[1:]} == {"modelled"}


def test_further_observations_are_told_apart_by_their_dimensions() -> None:
    def by_sex(purse: Table, *, places: Places) -> tuple[Result, ...]:
        return (
            Result(places.only_city(10.0)),
            Result(places.only_city(6.0), dimensions={"sex": "women", "age": "old"}),
            Result(places.nothing(), dimensions={"sex": "men"}),
        )

    found = runner(Shelf(purse()), method("wealth", by_sex, "purse")).observe(card())
    assert [(o.value, o.dimensions) for o in found] == [(10, ()), (6, (("age", "old"), ("sex", "women")))]


def test_parameters_of_the_card_reach_the_function() -> None:
    def scaled(purse: Table, *, places: Places, factor: float) -> Result:
        return Result(places.only_city(5.0 * factor))

    work = runner(Shelf(purse()), method("wealth", scaled, "purse", parameters="factor"))
    assert work.observe(card(parameters={"factor": 3.0}))[0].value == 15


def test_without_a_period_the_youngest_input_gives_it_and_the_oldest_gives_the_age() -> None:
    def both(purse: Table, chest: Table, *, places: Places) -> Result:
        value = places.only_city(1.0)
        return Result(value, causes=(enumerated(value),))

    work = runner(
        Shelf(purse(date="2026"), table("chest", "2019", coins=[1])), method("wealth", both, "purse chest")
    )
    one = work.observe(card())[0]
    assert one.period == "2026"
    assert one.use == DISCUSS
    assert one.reason == "the data are too old to decide on"


def test_a_result_may_stand_on_some_of_the_roles_given() -> None:
    def newer(purse: Table, chest: Table, *, places: Places) -> Result:
        value = places.only_city(1.0)
        return Result(value, causes=(enumerated(value),), used=("purse",))

    work = runner(
        Shelf(purse(date="2026"), table("chest", "1950", coins=[1])), method("wealth", newer, "purse chest")
    )
    one = work.observe(card())[0]
    assert one.use == DECIDE
    assert [o.source.role for o in one.origins] == ["purse"]


# --- what a value may be used for -----------------------------------------------------------------------------


def used_for(result: dict[str, Any], date: str = "2026") -> Any:
    def call(purse: Table, *, places: Places) -> Result:
        value = places.only_city(100.0)
        return Result(value, **{"causes": (enumerated(value),), **result})

    return runner(Shelf(purse(date=date)), method("wealth", call, "purse")).observe(card())[0]


@pytest.mark.parametrize(
    ("result", "date", "use", "said"),
    [
        ({}, "2026", DECIDE, ""),
        ({}, "2020", DISCUSS, "the data are too old to decide on"),
        ({}, "2010", CONTEXT, "the data are too old to decide on"),
        ({}, "unknown", DISCUSS, "the age of the data is not known"),
        ({"coverage": 0.8}, "2026", DISCUSS, "the inputs cover only part of what should be counted"),
        ({"coverage": 0.3}, "2026", CONTEXT, "the inputs cover only part of what should be counted"),
        ({"piled": 0.1}, "2026", DISCUSS, "the position of many features cannot be trusted"),
        ({"disagreement": 0.5}, "2026", CONTEXT, "sources for the same quantity disagree"),
        ({"status": "modelled"}, "2026", DISCUSS, "the value stands on a model or on another quantity"),
        ({"status": "proxy"}, "2026", DISCUSS, "the value stands on a model or on another quantity"),
        ({"status": "reported"}, "2026", DECIDE, ""),
        ({"causes": (Cause("?", "sampling", 70.0, 130.0),)}, "2026", DISCUSS, "the range is wide"),
        ({"causes": (Cause("?", "sampling", 10.0, 190.0),)}, "2026", CONTEXT, "the range is wide"),
    ],
)
def test_the_class_is_lowered_with_the_sentence_of_its_rule(
    result: dict[str, Any], date: str, use: str, said: str
) -> None:
    one = used_for(result, date)
    assert one.use == use
    assert one.reason == said
    assert one.remedy == ("Ask the treasurer" if said else "")


@pytest.mark.parametrize(("doubt", "use"), [(0.2, DISCUSS), (0.0, DECIDE), (np.nan, DECIDE)])
def test_what_stands_on_an_outline_closed_with_straight_lines_is_never_fit_to_decide(
    doubt: float, use: str
) -> None:
    """Monaco of 2021 ends in the middle of a street: nobody signs a contract on the area inside a straight line."""
    outline = boundary().with_(fields={"doubtful_area": np.array([doubt])}, key="outline", date="2026")

    def size(boundary: RoleData, *, places: Places) -> Result:
        value = places.only_city(4.0)
        return Result(value, causes=(enumerated(value),))

    roles = {
        **ROLES,
        "boundary": Role("boundary", "layer", "Outline", "Outline", decide_years=5, discuss_years=9),
    }
    content = Content(
        {}, roles, {"wealth": method("wealth", size, "boundary")}, load_use_rules(), load_grades()
    )
    one = Runner(content, town(), Shelf(outline), TODAY).observe(card())[0]
    assert one.use == use
    assert ("straight lines" in one.reason) == (use == DISCUSS)


def test_sources_that_lie_apart_lower_the_class_by_themselves() -> None:
    one = used_for({"causes": (Cause("another book", "sources", 80.0, 80.0),)})
    assert one.use == DISCUSS
    assert "disagree" in one.reason


def test_an_unknown_age_does_not_hide_an_input_that_is_too_old_to_discuss() -> None:
    def both(purse: Table, chest: Table, *, places: Places) -> Result:
        return Result(places.only_city(1.0))

    work = runner(
        Shelf(purse(date="unknown"), table("chest", "1950", coins=[1])), method("wealth", both, "purse chest")
    )
    assert work.observe(card())[0].use == CONTEXT


def test_a_worse_grade_gives_a_wider_range_to_what_cannot_be_quantified() -> None:
    vague = Cause("?", "expert", np.nan, np.nan)
    good, poor = used_for({"causes": (vague,)}), used_for({"causes": (vague,), "coverage": 0.8})
    assert (good.low, good.high, good.quality) == (98.0, 102.0, "A")
    assert (poor.low, poor.high, poor.quality) == (90.0, 110.0, "B")
    assert good.causes == ({"name": "?", "kind": "expert", "low": None, "high": None},)


def test_a_share_of_zero_by_a_model_is_not_taken_for_exact() -> None:
    def none(purse: Table, *, places: Places) -> Result:
        return Result(
            places.only_city(0.0), causes=(Cause("?", "expert", np.nan, np.nan),), status="modelled"
        )

    work = runner(Shelf(purse()), method("wealth", none, "purse"))
    # grade B, a tenth of 10 points; a count of zero stays what it is
    share = work.observe(card(unit="%", denominator="all coins"))[0]
    assert (share.low, share.high) == (0.0, 1.0)
    count = work.observe(card())[0]
    assert (count.low, count.high) == (0.0, 0.0)


def test_the_result_may_know_a_better_remedy_than_the_card() -> None:
    assert used_for({"coverage": 0.5, "remedy": "Count the rest"}).remedy == "Count the rest"


# --- gaps -----------------------------------------------------------------------------------------------------


def test_a_missing_role_is_a_gap_with_its_name() -> None:
    one = runner(Shelf(), WEALTH).observe(card())[0]
    assert one.is_missing
    assert (one.status, one.use) == (MISSING, CONTEXT)
    assert one.reason == "no usable file fills: purses (purse)"
    assert one.remedy == "Ask the treasurer"
    assert one.period == ""


def test_a_missing_role_behind_derived_ones_is_named_itself() -> None:
    work = runner(
        Shelf(),
        method("wealth", lambda **_: None, "vault purse"),
        method("hoard", lambda **_: None, "purse", kind="derived"),
        method("vault", lambda **_: None, "hoard chest", kind="derived"),
    )
    assert work.observe(card())[0].reason == "no usable file fills: purses (purse), chests (chest)"


def test_a_method_that_is_not_installed_is_named() -> None:
    one = runner(Shelf(purse())).observe(card())[0]
    assert one.reason == "method not installed: wealth"
    assert one.is_missing


def test_a_card_without_a_method_is_a_question_to_people() -> None:
    one = runner(Shelf(purse())).observe(card(function=""))[0]
    assert one.reason == "no open file holds this; people know it"
    assert one.remedy == "Ask the treasurer"


def test_a_role_that_nobody_declared_is_a_gap_and_not_the_end() -> None:
    one = runner(Shelf(purse()), method("wealth", wealth, "treasure")).observe(card())[0]
    assert one.reason == "no usable file fills: unknown role (treasure)"


def test_what_the_method_says_about_a_gap_is_passed_on() -> None:
    def empty(purse: Table, *, places: Places) -> Result:
        return nothing(places, "the purse has a hole", "Mend the purse", notes=("it was a good purse",))

    one = runner(Shelf(purse()), method("wealth", empty, "purse")).observe(card())[0]
    assert one.is_missing
    assert (one.reason, one.remedy) == ("the purse has a hole", "Mend the purse")
    assert one.notes == ("it was a good purse",)
    assert one.origins == purse().origins


def test_a_result_without_any_value_is_a_gap() -> None:
    work = runner(Shelf(purse()), method("wealth", lambda purse, places: Result(places.nothing()), "purse"))
    found = work.observe(card())
    assert len(found) == 1
    assert "say nothing" in found[0].reason


def test_files_that_cannot_be_used_after_all_give_their_own_reason_and_remedy() -> None:
    trouble = InputError(Problem("The purse cannot be opened", "purse.csv", "it is locked", "Find the key"))
    work = runner(Shelf(failing={"purse": trouble}), WEALTH)
    one = work.observe(card())[0]
    assert (one.reason, one.remedy) == ("The purse cannot be opened", "Find the key")
    assert work.problems == list(trouble.problems)


def test_a_method_that_fails_is_a_gap_and_a_problem_and_the_others_go_on() -> None:
    def broken(purse: Table, *, places: Places) -> Result:
        raise ZeroDivisionError("no coins")

    work = runner(Shelf(purse()), method("broken", broken, "purse"), WEALTH)
    bad, good = work.observe(card("economy.bad", "broken"))[0], work.observe(card())[0]
    assert bad.is_missing
    assert bad.reason == "the method failed (ZeroDivisionError: no coins)"
    assert good.value == 5
    assert work.problems[0].where == "economy.bad"
    assert "broken@1" in work.problems[0].what


def test_a_wish_that_is_not_granted_is_none() -> None:
    def perhaps(purse: Table, chest: Table | None = None, *, places: Places) -> Result:
        return Result(places.only_city(1.0 if chest is None else 2.0))

    wish = method("wealth", perhaps, "purse", "chest")
    assert runner(Shelf(purse()), wish).observe(card())[0].value == 1
    assert runner(Shelf(purse(), table("chest", coins=[1])), wish).observe(card())[0].value == 2


def test_a_wish_whose_file_is_broken_costs_no_value() -> None:
    def perhaps(purse: Table, chest: Table | None = None, *, places: Places) -> Result:
        return Result(places.only_city(1.0 if chest is None else 2.0))

    trouble = AlmenaError.of("The chest is rotten")
    work = runner(Shelf(purse(), failing={"chest": trouble}), method("wealth", perhaps, "purse", "chest"))
    assert work.observe(card())[0].value == 1
    assert work.problems == list(trouble.problems)


# --- derived roles --------------------------------------------------------------------------------------------


def hoard_of(made: Counter[str]) -> Method:
    def hoard(purse: Table, *, places: Places) -> Table:
        made["hoard"] += 1
        return table("anything", "unknown", coins=purse.columns["coins"] * 2).with_(origins=())

    return method("hoard", hoard, "purse", kind="derived")


def test_a_derived_role_is_made_once_for_all_who_ask() -> None:
    made: Counter[str] = Counter()
    rich = method(
        "rich", lambda hoard, places: Result(places.only_city(float(hoard.columns["coins"][0]))), "hoard"
    )
    shelf = Shelf(purse())
    work = runner(shelf, rich, hoard_of(made))
    values = [work.observe(card(f"economy.{name}", "rich"))[0].value for name in ("a", "b", "c")]
    assert values == [10, 10, 10]
    assert made["hoard"] == 1


def test_a_derived_role_is_kept_from_run_to_run_until_an_input_changes() -> None:
    made: Counter[str] = Counter()
    memo: dict[str, RoleData] = {}
    for coins in (5.0, 5.0, 6.0):
        runner(Shelf(purse(coins)), hoard_of(made), memo=memo).get("hoard")
    assert made["hoard"] == 2


def test_a_derived_role_takes_its_origins_and_date_from_what_it_is_made_of() -> None:
    found = runner(Shelf(purse(date="2021")), hoard_of(Counter())).get("hoard")
    assert found.role == "hoard"
    assert found.date == "2021"
    assert found.origins[0].source.role == "purse"
    assert found.origins[0].steps == ("hoard@1",)
    assert found.key


def test_a_derived_role_that_cannot_be_made_says_so() -> None:
    with pytest.raises(AlmenaError, match="cannot be made"):
        runner(Shelf(), hoard_of(Counter())).get("hoard")


# --- origins --------------------------------------------------------------------------------------------------


def test_the_locator_of_a_result_is_written_into_the_chain() -> None:
    def located(purse: Table, *, places: Places) -> Result:
        return Result(places.only_city(1.0), locators={"purse": "Sheet1!B2"})

    one = runner(Shelf(purse()), method("wealth", located, "purse")).observe(card())[0]
    assert one.origins[0].locator == "Sheet1!B2"


def test_files_that_only_widen_the_range_are_in_the_chain_too() -> None:
    other = table("purse", coins=[7]).with_(origins=origin("purse", "other.csv"))
    one = runner(Shelf(purse(alternatives=(other,))), WEALTH).observe(card())[0]
    assert [o.source.file for o in one.origins] == ["purse.csv", "other.csv"]


def test_a_file_that_comes_by_two_ways_is_listed_once_with_the_longer_way() -> None:
    def both(purse: Table, hoard: Table, *, places: Places) -> Result:
        return Result(places.only_city(1.0))

    work = runner(Shelf(purse()), method("wealth", both, "purse hoard"), hoard_of(Counter()))
    origins = work.observe(card())[0].origins
    assert len(origins) == 1
    assert origins[0].steps == ("hoard@1",)


# --- keys -----------------------------------------------------------------------------------------------------


def key(
    shelf: Shelf | None = None, wanted: Card | None = None, version: str = "1", places: Places | None = None
) -> str:
    work = runner(shelf or Shelf(purse()), replace(WEALTH, version=version, wishes=("chest",)), places=places)
    return work.key_of_card(wanted or card())


def test_the_same_work_has_the_same_key() -> None:
    assert key() == key()
    assert key(Shelf(purse(), table("vase"))) == key()


def test_what_a_reader_sees_beside_the_number_does_not_change_the_key() -> None:
    assert key(wanted=card(title="Riches", who="the queen")) == key()


@pytest.mark.parametrize(
    "changed",
    [
        lambda: key(Shelf(purse(6.0))),
        lambda: key(Shelf(purse(), table("chest", coins=[1]))),
        lambda: key(Shelf()),
        lambda: key(wanted=card(parameters={"factor": 2.0})),
        lambda: key(wanted=card(unit="shillings")),
        lambda: key(wanted=card(function="other")),
        lambda: key(version="2"),
        lambda: key(places=replace(town(), key="larger")),
    ],
    ids=["input", "wish granted", "input gone", "parameter", "unit", "function", "version", "places"],
)
def test_whatever_may_change_the_value_changes_the_key(changed: Callable[[], str]) -> None:
    assert changed() != key()


def test_a_value_stores_the_key_it_was_made_under() -> None:
    work = runner(Shelf(purse()), WEALTH)
    assert work.observe(card())[0].key == work.key_of_card(card())
    gap = runner(Shelf(), WEALTH)
    assert gap.observe(card())[0].key == gap.key_of_card(card())


def test_two_results_for_one_place_keep_the_value_and_never_stop_the_run() -> None:
    def twice(purse: Table, *, places: Places) -> tuple[Result, ...]:
        city, parts = places.only_city(7.0), places.nothing()
        parts[1:] = 3.0
        gap = Result(places.nothing(), missing="nothing here")
        return Result(parts), gap, Result(city), Result(places.nothing()), Result(city + 1)

    work = runner(Shelf(purse()), method("wealth", twice, "purse"))
    found = work.observe(card())
    headline = [o for o in found if o.place == "city" and not o.dimensions]
    assert [o.value for o in headline] == [7.0]
    assert len({(o.place, o.dimensions) for o in found}) == len(found) == 5
    assert ["gives two values" in p.what for p in work.problems] == [True]


def test_a_city_without_neighbourhoods_has_one_density() -> None:
    whole = town()
    alone = Places(whole.items[:1], whole.geometry[:1], whole.crs, "alone")
    results = population_density(
        boundary(), people_counted(alone, census(), everybody(alone)), everybody(alone), places=alone
    )
    finite = [r for r in results if np.isfinite(r.value).any()]
    assert len(finite) == 1


# --- completeness, sources and the day of the run -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("completeness", "use"), [(1.0, DECIDE), (0.95, DECIDE), (0.94, DISCUSS), (0.49, CONTEXT)]
)
def test_sources_known_to_be_incomplete_lower_the_class(completeness: float, use: str) -> None:
    def wealth(purse: Table, *, places: Places) -> Result:
        value = places.only_city(5.0)
        return Result(value, causes=(enumerated(value),), completeness=completeness)

    (found,) = runner(Shelf(purse()), method("wealth", wealth, "purse")).observe(card())
    assert found.use == use
    assert ("the sources are known to be incomplete" in found.reason) == (use != DECIDE)


def test_completeness_may_differ_from_place_to_place() -> None:
    def wealth(purse: Table, *, places: Places) -> Result:
        value = np.ones(len(places))
        return Result(value, causes=(enumerated(value),), completeness=np.array([1.0, 0.6, 0.4, 1, 1]))

    found = runner(Shelf(purse()), method("wealth", wealth, "purse")).observe(card())
    assert [o.use for o in found[:3]] == [DECIDE, DISCUSS, CONTEXT]


def test_a_number_about_the_sources_is_not_weakened_by_their_age() -> None:
    def blanks(purse: Table, *, places: Places) -> Result:
        value = places.only_city(90.0)
        return Result(value, causes=(enumerated(value),), about_sources=True)

    for date in ("1970", "unknown"):
        (found,) = runner(Shelf(purse(date=date)), method("wealth", blanks, "purse")).observe(card())
        assert found.use == DECIDE
    plain = method("wealth", lambda purse, *, places: Result(places.only_city(90.0)), "purse")
    assert runner(Shelf(purse(date="1970")), plain).observe(card())[0].use == CONTEXT


def test_a_method_that_asks_for_the_day_gets_it_and_is_asked_again_the_next_day() -> None:
    def age(purse: Table, *, places: Places, today: str) -> Result:
        return Result(places.only_city(float(today[:4]) - 2000), about_sources=True)

    asking = replace(method("wealth", age, "purse"), takes_today=True)
    first, later = (runner(Shelf(purse()), asking, today=day) for day in (TODAY, "2027-01-01"))
    assert [work.observe(card())[0].value for work in (first, later)] == [26, 27]
    assert first.key_of_card(card()) != later.key_of_card(card())
    silent = method("wealth", lambda purse, *, places: Result(places.only_city(1.0)), "purse")
    keys = {runner(Shelf(purse()), silent, today=day).key_of_card(card()) for day in (TODAY, "2027-01-01")}
    assert len(keys) == 1


# --- the country ----------------------------------------------------------------------------------------------

LAND = Place("TOY", "country", "Toyland")


def of_the_country(purse: Table, *, places: Places) -> Result:
    return Result(np.array([7.0]), causes=(enumerated(np.array([7.0])),), status="reported", about=LAND)


def test_a_value_may_speak_of_the_country_and_is_a_headline() -> None:
    found = runner(Shelf(purse()), method("wealth", of_the_country, "purse")).observe(card())
    assert [(o.place, o.place_kind, o.place_name, o.value) for o in found] == [
        ("TOY", "country", "Toyland", 7.0)
    ]
    assert found[0].is_headline
    assert not replace(found[0], dimensions=(("sex", "women"),)).is_headline
    assert not replace(found[0], place_kind="neighbourhood").is_headline


def test_what_stands_beside_the_city_is_context_however_good_its_source() -> None:
    rich = card("national.wealth", element="national")
    found = runner(Shelf(purse()), method("wealth", of_the_country, "purse")).observe(rich)[0]
    assert (found.use, found.quality) == (CONTEXT, "B")
    assert found.reason == "it speaks of the country or the world around the city, not of the city itself"
    own = runner(Shelf(purse()), WEALTH).observe(rich)[0]
    assert (own.place, own.use) == ("city", CONTEXT)
    assert runner(Shelf(purse()), WEALTH).observe(card())[0].use == DECIDE


def test_a_gap_of_the_country_is_the_gap_of_the_country() -> None:
    def silent(purse: Table, *, places: Places) -> Result:
        return Result(np.array([np.nan]), missing="not listed", about=LAND)

    found = runner(Shelf(purse()), method("wealth", silent, "purse")).observe(card())
    assert [(o.place, o.status, o.reason) for o in found] == [("TOY", MISSING, "not listed")]
