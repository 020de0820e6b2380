"""A web server on this machine that misbehaves as told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler"], None]


@dataclass
class Seen:
    """What one request asked for."""

    path: str
    headers: dict[str, str]


@dataclass
class Server:
    """Scripted answers by path, one after the other; the last is repeated."""

    url: str = ""
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def says(self, path: str, *answers: Answer) -> str:
        self.answers[path] = list(answers)
        return self.url + path

    def asked(self, path: str) -> list[Seen]:
        return [s for s in self.seen if s.path == path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Server

    def do_GET(self) -> None:
        self.script.seen.append(Seen(self.path, dict(self.headers.items())))
        waiting = self.script.answers.get(self.path, [refuse(404)])
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Server]:
    script = Server()
    handler = type("Scripted", (Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def refuse(code: int, **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def send(content: bytes, *, etag: str = '"one"', ranges: bool = True, cut: int | None = None) -> Answer:
    """Send some bytes; in full, by range, or cut short after so many."""

    def answer(handler: Handler) -> None:
        asked = handler.headers.get("Range", "")
        fresh = handler.headers.get("If-Range") in (None, etag)
        start = int(asked[6:-1]) if asked and ranges and fresh else 0
        body = content[start:]
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        handler.send_header("Content-Length", str(len(body)))
        if etag:
            handler.send_header("ETag", etag)
        handler.end_headers()
        handler.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            handler.close_connection = True

    return answer


def send_chunks(content: bytes, *, broken: bool = False) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(
            f"{len(content):x}\r\n".encode() + content + (b"" if broken else b"\r\n0\r\n\r\n")
        )
        handler.close_connection = True

    return answer


def stall(released: threading.Event) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"slow")
        handler.wfile.flush()
        released.wait(5)
        handler.close_connection = True

    return answer
