"""`suyuan verify`: what a label is worth; online by the portal, or offline by the published keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli import endpoints
from cli.failures import NO, Failure
from cli.files import called, read_bytes, text_of
from cli.language import again, headed, pick, say
from cli.output import print_json
from cli.portal import Portal
from cli.said_elsewhere import LABEL_KEYS
from provenance.labels.offline import OfflineAnswer, check_offline
from provenance.labels.published_keys import KeysUnreadable, PublishedKeys, read_keys

ISSUER = "suyuan"
GOOD = frozenset({"issued", "signed"})
A_CALL = 1_000

Answer = Mapping[str, Any]
"""code, verdict, sentence_zh, sentence_en; of a label of ours also gtin, lot, serial."""


def verify(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Link or short code of a label; - is the pipe.")],
    keys: Annotated[
        str, typer.Option("--keys", metavar="FILE", help="Offline, by the published keys: JWKS, or verifier keys.")
    ] = "",
    issuer: Annotated[
        str, typer.Option("--issuer", metavar="NAME", help="Who signs. [default: as the keys say, else suyuan]")
    ] = "",
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="Where labels lead. [default: as the keys say, else --portal]")
    ] = "",
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
    json: Annotated[bool, typer.Option("--json", help="Print the answers as JSON, for programs.")] = False,
) -> None:
    """Check a label: online, or offline by its signature.

    With --keys nobody is asked, so copying is not checked, nor a recall or a label made void. The keys are what the
    portal gives at /.well-known/label-keys.json. Many codes come by the pipe, one a line. Exit code: 0 all good, 1 some
    not, 2 the keys cannot be read or nobody answers.

    \b
    Examples:
      suyuan verify BX7K-3QM9-TPWR
      suyuan verify 'https://pears.example/01/…/10/…/21/…?sig=…' --keys label-keys.json
      zxing-scan boxes/*.png | suyuan verify - --keys label-keys.json
    """
    codes = _codes(code)
    if keys:
        published = _published(keys)
        where = url or published.url or endpoints.portal_url(portal)
        answers = list(_offline(codes, published, url=where, issuer=issuer or published.issuer or ISSUER))
    else:
        answers = list(_online(codes, Portal.of(portal, token)))
    for answer in answers:
        _print(answer, json=json, several=len(answers) > 1)
    raise typer.Exit(0 if all(answer["verdict"] in GOOD for answer in answers) else NO)


def _online(codes: Sequence[str], portal: Portal) -> Iterator[Answer]:
    for start in range(0, len(codes), A_CALL):
        asked = {"codes": codes[start : start + A_CALL]}
        yield from portal.post("/api/labels/verify", asked, say("not checked"))["answers"]


def _offline(codes: Sequence[str], published: PublishedKeys, *, url: str, issuer: str) -> Iterator[Answer]:
    """Raises Failure for a code without a signature."""
    if short := next((one for one in codes if "/" not in one), None):
        raise Failure(say("{code} carries no signature, so it cannot be checked offline: scan the link", code=short))
    for code in codes:
        yield _plain(code, check_offline(code, published, url=url, issuer=issuer))


def _plain(code: str, answer: OfflineAnswer) -> Answer:
    said = asdict(answer)
    said |= said.pop("label") or {}
    return {"code": code, **{name: value for name, value in said.items() if value}}


def _published(name: str) -> PublishedKeys:
    """Raises Failure."""
    try:
        return read_keys(text_of(name, read_bytes(name), is_table=False))
    except KeysUnreadable as error:
        why = again(str(error), LABEL_KEYS)
        raise Failure(headed(called(name), say("no keys of labels: {why}", why=why))) from error


def _codes(code: str) -> list[str]:
    """Raises Failure where there is none."""
    lines = text_of(code, read_bytes(code), is_table=False).splitlines() if code == "-" else [code]
    codes = [line.strip() for line in lines if line.strip()]
    if not codes:
        raise Failure(say("there is no code to check"))
    return codes


def _print(answer: Answer, *, json: bool, several: bool) -> None:
    if json:
        print_json(answer)
        return
    said = pick(answer["sentence_zh"], answer["sentence_en"])
    print(headed(answer["code"], said) if several else said)
    if several or "serial" not in answer:
        return
    if answer.get("lot"):
        print(say("  product {gtin}, lot {lot}, box {serial}", **answer))
    elif answer.get("roll"):
        print(say("  product {gtin}, roll {roll}, box {serial}", **answer))
