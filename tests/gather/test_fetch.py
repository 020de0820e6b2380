"""Files come over a bad network whole, or not at all and with a reason."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from almena.gather import fetch as module
from almena.gather.fetch import fetch
from almena.gather.fetch_kit import fetch_kit
from almena.gather.mirror import find_files
from almena.gather.snapshot import SnapshotStore
from almena.gather.web import FetchSettings, is_public, wait_asked
from almena.model.kit import KitFile
from almena.model.origin import Source
from almena.model.problem import InputError, StoreError

from .faulty_server import Server, refuse, send, send_chunks, serving, stall
from .kits import FACTS, kit_of, sha, write

CONTENT = bytes(range(256)) * 40
LOCAL = FetchSettings(timeout=5.0, retries=4, allow_private=True)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


class Waits(list[float]):
    """Remembers how long it was asked to wait, and does not."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def get(url: str, store: SnapshotStore, **more: Any) -> Source:
    options: dict[str, Any] = {"settings": LOCAL, "sleep": Waits(), "facts": FACTS}
    return fetch(url, more.pop("sha256", sha(CONTENT)), store, **{**options, **more})


def parts(store: SnapshotStore) -> list[Path]:
    return list((store.folder / module.DOWNLOADS).glob("*"))


def test_a_file_is_fetched_checked_and_kept(server: Server, store: SnapshotStore) -> None:
    told: list[tuple[str, int, int | None]] = []
    url = server.says("/s.geojson", send(CONTENT))
    source = get(url, store, progress=lambda *news: told.append(news))
    assert source == replace(FACTS, sha256=sha(CONTENT), size=len(CONTENT))
    assert store.path_of(source.sha256).read_bytes() == CONTENT
    assert told[-1] == (url, len(CONTENT), len(CONTENT))
    assert parts(store) == []
    record = store.record(source.sha256)
    assert record
    assert record.known_as[0]["name"] == "s.geojson"
    assert server.seen[0].headers["User-Agent"].startswith("almena/")


def test_without_a_declared_hash_what_comes_is_taken(server: Server, store: SnapshotStore) -> None:
    assert get(server.says("/a", send(CONTENT)), store, sha256="").sha256 == sha(CONTENT)


def test_an_empty_file_is_a_file(server: Server, store: SnapshotStore) -> None:
    assert get(server.says("/a", send(b"")), store, sha256="").size == 0


def test_chunked_answers_without_a_length_are_read(server: Server, store: SnapshotStore) -> None:
    told: list[int | None] = []
    get(
        server.says("/a", send_chunks(CONTENT)), store, progress=lambda _url, _done, total: told.append(total)
    )
    assert set(told) == {None}


def test_a_busy_server_is_asked_again_when_it_says(server: Server, store: SnapshotStore) -> None:
    waits = Waits()
    url = server.says(
        "/a", refuse(429, Retry_After="7"), refuse(503), refuse(429, Retry_After="120"), send(CONTENT)
    )
    get(url, store, sleep=waits)
    assert waits == [7.0, 2.0, 120.0]


def test_a_server_that_asks_for_a_long_wait_is_not_asked_before(server: Server, store: SnapshotStore) -> None:
    waits = Waits()
    with pytest.raises(InputError, match=r"429.*wait 9,999 seconds"):
        get(server.says("/a", refuse(429, Retry_After="9999"), send(CONTENT)), store, sleep=waits)
    assert (waits, len(server.seen)) == ([], 1)


def test_a_server_that_stays_busy_is_given_up(server: Server, store: SnapshotStore) -> None:
    waits = Waits()
    with pytest.raises(InputError, match=r"503.*5 attempts"):
        get(server.says("/a", refuse(503)), store, sleep=waits)
    assert waits == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_a_plain_refusal_is_not_repeated(server: Server, store: SnapshotStore, code: int) -> None:
    with pytest.raises(InputError, match=f"answers {code}"):
        get(server.says("/a", refuse(code)), store)
    assert len(server.seen) == 1


def test_a_file_cut_short_is_resumed(server: Server, store: SnapshotStore) -> None:
    url = server.says("/a", send(CONTENT, cut=4000), send(CONTENT, cut=1000), send(CONTENT))
    get(url, store)
    assert [s.headers.get("Range") for s in server.seen] == [None, "bytes=4000-", "bytes=5000-"]
    assert server.seen[1].headers["If-Range"] == '"one"'


def test_a_broken_chunked_answer_is_tried_again(server: Server, store: SnapshotStore) -> None:
    url = server.says("/a", send_chunks(CONTENT[:4000], broken=True), send(CONTENT, etag=""))
    get(url, store)
    assert server.seen[1].headers["Range"] == "bytes=4000-"


def test_a_later_run_goes_on_where_the_first_was_cut(server: Server, store: SnapshotStore) -> None:
    url = server.says("/a", send(CONTENT, cut=4000))
    with pytest.raises(InputError, match="broke off after 4,000 of 10,240"):
        get(url, store, settings=replace(LOCAL, retries=0))
    assert len(parts(store)) == 2
    server.says("/a", send(CONTENT))
    get(url, SnapshotStore(store.folder))
    assert server.seen[-1].headers["Range"] == "bytes=4000-"
    assert parts(store) == []


def test_a_server_that_ignores_ranges_starts_anew(server: Server, store: SnapshotStore) -> None:
    get(server.says("/a", send(CONTENT, cut=4000, ranges=False), send(CONTENT, ranges=False)), store)
    assert server.seen[1].headers["Range"] == "bytes=4000-"


def test_a_file_that_changed_between_attempts_starts_anew(server: Server, store: SnapshotStore) -> None:
    old = b"x" * len(CONTENT)
    get(server.says("/a", send(old, etag='"old"', cut=4000), send(CONTENT, etag='"new"')), store)
    assert len(server.seen) == 2


def test_a_change_that_no_etag_tells_is_found_by_the_hash(server: Server, store: SnapshotStore) -> None:
    old = b"x" * len(CONTENT)
    get(server.says("/a", send(old, etag="", cut=4000), send(CONTENT, etag="")), store)
    assert [s.headers.get("Range") for s in server.seen] == [None, "bytes=4000-", None]


def test_a_weak_etag_is_not_used_to_resume(server: Server, store: SnapshotStore) -> None:
    get(server.says("/a", send(CONTENT, etag='W/"one"', cut=4000), send(CONTENT, etag='W/"one"')), store)
    assert "If-Range" not in server.seen[1].headers


def test_an_unknown_range_starts_anew(server: Server, store: SnapshotStore) -> None:
    get(server.says("/a", send(CONTENT, cut=4000), refuse(416), send(CONTENT)), store)
    assert server.seen[2].headers.get("Range") is None


def test_a_wrong_hash_names_both_and_leaves_nothing(server: Server, store: SnapshotStore) -> None:
    with pytest.raises(InputError) as caught:
        get(server.says("/a", send(b"something else")), store)
    assert sha(CONTENT) in str(caught.value)
    assert sha(b"something else") in str(caught.value)
    assert parts(store) == []
    assert list(store.records()) == []
    assert len(server.seen) == 1


def test_a_silent_server_is_given_up(server: Server, store: SnapshotStore) -> None:
    released = threading.Event()
    url = server.says("/a", stall(released), send(CONTENT, etag=""))
    get(url, store, settings=replace(LOCAL, timeout=0.3), sha256=sha(CONTENT))
    released.set()
    assert len(server.seen) >= 2


def test_an_unreachable_server_is_told_plainly(store: SnapshotStore) -> None:
    with pytest.raises(InputError, match="cannot be reached"):
        get("http://127.0.0.1:1/a", store, settings=replace(LOCAL, retries=1))


@pytest.mark.parametrize("length", [True, False])
def test_a_file_over_the_limit_is_refused(server: Server, store: SnapshotStore, length: bool) -> None:
    url = server.says("/a", send(CONTENT) if length else send_chunks(CONTENT))
    with pytest.raises(InputError, match="larger than the limit of 10,239 bytes"):
        get(url, store, settings=replace(LOCAL, most_bytes=len(CONTENT) - 1))
    assert parts(store) == []
    get(url, store, settings=replace(LOCAL, most_bytes=len(CONTENT)))


def test_private_addresses_are_refused_before_a_byte_is_sent(server: Server, store: SnapshotStore) -> None:
    url = server.says("/a", send(CONTENT))
    for address in (url, url.replace("127.0.0.1", "localhost")):
        with pytest.raises(InputError, match="not a public address"):
            get(address, store, settings=FetchSettings())
    assert server.seen == []


def test_a_redirect_to_a_private_address_is_refused(
    server: Server, store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the first hop is declared public, the second is the same machine by another of its addresses
    monkeypatch.setattr("almena.gather.web.is_public", lambda address: address != "127.0.0.2")
    url = server.says("/a", refuse(302, Location=server.url.replace("127.0.0.1", "127.0.0.2") + "/b"))
    server.says("/b", send(CONTENT))
    with pytest.raises(InputError, match=r"127\.0\.0\.2 is not a public address"):
        get(url, store, settings=replace(LOCAL, allow_private=False))
    assert server.asked("/b") == []


def test_a_name_that_leads_to_a_private_address_is_refused(
    server: Server, store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    real = socket.create_connection
    port = int(server.url.rsplit(":", 1)[1])
    monkeypatch.setattr(socket, "create_connection", lambda _address, *more: real(("127.0.0.1", port), *more))
    with pytest.raises(InputError, match=r"data\.example\.org leads to 127\.0\.0\.1"):
        get("http://data.example.org/a", store, settings=FetchSettings(timeout=2))
    assert server.seen == []


def test_redirects_are_followed_five_times(server: Server, store: SnapshotStore) -> None:
    for n in range(6):
        server.says(f"/{n}", refuse(302, Location=f"{server.url}/{n + 1}"))
    server.says("/6", send(CONTENT))
    get(server.url + "/1", store)
    with pytest.raises(InputError, match=r"302|redirect"):
        get(server.url + "/0", store)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/a", "gopher://example.org/"])
def test_redirects_to_other_schemes_are_refused(server: Server, store: SnapshotStore, target: str) -> None:
    with pytest.raises(InputError, match="cannot be fetched"):
        get(server.says("/a", refuse(302, Location=target)), store)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/a", "nonsense", "http://", "http://[::1"]
)
def test_other_schemes_are_refused(store: SnapshotStore, url: str) -> None:
    with pytest.raises(InputError, match="cannot be fetched"):
        get(url, store)


def test_a_full_disk_leaves_nothing(
    server: Server, store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def full(path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        if mode == "ab":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, mode, *more, **named)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(StoreError, match="disk is full"):
        get(server.says("/a", send(CONTENT)), store)
    assert parts(store) == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_public_addresses_are_told_from_private_ones(address: str, public: bool) -> None:
    assert is_public(address) == public


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("", None),
        ("soon", None),
        ("Fri, 20 Nov 2026 00:01:00 GMT", 60.0),
        ("Thu, 19 Nov 2026 00:00:00 GMT", 0.0),
    ],
)
def test_the_wait_asked_for_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    midnight = 1_795_132_800.0  # 20 November 2026, 00:00 UTC
    assert wait_asked(header, midnight) == seconds


# ---------------------------------------------------------------- whole kits


def test_a_kit_is_fetched_but_for_what_is_there_and_what_has_no_address(
    server: Server, store: SnapshotStore, tmp_path: Path
) -> None:
    write(tmp_path / "mirror" / "here.csv", "here")
    kit = kit_of(
        tmp_path / "kit",
        KitFile("census_table", "here.csv", "table", url=server.says("/here.csv", send(b"here"))),
        KitFile("schools", "s.geojson", "vector", sha256=sha(CONTENT), url=server.says("/s", send(CONTENT))),
        KitFile("hospitals", "gone.json", "vector", url=server.url + "/gone"),
        KitFile("hydrants", "wrong.json", "vector", sha256="a" * 64, url=server.says("/w", send(b"w"))),
        KitFile("elevation", "only-in-mirror.tif", "raster"),
        KitFile("climate_hourly", "many/*.csv", "timeseries", url=server.says("/many", send(b"m"))),
    )
    result = fetch_kit(kit, store, mirror=tmp_path / "mirror", settings=LOCAL, sleep=Waits())
    assert [(s.role, s.file, s.sha256) for s in result.fetched] == [("schools", "s.geojson", sha(CONTENT))]
    assert result.present == ("here.csv",)
    assert result.mirror_only == ("only-in-mirror.tif",)
    assert [p.where for p in result.problems] == [server.url + "/gone", server.url + "/w", "many/*.csv"]
    assert server.asked("/here.csv") == []
    again = fetch_kit(kit, store, mirror=tmp_path / "mirror", settings=LOCAL, sleep=Waits())
    assert again.present == ("here.csv", "s.geojson")
    assert len(server.asked("/s")) == 1


def test_a_shapefile_is_fetched_with_its_companions(
    server: Server, store: SnapshotStore, tmp_path: Path
) -> None:
    for suffix in ("shp", "dbf", "shx", "prj"):
        server.says(f"/data/Inunda%C3%A7%C3%A3o.{suffix}", send(suffix.encode()))
    url = server.url + "/data/Inunda%C3%A7%C3%A3o.shp"
    kit = kit_of(tmp_path / "kit", KitFile("flood_susceptibility", "hazards/flood.shp", "vector", url=url))
    result = fetch_kit(kit, store, settings=LOCAL, sleep=Waits())
    assert result.problems == ()
    (found,) = find_files(kit, None, SnapshotStore(store.folder))
    assert found.paths[0].read_bytes() == b"shp"
    assert {name: path.read_bytes() for name, path in found.companions} == {
        "flood.dbf": b"dbf",
        "flood.shx": b"shx",
        "flood.prj": b"prj",
    }


def test_a_shapefile_without_attributes_is_a_problem(
    server: Server, store: SnapshotStore, tmp_path: Path
) -> None:
    url = server.says("/a.shp", send(b"shp"))
    kit = kit_of(tmp_path / "kit", KitFile("flood_susceptibility", "a.shp", "vector", url=url))
    result = fetch_kit(kit, store, settings=LOCAL, sleep=Waits())
    assert [p.where for p in result.problems] == [server.url + "/a.dbf"]


# ---------------------------------------------------------------- a break in a file that nothing vouches for


@pytest.mark.parametrize("etag", ["", 'W/"one"'])
def test_without_a_hash_and_a_word_on_its_version_a_file_is_never_pieced_together(
    server: Server, store: SnapshotStore, etag: str
) -> None:
    # the first half came from one version and the second from the next: together they passed for the file
    old = b"x" * len(CONTENT)
    source = get(
        server.says("/a", send(old, etag=etag, cut=4000), send(CONTENT, etag=etag)), store, sha256=""
    )
    assert [s.headers.get("Range") for s in server.seen] == [None, None]
    assert source.sha256 == sha(CONTENT)


def test_without_a_hash_a_strong_etag_is_enough_to_go_on(server: Server, store: SnapshotStore) -> None:
    source = get(server.says("/a", send(CONTENT, cut=4000), send(CONTENT)), store, sha256="")
    assert server.seen[1].headers["If-Range"] == '"one"'
    assert source.sha256 == sha(CONTENT)


@pytest.mark.parametrize("path", ["/with blank", "/with\tblank", "/ü"])
def test_an_address_that_no_server_can_be_asked_for_is_not_tried_again(
    store: SnapshotStore, path: str
) -> None:
    waits = Waits()
    with pytest.raises(InputError, match="cannot be used"):
        get(f"http://127.0.0.1:9{path}", store, sleep=waits)
    assert waits == []
    assert parts(store) == []


def test_the_wait_is_never_longer_than_one_has_patience_for(server: Server, store: SnapshotStore) -> None:
    waits = Waits()
    url = server.says("/a", refuse(503, Retry_After="99999"), send(CONTENT))
    with pytest.raises(InputError, match="wait 99,999 seconds"):
        get(url, store, settings=replace(LOCAL, longest_wait=7.0), sleep=waits)
    assert waits == []
    server.says("/a", refuse(503, Retry_After="7"), send(CONTENT))
    get(url, store, settings=replace(LOCAL, longest_wait=7.0), sleep=waits)
    assert waits == [7.0]


def test_waits_grow_while_a_server_stays_silent_on_them(server: Server, store: SnapshotStore) -> None:
    waits = Waits()
    get(server.says("/a", refuse(500), refuse(502), refuse(504), send(CONTENT)), store, sleep=waits)
    assert waits == [1.0, 2.0, 4.0]


def test_progress_is_told_with_the_size_and_never_runs_back(server: Server, store: SnapshotStore) -> None:
    told: list[tuple[str, int, int | None]] = []
    url = server.says("/a", send(CONTENT, cut=4000), send(CONTENT))
    get(url, store, progress=lambda *step: told.append(step))
    done = [step[1] for step in told]
    assert done == sorted(done)
    assert done[-1] == len(CONTENT)
    assert {step[0] for step in told} == {url}
    assert {step[2] for step in told} == {len(CONTENT)}


def test_a_pattern_has_no_single_address(server: Server, store: SnapshotStore, tmp_path: Path) -> None:
    spec = KitFile("schools", "a/*.csv", "table", url=server.says("/a", send(CONTENT)))
    done = fetch_kit(kit_of(tmp_path, spec), store, settings=LOCAL, sleep=Waits())
    assert done.fetched == ()
    assert "several files" in done.problems[0].why
    assert server.seen == []


def test_one_file_that_fails_does_not_keep_the_others(
    server: Server, store: SnapshotStore, tmp_path: Path
) -> None:
    good = KitFile("schools", "a.csv", "table", url=server.says("/a", send(CONTENT)))
    bad = KitFile("hospitals", "b.csv", "table", url=server.says("/b", refuse(404)))
    nowhere = KitFile("hydrants", "c.csv", "table")
    done = fetch_kit(kit_of(tmp_path, bad, nowhere, good), store, settings=LOCAL, sleep=Waits())
    assert [s.file for s in done.fetched] == ["a.csv"]
    assert done.mirror_only == ("c.csv",)
    assert len(done.problems) == 1
    again = fetch_kit(kit_of(tmp_path, bad, nowhere, good), store, settings=LOCAL, sleep=Waits())
    assert again.present == ("a.csv",)
    assert len(server.asked("/a")) == 1
