"""A transparency log as anybody reads it over HTTP (C2SP tlog-tiles): its checkpoint, its tiles, its published keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from cli.failures import Failure, NoService
from cli.language import N_, headed, say
from cli.web import request, sentence
from provenance.log.notes import Note
from provenance.log.tiles import WIDTH, Tile

THE_LOG = N_("the log")
KEYS_PATH = "/.well-known/signed-note-keys"
_LONGEST_KEPT = 4096


@dataclass(slots=True)
class LogSite:
    """`url` is the log's, such as https://pears.example/log. Full tiles never change, so those read are kept."""

    url: str
    _kept: dict[Tile, bytes] = field(default_factory=dict)
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False))

    def checkpoint(self) -> Note:
        """Raises Failure, and NoteError."""
        return Note.read(self._text(f"{self.url}/checkpoint"))

    def keys(self) -> str:
        """As published at the host. Raises Failure."""
        parts = urlsplit(self.url)
        return self._text(f"{parts.scheme}://{parts.netloc}{KEYS_PATH}")

    def tile(self, tile: Tile) -> bytes:
        """As many bytes as it holds are there, or the answer is wrong. Raises Failure."""
        raw = self._kept.get(tile)
        return raw if raw is not None else self._keep(tile, self._get(tile))

    def _keep(self, tile: Tile, raw: bytes) -> bytes:
        if tile.width == WIDTH:
            if len(self._kept) >= _LONGEST_KEPT:
                self._kept.clear()
            self._kept[tile] = raw
        return raw

    def _get(self, tile: Tile) -> bytes:
        """A part of a tile may be gone once the tile is full: then it is cut from the full one."""
        answer = request("GET", f"{self.url}/tile/{tile}", what=THE_LOG, by=self._client)
        if answer.status_code == 404 and tile.width < WIDTH:
            full = self.tile(Tile(tile.level, tile.place))
            return full[: len(full) // WIDTH * tile.width]
        if not answer.is_success:
            raise NoService(headed(say("the log does not give tile {tile}", tile=tile), sentence(answer)))
        return answer.content

    def _text(self, url: str) -> str:
        answer = request("GET", url, what=THE_LOG, by=self._client)
        if not answer.is_success:
            raise NoService(headed(url, sentence(answer)))
        try:
            return answer.content.decode()
        except UnicodeDecodeError as error:
            raise Failure(headed(url, say("this is not UTF-8 text"))) from error
