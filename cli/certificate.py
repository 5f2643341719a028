"""`suyuan certificate`: what one says and how it stands, what leans on it, its states, and the paper of a lot's own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import endpoints, tokens
from cli.agreeing import agree
from cli.failures import NO, Failure
from cli.histories import CHANGES
from cli.language import N_, joined, pick, say
from cli.output import aligned, end_progress, print_json, print_progress, print_table
from cli.web import bearer, refuse_problem, request
from provenance.certificates.schemes import name_of
from provenance.days import CHINA
from provenance.short_names import short

certificate = typer.Typer(
    no_args_is_help=True, help="Certificates: look them up, change how they stand, print a lot's own."
)

Code = Annotated[str, typer.Argument(metavar="CODE", help="Its number as printed, its code (GDTI) or its address.")]
Json = Annotated[bool, typer.Option("--json", help="Print what the portal answers as JSON, for programs.")]
Reason = Annotated[str, typer.Option("--reason", help="Why: everybody can read it, for ever; no names.")]
FORMATS: Mapping[str, str] = {".pdf": "pdf", ".png": "png", ".zpl": "zpl"}
SIZES = ("a6", "a5", "100x70", "60x40")
"""Of its paper, as the portal draws it."""
_DONE: Mapping[str, str] = {
    "issued": N_("{code} is issued"),
    "suspended": N_("{code} is suspended"),
    "reinstated": N_("{code} is reinstated"),
    "revoked": N_("{code} is revoked"),
}
_VALIDITY: Mapping[str, str] = {
    "valid": N_("valid"),
    "not_begun": N_("not valid yet"),
    "expired": N_("expired"),
    "suspended": N_("suspended"),
    "revoked": N_("revoked"),
    "not_issued": N_("not issued"),
    "unverified": N_("not verified"),
}
_LATER = N_(
    "{number} is issued; its paper is not there yet ({why}): suyuan certificate hegezheng {number} --out {file}"
)
_PAPER_WITHIN_S = 20.0
_POLL_S = 0.2
_SHOWN = 10
_COUNTED_AT_ONCE = 50
_MOST_PAGES = 40
_WIDTHS = (4, 16, 10, 40, 0)
"""Of what leans on a certificate, which comes page by page."""
_KINDS: Mapping[str, str] = {"lot": N_("lot"), "box": N_("box"), "pallet": N_("pallet"), "item": N_("box")}


@dataclass(frozen=True, slots=True)
class _Portal:
    url: str
    token: str = field(repr=False)

    def get(self, path: str, **query: Any) -> Any:
        headers = bearer(self.token)
        answer = request("GET", f"{self.url}{path}", what=N_("the portal"), headers=headers, params=query)
        refuse_problem(answer, N_("not found"))
        return answer

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        given = {name: value for name, value in body.items() if value not in (None, "", [], {})}
        headers = bearer(self.token)
        answer = request("POST", f"{self.url}{path}", what=N_("the portal"), headers=headers, json=given)
        refuse_problem(answer, N_("nothing was recorded"))
        return answer.json()


def _portal(url: str | None, token: str | None) -> _Portal:
    return _Portal(endpoints.portal_url(url), tokens.for_calls(token))


@certificate.command()
def show(code: Code, json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None) -> None:
    """Show what a certificate says and how it stands today.

    \b
    Example:
      suyuan certificate show GF141031260007
    """
    found = _portal(portal, token).get(_path(code)).json()
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
        for page in _pages(_portal(portal, token), code, after or ()):
            fresh = [row for row in page["dependents"] if row["key"] not in seen]
            seen.update(row["key"] for row in fresh)
            withheld += page["withheld"]
            end_progress()
            _print_rows(fresh, page, json=json, first=len(seen) == len(fresh))
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


@certificate.command()
def issue(
    code: Code,
    scheme: Annotated[str, typer.Option("--scheme", help="green_food, organic, gi or laboratory.")],
    valid_from: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day on which it is valid.")],
    valid_to: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day on which it is valid.")],
    scope: Annotated[
        list[str] | None, typer.Option("--for", metavar="CODE", help="A plot, place, product or party it is for.")
    ] = None,
    lots: Annotated[list[str] | None, typer.Option("--lot", metavar="CODE", help="A lot it is for.")] = None,
    number: Annotated[str, typer.Option("--number", help="Its printed number, where that is not CODE.")] = "",
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Issue a certificate, in the name of whose token it is.

    \b
    Example:
      suyuan certificate issue GF141031260007 --scheme green_food --from 2026-03-15 --to 2029-03-14 --for P-0417
    """
    body = {
        "certificate": code,
        "state": "issued",
        "scheme": scheme,
        "number": number,
        "scope": scope,
        "lots": lots,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    _report(_portal(portal, token), body, say(_DONE["issued"], code=code), json=json)


@certificate.command()
def suspend(
    code: Code, reason: Reason, json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None
) -> None:
    """Suspend a certificate of yours: what leans on it is held until it is reinstated."""
    _change(_portal(portal, token), code, "suspended", reason, json=json)


@certificate.command()
def reinstate(
    code: Code, reason: Reason, json: Json = False, portal: endpoints.Portal = None, token: endpoints.Token = None
) -> None:
    """Reinstate a suspended certificate of yours."""
    _change(_portal(portal, token), code, "reinstated", reason, json=json)


@certificate.command()
def revoke(
    code: Code,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask after showing what leans on it.")] = False,
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Revoke a certificate of yours for good. What leans on it is shown first."""
    where = _portal(portal, token)
    if not yes and not json:
        count = _show_leaning(where, code)
        agree(say("{count} things lean on it. Revoke it for good?", count=count))
    _change(where, code, "revoked", reason, json=json)


def _show_leaning(where: _Portal, code: str) -> str:
    """The first page; how many there are of all, with those that do not concern the caller. Counting ends somewhere."""
    seen: set[str] = set()
    withheld = 0
    for n, page in enumerate(_pages(where, code, (), page_size=_COUNTED_AT_ONCE)):
        if n == 0:
            _print_rows(page["dependents"][:_SHOWN], page, json=False, first=True)
        seen.update(row["key"] for row in page["dependents"])
        withheld += page["withheld"]
        if n + 1 == _MOST_PAGES and page["next_page_token"]:
            end_progress()
            return say("more than {count}", count=len(seen) + withheld)
        print_progress(say("{count} found ...", count=len(seen) + withheld))
    end_progress()
    if len(seen) > _SHOWN:
        print(say("... and more"))
    return str(len(seen) + withheld)


@certificate.command()
def hegezheng(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A lot, or the number of a certificate that it has.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where its paper goes: .pdf, .png or .zpl.")
    ] = None,
    size: Annotated[str, typer.Option("--size", help="a6, a5, 100x70 or 60x40 (millimetres).")] = "",
    basis: Annotated[
        list[str] | None,
        typer.Option("--basis", help="quality_control (unless told otherwise), own_test or commissioned_test."),
    ] = None,
    evidence: Annotated[
        list[str] | None,
        typer.Option("--evidence", metavar="LOT=WORD", help="inspection, rapid_test or statement, for a lot without."),
    ] = None,
    mass: Annotated[str, typer.Option("--mass", help="Its weight, where nobody weighed it: 62.5 or 125斤.")] = "",
    json: Json = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Issue the 承诺达标合格证 of a lot, unless it has one, and write its paper.

    For a pooled lot the certificates of what went in are collected; where one is missing it is named, and --evidence
    says what there is instead.

    \b
    Examples:
      suyuan certificate hegezheng '(01)09520001000010(10)G0912' --out card.pdf
      suyuan certificate hegezheng HGZ20260912-7K3QF2WX --out label.zpl --size 60x40
    """
    if out is not None and out.suffix not in FORMATS:
        raise Failure(say("{file}: its name ends with {endings}", file=out, endings=", ".join(FORMATS)))
    if size and size not in SIZES:
        raise Failure(say("--size {size}: there are {sizes} (millimetres)", size=size, sizes=", ".join(SIZES)))
    where = _portal(portal, token)
    number, answer = _issued(where, code, basis or ["quality_control"], _evidence(evidence or ()), mass)
    if out is not None:
        _write_paper(where, number, answer, out, size)
    if json:
        print_json(answer | ({"file": str(out)} if out else {}))
        return
    print(number + (f"  {out}" if out else ""))


def _write_paper(where: _Portal, number: str, answer: Mapping[str, Any], out: Path, size: str) -> None:
    """Once the portal knows the certificate that it has just issued. Raises Failure."""
    receipt = answer.get("receipt")
    asked = {"size": size, "after": _receipt(receipt) if receipt else ""}
    path = f"/certificates/{quote(number, safe='')}.{FORMATS[out.suffix]}"
    deadline = time.monotonic() + _PAPER_WITHIN_S
    while True:
        try:
            drawn = where.get(path, **{name: value for name, value in asked.items() if value})
            break
        except Failure as failure:
            if not receipt:
                raise
            if time.monotonic() > deadline:
                raise Failure(say(_LATER, number=number, why=failure, file=out)) from failure
        time.sleep(_POLL_S)
    out.write_bytes(drawn.content)


def _receipt(receipt: Mapping[str, Any]) -> str:
    return f"{receipt['topic']}:{receipt['partition']}:{receipt['offset']}"


def _issued(
    where: _Portal, code: str, basis: Sequence[str], evidence: Mapping[str, str], mass: str
) -> tuple[str, dict[str, Any]]:
    """The number, and what there is to say of it; of the last where the lot has several."""
    if code.upper().startswith("HGZ"):
        return code, {"number": code}
    offer = where.get("/api/commitments", lot=code).json()
    if offer["issued"]:
        id_, number = list(offer["issued"].items())[-1]
        return number, {"number": number, "certificate": id_}
    keys = {short(lot): lot for lot in offer["missing"]} | {lot: lot for lot in offer["missing"]}
    said = {keys.get(lot, lot): word for lot, word in evidence.items()}
    if bare := [short(lot) for lot in offer["missing"] if lot not in said]:
        wanted = "no certificate of {lots} was collected: say what there is instead, as in --evidence {lot}=rapid_test"
        raise Failure(say(wanted, lots=joined(bare), lot=bare[0]), NO)
    body = {"lot": offer["lot"], "basis": list(basis), "evidence": said, "mass": mass}
    answer: dict[str, Any] = where.post("/api/commitments", body)
    return answer["number"], answer


def _evidence(given: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if wrong := next((lot for lot, sign, _ in pairs if not sign), None):
        raise Failure(say("--evidence {lot}: write LOT=WORD, for example {lot}=rapid_test", lot=wrong))
    return {lot: word for lot, _, word in pairs}


def _change(where: _Portal, code: str, state: str, reason: str, *, json: bool) -> None:
    said = say(_DONE[state], code=code)
    _report(where, {"certificate": code, "state": state, "reason": reason}, said, json=json)


def _report(where: _Portal, body: Mapping[str, Any], said: str, *, json: bool) -> None:
    answer = where.post("/api/certificates", body)
    if json:
        print_json(answer)
        return
    receipt = answer["receipt"]
    print(f"{said}  {say('receipt')} {_receipt(receipt)}")


def _pages(where: _Portal, code: str, after: Sequence[str], **more: int) -> Iterator[dict[str, Any]]:
    token = ""
    while True:
        page = where.get(f"{_path(code)}/dependents", page_token=token, after=list(after), **more).json()
        yield page
        token = page["next_page_token"]
        if not token:
            return


def _path(code: str) -> str:
    return f"/api/certificates/{quote(code, safe='')}"


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


def _print_rows(rows: Sequence[Mapping[str, Any]], page: Mapping[str, Any], *, json: bool, first: bool) -> None:
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
            say("void since {when}", when=_time(row["void_since_ms"])) if row.get("void_since_ms") else "",
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
