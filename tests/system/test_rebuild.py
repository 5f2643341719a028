"""A rebuild reads the whole log again into a new generation; the answers stay what they were."""

import json
from collections.abc import Sequence
from random import Random

import httpx
import pytest

from simulator.accidents import Accidents, befall
from simulator.numbers import Numbers
from simulator.world import World
from tests.running_product import RunningProduct
from tests.system.door import post, trace
from tests.system.stranger import document

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def codes(partner: httpx.Client) -> Sequence[str]:
    """What to ask for after a simulated week in which a good part of the reports went wrong."""
    world = World(seed=Random().getrandbits(32))
    station, house, shop = world.site("station"), world.site("packing_house"), world.site("shop")
    lots = [world.pick(world.grow(), kg, station=station) for kg in (400, 350, 250)]
    first, second = world.grade(world.pool(lots, site=station), ["600", "320"], site=house)
    five = world.product("礼盒", net_weight_kg=5)
    boxes = [*world.pack(first, 30, product=five, site=house), *world.pack(second, 20, product=five, site=house)]
    pallet = world.palletise(boxes, site=house)
    world.send([pallet], to=shop)
    world.unpack(pallet)
    wrong = Accidents(late=0.2, duplicate=0.3, corrected=0.2, wrong=0.1)
    told = list(befall(world.events, wrong, random=Random(5), numbers=Numbers(Random(6))))
    for first_of_part in range(0, len(told), 50):
        assert post(partner, document(told[first_of_part : first_of_part + 50]))["success"]
    return [*lots, first, second, boxes[0], boxes[-1], pallet]


def test_after_a_rebuild_every_answer_is_the_same(
    partner: httpx.Client, product: RunningProduct, codes: Sequence[str]
) -> None:
    questions = [(code, direction) for code in codes for direction in ("back", "forward")]
    before = [trace(partner, *question) for question in questions]
    rebuilt = product.suyuan("rebuild", "--json")
    assert rebuilt.returncode == 0, rebuilt.stderr
    answer = json.loads(rebuilt.stdout)
    assert (answer["switched"], answer["differing"]) == (True, [])
    assert [trace(partner, *question) for question in questions] == before
