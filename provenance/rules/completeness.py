"""How complete a history is: which facts a history of this kind of goods should have, and which of them are there.

It judges nothing: a claim may be granted with a fact missing, and held with all of them there. A fact is expected by
what the goods are (picked, packed, a single box, arrived at a shop) and by what the brand and the standard ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from epcis.identifiers import whole_place
from provenance.cold_chain.of_history import cold_plan
from provenance.days import day_of
from provenance.graph.gaps import GapCode
from provenance.histories.history import Pick, Step
from provenance.payments.standing import standings_by
from provenance.rules.case import Case, grower_of
from provenance.short_names import Words

Missing = Iterable[str]
"""Keys of the lots, plots and boxes of which the fact is not there."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that should be known of the goods; `missing` names those of which it is not."""

    name: str
    words: Words
    there: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """The facts expected, in the order of the goods' way."""

    facts: tuple[Fact, ...]

    @property
    def there(self) -> int:
        return sum(fact.there for fact in self.facts)

    @property
    def share(self) -> Fraction:
        """Of the facts expected, those that are there; all, where none is."""
        return Fraction(self.there, len(self.facts)) if self.facts else Fraction(1)

    @property
    def missing(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if not fact.there)


def completeness(case: Case) -> Completeness:
    return Completeness(tuple(_fact(expected, case) for expected in _EXPECTED if expected.asked(case)))


@dataclass(frozen=True, slots=True)
class _Expected:
    """A fact, when it is asked for, and of what it is missing."""

    name: str
    words: Words
    asked: Callable[[Case], bool]
    missing: Callable[[Case], Missing]


def _fact(expected: _Expected, case: Case) -> Fact:
    missing = tuple(dict.fromkeys(expected.missing(case)))
    return Fact(expected.name, expected.words, not missing, missing)


# --- when a fact is asked for


def _always(_case: Case) -> bool:
    return True


def _picked(case: Case) -> bool:
    return any(True for _ in case.picks())


def _mixed(case: Case) -> bool:
    return any(step.event.type == "TransformationEvent" for step in _own(case))


def _packed(case: Case) -> bool:
    return case.product is not None and case.product.net_weight_kg is not None


def _one_box(case: Case) -> bool:
    return "/21/" in case.history.key and _packed(case)


def _shipped(case: Case) -> bool:
    return any(step.kind in ("shipping", "receiving") for step in _moves(case))


def _certified(case: Case) -> bool:
    return bool(case.brand.required_certificate_schemes)


def _to_be_cold(case: Case) -> bool:
    """A range is set, and it was heard of after the time by which it had to be cooled."""
    plan = cold_plan(case.history, case.registry, case.now_ms)
    return plan.limits.is_set and (plan.cool_by_ms is None or plan.cool_by_ms < plan.heard_ms)


def _at_a_shop(case: Case) -> bool:
    """It has arrived where it is sold: from then on somebody can say that it was."""
    arrivals = (step for step in _moves(case) if step.kind == "receiving")
    sites = (case.site(place, day_of(step.event)) for step in arrivals for place in step.event.places)
    return _one_box(case) and any(site is not None and site.kind == "shop" for site in sites)


# --- of what it is missing


def _untold(case: Case) -> Missing:
    return case.untold if case.untold or _picked(case) else [case.history.key]


def _unpaid(case: Case) -> Missing:
    """A payment in force names its payee, and the lot or the report of the delivery."""
    standing = standings_by(case.registry, case.beside.payments.recorded).values()
    paid = {(one.payment.payee, each.key) for one in standing if one.in_force for each in one.payment.deliveries}
    for pick, _ in case.picks():
        lot, grower = pick.event.objects[0].key, grower_of(pick, case.registry)
        if paid.isdisjoint(((grower, lot), (grower, pick.event.event_id))):
            yield lot


def _of_picks(known: Callable[[Case, Pick], bool]) -> Callable[[Case], Missing]:
    def missing(case: Case) -> Missing:
        return (pick.event.objects[0].key for pick, _ in case.picks() if not known(case, pick))

    return missing


def _on_a_plot(case: Case, pick: Pick) -> bool:
    plot = case.site(pick.plot, day_of(pick.event))
    return plot is not None and plot.kind == "plot"


def _unweighed(case: Case) -> Missing:
    """By the reports themselves: a pick that was not weighed has no share of what was."""
    brought = (item for step in _own(case) if step.kind == "harvest" for item in step.event.objects)
    return (item.key for item in brought if item.quantity is None)


def _not_applied(case: Case) -> Missing:
    told = {whole_place(application.plot) for application in case.history.applied}
    return (pick.plot for pick, _ in case.picks() if pick.plot and whole_place(pick.plot) not in told)


def _without(*kinds: str) -> Callable[[Case], Missing]:
    def missing(case: Case) -> Missing:
        return () if any(step.kind in kinds for step in _own(case)) else (case.history.key,)

    return missing


def _unmeasured(case: Case) -> Missing:
    """Readings of what it was in are read beside the history, when they are many."""
    told = case.beside.cold.days or any(step.kind == "reading" for step in _moves(case))
    return () if told else (case.history.key,)


def _unlabelled(case: Case) -> Missing:
    return () if case.making(case.history.key) else (case.history.key,)


def _without_certificate(case: Case) -> Missing:
    return () if case.certificates else (case.history.key,)


def _gap(*codes: GapCode) -> Callable[[Case], Missing]:
    def missing(case: Case) -> Missing:
        return (gap.key for gap in case.history.gaps if gap.code in codes)

    return missing


def _own(case: Case) -> Iterator[Step]:
    return (step for step in case.history.steps if step.in_force and not step.carried)


def _moves(case: Case) -> Iterator[Step]:
    """Also those of the pallet, truck or room it was in."""
    return (step for step in case.history.steps if step.in_force)


_EXPECTED = (
    _Expected("harvest", Words("采收记录", "a report of every harvest, with its day"), _always, _untold),
    _Expected("plot", Words("采收的地块", "the registered plot of every harvest"), _picked, _of_picks(_on_a_plot)),
    _Expected(
        "grower", Words("采收的种植户", "the grower of every harvest"), _picked, _of_picks(lambda _, p: bool(p.grower))
    ),
    _Expected(
        "mass",
        Words("采收的重量", "the weight of every harvest"),
        _picked,
        _unweighed,
    ),
    _Expected("farm_inputs", Words("每块地的用药用肥", "what was used on every plot"), _picked, _not_applied),
    _Expected("inspection", Words("检验", "an inspection"), _always, _without("inspection")),
    _Expected(
        "certificate", Words("品牌要求的证书", "the certificates the brand asks for"), _certified, _without_certificate
    ),
    _Expected(
        "masses",
        Words("混合、分级、包装时的重量", "the weights at pooling, grading and packing"),
        _mixed,
        _gap("unknown-quantity", "missing-parent"),
    ),
    _Expected("packing", Words("包装", "the packing"), _packed, _without("packing", "labelling")),
    _Expected("label", Words("箱子的编号标签", "the numbered label of the box"), _one_box, _unlabelled),
    _Expected(
        "receipts",
        Words("每次发货的收货记录", "the arrival of every shipment"),
        _shipped,
        _gap("missing-receipt", "missing-shipment"),
    ),
    _Expected("temperature", Words("温度记录", "temperature readings"), _to_be_cold, _unmeasured),
    _Expected("payments", Words("付给种植户的货款", "what every grower was paid"), _picked, _unpaid),
    _Expected("sale", Words("销售", "its sale"), _at_a_shop, _without("sale")),
)
