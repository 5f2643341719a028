"""What was read of the registry and decoded, kept until a change to it arrives.

Look-ups cost microseconds because capture has few of them to spend. `registry_table` owns the file, `registry_view` the
topic.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any

CACHED_ENTRIES = 100_000


class VersionCache:
    """Entries by key, dropped when what they rest on changes. Safe between the reading and the applying thread.

    A read that began before a change and ends after it is not kept: `epoch` moved in between.
    """

    def __init__(self, most: int = CACHED_ENTRIES) -> None:
        self._most = most
        self._entries: dict[Hashable, Any] = {}
        self._lock = threading.Lock()
        self.epoch = 0

    def get(self, key: Hashable, read: Callable[[], Any]) -> Any:
        try:
            return self._entries[key]
        except KeyError:
            epoch = self.epoch
        found = read()
        with self._lock:
            if epoch == self.epoch:
                if len(self._entries) >= self._most:
                    self._entries.clear()
                self._entries[key] = found
        return found

    def clear(self) -> None:
        with self._lock:
            self.epoch += 1
            self._entries.clear()

    def drop(self, keys: set[Hashable]) -> None:
        with self._lock:
            self.epoch += 1
            for key in keys:
                self._entries.pop(key, None)
