"""What so many report on that it is too much to be read: then the first reports of each reporter are, and all of those
who had to do with it.

Whoever reads a label may report on what it names as often as he likes. What he reports is told, the first of it, and
the rest is counted; the goods' own history is read whole (docs/adr/0112).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

from epcis.events import ITEMS, items_of
from provenance.graph import gaps
from provenance.graph.containers import Judge
from provenance.graph.evidence import Evidence
from provenance.graph.gathering import During, Gathering, Known, TooMuchError
from provenance.steps import CERTIFIED

MOST_CERTIFYING = 500
"""Documents of one reporter about the certificates of a thing that are read beside the first: whose word a certificate
is, is asked afterwards (docs/adr/0115)."""

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


def ask_rest(known: Known, judge: Judge, things: Collection[str]) -> Gathering[bool]:
    """The rest of the reports of those who count, for these things; whether there were any."""
    grown = False
    while known.left:
        heard = list(_heard(known, judge(known), things))
        if not heard:
            break
        yield from known.ask_rest(heard)
        yield from known.settle()
        grown = True
    return grown


def not_read(known: Known, keys: Collection[str]) -> Iterator[gaps.Gap]:
    """Of these things."""
    for part, more in sorted(known.left.items()):
        thing = part.key.removesuffix(ITEMS)
        if thing in keys:
            told = (d.event.event_id for d in known.naming(part.key) if d.first.capturer == part.by)
            yield gaps.many_strangers(thing, more, told)


def _heard(known: Known, evidence: Evidence, things: Collection[str]) -> Iterator[During]:
    bearing = evidence.strangers.bearing(things)
    return (part for part in sorted(known.left) if _counts(part, known, evidence, bearing))


def _counts(part: During, known: Known, evidence: Evidence, bearing: frozenset[str]) -> bool:
    """Whether any of what was read of him counts. Nobody honest tells one event in hundreds of ways. What others say of
    a truck that carries their own goods counts for these only."""
    strangers = evidence.strangers
    told = (document for document in known.naming(part.key) if document.first.capturer == part.by)
    thing = part.key.partition("#")[0]
    if part.key.startswith(CERTIFIED):
        return known.left[part] <= MOST_CERTIFYING
    if part.key in known.times or strangers.is_carrier(thing) or part.key not in (thing, items_of(thing)):
        names = bearing | {strangers.keeper(thing)} - {""}
        return any(strangers.is_told_by(document, names) for document in told)
    if strangers.is_named(thing):
        return any(strangers.counts(document, thing) for document in told)
    return thing not in evidence.standings
