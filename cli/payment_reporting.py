"""`suyuan payment report`, `correct`, `confirm` and `dispute`: what who paid and who was paid say of payments."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

import typer

from cli import endpoints, tokens
from cli.agreeing import agree
from cli.codes import Where, goods_or_event
from cli.failures import Failure
from cli.keys import grower, party
from cli.language import say
from cli.payment_sending import send
from cli.payment_table import read_table
from cli.portal import Json

Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the payment: urn:uuid:…, as list prints it.")]
Payer = Annotated[str, typer.Option("--payer", help="Who paid: the GLN, or the key in the registry.")]
Payee = Annotated[str, typer.Option("--payee", help="The grower who was paid: 7f3a, or the key.")]
Lots = Annotated[
    list[str] | None,
    typer.Option(
        "--for", metavar="LOT[=KG]", help="What it is for: lot or event id; = and kilograms unless all of it."
    ),
]
Yuan = Annotated[str, typer.Option("--yuan", help="Before deductions, such as 2480.50.")]
Deducted = Annotated[list[str] | None, typer.Option("--deduct", metavar="YUAN=REASON", help="Repeatable.")]
Kind = Annotated[str, typer.Option("--kind", help="settlement, advance or dividend.")]
PaidOn = Annotated[str, typer.Option("--paid-on", metavar="DAY", help="YYYY-MM-DD; today where it is not said.")]
Method = Annotated[str, typer.Option("--method", help="cash, bank, wechat, alipay or other.")]
_KIND = "settlement"
As = Annotated[
    str,
    typer.Option(
        "--as", metavar="GROWER", help="Speak as this grower (7f3a, or the key), where the issuer's secret is."
    ),
]


def report(
    table: Annotated[str, typer.Argument(metavar="[CSV]", help="A table of many; - is the pipe.")] = "",
    payer: Payer = "",
    payee: Payee = "",
    lots: Lots = None,
    yuan: Yuan = "",
    deduct: Deducted = None,
    kind: Kind = _KIND,
    paid_on: PaidOn = "",
    method: Method = "",
    id_: Annotated[str, typer.Option("--id", help="A UUID of your own, so that sending again is harmless.")] = "",
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Report a payment, or a table of payments.

    A table has the columns payer, payee, lot, kilograms, yuan, kind, paid_on, and where wanted method, deducted,
    deducted_for, id. All of it is read before any of it is sent: one wrong cell, and nothing is recorded.

    \b
    Examples:
      suyuan payment report --payer 9520001008023 --payee 7f3a --for L0912-1=412 --yuan 1648
      suyuan payment report september.csv
    """
    where = Where.of(None, None, token)
    if table:
        values = read_table(table, partial(_read_codes, where=where))
    else:
        _require("report", payer=payer, payee=payee, yuan=yuan)
        one = _values(payer, payee, lots, yuan, deduct, kind, paid_on, method)
        values = [_read_codes({"id": id_ or str(uuid.uuid4()), **one}, where)]
    send(values, json, endpoints.portal_url(portal), where.token)


def correct(
    id_: Id,
    reason: Annotated[str, typer.Option("--reason", help="Why: both versions and the reason are kept.")],
    payer: Payer = "",
    payee: Payee = "",
    lots: Lots = None,
    yuan: Yuan = "",
    deduct: Deducted = None,
    kind: Kind = _KIND,
    paid_on: PaidOn = "",
    method: Method = "",
    take_back: Annotated[bool, typer.Option("--take-back", help="It was never paid: nothing counts instead.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is taken back.")] = False,
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Say what was right instead of a payment, or take it back altogether. Who paid or reported it may.

    \b
    Examples:
      suyuan payment correct urn:uuid:0b9f… --reason 'weighed again' --payer 9520001008023 --payee 7f3a \\
        --for L0912-1=400 --yuan 1600
      suyuan payment correct urn:uuid:0b9f… --reason 'was never paid' --take-back
    """
    own = {"id": str(uuid.uuid4()), "reason": reason}
    said = any((payer, payee, lots, yuan, deduct, kind != _KIND, paid_on, method))
    if take_back == said:
        raise Failure(say("say what was right instead, with --yuan, or --take-back alone"))
    if take_back:
        if not yes:
            agree(say("Take it back?"))
        send([own | {"withdraws": id_}], json, endpoints.portal_url(portal), tokens.for_calls(token))
        return
    _require("correct", payer=payer, payee=payee, yuan=yuan)
    where = Where.of(None, None, token)
    given = _read_codes(_values(payer, payee, lots, yuan, deduct, kind, paid_on, method), where)
    send([own | given | {"replaces": id_}], json, endpoints.portal_url(portal), where.token)


def confirm(
    id_: Id, speaker: As = "", json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None
) -> None:
    """Say, as its payee, that a payment came as it is recorded.

    \b
    Example:
      suyuan payment confirm urn:uuid:0b9f… --as 7f3a
    """
    send([_answer(id_, "confirmed", "")], json, endpoints.portal_url(portal), _speaking(speaker, token))


def dispute(
    id_: Id,
    reason: Annotated[str, typer.Option("--reason", help="What is wrong.")],
    speaker: As = "",
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Say, as its payee, what is wrong with a payment; the last word counts.

    \b
    Example:
      suyuan payment dispute urn:uuid:0b9f… --reason '少了20公斤' --as 7f3a
    """
    send([_answer(id_, "disputed", reason)], json, endpoints.portal_url(portal), _speaking(speaker, token))


def _require(command: str, **options: str) -> None:
    """Raises Failure naming the first option that is empty."""
    if missing := next((name for name, value in options.items() if not value), ""):
        raise Failure(
            say("{reason}: see {command} --help", reason=_lacks(missing), command=f"suyuan payment {command}")
        )


def _lacks(name: str) -> str:
    return say("missing option '{name}'", name=f"--{name}")


def _values(
    payer: str,
    payee: str,
    lots: Sequence[str] | None,
    yuan: str,
    deduct: Sequence[str] | None,
    kind: str,
    paid_on: str,
    method: str,
) -> dict[str, Any]:
    parts = [one.rpartition("=") if "=" in one else (one, "", "") for one in lots or ()]
    taken = [one.partition("=") for one in deduct or ()]
    return {
        "payer": payer,
        "payee": payee,
        "deliveries": [{"key": key, "kilograms": kilograms} for key, _, kilograms in parts],
        "yuan": yuan,
        "deductions": [{"yuan": amount, "reason": reason} for amount, _, reason in taken],
        "kind": kind,
        "paid_on": paid_on or time.strftime("%Y-%m-%d"),
        "method": method,
    }


def _answer(id_: str, answer: str, reason: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "payment": id_,
        "answer": answer,
        "reason": reason,
        "time_ms": time.time_ns() // 1_000_000,
    }


def _read_codes(values: Mapping[str, Any], where: Where) -> dict[str, Any]:
    """Parties and lots in whatever spelling, as keys. Raises Failure."""
    paid_for = [one | {"key": goods_or_event(one["key"], where)} for one in values["deliveries"]]
    parties = {"payer": party(values["payer"]), "payee": grower(values["payee"])}
    return {**values, **parties, "deliveries": paid_for}


def _speaking(speaker: str, token: str | None) -> str:
    return tokens.for_party(grower(speaker), "grower") if speaker else tokens.for_calls(token)
