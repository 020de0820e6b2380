"""Check signs of codes that people copy by hand."""

from __future__ import annotations

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MODULUS = len(LETTERS)


def check_sign(text: str) -> str:
    """
    Return the check sign of a text by ISO/IEC 7064, MOD 37,36; marks that are no letters or digits do not count.

    Every single wrong sign is noticed, and nearly every exchange of two neighbours.
    """
    sum_so_far = _MODULUS
    for sign in signs_of(text):
        sum_so_far = (sum_so_far + LETTERS.index(sign)) % _MODULUS or _MODULUS
        sum_so_far = sum_so_far * 2 % (_MODULUS + 1)
    return LETTERS[(_MODULUS + 1 - sum_so_far) % _MODULUS]


def signs_of(text: str) -> list[str]:
    """Return the letters and digits of a text, in capitals; everything else is left out."""
    return [sign for sign in text.upper() if sign in LETTERS]
