"""One JSON line an event."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from runtime import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("harvest", stream=stream)
    yield stream
    root.handlers[:], root.level = before[0], before[1]


def read(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_its_phrase_its_fields_and_where_and_when(lines: io.StringIO) -> None:
    logs.get("trial").info("event captured", lot="A1", kilograms=400)
    (line,) = read(lines)
    assert {
        "event": "event captured",
        "lot": "A1",
        "kilograms": 400,
        "service": "harvest",
        "level": "info",
    }.items() <= (line.items())
    assert str(line["timestamp"]).endswith("Z")


def test_a_traceback_stays_on_the_one_line(lines: io.StringIO) -> None:
    try:
        int("x")
    except ValueError:
        logs.get("trial").exception("call failed")
    (line,) = read(lines)
    assert "ValueError" in json.dumps(line["exception"])


def test_lines_of_libraries_take_the_same_form(lines: io.StringIO) -> None:
    library = logging.getLogger("aiokafka.named_by_no_other_test")
    library.warning("broker %s lost", 1)
    library.info("not wanted")
    (line,) = read(lines)
    assert (line["event"], line["service"]) == ("broker 1 lost", "harvest")


def test_fields_of_any_type_are_written(lines: io.StringIO) -> None:
    logs.get("trial").info("looked", key=("t", 1), what=object, n={1: b"x"})
    assert len(read(lines)) == 1
