"""Payments as people and programs write them: plain values become a record, or one sentence for each wrong field.

The one reading for a form, a JSON body, a line of a table and a protobuf message. Leaves to `admission` who
may say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, cast
from unicodedata import normalize

from epcis.identifiers import canonical
from epcis.problems import Problem
from provenance.payments.records import KINDS, METHODS, REPLIES, Answer, Deduction, PaidFor, Payment, Said, Withdrawal

MOST_YUAN = Decimal(100_000_000)
MOST_KILOGRAMS = Decimal(100_000_000)
MOST_DELIVERIES = 200
MOST_DEDUCTIONS = 20
MOST_TEXT = 500

_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.IGNORECASE)
_AMOUNT = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,6})?")
_OF_MONEY = re.compile(r"^[¥￥]\s*|\s*(?:元|块|yuan|rmb|cny)$", re.IGNORECASE)
_YUAN = {"CNY", "RMB", "YUAN", "元", "¥", "￥"}
_FIELDS: Mapping[str, frozenset[str]] = {
    "payment": frozenset(Payment.__dataclass_fields__) | {"currency"},
    "withdrawal": frozenset(Withdrawal.__dataclass_fields__),
    "answer": frozenset(Answer.__dataclass_fields__) - {"by_card", "card_by"},
}

Value = TypeVar("Value")
Values = Mapping[str, Any]


class InvalidPayment(ValueError):
    """Values that are no payment; `problems` has one sentence for each wrong field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


class _Wrong(ValueError):
    """One field; `code` and sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def said_of(values: Values) -> Said:
    """Whichever of the three it is, by the field that only it has. Raises InvalidPayment."""
    if "withdraws" in values:
        return withdrawal_of(values)
    return answer_of(values) if "answer" in values else payment_of(values)


def payment_of(values: Values) -> Payment:
    """Raises InvalidPayment."""
    read = _Reading("payment", values)
    read.check("/currency", lambda: _currency(values.get("currency")))
    payment = Payment(
        id=read.field("id", _id),
        kind=read.field("kind", lambda v: cast("Any", _word(v, KINDS, "a kind of payment"))),
        payer=read.field("payer", _party),
        payee=read.field("payee", _party),
        yuan=read.field("yuan", _yuan) or Decimal(0),
        paid_on=read.field("paid_on", _day),
        deliveries=tuple(read.each("deliveries", MOST_DELIVERIES, _paid_for)),
        deductions=tuple(read.each("deductions", MOST_DEDUCTIONS, _deduction)),
        method=read.field("method", lambda v: _word(v, METHODS, "a way of paying") if v else ""),
        replaces=read.field("replaces", lambda v: _id(v) if v else ""),
        reason=read.field("reason", _text),
    )
    if not read.problems:
        read.problems += _contradictions(payment)
    read.raise_problems()
    return payment


def withdrawal_of(values: Values) -> Withdrawal:
    """Raises InvalidPayment."""
    read = _Reading("withdrawal", values)
    reason = read.field("reason", lambda v: _needed(v, "say why it is taken back"))
    withdrawal = Withdrawal(id=read.field("id", _id), withdraws=read.field("withdraws", _id), reason=reason)
    read.check("/withdraws", lambda: _other(withdrawal.withdraws, withdrawal.id))
    read.raise_problems()
    return withdrawal


def answer_of(values: Values) -> Answer:
    """Raises InvalidPayment."""
    read = _Reading("answer", values)
    answer = Answer(
        id=read.field("id", _id),
        payment=read.field("payment", _id),
        answer=read.field("answer", lambda v: cast("Any", _word(v, REPLIES, "an answer"))),
        reason=read.field("reason", _text),
        time_ms=read.field("time_ms", _time),
    )
    if answer.answer == "disputed" and not answer.reason:
        message = "say what is wrong with the payment, so that it can be mended"
        read.problems.append(Problem("/reason", "missing", message))
    read.raise_problems()
    return answer


def values_of(said: Said) -> dict[str, Any]:
    """As it was written: texts, numbers and lists; what is absent is left out. Reading gives it back equal."""
    plain = {name: _plain(getattr(said, name)) for name in said.__dataclass_fields__}
    return {name: value for name, value in plain.items() if value not in ("", [], None, False)}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case tuple():
            return [values_of(each) for each in value]
        case _:
            return value


class _Reading:
    """Collects what is wrong, so that everything is said at once."""

    def __init__(self, what: str, values: Values) -> None:
        self._values = values
        strangers = [str(name) for name in values if name not in _FIELDS[what]]
        fields = ", ".join(sorted(_FIELDS[what]))
        self.problems = [
            Problem(f"/{name}", "unknown-field", f"{name!r} is no field of a {what}; its fields are {fields}")
            for name in strangers
        ]

    def field(self, name: str, read: Any) -> Any:
        return self.check(f"/{name}", lambda: read(self._values.get(name)))

    def check(self, pointer: str, read: Any) -> Any:
        try:
            return read()
        except _Wrong as error:
            self.problems.append(Problem(pointer, error.code, str(error)))
            return None

    def each(self, name: str, most: int, read: Any) -> Iterator[Any]:
        given = self._values.get(name) or ()
        if not isinstance(given, list | tuple) or len(given) > most:
            self.problems.append(Problem(f"/{name}", "not-a-list", f"{name} should be a list of at most {most}"))
            return
        for i, one in enumerate(given):
            found = self.check(f"/{name}/{i}", lambda one=one: read(one))
            if found is not None:
                yield found

    def raise_problems(self) -> None:
        if self.problems:
            raise InvalidPayment(self.problems)


def _contradictions(payment: Payment) -> Iterator[Problem]:
    if payment.payer == payment.payee:
        yield Problem("/payee", "pays-itself", "payer and payee are one; name the grower who was paid")
    deducted = payment.yuan - payment.net_yuan
    if deducted > payment.yuan:
        message = f"{deducted} yuan of deductions are more than the {payment.yuan} yuan of the payment"
        yield Problem("/deductions", "more-than-paid", message)
    if not payment.deliveries and payment.kind != "dividend":
        yield Problem("/deliveries", "missing", f"say which lots or deliveries this {payment.kind} is for")
    named = [each.key for each in payment.deliveries]
    if len(set(named)) < len(named):
        yield Problem("/deliveries", "named-twice", "the same lot or delivery is named twice; name it once")
    if payment.replaces and not payment.reason:
        yield Problem("/reason", "missing", "say why this replaces the earlier payment")
    if payment.replaces == payment.id:
        yield Problem("/replaces", "itself", "a payment cannot replace itself; give the correction an id of its own")


def _id(value: Any) -> str:
    found = _UUID.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise _Wrong("no-uuid", f"{value!r} should be a UUID of your own making, such as urn:uuid:0b9f…")
    return f"urn:uuid:{found[1].lower()}"


def _other(id_: str, own: str) -> None:
    if id_ and id_ == own:
        raise _Wrong("itself", "a withdrawal cannot withdraw itself; give it an id of its own")


def _word(value: Any, words: Sequence[str], what: str) -> str:
    if value in (None, ""):
        raise _Wrong("unknown-word", f"name {what}; there are {', '.join(words)}")
    if value not in words:
        raise _Wrong("unknown-word", f"{value!r} is not {what}; there are {', '.join(words)}")
    return str(value)


def _party(value: Any) -> str:
    if value in (None, ""):
        raise _Wrong("no-party", "name the party, such as https://id.gs1.org/417/9520001000003")
    if not isinstance(value, str) or not (value.startswith("urn:") or "://" in value) or len(value) > MOST_TEXT:
        raise _Wrong("no-party", f"{value!r} should be a party's URI such as https://id.gs1.org/417/9520001000003")
    return canonical(value)


def _currency(value: Any) -> None:
    if value not in (None, "") and str(value).upper() not in _YUAN:
        raise _Wrong("not-yuan", f"{value!r} is not taken; payments are in yuan (CNY)")


def _amount(value: Any, example: str) -> Decimal:
    text = str(value).strip() if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else ""
    text = normalize("NFKC", text)
    if not _AMOUNT.fullmatch(text):
        raise _Wrong("no-number", f"{value!r} should be a plain decimal number such as {example}")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:  # pragma: no cover - what the pattern takes is a number
        raise _Wrong("no-number", f"{value!r} should be a plain decimal number such as {example}") from None


def _yuan(value: Any) -> Decimal:
    if value in (None, ""):
        raise _Wrong("missing", "say how many yuan were paid, such as 2480.50")
    yuan = _amount(_OF_MONEY.sub("", value.strip()) if isinstance(value, str) else value, "2480.50")
    if yuan <= 0:
        raise _Wrong("not-positive", f"{yuan} yuan are no payment; take a wrong payment back instead")
    if yuan > MOST_YUAN:
        raise _Wrong("absurd", f"{yuan} yuan are more than one payment can be (at most {MOST_YUAN}); is it in yuan?")
    if yuan != yuan.quantize(Decimal("0.01")):
        raise _Wrong("finer-than-fen", f"{yuan} yuan are finer than a fen; write two places at most")
    return yuan.quantize(Decimal("0.01"))


def _kilograms(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    kilograms = _amount(value, "412.5")
    if not 0 < kilograms <= MOST_KILOGRAMS:
        raise _Wrong("absurd", f"{kilograms} kilograms should be more than 0 and at most {MOST_KILOGRAMS}")
    return kilograms


def _day(value: Any) -> date:
    if value in (None, ""):
        raise _Wrong("no-day", "give the day, such as 2026-09-20")
    try:
        return value if type(value) is date else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _Wrong("no-day", f"{value!r} should be a day such as 2026-09-20") from None


def _time(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise _Wrong("no-time", f"{value!r} should be milliseconds since 1970 UTC")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str | None) or len(value or "") > MOST_TEXT:
        raise _Wrong("no-text", f"this should be text of at most {MOST_TEXT} characters")
    return (value or "").strip()


def _needed(value: Any, message: str) -> str:
    text = _text(value)
    if not text:
        raise _Wrong("missing", message)
    return text


def _paid_for(value: Any) -> PaidFor:
    if not isinstance(value, Mapping) or not value.keys() <= {"key", "kilograms"}:
        raise _Wrong("no-delivery", "a delivery is an object with `key`, a lot or event id, and `kilograms`")
    key = _needed(value.get("key"), "name the lot or the event of the delivery")
    if ":" not in key:
        raise _Wrong("no-key", f"{key!r} should be a lot's Digital Link or an event id, such as urn:uuid:0b9f…")
    return PaidFor(canonical(key), _kilograms(value.get("kilograms")))


def _deduction(value: Any) -> Deduction:
    if not isinstance(value, Mapping) or not value.keys() <= {"reason", "yuan"}:
        raise _Wrong("no-deduction", "a deduction is an object with `reason` and `yuan`")
    return Deduction(_needed(value.get("reason"), "say what the deduction is for"), _yuan(value.get("yuan")))
