"""The live streams of the demo's brand: one that is over, and one of these two weeks, told from the day it is played.

Their days are those of their records, so a hall shows the second and not the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

LASTS = timedelta(days=14)
_AGO = timedelta(days=21)


def live_streams(brand: str, today: date) -> list[Mapping[str, Any]]:
    """As records of the registry's file."""
    return [
        _stream(brand, "采摘直播", "Picking, live", today - _AGO),
        _stream(brand, "隰县好梨直播", "Pears, live", today),
    ]


def _stream(brand: str, zh: str, en: str, first: date) -> Mapping[str, Any]:
    return {
        "record": "channel",
        "id": f"https://suyuan.example/channel/live-{first:%Y%m%d}",
        "valid_from": first,
        "valid_to": first + LASTS,
        "brand": brand,
        "name_zh": zh,
        "name_en": en,
        "kind": "live_stream",
        "url": f"https://live.example/xixian/{first:%Y%m%d}",
    }
