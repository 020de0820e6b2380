"""The way to the network: only http and https, only public addresses, few redirects."""

from __future__ import annotations

import email.utils
import http.client
import ipaddress
import socket
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPMessage
from typing import IO, Any
from urllib.parse import urlsplit

from almena import __version__
from almena.gather.kit_values import bad_url


@dataclass(frozen=True)
class FetchSettings:
    """
    How files are fetched.

    Parameters
    ----------
    timeout : float
        Seconds of silence after which a connection is given up.
    retries : int
        Further attempts after a failure that may pass.
    most_bytes : int
        Size above which a file is refused.
    redirects : int
        Redirects followed.
    allow_private : bool
        Whether addresses inside the own network may be reached; a kit from a stranger could name them.
    longest_wait : float
        Seconds that a server may ask to wait; one that asks for more is not asked again by this command.
    least_pace : float
        Bytes a second below which a connection is given up, once it has lasted longer than ``timeout``.
    """

    timeout: float = 30.0
    retries: int = 4
    most_bytes: int = 2 << 30
    redirects: int = 5
    allow_private: bool = False
    longest_wait: float = 120.0
    least_pace: float = 100.0


class RefusedAddressError(OSError):
    """An address that may not be reached."""


def opener(settings: FetchSettings) -> urllib.request.OpenerDirector:
    """Return what opens addresses: http and https only, where urllib by default follows files and FTP too."""
    director = urllib.request.OpenerDirector()
    proxies = urllib.request.getproxies()
    for handler in (
        urllib.request.ProxyHandler(proxies),
        _Http(settings, frozenset(proxies)),
        _Https(settings, frozenset(proxies)),
        _redirects(settings),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        director.add_handler(handler)
    return director


def request(url: str, headers: Mapping[str, str], method: str = "GET") -> urllib.request.Request:
    """
    Return a request for an address.

    Parameters
    ----------
    url : str
        The address.
    headers : mapping of str to str
        Further headers.
    method : str
        ``GET``, or ``HEAD`` for the headers alone.

    Raises
    ------
    RefusedAddressError
        When it is neither http nor https.
    """
    if why := bad_url(url):
        raise RefusedAddressError(why)
    own = {"User-Agent": f"almena/{__version__}", "Accept-Encoding": "identity"}
    return urllib.request.Request(url, headers={**own, **headers}, method=method)  # noqa: S310  (checked above)


def wait_asked(header: str, now: float | None = None) -> float | None:
    """
    Return the seconds that a ``Retry-After`` header asks to wait, or None.

    Parameters
    ----------
    header : str
        Its text: a number of seconds, or a date.
    now : float, optional
        Present moment in seconds since 1970; by default that of the clock.
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError):
        return None
    return max(0.0, moment - (time.time() if now is None else now))


def is_public(address: str) -> bool:
    """Tell whether an IP address lies in the public network."""
    ip = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not (mapped or ip).is_multicast


def _guarded(settings: FetchSettings) -> Callable[..., socket.socket]:
    def connect(address: tuple[str, int], *more: Any) -> socket.socket:
        """Connect to an address that was checked."""
        connection = socket.create_connection(address, *more)
        peer = str(connection.getpeername()[0])
        if not (settings.allow_private or is_public(peer)):
            connection.close()
            raise RefusedAddressError(f"{address[0]} leads to {peer}, which is not a public address")
        return connection

    return connect


def _connection(
    kind: type[http.client.HTTPConnection], settings: FetchSettings, direct: bool
) -> Callable[..., Any]:
    def build(host: str, **options: Any) -> http.client.HTTPConnection:
        """Make the connection."""
        connection = kind(host, **options)
        if direct:
            # the peer is checked before a byte is sent, so that a name cannot change its address in between
            connection._create_connection = _guarded(settings)  # type: ignore[attr-defined]
        return connection

    return build


class _Http(urllib.request.HTTPHandler):
    def __init__(self, settings: FetchSettings, proxied: frozenset[str]) -> None:
        super().__init__()
        self._settings, self._direct = settings, "http" not in proxied

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open over a checked connection."""
        _check_literal(req, self._settings)
        return self.do_open(_connection(http.client.HTTPConnection, self._settings, self._direct), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, settings: FetchSettings, proxied: frozenset[str]) -> None:
        super().__init__()
        self._settings, self._direct = settings, "https" not in proxied

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open over a checked, encrypted connection."""
        _check_literal(req, self._settings)
        return self.do_open(_connection(http.client.HTTPSConnection, self._settings, self._direct), req)


def _redirects(settings: FetchSettings) -> urllib.request.BaseHandler:
    most = {"max_redirections": settings.redirects, "max_repeats": settings.redirects}
    handler: urllib.request.BaseHandler = type("_FewRedirects", (_Redirects,), most)()
    return handler


class _Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Follow a redirection only to an address that may be fetched."""
        if why := bad_url(newurl):
            raise RefusedAddressError(f"it redirects to {newurl}: {why}")
        if req.type == "https" and urlsplit(newurl).scheme != "https":
            raise RefusedAddressError(f"it redirects to {newurl}, which is not encrypted")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _check_literal(req: urllib.request.Request, settings: FetchSettings) -> None:
    """Refuse a private address written out, which a proxy would otherwise reach for us."""
    host = urlsplit(req.full_url).hostname or ""
    try:
        public = is_public(host)
    except ValueError:
        public = host != "localhost"
    if not (public or settings.allow_private):
        raise RefusedAddressError(f"{host} is not a public address")
