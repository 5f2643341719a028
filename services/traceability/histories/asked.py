"""The registry facts an answer rests on: a kept answer is true only while the registry answers alike.

Who may declare an event wrong and what a counted thing weighs come from the registry, not from events; the registry
changes seldom, so the few questions are simply asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import ParamSpec, TypeVar

Question = ParamSpec("Question")
Fact = TypeVar("Fact")


class Asked:
    def __init__(self) -> None:
        self._answers: dict[tuple[Hashable, ...], tuple[Callable[[], object], object]] = {}

    def of(self, ask: Callable[Question, Fact]) -> Callable[Question, Fact]:
        """The same function of hashable positions, with its answers noted."""

        def asked(*args: Question.args, **named: Question.kwargs) -> Fact:
            answer = ask(*args, **named)
            self._answers[ask, *args] = (lambda: ask(*args, **named)), answer
            return answer

        return asked

    def still_answered_alike(self) -> bool:
        return all(ask() == answer for ask, answer in self._answers.values())
