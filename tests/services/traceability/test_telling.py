"""What one reader sees of a history: the holders of those it deals with, and that there are others."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import pytest

from provenance.access.authority import Principal
from provenance.access.readership import grower_name
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_forward
from provenance.registry.records import Mandate, Party
from provenance.weights import registered
from services.traceability.histories.telling import Seen, Told, as_seen_by
from simulator.world import World
from tests.provenance.reported import reports

TODAY = date(2026, 12, 1)


@dataclass
class Trade:
    """A lot packed into ten boxes of 5 kg: four in one shop, six in another."""

    world: World
    shops: tuple[str, str]
    told: Told
    office: str

    def seen_by(self, party: str, *roles: str) -> Seen:
        return as_seen_by(Principal(party, frozenset(roles)), self.told, self.world.registry, TODAY)

    def party_of(self, shop: str) -> str:
        site = self.world.registry.site(shop, TODAY)
        assert site is not None
        return site.party


@pytest.fixture(scope="module")
def trade() -> Trade:
    world = World(seed=3)
    station, house = world.site("station"), world.site("packing_house")
    shops = world.site("shop"), world.site("shop")
    lot = world.pick(world.grow(), 50, station=station)
    product = world.product("礼盒", net_weight_kg=5)
    office = world.brand(gtins=[product]).owner
    boxes = world.pack(lot, 10, product=product, site=house, kg=50)
    for shop, part in zip(shops, (boxes[:4], boxes[4:]), strict=True):
        world.send(part, to=shop)
    history = build_from(reports(world.events), trace_forward([lot], net_weight=registered(world.registry)))
    return Trade(world, shops, Told(history, (b"{}",) * len(history.steps)), office)


def test_a_shop_sees_itself_and_is_told_how_much_more_there_is(trade: Trade) -> None:
    seen = trade.seen_by(trade.party_of(trade.shops[0]), "shop")
    assert [holder.site for holder in seen.facts.message.holders] == [trade.shops[0]]
    assert (len(seen.withheld), seen.withheld_kg) == (1, Fraction(30))


def test_the_registrar_is_told_that_there_are_holders_and_the_office_of_the_brand_who_they_are(trade: Trade) -> None:
    counted = trade.seen_by("urn:x:registrar", "registrar")
    assert not counted.facts.message.holders
    assert (len(counted.withheld), counted.withheld_kg) == (2, Fraction(50))
    named = trade.seen_by(trade.office, "brand_office")
    assert {holder.site for holder in named.facts.message.holders} == set(trade.shops)
    assert (named.withheld, named.withheld_kg) == ((), None)


def test_the_office_of_a_brand_reads_no_event_it_takes_no_part_in(trade: Trade) -> None:
    steps = trade.seen_by(trade.office, "brand_office").facts.message.steps
    assert list(steps) == list(trade.told.public.message.steps)


def test_one_shop_with_goods_in_two_states_is_one_place(trade: Trade) -> None:
    holder = trade.told.history.holders[0]
    seen = Seen(trade.told.public, (holder, replace(holder, state="sold"), trade.told.history.holders[1]))
    assert (len(seen.withheld), seen.withheld_places) == (3, 2)


@pytest.mark.parametrize("role", ["station", "shop", "packer", "carrier", "brand_office"])
def test_who_takes_no_part_cannot_poll_a_rivals_stock(trade: Trade, role: str) -> None:
    seen = trade.seen_by("urn:x:rival", role)
    assert (list(seen.facts.message.holders), seen.withheld, seen.withheld_kg) == ([], (), None)


def test_owning_the_brand_counts_only_for_its_office(trade: Trade) -> None:
    assert trade.seen_by(trade.office, "shop").withheld == ()


def test_an_inspector_sees_all_of_them(trade: Trade) -> None:
    seen = trade.seen_by("urn:x:inspection", "inspector")
    assert (len(seen.facts.message.holders), seen.withheld, seen.withheld_kg) == (2, (), None)


def test_the_public_is_not_even_told_how_many(trade: Trade) -> None:
    assert trade.seen_by("", "public").withheld == ()


@pytest.mark.parametrize(
    ("party", "role", "named"),
    [
        ("urn:x:inspection", "inspector", True),
        ("urn:x:registrar", "registrar", True),
        ("urn:x:trusted", "station", True),
        ("urn:x:grower", "grower", True),
        ("urn:x:office", "brand_office", False),
        ("urn:x:shop", "shop", False),
        ("", "public", False),
    ],
)
def test_a_growers_name_is_for_inspectors_the_registry_itself_and_whom_it_trusts(
    party: str, role: str, named: bool
) -> None:
    world = World(seed=1)
    grower = Party(id="urn:x:grower", kind="grower", name_zh="果农01")
    world.register(grower)
    world.register(Mandate(id="urn:x:m", from_party=grower.id, to_party="urn:x:trusted", actions=frozenset({"report"})))
    reader = Principal(party, frozenset({role}))
    assert grower_name(reader, grower, registry=world.registry, today=TODAY) == ("果农01" if named else "")
