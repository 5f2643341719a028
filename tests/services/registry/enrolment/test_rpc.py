"""Enrolment on the real broker: pending is not in force, and one of fifty approvals at once takes effect."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import grpc
import pytest
from produce.v1 import registry_pb2

from provenance.registry.records import Beneficiary, Party, Proposal, Record, Site
from tests.services.registry.conftest import ACCEPTED, REJECTED, Caller, RunningRegistry, new_id
from wire.registry_codec import from_message, to_message

STATION = "https://suyuan.example/station/e"
SUBJECT = "https://suyuan.example/registrar/e"


def grower(**fields: Any) -> Party:
    return Party(
        **{"id": new_id("grower"), "kind": "grower", "name_zh": "上庄十七户", "county_code": "141031", **fields}
    )


async def proposed(caller: Caller, *records: Record) -> list[registry_pb2.ProposalResult]:
    proposals = [registry_pb2.Proposed(id=about(record), record=to_message(record)) for record in records]
    answer = await caller.stub.ProposeRecords(registry_pb2.ProposeRecordsRequest(proposals=proposals))
    return list(answer.results)


async def decided(caller: Caller, record: Record, verdict: str = "approve", **more: str) -> Any:
    decision = registry_pb2.Decision(proposal=about(record), verdict=verdict, **more)
    answer = await caller.stub.DecideProposals(registry_pb2.DecideProposalsRequest(decisions=[decision]))
    return answer.results[0]


async def waiting(caller: Caller) -> dict[str, registry_pb2.PendingProposal]:
    found: dict[str, registry_pb2.PendingProposal] = {}
    token = ""
    while True:
        answer = await caller.stub.ListPending(registry_pb2.ListPendingRequest(page_size=3, page_token=token))
        found |= {one.proposal.proposal.proposed.id: one for one in answer.pending}
        token = answer.next_page_token
        if not token:
            return found


def about(record: Record) -> str:
    return f"urn:proposal:{record.id}:{record.version}"


async def test_a_proposal_is_seen_by_both_sides_and_in_force_once_it_is_approved(registry: RunningRegistry) -> None:
    person = grower(phone="13800000001")
    plot = Site(id=new_id("plot"), kind="plot", party=person.id, name_zh="园", county_code="141031")
    async with registry.as_("station", party=STATION) as station, registry.as_("registrar", party=SUBJECT) as registrar:
        first, second = await proposed(station, person, plot)
        assert [(one.status, one.state) for one in (first, second)] == [(ACCEPTED, "pending")] * 2
        assert {person.id, plot.id} <= (await waiting(station)).keys()
        shown = await waiting(registrar)
        assert [shown[id_].may_decide for id_ in (person.id, plot.id)] == [True, True]
        with pytest.raises(grpc.aio.AioRpcError):
            await registrar.get("party", person.id)
        assert (await decided(registrar, person, valid_from="2026-09-01")).state == "approved"
        assert (await decided(registrar, plot, verdict="reject", reason="不在本村")).state == "rejected"
        record = await registrar.get("party", person.id, "2026-09-01")
        assert record == replace(person, valid_from=date(2026, 9, 1), author=STATION, approved_by=SUBJECT)
        assert not {person.id, plot.id} & (await waiting(registrar)).keys()


async def test_of_fifty_approvals_at_once_exactly_one_takes_effect(registry: RunningRegistry) -> None:
    person = grower()
    async with registry.as_("station", party=STATION) as station:
        await proposed(station, person)
    deciders = [f"https://suyuan.example/registrar/{n}" for n in range(50)]

    async def approve(party: str) -> tuple[int, str]:
        async with registry.as_("registrar", party=party) as caller:
            result = await decided(caller, person)
            return result.status, result.problems[0].code if result.problems else ""

    answers = Counter(await asyncio.gather(*map(approve, deciders)))
    assert answers == {(ACCEPTED, ""): 1, (REJECTED, "decided-already"): 49}
    async with registry.as_("registrar", party=SUBJECT) as caller:
        story = await caller.stub.GetRecordHistory(registry_pb2.GetRecordHistoryRequest(kind="party", id=person.id))
    (version,), (proposal,) = map(from_message, story.versions), map(from_message, story.proposals)
    assert isinstance(proposal, Proposal)
    assert (version.version, version.approved_by) == (1, proposal.decided_by)
    assert (proposal.state, proposal.proposed_by) == ("approved", STATION)


async def test_of_two_proposals_for_one_version_the_second_has_moved_on(registry: RunningRegistry) -> None:
    one, other = grower(), grower()
    rival = replace(one, name_zh="别名")
    async with registry.as_("station", party=STATION) as station, registry.as_("registrar", party=SUBJECT) as registrar:
        await proposed(station, one)
        second = registry_pb2.Proposed(id=about(other), record=to_message(rival))
        await station.stub.ProposeRecords(registry_pb2.ProposeRecordsRequest(proposals=[second]))
        assert (await decided(registrar, one)).status == ACCEPTED
        late = await decided(registrar, other)
    assert [problem.code for problem in late.problems] == ["version-conflict"]
    assert "propose it anew" in late.problems[0].message


async def test_a_beneficiary_is_nobodys_business_but_the_households_and_the_regulators(
    registry: RunningRegistry,
) -> None:
    person = grower()
    listed = Beneficiary(id=new_id("beneficiary"), party=person.id, county_code="141031", source="2016年名册")
    async with registry.as_("station", party=STATION) as station, registry.as_("registrar", party=SUBJECT) as registrar:
        await proposed(station, person, listed)
        for record in (person, listed):
            assert (await decided(registrar, record)).status == ACCEPTED
        assert (await registrar.get("beneficiary", listed.id)).id == listed.id
    for roles, who, sees in (
        (("regulator",), SUBJECT, True),
        (("grower",), person.id, True),
        (("brand_office",), STATION, False),
        ((), "", False),
    ):
        async with registry.as_(*roles, party=who) as caller:
            found = await caller.list(kind="beneficiary", page_size=1000)
            assert (listed.id in {record.id for record in found.records}) is sees
            if not sees:
                with pytest.raises(grpc.aio.AioRpcError) as refused:
                    await caller.get("beneficiary", listed.id)
                assert refused.value.code() is grpc.StatusCode.NOT_FOUND
                continue


async def test_erasing_a_person_reaches_what_was_only_proposed(registry: RunningRegistry) -> None:
    person = grower(phone="13812340099", personal_name="赵小七")
    async with registry.as_("station", party=STATION) as station, registry.as_("registrar", party=SUBJECT) as registrar:
        await proposed(station, person)
        assert (await registrar.erase(person.id)).versions == 1
        kept = from_message((await waiting(station))[person.id].proposal)
    assert isinstance(kept, Proposal)
    assert kept.proposed == replace(person, phone="", personal_name="")


async def test_the_public_proposes_nothing_and_sees_nothing(registry: RunningRegistry) -> None:
    async with registry.as_() as public:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await proposed(public, grower())
        assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
        assert await waiting(public) == {}
