"""Files given on the command line; ``-`` is what comes in by the pipe."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from cli.failures import Failure
from cli.language import N_, again, headed, say
from cli.said_elsewhere import SYSTEM
from epcis.documents import Document, read_document
from epcis.exact_json import read_json

MOST_BYTES = 256 * 1024 * 1024
"""Of a document, which is held whole while it is checked."""

_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", N_("this is compressed; unpack it first, as in gunzip -c FILE | suyuan … -")),
    (b"PK\x03\x04", N_("this is a zip archive; unpack it first")),
    (b"<", N_("this is XML; the JSON form of EPCIS 2.0 is read here")),
)
"""What people give instead of JSON, by its first bytes."""


def read_bytes(name: str) -> bytes:
    """Raises Failure, exit code 2."""
    try:
        if name == "-":
            return _read(sys.stdin.buffer, name)
        with Path(name).open("rb") as file:
            return _read(file, name)
    except OSError as error:
        raise Failure(headed(name, again((error.strerror or str(error)).lower(), SYSTEM))) from error


def text_of(name: str, raw: bytes, *, is_table: bool = True) -> str:
    """A table (`is_table`) may be as a spreadsheet in China saves it, in GB 18030. Raises Failure, exit code 2."""
    for encoding in ("utf-8-sig", "gb18030") if is_table else ("utf-8-sig",):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    raise Failure(headed(called(name), say("this is not UTF-8 text")))


def read_json_file(name: str) -> Any:
    """The JSON value, kept exactly. Raises Failure, exit code 2."""
    raw = read_bytes(name)
    try:
        return read_json(raw)
    except ValueError as error:
        raise Failure(headed(called(name), _reason(raw, error))) from error


def read_events(name: str) -> Document:
    """The document with its events, each with the context it needs. Raises Failure, exit code 2."""
    return document(name, read_bytes(name))


def document(name: str, raw: bytes) -> Document:
    """Raises Failure, exit code 2."""
    try:
        return read_document(raw)
    except ValueError as error:
        raise Failure(headed(called(name), _reason(raw, error))) from error


def called(name: str) -> str:
    """How a sentence names the file."""
    return say("what came in by the pipe") if name == "-" else name


def _read(file: BinaryIO, name: str) -> bytes:
    size = os.fstat(file.fileno()).st_size
    raw = b"" if size > MOST_BYTES else file.read(MOST_BYTES + 1)
    if max(size, len(raw)) > MOST_BYTES:
        said = "this is more than {most} MiB; split it into several documents"
        raise Failure(headed(called(name), say(said, most=MOST_BYTES >> 20)))
    return raw


def _reason(raw: bytes, error: ValueError) -> str:
    """What a person would say of it; else what the reader says."""
    start = raw.lstrip()
    if not start:
        return say("this is empty")
    for begins, sentence in _OTHER_KINDS:
        if start.startswith(begins):
            return say(sentence)
    if not _is_utf8(raw):
        return say("this is not UTF-8 text, which JSON is written in")
    if "unexpected content after document" in str(error):
        said = "{why}; JSON lines are not read: put the events into the eventList of one EPCISDocument"
        return say(said, why=error)
    return str(error)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
