"""A form with photos in it (RFC 7578): a file becomes its SHA-256, and is kept nowhere here.

What is recorded is the hash; the picture stays with whoever took it, and can be held against the hash at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from hashlib import sha256

from services.portal.http_problems import HttpProblem
from services.portal.sentences import N_, say

FILES_TYPE = "multipart/form-data"
MOST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_PHOTOS_BYTES = 40 * 1024 * 1024
MOST_PARTS = 600


def read_parts(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """(name, text) of every field, (name, hex SHA-256) of every file chosen. Raises HttpProblem 400, 413."""
    boundary = _parameter("content-type", content_type, "boundary").encode()
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1] if boundary else []
    if not parts or len(parts) > MOST_PARTS:
        raise HttpProblem(400, "ValidationException", "This form cannot be read.")
    return list(_read(parts))


def _read(parts: list[bytes]) -> Iterator[tuple[str, str]]:
    for part in parts:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        disposition = _disposition(head.decode("utf-8", "replace"))
        name, file = (_parameter("content-disposition", disposition, word) for word in ("name", "filename"))
        if "filename" not in disposition:
            yield name, content.decode("utf-8", "replace")
        elif file or content:
            yield name, _hash(content)


def _hash(content: bytes) -> str:
    if len(content) > MOST_PHOTO_BYTES:
        sentence = say(N_("A photo may have at most 10 MB: take it smaller."))
        raise HttpProblem(413, "CaptureLimitExceededException", "A photo has at most 10 MB.", sentence=sentence)
    return sha256(content).hexdigest()


def _disposition(head: str) -> str:
    lines = (line.partition(":") for line in head.split("\r\n"))
    return next((value.strip() for name, _, value in lines if name.strip().lower() == "content-disposition"), "")


def _parameter(header: str, value: str, name: str) -> str:
    message = Message()
    message[header] = value
    found = message.get_param(name, "", header=header)
    return found if isinstance(found, str) else ""
