"""What cannot be so is looked for by reading once what is told, and not once for each thing that is in there."""

from collections.abc import Callable
from cProfile import Profile
from pstats import Stats
from typing import Any

import pytest

from provenance import reports
from provenance.balances.breaches import breaches
from provenance.histories import tracing
from tests.provenance.graph.test_loads import wide


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many calls each look for breaches takes: the same on every machine."""
    counted: list[int] = []

    def counting(*asked: Any) -> Any:
        profile = Profile()
        found = profile.runcall(lambda: list(breaches(*asked)))
        counted.append(Stats(profile).total_calls)  # type: ignore[attr-defined]
        return found

    monkeypatch.setattr(tracing, "breaches", counting)
    return counted


@pytest.mark.parametrize("also", [None, reports.sale, reports.receipt])
def test_ten_times_the_boxes_and_ten_times_the_reports_are_ten_times_the_work(
    calls: list[int], also: Callable[..., Any] | None
) -> None:
    for many in (30, 300):
        honest = wide(many, times=many)
        if also:
            honest.strangely(also, items=honest.boxes, site=honest.elsewhere)
        honest.history(honest.pallet)
    assert 0 < calls[1] <= 12 * calls[0]
