"""JSON values for property tests: anything at all, and near misses of documents made by changing one place."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["\ud800", "ObjectEvent", "urn:x:y", "2026-09-12T08:30:00+08:00", "ADD", "shipping"])
)
_NAMES = st.text(max_size=8) | st.sampled_from(
    ["type", "@context", "epcisBody", "eventList", "epcList", "quantityList", "ilmd", "readPoint", "id", "a/b~c", "x:y"]
)
anything: st.SearchStrategy[Any] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=5), max_leaves=20
)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a value, the whole of it first."""
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from places(member, (*path, key))


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def replaced(value: Any, path: Path, new: Any) -> Any:
    """A copy with another value in one place."""
    if not path:
        return new
    changed = copy.deepcopy(value)
    at(changed, path[:-1])[path[-1]] = new
    return changed


def without(value: Any, path: Path) -> Any:
    """A copy with one place removed."""
    changed = copy.deepcopy(value)
    del at(changed, path[:-1])[path[-1]]
    return changed
