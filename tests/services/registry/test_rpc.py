"""The registry service on the real broker: versions, days, who may write and read what."""

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial

import grpc
import pytest
from produce.v1 import registry_pb2

from provenance.registry.records import Brand, County, Mandate, Party, Site
from runtime.publishing_config import PublishingConfig
from services.registry.__main__ import run
from tests.services.registry.conftest import ACCEPTED, OFFICE, REJECTED, RETRY, Caller, RunningRegistry, new_id
from tests.services.running import eventually
from wire.registry_codec import from_message, to_message


def grower(**fields: object) -> Party:
    return Party(**{"id": new_id("grower"), "kind": "grower", "name_zh": "上庄十七户", **fields})  # type: ignore[arg-type]


async def test_what_was_put_is_got_by_the_next_call_with_its_author(registrar: Caller) -> None:
    party = grower(valid_from=date(2026, 1, 1))
    (result,) = await registrar.put(party)
    assert (result.status, result.version) == (ACCEPTED, 1)
    assert await registrar.get("party", party.id) == replace(party, author=OFFICE)


async def test_a_put_must_name_the_version_it_replaces(registrar: Caller) -> None:
    party = grower()
    await registrar.put(party)
    (skipped,) = await registrar.put(replace(party, version=3, name_zh="丙"))
    (stale,) = await registrar.put(replace(party, name_zh="乙"))
    (right,) = await registrar.put(replace(party, version=2, name_zh="乙"))
    assert [one.problems[0].code for one in (skipped, stale)] == ["version-conflict"] * 2
    assert (right.status, right.version) == (ACCEPTED, 2)


async def test_of_many_who_replace_one_version_at_once_one_succeeds(registrar: Caller) -> None:
    party = grower()
    await registrar.put(party)
    puts = await asyncio.gather(*(registrar.put(replace(party, version=2, name_zh=f"{i}户")) for i in range(10)))
    assert sorted(put[0].status for put in puts) == [ACCEPTED] + [REJECTED] * 9


async def test_a_put_sent_again_is_accepted_and_changes_nothing(registrar: Caller) -> None:
    party = grower()
    (first,) = await registrar.put(party)
    (again,) = await registrar.put(party)
    assert (again.status, again.version) == (ACCEPTED, 1)
    assert again.receipt.offset >= first.receipt.offset
    assert (await registrar.get("party", party.id)).version == 1


async def test_the_record_of_a_day_is_the_highest_version_valid_on_it(registrar: Caller) -> None:
    first = grower(valid_from=date(2025, 1, 1))
    await registrar.put(first, replace(first, version=2, valid_from=date(2026, 6, 1), name_zh="新名"))
    assert (await registrar.get("party", first.id, "2026-05-31")).version == 1
    assert (await registrar.get("party", first.id, "2026-06-01")).version == 2
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await registrar.get("party", first.id, "2024-12-31")
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND


async def test_a_party_its_site_and_its_mandate_may_come_in_one_call(registrar: Caller) -> None:
    one, other = grower(), grower(kind="station")
    plot = Site(id=new_id("plot"), kind="plot", party=one.id, name_zh="七号园", county_code="141031")
    mandate = Mandate(id=new_id("mandate"), from_party=one.id, to_party=other.id, actions=frozenset({"report"}))
    results = await registrar.put(one, other, plot, mandate)
    assert [result.status for result in results] == [ACCEPTED] * 4


async def test_records_that_name_something_are_listed_by_it_page_by_page(registrar: Caller) -> None:
    owner, other = grower(), grower()
    mine = [Site(id=new_id("plot"), kind="plot", party=owner.id, name_zh="园", county_code="141031") for _ in range(5)]
    moved = replace(mine[0], version=2, party=other.id, valid_from=date(2026, 6, 1))
    await registrar.put(owner, other, *mine, moved)
    found, token = [], ""
    while True:
        page = await registrar.list(kind="site", naming=owner.id, page_size=2, page_token=token, on="2026-07-01")
        found += [record.id for record in page.records]
        token = page.next_page_token
        if not token:
            break
    assert found == sorted(site.id for site in mine[1:]), "one is another's since June"


async def test_a_wrong_record_leaves_the_others_of_its_call_alone(registrar: Caller) -> None:
    good, bad = grower(), grower(kind="king", credit_code="91110000600037341X", county_code="141000")
    results = await registrar.put(good, bad)
    assert [result.status for result in results] == [ACCEPTED, REJECTED]
    assert {problem.pointer for problem in results[1].problems} == {"/kind", "/credit_code", "/county_code"}


async def test_all_of_a_call_or_none_of_it_where_that_is_asked(registrar: Caller) -> None:
    good, bad = grower(), grower(kind="king")
    request = registry_pb2.PutRecordsRequest(records=[to_message(r) for r in (good, bad)], all_or_none=True)
    results = (await registrar.stub.PutRecords(request)).results
    assert [result.problems[0].code for result in results] == ["with-others", "unknown-word"]
    with pytest.raises(grpc.aio.AioRpcError):
        await registrar.get("party", good.id)


async def test_values_that_are_no_record_are_refused_field_by_field(registrar: Caller) -> None:
    site = registry_pb2.Site(kind="plot", party="", name_zh="坡", area_mu="three")
    (result,) = await registrar.put_messages(registry_pb2.RegistryRecord(id=new_id("plot"), version=1, site=site))
    assert {problem.pointer for problem in result.problems} == {"/party", "/area_mu"}


ROLES = ("registrar", "operator", "brand_office", "grower", "station", "inspector", "regulator", "importer")


@pytest.mark.parametrize("role", ROLES)
async def test_only_the_operator_brings_growers_in_directly(registry: RunningRegistry, role: str) -> None:
    async with registry.as_(role) as caller:
        (grown,), (carrier,) = await caller.put(grower()), await caller.put(grower(kind="carrier"))
    assert grown.status == (ACCEPTED if role == "operator" else REJECTED)
    assert carrier.status == (ACCEPTED if role in {"operator", "registrar"} else REJECTED)


async def test_a_brand_office_writes_its_own_brand_and_no_other(registry: RunningRegistry, registrar: Caller) -> None:
    office, rival = grower(kind="brand_office"), grower(kind="brand_office")
    await registrar.put(office, rival)
    own = Brand(id=new_id("brand"), name_zh="隰县玉露香梨", owner=office.id, county_code="141031")
    async with registry.as_("brand_office", party=office.id) as caller:
        results = await caller.put(own, replace(own, id=new_id("brand"), owner=rival.id))
        counties = await caller.put(County(id="141031", name_zh="隰县"))
    assert [result.status for result in (*results, *counties)] == [ACCEPTED, REJECTED, REJECTED]


async def test_anybody_gives_mandates_in_their_own_name_only(registry: RunningRegistry, registrar: Caller) -> None:
    one, other = grower(), grower()
    await registrar.put(one, other)
    given = Mandate(id=new_id("mandate"), from_party=one.id, to_party=other.id, actions=frozenset({"report"}))
    taken = replace(given, id=new_id("mandate"), from_party=other.id, to_party=one.id)
    async with registry.as_("grower", party=one.id) as caller:
        results = await caller.put(given, taken)
    assert [result.status for result in results] == [ACCEPTED, REJECTED]


async def test_without_a_token_nothing_is_written(registry: RunningRegistry) -> None:
    async with registry.as_() as public:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await public.put(grower())
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_names_and_telephones_are_for_the_registry_and_the_party_itself(
    registry: RunningRegistry, registrar: Caller
) -> None:
    party = grower(personal_name="王某", phone="13800000000")
    await registrar.put(party)
    seen = {}
    for name, roles, who in (
        ("registrar", ("registrar",), OFFICE),
        ("itself", ("grower",), party.id),
        ("inspector", ("inspector",), OFFICE),
        ("public", (), ""),
    ):
        async with registry.as_(*roles, party=who) as caller:
            record = await caller.get("party", party.id)
            assert isinstance(record, Party)
            seen[name] = (record.personal_name, record.phone)
    hidden, shown = ("", ""), ("王某", "13800000000")
    assert seen == {"registrar": shown, "itself": shown, "inspector": hidden, "public": hidden}


async def test_a_persons_name_and_telephone_leave_every_version_and_the_versions_stay(
    registry: RunningRegistry, registrar: Caller
) -> None:
    first = grower(personal_name="王小明", phone="13812345678", valid_to=date(2026, 6, 1))
    second = replace(first, version=2, valid_from=date(2026, 6, 1), valid_to=None, phone="13912345678")
    await registrar.put(first, second)
    assert (await registrar.erase(first.id)).versions == 2
    for on, version in (("2026-05-01", 1), ("2026-07-01", 2)):
        record = await registrar.get("party", first.id, on)
        assert isinstance(record, Party)
        assert (record.version, record.name_zh, record.personal_name, record.phone) == (version, "上庄十七户", "", "")
    kept = b"".join(file.read_bytes() for file in (registry.site.folder / "registry").iterdir())
    assert first.id.encode() in kept
    assert not [text for text in ("王小明", "13812345678", "13912345678") if text.encode() in kept]
    assert (await registrar.erase(first.id)).versions == 0


@pytest.mark.parametrize(
    ("role", "itself", "status"),
    [
        ("registrar", False, None),
        ("operator", False, None),
        ("grower", True, None),
        ("grower", False, grpc.StatusCode.PERMISSION_DENIED),
        ("brand_office", False, grpc.StatusCode.PERMISSION_DENIED),
        ("", False, grpc.StatusCode.PERMISSION_DENIED),
    ],
)
async def test_who_may_erase_personal_data(
    registry: RunningRegistry, registrar: Caller, role: str, itself: bool, status: grpc.StatusCode | None
) -> None:
    person = grower(phone="13812345678")
    await registrar.put(person)
    async with registry.as_(*([role] if role else []), party=person.id if itself else OFFICE) as caller:
        try:
            await caller.erase(person.id)
        except grpc.aio.AioRpcError as error:
            assert error.code() is status
        else:
            assert status is None


async def test_a_mandate_is_seen_by_its_two_sides_and_the_offices(registry: RunningRegistry, registrar: Caller) -> None:
    one, other, third = grower(), grower(), grower()
    mandate = Mandate(id=new_id("mandate"), from_party=one.id, to_party=other.id, actions=frozenset({"report"}))
    await registrar.put(one, other, third, mandate)
    for roles, who, sees in ((("grower",), other.id, True), (("grower",), third.id, False), ((), "", False)):
        async with registry.as_(*roles, party=who) as caller:
            if sees:
                assert (await caller.get("mandate", mandate.id)).id == mandate.id
            else:
                with pytest.raises(grpc.aio.AioRpcError) as refused:
                    await caller.get("mandate", mandate.id)
                assert refused.value.code() is grpc.StatusCode.NOT_FOUND


async def test_the_newest_version_is_listed_also_when_it_ended_the_record(registrar: Caller) -> None:
    county = County(id="652499", name_zh="某县")
    await registrar.put(county)
    await registrar.put(replace(county, version=2, valid_to=date(2026, 1, 1)))
    assert county.id not in [
        from_message(one).id for one in (await registrar.list(kind="county", page_size=500)).records
    ]
    newest = (await registrar.list(kind="county", page_size=500, newest=True)).records
    assert [one.version for one in map(from_message, newest) if one.id == county.id] == [2]


async def test_a_list_is_paged_in_id_order_and_complete(registrar: Caller) -> None:
    counties = [County(id=f"6524{i:02}", name_zh=f"{i}县") for i in range(21, 28)]
    await registrar.put(*counties)
    listed: list[str] = []
    token = ""
    while True:
        page = await registrar.list(kind="county", page_size=3, page_token=token)
        listed += [from_message(record).id for record in page.records]
        token = page.next_page_token
        if not token:
            break
    assert listed == sorted(listed)
    assert set(listed) >= {county.id for county in counties}


@pytest.mark.parametrize(
    "asked", [{"kind": "pear"}, {"kind": "party", "on": "yesterday"}, {"kind": "party", "page_size": -1}]
)
async def test_a_question_that_cannot_be_answered_says_why(registrar: Caller, asked: dict[str, object]) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await registrar.list(**asked)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_second_registry_takes_the_writing_over_and_the_first_ends(registry: RunningRegistry) -> None:
    site = replace(registry.site, prefix=f"{registry.site.prefix}x", folder=registry.site.folder / "x")
    await site.create_topics()
    known = replace(site, folder=registry.site.folder)  # where the issuer's secret lies
    first_party, second_party = grower(), grower()
    async with (
        site.serving("first", run, PublishingConfig) as first,
        RunningRegistry(known, first).as_("operator") as old,
    ):
        assert (await old.put(first_party))[0].status == ACCEPTED
        async with (
            site.serving("second", run, PublishingConfig) as second,
            RunningRegistry(known, second).as_("operator") as new,
        ):
            assert (await old.put(second_party))[0].status == RETRY
            assert (await new.put(second_party))[0].status == ACCEPTED
            assert (await new.get("party", first_party.id)).id == first_party.id
        await eventually(partial(is_gone, old))


async def is_gone(caller: Caller) -> bool:
    try:
        await caller.list(kind="party")
    except grpc.aio.AioRpcError as error:
        return error.code() is grpc.StatusCode.UNAVAILABLE
    return False
