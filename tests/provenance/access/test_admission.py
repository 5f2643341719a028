"""What may be recorded, from whom, and what exactly is recorded."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.registry_file import read_records
from deploy.demo.story import FOLDER, read_season
from epcis.documents import read_document
from epcis.event_id import content_hash, event_hash_id
from epcis.events import Event
from epcis.problems import Problem
from provenance import reports
from provenance.access.admission import Admitted, Examined, Refused, Report, admit, examine
from provenance.access.authority import Principal
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Accreditation, Mandate, Party, Record, Site
from services.harvest import domain as harvest
from services.quality import domain as quality
from services.shipping import domain as shipping
from tests.material import shared
from wire.routing import topic_of
from wire.topics import HARVEST, QUALITY, SHIPPING, Topic

HERE = "https://suyuan.example"
CHINA = timezone(timedelta(hours=8))
AT = datetime(2026, 9, 12, 6, 30, tzinfo=CHINA)
NOW_MS = int(datetime(2026, 9, 12, 9, 0, tzinfo=CHINA).timestamp() * 1000)
HOUR_MS = 3_600_000
GROWER, STATION = f"{HERE}/party/grower", f"{HERE}/party/station"
PLOT = f"{HERE}/site/plot"
REGISTERED = (
    Party(id=GROWER, kind="grower", name_zh="甲"),
    Party(id=STATION, kind="station", name_zh="站"),
    Site(id=PLOT, kind="plot", party=GROWER, name_zh="园"),
)
MANDATE = Mandate(id="m", from_party=GROWER, to_party=STATION, actions=frozenset({"report"}))


def delivery(at: datetime = AT, **changes: Any) -> dict[str, Any]:
    body = reports.delivery(
        event_id="urn:uuid:0d1f8a3e-5d0d-4b68-9a65-2f2f1d1c0001",
        at=at,
        lot="https://id.gs1.org/01/09520001000010/10/XX1",
        kg=Decimal("412.5"),
        plot=PLOT,
        grower=GROWER,
    )
    return {name: value for name, value in (body | changes).items() if value is not None}


def looked_at(body: Any, *, sent_ms: int = 0, now_ms: int = NOW_MS, **asked: Any) -> Examined | Refused:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    given: dict[str, Any] = {"elsewhere": lambda _: None, "checks": lambda *_: ()} | asked
    return examine(Report(raw, sent_ms), now_ms=now_ms, **given)


def examined(body: Any, **asked: Any) -> Examined:
    found = looked_at(body, **asked)
    assert isinstance(found, Examined), found
    return found


def refused(body: Any, **asked: Any) -> dict[str, str]:
    """Problem codes by pointer."""
    found = looked_at(body, **asked)
    assert isinstance(found, Refused), found
    return {problem.pointer: problem.code for problem in found.problems if problem.severity == "error"}


def decided(body: Any, *records: Record, who: str = STATION, role: str = "station", **asked: Any) -> Admitted | Refused:
    registry = MemoryRegistry([*REGISTERED, *records])
    return admit(examined(body, **asked), principal=Principal(who, frozenset({role})), registry=registry)


def admitted(body: Any, *records: Record, **asked: Any) -> Admitted:
    found = decided(body, *records, **asked)
    assert isinstance(found, Admitted), found
    return found


def warnings(one: Admitted) -> set[str]:
    assert all(problem.severity == "warning" for problem in one.warnings)
    return {problem.code for problem in one.warnings}


def test_what_is_recorded_is_the_canonical_form_of_what_was_reported() -> None:
    one = admitted(delivery(), MANDATE)
    assert orjson.loads(one.event) == delivery()
    assert one.event == orjson.dumps(delivery(), option=orjson.OPT_SORT_KEYS)
    assert one.record_id == hashlib.sha256(one.event).hexdigest()
    assert one.content_hash == content_hash(delivery())
    assert one.capturer == STATION
    assert warnings(one) == set()


def test_an_event_without_an_id_is_recorded_under_its_cbv_hash() -> None:
    body = delivery(eventID=None)
    one = admitted(body, MANDATE)
    assert one.event_id == event_hash_id(body)
    assert orjson.loads(one.event)["eventID"] == one.event_id


def test_record_time_is_not_recorded_since_it_is_ours_to_say() -> None:
    assert admitted(delivery(recordTime="2020-01-01T00:00:00Z"), MANDATE) == admitted(delivery(), MANDATE)


def test_fields_we_do_not_know_are_recorded_as_they_came() -> None:
    context = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"x": "https://x.example/"}]
    extended: dict[str, Any] = {"@context": context, "x:colour": {"x:of": ["skin", 1.5, None]}, "ilmd": None}
    body = delivery(**extended)
    assert orjson.loads(admitted(body, MANDATE).event)["x:colour"] == {"x:of": ["skin", 1.5, None]}


def test_malformed_reports_are_refused_with_every_problem() -> None:
    assert refused(b'{"type":') == {"": "not-json"}
    problems = refused(delivery(eventTime="yesterday", action="MAYBE", eventTimeZoneOffset=None))
    assert {"/eventTime", "/action"} <= problems.keys()
    assert len(problems) == 3


def nested(depth: int) -> bytes:
    raw = orjson.dumps(delivery())[:-1] + b',"suyuan:deep":'
    return raw + b'{"suyuan:a":' * depth + b"1" + b"}" * (depth + 1)


@pytest.mark.parametrize("depth", [20, 200, 400, 1000, 100_000])
def test_no_depth_of_nesting_makes_it_stumble(depth: int) -> None:
    found = looked_at(nested(depth))
    if isinstance(found, Examined):
        admit(found, principal=Principal(STATION, frozenset({"operator"})), registry=MemoryRegistry())


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_json_value_makes_it_stumble(value: Any) -> None:
    try:
        raw = orjson.dumps(value)
    except TypeError:
        return
    assert isinstance(looked_at(raw), Refused)


def test_an_event_of_another_service_is_refused_with_where_it_belongs() -> None:
    home = Problem("/bizStep", "belongs-elsewhere", "this event belongs to quality")
    assert refused(delivery(), elsewhere=lambda _: home) == {"/bizStep": "belongs-elsewhere"}


def test_a_services_own_errors_refuse_and_its_warnings_do_not() -> None:
    def checks(event: Event, latest: date) -> Iterable[Problem]:
        yield Problem("/ilmd", "odd", "strange", "warning")
        if event.body["quantityList"][0]["quantity"] == 1:
            yield Problem("/quantityList/0", "wrong", "impossible")

    assert warnings(admitted(delivery(), MANDATE, checks=checks)) == {"odd"}
    one = delivery(quantityList=[{"epcClass": "urn:x:lot", "quantity": 1, "uom": "KGM"}])
    assert refused(one, checks=checks) == {"/quantityList/0": "wrong"}


@pytest.mark.parametrize("field", ["quantityList", "inputQuantityList"])
def test_less_than_nothing_is_impossible(field: str) -> None:
    amounts = [{"epcClass": "urn:x:lot", "quantity": 5, "uom": "KGM"}, {"epcClass": "urn:x:2", "quantity": -1}]
    if field == "quantityList":
        body = delivery(quantityList=amounts)
    else:
        body = reports.grading(event_id="urn:x:1", at=AT, inputs={}, outputs={"urn:x:3": Decimal(1)}, site=PLOT)
        body |= {field: amounts}
    assert refused(body) == {f"/{field}/1/quantity": "negative-quantity"}


@pytest.mark.parametrize(
    ("ahead_h", "sender_ahead_h", "possible"),
    [
        (0, None, True),
        (23.9, None, True),
        (24.1, None, False),
        (-24 * 365 * 30, None, True),  # late reports are true reports
        (24.1, 0.2, True),  # the sender's clock is ahead, and so is the event by it
        (24 * 365, 24 * 365, True),
        (24 * 365 + 23, 24 * 365, True),
        (24 * 365 + 25, 24 * 365, False),
        (0, -24 * 365, False),  # by its own clock it happens in a year
        (-24 * 365, -24 * 365, True),
    ],
)
def test_only_what_is_a_day_ahead_of_the_senders_own_clock_is_impossible(
    ahead_h: float, sender_ahead_h: float | None, possible: bool
) -> None:
    at = datetime.fromtimestamp(NOW_MS / 1000, CHINA) + timedelta(hours=ahead_h)
    sent_ms = 0 if sender_ahead_h is None else NOW_MS + round(sender_ahead_h * HOUR_MS)
    found = looked_at(delivery(at), sent_ms=sent_ms)
    assert isinstance(found, Examined) == possible
    if isinstance(found, Refused):
        assert [problem.code for problem in found.problems] == ["in-the-future"]


@pytest.mark.parametrize(
    ("ids", "codes"), [(20, []), (21, ["too-many-corrections"]), (9_000, ["too-many-corrections"])]
)
def test_a_declaration_names_a_few_events_as_right_instead(ids: int, codes: list[str]) -> None:
    corrective = [f"urn:uuid:00000000-0000-4000-8000-{n:012d}" for n in range(ids)]
    declared = {"declarationTime": "2026-09-13T00:00:00.000+08:00", "correctiveEventIDs": corrective}
    found = looked_at(delivery(errorDeclaration=declared))
    assert [problem.code for problem in (found.problems if isinstance(found, Refused) else ())] == codes


def test_a_wrong_clock_is_shown_and_both_times_are_kept() -> None:
    year_ms = 365 * 24 * HOUR_MS
    at = AT - timedelta(milliseconds=year_ms)
    one = admitted(delivery(at), MANDATE, sent_ms=NOW_MS - year_ms)
    assert warnings(one) == {"clock-skew"}
    assert one.sent_time_ms == NOW_MS - year_ms
    assert orjson.loads(one.event)["eventTime"].startswith("2025-09-12")


def test_the_network_s_delay_is_no_wrong_clock() -> None:
    assert warnings(admitted(delivery(), MANDATE, sent_ms=NOW_MS - 60_000)) == set()


def test_mandates_are_looked_up_on_the_true_day_of_a_report_with_a_wrong_clock() -> None:
    season = Mandate(
        id="m", from_party=GROWER, to_party=STATION, actions=frozenset({"report"}), valid_from=date(2026, 9, 1)
    )
    year_ms = 365 * 24 * HOUR_MS
    wrong_clock = delivery(AT - timedelta(milliseconds=year_ms))
    assert isinstance(decided(wrong_clock, season, sent_ms=NOW_MS - year_ms), Admitted)
    assert isinstance(decided(wrong_clock, season), Refused)


YEAR_MS = 365 * 24 * HOUR_MS
REGISTERED_SINCE = (
    Party(id=f"{HERE}/party/new", kind="grower", name_zh="乙", valid_from=date(2026, 9, 1)),
    Site(id=f"{HERE}/site/new", kind="plot", party=f"{HERE}/party/new", name_zh="新园", valid_from=date(2026, 9, 1)),
)


@pytest.mark.parametrize("back_days", [0, 12, 3000])
@pytest.mark.parametrize("sent_ms", [0, NOW_MS, NOW_MS + 64 * YEAR_MS, NOW_MS - 20 * YEAR_MS, 1])
def test_no_date_and_no_clock_report_for_a_party_without_its_mandate(back_days: int, sent_ms: int) -> None:
    at = AT - timedelta(days=back_days)
    if at.timestamp() * 1000 > sent_ms > 0:
        at = datetime.fromtimestamp(sent_ms / 1000, CHINA)
    body = delivery(at, readPoint={"id": f"{HERE}/site/new"}, sourceList=None)
    found = decided(body, *REGISTERED_SINCE, sent_ms=sent_ms)
    assert isinstance(found, Refused)
    assert [problem.code for problem in found.problems] == ["no-mandate"]


@pytest.mark.parametrize("state", ["issued", "revoked"])
@pytest.mark.parametrize(("year", "sent_ms"), [(2026, NOW_MS + 64 * YEAR_MS), (2019, 0), (2019, NOW_MS), (2026, 0)])
def test_no_date_and_no_clock_speak_for_a_certifier(
    state: Literal["issued", "revoked"], year: int, sent_ms: int
) -> None:
    body = reports.certificate(
        event_id="urn:uuid:0d1f8a3e-5d0d-4b68-9a65-2f2f1d1c0009",
        at=AT.replace(year=year),
        certificate=f"{HERE}/certificate/1",
        state=state,
        issuer=f"{HERE}/party/certifier",
        scheme="GAP",
        scope=[PLOT],
        valid_from=date(2026, 9, 1),
        valid_to=date(2027, 9, 1),
    )
    certifier = Party(id=f"{HERE}/party/certifier", kind="certifier", name_zh="认证", valid_from=date(2026, 1, 1))
    assert isinstance(decided(body, certifier, sent_ms=sent_ms), Refused)


def test_whoever_reports_a_certificate_that_no_label_will_count_is_told_so_at_the_door() -> None:
    issuer = f"{HERE}/party/certifier"
    body = reports.certificate(
        event_id="urn:uuid:0d1f8a3e-5d0d-4b68-9a65-2f2f1d1c0010", at=AT, certificate=f"{HERE}/certificate/1",
        state="issued", issuer=issuer, scheme="green_food", scope=[PLOT],
        valid_from=date(2026, 9, 1), valid_to=date(2027, 9, 1),
    )  # fmt: skip
    laboratory = Principal(issuer, frozenset({"laboratory"}))
    found = admit(examined(body), principal=laboratory, registry=MemoryRegistry(()))
    assert isinstance(found, Admitted)
    assert "unverified-certificate" in [problem.code for problem in found.warnings]
    held = Accreditation(id="urn:x:a", party=issuer, schemes=frozenset({"green_food"}))
    counted = admit(examined(body), principal=laboratory, registry=MemoryRegistry([held]))
    assert isinstance(counted, Admitted)
    assert "unverified-certificate" not in [problem.code for problem in counted.warnings]


@pytest.mark.parametrize(
    ("at", "on"),
    [
        (datetime(2026, 9, 11, 23, 30, tzinfo=UTC), date(2026, 9, 11)),
        (datetime(2026, 9, 12, 0, 30, tzinfo=CHINA), date(2026, 9, 12)),
        (datetime(2026, 9, 11, 23, 59, tzinfo=timezone(-timedelta(hours=9, minutes=30))), date(2026, 9, 11)),
    ],
)
def test_the_day_of_an_event_is_that_of_the_place_it_happened_at(at: datetime, on: date) -> None:
    assert examined(delivery(at)).days[0] == on


@pytest.mark.parametrize("sent_ms", [-(2**63), -1, 1, 2**62, 2**63 - 1])
def test_an_absurd_clock_refuses_nothing_and_breaks_nothing(sent_ms: int) -> None:
    at = AT if not 0 < sent_ms < 1000 else datetime(1970, 1, 1, tzinfo=UTC)
    assert isinstance(looked_at(delivery(at), sent_ms=sent_ms), Examined)


def test_an_event_at_the_beginning_of_time_breaks_nothing() -> None:
    body = delivery(eventTime="0001-01-01T00:00:00Z", eventTimeZoneOffset="-12:00")
    assert examined(body).days == (date.min, date(2026, 9, 12))


def test_a_report_of_growers_and_plots_nobody_registered_is_admitted_and_says_so() -> None:
    body = delivery(readPoint={"id": f"{HERE}/plot/new"}, sourceList=None)
    assert warnings(admitted(body)) == {"unregistered-site"}


def test_a_report_for_a_registered_party_without_its_mandate_is_refused_unless_the_registry_is_late() -> None:
    found = decided(delivery())
    assert isinstance(found, Refused)
    assert found.registry_may_be_late
    assert found.event_id == delivery()["eventID"]


def test_a_refusal_by_role_does_not_wait_for_the_registry() -> None:
    found = decided(delivery(), role="carrier")
    assert isinstance(found, Refused)
    assert not found.registry_may_be_late


def test_an_importer_reports_for_others_and_is_kept_as_the_capturer() -> None:
    assert admitted(delivery(), who=f"{HERE}/platform", role="importer").capturer == f"{HERE}/platform"


def test_a_repeat_and_its_error_declaration_are_two_records_of_one_event() -> None:
    first = admitted(delivery(), MANDATE)
    declared = admitted(reports.correction(delivery(), at=AT), MANDATE)
    assert (first.event_id, first.content_hash) == (declared.event_id, declared.content_hash)
    assert first.record_id != declared.record_id
    assert admitted(delivery(), MANDATE).record_id == first.record_id


DOCUMENTS = ("examples/*.jsonld", "oracles/epcis/valid/*", "oracles/fsma204/*.jsonld", "oracles/trace_back/*.jsonld")
SERVICES: dict[Topic, Any] = {HARVEST: harvest.checks, QUALITY: quality.checks, SHIPPING: shipping.checks}


def foreign_events() -> Iterable[dict[str, Any]]:
    for pattern in DOCUMENTS:
        for path in sorted(shared().glob(pattern)):
            yield from read_document(path.read_bytes()).events


def test_every_valid_event_of_the_outside_material_is_admitted_by_the_service_it_belongs_to() -> None:
    now_ms = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp() * 1000)
    events = list(foreign_events())
    assert len(events) > 60
    for body in events:
        one = admitted(body, role="importer", checks=SERVICES[topic_of(body)], now_ms=now_ms)
        again = orjson.loads(one.event)
        assert {**body, "eventID": one.event_id, "recordTime": None} == {**again, "recordTime": None}


def test_every_report_of_the_demo_season_is_its_reporters_to_make() -> None:
    entries = read_records("registry.yaml", (FOLDER / "registry.yaml").read_bytes())
    registry = MemoryRegistry(entry.record for entry in entries)
    now_ms = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp() * 1000)
    for told in read_season().told:
        one = examined(told.event, checks=SERVICES[topic_of(told.event)], now_ms=now_ms)
        who = Principal(told.reporter.party, frozenset(told.reporter.roles))
        assert isinstance(admit(one, principal=who, registry=registry), Admitted), told
