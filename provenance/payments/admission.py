"""Whether a payment, its withdrawal or an answer to it may be recorded: one table of roles, and the questions asked.

A payment to somebody who is not registered is refused: money goes to people one can find. Whether a registered payee
brought anything, and whether the same money is told twice, is seen beside the deliveries (`doubts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from epcis.problems import Problem
from provenance.access.authority import Principal, Scope, mandated
from provenance.access.declaring import lacks_the_role
from provenance.payments.records import Answer, Payment, Said, about
from provenance.registry.records import Registry

MAY_PAY: Mapping[str, Scope] = {
    "station": Scope.MANDATE,
    "packer": Scope.MANDATE,
    "shop": Scope.MANDATE,
    "brand_office": Scope.ITSELF,
    "importer": Scope.ANYBODY,
    "operator": Scope.ANYBODY,
}
"""Who may record that a party paid; the payer is the party, or lets it report."""

MAY_ANSWER: Mapping[str, Scope] = {"grower": Scope.ITSELF, "cardholder": Scope.ITSELF}
"""Who may say of a payment that it came, or did not: the payee alone, whatever mandates there are."""

HIGH_YUAN_PER_KG = 1000
_REPORT = frozenset({"report"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Problems that refuse, or warnings to be given with the receipt; `rests_on_registry` as for events."""

    problems: tuple[Problem, ...] = ()
    rests_on_registry: bool = False

    @property
    def refused(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def records_at_all(principal: Principal) -> bool:
    """Whether any payment record can come from it."""
    return any(role in MAY_PAY or role in MAY_ANSWER for role in principal.roles)


def impossible(said: Said, now_ms: int, today: date) -> Iterator[Problem]:
    """What cannot be, whoever says it. `today` is the day of the sender's clock."""
    latest = today + timedelta(days=1)
    if isinstance(said, Payment):
        if said.paid_on > latest:
            yield Problem("/paid_on", "in-the-future", f"{said.paid_on} has not come yet; give the day it was paid")
        if said.paid_on.year < 2000:
            yield Problem("/paid_on", "absurd", f"{said.paid_on} is long before any delivery; give the day it was paid")
        if len(said.deliveries) > 1 and not all(each.kilograms for each in said.deliveries):
            message = f"say for each of the {len(said.deliveries)} deliveries how many of its kilograms are paid"
            yield Problem("/deliveries", "kilograms-missing", message)
    if isinstance(said, Answer) and said.time_ms > now_ms + 24 * 3600 * 1000:
        yield Problem("/time_ms", "in-the-future", "the time of the answer is more than 24 hours ahead")


def judged(said: Said, principal: Principal, registry: Registry, today: date) -> Verdict:
    """Whether this caller may record it now."""
    if isinstance(said, Answer):
        may = any(role in MAY_ANSWER for role in principal.roles)
        return Verdict() if may else _role_may_not("/payment", principal, "answers for a payee")
    scope = max((MAY_PAY[role] for role in principal.roles if role in MAY_PAY), default=Scope.NOBODY)
    if scope is Scope.NOBODY:
        return _role_may_not("/payer" if isinstance(said, Payment) else "/withdraws", principal, "payments")
    if about(said) and lacks_the_role(registry, principal.party, principal.roles, [today]):
        return _role_may_not("/replaces" if isinstance(said, Payment) else "/withdraws", principal, "corrections")
    if not isinstance(said, Payment):
        return Verdict()  # counts only from whoever recorded the other, or its payer: decided when it is read
    return _of_payment(said, principal, scope, registry, today)


def _of_payment(payment: Payment, principal: Principal, scope: Scope, registry: Registry, today: date) -> Verdict:
    reporter, payer, payee = principal.party, payment.payer, payment.payee
    may = payer == reporter or (scope is Scope.MANDATE and mandated(payer, reporter, _REPORT, "", registry, today))
    if not may and scope is not Scope.ANYBODY:
        message = f"{payer} gave {reporter} no mandate to report for it; the payer should be {reporter}"
        return Verdict((Problem("/payer", "no-mandate", message),), rests_on_registry=True)
    if registry.party(payee, today) is None:
        message = f"{payee} is not registered; a grower is enrolled by the county before being paid"
        return Verdict((Problem("/payee", "not-registered", message),), rests_on_registry=True)
    if _one_credit_code(payer, payee, registry, today):
        message = f"{payee} is registered under the credit code of {payer}: that pays itself; name the grower"
        return Verdict((Problem("/payee", "pays-itself", message),), rests_on_registry=True)
    return Verdict(tuple(_doubts(payment, principal, registry, today)))


def _one_credit_code(payer: str, payee: str, registry: Registry, today: date) -> bool:
    known = [registry.party(id_, today) for id_ in (payer, payee)]
    codes = [party.credit_code for party in known if party is not None]
    return len(codes) == 2 and codes[0] == codes[1] != ""


def _doubts(payment: Payment, principal: Principal, registry: Registry, today: date) -> Iterator[Problem]:
    knows = any(mandated(payment.payee, to, _REPORT, "", registry, today) for to in (payment.payer, principal.party))
    if not knows:
        message = f"{payment.payee} gave {payment.payer} no mandate; counted only for goods that it did bring"
        yield Problem("/payee", "no-mandate", message, "warning")
    kilograms = sum(each.kilograms or 0 for each in payment.deliveries)
    if kilograms and payment.yuan > HIGH_YUAN_PER_KG * kilograms:
        message = f"{payment.yuan} yuan for {kilograms} kg are more than {HIGH_YUAN_PER_KG} yuan a kilogram; recorded"
        yield Problem("/yuan", "high-price", message, "warning")


def _role_may_not(pointer: str, principal: Principal, what: str) -> Verdict:
    roles = ", ".join(sorted(principal.roles)) or "none"
    return Verdict((Problem(pointer, "role-may-not", f"none of your roles ({roles}) may record {what}"),))
