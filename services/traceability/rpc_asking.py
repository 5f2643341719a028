"""What the calls of TraceabilityService share: the model asked, a code understood, names given, too much refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from functools import partial
from typing import Any, TypeVar

from produce.v1 import capture_pb2, traceability_pb2

from provenance.access.declaring import may_declare
from provenance.codes import Code, read
from provenance.days import day_at
from provenance.histories.history import Direction
from provenance.registry.records import Registry
from provenance.weights import gtin_of
from runtime.auth import current_principal
from runtime.metrics import CACHED_HISTORIES
from services.traceability.histories import codes
from services.traceability.histories.telling import Question, Told
from services.traceability.histories.walks import Onward
from services.traceability.model import Models, ReadModel
from stream.receipts import Receipt
from wire.errors import NotFound, Rejected
from wire.naming_codec import name_all

pb = traceability_pb2

Answer = TypeVar("Answer", Told, Onward)
MAX_IDS = 1000
MAX_NAMED = 100
MOST_ANSWER_BYTES = 15 << 20
"""A message has 16 MiB at most (`runtime.grpc_server`)."""


class Asking:
    """`registry` answers with its present state, which `registry_revision` numbers; `registry_applied` waits for a
    receipt of its topic, and `registry_caught_up` for the topic's present end."""

    def __init__(
        self,
        *,
        models: Models,
        registry: Registry,
        registry_applied: Callable[[Receipt], Awaitable[None]],
        registry_caught_up: Callable[[], Awaitable[None]],
        registry_revision: Callable[[], int],
        now_ms: Callable[[], int],
    ) -> None:
        self._models = models
        self._registry = registry
        self._registry_applied = registry_applied
        self._registry_caught_up = registry_caught_up
        self._registry_revision = registry_revision
        self._now_ms = now_ms

    async def _told(self, text: str, direction: Direction, after: Iterable[capture_pb2.Receipt]) -> Told:
        async def answer(keys: tuple[str, ...], model: ReadModel) -> Told:
            return await self._answer(Question(keys, direction), model)

        return await self._about(text, after, answer)

    async def _about(
        self,
        text: str,
        after: Iterable[capture_pb2.Receipt],
        answer: Callable[[tuple[str, ...], ReadModel], Awaitable[Answer]],
    ) -> Answer:
        """By what the code names, else by what it may mean. Raises NotFound, Rejected, `codes.Ambiguous`."""
        code = read(text)
        if not code.text:
            raise Rejected("code: give a lot, item or pallet as it is scanned, or the number under it")
        model = await self._model(after)
        for keys in filter(None, (code.keys, code.in_capitals)):
            if (told := await answer(keys, model)).history.steps:
                return told
        found = await self._find(code, model)
        if len(found) > 1 or (found and found[0].startswith(f"{code.product}/10/")):
            raise codes.Ambiguous(code, found)
        if not found:
            raise (Rejected if code.problem or not (code.keys or code.numbers) else NotFound)(codes.unknown(code))
        return await answer(found, model)

    async def _answer(self, question: Question, model: ReadModel) -> Told:
        told, kept = await model.histories.answer(question)
        CACHED_HISTORIES.labels("cache" if kept else "built").inc()
        return told

    async def _find(self, code: Code, model: ReadModel, *, branded: bool = False) -> tuple[str, ...]:
        """What it may mean; the lots of a product are trade, and told to no public, unless it is asked for those of a
        brand's, which are on show (ADR 0150)."""
        declaring = partial(may_declare, self._registry)
        listing = bool(current_principal().party) or (branded and self._is_branded(code.product))
        return await codes.find(code, model.store, may_declare=declaring, list_lots=listing)

    def _is_branded(self, product: str) -> bool:
        return bool(product and self._registry.brands_of(product, day_at(self._now_ms())))

    def _found(self, key: str, today: date) -> pb.FoundCode:
        product = self._registry.product(gtin_of(key) or key, today)
        names = {"name_zh": product.name_zh, "name_en": product.name_en} if product else {}
        return pb.FoundCode(key=key, **names)

    async def _model(self, after: Iterable[capture_pb2.Receipt]) -> ReadModel:
        """The read model once it has applied `after`; where its feed has not seen so much, it answers nothing kept."""
        model = self._models.current
        receipts = [Receipt(receipt.topic, receipt.partition, receipt.offset) for receipt in after]
        events = [receipt for receipt in receipts if receipt.topic in model.following.topics]
        await asyncio.gather(*(self._registry_applied(receipt) for receipt in receipts if receipt not in events))
        seen = await model.following.until_applied(events)
        return model if seen else model.read_now()

    def _name(self, message: Any, ids: Iterable[str]) -> None:
        """What the registry calls each of these, whichever it is."""
        listed = list(dict.fromkeys(ids))
        products = {key: gtin for key in listed if (gtin := gtin_of(key))}
        today = day_at(self._now_ms())
        name_all(message, self._registry, places=listed, parties=listed, products=products, today=today)


def refuse_many(field: str, given: Iterable[str]) -> None:
    if len(list(given)) > MAX_IDS:
        raise Rejected(f"{field}: {MAX_IDS} are the most that one call may ask for")


def refuse_large(what: str, size: int) -> None:
    if size > MOST_ANSWER_BYTES:
        raise Rejected(f"{what} would take {size >> 20} MiB, more than one answer has; ask for less at a time")
