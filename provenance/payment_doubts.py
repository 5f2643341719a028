"""What of a set of payments cannot well be so: recorded, said to who reports and who reads, and its money not counted.

Nobody at the door knows whether a payment was made. What no delivery can be behind is known, and what looks like the
same money told twice; the payee's word settles the latter. A pure function of the set and of the deliveries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from provenance.days import china_day
from provenance.payment_admission import HIGH_YUAN_PER_KG
from provenance.payment_goods import Delivered, Part, is_split_blindly, parts_of
from provenance.payment_standing import Standing
from provenance.payments import Payment
from provenance.short_names import Words, short
from provenance.standing import First

TOLERATED = Fraction(1, 100)
"""Of the kilograms brought: scales and rounding differ by less."""
LOW_YUAN_PER_KG = Fraction(1, 10)
LONGEST_AHEAD = timedelta(days=366)
"""An advance is paid for this year's fruit."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """`pointer` is the field, `about` the delivery or the other payment. `part` of the payment's net yuan is not
    counted, beside what is for kilograms nobody brought, which never is."""

    code: str
    pointer: str
    about: str
    words: Words
    part: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Known:
    """`keys` are those of which all deliveries are here; of others a payment may name, nothing is known."""

    delivered: Sequence[Delivered]
    keys: frozenset[str]

    @classmethod
    def only(cls, delivered: Sequence[Delivered]) -> Known:
        return cls(delivered, frozenset(key for one in delivered for key in (*one.lots, one.event_id)))


def doubts(payments: Iterable[Standing], known: Known) -> dict[str, tuple[Doubt, ...]]:
    """Of every payment in force, by id. Of two that cannot both be, the one not confirmed is doubted, or the later."""
    by_payee: defaultdict[str, list[_Looked]] = defaultdict(list)
    for one in sorted((one for one in payments if one.in_force), key=_trust):
        parts = tuple(parts_of(one.payment, known.delivered))
        by_payee[one.payment.payee].append(_Looked(one, parts, known))
    return {
        own.payment.id: tuple(_of(replace(own, before=tuple(same[:n]), every=tuple(same))))
        for same in by_payee.values()
        for n, own in enumerate(same)
    }


def _trust(one: Standing) -> tuple[bool, First, str]:
    return not _is_confirmed(one), one.recorded.first, one.payment.id


def _is_confirmed(one: Standing) -> bool:
    return one.answer is not None and one.answer.answer == "confirmed"


@dataclass(frozen=True, slots=True)
class _Looked:
    """A payment with what it is for; `every` are all to its payee, `before` those that are believed before it."""

    standing: Standing
    parts: tuple[Part, ...]
    known: Known
    before: tuple[_Looked, ...] = ()
    every: tuple[_Looked, ...] = ()

    @property
    def payment(self) -> Payment:
        return self.standing.payment

    @property
    def goods(self) -> frozenset[int | str]:
        """However they are named."""
        return frozenset({*(part.n for part in self.parts), *(each.key for each in self.payment.deliveries)})

    def shares_goods(self, other: _Looked) -> bool:
        return self.goods == other.goods or not self.goods.isdisjoint(other.goods)


def _of(own: _Looked) -> Iterator[Doubt]:
    for rule in _RULES if _is_confirmed(own.standing) else (*_RULES, *_UNTIL_CONFIRMED):
        yield from rule(own)


Rule = Callable[[_Looked], Iterator[Doubt]]


def _nobody_brought(own: _Looked) -> Iterator[Doubt]:
    known, payee = own.known, own.payment.payee
    for n, each in enumerate(own.payment.deliveries):
        if each.key not in known.keys:
            continue
        there = [one for one in known.delivered if one.is_of(each.key)]
        if not there:
            zh, en = f"没有人上报过{short(each.key)}的交货", f"nobody has reported a delivery of {short(each.key)}"
            yield Doubt("unknown-delivery", f"/deliveries/{n}", each.key, _not_counted(zh, en))
        elif all(one.grower != payee for one in there):
            zh = f"{short(payee)}没有向{short(each.key)}交过货"
            en = f"nothing was brought to {short(each.key)} by {short(payee)}"
            yield Doubt("brought-none", f"/deliveries/{n}", each.key, _not_counted(zh, en))


def _more_than_brought(own: _Looked) -> Iterator[Doubt]:
    for n, each in enumerate(own.payment.deliveries):
        of_it = [part for part in own.parts if part.key == each.key]
        claimed, brought = _sum(part.claimed for part in of_it), _sum(part.brought for part in of_it)
        if claimed > brought * (1 + TOLERATED):
            payee, lot = short(own.payment.payee), short(each.key)
            zh = f"写了{_kg(claimed)}公斤，{payee}向{lot}只交来{_kg(brought)}公斤；多出的不计入。"
            en = f"It says {_kg(claimed)} kg; {payee} brought {_kg(brought)} kg to {lot}, and the rest is not counted."
            yield Doubt("more-than-brought", f"/deliveries/{n}", each.key, Words(zh, en))


def _split_blindly(own: _Looked) -> Iterator[Doubt]:
    if own.parts and is_split_blindly(own.payment, own.known.delivered):
        zh, en = (
            "几次交货没有分别写明公斤，不知每次付了多少",
            "of several deliveries it does not say the kilograms of each",
        )
        yield Doubt("kilograms-missing", "/deliveries", "", _not_counted(zh, en), Fraction(1))


def _low_price(own: _Looked) -> Iterator[Doubt]:
    claimed = _sum(part.claimed for part in own.parts)
    if claimed and own.payment.kind == "settlement" and own.payment.yuan < LOW_YUAN_PER_KG * claimed:
        zh = f"{_kg(claimed)}公斤只付{own.payment.yuan}元，请看金额是否写错。"
        en = f"{own.payment.yuan} yuan for {_kg(claimed)} kg is very little; is a digit missing?"
        yield Doubt("low-price", "/yuan", "", Words(zh, en))


def _recorded_twice(own: _Looked) -> Iterator[Doubt]:
    said = own.payment
    for other in own.before:
        same = other.payment
        if own.shares_goods(other) and (same.kind, same.net_yuan, same.paid_on) == (
            said.kind,
            said.net_yuan,
            said.paid_on,
        ):
            zh = f"与已上报的付款相同（{same.paid_on}，{same.net_yuan}元）"
            en = f"the same payment is recorded already ({same.net_yuan} yuan on {same.paid_on})"
            yield Doubt("recorded-twice", "/yuan", same.id, _until_confirmed(zh, en), Fraction(1))
            return


def _settled_again(own: _Looked) -> Iterator[Doubt]:
    """What was settled before leaves so much to settle; the same told twice is said once."""
    if any(_recorded_twice(own)):
        return
    over, about = Fraction(0), ""
    for part in own.parts if own.payment.kind == "settlement" else ():
        there = own.known.delivered[part.n].kilograms
        before = [(one, of_it) for one in _settlements(own.before) for of_it in one.parts if of_it.n == part.n]
        settled = _sum(of_it.brought for _, of_it in before)
        if there and before and settled + part.brought > there * (1 + TOLERATED):
            over += part.share * min(Fraction(1), (settled + part.brought - there) / part.brought)
            about = before[0][0].payment.id
    if over:
        zh, en = "这些公斤此前已经结算", "these kilograms are settled already"
        yield Doubt("settled-again", "/deliveries", about, _until_confirmed(zh, en), over)


def _advance_again(own: _Looked) -> Iterator[Doubt]:
    """A settlement may be the whole price, with the advance in it, or what was left of it to pay."""
    said = own.payment
    if said.kind != "settlement" or any(own.shares_goods(one) for one in _settlements(own.before)):
        return
    advances = [one.payment for one in own.every if one.payment.kind == "advance" and own.shares_goods(one)]
    ahead = sum((one.net_yuan for one in advances), Decimal(0))
    if said.yuan - said.net_yuan < ahead <= said.yuan and said.net_yuan:
        zh = f"此前已预付{ahead}元；这次若包含预付款，请作为扣款写明"
        en = f"{ahead} yuan were paid in advance; if they are in this settlement, write them as a deduction"
        part = min(Fraction(1), Fraction(ahead) / Fraction(said.net_yuan))
        yield Doubt("advance-again", "/deductions", advances[0].id, _until_confirmed(zh, en, so_much=ahead), part)


def _settlements(some: Iterable[_Looked]) -> Iterator[_Looked]:
    return (one for one in some if one.payment.kind == "settlement")


def _wrong_day(own: _Looked) -> Iterator[Doubt]:
    said, recorded = own.payment, china_day(own.standing.recorded.first.record_time_ms)
    days = [day for part in own.parts if (day := own.known.delivered[part.n].day)]
    earliest = min(days, default=None)
    if said.paid_on > recorded + timedelta(days=1):
        zh, en = (
            f"付款日{said.paid_on}晚于上报日{recorded}",
            f"it is dated {said.paid_on}, and was recorded on {recorded}",
        )
    elif earliest and said.paid_on < earliest - (LONGEST_AHEAD if said.kind == "advance" else timedelta()):
        zh = f"付款日{said.paid_on}早于交货日{earliest}"
        en = f"it is dated {said.paid_on}, and the fruit was brought on {earliest}"
        if said.kind == "settlement":
            zh, en = zh + "；交货前付的是预付款", en + "; what is paid before is an advance"
    else:
        return
    yield Doubt("wrong-day", "/paid_on", "", _until_confirmed(zh, en), Fraction(1))


def _high_price(own: _Looked) -> Iterator[Doubt]:
    claimed = _sum(part.claimed for part in own.parts)
    if claimed and own.payment.net_yuan > HIGH_YUAN_PER_KG * claimed:
        zh = f"{_kg(claimed)}公斤付{own.payment.yuan}元，每公斤超过{HIGH_YUAN_PER_KG}元"
        en = f"{own.payment.yuan} yuan for {_kg(claimed)} kg are more than {HIGH_YUAN_PER_KG} yuan a kilogram"
        yield Doubt("high-price", "/yuan", "", _until_confirmed(zh, en), Fraction(1))


_RULES: tuple[Rule, ...] = (_nobody_brought, _more_than_brought, _split_blindly, _low_price)
_UNTIL_CONFIRMED: tuple[Rule, ...] = (_recorded_twice, _settled_again, _advance_again, _wrong_day, _high_price)
"""What the payee's own word settles."""


def _not_counted(zh: str, en: str) -> Words:
    return Words(f"{zh}，这笔付款不计入。", f"{_upper(en)}: this payment is not counted.")


def _until_confirmed(zh: str, en: str, so_much: Decimal | None = None) -> Words:
    which_zh, which_en = (f"其中{so_much}元", f"{so_much} yuan of it are") if so_much else ("这笔付款", "it is")
    en = f"{_upper(en)}. Until the grower confirms, {which_en} not counted."
    return Words(f"{zh}。种植户确认以前，{which_zh}不计入。", en)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kg(value: Fraction) -> str:
    """One place at most."""
    return format(Decimal(round(value * 10)).scaleb(-1).normalize(), "f")


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))
