"""The secret under the scratch-off field: confirmed once, told when again, and not to be guessed."""

from __future__ import annotations

import asyncio

from provenance.label_link import ALPHABET, LabelLink
from services.labels.scratch import MOST_WRONG, SECRET_LENGTH, Tried, check_secret, secret
from tests.services.labels.packing import PackingHouse

KEY = bytes(range(32))
WRONG = "2222222222"


async def tried(house: PackingHouse, label: LabelLink, typed: str, at_ms: int = 5_000) -> Tried:
    return await check_secret(label.serial, typed, key=KEY, tries=house.ledger, now_ms=lambda: at_ms)


async def test_the_first_to_scratch_confirms_and_the_next_is_told_when_that_was(house: PackingHouse) -> None:
    (label,) = await house.issue("r1", 1)
    under = secret(KEY, label.serial)
    assert len(under) == SECRET_LENGTH and set(under) <= set(ALPHABET)
    assert await tried(house, label, f" {under[:5].lower()}-{under[5:]} ", 5_000) == Tried("confirmed_first", 5_000)
    assert await tried(house, label, under, 6_000) == Tried("already_confirmed", 5_000)


async def test_of_fifty_guesses_at_once_five_are_looked_at_and_then_nobody_may_try(house: PackingHouse) -> None:
    (label,) = await house.issue("r1", 1)
    answers = await asyncio.gather(*[tried(house, label, WRONG) for _ in range(50)])
    assert [one.verdict for one in answers].count("wrong") == MOST_WRONG
    assert (await tried(house, label, secret(KEY, label.serial))).verdict == "locked"


async def test_right_ones_use_up_no_tries(house: PackingHouse) -> None:
    (label,) = await house.issue("r1", 1)
    for _ in range(2 * MOST_WRONG):
        assert (await tried(house, label, secret(KEY, label.serial))).confirmed_ms == 5_000


async def test_the_secret_of_another_label_or_of_another_key_is_wrong(house: PackingHouse) -> None:
    one, other = await house.issue("r1", 2)
    for typed in (secret(KEY, other.serial), secret(bytes(32), one.serial), "", "七"):
        assert (await tried(house, one, typed)).verdict == "wrong"


async def test_what_is_no_label_of_ours_has_no_secret(house: PackingHouse) -> None:
    for code in ("222222222222", "hello"):
        answer = await check_secret(code, WRONG, key=KEY, tries=house.ledger, now_ms=lambda: 1)
        assert answer == Tried("not_ours")
