"""A foreign supply chain with private URNs, of which three event ids stand on different events."""

import json
import re
import secrets

import httpx
import pytest

from tests.material import shared
from tests.system.door import event_ids, post, trace

pytestmark = pytest.mark.system

PACKED_TUNA = "urn:gdst:example.org:product:lot:class:processor.2u.v1-0122-2022"


def _chain() -> str:
    return shared("oracles", "trace_back", "traceback_tests.jsonld").read_text()


def test_reused_event_ids_are_conflicts_to_show(partner: httpx.Client) -> None:
    assert post(partner, _chain().encode())["success"]
    shown = trace(partner, PACKED_TUNA, "back")["conflicts"]
    assert sorted(len(conflict["record_ids"]) for conflict in shown) == [2, 3, 3]


def test_without_its_ids_the_chain_has_seventeen_events(partner: httpx.Client) -> None:
    chain = json.loads(_chain())
    for event in chain["epcisBody"]["eventList"]:
        del event["eventID"]
    own = f"s{secrets.token_hex(4)}"
    theirs = re.sub(r"urn:(gdst|epc):|(transform)-", rf"urn:\1\2:{own}:", json.dumps(chain))
    assert post(partner, theirs.encode())["success"]
    history = trace(partner, PACKED_TUNA.replace("urn:gdst:", f"urn:gdst:{own}:"), "back")
    assert len(event_ids(history["steps"], carried=False)) == 17
    assert "conflicts" not in history
