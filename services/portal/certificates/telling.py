"""A certificate's page in a person's language: its card, what it commits to, and what leans on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from provenance.certificates.commitments import BASES, EVIDENCE, TEXTS
from provenance.certificates.states import WITHDRAWN
from provenance.short_names import Words
from services.portal.certificates.ports import Certificate, Dependent, DependentsPage, Found
from services.portal.certificates.reading import ToldCertificate, certificate_card, day_in_china
from services.portal.languages import Language
from services.portal.reporting.typed import plain
from services.portal.sentences import N_, say
from services.portal.telling.histories import History
from services.portal.telling.naming import name_of, product_name, short

KINDS = {"lot": N_("lot"), "item": N_("box"), "container": N_("pallet")}
FORMS = {"producer": N_("by the producer"), "collector": N_("by who collected it")}


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """`promise` and `lines` are of a commitment; `void` says that it is."""

    card: ToldCertificate
    promise: str
    lines: tuple[Line, ...]
    void: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that leans on it."""

    key: str
    name: str
    kind: str
    weight: str
    holders: str
    void: str


def told(certificate: Certificate, found: Found, language: Language) -> Told:
    names = History(
        code=certificate.id,
        key=certificate.id,
        places=found.places,
        parties=found.parties,
        products=found.products,
    )
    card = certificate_card(certificate, names, language)
    void = certificate.validity in WITHDRAWN
    said = certificate.commitment
    if not said.form:
        return Told(card, "", (), void)
    promise = TEXTS[said.form]  # type: ignore[index]
    return Told(card, language.pick(promise.zh, promise.en), tuple(_lines(certificate, names, language)), void)


def _lines(certificate: Certificate, names: History, language: Language) -> Iterator[Line]:
    said = certificate.commitment
    yield Line(N_("Product"), product_name(said.lot, names, language) or short(said.lot))
    yield Line(N_("Lot"), short(said.lot))
    if said.kilograms:
        yield Line(N_("Weight"), _kg(said.kilograms, language))
    yield Line(N_("Origin"), said.origin)
    yield Line(N_("Issued"), language.text(FORMS.get(said.form, said.form)))
    yield Line(N_("Rests on"), _together((BASES[one] for one in BASES if one in said.basis), language))
    if said.collected:
        kinds = [EVIDENCE.get(one.evidence, Words(one.evidence, one.evidence)) for one in said.collected]  # type: ignore[call-overload]
        yield Line(
            N_("Collected"),
            ", ".join(
                f"{short(one.lot)} ({language.pick(kind.zh, kind.en)})"
                for one, kind in zip(said.collected, kinds, strict=True)
            ),
        )


def _kg(kilograms: str, language: Language) -> str:
    return f"{plain(Decimal(kilograms))} {language.text(N_('kg'))}"


def _together(words: Iterator[Words], language: Language) -> str:
    return ("、" if language.code == "zh" else ", ").join(language.pick(one.zh, one.en) for one in words)


def rows(page: DependentsPage, language: Language) -> tuple[Row, ...]:
    names = History(code="", key="", places=page.places, parties=page.parties, products=page.products)
    return tuple(_row(one, names, language) for one in page.dependents)


def _row(one: Dependent, names: History, language: Language) -> Row:
    holders = dict.fromkeys(name_of(holder.site or holder.party, names, language) for holder in one.holders)
    product = product_name(one.key, names, language)
    return Row(
        key=one.key,
        name=f"{product} {short(one.key)}".strip(),
        kind=language.text(KINDS.get(one.kind, one.kind)),
        weight=_kg(one.kilograms, language) if one.kilograms else "",
        holders=("、" if language.code == "zh" else ", ").join(holders),
        void=day_in_china(one.void_since_ms, language) if one.void_since_ms else "",
    )


def counted(page: DependentsPage, language: Language) -> str:
    """How many the reader may not see."""
    if not page.withheld:
        return ""
    if not page.withheld_kg:
        return language.say(say(N_("{count} more were made under it that do not concern you"), count=page.withheld))
    kg = plain(Decimal(page.withheld_kg))
    return language.say(
        say(N_("{count} more were made under it that do not concern you, {kg} kg"), count=page.withheld, kg=kg)
    )
