"""A judged cold chain as a message."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from produce.v1 import traceability_pb2 as pb

from provenance.cold_chain.curve import CurvePoint
from provenance.cold_chain.excursions import Excursion
from provenance.cold_chain.known import Leg
from provenance.cold_chain.verdict import ColdChain
from provenance.cold_chain.words import told
from provenance.quantities import plain_text


def cold_chain_message(key: str, found: ColdChain, curve: Iterable[CurvePoint]) -> pb.ColdChain:
    """Numbers that are no decimals are rounded to four digits; they were judged exactly."""
    said = told(found)
    return pb.ColdChain(
        key=key,
        verdict=found.verdict,
        why=found.why,
        sentence_zh=said.zh,
        sentence_en=said.en,
        least_c=_text(found.limits.least_c),
        most_c=_text(found.limits.most_c),
        tolerated_degree_minutes=_text(found.limits.tolerated),
        degree_minutes=_text(found.degree_minutes),
        known=_text(found.known),
        cool_by_ms=found.cool_by_ms or 0,
        late=found.late,
        readings=found.readings,
        lost=found.lost,
        alarms=found.alarms,
        strange=found.strange,
        excursions=map(_excursion, found.excursions),
        legs=map(_leg, found.legs),
        event_ids=found.event_ids,
        curve=(
            pb.ColdPoint(from_ms=p.since_ms, to_ms=p.until_ms, least_c=_text(p.least), most_c=_text(p.most))
            for p in curve
        ),
    )


def places_of(found: ColdChain) -> frozenset[str]:
    """Everything that may be a place with a name."""
    return frozenset(one.asset for leg in found.legs for one in leg.stay.within)


def _excursion(one: Excursion) -> pb.ColdExcursion:
    return pb.ColdExcursion(
        asset=one.asset,
        thing=one.thing,
        from_ms=one.since_ms,
        to_ms=one.until_ms,
        furthest_c=_text(one.furthest_c),
        degree_minutes=_text(one.degree_minutes),
        event_ids=one.event_ids,
    )


def _leg(leg: Leg) -> pb.ColdLeg:
    stay = leg.stay
    return pb.ColdLeg(
        thing=stay.thing,
        from_ms=stay.since_ms,
        to_ms=stay.until_ms,
        within=dict.fromkeys(one.asset for one in stay.within if one.asset != stay.thing),
        known=_text(leg.known),
        readings=leg.readings,
        least_c=_text(leg.least),
        most_c=_text(leg.most),
    )


def _text(value: Fraction | None) -> str:
    return "" if value is None else plain_text(value, 4)
