"""What a hold, recall or release comes to: nobody reads the end of a recall where nobody who may ended it."""

from typing import Any

import pytest

from provenance import reports as reports_of
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.quality.hold_effects import Effect, effects
from tests.provenance.quality.test_tested import FRIEND, INSPECTOR, REGULATOR, STATION, Judged


def effects_on(tested: Judged, tracing: Any = trace_back, key: str = "") -> tuple[Effect, ...]:
    history = build_from(tested.documents(), tracing([key or tested.box]))
    return effects(history, tested.season.world.registry)


@pytest.mark.parametrize(
    ("recall", "by", "let_go", "why"),
    [
        (True, INSPECTOR, False, "Without effect: only the regulator or the operator ends a recall."),
        (True, STATION, False, "Without effect: only the regulator or the operator ends a recall."),
        (True, REGULATOR, True, ""),
        (False, FRIEND, False, "Without effect: who held it, an inspector or the operator lets it go."),
        (False, INSPECTOR, True, ""),
        (None, INSPECTOR, False, "Without effect: it was neither held nor recalled then."),
    ],
)
def test_a_release_that_changes_nothing_says_so_and_what_it_was_to_let_go_stays(
    recall: bool | None, by: str, let_go: bool, why: str
) -> None:
    tested, goods = Judged(), {"reason": "mould"}
    where: dict[str, Any] = {"lots": [tested.season.lots[0]], "site": tested.season.station}
    if recall is not None:
        tested.do(reports_of.hold, recall=recall, **where, **goods)
    tested.do(reports_of.release, by=by, **where, **goods)
    for tracing, key in ((trace_back, tested.box), (trace_forward, tested.season.lots[0])):
        *held, released = effects_on(tested, tracing, key)
        assert (released.keys, released.why.en) == ((tested.season.lots[0],) if let_go else (), why)
        assert [one.kind for one in held] == ([] if recall is None else ["recall" if recall else "hold"])
        assert all(bool(one.keys) is not let_go for one in held)


def test_a_recall_by_a_stranger_says_that_it_changes_nothing() -> None:
    tested = Judged()
    tested.do(reports_of.hold, by="urn:x:stranger", lots=[tested.season.lots[0]], reason="mould", recall=True)
    (told,) = effects_on(tested)
    assert told.keys == ()
    assert told.why.en == "Without effect: who reports it had nothing to do with these goods."


def test_goods_recalled_together_with_others_are_free_when_they_are_let_go() -> None:
    tested = Judged()
    lot, other = tested.season.lots[0], "https://id.gs1.org/01/09520001000010/10/OTHER9"
    tested.do(reports_of.hold, lots=[lot, other], site=tested.season.station, reason="mould", recall=True)
    assert "OTHER9" not in tested.judged("not_recalled").sentence_en
    tested.do(reports_of.release, by=REGULATOR, lots=[lot], site=tested.season.station, reason="sorted out")
    assert tested.judged("not_recalled").outcome == "passed"
