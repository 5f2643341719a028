"""Why a payment is not taken, in the words of who typed it: by the field and the code of what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from epcis.problems import Problem
from services.portal.languages import Language
from services.portal.refusals import known_reason
from services.portal.sentences import N_, Sentence, say

_ANYWHERE = "*"
_SENTENCES: Mapping[tuple[str, str], str] = {
    ("yuan", "missing"): N_("Say how many yuan were paid."),
    ("yuan", "absurd"): N_("No payment is as large as that. Is it in yuan?"),
    ("deductions", "missing"): N_("Say what the deduction is for."),
    ("deliveries", "missing"): N_("Say which lot or delivery it is for."),
    ("deliveries", "absurd"): N_("No delivery weighs that. Check the kilograms."),
    ("deliveries", "kilograms-missing"): N_("Of several deliveries, say the kilograms of each that are paid."),
    ("reason", "missing"): N_("Say why."),
    ("kind", "unknown-word"): N_("The kind of payment is one of settlement, advance, dividend."),
    ("method", "unknown-word"): N_("The way of paying is one of cash, bank, wechat, alipay, other."),
    ("answer", "unknown-word"): N_("The answer is one of confirmed, disputed."),
    ("payee", "no-party"): N_("Say who was paid: the grower's code, or its key."),
    ("payer", "no-party"): N_("Say who paid: the GLN, or the key."),
    ("paid_on", "no-day"): N_("Say on which day it was paid, such as 2026-09-20."),
    ("paid_on", "absurd"): N_("That is long before any delivery. Give the day it was paid."),
    (_ANYWHERE, "not-positive"): N_("This is no amount of money. A payment that is wrong is taken back instead."),
    (_ANYWHERE, "finer-than-fen"): N_("Nothing is finer than a fen: write two places at most."),
    (_ANYWHERE, "more-than-paid"): N_("More would be deducted than is paid. Check both amounts."),
    (_ANYWHERE, "not-yuan"): N_("Payments are in yuan."),
    (_ANYWHERE, "pays-itself"): N_("Payer and payee are one. Name the grower who was paid."),
    (_ANYWHERE, "named-twice"): N_("The same lot or delivery is named twice. Name it once."),
    (_ANYWHERE, "no-uuid"): N_("The id is a UUID, such as urn:uuid:0b9f…"),
}


def why(problem: Problem) -> Sentence | None:
    """None of what has no sentence of its own."""
    field = next((part for part in problem.pointer.split("/") if part and not part.isdigit()), "")
    text = _SENTENCES.get((field, problem.code)) or _SENTENCES.get((_ANYWHERE, problem.code))
    return say(text) if text else known_reason([problem])


def told(problems: Sequence[Problem], language: Language) -> list[Problem]:
    """The same, said to a reader of Chinese in Chinese; in English what was wrong is quoted as well."""
    if language.code == "en":
        return list(problems)
    return [replace(one, message=language.say(said)) if (said := why(one)) else one for one in problems]
