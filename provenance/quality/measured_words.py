"""Values beside their limits, in words: what a buyer reads of a test, and what a receipt says of an inspection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from provenance.quality.conformity import Compared, Conformity, Finding, Limit
from provenance.quality.inspections import Measured
from provenance.quality.measures import unit
from provenance.short_names import Words, listed, short

_ZH: Mapping[str, str] = {
    "soluble solids": "可溶性固形物",
    "total sugar": "总糖",
    "titratable acid": "可滴定酸",
    "firmness": "硬度",
    "fruit weight": "单果重",
    "moisture": "水分",
    "sulphur dioxide": "二氧化硫",
}
"""Properties that are named where the standard gives no Chinese name."""

_FOUND: Mapping[Finding, Words] = {
    "within": Words("合格", "within the limit"),
    "outside": Words("不合格", "outside the limit"),
    "no_limit": Words("标准没有规定", "the standard sets no limit"),
    "other_unit": Words("单位无法与标准比较", "its unit cannot be compared with the limit's"),
    "no_value": Words("没有可比较的数值", "no value that can be compared"),
}


def found_words(finding: Finding) -> Words:
    return _FOUND[finding]


def by_source(values: Iterable[Compared]) -> Words:
    """``soluble solids 13.1 % (12.5-14.0 %), total sugar 9.1 % (8.7-9.8 %) (rules 2026)``: the source of several limits
    is said once."""
    groups: dict[str, list[Compared]] = {}
    for one in values:
        groups.setdefault(_source(one.limit), []).append(one)
    return listed(_of_source(source, group) for source, group in groups.items())


def _of_source(source: str, group: Sequence[Compared]) -> Words:
    if len(group) == 1 or not source:
        return listed(map(measured_words, group))
    names = listed(measured_words(one, sourced=False) for one in group)
    return Words(f"{names.zh}（{source}）", f"{names.en} ({source})")


def measured_words(one: Compared, *, sourced: bool = True) -> Words:
    """``soluble solids 11.2 % (12.5-14.0 %, rules 2026)``."""
    name, value, limit = _name(one.measured, one.limit), _value(one.measured), _limit(one.limit, sourced=sourced)
    return Words(
        f"{name.zh}{value}" + (f"（标准{limit}）" if limit else ""),
        f"{name.en} {value}".rstrip() + (f" ({limit})" if limit else ""),
    )


def limit_words(limit: Limit) -> Words:
    """``soluble solids: 12.5-14.0 %, rules of the mark 2026``."""
    name = limit_name(limit)
    return Words(f"{name.zh}：{_limit(limit)}", f"{name.en}: {_limit(limit)}")


def limit_name(limit: Limit) -> Words:
    return _name(Measured(limit.name, None, limit.unit), limit)


def measured_name(one: Measured) -> Words:
    return _name(one, None)


def tested_words(one: Conformity) -> Words:
    """Which goods, when, and what was wrong or right with them."""
    things = ", ".join(short(thing) for thing in sorted(one.inspection.things - {one.inspection.sample}))
    wrong = [measured_words(found) for found in one.compared if found.finding == "outside"]
    said = Words("；".join(words.zh for words in wrong), "; ".join(words.en for words in wrong))
    zh, en = (f"：{said.zh}", f": {said.en}") if wrong else ("", "")
    return Words(f"批次{things}，{one.inspection.on}{zh}", f"lot {things} on {one.inspection.on}{en}")


def result_words(one: Conformity) -> Words:
    """Each value beside its limit; where nothing was measured, that."""
    if not one.compared:
        return Words("没有登记测量值", "no measured value was reported")
    found = [(measured_words(each, sourced=False), _FOUND[each.finding]) for each in one.compared]
    bare = {"within", "outside"}
    said = [
        values if each.finding in bare else Words(f"{values.zh}（{why.zh}）", f"{values.en} ({why.en})")
        for each, (values, why) in zip(one.compared, found, strict=True)
    ]
    return Words("；".join(words.zh for words in said), "; ".join(words.en for words in said))


def _name(measured: Measured, limit: Limit | None) -> Words:
    plain = measured.name.replace("_", " ")
    plain = short(plain) if "://" in plain else plain
    zh = (limit.name_zh if limit else "") or _ZH.get(plain.casefold(), plain)
    return Words(zh, (limit.name_en if limit else "") or plain)


def _value(measured: Measured) -> str:
    if measured.value is None:
        return ""
    return f"{'< ' if measured.at_most else ''}{measured.value:f} {_sign(measured.uom)}".rstrip()


def _limit(limit: Limit | None, *, sourced: bool = True) -> str:
    if limit is None or not limit.range:
        return ""
    source = _source(limit) if sourced else ""
    return f"{limit.range} {_sign(limit.unit)}" + (f", {source}" if source else "")


def _source(limit: Limit | None) -> str:
    return " ".join(filter(None, (limit.source, limit.edition))) if limit else ""


def _sign(code: str) -> str:
    known = unit(code)
    return known.sign if known else code
