"""How often one caller may ask: a token bucket for each, and a bound on how many callers are remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at_s: float


class RateLimit:
    """`burst` at once, then `per_second` for each caller. Beyond `most_callers` the one unseen longest is forgotten."""

    def __init__(
        self, *, per_second: float, burst: int, clock_s: Callable[[], float], most_callers: int = 20_000
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock_s = clock_s
        self._most_callers = most_callers
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait_s(self, caller: str, *, takes: int = 1) -> float:
        """0 where the caller may go on (and this one is counted as `takes`), else the seconds until it may."""
        now = self._clock_s()
        bucket = self._buckets.pop(caller, None) or _Bucket(self._burst, now)
        tokens = min(self._burst, bucket.tokens + (now - bucket.filled_at_s) * self._per_second)
        allowed = tokens >= 1
        self._buckets[caller] = _Bucket(tokens - takes if allowed else tokens, now)
        if len(self._buckets) > self._most_callers:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._per_second
