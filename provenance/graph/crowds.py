"""What so many report on that it is too much to be read: then the first reports of each reporter are, and all of those
who had to do with it.

Whoever reads a label may report on what it names as often as he likes. What he reports is told, the first of it, and
the rest is counted; the goods' own history is read whole (docs/adr/0112).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

from epcis.events import ITEMS
from provenance.graph import gaps
from provenance.graph.containers import Judge
from provenance.graph.evidence import Evidence
from provenance.graph.gathering import Gathering, Known, TooMuchError

T = TypeVar("T")


def bounded(trace: Callable[[Known], Gathering[T]], known: Known) -> Gathering[T]:
    """A trace, and where all of it is too much, once more with what is known anew. Raises TooMuchError where what was
    told by those who count is too much too."""
    try:
        return (yield from trace(known))
    except TooMuchError:
        if known.bounded:
            raise
    return (yield from trace(known.anew()))


def ask_rest(known: Known, judge: Judge) -> Gathering[bool]:
    """The rest of the reports of those who count; whether there were any."""
    grown = False
    while known.left:
        evidence = judge(known)
        heard = [pair for pair in sorted(known.left) if _counts(*pair, known, evidence)]
        if not heard:
            break
        yield from known.ask_rest(heard)
        yield from known.settle()
        grown = True
    return grown


def not_read(known: Known, keys: Collection[str]) -> Iterator[gaps.Gap]:
    """Of these things."""
    for (name, reporter), more in sorted(known.left.items()):
        thing = name.removesuffix(ITEMS)
        if thing in keys:
            told = (d.event.event_id for d in known.naming(name) if d.first.capturer == reporter)
            yield gaps.many_strangers(thing, more, told)


def _counts(name: str, reporter: str, known: Known, evidence: Evidence) -> bool:
    """Whether any of what was read of his counts for the thing. Nobody honest tells one event in hundreds of ways."""
    thing = name.removesuffix(ITEMS)
    told = (document for document in known.naming(name) if document.first.capturer == reporter)
    if evidence.strangers.is_named(thing):
        return any(evidence.strangers.counts(document, thing) for document in told)
    return name not in evidence.standings
