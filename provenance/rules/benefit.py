"""Rule 3, benefit: enough of the fruit is from households enrolled as beneficiaries, fairly paid, and they say so.

Sentences never tell who is a beneficiary, nor their share (known deliveries would give them away), nor what fewer than
five growers were paid. A brand that sets none of the
three asks for nothing, and it is said so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from provenance.days import day_of
from provenance.payments.goods import delivered_by
from provenance.payments.paid_price import Paid, paid
from provenance.payments.paid_words import percent
from provenance.payments.records import yuan_text
from provenance.payments.standing import standings_by
from provenance.rules.case import Case, grower_of
from provenance.rules.verdicts import Outcome, RuleResult
from provenance.short_names import Words

_NONE_SET = Words(
    "该品牌没有对受益农户、收购价格和收款确认提出要求。",
    "The brand sets no share for beneficiary households, no floor price and no share of payments to be confirmed.",
)
_COUNTY = Words(
    "请县乡服务中心核对受益农户登记；登记日不得晚于采收日。",
    "The county's service centre looks through the register of beneficiary households, as of the day of picking.",
)
_PAYER = Words(
    "请收购方上报每笔付款，注明种植户、批次、公斤和金额；价格不足的补付后上报。",
    "Whoever bought the fruit reports each payment with grower, lot, kilograms and yuan, and pays what is missing.",
)
_PAYEE = Words(
    "请种植户用卡片上的二维码确认收款；有异议的，请收购方更正后再确认。",
    "Growers confirm with the link on their card; where they object, the payer corrects the payment first.",
)
_DOUBTED = Words(
    "请收购方查看付款记录里的疑点，写错的更正或撤回，属实的请种植户用卡片确认。",
    "The payer looks at what is in doubt in the list of payments and corrects it; what is right, the grower confirms.",
)
_WEIGHED = Words(
    "请收购站补报没有过秤的收货的重量，并上报付款。",
    "The station reports what the deliveries without a weight weighed, and what was paid for them.",
)
MOST_FLOORS = 2
"""Times the floor price: money beyond it lifts the average of nobody else."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """Of one of the three things asked."""

    outcome: Outcome
    said: Words
    remedy: Words


Asking = Callable[[Case, Paid], _Finding]


def benefit(case: Case) -> RuleResult:
    """The worst of what the brand asks. It rests on the reports of picking; payments, told to few, are not named."""
    asked = tuple(_asked(case))
    if not asked:
        return RuleResult("benefit", "passed", _NONE_SET.zh, _NONE_SET.en)
    payments = standings_by(case.registry, case.beside.payments.recorded)
    floor = case.brand.floor_price_yuan
    most = None if floor is None else MOST_FLOORS * Fraction(floor)
    known = paid(delivered_by(case.history, case.registry), payments.values(), most=most)
    found = [ask(case, known) for ask in asked]
    outcome = _worst(found)
    meant = [one for one in found if one.outcome == outcome]
    remedies = [] if outcome == "passed" else list(dict.fromkeys(one.remedy for one in meant))
    return RuleResult(
        "benefit",
        outcome,
        "".join(one.said.zh for one in meant),
        " ".join(one.said.en for one in meant),
        tuple(dict.fromkeys(pick.event.event_id for pick, _ in case.picks())),
        "".join(words.zh for words in remedies),
        " ".join(words.en for words in remedies),
        () if outcome == "passed" else (case.history.key,),
    )


def _asked(case: Case) -> Iterator[Asking]:
    if case.brand.least_benefit_share is not None:
        yield _households
    if case.brand.floor_price_yuan is not None:
        yield _price
    if case.brand.least_confirmed_share is not None:
        yield _confirmed


def _worst(found: list[_Finding]) -> Outcome:
    outcomes = {one.outcome for one in found}
    return "failed" if "failed" in outcomes else "unknown" if "unknown" in outcomes else "passed"


def _households(case: Case, _: Paid) -> _Finding:
    """By kilograms. What nobody says whose it is may be a beneficiary's."""
    least = Fraction(case.brand.least_benefit_share or 0)
    sure, maybe = Fraction(0), Fraction(0)
    for pick, fraction in case.picks():
        grower, on = grower_of(pick, case.registry), day_of(pick.event)
        record = case.registry.beneficiary(grower, on) if grower else None
        sure += fraction if record is not None and record.county_code == case.county_code(on) else 0
        maybe += fraction if not grower else 0
    told = sum((share.fraction for share in case.history.shares if share.picks), Fraction(0))
    maybe += 1 - told
    need = percent(least)
    if sure >= least:
        zh = f"来自受益农户的果品达到品牌要求的{need}。"
        return _Finding("passed", Words(zh, f"Fruit of beneficiary households reaches the {need} asked for."), _COUNTY)
    if sure + maybe >= least:
        zh = f"品牌要求{need}来自受益农户；有些果品不知是谁家的。"
        en = f"The brand asks for {need} from beneficiary households; of some fruit nobody says whose it is."
        return _Finding("unknown", Words(zh, en), _COUNTY)
    zh = f"来自受益农户的果品不到品牌要求的{need}。"
    return _Finding("failed", Words(zh, f"Less than the {need} asked for is from beneficiary households."), _COUNTY)


def _price(case: Case, known: Paid) -> _Finding:
    """What is paid so far can only grow: enough is enough, too little is too little once all of it is settled. Money to
    which a grower objects, or that is in doubt (`payments.doubts`), is none that is known to be paid."""
    floor = Fraction(case.brand.floor_price_yuan or 0)
    low = yuan_text(floor)
    if known.of_all is None or known.undisputed is None:
        zh = f"品牌要求每公斤至少付{low}元；还没有人上报付给种植户的货款。"
        en = f"The brand asks for at least {low} yuan a kilogram; nobody has reported what the growers were paid."
        return _Finding("unknown", Words(zh, en), _PAYER)
    if known.undisputed >= floor and known.unweighed is not None and known.unweighed < floor:
        zh = f"品牌要求每公斤至少付{low}元；有的果没有过秤，也没有按这个价付款的记录。"
        en = f"The brand asks for at least {low} yuan a kilogram; some fruit was not weighed, nor so much paid for it."
        return _Finding("unknown", Words(zh, en), _WEIGHED)
    if known.undisputed >= floor:
        yuan = yuan_text(known.undisputed)
        paid_zh = f"种植户平均每公斤得到{yuan}元" if known.pooled else "种植户得到的平均价格"
        paid_en = f"{yuan} yuan a kilogram on average" if known.pooled else "a price per kilogram"
        zh, en = (
            f"{paid_zh}，不低于保底价{low}元。",
            f"Growers were paid {paid_en}, no less than the floor price of {low}.",
        )
        return _Finding("passed", Words(zh, en), _PAYER)
    if known.undisputed + known.doubted >= floor:
        zh = f"品牌要求每公斤至少付{low}元；除去存疑的货款还不到这个数。"
        en = f"The brand asks for at least {low} yuan a kilogram; without payments that are in doubt it is less."
        return _Finding("unknown", Words(zh, en), _DOUBTED)
    if known.of_all + known.doubted >= floor:
        zh = f"品牌要求每公斤至少付{low}元；没有异议的货款还不到这个数。"
        en = f"The brand asks for at least {low} yuan a kilogram; what the growers do not dispute is less."
        return _Finding("unknown", Words(zh, en), _PAYEE)
    if known.settled < 1:
        zh = f"品牌要求每公斤至少付{low}元；货款还没有全部结清。"
        en = f"The brand asks for at least {low} yuan a kilogram; not all of the fruit is paid for yet."
        return _Finding("unknown", Words(zh, en), _PAYER)
    zh = f"付给种植户的平均价格低于保底价每公斤{low}元。"
    en = f"Growers were paid less than the floor price of {low} yuan a kilogram."
    return _Finding("failed", Words(zh, en), _PAYER)


def _confirmed(case: Case, known: Paid) -> _Finding:
    """By yuan. Who has not answered may still confirm; who disputes may not be outvoted by asking longer."""
    least = Fraction(case.brand.least_confirmed_share or 0)
    need = percent(least)
    if known.of_all is None:
        zh = f"品牌要求{need}的货款由种植户确认收到；还没有人上报货款。"
        en = f"The brand asks that growers confirm {need} of the money; no payment is reported yet."
        return _Finding("unknown", Words(zh, en), _PAYER)
    if known.confirmed >= least:
        zh = f"种植户已确认收到不少于{need}的货款。"
        return _Finding("passed", Words(zh, f"Growers have confirmed at least {need} of the money."), _PAYEE)
    if 1 - known.disputed >= least:
        zh = f"品牌要求{need}的货款由种植户确认收到；还在等他们确认。"
        en = f"The brand asks that growers confirm {need} of the money; they have not all answered yet."
        return _Finding("unknown", Words(zh, en), _PAYEE)
    zh = f"种植户对货款有异议，确认的达不到品牌要求的{need}。"
    en = f"Growers dispute payments, so that the {need} that the brand asks for is not confirmed."
    return _Finding("failed", Words(zh, en), _PAYEE)
