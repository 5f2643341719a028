"""A property that is computed at its first reading: `functools.cached_property` as it is from Python 3.12 on.

Until then every first reading takes a lock, which for the two dozen properties of an event cost a tenth of building a
history. Two threads may compute the same value; either is right.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from functools import cached_property
else:

    class cached_property:  # noqa: N801 - it stands in for that one
        def __init__(self, compute: Any) -> None:
            self._compute = compute
            self._name = compute.__name__
            self.__doc__ = compute.__doc__

        def __get__(self, owner: Any, _kind: Any = None) -> Any:
            if owner is None:
                return self
            value = owner.__dict__[self._name] = self._compute(owner)
            return value


__all__ = ["cached_property"]
