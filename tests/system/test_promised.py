"""From a report to its proof: promised at once, covered within seconds, and checked with nothing of the server's."""

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import zxingcpp
from PIL import Image

from epcis.event_id import record_id, recorded_bytes
from provenance.log.checkpoints import Checkpoint
from provenance.log.evidence import Promised, Proven, check, keys_of, read_keys
from provenance.log.notes import Note, VerifierKey
from provenance.log.tiles import Tile, tiles_of, unbundled
from provenance.merkle import hash_leaf, root_of
from services.log.topology import fed_topics
from tests.running_product import RunningProduct
from tests.system.door import post
from tests.system.paying import GROWER, STATION, payment, report
from tests.system.stranger import document
from tests.system.test_registered_world import LOOSE, PLOT, REGISTRY, STATION_SITE, _picked
from wire.topics import PAYMENTS

pytestmark = pytest.mark.system

DEADLINE_S = 30
OTHER = "https://id.gs1.org/417/9520001008030"
TILES = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def station(product: RunningProduct) -> Iterator[httpx.Client]:
    assert product.suyuan("registry", "import", REGISTRY).returncode == 0
    with product.client("station", party=STATION) as client:
        yield client


@pytest.fixture(scope="module")
def keys(public: httpx.Client) -> Sequence[VerifierKey]:
    """Of the log, which is named by where it is read."""
    read = keys_of(read_keys(public.get("/.well-known/signed-note-keys").text))
    assert read[0].name == f"{public.base_url.netloc.decode()}/log"
    return read


def delivered(client: httpx.Client, event_id: str | None = None) -> dict[str, str]:
    fields = {
        "product": LOOSE,
        "lot": "P1",
        "plot": PLOT,
        "grower": GROWER,
        "site": STATION_SITE,
        "gross": "100 kg",
        "at": "2026-09-12T08:00:00+08:00",
        "event_id": event_id or str(uuid.uuid4()),
    }
    answer = client.post("/api/deliveries", json=fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def promised(client: httpx.Client) -> dict[str, str]:
    """A delivery whose answer carries the promise: it is not waited for long, and on a busy machine it may be late."""
    ends = time.monotonic() + DEADLINE_S
    while "promise" not in (reported := delivered(client)):
        assert time.monotonic() < ends, "no report was promised in time"
        time.sleep(1)
    return reported


def fetched(client: httpx.Client, reported: dict[str, str]) -> str:
    """The promise, asked for later."""
    receipt: Mapping[str, Any] = reported["receipt"]  # type: ignore[assignment]
    after = ":".join(map(str, receipt.values()))
    return client.get(reported["promise_at"], params={"after": after}).raise_for_status().text


def covered(client: httpx.Client, address: str) -> str:
    """The proof, once there is one."""
    ends = time.monotonic() + DEADLINE_S
    while (answer := client.get(address)).status_code == 404:
        assert time.monotonic() < ends, answer.text
        time.sleep(0.1)
    assert answer.status_code == 200, answer.text
    return answer.text


def head(public: httpx.Client) -> Checkpoint:
    note = Note.read(public.get("/log/checkpoint").text)
    return Checkpoint.read(note.text, origin=note.signatures[0].name)


def test_a_report_is_promised_then_covered_and_its_proof_checks_without_us(
    station: httpx.Client, public: httpx.Client, keys: Sequence[VerifierKey]
) -> None:
    reported = promised(station)
    promise = check(reported["promise"], keys=keys)
    assert isinstance(promise, Promised)
    proven = check(covered(station, reported["proof_at"]), keys=keys)
    assert isinstance(proven, Proven)
    assert proven.leaf == promise.leaf
    assert proven.leaf.record_id.hex() == record_id(recorded_bytes(reported["event"]))  # type: ignore[arg-type]
    assert proven.size <= head(public).size
    later = check(fetched(station, reported), keys=keys)
    assert isinstance(later, Promised) and later.leaf == promise.leaf


def test_the_picture_of_a_proof_holds_the_proof(station: httpx.Client, keys: Sequence[VerifierKey]) -> None:
    reported = delivered(station)
    covered(station, reported["proof_at"])
    picture = station.get(reported["proof_at"], params={"format": "png"})
    assert picture.headers["content-type"] == "image/png"
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture.content)))
    assert isinstance(check(found.text, keys=keys), Proven)


def test_whoever_reads_the_tiles_finds_the_root_that_is_signed(public: httpx.Client, station: httpx.Client) -> None:
    covered(station, delivered(station)["proof_at"])
    checkpoint = head(public)
    entries: list[bytes] = []
    last = next(tiles_of(checkpoint.size))
    for place in range(last.place + 1):
        bundle = last if place == last.place else Tile(None, place)
        answer = public.get(f"/log/tile/{bundle}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, TILES)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["access-control-allow-origin"] == "*"
        entries += unbundled(bundle, answer.content)
    assert root_of(list(map(hash_leaf, entries))) == checkpoint.root
    beyond = [Tile(0, checkpoint.size // 256 + 1000), Tile(None, checkpoint.size // 256 + 1000, 1)]
    for path in (*map(str, beyond), "0/0", "64/000", "0/000.p/256", "0/000%2Ep/1"):
        assert public.get(f"/log/tile/{path}").status_code == 404, path


def test_what_is_sent_again_is_the_same_leaf_and_the_promise_of_it_says_so(
    station: httpx.Client, keys: Sequence[VerifierKey]
) -> None:
    same = str(uuid.uuid4())
    first, second = delivered(station, same), delivered(station, same)
    assert first["receipt"] != second["receipt"]
    promise = check(fetched(station, second), keys=keys)
    proven = check(covered(station, second["proof_at"]), keys=keys)
    assert proven.leaf == promise.leaf


def test_a_promise_is_its_reporters_and_a_proof_whose_event_it_is(
    product: RunningProduct, station: httpx.Client, public: httpx.Client
) -> None:
    reported = delivered(station)
    covered(station, reported["proof_at"])
    addresses = (reported["promise_at"], reported["proof_at"])
    assert [public.get(one).status_code for one in addresses] == [401, 401]
    with product.client("packer", party=OTHER) as other:
        assert [other.get(one).status_code for one in addresses] == [403, 403]
    with product.client("inspector", party="https://id.gs1.org/417/9520001008078") as inspector:
        assert [inspector.get(one).status_code for one in addresses] == [403, 200]
    assert station.get("/events/urn%3Auuid%3Aabsent/proof").status_code == 404


def test_what_a_partner_captured_in_a_document_is_promised_and_proved_by_its_id(
    station: httpx.Client, keys: Sequence[VerifierKey]
) -> None:
    event = _picked(uuid.uuid4().hex[:10].upper(), 100) | {"eventID": f"urn:uuid:{uuid.uuid4()}"}
    assert post(station, document([event]))["success"]
    address = f"/events/{quote(event['eventID'], safe='')}"
    promise = check(station.get(f"{address}/promise").raise_for_status().text, keys=keys)
    proven = check(covered(station, f"{address}/proof"), keys=keys)
    assert proven.leaf == promise.leaf


def test_a_payment_is_no_leaf(station: httpx.Client) -> None:
    """It is restricted, and corrected by records of its own (ADR 0140)."""
    paid = report(station, payment(f"{LOOSE}/10/{uuid.uuid4().hex[:10].upper()}", "400"))
    assert station.get(f"/events/{quote(paid, safe='')}/proof").status_code == 404
    assert PAYMENTS.name("produce") not in fed_topics("produce")
