"""One ordinary slip added to the honest season's files flips nothing; what cannot be flips custody."""

from typing import Any

import pytest

from deploy.demo.story import SEASON, tell
from tests.deploy.told import judged, not_passed, parsed, registry_of

SLIPS: dict[str, dict[str, Any]] = {
    "a cashier types the lot on the box": {
        "sale": {"at": "09-20 10:00", "lots": {"G0914": 4.5}, "site": "xian shop"},
    },
    "a shop's second person types the paper that came with boxes that were scanned": {
        "receipt": {"at": "09-17 09:20", "lots": {"G0914": 225}, "site": "xian shop", "from_site": "taiyuan centre"},
    },
}


@pytest.mark.parametrize("slip", SLIPS)
def test_boxes_that_go_by_their_own_numbers_stay_good(slip: str) -> None:
    season = parsed(SEASON)
    season["reports"].append({"by": "xian shop", **SLIPS[slip]})
    story = tell(season)
    assert not_passed(judged(story, story.show["box"], registry_of())) == {}


def test_a_box_that_was_destroyed_and_is_sold_leaves_custody_unknown() -> None:
    season = parsed(SEASON)
    sale = {"at": "09-25 10:15", "items": ["gift 58"], "site": "taiyuan shop"}
    season["show"]["crushed"] = "gift 58"
    story = tell(season)
    assert not_passed(judged(story, story.show["crushed"], registry_of())) == {}
    season["reports"].append({"by": "taiyuan shop", "sale": sale})
    again = tell(season)
    assert not_passed(judged(again, story.show["crushed"], registry_of())) == {"custody": "unknown"}


def test_a_pallet_that_was_destroyed_and_whose_boxes_are_sold_leaves_custody_unknown() -> None:
    season = parsed(SEASON)
    crushed = {"at": "09-16 07:30", "items": ["pallet 1"], "site": "taiyuan centre", "reason": "压坏"}
    season["reports"].append({"by": "carrier", "loss": crushed})
    story = tell(season)
    assert not_passed(judged(story, story.show["box"], registry_of())) == {"custody": "unknown"}


@pytest.mark.parametrize(("by", "flips"), [("packer", {"not_recalled": "failed"}), ("rival", {})])
def test_a_recall_of_a_pallet_taken_back_by_its_reporter_stays_and_a_strangers_never_was(
    by: str, flips: dict[str, str]
) -> None:
    season = parsed(SEASON)
    season["reporters"]["rival"] = {"party": "https://id.gs1.org/417/9520001009990", "roles": ["packer"]}
    season["names"]["things"]["rival site"] = "https://id.gs1.org/414/9520001009997"
    season["names"]["boxes"]["fake"] = {"product": "https://id.gs1.org/01/09520001007026", "serial": "FAKE{:04}"}
    own = {"pallet": "pallet 1", "items": ["fake 1"], "site": "rival site", "at": "09-15 19:55"}
    recall = {"at": "09-15 20:00", "items": ["pallet 1"], "reason": "x", "recall": True}
    back = {"report": "recall", "at": "09-18 10:00", "corrected_by": []}
    season["reports"] += [{"by": "rival", "palletising": own}] if by == "rival" else []
    season["reports"] += [{"by": by, "id": "recall", "hold": recall}, {"by": by, "take_back": back}]
    story = tell(season)
    assert not_passed(judged(story, story.show["box"], registry_of())) == flips


@pytest.mark.parametrize("hour", ["14:01", "13:59"])
def test_a_copy_received_and_sold_about_when_the_true_box_leaves_for_nobody_in_particular_is_held(hour: str) -> None:
    season = parsed(SEASON)
    (sent,) = (r["shipment"] for r in season["reports"] if "shipment" in r and r["shipment"]["at"] == "09-16 14:00")
    del sent["to_site"], sent["to_party"]
    for name, at in (("receipt", f"09-16 {hour}"), ("sale", "09-16 14:05")):
        season["reports"].append({"by": "xian shop", name: {"at": at, "items": ["gift 10"], "site": "xian shop"}})
    season["show"]["copied"] = "gift 10"
    story = tell(season)
    assert not_passed(judged(story, story.show["copied"], registry_of())) == {"custody": "unknown"}


def test_an_empty_pallet_that_is_scrapped_takes_no_boxes_along_that_were_seen_elsewhere_before() -> None:
    season = parsed(SEASON)
    unpacking = [r for r in season["reports"] if r.get("unpacking", {}).get("pallet") == "pallet 1"]
    season["reports"] = [r for r in season["reports"] if r not in unpacking]
    scrapped = {"at": "09-16 17:00", "items": ["pallet 1"], "site": "taiyuan centre", "reason": "托盘报废"}
    season["reports"].append({"by": "carrier", "loss": scrapped})
    story = tell(season)
    assert unpacking and not_passed(judged(story, story.show["box"], registry_of())) == {}
