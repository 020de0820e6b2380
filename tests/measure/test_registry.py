"""How functions make themselves known, and what happens to those that cannot."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from almena.measure import registry
from almena.measure.registry import derived, indicator, installed_methods, methods_of


def module(name: str, **functions: Any) -> ModuleType:
    made = ModuleType(name)
    for key, function in functions.items():
        function.__module__ = name
        setattr(made, key, function)
    return made


class Entry:
    """An entry point that loads what it is given, or fails."""

    def __init__(self, name: str, content: Any) -> None:
        self.name, self.value, self.content = name, f"plugin.{name}", content

    def load(self) -> Any:
        if isinstance(self.content, BaseException):
            raise self.content
        return self.content


def install(monkeypatch: pytest.MonkeyPatch, *entries: Entry) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: entries)


def test_argument_names_are_roles_defaults_are_wishes_and_keywords_are_parameters() -> None:
    @indicator(version="3")
    def shade(trees, streets, heat=None, *, places, distance, share=0.5):  # type: ignore[no-untyped-def]
        return trees

    method = methods_of([module("m", shade=shade)])["shade"]
    assert method.needs == ("trees", "streets")
    assert method.wishes == ("heat",)
    assert method.parameters == ("distance", "share")
    assert method.takes_places
    assert (method.kind, method.version, method.label) == ("indicator", "3", "shade@3")


def test_the_day_of_the_run_is_no_parameter_of_a_card() -> None:
    @indicator(version="1")
    def age(trees, *, places, today, kind):  # type: ignore[no-untyped-def]
        return trees

    method = methods_of([module("m", age=age)])["age"]
    assert method.takes_today
    assert method.parameters == ("kind",)


def test_a_function_may_do_without_places() -> None:
    @derived(version="1")
    def canopy(trees):  # type: ignore[no-untyped-def]
        return trees

    method = methods_of([module("m", canopy=canopy)])["canopy"]
    assert not method.takes_places
    assert not method.takes_today
    assert method.kind == "derived"
    assert method.call(5) == 5


def test_only_marked_functions_of_the_module_itself_count() -> None:
    @indicator(version="1")
    def own(a):  # type: ignore[no-untyped-def]
        return a

    @indicator(version="1")
    def imported(a):  # type: ignore[no-untyped-def]
        return a

    def unmarked(a):  # type: ignore[no-untyped-def]
        return a

    made = module("m", own=own, unmarked=unmarked)
    imported.__module__ = "elsewhere"
    made.imported = imported  # type: ignore[attr-defined]
    assert list(methods_of([made])) == ["own"]


@pytest.mark.parametrize("form", ["*args", "**kwargs"])
def test_a_function_must_say_what_it_asks_for(form: str) -> None:
    space: dict[str, Any] = {}
    exec(f"def vague({form}): return None", space)
    vague = indicator(version="1")(space["vague"])
    with pytest.raises(TypeError, match="name its roles"):
        methods_of([module("m", vague=vague)])


def test_a_plugin_that_does_not_load_is_a_problem_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    @indicator(version="1")
    def fine(a):  # type: ignore[no-untyped-def]
        return a

    broken = Entry("broken", ImportError("no module named trees"))
    install(monkeypatch, broken, Entry("good", module("good", fine=fine)))
    methods, problems = installed_methods()
    assert list(methods) == ["fine"]
    assert len(problems) == 1
    assert "broken" in problems[0].what
    assert "no module named trees" in problems[0].why
    assert "missing" in problems[0].remedy


def test_a_plugin_that_breaks_the_rules_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    @indicator(version="1")
    def vague(*args):  # type: ignore[no-untyped-def]
        return args

    @indicator(version="1")
    def fine(a):  # type: ignore[no-untyped-def]
        return a

    install(monkeypatch, Entry("a", module("a", vague=vague)), Entry("b", module("b", fine=fine)))
    methods, problems = installed_methods()
    assert list(methods) == ["fine"]
    assert "vague" in problems[0].why


def test_of_two_methods_with_one_name_the_first_is_used_and_both_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def named(answer: int) -> Any:
        @indicator(version="1")
        def same(a):  # type: ignore[no-untyped-def]
            return answer

        return same

    install(monkeypatch, Entry("b", module("b", same=named(2))), Entry("a", module("a", same=named(1))))
    methods, problems = installed_methods()
    assert methods["same"].call(0) == 1
    assert "same" in problems[0].what
    assert problems[0].where == "plugin.b"


def test_the_methods_of_this_project_load_without_a_problem() -> None:
    methods, problems = installed_methods()
    assert problems == []
    assert {"green_cover", "flood_population", "people", "walk_network"} <= set(methods)
    assert all(method.version.isdigit() for method in methods.values())
