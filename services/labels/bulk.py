"""Many labels in one call: the ledger is asked once for fifty, then each is answered as it is alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Protocol
from urllib.parse import unquote

from provenance.label_link import NotALabel, read_short_code
from services.labels.domain import Checked, Issued
from services.labels.ports import Ledger, Rolls, RollsRead, Rows
from services.labels.rolls import Roll
from wire.errors import Rejected

MAX_CODES = 1_000
"""In one call; more are asked for in several."""
_A_READ = 50
"""Codes for which the ledger is asked at once: some 5 ms of signatures, then whoever waits has a turn."""


class Check(Protocol):
    """`handlers.check`, with its keys bound."""

    def __call__(self, code: str, /, *, ledger: Rows, rolls: RollsRead) -> Awaitable[Checked]: ...


async def check_all(codes: Sequence[str], *, check: Check, ledger: Ledger, rolls: Rolls) -> list[Checked]:
    """In the order of the codes. Raises Rejected where these are too many, Transient where the ledger is away."""
    if len(codes) > MAX_CODES:
        raise Rejected(f"codes: {len(codes)} are too many for one call; ask for at most {MAX_CODES} at a time.")
    kept, answers = _KeptRolls(rolls), list[Checked]()
    async with aclosing(_read_ahead(list(_parts(codes)), ledger)) as reading:
        async for some, rows in reading:
            answers += [await check(code, ledger=rows, rolls=kept) for code in some]
    return answers


async def _read_ahead(
    parts: Sequence[Sequence[str]], ledger: Ledger
) -> AsyncGenerator[tuple[Sequence[str], _Read], None]:
    """The next part is read while the signatures of one are checked: the store is another process."""
    ahead = [asyncio.ensure_future(_rows(part, ledger)) for part in parts[:1]]
    try:
        for at, part in enumerate(parts):
            rows = await ahead.pop()
            ahead += [asyncio.ensure_future(_rows(later, ledger)) for later in parts[at + 1 : at + 2]]
            await asyncio.sleep(0)  # so that it is under way
            yield part, rows
    finally:
        for reading in ahead:
            reading.cancel()


async def _rows(codes: Sequence[str], ledger: Ledger) -> _Read:
    named = {serial for code in codes if (serial := named_serial(code))}
    return _Read({one.label.serial: one for one in await ledger.issued_all(sorted(named))})


def named_serial(code: str) -> str:
    """The serial a code speaks of, true or not; "" where it speaks of none."""
    path = code.strip().partition("?")[0]
    if "/" in path:
        return unquote(path.rpartition("/21/")[2])
    try:
        return read_short_code(path)
    except NotALabel:
        return ""


class _Read:
    """Rows that were read already."""

    def __init__(self, rows: Mapping[str, Issued]) -> None:
        self._rows = rows

    async def issued(self, serial: str) -> Issued | None:
        return self._rows.get(serial)


class _KeptRolls:
    """Each roll is read once in a call."""

    def __init__(self, rolls: Rolls) -> None:
        self._rolls, self._read = rolls, dict[str, Roll | None]()

    async def roll(self, number: str) -> Roll | None:
        if number not in self._read:
            self._read[number] = await self._rolls.roll(number)
        return self._read[number]


def _parts(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(codes), _A_READ):
        yield codes[start : start + _A_READ]
