"""What of a set of payments cannot well be so: recorded, said to who reports and who reads, and its money not counted.

Nobody at the door knows whether a payment was made. What no delivery can be behind is known, and what looks like the
same money told twice; the payee's word settles the latter. A pure function of the set and of the deliveries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from provenance.days import china_day
from provenance.payments.admission import HIGH_YUAN_PER_KG
from provenance.payments.goods import Delivered, Part, is_split_blindly, parts_of
from provenance.payments.records import Payment, yuan_text
from provenance.payments.standing import Standing
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
        return cls(delivered, frozenset(key for one in delivered for key in one.keys))


def doubts(payments: Iterable[Standing], known: Known, reader: str = "") -> dict[str, tuple[Doubt, ...]]:
    """Of every payment in force, by id. Of two that cannot both be, the one not confirmed is doubted, or the later.
    Who was paid and reads it himself is told as *you*.

    Of P payments that name D deliveries each it takes time as P times D, and as P times the deliveries known.
    """
    growers: defaultdict[str, set[str]] = defaultdict(set)
    for delivered in known.delivered:
        for key in delivered.keys:
            growers[key].add(delivered.grower)
    to: defaultdict[str, _Believed] = defaultdict(_Believed)
    trusted = sorted((one for one in payments if one.in_force), key=_trust)
    looked = [_look(one, known, growers, to[one.payment.payee], reader) for one in trusted]
    for own in looked:
        if own.payment.kind == "advance":
            own.before.take_advance(own)
    found: dict[str, tuple[Doubt, ...]] = {}
    for own in looked:
        found[own.payment.id] = tuple(_of(own))
        own.before.take(own)
    return found


def _trust(one: Standing) -> tuple[bool, First, str]:
    return not _is_confirmed(one), one.recorded.first, one.payment.id


def _is_confirmed(one: Standing) -> bool:
    return one.answer is not None and one.answer.answer == "confirmed"


Good = int | str
"""A delivery however it is named: its place among those known, and each key that names it. Empty: of none."""


@dataclass(slots=True)
class _Believed:
    """Of the payments to one payee those that are believed before the one looked at, and of `advances` all."""

    same: dict[tuple[str, Decimal, date, Good], tuple[int, Payment]] = field(default_factory=dict)
    settled: dict[int, Fraction] = field(default_factory=dict)
    settled_by: dict[int, Payment] = field(default_factory=dict)
    settled_goods: set[Good] = field(default_factory=set)
    advances: defaultdict[Good, list[Payment]] = field(default_factory=lambda: defaultdict(list))
    order: dict[str, int] = field(default_factory=dict)

    def take_advance(self, own: _Looked) -> None:
        self.order[own.payment.id] = len(self.order)
        for good in own.goods:
            self.advances[good].append(own.payment)

    def take(self, own: _Looked) -> None:
        said, place = own.payment, len(self.same)
        for good in own.goods:
            self.same.setdefault((said.kind, said.net_yuan, said.paid_on, good), (place, said))
        if said.kind == "settlement":
            self.settled_goods |= own.goods
            for part in own.parts:
                self.settled[part.n] = self.settled.get(part.n, Fraction(0)) + part.brought
                self.settled_by.setdefault(part.n, said)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A payment with what it is for, and those that are believed before it."""

    standing: Standing
    parts: tuple[Part, ...]
    goods: frozenset[Good]
    known: Known
    growers: Mapping[str, set[str]]
    before: _Believed
    is_told: bool
    """The payee himself."""

    @property
    def payment(self) -> Payment:
        return self.standing.payment

    @property
    def payee(self) -> Words:
        code = short(self.payment.payee)
        return Words("您", "you") if self.is_told else Words(code, code)


def _look(one: Standing, known: Known, growers: Mapping[str, set[str]], before: _Believed, reader: str) -> _Looked:
    parts = tuple(parts_of(one.payment, known.delivered))
    goods: frozenset[Good] = frozenset((*(part.n for part in parts), *(each.key for each in one.payment.deliveries)))
    return _Looked(one, parts, goods or frozenset([""]), known, growers, before, one.payment.payee == reader)


def _of(own: _Looked) -> Iterator[Doubt]:
    for rule in _RULES if _is_confirmed(own.standing) else (*_RULES, *_UNTIL_CONFIRMED):
        yield from rule(own)


Rule = Callable[[_Looked], Iterator[Doubt]]


def _nobody_brought(own: _Looked) -> Iterator[Doubt]:
    known, payee = own.known, own.payment.payee
    for n, each in enumerate(own.payment.deliveries):
        if each.key not in known.keys:
            continue
        there = own.growers.get(each.key)
        if not there:
            zh, en = f"没有人上报过{short(each.key)}的交货", f"nobody has reported a delivery of {short(each.key)}"
            yield Doubt("unknown-delivery", f"/deliveries/{n}", each.key, _not_counted(zh, en))
        elif payee not in there:
            zh = f"{own.payee.zh}没有向{short(each.key)}交过货"
            en = f"nothing was brought to {short(each.key)} by {own.payee.en}"
            yield Doubt("brought-none", f"/deliveries/{n}", each.key, _not_counted(zh, en))


def _more_than_brought(own: _Looked) -> Iterator[Doubt]:
    parts: defaultdict[str, list[Part]] = defaultdict(list)
    for part in own.parts:
        parts[part.key].append(part)
    for n, each in enumerate(own.payment.deliveries):
        of_it = parts[each.key]
        claimed, brought = _sum(part.claimed for part in of_it), _sum(part.brought for part in of_it)
        if claimed > brought * (1 + TOLERATED):
            who, lot = own.payee, short(each.key)
            zh = f"写了{_kg(claimed)}公斤，{who.zh}向{lot}只交来{_kg(brought)}公斤；多出的不计入。"
            en = f"It says {_kg(claimed)} kg; {who.en} brought {_kg(brought)} kg to {lot}, and the rest is not counted."
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


def _below_floor(own: _Looked) -> Iterator[Doubt]:
    """Counted all the same. Of goods that are settled in several parts the parts would have to be told together."""
    said, claimed = own.payment, _sum(part.claimed for part in own.parts)
    known = [(part, own.known.delivered[part.n].floor_yuan) for part in own.parts]
    asked = _sum(Fraction(floor) * part.claimed for part, floor in known if floor is not None)
    together = own.before.settled_goods.isdisjoint(own.goods) and all(floor is not None for _, floor in known)
    if said.kind != "settlement" or not (claimed and together) or any(_low_price(own)):
        return
    each = _sum(Fraction(one.net_yuan) for one in (said, *_advances(own))) / claimed
    if each * claimed < asked:
        paid, least = yuan_text(each), yuan_text(asked / claimed)
        zh = f"合每公斤{paid}元，低于品牌要求的保底价每公斤{least}元，请看金额是否写错。"
        en = f"That is {paid} yuan a kilogram, below the brand's floor price of {least}; is the amount right?"
        yield Doubt("below-floor", "/yuan", "", Words(zh, en))


def _same_before(own: _Looked) -> Payment | None:
    """Two halves may be paid in one day, and be equal."""
    said = own.payment
    if said.kind == "settlement" and _adds_up(own):
        return None
    named = ((said.kind, said.net_yuan, said.paid_on, good) for good in own.goods)
    found = [own.before.same[name] for name in named if name in own.before.same]
    return min(found, key=lambda one: one[0])[1] if found else None


def _adds_up(own: _Looked) -> bool:
    """Whether what was settled before leaves all the kilograms of this one to settle."""
    if {part.key for part in own.parts} != {each.key for each in own.payment.deliveries}:
        return False
    return all(
        (there := own.known.delivered[part.n].kilograms)
        and own.before.settled.get(part.n, Fraction(0)) + part.brought <= there * (1 + TOLERATED)
        for part in own.parts
    )


def _recorded_twice(own: _Looked) -> Iterator[Doubt]:
    same = _same_before(own)
    if same is not None:
        zh = f"与已上报的付款相同（{same.paid_on}，{same.net_yuan}元）"
        en = f"the same payment is recorded already ({same.net_yuan} yuan on {same.paid_on})"
        yield Doubt("recorded-twice", "/yuan", same.id, _until_confirmed(own, zh, en), Fraction(1))


def _settled_again(own: _Looked) -> Iterator[Doubt]:
    """What was settled before leaves so much to settle; the same told twice is said once."""
    if own.payment.kind != "settlement" or _same_before(own):
        return
    over, about = Fraction(0), ""
    for part in own.parts:
        there, settled = own.known.delivered[part.n].kilograms, own.before.settled.get(part.n)
        if there and settled is not None and settled + part.brought > there * (1 + TOLERATED):
            over += part.share * min(Fraction(1), (settled + part.brought - there) / part.brought)
            about = own.before.settled_by[part.n].id
    if over:
        zh, en = "这些公斤此前已经结算", "these kilograms are settled already"
        yield Doubt("settled-again", "/deliveries", about, _until_confirmed(own, zh, en), over)


def _advance_again(own: _Looked) -> Iterator[Doubt]:
    """A settlement may be the whole price, with the advance in it, or what was left of it to pay."""
    said = own.payment
    if said.kind != "settlement" or not own.before.settled_goods.isdisjoint(own.goods):
        return
    advances = _advances(own)
    ahead = sum((one.net_yuan for one in advances), Decimal(0))
    if said.yuan - said.net_yuan < ahead <= said.yuan and said.net_yuan:
        zh = f"此前已预付{ahead}元；这次若包含预付款，请作为扣款写明"
        en = f"{ahead} yuan were paid in advance; if they are in this settlement, write them as a deduction"
        part = min(Fraction(1), Fraction(ahead) / Fraction(said.net_yuan))
        yield Doubt("advance-again", "/deductions", advances[0].id, _until_confirmed(own, zh, en, so_much=ahead), part)


def _advances(own: _Looked) -> list[Payment]:
    """On any of these goods, in the order in which they are believed."""
    shared = {one.id: one for good in own.goods for one in own.before.advances.get(good, ())}
    return sorted(shared.values(), key=lambda one: own.before.order[one.id])


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
    yield Doubt("wrong-day", "/paid_on", "", _until_confirmed(own, zh, en), Fraction(1))


def _high_price(own: _Looked) -> Iterator[Doubt]:
    claimed = _sum(part.claimed for part in own.parts)
    if claimed and own.payment.net_yuan > HIGH_YUAN_PER_KG * claimed:
        zh = f"{_kg(claimed)}公斤付{own.payment.yuan}元，每公斤超过{HIGH_YUAN_PER_KG}元"
        en = f"{own.payment.yuan} yuan for {_kg(claimed)} kg are more than {HIGH_YUAN_PER_KG} yuan a kilogram"
        yield Doubt("high-price", "/yuan", "", _until_confirmed(own, zh, en), Fraction(1))


_RULES: tuple[Rule, ...] = (_nobody_brought, _more_than_brought, _split_blindly, _low_price, _below_floor)
_UNTIL_CONFIRMED: tuple[Rule, ...] = (_recorded_twice, _settled_again, _advance_again, _wrong_day, _high_price)
"""What the payee's own word settles."""


def _not_counted(zh: str, en: str) -> Words:
    return Words(f"{zh}，这笔付款不计入。", f"{_upper(en)}: this payment is not counted.")


def _until_confirmed(own: _Looked, zh: str, en: str, so_much: Decimal | None = None) -> Words:
    which_zh, which_en = (f"其中{so_much}元", f"{so_much} yuan of it are") if so_much else ("这笔付款", "it is")
    who_zh, who_en = ("您", "you confirm") if own.is_told else ("种植户", "the grower confirms")
    en = f"{_upper(en)}. Until {who_en}, {which_en} not counted."
    return Words(f"{zh}。{who_zh}确认以前，{which_zh}不计入。", en)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kg(value: Fraction) -> str:
    """One place at most."""
    return format(Decimal(round(value * 10)).scaleb(-1).normalize(), "f")


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))
