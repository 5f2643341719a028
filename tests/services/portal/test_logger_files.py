"""A logger's file through the portal: all of it or nothing, and twice is once."""

from __future__ import annotations

import httpx
import orjson
import pytest

from tests.services.portal.upstream import Behind

STATION = {"authorization": "Bearer station-token"}
LOGGER = "https://id.gs1.org/8004/9520001LOGGER01"
ROOM = "https://id.gs1.org/414/9520001000218"
ROWS = "".join(f"2026-09-12 {n // 60:02}:{n % 60:02},{n % 9 / 10}\n" for n in range(700))


async def post(program: httpx.AsyncClient, text: str | bytes, *, language: str = "en", **asked: str) -> httpx.Response:
    params = {"device": LOGGER, "site": ROOM} | asked
    headers = STATION | {"content-type": "text/csv", "accept-language": language}
    return await program.post("/api/readings", params=params, content=text, headers=headers)


async def test_a_file_is_taken_by_five_hundred_and_twice_is_once(program: httpx.AsyncClient, world: Behind) -> None:
    answers = [await post(program, "time,temperature\n" + ROWS) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202], answers[0].text
    assert answers[0].json()["readings"] == 700
    assert [len(answer.json()["captures"]) for answer in answers] == [2, 0]
    assert [answer.json()["new"] for answer in answers] == [700, 0]
    assert answers[1].json()["there"] == 700
    assert "is not registered" in answers[0].json()["warnings"][0]
    ids = {orjson.loads(one.event)["eventID"] for one in world.log.stored_events.values()}
    assert set(answers[0].json()["event_ids"]) == ids
    assert len(world.log.stored_events) == 700


@pytest.mark.parametrize(
    ("text", "asked", "said"),
    [
        ("time,temperature\n" + ROWS + "2026-09-12 23:00,1,5\n", {}, "row 702: it has 3 cells"),
        ("time,temperature\n" + ROWS + "2026-09-12 23:00,warm\n", {}, "row 702, temperature: 'warm'"),
        ("time,temperature\n" + ROWS, {"unit": "XYZ"}, "unit: 'XYZ' is no unit of temperature"),
        ("time,temperature\n" + ROWS, {"device": ""}, "device: name the logger"),
    ],
)
async def test_of_a_file_with_a_fault_nothing_is_recorded(
    program: httpx.AsyncClient, world: Behind, text: str, asked: dict[str, str], said: str
) -> None:
    answer = await post(program, text, **asked)
    assert answer.status_code == 400
    assert said in answer.text
    assert not world.log.stored_events


@pytest.mark.parametrize(
    ("text", "asked", "said"),
    [
        ("time,warmth\n" + ROWS, {}, "第1行：“warmth”不是可用的列"),
        ("time,temperature\n" + ROWS + "昨天,1\n", {}, "第702行，时间：“昨天”不是时间"),
        ("time,temperature\n" + ROWS, {"unit": "XYZ"}, "unit：“XYZ”不是温度单位"),
        ("time,temperature\n" + ROWS + "2026-09-12 23:00,1,5\n", {}, "第702行：有3格，而表头有2列"),
    ],
)
async def test_what_is_wrong_with_a_file_is_said_in_chinese_with_line_and_column(
    program: httpx.AsyncClient, text: str, asked: dict[str, str], said: str
) -> None:
    answer = await post(program, text, language="zh", **asked)
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


async def test_a_file_as_loggers_sold_in_china_write_it_is_read_and_its_warning_is_chinese(
    program: httpx.AsyncClient,
) -> None:
    gb = "时间,温度(℃)\n2026-09-12 01:00,1.5\n".encode("gb18030")
    answer = await post(program, gb, language="zh")
    assert answer.status_code == 202, answer.text
    assert "没有登记" in answer.json()["warnings"][0]


async def test_the_same_minutes_in_another_unit_are_refused_with_what_is_stored(
    program: httpx.AsyncClient, world: Behind
) -> None:
    await post(program, "time,temperature\n" + ROWS)
    answer = await post(program, "time,temperature\n" + ROWS, unit="FAH")
    assert answer.status_code == 400
    assert "row 2: -17.8 °C" in answer.text
    assert "0.0 °C is stored (ni:" in answer.text
    assert len(world.log.stored_events) == 700


async def test_eighty_five_degrees_are_taken_of_who_is_sure(program: httpx.AsyncClient, world: Behind) -> None:
    rows = "time,temperature\n" + "".join(f"2026-09-12 {hour:02}:00,85\n" for hour in range(9))
    refused = await post(program, rows)
    assert (refused.status_code, len(world.log.stored_events)) == (400, 0)
    assert "are the columns shifted" in refused.text
    assert (await post(program, rows, sure="1")).status_code == 202
