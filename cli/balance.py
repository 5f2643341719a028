"""`suyuan balance`: what there was and what went, of every run, lot, site and plot on the way to a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import endpoints, tokens
from cli.failures import NO, Failure
from cli.output import print_json, print_table
from provenance.short_names import short

if TYPE_CHECKING:
    from cli.rpc import Balance, BalanceSheet

_MARKS = {"kept": "✓", "breached": "✗ cannot be", "provisional": "… still open", "unknown": "? not known"}
_MASSES = ("there_kg", "went_kg", "lost_kg", "left_kg", "counted_kg", "excess_kg", "tolerance")
_HEADER = ("", "of", "where", "in", "out", "lost", "left", "more by", "tolerated")


def balance(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Lot, item or pallet, as scanned or typed.")],
    json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON, for programs.")] = False,
    traceability: endpoints.Traceability = None,
    token: endpoints.Token = None,
) -> None:
    """Hold what went out against what came in, on every step on the way to a thing, in kilograms.

    A run of several reports is provisional until one of them closes it. Of a plot `in` is what its trees can bear in a
    season, by area and age; of the way as a whole, what was brought in. Exit code 1 where something cannot be so.

    \b
    Examples:
      suyuan balance G0914
      suyuan balance https://id.gs1.org/01/19520001000017/21/BX0001 --json
    """
    from cli import rpc

    found = rpc.balance_sheet(endpoints.traceability_target(traceability), tokens.for_calls(token), code)
    if json:
        print_json(_as_json(found))
    else:
        _print(found)
    breached = [one for one in found.balances if one.state == "breached"]
    if breached:
        raise Failure(f"{found.key}: {len(breached)} of the balances on its way cannot be so", NO)


def _as_json(found: BalanceSheet) -> dict[str, Any]:
    return {"key": found.key, "balances": list(map(_balance, found.balances)), "withheld": found.withheld}


def _balance(one: Balance) -> dict[str, Any]:
    texts = {"kind": one.kind, "key": one.key, **({"site": one.site} if one.site else {}), "state": one.state}
    masses = {name: float(text) for name in _MASSES if (text := getattr(one, name))}
    return {**texts, **masses, "product": one.product, "events": list(one.event_ids)}


def _print(found: BalanceSheet) -> None:
    print(f"{found.key}\n")
    if found.balances:
        print_table(_HEADER, [_row(found, one) for one in found.balances])
    for one in found.balances:
        if one.state == "breached":
            print(f"\n{_what(found, one)}: {_number(one.excess_kg)} kg more than there was, reported in")
            for id_ in one.event_ids:
                print(f"  {id_}")
    if found.withheld:
        print(f"\nand {found.withheld} more that this token may not see")
    elif not found.balances:
        print("nothing was weighed on its way")


def _row(found: BalanceSheet, one: Balance) -> tuple[str, ...]:
    site = _named(found, one.site) if one.site else ""
    left = f"{_number(one.counted_kg)} counted" if one.counted_kg else _number(one.left_kg)
    masses = _number(one.there_kg), _number(one.went_kg), _number(one.lost_kg), left
    more = _number(one.excess_kg) if one.excess_kg not in ("", "0") else ""
    return _MARKS.get(one.state, one.state), _what(found, one), site, *masses, more, f"{float(one.tolerance):.1%}"


def _what(found: BalanceSheet, one: Balance) -> str:
    words = {
        "run": f"run that made {short(one.product)}",
        "lot": f"lot {short(one.key)}",
        "site": f"lot {short(one.key)}",
        "plot": f"plot {_named(found, one.key)}",
        "lineage": "all that was brought in",
    }
    return words.get(one.kind, one.kind)


def _named(found: BalanceSheet, place: str) -> str:
    named = dict(found.places).get(place)
    return (named.name_zh or named.name_en if named else "") or short(place)


def _number(text: str) -> str:
    return f"{float(text):,.3f}".rstrip("0").rstrip(".") if text else "?"
