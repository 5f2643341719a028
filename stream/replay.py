"""Puts a dead letter's original bytes back on the topic they came from, and notes on the letters' topic that it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from stream.dead_letter import DeadLetter, replayed_mark
from stream.keyed_producer import Message
from stream.receipts import Receipt


class Sender(Protocol):
    async def send_all(self, messages: Sequence[Message]) -> tuple[Receipt, ...]: ...


async def replay(letter: DeadLetter, producer: Sender) -> Receipt:
    """The record's new place. Sent before the mark: a crash between the two replays again, which is harmless.

    Raises Unacknowledged.
    """
    original = letter.record
    value = b"" if original.key is None and original.value is None else original.value
    (receipt,) = await producer.send_all([Message(original.topic, original.key, value)])
    await producer.send_all([replayed_mark(letter)])
    return receipt
