"""`suyuan balance`: what there was and what went, of every run, lot, site and plot on the way to a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import endpoints
from cli.codes import Where, asked
from cli.failures import NO, Failure
from cli.language import N_, pick, say
from cli.output import print_json, print_table
from provenance.short_names import short

if TYPE_CHECKING:
    from cli.rpc import Balance, BalanceSheet

_MARKS = {
    "kept": N_("✓"),
    "breached": N_("✗ cannot be"),
    "provisional": N_("… still open"),
    "unknown": N_("? not known"),
}
_MASSES = ("there_kg", "went_kg", "lost_kg", "left_kg", "counted_kg", "excess_kg", "tolerance")
_HEADER = ("", N_("of"), N_("where"), N_("in"), N_("out"), N_("lost"), N_("left"), N_("more by"), N_("tolerated"))


def balance(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Lot, item or pallet, as scanned or typed.")],
    json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON, for programs.")] = False,
    traceability: endpoints.Traceability = None,
    labels: endpoints.Labels = None,
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

    where = Where.of(traceability, labels, token)
    found = asked(code, lambda text: rpc.balance_sheet(where.traceability, where.token, text), where)
    if json:
        print_json(_as_json(found))
    else:
        _print(found)
    breached = [one for one in found.balances if one.state == "breached"]
    if breached:
        said = "{key}: {count} of {all} balances on its way cannot be so"
        raise Failure(say(said, key=found.key, count=len(breached), all=len(found.balances)), NO)


def _as_json(found: BalanceSheet) -> dict[str, Any]:
    return {"key": found.key, "balances": list(map(_balance, found.balances)), "withheld": found.withheld}


def _balance(one: Balance) -> dict[str, Any]:
    texts = {"kind": one.kind, "key": one.key, **({"site": one.site} if one.site else {}), "state": one.state}
    masses = {name: float(text) for name in _MASSES if (text := getattr(one, name))}
    return {**texts, **masses, "product": one.product, "events": list(one.event_ids)}


def _print(found: BalanceSheet) -> None:
    print(f"{found.key}\n")
    if found.balances:
        print_table([say(name) for name in _HEADER], [_row(found, one) for one in found.balances])
    for one in found.balances:
        if one.state == "breached":
            said = "{what}: {kg} kg more than there was, reported in"
            print("\n" + say(said, what=_what(found, one), kg=_number(one.excess_kg)))
            for id_ in one.event_ids:
                print(f"  {id_}")
    if found.withheld:
        print("\n" + say("and {count} more that this token may not see", count=found.withheld))
    elif not found.balances:
        print(say("nothing was weighed on its way"))


def _row(found: BalanceSheet, one: Balance) -> tuple[str, ...]:
    site = _named(found, one.site) if one.site else ""
    left = say("{kg} counted", kg=_number(one.counted_kg)) if one.counted_kg else _number(one.left_kg)
    masses = _number(one.there_kg), _number(one.went_kg), _number(one.lost_kg), left
    more = _number(one.excess_kg) if one.excess_kg not in ("", "0") else ""
    return say(_MARKS.get(one.state, one.state)), _what(found, one), site, *masses, more, f"{float(one.tolerance):.1%}"


def _what(found: BalanceSheet, one: Balance) -> str:
    words = {
        "run": say("run that made {lot}", lot=short(one.product)),
        "lot": say("lot {lot}", lot=short(one.key)),
        "site": say("lot {lot}", lot=short(one.key)),
        "plot": say("plot {plot}", plot=_named(found, one.key)),
        "lineage": say("all that was brought in"),
    }
    return words.get(one.kind, one.kind)


def _named(found: BalanceSheet, place: str) -> str:
    named = dict(found.places).get(place)
    name = pick(named.name_zh, named.name_en) if named else ""
    return f"{short(place)} {name}" if name and named and named.kind == "plot" else name or short(place)


def _number(text: str) -> str:
    return f"{float(text):,.3f}".rstrip("0").rstrip(".") if text else "?"
