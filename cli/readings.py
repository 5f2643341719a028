"""`suyuan readings`: a logger's CSV file to the portal, as an event for each row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cli import endpoints, tokens
from cli.capture import capturing
from cli.failures import NO, Failure
from cli.files import called, read_bytes
from cli.keys import asset, place
from cli.language import headed, say
from epcis.documents import SCHEMA_VERSION
from provenance.reports.event_json import CONTEXT
from provenance.reports.logger_file import LoggerFile, LoggerFileError, readings_of_file


def readings(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV of the logger; - is the pipe.")],
    device: Annotated[str, typer.Option("--device", help="The logger: its code (GIAI) or address.")],
    goods: Annotated[str, typer.Option("--goods", help="The pallet or truck it was on.")] = "",
    site: Annotated[str, typer.Option("--site", help="The room it was in: its GLN, or its address.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="CEL, FAH or KEL, where no column says it.")] = "CEL",
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Report what a logger measured, from its file.

    The header names the columns: time and temperature, and where there are, unit and humidity. A time without an
    offset is China's. The whole file is checked before any of it is sent; sending it again is harmless.

    \b
    Example:
      suyuan readings truck1.csv --device https://id.gs1.org/8004/9520001LOGGER01 \\
        --goods https://id.gs1.org/8004/9520001TRUCK1
    """
    raw = read_bytes(file)
    try:
        logger = LoggerFile(asset(device), asset(goods) if goods else "", place(site) if site else "", unit)
        events = readings_of_file(_text(raw), logger)
    except LoggerFileError as error:
        raise Failure(headed(called(file), headed(say("nothing was sent"), str(error))), NO) from error
    stored = capturing(called(file), raw, _document(events), endpoints.portal_url(portal), tokens.for_calls(token))
    print(f"{called(file)}: {stored}")


def _text(raw: bytes) -> str:
    """Loggers sold in China write GB 18030 where they do not write UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _document(events: list[dict[str, Any]]) -> Mapping[str, Any]:
    bare = [{name: value for name, value in event.items() if name != "@context"} for event in events]
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "epcisBody": {"eventList": bare},
    }
