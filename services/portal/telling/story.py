"""A history as a person reads it: the product, whose orchards, what happened when and where, and what is not known.

Pure: history and language in, text out. What is true was decided by `traceability`; nothing is computed about the goods
here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import unquote

from services.portal.certificates.reading import ToldCertificate, certificates
from services.portal.languages import Language
from services.portal.reporting.typed import plain
from services.portal.sentences import N_
from services.portal.telling.histories import History, Share
from services.portal.telling.holdings import Holding, holdings, withheld
from services.portal.telling.moments import Moment, moments_of
from services.portal.telling.naming import name_of, near, region, short
from services.portal.telling.unknowns import Unknown, unknowns
from services.portal.weights import in_tenths, weight

MOST_ORIGINS = 20
MOST_MOMENTS = 60
"""More would make the page too heavy for a phone in an orchard; the JSON has them all."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Part of the goods from one orchard. `percent` is for the eye, `width` the same from 0 to 100 for the bar."""

    grower: str
    place: str
    percent: str
    width: str
    kilograms: str


@dataclass(frozen=True, slots=True)
class Story:
    product: str
    variety: str
    lot: str
    serial: str
    net_weight: str
    origins: tuple[Origin, ...]
    more_origins: int
    villages: tuple[str, ...]
    moments: tuple[Moment, ...]
    more_moments: int
    certificates: tuple[ToldCertificate, ...]
    unknowns: tuple[Unknown, ...]
    kilograms: str
    lost: str
    holdings: tuple[Holding, ...]
    withheld: str


def tell(history: History, language: Language, *, brief: bool = False, evidence: Collection[str] = ()) -> Story:
    """`brief` makes one moment of a day's picking and of a stay at one place; `evidence` are the ids of the events that
    the label's tick for certificates rests on. What was wholly taken back comes from nobody's orchard."""
    counts = not history.steps or any(step.standing not in ("void", "corrected") for step in history.steps)
    shares = sorted(
        _by_orchard(history.shares if counts else ()), key=lambda share: (-Decimal(share.fraction), share.lot)
    )
    moments = moments_of(history, language, brief=brief)
    product, variety, net = _product(history, language)
    return Story(
        product=product,
        variety=variety,
        lot=_part(history, "/10/"),
        serial=_part(history, "/21/"),
        net_weight=net,
        origins=tuple(_origins(shares, history, language))[:MOST_ORIGINS],
        more_origins=max(0, len(shares) - MOST_ORIGINS),
        villages=_villages(history, language),
        moments=tuple(moments[:MOST_MOMENTS]),
        more_moments=max(0, len(moments) - MOST_MOMENTS),
        certificates=certificates(history, language, evidence),
        unknowns=tuple(unknowns(history, language)),
        kilograms=weight(history.kilograms, language),
        lost=weight(history.lost_kg, language) if history.lost_kg and Decimal(history.lost_kg) else "",
        holdings=holdings(history, language),
        withheld=withheld(history, language),
    )


def _product(history: History, language: Language) -> tuple[str, str, str]:
    gtin = history.key.split("/10/")[0].split("/21/")[0]
    found = history.products.get(history.key) or history.products.get(gtin)
    if found is None:
        return language.text(N_("Pallet or shipping unit")) if "/00/" in gtin else "", "", ""
    variety = language.pick(found.variety, found.variety_en)
    return language.pick(found.name_zh, found.name_en), variety, weight(found.net_weight_kg, language)


def _part(history: History, marker: str) -> str:
    for text in (history.key, history.code):
        if marker in text:
            return unquote(text.split(marker, 1)[1].split("/")[0].split("?")[0])
    return ""


def _villages(history: History, language: Language) -> tuple[str, ...]:
    """The county with its province, then its villages; one text a county."""
    villages: dict[str, dict[str, None]] = {}
    for share in history.shares:
        if plot := history.places.get(share.plot):
            county = region(replace(plot, township="", township_en="", village="", village_en=""), language)
            villages.setdefault(county, {})[language.pick(plot.village, plot.village_en)] = None
    separator = "、" if language.code == "zh" else ", "
    return tuple(
        " · ".join(text for text in (county, separator.join(name for name in names if name)) if text)
        for county, names in villages.items()
    )


def _by_orchard(shares: Sequence[Share]) -> list[Share]:
    """The deliveries of one grower from one plot as one."""
    orchards: dict[tuple[str, ...], list[Share]] = {}
    for share in shares:
        orchards.setdefault((share.grower, share.plot) if share.grower else (share.lot,), []).append(share)
    return [_together(same) for same in orchards.values()]


def _together(same: Sequence[Share]) -> Share:
    if len(same) == 1:
        return same[0]
    known = [Decimal(share.kilograms) for share in same if share.kilograms]
    kilograms = str(sum(known)) if len(known) == len(same) else ""
    return replace(same[0], fraction=str(sum(Decimal(share.fraction) for share in same)), kilograms=kilograms)


def _origins(shares: Sequence[Share], history: History, language: Language) -> Iterator[Origin]:
    """Percentages and kilograms that add up to the whole as it is shown."""
    percents = in_tenths([Decimal(share.fraction) * 100 for share in shares])
    tenths = any(percent % 1 for percent in percents)
    known = all(share.kilograms for share in shares)
    kilograms = in_tenths([Decimal(share.kilograms) for share in shares]) if known else ()
    for at, (share, percent) in enumerate(zip(shares, percents, strict=True)):
        mass: Decimal | str = kilograms[at] if known else share.kilograms
        shown = f"{percent if tenths else plain(percent)} %"
        yield _origin(share, percent, shown, weight(mass, language), history, language)


def _origin(share: Share, percent: Decimal, shown: str, kilograms: str, history: History, language: Language) -> Origin:
    plot = history.places.get(share.plot)
    return Origin(
        grower=name_of(share.grower, history, language) if share.grower else short(share.lot),
        place=near(plot, language) if plot else "",
        percent=shown,
        width=plain(percent),
        kilograms=kilograms,
    )
