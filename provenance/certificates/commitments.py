"""承诺达标合格证: what a producer, or whoever buys and pools, commits to for one lot (Decree 2025 No. 4, Art. 14).

It needs no accreditation and has no end: it speaks of one lot on one day. Names and telephone numbers of who commits
are no part of it; a paper gets them from the registry when it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal, get_args

from epcis.events import Event
from epcis.identifiers import canonical
from provenance.quantities import LEAST_KG
from provenance.short_names import Words

Form = Literal["producer", "collector"]
Basis = Literal["quality_control", "own_test", "commissioned_test"]
Evidence = Literal["certificate", "inspection", "rapid_test", "statement"]

SCHEME = "commitment"
TEXTS: Mapping[Form, Words] = {
    "producer": Words(
        "未使用禁用农药、兽药及其他化合物；使用的常规农药、兽药残留不超标。",
        "No forbidden pesticide, veterinary drug or other compound was used; residues of permitted ones are within"
        " the limits.",
    ),
    "collector": Words(
        "已按规定收取并保存该批次农产品承诺达标合格证或者其他质量安全合格证明；未违规使用保鲜剂、防腐剂、添加剂等。",
        "The certificates or other proof of quality and safety of this lot were collected and are kept; no"
        " preservative, antiseptic or additive was used against the rules.",
    ),
}
"""The fixed words of 样式一 and 样式二."""
BASES: Mapping[Basis, Words] = {
    "quality_control": Words("质量安全控制符合要求", "quality and safety are controlled as required"),
    "own_test": Words("自行检测合格", "own test passed"),
    "commissioned_test": Words("委托检测合格", "commissioned test passed"),
}
EVIDENCE: Mapping[Evidence, Words] = {
    "certificate": Words("承诺达标合格证", "certificate of commitment"),
    "inspection": Words("检验报告", "inspection report"),
    "rapid_test": Words("收购时快速检测", "rapid test on delivery"),
    "statement": Words("农户书面说明", "written statement of the household"),
}
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 8
MOST_KG = Decimal(1_000_000)
_FORM, _BASIS, _COLLECTED, _ORIGIN = (f"suyuan:{name}" for name in ("form", "basis", "collected", "origin"))
_KILOGRAMS = "suyuan:kilograms"
_LOT, _KIND, _PAPER, _PHOTO = (f"suyuan:{name}" for name in ("lot", "evidence", "certificate", "fileHash"))


class CommitmentError(ValueError):
    """It cannot be issued so; the message begins with the field."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What was collected for one lot that went in: a certificate, or the evidence of a household that had none.

    `photo` is the SHA-256 of the picture of it, hex.
    """

    lot: str
    evidence: Evidence
    certificate: str = ""
    photo: str = ""

    def __post_init__(self) -> None:
        if self.evidence not in EVIDENCE:
            raise CommitmentError(f"collected: {self.evidence!r} should be one of {', '.join(EVIDENCE)}")
        if self.evidence == "certificate" and not self.certificate:
            raise CommitmentError(f"collected: say which certificate was collected for {self.lot}")
        if self.photo and (len(self.photo) != 64 or not set(self.photo) <= set("0123456789abcdef")):
            raise CommitmentError("collected: a photo is known by its SHA-256, 64 hexadecimal digits")


@dataclass(frozen=True, slots=True)
class Commitment:
    """For one lot; `kilograms` is None where it was not weighed, `origin` the place as it is printed."""

    form: Form
    basis: tuple[Basis, ...]
    lot: str
    kilograms: Decimal | None = None
    origin: str = ""
    collected: tuple[Collected, ...] = ()

    def __post_init__(self) -> None:
        if self.form not in TEXTS:
            raise CommitmentError(f"form: {self.form!r} should be one of {', '.join(get_args(Form))}")
        if not self.basis:
            raise CommitmentError("basis: tick at least one of the three on which the commitment rests")
        if unknown := set(self.basis) - BASES.keys():
            raise CommitmentError(f"basis: {min(unknown)!r} should be one of {', '.join(BASES)}")
        if self.kilograms is not None and not LEAST_KG <= self.kilograms <= MOST_KG:
            raise CommitmentError(f"kilograms: {self.kilograms} should be more than 0 and at most {MOST_KG:,}")

    @property
    def collected_for(self) -> frozenset[str]:
        return frozenset(one.lot for one in self.collected)

    def fields(self) -> dict[str, Any]:
        """As they stand in the event beside those of every certificate."""
        return {
            _FORM: self.form,
            _BASIS: list(self.basis),
            _KILOGRAMS: "" if self.kilograms is None else f"{self.kilograms:f}",
            _ORIGIN: self.origin,
            _COLLECTED: [_collected_body(one) for one in self.collected],
        }


def number_of(on: date, event_id: str) -> str:
    """HGZ, the day, and 39 bits of the event id's hash in letters no eye confuses: the same when sent again."""
    drawn = int.from_bytes(sha256(event_id.encode()).digest()[:8], "big")
    code = "".join(_ALPHABET[drawn // len(_ALPHABET) ** n % len(_ALPHABET)] for n in range(_CODE_LENGTH))
    return f"HGZ{on:%Y%m%d}-{code}"


def commitment_of(event: Event) -> Commitment | None:
    """What a certifying event commits to; None where it is of another scheme, or says too little to be one."""
    try:
        return Commitment(
            form=event.body[_FORM],
            basis=tuple(event.body[_BASIS]),
            lot=next(item.key for item in event.objects if item.of_class),
            kilograms=_decimal(event.body.get(_KILOGRAMS, "")),
            origin=str(event.body.get(_ORIGIN, "")),
            collected=tuple(_read_collected(event.body.get(_COLLECTED, ()))),
        )
    except (KeyError, TypeError, ArithmeticError, StopIteration, CommitmentError):
        return None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _collected_body(one: Collected) -> dict[str, str]:
    said = {_LOT: one.lot, _KIND: one.evidence, _PAPER: one.certificate, _PHOTO: one.photo}
    return {name: value for name, value in said.items() if value}


def _read_collected(listed: Any) -> Iterator[Collected]:
    for one in listed if isinstance(listed, list | tuple) else [listed]:
        yield Collected(
            canonical(str(one[_LOT])), one[_KIND], canonical(str(one.get(_PAPER, ""))), str(one.get(_PHOTO, ""))
        )
