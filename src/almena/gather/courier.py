"""The one way to open services: gently, never twice for the same, and every byte kept with where it came from."""

from __future__ import annotations

import http.client
import re
import sys
import time
import urllib.error
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from almena.gather.fetch import Progress, fetch
from almena.gather.open_source import Request
from almena.gather.snapshot import SnapshotStore
from almena.gather.source_terms import Terms
from almena.gather.web import FetchSettings, opener, request
from almena.model.origin import Source
from almena.model.problem import InputError, Problem

_GONE = (404, 410)
_MOST_WORDS = 64 << 20  # bytes of an answer in JSON; the largest, an index of all regions, has a tenth of it
_PROBE = re.compile(r"bytes \d+-\d+/(\d+)")


@dataclass(frozen=True)
class Size:
    """
    What a server tells of a file before it is fetched.

    Parameters
    ----------
    exists : bool or None
        Whether it is there; None when the server does not say.
    count : int or None
        Number of bytes; None when the server does not say.
    """

    exists: bool | None
    count: int | None = None


@dataclass
class Courier:
    """
    Fetches for all sources, with one pause for each host and one limit for all together.

    Parameters
    ----------
    store : SnapshotStore
        Where the bytes are kept; what is there is not asked for again.
    settings : FetchSettings
        Limits and patience for one file.
    most_bytes : int
        Limit for all that is fetched together.
    sleep, clock : callable
        Waits some seconds; returns seconds of a clock that never goes back.
    progress : callable, optional
        Told the address, the bytes so far and the bytes in all.
    """

    store: SnapshotStore
    settings: FetchSettings = field(default_factory=FetchSettings)
    most_bytes: int = 8 << 30
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    progress: Progress | None = None
    fetched_bytes: int = 0
    _last: dict[str, float] = field(default_factory=dict)
    _whole: set[str] = field(default_factory=set)

    def bring(self, wanted: Request, terms: Terms) -> Source:
        """
        Return the facts about an answer that is kept, fetching it when it is not.

        Parameters
        ----------
        wanted : Request
            What to fetch.
        terms : Terms
            Terms of the source that asks.

        Raises
        ------
        InputError
            When it cannot be fetched, is not what was asked for, or would go beyond the limit for all together.
        StoreError
            When it cannot be written.
        """
        if kept := self.kept(wanted.url):
            return kept
        left = self.most_bytes - self.fetched_bytes
        if left <= 0:
            raise _too_much(wanted.url, self.most_bytes)
        self._pause(wanted.url, terms)
        source = fetch(
            wanted.url,
            "",
            self.store,
            self.progress,
            facts=_facts(wanted, terms),
            settings=replace(
                self.settings,
                most_bytes=min(self.settings.most_bytes, left, _most(wanted)),
                timeout=max(self.settings.timeout, wanted.patience),
            ),
            sleep=self.sleep,
            kinds=wanted.kinds,
            complaint=wanted.complaint,
        )
        self._last[_host(wanted.url)] = self.clock()
        self.fetched_bytes += source.size
        return source

    def path(self, source: Source) -> Path:
        """Return where the bytes of an answer lie."""
        return self.store.path_of(source.sha256)

    def kept(self, url: str) -> Source | None:
        """Return the facts about the latest answer of an address that is kept and still whole, or None."""
        known = [
            (entry["time"], record, entry)
            for record in self.store.records()
            for entry in record.known_as
            if entry.get("url") == url and self._is_whole(record.sha256)
        ]
        if not known:
            return None
        _, _, entry = max(known, key=lambda k: str(k[0]))
        return Source(**{k: v for k, v in entry.items() if k in Source.__dataclass_fields__})

    def _is_whole(self, sha256: str) -> bool:
        """Tell whether bytes are kept as they came; each is hashed once, since some are very large."""
        if sha256 not in self._whole and self.store.is_whole(sha256):
            self._whole.add(sha256)
        return sha256 in self._whole and self.store.get(sha256) is not None

    def size(self, url: str, terms: Terms) -> Size:
        """Ask how large a file is, without fetching it; a server that does not say is no error."""
        if kept := self.kept(url):
            return Size(True, kept.size)
        found = self._look(url, terms, "HEAD", {})
        if found.exists is None or (found.exists and found.count is None):
            probed = self._look(url, terms, "GET", {"Range": "bytes=0-0"})
            return found if probed.exists is None else probed
        return found

    def _look(self, url: str, terms: Terms, method: str, headers: Mapping[str, str]) -> Size:
        self._pause(url, terms)
        try:
            asked = request(url, headers, method)
            with opener(self.settings).open(asked, timeout=self.settings.timeout) as answer:
                return Size(True, _length(answer.headers, answer.status))
        except urllib.error.HTTPError as error:
            return Size(False) if error.code in _GONE else Size(None)
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
            return Size(None)
        finally:
            self._last[_host(url)] = self.clock()

    def _pause(self, url: str, terms: Terms) -> None:
        """Wait until the host may be asked again."""
        last = self._last.get(_host(url))
        wait = 0.0 if last is None else last + terms.seconds_between - self.clock()
        if wait > 0:
            self.sleep(wait)
        self._last[_host(url)] = self.clock()


def _length(headers: Any, status: int) -> int | None:
    if status == 206:  # partial content: the whole length stands after the slash (RFC 9110, 14.4)
        found = _PROBE.fullmatch(headers.get("Content-Range") or "")
        return int(found.group(1)) if found else None
    text = headers.get("Content-Length") or ""
    is_packed = (headers.get("Content-Encoding") or "identity") != "identity"
    return int(text) if text.isascii() and text.isdigit() and not is_packed else None


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _most(wanted: Request) -> int:
    return _MOST_WORDS if any("json" in kind for kind in wanted.kinds) else sys.maxsize


def _facts(wanted: Request, terms: Terms) -> Source:
    return Source(
        role=f"source:{terms.id}",
        file=wanted.file,
        sha256="",
        url=wanted.url,
        licence=terms.licence,
        attribution=terms.attribution,
        date=wanted.date,
    )


def _too_much(url: str, most: int) -> InputError:
    why = f"all files together would be larger than the limit of {most:,} bytes"
    remedy = "Choose a smaller source, or put the file into the kit's folder by hand."
    return InputError(Problem("A file is not fetched.", url, why, remedy))
