"""Files given on the command line; ``-`` is what comes in by the pipe."""

import sys
from pathlib import Path
from typing import Any

from cli.failures import Failure
from epcis.documents import Document, read_document
from epcis.exact_json import read_json


def read_bytes(name: str) -> bytes:
    """Raises Failure, exit code 2."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise Failure(f"{name}: {(error.strerror or str(error)).lower()}") from error


def read_json_file(name: str) -> Any:
    """The JSON value, kept exactly. Raises Failure, exit code 2."""
    try:
        return read_json(read_bytes(name))
    except ValueError as error:
        raise Failure(f"{name}: {error}") from error


def read_events(name: str) -> Document:
    """The document with its events, each with the context it needs. Raises Failure, exit code 2."""
    try:
        return read_document(read_bytes(name))
    except ValueError as error:
        raise Failure(f"{name}: {error}") from error
