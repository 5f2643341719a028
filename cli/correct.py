"""`suyuan correct`: a report taken back, or corrected with the fields of its command, through the portal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cli import endpoints
from cli.agreeing import agree
from cli.failures import NO, Failure
from cli.language import say
from cli.output import aligned, print_json
from cli.portal import Json, Portal, receipt_text
from cli.recorded import event_at, receipt_in

_PATH = "/api/corrections"
_IN_A_ROW = re.compile(r"\s*(\w+)\.([0-9]{1,4})\.(\w+)\s*")


def correct(
    report: Annotated[
        str, typer.Argument(metavar="REPORT", help="Its event id, or its receipt, topic:partition:offset.")
    ],
    fields: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME=VALUE", help="What is to be different; in a row as inputs.0.mass=40, counted from 0."
        ),
    ] = None,
    take_back: Annotated[bool, typer.Option("--take-back", help="Take it back; nothing is right instead.")] = False,
    reason: Annotated[
        str,
        typer.Option("--reason", help="Of what is taken back: did_not_occur, or incorrect_data."),
    ] = "did_not_occur",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is recorded.")] = False,
    json: Json = False,
    portal: endpoints.Portal = None,
    kafka: endpoints.Kafka = None,
    token: endpoints.Token = None,
) -> None:
    """Take a report back, or correct it with the fields of its command.

    What it was and whose word on it counts is shown before; where the correction looks wrong it asks once more. With
    neither NAME=VALUE nor --take-back that is all, with the fields there are. A receipt is looked up in the log; an
    event id needs the portal alone. As JSON nothing is asked, and what looks wrong is in `warnings`.

    \b
    Examples:
      suyuan correct urn:uuid:b4261d99-…
      suyuan correct urn:uuid:b4261d99-… gross=412 unit=kg
      suyuan correct produce.harvest.v1:3:2 --take-back --reason did_not_occur
    """
    if fields and take_back:
        raise Failure(say("say what is to be different, or --take-back"))
    door = Portal.of(portal, token)
    told = _looked(door, *_meant(report, kafka))
    body = _body(told, fields or (), reason) if fields or take_back else {}
    if json:
        print_json(door.post(_PATH, body) if body else told)
        return
    _tell(told)
    if not body:
        _offer(told)
        return
    _tell_change(told, body)
    _record(door, told, body, yes=yes)


def _meant(report: str, kafka: str | None) -> tuple[str, str]:
    """The event id, and the receipt that must be applied before it is looked at. Raises Failure."""
    place = receipt_in(report)
    if place is None:
        return report.strip(), ""
    return event_at(place, endpoints.kafka_bootstrap(kafka)), ":".join(map(str, place))


def _looked(door: Portal, event_id: str, after: str) -> dict[str, Any]:
    asked = {"event": event_id, **({"after": after} if after else {})}
    told: dict[str, Any] = door.get(_PATH, **asked).json()
    return told


def _body(told: Mapping[str, Any], fields: Sequence[str], reason: str) -> dict[str, Any]:
    """Its time is fixed here, and the portal makes its id of what it says: sent again it is the same.

    Raises Failure.
    """
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    body = {"corrects": told["event_id"], "declared_at": now}
    if not fields:
        return body | {"reason": reason}
    changed = _changed(told.get("report", {}), fields)
    _are_fields(told, changed)
    return body | {"report": changed}


def _changed(given: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """The fields that differ; of rows all of them, with those that differ in their places. Raises Failure."""
    made: dict[str, Any] = {}
    for text in fields:
        path, sign, value = text.partition("=")
        in_a_row = _IN_A_ROW.fullmatch(path)
        if not sign or ("." in path and not in_a_row):
            said = "{given}: write NAME=VALUE, or NAME.ROW.NAME=VALUE for a field in a row"
            raise Failure(say(said, given=repr(text)))
        if in_a_row:
            name, row, inner = in_a_row.groups()
            _row(made.setdefault(name, deepcopy(list(given.get(name, ())))), int(row), path)[inner] = value
        else:
            made[path.strip()] = value
    return made


def _are_fields(told: Mapping[str, Any], named: Iterable[str]) -> None:
    """Raises Failure for a name that its command does not have, before anything is asked."""
    known = told.get("fields", ())
    unknown = [name for name in named if known and name not in known]
    if unknown:
        said = "{name}: there is no such field; there are {names}"
        raise Failure(say(said, name=unknown[0], names=", ".join(known)))


def _row(rows: list[dict[str, str]], number: int, path: str) -> dict[str, str]:
    """One more may be added at the end. Raises Failure."""
    if number > len(rows):
        raise Failure(say("{path}: there are {count} rows, counted from 0", path=path, count=len(rows)))
    if number == len(rows):
        rows.append({})
    return rows[number]


def _tell(told: Mapping[str, Any]) -> None:
    print(f"{told['title']}  {told['event_id']}")
    _lines([(one["label"], part) for one in told["lines"] for part in one["text"].split("\n")])
    for sentence in told["declared"]:
        print(f"  {sentence}")
    if told["corrected_by"]:
        said = "it was corrected already: what counts is corrected instead, {ids}"
        raise Failure(say(said, ids=" ".join(told["corrected_by"])), NO)
    if told["counts"]:
        print(say("your word on it counts"))
    else:
        print(say("it is another party's report: your word is shown as a dispute, and the report goes on counting"))


def _offer(told: Mapping[str, Any]) -> None:
    fields = list(_flat(told.get("report", {})))
    if fields:
        print(say("its fields, each of which NAME=VALUE corrects:"))
        _lines(fields)
    elif told["counts"]:
        print(say("it has no fields that correct it: --take-back takes it back"))
    else:
        print(say("who reported it, or an inspector, corrects it with a --token of theirs; --take-back disputes it"))


def _flat(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Rows under the names that correct them."""
    found = []
    for name, value in given.items():
        if isinstance(value, list):
            rows = enumerate(value)
            found += [(f"{name}.{n}.{inner}", str(text)) for n, row in rows for inner, text in row.items()]
        else:
            found.append((name, str(value).replace("\n", " ")))
    return found


def _tell_change(told: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    if "report" in body:
        before = dict(_flat(told.get("report", {})))
        after = dict(_flat(body["report"]))
        _lines([(name, f"{before.get(name, '')} → {text}") for name, text in after.items() if before.get(name) != text])
    elif told["counts"]:
        left = "; ".join(one["text"] for one in told["left"])
        print(
            say("once it is taken back, this counts: {left}", left=left) if left else say("nothing counts in its place")
        )


def _lines(rows: Sequence[tuple[str, str]]) -> None:
    for line in aligned(rows) if rows else ():
        print(f"  {line}")


def _record(door: Portal, told: Mapping[str, Any], body: Mapping[str, Any], *, yes: bool) -> None:
    """Asked once, and once more where something looks wrong. Raises Failure."""
    possible = "report" not in body or "command" in told
    if possible and not yes:
        back = say("Take it back?") if told["counts"] else say("Dispute it?")
        agree(say("Record the correction?") if "report" in body else back)
    answer = door.post(_PATH, body if yes else {**body, "seen": []})
    if "declared" not in answer:
        _warn(answer["warnings"])
        agree(say("Record it all the same?"))
        answer = door.post(_PATH, {**body, "seen": answer["warnings"]})
    elif yes:
        _warn(answer["warnings"])
    where = f"{say('receipt')} {receipt_text(answer['declared']['receipt'])}"
    print(f"{say('recorded') if answer['declared']['counts'] else say('recorded as a dispute')}  {where}")
    for one in answer["counting"]:
        print(say("counts now: {id}", id=one["event_id"]))


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        print(f"  ! {warning}")
