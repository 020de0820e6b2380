"""Small facts about the city that are neither values nor files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, delete, insert, select

from almena.store.canonical import check_texts, from_text, to_text
from almena.store.database import reading, writing
from almena.store.tables import SETTINGS


def put_setting(engine: Engine, name: str, value: Any) -> None:
    """
    Keep a small fact under a name, in place of what was there.

    Parameters
    ----------
    engine : Engine
        The city's database.
    name : str
        Its name, for example ``last_report``.
    value : object
        Anything that JSON has a word for.

    Raises
    ------
    InputError
        When JSON has no word for the value.
    """
    text = to_text(value)
    check_texts(f"setting {name}", (name, text))
    with writing(engine) as connection:
        connection.execute(delete(SETTINGS).where(SETTINGS.c.name == name))
        connection.execute(insert(SETTINGS), {"name": name, "value": text})


def get_setting(engine: Engine, name: str, default: Any = None) -> Any:
    """Return the fact kept under a name, or the default when there is none."""
    with reading(engine) as connection:
        text = connection.execute(select(SETTINGS.c.value).where(SETTINGS.c.name == name)).scalar()
    return default if text is None else from_text(text)
