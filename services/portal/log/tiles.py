"""The log over HTTP as C2SP tlog-tiles says, for whoever follows, audits or cosigns it; and the keys to check it with.

A tile never changes, also one that is not full: it may be kept for ever. A checkpoint is asked for anew each time.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.http.requests import raw_path
from services.portal.log.ports import Log
from services.portal.ports import Labels
from services.portal.resolver.cross_origin import cross_origin, options

LOG_PATH = "/log"
TEXT = "text/plain; charset=utf-8"
_TILES = f"{LOG_PATH}/tile/"
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_ANEW = {"Cache-Control": "no-cache"}
_MINUTES = {"Cache-Control": "public, max-age=300"}


class LogTiles:
    def __init__(self, *, log: Log, labels: Labels) -> None:
        self._log = log
        self._labels = labels

    def routes(self) -> list[Route]:
        answers = {
            f"{LOG_PATH}/checkpoint": self.checkpoint,
            _TILES + "{tile:path}": self.tile,
            "/.well-known/signed-note-keys": self.keys,
        }
        return [
            route
            for path, answer in answers.items()
            for route in (
                Route(path, cross_origin(answer), methods=["GET"]),
                Route(path, options, methods=["OPTIONS"]),
            )
        ]

    async def checkpoint(self, _: Request) -> Response:
        return Response((await self._log.head()).checkpoint, headers=_ANEW, media_type=TEXT)

    async def tile(self, request: Request) -> Response:
        """By the path as it was sent: a tile has one address."""
        raw = await self._log.tile(raw_path(request).removeprefix(_TILES))
        return Response(raw, headers=_FOR_EVER, media_type="application/octet-stream")

    async def keys(self, _: Request) -> Response:
        """Verifier keys of signed notes, a line each: the log's, of which the first signs, then those of labels."""
        keys = [*(await self._log.head()).keys, *await self._labels.verifier_keys()]
        return Response("".join(f"{key}\n" for key in keys), headers=_MINUTES, media_type=TEXT)
