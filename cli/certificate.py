"""`suyuan certificate`: what one says and how it stands, and what leans on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer

from cli import endpoints
from cli.certificate_portal import Code, path_of
from cli.failures import Failure
from cli.histories import CHANGES
from cli.language import N_, joined, pick, say
from cli.output import aligned, end_progress, print_json, print_progress, print_table
from cli.portal import Json, Portal
from provenance.certificates.schemes import name_of
from provenance.days import CHINA
from provenance.short_names import short

certificate = typer.Typer(
    no_args_is_help=True, help="Certificates: look them up, change how they stand, print a lot's own."
)

_VALIDITY: Mapping[str, str] = {
    "valid": N_("valid"),
    "not_begun": N_("not valid yet"),
    "expired": N_("expired"),
    "suspended": N_("suspended"),
    "revoked": N_("revoked"),
    "not_issued": N_("not issued"),
    "unverified": N_("not verified"),
}
_WIDTHS = (4, 16, 10, 40, 0)
"""Of what leans on a certificate, which comes page by page."""
_KINDS: Mapping[str, str] = {"lot": N_("lot"), "box": N_("box"), "pallet": N_("pallet"), "item": N_("box")}


@certificate.command()
def show(code: Code, json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None) -> None:
    """Show what a certificate says and how it stands today.

    \b
    Example:
      suyuan certificate show GF141031260007
    """
    found = Portal.of(portal, token).get(path_of(code)).json()
    if json:
        print_json(found)
        return
    for one in found["certificates"]:
        _print(one, found)


@certificate.command()
def dependents(
    code: Code,
    after: Annotated[
        list[str] | None,
        typer.Option("--after", metavar="RECEIPT", help="topic:partition:offset of a report that must be in it."),
    ] = None,
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """List everything downstream that leaned on a certificate: kilograms, who has it, and since when it is void.

    What does not concern you is counted. It comes page by page; Ctrl-C stops it, and what was printed stays. As JSON
    each thing is a line of its own, the last line says how many there were.

    \b
    Examples:
      suyuan certificate dependents GF141031260007
      suyuan certificate dependents GF141031260007 --after produce.quality.v1:3:41 --json
    """
    seen: set[str] = set()
    withheld = 0
    try:
        for page in pages(Portal.of(portal, token), code, after or ()):
            fresh = [row for row in page["dependents"] if row["key"] not in seen]
            seen.update(row["key"] for row in fresh)
            withheld += page["withheld"]
            end_progress()
            print_rows(fresh, page, json=json, first=len(seen) == len(fresh))
            print_progress(say("{count} found ...", count=len(seen)))
    except KeyboardInterrupt:
        end_progress()
        raise Failure(say("stopped after {count}: there may be more", count=len(seen))) from None
    end_progress()
    if json:
        print_json({"dependents": len(seen), "withheld": withheld})
    else:
        more = say("; {count} more were made under it that do not concern you", count=withheld) if withheld else ""
        print(say("lots, boxes and pallets that lean on it: {count}", count=len(seen)) + more)


def pages(where: Portal, code: str, after: Sequence[str], **more: int) -> Iterator[dict[str, Any]]:
    token = ""
    while True:
        page = where.get(f"{path_of(code)}/dependents", page_token=token, after=list(after), **more).json()
        yield page
        token = page["next_page_token"]
        if not token:
            return


def _print(one: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    zh, en = name_of(one["scheme"])
    print(f"{pick(zh, en)}  {one['number'] or one['id']}  {say(_VALIDITY.get(one['validity'], one['validity']))}")
    lines = [(say("issued by"), _name(one["issuer"], found))]
    if one["valid_from"]:
        lines.append((say("valid"), _days(one["valid_from"], one["valid_to"])))
    lines.append((say("for"), joined(_name(key, found) for key in one["scope"])))
    for change in one["states"]:
        state = say(CHANGES.get(change["state"], change["state"]))
        why = f"  {change['reason']}" if change.get("reason") else ""
        why += f"  ({say('not verified')})" if change.get("unverified") else ""
        lines.append((state, f"{_time(change['time_ms'])}  {change['event_id']}{why}"))
    for line in aligned(lines):
        print(f"  {line}")


def _days(first: str, end: str) -> str:
    """Both ends included, as it is printed on a certificate; `end` is the day after the last."""
    if not end:
        return say("from {first}", first=first)
    return say("{first} to {last}", first=first, last=date.fromisoformat(end) - timedelta(days=1))


def print_rows(rows: Sequence[Mapping[str, Any]], page: Mapping[str, Any], *, json: bool, first: bool) -> None:
    if json:
        for row in rows:
            print_json(row)
        return
    cells = [
        (
            say(_KINDS.get(row["kind"], row["kind"])),
            short(row["key"]),
            say("{kg} kg", kg=row["kilograms"]) if row["kilograms"] else "?",
            joined(dict.fromkeys(_name(h["site"] or h["party"], page) for h in row["holders"])),
            say("without it since {when}", when=_time(row["void_since_ms"])) if row.get("void_since_ms") else "",
        )
        for row in rows
    ]
    if cells:
        header = (say("what"), say("code"), say("weighs"), say("who has it"), "")
        print_table(header if first else (), cells, _WIDTHS)


def _name(key: str, found: Mapping[str, Any]) -> str:
    for names in (found["places"], found["parties"], found["products"]):
        if key in names and (name := pick(names[key]["name_zh"], names[key]["name_en"])):
            return say("{name} ({code})", name=name, code=short(key))
    return short(key)


def _time(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(CHINA):%Y-%m-%d %H:%M}"
