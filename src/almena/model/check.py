"""Self-tests that run on every profile and are shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class SelfTest:
    """
    One check of the profile against itself.

    Parameters
    ----------
    id, title : str
        Short name, and the claim in plain words.
    passed : bool
        Whether the claim holds.
    detail : str
        The two numbers compared, or what was found.
    """

    id: str
    title: str
    passed: bool
    detail: str

    def as_dict(self) -> dict[str, str | bool]:
        """Return the four facts by name."""
        return asdict(self)
