"""What is said of an answer that is a problem."""

import httpx

from cli.web import sentence

_PLACE = {"pointer": "/epcisBody/eventList/0/eventTime", "message": "the time is ahead"}


def test_a_problem_whose_reason_is_its_only_place_is_said_once() -> None:
    answer = httpx.Response(400, json={"detail": "The time is ahead.", "problems": [_PLACE]})
    assert sentence(answer) == "/epcisBody/eventList/0/eventTime: the time is ahead"


def test_several_places_stand_after_the_reason() -> None:
    answer = httpx.Response(400, json={"detail": "Two are wrong.", "problems": [_PLACE, _PLACE]})
    assert sentence(answer) == "Two are wrong; /epcisBody/eventList/0/eventTime and 1 more: the time is ahead"


def test_one_reason_of_many_places_is_said_once_and_a_whole_body_has_no_place() -> None:
    many = httpx.Response(403, json={"detail": "The time is ahead.", "problems": [_PLACE] * 500})
    assert sentence(many).count("the time is ahead") == 1
    whole = httpx.Response(400, json={"detail": "No.", "problems": [{"pointer": "", "message": "you proposed it"}]})
    assert sentence(whole) == "No; you proposed it"


def test_the_number_of_an_answer_is_told_where_it_says_nothing_else_or_the_fault_is_the_servers() -> None:
    assert sentence(httpx.Response(404, json={"detail": "Nobody reported it."})) == "Nobody reported it."
    assert sentence(httpx.Response(404, text="<html>")) == "Not Found (404)"
    assert sentence(httpx.Response(500, json={"detail": "Its number is 7."})) == "Its number is 7. (500)"
