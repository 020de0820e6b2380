"""How functions for indicators and derived roles make themselves known."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, TypeVar

from almena.model.problem import Problem

F = TypeVar("F", bound=Callable[..., Any])
_MARK = "_almena_method"


@dataclass(frozen=True)
class Method:
    """
    A function that the runner can call, with what it asks for.

    Parameters
    ----------
    name, version : str
        Name of the function and version of its result.
    kind : str
        ``indicator`` or ``derived``.
    call : callable
        The function itself.
    needs : tuple of str
        Roles it cannot do without.
    wishes : tuple of str
        Roles it uses when they are there.
    parameters : tuple of str
        Keyword-only arguments other than ``places`` and ``today``.
    takes_places : bool
        Whether it asks for the places.
    takes_today : bool
        Whether it asks for the day of the run; its result is then made anew each day.
    """

    name: str
    version: str
    kind: str
    call: Callable[..., Any]
    needs: tuple[str, ...]
    wishes: tuple[str, ...]
    parameters: tuple[str, ...]
    takes_places: bool
    takes_today: bool = False

    @property
    def label(self) -> str:
        """Return ``name@version`` as stored with each value."""
        return f"{self.name}@{self.version}"


def indicator(version: str) -> Callable[[F], F]:
    """Mark a function as the method of an indicator; argument names are role names."""
    return _marker("indicator", version)


def derived(version: str) -> Callable[[F], F]:
    """Mark a function as the maker of the derived role of the same name."""
    return _marker("derived", version)


def _marker(kind: str, version: str) -> Callable[[F], F]:
    def mark(function: F) -> F:
        """Write kind and version on the function."""
        setattr(function, _MARK, (kind, version))
        return function

    return mark


def methods_of(modules: Iterable[ModuleType]) -> dict[str, Method]:
    """
    Collect the marked functions of modules by name.

    Raises
    ------
    TypeError
        When a function takes ``*args`` or ``**kwargs``: what it asks for could not be listed.
    """
    found: dict[str, Method] = {}
    for module in modules:
        for name, function in vars(module).items():
            if callable(function) and hasattr(function, _MARK) and function.__module__ == module.__name__:
                found[name] = _method(name, function)
    return found


def _method(name: str, function: Callable[..., Any]) -> Method:
    kind, version = getattr(function, _MARK)
    needs, wishes, parameters = [], [], []
    takes_places = takes_today = False
    for argument in inspect.signature(function).parameters.values():
        if argument.kind in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD):
            raise TypeError(f"{name} takes *args or **kwargs: name its roles instead")
        if argument.name == "places":
            takes_places = True
        elif argument.name == "today":
            takes_today = True
        elif argument.kind is argument.KEYWORD_ONLY:
            parameters.append(argument.name)
        elif argument.default is argument.empty:
            needs.append(argument.name)
        else:
            wishes.append(argument.name)
    asks = (tuple(needs), tuple(wishes), tuple(parameters))
    return Method(name, version, kind, function, *asks, takes_places, takes_today)


def installed_methods() -> tuple[dict[str, Method], list[Problem]]:
    """
    Load the indicator functions of all installed packages through their entry points.

    Returns
    -------
    methods : dict of str to Method
        By function name; the first of two with the same name wins.
    problems : list of Problem
        Plugins that failed to load, and names given twice.
    """
    methods: dict[str, Method] = {}
    problems: list[Problem] = []
    for entry in sorted(entry_points(group="almena.indicators"), key=lambda e: e.name):
        try:
            offered = methods_of([entry.load()])
        except Exception as error:  # noqa: BLE001 - a stranger's plugin may fail in any way; it must not stop the city
            problems.append(_failed(entry.name, entry.value, error))
            continue
        for name, method in offered.items():
            if name in methods:
                problems.append(
                    Problem(f"Two plugins offer the method {name}", entry.value, "the first one is used")
                )
            methods.setdefault(name, method)
    return methods, problems


def _failed(name: str, value: str, error: Exception) -> Problem:
    return Problem(
        f"The indicator plugin {name} could not be loaded",
        value,
        f"{type(error).__name__}: {error}",
        "Its indicators are shown as missing; reinstall or remove the plugin.",
    )
