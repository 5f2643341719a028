"""`suyuan certificate issue`, `suspend`, `reinstate` and `revoke`: how a certificate stands from now on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cli import endpoints
from cli.agreeing import agree
from cli.certificate import pages, print_rows
from cli.certificate_portal import Code, filled
from cli.language import N_, say
from cli.output import end_progress, print_json, print_progress
from cli.portal import Json, Portal, receipt_text

Reason = Annotated[str, typer.Option("--reason", help="Why: everybody can read it, for ever; no names.")]
_DONE: Mapping[str, str] = {
    "issued": N_("{code} is issued"),
    "suspended": N_("{code} is suspended"),
    "reinstated": N_("{code} is reinstated"),
    "revoked": N_("{code} is revoked"),
}
_SHOWN = 10
_COUNTED_AT_ONCE = 50
_MOST_PAGES = 40


def issue(
    code: Code,
    scheme: Annotated[str, typer.Option("--scheme", help="green_food, organic, gi or laboratory.")],
    valid_from: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day on which it is valid.")],
    valid_to: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day on which it is valid.")],
    scope: Annotated[
        list[str] | None, typer.Option("--for", metavar="CODE", help="A plot, place, product or party it is for.")
    ] = None,
    lots: Annotated[list[str] | None, typer.Option("--lot", metavar="CODE", help="A lot it is for.")] = None,
    number: Annotated[str, typer.Option("--number", help="Its printed number, where that is not CODE.")] = "",
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Issue a certificate, in the name of whose token it is.

    \b
    Example:
      suyuan certificate issue GF141031260007 --scheme green_food --from 2026-03-15 --to 2029-03-14 --for P-0417
    """
    body = {
        "certificate": code,
        "state": "issued",
        "scheme": scheme,
        "number": number,
        "scope": scope,
        "lots": lots,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    _report(Portal.of(portal, token), body, say(_DONE["issued"], code=code), json=json)


def suspend(
    code: Code, reason: Reason, json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None
) -> None:
    """Suspend a certificate of yours: what leans on it is held until it is reinstated."""
    _change(Portal.of(portal, token), code, "suspended", reason, json=json)


def reinstate(
    code: Code, reason: Reason, json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None
) -> None:
    """Reinstate a suspended certificate of yours."""
    _change(Portal.of(portal, token), code, "reinstated", reason, json=json)


def revoke(
    code: Code,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask after showing what leans on it.")] = False,
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Revoke a certificate of yours for good. What leans on it is shown first."""
    where = Portal.of(portal, token)
    if not yes and not json:
        count = _show_leaning(where, code)
        agree(say("{count} things lean on it. Revoke it for good?", count=count))
    _change(where, code, "revoked", reason, json=json)


def _show_leaning(where: Portal, code: str) -> str:
    """The first page; how many there are of all, with those that do not concern the caller. Counting ends somewhere."""
    seen: set[str] = set()
    withheld = 0
    for n, page in enumerate(pages(where, code, (), page_size=_COUNTED_AT_ONCE)):
        if n == 0:
            print_rows(page["dependents"][:_SHOWN], page, json=False, first=True)
        seen.update(row["key"] for row in page["dependents"])
        withheld += page["withheld"]
        if n + 1 == _MOST_PAGES and page["next_page_token"]:
            end_progress()
            return say("more than {count}", count=len(seen) + withheld)
        print_progress(say("{count} found ...", count=len(seen) + withheld))
    end_progress()
    if len(seen) > _SHOWN:
        print(say("... and more"))
    return str(len(seen) + withheld)


def _change(where: Portal, code: str, state: str, reason: str, *, json: bool) -> None:
    said = say(_DONE[state], code=code)
    _report(where, {"certificate": code, "state": state, "reason": reason}, said, json=json)


def _report(where: Portal, body: Mapping[str, Any], said: str, *, json: bool) -> None:
    answer = where.post("/api/certificates", filled(body))
    if json:
        print_json(answer)
        return
    receipt = answer["receipt"]
    print(f"{said}  {say('receipt')} {receipt_text(receipt)}")
