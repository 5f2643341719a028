"""Strongly connected components, so that neither a chain of corrections nor a rework loop can trap anybody.

Tarjan's algorithm with a stack of its own: histories are deep, Python's is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator


def components(nodes: Iterable[str], successors: Callable[[str], Iterable[str]]) -> list[tuple[str, ...]]:
    """Sets of nodes that reach each other, each after everything it leads to. Most are single nodes."""
    found: list[tuple[str, ...]] = []
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    work: list[tuple[str, Iterator[str]]] = []

    def enter(node: str) -> None:
        index[node] = low[node] = len(index)
        path.append(node)
        on_path.add(node)
        work.append((node, iter(successors(node))))

    for root in nodes:
        if root not in index:
            enter(root)
        while work:
            node, rest = work[-1]
            for successor in rest:
                if successor not in index:
                    enter(successor)
                    break
                if successor in on_path:
                    low[node] = min(low[node], index[successor])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_close(node, path, on_path))
    return found


def _close(node: str, path: list[str], on_path: set[str]) -> tuple[str, ...]:
    members = [path.pop()]
    while members[-1] != node:
        members.append(path.pop())
    on_path.difference_update(members)
    return tuple(sorted(members))
