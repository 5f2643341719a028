"""What `suyuan trace` prints of a history, as JSON and for people."""

import pytest
from produce.v1 import traceability_pb2 as pb

from cli.histories import back, forward, print_history

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


def test_people_see_local_times_names_and_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    print_history(_history(), origins=True)
    shown = capsys.readouterr().out
    assert "2026-09-12 12:00  harvest  隰县 水果店" in shown
    assert "40.00 %" in shown
    assert "void" in shown
    assert "not known: nobody reported x" in shown
