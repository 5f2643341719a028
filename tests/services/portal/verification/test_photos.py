"""The code in a photo, read by the portal for a browser that cannot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import cast

import httpx
import pytest
from PIL import Image

from services.portal import qr_code
from services.portal.verification import photos
from services.portal.verification.photos import AT_ONCE, MOST_BYTES, MOST_HELD
from services.portal.verification.squares import Unreadable, codes_in

LINK = "http://portal.test/01/09520001000010/10/PK260913-1/21/BX7K3QM9TPWR?sig=AAAA"
PICTURE = qr_code.png(LINK)
JSON = {"accept": "application/json", "content-type": "image/png"}


async def codes(browser: httpx.AsyncClient, picture: bytes) -> list[str]:
    answer = await browser.post("/photo", content=picture, headers=JSON)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["codes"])


async def test_a_picture_tells_its_code(browser: httpx.AsyncClient) -> None:
    assert await codes(browser, PICTURE) == [LINK]


async def test_of_two_squares_on_a_box_the_labels_comes_first(browser: httpx.AsyncClient) -> None:
    other, label = (Image.open(BytesIO(qr_code.png(text))).convert("L") for text in ("https://pay.example/1", LINK))
    both = Image.new("L", (other.width + label.width, label.height), 255)
    both.paste(other, (0, 0))
    both.paste(label, (other.width, 0))
    written = BytesIO()
    both.save(written, "PNG")
    assert await codes(browser, written.getvalue()) == [LINK, "https://pay.example/1"]


async def test_a_phone_without_scripts_sends_a_form_and_is_led_to_the_box(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/photo", files={"photo": ("box.png", PICTURE, "image/png")})
    assert answer.status_code == 303
    assert httpx.URL(answer.headers["location"]).params["code"] == LINK


@pytest.mark.parametrize("picture", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"<svg/>", PICTURE[:200]])
async def test_what_is_no_picture_has_no_code_and_the_page_says_what_to_do(
    browser: httpx.AsyncClient, picture: bytes
) -> None:
    assert await codes(browser, picture) == []
    answer = await browser.post("/photo", files={"photo": ("box.png", picture, "image/png")})
    assert answer.status_code == 422
    assert "No square could be read in it." in answer.text


async def test_a_picture_that_says_it_is_vast_is_not_unpacked(browser: httpx.AsyncClient) -> None:
    written = BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    assert await codes(browser, written.getvalue()) == []


async def test_pictures_too_large_or_too_many_are_refused(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/photo", content=b"a" * (MOST_BYTES + 1), headers=JSON)).status_code == 413
    for _ in range(20 * AT_ONCE):  # more may be sent meanwhile
        if (answer := await browser.post("/photo", content=b"", headers=JSON)).status_code == 429:
            break
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


async def test_while_so_many_pictures_are_held_or_one_of_an_address_another_is_refused_before_it_is_received(
    browser: httpx.AsyncClient,
) -> None:
    begun, on = asyncio.Semaphore(0), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        begun.release()
        await on.wait()
        yield PICTURE

    async def another() -> AsyncIterator[bytes]:
        begun.release()
        yield PICTURE

    app = cast(httpx.ASGITransport, browser._transport).app
    phones = [
        httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(f"192.0.2.{n}", 1)), base_url=browser.base_url)
        for n in range(MOST_HELD + 1)
    ]
    held = [asyncio.create_task(phones[0].post("/photo", content=slow(), headers=JSON))]
    await asyncio.wait_for(begun.acquire(), 10)
    second = await phones[0].post("/photo", content=another(), headers=JSON)
    held += [asyncio.create_task(phone.post("/photo", content=slow(), headers=JSON)) for phone in phones[1:-1]]
    for _ in held[1:]:
        await asyncio.wait_for(begun.acquire(), 10)
    fifth = await phones[-1].post("/photo", content=another(), headers=JSON)
    for refused in (second, fifth):
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert begun.locked(), "nothing of them was received"
    on.set()
    assert [answer.json()["codes"] for answer in await asyncio.gather(*held)] == [[LINK]] * MOST_HELD
    assert await codes(browser, PICTURE) == [LINK]


async def test_a_picture_that_does_not_arrive_holds_no_place_for_ever(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stopped() -> AsyncIterator[bytes]:
        yield PICTURE[:9]
        await asyncio.Event().wait()

    monkeypatch.setattr(photos, "LONGEST_S", 0.01)
    for _ in range(MOST_HELD + 1):
        assert (await browser.post("/photo", content=stopped(), headers=JSON)).status_code == 408


@pytest.mark.parametrize(("kind", "how"), [("PNG", {}), ("WEBP", {}), ("JPEG", {"progressive": True})])
async def test_what_is_unpacked_whole_is_no_larger_than_a_screen(kind: str, how: dict[str, bool]) -> None:
    written = BytesIO()
    Image.new("L", (4_001, 4_000)).save(written, kind, **how)
    with pytest.raises(Unreadable, match="more than 16000000 pixels"):
        codes_in(written.getvalue())


async def test_a_photo_of_a_camera_is_made_small_while_it_is_unpacked() -> None:
    written = BytesIO()
    Image.open(BytesIO(PICTURE)).convert("L").resize((5_000, 5_000)).save(written, "JPEG")
    assert codes_in(written.getvalue()) == [LINK]


async def test_a_form_that_cannot_be_read_is_400(browser: httpx.AsyncClient) -> None:
    for body, kind in ((b"x", "multipart/form-data"), (b"--a\r\nnonsense", "multipart/form-data; boundary=a")):
        answer = await browser.post("/photo", content=body, headers={"content-type": kind})
        assert answer.status_code in (400, 422)
