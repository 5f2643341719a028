"""Proposals decided without a broker: who may, what stands in the way, and what is written when nothing does."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from provenance.access.authority import Principal
from provenance.access.readership import record_view
from provenance.registry.reading import pending_in, pending_of, targets_of
from provenance.registry.records import PENDING, Beneficiary, Mandate, Party, Proposal, Record, Site
from provenance.registry.values import KIND_OF
from services.registry.domain import ENROLLED, Drafts, New, decide
from services.registry.enrolment.domain import Decision, Outcome, decide_proposal, flags_of, in_force, propose
from services.registry.enrolment.rights import ENROLMENT, waiting_for

HERE = "https://suyuan.example"
TODAY = date(2026, 11, 22)
STATION, OFFICE, RIVAL, GROWER = (f"{HERE}/{name}" for name in ("station/1", "office/1", "office/2", "grower/1"))
REGISTERED = Party(id=GROWER, kind="grower", name_zh="甲", county_code="141031")
PLOT = Site(
    id=f"{HERE}/plot/1",
    kind="plot",
    party=GROWER,
    name_zh="园",
    county_code="141031",
    area_mu=Decimal(8),
    latitude=36.66,
    longitude=110.92,
)
THERE: tuple[Record, ...] = (
    REGISTERED,
    PLOT,
    Party(id=STATION, kind="station", name_zh="站", county_code="141031"),
    Party(id=OFFICE, kind="brand_office", name_zh="中心", county_code="141031"),
    Party(id=RIVAL, kind="brand_office", name_zh="外县", county_code="140106"),
)
NEW_GROWER = Party(id=f"{HERE}/grower/2", kind="grower", name_zh="乙", county_code="141031", phone="13800000000")
NEW_PLOT = Site(
    id=f"{HERE}/plot/2",
    kind="plot",
    party=NEW_GROWER.id,
    name_zh="园",
    county_code="141031",
    area_mu=Decimal(5),
    parcel_code="1410311002030000002",
    latitude=36.7,
    longitude=110.95,
)
NEW_MANDATE = Mandate(id=f"{HERE}/mandate/2", from_party=NEW_GROWER.id, to_party=STATION, actions=frozenset({"report"}))
NEW_BENEFICIARY = Beneficiary(id=f"{HERE}/b/2", party=NEW_GROWER.id, county_code="141031", source="建档立卡名册")
SAMPLES: dict[str, Record] = dict(zip(ENROLLED, (NEW_GROWER, NEW_PLOT, NEW_MANDATE, NEW_BENEFICIARY), strict=True))


class World:
    """A registry in memory, on which outcomes are written."""

    def __init__(self) -> None:
        self.records: list[Record] = list(THERE)

    @property
    def drafts(self) -> Drafts:
        return Drafts(self._versions, self._linked)

    def _versions(self, kind: str, id: str) -> list[Record]:
        found = [r for r in self.records if (KIND_OF[type(r)], r.id) == (kind, id)]
        return sorted(found, key=lambda r: -r.version)

    def _linked(self, kind: str, target: str) -> list[str]:
        return [r.id for r in self.records if KIND_OF[type(r)] == kind and target in targets_of(r)]

    def propose(self, record: Record, *roles: str, by: str = STATION, id: str = "") -> Outcome:
        who = Principal(by, frozenset(roles or ("station",)))
        name = id or f"urn:proposal:{record.id}"
        return self.kept(propose(name, record, principal=who, drafts=self.drafts, today=TODAY))

    def decide(self, record: Record, *roles: str, by: str = OFFICE, verdict: str = "approve", **more: Any) -> Outcome:
        who = Principal(by, frozenset(roles or ("brand_office",)))
        decision = Decision(proposal=f"urn:proposal:{record.id}", verdict=verdict, **more)
        return self.kept(decide_proposal(decision, principal=who, drafts=self.drafts, today=TODAY))

    def kept(self, outcome: Outcome) -> Outcome:
        self.records += outcome.new
        return outcome


@pytest.fixture
def world() -> World:
    return World()


def codes(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


@pytest.mark.parametrize("kind", ENROLLED)
@pytest.mark.parametrize("role", [*ENROLMENT, "inspector", "carrier"])
def test_who_proposes_and_who_approves_is_what_the_table_says(role: str, kind: str) -> None:
    letter = ENROLMENT.get(role, {}).get(kind, ".")
    world, record = World(), SAMPLES[kind]
    if kind != "party":
        world.records.append(NEW_GROWER)
    proposed = world.propose(record, role, by=f"{HERE}/third")
    may = letter in "pb" and role != "grower"  # which proposes for itself, below
    assert codes(proposed) == ([] if may else ["may-not-propose"])
    if not may:
        world.propose(record)
    decided = world.decide(record, role, by=OFFICE)
    assert codes(decided) == ([] if letter in "ab" else ["may-not-decide"])


def test_a_grower_proposes_its_own_plot_and_nobody_elses(world: World) -> None:
    own = replace(NEW_PLOT, party=GROWER)
    assert codes(world.propose(own, "grower", by=GROWER)) == []
    assert codes(world.propose(replace(own, id="urn:x:3"), "grower", by=f"{HERE}/grower/9")) == ["may-not-propose"]


def test_what_is_proposed_is_not_in_force_and_what_is_approved_is_from_its_day(world: World) -> None:
    assert codes(world.propose(NEW_GROWER)) == []
    assert world.drafts.registry.party(NEW_GROWER.id, TODAY) is None
    world.decide(NEW_GROWER, valid_from=date(2026, 9, 1))
    record = world.drafts.registry.party(NEW_GROWER.id, date(2026, 9, 1))
    assert record == replace(NEW_GROWER, valid_from=date(2026, 9, 1), author=STATION, approved_by=OFFICE)
    assert world.drafts.registry.party(NEW_GROWER.id, date(2026, 8, 31)) is None


def test_nobody_approves_what_his_own_party_proposed(world: World) -> None:
    for role in ("operator", "registrar", "brand_office"):
        record = replace(NEW_GROWER, id=f"{HERE}/grower/{role}")
        world.propose(record, role, by=OFFICE)
        assert codes(world.decide(record, role, by=OFFICE)) == ["own-proposal"]


def test_nobody_approves_what_concerns_himself(world: World) -> None:
    to_office = replace(NEW_MANDATE, from_party=GROWER, to_party=OFFICE)
    world.propose(to_office)
    assert codes(world.decide(to_office, "registrar", "operator")) == ["own-affair"]
    given_away = replace(PLOT, version=2, party=OFFICE)
    world.propose(given_away)
    assert codes(world.decide(given_away, "operator", by=GROWER)) == ["own-affair"]


def test_an_office_decides_for_its_own_county_only(world: World) -> None:
    world.propose(NEW_GROWER)
    assert codes(world.decide(NEW_GROWER, by=RIVAL)) == ["other-county"]
    assert codes(world.decide(NEW_GROWER, "registrar", by=f"{HERE}/registrar")) == []


def test_a_grower_its_plot_and_its_mandate_are_proposed_together_and_approved_in_their_order(world: World) -> None:
    for record in SAMPLES.values():
        assert codes(world.propose(record)) == []
    assert codes(world.decide(NEW_PLOT)) == ["unknown-party"]
    assert codes(world.decide(NEW_GROWER)) == []
    assert codes(world.decide(NEW_PLOT)) == []
    assert codes(world.decide(NEW_MANDATE)) == []
    assert codes(world.decide(NEW_BENEFICIARY)) == ["may-not-decide"]
    assert codes(world.decide(NEW_BENEFICIARY, "registrar")) == []


def test_a_proposal_against_a_version_that_moved_on_is_refused_with_a_sentence(world: World) -> None:
    wanted = replace(REGISTERED, version=2, name_zh="新名")
    world.propose(wanted)
    world.records.append(replace(REGISTERED, version=2, name_zh="别名"))
    outcome = world.decide(wanted)
    assert codes(outcome) == ["version-conflict"]
    assert "it is at version 2, so the next is version 3" in outcome.problems[0].message
    assert codes(world.propose(wanted, id="urn:proposal:other")) == ["version-conflict"]


def test_a_rejection_needs_a_reason_and_is_final(world: World) -> None:
    world.propose(NEW_GROWER)
    assert codes(world.decide(NEW_GROWER, verdict="reject")) == ["no-reason"]
    rejected = world.decide(NEW_GROWER, verdict="reject", reason="身份证号不符")
    assert isinstance(rejected.proposal, Proposal)
    assert (rejected.proposal.state, rejected.proposal.decided_by) == ("rejected", OFFICE)
    assert codes(world.decide(NEW_GROWER, "registrar", by=RIVAL)) == ["decided-already"]
    assert world.drafts.registry.party(NEW_GROWER.id, TODAY) is None


def test_the_same_proposal_and_the_same_decision_sent_again_change_nothing(world: World) -> None:
    world.propose(NEW_GROWER)
    assert world.propose(NEW_GROWER).new == ()
    assert codes(world.propose(replace(NEW_GROWER, name_zh="丙"))) == ["id-taken"]
    world.decide(NEW_GROWER)
    again = world.decide(NEW_GROWER)
    assert (codes(again), again.new) == ([], ())
    late = world.propose(NEW_GROWER)
    assert (codes(late), late.new) == ([], ())


def test_only_who_proposed_withdraws(world: World) -> None:
    world.propose(NEW_GROWER)
    assert codes(world.decide(NEW_GROWER, verdict="withdraw")) == ["not-yours"]
    assert codes(world.decide(NEW_GROWER, "station", by=STATION, verdict="withdraw")) == []
    assert codes(world.decide(NEW_GROWER)) == ["decided-already"]


def test_whom_it_concerns_may_refuse_but_not_approve(world: World) -> None:
    mandate = replace(NEW_MANDATE, from_party=GROWER)
    world.propose(mandate, by=f"{HERE}/third")
    assert codes(world.decide(mandate, "grower", by=GROWER)) == ["own-affair"]
    assert codes(world.decide(mandate, "grower", by=GROWER, verdict="reject", reason="没同意")) == []


def test_what_was_decided_keeps_no_telephone_number(world: World) -> None:
    world.propose(NEW_GROWER)
    outcome = world.decide(NEW_GROWER, verdict="reject", reason="重复")
    assert isinstance(outcome.proposal, Proposal)
    assert isinstance(outcome.proposal.proposed, Party)
    assert outcome.proposal.proposed.phone == ""


def test_the_same_ground_is_approved_only_with_a_reason_that_stays(world: World) -> None:
    twin = replace(NEW_PLOT, party=GROWER, latitude=36.66, longitude=110.92)
    assert [flag.kind for flag in world.propose(twin).flags] == ["near"]
    refused = world.decide(twin)
    assert codes(refused) == ["flagged"]
    assert "from that of plot 1" in refused.problems[0].message
    approved = world.decide(twin, confirmed="梯田上下两块, 已到现场看过")
    assert isinstance(approved.proposal, Proposal)
    assert approved.proposal.confirmed == "梯田上下两块, 已到现场看过"
    stands = world.drafts.registry.site(twin.id, TODAY)
    assert stands is not None
    assert [flag.confirmed for flag in flags_of(stands, world.drafts, TODAY)] == [True]
    assert [flag.confirmed for flag in flags_of(PLOT, world.drafts, TODAY)] == [True]


@pytest.mark.parametrize(
    ("role", "party", "lists"),
    [
        ("station", STATION, {pending_of(STATION)}),
        ("brand_office", OFFICE, {pending_of(OFFICE), pending_in("141031"), pending_in("")}),
        ("registrar", f"{HERE}/registrar", {PENDING}),
    ],
)
def test_what_waits_is_looked_for_in_ones_own_lists(role: str, party: str, lists: set[str], world: World) -> None:
    who = Principal(party, frozenset({role}))
    assert waiting_for(who, world.drafts, TODAY) == lists
    for record in SAMPLES.values():
        (proposal,) = world.propose(record).new
        assert lists & targets_of(proposal), "everybody finds what he may decide, or proposed"


def test_two_that_wait_for_the_same_ground_are_flagged_against_each_other(world: World) -> None:
    world.records.append(NEW_GROWER)
    assert world.propose(NEW_PLOT).flags == ()
    twin = replace(NEW_PLOT, id=f"{HERE}/plot/3", party=GROWER)
    assert [(flag.kind, flag.other) for flag in world.propose(twin).flags] == [("parcel", NEW_PLOT.id)]
    assert "proposed, not decided" in flags_of(NEW_PLOT, world.drafts, TODAY)[0].en
    assert codes(world.decide(NEW_PLOT)) == ["flagged"]
    world.decide(twin, verdict="reject", reason="与2号地是同一块")
    assert codes(world.decide(NEW_PLOT)) == []


def test_the_second_of_two_is_asked_for_a_reason_of_its_own_though_the_first_was_vouched_for(world: World) -> None:
    world.records.append(NEW_GROWER)
    twin = replace(NEW_PLOT, id=f"{HERE}/plot/3", party=GROWER)
    world.propose(NEW_PLOT)
    world.propose(twin)
    assert codes(world.decide(NEW_PLOT, confirmed="到地头看过")) == []
    refused = world.decide(twin)
    assert codes(refused) == ["flagged"]
    assert [flag.confirmed for flag in refused.flags] == [False]
    approved = world.decide(twin, confirmed="两户各有一份合同")
    assert approved.proposal is not None
    assert approved.proposal.confirmed == "两户各有一份合同"


def test_a_plot_that_was_vouched_for_is_asked_about_again_only_where_its_ground_changes(world: World) -> None:
    twin = replace(NEW_PLOT, party=GROWER, latitude=36.66, longitude=110.92)
    world.propose(twin)
    world.decide(twin, confirmed="梯田上下两块")
    renamed, moved = replace(twin, version=2, name_zh="东园"), replace(twin, version=3, latitude=36.6601)
    for name, record, expected in (("renamed", renamed, []), ("moved", moved, ["flagged"])):
        world.propose(record, id=f"urn:proposal:{name}")
        decision = Decision(proposal=f"urn:proposal:{name}", verdict="approve")
        office = Principal(OFFICE, frozenset({"brand_office"}))
        outcome = world.kept(decide_proposal(decision, principal=office, drafts=world.drafts, today=TODAY))
        assert codes(outcome) == expected, name


def test_a_plot_that_lies_nowhere_is_approved_by_who_vouches_for_it(world: World) -> None:
    bare = replace(NEW_PLOT, party=GROWER, latitude=None, longitude=None)
    assert [flag.kind for flag in world.propose(bare).flags] == ["no_ground"]
    assert codes(world.decide(bare)) == ["flagged"]
    world.decide(bare, confirmed="到地头看过")
    stands = world.drafts.registry.site(bare.id, TODAY)
    assert stands is not None
    assert [flag.confirmed for flag in flags_of(stands, world.drafts, TODAY)] == [True]


def test_a_plot_carries_the_day_it_was_first_proposed_whoever_writes_another(world: World) -> None:
    new = replace(NEW_PLOT, party=GROWER, proposed_on=date(2020, 1, 1))
    world.propose(new)
    world.decide(new, valid_from=date(2026, 1, 1))
    first = world.drafts.registry.site(new.id, TODAY)
    assert first is not None
    assert first.proposed_on == TODAY
    operator = Principal(f"{HERE}/operator", frozenset({"operator"}))
    renamed = replace(first, version=2, name_zh="东园", proposed_on=None)
    decision = decide(renamed, principal=operator, drafts=world.drafts, today=TODAY)
    assert isinstance(decision, New)
    assert isinstance(decision.record, Site)
    assert decision.record.proposed_on == TODAY
    ended = replace(first, version=2, valid_to=date(2026, 6, 1))
    world.records.append(ended)
    again = replace(new, version=3, valid_from=date(2026, 7, 1))
    later = replace(again, id=new.id)
    world.propose(later, id="urn:proposal:later")
    found = in_force(world.records[-1], None, OFFICE, world.drafts, TODAY)  # type: ignore[arg-type]
    assert isinstance(found, Site)
    assert found.proposed_on == TODAY


def test_nobody_confirms_the_ground_of_his_own_proposal(world: World) -> None:
    twin = replace(NEW_PLOT, party=GROWER, latitude=36.66, longitude=110.92, confirmed_beside=frozenset({PLOT.id}))
    world.propose(twin)
    assert codes(world.decide(twin)) == ["flagged"]


def test_a_larger_plot_is_neither_proposed_nor_approved_within_the_season(world: World) -> None:
    doubled = replace(PLOT, version=2, area_mu=Decimal(16), valid_from=TODAY)
    assert codes(world.propose(doubled)) == ["next-season"]
    coming = replace(doubled, valid_from=date(2027, 1, 1))
    assert codes(world.propose(coming)) == []
    assert codes(world.decide(coming, valid_from=TODAY)) == ["next-season"]
    assert codes(world.decide(coming)) == []


@pytest.mark.parametrize(
    "record", [Party(id="urn:x:s", kind="station", name_zh="站"), replace(NEW_PLOT, kind="station", area_mu=None)]
)
def test_what_is_no_enrolment_is_not_proposed(world: World, record: Record) -> None:
    assert codes(world.propose(record)) == ["not-enrolled"]


def test_a_wrong_field_of_a_proposal_is_named(world: World) -> None:
    outcome = world.propose(replace(NEW_GROWER, county_code="14103"))
    assert [problem.pointer for problem in outcome.problems] == ["/county_code"]


def test_an_unknown_proposal_or_verdict_is_said(world: World) -> None:
    assert codes(world.decide(NEW_GROWER)) == ["unknown-proposal"]
    world.propose(NEW_GROWER)
    assert codes(world.decide(NEW_GROWER, verdict="bless")) == ["unknown-word"]


def test_who_may_not_read_a_growers_name_and_telephone_does_not_erase_them(world: World) -> None:
    """A form proposes what its reader sees, with the village changed."""
    world.records[0] = known = replace(REGISTERED, personal_name="王某", phone="13800000000")
    seen = record_view(Principal(STATION, frozenset({"station"})), known)
    assert isinstance(seen, Party)
    assert (seen.personal_name, seen.phone) == ("", "")
    changed = replace(seen, version=2, village="路家峪")
    world.propose(changed)
    proposal = world.records[-1]
    assert isinstance(proposal, Proposal)
    assert isinstance(proposal.proposed, Party)
    assert proposal.proposed.personal_name == ""  # whose proposal it is may read it
    world.decide(changed)
    stands = world.drafts.registry.party(GROWER, TODAY)
    assert stands == replace(known, version=2, village="路家峪", valid_from=TODAY, author=STATION, approved_by=OFFICE)


def test_what_was_erased_does_not_come_back_with_a_change(world: World) -> None:
    world.records[0] = replace(REGISTERED, personal_name="", phone="")
    changed = replace(REGISTERED, version=2, village="路家峪")
    world.propose(changed)
    world.decide(changed)
    stands = world.drafts.registry.party(GROWER, TODAY)
    assert stands is not None
    assert (stands.personal_name, stands.phone) == ("", "")


@pytest.mark.parametrize(
    ("odd", "kind"),
    [({"area_mu": Decimal(30_000)}, "large"), ({"latitude": 31.2, "longitude": 121.5}, "elsewhere")],
)
def test_a_plot_out_of_all_proportion_or_in_another_province_is_approved_by_who_says_why(
    world: World, odd: dict[str, Any], kind: str
) -> None:
    plot = replace(NEW_PLOT, party=GROWER, **odd)
    assert [flag.kind for flag in world.propose(plot).flags] == [kind]
    assert codes(world.decide(plot)) == ["flagged"]
    assert codes(world.decide(plot, confirmed="看过")) == []


def test_trees_that_bear_in_a_hundred_years_are_a_slip(world: World) -> None:
    assert codes(world.propose(replace(NEW_PLOT, party=GROWER, bearing_since=2118))) == ["bears-too-late"]
