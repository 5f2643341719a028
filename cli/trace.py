"""`suyuan trace`: where a thing came from, or where it went."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import endpoints, tokens
from cli.failures import Failure
from cli.histories import back as as_back
from cli.histories import forward as as_forward
from cli.histories import print_history
from cli.output import print_json


def trace(
    code: Annotated[str, typer.Argument(help="Lot, item or pallet: Digital Link, EPC URN, element string or digits.")],
    back: Annotated[
        bool, typer.Option("--back", help="To every harvest it came from: so unless told otherwise.")
    ] = False,
    forward: Annotated[bool, typer.Option("--forward", help="To everybody who has some of it now.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print event ids, shares or holders as JSON, for programs.")
    ] = False,
    traceability: endpoints.Traceability = None,
    token: endpoints.Token = None,
) -> None:
    """Show where a thing came from, or where it went.

    Back to every harvest, forward to every holder. As JSON, back: `events` are the ids of events that name the thing,
    what is packed in it, or what these were made of; `carried` those that name only a container it was in at that
    time; `shares` the fraction from each harvest lot. Forward: `events`, and `holders` with the kilograms at each site
    or party.

    \b
    Examples:
      suyuan trace https://id.gs1.org/01/19520001000017/21/BX0001 --back
      suyuan trace '(01)09520001000010(10)XX20260912A' --forward --json
    """
    from cli.rpc import history

    if back and forward:
        raise Failure("say one of --back and --forward")
    direction = "forward" if forward else "back"
    found = history(endpoints.traceability_target(traceability), tokens.for_calls(token), code, direction)
    if json:
        print_json(as_forward(found) if forward else as_back(found))
    else:
        print_history(found, origins=not forward)
