"""Histories and queries as a caller gets them: the real log, projector, store and token issuer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import grpc
import pytest
import pytest_asyncio
from produce.v1 import capture_pb2, traceability_pb2, traceability_pb2_grpc

from epcis.documents import read_document
from provenance.registry.records import Brand, County, Product, ProductionStandard, YieldStep
from provenance.registry.records import Site as SiteRecord
from services.traceability.config import ServeConfig
from services.traceability.serve import run
from stream.receipts import Receipt
from tests.material import shared
from tests.services.running import Site, calling
from tests.services.traceability.events import GTIN, LOT, aggregation, harvest, packing, recalling, shipping, stored
from tests.services.traceability.projector_process import Deployment

pb = traceability_pb2
Stub = traceability_pb2_grpc.TraceabilityServiceStub
PALLET = "https://id.gs1.org/00/095212340000000012"
REPORTER = "https://id.gs1.org/417/9521234000006"


@pytest.fixture(scope="module")
def deployment(site: Site, mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    folder = tmp_path_factory.mktemp("projector")
    return Deployment(site.bootstrap, mongo_url, site.prefix, site.prefix, folder)


@pytest_asyncio.fixture(scope="module")
async def target(site: Site, deployment: Deployment) -> AsyncIterator[str]:
    """host:port of a `serve` beside a running projector."""

    def config(
        kafka: str, grpc_port: int, http_port: int, jwks_url: str, state_folder: Path, topic_prefix: str
    ) -> ServeConfig:
        return ServeConfig(
            kafka=kafka,
            mongo_url=deployment.mongo_url,
            database=deployment.database,
            grpc_port=grpc_port,
            http_port=http_port,
            jwks_url=jwks_url,
            state_folder=state_folder,
            topic_prefix=topic_prefix,
        )

    with deployment.projector(generation=0):
        await deployment.publish([harvest("first", LOT + "FIRST")])
        await deployment.caught_up()
        async with site.serving("traceability", run, config) as address:
            yield address


@pytest_asyncio.fixture
async def operator(site: Site, target: str) -> AsyncIterator[Any]:
    async with calling(target, await site.token("https://id.gs1.org/417/9521234000013", "operator")) as channel:
        yield Stub(channel)


def messages(receipts: Sequence[Receipt]) -> list[capture_pb2.Receipt]:
    return [capture_pb2.Receipt(topic=r.topic, partition=r.partition, offset=r.offset) for r in receipts]


def ids(history: Any, *, carried: bool) -> list[str]:
    return [step.event_id for step in history.steps if step.carried is carried]


async def back(stub: Any, code: str, receipts: Sequence[Receipt] = ()) -> Any:
    request = pb.GetHistoryRequest(code=code, direction=pb.DIRECTION_BACK, after=messages(receipts))
    return (await stub.GetHistory(request)).history


async def test_what_was_just_recorded_is_in_the_history(operator: Any, deployment: Deployment) -> None:
    """Twelve times over one cached history: each answer has every event acknowledged before it was asked for."""
    lot = LOT + "OWN"
    for number in range(12):
        receipts = await deployment.publish([harvest(f"own{number}", lot, minute=number)])
        history = await back(operator, lot, receipts)
        assert ids(history, carried=False) == [f"urn:uuid:own{n}" for n in range(number + 1)]


async def test_the_examples_give_one_history_from_picking_to_sale(operator: Any, deployment: Deployment) -> None:
    bodies = [dict(event) for path in sorted(shared("examples").glob("*.jsonld")) for event in _events(path)]
    receipts = await deployment.publish(bodies)
    history = await back(operator, _box(bodies), receipts)
    assert len(ids(history, carried=False)) == 6
    assert sorted(step.biz_step for step in history.steps if step.carried) == [
        "receiving",
        "sensor_reporting",
        "shipping",
    ]


@pytest.mark.parametrize(
    "code",
    [
        LOT + "SPELT",
        "https://example.com/01/09521234543213/10/SPELT?11=260912",
        "urn:epc:class:lgtin:9521234.054321.SPELT",
        "(01)09521234543213(10)SPELT",
        "^010952123454321310SPELT",
        "https://id.gs1.org/01/09521234543213/10/SPELT/21/UNSEEN",
        "(01)09521234543213(10)SPELT(21)UNSEEN",
    ],
)
async def test_every_spelling_gives_one_history(operator: Any, deployment: Deployment, code: str) -> None:
    """An item nobody reported on has the history of its lot."""
    receipts = await deployment.publish([harvest("spelt", LOT + "SPELT")])
    history = await back(operator, code, receipts)
    assert (history.code, history.key, ids(history, carried=False)) == (code, LOT + "SPELT", ["urn:uuid:spelt"])


async def test_a_private_uri_is_a_key_like_any_other(operator: Any, deployment: Deployment) -> None:
    receipts = await deployment.publish([harvest("private", "urn:gdst:example.org:product:lot:class:x.1")])
    history = await back(operator, "urn:gdst:example.org:product:lot:class:x.1", receipts)
    assert ids(history, carried=False) == ["urn:uuid:private"]


async def test_a_code_nobody_reported_on_is_not_found(operator: Any) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await back(operator, LOT + "NEVER")
    assert error.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("typed", ["NUM914", " num 914 ", "ＮＵＭ９１４", "批号：NUM914", "(10)NUM914"])
async def test_a_lot_number_alone_has_the_history_of_the_one_lot_of_that_number(
    operator: Any, deployment: Deployment, typed: str
) -> None:
    receipts = await deployment.publish([harvest("number", LOT + "NUM914")])
    history = await back(operator, typed, receipts)
    assert (history.code, history.key) == (typed, LOT + "NUM914")


async def test_a_lot_number_of_two_products_is_answered_with_both(operator: Any, deployment: Deployment) -> None:
    other = "https://id.gs1.org/01/09521234543220/10/TWICE"
    receipts = await deployment.publish([harvest("one", LOT + "TWICE"), harvest("two", other, minute=5)])
    request = pb.GetHistoryRequest(code="twice", direction=pb.DIRECTION_BACK, after=messages(receipts))
    answer = await operator.GetHistory(request)
    assert (list(answer.history.steps), [one.key for one in answer.candidates]) == ([], [other, LOT + "TWICE"])
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await operator.GetClaim(pb.GetClaimRequest(code="twice"))
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert f"say which: {other}, {LOT}TWICE" in str(error.value.details())
    found = (await operator.FindCodes(pb.FindCodesRequest(codes=["TWICE", "NEVER"]))).found
    assert [[one.key for one in each.codes] for each in found] == [[other, LOT + "TWICE"], []]


async def test_a_product_without_a_lot_is_answered_with_its_newest_lots(operator: Any, deployment: Deployment) -> None:
    lots = [f"https://id.gs1.org/01/09521234000020/10/P{minute}" for minute in range(3)]
    bodies = [harvest(f"p{minute}", lot, minute=minute) for minute, lot in enumerate(lots)]
    request = pb.GetHistoryRequest(
        code="9521234000020", direction=pb.DIRECTION_BACK, after=messages(await deployment.publish(bodies))
    )
    assert [one.key for one in (await operator.GetHistory(request)).candidates] == lots[::-1]


async def test_a_recall_of_what_goods_came_from_is_told_of_them_at_once_to_anybody(
    target: str, deployment: Deployment
) -> None:
    """In one call, in the order of what was asked; more than a page needs only to whoever has a token."""
    bodies = [harvest("rec-a", LOT + "RA"), packing("rec-b", [LOT + "RA"], [LOT + "RB"]), harvest("rec-c", LOT + "RC")]
    asked = [pb.LabelledGoods(lot=LOT + lot) for lot in ("RC", "RB", "RX")]
    async with calling(target) as channel:
        public = Stub(channel)
        for recall, states in (([], ["", "", ""]), ([recalling("rec-d", LOT + "RA")], ["", "whole", ""])):
            after = messages(await deployment.publish([*bodies, *recall]))
            answer = await public.FindRecalled(pb.FindRecalledRequest(goods=asked, after=after))
            assert list(answer.recalls) == states
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await public.FindRecalled(pb.FindRecalledRequest(goods=asked * 17))
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_the_lots_of_a_product_are_not_told_to_the_public(target: str, deployment: Deployment) -> None:
    lot = "https://id.gs1.org/01/09521234000037/10/260912-K7Q2"
    receipts = messages(await deployment.publish([harvest("trade secret", lot)]))
    async with calling(target, "") as channel:
        public = Stub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await public.GetHistory(
                pb.GetHistoryRequest(code="9521234000037", direction=pb.DIRECTION_BACK, after=receipts)
            )
        assert (error.value.code(), "K7Q2" in str(error.value.details())) == (grpc.StatusCode.NOT_FOUND, False)
        assert "is a product; give the code of a lot or box" in str(error.value.details())
        assert [
            list(f.codes) for f in (await public.FindCodes(pb.FindCodesRequest(codes=["9521234000037"]))).found
        ] == [[]]
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await public.FindCodes(pb.FindCodesRequest(codes=["1"] * 6))
        assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_the_lots_of_a_product_that_a_brand_lists_are_on_show(
    target: str, site: Site, deployment: Deployment
) -> None:
    """And of no other, whoever asks for them so (ADR 0150)."""
    listed, unlisted = "https://id.gs1.org/01/09521234000044", "https://id.gs1.org/01/09521234000051"
    brand = Brand(id="urn:x:shown", name_zh="牌", owner=REPORTER, county_code="141031", gtins=frozenset({listed}))
    await site.register([brand])
    bodies = [harvest("shown", f"{listed}/10/S1"), harvest("not shown", f"{unlisted}/10/S2", minute=2)]
    receipts = messages(await deployment.publish(bodies))
    async with calling(target, "") as channel:
        asked = pb.FindCodesRequest(codes=[listed, unlisted], after=receipts, branded=True)
        found = (await Stub(channel).FindCodes(asked)).found
        assert [[one.key for one in each.codes] for each in found] == [[f"{listed}/10/S1"], []]
        asked.branded = False
        assert [list(each.codes) for each in (await Stub(channel).FindCodes(asked)).found] == [[], []]


async def test_a_product_mistyped_and_corrected_leaves_one_thing_of_the_number(
    operator: Any, deployment: Deployment
) -> None:
    """The lot number is kept: only one lot of it stands."""
    wrong = harvest("mistyped", "https://id.gs1.org/01/09521234543220/10/MIS1")
    right = harvest("righted", LOT + "MIS1", minute=1)
    declaration = {"declarationTime": "2026-09-12T12:00:00Z", "correctiveEventIDs": ["urn:uuid:righted"]}
    receipts = await deployment.publish([wrong, right, wrong | {"errorDeclaration": declaration}])
    assert (await back(operator, "MIS1", receipts)).key == LOT + "MIS1"


async def test_a_correction_taken_back_says_what_counts_again(operator: Any, deployment: Deployment) -> None:
    """And what a report was to correct is found from it, with nothing else of the lot."""
    first, second = harvest("back1", LOT + "BACK1"), harvest("back2", LOT + "BACK1", minute=1)
    declaration = {"declarationTime": "2026-09-12T12:00:00Z", "correctiveEventIDs": ["urn:uuid:back2"]}
    taken_back = {"declarationTime": "2026-09-12T13:00:00Z"}
    declared = [first | {"errorDeclaration": declaration}, second | {"errorDeclaration": taken_back}]
    receipts = await deployment.publish([first, second, *declared])
    steps = {step.event_id: step for step in (await back(operator, LOT + "BACK1", receipts)).steps}
    assert steps["urn:uuid:back1"].counts_again and not steps["urn:uuid:back2"].counts_again
    assert list(steps["urn:uuid:back2"].counting_event_ids) == ["urn:uuid:back1"]
    request = pb.GetEventsRequest(event_ids=["urn:uuid:back2"])
    assert len((await operator.GetEvents(request)).events) == 2
    request.with_corrected = True
    found = [json.loads(one.event)["eventID"] for one in (await operator.GetEvents(request)).events]
    assert sorted(found) == ["urn:uuid:back1", "urn:uuid:back2", "urn:uuid:back2"]
    place = pb.GetEventsRequest(event_ids=[LOT + "BACK1"], with_corrected=True)
    assert not (await operator.GetEvents(place)).events, "what names a lot is asked for otherwise"


async def test_a_lot_typed_in_small_letters_is_found_where_nothing_is_of_that_spelling(
    operator: Any, deployment: Deployment
) -> None:
    receipts = await deployment.publish([harvest("big", LOT + "CASE1"), harvest("small", LOT + "case2", minute=2)])
    both = await deployment.publish([harvest("big2", LOT + "CASE2", minute=3)])
    assert (await back(operator, f"{LOT}case1", receipts)).key == LOT + "CASE1"
    for typed in ("case2", f"{LOT}case2", "CASE2"):
        assert (await back(operator, typed, both)).key.endswith(typed[-5:])


async def test_a_serial_in_small_letters_is_not_the_one_in_capitals(operator: Any, deployment: Deployment) -> None:
    capitals = {**shipping("capitals", GTIN + "/21/SMALL9"), "action": "ADD", "bizStep": "commissioning"}
    receipts = await deployment.publish([capitals, harvest("its lot", LOT + "P9")])
    for typed in (GTIN + "/21/small9", "small9"):
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await back(operator, typed, receipts)
        assert error.value.code() is grpc.StatusCode.NOT_FOUND
    assert (await back(operator, LOT + "P9/21/small9", receipts)).key == LOT + "P9"
    assert (await back(operator, "SMALL9", receipts)).key == GTIN + "/21/SMALL9"


async def test_goods_that_another_report_names_are_told_from_those_that_are_new(
    operator: Any, deployment: Deployment
) -> None:
    receipts = messages(await deployment.publish([harvest("heard", LOT + "HEARD"), shipping("new", GTIN + "/21/NEW")]))
    asked = pb.FindNamedRequest(keys=[LOT + "HEARD", GTIN + "/21/NEW"], but_event_id="urn:uuid:new", after=receipts)
    assert list((await operator.FindNamed(asked)).keys) == [LOT + "HEARD"]


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("NEVER914", grpc.StatusCode.NOT_FOUND, "give the product number too: (01)09520001000010(10)NEVER914"),
        ("(01)09521234543214(10)L", grpc.StatusCode.INVALID_ARGUMENT, "check digit 4, which should be 3"),
        ("我的箱子在哪里", grpc.StatusCode.INVALID_ARGUMENT, "is no code"),
        ("  ", grpc.StatusCode.INVALID_ARGUMENT, "code: give a lot"),
    ],
)
async def test_what_nobody_can_look_up_says_what_would_be_right(
    operator: Any, code: str, status: grpc.StatusCode, said: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await back(operator, code)
    assert (error.value.code(), said in str(error.value.details())) == (status, True)


async def test_receipts_that_are_not_applied_in_time_say_retry(operator: Any, deployment: Deployment) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await back(operator, LOT + "OWN", [Receipt(deployment.topics[0], 0, 1_000_000)])
    assert error.value.code() is grpc.StatusCode.UNAVAILABLE
    assert "not applied yet" in str(error.value.details())


async def test_forward_finds_every_holder_of_what_it_became(operator: Any, deployment: Deployment) -> None:
    bodies = [
        harvest("fh", LOT + "FA", kilograms=100),
        packing("fp", [LOT + "FA"], [LOT + "FB"]),
        aggregation("fa", PALLET, [LOT + "FB"]),
        {**shipping("fs", PALLET), "bizStep": "receiving", "bizLocation": {"id": "https://suyuan.example/shop/1"}},
    ]
    receipts = await deployment.publish(bodies)
    request = pb.GetHistoryRequest(code=LOT + "FA", direction=pb.DIRECTION_FORWARD, after=messages(receipts))
    history = (await operator.GetHistory(request)).history
    assert {"urn:uuid:fh", "urn:uuid:fp", "urn:uuid:fa"} <= {step.event_id for step in history.steps}
    assert "https://suyuan.example/shop/1" in {holder.site for holder in history.holders}


async def test_forward_comes_in_pages_that_balance(operator: Any, deployment: Deployment) -> None:
    lots = [LOT + f"PAGE{n}" for n in range(4)]
    bodies = [harvest("pg", lots[0], kilograms=100)]
    bodies += [packing(f"pg{n}", [lots[n]], [lots[n + 1]]) for n in range(3)]
    receipts = await deployment.publish(bodies)
    request = pb.GetHistoryRequest(code=lots[0], direction=pb.DIRECTION_FORWARD, page_size=2, after=messages(receipts))
    first = await operator.GetHistory(request)
    assert (first.page.followed, first.page.ahead, first.page.ahead_kg) == (2, 1, "100")
    request.page_token = first.page.next_page_token
    last = await operator.GetHistory(request)
    assert (last.page.followed, last.page.ahead, last.page.next_page_token) == (4, 0, "")
    told = [step.event_id for answer in (first, last) for step in answer.history.steps]
    assert sorted(told) == ["urn:uuid:pg", "urn:uuid:pg0", "urn:uuid:pg1", "urn:uuid:pg2"]
    with pytest.raises(grpc.aio.AioRpcError, match="page_size: only a forward history"):
        await operator.GetHistory(pb.GetHistoryRequest(code=lots[0], direction=pb.DIRECTION_BACK, page_size=2))


TRADE = {
    "sourceList": [{"type": "owning_party", "source": "https://id.gs1.org/417/9521234000020"}],
    "destinationList": [{"type": "owning_party", "destination": "https://id.gs1.org/417/9521234000037"}],
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:uuid:order"}],
    "ex:price": 12,
}


@pytest.mark.parametrize(
    ("party", "roles", "sees_trade"),
    [
        ("https://id.gs1.org/417/9521234000013", ("operator",), True),
        ("https://id.gs1.org/417/9521234000013", ("regulator",), True),
        ("https://id.gs1.org/417/9521234000020", ("packer",), True),
        ("https://id.gs1.org/417/9521234000037", ("shop",), True),
        (REPORTER, ("station",), True),
        ("https://id.gs1.org/417/9521234000044", ("shop",), False),
        ("https://id.gs1.org/417/9521234000020", ("registrar",), False),
        ("", (), False),
    ],
)
async def test_trade_is_shown_to_those_it_concerns(
    site: Site, target: str, deployment: Deployment, party: str, roles: tuple[str, ...], sees_trade: bool
) -> None:
    receipts = await deployment.publish([harvest("trade", LOT + "TRADE") | TRADE])
    token = await site.token(party, *roles) if roles else ""
    async with calling(target, token) as channel:
        stub = Stub(channel)
        history = await back(stub, LOT + "TRADE", receipts)
        stored = (await stub.GetEvents(pb.GetEventsRequest(event_ids=["urn:uuid:trade"]))).events[0]
    (step,) = history.steps
    for told in (step.event, stored.event):
        assert ("sourceList" in json.loads(told), "ex:price" in json.loads(told)) == (sees_trade, sees_trade)
        assert json.loads(told)["bizStep"] == "commissioning"
    assert (len(step.sources), len(step.transactions)) == ((1, 1) if sees_trade else (0, 0))
    assert bool(step.capturer) is bool(stored.capturer) is bool(stored.content_hash) is sees_trade


async def test_queries_are_paged_while_events_arrive(operator: Any, deployment: Deployment) -> None:
    lots = [harvest(f"page{n}", f"{LOT}PAGE", minute=n) for n in range(23)]
    receipts = await deployment.publish(lots)
    request = pb.QueryEventsRequest(match_epc_class=[LOT + "PAGE"], per_page=5, after=messages(receipts))
    seen: list[str] = []
    for page in range(20):
        answer = await operator.QueryEvents(request)
        seen += [json.loads(event.event)["eventID"] for event in answer.events]
        if not answer.next_page_token:
            break
        later = await deployment.publish([harvest(f"later{page}", f"{LOT}PAGE", minute=0)])
        request = pb.QueryEventsRequest(
            match_epc_class=[LOT + "PAGE"], per_page=5, page_token=answer.next_page_token, after=messages(later)
        )
    assert len(seen) == len(set(seen))
    assert {f"urn:uuid:page{n}" for n in range(23)} <= set(seen)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"per_page": 1001}, "per_page"),
        ({"page_token": "nonsense"}, "page_token"),
        ({"match_epc": ["https://id.gs1.org/*/21/x"]}, "MATCH_epc"),
    ],
)
async def test_a_wrong_query_is_answered_with_the_field(operator: Any, wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await operator.QueryEvents(pb.QueryEventsRequest(**wrong))
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert named in str(error.value.details())


async def test_stored_record_ids_are_found(operator: Any, deployment: Deployment) -> None:
    receipts = await deployment.publish([harvest("found", LOT + "FOUND")])
    id_ = stored(harvest("found", LOT + "FOUND")).record_id
    answer = await operator.FindStored(pb.FindStoredRequest(record_ids=[id_, "0" * 64], after=messages(receipts)))
    assert list(answer.record_ids) == [id_]


async def test_names_and_the_claim_come_from_the_registry(operator: Any, site: Site, deployment: Deployment) -> None:
    """The history was kept before anything was registered: names and claims are never kept with it."""
    lot = f"{LOT}NAMED"
    receipts = await deployment.publish([harvest("named", lot) | TRADE])
    assert not (await back(operator, lot, receipts)).places
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await operator.GetClaim(pb.GetClaimRequest(code=lot))
    assert error.value.code() is grpc.StatusCode.NOT_FOUND
    since = date(2020, 1, 1)
    await site.register(
        [
            SiteRecord(
                id="https://suyuan.example/plot/1",
                valid_from=since,
                kind="plot",
                party=REPORTER,
                name_zh="东坡",
                county_code="141031",
            ),
            County(id="141031", valid_from=since, name_zh="隰县", name_en="Xi County"),
            Product(id=GTIN, valid_from=since, name_zh="玉露香梨", net_weight_kg=Decimal("2.5")),
            Brand(
                id="brand:xi",
                valid_from=since,
                name_zh="隰县梨",
                owner=REPORTER,
                county_code="141031",
                gtins=frozenset({GTIN}),
            ),
        ]
    )
    answer = await operator.GetClaim(pb.GetClaimRequest(code=lot))
    assert (answer.claim.brand, answer.net_weight_kg, answer.brand_owner) == ("brand:xi", "2.5", REPORTER)
    assert {result.rule: result.outcome for result in answer.claim.results}["origin"] == "passed"
    history = await back(operator, lot)
    assert history.places["https://suyuan.example/plot/1"].county_zh == "隰县"
    assert history.products[lot].name_zh == "玉露香梨"


async def test_what_is_left_of_a_lot_is_told_with_its_claim_to_who_asks_for_it(
    operator: Any, site: Site, deployment: Deployment
) -> None:
    product, since = GTIN.replace("543213", "543251"), date(2020, 1, 1)
    lot = f"{product}/10/LEFT"
    brand = Brand(
        id="brand:left",
        valid_from=since,
        name_zh="梨",
        owner=REPORTER,
        county_code="141031",
        gtins=frozenset({product}),
    )
    await site.register([Product(id=product, valid_from=since, name_zh="梨"), brand])
    picked = harvest("left", lot)
    sold = harvest("left-sold", lot, minute=30, kilograms=40)
    sold |= {"action": "OBSERVE", "bizStep": "retail_selling", "disposition": "retail_sold"}
    receipts = messages(await deployment.publish([picked]))
    before = await operator.GetClaim(pb.GetClaimRequest(code=lot, after=receipts, with_left=True))
    assert (before.kilograms, before.left_kg) == ("100", "100")
    receipts = messages(await deployment.publish([sold]))
    after = await operator.GetClaim(pb.GetClaimRequest(code=lot, after=receipts, with_left=True))
    assert (after.kilograms, after.left_kg) == ("100", "60")
    unasked = await operator.GetClaim(pb.GetClaimRequest(code=lot))
    assert unasked.left_kg == "" and not unasked.made_of


async def test_labels_of_a_lot_are_measured_against_what_of_it_went_into_no_other(
    operator: Any, site: Site, deployment: Deployment
) -> None:
    product, since = GTIN.replace("543213", "543268"), date(2020, 1, 1)
    graded, packed = f"{product}/10/GRADED", f"{product}/10/PACKED"
    brand = Brand(
        id="brand:bears",
        valid_from=since,
        name_zh="梨",
        owner=REPORTER,
        county_code="141031",
        gtins=frozenset({product}),
    )
    await site.register([Product(id=product, valid_from=since, name_zh="梨"), brand])
    receipts = messages(await deployment.publish([harvest("bears", graded), packing("b1", [graded], [packed], 70)]))

    async def claim(lot: str) -> Any:
        return await operator.GetClaim(pb.GetClaimRequest(code=lot, after=receipts, with_made_of=True))

    first, second = await claim(graded), await claim(packed)
    assert (first.kilograms, second.kilograms) == ("30", "70")
    assert [(one.lot, one.bears_kg) for one in second.made_of] == [(graded, "30")] and not first.made_of
    unweighed = packing("b2", [graded], [f"{packed}2"], 1)
    del unweighed["inputQuantityList"][0]["quantity"], unweighed["inputQuantityList"][0]["uom"]
    receipts = messages(await deployment.publish([unweighed]))
    assert (await claim(graded)).kilograms == "0"
    assert [one.bears_kg for one in (await claim(f"{packed}2")).made_of] == ["0"], "it may have been all of it"


async def test_a_box_tells_that_its_lot_has_more_boxes_than_fruit(
    operator: Any, site: Site, deployment: Deployment
) -> None:
    """What the reports about one box cannot show: the lot of 15 kg is in two boxes of 10."""
    product = GTIN.replace("543213", "543237")
    lot, since = f"{product}/10/SHORT", date(2020, 1, 1)
    await site.register([Product(id=product, valid_from=since, name_zh="礼盒", net_weight_kg=Decimal(10))])
    picked, first, second = (harvest("short", lot, kilograms=15), *(shipping(n, f"{lot}/21/S{n}") for n in "12"))
    receipts = await deployment.publish([picked, first])

    async def gaps() -> list[tuple[str, str]]:
        """But that the season of this test is told long after it was."""
        found = (await back(operator, f"{product}/21/S1", receipts)).gaps
        return [(gap.code, gap.key) for gap in found if gap.code != "told-late"]

    assert await gaps() == []
    receipts = await deployment.publish([second])
    assert await gaps() == [("more-than-there-was", lot)]


async def test_balances_are_told_to_who_may_read_them_and_what_cannot_be_to_all(
    operator: Any, target: str, site: Site, deployment: Deployment
) -> None:
    """Of a plot all that was picked counts, also what came after the balance was first asked for."""
    lots, standard = [f"{LOT}BALANCE{n}" for n in range(4)], "https://suyuan.example/standard/balanced"
    plot, product = "https://suyuan.example/plot/balanced", GTIN.replace("543213", "543220")
    lots = [lot.replace(GTIN, product) for lot in lots]
    since = date(2020, 1, 1)
    await site.register(
        [
            ProductionStandard(id=standard, valid_from=since, name_zh="标准", yields=(YieldStep(0, Decimal(100)),)),
            Product(id=product, valid_from=since, name_zh="梨", production_standard=standard),
            SiteRecord(
                id=plot,
                valid_from=since,
                kind="plot",
                party=REPORTER,
                name_zh="西坡",
                area_mu=Decimal(2),
                bearing_since=2015,
            ),
        ]
    )
    picked = [harvest(f"balance{n}", lots[n], kilograms=90) | {"readPoint": {"id": plot}} for n in range(3)]
    receipts = await deployment.publish([*picked[:2], packing("balanced", lots[:1], lots[3:], 90)])

    async def asked(stub: Any) -> dict[str, Any]:
        request = pb.GetBalanceRequest(code=lots[3], after=messages(receipts))
        sheet = (await stub.GetBalance(request)).balance_sheet
        return {one.kind: one for one in sheet.balances} | {"withheld": sheet.withheld}

    kept = await asked(operator)
    assert {kind: one.state for kind, one in kept.items() if kind != "withheld"} == {
        "run": "kept",
        "lot": "kept",
        "lineage": "kept",
        "plot": "kept",
    }
    assert (kept["plot"].there_kg, kept["plot"].went_kg, kept["plot"].left_kg) == ("200", "180", "20")
    assert (kept["run"].there_kg, kept["run"].tolerance) == ("90", "0.02")
    async with calling(target) as channel:
        assert await asked(Stub(channel)) == {"withheld": 4}
        receipts = await deployment.publish(picked[2:])
        told = await asked(Stub(channel))
    assert (told["plot"].state, told["plot"].excess_kg, told["withheld"]) == ("breached", "70", 3)
    assert list(told["plot"].event_ids) == [f"urn:uuid:balance{n}" for n in range(3)]


def _events(path: Path) -> Sequence[Any]:
    return read_document(path.read_bytes()).events


def _box(bodies: Sequence[Any]) -> str:
    text = json.dumps(bodies)
    return text[: text.index("BX0001") + 6].rsplit('"', 1)[1]
