"""Of things some of which cannot belong together: the largest set in which no two can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def all_apart(things: Sequence[T], apart: Callable[[T, T], bool], enough: int) -> tuple[T, ...]:
    """The first largest set of things that are apart pair by pair, of no more than `enough`.

    More things never give a smaller set. `apart` is symmetric. The time is that of a search for a clique of `enough`:
    callers bound both.
    """
    best: tuple[T, ...] = ()

    def grow(chosen: tuple[T, ...], left: Sequence[T]) -> None:
        nonlocal best
        if len(chosen) > len(best):
            best = chosen
        for at, thing in enumerate(left):
            if len(best) >= enough or len(chosen) + len(left) - at <= len(best):
                return
            grow((*chosen, thing), [other for other in left[at + 1 :] if apart(thing, other)])

    grow((), things)
    return best
