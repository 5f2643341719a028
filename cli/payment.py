"""`suyuan payment`: what growers were paid: report it, one or a table of many, correct it, confirm it, look it up."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

import typer

from cli import endpoints, tokens
from cli.codes import Where, goods_or_event
from cli.failures import NO, Failure, NotKnown
from cli.keys import grower, party
from cli.language import N_, headed, joined, pick, say
from cli.output import print_json, print_table
from cli.payment_table import read_table
from cli.web import bearer, refuse_problem, request
from provenance.codes import tidy
from provenance.payments.reading import InvalidPayment, said_of
from provenance.short_names import short

payment = typer.Typer(no_args_is_help=True, help="What growers were paid: report, correct, confirm, look up.")

MOST_AT_ONCE = 500
_HEADER = (N_("paid on"), N_("kind"), N_("yuan"), N_("payer"), N_("payee"), N_("for"), N_("state"), N_("id"))
_KINDS: Mapping[str, str] = {
    "settlement": N_("settlement"),
    "advance": N_("advance"),
    "dividend": N_("dividend"),
}
_STATUS: Mapping[str, str] = {
    "accepted": N_("recorded"),
    "rejected": N_("refused"),
    "retry": N_("not known whether it is recorded: send it again, that is harmless"),
}
_STATES: Mapping[str, str] = {
    "withdrawn": N_("taken back"),
    "corrected": N_("corrected"),
    "not_counted": N_("not counted"),
    "confirmed": N_("confirmed"),
    "disputed": N_("disputed"),
    "": N_("not confirmed"),
}

_UNCOUNTED: Mapping[str, str] = {
    "confirmed": N_("Confirmed since through a card that {maker} made, which does not count"),
    "disputed": N_("Objected to since through a card that {maker} made, which does not count"),
}

Json = Annotated[bool, typer.Option("--json", help="Print what the portal answers as JSON, for programs.")]
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
As = Annotated[
    str,
    typer.Option(
        "--as", metavar="GROWER", help="Speak as this grower (7f3a, or the key), where the issuer's secret is."
    ),
]


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
      suyuan payment list P0912
      suyuan payment list 7f3a --json
    """
    where = Where.of(None, None, token)
    key = _about(about, where)
    url, headers = endpoints.portal_url(portal), bearer(where.token)
    answer = request("GET", f"{url}/api/payments", what=N_("the portal"), headers=headers, params={"about": key})
    refuse_problem(answer, N_("not listed"))
    body: dict[str, Any] = answer.json()
    if json:
        print_json(body)
    elif not body["payments"]:
        print(say("no payments about {key} that you may read", key=key))
    else:
        print_table([say(name) for name in _HEADER], [_row(one) for one in body["payments"]])
        for n, one in enumerate(body["payments"], 1):
            for said in (*_uncounted(one), *(pick(each["sentence_zh"], each["sentence_en"]) for each in one["doubts"])):
                print(f"  ! {say('payment {n}: ', n=n)}{said}")
        print(say("in force: {yuan} yuan", yuan=body["total_yuan"] or "0") + _unsettled(body["payments"]))


def _uncounted(one: Mapping[str, Any]) -> Iterator[str]:
    """What was answered since through a trader's card: shown, not counted."""
    if text := _UNCOUNTED.get(one["uncounted_answer"]):
        yield say(text, maker=short(one["uncounted_by"])) + _in_brackets(one["uncounted_reason"])


def _in_brackets(reason: str) -> str:
    return pick(f"（{reason}）", f" ({reason})") if reason else ""


def _unsettled(payments: Sequence[Mapping[str, Any]]) -> str:
    """How much of what is in force is doubted or disputed; nothing where none is."""
    some = [one for one in payments if one["state"] == "in_force" and (one["doubts"] or one["answer"] == "disputed")]
    if not some:
        return ""
    yuan = sum((Decimal(one["net_yuan"] or 0) for one in some), Decimal(0))
    said = "; of it {count} payments of {yuan} yuan are in doubt or disputed"
    return say(said, count=len(some), yuan=format(yuan, "f"))


def _about(text: str, where: Where) -> str:
    """Digits of a GLN are a party's; a code of ours is a lot's where there is such a lot, else a grower's."""
    typed = tidy(text)
    if typed.startswith("urn:uuid:") or "://" in typed:
        return typed
    if typed.isdigit() and len(typed) == 13:
        return party(typed)
    try:
        return goods_or_event(text, where)
    except NotKnown:
        return grower(text)


@payment.command()
def price(code: str, json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None) -> None:
    """Say what the growers of some goods were paid a kilogram, as far as you may know it.

    \b
    Example:
      suyuan payment price G0914
    """
    url, headers = endpoints.portal_url(portal), bearer(tokens.for_calls(token))
    answer = request("GET", f"{url}/api/paid-price", what=N_("the portal"), headers=headers, params={"code": code})
    refuse_problem(answer, N_("not known"))
    body: dict[str, Any] = answer.json()
    if json:
        print_json(body)
    else:
        print(pick(body["sentence_zh"], body["sentence_en"]))


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
      suyuan payment report --payer 9520001008023 --payee 7f3a --for L0912-1=412 --yuan 1648
      suyuan payment report september.csv
    """
    where = Where.of(None, None, token)
    if table:
        values = read_table(table, partial(_read_codes, where=where))
    else:
        _require(payer=payer, payee=payee, yuan=yuan)
        one = _values(payer, payee, lots, yuan, deduct, kind, paid_on, method)
        values = [_read_codes({"id": id_ or str(uuid.uuid4()), **one}, where)]
    _send(values, json, endpoints.portal_url(portal), where.token)


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
      suyuan payment correct urn:uuid:0b9f… --reason 'weighed again' --payer 9520001008023 --payee 7f3a \\
        --for L0912-1=400 --yuan 1600
      suyuan payment correct urn:uuid:0b9f… --reason 'was never paid'
    """
    own = {"id": str(uuid.uuid4()), "reason": reason}
    if yuan:
        where = Where.of(None, None, token)
        given = _read_codes(_values(payer, payee, lots, yuan, deduct, kind, paid_on, method), where)
        _send([own | given | {"replaces": id_}], json, endpoints.portal_url(portal), where.token)
    else:
        _send([own | {"withdraws": id_}], json, endpoints.portal_url(portal), tokens.for_calls(token))


@payment.command()
def confirm(
    id_: Id, speaker: As = "", json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None
) -> None:
    """Say, as its payee, that a payment came as it is recorded.

    \b
    Example:
      suyuan payment confirm urn:uuid:0b9f… --as 7f3a
    """
    _send([_answer(id_, "confirmed", "")], json, endpoints.portal_url(portal), _speaking(speaker, token))


@payment.command()
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
    _send([_answer(id_, "disputed", reason)], json, endpoints.portal_url(portal), _speaking(speaker, token))


def _require(**options: str) -> None:
    """Raises Failure naming the first option that is empty."""
    if missing := next((name for name, value in options.items() if not value), ""):
        raise Failure(say("{reason}: see {command} --help", reason=_lacks(missing), command="suyuan payment report"))


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
        counts = {"count": len(refused), "all": len(results), "n": n, "why": said}
        raise Failure(say("{count} of {all} not recorded, the first is number {n}: {why}", **counts), NO)


def _tell(results: Sequence[Mapping[str, Any]]) -> None:
    for one in results:
        print(f"{one['id']} {say(_STATUS.get(one['status'], one['status']))}")
        for problem in one["problems"]:
            print(f"  {problem['pointer'].lstrip('/')}: {problem['message']}")
        for warning in one.get("warnings", ()):
            print(f"  ! {warning}")


def _check_payees(values: Sequence[Mapping[str, Any]], portal: str, token: str) -> None:
    """Of a table: one payment to a stranger keeps all of it back. Raises Failure."""
    lines = {one["payee"]: n for n, one in reversed(list(enumerate(values, 1))) if "payee" in one}
    for payee, n in lines.items():
        url, headers = f"{portal}/api/registry/party", bearer(token)
        answer = request("GET", url, what=N_("the portal"), headers=headers, params={"id": payee})
        if answer.status_code == 404:
            said = "nothing was sent: payment {n}: payee: {payee} is not registered"
            raise Failure(say(said, n=n, payee=payee), NO)
        refuse_problem(answer, N_("the registry"))


def _check(values: Sequence[Mapping[str, Any]]) -> None:
    for n, one in enumerate(values, 1):
        try:
            said_of(one)
        except InvalidPayment as error:
            where = say("payment {n}: ", n=n) if len(values) > 1 else ""
            said = "; ".join(f"{p.pointer.lstrip('/')}: {p.message}" for p in error.problems)
            raise Failure(headed(say("nothing was sent"), where + said), NO) from error


def _post(values: Sequence[Mapping[str, Any]], portal: str, token: str) -> list[Any]:
    url = f"{portal}/api/payments"
    answer = request("POST", url, what=N_("the portal"), headers=bearer(token), json=list(values))
    refuse_problem(answer, N_("nothing was recorded"))
    return list(answer.json()["results"])


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    paid = one["payment"]
    goods = joined(_paid_for(each) for each in paid["deliveries"])
    in_force = one["state"] == "in_force"
    word = one["answer"] if in_force else one["state"]
    reason = one["answer_reason"] if in_force else one["because"]
    state = say(_STATES.get(word, word))
    state += _in_brackets(reason)
    state += say(", in doubt") if one["doubts"] and in_force else ""
    state += say(" by card") if one["by_card"] and in_force else ""
    return (
        paid["paid_on"],
        say(_KINDS.get(paid["kind"], paid["kind"])),
        one["net_yuan"],
        short(paid["payer"]),
        short(paid["payee"]),
        goods,
        state,
        one["id"],
    )


def _paid_for(delivery: Mapping[str, Any]) -> str:
    """As ``L0912-1 412 kg``."""
    kilograms = delivery["kilograms"]
    return short(delivery["key"]) + (f" {say('{kg} kg', kg=kilograms)}" if kilograms else "")
