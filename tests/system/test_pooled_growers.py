"""Growers pool, a house grades with a loss, boxes of both lots go out together to two shops: in a stranger's EPCIS.

Every event comes in twice and in any order. Back from every box its growers are found with their shares, forward from
every grower the shops with the kilograms: shipped and lost are what was brought in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import httpx
import pytest

from tests.running_product import RunningProduct
from tests.system.conftest import a_stranger
from tests.system.door import holders, post, shares, trace
from tests.system.stranger import Amount, Spelling, Stranger, amounts, document

pytestmark = pytest.mark.system

KILOGRAMS = {"KGM": Fraction(1), "TNE": Fraction(1000), "GRM": Fraction(1, 1000), "LBR": Fraction("0.45359237")}
SHOPS = (4, 5)
ABC = {"A": 400.0, "B": 350.0, "C": 250.0}


def kg(amount: Amount) -> Fraction:
    assert amount is not None
    quantity, uom = amount if isinstance(amount, tuple) else (amount, "KGM")
    return Fraction(str(quantity)) * KILOGRAMS[uom]


@dataclass
class Told:
    """A story as reported: whose lots, which things ask for their origin, and where each shop is."""

    stranger: Stranger
    lots: Mapping[str, str]
    brought: Mapping[str, Amount]
    things: list[str]

    def report(self, client: httpx.Client, seed: int = 0) -> "Told":
        job = post(client, document(self.stranger.reports(seed)))
        assert job["success"], job
        return self

    def holds(self, client: httpx.Client, *, left_kg: Fraction | None = None) -> None:
        """Every thing answers with the growers' shares, and every grower with the shops' kilograms."""
        whole = sum(map(kg, self.brought.values()), Fraction(0))
        expected = {self.lots[name]: kg(amount) / whole for name, amount in self.brought.items()}
        for thing in self.things:
            _same(shares(client, thing), expected)
        for name in self.brought:
            self._adds_up(client, name, left_kg, whole)

    def _adds_up(self, client: httpx.Client, name: str, left_kg: Fraction | None, whole: Fraction) -> None:
        forward = trace(client, self.lots[name], "forward")
        held = holders(client, self.lots[name])
        assert {self.stranger.place(shop) for shop in SHOPS} <= held.keys()
        brought, lost = kg(self.brought[name]), Fraction(forward["lost_kg"])
        assert float(sum(map(Fraction, map(str, held.values())), lost)) == pytest.approx(float(brought), abs=1e-6)
        if left_kg is not None:
            assert float(lost) == pytest.approx(float(brought * (1 - left_kg / whole)), abs=1e-6)


def _same(told: Mapping[str, Fraction], expected: Mapping[str, Fraction]) -> None:
    assert {key: float(part) for key, part in told.items()} == pytest.approx(
        {key: float(part) for key, part in expected.items()}, abs=1e-9
    )


def bring(stranger: Stranger, brought: Mapping[str, Amount]) -> dict[str, str]:
    """Each grower picks; the lots by grower. Links are canonical, whatever the spelling, so answers are in them."""
    canonical = Stranger(stranger.number, "private" if stranger.spelling == "private" else "link")
    for name, amount in brought.items():
        stranger.pick(stranger.lot(f"{name}1"), amount)
    return {name: canonical.lot(f"{name}1") for name in brought}


def amounts_of(stranger: Stranger, brought: Mapping[str, Amount]) -> dict[str, Amount]:
    return {stranger.lot(f"{name}1"): amount for name, amount in brought.items()}


def shops(stranger: Stranger, boxes: Iterable[str], start: int = 3) -> None:
    """Every other box to each of the two shops."""
    listed = list(boxes)
    for shop, part in zip(SHOPS, (listed[::2], listed[1::2]), strict=True):
        stranger.ship(part, start, shop)
        stranger.receive(part, shop)


def canonical_places(stranger: Stranger) -> None:
    if stranger.spelling == "urn":
        stranger.place = Stranger(stranger.number).place  # type: ignore[method-assign]


def graded(stranger: Stranger, inputs: Mapping[str, Amount]) -> list[str]:
    """Two lots with 8 % loss, all of both in boxes; the boxes in turns."""
    first, second = stranger.lot("G1", 2), stranger.lot("G2", 3)
    stranger.make(inputs, {first: 600.0, second: 320.0})
    large, small = [stranger.box(f"L{n}") for n in range(6)], [stranger.box(f"S{n}", 8) for n in range(4)]
    stranger.pack({first: 600.0}, large, 100.0)
    stranger.pack({second: 320.0}, small, 80.0)
    return [large[0], small[0], *large[1:], *small[1:]]


def by_pallet(stranger: Stranger, boxes: list[str]) -> str:
    pallet = stranger.pallet(1)
    stranger.put(pallet, boxes)
    stranger.ship([pallet], 2, 3)
    stranger.receive([pallet], 3)
    stranger.put(pallet, boxes, 3, "DELETE")
    return pallet


@pytest.mark.parametrize("pooled", [True, False], ids=["pooled", "straight into grading"])
@pytest.mark.parametrize("spelling", ["link", "urn", "private"])
def test_every_box_answers_forty_thirty_five_twenty_five(
    partner: httpx.Client, spelling: Spelling, pooled: bool
) -> None:
    stranger = a_stranger(spelling)
    lots = bring(stranger, ABC)
    inputs: Mapping[str, Amount] = amounts_of(stranger, ABC)
    if pooled:
        stranger.make(inputs, {stranger.lot("POOL"): 1000.0}, at=1)
        inputs = {stranger.lot("POOL"): 1000.0}
    boxes = graded(stranger, inputs)
    pallet = by_pallet(stranger, boxes)
    shops(stranger, boxes)
    told = Told(stranger, lots, ABC, [*boxes, pallet]).report(partner)
    canonical_places(stranger)
    told.holds(partner, left_kg=Fraction(920))


def test_five_growers_in_four_units_three_grades_and_boxes_counted_by_lot(partner: httpx.Client) -> None:
    brought: dict[str, Amount] = {
        "A": (0.4137, "TNE"),
        "B": (351250, "GRM"),
        "C": (551.155, "LBR"),
        "D": 333.3,
        "E": (77, "KGM"),
    }
    stranger = a_stranger()
    lots = bring(stranger, brought)
    stranger.make(amounts_of(stranger, brought), {stranger.lot("POOL"): None})
    grades: dict[str, Amount] = {
        stranger.lot("G0", 2): 700.0,
        stranger.lot("G1", 3): (0.4, "TNE"),
        stranger.lot("G2", 4): (200000, "GRM"),
    }
    stranger.make({stranger.lot("POOL"): None}, grades)
    boxed = {stranger.lot(f"BX{n}", 5 + n): (count, "") for n, count in enumerate((70, 40, 20))}
    for grade, (lot, count) in zip(grades, boxed.items(), strict=True):
        stranger.make({grade: None}, {lot: count}, ilmd={"cbvmda:netWeight": "10 KGM"})
    pallet = stranger.pallet(1)
    stranger.put(pallet, [], childQuantityList=amounts(boxed))
    stranger.ship([pallet], 2, 3)
    stranger.receive([pallet], 3)
    stranger.put(pallet, [], 3, "DELETE")
    for shop, counts in zip(SHOPS, ((30, 25, 20), (40, 15, 0)), strict=True):
        part = amounts({lot: (n, "") for lot, n in zip(boxed, counts, strict=True) if n})
        stranger.ship([], 3, shop, quantityList=part)
        stranger.receive([], shop, quantityList=part)
    told = Told(stranger, lots, brought, [*boxed, pallet]).report(partner)
    told.holds(partner, left_kg=Fraction(1300))
    assert sum(holders(partner, stranger.lot("POOL")).values()) == pytest.approx(1300)


def test_boxes_packed_from_the_pool_ride_on_pallets_in_a_truck_and_are_only_received(partner: httpx.Client) -> None:
    stranger = a_stranger()
    lots = bring(stranger, ABC)
    stranger.make(amounts_of(stranger, ABC), {stranger.lot("POOL"): 1000.0})
    boxes = [stranger.box(n) for n in range(20)]
    stranger.pack({stranger.lot("POOL"): 1000.0}, boxes, 46.0)
    pallets, truck = [stranger.pallet(1), stranger.pallet(2)], f"https://id.gs1.org/8004/9520777T{stranger.number}"
    stranger.put(pallets[0], boxes[:10])
    stranger.put(pallets[1], boxes[10:])
    stranger.put(truck, pallets)
    stranger.ship([truck], 2, 3)
    stranger.receive([truck], 3)
    stranger.receive(boxes[:7], SHOPS[0])
    stranger.receive(boxes[7:], SHOPS[1])
    told = Told(stranger, lots, ABC, [boxes[0], boxes[-1], *pallets, truck]).report(partner)
    told.holds(partner, left_kg=Fraction(920))
    assert holders(partner, pallets[0]) == {stranger.place(4): 322.0, stranger.place(5): 138.0}
    carried = [step["kind"] for step in trace(partner, boxes[0], "back")["steps"] if step["carried"]]
    assert len(carried) == 3  # the pallet into the truck, the truck leaving and coming


def test_crates_of_all_growers_tipped_in_together_stand_for_what_was_in_them(partner: httpx.Client) -> None:
    stranger = a_stranger("private")
    lots = bring(stranger, ABC)
    bin_ = stranger.pallet(7)
    stranger.put(bin_, [], 1, childQuantityList=amounts(amounts_of(stranger, ABC)))
    stranger.ship([bin_], 1, 2)
    stranger.receive([bin_], 2)
    first, second = stranger.lot("G1"), stranger.lot("G2")
    stranger.make({}, {first: 600.0, second: 320.0}, inputEPCList=[bin_])
    boxes = [stranger.box(n) for n in range(8)]
    stranger.pack({first: 600.0, second: 320.0}, boxes, 115.0)
    shops(stranger, boxes, start=2)
    Told(stranger, lots, ABC, boxes).report(partner).holds(partner, left_kg=Fraction(920))


def test_boxes_with_a_lot_in_their_link_come_from_that_lot(partner: httpx.Client) -> None:
    stranger = a_stranger()
    lots = bring(stranger, ABC)
    first, second = stranger.lot("G1", 9), stranger.lot("G2", 8)
    stranger.make(amounts_of(stranger, ABC), {first: 600.0, second: 320.0})
    boxes = [f"{first}/21/{n}" for n in range(6)] + [f"{second}/21/{n}" for n in range(4)]
    stranger.see("commissioning", boxes[:6], 2, "ADD", ilmd={"cbvmda:netWeight": "100 KGM"})
    stranger.see("commissioning", boxes[6:], 2, "ADD", ilmd={"cbvmda:lotNumber": "G2", "cbvmda:netWeight": "80 KGM"})
    pallet = by_pallet(stranger, boxes)
    shops(stranger, boxes)
    Told(stranger, lots, ABC, [*boxes, pallet]).report(partner).holds(partner, left_kg=Fraction(920))


def test_boxes_that_only_shops_scan_by_their_labels_come_from_their_lot_and_are_found_from_every_grower(
    partner: httpx.Client,
) -> None:
    stranger = a_stranger()
    lots = bring(stranger, ABC)
    first, second = stranger.lot("G1", 9), stranger.lot("G2", 8)
    stranger.make(amounts_of(stranger, ABC), {first: 600.0, second: 320.0})
    boxes = [f"{lot}/21/{n}" for n in range(3) for lot in (first, second)]
    stranger.receive(boxes[:3], SHOPS[0])
    stranger.see("retail_selling", boxes[3:], SHOPS[1], "DELETE")
    Told(stranger, lots, ABC, boxes).report(partner)
    whole = {lots[name]: Fraction(share, 20) for name, share in (("A", 8), ("B", 7), ("C", 5))}
    unlotted = [box.replace("/10/G1", "").replace("/10/G2", "") for box in boxes]
    for box in (*boxes, *unlotted):
        _same(shares(partner, box), whole)
    for start in (*lots.values(), first):
        found = trace(partner, start, "forward")["holders"]
        assert {stranger.place(shop) for shop in SHOPS} <= {holder["site"] for holder in found}


def test_a_bin_used_as_a_lot_and_growers_crates_only_received_are_pooled_all_the_same(partner: httpx.Client) -> None:
    stranger = a_stranger()
    lots = {name: stranger.lot(f"{name}1") for name in ABC}
    for name, amount in ABC.items():
        stranger.receive([], 1, quantityList=amounts({lots[name]: amount}))
    pool = stranger.lot("POOL")
    stranger.put(pool, [], 1, childQuantityList=amounts(amounts_of(stranger, ABC)))
    boxes = graded(stranger, {pool: 1000.0})
    truck = f"https://id.gs1.org/8004/9520777U{stranger.number}"
    pallet = by_pallet(stranger, boxes)
    stranger.add("AssociationEvent", 3, action="ADD", parentID=truck, childEPCs=boxes)
    shops(stranger, boxes)
    told = Told(stranger, lots, ABC, [*boxes, pallet, truck]).report(partner)
    told.holds(partner, left_kg=Fraction(920))


def test_counted_boxes_of_a_lot_are_in_both_shops_though_nobody_said_what_one_weighs(partner: httpx.Client) -> None:
    stranger = a_stranger()
    lots = bring(stranger, ABC)
    first, second = stranger.lot("G1"), stranger.lot("G2", 3)
    stranger.make(amounts_of(stranger, ABC), {first: 600.0, second: 320.0})
    packed = {stranger.lot("P1", 4): (60, ""), stranger.lot("P2", 5): (40, "")}
    for graded_lot, (lot, count) in zip((first, second), packed.items(), strict=True):
        stranger.make({graded_lot: None}, {lot: count})
    half = amounts({lot: (count / 2, "") for lot, (count, _) in packed.items()})
    for shop in SHOPS:
        stranger.add("TransactionEvent", shop, action="ADD", bizStep="receiving", quantityList=half,
                     bizTransactionList=[{"type": "po", "bizTransaction": f"urn:stranger:po:{shop}"}],
                     bizLocation={"id": stranger.place(shop)})  # fmt: skip
    told = Told(stranger, lots, ABC, list(packed)).report(partner)
    told.holds(partner, left_kg=Fraction(920))
    assert holders(partner, lots["C"]) == {stranger.place(shop): 115.0 for shop in SHOPS}


def test_a_corrected_delivery_and_one_taken_back_count_as_what_they_were(partner: httpx.Client) -> None:
    stranger = a_stranger()
    ids = [f"urn:uuid:{stranger.number:08}-0000-4000-8000-{n:012}" for n in range(3)]
    lots = {name: stranger.lot(f"{name}1") for name in "ABCD"}
    stranger.pick(lots["A"], 400.0)
    wrong = stranger.pick(lots["B"], 3500.0, eventID=ids[0])
    stranger.pick(lots["C"], 250.0)
    void = stranger.pick(lots["D"], 99.0, eventID=ids[1])
    boxes = graded(stranger, {lots[name]: None for name in "ABC"})
    shops(stranger, boxes, start=2)
    right = {**wrong, "quantityList": amounts({lots["B"]: 350.0}), "eventID": ids[2]}
    stranger.events.append(right)
    stranger.correct(wrong, right)
    stranger.correct(void, None)
    Told(stranger, lots, ABC, boxes).report(partner).holds(partner, left_kg=Fraction(920))
    assert holders(partner, lots["D"]) == {}
    told = {step["event_id"]: step["standing"] for step in trace(partner, boxes[0], "back")["steps"]}
    assert (told[ids[0]], told[ids[2]]) == ("corrected", "in_force")


def test_boxes_sold_returned_and_thrown_away_are_found_where_they_ended(partner: httpx.Client) -> None:
    stranger = a_stranger()
    bring(stranger, ABC)
    boxes = graded(stranger, amounts_of(stranger, ABC))
    by_pallet(stranger, boxes)
    shops(stranger, boxes)
    kept, thrown, returned, sold = boxes[0], boxes[1], boxes[2], boxes[4]  # 100, 80, 100 and 100 kg
    stranger.see("retail_selling", [sold], 4, "DELETE", disposition="retail_sold")
    stranger.see("destroying", [thrown], 5, "DELETE", disposition="destroyed")
    stranger.ship([returned], 4, 3, disposition="returned")
    stranger.receive([returned], 3, disposition="returned")
    assert post(partner, document(stranger.reports()))["success"]
    places = {code: list(holders(partner, code)) for code in (kept, returned, sold)}
    assert places == {kept: [stranger.place(4)], returned: [stranger.place(3)], sold: [stranger.place(4)]}
    assert trace(partner, thrown, "forward").get("holders", []) == []
    forward = trace(partner, stranger.lot("A1"), "forward")
    assert Fraction(forward["lost_kg"]) == 32 + 32  # in grading, and 40 % of the box
    assert holders(partner, stranger.lot("A1"))[stranger.place(3)] == 40.0


def test_everything_at_one_moment_is_still_in_order(partner: httpx.Client) -> None:
    stranger = a_stranger()
    lots = bring(stranger, ABC)
    boxes = graded(stranger, amounts_of(stranger, ABC))
    pallet = by_pallet(stranger, boxes)
    shops(stranger, boxes)
    for event in stranger.events:
        event["eventTime"] = "2026-09-12T00:00:00.000+08:00"
    Told(stranger, lots, ABC, [*boxes, pallet]).report(partner).holds(partner, left_kg=Fraction(920))


@pytest.mark.parametrize("seed", range(6))
def test_any_numbers_and_shapes(partner: httpx.Client, seed: int) -> None:
    told = any_story(Random(seed)).report(partner, seed)
    told.holds(partner)


def any_story(random: Random) -> Told:
    """Growers, units, grades, pooling, boxes, pallets and ways of arriving, as they fall."""
    stranger = a_stranger(random.choice(("link", "urn", "private")))
    brought = {name: _some_amount(random) for name in "ABCDEFGH"[: random.randint(2, 8)]}
    lots = bring(stranger, brought)
    inputs: Mapping[str, Amount] = amounts_of(stranger, brought)
    left = sum(map(kg, brought.values()), Fraction(0))
    if random.random() < 0.5:
        stranger.make(inputs, {stranger.lot("POOL"): None}, at=1)
        inputs = {stranger.lot("POOL"): None}
    boxes = _graded_anyhow(stranger, random, inputs, left)
    things = [*boxes, *_sent_anyhow(stranger, random, boxes)]
    canonical_places(stranger)
    return Told(stranger, lots, brought, random.sample(things, min(len(things), 8)))


def _some_amount(random: Random) -> Amount:
    uom = random.choice(list(KILOGRAMS))
    return (round(float(random.uniform(50, 900) / float(KILOGRAMS[uom])), 4), uom)


def _graded_anyhow(stranger: Stranger, random: Random, inputs: Mapping[str, Amount], left: Fraction) -> list[str]:
    """One to four grades, some per cent lost in all; every grade in boxes of the same weight."""
    parts = [random.uniform(0.5, 1.5) for _ in range(random.randint(1, 4))]
    good = float(left) * random.uniform(0.85, 0.99) / sum(parts)
    grades = {stranger.lot(f"G{n}", 2 + n): round(part * good, 3) for n, part in enumerate(parts)}
    stranger.make(inputs, dict(grades))
    boxes: list[str] = []
    for n, (lot, weight) in enumerate(grades.items()):
        serials = [stranger.box(f"{n}-{serial}") for serial in range(random.randint(2, 5))]
        stranger.pack({lot: weight}, serials, round(weight / len(serials) * random.uniform(0.95, 0.999), 3))
        boxes += serials
    random.shuffle(boxes)
    return boxes


def _sent_anyhow(stranger: Stranger, random: Random, boxes: list[str]) -> list[str]:
    """On pallets, perhaps in a truck, unpacked or only received; the containers."""
    pallets = {stranger.pallet(n + 1): boxes[n :: random.randint(2, 3)] for n in range(2)}
    pallets = {pallet: [box for box in on if box in boxes] for pallet, on in pallets.items()}
    taken: set[str] = set()
    for pallet, on in pallets.items():
        pallets[pallet] = [box for box in on if box not in taken]
        taken.update(on)
        stranger.put(pallet, pallets[pallet])
    stranger.ship(list(pallets), 2, 3)
    stranger.receive(list(pallets), 3)
    if random.random() < 0.5:
        for pallet, on in pallets.items():
            stranger.put(pallet, on if random.random() < 0.5 else [], 3, "DELETE")
        shops(stranger, boxes)
    else:
        stranger.receive(boxes[::2], SHOPS[0])
        stranger.receive(boxes[1::2], SHOPS[1])
    return [pallet for pallet, on in pallets.items() if len(on) > 1]


def test_the_command_tells_the_same(partner: httpx.Client, product: RunningProduct) -> None:
    stranger = a_stranger("urn")
    bring(stranger, ABC)
    boxes = graded(stranger, amounts_of(stranger, ABC))
    shops(stranger, boxes, start=2)
    captured = product.suyuan("capture", "-", given=document(stranger.reports()))
    assert captured.returncode == 0, captured.stderr
    shown = product.suyuan("trace", boxes[0], "--back").stdout
    assert all(share in shown for share in ("40.00 %", "35.00 %", "25.00 %"))
