"""`suyuan registry pending`, `show` and `history`: what waits, what is in force, and who proposed and approved it."""

from __future__ import annotations

import json as as_json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

import typer

from cli import endpoints, tokens
from cli.failures import NotKnown
from cli.keys import record_keys
from cli.output import print_json, print_table
from cli.registry_enrolment import Json

Kind = Annotated[str, typer.Argument(metavar="KIND", help="party, site, mandate, beneficiary, county …")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Its id; of a party or place also the GLN, or a code as 7f3a.")]
Record = Mapping[str, Any]


def pending(json: Json = False, target: endpoints.Registry = None, token: endpoints.Token = None) -> None:
    """List the proposals that wait: your own, those about you, and those you may approve.

    \b
    Example:
      suyuan registry pending --token $OFFICE
    """
    from cli.rpc import pending as call

    waiting = list(call(endpoints.registry_target(target), tokens.for_calls(token)))
    if json:
        print_json({"pending": waiting})
    elif waiting:
        print_table(("proposal", "what", "proposed", "by", "yours to decide", "look at"), map(_row, waiting))
    else:
        print("nothing waits")


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    proposal = one["proposal"]
    look = [flag["en"] for flag in one["flags"]] + [problem["message"] for problem in one["problems"]]
    return (
        proposal["id"],
        _what(proposal["proposed"]),
        proposal["proposed_on"],
        proposal["proposed_by"],
        "yes" if one["may_decide"] else "no",
        "; ".join(look),
    )


def _what(record: Mapping[str, Any]) -> str:
    name = record.get("name_zh") or record.get("party") or record.get("from_party", "")
    area = f" {record['area_mu']} 亩" if record.get("area_mu") else ""
    change = f" (version {record['version']})" if record["version"] > 1 else ""
    return f"{record['record']} {record['id']} {name}{area}{change}"


def show(
    kind: Kind,
    id: Id,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="As it stood on that day. [default: today]")] = "",
    json: Json = False,
    target: endpoints.Registry = None,
    token: endpoints.Token = None,
) -> None:
    """Show a record as it is in force on a day, with who proposed it and who approved it.

    \b
    Example:
      suyuan registry show site 7f3a
    """
    from cli.rpc import record as call

    where, bearer = endpoints.registry_target(target), tokens.for_calls(token)
    found = _first(record_keys(id, kind), lambda key: call(where, bearer, kind, key, on))
    if json:
        print_json(found)
        return
    for name, value in found.items():
        if value not in ("", [], None):
            print(f"{name:>20}  {_text(value)}")
    print(f"{'':>20}  {_hands(found)}")


def _first(keys: Sequence[str], find: Callable[[str], Record]) -> Record:
    """Of those that an id may mean the one that is registered. Raises NotKnown."""
    for key in keys[:-1]:
        with suppress(NotKnown):
            return find(key)
    return find(keys[-1])


def _text(value: object) -> str:
    return value if isinstance(value, str) else as_json.dumps(value, ensure_ascii=False)


def _hands(version: Mapping[str, Any]) -> str:
    if version.get("approved_by"):
        return f"proposed by {version['author']}, approved by {version['approved_by']}"
    return f"brought in by {version.get('author') or 'nobody named'}: approved by nobody"


def history(
    kind: Kind, id: Id, json: Json = False, target: endpoints.Registry = None, token: endpoints.Token = None
) -> None:
    """Show all versions of a record, the proposals about it, and whether its ground is registered twice.

    \b
    Example:
      suyuan registry history site 7f3a
    """
    from cli.rpc import story as call

    where, bearer = endpoints.registry_target(target), tokens.for_calls(token)
    found = _first(record_keys(id, kind), lambda key: call(where, bearer, kind, key))
    if json:
        print_json(found)
        return
    for version in found["versions"]:
        days = f"from {version.get('valid_from', 'ever')}" + (
            f" to {version['valid_to']}" if "valid_to" in version else ""
        )
        print(f"version {version['version']}  {days}  {_what(version)}  {_hands(version)}")
    for proposal in found["proposals"]:
        why = proposal["confirmed"] or proposal["reason"]
        decided = f" by {proposal['decided_by']} on {proposal['decided_on']}" if proposal["decided_by"] else ""
        said = (
            f"proposal {proposal['id']} by {proposal['proposed_by']} on {proposal['proposed_on']}: {proposal['state']}"
        )
        print(said + decided + (f" ({why})" if why else ""))
    for flag in found["flags"]:
        print(f"look: {flag['en']}")
