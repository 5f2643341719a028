"""The inspections of a moment, one by one: a failing one is never lost among those that follow it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.portal.languages import Language
from services.portal.sentences import N_
from services.portal.telling.days import on_its_clock
from services.portal.telling.histories import History, Step, Test
from services.portal.telling.naming import name_of
from services.portal.telling.step_words import OUTCOMES

_VERDICTS: Mapping[str, str] = {
    "conforms": OUTCOMES["conformant"],
    "does_not_conform": OUTCOMES["non_conformant"],
    "": N_("no verdict possible"),
}
SUPERSEDED = N_("superseded by a later test")


@dataclass(frozen=True, slots=True)
class Tested:
    """`failed` where it does not conform; `after` says that it is superseded, "" where it is not."""

    when: str
    who: str
    verdict: str
    found: str
    failed: bool
    after: str


def tests_of(steps: Iterable[Step], history: History, language: Language) -> Iterator[Tested]:
    """In the order of the steps."""
    known = {one.event_id: one for one in history.tests}
    for step in steps:
        if step.kind == "inspection" and step.standing in ("in_force", "disputed"):
            yield _tested(step, known.get(step.event_id) or _as_reported(step), history, language)


def _tested(step: Step, test: Test, history: History, language: Language) -> Tested:
    failed = test.verdict == "does_not_conform"
    # What is wrong with fruit that did not reach these goods is superseded by nothing: it is only not theirs.
    lifted = failed and not test.blocking and bool(history.tests)
    return Tested(
        when=f"{on_its_clock(step):%H:%M}",
        who=name_of(step.capturer, history, language) if step.capturer in history.parties else "",
        verdict=language.text(_VERDICTS[test.verdict]),
        found=language.pick(test.sentence_zh, test.sentence_en),
        failed=failed,
        after=language.text(SUPERSEDED) if lifted else "",
    )


def _as_reported(step: Step) -> Test:
    """Where nobody judged it, as it says of itself."""
    said = {"conformant": "conforms", "non_conformant": "does_not_conform"}.get(step.disposition, "")
    return Test(event_id=step.event_id, verdict=said, blocking=said == "does_not_conform")
