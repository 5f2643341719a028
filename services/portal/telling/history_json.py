"""Histories and claims as JSON: field for field, empty ones left out, events as the objects they are."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson

from services.portal.epcis_door.capture import utc
from services.portal.telling.balances import Balance, BalanceSheet
from services.portal.telling.histories import Claim, ColdChain, History, LabelVerdict, OnwardPage


def history_json(history: History) -> dict[str, Any]:
    body = asdict(history)
    body["steps"] = [_step(step) for step in body["steps"]]
    body["withheld_holders"] = body["withheld_holders"] or None
    for certificate in body["certificates"]:
        for change in certificate["states"]:
            change["time"] = utc(change.pop("time_ms"))
    return _filled(body) | {"code": history.code, "key": history.key, "steps": body["steps"]}


def onward_json(history: History, page: OnwardPage) -> dict[str, Any]:
    """A page of a history forward; `page` says where it stands, without `nextPageToken` on the last."""
    told = {"followed": page.followed, "ahead": page.ahead}
    rest = _filled({"aheadKg": page.ahead_kg, "nextPageToken": page.next_page_token})
    return history_json(history) | {"page": told | rest}


def claim_json(claim: Claim) -> dict[str, Any]:
    return _filled(asdict(claim))


def cold_json(found: ColdChain) -> dict[str, Any]:
    """Times are UTC, numbers decimal texts."""
    body = asdict(found)
    cool_by_ms = body.pop("cool_by_ms")
    for name in ("excursions", "legs", "curve"):
        body[name] = [_spanning(one) for one in body[name]]
    return _filled(body) | ({"cool_by": utc(cool_by_ms)} if cool_by_ms else {})


def _spanning(one: dict[str, Any]) -> dict[str, Any]:
    return {"from": utc(one.pop("from_ms")), "to": utc(one.pop("to_ms")), **one}


def balance_json(sheet: BalanceSheet) -> dict[str, Any]:
    """Times are UTC; what is empty is left out of a balance."""
    body = asdict(sheet)
    names = {name: body[name] for name in ("places", "products") if body[name]}
    return {"key": sheet.key, "balances": list(map(_balance, sheet.balances)), "withheld": sheet.withheld, **names}


def _balance(balance: Balance) -> dict[str, Any]:
    body = {name: value for name, value in asdict(balance).items() if value}
    for name in ("since", "provisional_until"):
        if ms := body.pop(f"{name}_ms", 0):
            body[name] = utc(ms)
    return body


def label_json(label: LabelVerdict) -> dict[str, Any]:
    body = _filled(asdict(label))
    issued_ms, looked = body.pop("issued_ms", 0), body.get("look_ups")
    if looked and (first_ms := looked.pop("first_ms")):
        looked["first"] = utc(first_ms)
    return body | ({"issued": utc(issued_ms)} if issued_ms else {})


def _step(step: dict[str, Any]) -> dict[str, Any]:
    event, time_ms, record_time_ms = step.pop("event"), step.pop("time_ms"), step.pop("record_time_ms")
    carried = step.pop("carried")
    times = {"time": utc(time_ms)} | ({"record_time": utc(record_time_ms)} if record_time_ms else {})
    return _filled(step) | times | {"carried": carried} | ({"event": orjson.loads(event)} if event else {})


def _filled(body: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing, all the way down."""
    return {name: _inner(value) for name, value in body.items() if value not in ("", (), [], {}, None)}


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        return _filled(value)
    return [_inner(member) for member in value] if isinstance(value, list | tuple) else value
