"""A token becomes a principal, or the caller is told why not."""

import pytest

from provenance.access.authority import PUBLIC
from runtime.auth import Verifier
from tests.runtime.issuer import NOW, Issuer
from wire.errors import Transient, Unauthenticated


class Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def verifier(issuer: Issuer, clock: Clock | None = None) -> Verifier:
    return Verifier("http://issuer/jwks", fetch=issuer.jwks, clock=clock or Clock(), now=lambda: NOW)


async def test_a_good_token_is_its_party_with_its_roles() -> None:
    issuer = Issuer()
    principal = await verifier(issuer).principal(issuer.token(roles=["station", "packer"]))
    assert principal.party == "https://id.gs1.org/417/9520001000015"
    assert principal.roles == {"station", "packer"}


async def test_no_token_is_the_public_and_asks_nobody() -> None:
    issuer = Issuer()
    assert await verifier(issuer).principal("") == PUBLIC
    assert issuer.fetches == 0


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW - 120},
        {"exp": None},
        {"nbf": NOW + 120},
        {"sub": None},
        {"roles": None},
        {"roles": "operator"},
        {"roles": [1]},
    ],
)
async def test_a_token_with_wrong_claims_is_refused(claims: dict[str, object]) -> None:
    issuer = Issuer()
    with pytest.raises(Unauthenticated):
        await verifier(issuer).principal(issuer.token(**claims))


ISSUER, AUDIENCE = "https://sso.example", "suyuan"
FOR_US: dict[str, object] = {"iss": ISSUER, "aud": AUDIENCE}


def strict(issuer: Issuer) -> Verifier:
    return Verifier("http://issuer/jwks", issuer=ISSUER, audience=AUDIENCE, fetch=issuer.jwks, now=lambda: NOW)


@pytest.mark.parametrize("aud", [AUDIENCE, ["payroll", AUDIENCE]])
async def test_a_token_of_our_issuer_for_us_is_good(aud: object) -> None:
    issuer = Issuer()
    principal = await strict(issuer).principal(issuer.token(iss=ISSUER, aud=aud))
    assert principal.roles == {"station"}


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": None},
        {"iss": "https://other.example"},
        {"iss": ""},
        {"iss": 1},
        {"aud": None},
        {"aud": "payroll"},
        {"aud": ["payroll", "mail"]},
        {"aud": []},
        {"aud": {"suyuan": 1}},
    ],
)
async def test_a_token_of_another_issuer_or_for_another_application_is_refused(claims: dict[str, object]) -> None:
    issuer = Issuer()
    verify, token = strict(issuer), issuer.token(**(FOR_US | claims))
    for _ in range(2):  # the second time its signature is remembered
        with pytest.raises(Unauthenticated):
            await verify.principal(token)


async def test_a_token_signed_by_another_key_of_the_same_name_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        await verifier(Issuer()).principal(Issuer().token())


async def test_a_changed_character_is_refused() -> None:
    issuer = Issuer()
    head, payload, signature = issuer.token().split(".")
    changed = ("B" if payload[10] == "A" else "A").join((payload[:10], payload[11:]))
    with pytest.raises(Unauthenticated):
        await verifier(issuer).principal(f"{head}.{changed}.{signature}")


@pytest.mark.parametrize("token", ["x", "a.b.c", "....", "é.é.é"])
async def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        await verifier(Issuer()).principal(token)


async def test_an_unsigned_token_is_refused() -> None:
    issuer = Issuer()
    head = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    with pytest.raises(Unauthenticated):
        await verifier(issuer).principal(f"{head}.{issuer.token().split('.')[1]}.")


async def test_a_token_that_was_good_is_refused_once_it_has_expired() -> None:
    issuer, now = Issuer(), [float(NOW)]
    verify = Verifier("http://issuer/jwks", fetch=issuer.jwks, clock=Clock(), now=lambda: now[0])
    token = issuer.token(exp=NOW + 100)
    await verify.principal(token)
    now[0] = NOW + 100 + 120
    with pytest.raises(Unauthenticated):
        await verify.principal(token)


async def test_a_token_that_was_good_is_refused_once_its_key_is_withdrawn() -> None:
    issuer, clock = Issuer("old"), Clock()
    verify, token = verifier(issuer, clock), issuer.token()
    await verify.principal(token)
    issuer.key, clock.at = Issuer("new").key, 301
    with pytest.raises(Unauthenticated):
        await verify.principal(token)


async def test_keys_are_fetched_once_and_again_after_a_while() -> None:
    issuer, clock = Issuer(), Clock()
    verify = verifier(issuer, clock)
    for at, fetches in ((0, 1), (10, 1), (299, 1), (301, 2)):
        clock.at = at
        await verify.principal(issuer.token())
        assert issuer.fetches == fetches


async def test_a_new_key_is_found_without_waiting_but_not_asked_for_all_the_time() -> None:
    issuer, clock = Issuer("old"), Clock()
    verify = verifier(issuer, clock)
    await verify.principal(issuer.token())
    issuer.key = Issuer("new").key
    with pytest.raises(Unauthenticated):
        await verify.principal(issuer.token())  # asked a moment ago
    clock.at = 6
    await verify.principal(issuer.token())
    assert issuer.fetches == 2


async def test_while_the_issuer_is_away_known_keys_go_on_and_without_any_it_is_transient() -> None:
    issuer, clock = Issuer(), Clock()
    verify = verifier(issuer, clock)
    issuer.away = Transient("away")
    with pytest.raises(Transient):
        await verify.principal(issuer.token())
    issuer.away = None
    await verify.principal(issuer.token())
    issuer.away, clock.at = Transient("away"), 10_000
    await verify.principal(issuer.token())
