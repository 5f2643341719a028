"""Which floor price is asked for a delivery: that of the county's brand whose boxes say that they may be made of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from provenance.histories.history import Pick
from provenance.payments.floors import floor_of
from provenance.registry.records import Product, Site
from provenance.weights import gtin_of
from simulator.world import World
from tests.provenance.reported import report


def picked() -> tuple[World, Pick]:
    world = World(seed=2)
    station = world.site("station")
    lot = world.pick(world.grow(), 40, station=station)
    fruit = gtin_of(lot)
    box = world.product("礼盒", net_weight_kg=5)
    boxed = next(record for record in world.records if isinstance(record, Product) and record.id == box)
    world.records[world.records.index(boxed)] = replace(boxed, made_of=frozenset({fruit or ""}))
    world.brand(gtins=[box], floor_price_yuan=Decimal(6))
    return world, Pick(report(world.events[-1]).event, None)


def test_the_floor_of_a_fruit_is_that_of_the_brand_of_its_boxes() -> None:
    world, pick = picked()
    assert floor_of(pick, world.registry) == Decimal(6)


@pytest.mark.parametrize("county", ["140106", ""])
def test_no_other_countys_brand_asks_for_one(county: str) -> None:
    world, pick = picked()
    world.records = [
        replace(r, county_code=county) if isinstance(r, Site) and r.kind == "plot" else r for r in world.records
    ]
    assert floor_of(pick, world.registry) is None


def test_of_boxes_that_name_no_fruit_nothing_is_asked() -> None:
    world, pick = picked()
    world.records = [replace(r, made_of=frozenset()) if isinstance(r, Product) else r for r in world.records]
    assert floor_of(pick, world.registry) is None
