"""What is said of an answer that is a problem."""

import httpx

from cli.web import sentence

_PLACE = {"pointer": "/epcisBody/eventList/0/eventTime", "message": "the time is ahead"}


def test_a_problem_whose_reason_is_its_only_place_is_said_once() -> None:
    answer = httpx.Response(400, json={"detail": "The time is ahead.", "problems": [_PLACE]})
    assert sentence(answer) == "/epcisBody/eventList/0/eventTime: the time is ahead (400)"


def test_several_places_stand_after_the_reason() -> None:
    answer = httpx.Response(400, json={"detail": "Two are wrong.", "problems": [_PLACE, _PLACE]})
    assert sentence(answer).startswith("Two are wrong. (400); /epcisBody")
    assert sentence(answer).count("the time is ahead") == 2
