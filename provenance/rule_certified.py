"""Rule 4, certified: each scheme the brand requires covered the goods at harvest or packing, and still stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from provenance.case import Case, day_of
from provenance.certificates import Certificate
from provenance.history import Step
from provenance.verdicts import Outcome, RuleResult
from provenance.weights import gtin_of

ACCREDITED = frozenset({"green_food", "organic", "gi", "laboratory"})
"""Schemes for which the issuer must be accredited; a commitment of the producer's own (承诺达标合格证) needs nobody."""
WITHDRAWN = ("suspended", "revoked", "not_issued")

SCHEMES = {
    "green_food": ("绿色食品", "Green Food"),
    "organic": ("有机产品", "organic"),
    "gi": ("地理标志", "geographical indication"),
    "laboratory": ("实验室检测报告", "laboratory report"),
    "commitment": ("承诺达标合格证", "commitment of compliance"),
}
_ZH = {
    "none": "品牌不要求认证。",
    "passed": "采收或包装时持有{scheme}认证，至今未被撤销。",
    "failed": "没有覆盖全部果实的有效{scheme}认证。",
    "withdrawn": "{scheme}认证已被暂停或撤销。",
    "unknown": "记录中提到证书，但其内容没有上报，无法确认{scheme}认证。",
}
_EN = {
    "none": "The brand asks for no certificate.",
    "passed": "Certified at harvest or packing ({scheme}), and not withdrawn since.",
    "failed": "No valid certificate ({scheme}) covers all of the fruit.",
    "withdrawn": "The certificate ({scheme}) has been suspended or withdrawn.",
    "unknown": "A certificate is named, but what it says was not reported, so this is not known: {scheme}.",
}
_OUTCOME: dict[str, Outcome] = {
    "none": "passed",
    "passed": "passed",
    "failed": "failed",
    "withdrawn": "failed",
    "unknown": "unknown",
}
_WORST_FIRST = ("withdrawn", "failed", "unknown", "passed")


def certified(case: Case) -> RuleResult:
    """Each scheme is judged at the time of harvest or packing, and again now."""
    schemes = sorted(case.brand.required_certificate_schemes)
    if not schemes:
        return _result("none", (), ())
    found = {scheme: _judge(scheme, case) for scheme in schemes}
    worst = next(word for word in _WORST_FIRST if any(word == judged for judged, _ in found.values()))
    concerned = [scheme for scheme in schemes if found[scheme][0] == worst]
    return _result(worst, concerned, tuple(id_ for scheme in concerned for id_ in found[scheme][1]))


def _judge(scheme: str, case: Case) -> tuple[str, tuple[str, ...]]:
    of_scheme = [c for c in case.history.certificates if c.scheme == scheme]
    ids = tuple(dict.fromkeys(id_ for certificate in of_scheme for id_ in certificate.event_ids))
    standing = [c for c in of_scheme if c.validity(case.now_ms) not in WITHDRAWN]
    if _covered(standing, case):
        return "passed", ids
    if _covered(of_scheme, case):
        return "withdrawn", ids
    named, told = _named(case), {certificate.id for certificate in case.history.certificates}
    return ("unknown", named[1]) if named[0] - told else ("failed", ids)


def _named(case: Case) -> tuple[set[str], tuple[str, ...]]:
    steps = [step for step in case.history.steps if step.in_force and not step.carried and step.event.certificates]
    return {id_ for s in steps for id_ in s.event.certificates}, tuple(s.event_id for s in steps)


def _covered(certificates: Iterable[Certificate], case: Case) -> bool:
    """Whether every way back from the goods to a harvest meets something that was certified when it was made."""
    listed = list(certificates)
    left, seen = [case.history.key], {case.history.key}
    while left:
        key = left.pop()
        unvouched = [step for step in case.making(key) if not _vouched(key, step, listed, case)]
        if case.making(key) and not unvouched:
            continue
        sources = case.history.made_of.get(key, frozenset())
        if not sources or any(_brought_in(key, step) for step in unvouched):
            return False
        left += sources - seen
        seen |= sources
    return True


def _brought_in(key: str, step: Step) -> bool:
    """Whether the step added some of a lot from nowhere, rather than made it of something."""
    return step.event.action == "ADD" and any(item.key == key and item.of_class for item in step.event.objects)


def _vouched(key: str, step: Step, certificates: Iterable[Certificate], case: Case) -> bool:
    on = day_of(step.event)
    sites = [case.site(place, on) for place in step.event.places]
    about = {key, gtin_of(key), *step.event.places, *(party for _, party in step.event.sources)}
    about |= {id_ for site in sites if site for id_ in (site.id, site.party)}
    return any(c.scope & about and _good(c, step.event.time_ms, case) for c in certificates)


def _good(certificate: Certificate, time_ms: int, case: Case) -> bool:
    return _valid_then(certificate, time_ms) and _accredited(certificate, time_ms, case)


def _valid_then(certificate: Certificate, time_ms: int) -> bool:
    return certificate.validity(time_ms) == "valid"


def _accredited(certificate: Certificate, time_ms: int, case: Case) -> bool:
    if certificate.scheme not in ACCREDITED:
        return True
    on: date = datetime.fromtimestamp(time_ms / 1000, UTC).date()
    held = case.registry.accreditations(certificate.issuer, on)
    return any(certificate.scheme in accreditation.schemes for accreditation in held)


def _result(found: str, schemes: Iterable[str], event_ids: tuple[str, ...]) -> RuleResult:
    names = [SCHEMES.get(scheme, (scheme, scheme)) for scheme in schemes]
    zh, en = "、".join(zh for zh, _ in names), ", ".join(en for _, en in names)
    return RuleResult(
        "certified", _OUTCOME[found], _ZH[found].format(scheme=zh), _EN[found].format(scheme=en), event_ids
    )
