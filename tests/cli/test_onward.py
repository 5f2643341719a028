"""Pages of a forward history put together say what the whole would."""

import pytest
from produce.v1 import traceability_pb2 as pb

from cli.history_json import forward
from cli.onward import put_together


def _page(
    kilograms: str, lost: str, *, site: str, key: str, ahead: int, ahead_kg: str
) -> tuple[pb.History, pb.OnwardPage]:
    history = pb.History(code="L", key="lot", kilograms="100", lost_kg=lost)
    history.steps.add(event_id=f"of {key}")
    history.holders.add(site=site, kilograms=kilograms, keys=[key], state="there")
    history.gaps.add(key="lot", code="cycle", message="they are one mixture.")
    history.places[site].name_zh = site
    page = pb.OnwardPage(next_page_token="t" if ahead else "", followed=1, ahead=ahead, ahead_kg=ahead_kg)
    return history, page


def _pages() -> list[tuple[pb.History, pb.OnwardPage]]:
    return [
        _page("20.5", "0", site="shop", key="a", ahead=7, ahead_kg="79.5"),
        _page("30", "1.5", site="house", key="b", ahead=2, ahead_kg="48"),
        _page("48", "0", site="shop", key="c", ahead=0, ahead_kg="0"),
    ]


def test_kilograms_of_a_holder_on_several_pages_are_summed_and_what_is_said_twice_is_said_once() -> None:
    found = put_together(_pages())
    assert [(one.site, one.kilograms, list(one.keys)) for one in found.holders] == [
        ("shop", "68.5", ["a", "c"]),
        ("house", "30", ["b"]),
    ]
    told = forward(found)
    assert told["holders"] == {"shop": 68.5, "house": 30.0}
    assert (told["kilograms"], told["lost_kg"], len(told["gaps"])) == (100.0, 1.5, 1)
    assert told["events"] == ["of a", "of b", "of c"]
    assert set(found.places) == {"shop", "house"}


def test_progress_is_told_on_the_error_stream_and_only_where_there_are_several_pages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    put_together(_pages()[-1:])
    assert capsys.readouterr().err == ""
    put_together(_pages())
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "1 things, 7 more known to come with 79.5 kg"
    assert lines[-1] == "1 things: all of it"


def test_a_recall_told_on_several_pages_is_one_and_a_release_changed_something_that_did_on_one() -> None:
    pages = _pages()
    for (history, _), key in zip(pages, ("a", "b", "c"), strict=True):
        history.holds.add(event_id="recall", kind="recall", keys=[key])
        history.holds.add(event_id="release", kind="release", sentence_en="Without effect.")
    pages[2][0].holds[1].keys.append("c")
    recall, release = put_together(pages).holds
    assert list(recall.keys) == ["a", "b", "c"]
    assert (list(release.keys), release.sentence_en) == (["c"], "")


def test_an_unknown_mass_stays_unknown() -> None:
    pages = _pages()
    pages[2][0].holders[0].kilograms = ""
    assert put_together(pages).holders[0].kilograms == ""
