"""A portal that answers what a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answering(BaseHTTPRequestHandler):
    """`asked` answers what looks, `sent` what records."""

    def do_GET(self) -> None:
        self.asked()

    def do_POST(self) -> None:
        self.sent()

    def asked(self) -> None:
        raise NotImplementedError

    def sent(self) -> None:
        raise NotImplementedError

    def answer(self, said: object, status: int = 200) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def served(by: type[Answering]) -> Iterator[str]:
    """The address it answers at."""
    server = HTTPServer(("127.0.0.1", 0), by)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
