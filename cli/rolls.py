"""`suyuan labels roll | rolls | bind | return | void | recall`: rolls of labels from the order to the box."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import endpoints
from cli.failures import NO, Failure
from cli.language import N_, headed, pick, say, word
from cli.output import print_hanging, print_json, print_table
from cli.portal import Json, Portal
from provenance.rules.claim_words import RULES, verdict_words

Request = Annotated[
    str, typer.Option("--request", help="A UUID of your own: the same one again is the same act, however often.")
]
First = Annotated[str, typer.Argument(metavar="FIRST", help="Link or short code of one end.")]
Last = Annotated[str, typer.Argument(metavar="LAST", help="Of the other; the order does not matter.")]
Reason = Annotated[str, typer.Option("--reason", help="Why: all who read of it see it.")]

_MARKS = {"failed": "✗"}
_DONE: Mapping[str, str] = {
    "bind": N_("{count} labels are bound to the lot."),
    "return": N_("{count} labels are free again."),
    "void": N_("{count} labels are void."),
    "recall": N_("{count} boxes are recalled."),
}
_NOTHING = N_("nothing was done")


def roll(
    product: Annotated[str, typer.Argument(metavar="PRODUCT", help="GTIN of what is in the boxes.")],
    count: Annotated[int, typer.Argument(metavar="COUNT", min=1, help="Labels on it, at most 10,000.")],
    brand: Annotated[str, typer.Option("--brand", help="Its id; else the brand that lists the product.")] = "",
    request: Request = "",
    as_json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Order a roll of labels before their lot is known. They say "not yet active" until they are bound.

    \b
    Example:
      suyuan labels roll 09520001000010 500
    """
    body = {"product": product, "count": count, "brand": brand, "request_id": request or str(uuid.uuid4())}
    made = Portal.of(portal, token).post("/api/labels/rolls", _given(body), _NOTHING)
    if as_json:
        print_json(made)
        return
    print(say("roll {roll}: {count} labels", roll=made["roll"], count=made["count"]))
    print(say("to print: suyuan labels print {request} --out labels.pdf", request=made["request_id"]))


def rolls(
    code: Annotated[str, typer.Argument(metavar="[CODE]", help="Of a roll, or of any label of it; else yours.")] = "",
    as_json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Show what has become of a roll, or of the newest ones of your office."""
    asked = Portal.of(portal, token)
    path = f"/api/labels/rolls/{quote(code.rpartition('/')[2].partition('?')[0], safe='')}" if code else None
    found = asked.get(path or "/api/labels/rolls").json()
    if as_json:
        print_json(found)
        return
    listed: Sequence[Any] = [found] if code else found["rolls"]
    head = [say(name) for name in (N_("roll"), N_("product"), N_("labels"), N_("bound"), N_("void"))]
    print_table(
        head, [[one["roll"], one["gtin"], *map(str, (one["count"], one["bound"], one["void"]))] for one in listed]
    )
    for part in found["parts"] if code else ():
        print(say("{first} to {last}: lot {lot}", first=part["first"], last=part["last"], lot=part["lot"]))


def bind(
    lot: Annotated[str, typer.Argument(metavar="LOT", help="The packed lot they go on: product and lot.")],
    first: First,
    last: Last,
    request: Request = "",
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Bind labels of a roll to a lot, from the first to the last that were used; they count against its weight.

    Where the lot may bear none, the rules that failed are printed, and who can mend them; the exit code is 1.

    \b
    Example:
      suyuan labels bind '(01)09520001007033(10)F0916' K7QM-2D9V-XR4T 9VXR-2M4T-QK7D
    """
    _act("bind", {"lot": lot, "first": first, "last": last}, request, Portal.of(portal, token))


def return_labels(
    first: First,
    last: Last,
    request: Request = "",
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Return labels that were bound and went on no box: they are free again, and so is the lot's weight."""
    _act("return", {"first": first, "last": last}, request, Portal.of(portal, token))


def void(
    reason: Reason,
    codes: Annotated[list[str] | None, typer.Argument(metavar="[CODE]...", help="Links or short codes.")] = None,
    first: Annotated[str, typer.Option("--from", help="Or all from this label of a roll or an order ...")] = "",
    last: Annotated[str, typer.Option("--to", help="... to this one.")] = "",
    request: Request = "",
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Make labels void for ever: misprinted, damaged or lost ones. Whoever scans one reads so."""
    body = {"codes": codes or [], "first": first, "last": last, "reason": reason}
    _act("void", body, request, Portal.of(portal, token))


def recall(
    reason: Reason,
    first: Annotated[str, typer.Argument(metavar="[FIRST]", help="Link or short code of a label.")] = "",
    last: Annotated[str, typer.Argument(metavar="[LAST]", help="Of another: all printed between them too.")] = "",
    lot: Annotated[str, typer.Option("--lot", help="Or a whole lot: product and lot.")] = "",
    request: Request = "",
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Recall what bears these labels, or a lot. Whoever scans one reads at once not to eat or sell it.

    A recall is opened by the regulator, an inspector, a laboratory or who packed, and not by the brand. Only the
    regulator ends it.

    \b
    Example:
      suyuan labels recall K7QM-2D9V-XR4T 9VXR-2M4T-QK7D --reason 'glass in a box'
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    _act(
        "recall",
        {"first": first, "last": last, "lot": lot, "reason": reason, "at": at},
        request,
        Portal.of(portal, token),
    )


def _act(noun: str, body: Mapping[str, Any], request: str, portal: Portal) -> None:
    given = {**_given(body), "request_id": request or str(uuid.uuid4())}
    said = portal.post(f"/api/labels/{noun}", given, _NOTHING, also=(409,))
    if said.get("count") or "claim" not in said:
        print(say(_DONE[noun], count=said["count"]))
        return
    claim = said["claim"]
    for head, text in _why(claim):
        print_hanging(head, text)
    verdict = verdict_words(claim["verdict"], (result["outcome"] for result in claim.get("results", ())))
    raise Failure(headed(say(_NOTHING), word(verdict, claim["verdict"])), NO)


def _why(claim: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Of each rule that did not pass what was found, and who can mend it."""
    for result in claim.get("results", ()):
        if result["outcome"] != "passed":
            mark, name = _MARKS.get(result["outcome"], "?"), word(RULES.get(result["rule"]), result["rule"])
            yield f"{mark} {name}  ", pick(result.get("sentence_zh", ""), result.get("sentence_en", ""))
            yield "    ", pick(result.get("remedy_zh", ""), result.get("remedy_en", ""))


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value}
