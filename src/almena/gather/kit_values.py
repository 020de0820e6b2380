"""Rules for single values of a kit: each ``bad_`` function returns why a value is wrong, or an empty text."""

from __future__ import annotations

import codecs
import datetime
import re
from urllib.parse import urlsplit

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)
_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:")
DATES = ("day-first", "month-first", "year-first")
UNKNOWN = "unknown"


def is_id(value: str) -> bool:
    """Tell whether a text is a kit id: small letters, digits and hyphens."""
    return bool(re.fullmatch(r"[a-z0-9-]+", value))


def is_country(value: str) -> bool:
    """Tell whether a text has the form of an ISO 3166-1 alpha-3 code."""
    return bool(re.fullmatch(r"[A-Z]{3}", value))


def is_language(value: str) -> bool:
    """Tell whether a text has the form of a language code, with or without a region."""
    return bool(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value))


def is_sha256(value: str) -> bool:
    """Tell whether a text is a sha256 in hexadecimal digits."""
    return bool(re.fullmatch(r"[0-9a-fA-F]{64}", value))


def bad_path(value: str) -> str:
    """Return why a path may not stand in a kit: it must stay inside the kit or the mirror."""
    if value.startswith(("/", "~")) or _WINDOWS_DRIVE.match(value):
        return "it is absolute; paths are relative to the kit or the mirror"
    if "\\" in value:
        return "it holds a backslash; folders are separated by /"
    if ".." in value.split("/"):
        return "it climbs out of the kit with .."
    if any("**" in part and part != "**" for part in value.split("/")):
        return "its ** does not stand alone between two /"
    if any(ord(c) < 32 or ord(c) == 127 for c in value):
        return "it holds a control character"
    return "" if value.strip("/. ") else "it names no file"


def bad_url(value: str) -> str:
    """Return why an address may not stand in a kit."""
    try:
        parts = urlsplit(value)
    except ValueError as error:
        return str(error)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return "only http and https addresses are fetched"
    return ""


def bad_date(value: str) -> str:
    """Return why a text is no ISO 8601 year, month, day, time or interval, nor ``unknown``."""
    if value == UNKNOWN:
        return ""
    ends = value.split("/")
    if len(ends) > 2 or not all(_is_moment(end) for end in ends):
        return 'it should be ISO 8601 such as 2024, 2024-05, 2024-05-06, an interval with /, or "unknown"'
    shared = min(map(len, ends))
    if ends[0][:shared] > ends[-1][:shared]:
        return "the interval ends before it starts"
    return ""


def bad_dates(value: str) -> str:
    """Return why a text does not say how dates are written."""
    if value in DATES or "%" in value:
        return ""
    return f"it should be one of {', '.join(DATES)}, or a pattern such as %d/%m/%Y"


def bad_encoding(value: str) -> str:
    """Return why a text names no encoding of characters."""
    try:
        codecs.lookup(value)
    except (LookupError, ValueError):
        return "no such encoding of characters is known; common ones are utf-8 and latin-1"
    return ""


def bad_crs(value: str) -> str:
    """Return why a text names no coordinate system."""
    import pyproj

    try:
        pyproj.CRS.from_user_input(value)
    except (pyproj.exceptions.CRSError, UnicodeError):
        return "no such coordinate system is known; give it as EPSG:n"
    return ""


def bad_metric_crs(value: str) -> str:
    """Return why a text names no projected coordinate system in metres."""
    import pyproj

    if why := bad_crs(value):
        return why
    crs = pyproj.CRS.from_user_input(value)
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info[:2]):
        return "the city's coordinate system must be projected, in metres, for example its UTM zone"
    return ""


def _is_moment(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    padded = text + "0001-01-01"[len(text) :] if len(text) < 10 else text
    try:
        datetime.datetime.fromisoformat(padded)
    except ValueError:
        return False
    return True
