"""What is answered about a label that somebody looks up: one answer, the gravest first (domain.md, "Scanning").

Owns the order and the words. Never "genuine": a copy of a true label is a true label. Whether a label is in the ledger,
void or bound is `labels`' to say, a recall `traceability`'s, how often it was looked up the scans'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["recalled", "void", "not_ours", "not_active", "not_checked", "issued"]
Recall = Literal["none", "in_part", "whole", "not_asked"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a label at the moment it is looked up. `ours`: signed as this system signs, where there is a
    signature, and in its ledger. `recall` is of the goods the label names, whoever wrote it; not_asked where
    nobody could say."""

    ours: bool
    recall: Recall = "none"
    void: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """One verdict, in two languages."""

    verdict: Verdict
    sentence_zh: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class _Row:
    verdict: Verdict
    when: Callable[[Known], bool]
    zh: str
    en: str


_ROWS = (
    _Row(
        "recalled",
        lambda known: known.recall == "whole",
        "已召回：请不要食用，退回给卖家。",
        "Recalled: do not eat it, take it back to the seller.",
    ),
    _Row(
        "recalled",
        lambda known: known.recall == "in_part",
        "这些货品中有一部分已召回，但不清楚是哪些：请不要食用，先问卖家。",
        "Some of these goods are recalled, and nobody knows which: do not eat it, ask the seller.",
    ),
    _Row(
        "void",
        lambda known: known.void,
        "此标签已作废，不应再出现在任何箱子上：请询问卖家。",
        "This label was made void and belongs on no box: ask where you bought it.",
    ),
    _Row(
        "not_ours",
        lambda known: not known.ours,
        "这不是本系统签发的标签。",
        "This is not a label of this system.",
    ),
    _Row(
        "not_active",
        lambda known: not known.active,
        "此标签已印制，但还没有用在任何装箱的货品上：请询问卖家。",
        "This label was printed but is not yet on any packed goods: ask where you bought it.",
    ),
    _Row(
        "not_checked",
        lambda known: known.recall == "not_asked",
        "此标签由本系统签发，但现在无法查询这些货品是否已被召回：食用前请过一会儿再查一次。",
        "This label was issued by this system, but whether the goods are recalled could not be asked: "
        "look again in a moment, before you eat it.",
    ),
    _Row(
        "issued",
        lambda known: True,
        "此标签由本系统签发。标签可以被复制：请核对下面的信息与箱子是否一致。",
        "This label was issued by this system. A label can be copied: compare what follows with the box in your hand.",
    ),
)
"""The first that holds is the answer: a recall, void, not ours, not yet active, not checked, issued."""


def answer(known: Known) -> Answer:
    row = next(row for row in _ROWS if row.when(known))
    return Answer(row.verdict, row.zh, row.en)
