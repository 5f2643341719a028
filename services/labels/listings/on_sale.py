"""Which lots of a product are on sale under a brand, and how much of them: asked for once in a while whoever asks.

When a lot is on sale is said in `provenance.labels.on_sale`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from epcis.digital_link import parse
from runtime import logs
from services.labels.listings.ports import Books, Granted, ListedLot, Lots
from wire.errors import Transient

KEPT_S = 2.0
MOST_LOTS = 10
"""Of one product, the newest."""

ASKED_AT_ONCE = 8
_GRAMS = Decimal(1000)

Asked = tuple[str, str]
"""Product and brand."""

log = logs.get(__name__)


class OnSale:
    """`root`: where Digital Links are resolved, without a slash at its end."""

    def __init__(self, *, lots: Lots, books: Books, clock_s: Callable[[], float], root: str) -> None:
        self._lots = lots
        self._books = books
        self._clock_s = clock_s
        self._root = root
        self._kept: dict[Asked, tuple[float, asyncio.Task[tuple[ListedLot, ...]]]] = {}
        self._places = asyncio.Semaphore(ASKED_AT_ONCE)

    async def of(self, product: str, brand: str) -> tuple[ListedLot, ...]:
        """The newest first. Raises Transient; everybody who comes meanwhile waits for the same answer."""
        asked, now_s = (product, brand), self._clock_s()
        until_s, task = self._kept.get(asked, (0.0, None))
        if task is None or until_s <= now_s or (task.done() and task.exception()):
            self._forget(now_s)
            task = asyncio.create_task(self._look(product, brand))
            self._kept[asked] = now_s + KEPT_S, task
        return await asyncio.shield(task)

    async def of_all(self, asked: Iterable[Asked]) -> Mapping[Asked, tuple[ListedLot, ...] | None]:
        listed = list(dict.fromkeys(asked))
        found = await asyncio.gather(*(self._if_known(product, brand) for product, brand in listed))
        return dict(zip(listed, found, strict=True))

    async def _if_known(self, product: str, brand: str) -> tuple[ListedLot, ...] | None:
        """One product that is asked for too much keeps nobody from the others."""
        try:
            return await self.of(product, brand)
        except Transient as error:
            log.warning("what is on sale is not known", product=product, brand=brand, error=str(error))
            return None

    def _forget(self, now_s: float) -> None:
        self._kept = {asked: kept for asked, kept in self._kept.items() if kept[0] > now_s or not kept[1].done()}

    async def _look(self, product: str, brand: str) -> tuple[ListedLot, ...]:
        async with self._places:
            keys = list(await self._lots.of_product(product))[:MOST_LOTS]
            claims = [await self._lots.granted(key, brand) for key in keys]
            granted = [(key, claim) for key, claim in zip(keys, claims, strict=True) if claim]
            return await self._weighed(granted)

    async def _weighed(self, granted: Sequence[tuple[str, Granted]]) -> tuple[ListedLot, ...]:
        labelled = await self._books.labelled_g([_book(key) for key, _ in granted])
        return tuple(self._listed(key, claim, labelled.get(_book(key), 0)) for key, claim in granted)

    def _listed(self, key: str, claim: Granted, labelled_g: int) -> ListedLot:
        _, _, number = _book(key).partition("/")
        link = self._root + key[key.index("/01/") :]
        return ListedLot(number, link, claim.kg, labelled_g / _GRAMS, claim.left_kg)


def _book(key: str) -> str:
    """`gtin/lot`, as the ledger names a lot, of its canonical key."""
    link = dict(parse(key).keys)
    return f"{link['01']}/{link['10']}"
