"""A registered county with its brand: who may report, what is held, when labels are given, and what the public sees."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from deploy.local.site import ROOT
from tests.running_product import RunningProduct
from tests.system.conftest import a_stranger
from tests.system.door import JSON_LD, post, trace
from tests.system.measured import kept_cold
from tests.system.paying import GROWER, STATION, paid
from tests.system.stranger import document

pytestmark = pytest.mark.system

REGISTRY = ROOT / "deploy/demo/registry.yaml"
BRAND = "https://suyuan.example/brand/xixian-yulu"
BRAND_OFFICE = "https://id.gs1.org/417/9520001008016"
PACKER = "https://id.gs1.org/417/9520001008030"
SHOP = "https://id.gs1.org/417/9520001008054"
INSPECTOR = "https://id.gs1.org/417/9520001008078"
CERTIFIER = "https://id.gs1.org/417/9520001008085"
STATION_SITE, HOUSE = "https://id.gs1.org/414/9520001005015", "https://id.gs1.org/414/9520001005022"
PLOT = "https://suyuan.example/plot/7f3a"
PAGE = {"Accept": "text/html", "Accept-Language": "en"}
LOOSE, GIFT = "https://id.gs1.org/01/09520001007019", "https://id.gs1.org/01/09520001007026"


@pytest.fixture(scope="module")
def county(product: RunningProduct) -> RunningProduct:
    imported = product.suyuan("registry", "import", REGISTRY)
    assert imported.returncode == 0, imported.stderr
    return product


@pytest.fixture(scope="module")
def station(county: RunningProduct) -> Iterator[httpx.Client]:
    with county.client("station", party=STATION) as client:
        yield client


@pytest.fixture(scope="module")
def packer(county: RunningProduct) -> Iterator[httpx.Client]:
    with county.client("packer", party=PACKER) as client:
        yield client


@pytest.fixture(scope="module")
def office(county: RunningProduct) -> Iterator[httpx.Client]:
    with county.client("brand_office", party=BRAND_OFFICE) as client:
        yield client


@pytest.fixture
def word() -> str:
    """A lot number of this test's own."""
    return uuid.uuid4().hex[:10].upper()


def _event(kind: str, day: int, site: str, **fields: Any) -> dict[str, Any]:
    time = f"2026-09-{day:02}T08:00:00.000+08:00"
    return {"type": kind, "eventTime": time, "eventTimeZoneOffset": "+08:00", "readPoint": {"id": site}, **fields}


def _picked(lot: str, kg: float, *, grower: str = GROWER, plot: str = PLOT) -> dict[str, Any]:
    return _event(
        "ObjectEvent",
        12,
        plot,
        action="ADD",
        bizStep="creating_class_instance",
        bizLocation={"id": STATION_SITE},
        quantityList=[{"epcClass": f"{LOOSE}/10/{lot}", "quantity": kg, "uom": "KGM"}],
        sourceList=[{"type": "owning_party", "source": grower}],
        destinationList=[{"type": "possessing_party", "destination": STATION}],
    )


def _packed(lot: str, boxed: str, kg: float) -> dict[str, Any]:
    def amounts(epc_class: str) -> list[dict[str, Any]]:
        return [{"epcClass": epc_class, "quantity": kg, "uom": "KGM"}]

    inputs, outputs = amounts(f"{LOOSE}/10/{lot}"), amounts(f"{GIFT}/10/{boxed}")
    step = {"bizStep": "commissioning", "bizLocation": {"id": HOUSE}}
    return _event("TransformationEvent", 14, HOUSE, inputQuantityList=inputs, outputQuantityList=outputs, **step)


def _handed_over(station: httpx.Client, packer: httpx.Client, lot: str, kg: float) -> None:
    """Sent to the packing house and received there: nobody packs what he never had."""
    amounts = [{"epcClass": f"{LOOSE}/10/{lot}", "quantity": kg, "uom": "KGM"}]
    ends = {
        "sourceList": [{"type": "location", "source": STATION_SITE}],
        "destinationList": [
            {"type": "location", "destination": HOUSE},
            {"type": "possessing_party", "destination": PACKER},
        ],
    }
    sent = _event("ObjectEvent", 13, STATION_SITE, action="OBSERVE", bizStep="shipping", quantityList=amounts, **ends)
    came = _event("ObjectEvent", 13, HOUSE, action="OBSERVE", bizStep="receiving", quantityList=amounts, **ends)
    came |= {"eventTime": "2026-09-13T10:00:00.000+08:00", "bizLocation": {"id": HOUSE}}
    assert post(station, document([sent]))["success"]
    assert post(packer, document([came]))["success"]


def _certified(client: httpx.Client, word: str) -> None:
    """The station's orchard and the packing house have had their certificate since spring."""
    certificate = {
        "certificate": f"https://suyuan.example/certificate/{word}",
        "state": "issued",
        "scheme": "green_food",
        "number": f"GF14103126{int(word, 16) % 10_000:04}",
        "scope": [PLOT, HOUSE],
        "valid_from": "2026-01-01",
        "valid_to": "2028-12-31",
        "at": "2026-01-02T09:00:00+08:00",
    }
    answer = client.post("/api/certificates", json=certificate)
    assert answer.status_code == 201, answer.text


def _inspected(client: httpx.Client, lot: str) -> None:
    """What an inspector measured of the loose fruit conforms."""
    values = {"soluble_solids": "13.1", "total_sugar": "9.1", "titratable_acid": "0.11", "firmness": "48.6"}
    report = {
        "product": LOOSE.rsplit("/", 1)[1],
        "lot": lot,
        "kind": "official",
        "measurements": [{"property": name, "value": value} for name, value in values.items()],
        "site": STATION_SITE,
        "at": "2026-09-12T10:00:00+08:00",
    }
    answer = client.post("/api/inspections", json=report)
    assert answer.status_code == 201, answer.text


def _issued(office: httpx.Client, boxed: str, **more: Any) -> httpx.Response:
    wish = {"brand": BRAND, "lot": f"{GIFT}/10/{boxed}", "count": 2, **more}
    return office.post("/api/labels", json=wish)


@pytest.fixture(scope="module")
def labelled(county: RunningProduct, station: httpx.Client, packer: httpx.Client, office: httpx.Client) -> Any:
    """Labels of a lot of which all that the brand asks is known."""
    lot = uuid.uuid4().hex[:10].upper()
    with county.client("laboratory", party=CERTIFIER) as certifier:
        _certified(certifier, lot)
    assert post(station, document([_picked(lot, 90.0)]))["success"]
    with county.client("inspector", party=INSPECTOR) as inspector:
        _inspected(inspector, lot)
    _handed_over(station, packer, lot, 90.0)
    assert post(packer, document([_packed(lot, lot, 90.0)]))["success"]
    paid(county, f"{LOOSE}/10/{lot}", 90)
    kept_cold(county, f"{GIFT}/10/{lot}")
    answer = _issued(office, lot)
    assert answer.status_code == 201, answer.text
    return answer.json()["labels"]


# Who may report


def test_a_station_without_a_mandate_is_told_so(county: RunningProduct, word: str) -> None:
    with county.client("station", party="https://id.gs1.org/417/9520001000409") as other:
        answer = other.post("/epcis/capture", content=document([_picked(word, 50.0)]), headers=JSON_LD)
    assert (answer.status_code, answer.json()["type"]) == (403, "epcisException:SecurityException")
    assert "no mandate" in answer.json()["detail"]
    assert answer.json()["problems"][0]["pointer"].startswith("/epcisBody/eventList/0/")


def test_a_station_with_its_growers_mandate_is_taken(station: httpx.Client, word: str) -> None:
    assert post(station, document([_picked(word, 50.0)]))["success"]


def test_a_grower_nobody_enrolled_is_recorded_and_holds_the_label(
    station: httpx.Client, packer: httpx.Client, office: httpx.Client, word: str
) -> None:
    stranger = f"https://suyuan.example/grower/{word}"
    picked = _picked(word, 50.0, grower=stranger, plot=f"https://suyuan.example/plot/{word}")
    assert post(station, document([picked]))["success"]
    assert post(packer, document([_packed(word, word, 50.0)]))["success"]
    claim = office.get("/api/claims", params={"code": f"{GIFT}/10/{word}", "brand": BRAND}).json()
    assert claim["verdict"] == "held"
    unknown = [result for result in claim["results"] if result["outcome"] == "unknown"]
    assert unknown
    assert all(result["sentence_zh"] and result["sentence_en"] for result in unknown)
    answer = _issued(office, word)
    assert (answer.status_code, answer.json()["labels"], answer.json()["claim"]["verdict"]) == (409, [], "held")


# Labels


def test_a_label_is_granted_and_its_page_shows_the_verdict(public: httpx.Client, labelled: Any) -> None:
    link = labelled[0]["link"]
    verdict = public.get("/api/labels", params={"code": link}).json()
    assert (verdict["verdict"], verdict["brand"]) == ("issued", BRAND)
    page = public.get(link, headers=PAGE)
    assert page.status_code == 200
    assert 'class="verdict good"' in page.text
    assert page.text.index('class="verdict') < page.text.index("<h1>")
    assert "100 %" in page.text


@pytest.mark.parametrize("where", ["serial", "lot", "signature"])
def test_a_changed_character_is_no_label_of_ours(public: httpx.Client, labelled: Any, where: str) -> None:
    link = labelled[0]["link"]
    place = {"serial": link.index("?") - 3, "lot": link.index("/10/") + 5, "signature": len(link) - 9}[where]
    changed = link[:place] + ("7" if link[place] != "7" else "8") + link[place + 1 :]
    assert public.get("/api/labels", params={"code": changed}).json()["verdict"] == "not_ours"
    assert 'class="verdict bad"' in public.get(changed, headers=PAGE).text


def test_no_more_labels_than_the_lot_has_kilograms(
    station: httpx.Client, packer: httpx.Client, office: httpx.Client, labelled: Any
) -> None:
    lot = labelled[0]["link"].split("/10/")[1].split("/")[0]
    answer = _issued(office, lot, count=19)
    assert answer.status_code == 400
    assert "kg" in answer.json()["detail"]


def test_only_the_brands_office_gives_labels(packer: httpx.Client, labelled: Any) -> None:
    lot = labelled[0]["link"].split("/10/")[1].split("/")[0]
    assert _issued(packer, lot).status_code == 403


# Who reads what


def test_the_public_does_not_see_what_a_party_sees(county: RunningProduct, public: httpx.Client, word: str) -> None:
    stranger = a_stranger()
    secret = {"example:price": 4.2, "example:buyer": "someone"}
    event = {
        **_picked(word, 50.0),
        **secret,
        "bizTransactionList": [{"type": "po", "bizTransaction": f"urn:x:po:{stranger.number}"}],
    }
    raw = document([event], {"example": "https://ns.example/"})
    with county.client("station", party=STATION) as client:
        assert post(client, raw)["success"]
        (seen,) = trace(client, f"{LOOSE}/10/{word}", "back")["steps"]
    (shown,) = trace(public, f"{LOOSE}/10/{word}", "back")["steps"]
    assert _hidden(seen) == {*secret, "sourceList", "destinationList", "bizTransactionList"} & seen["event"].keys()
    assert secret.keys() <= seen["event"].keys()
    assert secret.keys().isdisjoint(shown["event"])
    assert {"capturer", "sources", "destinations", "transactions"}.isdisjoint(shown)
    assert shown["read_point"] == PLOT


def _hidden(step: Mapping[str, Any]) -> set[str]:
    public = {"@context", "type", "eventID", "eventTime", "eventTimeZoneOffset", "recordTime", "action", "bizStep"}
    return set(step["event"]) - public - {"readPoint", "bizLocation", "quantityList", "disposition"}


def test_a_query_shows_the_public_only_public_fields(public: httpx.Client, station: httpx.Client, word: str) -> None:
    assert post(station, document([{**_picked(word, 50.0), "example:price": 4.2}], {"example": "https://x.y/"}))[
        "success"
    ]
    asked = {"MATCH_anyEPCClass": f"{LOOSE}/10/{word}"}
    for client, sees in ((public, False), (station, True)):
        body = client.get("/epcis/events", params=asked).json()
        (event,) = body["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert ("example:price" in event, "sourceList" in event) == (sees, sees)


def test_names_and_telephones_of_people_are_for_those_who_keep_the_registry(
    county: RunningProduct, public: httpx.Client, word: str
) -> None:
    grower = f"https://suyuan.example/grower/{word}"
    person = {"personal_name": "张三", "phone": "13800000000"}
    record = {"record": "party", "kind": "grower", "id": grower, "name_zh": "果农", "version": 1, **person}
    with county.client("operator") as registrar:
        written = registrar.put("/api/registry", json=[record])
        assert written.json()["results"][0]["status"] == "accepted", written.text
        kept = registrar.get("/api/registry/party", params={"id": grower}).text
    shown = public.get("/api/registry/party", params={"id": grower}).text
    assert all(word in kept for word in person.values())
    assert not any(word in shown for word in person.values())
