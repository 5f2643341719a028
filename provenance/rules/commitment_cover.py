"""Whether goods are covered by 承诺达标合格证: each lot by its own, and after mixing by a new one.

The maker of a lot commits for it. Who grades, packs or boxes a lot adds nothing to the commitment, so it goes on; who
mixes lots that different people committed to issues one himself, and says of each lot that went in what was collected
for it. A commitment counts from the making of the lot until it is used, and only of somebody who had it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from epcis.events import Event
from provenance.certificates.states import Certificate
from provenance.days import day_of
from provenance.rules.case import Case


def committed(certificates: Iterable[Certificate], case: Case) -> tuple[tuple[Certificate, ...], tuple[str, ...]]:
    """The commitments that the goods rest on; and the lots that none covers, or for which nothing was collected."""
    cover = _Cover(tuple(certificates), case)
    used: dict[tuple[str, str], Certificate] = {}
    lacking: dict[str, None] = {}
    left, seen = [case.history.key], {case.history.key}
    while left:
        key = left.pop()
        own = cover.own.get(key, ())
        sources = [] if own else sorted(cover.sources(key))
        used |= {(c.id, c.issuer): c for c in own}
        lacking |= dict.fromkeys(cover.lacking(key))
        left += [source for source in sources if source not in seen]
        seen |= set(sources)
    return tuple(used.values()), tuple(lacking)


class _Cover:
    def __init__(self, certificates: tuple[Certificate, ...], case: Case) -> None:
        self._certificates = certificates
        self._case = case

    def sources(self, key: str) -> frozenset[str]:
        return self._case.history.made_of.get(key, frozenset())

    def lacking(self, key: str) -> Iterator[str]:
        """What the thing itself lacks, its sources aside."""
        own, sources = self.own.get(key, ()), self.sources(key)
        if own and not any(self._complete(certificate, key) for certificate in own):
            yield from (source for source in sorted(sources) if not self._shown(own[-1], source))
        elif not own and (not sources or len(self.issuers.get(key, ())) > 1):
            yield key

    @cached_property
    def own(self) -> dict[str, tuple[Certificate, ...]]:
        """The commitments for each thing itself, or for the lot printed on it."""
        found = ((key, tuple(self._of(key))) for key in self._in_order)
        return {key: certificates for key, certificates in found if certificates}

    @cached_property
    def issuers(self) -> dict[str, frozenset[str]]:
        """Who committed for each thing, its sources first; nobody where some of it is not covered."""
        found: dict[str, frozenset[str]] = {}
        for key in self._in_order:
            own, sources = self.own.get(key, ()), self.sources(key)
            if own:
                found[key] = frozenset(c.issuer for c in own)
            elif sources and all(found.get(source) for source in sources):
                found[key] = frozenset().union(*(found[source] for source in sources))
        return found

    def _of(self, key: str) -> Iterator[Certificate]:
        making = self._case.making(key)
        names = {key, *(lot for step in making for lot in step.event.lots_by_item.get(key, ()))}
        made_ms = min((step.event.time_ms for step in making), default=0)
        for certificate in self._certificates:
            good = certificate.first_valid(made_ms, self._case.until_used(key), names) is not None
            if good and certificate.issuer in self._had(key):
                yield certificate

    def _complete(self, certificate: Certificate, key: str) -> bool:
        return all(self._shown(certificate, source) for source in self.sources(key))

    def _shown(self, certificate: Certificate, source: str) -> bool:
        """Whether the evidence for a lot that went in is there: collected, committed to, or the issuer's own fruit."""
        collected = certificate.commitment.collected_for if certificate.commitment else frozenset()
        return source in collected or bool(self.issuers.get(source)) or certificate.issuer in self._made_by(source)

    def _had(self, key: str) -> frozenset[str]:
        """Who made the thing, and who has the places it was at."""
        steps = [s for s in self._case.history.steps if s.in_force and key in s.event.items_by_key]
        return frozenset(party for step in steps for party in self._parties(step.event)) | self._made_by(key)

    def _made_by(self, key: str) -> frozenset[str]:
        return frozenset(party for step in self._case.making(key) for party in self._parties(step.event))

    def _parties(self, event: Event) -> Iterator[str]:
        sites = (self._case.site(place, day_of(event)) for place in event.places)
        yield from (site.party for site in sites if site)
        yield from (party for _, party in (*event.sources, *event.destinations))

    @cached_property
    def _in_order(self) -> tuple[str, ...]:
        """The goods and all they were made of, each after its sources; things made of each other in some order."""
        done: dict[str, None] = {}
        entered: set[str] = set()
        left = [(self._case.history.key, False)]
        while left:
            key, ready = left.pop()
            if ready:
                done[key] = None
            elif key not in entered:
                entered.add(key)
                left += [(key, True), *((source, False) for source in self.sources(key))]
        return tuple(done)
