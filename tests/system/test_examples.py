"""The ten worked events, posted as they are to the EPCIS door, asked for by the command."""

import json
from typing import Any

import httpx
import pytest

from epcis.documents import read_document
from epcis.event_id import event_hash_id
from tests.material import shared
from tests.running_product import RunningProduct
from tests.system.door import post

pytestmark = pytest.mark.system

LOT = "https://id.gs1.org/01/09520001000010/10/XX20260912A"


@pytest.fixture(scope="module")
def numbers(partner: httpx.Client) -> dict[str, str]:
    """Event id to the number of its file, all captured."""
    files = sorted(shared("examples").glob("*.jsonld"))
    for file in files:
        assert post(partner, file.read_bytes())["success"]
    return {event_hash_id(read_document(file.read_bytes()).events[0]): file.name[:2] for file in files}


def _trace(product: RunningProduct, *arguments: str) -> dict[str, Any]:
    finished = product.suyuan("trace", *arguments, "--json")
    assert finished.returncode == 0, finished.stderr
    return dict(json.loads(finished.stdout))


@pytest.mark.parametrize(
    "code",
    ["https://id.gs1.org/01/19520001000017/21/BX0001", "(01)19520001000017(21)BX0001"],
)
def test_a_box_has_six_events_and_three_that_carried_it(
    product: RunningProduct, numbers: dict[str, str], code: str
) -> None:
    answer = _trace(product, code, "--back")
    assert [numbers[id_] for id_ in answer["events"]] == ["01", "02", "03", "04", "08", "09"]
    assert [numbers[id_] for id_ in answer["carried"]] == ["05", "06", "07"]
    assert answer["shares"] == {LOT: 1.0}


def test_forward_from_the_orchard_the_holders_of_both_boxes_are_found(
    product: RunningProduct, numbers: dict[str, str]
) -> None:
    answer = _trace(product, LOT, "--forward")
    assert sorted(numbers[id_] for id_ in answer["events"]) == sorted(numbers.values())
    house, shop = "https://id.gs1.org/414/9520001000201", "https://id.gs1.org/414/9520001000300"
    assert answer["holders"] == {house: 750.5, shop: 250.0}
