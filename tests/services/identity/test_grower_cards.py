"""Cards of growers: opened any number of times, each time for some minutes; revoked, replaced, too old."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from runtime.auth import Verifier
from services.identity.domain import GrowerCard
from services.identity.handlers import make_grower_card
from services.identity.sqlite import SqliteStore
from tests.services.identity.conftest import CARDS_KEY, RunningIdentity

GROWER = "https://suyuan.example/grower/7f3a"
STATION, OFFICE = "https://suyuan.example/station/1", "https://suyuan.example/office/1"


async def opened(identity: RunningIdentity, code: str) -> int:
    return (await identity.post("/grower-cards/open", card=code)).status_code


async def test_a_card_opens_for_its_grower_alone_and_for_some_minutes(identity: RunningIdentity) -> None:
    made = await identity.as_admin("/grower-cards", party=GROWER)
    for _ in range(2):
        answer = (await identity.post("/grower-cards/open", card=made["card"])).json()
    keys = KeySet.import_key_set((await identity.http.get(f"{identity.url}/.well-known/jwks.json")).json())
    claims = jwt.decode(answer["token"], keys, algorithms=["Ed25519"]).claims
    assert (claims["sub"], claims["roles"]) == (GROWER, ["cardholder"])
    assert claims["exp"] - claims["iat"] <= 15 * 60


async def test_a_new_card_ends_the_earlier_and_a_revoked_one_opens_nothing(identity: RunningIdentity) -> None:
    first = await identity.as_admin("/grower-cards", party=GROWER)
    second = await identity.as_admin("/grower-cards", party=GROWER)
    assert (await opened(identity, first["card"]), await opened(identity, second["card"])) == (401, 200)
    assert (await identity.as_admin("/grower-cards/revoke", party=GROWER))["revoked"] == 1
    assert await opened(identity, second["card"]) == 401


async def test_only_the_administrator_makes_cards_and_no_card_is_guessed(identity: RunningIdentity) -> None:
    assert (await identity.post("/grower-cards", admin="wrong", party=GROWER)).status_code == 401
    assert (await identity.post("/grower-cards", admin=identity.secret, party="no party")).status_code == 400
    assert (await identity.post("/grower-cards", admin=identity.secret, party=GROWER, days=9999)).status_code == 400
    assert await opened(identity, "AAAA-AAAA-AAAA-AAAA-AAAA") == 401


async def test_a_growers_card_signs_nobody_in(identity: RunningIdentity) -> None:
    made = await identity.as_admin("/grower-cards", party=GROWER)
    assert (await identity.post("/token", card=made["card"])).status_code == 401


async def test_the_key_of_the_portal_makes_growers_cards_and_nothing_else(identity: RunningIdentity) -> None:
    made = await identity.post("/grower-cards", key=CARDS_KEY, party=GROWER, by=STATION)
    assert made.status_code == 200
    for path in ("/token", "/cards", "/keys/rotate"):
        asked = await identity.post(path, key=CARDS_KEY, party=GROWER, roles=["grower"])
        assert asked.status_code == 401
    assert (await identity.post("/grower-cards", key="", party=GROWER, by=STATION)).status_code == 401


async def test_who_made_and_who_ended_each_card_is_kept_and_the_token_names_the_maker(
    identity: RunningIdentity,
) -> None:
    first = (await identity.post("/grower-cards", key=CARDS_KEY, party=GROWER, by=STATION)).json()
    token = (await identity.post("/grower-cards/open", card=first["card"])).json()["token"]
    assert (await Verifier(f"{identity.url}/.well-known/jwks.json").principal(token)).card_by == STATION
    await identity.post("/grower-cards", key=CARDS_KEY, party=GROWER, by=OFFICE)
    assert await opened(identity, first["card"]) == 401, "a lost card is dead at once"
    await identity.post("/grower-cards/revoke", key=CARDS_KEY, party=GROWER, by=OFFICE)
    lives = (await identity.post("/grower-cards/lives", key=CARDS_KEY, party=GROWER)).json()["cards"]
    assert [(life["made_by"], life["revoked_by"]) for life in lives] == [(OFFICE, OFFICE), (STATION, OFFICE)]
    assert all(life["made_s"] and life["revoked_s"] for life in lives)


def test_who_pays_a_grower_does_not_end_the_card_through_which_its_answer_counts(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "identity.sqlite")) as store:
        office, shop = GrowerCard(GROWER, 200, OFFICE), GrowerCard(GROWER, 200, STATION, trading=True)
        store.replace_grower_card("office", office, 100)
        for digest in ("station", "again"):
            store.replace_grower_card(digest, shop, 100)
        assert [store.grower_card(one, 100) for one in ("office", "station", "again")] == [office, None, shop]
        assert (store.revoke(GROWER, STATION, 100, trading=True), store.grower_card("office", 100)) == (1, office)
        store.replace_grower_card("third", shop, 100)
        assert (store.revoke(GROWER, OFFICE, 100), store.grower_card("third", 100)) == (2, None)


def test_a_card_that_ran_out_is_ended_by_nobody(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "identity.sqlite")) as store:
        store.replace_grower_card("first", GrowerCard(GROWER, 100, OFFICE), 1)
        assert store.revoke(GROWER, STATION, 1_000) == 0
        store.replace_grower_card("second", GrowerCard(GROWER, 1_100, OFFICE), 1_000)
        store.replace_grower_card("third", GrowerCard(GROWER, 2_000, OFFICE), 1_200)
        assert [(life.revoked_s, life.revoked_by) for life in store.lives(GROWER)] == [(0, ""), (1_100, ""), (100, "")]


async def test_a_new_card_ends_only_those_that_its_maker_was_shown(identity: RunningIdentity) -> None:
    async def make(**besides: Any) -> httpx.Response:
        return await identity.post("/grower-cards", key=CARDS_KEY, party=GROWER, by=OFFICE, **besides)

    first = (await make(ends=[])).json()["card"]
    refused = await make(ends=["another"])
    assert (refused.status_code, await opened(identity, first)) == (409, 200)
    assert (await make(ends="all")).status_code == 400
    shown = (await identity.post("/grower-cards/lives", key=CARDS_KEY, party=GROWER)).json()["cards"]
    second = (await make(ends=[life["mark"] for life in shown])).json()["card"]
    assert [await opened(identity, card) for card in (first, second)] == [401, 200]
    assert (await make()).status_code == 200, "who names none ends any"


async def test_a_file_of_cards_of_an_earlier_version_is_read_on(tmp_path: Path) -> None:
    file = tmp_path / "identity.sqlite"
    with closing(sqlite3.connect(file)) as old, old:
        columns = "digest TEXT PRIMARY KEY, party TEXT, expires_s INTEGER, revoked_s INTEGER"
        old.execute(f"CREATE TABLE grower_card ({columns})")
        old.execute("INSERT INTO grower_card VALUES ('d', ?, 200, NULL)", (GROWER,))
    store = SqliteStore(file)
    assert store.grower_card("d", 100) == GrowerCard(GROWER, 200)
    assert [life.made_by for life in store.lives(GROWER)] == [""]
    store.close()


def test_a_file_in_which_several_cards_of_a_grower_are_good_keeps_the_last(tmp_path: Path) -> None:
    file = tmp_path / "identity.sqlite"
    with closing(sqlite3.connect(file)) as old, old:
        columns = "digest TEXT PRIMARY KEY, party TEXT, expires_s INTEGER, revoked_s INTEGER"
        old.execute(f"CREATE TABLE grower_card ({columns})")
        for digest in "ab":
            old.execute("INSERT INTO grower_card VALUES (?, ?, 200, NULL)", (digest, GROWER))
    for _ in range(2):
        with closing(SqliteStore(file)) as store:
            assert (store.grower_card("a", 100), store.grower_card("b", 100)) == (None, GrowerCard(GROWER, 200))
            assert sum(not life.revoked_s for life in store.lives(GROWER)) == 1


def test_of_eight_who_make_a_card_at_once_one_has_made_the_card_that_is_good(tmp_path: Path) -> None:
    together = Barrier(8, timeout=60)
    stores = [SqliteStore(tmp_path / "identity.sqlite") for _ in range(2)]

    def make(maker: int) -> None:
        for n in range(20):
            together.wait()
            letters, by = f"CARD{n:02}{maker:014}", f"urn:x:{maker}"
            make_grower_card(
                f"{GROWER}{n}", by=by, good_for_days=1, letters=letters, now_s=100, cards=stores[maker % 2]
            )

    with ThreadPoolExecutor(8) as makers:
        list(makers.map(make, range(8)))
    for n in range(20):
        lives = stores[0].lives(f"{GROWER}{n}")
        assert (len(lives), sum(not life.revoked_s for life in lives)) == (8, 1)
    for store in stores:
        store.close()


_KILLED = """
import os, signal, sys
from pathlib import Path
from services.identity.domain import GrowerCard
from services.identity.sqlite import SqliteStore

def at(statement):
    if statement.startswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

store = SqliteStore(Path(sys.argv[1]))
store._connection.set_trace_callback(at)
store.replace_grower_card("second", GrowerCard(sys.argv[3], 200), 100)
"""


@pytest.mark.parametrize("before", ["UPDATE", "INSERT", "COMMIT"])
def test_killed_while_a_card_is_replaced_the_grower_has_the_one_before(tmp_path: Path, before: str) -> None:
    file = tmp_path / "identity.sqlite"
    with closing(SqliteStore(file)) as store:
        store.replace_grower_card("first", GrowerCard(GROWER, 200), 100)
    asked = [sys.executable, "-c", _KILLED, str(file), before, GROWER]
    assert subprocess.run(asked, env=dict(os.environ), check=False).returncode == -signal.SIGKILL
    with closing(SqliteStore(file)) as store:
        assert store.grower_card("first", 100) == GrowerCard(GROWER, 200)
        assert store.grower_card("second", 100) is None
        store.replace_grower_card("second", GrowerCard(GROWER, 200), 100)
        assert store.grower_card("second", 100) == GrowerCard(GROWER, 200)
