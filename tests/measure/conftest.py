"""The town that the tests of indicators share."""

from __future__ import annotations

import pytest

from almena.model.place import Places
from measure import town as made


@pytest.fixture(scope="session")
def town() -> Places:
    """Return the town and its quarters."""
    return made.town()
