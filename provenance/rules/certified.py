"""Rule 4, certified: each scheme the brand requires covered the goods at harvest or packing, and still stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from provenance.certificates.issuers import accredited_at
from provenance.certificates.schemes import is_of_a_lot, name_of, scheme_of
from provenance.certificates.states import WITHDRAWN, Certificate
from provenance.days import day_of
from provenance.histories.history import Step
from provenance.rules.case import Case
from provenance.rules.certified_words import EN, REMEDIES, ZH, certificate_words, thing_words, why_not
from provenance.rules.commitment_cover import committed
from provenance.rules.verdicts import Outcome, RuleResult
from provenance.short_names import Words, listed, short
from provenance.weights import gtin_of

_OUTCOME: dict[str, Outcome] = {
    "none": "passed",
    "passed": "passed",
    "failed": "failed",
    "withdrawn": "failed",
    "unknown": "unknown",
}
_WORST_FIRST = ("withdrawn", "failed", "unknown", "passed")


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was found of one scheme: the certificates it rests on, and what none of them covers."""

    word: str
    certificates: tuple[Certificate, ...] = ()
    uncovered: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    event_ids: tuple[str, ...] = ()

    @property
    def evidence(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*(id_ for c in self.certificates for id_ in c.event_ids), *self.event_ids)))

    @property
    def concerns(self) -> tuple[str, ...]:
        told = () if self.word == "passed" else (*self.uncovered, *(c.id for c in self.certificates), *self.named)
        return tuple(dict.fromkeys(told))


def certified(case: Case) -> RuleResult:
    """Each scheme is judged at the time of harvest or packing, and again now."""
    schemes = sorted({scheme_of(word) for word in case.brand.required_certificate_schemes})
    if not schemes:
        return RuleResult("certified", "passed", ZH["none"], EN["none"])
    found = {scheme: _judge(scheme, case) for scheme in schemes}
    worst = next(word for word in _WORST_FIRST if any(word == judged.word for judged in found.values()))
    return _result(worst, {scheme: judged for scheme, judged in found.items() if judged.word == worst}, case)


def _judge(scheme: str, case: Case) -> _Judged:
    of_scheme = [c for c in case.certificates if any(scheme_of(i.scheme) == scheme for i in c.issues)]
    standing = [c for c in of_scheme if c.validity(case.now_ms) not in WITHDRAWN]
    covered = committed if is_of_a_lot(scheme) else partial(_covered, scheme)
    used, uncovered = covered(standing, case)
    if not uncovered:
        return _Judged("passed", used)
    used_then, uncovered_then = covered(of_scheme, case)
    if not uncovered_then:
        return _Judged("withdrawn", tuple(c for c in used_then if c not in standing))
    named, ids = _named(case)
    named -= {certificate.id for certificate in case.certificates}
    if named:
        return _Judged("unknown", (), uncovered, tuple(sorted(named)), ids)
    return _Judged("failed", tuple(of_scheme), uncovered)


def _named(case: Case) -> tuple[set[str], tuple[str, ...]]:
    steps = [step for step in case.history.steps if step.in_force and not step.carried and step.event.certificates]
    return {id_ for s in steps for id_ in s.event.certificates}, tuple(s.event_id for s in steps)


def _covered(
    scheme: str, certificates: Iterable[Certificate], case: Case
) -> tuple[tuple[Certificate, ...], tuple[str, ...]]:
    """The certificates met on the ways back from the goods to the harvests, each where it was good when the thing was
    made; and the things at which a way ended that met none."""
    good, used, uncovered = list(certificates), dict[tuple[str, str], Certificate](), dict[str, None]()
    left, seen = [case.history.key], {case.history.key}
    while left:
        key = left.pop()
        making = case.making(key)
        vouchers = [(step, _vouchers(key, step, good, scheme, case)) for step in making]
        used |= {(c.id, c.issuer): c for _, found in vouchers for c in found}
        unvouched = [step for step, found in vouchers if not found]
        if making and not unvouched:
            continue
        sources = case.history.made_of.get(key, frozenset())
        if not sources or any(_brought_in(key, step) for step in unvouched):
            uncovered[key] = None
        left += sorted(sources - seen)
        seen |= sources
    return tuple(used.values()), tuple(uncovered)


def _brought_in(key: str, step: Step) -> bool:
    """Whether the step added some of a lot from nowhere, rather than made it of something."""
    return step.event.action == "ADD" and any(item.key == key and item.of_class for item in step.event.objects)


def _vouchers(key: str, step: Step, certificates: Iterable[Certificate], scheme: str, case: Case) -> list[Certificate]:
    """Those in whose scope the thing, its product, or where or by whom it was made is, and that were good then."""
    on = day_of(step.event)
    sites = [case.site(place, on) for place in step.event.places]
    about = {key, gtin_of(key), *step.event.places, *(party for _, party in step.event.sources)}
    about |= {id_ for site in sites if site for id_ in (site.id, site.party)}
    made_ms = step.event.time_ms
    return [
        c
        for c in certificates
        if (c.issue(made_ms).scope & about and _good(c, made_ms, scheme, case))
        or _good_later(c, key, made_ms, scheme, case)
    ]


def _good_later(certificate: Certificate, key: str, made_ms: int, scheme: str, case: Case) -> bool:
    """Of a certificate of this very lot, which can only be written when there is one: before it was used."""
    good_ms = certificate.first_valid(made_ms, case.until_used(key), (key,))
    return good_ms is not None and _good(certificate, good_ms, scheme, case)


def _good(certificate: Certificate, time_ms: int, scheme: str, case: Case) -> bool:
    of_scheme = scheme_of(certificate.issue(time_ms).scheme) == scheme
    return of_scheme and certificate.validity(time_ms) == "valid" and accredited_at(certificate, time_ms, case.registry)


def _result(found: str, judged: Mapping[str, _Judged], case: Case) -> RuleResult:
    names = [name_of(scheme) for scheme in judged]
    certificates = [c for one in judged.values() for c in one.certificates]
    numbers = listed(certificate_words(found, c, case) for c in certificates)
    uncovered = listed(thing_words(key, case) for one in judged.values() for key in one.uncovered)
    named = listed(Words(short(id_), short(id_)) for one in judged.values() for id_ in one.named)
    zh = {"scheme": "、".join(zh for zh, _ in names), "numbers": numbers.zh, "names": uncovered.zh, "named": named.zh}
    en = {"scheme": ", ".join(en for _, en in names), "numbers": numbers.en, "names": uncovered.en, "named": named.en}
    why = why_not(certificates, case) if found == "failed" else Words("", "")
    remedy = REMEDIES["uncommitted" if found == "failed" and all(map(is_of_a_lot, judged)) else found]
    return RuleResult(
        "certified",
        _OUTCOME[found],
        ZH[found].format(**zh) + why.zh,
        EN[found].format(**en) + why.en,
        tuple(dict.fromkeys(id_ for one in judged.values() for id_ in one.evidence)),
        remedy.zh,
        remedy.en,
        tuple(dict.fromkeys(key for one in judged.values() for key in one.concerns)),
    )
