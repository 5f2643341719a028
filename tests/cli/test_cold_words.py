"""`suyuan cold-chain`: a time that has not come is not told as one that has."""

from datetime import datetime

from cli.cold_chain import _cool_by
from provenance.days import CHINA

NOW = datetime(2026, 11, 23, 12, tzinfo=CHINA)


def test_what_is_still_to_come_has_to_be_and_what_is_past_had_to_be() -> None:
    day_ms = 24 * 3600 * 1000
    now_ms = round(NOW.timestamp() * 1000)
    assert _cool_by(now_ms + 2 * day_ms, NOW).startswith(("has to be cold from 11-25", "须从 11-25"))
    assert _cool_by(now_ms - 2 * day_ms, NOW).startswith(("had to be cold from 11-21", "应从 11-21"))
