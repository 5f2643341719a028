"""What changes reaches the box: whatever is recorded of goods, their labels answer by it at the very next look-up.

A read that names the change's receipt says that it was applied; whoever looks a label up after that names none. Nothing
is waited for in between: within a second is what ADR 0164 promises to others who look elsewhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
import httpx
import pytest
from produce.v1 import labels_pb2, labels_pb2_grpc

from tests.running_product import RunningProduct
from tests.system.door import post, trace
from tests.system.measured import kept_cold
from tests.system.paying import GROWER, STATION, paid
from tests.system.stranger import document
from tests.system.test_registered_world import (
    BRAND,
    BRAND_OFFICE,
    CERTIFIER,
    GIFT,
    INSPECTOR,
    LOOSE,
    PACKER,
    PLOT,
    REGISTRY,
    STATION_SITE,
    _certified,
    _handed_over,
    _inspected,
    _issued,
    _packed,
)

pytestmark = pytest.mark.system

ELSEWHERE = "https://suyuan.example/plot/nobody-registered-it"
VALUES = (
    {"property": "total_sugar", "value": "9.1"},
    {"property": "titratable_acid", "value": "0.11"},
    {"property": "firmness", "value": "48.6"},
)
REGULATOR = "https://id.gs1.org/417/9520001008160"
JSON = {"Accept": "application/json"}
PAGE = {"Accept": "text/html", "Accept-Language": "en"}
Scan = Mapping[str, Any]


@dataclass(frozen=True)
class Labelled:
    """A lot and what is on its boxes: a label made for it, one of a roll that was bound to it, and its short code."""

    product: RunningProduct
    number: str
    links: tuple[str, str]
    code: str

    @property
    def key(self) -> str:
        return f"{GIFT}/10/{self.number}"

    @property
    def loose(self) -> str:
        return f"{LOOSE}/10/{self.number}"

    def report(self, noun: str, role: str, party: str, **fields: Any) -> dict[str, Any]:
        """What was answered, once a read with its receipt knows of it."""
        with self.product.client(role, party=party) as client:
            answer = client.post(f"/api/{noun}", json=fields)
            assert answer.status_code == 201, answer.text
            said: dict[str, Any] = answer.json()
            self.applied(client, (said.get("declared") or said)["receipt"])
        return said

    def applied(self, client: httpx.Client, receipt: Mapping[str, Any]) -> None:
        after = "{topic}:{partition}:{offset}".format(**receipt)
        asked = client.get("/api/claims", params={"code": self.key, "brand": BRAND, "after": after})
        assert asked.status_code == 200, asked.text

    def step(self, kind: str) -> str:
        """The id of the report of this kind that counts."""
        with self.product.client("inspector", party=INSPECTOR) as inspector:
            steps = trace(inspector, self.loose, "back")["steps"]
        (counts,) = [one for one in steps if one["kind"] == kind and one["standing"] in ("in_force", "disputed")]
        return str(counts["event_id"])

    def certificates(self) -> list[str]:
        """All that vouch for its orchard or for the house it was packed in: other tests have theirs."""
        with self.product.client("inspector", party=INSPECTOR) as inspector:
            found = trace(inspector, self.key, "back")["certificates"]
        return [str(one["id"]) for one in found if one["validity"] == "valid"]

    def looked_up(self, public: httpx.Client) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        """The label's verdict, the claim's and the rules that did not pass, by each link and by the short code."""
        scans = {link: public.get(link, headers=JSON).json() for link in self.links}
        scans[self.code] = public.get("/b", params={"code": self.code}, headers=JSON).json()
        return {code: _answer(scan) for code, scan in scans.items()}

    def in_bulk(self) -> set[str]:
        with self.product.client("importer") as platform:
            told = platform.post("/api/labels/verify", json={"codes": [*self.links, self.code]})
        assert told.status_code == 200, told.text
        return {one["verdict"] for one in told.json()["answers"]}

    def pages(self, public: httpx.Client) -> set[str]:
        """The tone of the first verdict on each page."""
        texts = [public.get(link, headers=PAGE).text for link in self.links]
        return {text.split('class="verdict ', 1)[1].split('"', 1)[0] for text in texts}


def _answer(scan: Scan) -> tuple[str, str, tuple[str, ...]]:
    claim = scan["claim"]
    amiss = tuple(sorted(one["rule"] for one in claim["results"] if one["outcome"] != "passed"))
    return scan["label"]["verdict"], claim["verdict"], amiss


@pytest.fixture(scope="module")
def box(product: RunningProduct) -> Labelled:
    """Of a lot of which all that the brand asks is known: 90 kg, a label of its own and two of a roll."""
    assert product.suyuan("registry", "import", REGISTRY).returncode == 0
    word = uuid.uuid4().hex[:10].upper()
    with product.client("laboratory", party=CERTIFIER) as certifier:
        _certified(certifier, word)
    with product.client("station", party=STATION) as station, product.client("packer", party=PACKER) as packer:
        delivered = {"product": LOOSE.rsplit("/", 1)[1], "lot": word, "unit": "kg", "gross": "90", "site": STATION_SITE}
        who = {"plot": PLOT, "grower": GROWER, "at": "2026-09-12T08:00", "event_id": _delivery(word)}
        answer = station.post("/api/deliveries", json=delivered | who)
        assert answer.status_code == 201, answer.text
        with product.client("inspector", party=INSPECTOR) as inspector:
            _inspected(inspector, word)
        _handed_over(station, packer, word, 90.0)
        assert post(packer, document([_packed(word, word, 90.0)]))["success"]
    paid(product, f"{LOOSE}/10/{word}", 90)
    kept_cold(product, f"{GIFT}/10/{word}")
    with product.client("brand_office", party=BRAND_OFFICE) as office:
        issued = _issued(office, word, count=1)
    assert issued.status_code == 201, issued.text
    (label,), rolled = issued.json()["labels"], _of_a_roll(product, word)
    return Labelled(product, word, (label["link"], rolled.link), label["short_code"])


def _delivery(word: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, word)}"


def _of_a_roll(product: RunningProduct, lot: str) -> Any:
    bearer = (("authorization", f"Bearer {product.token('brand_office', party=BRAND_OFFICE)}"),)
    with grpc.insecure_channel(product.site.address("labels")) as channel:
        stub: Any = labels_pb2_grpc.LabelServiceStub(channel)
        asked = labels_pb2.IssueRollRequest(request_id=uuid.uuid4().hex, brand=BRAND, gtin=GIFT[-14:], count=2)
        first, last = stub.IssueRoll(asked, metadata=bearer).labels
        ends = {"first": first.link, "last": last.link}
        binding = labels_pb2.BindRollRequest(request_id=uuid.uuid4().hex, lot=f"{GIFT}/10/{lot}", **ends)
        assert stub.BindRoll(binding, metadata=bearer).count == 2
    return first


@pytest.fixture
def in_order(box: Labelled, public: httpx.Client) -> Iterator[Labelled]:
    """Every label is issued and its goods are in order, before a change and after it is withdrawn."""
    good = ("issued", "granted", ())
    assert set(box.looked_up(public).values()) == {good}
    yield box
    assert set(box.looked_up(public).values()) == {good}
    assert box.pages(public) == {"good"}


def test_a_suspended_certificate_until_it_is_reinstated(in_order: Labelled, public: httpx.Client) -> None:
    certificates = in_order.certificates()
    for one in certificates:
        in_order.report("certificates", "laboratory", CERTIFIER, certificate=one, state="suspended", reason="checks")
    assert set(in_order.looked_up(public).values()) == {("issued", "held", ("certified",))}
    assert in_order.pages(public) == {"bad"}
    for one in certificates:
        in_order.report("certificates", "laboratory", CERTIFIER, certificate=one, state="reinstated", reason="checked")


def test_a_revoked_certificate_until_that_is_taken_back(in_order: Labelled, public: httpx.Client) -> None:
    revoking = {"state": "revoked", "reason": "checks"}
    told = [
        in_order.report("certificates", "laboratory", CERTIFIER, certificate=one, **revoking)
        for one in in_order.certificates()
    ]
    assert set(in_order.looked_up(public).values()) == {("issued", "held", ("certified",))}
    assert in_order.pages(public) == {"bad"}
    for one in told:
        in_order.report("corrections", "laboratory", CERTIFIER, corrects=one["event_id"], reason="did_not_occur")


def test_a_recall_of_what_the_boxes_were_packed_from_until_it_ends(in_order: Labelled, public: httpx.Client) -> None:
    recall = {"lots": in_order.loose, "reason": "residue"}
    in_order.report("holds", "regulator", REGULATOR, kind="recall", **recall)
    assert {verdict for verdict, _, _ in in_order.looked_up(public).values()} == {"recalled"}
    assert in_order.in_bulk() == {"recalled"}
    assert in_order.pages(public) == {"bad"}
    in_order.report("releases", "regulator", REGULATOR, **recall)
    assert in_order.in_bulk() == {"issued"}


def test_a_disputed_inspection_until_an_inspector_settles_it(in_order: Labelled, public: httpx.Client) -> None:
    inspected = in_order.step("inspection")
    in_order.report("corrections", "station", STATION, corrects=inspected, reason="did_not_occur")
    assert set(in_order.looked_up(public).values()) == {("issued", "held", ("standard",))}
    assert in_order.pages(public) == {"bad"}
    again = [{"property": "soluble_solids", "value": "13.2"}, *VALUES]
    in_order.report("corrections", "inspector", INSPECTOR, corrects=inspected, report={"measurements": again})


@pytest.mark.parametrize(
    ("wrong", "right", "answer"),
    [
        ({"gross": "40"}, {"gross": "90"}, ("held", "balance")),
        ({"plot": ELSEWHERE}, {"plot": PLOT}, ("held", "origin")),
    ],
    ids=["fewer kilograms", "another plot"],
)
def test_a_corrected_delivery_until_it_is_corrected_again(
    in_order: Labelled,
    public: httpx.Client,
    wrong: Mapping[str, str],
    right: Mapping[str, str],
    answer: tuple[str, str],
) -> None:
    verdict, rule = answer
    in_order.report("corrections", "station", STATION, corrects=in_order.step("harvest"), report=wrong)
    for label, claimed, amiss in in_order.looked_up(public).values():
        assert (label, claimed) == ("issued", verdict) and rule in amiss
    assert not in_order.pages(public) & {"good"}
    in_order.report("corrections", "station", STATION, corrects=in_order.step("harvest"), report=right)
