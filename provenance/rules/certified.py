"""Rule 4, certified: each scheme the brand requires covered the goods at harvest or packing, and still stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from provenance.certificates.issuers import accredited
from provenance.certificates.schemes import is_of_a_lot, name_of, scheme_of
from provenance.certificates.states import WITHDRAWN, Certificate, Issue, Validity
from provenance.days import china_day, day_of
from provenance.histories.history import Step
from provenance.registry.known_parties import party_words
from provenance.rules.case import Case
from provenance.rules.commitment_cover import committed
from provenance.rules.verdicts import Outcome, RuleResult
from provenance.short_names import Words, listed, short
from provenance.weights import gtin_of

_ZH = {
    "none": "品牌不要求认证。",
    "passed": "采收或包装时持有{scheme}认证（{numbers}），至今未被撤销。",
    "failed": "没有覆盖全部果实的有效{scheme}认证。未覆盖：{names}。",
    "withdrawn": "{scheme}认证已被暂停或撤销：{numbers}。",
    "unknown": "记录中提到证书{named}，但其内容没有上报，无法确认{scheme}认证。",
}
_EN = {
    "none": "The brand asks for no certificate.",
    "passed": "Certified at harvest or packing ({scheme}, {numbers}), and not withdrawn since.",
    "failed": "No valid certificate ({scheme}) covers all of the fruit. Not covered: {names}.",
    "withdrawn": "The certificate ({scheme}) has been suspended or withdrawn: {numbers}.",
    "unknown": "Certificate {named} is named, but what it says was not reported, so this is not known: {scheme}.",
}
_REMEDIES = {
    "none": Words("", ""),
    "passed": Words("", ""),
    "failed": Words(
        "请发证机构上报覆盖这些地块或批次的证书（采收或包装时已生效）；未覆盖的果品请另行包装，不用这个品牌。",
        "The certifying body reports a certificate that covered these plots or lots at harvest or packing; else pack"
        " them without this brand.",
    ),
    "uncommitted": Words(
        "由生产者为自己的批次开具承诺达标合格证；把多家的果品合在一起的，先收取各家的合格证或其他证明，再为合批重新开具。",
        "The producer issues a certificate of commitment for the lot; who pooled lots of several collects their"
        " certificates or other evidence, and issues one for the pooled lot.",
    ),
    "withdrawn": Words(
        "被暂停的证书可由发证机构恢复；被撤销的不能恢复，依靠它的货不能用这个品牌。",
        "A suspended certificate can be reinstated by its issuer; a revoked one cannot, and what rests on it cannot"
        " carry this brand.",
    ),
    "unknown": Words(
        "请发证机构上报这张证书：种类、编号、范围和有效期。",
        "Its issuer reports the certificate: scheme, number, scope and days.",
    ),
}
_OUTCOME: dict[str, Outcome] = {
    "none": "passed",
    "passed": "passed",
    "failed": "failed",
    "withdrawn": "failed",
    "unknown": "unknown",
}
_STATES: Mapping[Validity, Words] = {
    "valid": Words("有效", "valid"),
    "not_begun": Words("尚未生效", "not yet valid"),
    "expired": Words("已过期", "expired"),
    "suspended": Words("已暂停", "suspended"),
    "revoked": Words("已撤销", "revoked"),
    "not_issued": Words("未颁发", "not issued"),
    "unverified": Words("未核实", "not verified"),
}
_UNVERIFIED = Words(
    "未核实：登记中没有发证机构对上报方的授权，或者颁发当日发证机构没有这类认证的资质",
    "not verified: by the registry its issuer gave whoever reported it no mandate, or was not accredited for it that"
    " day",
)
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
        return RuleResult("certified", "passed", _ZH["none"], _EN["none"])
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
    return of_scheme and certificate.validity(time_ms) == "valid" and _accredited(certificate, time_ms, case)


def _accredited(certificate: Certificate, time_ms: int, case: Case) -> bool:
    """Also on the day it is leaned on."""
    return accredited(certificate.issuer, certificate.issue(time_ms).scheme, case.registry, china_day(time_ms))


def _result(found: str, judged: Mapping[str, _Judged], case: Case) -> RuleResult:
    names = [name_of(scheme) for scheme in judged]
    certificates = [c for one in judged.values() for c in one.certificates]
    numbers = listed(_certificate_words(found, c, case) for c in certificates)
    uncovered = listed(_thing_words(key, case) for one in judged.values() for key in one.uncovered)
    named = listed(Words(short(id_), short(id_)) for one in judged.values() for id_ in one.named)
    zh = {"scheme": "、".join(zh for zh, _ in names), "numbers": numbers.zh, "names": uncovered.zh, "named": named.zh}
    en = {"scheme": ", ".join(en for _, en in names), "numbers": numbers.en, "names": uncovered.en, "named": named.en}
    why = _why_not(certificates, case) if found == "failed" else Words("", "")
    remedy = _REMEDIES["uncommitted" if found == "failed" and all(map(is_of_a_lot, judged)) else found]
    return RuleResult(
        "certified",
        _OUTCOME[found],
        _ZH[found].format(**zh) + why.zh,
        _EN[found].format(**en) + why.en,
        tuple(dict.fromkeys(id_ for one in judged.values() for id_ in one.evidence)),
        remedy.zh,
        remedy.en,
        tuple(dict.fromkeys(key for one in judged.values() for key in one.concerns)),
    )


def _certificate_words(found: str, certificate: Certificate, case: Case) -> Words:
    """By its number; a withdrawn one with how it stands."""
    number = certificate.number or short(certificate.id)
    if found != "withdrawn":
        return Words(number, number)
    stands = _stands(certificate, case)
    return Words(f"{number}（{stands.zh}）", f"{number} ({stands.en})")


def _stands(certificate: Certificate, case: Case) -> Words:
    """One that was suspended or revoked with the day, by whom and why."""
    state = certificate.validity(case.now_ms)
    said, last = _STATES[state], certificate.last(case.now_ms)
    if state not in WITHDRAWN or last is None:
        return said
    day, who = china_day(last.time_ms), party_words(case.registry, certificate.issuer, case.today)
    why = Words(f"：{last.reason}", f": {last.reason}") if last.reason else Words("", "")
    return Words(f"{said.zh}，{day}由{who.zh}上报{why.zh}", f"{said.en} on {day} by {who.en}{why.en}")


def _why_not(certificates: Iterable[Certificate], case: Case) -> Words:
    """What the certificates there are lack."""
    said = [_lack(certificate, case) for certificate in certificates]
    if not said:
        return Words("没有上报过这样的证书。", " No such certificate was reported.")
    names = listed(said)
    return Words(f"已上报的证书：{names.zh}。", f" Certificates reported: {names.en}.")


def _lack(certificate: Certificate, case: Case) -> Words:
    number, state = certificate.number or short(certificate.id), certificate.validity(case.now_ms)
    if state == "unverified":
        return Words(f"{number}（{_UNVERIFIED.zh}）", f"{number} ({_UNVERIFIED.en})")
    if state == "valid" and not _accredited(certificate, case.now_ms, case):
        return Words(f"{number}（发证机构没有这类认证的资质）", f"{number} (its issuer is not accredited for it)")
    stands = _stands(certificate, case)
    several = len(certificate.issues) > 1
    days = listed(_days(issue, told=several) for issue in certificate.issues)
    return Words(f"{number}（{days.zh}，{stands.zh}）", f"{number} ({days.en}, {stands.en})")


def _days(issue: Issue, *, told: bool) -> Words:
    """Where it was issued anew, `told` on which day: what it says counts from then."""
    first, last, on = issue.valid_from or "…", issue.last_day or "…", china_day(issue.time_ms)
    zh, en = (f"{on}颁发：", f"issued on {on}: ") if told else ("", "")
    return Words(f"{zh}{first}至{last}", f"{en}{first} to {last}")


def _thing_words(key: str, case: Case) -> Words:
    """A lot with the plot it was picked on, where it was picked."""
    picks = next((share.picks for share in case.history.shares if share.lot == key), ())
    return case.plot_words(picks[0]) if picks else Words(f"批次{short(key)}", f"lot {short(key)}")
