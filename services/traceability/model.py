"""The read model that answers: one generation's store, its cache and its feed, until the pointer moves on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from runtime import logs
from services.traceability.claims.plot_seasons import Plots
from services.traceability.cold_chain.reading import ColdReading
from services.traceability.histories.cache import Answers, ReadNow
from services.traceability.histories.following import Following
from services.traceability.histories.kept_names import KeptNames
from services.traceability.histories.telling import Question, Told
from services.traceability.histories.walks import Walks
from services.traceability.ports import EventStore, PaymentStore, Pointer
from services.traceability.recalls.reaching import Recalls
from wire.errors import Transient

LOOK_EVERY_S = 1.0

Histories = Answers[Question, Told]

log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class ReadModel:
    generation: int
    store: EventStore
    histories: Histories
    names: KeptNames
    plots: Plots
    cold: ColdReading
    following: Following
    payments: PaymentStore
    walks: Walks
    recalls: Recalls

    def read_now(self) -> ReadModel:
        """The same, of which nothing is answered that was kept."""
        return replace(
            self,
            histories=ReadNow(self.histories),
            plots=ReadNow(self.plots),
            recalls=self.recalls.read_now(),
        )


class Models:
    """`current` is the model of the pointer's generation; `run` keeps it so."""

    def __init__(self, *, pointer: Pointer, open_model: Callable[[int], ReadModel]) -> None:
        self._pointer = pointer
        self._open_model = open_model
        self._task: asyncio.Task[None] | None = None
        self._model: ReadModel | None = None

    @property
    def current(self) -> ReadModel:
        """Raises Transient before the pointer was read."""
        if self._model is None:
            raise Transient("this process is starting and has not reached the store yet")
        return self._model

    def not_ready(self) -> str | None:
        """A readiness check. A broken feed only makes look-ups slower."""
        return "the store was not reached yet" if self._model is None else None

    async def run(self) -> None:
        """For ever. An error other than a store that is away ends it."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            await self._stop_following()

    async def _look(self) -> None:
        try:
            generation = (await self._pointer.read()).current
        except Transient as error:
            log.warning("pointer not read", error=str(error))
            return
        if self._task is not None and self._task.done():
            self._task.result()  # raises what ended it
        if self._model is None or self._model.generation != generation:
            await self._switch(generation)

    async def _switch(self, generation: int) -> None:
        model = self._open_model(generation)
        await self._stop_following()
        self._task = asyncio.create_task(model.following.run())
        self._model = model
        log.info("read model chosen", generation=generation)

    async def _stop_following(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
