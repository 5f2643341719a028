"""One fact changed in the honest season's files flips exactly the rule it is about, and nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cli.registry_file import read_records
from deploy.demo.story import DAYLILY, DOUBLED, FRAUD, SEASON, tell
from provenance.registry.plot_changes import within_season
from provenance.registry.records import Brand, Product, ProductionStandard, Record, Site
from provenance.rules.claims import RULES
from tests.deploy.told import judged, not_passed, parsed, records, registry_of

Reports = list[dict[str, Any]]


def _only(reports: Reports, kind: str, **said: Any) -> dict[str, Any]:
    """The fields of the one report of this kind that says this."""
    found = [report[kind] for report in reports if kind in report and said.items() <= report[kind].items()]
    assert len(found) == 1, f"{len(found)} reports of {kind} say {said}"
    return found[0]  # type: ignore[no-any-return]


def _delivery(reports: Reports, lot: str = "L0912-1") -> dict[str, Any]:
    return next(report["delivery"] for report in reports if report.get("delivery", {}).get("lot") == lot)


def _another_county_is_reported(reports: Reports) -> None:
    _delivery(reports)["county_code"] = "430426"


def _another_growers_plot(reports: Reports) -> None:
    _delivery(reports)["plot"] = "plot b21c"


def _the_certificate_ends_the_day_before(reports: Reports) -> None:
    _only(reports, "certificate")["valid_to"] = "2026-09-12"


def _as_much_more_as_scales_may_differ(reports: Reports) -> None:
    _pooled(reports, 420)


def _a_kilogram_more_than_that(reports: Reports) -> None:
    _pooled(reports, 421)


def _pooled(reports: Reports, kg: int) -> None:
    """So much of the first delivery, which was 412 kg; no more came out than before."""
    pooling = _only(reports, "pooling", output="P0912")
    pooling["inputs"]["L0912-1"], pooling["kg"] = kg, 2355


def _not_sweet_enough(reports: Reports) -> None:
    _only(reports, "inspection", at="09-12 10:20")["measurements"][0]["value"] = 12.4


def _nobody_measured_what_must_be(reports: Reports) -> None:
    for at in ("09-12 10:20", "09-14 12:30"):
        del _only(reports, "inspection", at=at)["measurements"][0]


def _an_hour_too_warm(reports: Reports) -> None:
    _truck(reports)["celsius"][5] = 14


def _the_truck_tells_nothing(reports: Reports) -> None:
    _truck(reports)["celsius"] = []


def _truck(reports: Reports) -> dict[str, Any]:
    return _only(reports, "readings", **{"device": "truck logger", "from": "09-15 19:00"})


def _one_arrival_is_not_reported(reports: Reports) -> None:
    arrival = _only(reports, "receipt", site="taiyuan centre")
    reports[:] = [report for report in reports if report.get("receipt") is not arrival]


def _sprayed_too_late(reports: Reports) -> None:
    _only(reports, "farm_input", plot="plot 7f3a")["at"] = "08-30 06:30"


def _a_recall(reports: Reports) -> None:
    recall = {"at": "09-25 10:00", "lots": ["G0914"], "reason": "农残复检不合格", "recall": True}
    reports.append({"by": "inspector", "hold": recall})


@dataclass(frozen=True)
class Flip:
    """A change of one report of the season, and what it does to the first box."""

    change: Callable[[Reports], None]
    outcomes: dict[str, str]


FLIPS = (
    Flip(_another_county_is_reported, {"origin": "failed"}),
    Flip(_another_growers_plot, {"producer": "failed"}),
    Flip(_the_certificate_ends_the_day_before, {"certified": "failed"}),
    Flip(_as_much_more_as_scales_may_differ, {}),
    Flip(_a_kilogram_more_than_that, {"balance": "failed"}),
    Flip(_not_sweet_enough, {"standard": "failed"}),
    Flip(_nobody_measured_what_must_be, {"standard": "unknown"}),
    Flip(_one_arrival_is_not_reported, {"custody": "failed"}),
    Flip(_an_hour_too_warm, {"cold_chain": "failed"}),
    Flip(_the_truck_tells_nothing, {"cold_chain": "unknown"}),
    Flip(_sprayed_too_late, {"interval": "failed"}),
    Flip(_a_recall, {"not_recalled": "failed"}),
)


@pytest.mark.parametrize("flip", FLIPS, ids=lambda flip: flip.change.__name__.strip("_"))
def test_one_changed_report_flips_one_rule(flip: Flip) -> None:
    season = parsed(SEASON)
    flip.change(season["reports"])
    story = tell(season)
    assert not_passed(judged(story, story.show["box"], registry_of())) == flip.outcomes


def test_one_harvest_date_flips_the_season() -> None:
    """Of daylily, whose cold chain is unknown and let pass: it is dried, and no range is set."""
    season = parsed(DAYLILY)
    _delivery(season["reports"], "Q0710-1")["at"] = "05-31 06:10"
    story = tell(season)
    found = judged(story, story.show["box"], registry_of())
    assert not_passed(found) == {"season": "failed", "cold_chain": "unknown"}


def test_every_rule_is_flipped() -> None:
    """Which of them by master data, payments or another story, the tests here say."""
    by_report = {rule for flip in FLIPS for rule in flip.outcomes}
    assert by_report | {"season", "benefit"} == {rule.__name__ for rule in RULES}


# --- of the payments


def _one_grower_is_paid_a_yuan_less(payments: Reports) -> None:
    payments[0]["paid"]["yuan"] -= 1


def _one_grower_has_not_answered(payments: Reports) -> None:
    del payments[3]["answered"]


def _one_payment_is_not_reported(payments: Reports) -> None:
    del payments[5]


@pytest.mark.parametrize(
    ("change", "outcomes"),
    [
        (lambda payments: None, {}),
        (_one_grower_is_paid_a_yuan_less, {"benefit": "failed"}),
        (_one_payment_is_not_reported, {"benefit": "unknown"}),
        (_one_grower_has_not_answered, {"benefit": "unknown"}),
    ],
)
def test_one_changed_payment_flips_benefit(change: Callable[[Reports], None], outcomes: dict[str, str]) -> None:
    season = parsed(SEASON)
    change(season["payments"])
    story = tell(season)
    assert not_passed(judged(story, story.show["box"], registry_of())) == outcomes


def test_a_payment_that_names_a_report_corrected_since_is_for_what_counts_in_its_place() -> None:
    """The station typed one delivery wrong, and whoever paid then names the event it was told."""
    season = parsed(SEASON)
    lots = ((one.event, one.event.get("quantityList", [{}])[0]) for one in tell(season).told)
    typed = {event["eventID"]: goods["quantity"] for event, goods in lots if "L0912-4" in goods.get("epcClass", "")}
    (mistyped,) = (id_ for id_, kg in typed.items() if float(kg) != 505.5)
    season["payments"][3]["paid"]["deliveries"] = {mistyped: 505.5}
    story = tell(season)
    assert not_passed(judged(story, story.show["box"], registry_of())) == {}


# --- and of the master data


def _found(kind: type[Record], id_: str) -> Any:
    return next(record for record in records() if isinstance(record, kind) and record.id.endswith(id_))


def _the_season_begins_later() -> Iterable[Record]:
    yield replace(_found(ProductionStandard, "yulu-pear"), version=2, season_from="09-13")


def _a_plot_is_half_as_large() -> Iterable[Record]:
    yield replace(_found(Site, "plot/4c77"), version=2, area_mu=Decimal("0.1"))


def _the_county_code_of_a_plot() -> Iterable[Record]:
    yield replace(_found(Site, "plot/7f3a"), version=2, county_code="140105")


def _the_brand_is_another_countys() -> Iterable[Record]:
    yield replace(_found(Brand, "xixian-yulu"), version=2, county_code="141030")


def _the_box_is_of_another_fruit() -> Iterable[Record]:
    buds = _found(Product, "09520001007040")
    yield replace(_found(Product, "09520001007026"), version=2, made_of=frozenset({buds.id}))


def _the_fruit_keeps_for_a_day() -> Iterable[Record]:
    """It was packed two days after most of it was picked."""
    yield replace(_found(ProductionStandard, "yulu-pear"), version=2, storage_days=1)


@pytest.mark.parametrize(
    ("change", "outcomes"),
    [
        (_the_season_begins_later, {"season": "failed"}),
        (_a_plot_is_half_as_large, {"balance": "failed"}),
        (_the_box_is_of_another_fruit, {"balance": "failed"}),
        (_the_fruit_keeps_for_a_day, {"balance": "unknown"}),
        # Where fruit grew is both where it is from and where its grower is registered.
        (_the_county_code_of_a_plot, {"origin": "failed", "producer": "failed"}),
        # Its own county is who enrols households.
        (_the_brand_is_another_countys, {"origin": "failed", "producer": "failed", "benefit": "failed"}),
    ],
)
def test_one_changed_record_flips_what_rests_on_it(
    change: Callable[[], Iterable[Record]], outcomes: dict[str, str]
) -> None:
    story = tell(parsed(SEASON))
    assert not_passed(judged(story, story.show["box"], registry_of(*change()))) == outcomes


def _doubled() -> Site:
    (entry,) = read_records(DOUBLED.name, DOUBLED.read_bytes())
    assert isinstance(entry.record, Site)
    return entry.record


def test_a_doubled_area_is_not_taken_while_the_season_lasts() -> None:
    (problem,) = within_season(_doubled(), [_found(Site, "plot/2b04")], date(2026, 9, 16))
    assert problem.pointer == "/area_mu"


def test_a_doubled_area_does_not_help_even_where_it_was_written_into_the_season() -> None:
    story = tell(parsed(FRAUD))
    order = next(order for order in story.labels if "doubled" in order.title)
    assert not_passed(judged(story, order.lot, registry_of(_doubled()), order.after)) == {"balance": "failed"}
