"""`suyuan payment`: what growers were paid: report it, one or a table of many, correct it, confirm it, look it up."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from cli import endpoints, tokens
from cli.failures import NO, Failure
from cli.output import print_json, print_table
from cli.payment_table import read_table
from cli.web import bearer, refuse_problem, request
from provenance.payment_reading import InvalidPayment, said_of
from provenance.short_names import short

payment = typer.Typer(no_args_is_help=True, help="What growers were paid: report, correct, confirm, look up.")

MOST_AT_ONCE = 500

Json = Annotated[bool, typer.Option("--json", help="Print what the portal answers as JSON, for programs.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the payment: urn:uuid:…, as list prints it.")]
Payer = Annotated[str, typer.Option("--payer", help="Who paid: a party's key in the registry.")]
Payee = Annotated[str, typer.Option("--payee", help="The grower who was paid.")]
Lots = Annotated[
    list[str] | None, typer.Option("--for", metavar="LOT=KG", help="What it is for: lot or event id, = and kilograms.")
]
Yuan = Annotated[str, typer.Option("--yuan", help="Before deductions, such as 2480.50.")]
Deducted = Annotated[list[str] | None, typer.Option("--deduct", metavar="YUAN=REASON", help="Repeatable.")]
Kind = Annotated[str, typer.Option("--kind", help="settlement, advance or dividend.")]
PaidOn = Annotated[str, typer.Option("--paid-on", metavar="DAY", help="YYYY-MM-DD; today where it is not said.")]
Method = Annotated[str, typer.Option("--method", help="cash, bank, wechat, alipay or other.")]
As = Annotated[str, typer.Option("--as", metavar="GROWER", help="Speak as this grower, where the issuer's secret is.")]


@payment.command("list")
def list_(
    about: Annotated[str, typer.Argument(metavar="PARTY|LOT|ID", help="Whose payments, for what, or which one.")],
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """List payments as they stand, the latest first: those that you may read.

    \b
    Examples:
      suyuan payment list https://id.gs1.org/01/09520001007019/10/P0912
      suyuan payment list https://suyuan.example/grower/7f3a --json
    """
    url, headers = endpoints.portal_url(portal), bearer(tokens.for_calls(token))
    answer = request("GET", f"{url}/api/payments", what="the portal", headers=headers, params={"about": about})
    refuse_problem(answer, "not listed")
    body: dict[str, Any] = answer.json()
    if json:
        print_json(body)
    elif not body["payments"]:
        print("no payments that you may read")
    else:
        header = ("paid on", "kind", "yuan", "payer", "payee", "for", "state", "id")
        print_table(header, [_row(one) for one in body["payments"]])
        print(f"in force: {body['total_yuan'] or '0'} yuan")


@payment.command()
def price(code: str, json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None) -> None:
    """Say what the growers of some goods were paid a kilogram, as far as you may know it.

    \b
    Example:
      suyuan payment price G0914
    """
    url, headers = endpoints.portal_url(portal), bearer(tokens.for_calls(token))
    answer = request("GET", f"{url}/api/paid-price", what="the portal", headers=headers, params={"code": code})
    refuse_problem(answer, "not known")
    body: dict[str, Any] = answer.json()
    if json:
        print_json(body)
    else:
        print(body["sentence_zh"])
        print(body["sentence_en"])


@payment.command()
def report(
    table: Annotated[str, typer.Argument(metavar="[CSV]", help="A table of many; - is the pipe.")] = "",
    payer: Payer = "",
    payee: Payee = "",
    lots: Lots = None,
    yuan: Yuan = "",
    deduct: Deducted = None,
    kind: Kind = "settlement",
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
      suyuan payment report --payer $STATION --payee $GROWER --for $LOT=412 --yuan 1648
      suyuan payment report september.csv
    """
    if table:
        values = read_table(table)
    else:
        one = _values(payer, payee, lots, yuan, deduct, kind, paid_on, method)
        values = [{"id": id_ or str(uuid.uuid4()), **one}]
    _send(values, json, endpoints.portal_url(portal), tokens.for_calls(token))


@payment.command()
def correct(
    id_: Id,
    reason: Annotated[str, typer.Option("--reason", help="Why: both versions and the reason are kept.")],
    payer: Payer = "",
    payee: Payee = "",
    lots: Lots = None,
    yuan: Yuan = "",
    deduct: Deducted = None,
    kind: Kind = "settlement",
    paid_on: PaidOn = "",
    method: Method = "",
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Say what was right instead of a payment; without --yuan take it back altogether. Who paid or reported it may.

    \b
    Examples:
      suyuan payment correct urn:uuid:0b9f… --reason 'weighed again' --payer $STATION --payee $GROWER --for $LOT=400 \\
        --yuan 1600
      suyuan payment correct urn:uuid:0b9f… --reason 'was never paid'
    """
    own = {"id": str(uuid.uuid4()), "reason": reason}
    if yuan:
        given = _values(payer, payee, lots, yuan, deduct, kind, paid_on, method)
        _send([own | given | {"replaces": id_}], json, endpoints.portal_url(portal), tokens.for_calls(token))
    else:
        _send([own | {"withdraws": id_}], json, endpoints.portal_url(portal), tokens.for_calls(token))


@payment.command()
def confirm(
    id_: Id, grower: As = "", json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None
) -> None:
    """Say, as its payee, that a payment came as it is recorded.

    \b
    Example:
      suyuan payment confirm urn:uuid:0b9f… --as https://suyuan.example/grower/7f3a
    """
    _send([_answer(id_, "confirmed", "")], json, endpoints.portal_url(portal), _speaking(grower, token))


@payment.command()
def dispute(
    id_: Id,
    reason: Annotated[str, typer.Option("--reason", help="What is wrong.")],
    grower: As = "",
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Say, as its payee, what is wrong with a payment; the last word counts.

    \b
    Example:
      suyuan payment dispute urn:uuid:0b9f… --reason '少了20公斤' --as https://suyuan.example/grower/7f3a
    """
    _send([_answer(id_, "disputed", reason)], json, endpoints.portal_url(portal), _speaking(grower, token))


@payment.command()
def card(
    grower: Annotated[str, typer.Argument(metavar="GROWER", help="The grower's key in the registry.")],
    days: Annotated[float, typer.Option("--days", min=0.01, help="How long the card is good.")] = 366,
    revoke: Annotated[bool, typer.Option("--revoke", help="End every card of this grower instead.")] = False,
    portal: endpoints.Portal = None,
    identity: endpoints.Identity = None,
) -> None:
    """Make the link of a grower's card: whoever has it reads that grower's payments and answers for it.

    A new card ends the one before. Works where the issuer's secret can be read.

    \b
    Examples:
      suyuan payment card https://suyuan.example/grower/7f3a
      suyuan payment card https://suyuan.example/grower/7f3a --revoke
    """
    if revoke:
        print(f"{tokens.revoke_grower_cards(grower, identity)} card(s) revoked")
        return
    print(f"{endpoints.portal_url(portal)}/g/{tokens.grower_card(grower, days, identity)}")


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


def _speaking(grower: str, token: str | None) -> str:
    return tokens.for_party(grower, "grower") if grower else tokens.for_calls(token)


def _send(values: Sequence[Mapping[str, Any]], json: bool, portal: str, token: str) -> None:
    """Read as a whole before anything goes out. Raises Failure."""
    _check(values)
    if len(values) > 1:
        _check_payees(values, portal, token)
    results = [
        one for at in range(0, len(values), MOST_AT_ONCE) for one in _post(values[at:][:MOST_AT_ONCE], portal, token)
    ]
    if json:
        print_json({"results": results})
    else:
        _tell(results)
    refused = [(n, one) for n, one in enumerate(results, 1) if one["status"] != "accepted"]
    if refused:
        n, one = refused[0]
        said = "; ".join(f"{p['pointer'].lstrip('/')}: {p['message']}" for p in one["problems"])
        raise Failure(f"{len(refused)} of {len(results)} not recorded, the first is number {n}: {said}", NO)


def _tell(results: Sequence[Mapping[str, Any]]) -> None:
    for one in results:
        print(f"{one['id']} {'recorded' if one['status'] == 'accepted' else one['status']}")
        for problem in one["problems"]:
            print(f"  {problem['pointer'].lstrip('/')}: {problem['message']}")


def _check_payees(values: Sequence[Mapping[str, Any]], portal: str, token: str) -> None:
    """Of a table: one payment to a stranger keeps all of it back. Raises Failure."""
    lines = {one["payee"]: n for n, one in reversed(list(enumerate(values, 1))) if "payee" in one}
    for payee, n in lines.items():
        url, headers = f"{portal}/api/registry/party", bearer(token)
        answer = request("GET", url, what="the portal", headers=headers, params={"id": payee})
        if answer.status_code == 404:
            raise Failure(f"nothing was sent: payment {n}: payee: {payee} is not registered", NO)
        refuse_problem(answer, "the registry")


def _check(values: Sequence[Mapping[str, Any]]) -> None:
    for n, one in enumerate(values, 1):
        try:
            said_of(one)
        except InvalidPayment as error:
            where = f"payment {n}: " if len(values) > 1 else ""
            said = "; ".join(f"{p.pointer.lstrip('/')}: {p.message}" for p in error.problems)
            raise Failure(f"nothing was sent: {where}{said}", NO) from error


def _post(values: Sequence[Mapping[str, Any]], portal: str, token: str) -> list[Any]:
    url = f"{portal}/api/payments"
    answer = request("POST", url, what="the portal", headers=bearer(token), json=list(values))
    refuse_problem(answer, "nothing was recorded")
    return list(answer.json()["results"])


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    paid = one["payment"]
    goods = ", ".join(f"{short(each['key'])} {each['kilograms']}".strip() for each in paid["deliveries"])
    state = one["state"] if one["state"] != "in_force" else (one["answer"] or "not confirmed")
    in_force = one["state"] == "in_force"
    reason = one["answer_reason"] if in_force else one["because"]
    state += f" ({reason})" if reason else ""
    state += " by card" if one["by_card"] and in_force else ""
    return (
        paid["paid_on"],
        paid["kind"],
        one["net_yuan"],
        short(paid["payer"]),
        short(paid["payee"]),
        goods,
        state,
        one["id"],
    )
