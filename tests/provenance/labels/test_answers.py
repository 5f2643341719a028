"""What is answered about a label, and in which order."""

from __future__ import annotations

from itertools import product

import pytest

from provenance.labels.answers import Known, Recall, answer

RECALLS: tuple[Recall, ...] = ("none", "in_part", "whole", "not_asked")


def every_state() -> list[Known]:
    both = (False, True)
    return [
        Known(ours=ours, recall=recall, void=void, active=active)
        for ours, recall, void, active in product(both, RECALLS, both, both)
    ]


def gravest(known: Known) -> str:
    """The order of domain.md once more, written as a question after a question."""
    if known.recall in ("in_part", "whole"):
        return "recalled"
    if known.void:
        return "void"
    if not known.ours:
        return "not_ours"
    if not known.active:
        return "not_active"
    return "issued" if known.recall == "none" else "not_checked"


@pytest.mark.parametrize("known", every_state())
def test_every_state_has_its_answer_and_the_gravest_is_given(known: Known) -> None:
    assert answer(known).verdict == gravest(known)


@pytest.mark.parametrize("known", every_state())
def test_no_answer_says_genuine_and_each_is_a_sentence_in_both_languages(known: Known) -> None:
    said = answer(known)
    assert "genuine" not in said.sentence_en.lower() and "authentic" not in said.sentence_en.lower()
    assert not {"正品", "真品", "保真"} & {said.sentence_zh[at : at + 2] for at in range(len(said.sentence_zh))}
    assert said.sentence_en.isascii() and said.sentence_en.endswith(".") and said.sentence_zh.endswith("。")
    assert "{" not in said.sentence_en + said.sentence_zh


def test_a_label_that_is_not_ours_is_never_said_to_be_issued() -> None:
    assert {answer(known).verdict for known in every_state() if not known.ours} == {"recalled", "void", "not_ours"}
