"""Certificates as a person reads them: what and whose, for what, from when to when, and how each stands today.

How one stands was judged by `traceability`; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from provenance.certificates import schemes
from provenance.days import CHINA
from services.portal.languages import Language
from services.portal.sentences import N_, say
from services.portal.telling.days import day
from services.portal.telling.histories import Certificate, CertificateState, History, Step
from services.portal.telling.naming import name_of, near, product_name, short
from services.portal.telling.step_words import WORDS_OF_VALIDITY

MOST_SCOPE = 6

_TONES: Mapping[str, str] = {"valid": "good", "not_begun": "wait"}
"""Any other is bad."""
STATES: Mapping[str, str] = {
    "issued": N_("issued"),
    "suspended": N_("suspended"),
    "reinstated": N_("reinstated"),
    "revoked": N_("revoked"),
    "expired": N_("expired"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of its history: the day, the word, the event that says so, and why, as its reporter wrote it."""

    when: str
    word: str
    event_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ToldCertificate:
    """`carries`: the label's tick rests on it. `tone` is good, wait or bad."""

    scheme: str
    number: str
    issuer: str
    scope: str
    days: str
    status: str
    tone: str
    carries: bool
    history: tuple[Change, ...]
    id: str = ""


def certificates(history: History, language: Language, evidence: Collection[str]) -> tuple[ToldCertificate, ...]:
    """Of these goods; those that carry the claim first. `evidence`: ids of the events a passed rule rests on."""
    own = [certificate for certificate in history.certificates if _is_own(certificate, history, evidence)]
    told = [certificate_card(certificate, history, language, evidence) for certificate in own]
    known = {certificate.id for certificate in history.certificates}
    named = dict.fromkeys(id_ for step in history.steps for id_ in step.certificates if id_ not in known)
    unheard = [_unheard(id_, language) for id_ in named]
    return tuple(sorted([*told, *unheard], key=lambda one: not one.carries))


def _is_own(certificate: Certificate, history: History, evidence: Collection[str]) -> bool:
    """Whether it was issued, and its days had begun and not ended, when something it is for was picked or made; where
    the steps do not say what it is for, when anything was. One of a later harvest is none of an earlier box; but one
    renewed since, on whose earlier issue a rule rests, is."""
    if any(change.event_id in evidence for change in certificate.states):
        return True
    made = [step for step in history.steps if _makes(step)]
    concerned = [step for step in made if not _about(step, history).isdisjoint(certificate.scope)]
    named = any(certificate.id in step.certificates for step in history.steps)
    return named or not made or any(_stood(certificate, step) for step in concerned or made)


def _makes(step: Step) -> bool:
    return step.event_type == "TransformationEvent" or (step.event_type, step.action) == ("ObjectEvent", "ADD")


def _about(step: Step, history: History) -> set[str]:
    things = {amount.key for amount in (*step.objects, *step.outputs)}
    places = {step.read_point, step.biz_location}
    owners = {history.places[place].party for place in places if place in history.places}
    return things | {key.split("/10/")[0].split("/21/")[0] for key in things} | places | owners


def _stood(certificate: Certificate, step: Step) -> bool:
    on = datetime.fromtimestamp(step.time_ms / 1000, UTC).astimezone(CHINA).date().isoformat()
    issued = [c.time_ms for c in certificate.states if c.state == "issued" and not c.unverified]
    begun = certificate.valid_from <= on and (not issued or min(issued) <= step.time_ms)
    return begun and (not certificate.valid_to or on < certificate.valid_to)


def certificate_card(
    certificate: Certificate, history: History, language: Language, evidence: Collection[str] = ()
) -> ToldCertificate:
    """`history` has the names."""
    word = WORDS_OF_VALIDITY.get(certificate.validity, certificate.validity)
    return ToldCertificate(
        scheme=_scheme(certificate.scheme, language),
        number=certificate.number or short(certificate.id),
        issuer=name_of(certificate.issuer, history, language) if certificate.issuer else "",
        scope=_scope(certificate.scope, history, language),
        days=_days(certificate, language),
        status=_status(certificate, word, language),
        tone=_TONES.get(certificate.validity, "bad"),
        carries=any(change.event_id in evidence for change in certificate.states),
        history=tuple(_change(change, language) for change in certificate.states),
        id=certificate.id,
    )


def _scheme(word: str, language: Language) -> str:
    name = language.pick(*schemes.name_of(word)) if word else language.text(N_("Certificate"))
    return name[:1].upper() + name[1:]


def _unheard(id_: str, language: Language) -> ToldCertificate:
    sentence = language.text(N_("named, but its issuer has not reported what it says"))
    return ToldCertificate(language.text(N_("Certificate")), short(id_), "", "", "", sentence, "wait", False, ())


def _status(certificate: Certificate, word: str, language: Language) -> str:
    """With the day for what took effect by a report."""
    if certificate.validity in ("suspended", "revoked"):
        changes = certificate.states if certificate.validity == "revoked" else reversed(certificate.states)
        since = next((c for c in changes if c.state == certificate.validity and not c.unverified), None)
        if since is not None:
            return language.say(
                say(N_("{state} since {when}"), state=language.text(word), when=day_in_china(since.time_ms, language))
            )
    return language.text(word)


def _days(certificate: Certificate, language: Language) -> str:
    start = _said(certificate.valid_from, language, 0)
    end = _said(certificate.valid_to, language, 1)
    return f"{start or '…'} – {end or '…'}" if start or end else ""


def _said(text: str, language: Language, less_days: int) -> str:
    if not text:
        return ""
    printed = date.fromisoformat(text) - timedelta(days=less_days)
    return day(datetime(printed.year, printed.month, printed.day, tzinfo=CHINA), language)


def _change(change: CertificateState, language: Language) -> Change:
    word = language.text(STATES.get(change.state, change.state))
    if change.unverified:
        word = language.say(say(N_("{state}, which is not verified and does not count"), state=word))
    return Change(day_in_china(change.time_ms, language), word, change.event_id, change.reason)


def day_in_china(time_ms: int, language: Language) -> str:
    return day(datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(CHINA), language)


def _scope(scope: Collection[str], history: History, language: Language) -> str:
    names = [_scope_name(key, history, language) for key in scope]
    shown = ("、" if language.code == "zh" else ", ").join(dict.fromkeys(names[:MOST_SCOPE]))
    more = len(names) - MOST_SCOPE
    return f"{shown} {language.say(say(N_('and {count} more'), count=more))}" if more > 0 else shown


def _scope_name(key: str, history: History, language: Language) -> str:
    """A plot by its code too, for several have one name; a lot by its product and number."""
    if "/10/" in key:
        return f"{product_name(key, history, language)} {short(key)}".strip()
    name, place = name_of(key, history, language), history.places.get(key)
    if place is None or place.kind != "plot":
        return name
    return f"orchard {short(key)} ({near(place, language) or name})" if language.code == "en" else f"{name}{short(key)}"
