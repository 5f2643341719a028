"""A certificate's states: any order of arrival, any repeats, backdated, corrected, and what anybody else says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance import reports as reports_of
from provenance.certificates.dependents import leaning
from provenance.certificates.numbers import FORMS, wrong_with_number
from provenance.certificates.reading import read_certificates
from provenance.certificates.schemes import SCHEMES
from provenance.certificates.states import Certificate
from provenance.days import CHINA
from provenance.reports import Json, correction
from provenance.standing import Reported, standings
from tests.provenance.reported import report
from wire.certificate_codec import certificate_message

CERTIFICATE = "https://id.gs1.org/253/9520001000508C0001"
ISSUER, FRIEND = "https://example.org/certifier", "urn:x:friend"
PLOT = "https://suyuan.example/plot/P-0417"
START = datetime(2026, 3, 1, 12, tzinfo=CHINA)
STATES = ("issued", "suspended", "reinstated", "revoked")


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def ms(number: int) -> int:
    return round(day(number).timestamp() * 1000)


def change(state: Any, on: int, *, issuer: str = ISSUER, name: str = "", **fields: Any) -> Json:
    said: dict[str, Any] = {
        "scheme": "green_food", "scope": [PLOT], "valid_from": date(2026, 3, 1), "valid_to": date(2027, 3, 1),
    } | fields  # fmt: skip
    event_id = f"urn:uuid:{name or f'{state}-{on}-{issuer}'}"
    return reports_of.certificate(
        event_id=event_id, at=day(on), certificate=CERTIFICATE, state=state, issuer=issuer, **said
    )


def read(*told: Json | Reported) -> tuple[Certificate, ...]:
    documents = [one if isinstance(one, Reported) else report(one, recorded=n) for n, one in enumerate(told)]
    return read_certificates([s.document for s in standings(documents).values() if s.in_force])


def one(*told: Json | Reported) -> Certificate:
    (found,) = read(*told)
    return found


changes = st.lists(
    st.tuples(st.sampled_from(STATES), st.integers(0, 30), st.sampled_from([ISSUER, ISSUER, FRIEND])),
    min_size=1, max_size=8, unique=True,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(changes, st.randoms(use_true_random=False))
def test_any_order_and_any_repeats_read_alike(told: list[tuple[str, int, str]], random: Any) -> None:
    documents = [report(change(s, on, issuer=i), recorded=n) for n, (s, on, i) in enumerate(told)]
    shuffled = [*documents, *random.choices(documents, k=3)]
    random.shuffle(shuffled)
    assert read(*shuffled) == read(*documents)


@settings(max_examples=60, deadline=None)
@given(changes)
def test_after_a_revocation_nothing_makes_it_good_again(told: list[tuple[str, int, str]]) -> None:
    for found in read(*(change(s, on, issuer=i) for s, on, i in told)):
        revoked = [c.time_ms for c in found.states if c.state == "revoked"]
        for on in range(0, 40, 3):
            if revoked and min(revoked) <= ms(on):
                assert found.validity(ms(on)) == "revoked"


@settings(max_examples=60, deadline=None)
@given(changes)
def test_what_somebody_else_reports_changes_nothing_of_an_issuers_own(told: list[tuple[str, int, str]]) -> None:
    mine = [change(s, on, issuer=i) for s, on, i in told if i == ISSUER]
    if not any(s == "issued" and i == ISSUER for s, _, i in told):
        return
    documents = [report(body, recorded=n) for n, body in enumerate(mine)]
    others = [report(change(s, on, issuer=i), recorded=n + 50) for n, (s, on, i) in enumerate(told) if i == FRIEND]
    alone = one(*documents)
    among = next(found for found in read(*documents, *others) if found.issuer == ISSUER)
    assert among == alone


@settings(max_examples=60, deadline=None)
@given(changes, st.integers(0, 40))
def test_what_leaned_then_leans_until_it_is_withdrawn(told: list[tuple[str, int, str]], on: int) -> None:
    for found in read(*(change(s, day_, issuer=i) for s, day_, i in told)):
        if found.validity(ms(on)) == "valid":
            assert found.relied_on(ms(on))
            assert found.relied_on_since(ms(on), {PLOT})
            assert (found.void_since(ms(on), ms(50)) is None) == (
                found.validity(ms(50)) not in ("suspended", "revoked")
            )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([("issued", 1)], "valid"),
        ([("issued", 1), ("suspended", 3)], "suspended"),
        ([("issued", 1), ("suspended", 3), ("reinstated", 5)], "valid"),
        ([("issued", 1), ("revoked", 3), ("reinstated", 5)], "revoked"),
        ([("issued", 1), ("revoked", 3), ("issued", 5)], "revoked"),
        ([("issued", 1), ("expired", 3)], "expired"),
        ([("suspended", 3)], "suspended"),
        ([("reinstated", 3)], "not_issued"),
        ([("reinstated", 3), ("issued", 12)], "not_issued"),
        ([], "not_issued"),
    ],
)
def test_the_states_row_by_row(told: list[tuple[str, int]], expected: str) -> None:
    if not told:
        assert read() == ()
        return
    assert one(*(change(state, on) for state, on in told)).validity(ms(10)) == expected


@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_of_one_minute_the_issue_comes_first_and_then_what_was_recorded_first(name: str) -> None:
    issued, suspended, again = (change(state, 0, name=name + state) for state in ("issued", "suspended", "reinstated"))
    assert one(suspended, issued).validity(ms(0)) == "suspended"
    assert one(issued, suspended, again).validity(ms(0)) == "valid"
    assert one(issued, again, suspended).validity(ms(0)) == "suspended"


def test_it_is_good_from_its_first_day_to_its_last_in_china() -> None:
    found = one(change("issued", 0, valid_from=date(2026, 3, 5), valid_to=date(2026, 3, 8)))
    told = [found.validity(ms(n)) for n in range(2, 9)]
    assert told == ["not_begun", "not_begun", "valid", "valid", "valid", "expired", "expired"]
    last_moment = round(datetime(2026, 3, 7, 15, 59, 59, tzinfo=UTC).timestamp() * 1000)
    assert (found.validity(last_moment), found.validity(last_moment + 1000)) == ("valid", "expired")


def test_an_issue_anew_says_nothing_of_the_days_before_it() -> None:
    ended = change("issued", 1, valid_to=date(2026, 3, 10))
    prolonged = change("issued", 20, scope=["urn:x:other"])
    found = one(ended, prolonged)
    assert [found.validity(ms(n)) for n in (5, 15, 25)] == ["valid", "expired", "valid"]
    assert [sorted(found.issue(ms(n)).scope) for n in (5, 25)] == [[PLOT], ["urn:x:other"]]


def test_what_leaned_on_an_earlier_issue_leans_on_it_after_a_narrower_one_was_revoked() -> None:
    def picked(on: int) -> Reported:
        return report(
            reports_of.delivery(
                event_id=f"urn:uuid:{on}",
                at=day(on),
                lot=f"urn:x:{on}",
                kg=None,
                plot=PLOT,
                grower="urn:x:g",
                station=None,
            )
        )

    found = one(change("issued", 1), change("issued", 20, scope=["urn:x:other"]), change("revoked", 25))
    assert [bool(leaning(picked(on).event, found, {})) for on in (5, 22)] == [True, False]
    assert found.void_since(ms(5), ms(30)) == ms(25)


def test_a_backdated_revocation_counts_from_the_day_it_says_and_what_was_made_before_it_was_known_had_leaned() -> None:
    issued, revoked = report(change("issued", 1), recorded=ms(1)), report(change("revoked", 5), recorded=ms(20))
    found = one(issued, revoked)
    assert [found.validity(ms(n)) for n in (4, 5, 10)] == ["valid", "revoked", "revoked"]
    assert [found.relied_on(ms(n)) for n in (4, 10, 19, 21)] == [True, True, True, False]
    assert found.void_since(ms(4), ms(30)) == ms(5)
    assert found.void_since(ms(10), ms(30)) == ms(10)


def test_a_stranger_who_issues_under_the_same_number_earlier_takes_nothing_over() -> None:
    found = read(change("issued", 5), change("issued", 1, issuer=FRIEND), change("revoked", 2, issuer=FRIEND))
    assert {one.issuer: one.validity(ms(10)) for one in found} == {ISSUER: "valid", FRIEND: "revoked"}


def test_a_corrected_issue_says_what_is_right_and_a_revocation_taken_back_did_not_happen() -> None:
    wrong = change("issued", 1, name="1", scope=["urn:x:wrong"])
    right = change("issued", 1, name="2")
    declared = correction(wrong, at=day(2), reason="incorrect_data", corrective_event_ids=["urn:uuid:2"])
    assert one(wrong, right, declared).scope == frozenset({PLOT})
    revoked = change("revoked", 3, name="3")
    taken_back = correction(revoked, at=day(4), reason="did_not_occur")
    assert one(right, revoked).validity(ms(9)) == "revoked"
    assert one(right, revoked, taken_back).validity(ms(9)) == "valid"


def test_a_certificate_of_a_lot_is_leaned_on_though_it_was_written_afterwards() -> None:
    lot = "https://id.gs1.org/01/09520001000010/10/A"
    picked = reports_of.delivery(
        event_id="urn:uuid:h", at=day(3), lot=lot, kg=None, plot="urn:x:plot", grower="urn:x:g", station=None
    )
    (document,) = [report(picked)]
    later = one(change("issued", 6, scope=[], lots=[lot], valid_from=date(2026, 3, 7)))
    assert leaning(document.event, later, {}) == (lot,)
    elsewhere = one(change("issued", 6, scope=["urn:x:plot"], valid_from=date(2026, 3, 7)))
    assert leaning(document.event, elsewhere, {}) == ()


@pytest.mark.parametrize(
    ("scheme", "number", "fits"),
    [
        ("green_food", "GF141031260007", True),
        ("green_food", "gf 141031 260007", True),
        ("green_food", "GF14103126000", False),
        ("green_food", "LB-18-2509123456A", True),
        ("green_food", "LB-18-2513123456A", False),
        ("organic", "12325123456789012", True),
        ("organic", "1232512345678901", False),
        ("organic", "1232512345678901X", False),
        ("gi", "91110000600037341L", True),
        ("gi", "91110000600037341K", False),
        ("commitment", "HGZ20260912-7K3QF2WX", True),
        ("conformity", "2026-1", False),
        ("laboratory", "whatever 17", True),
        ("a new one", "?", True),
    ],
)
def test_numbers_are_of_their_schemes_form(scheme: str, number: str, fits: bool) -> None:
    wrong = wrong_with_number(scheme, number)
    assert (wrong is None) is fits
    assert wrong is None or (wrong.zh and wrong.en)


def test_every_form_is_of_a_scheme_that_there_is() -> None:
    assert FORMS.keys() <= SCHEMES.keys()


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("forbidden pesticide found", "forbidden pesticide found"),
        ("3 of 12 samples over 0.05 mg/kg, see F-2026-118", "3 of 12 samples over 0.05 mg/kg, see F-2026-118"),
        ("GF141031260007 replaces it", "GF141031260007 replaces it"),
        ("张三 139 0000 1234 举报", ""),
        ("call 0357-7322111", ""),
        ("身份证14103119700101001X", ""),
        ("", ""),
    ],
)
def test_everybody_reads_why_unless_somebodys_number_is_in_it(reason: str, shown: str) -> None:
    (found,) = read(change("issued", 0), change("revoked", 5, reason=reason))
    assert found.states[-1].public_reason == shown
    assert certificate_message(found, ms(6)).states[-1].reason == shown
