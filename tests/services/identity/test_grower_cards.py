"""Cards of growers: opened any number of times, each time for some minutes; revoked, replaced, too old."""

from __future__ import annotations

from joserfc import jwt
from joserfc.jwk import KeySet

from tests.services.identity.conftest import RunningIdentity

GROWER = "https://suyuan.example/grower/7f3a"


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
