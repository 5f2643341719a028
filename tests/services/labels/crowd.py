"""One of several processes of `labels` that ask of one lot at once: `python -m tests.services.labels.crowd`.

Reads lines of JSON, each a request, does all of a line at once, and answers with a line. A store that is away is asked
again, as a caller would ask: with the same request id.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from provenance.label_link import LabelLink
from services.labels.mongo import MongoLedger
from services.labels.mongo_rolls import MongoRolls
from services.labels.mongo_voids import MongoVoids
from tests.services.labels.packing import PackingHouse
from wire.errors import Rejected, Transient

PATIENCE_S = 60.0
PAUSE_S = 0.2


async def answered(house: PackingHouse, asked: dict[str, Any]) -> list[str]:
    """What it said: the serials, the count, or why not."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        try:
            return await _done(house, asked)
        except Rejected as error:
            return ["refused", str(error)]
        except Transient:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(PAUSE_S)


async def _done(house: PackingHouse, asked: dict[str, Any]) -> list[str]:
    if "count" in asked:
        return [label.serial for label in await house.issue(asked["request"], asked["count"])]
    first, last = (LabelLink("", "", asked[name]) for name in ("first", "last"))
    act = house.bind if asked["act"] == "bind" else house.give_back
    return [str(await act(asked["request"], first, last))]


async def main(url: str, database: str) -> None:
    ledger = MongoLedger(url, database)
    house = PackingHouse(ledger, MongoRolls(ledger.rolls), MongoVoids(ledger.voids))
    while line := await asyncio.to_thread(sys.stdin.readline):
        answers = await asyncio.gather(*[answered(house, one) for one in json.loads(line)])
        print(json.dumps(answers), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
