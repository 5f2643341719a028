"""`suyuan registry card`: a grower's card made, made again, looked up and withdrawn, through the portal (ADR 0089)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from cli import endpoints
from cli.agreeing import agree
from cli.failures import NO, Failure
from cli.keys import grower
from cli.language import N_, say
from cli.output import print_json, print_table
from cli.portal import THE_PORTAL, Json, Portal
from cli.web import refuse_problem, request
from provenance.short_names import short

_PATH, _REFUSES = "/api/cards", N_("the portal refuses")
_HEADER = (N_("made"), N_("by"), N_("good until"), N_("ended"), N_("ended by"))
_COLUMNS = ("made", "made_by", "until", "ended", "ended_by")


def card(
    whose: Annotated[str, typer.Argument(metavar="GROWER", help="The grower: 7f3a, or the key in the registry.")],
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="End the grower's cards instead; a station, those of stations.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a card ends.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Who made and who ended its cards instead.")] = False,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FILE", help="Write the card here, to be printed.")
    ] = None,
    size: Annotated[str, typer.Option("--size", help="Of the PDF: a6, or 60x40 for a label printer.")] = "a6",
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Make the link of a grower's card; the ones before are dead at once, by a station's those of stations alone.

    For the county's offices, and for a station that the grower's mandate lets report. The link is told once. Where a
    card ends by it, whose and when it was made is shown, and asked unless --yes is said.

    \b
    Examples:
      suyuan registry card 7f3a --pdf card.pdf --token $OFFICE
      suyuan registry card 7f3a --withdraw --yes
      suyuan registry card 7f3a --history
    """
    office, key = Portal.of(portal, token), grower(whose)
    told = office.get(_PATH, _REFUSES, grower=key).json()
    if history:
        rows = [tuple(one[column] for column in _COLUMNS) for one in told["cards"]]
        print_json(told) if json else print_table(tuple(map(say, _HEADER)), rows)
        return
    dying = [one for one in told["cards"] if one["ends"]]
    if dying and not yes:
        _agreed(key, dying, json=json)
    if withdraw:
        told = office.post(f"{_PATH}/withdrawals", {"grower": key}, _REFUSES)
        print_json(told) if json else print(say("cards revoked: {count}", count=told["withdrawn"]))
        return
    made = office.post(_PATH, {"grower": key, "replace": bool(dying)}, _REFUSES)
    print_json(made) if json else print(made["link"])
    if pdf is not None:
        drawn = request("GET", f"{made['link']}/card.pdf", what=THE_PORTAL, params={"size": size})
        refuse_problem(drawn, THE_PORTAL)
        pdf.write_bytes(drawn.content)


def _agreed(key: str, dying: Iterable[Mapping[str, str]], *, json: bool) -> None:
    """Raises Failure where the answer is no, and where a program says nothing of it."""
    known = [{"grower": short(key), "made": one["made"], "by": one["made_by"], "until": one["until"]} for one in dying]
    if json:
        said = "{grower} has a card, made on {made} by {by}, which ends at once: say --yes"
        raise Failure("; ".join(say(said, **values) for values in known), NO)
    for values in known:
        print(say("{grower} has a card, made on {made} by {by}, good until {until}", **values))
    agree(say("It is dead at once, and nothing brings it back. Go on?"))
