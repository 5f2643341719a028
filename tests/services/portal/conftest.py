"""A portal over memory, with a small county behind it."""

from collections.abc import AsyncIterator
from decimal import Decimal

import httpx
import pytest
import pytest_asyncio

from provenance.access.authority import Principal
from provenance.registry.records import County, CountyStatus, Mandate, Party, Product, Site
from tests.services.portal.upstream import PUBLIC_URL, SINCE, Behind, LateRegistry, behind

STATION = "https://id.gs1.org/417/9520001000201"
OTHER = "https://id.gs1.org/417/9520001000300"
OFFICE = "https://id.gs1.org/417/9520001000607"
BRAND = "https://suyuan.example/brand/yulu"
STATION_SITE = "https://id.gs1.org/414/9520001000218"
GTIN = "https://id.gs1.org/01/09520001000010"
GROWER = "https://suyuan.example/grower/G-0231"
PLOT = "https://suyuan.example/plot/P-0417"

PRINCIPALS = {
    "station-token": Principal(STATION, frozenset({"station"})),
    "importer-token": Principal(OTHER, frozenset({"importer"})),
    "inspector-token": Principal("https://id.gs1.org/417/9520001000409", frozenset({"inspector"})),
    "office-token": Principal(OFFICE, frozenset({"brand_office"})),
    "packer-token": Principal(OTHER, frozenset({"packer"})),
    "regulator-token": Principal("https://id.gs1.org/417/9520001000706", frozenset({"regulator"})),
    "importer.x.token": Principal(OTHER, frozenset({"importer"})),
    "inspector.x.token": Principal("https://id.gs1.org/417/9520001000409", frozenset({"inspector"})),
    "operator.x.token": Principal("https://id.gs1.org/417/9520001000508", frozenset({"operator"})),
}


def county() -> LateRegistry:
    status = CountyStatus("national-832", "national", None, 2018, "list of 832")
    return LateRegistry(
        (
            County(id="141031", valid_from=SINCE, name_zh="隰县", name_en="Xi County", province_zh="山西省",
                   province_en="Shanxi", statuses=(status,)),
            Party(id=STATION, valid_from=SINCE, kind="station", name_zh="上庄服务站", name_en="Shangzhuang station"),
            Party(id=OTHER, valid_from=SINCE, kind="packer", name_zh="包装厂", name_en="Packing house"),
            Party(id=GROWER, valid_from=SINCE, kind="grower", name_zh="某", public_name_zh="上庄果农17号",
                  public_name_en="Grower 17 of Shangzhuang"),
            Mandate(id="m1", valid_from=SINCE, from_party=GROWER, to_party=STATION, actions=frozenset({"report"})),
            Site(id=PLOT, valid_from=SINCE, kind="plot", party=GROWER, name_zh="东坡地", name_en="East slope",
                 county_code="141031", township="城南乡", village="上庄村", area_mu=Decimal("6.5")),
            Site(id=STATION_SITE, valid_from=SINCE, kind="station", party=STATION, name_zh="上庄服务站",
                 name_en="Shangzhuang station", county_code="141031", village="上庄村"),
            Product(id=GTIN, valid_from=SINCE, name_zh="玉露香梨", name_en="Yulu pear", variety="玉露香"),
        )
    )  # fmt: skip


@pytest.fixture
def world() -> Behind:
    made = behind(PRINCIPALS, county())
    made.identity.cards["CARD-42"] = "station-token"
    product = {"kind": "product", "id": GTIN, "name_zh": "玉露香梨", "name_en": "Yulu pear"}
    made.records.records["product", GTIN] = product
    made.records.records |= {
        ("site", PLOT): {"kind": "plot", "id": PLOT, "party": GROWER, "name_zh": "东坡地", "name_en": "East slope",
                         "village": "上庄村", "village_en": "Shangzhuang", "area_mu": "6.5"},
        ("site", STATION_SITE): {"kind": "station", "id": STATION_SITE, "party": STATION, "name_zh": "上庄服务站",
                                 "name_en": "Shangzhuang station"},
        ("party", GROWER): {"kind": "grower", "id": GROWER, "public_name_zh": "上庄果农17号",
                            "public_name_en": "Grower 17 of Shangzhuang"},
        ("party", STATION): {"kind": "station", "id": STATION, "name_zh": "上庄服务站",
                             "name_en": "Shangzhuang station"},
        ("party", OTHER): {"kind": "packer", "id": OTHER, "name_zh": "包装厂", "name_en": "Packing house"},
    }  # fmt: skip
    made.identity.cards |= {"CARD-BRAND": "office-token", "CARD-PACK": "packer-token", "CARD-REG": "regulator-token"}
    made.rolls.owner = OFFICE
    brand = {
        "kind": "brand",
        "id": BRAND,
        "owner": OFFICE,
        "name_zh": "隰县玉露香梨",
        "name_en": "Xi County Yulu Pears",
    }
    made.records.records["brand", BRAND] = brand
    return made


@pytest_asyncio.fixture
async def browser(world: Behind) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a browser, who keeps cookies and is not signed in."""
    async with client(world) as opened:
        opened.headers.update({"accept": "text/html", "accept-language": "en"})
        yield opened


@pytest_asyncio.fixture
async def program(world: Behind) -> AsyncIterator[httpx.AsyncClient]:
    """A partner's system with an importer's token."""
    async with client(world) as opened:
        opened.headers["authorization"] = "Bearer importer-token"
        yield opened


def client(world: Behind) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(world.app()), base_url=PUBLIC_URL)
