"""`suyuan registry card`: a grower's card made, made again, looked up and withdrawn, through the portal (ADR 0089)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import endpoints, tokens
from cli.agreeing import agree
from cli.failures import NO, Failure
from cli.keys import grower
from cli.language import N_, say
from cli.output import print_json, print_table
from cli.web import bearer, refuse_problem, request
from provenance.short_names import short

_PORTAL = N_("the portal")
_HEADER = (N_("made"), N_("by"), N_("good until"), N_("ended"), N_("ended by"))
_COLUMNS = ("made", "made_by", "until", "ended", "ended_by")


def card(
    whose: Annotated[str, typer.Argument(metavar="GROWER", help="The grower: 7f3a, or the key in the registry.")],
    withdraw: Annotated[bool, typer.Option("--withdraw", help="End every card of this grower instead.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a card ends.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Who made and who ended its cards instead.")] = False,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FILE", help="Write the card here, to be printed.")
    ] = None,
    size: Annotated[str, typer.Option("--size", help="Of the PDF: a6, or 60x40 for a label printer.")] = "a6",
    json: Annotated[bool, typer.Option("--json", help="Print what the portal answers as JSON, for programs.")] = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Make the link of a grower's card; the ones before are dead at once.

    For the county's offices, and for a station that the grower's mandate lets report. The link is told once. Where a
    card ends by it, whose and when it was made is shown, and asked unless --yes is said.

    \b
    Examples:
      suyuan registry card 7f3a --pdf card.pdf --token $OFFICE
      suyuan registry card 7f3a --withdraw --yes
      suyuan registry card 7f3a --history
    """
    place, headers, key = f"{endpoints.portal_url(portal)}/api/cards", bearer(tokens.for_calls(token)), grower(whose)
    told = _asked("GET", place, headers, params={"grower": key})
    if history:
        rows = [tuple(one[column] for column in _COLUMNS) for one in told["cards"]]
        print_json(told) if json else print_table(tuple(map(say, _HEADER)), rows)
        return
    dying = [one for one in told["cards"] if not one["ended"]]
    if dying and not yes:
        _agreed(key, dying[0], json=json)
    if withdraw:
        told = _asked("POST", f"{place}/withdrawals", headers, json={"grower": key})
        print_json(told) if json else print(say("cards revoked: {count}", count=told["withdrawn"]))
        return
    made = _asked("POST", place, headers, json={"grower": key, "replace": bool(dying)})
    print_json(made) if json else print(made["link"])
    if pdf is not None:
        drawn = request("GET", f"{made['link']}/card.pdf", what=_PORTAL, params={"size": size})
        refuse_problem(drawn, _PORTAL)
        pdf.write_bytes(drawn.content)


def _agreed(key: str, dying: Mapping[str, str], *, json: bool) -> None:
    """Raises Failure where the answer is no, and where a program says nothing of it."""
    values = {"grower": short(key), "made": dying["made"], "by": dying["made_by"], "until": dying["until"]}
    if json:
        said = "{grower} has a card, made on {made} by {by}, which ends at once: say --yes"
        raise Failure(say(said, **values), NO)
    print(say("{grower} has a card, made on {made} by {by}, good until {until}", **values))
    agree(say("It is dead at once, and nothing brings it back. Go on?"))


def _asked(method: str, url: str, headers: dict[str, str], **more: Any) -> dict[str, Any]:
    """Raises Failure."""
    answer = request(method, url, what=_PORTAL, headers=headers, **more)
    refuse_problem(answer, N_("the portal refuses"))
    told: dict[str, Any] = answer.json()
    return told
