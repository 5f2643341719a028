"""A form with photos in it (RFC 7578), read as it comes in: a file becomes its SHA-256, and is kept nowhere here.

What is recorded is the hash; the picture stays with whoever took it, and can be held against the hash at any time.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterable
from hashlib import sha256

from services.portal.http.problems import HttpProblem
from services.portal.sentences import N_, say

FILES_TYPE = "multipart/form-data"
MOST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_PHOTOS_BYTES = 40 * 1024 * 1024
MOST_PARTS = 600
MOST_HEAD_BYTES = 2048
MOST_TEXT_BYTES = 256 * 1024

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_DISPOSITION = re.compile(r"^content-disposition:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_PARAMETER = re.compile(r';\s*(name|filename)=(?:"([^"]*)"|([^\s;"]*))', re.IGNORECASE)


async def read_parts(body: AsyncIterable[bytes], content_type: str) -> list[tuple[str, str]]:
    """(name, text) of every field, (name, hex SHA-256) of every file chosen. Raises HttpProblem 400, 413, and what
    `body` raises. No more than a piece of the body is held at any time."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise _unreadable()
    delimiter = b"\r\n--" + (boundary[1] or boundary[2]).encode()
    parts, left, texts = [_Part()], b"\r\n", 0
    async for piece in body:
        *ends, left = (left + piece).split(delimiter, MOST_PARTS + 2)
        for end in ends:
            texts += parts[-1].take(end)
            parts.append(_Part())
        sure = max(0, len(left) + 1 - len(delimiter))  # behind it a delimiter may have begun
        texts += parts[-1].take(left[:sure])
        left = left[sure:]
        if len(parts) > MOST_PARTS + 2 or texts > MOST_TEXT_BYTES:
            raise _unreadable()
    fields = [part.field() for part in parts[1:-1]]  # between what stands before the first delimiter and after the last
    if not fields or not left.startswith(b"--"):
        raise _unreadable()
    return [field for field in fields if field is not None]


class _Part:
    """What stands between two delimiters, as its bytes come in."""

    def __init__(self) -> None:
        self._head = b""
        self._said: dict[str, str] | None = None  # of the head, when it has come
        self._text = b""
        self._hash = sha256()
        self._size = 0

    def take(self, content: bytes) -> int:
        """How many of the bytes are kept, as text. Raises HttpProblem 400, 413."""
        if self._said is None:
            self._head, end, content = (self._head + content).partition(b"\r\n\r\n")
            if len(self._head) > MOST_HEAD_BYTES:
                raise _unreadable()
            if not end:
                return 0
            self._said = _parameters(self._head.decode("utf-8", "replace"))
        self._size += len(content)
        if "filename" not in self._said:
            self._text += content
            return len(content)
        if self._size > MOST_PHOTO_BYTES:
            raise _too_large()
        self._hash.update(content)
        return 0

    def field(self) -> tuple[str, str] | None:
        """None where no file was chosen. Raises HttpProblem 400 where this is no part."""
        if self._said is None or "name" not in self._said:
            raise _unreadable()
        name, file = self._said["name"], self._said.get("filename")
        if file is None:
            return name, self._text.decode("utf-8", "replace")
        return (name, self._hash.hexdigest()) if file or self._size else None


def _parameters(head: str) -> dict[str, str]:
    line = _DISPOSITION.search(head)
    return {word.lower(): quoted or bare for word, quoted, bare in _PARAMETER.findall(line[1])} if line else {}


def _too_large() -> HttpProblem:
    sentence = say(N_("A photo may have at most 10 MB: take it smaller."))
    return HttpProblem(413, "CaptureLimitExceededException", "A photo has at most 10 MB.", sentence=sentence)


def _unreadable() -> HttpProblem:
    return HttpProblem(400, "ValidationException", "This form cannot be read.")
