"""`suyuan registry`: master data from files."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

import typer

from cli import endpoints, tokens
from cli.failures import NO, Failure
from cli.files import read_bytes
from cli.language import again, headed, joined, say
from cli.output import end_progress, print_progress
from cli.registry_file import Entry, read_records
from cli.said_of_registry import PLACES, said, said_of_record
from epcis.problems import Problem
from provenance.registry.county_lists import NotTheList
from provenance.registry.county_lists import listed as add_listings
from provenance.registry.records import County, Record, Site
from provenance.registry.values import KIND_OF

registry = typer.Typer(no_args_is_help=True, help="Master data: bring it in, propose, approve, look.")

_CALL_RECORDS = 500
_TRIES = 10

_Key = tuple[str, str]


@registry.callback()
def _group() -> None:
    """Keeps the commands below a group."""


@registry.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="YAML or CSV; - is YAML from the pipe.")],
    target: endpoints.Registry = None,
    token: endpoints.Token = None,
) -> None:
    """Write the records of a file into the registry.

    A record that is there as the file says is left alone, a different one gets a next version; nothing is
    overwritten, and running it again is harmless. The list of 832 counties is read as it is, a list of your own has
    the columns code, name, province, city, scheme, level (national or provincial), exit_year and source; either
    adds its listings to what is registered of a county. Where a record is refused none of its 500 is written, and
    the exit code is 1. Growers, plots and mandates come in so for the operator only: see `suyuan registry propose`.

    \b
    A YAML file:
      - record: site
        id: https://suyuan.example/plot/p7
        valid_from: 2026-01-01
        kind: plot
        party: https://suyuan.example/grower/g3
        name_zh: 七号园
        county_code: "141031"

    \b
    Examples:
      suyuan registry import registry.yaml
      suyuan registry import counties_832.csv
      suyuan registry import hunan_provincial.csv
    """
    entries = read_records(file, read_bytes(file))
    place, bearer = endpoints.registry_target(target), tokens.for_calls(token)
    wanted = fresh(entries, present_records(place, bearer, entries))
    try:
        _put_all(place, bearer, wanted)
    finally:
        end_progress()
    said = "{all} records: {count} written, {there} as they were"
    print(say(said, all=len(entries), count=len(wanted), there=len(entries) - len(wanted)))


def fresh(entries: Iterable[Entry], present: Mapping[_Key, Sequence[Record]]) -> list[Entry]:
    """What has to be written, with the version each will have. Several entries of one id follow each other.

    `present` has the newest version first, and the one that stands today where that is another: a change that was
    approved for a day to come is not undone by who brings in again what stands until then.
    """
    by_key: dict[_Key, list[Entry]] = {}
    for entry in entries:
        by_key.setdefault(_key(entry.record), []).append(entry)
    return [new for key, listed in by_key.items() for new in _versions(listed, present.get(key, ()))]


def _versions(listed: Sequence[Entry], present: Sequence[Record]) -> list[Entry]:
    newest = present[0] if present else None
    listed = [_with_present(entry, newest) for entry in listed]
    if any(_same(listed[-1].record, one) or _was_ended(listed[-1].record, one) for one in present):
        return []
    last = newest.version if newest else 0
    return [replace(e, record=replace(e.record, version=last + number)) for number, e in enumerate(listed, 1)]


def _with_present(entry: Entry, present: Record | None) -> Entry:
    if entry.is_listing and isinstance(present, County) and isinstance(entry.record, County):
        try:
            return replace(entry, record=add_listings(present, entry.record))
        except NotTheList as error:
            raise Failure(headed(again(entry.place, PLACES), said_of_record(str(error))), NO) from error
    return entry


def _same(wanted: Record, present: Record) -> bool:
    brought: dict[str, object] = {
        "version": present.version,
        "author": present.author,
        "approved_by": present.approved_by,
    }
    if isinstance(present, Site):
        brought |= {"confirmed_beside": present.confirmed_beside, "proposed_on": present.proposed_on}
    return replace(wanted, **brought) == present  # type: ignore[arg-type]


def _was_ended(wanted: Record, present: Record) -> bool:
    """Who brings in again the file from before an end does not undo it: what begins again begins on a later day."""
    return wanted.valid_to is None and _same(replace(wanted, valid_to=present.valid_to), present)


def _key(record: Record) -> _Key:
    return KIND_OF[type(record)], record.id


def present_records(target: str, token: str, entries: Iterable[Entry]) -> dict[_Key, tuple[Record, ...]]:
    """Of every record of the kinds in the file the newest version, and the one that stands today."""
    from cli.rpc_registry import records

    found: dict[_Key, tuple[Record, ...]] = {}
    for kind in dict.fromkeys(KIND_OF[type(entry.record)] for entry in entries):
        print_progress(headed(say("reading the registry"), kind))
        for record in (*records(target, token, kind), *records(target, token, kind, newest=True)):
            versions = {one.version: one for one in (*found.get(_key(record), ()), record)}
            found[_key(record)] = tuple(versions[number] for number in sorted(versions, reverse=True))
    return found


def placed(entry: Entry) -> str:
    """Where it stands in its file, and its id."""
    return joined((again(entry.place, PLACES), entry.record.id))


def _put_all(target: str, token: str, wanted: Sequence[Entry]) -> None:
    for start in range(0, len(wanted), _CALL_RECORDS):
        print_progress(say("{count} of {all} records written", count=start, all=len(wanted)))
        _put(target, token, wanted[start : start + _CALL_RECORDS])


def _put(target: str, token: str, entries: Sequence[Entry]) -> None:
    """Again what the registry could not say, until it can."""
    from cli.rpc_registry import put

    for _ in range(_TRIES):
        answers = put(target, token, [entry.record for entry in entries])
        _refuse([(e, problems) for e, (status, problems) in zip(entries, answers, strict=True) if status == "rejected"])
        entries = [e for e, (status, _) in zip(entries, answers, strict=True) if status == "retry"]
        if not entries:
            return
        time.sleep(0.5)
    raise Failure(say("the registry is too busy: run the same command again, what is written stays"))


def _refuse(refused: Sequence[tuple[Entry, Sequence[Problem]]]) -> None:
    """Of a call that is turned down because of one record, that one is named."""
    if refused:
        entry, problems = min(refused, key=lambda one: all(problem.code == "with-others" for problem in one[1]))
        more = say(" (and {count} more records)", count=len(refused) - 1) if len(refused) > 1 else ""
        raise Failure(headed(placed(entry), "; ".join(map(said, problems)) + more), NO)
