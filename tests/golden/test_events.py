"""Events that must be recorded, named and hashed alike for ever: what is in the log was named by these rules.

`events.json` is written once and only ever added to. A line that changes breaks every stored record of its kind; then a
new version of the rules is needed beside this one, never another line (ADR 0010, 0012).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from epcis.event_id import event_hash_id, pre_hash, record_id, recorded_bytes
from epcis.problems import errors
from epcis.validation import validate_event

_GOLDEN: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "events.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", _GOLDEN)
def test_an_event_of_the_past_keeps_its_bytes_and_its_names(name: str) -> None:
    golden = _GOLDEN[name]
    recorded = recorded_bytes(golden["event"])
    assert recorded.decode() == golden["recorded"]
    assert record_id(recorded) == golden["record_id"]
    assert event_hash_id(golden["event"]) == golden["hash_id"]
    assert pre_hash(golden["event"]) == golden["pre_hash"]


@pytest.mark.parametrize("name", _GOLDEN)
def test_an_event_of_the_past_is_still_valid_and_recorded_alike_when_read_again(name: str) -> None:
    recorded = json.loads(_GOLDEN[name]["recorded"])
    assert errors(validate_event(recorded)) == []
    assert recorded_bytes(recorded).decode() == _GOLDEN[name]["recorded"]
