"""`suyuan registry pending`, `show` and `history`: what waits, what is in force, and who proposed and approved it."""

from __future__ import annotations

import json as as_json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

import typer

from cli import endpoints, tokens
from cli.failures import Failure, NotKnown
from cli.keys import record_keys
from cli.language import N_, pick, say
from cli.output import print_json, print_table
from cli.registry_enrolment import STATES, Json, look
from cli.said_of_registry import said_of_record

Kind = Annotated[str, typer.Argument(metavar="KIND", help="party, site, mandate, beneficiary, county …")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Its id; of a party or place also the GLN, or a code as 7f3a.")]
Record = Mapping[str, Any]
_HEADER = (N_("proposal"), N_("what"), N_("proposed"), N_("by"), N_("yours to decide"), N_("look at"))


def pending(json: Json = False, target: endpoints.Registry = None, token: endpoints.Token = None) -> None:
    """List the proposals that wait: your own, those about you, and those you may approve.

    \b
    Example:
      suyuan registry pending --token $OFFICE
    """
    from cli.rpc_registry import pending as call

    waiting = list(call(endpoints.registry_target(target), tokens.for_calls(token)))
    if json:
        print_json({"pending": waiting})
    elif waiting:
        print_table(tuple(map(say, _HEADER)), map(_row, waiting))
    else:
        print(say("nothing waits"))


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    proposal = one["proposal"]
    flags = [pick(str(flag.get("zh", "")), flag["en"]) for flag in one["flags"]]
    problems = [said_of_record(problem["message"]) for problem in one["problems"]]
    return (
        proposal["id"],
        _what(proposal["proposed"]),
        proposal["proposed_on"],
        proposal["proposed_by"],
        say("yes") if one["may_decide"] else say("no"),
        "; ".join(flags + problems),
    )


def _what(record: Mapping[str, Any]) -> str:
    name = record.get("name_zh") or record.get("party") or record.get("from_party", "")
    area = f" {record['area_mu']} 亩" if record.get("area_mu") else ""
    change = say(" (version {number})", number=record["version"]) if record["version"] > 1 else ""
    return f"{record['record']} {record['id']} {name}{area}{change}"


def show(
    kind: Kind,
    id: Id = "",
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
    from cli.rpc_registry import record as call

    keys = _keys(kind, id, "show")
    where, bearer = endpoints.registry_target(target), tokens.for_calls(token)
    found = _first(keys, lambda key: call(where, bearer, kind, key, on))
    if json:
        print_json(found)
        return
    for name, value in found.items():
        if value not in ("", [], None):
            print(f"{name:>20}  {_text(value)}")
    print(f"{'':>20}  {_hands(found)}")


def _keys(kind: str, id: str, command: str) -> tuple[str, ...]:
    """Raises Failure where only one of the two was written, which is the id more often than the kind."""
    if not id:
        example = f"suyuan registry {command} site {kind}"
        raise Failure(say("{id}: say of what kind it is, before it: {example}", id=kind, example=example))
    return record_keys(id, kind)


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
        said = "proposed by {author}, approved by {other}"
        return say(said, author=version["author"], other=version["approved_by"])
    return say("brought in by {author}: approved by nobody", author=version.get("author") or say("nobody named"))


def history(
    kind: Kind, id: Id = "", json: Json = False, target: endpoints.Registry = None, token: endpoints.Token = None
) -> None:
    """Show all versions of a record, the proposals about it, and whether its ground is registered twice.

    \b
    Example:
      suyuan registry history site 7f3a
    """
    from cli.rpc_registry import story as call

    keys = _keys(kind, id, "history")
    where, bearer = endpoints.registry_target(target), tokens.for_calls(token)
    found = _first(keys, lambda key: call(where, bearer, kind, key))
    if json:
        print_json(found)
        return
    for version in found["versions"]:
        number = say("version {number}", number=version["version"])
        print(f"{number}  {_days(version)}  {_what(version)}  {_hands(version)}")
    for proposal in found["proposals"]:
        print(_decided(proposal))
    for flag in found["flags"]:
        print(look(flag))


def _days(version: Record) -> str:
    first = say("from {first}", first=version.get("valid_from") or say("ever"))
    return first + (say(" to {last}", last=version["valid_to"]) if "valid_to" in version else "")


def _decided(proposal: Mapping[str, Any]) -> str:
    state = say(STATES.get(proposal["state"], proposal["state"]))
    by = {"id": proposal["id"], "by": proposal["proposed_by"], "on": proposal["proposed_on"], "state": state}
    told = say("proposal {id} by {by} on {on}: {state}", **by)
    if proposal["decided_by"]:
        told += say(" by {by} on {on}", by=proposal["decided_by"], on=proposal["decided_on"])
    why = proposal["confirmed"] or proposal["reason"]
    return told + (pick(f"（{why}）", f" ({why})") if why else "")
