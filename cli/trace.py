"""`suyuan trace`: where a thing came from, or where it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli import endpoints
from cli.claims import as_claim, print_claim
from cli.codes import Where, asked, which
from cli.failures import NO, Failure, NotKnown
from cli.histories import print_history
from cli.history_json import as_choice
from cli.history_json import back as as_back
from cli.history_json import forward as as_forward
from cli.language import say
from cli.onward import put_together
from cli.output import print_json

if TYPE_CHECKING:
    from cli.rpc import Claim, FoundCode, History


def trace(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE",
            help="Lot, item or pallet, as scanned or typed: Digital Link, EPC URN, element string, digits, a label's "
            "short code, a lot number alone.",
        ),
    ],
    back: Annotated[
        bool, typer.Option("--back", help="To every harvest it came from: so unless told otherwise.")
    ] = False,
    forward: Annotated[bool, typer.Option("--forward", help="To everybody who has some of it now.")] = False,
    claims: Annotated[
        bool, typer.Option("--claims", help="With it what each rule of its brand finds, and who can mend it.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print event ids, shares or holders as JSON, for programs.")
    ] = False,
    traceability: endpoints.Traceability = None,
    labels: endpoints.Labels = None,
    token: endpoints.Token = None,
) -> None:
    """Show where a thing came from, or where it went.

    Back to every harvest, forward to every holder. As JSON, back: `events` are the ids of events that name the thing,
    what is packed in it, or what these were made of; `carried` those that name only a container it was in at that
    time; `shares` the fraction from each harvest lot. Forward: `events`, and `holders` with the kilograms at each site
    or party, `states` the same by what became of them; where it leads to very many things, how far it is
    is told on the error stream. `recalled` and `held`: what is, where anything is. With --claims: `claim`, the verdict
    and its `rules`, null where no brand lists such goods.
    A lot number that several products have is answered with all of them and exit code 1, as is a product
    without a lot; as JSON they are `candidates`.

    \b
    Examples:
      suyuan trace https://id.gs1.org/01/19520001000017/21/BX0001 --back
      suyuan trace G0914
      suyuan trace G0914 --claims
      suyuan trace '(01)09520001000010(10)XX20260912A' --forward --json
    """
    if back and forward:
        raise Failure(say("say one of --back and --forward"))
    if claims and forward:
        raise Failure(say("--claims looks back: say it without --forward"))
    where = Where.of(traceability, labels, token)
    found = _found(code, "forward" if forward else "back", where)
    if isinstance(found, tuple):
        if json:
            print_json(as_choice(code, found))
        raise Failure(which(code, found), NO)
    judged, unjudged = _judged(found, where) if claims else (None, "")
    if json:
        claim = {"claim": as_claim(judged) if judged else None} if claims else {}
        print_json((as_forward(found) if forward else as_back(found)) | claim)
        return
    print_history(found, origins=not forward)
    if judged:
        print_claim(judged, found)
    if unjudged:
        print("\n" + say("no claim: {why}. Ask with the lot or box it was packed into.", why=unjudged))


def _judged(found: History, where: Where) -> tuple[Claim | None, str]:
    """None where no brand lists such goods, and the sentence that says so: their history is told all the same."""
    from cli.rpc import claim

    try:
        return claim(where.traceability, where.token, found.key), ""
    except NotKnown as error:
        return None, str(error).rstrip(".。")


def _found(code: str, direction: str, where: Where) -> History | tuple[FoundCode, ...]:
    """A label that no event names yet is known to `labels` alone."""
    found = asked(code, lambda text: _asked(text, direction, where), where)
    if not isinstance(found, tuple):
        found.code = code
    return found


def _asked(code: str, direction: str, where: Where) -> History | tuple[FoundCode, ...]:
    """Forward page by page, however many things it leads to."""
    from cli.rpc import history, onward

    if direction == "back":
        return history(where.traceability, where.token, code, direction)
    found = onward(where.traceability, where.token, code)
    return found if isinstance(found, tuple) else put_together(found)
