"""What keeps sessions, pages and the process itself safe."""

import re

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.portal.http.addresses import Addresses, read_networks
from services.portal.http.rate_limit import RateLimit
from services.portal.http.requests import MAX_FORM_BYTES
from services.portal.pages import local_path
from services.portal.signing_in.sessions import COOKIE, Session, SessionSigner
from tests.services.portal.people import sign_in
from tests.services.portal.upstream import NOW_S, PUBLIC_URL, SESSION_KEY, Behind

SIGNER = SessionSigner(SESSION_KEY)
SESSION = Session("id", "a.b.c", int(NOW_S) + 60, {"site": "9520001000218"})


def test_a_session_comes_back_as_it_was_written() -> None:
    assert SIGNER.read(SIGNER.write(SESSION), NOW_S) == SESSION


def test_a_session_ends_with_its_time() -> None:
    assert SIGNER.read(SIGNER.write(SESSION), NOW_S + 61) is None


@given(st.integers(min_value=0), st.characters(min_codepoint=33, max_codepoint=126))
@example(place=2091, character="+")
def test_a_changed_cookie_is_no_session(place: int, character: str) -> None:
    cookie = SIGNER.write(SESSION)
    at = place % len(cookie)
    changed = cookie[:at] + character + cookie[at + 1 :]
    assert changed == cookie or SIGNER.read(changed, NOW_S) is None


@given(st.text(max_size=200))
def test_no_cookie_breaks_the_reader(cookie: str) -> None:
    assert SIGNER.read(cookie, NOW_S) is None


def test_a_cookie_of_another_key_is_no_session() -> None:
    other = SessionSigner(b"another key for tests, 32 bytes or more")
    assert other.read(SIGNER.write(SESSION), NOW_S) is None
    with pytest.raises(ValueError, match="32 bytes"):
        SessionSigner(b"short")


def test_the_token_hides_in_repr() -> None:
    assert "a.b.c" not in repr(SESSION)


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: httpx.AsyncClient) -> None:
    answer = await sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/work")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE)
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_an_unknown_card_is_said_at_the_field_and_not_shown_again(browser: httpx.AsyncClient) -> None:
    answer = await sign_in(browser, "CARD-<b>")
    assert answer.status_code == 400
    assert "This code is not known." in answer.text
    assert "CARD-" not in answer.text


async def test_guessing_cards_is_slowed_down(browser: httpx.AsyncClient) -> None:
    statuses = [(await sign_in(browser, f"GUESS-{n}")).status_code for n in range(25)]
    assert statuses.count(429) >= 4


async def test_signing_out_needs_the_form_and_ends_the_session(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    assert (await browser.post("/sign-out", data={"csrf": ""})).status_code == 403
    page = await browser.get("/work")
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    assert (await browser.post("/sign-out", data={"csrf": csrf})).status_code == 303
    assert (await browser.get("/work")).headers["location"].startswith("/sign-in")


async def test_a_withdrawn_token_ends_the_session(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    assert (await browser.get("/work")).status_code == 200
    del world.identity.principals["station-token"]
    assert (await browser.get("/work")).status_code == 303


@pytest.mark.parametrize("path", ["/", "/docs", "/sign-in", "/01/09520001000010", "/epcis/events", "/nothing"])
async def test_every_answer_forbids_foreign_code_frames_and_sniffing(browser: httpx.AsyncClient, path: str) -> None:
    headers = (await browser.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


async def test_pages_with_names_are_not_kept_by_browsers(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    assert (await browser.get("/work")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("accept", ["text/html", "application/json", "application/linkset+json"])
@pytest.mark.parametrize("path", ["/01/09520001000010", "/b?code=BX7K-3QM9-TPWR", "/api/labels?code=BX7K-3QM9-TPWR"])
async def test_what_a_code_answers_is_kept_by_no_cache(browser: httpx.AsyncClient, path: str, accept: str) -> None:
    """It may be recalled the next moment; an answer that says nothing, a cache may keep (RFC 9111, 4.2.2)."""
    assert (await browser.get(path, headers={"accept": accept})).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "/a\r\nX: y"]
)
async def test_no_address_of_ours_leads_elsewhere(browser: httpx.AsyncClient, to: str) -> None:
    assert local_path(to) == "/"
    answer = await browser.post("/sign-in", data={"code": "CARD-42", "to": to})
    assert answer.headers["location"] == "/"
    assert (await browser.post("/language", data={"lang": "en", "to": to})).headers["location"] == "/"


@pytest.mark.parametrize(
    "path", ["/b?code=<script>", "/look?code=<script>", "/trace?code=<script>", "/<script>", "/?lang=<script>"]
)
async def test_nothing_given_comes_back_as_markup(browser: httpx.AsyncClient, path: str) -> None:
    await sign_in(browser)
    answer = await browser.get(path, follow_redirects=True)
    assert "<script>" not in answer.text


async def test_scripts_are_files_of_ours_and_run_only_on_pages_that_name_them(browser: httpx.AsyncClient) -> None:
    for path in ("/", "/offline", "/sign-in", "/docs"):
        answer = await browser.get(path)
        tags = re.findall(r"<script[^>]*>[^<]*", answer.text)
        assert all(re.fullmatch(r'<script type="module" src="/static/[0-9a-f]{12}/\w+\.js">', tag) for tag in tags)
        policy = answer.headers["content-security-policy"]
        assert ("script-src 'self'" in policy) == bool(tags) and "unsafe" not in policy and "http" not in policy


async def test_a_form_that_is_too_large_is_413(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    answer = await browser.post("/forms/deliveries", data={"gross": "1" * MAX_FORM_BYTES})
    assert answer.status_code == 413


async def test_an_address_that_is_too_long_is_414(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/b?code=" + "1" * 9000)).status_code == 414


async def test_who_asks_too_often_waits(world: Behind) -> None:
    transport = httpx.ASGITransport(world.app(requests_per_second=0.001))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as hurried:
        statuses = [(await hurried.get("/docs")) for _ in range(3)]
    assert statuses[-1].status_code == 429
    assert int(statuses[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("spellings", [("Bearer x1", "bearer x2", "BEARER x3", "Basic x4"), ("Bearer x",) * 4])
async def test_a_token_made_up_is_no_new_caller(world: Behind, spellings: tuple[str, ...]) -> None:
    transport = httpx.ASGITransport(world.app(requests_per_second=0.001))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as hurried:
        statuses = [(await hurried.get("/docs", headers={"authorization": one})).status_code for one in spellings]
    assert statuses[1:] == [429] * 3


async def test_parties_behind_one_address_are_callers_of_their_own(world: Behind) -> None:
    transport = httpx.ASGITransport(world.app(requests_per_second=0.001))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as office:
        asked = ["Bearer station-token", "bearer station-token", "Bearer importer-token", ""]
        statuses = [(await office.get("/docs", headers={"authorization": one})).status_code for one in asked]
    assert statuses == [200, 429, 200, 200]


async def test_behind_a_trusted_proxy_each_sender_has_its_own_tries(world: Behind) -> None:
    transport = httpx.ASGITransport(world.app(proxies="10.0.0.0/8"), client=("10.0.0.7", 40_000))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as browser:
        for n in range(25):
            browser.headers["x-forwarded-for"] = f"203.0.113.1, 198.51.100.{n}, 10.0.0.9"
            assert (await sign_in(browser, f"GUESS-{n}")).status_code == 400


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
        ("10.0.0.7", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.7", "198.51.100.9, 198.51.100.1, 10.0.0.8", "198.51.100.1"),
        ("10.0.0.7", "", "10.0.0.7"),
        ("10.0.0.7", "198.51.100.1, nonsense", "10.0.0.7"),
        ("::ffff:10.0.0.7", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testserver", "198.51.100.1", "testserver"),
    ],
)
def test_only_a_trusted_proxy_is_believed_about_the_sender(client: str, forwarded: str, address: str) -> None:
    scope = {"client": (client, 1), "headers": [(b"x-forwarded-for", forwarded.encode())]}
    assert Addresses(read_networks("10.0.0.0/8")).of(scope) == address


@pytest.mark.parametrize("text", ["10.0.0.0/33", "proxy.local", "10.0.0.1/8"])
def test_a_proxy_that_is_no_address_stops_the_start(text: str) -> None:
    with pytest.raises(ValueError, match=r"network|host bits"):
        read_networks(text)


def test_a_bucket_fills_again_and_the_least_recent_caller_is_forgotten() -> None:
    now = [0.0]
    pace = RateLimit(per_second=1, burst=2, clock_s=lambda: now[0], most_callers=2)
    assert [pace.wait_s("a") for _ in range(2)] == [0, 0]
    assert pace.wait_s("a") == 1
    now[0] = 1
    assert pace.wait_s("a") == 0
    pace.wait_s("b"), pace.wait_s("c")
    assert pace.wait_s("a") == 0  # forgotten, so it starts anew


async def test_a_bug_is_answered_with_a_number_and_nothing_of_its_text(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    world.log.failure = RuntimeError("secret detail")
    answer = await browser.post(
        "/api/deliveries",
        headers={"authorization": "Bearer station-token", "content-type": "application/json"},
        content=b'{"product":"09520001000010","plot":"P-1","grower":"G-1","gross":"10","site":"9520001000218"}',
    )
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Its number is" in answer.json()["detail"]


async def test_a_method_that_is_not_there_is_405(program: httpx.AsyncClient) -> None:
    assert (await program.delete("/api/deliveries")).status_code == 405
    assert (await program.get("/nothing")).status_code == 404
