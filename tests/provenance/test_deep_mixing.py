"""A thousand mixings one after the other: shares stay short, and sum to one."""

from fractions import Fraction

from provenance.rounding import FINEST, near
from tests.provenance.foreign import back, forward, harvest, made
from wire.history_codec import decimal_text


def test_shares_of_a_very_long_chain_stay_short_and_sum_to_one() -> None:
    depth = 300
    picked = [harvest(2 * n, {f"h{n}": 3 + n % 7}) for n in range(depth)]
    mixed = [made(2 * n + 1, {f"m{n}": 7, f"h{n}": 3 + n % 7}, {f"m{n + 1}": 9}) for n in range(depth)]
    history = back(f"m{depth}", harvest(0, {"m0": 7}), *picked, *mixed)
    assert sum(share.fraction for share in history.shares) == 1
    assert max(share.fraction.denominator for share in history.shares) <= FINEST**2
    assert history.lost_kg is not None
    assert history.lost_kg.denominator <= FINEST**2
    assert decimal_text(history.shares[0].fraction)


def test_what_is_not_finer_than_anybody_weighs_stays_exact() -> None:
    assert near(Fraction(2, 7)) == Fraction(2, 7)
    assert near(Fraction(1, 3**400)) == Fraction(round(Fraction(FINEST, 3**400)), FINEST)
    assert near(None) is None


def test_what_goes_forward_through_a_very_long_chain_stays_short() -> None:
    depth = 300
    picked = [harvest(2 * n, {f"h{n}": 3 + n % 7}) for n in range(depth)]
    mixed = [made(2 * n + 1, {f"m{n}": 7, f"h{n}": 3 + n % 7}, {f"m{n + 1}": 7}) for n in range(depth)]
    history = forward("m0", harvest(0, {"m0": 7}), *picked, *mixed)
    known = [holder.kilograms for holder in history.holders if holder.kilograms is not None]
    assert history.lost_kg is not None
    assert max(kg.denominator for kg in (*known, history.lost_kg)) <= FINEST**2
    assert abs(sum(known) + history.lost_kg - 7) < Fraction(1, 10**30)
