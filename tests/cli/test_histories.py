"""What `suyuan trace` prints of a history, as JSON and for people."""

from datetime import UTC, datetime
from decimal import Decimal

import orjson
import pytest
from produce.v1 import traceability_pb2 as pb

from cli.claims import as_claim, print_claim
from cli.codes import which
from cli.histories import print_history
from cli.history_json import as_choice, back, forward
from cli.output import wrapped
from provenance import reports

_BOX = "https://id.gs1.org/01/19520001000017/21/BX0001"
_LOT = "https://id.gs1.org/01/09520001000010/10/XX1"
_SHOP = "https://id.gs1.org/414/9520001000300"
_NOON = 1_789_185_600_000  # 2026-09-12T04:00:00Z


def _step(event_id: str, *, carried: bool = False, standing: str = "in_force") -> pb.Step:
    return pb.Step(
        event_id=event_id,
        kind="harvest",
        time_ms=_NOON,
        offset="+08:00",
        biz_location=_SHOP,
        carried=carried,
        standing=standing,
    )


def _history() -> pb.History:
    return pb.History(
        code="BX0001",
        key=_BOX,
        kilograms="5.0",
        steps=[
            _step("urn:e:pick"),
            _step("urn:e:pack"),
            _step("urn:e:pack", standing="void"),
            _step("urn:e:pack", carried=True),
            _step("urn:e:ship", carried=True),
        ],
        shares=[pb.Share(lot=_LOT, fraction="0.400000000000", kilograms="2.000", plot="p7")],
        holders=[
            pb.Holder(site=_SHOP, party="p", kilograms="2.5"),
            pb.Holder(site=_SHOP, kilograms="1.5"),
            pb.Holder(party="q"),
        ],
        gaps=[pb.Gap(key="x", code="missing-parent", message="nobody reported x")],
        places={_SHOP: pb.Place(county_zh="隰县", name_zh="水果店")},
    )


def test_back_separates_events_of_the_goods_from_those_of_their_container() -> None:
    answer = back(_history())
    assert answer["events"] == ["urn:e:pick", "urn:e:pack"]
    assert answer["carried"] == ["urn:e:ship"]
    assert answer["shares"] == {_LOT: 0.4}
    assert answer["key"] == _BOX


def test_forward_adds_up_what_each_site_or_party_holds() -> None:
    answer = forward(_history())
    assert answer["events"] == ["urn:e:pick", "urn:e:pack", "urn:e:ship"]
    assert answer["holders"] == {_SHOP: 4.0, "q": None}


def test_each_site_has_one_line_that_says_what_became_of_the_goods(capsys: pytest.CaptureFixture[str]) -> None:
    history = _history()
    history.holders[0].state, history.holders[1].state, history.holders[2].state = "there", "sold", "on_the_way"
    history.places[_SHOP].kind = "shop"
    print_history(history, origins=False)
    shown = capsys.readouterr().out
    assert "4   隰县 水果店  2.5 on the shelf, 1.5 sold" in shown
    assert "?   q            ? on the way" in shown
    assert shown.count("水果店  2.5") == 1
    assert forward(history)["states"] == {_SHOP: {"there": 2.5, "sold": 1.5}, "q": {"on_the_way": None}}


def test_what_is_missing_for_ten_boxes_in_the_same_words_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    history = _history()
    boxes = [f"{_BOX[:-4]}{n:04}" for n in range(10)]
    history.gaps.extend(pb.Gap(key=box, code="missing-receipt", message=f"{box} did not arrive.") for box in boxes)
    print_history(history, origins=True)
    shown = capsys.readouterr().out
    assert shown.count("did not arrive") == 1
    assert f"{boxes[0]} did not arrive. And 9 more: BX0001 BX0002" in shown


def test_a_claim_says_of_each_rule_what_was_found_and_who_can_mend_it(capsys: pytest.CaptureFixture[str]) -> None:
    claim = pb.Claim(verdict="held", brand="b", brand_zh="玉露香梨")
    claim.results.add(rule="origin", outcome="unknown", sentence_en="A plot is not registered.", concerns=["p7"])
    claim.results[0].remedy_en = "The registrar can enter it."
    claim.results.add(rule="certified", outcome="passed", sentence_en="All is covered.")
    print_claim(claim, pb.History())
    shown = capsys.readouterr().out
    assert "玉露香梨\nHeld: " in shown
    assert "?   Where it grew       A plot is not registered." in shown
    assert "to mend The registrar can enter it." in shown
    assert as_claim(claim)["rules"][0]["concerns"] == ["p7"]
    assert as_claim(claim)["rules"][1] == {
        "rule": "certified", "outcome": "passed", "continuing": False, "sentence_en": "All is covered."
    }  # fmt: skip


def test_people_see_local_times_names_and_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    print_history(_history(), origins=True)
    shown = capsys.readouterr().out
    assert "2026-09-12 12:00  harvest  隰县 水果店" in shown
    assert "40.00 %" in shown
    assert "void" in shown
    assert "not known\nnobody reported x" in shown


def test_what_was_lost_on_the_way_is_told_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    history = _history()
    history.lost_kg = "0.5"
    history.losses.append(pb.Holder(site=_SHOP, kilograms="0.5"))
    print_history(history, origins=False)
    shown = capsys.readouterr().out
    assert "lost on the way: 0.5 kg" in shown
    assert "0.5  隰县 水果店" in shown
    assert forward(history)["lost_kg"] == 0.5


def test_a_code_that_may_mean_several_things_names_them() -> None:
    found = [pb.FoundCode(key=_LOT, name_zh="玉露香梨"), pb.FoundCode(key=_BOX)]
    assert as_choice("XX1", found)["candidates"] == [{"key": _LOT, "name": "玉露香梨"}, {"key": _BOX}]
    assert which("XX1", found) == (f"XX1 may be any of 2 things: say which, the newest first: {_LOT} 玉露香梨; {_BOX}")
    assert which("9520001000010", found[:1]).startswith("9520001000010 is a product: say which")


def test_what_a_failed_rule_rests_on_is_told_with_its_day_and_place_and_what_is_missing_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    claim, history = pb.Claim(verdict="held", brand="b"), _history()
    claim.results.add(rule="certified", outcome="failed", continuing=True, sentence_en="It was withdrawn.")
    claim.results[0].event_ids.extend(["urn:e:revoked", "urn:e:pick"])
    history.certificates.add(id="c", number="GF141031260020").states.add(
        time_ms=1789000000000, state="revoked", event_id="urn:e:revoked"
    )
    claim.completeness.there, claim.completeness.expected = 1, 2
    claim.completeness.facts.add(fact="sale", name_en="its sale", missing=["https://id.gs1.org/01/1/10/G7"])
    print_claim(claim, history)
    shown = capsys.readouterr().out
    assert "✗ · Certified           It was withdrawn." in shown
    assert "certificate GF141031260020 revoked urn:e:revoked" in shown
    assert "2026-09-12 12:00 harvest 隰县 水果店 urn:e:pick" in shown
    assert "1 of 2 facts that such a history should have are there.\n  not reported: its sale (G7)" in shown


def test_a_long_sentence_is_broken_at_spaces_and_chinese_anywhere() -> None:
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert wrapped("隰县玉露香梨 pears", 8) == ["隰县玉露", "香梨", "pears"]


def test_what_was_corrected_shows_what_it_said_beside_what_counts(capsys: pytest.CaptureFixture[str]) -> None:
    wrong, right = (_step(f"urn:e:{name}") for name in ("wrong", "right"))
    wrong.standing = "corrected"
    wrong.counting_event_ids.append("urn:e:right")
    wrong.objects.append(pb.Amount(key=_LOT, quantity="4120", uom="KGM"))
    right.objects.append(pb.Amount(key=_LOT, quantity="412", uom="KGM"))
    print_history(pb.History(key=_LOT, steps=[wrong, right]), origins=True)
    assert "corrected, it said 4,120 kg, instead counts 2026-09-12 12:00 412 kg" in capsys.readouterr().out


def test_a_corrected_inspection_shows_what_was_measured_first_and_what_counts_instead(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong, right = _step("urn:e:wrong", standing="corrected"), _step("urn:e:right")
    for step, per_cent in ((wrong, "11.1"), (right, "13.1")):
        step.kind = "inspection"
        measured = [reports.Measurement("", Decimal(per_cent), "%", "soluble_solids")]
        at = datetime.fromtimestamp(_NOON / 1000, UTC)
        body = reports.inspection(event_id=step.event_id, at=at, lots={_LOT: None}, site=_SHOP, measurements=measured)
        step.event = orjson.dumps(body)
    wrong.counting_event_ids.append("urn:e:right")
    print_history(pb.History(key=_LOT, steps=[wrong, right]), origins=True)
    shown = capsys.readouterr().out
    assert "it said soluble solids 11.1 %" in shown and "2026-09-12 12:00 soluble solids 13.1 % urn:e:right" in shown


def _of_a_recall() -> pb.History:
    steps = [_step("urn:e:recall"), _step("urn:e:release")]
    steps[0].kind, steps[1].kind = "recall", "release"
    boxes = [f"{_BOX[:-4]}{n:04}" for n in range(6)]
    holds = [
        pb.Hold(event_id="urn:e:recall", kind="recall", keys=[_LOT, *boxes]),
        pb.Hold(event_id="urn:e:release", kind="release", sentence_en="Without effect: only the regulator may."),
    ]
    return pb.History(key=_LOT, steps=steps, holds=holds)


@pytest.mark.parametrize("origins", [True, False])
def test_a_trace_says_at_its_head_what_is_recalled_and_which_release_changed_nothing(
    origins: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    print_history(_of_a_recall(), origins=origins)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [_LOT, "recalled: XX1, BX0000, BX0001, BX0002, BX0003, and 2 more"]
    assert ["Without effect" in line for line in lines[3:]] == [False, False, True]
    assert forward(_of_a_recall())["recalled"][0] == _LOT and "held" not in back(_of_a_recall())


def test_what_was_let_go_is_not_said_to_be_recalled(capsys: pytest.CaptureFixture[str]) -> None:
    history = _of_a_recall()
    del history.holds[0].keys[:]
    print_history(history, origins=True)
    assert "recalled:" not in capsys.readouterr().out
    assert "recalled" not in back(history)
