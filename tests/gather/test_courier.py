"""The one way to open services: gentle, careful, never twice for the same, and on again after a break."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almena.gather.courier import Courier, Size
from almena.gather.fetch import DOWNLOADS
from almena.gather.open_source import Request, is_tiff, not_json
from almena.gather.snapshot import SnapshotStore
from almena.gather.source_terms import Terms
from almena.gather.unzipping import Unzipper
from almena.gather.web import FetchSettings
from almena.model.problem import InputError

from .faulty_server import Handler, Server, refuse, send
from .faulty_server import serving as scripted

CONTENT = b'{"a": [1, 2, 3], "b": "' + b"x" * 9000 + b'"}'
LOCAL = FetchSettings(timeout=5.0, retries=2, allow_private=True)
TERMS = Terms("place", "A service", "http://x", "http://x", "CC0-1.0", "Nobody", "nothing", 2.0, 10)


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.waits = 100.0, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with scripted() as running:
        yield running


@pytest.fixture
def courier(tmp_path: Path) -> Courier:
    clock = Clock()
    return Courier(SnapshotStore(tmp_path / "kept"), LOCAL, sleep=clock.sleep, clock=clock)


def waits(courier: Courier) -> list[float]:
    assert isinstance(courier.clock, Clock)
    return courier.clock.waits


def request(url: str, **more: Any) -> Request:
    return Request(url, **{"file": "answer.json", **more})


def typed(content: bytes, kind: str, **headers: str) -> Any:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def test_every_answer_is_kept_with_its_address_licence_and_day(server: Server, courier: Courier) -> None:
    url = server.says("/a?b=c", send(CONTENT))
    source = courier.bring(request(url, date="2026-11-20"), TERMS)
    assert (source.url, source.licence, source.attribution, source.date) == (
        url, "CC0-1.0", "Nobody", "2026-11-20",
    )  # fmt: skip
    assert courier.path(source).read_bytes() == CONTENT
    record = courier.store.record(source.sha256)
    assert record is not None
    assert (record.known_as[0]["role"], record.known_as[0]["file"]) == ("source:place", "answer.json")


def test_the_same_is_never_asked_twice_not_even_by_a_later_program(server: Server, courier: Courier) -> None:
    url = server.says("/a", send(CONTENT))
    first = courier.bring(request(url, date="2026-11-20"), TERMS)
    later = Courier(SnapshotStore(courier.store.folder), LOCAL, sleep=lambda _: None)
    assert later.bring(request(url, date="2027-01-01"), TERMS) == first  # with the day it was really fetched
    assert later.size(url, TERMS) == Size(True, len(CONTENT))
    assert len(server.seen) == 1


def test_bytes_that_were_lost_are_fetched_again(server: Server, courier: Courier) -> None:
    url = server.says("/a", send(CONTENT))
    source = courier.bring(request(url), TERMS)
    courier.path(source).unlink()
    assert courier.bring(request(url), TERMS).sha256 == source.sha256
    assert len(server.seen) == 2


def test_bytes_that_are_no_longer_those_that_came_are_fetched_again(server: Server, courier: Courier) -> None:
    url = server.says("/a", send(CONTENT))
    source = courier.bring(request(url), TERMS)
    courier.path(source).write_bytes(CONTENT[:-1] + b"?")
    later = Courier(courier.store, courier.settings, sleep=courier.sleep)
    assert later.kept(url) is None
    assert later.bring(request(url), TERMS).sha256 == source.sha256
    assert later.path(source).read_bytes() == CONTENT
    assert len(server.seen) == 2


def test_a_host_is_left_in_peace_between_two_requests(server: Server, courier: Courier) -> None:
    for n in range(3):
        courier.bring(request(server.says(f"/{n}", send(CONTENT + b" " * n))), TERMS)
    assert waits(courier) == [2.0, 2.0]
    courier.clock.now += 1.5  # type: ignore[attr-defined]
    courier.bring(request(server.says("/4", send(b"4"))), TERMS)
    assert waits(courier)[2:] == [pytest.approx(0.5)]


def test_two_hosts_do_not_wait_for_each_other(server: Server, courier: Courier) -> None:
    courier.bring(request(server.says("/a", send(CONTENT))), TERMS)
    courier.bring(request(server.says("/b", send(b"b")).replace("127.0.0.1", "localhost")), TERMS)
    assert waits(courier) == []


def test_a_service_that_names_a_time_is_asked_again_only_then(server: Server, courier: Courier) -> None:
    url = server.says("/a", refuse(429, Retry_After="31"), refuse(503), send(CONTENT))
    courier.bring(request(url), TERMS)
    assert waits(courier) == [31.0, 2.0]


def test_the_program_says_who_it_is(server: Server, courier: Courier) -> None:
    courier.bring(request(server.says("/a", send(CONTENT))), TERMS)
    assert server.seen[0].headers["User-Agent"].startswith("almena/")


def test_a_login_page_in_place_of_an_answer_is_not_kept(server: Server, courier: Courier) -> None:
    url = server.says("/a", typed(b"<html>Sign in</html>", "text/html; charset=utf-8"))
    with pytest.raises(InputError, match=r"answers with text/html.*login page"):
        courier.bring(request(url, kinds=("application/json",)), TERMS)
    assert list(courier.store.records()) == []
    server.says("/a", typed(CONTENT, "Application/JSON"))
    assert courier.bring(request(url, kinds=("application/json",)), TERMS).size == len(CONTENT)


def test_a_file_of_the_right_kind_with_other_content_is_not_kept(server: Server, courier: Courier) -> None:
    url = server.says("/a", send(b"GIF89a"))
    with pytest.raises(InputError, match="first bytes"):
        courier.bring(request(url, complaint=is_tiff), TERMS)
    url = server.says("/b", send(CONTENT[:50]))
    with pytest.raises(InputError, match="breaks off"):
        courier.bring(request(url, complaint=not_json), TERMS)
    assert list(courier.store.records()) == []


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_an_answer_packed_unasked_is_unpacked(
    server: Server, courier: Courier, encoding: str, pack: Any
) -> None:
    url = server.says("/a", typed(pack(CONTENT), "application/json", Content_Encoding=encoding))
    assert courier.path(courier.bring(request(url), TERMS)).read_bytes() == CONTENT


def test_a_way_of_packing_that_is_not_known_is_refused(server: Server, courier: Courier) -> None:
    url = server.says("/a", typed(b"??", "application/json", Content_Encoding="br"))
    with pytest.raises(InputError, match=r"not read \(br\)"):
        courier.bring(request(url), TERMS)


def test_a_bomb_is_refused_at_the_limit_and_leaves_nothing(server: Server, courier: Courier) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < 60_000
    courier.settings = replace(LOCAL, most_bytes=1_000_000)
    url = server.says("/a", typed(bomb, "application/json", Content_Encoding="gzip"))
    with pytest.raises(InputError, match="larger than the limit of 1,000,000"):
        courier.bring(request(url), TERMS)
    assert list((courier.store.folder / DOWNLOADS).glob("*")) == []


def test_a_packed_answer_cut_short_starts_anew_since_nobody_can_resume_it(
    server: Server, courier: Courier
) -> None:
    packed = gzip.compress(bytes(range(256)) * 100)
    url = server.says(
        "/a",
        typed(packed[:-9], "application/json", Content_Encoding="gzip", ETag='"1"'),
        typed(packed, "application/json", Content_Encoding="gzip", ETag='"1"'),
    )
    assert courier.bring(request(url), TERMS).size == 25_600
    assert "Range" not in server.seen[1].headers


@given(st.binary(max_size=4000), st.integers(1, 500))
def test_pieces_of_any_size_unpack_to_the_same(content: bytes, size: int) -> None:
    packed = gzip.compress(content)
    unzipper = Unzipper("gzip")
    pieces = (packed[i : i + size] for i in range(0, len(packed), size))
    assert b"".join(some for piece in pieces for some in unzipper.unpack(piece)) == content
    assert unzipper.is_whole


@given(st.binary(min_size=1, max_size=200))
def test_bytes_that_are_not_packed_are_an_error_and_no_crash(content: bytes) -> None:
    unzipper = Unzipper("gzip")
    try:
        list(unzipper.unpack(content))
    except ValueError:
        return
    assert not unzipper.is_whole  # the beginning of something, and never the whole


def test_a_break_in_the_middle_is_resumed_by_the_next_command(server: Server, courier: Courier) -> None:
    url = server.says("/a", send(CONTENT, cut=4000))
    courier.settings = replace(LOCAL, retries=0)
    with pytest.raises(InputError, match="broke off"):
        courier.bring(request(url), TERMS)
    server.says("/a", send(CONTENT))
    later = Courier(SnapshotStore(courier.store.folder), LOCAL, sleep=lambda _: None)
    assert later.path(later.bring(request(url), TERMS)).read_bytes() == CONTENT
    assert server.seen[-1].headers["Range"] == "bytes=4000-"
    assert server.seen[-1].headers["If-Range"] == '"one"'


def test_a_person_who_interrupts_loses_nothing(server: Server, courier: Courier) -> None:
    content = bytes(range(256)) * 20_000
    url = server.says("/a", send(content))

    def interrupt(_url: str, done: int, _total: int | None) -> None:
        if done > 1_000_000:
            raise KeyboardInterrupt

    courier.progress = interrupt
    with pytest.raises(KeyboardInterrupt):
        courier.bring(request(url), TERMS)
    assert list(courier.store.records()) == []
    courier.progress = None
    assert courier.path(courier.bring(request(url), TERMS)).read_bytes() == content
    start = int(server.seen[-1].headers["Range"].removeprefix("bytes=").removesuffix("-"))
    assert start > 1_000_000


def test_a_file_that_changed_between_two_commands_is_not_glued_together(
    server: Server, courier: Courier
) -> None:
    url = server.says("/a", send(b"o" * 9000, etag='"old"', cut=4000))
    courier.settings = replace(LOCAL, retries=0)
    with pytest.raises(InputError):
        courier.bring(request(url), TERMS)
    server.says("/a", send(b"n" * 9000, etag='"new"'))
    assert courier.path(courier.bring(request(url), TERMS)).read_bytes() == b"n" * 9000


def test_all_files_together_have_a_limit(server: Server, courier: Courier) -> None:
    courier.most_bytes = 10_000
    courier.bring(request(server.says("/a", send(CONTENT))), TERMS)
    with pytest.raises(InputError, match="larger than the limit"):
        courier.bring(request(server.says("/b", send(CONTENT))), TERMS)
    courier.most_bytes = courier.fetched_bytes
    with pytest.raises(InputError, match="all files together"):
        courier.bring(request(server.says("/c", send(b"c"))), TERMS)
    assert server.asked("/c") == []


def test_addresses_inside_the_own_network_are_refused_unless_a_person_allows_them(
    server: Server, courier: Courier
) -> None:
    courier.settings = FetchSettings(timeout=2.0, retries=0)
    url = server.says("/a", send(CONTENT))
    addresses = [
        url,
        url.replace("127.0.0.1", "localhost"),
        "http://169.254.169.254/latest",
        "http://[::1]/a",
    ]
    addresses += [
        url.replace("127.0.0.1", "2130706433"),
        url.replace("127.0.0.1", "0x7f.1"),
        "file:///etc/passwd",
    ]
    for address in addresses:
        with pytest.raises(InputError, match=r"public address|cannot be used|only http"):
            courier.bring(request(address), TERMS)
        assert courier.size(address, TERMS) == Size(None)
    assert server.seen == []


def test_a_size_question_does_not_follow_a_redirect_inside(
    server: Server, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("almena.gather.web.is_public", lambda address: address != "127.0.0.2")
    courier.settings = FetchSettings(timeout=2.0, retries=0)
    inside = server.url.replace("127.0.0.1", "127.0.0.2") + "/b"
    url = server.says("/a", refuse(302, Location=inside))
    assert courier.size(url, TERMS) == Size(None)
    with pytest.raises(InputError, match=r"127\.0\.0\.2 is not a public address"):
        courier.bring(request(url), TERMS)
    assert server.asked("/b") == []


def test_what_began_encrypted_does_not_go_on_in_the_open() -> None:
    import urllib.request
    from email.message import Message

    from almena.gather.web import RefusedAddressError, _Redirects

    asked = urllib.request.Request("https://data.example.org/a")
    with pytest.raises(RefusedAddressError, match="not encrypted"):
        _Redirects().redirect_request(asked, None, 302, "", Message(), "http://data.example.org/a")  # type: ignore[arg-type]
    onward = _Redirects().redirect_request(asked, None, 302, "", Message(), "https://other.example.org/a")  # type: ignore[arg-type]
    assert onward is not None


def test_sizes_are_told_by_head_or_by_the_first_byte_or_not_at_all(server: Server, courier: Courier) -> None:
    assert courier.size(server.says("/none", refuse(404)), TERMS) == Size(
        False
    )  # it knows no HEAD, but a GET
    whole = server.says("/a", typed(CONTENT, "application/json"))
    assert courier.size(whole, TERMS) == Size(True, len(CONTENT))
    assert courier.size(server.says("/busy", refuse(503)), TERMS) == Size(None)
    assert courier.size("http://127.0.0.1:1/a", TERMS) == Size(None)


def test_a_service_that_thinks_long_is_waited_for(server: Server, courier: Courier) -> None:
    def slow(handler: Handler) -> None:
        threading.Event().wait(0.6)
        typed(CONTENT, "application/json")(handler)

    courier.settings = replace(LOCAL, timeout=0.2, retries=0)
    with pytest.raises(InputError, match="timed out"):
        courier.bring(request(server.says("/a", slow)), TERMS)
    assert courier.bring(request(server.says("/b", slow), patience=10.0), TERMS).size == len(CONTENT)


def test_a_drip_is_given_up(server: Server, courier: Courier) -> None:
    released = threading.Event()

    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        for _ in range(40):
            if released.wait(0.05):
                break
            try:
                handler.wfile.write(b".")
                handler.wfile.flush()
            except OSError:
                break
        handler.close_connection = True

    courier.settings = replace(LOCAL, timeout=0.4, retries=0)
    with pytest.raises(InputError, match="no more than"):
        courier.bring(request(server.says("/a", drip)), TERMS)
    released.set()
