"""`suyuan readings`: a logger's CSV file to the portal, as an event for each row; or the whole file taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx
import typer

from cli import endpoints, tokens
from cli.agreeing import agree
from cli.capture import capturing
from cli.failures import NO, Failure
from cli.files import called, read_bytes
from cli.keys import asset, place
from cli.language import N_, headed, joined, pick, say
from cli.web import bearer, refuse_problem, request
from epcis.documents import SCHEMA_VERSION, event_list
from epcis.event_id import event_hash_id
from provenance.reports import correction
from provenance.reports.event_json import CONTEXT
from provenance.reports.logger_file import LoggerFile, LoggerFileError, Readings, read_logger_file, text_of
from provenance.reports.logger_stored import Beside, beside
from provenance.short_names import short

_PORTAL = N_("the portal")
_PAGE = 500


def readings(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV of the logger; - is the pipe.")],
    device: Annotated[str, typer.Option("--device", help="The logger: its code (GIAI) or address.")],
    goods: Annotated[str, typer.Option("--goods", help="The pallet or truck it was on.")] = "",
    site: Annotated[str, typer.Option("--site", help="The room it was in: its GLN, or its address.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="CEL, FAH or KEL, where no column says it.")] = "CEL",
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Declare what was sent of this file wrong, with the options it had.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask where the unit looks wrong.")] = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Report what a logger measured, from its file.

    The header names the columns: time and temperature, and where there are, unit and humidity; a unit may stand in
    brackets, as in 温度(℃). A time without an offset is China's. The whole file is checked before any of it is sent,
    also against what is stored of the logger: other temperatures at the same times are refused. Sending it again is
    harmless. A file that was sent wrongly is taken back by the same command with --take-back.

    \b
    Examples:
      suyuan readings truck1.csv --device https://id.gs1.org/8004/9520001LOGGER01 \\
        --goods https://id.gs1.org/8004/9520001TRUCK1
      suyuan readings room.csv --device "(8004)9520001LOGGER02" --site 9520001005039 --unit FAH --take-back
    """
    raw, url, bearing = read_bytes(file), endpoints.portal_url(portal), tokens.for_calls(token)
    name = called(file)
    try:
        logger = LoggerFile(asset(device), asset(goods) if goods else "", place(site) if site else "", unit)
        read = read_logger_file(text_of(raw), logger)
        stored = list(_stored(read, logger, url, bearing))
        found = _there(read, stored) if take_back else beside(read, stored)
    except LoggerFileError as error:
        raise Failure(
            headed(name, headed(say("nothing was sent"), pick(error.words.zh, error.words.en))), NO
        ) from error
    if take_back:
        wrong = [correction(one, at=datetime.now(UTC)) for one in found.there]
        if wrong:
            capturing(name, b"take back " + raw, _document(wrong), url, bearing)
        print(headed(name, say("{count} taken back", count=len(wrong)) + _counted(0, 0, len(found.taken_back))))
        return
    if read.other_unit and found.new and not yes:
        agree(
            say(
                "In {unit} these would be the temperatures of a cold room. Send them as they are?", unit=read.other_unit
            )
        )
    elif read.unlikely and found.new and not yes:
        agree(pick(read.unlikely.zh, read.unlikely.en))
    if found.new:
        capturing(name, raw, _document(found.new), url, bearing)
    print(
        headed(
            name,
            say("{count} new", count=len(found.new)) + _counted(read.doubles, len(found.there), len(found.taken_back)),
        )
    )
    if not _is_registered(logger.device, url, bearing):
        print(
            say(
                "look: the logger {device} is not registered: its readings hold as those of any logger",
                device=short(logger.device),
            )
        )


def _counted(doubles: int, there: int, taken_back: int) -> str:
    counts = {
        (say("1 double left out") if doubles == 1 else say("{count} doubles left out", count=doubles)): doubles,
        say("{count} there already", count=there): there,
        say("{count} taken back before", count=taken_back): taken_back,
    }
    said = joined(text for text, count in counts.items() if count)
    return joined(("", said)) if said else ""


def _there(read: Readings, stored: Sequence[dict[str, Any]]) -> Beside:
    """What of the file is stored, whatever contradicts it."""
    ids = set(map(event_hash_id, read.events))
    return beside(read, [one for one in stored if one["eventID"] in ids])


def _stored(read: Readings, logger: LoggerFile, url: str, token: str) -> Iterator[dict[str, Any]]:
    """Every event of the file's times at its place, and the declarations about them. Raises Failure."""
    times = sorted(datetime.fromisoformat(one["eventTime"]) for one in read.events)
    asked: Mapping[str, str] | None = {
        **({"MATCH_epc": logger.goods} if logger.goods else {"EQ_readPoint": logger.site}),
        "EQ_bizStep": "sensor_reporting",
        "GE_eventTime": times[0].isoformat(),
        "LT_eventTime": (times[-1] + timedelta(milliseconds=1)).isoformat(),
        "perPage": str(_PAGE),
    }
    where = f"{url}/epcis/events"
    while where:
        answer = request("GET", where, what=_PORTAL, headers=bearer(token), params=asked)
        refuse_problem(answer, _PORTAL)
        yield from event_list(answer.json()) or ()
        further = answer.links.get("next", {}).get("url", "")
        where, asked = (url + further if further.startswith("/") else further), None


def _is_registered(device: str, url: str, token: str) -> bool:
    """True also where the registry does not say."""
    answer = request("GET", f"{url}/api/registry/logger", what=_PORTAL, headers=bearer(token), params={"id": device})
    return answer.status_code != httpx.codes.NOT_FOUND


def _document(events: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    bare = [{name: value for name, value in event.items() if name != "@context"} for event in events]
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "epcisBody": {"eventList": bare},
    }
