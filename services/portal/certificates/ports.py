"""What the portal reads of certificates, field for field as `traceability` answers; `rpc` carries the technology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.portal.telling import histories
from services.portal.telling.histories import Actor, Holder, Place, ProductName
from stream.receipts import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What was collected for one lot that went in."""

    lot: str = ""
    evidence: str = ""
    certificate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What a 承诺达标合格证 says; `form` is empty where a certificate is none."""

    form: str = ""
    basis: tuple[str, ...] = ()
    lot: str = ""
    kilograms: str = ""
    origin: str = ""
    collected: tuple[Collected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(histories.Certificate):
    """As in a history, with what it commits to."""

    commitment: Commitment = field(default_factory=Commitment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Those of one code, with the names of whom and what they speak of, by canonical key."""

    certificates: tuple[Certificate, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    parties: Mapping[str, Actor] = field(default_factory=dict)
    products: Mapping[str, ProductName] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """A lot, item or container that leaned on it; `void_since_ms` is 0 while the certificate stands."""

    key: str
    kind: str = ""
    kilograms: str = ""
    holders: tuple[Holder, ...] = ()
    made_ms: int = 0
    void_since_ms: int = 0
    through: tuple[str, ...] = ()
    not_followed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DependentsPage:
    """`withheld` are those of this page that the reader may not see."""

    certificate: Certificate
    dependents: tuple[Dependent, ...] = ()
    next_page_token: str = ""
    withheld: int = 0
    withheld_kg: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)
    parties: Mapping[str, Actor] = field(default_factory=dict)
    products: Mapping[str, ProductName] = field(default_factory=dict)


class Certificates(Protocol):
    async def certificate(self, codes: Sequence[str], *, after: Sequence[Receipt], token: str) -> Found:
        """By any of these ids, or by its printed number; nothing where none is known."""

    async def dependents(
        self, certificate: str, *, page_size: int, page_token: str, after: Sequence[Receipt], token: str
    ) -> DependentsPage:
        """What leaned on it, a page at a time. Raises NotFound, Rejected, Unauthorised for the public."""
