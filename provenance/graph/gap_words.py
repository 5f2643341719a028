"""What people read of what a history does not know: a sentence for each code of `gaps`, alike everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from provenance.short_names import Words

GAPS: Mapping[str, Words] = {
    "missing-origin": Words("没有人登记 {thing} 来自哪里。", "Nobody reported where {thing} comes from."),
    "missing-parent": Words("没有人登记 {thing} 里装了什么。", "Nobody reported what went into {thing}."),
    "missing-receipt": Words("没有人登记 {thing} 已到货。", "Nobody reported that {thing} arrived."),
    "unknown-quantity": Words("{thing} 的数量不清楚。", "How much of {thing} there was is not known."),
    "cycle": Words(
        "关于 {thing} 的登记互相矛盾：它成了由自己制成的。",
        "The reports about {thing} contradict each other: it would have been made from itself.",
    ),
    "two-lots": Words("{thing} 被登记为两个不同批次的产品。", "{thing} was named as a piece of two lots."),
    "more-than-there-was": Words(
        "从 {thing} 用出的重量超过了它原有的重量。", "More was taken of {thing} than there was."
    ),
    "too-many-boxes": Words(
        "登记的 {thing} 的箱数太多，没有核对重量。",
        "So many boxes of {thing} are reported that their weight was not checked.",
    ),
    "missing-shipment": Words(
        "没有人登记 {thing} 发往收货地点。", "Nobody reported that {thing} was sent to where it was received."
    ),
    "begun-elsewhere": Words(
        "{thing} 被一方登记为制成，又被另一方登记为新到。",
        "{thing} was reported as made by one, and as new by another.",
    ),
    "made-elsewhere": Words(
        "另有一方也上报自己做出了{thing}，不计入。", "{thing} was reported as made by another too; that is not counted."
    ),
    "sold-twice": Words(
        "{thing} 卖了两次，中间没有退回过。", "{thing} was sold twice without having come back in between."
    ),
    "gone-before": Words(
        "{thing} 已登记为销毁，之后又被卖出或运走。", "{thing} was reported as destroyed, and sold or moved after that."
    ),
    "returned-unsold": Words(
        "{thing} 有人退回，却没有人登记过卖出。", "{thing} was brought back; nobody reported selling it."
    ),
    "sealed-twice": Words(
        "样品 {thing} 被登记封样不止一次：检验报告说的是哪一份，不清楚。",
        "The sample {thing} was sealed more than once: which one a report is about is not known.",
    ),
    "not-followed": Words(
        "没有人报告 {thing} 已经清空，之后的去向没有全部列出。",
        "Nobody reported that {thing} was emptied; not all that became of it since is told.",
    ),
    "told-late": Words("{thing} 采收过后很久才上报。", "{thing} was reported long after it was picked."),
    "stranger": Words(
        "与{thing}毫无往来的一方上报了它，不计入。",
        "Somebody who had nothing to do with {thing} reported on it; that is not counted.",
    ),
}
"""`{thing}` is what it is about, as the reader knows it."""
OTHER = Words("关于 {thing} 有些情况不清楚。", "Something about {thing} is not known.")
"""Of a code that is not among them."""
