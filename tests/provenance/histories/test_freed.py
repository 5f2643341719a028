"""A judgement holds nothing that holds it: when it is over all of it is freed at once, and the collector finds nothing.

The processes let it look seldom (`runtime.process`), for what it had to find was a third of a look-up's work.
"""

import gc
from collections.abc import Callable, Iterator
from random import Random

import pytest

from provenance.graph.gathering import Gathering
from provenance.histories.history import build_from
from provenance.histories.onward_pages import OnwardPage, OnwardWalk
from provenance.histories.tracing import trace_back, trace_forward
from provenance.standing import Reported
from tests.provenance.chains import Chain
from tests.provenance.messy import messy
from tests.provenance.reported import reports

SEASONS = [messy(seed, 12) for seed in range(6)] + [reports(Chain(Random(seed)).grow(12).bodies) for seed in range(6)]


@pytest.fixture(autouse=True)
def _nothing_is_left_from_before() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def first_page(key: str) -> Gathering[OnwardPage]:
    return OnwardWalk([key]).page(50)


@pytest.mark.parametrize("asked", [lambda key: trace_back([key]), lambda key: trace_forward([key]), first_page])
def test_what_a_history_was_judged_with_is_freed_when_it_is_judged(asked: Callable[[str], Gathering[object]]) -> None:
    for documents in SEASONS:
        for key in _named(documents):
            build_from(documents, asked(key))
    assert gc.collect() == 0


def _named(documents: list[Reported]) -> list[str]:
    return sorted({item.key for document in documents for item in document.event.outputs + document.event.objects})
