"""Cards of growers: opened any number of times, each time for some minutes; revoked, replaced, too old."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import KeySet

from runtime.auth import Verifier
from services.identity.domain import GrowerCard
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
