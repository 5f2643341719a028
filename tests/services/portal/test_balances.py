"""Balances for programs: field for field as they are judged, what is empty left out."""

import httpx

from services.portal.telling.balances import Balance, BalanceSheet
from services.portal.telling.history_json import balance_json
from tests.services.portal.upstream import Behind

LOT = "https://id.gs1.org/01/09520001000010/10/G0914"
RUN = Balance(
    kind="run", key="urn:x:run", state="provisional", there_kg="400", went_kg="430", excess_kg="30", tolerance="0.02",
    event_ids=("urn:uuid:1",), provisional_until_ms=1_800_000_000_000,
)  # fmt: skip


def test_a_sheet_is_told_as_it_is_and_says_how_many_more_there_are() -> None:
    assert balance_json(BalanceSheet(key=LOT, balances=(RUN,), withheld=2)) == {
        "key": LOT,
        "balances": [
            {
                "kind": "run",
                "key": "urn:x:run",
                "state": "provisional",
                "there_kg": "400",
                "went_kg": "430",
                "excess_kg": "30",
                "tolerance": "0.02",
                "event_ids": ("urn:uuid:1",),
                "provisional_until": "2027-01-15T08:00:00.000Z",
            }
        ],
        "withheld": 2,
    }


async def test_a_program_asks_by_any_spelling_of_the_code(program: httpx.AsyncClient, world: Behind) -> None:
    world.log.balance_sheets[LOT] = BalanceSheet(key=LOT, balances=(RUN,))
    answer = await program.get("/api/balances", params={"code": "(01)09520001000010(10)G0914"})
    assert answer.status_code == 200
    assert answer.json()["balances"][0]["state"] == "provisional"
    assert (await program.get("/api/balances", params={"code": "(01)09520001000010(10)NEVER"})).status_code == 404
    assert (await program.get("/api/balances")).status_code == 400
