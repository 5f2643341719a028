"""What stands ready for the 承诺达标合格证 of a lot: whose certificates were collected, and for whom there is none yet.

Read from the history of the lot; nothing is judged here that the claim does not judge again (`provenance`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from provenance.certificates.commitments import SCHEME, Form
from provenance.certificates.schemes import scheme_of
from services.portal.reporting.typed import plain
from services.portal.telling.histories import Certificate, History, Step
from services.portal.telling.naming import short

MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class Gathered:
    """A lot that went in, and the certificate that was collected for it; "" where there is none yet."""

    lot: str
    name: str
    certificate: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """`own` are the certificates that stand which this party issued for the lot already, number by id."""

    lot: str
    kilograms: str
    origin: str
    gathered: tuple[Gathered, ...]
    own: Mapping[str, str]

    @property
    def form(self) -> Form:
        return "collector" if self.gathered else "producer"

    @property
    def missing(self) -> tuple[Gathered, ...]:
        return tuple(one for one in self.gathered if not one.certificate)


def offer_of(history: History, party: str) -> Offer | None:
    """For this party, of a lot; None where the history is of something else.

    Whoever grew none of it collects: from the households of what went in, or of the lot itself.
    """
    if "/10/" not in history.key or "/21/" in history.key:
        return None
    return Offer(
        lot=history.key,
        kilograms=plain(Decimal(history.kilograms)) if history.kilograms else "",
        origin=_origin(history),
        gathered=tuple(_gathered(lot, history, party) for lot in dict.fromkeys(_collected(history, party))),
        own={one.id: one.number for one in _commitments(history.key, history) if _stands(one, party)},
    )


def _stands(certificate: Certificate, party: str) -> bool:
    return certificate.issuer == party and certificate.validity == "valid"


def _collected(history: History, party: str) -> Iterator[str]:
    sources = list(_sources(history))
    yield from sources or ([] if party in _growers(history) else [history.key])


def _growers(history: History) -> set[str]:
    """Who brought what was picked, and who has the plots."""
    plots = {step.read_point for step in history.steps if _makes(step, history.key)}
    owners = {
        history.places[id_].party for id_ in plots if id_ in history.places and history.places[id_].kind == "plot"
    }
    return owners | {share.grower for share in history.shares}


def _makes(step: Step, lot: str) -> bool:
    things = step.outputs if step.event_type == "TransformationEvent" else step.objects if step.action == "ADD" else ()
    return step.standing in ("in_force", "disputed") and any(amount.key == lot for amount in things)


def _sources(history: History) -> Iterator[str]:
    for step in history.steps:
        if _makes(step, history.key):
            yield from (amount.key for amount in step.inputs)


def _gathered(lot: str, history: History, party: str) -> Gathered:
    """Without anybody's name: the reader knows the lot numbers of the day."""
    others = (one for one in _commitments(lot, history) if one.issuer != party or lot != history.key)
    valid = next((one for one in others if one.validity == "valid"), None)
    return Gathered(lot, short(lot), valid.id, valid.number) if valid else Gathered(lot, short(lot))


def _commitments(lot: str, history: History) -> Iterator[Certificate]:
    return (one for one in history.certificates if scheme_of(one.scheme) == SCHEME and lot in one.scope)


def _origin(history: History) -> str:
    """Province, county and township of the plots, in Chinese as on the paper; no village, which may be a household."""
    plots = dict.fromkeys(share.plot for share in history.shares)
    counties: dict[str, dict[str, None]] = {}
    for plot in plots:
        if (place := history.places.get(plot)) is not None:
            counties.setdefault(f"{place.province_zh}{place.county_zh}", {})[place.township] = None
    return "；".join(_in_county(county, [name for name in townships if name]) for county, townships in counties.items())


def _in_county(county: str, townships: list[str]) -> str:
    return county + "、".join(townships[:MOST_PLACES]) + ("等" if len(townships) > MOST_PLACES else "")
