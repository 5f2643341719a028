"""The words on the paper of a commitment, from the certificate, the registry, and who prints it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from provenance.certificates.commitments import BASES, TEXTS
from provenance.days import CHINA
from services.portal.certificates.ports import Certificate, Found
from services.portal.commitments.paper import Paper
from services.portal.reporting.typed import plain
from services.portal.telling.naming import short

STATES: Mapping[str, str] = {
    "revoked": "已撤销",
    "suspended": "已暂停",
    "expired": "已过期",
    "not_issued": "未开具",
    "unverified": "未核实",
}
UNSEEN = "由承诺主体打印时载明"
UNREGISTERED = "尚未登记，请向县登记员补报电话"


def paper_of(certificate: Certificate, found: Found, issuer: Mapping[str, Any], link: str, *, own: bool) -> Paper:
    """`issuer` is its registry record as the caller may see it: a name and a number of a person only where he may;
    `own` where the caller is the issuer himself."""
    said = certificate.commitment
    return Paper(
        number=certificate.number,
        rows=(
            ("产品名称", _product(said.lot, found)),
            ("数量（重量）", f"{plain(Decimal(said.kilograms))} 公斤" if said.kilograms else f"批次 {short(said.lot)}"),
            ("产地", said.origin or "—"),
            ("承诺主体", _name(certificate.issuer, found, issuer)),
            ("联系方式", str(issuer.get("phone") or (UNREGISTERED if own else UNSEEN))),
            ("开具日期", _day(certificate.valid_from)),
            ("批次", short(said.lot)),
        ),
        promise=TEXTS[said.form].zh,  # type: ignore[index]
        bases=tuple((words.zh, basis in said.basis) for basis, words in BASES.items()),
        link=link,
        void=_void(certificate),
    )


def _product(lot: str, found: Found) -> str:
    product = found.products.get(lot)
    if product is None:
        return short(lot.split("/10/", maxsplit=1)[0])
    return " ".join(dict.fromkeys(part for part in (product.name_zh, product.variety) if part))


def _name(issuer: str, found: Found, record: Mapping[str, Any]) -> str:
    actor = found.parties.get(issuer)
    own = str(record.get("personal_name") or record.get("name_zh") or "")
    return own or (actor.name_zh if actor else "") or short(issuer)


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


def _void(certificate: Certificate) -> str:
    if certificate.validity not in STATES:
        return ""
    since = max((c.time_ms for c in certificate.states if c.state == certificate.validity), default=0)
    on = datetime.fromtimestamp(since / 1000, UTC).astimezone(CHINA).date() if since else None
    return f"{STATES[certificate.validity]} {_day(on.isoformat())}" if on else STATES[certificate.validity]
