"""Days as people write them, on the clock of whoever reported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from babel.dates import format_date

from services.portal.languages import Language
from services.portal.telling.histories import Step


def day(moment: datetime, language: Language) -> str:
    pattern = "y年M月d日" if language.code == "zh" else "d MMM y"
    return format_date(moment.date(), pattern, locale="zh_CN" if language.code == "zh" else "en")


def local_day(step: Step, language: Language) -> str:
    """The day on the reporter's clock."""
    return day(on_its_clock(step), language)


def on_its_clock(step: Step) -> datetime:
    sign = -1 if step.offset.startswith("-") else 1
    hours, _, minutes = step.offset[1:].partition(":")
    zone = timezone(sign * timedelta(hours=int(hours or 0), minutes=int(minutes or 0)))
    return datetime.fromtimestamp(step.time_ms / 1000, UTC).astimezone(zone)
