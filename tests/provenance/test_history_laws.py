"""Laws every history obeys, on random chains: order-free, repeat-free, inverse, no mass from nothing, whole shares."""

from fractions import Fraction
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.standing import Reported
from tests.provenance.chains import Chain, by_place
from tests.provenance.foreign import uri
from tests.provenance.reported import reports

few = settings(max_examples=25, deadline=None)
plain = st.builds(lambda seed, deeds: Chain(Random(seed)).grow(deeds), st.integers(0, 10**6), st.integers(1, 14))
lively = st.builds(lambda seed, deeds: Chain(Random(seed)).live(deeds), st.integers(0, 10**6), st.integers(2, 16))
chains = st.one_of(plain, lively)


def backs(chain: Chain, documents: list[Reported]) -> dict[str, History]:
    return {uri(lot): build_from(documents, trace_back([uri(lot)])) for lot in chain.left}


def forwards(chain: Chain, documents: list[Reported]) -> dict[str, History]:
    return {uri(lot): build_from(documents, trace_forward([uri(lot)])) for lot in chain.harvested}


@few
@example(Chain(Random(4742)).live(12), 1)  # a truck that more reports name, each told twice, than are read whole
@given(chains, st.integers())
def test_order_and_repeats_do_not_matter(chain: Chain, seed: int) -> None:
    for documents in (reports(chain.bodies), by_place(chain.bodies)):
        shuffled = documents * 2
        Random(seed).shuffle(shuffled)
        assert backs(chain, shuffled) == backs(chain, documents)
        assert forwards(chain, shuffled) == forwards(chain, documents)


@few
@given(chains)
def test_shares_sum_to_one(chain: Chain) -> None:
    for history in backs(chain, reports(chain.bodies)).values():
        assert sum(share.fraction for share in history.shares) == 1


@few
@given(chains)
def test_back_and_forward_are_inverse(chain: Chain) -> None:
    documents = reports(chain.bodies)
    ahead = forwards(chain, documents)
    for lot, history in backs(chain, documents).items():
        came_from = {origin for origin, forward in ahead.items() if lot in forward.keys}
        assert came_from == {share.lot for share in history.shares}
        assert came_from == history.keys & ahead.keys()


@few
@given(chains)
def test_what_is_held_and_what_was_lost_is_what_was_brought_in(chain: Chain) -> None:
    for lot, history in forwards(chain, reports(chain.bodies)).items():
        brought = Fraction(chain.harvested[lot.removeprefix("urn:x:")], 1000)
        held = [holder.kilograms for holder in history.holders]
        assert history.kilograms == brought
        assert sum((kg for kg in held if kg is not None), history.lost_kg or Fraction(0)) == brought
        assert all(kg is not None and kg >= 0 for kg in held)


@few
@given(chains)
def test_what_all_growers_have_somewhere_is_what_is_there(chain: Chain) -> None:
    documents = reports(chain.bodies)
    in_all: dict[tuple[str, str, str], Fraction] = {}
    for history in forwards(chain, documents).values():
        for h in history.holders:
            spot = h.site, h.party, h.state
            in_all[spot] = in_all.get(spot, Fraction(0)) + (h.kilograms or 0)
    lost = sum((h.lost_kg or Fraction(0) for h in forwards(chain, documents).values()), Fraction(0))
    assert sum(in_all.values()) + lost == Fraction(sum(chain.harvested.values()), 1000)


@few
@given(chains, st.data())
def test_a_report_taken_back_changes_the_history_as_if_it_had_not_been_made(chain: Chain, data: st.DataObject) -> None:
    reported = [n for n, body in enumerate(chain.bodies) if "errorDeclaration" not in body]
    place = data.draw(st.sampled_from(reported))
    documents = reports(chain.bodies)
    declared = {
        **documents[place].event.body,
        "errorDeclaration": {"declarationTime": "2026-10-01T00:00:00.000+08:00", "reason": "did_not_occur"},
    }
    without = documents[:place] + documents[place + 1 :]
    taken_back = [*documents, *reports([declared])]
    for lot, history in backs(chain, taken_back).items():
        expected = build_from(without, trace_back([lot]))
        assert (history.shares, history.kilograms, history.gaps, history.holders) == (
            expected.shares,
            expected.kilograms,
            expected.gaps,
            expected.holders,
        )


@few
@given(lively)
def test_no_step_of_an_honest_chain_makes_mass(chain: Chain) -> None:
    """Stock-takes and returns of random amounts may be wrong; runs, lots and the whole way never are."""
    for history in backs(chain, reports(chain.bodies)).values():
        assert not [b for b in history.balances if b.excess_kg and b.kind in ("run", "lot", "lineage")]
        for balance in history.balances:
            if balance.left_kg is not None and balance.counted_kg is None and not balance.provisional_until_ms:
                left_over = balance.went_kg + balance.lost_kg + balance.left_kg
                assert left_over == (balance.there_kg or 0) + balance.excess_kg or balance.kind == "lineage"
