"""Of many certificates that bear one number, those are read that were told first, by each who told of one."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from provenance.standing import First
from services.traceability.certificates import leaning
from services.traceability.ports import StoredEvent
from tests.services.traceability.events import LOT, harvest, stored


def told(*tellers: str) -> Sequence[StoredEvent]:
    """Each tells of another certificate, one after the other."""
    firsts = (First(n, "produce.quality.v1", 0, n, f"urn:x:{by}") for n, by in enumerate(tellers))
    bodies = (harvest(f"c{n}", LOT) | {"certificationInfo": f"urn:x:c{n}"} for n in range(len(tellers)))
    return [stored(body, first) for body, first in zip(bodies, firsts, strict=True)]


def test_each_teller_has_his_turn_in_whatever_order_the_store_gave_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaning, "MOST_OF_A_NUMBER", 3)
    for events in permutations(told("a", "a", "b", "a")):
        assert list(leaning._in_turn(events)) == ["urn:x:c0", "urn:x:c2", "urn:x:c1"]
