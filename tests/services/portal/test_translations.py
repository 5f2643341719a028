"""Every sentence stands in both languages, and says the same things in both."""

import string

import pytest
from babel.messages.pofile import read_po

from services.portal import languages
from services.portal.languages import Languages
from services.portal.sentences import say
from tests.services.portal.catalog import found_messages


@pytest.fixture(scope="module")
def both() -> Languages:
    return languages.load()


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def catalog() -> dict[str, str]:
    with languages.CATALOG.open("rb") as source:
        return {str(message.id): str(message.string) for message in read_po(source) if message.id}


def test_every_sentence_has_its_chinese() -> None:
    assert found_messages() - {text for text, chinese in catalog().items() if chinese} == set()


def test_no_translation_is_left_of_a_sentence_that_is_gone() -> None:
    assert set(catalog()) - found_messages() == set()


def test_a_translation_fills_in_the_same_values() -> None:
    assert [text for text, chinese in catalog().items() if names(text) != names(chinese)] == []


def test_the_wanted_language_is_the_chosen_one_else_the_browsers_else_chinese(both: Languages) -> None:
    assert both.wanted("en", "zh-CN").code == "en"
    assert both.wanted("", "en-GB,en;q=0.9,zh;q=0.5").code == "en"
    assert both.wanted("", "fr,zh-TW;q=0.8,en;q=0.3").code == "zh"
    assert both.wanted("", "en;q=0, zh").code == "zh"
    assert both.wanted("", "de, en;q=banana").code == "zh"
    assert both.wanted("klingon", "").code == "zh"


def test_a_sentence_is_said_with_its_values(both: Languages) -> None:
    sentence = say("{unit} is not a unit of weight here. Use 斤 or kg.", unit="磅")
    assert both.zh.say(sentence) == "磅 不是这里的重量单位，请用斤或公斤。"
    assert both.en.say(sentence) == "磅 is not a unit of weight here. Use 斤 or kg."
