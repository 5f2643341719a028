"""A hall shows the demo's stream of today and not the one that is over, on whatever day it is played."""

from datetime import date

import pytest

from deploy.demo.streams import LASTS, live_streams
from provenance.registry.memory import MemoryRegistry
from provenance.registry.values import record_of

BRAND = "https://suyuan.example/brand/xixian-yulu"


@pytest.mark.parametrize("today", [date(2026, 9, 20), date(2026, 12, 31), date(2028, 2, 29)])
def test_of_the_two_streams_one_is_shown(today: date) -> None:
    streams = [dict(one) for one in live_streams(BRAND, today)]
    registry = MemoryRegistry(record_of(one.pop("record"), one) for one in streams)
    assert [one.name_en for one in registry.channels_for(BRAND, today)] == ["Pears, live"]
    assert registry.channels_for(BRAND, today + LASTS) == (), "and on its last day none"
