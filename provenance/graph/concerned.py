"""What counts of each thing by now, and who has to do with it by that: filled in by `provenance.graph.strangers`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain

from provenance.access.say import named
from provenance.graph.voices import Voices
from provenance.standing import Reported


class Concerned:
    """`left` is, by thing and record id, what does not count."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices
        self._names: dict[str, set[str]] = {}
        self.left: dict[str, dict[str, Reported]] = {}

    def leave(self, thing: str, documents: Collection[Reported], names: set[str] | None = None) -> None:
        """These do not count; `names` have to do with it, or else whom the others name."""
        if documents:
            self.left[thing] = {document.record_id: document for document in documents}
        self._names[thing] = set[str]().union(*map(named, self.counted(thing))) if names is None else names

    def let_in(self, thing: str, documents: Collection[Reported]) -> None:
        self._names[thing].update(*map(named, documents))
        for document in documents:
            del self.left[thing][document.record_id]
        if not self.left[thing]:
            del self.left[thing]

    def counted(self, thing: str) -> Iterator[Reported]:
        left = self.left.get(thing, {})
        return (document for document in self._voices.naming.get(thing, ()) if document.record_id not in left)

    def is_counted(self, document: Reported, thing: str) -> bool:
        return document.record_id not in self.left.get(thing, {})

    def names(self, thing: str) -> set[str]:
        """Whom the reports on it name that count."""
        if thing not in self._names:
            self._names[thing] = set[str]().union(*map(named, self._voices.naming.get(thing, ())))
        return self._names[thing]

    def lots(self, thing: str) -> Iterator[str]:
        """The lot it is of, by who has to do with both."""
        for document in self.counted(thing):
            lots = document.event.lots_by_item.get(thing, ())
            yield from (lot for lot in lots if self.is_counted(document, lot))

    def around(self, thing: str) -> frozenset[str]:
        """All who have to do with it itself, or with the lot it is of; not by way of what it is in."""
        lots = (self.names(lot) for lot in self.lots(thing))
        return self._voices.with_keepers({*self.names(thing), *chain.from_iterable(lots)})

    def state(self, thing: str) -> object:
        """Equal for things of which, where the same reports name them alike, the same counts."""
        if thing not in self._voices.several:
            return None
        return frozenset(self.names(thing)), frozenset(self.left.get(thing, ()))

    def by_document(self) -> dict[str, frozenset[str]]:
        """By record id, the things for which it does not count."""
        found: dict[str, set[str]] = {}
        for thing, documents in self.left.items():
            for record_id in documents:
                found.setdefault(record_id, set()).add(thing)
        return {record_id: frozenset(left) for record_id, left in found.items()}
