"""Files fetched from the network: resumed when cut, checked against their hash, kept as snapshots."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.error
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from almena.gather.hashing import CHUNK, hash_file
from almena.gather.snapshot import SnapshotStore
from almena.gather.trouble import cannot_write
from almena.gather.unzipping import PACKED, Unzipper
from almena.gather.web import FetchSettings, RefusedAddressError, opener, request, wait_asked
from almena.model.origin import Source
from almena.model.problem import InputError, Problem

DOWNLOADS = ".downloads"
_PASSING = (408, 425, 429, 500, 502, 503, 504)  # answers of servers that are busy or restarting (RFC 9110)
_RANGE_REFUSED = 416
_PARTIAL = 206

Progress = Callable[[str, int, int | None], None]


class _TryAgainError(Exception):
    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


def fetch(
    url: str,
    sha256: str,
    into: SnapshotStore,
    progress: Progress | None = None,
    *,
    facts: Source | None = None,
    settings: FetchSettings | None = None,
    sleep: Callable[[float], None] = time.sleep,
    kinds: Sequence[str] = (),
    complaint: Callable[[Path], str] = lambda _: "",
) -> Source:
    """
    Fetch a file and keep it.

    Parameters
    ----------
    url : str
        Address, http or https.
    sha256 : str
        Expected hash; an empty text takes what comes.
    into : SnapshotStore
        Where it is kept.
    progress : callable, optional
        Told the address, the bytes so far and the bytes in all (None when the server does not say).
    facts : Source, optional
        What is known about the file; by default its address only.
    settings : FetchSettings, optional
        Limits and patience.
    sleep : callable
        Waits a number of seconds.
    kinds : sequence of str
        Beginnings of media types that are welcome, such as ``application/json``; empty for any.
    complaint : callable
        Looks at the whole file and returns why it is not what was asked for; such a file is not kept.

    Returns
    -------
    Source
        The facts with hash and size.

    Raises
    ------
    InputError
        When the file cannot be fetched, is too large, or is not the expected one.
    StoreError
        When it cannot be written; nothing half-written is left.
    """
    part = _Part(into.folder / DOWNLOADS, url, bool(sha256))
    chosen = settings or FetchSettings()
    tell = progress or (lambda *_: None)
    for attempt in range(chosen.retries + 1):
        try:
            _download(url, part, chosen, tell, kinds)
            _check_hash(url, sha256, part)
            _check_content(url, part, complaint)
            break
        except _TryAgainError as trouble:
            if attempt == chosen.retries:
                raise _failed(url, f"{trouble} ({attempt + 1} attempts)") from trouble
            if (trouble.wait or 0.0) > chosen.longest_wait:
                raise _failed(url, f"{trouble}, and asks to wait {trouble.wait:,.0f} seconds") from trouble
            sleep(2.0**attempt if trouble.wait is None else trouble.wait)
    name = Path(url.split("?")[0]).name
    source = into.put(part.path, facts or Source("", name, "", url=url), name=name)
    part.remove()
    return source


def _download(
    url: str, part: _Part, settings: FetchSettings, progress: Progress, kinds: Sequence[str]
) -> None:
    try:
        answer = opener(settings).open(request(url, part.headers()), timeout=settings.timeout)
    except RefusedAddressError as error:
        raise _failed(url, str(error)) from error
    except urllib.error.HTTPError as error:
        raise _refusal(url, error, part) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        raise _unreachable(url, error) from error
    if answer is None:
        raise _failed(url, "no answer can be had from such an address")
    with answer:
        _check_kind(url, answer.headers.get("Content-Type") or "", kinds)
        start = part.resume(answer.status == _PARTIAL, answer.headers)
        _receive(url, answer, start, part, settings, progress)


def _receive(
    url: str, answer: Any, start: int, part: _Part, settings: FetchSettings, progress: Progress
) -> None:
    encoding = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    length = answer.headers.get("Content-Length", "")
    is_plain = encoding == "identity"
    total = start + int(length) if is_plain and length.isascii() and length.isdigit() else None
    done = start
    if (total or 0) > settings.most_bytes:
        part.remove()
        raise _too_large(url, settings)
    for chunk in _chunks(answer, settings) if is_plain else _unpacked(url, answer, encoding, part, settings):
        done += len(chunk)
        if done > settings.most_bytes:
            part.remove()
            raise _too_large(url, settings)
        part.append(chunk)
        progress(url, done, total)
    if total is not None and done < total:
        raise _TryAgainError(f"the connection broke off after {done:,} of {total:,} bytes")


def _unpacked(url: str, answer: Any, encoding: str, part: _Part, settings: FetchSettings) -> Iterator[bytes]:
    """Yield the unpacked bytes of an answer; a packed answer that breaks off cannot be resumed."""
    if encoding not in PACKED:
        raise _failed(url, f"the server packs it in a way that is not read ({encoding})")
    unzipper = Unzipper(encoding)
    try:
        for chunk in _chunks(answer, settings):
            yield from unzipper.unpack(chunk)
    except ValueError as error:
        part.remove()
        raise _TryAgainError(f"the packed answer is damaged: {error}") from error
    except _TryAgainError:
        part.remove()
        raise
    if not unzipper.is_whole:
        part.remove()
        raise _TryAgainError("the packed answer breaks off")


def _chunks(answer: Any, settings: FetchSettings) -> Iterator[bytes]:
    """Yield what comes, as long as it comes at a pace that leads somewhere."""
    begun, done = time.monotonic(), 0
    while chunk := _read(answer):
        done += len(chunk)
        yield chunk
        passed = time.monotonic() - begun
        if passed > settings.timeout and done < passed * settings.least_pace:
            raise _TryAgainError(f"the server sends no more than {done:,} bytes in {passed:,.0f} seconds")


def _read(answer: Any) -> bytes:
    try:
        return bytes(answer.read1(CHUNK))
    except (http.client.HTTPException, OSError) as error:
        raise _TryAgainError(f"the connection broke off: {error or type(error).__name__}") from error


def _check_hash(url: str, expected: str, part: _Part) -> None:
    found = hash_file(part.path) if part.path.exists() else hashlib.sha256(b"").hexdigest()
    if not expected or found == expected.lower():
        part.touch()
        return
    was_resumed = part.was_resumed
    part.remove()
    if was_resumed:
        raise _TryAgainError("the file changed between two attempts")
    raise InputError(
        Problem(
            "A fetched file is not the declared one.",
            url,
            f"its bytes have the hash {found}, the kit expects {expected}",
            "The publisher may have changed it: look at the new file, then put its hash into kit.toml.",
        )
    )


def _check_kind(url: str, kind: str, kinds: Sequence[str]) -> None:
    if kinds and kind and not kind.strip().lower().startswith(tuple(kinds)):
        why = f"the server answers with {kind}, not with {' or '.join(kinds)}"
        raise _failed(url, f"{why}; a login page of the network may stand in between")


def _check_content(url: str, part: _Part, complaint: Callable[[Path], str]) -> None:
    if why := complaint(part.path):
        part.remove()
        raise _failed(url, why)


class _Part:
    """
    A file that is being fetched, with what is needed to go on after a break.

    Without a word of the server on the version of the file, and without a hash to check the whole against, it is
    fetched anew after a break: two halves of two versions would pass for one file.
    """

    def __init__(self, folder: Path, url: str, will_be_checked: bool) -> None:
        self._will_be_checked = will_be_checked
        stem = hashlib.sha256(url.encode()).hexdigest()[:32]
        self.path, self._facts = folder / f"{stem}.part", folder / f"{stem}.json"
        self.was_resumed = False

    def headers(self) -> dict[str, str]:
        """Return the headers that ask for the rest of the file."""
        size = self.path.stat().st_size if self.path.exists() else 0
        validator = self._validator()
        if not size or not (validator or self._will_be_checked):
            return {}
        return {"Range": f"bytes={size}-"} | ({"If-Range": validator} if validator else {})

    def resume(self, is_partial: bool, headers: Mapping[str, str]) -> int:
        """Return the number of bytes to go on from; a server that sends the whole file starts anew."""
        size = self.path.stat().st_size if self.path.exists() else 0
        self.was_resumed = (
            is_partial and size > 0 and headers.get("Content-Range", "").startswith(f"bytes {size}-")
        )
        if is_partial and not self.was_resumed:
            self.remove()
            raise _TryAgainError("the server sent another part than the one asked for")
        if not self.was_resumed:
            self._start(headers)
        return size if self.was_resumed else 0

    def append(self, chunk: bytes) -> None:
        """Write some more bytes."""
        try:
            with self.path.open("ab") as stream:
                stream.write(chunk)
        except OSError as error:
            self.remove()
            raise cannot_write(self.path.parent, error) from error

    def touch(self) -> None:
        """Make sure that an empty file exists too."""
        self.path.touch()

    def remove(self) -> None:
        """Forget what was fetched so far."""
        self.path.unlink(missing_ok=True)
        self._facts.unlink(missing_ok=True)

    def _start(self, headers: Mapping[str, str]) -> None:
        etag = headers.get("ETag") or ""
        validator = "" if etag.startswith("W/") else etag or headers.get("Last-Modified") or ""
        if (headers.get("Content-Encoding") or "identity").strip().lower() != "identity":
            validator = ""  # the server would count in packed bytes, the part is counted in unpacked ones
        self.remove()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch()
            self._facts.write_text(json.dumps({"validator": validator}), encoding="utf-8")
        except OSError as error:
            raise cannot_write(self.path.parent, error) from error

    def _validator(self) -> str:
        try:
            facts = json.loads(self._facts.read_text(encoding="utf-8"))
            return str(facts["validator"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""


def _refusal(url: str, error: urllib.error.HTTPError, part: _Part) -> Exception:
    if error.code == _RANGE_REFUSED:
        part.remove()
        return _TryAgainError("the server does not know the part asked for")
    if error.code in _PASSING:
        return _TryAgainError(
            f"the server answers {error.code} {error.reason}",
            wait_asked(error.headers.get("Retry-After") or ""),
        )
    return _failed(url, f"the server answers {error.code} {error.reason}")


def _unreachable(url: str, error: Exception) -> Exception:
    reason = getattr(error, "reason", error)
    if isinstance(reason, RefusedAddressError):
        return _failed(url, str(reason))
    if isinstance(error, ValueError | http.client.InvalidURL):
        return _failed(url, f"the address cannot be used: {error}")
    return _TryAgainError(f"the server cannot be reached: {reason or type(error).__name__}")


def _failed(url: str, why: str) -> InputError:
    remedy = "Check the address and the connection, or put the file into a mirror and name it with --mirror."
    return InputError(Problem("A file cannot be fetched.", url, why, remedy))


def _too_large(url: str, settings: FetchSettings) -> InputError:
    return _failed(url, f"it is larger than the limit of {settings.most_bytes:,} bytes")
