"""What a buyer is told of a label's look-ups: what was counted, and what it may mean. Never that a box is false."""

from __future__ import annotations

from collections.abc import Mapping

from provenance.days import china_day
from provenance.scans.warnings import ScanWarning
from provenance.short_names import Words

_WORDS: Mapping[str, Words] = {
    "many_times": Words(
        "近90天内已被查询{n}次，比一箱通常的次数多：这个标签可能被复制过。",
        "Looked up {n} times in the last 90 days, more than one box usually is: this label may have been copied.",
    ),
    "many_places": Words(
        "近90天内在{n}个相距很远、流通记录中没有的地方被查询：一箱货很少到这么多地方，这个标签可能被复制过。",
        "Looked up in {n} places far from each other where no report has the box, in the last 90 days: one box seldom"
        " gets to so many, and this label may have been copied.",
    ),
    "too_far_apart": Words(
        "短时间内在{n}个相距很远的地方被查询，一箱货来不及到：可能至少有{n}箱贴着同样的标签。",
        "Looked up in {n} places too far apart for one box in so short a time: there may be {n} boxes with this label.",
    ),
    "outside_channels": Words(
        "在品牌销售范围以外的{n}个地方被查询：如果不是别人转送的，请核对卖家。",
        "Looked up in {n} places where the brand does not sell: if it was no present, ask who sold it.",
    ),
    "after_sale": Words(
        "售出很久以后又被查询{n}次：标签可能被再次使用。",
        "Looked up {n} times long after it was sold: the label may have been used again.",
    ),
}


def words_of(warning: ScanWarning) -> Words:
    """One sentence for the buyer's page."""
    said = _WORDS[warning.code]
    return Words(said.zh.format(n=warning.count), said.en.format(n=warning.count))


def count_words(count: int, *, at_least: bool = False, first_ms: int = 0) -> Words:
    """How often, and since when (milliseconds; 0 where it is not known)."""
    if not count:
        return Words("近90天内没有被查询过。", "Not looked up before in the last 90 days.")
    zh = f"近90天内被查询{'至少' if at_least else ''}{count}次"
    times = "once" if count == 1 and not at_least else f"{'at least ' if at_least else ''}{count} times"
    en = f"Looked up {times} in the last 90 days"
    if not first_ms:
        return Words(f"{zh}。", f"{en}.")
    day = china_day(first_ms)
    since = f"{day.year}年{day.month}月{day.day}日"
    if count == 1:
        return Words(f"{zh}，是在{since}。", f"{en}, on {day}.")
    return Words(f"{zh}，最早一次是{since}。", f"{en}, first of these on {day}.")
