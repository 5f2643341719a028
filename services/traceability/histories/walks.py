"""Forward histories in pages: walks under way, so that the next page goes on where the last one ended.

A token holds no state but where it stands and a digest of all that was told before. A walk that is not kept here any
more, because others took its room or another process has it, is walked again from its beginning; where it then tells
something else, the token is refused (docs/adr/0093).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256

from provenance.histories.history import History
from provenance.histories.onward_pages import OnwardPage, OnwardWalk
from services.traceability.histories.asked import Asked
from services.traceability.histories.building import Naming, Read, build, in_turn
from services.traceability.histories.kept_names import event_size
from services.traceability.histories.telling import Told
from services.traceability.ports import StoredEvent
from wire.errors import Rejected

MOST_KEPT = 64
REMEMBERED_BYTES = 200
"""What a walk takes for each thing and step, beside the events of its last page."""
MOST_WALKED_AGAIN = 500
"""Pages: a token says how many were told before, and nobody signed it."""
BEGIN_ANEW = "leave it out to begin at the first"

Keys = tuple[str, ...]
Begin = Callable[[Keys, Asked], OnwardWalk]
Tell = Callable[[History, Mapping[str, StoredEvent]], Told]


@dataclass(frozen=True, slots=True)
class Place:
    """After `number` pages of `size` things that told what `digest` is over."""

    keys: Keys
    size: int
    number: int
    digest: bytes

    @classmethod
    def first(cls, keys: Keys, size: int) -> Place:
        return cls(keys, size, 0, sha256(repr((keys, size)).encode()).digest()[:_DIGEST_BYTES])

    @classmethod
    def of_token(cls, keys: Keys, size: int, token: str) -> Place:
        """Raises Rejected for what is no token."""
        try:
            read = urlsafe_b64decode(token.encode("ascii"))
        except (NotBase64, ValueError):
            read = b""
        if len(read) != _DIGEST_BYTES + _NUMBER_BYTES:
            raise Rejected(f"page_token: this is no token of an earlier page; {BEGIN_ANEW}")
        return cls(keys, size, int.from_bytes(read[_DIGEST_BYTES:], "big"), read[:_DIGEST_BYTES])

    @property
    def token(self) -> str:
        return urlsafe_b64encode(self.digest + self.number.to_bytes(_NUMBER_BYTES, "big")).decode()

    def after(self, page: OnwardPage) -> Place:
        told = page.history
        rows = [(h.site, h.party, h.state, h.kilograms, h.keys) for h in (*told.holders, *told.losses)]
        steps = sorted(step.document.record_id for step in told.steps)
        said = repr((self.digest, sorted(told.keys), rows, steps, page.ahead, page.ahead_kg))
        return Place(self.keys, self.size, self.number + 1, sha256(said.encode()).digest()[:_DIGEST_BYTES])


_DIGEST_BYTES, _NUMBER_BYTES = 16, 4


@dataclass(frozen=True, slots=True)
class Onward:
    """A page as it is told; `token` of the next, empty after the last."""

    told: Told
    page: OnwardPage
    token: str

    @property
    def history(self) -> History:
        return self.page.history


NOTHING = History("", "forward", frozenset(), ())


@dataclass(slots=True)
class _UnderWay:
    """`at` where it ended last, None before it was kept."""

    walk: OnwardWalk
    at: Place | None = None
    bytes: int = 0
    read: Read = field(default_factory=dict)
    """Events of its last page, so that those which lead to the next are not parsed again."""


class Walks:
    """`begin` makes a walk from keys, `tell` what is shown of a page of it. `bytes` exceeds `max_bytes` by no more than
    what one walk remembers."""

    def __init__(self, *, naming: Naming, begin: Begin, tell: Tell, max_bytes: int) -> None:
        self._naming = naming
        self._begin = begin
        self._tell = tell
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Place, _UnderWay] = OrderedDict()

    async def page(self, keys: Keys, size: int, token: str) -> Onward:
        """The page a token leads to, the first without one. Raises Rejected."""
        place = Place.of_token(keys, size, token) if token else Place.first(keys, size)
        under_way = self._kept.pop(place, None) or _UnderWay(self._begin(keys, Asked()))
        if under_way.at is None and not await self._walk_to(place, under_way):
            return Onward(self._tell(NOTHING, {}), OnwardPage(NOTHING, 0, 0, None, frozenset()), "")
        page = await self._next(under_way, size)
        told = await in_turn(partial(self._tell, page.history, under_way.read), len(page.history.steps))
        told = replace(told, repeated=page.repeated)
        if not page.ahead:
            return Onward(told, page, "")
        here = {step.document.record_id for step in page.history.steps}
        under_way.read = {id_: event for id_, event in under_way.read.items() if id_ in here}
        after = place.after(page)
        self._keep(after, under_way)
        return Onward(told, page, after.token)

    async def _walk_to(self, place: Place, under_way: _UnderWay) -> bool:
        """False where nothing is told of these keys at all. Raises Rejected where it leads elsewhere."""
        if place.number > MOST_WALKED_AGAIN:
            raise Rejected(f"page_token: {MOST_WALKED_AGAIN} pages are the most that are told again; {BEGIN_ANEW}")
        reached = Place.first(place.keys, place.size)
        while reached.number < place.number:
            page = await self._next(under_way, place.size)
            if not page.history.steps and not reached.number:
                return False
            reached = reached.after(page)
            if not page.ahead:
                break
        if reached != place:
            raise Rejected(
                "page_token: this is not of this code and page_size, or something was reported meanwhile that changes "
                f"what the earlier pages said; {BEGIN_ANEW}"
            )
        return True

    async def _next(self, under_way: _UnderWay, size: int) -> OnwardPage:
        return await build(under_way.walk.page(size), self._naming, under_way.read)

    def _keep(self, place: Place, under_way: _UnderWay) -> None:
        under_way.at = place
        under_way.bytes = REMEMBERED_BYTES * under_way.walk.size + sum(map(event_size, under_way.read.values()))
        self._kept[place] = under_way
        while len(self._kept) > 1 and (len(self._kept) > MOST_KEPT or self.bytes > self._max_bytes):
            self._kept.popitem(last=False)
        if self.bytes > self._max_bytes:
            under_way.bytes, under_way.read = REMEMBERED_BYTES * under_way.walk.size, {}

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self._kept.values())
