"""Where the services are: by option, by environment, else where `make up` put them on this machine."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.failures import Failure
from cli.language import say

DEFAULT_PORT_BASE = 8600

# Ports above PORT_BASE, as `make up` gives them.
_PORTAL, _IDENTITY, _REGISTRY, _TRACEABILITY, _LABELS, _KAFKA, _STORE = 0, 1, 10, 18, 22, 30, 32

Portal = Annotated[
    str | None,
    typer.Option("--portal", envvar="SUYUAN_PORTAL", metavar="URL", help="The portal. [default: this machine's]"),
]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar="SUYUAN_TOKEN",
        metavar="TOKEN",
        help="Bearer token. [default: one is minted where this machine holds the issuer's secret]",
    ),
]
Identity = Annotated[
    str | None,
    typer.Option(
        "--identity", envvar="SUYUAN_IDENTITY", metavar="URL", help="The token issuer. [default: this machine's]"
    ),
]
Registry = Annotated[
    str | None,
    typer.Option(
        "--registry", envvar="SUYUAN_REGISTRY", metavar="HOST:PORT", help="The registry. [default: this machine's]"
    ),
]
Traceability = Annotated[
    str | None,
    typer.Option(
        "--traceability",
        envvar="SUYUAN_TRACEABILITY",
        metavar="HOST:PORT",
        help="The histories. [default: this machine's]",
    ),
]
Labels = Annotated[
    str | None,
    typer.Option(
        "--labels",
        envvar="SUYUAN_LABELS",
        metavar="HOST:PORT",
        help="Who knows a label's short code. [default: this machine's]",
    ),
]
Kafka = Annotated[
    str | None,
    typer.Option("--kafka", envvar="KAFKA_BOOTSTRAP", metavar="HOST:PORT", help="The log. [default: this machine's]"),
]
Store = Annotated[
    str | None,
    typer.Option("--store", envvar="MONGO_URL", metavar="URL", help="The store. [default: this machine's]"),
]
Prefix = Annotated[str, typer.Option("--prefix", envvar="SUYUAN_TOPIC_PREFIX", help="First word of the topics' names.")]


def portal_url(given: str | None) -> str:
    return (given or local_url(_PORTAL)).rstrip("/")


def identity_url(given: str | None) -> str:
    return (given or os.environ.get("SUYUAN_IDENTITY") or local_url(_IDENTITY)).rstrip("/")


def registry_target(given: str | None) -> str:
    return given or f"127.0.0.1:{_port(_REGISTRY)}"


def traceability_target(given: str | None) -> str:
    return given or f"127.0.0.1:{_port(_TRACEABILITY)}"


def labels_target(given: str | None) -> str:
    return given or f"127.0.0.1:{_port(_LABELS)}"


def kafka_bootstrap(given: str | None) -> str:
    return given or f"127.0.0.1:{_port(_KAFKA)}"


def store_url(given: str | None) -> str:
    return given or f"mongodb://127.0.0.1:{_port(_STORE)}"


def local_url(above: int) -> str:
    """The HTTP port of a service of this machine, by its distance from PORT_BASE."""
    return f"http://127.0.0.1:{_port(above)}"


def state_folder() -> Path:
    """Where this checkout keeps what it makes; VAR, as for `make up`."""
    root = Path(__file__).resolve().parents[1]
    return root / os.environ.get("VAR", "var")


def _port(above: int) -> int:
    text = os.environ.get("PORT_BASE") or str(DEFAULT_PORT_BASE)
    if not text.isascii() or not text.isdigit():
        said = "PORT_BASE is {given}; it is a port number such as {usual}"
        raise Failure(say(said, given=repr(text), usual=DEFAULT_PORT_BASE))
    return int(text) + above
