"""A parcel is known by hashes that nobody can try through, and that every way of typing the number gives."""

from datetime import datetime

import pytest

from provenance import reports
from provenance.parcels import parcel_paper

SELLER = "https://id.gs1.org/417/9520001008054"
BOX = "https://id.gs1.org/01/09520001007026/21/YL26G0001"
AT = datetime.fromisoformat("2026-09-20T10:00:00+08:00")


@pytest.mark.parametrize("typed", ["SF1234567890", "sf1234567890", " SF 1234 5678 90 ", "ＳＦ１２３４５６７８９０"])
def test_every_way_of_typing_a_waybill_gives_the_same_name(typed: str) -> None:
    assert parcel_paper("waybill", typed, SELLER) == parcel_paper("waybill", "SF1234567890", SELLER)


def test_the_same_number_is_another_for_another_party_or_as_another_paper() -> None:
    names = {
        parcel_paper("waybill", "SF1234567890", SELLER),
        parcel_paper("order", "SF1234567890", SELLER),
        parcel_paper("order", "SF1234567890", f"{SELLER}9"),
        parcel_paper("order", "SF1234567891", SELLER),
    }
    assert len(names) == 4


def test_the_number_itself_is_not_in_its_name() -> None:
    assert "1234567890" not in parcel_paper("waybill", "SF1234567890", SELLER)


@pytest.mark.parametrize("number", ["", "  ", "我的订单", "SF12345\n<script>", "9" * 65])
def test_what_is_no_number_is_refused_in_one_sentence(number: str) -> None:
    with pytest.raises(ValueError, match="is no order number; it has up to 64 letters and digits"):
        parcel_paper("order", number, SELLER)


def test_a_parcel_without_a_numbered_box_is_refused() -> None:
    order = parcel_paper("order", "1", SELLER)
    with pytest.raises(ValueError, match="items: a parcel holds boxes"):
        reports.parcel(event_id="urn:uuid:1", at=AT, site=SELLER, items=(), order=order)


def test_a_parcel_is_a_sale_with_its_papers_and_the_courier_who_has_it() -> None:
    order, waybill = parcel_paper("order", "A1", SELLER), parcel_paper("waybill", "SF1", SELLER)
    event = reports.parcel(
        event_id="urn:uuid:1", at=AT, site=SELLER, items=[BOX], order=order, waybill=waybill, courier="urn:courier"
    )
    assert (event["bizStep"], event["action"], event["epcList"]) == ("retail_selling", "DELETE", [BOX])
    assert [paper["bizTransaction"] for paper in event["bizTransactionList"]] == [order, waybill]
    assert event["destinationList"] == [{"type": "possessing_party", "destination": "urn:courier"}]
