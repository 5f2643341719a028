"""A log in memory behind HTTP, as anybody reads it (C2SP tlog-tiles)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from provenance.log.notes import Note
from provenance.log.tiles import WIDTH, Tile, TileError, has
from tests.provenance.log.grown_log import KEY, GrownLog


@dataclass
class ServedLog:
    """`log` may be another at any moment; `shown` is given for its checkpoint where there is one. `asked` are paths;
    with `partial` parts of tiles stay when these are full; `away`, it gives nothing."""

    log: GrownLog
    shown: Note | None = None
    keys: str = f"{KEY.verifier}\n"
    asked: list[str] = field(default_factory=list)
    partial: bool = True
    away: bool = False
    url: str = ""

    def answer(self, path: str) -> bytes:
        """Raises TileError where there is nothing."""
        self.asked.append(path)
        if self.away:
            raise TileError("it is away")
        if path == "/.well-known/signed-note-keys":
            return self.keys.encode()
        if path == "/log/checkpoint":
            return str(self.shown or self.log.checkpoint()).encode()
        tile = Tile.read(path.removeprefix("/log/tile/"))
        if not self.partial and tile.width < WIDTH and has(self.log.size, Tile(tile.level, tile.place)):
            raise TileError("the tile is full")
        return self.log.tile(str(tile))


@contextmanager
def served_log(log: GrownLog) -> Iterator[ServedLog]:
    site = ServedLog(log)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                body, status = site.answer(self.path), 200
            except TileError as error:
                body, status = str(error).encode(), 404
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site.url = f"http://127.0.0.1:{server.server_port}/log"
    yield site
    server.shutdown()
    server.server_close()
