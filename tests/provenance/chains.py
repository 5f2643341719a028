"""Random supply chains in foreign events: mixing, splitting, losing, packing, shipping; rooms and trucks, stock-takes,
returns, runs of several reports, corrections; weights in grams."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from epcis.event_id import event_hash_id
from provenance.standing import Reported
from tests.provenance.foreign import harvest, joined, made, seen
from tests.provenance.reported import Body, report

PLACES = ("farm", "house", "centre", "shop")


def by_place(bodies: Sequence[Body]) -> list[Reported]:
    """Each told by the party of the place it happened at; what is taken back, by who told it."""
    return [
        report(body, recorded=n, capturer=f"urn:x:party-{body.get('readPoint', {}).get('id', '')}")
        for n, body in enumerate(bodies)
    ]


@dataclass
class Chain:
    """`left` are grams of each lot not used yet; nothing is ever used that is not there."""

    random: Random
    bodies: list[Body] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    harvested: dict[str, int] = field(default_factory=dict)
    hour: float = 0

    def grow(self, deeds: int) -> "Chain":
        for _ in range(self.random.randint(2, 4)):
            self._harvest()
        for _ in range(deeds):
            self.random.choice((self._transform, self._transform, self._ship, self._pack, self._sell, self._harvest))()
        return self

    def live(self, deeds: int) -> "Chain":
        """The same with everything else that happens to goods."""
        rare = (self._keep, self._load, self._count, self._return, self._run, self._correct)
        self.grow(1)
        for _ in range(deeds):
            self.random.choice((*rare, self._transform, self._transform, self._ship, self._pack, self._sell))()
        return self

    def _harvest(self) -> None:
        lot, grams = f"h{len(self.harvested)}", self.random.randint(1_000, 900_000)
        self.harvested[lot] = self.left[lot] = grams
        self._add(harvest(self.hour, {lot: grams / 1000}, at="farm"))

    def _transform(self) -> None:
        inputs = {lot: self.random.randint(1, self.left[lot]) for lot in self._some(3)}
        if not inputs:
            return
        whole = sum(inputs.values())
        outputs = {}
        for n in range(self.random.randint(1, 3)):
            grams = self.random.randint(0, whole)
            whole -= grams
            if grams:
                outputs[f"m{len(self.bodies)}.{n}"] = grams
        if not outputs:
            return
        for lot, grams in inputs.items():
            self.left[lot] -= grams
        self.left |= outputs
        kilograms = [{lot: grams / 1000 for lot, grams in side.items()} for side in (inputs, outputs)]
        self._add(made(self.hour, *kilograms, at=self.random.choice(PLACES)))

    def _ship(self) -> None:
        for lot in self._some(1):
            amount, (here, there) = self.random.randint(1, self.left[lot]) / 1000, self.random.sample(PLACES, 2)
            self._add(seen(self.hour, "shipping", lots={lot: amount}, at=here, to=there))
            if self.random.random() < 0.7:
                self._add(seen(self.hour, "receiving", lots={lot: amount}, at=there))

    def _pack(self) -> None:
        for lot in self._some(1):
            pallet, amount = f"p{len(self.bodies)}", self.random.randint(1, self.left[lot]) / 1000
            self._add(joined(self.hour, "ADD", pallet, lots={lot: amount}, at="house"))
            self._add(seen(self.hour, "receiving", pallet, at=self.random.choice(PLACES)))
            if self.random.random() < 0.5:
                self._add(joined(self.hour, "DELETE", pallet, at="shop"))

    def _sell(self) -> None:
        for lot in self._some(1):
            grams = self.random.randint(1, self.left[lot])
            self.left[lot] -= grams
            step = self.random.choice(("retail_selling", "destroying"))
            self._add(seen(self.hour, step, lots={lot: grams / 1000}, action="DELETE", at="shop"))

    def _keep(self) -> None:
        for lot in self._some(1):
            amount = self.random.randint(1, self.left[lot]) / 1000
            self._add(seen(self.hour, "storing", lots={lot: amount}, at=self.random.choice(("room", "house"))))

    def _load(self) -> None:
        """Onto a truck, which drives off, and is emptied or not."""
        for lot in self._some(2):
            amount, there = self.random.randint(1, self.left[lot]) / 1000, self.random.choice(PLACES)
            body = joined(self.hour, "ADD", "truck", lots={lot: amount}, at="house")
            self._add({**body, "type": "AssociationEvent"})
            self._add(seen(self.hour, "departing", "truck", at="house", to=there))
        if self.random.random() < 0.6:
            self._add({**joined(self.hour, "DELETE", "truck", at="shop"), "type": "AssociationEvent"})

    def _count(self) -> None:
        for lot in self._some(1):
            amount = self.random.randint(0, self.left[lot] + 1000) / 1000
            self._add(seen(self.hour, "stock_taking", lots={lot: amount}, at=self.random.choice(PLACES)))

    def _return(self) -> None:
        for lot in self._some(1):
            amount = self.random.randint(1, self.left[lot]) / 1000
            place = self.random.choice(PLACES)
            self._add(seen(self.hour, "receiving", lots={lot: amount}, at=place, disposition="returned"))

    def _run(self) -> None:
        """A grading run: tipped in one by one, then what came out, closed or still open."""
        run, whole = f"urn:x:run{len(self.bodies)}", 0
        for lot in self._some(3):
            grams = self.random.randint(1, self.left[lot])
            self.left[lot] -= grams
            whole += grams
            self._add(made(self.hour, {lot: grams / 1000}, {}, at="house", transformationID=run))
        out = self.random.randint(0, whole)
        if out:
            made_of_it = f"g{len(self.bodies)}"
            self.left[made_of_it] = out
            closed = {"suyuan:runClosed": True} if self.random.random() < 0.5 else {}
            self._add(made(self.hour, {}, {made_of_it: out / 1000}, at="house", transformationID=run, **closed))

    def _correct(self) -> None:
        """The last shipment, or whatever only moved goods, never happened."""
        moved = [body for body in self.bodies if body.get("bizStep") in ("shipping", "storing", "stock_taking")]
        if moved:
            named = {**moved[-1], "eventID": event_hash_id(moved[-1])}
            declared = {"declarationTime": "2026-12-01T00:00:00.000+08:00", "reason": "did_not_occur"}
            self.bodies.append({**named, "errorDeclaration": declared})

    def _some(self, most: int) -> list[str]:
        there = [lot for lot, grams in self.left.items() if grams]
        return self.random.sample(there, min(len(there), self.random.randint(1, most)))

    def _add(self, body: Body) -> None:
        self.bodies.append(body)
        self.hour += 1
