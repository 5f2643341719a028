"""In which language the command speaks, and that all it says to people stands in both."""

import json
import string
from typing import Any

import pytest
from babel.messages.pofile import read_po
from produce.v1 import traceability_pb2 as pb

from cli import language, rpc
from cli.claims import as_claim, print_claim
from cli.failures import Failure
from cli.language import again, chosen, say, spoken
from cli.output import width
from cli.said_elsewhere import SERVICES, USAGE
from provenance.rules.claim_words import RULES
from provenance.rules.claims import RULES as JUDGED
from services.portal import languages
from tests.cli.catalog import found_messages, printed_as_it_stands, sentences
from tests.cli.command import suyuan


def catalog(path: Any = language.CATALOG) -> dict[str, str]:
    with path.open("rb") as source:
        return {str(message.id): str(message.string) for message in read_po(source) if message.id}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_sentence_has_its_chinese_and_none_is_left_over() -> None:
    assert found_messages() == {text for text, chinese in catalog().items() if chinese}


NOT_SAID = frozenset(
    {
        "say in `confirmed` why", "unexpected content after document", "failed to connect", "Socket closed",
        "connections to all backends", "DNS resolution", "name resolution", "traceability serve",
        "traceability project", "suyuan payment ", "suyuan registry ", "suyuan ", "suyuan: ", "--lang ",
        "the list of 832 national key counties for poverty alleviation",
        ": write --lang zh or --lang en / 请写 --lang zh 或 --lang en",
    }
)  # fmt: skip
"""Looked for in what others say, names of programs, what goes into a record, and what is said in both languages."""


def test_no_sentence_stands_in_the_source_in_english_alone() -> None:
    assert sorted(sentences() - catalog().keys() - NOT_SAID) == []


def test_what_is_printed_goes_through_the_catalog() -> None:
    assert sorted(printed_as_it_stands() - NOT_SAID) == []


def test_a_translation_fills_in_the_same_values() -> None:
    assert [text for text, chinese in catalog().items() if names(text) != names(chinese)] == []


def test_what_the_pages_say_too_is_said_alike() -> None:
    pages, own = catalog(languages.CATALOG), catalog()
    assert {text: own[text] for text in own.keys() & pages.keys() if own[text] != pages[text]} == {}


def test_every_rule_has_a_name() -> None:
    assert set(RULES) == {rule.__name__ for rule in JUDGED}


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "SUYUAN_LANG": "en"}, "en"),
        ({"LC_ALL": "C", "SUYUAN_LANG": "zh"}, "zh"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_machines(environ: dict[str, str], wanted: str) -> None:
    assert spoken(environ) == wanted


@pytest.mark.parametrize(
    "where", [["--lang", "zh", "trace", "X"], ["trace", "--lang=zh", "X"], ["trace", "X", "--lang", "zh"]]
)
def test_it_may_be_chosen_anywhere_on_the_line(where: list[str]) -> None:
    assert chosen(where) == (["trace", "X"], "zh")


def test_another_language_is_refused_and_what_follows_two_dashes_is_left_alone() -> None:
    with pytest.raises(Failure, match="--lang zh or --lang en"):
        chosen(["trace", "--lang", "fr"])
    assert chosen(["trace", "--", "--lang"]) == (["trace", "--", "--lang"], "")


def test_errors_come_in_the_language_of_the_machine() -> None:
    found = suyuan("trace", environ={"LC_ALL": "zh_CN.UTF-8", "SUYUAN_LANG": ""})
    assert (found.returncode, found.stderr) == (2, "suyuan: 缺少参数 CODE：请看 suyuan trace --help\n")
    assert "缺少" not in suyuan("trace", "--lang", "en", environ={"LC_ALL": "zh_CN.UTF-8"}).stderr


@pytest.mark.parametrize("sentence", [*SERVICES, *USAGE])
def test_what_services_say_is_said_again(sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {name: f"v{n}" for n, name in enumerate(sorted(names(sentence)))}
    monkeypatch.setenv("SUYUAN_LANG", "zh")
    assert again(sentence.format(**values), (sentence,)) == say(sentence, **values) != sentence.format(**values)
    assert again("something else", SERVICES) == "something else"


def _claim() -> Any:
    failed = pb.RuleResult(
        rule="certified", outcome="failed", sentence_zh="证书已撤销。", sentence_en="It was revoked.",
        remedy_zh="请换证。", remedy_en="Get another.", continuing=True, event_ids=["urn:e:1"],
    )  # fmt: skip
    passed = pb.RuleResult(rule="origin", outcome="passed", sentence_zh="都来自隰县。", sentence_en="All from there.")
    facts = pb.Completeness(
        there=1, expected=2, facts=[pb.ExpectedFact(fact="sale", name_zh="销售", name_en="its sale")]
    )
    return rpc.Claim(verdict="held", brand_zh="玉露香", brand_en="Yulu", results=[passed, failed], completeness=facts)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "zh",
            ["玉露香", "暂缓：照目前的情况，", "认证", "证书已撤销。", "怎样解决 请换证。", "未上报：销售", "✗ 未通过"],
        ),
        (
            "en",
            [
                "Yulu",
                "Held: as things stand,",
                "Certified",
                "It was revoked.",
                "to mend Get another.",
                "not reported: its sale",
            ],
        ),
    ],
)
def test_a_claim_is_told_in_one_language_what_holds_it_first(
    code: str, said: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUYUAN_LANG", code)
    print_claim(_claim(), pb.History())
    told = capsys.readouterr().out
    assert [text for text in said if text not in told] == []
    assert ("证书" in told, "revoked" in told) == (code == "zh", code == "en")
    lines = told.splitlines()
    first, second = (next(line for line in lines if line.startswith(mark)) for mark in "✗✓")
    assert lines.index(first) < lines.index(second)
    texts = ["证书已撤销。", "都来自隰县。"] if code == "zh" else ["It was revoked.", "All from there."]
    assert len({width(line.partition(text)[0]) for line, text in zip((first, second), texts, strict=True)}) == 1


def test_programs_read_the_same_in_either_language(monkeypatch: pytest.MonkeyPatch) -> None:
    told = set()
    for code in ("zh", "en"):
        monkeypatch.setenv("SUYUAN_LANG", code)
        told.add(json.dumps(as_claim(_claim())))
    assert len(told) == 1
