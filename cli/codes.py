"""The code in somebody's hand, for every command: read in one way, and asked for where it says too little by itself.

How a spelling is read is `provenance.codes`; what a number alone means `traceability` and `labels` know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from cli import endpoints, tokens
from cli.failures import NO, Failure, NotKnown
from cli.language import pick, say
from provenance.codes import read, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.rpc import FoundCode

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Where:
    """Who is asked, and with which token."""

    traceability: str
    labels: str
    token: str = field(repr=False)

    @classmethod
    def of(cls, traceability: str | None, labels: str | None, token: str | None) -> Where:
        target, ledger = endpoints.traceability_target(traceability), endpoints.labels_target(labels)
        return cls(target, ledger, tokens.for_calls(token))


def asked(code: str, question: Callable[[str], Answer], where: Where) -> Answer:
    """The answer for a code as `traceability` understands it; else for the label it is printed on. Raises Failure."""
    try:
        return question(code)
    except NotKnown:
        link = _label(code, where)
        if not link:
            raise
    return question(link)


def goods(text: str, where: Where) -> str:
    """The key of one lot, item or pallet. Raises NotKnown, Failure where it may be several."""
    from cli.rpc import find

    code = read(text)
    if code.keys and not code.product:
        return code.keys[0]
    found = find(where.traceability, where.token, code.text)
    if len(found) == 1:
        return str(found[0].key)
    if found:
        raise Failure(which(text, found), NO)
    if link := _label(text, where):
        return read(link).keys[0]
    raise NotKnown(say("no lot or box with the code {code} is recorded", code=text))


def goods_or_event(text: str, where: Where) -> str:
    """A delivery is meant by its lot or by the id of its report."""
    typed = tidy(text)
    return typed if typed.startswith("urn:uuid:") else goods(text, where)


def which(code: str, candidates: Sequence[FoundCode]) -> str:
    """The choice as a sentence, the newest first."""
    listed = "; ".join(" ".join(filter(None, (one.key, pick(one.name_zh, one.name_en)))) for one in candidates)
    if read(code).product:
        return say("{code} is a product: say which lot, the newest first: {listed}", code=code, listed=listed)
    count = len(candidates)
    said = "{code} may be any of {count} things: say which, the newest first: {listed}"
    return say(said, code=code, count=count, listed=listed)


def _label(code: str, where: Where) -> str:
    """The link of the label with this short code; empty where there is none."""
    from cli.rpc import label_link

    serial = read(code).label
    return label_link(where.labels, where.token, serial) if serial else ""
