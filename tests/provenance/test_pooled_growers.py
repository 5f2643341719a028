"""The story every history must get right: three growers pooled, graded, mixed on a pallet, split to two shops."""

from fractions import Fraction
from random import Random

import pytest

from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.weights import registered
from simulator.world import Grower, World
from tests.provenance.reported import reports


class Story:
    """A, B and C bring fruit; it is pooled, graded with a loss, boxed, palletised, unpacked and sent to two shops."""

    def __init__(self, brought: tuple[int, ...] = (400, 350, 250), loss: str = "0.08") -> None:
        world = self.world = World(seed=3)
        station, house = world.site("station"), world.site("packing_house")
        centre, self.shops = world.site("distribution_centre"), (world.site("shop"), world.site("shop"))
        self.growers: list[Grower] = [world.grow() for _ in brought]
        self.lots = [world.pick(g, kg, station=station) for g, kg in zip(self.growers, brought, strict=True)]
        pooled = world.pool(self.lots, site=station)
        left = sum(brought) * (1 - Fraction(loss))
        first, second = world.grade(pooled, [f"{float(left) * 0.5:.3f}", f"{float(left) * 0.5:.3f}"], site=house)
        five = world.product("礼盒", net_weight_kg=5)
        boxes = int(left / 2 / 5)
        self.boxes = [
            *world.pack(first, boxes, product=five, site=house),
            *world.pack(second, boxes, product=five, site=house),
        ]
        self.pallet = world.palletise(self.boxes, site=house)
        world.send([self.pallet], to=centre)
        world.unpack(self.pallet)
        for shop, part in zip(self.shops, (self.boxes[::2], self.boxes[1::2]), strict=True):
            world.send(part, to=shop)

    def shuffled_and_doubled(self, seed: int = 0) -> "list":  # type: ignore[type-arg]
        documents = [d for d in reports(self.world.events) for _ in range(2)]
        Random(seed).shuffle(documents)
        return documents

    def back(self, key: str) -> History:
        return build_from(self.shuffled_and_doubled(), trace_back([key], net_weight=registered(self.world.registry)))

    def forward(self, key: str) -> History:
        return build_from(self.shuffled_and_doubled(), trace_forward([key], net_weight=registered(self.world.registry)))


@pytest.fixture(scope="module")
def story() -> Story:
    return Story()


def test_every_box_answers_forty_thirty_five_twenty_five(story: Story) -> None:
    for box in story.boxes[::23]:
        shares = {share.lot: share.fraction for share in story.back(box).shares}
        assert shares == dict(zip(story.lots, (Fraction(2, 5), Fraction(7, 20), Fraction(1, 4)), strict=True))


def test_a_pallet_answers_like_its_boxes(story: Story) -> None:
    history = story.back(story.pallet)
    assert {s.lot: s.fraction for s in history.shares} == {s.lot: s.fraction for s in story.back(story.boxes[0]).shares}
    assert history.kilograms == 5 * len(story.boxes)


def test_shares_name_grower_and_plot(story: Story) -> None:
    shares = {share.lot: (share.grower, share.plot) for share in story.back(story.boxes[0]).shares}
    assert shares == {lot: (g.id, g.plot) for lot, g in zip(story.lots, story.growers, strict=True)}


def test_both_shops_are_found_from_the_smallest_grower(story: Story) -> None:
    assert {holder.site for holder in story.forward(story.lots[2]).holders} >= set(story.shops)


@pytest.mark.parametrize("grower", [0, 1, 2])
def test_from_each_grower_forward_shipped_and_lost_is_what_was_brought_in(story: Story, grower: int) -> None:
    history = story.forward(story.lots[grower])
    held = sum((holder.kilograms or Fraction(0) for holder in history.holders), Fraction(0))
    assert history.lost_kg == Fraction((400, 350, 250)[grower]) * Fraction(8, 100)
    assert held + history.lost_kg == history.kilograms == (400, 350, 250)[grower]
    assert history.gaps == ()


def test_what_was_lost_on_the_way_to_a_box_is_its_part_of_the_grading_loss(story: Story) -> None:
    history = story.back(story.boxes[0])
    assert history.kilograms == 5
    assert history.lost_kg == Fraction(5) / Fraction("0.92") - 5
