"""`suyuan payment`: what growers were paid, looked up. How it is reported is `payment_reporting`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

import typer

from cli import endpoints
from cli.codes import Where, goods_or_event
from cli.failures import NotKnown
from cli.keys import grower, party
from cli.language import N_, joined, pick, say
from cli.output import print_json, print_table
from cli.portal import Json, Portal
from provenance.codes import tidy
from provenance.short_names import short

payment = typer.Typer(no_args_is_help=True, help="What growers were paid: report, correct, confirm, look up.")

_HEADER = (N_("paid on"), N_("kind"), N_("yuan"), N_("payer"), N_("payee"), N_("for"), N_("state"), N_("id"))
_KINDS: Mapping[str, str] = {
    "settlement": N_("settlement"),
    "advance": N_("advance"),
    "dividend": N_("dividend"),
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
    listed = Portal(endpoints.portal_url(portal), where.token)
    body: dict[str, Any] = listed.get("/api/payments", N_("not listed"), about=key).json()
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
    body: dict[str, Any] = Portal.of(portal, token).get("/api/paid-price", N_("not known"), code=code).json()
    if json:
        print_json(body)
    else:
        print(pick(body["sentence_zh"], body["sentence_en"]))


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
