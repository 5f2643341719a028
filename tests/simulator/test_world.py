"""The small world files what its deeds would report, and knows how much is left of everything."""

from epcis.validation import validate_event
from simulator.world import World


def test_the_same_deeds_under_the_same_seed_are_the_same_reports() -> None:
    def deeds() -> list[dict[str, object]]:
        world = World(seed=9)
        world.pick(world.grow(), 5)
        return world.events

    assert deeds() == deeds()


def test_packing_takes_the_net_weight_of_its_boxes_from_the_lot() -> None:
    world = World(seed=1)
    house, box = world.site("packing_house"), world.product("礼盒", net_weight_kg="4.5")
    lot = world.pick(world.grow(), 100)
    boxes = world.pack(lot, 10, product=box, site=house)
    assert world.kg[lot] == 55
    assert {str(world.kg[box]) for box in boxes} == {"4.5"}
    assert len(set(boxes)) == 10


def test_what_is_on_a_pallet_goes_where_the_pallet_goes() -> None:
    world = World(seed=1)
    house, shop = world.site("packing_house"), world.site("shop")
    lot = world.pick(world.grow(), 100)
    pallet = world.palletise(lots={lot: 100}, site=house)
    world.send([pallet], to=shop)
    assert world.place[lot] == shop
    assert world.unpack(pallet) == [lot]


def test_identifiers_are_right_to_their_check_digits() -> None:
    world = World(seed=1)
    lot = world.pick(world.grow(), 100, station=world.site("station"))
    world.send([world.palletise(lots={lot: 1}, site=world.site("packing_house"))], to=world.site("shop"))
    for event in world.events:
        assert not [p for p in validate_event(event, context=event["@context"], strict=True) if p.severity == "error"]
