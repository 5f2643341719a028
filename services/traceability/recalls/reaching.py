"""Where recalls lead, kept while it is true: recalls are few, and of all other goods no history need be read.

What a recall reaches is told by its goods' way forward, never less than has them in its own history back
(`trace_reach`); whether a recall is in force only that history says (docs/adr/0165).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, TypeVar

from epcis.events import RECALLS, Event
from provenance.access.say import NOBODYS, Parties
from provenance.graph.gathering import Gathering, Wanted
from provenance.histories.tracing import trace_reach
from provenance.standing import MayDeclare
from services.traceability.histories.asked import Asked
from services.traceability.histories.building import Naming
from services.traceability.histories.cache import Answers, HistoryCache, ReadNow
from services.traceability.histories.telling import noted_by
from services.traceability.ports import StoredEvent
from wire.errors import Rejected

Goods: TypeAlias = tuple[str, ...]
"""Of one recall or of several that name the same: canonical keys, sorted; none for the list of all."""
KEY_BYTES = 200
Found = TypeVar("Found")

ALL: Goods = ()


@dataclass(slots=True)
class _Last:
    """What recalls reached last, each and together."""

    each: Sequence[frozenset[str]] = ()
    together: frozenset[str] = frozenset()


class Recalls:
    """`reached` is asked for every label; what it rests on is kept true by the feed."""

    def __init__(self, lists: Answers[Goods, tuple[Goods, ...]], reaches: Answers[Goods, frozenset[str]]) -> None:
        self._lists = lists
        self._reaches = reaches
        self._last = _Last()

    def read_now(self) -> Recalls:
        """The same, of which nothing is answered that was kept."""
        return Recalls(ReadNow(self._lists), ReadNow(self._reaches))

    async def reached(self) -> frozenset[str] | None:
        """All that any recall may reach, in force or not; None where that is more than one read gives. Raises
        Transient."""
        try:
            recalled, _ = await self._lists.answer(ALL)
            each = [(await self._reaches.answer(goods))[0] for goods in recalled]
        except Rejected:
            return None
        if not _same(each, self._last.each):
            self._last = _Last(each, frozenset().union(*each))
        return self._last.together


def _same(some: Sequence[object], others: Sequence[object]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


RecallLists: TypeAlias = HistoryCache[Goods, tuple[Goods, ...], tuple[Goods, ...]]
RecallReaches: TypeAlias = HistoryCache[Goods, frozenset[str], frozenset[str]]


def recall_lists(naming: Naming, *, max_bytes: int) -> RecallLists:
    return HistoryCache(naming=naming, trace=_list, tell=_as_found, size_of=_size_of_list, max_bytes=max_bytes)


def recall_reaches(
    naming: Naming, *, may_declare: MayDeclare, parties: Parties = NOBODYS, max_bytes: int
) -> RecallReaches:
    trace = partial(_reach, may_declare=may_declare, parties=parties)
    return HistoryCache(naming=naming, trace=trace, tell=_as_found, size_of=_size_of_reach, max_bytes=max_bytes)


def _list(_: Goods, __: Asked) -> Gathering[tuple[Goods, ...]]:
    found = yield Wanted(frozenset({RECALLS}))
    return tuple(sorted({goods for document in found if (goods := _goods(document.event))}))


def _goods(event: Event) -> Goods:
    return tuple(sorted(event.object_keys))


def _reach(goods: Goods, asked: Asked, *, may_declare: MayDeclare, parties: Parties) -> Gathering[frozenset[str]]:
    return trace_reach(goods, may_declare=asked.of(may_declare), parties=noted_by(asked, parties))


def _as_found(found: Found, _: Mapping[str, StoredEvent]) -> Found:
    return found


def _size_of_list(found: Collection[Goods]) -> int:
    return KEY_BYTES * sum(map(len, found))


def _size_of_reach(found: Collection[str]) -> int:
    return KEY_BYTES * len(found)
