"""`suyuan certificate hegezheng`: the 承诺达标合格证 of a lot, issued where there is none, and its paper."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import endpoints
from cli.certificate_portal import filled
from cli.failures import NO, Failure
from cli.language import N_, joined, say
from cli.output import print_json
from cli.portal import Json, Portal, receipt_text
from provenance.short_names import short

FORMATS: Mapping[str, str] = {".pdf": "pdf", ".png": "png", ".zpl": "zpl"}
SIZES = ("a6", "a5", "100x70", "60x40")
"""Of its paper, as the portal draws it."""
_LATER = N_(
    "{number} is issued; its paper is not there yet ({why}): suyuan certificate hegezheng {number} --out {file}"
)
_PAPER_WITHIN_S = 20.0
_POLL_S = 0.2


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
    where = Portal.of(portal, token)
    number, answer = _issued(where, code, basis or ["quality_control"], _evidence(evidence or ()), mass)
    if out is not None:
        _write_paper(where, number, answer, out, size)
    if json:
        print_json(answer | ({"file": str(out)} if out else {}))
        return
    print(number + (f"  {out}" if out else ""))


def _write_paper(where: Portal, number: str, answer: Mapping[str, Any], out: Path, size: str) -> None:
    """Once the portal knows the certificate that it has just issued. Raises Failure."""
    receipt = answer.get("receipt")
    asked = {"size": size, "after": receipt_text(receipt) if receipt else ""}
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


def _issued(
    where: Portal, code: str, basis: Sequence[str], evidence: Mapping[str, str], mass: str
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
    answer: dict[str, Any] = where.post("/api/commitments", filled(body))
    return answer["number"], answer


def _evidence(given: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if wrong := next((lot for lot, sign, _ in pairs if not sign), None):
        raise Failure(say("--evidence {lot}: write LOT=WORD, for example {lot}=rapid_test", lot=wrong))
    return {lot: word for lot, _, word in pairs}
