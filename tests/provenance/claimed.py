"""A small season to judge: two growers pooled and boxed, honest unless a test changes something."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from provenance.access.say import parties_of
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back
from provenance.registry.records import Accreditation, County, CountyStatus, Product, ProductionStandard
from provenance.reports import Json
from provenance.rules.beside import NOTHING
from provenance.rules.claims import RULES, Claim, claim
from provenance.weights import registered
from simulator.world import CHINA, World
from tests.provenance.reported import reports

CERTIFICATE = "https://id.gs1.org/253/9520001000508C0001"
CERTIFIER = "https://example.org/certifier"
STANDARD = "https://example.org/standard"
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=CHINA)
XI = County(
    id="141031",
    name_zh="隰县",
    name_en="Xi County",
    statuses=(CountyStatus("national-832", "national", None, 2018, "832 list"),),
)
QIDONG = County(
    id="430426",
    name_zh="祁东县",
    name_en="Qidong County",
    statuses=(CountyStatus("hunan-provincial", "provincial", None, 2018, "province"),),
)


class Season:
    """Two growers of the brand's county, pooled and boxed, to a production standard that sets nothing.

    `beside` is what is read beside the history.
    """

    def __init__(self, **brand: Any) -> None:
        self.world = World(seed=5)
        self.world.register(XI)
        self.world.register(QIDONG)
        self.world.register(Accreditation(id="urn:x:a", party=CERTIFIER, schemes=frozenset({"green_food"})))
        self.station = self.world.site("station")
        self.house = self.world.site("packing_house")
        self.box = self.world.product("礼盒", net_weight_kg=5)
        self.standard()
        self.growers = [self.world.grow(), self.world.grow()]
        self.brand = self.world.brand(gtins=[self.box], **brand)
        self.lots: list[str] = []
        self.beside = NOTHING
        self.objections: list[Json] = []

    def standard(self, **fields: Any) -> None:
        """What is asked of the fruit from now on, and of the boxes of it."""
        version = sum(isinstance(record, ProductionStandard) for record in self.world.records) + 1
        standard = ProductionStandard(id=STANDARD, version=version, name_zh="生产标准", name_en="standard", **fields)
        self.world.register(standard)
        for product in [r for r in self.world.records if isinstance(r, Product) and not r.production_standard]:
            self.world.register(replace(product, version=product.version + 1, production_standard=standard.id))

    def certify(self, **fields: Any) -> None:
        scope = fields.pop("scope", [grower.plot for grower in self.growers])
        self.world.certify(
            CERTIFICATE, scheme="green_food", scope=scope, issuer=fields.pop("issuer", CERTIFIER), **fields
        )

    def bring(self, kg: int | None = 50, grower: int = 0, **fields: Any) -> None:
        self.lots.append(self.world.pick(self.growers[grower], kg, station=self.station, **fields))

    def object_to(self, declared_wrong: Json) -> None:
        """The first grower declares somebody's report wrong, which he may not."""
        self.objections.append(declared_wrong)

    def boxes(self) -> list[str]:
        pooled = self.world.pool(self.lots, site=self.house)
        return self.world.pack(pooled, 10, product=self.box, site=self.house, kg=50)

    def claim(self, now: datetime = NOW, key: str = "") -> Claim:
        found = self.history(key or self.boxes()[0])
        return claim(found, self.world.registry, self.brand, now, beside=self.beside)

    def history(self, key: str) -> History:
        tracing = trace_back(
            [key], net_weight=registered(self.world.registry), parties=parties_of(self.world.registry, NOW.date)
        )
        objections = reports(self.objections, capturer=self.growers[0].id)
        return build_from([*reports(self.world.events), *objections], tracing)


def outcomes(found: Claim) -> dict[str, str]:
    return {result.rule: result.outcome for result in found.results}


GOOD = {rule.__name__: "unknown" if rule.__name__ == "cold_chain" else "passed" for rule in RULES}
"""What `good` gives: all that is asked is there, and no range is set that it could have been kept in."""


def good(*, certified: bool = True, **brand: Any) -> Season:
    """All that a brand asks for, of two growers' fruit, to be boxed; `certified` says whether it is."""
    season = Season(required_certificate_schemes=frozenset({"green_food"}), **brand)
    if certified:
        season.certify()
    season.bring(60, 0)
    season.bring(40, 1)
    return season
