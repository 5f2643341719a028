"""What the rule about certificates says, who can mend it, and how a certificate stands, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from provenance.certificates.issuers import accredited_at
from provenance.certificates.states import WITHDRAWN, Certificate, Issue, Validity
from provenance.days import china_day
from provenance.registry.known_parties import party_words
from provenance.rules.case import Case
from provenance.short_names import Words, listed, short

ZH = {
    "none": "品牌不要求认证。",
    "passed": "采收或包装时持有{scheme}认证（{numbers}），至今未被撤销。",
    "failed": "没有覆盖全部果实的有效{scheme}认证。未覆盖：{names}。",
    "withdrawn": "{scheme}认证已被暂停或撤销：{numbers}。",
    "unknown": "记录中提到证书{named}，但其内容没有上报，无法确认{scheme}认证。",
}
EN = {
    "none": "The brand asks for no certificate.",
    "passed": "Certified at harvest or packing ({scheme}, {numbers}), and not withdrawn since.",
    "failed": "No valid certificate ({scheme}) covers all of the fruit. Not covered: {names}.",
    "withdrawn": "The certificate ({scheme}) has been suspended or withdrawn: {numbers}.",
    "unknown": "Certificate {named} is named, but what it says was not reported, so this is not known: {scheme}.",
}
REMEDIES = {
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


def certificate_words(found: str, certificate: Certificate, case: Case) -> Words:
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
    reason = last.public_reason
    why = Words(f"：{reason}", f": {reason}") if reason else Words("", "")
    return Words(f"{said.zh}，{day}由{who.zh}上报{why.zh}", f"{said.en} on {day} by {who.en}{why.en}")


def why_not(certificates: Iterable[Certificate], case: Case) -> Words:
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
    if state == "valid" and not accredited_at(certificate, case.now_ms, case.registry):
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


def thing_words(key: str, case: Case) -> Words:
    """A lot with the plot it was picked on, where it was picked."""
    picks = next((share.picks for share in case.history.shares if share.lot == key), ())
    return case.plot_words(picks[0]) if picks else Words(f"批次{short(key)}", f"lot {short(key)}")
