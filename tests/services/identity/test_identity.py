"""Tokens, cards and keys of the real service, checked with the verifier the other services use."""

import asyncio
import sqlite3
import stat
import time
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from provenance.access.authority import Principal
from runtime.auth import Verifier
from runtime.config import ConfigError
from services.identity.__main__ import run
from services.identity.config import IdentityConfig
from tests.services.identity.conftest import RunningIdentity
from wire.errors import Unauthenticated

STATION = "https://id.gs1.org/417/9520001000003"


def verifier(identity: RunningIdentity, *, later_s: float = 0) -> Verifier:

    return Verifier(f"{identity.url}/.well-known/jwks.json", now=lambda: time.time() + later_s)


async def test_a_minted_token_names_its_party_and_roles_to_every_service(identity: RunningIdentity) -> None:
    minted = await identity.as_admin("/token", party=STATION, roles=["station"], hours=1)
    principal = await verifier(identity).principal(minted["token"])
    assert principal == Principal(STATION, frozenset({"station"}))


async def test_a_party_may_be_spelt_as_an_epc_urn(identity: RunningIdentity) -> None:
    minted = await identity.as_admin("/token", party="urn:epc:id:pgln:9520001.00000", roles=["station"])
    assert minted["party"] == STATION


async def test_a_token_is_worth_nothing_after_its_hours(identity: RunningIdentity) -> None:
    minted = await identity.as_admin("/token", party=STATION, roles=["station"], hours=1)
    with pytest.raises(Unauthenticated):
        await verifier(identity, later_s=3600 + 120).principal(minted["token"])


async def test_a_changed_token_is_worth_nothing(identity: RunningIdentity) -> None:
    token = (await identity.as_admin("/token", party=STATION, roles=["station"]))["token"]
    head, claims, signature = token.split(".")
    other = (await identity.as_admin("/token", party=STATION, roles=["operator"]))["token"].split(".")[1]
    for forged in (f"{head}.{other}.{signature}", f"{head}.{claims}.{signature[:-6]}AAAAAA"):
        with pytest.raises(Unauthenticated):
            await verifier(identity).principal(forged)


async def test_without_the_admin_secret_nothing_is_minted(identity: RunningIdentity) -> None:
    for path in ("/token", "/cards", "/keys/rotate"):
        for asked in ({}, {"admin": ""}, {"admin": "wrong"}, {"admin": None}):
            answer = await identity.post(path, party=STATION, roles=["station"], **asked)
            assert answer.status_code == 401
            assert "token" not in answer.json()


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"roles": ["station"]}, "party"),
        ({"party": "station seven", "roles": ["station"]}, "party"),
        ({"party": STATION, "roles": "station"}, "roles"),
        ({"party": STATION, "roles": []}, "roles"),
        ({"party": STATION, "roles": ["king"]}, "roles"),
        ({"party": STATION, "roles": ["public"]}, "roles"),
        ({"party": STATION, "roles": ["station"], "hours": 0}, "hours"),
        ({"party": STATION, "roles": ["station"], "hours": 1e9}, "hours"),
        ({"party": STATION, "roles": ["station"], "hours": "many"}, "hours"),
    ],
)
async def test_a_wrong_wish_is_answered_with_the_field_and_what_would_be_right(
    identity: RunningIdentity, asked: dict[str, object], named: str
) -> None:
    answer = await identity.post("/token", admin=identity.secret, **asked)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(named)


async def test_a_card_opens_once_for_its_party(identity: RunningIdentity) -> None:
    card = (await identity.as_admin("/cards", party=STATION, roles=["station"], hours=24 * 90))["card"]
    first = await identity.post("/token", card=card)
    assert (await verifier(identity).principal(first.json()["token"])).party == STATION
    again = await identity.post("/token", card=card)
    assert again.status_code == 401
    assert abs(again.json()["used_at"] - time.time()) < 3600 and "used already" in again.json()["error"]
    assert "used_at" not in (await identity.post("/token", card="0000-0000")).json()


async def test_of_many_who_hold_one_card_up_together_one_gets_in(identity: RunningIdentity) -> None:
    card = (await identity.as_admin("/cards", party=STATION, roles=["station"]))["card"]
    answers = await asyncio.gather(*(identity.post("/token", card=card) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19


async def test_a_card_may_be_typed_with_small_letters_spaces_and_look_alikes(identity: RunningIdentity) -> None:
    card = (await identity.as_admin("/cards", party=STATION, roles=["station"]))["card"]
    typed = card.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert (await identity.post("/token", card=typed)).status_code == 200


async def test_codes_are_kept_nowhere(identity: RunningIdentity) -> None:
    card = (await identity.as_admin("/cards", party=STATION, roles=["station"]))["card"]
    kept = b"".join(file.read_bytes() for file in identity.folder.iterdir())
    assert card.encode() not in kept
    assert card.replace("-", "").encode() not in kept


async def test_after_a_rotation_old_tokens_stay_good_until_they_expire(identity: RunningIdentity) -> None:
    before = (await identity.as_admin("/token", party=STATION, roles=["station"], hours=1))["token"]
    await identity.as_admin("/keys/rotate")
    after = (await identity.as_admin("/token", party=STATION, roles=["packer"], hours=1))["token"]
    checked = verifier(identity)
    assert (await checked.principal(before)).roles == {"station"}
    assert (await checked.principal(after)).roles == {"packer"}
    assert before.split(".")[0] != after.split(".")[0]


async def test_a_verifier_that_knew_the_old_key_only_learns_the_new_one(identity: RunningIdentity) -> None:
    seconds = 0.0
    checked = Verifier(f"{identity.url}/.well-known/jwks.json", clock=lambda: seconds)
    await checked.principal((await identity.as_admin("/token", party=STATION, roles=["station"]))["token"])
    await identity.as_admin("/keys/rotate")
    seconds = 10.0
    after = await identity.as_admin("/token", party=STATION, roles=["packer"])
    assert (await checked.principal(after["token"])).roles == {"packer"}


async def test_keys_that_signed_nothing_that_is_still_good_are_not_published(identity: RunningIdentity) -> None:
    await identity.as_admin("/keys/rotate")
    await identity.as_admin("/keys/rotate")
    keys = (await identity.http.get(f"{identity.url}/.well-known/jwks.json")).json()["keys"]
    assert len(keys) == 1
    assert "d" not in keys[0]


async def test_discovery_leads_to_the_keys(identity: RunningIdentity) -> None:
    found = (await identity.http.get(f"{identity.url}/.well-known/openid-configuration")).json()
    assert found["issuer"] == identity.url
    assert (await identity.http.get(found["jwks_uri"])).json()["keys"]


async def test_the_key_and_the_secret_are_ours_alone(identity: RunningIdentity) -> None:
    for name in ("signing.pem", "admin.secret"):
        assert stat.S_IMODE((identity.folder / name).stat().st_mode) == 0o600


async def test_a_key_that_others_can_read_stops_the_start(identity: RunningIdentity, tmp_path: Path) -> None:
    (identity.folder / "signing.pem").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        await run(IdentityConfig(1, "http://127.0.0.1:1", tmp_path / "identity"), asyncio.Event())


async def test_a_restart_keeps_the_key_and_the_cards(identity: RunningIdentity, tmp_path: Path) -> None:
    from services.identity.keys import SigningKey
    from services.identity.sqlite import SqliteStore

    store = SqliteStore(identity.folder / "identity.sqlite")
    again = SigningKey(identity.folder, store, now_s=lambda: 0)
    keys = (await identity.http.get(f"{identity.url}/.well-known/jwks.json")).json()["keys"]
    assert again.key_id == keys[0]["kid"]
    store.close()


async def test_a_body_that_is_too_large_or_no_object_is_refused(identity: RunningIdentity) -> None:
    async with httpx.AsyncClient() as http:
        for body in (b"[" * 20_000, b"[]", b"no json", b""):
            assert (await http.post(f"{identity.url}/token", content=body)).status_code == 400


async def test_a_bug_is_answered_with_the_number_that_stands_in_the_log(
    identity: RunningIdentity,
) -> None:
    with sqlite3.connect(identity.folder / "identity.sqlite") as file:
        file.execute("ALTER TABLE card RENAME TO lost")
        file.execute("ALTER TABLE key RENAME TO lost_key")
    with capture_logs() as logged:
        card = await identity.post("/token", card="AAAA")
        keys = await identity.http.get(f"{identity.url}/.well-known/jwks.json")
    assert (card.status_code, keys.status_code) == (500, 500)
    noted = [entry["bug"] for entry in logged if entry.get("exc_info")]
    assert [one.json()["error"] for one in (card, keys)] == [f"a fault of ours, noted as {bug}" for bug in noted]


async def test_it_is_ready_while_its_file_can_be_read_and_lives_without(identity: RunningIdentity) -> None:
    ready, live = f"{identity.url}/ready", f"{identity.url}/live"
    assert (await identity.http.get(ready)).json() == {"failing": {}}
    with sqlite3.connect(identity.folder / "identity.sqlite") as file:
        file.execute("ALTER TABLE card RENAME TO lost")
    answer = await identity.http.get(ready)
    assert answer.status_code == 503
    assert "card" in answer.json()["failing"]["store"]
    assert (await identity.http.get(live)).status_code == 200
