"""Where a recall leads is never told short: whatever says in its own history that it is recalled is reached."""

from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back, trace_reach
from provenance.quality.holds import in_force
from provenance.standing import Reported
from tests.provenance.foreign import event
from tests.provenance.messy import messy
from tests.provenance.reported import Body, known_as, report

INSPECTOR = known_as("urn:x:inspector")
reported = st.builds(messy, st.integers(0, 10**6), st.integers(1, 14))


def recall(key: str, hour: int) -> Body:
    return event("ObjectEvent", hour, action="OBSERVE", bizStep="holding", disposition="recalled", epcList=[key])


def things(documents: list[Reported]) -> list[str]:
    named = {key for d in documents for key in (*d.event.items_by_key, *([d.event.parent] if d.event.parent else ()))}
    return sorted(named)


@settings(max_examples=60, deadline=None)
@given(reported, st.integers(0, 24), st.data())
def test_whatever_is_recalled_by_its_own_history_is_reached_from_what_was_recalled(
    documents: list[Reported], hour: int, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(things(documents)))
    recalling = report(recall(key, hour), recorded=len(documents), capturer="urn:x:me")
    every = [*documents, recalling]
    reached = build_from(every, trace_reach([key], may_declare=INSPECTOR))
    for thing in set(things(every)) - reached:
        history = build_from(every, trace_back([thing], may_declare=INSPECTOR))
        held = in_force(history.steps, lambda party, day: "", history.keys)
        assert not any(one.event.event_id == recalling.event.event_id for one in held)
