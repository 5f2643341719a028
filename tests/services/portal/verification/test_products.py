"""An EAN-13 scanned or typed: whose brands have the product, and that the code of the box is needed."""

from __future__ import annotations

import httpx
import pytest

from tests.services.portal.conftest import BRAND, GTIN
from tests.services.portal.people import text_of
from tests.services.portal.upstream import Behind
from wire.errors import Transient

EAN_13 = "9520001000010"
OTHER = "https://suyuan.example/brand/other"


@pytest.fixture
def branded(world: Behind) -> Behind:
    listed = world.records.records["brand", BRAND]
    world.records.records["brand", BRAND] = {**listed, "gtins": [GTIN], "owner": "somebody"}
    world.records.records["brand", OTHER] = {"kind": "brand", "id": OTHER, "name_zh": "别家", "gtins": []}
    return world


@pytest.mark.parametrize("path", [f"/look?code={EAN_13}", f"/b?code={EAN_13}", f"/01/0{EAN_13}"])
async def test_a_bare_ean_13_lists_its_brands_and_asks_for_the_code(
    browser: httpx.AsyncClient, branded: Behind, path: str
) -> None:
    page = await browser.get(path, follow_redirects=True)
    words = text_of(page)
    assert page.status_code == 200
    assert "Yulu pear" in words and "Xi County Yulu Pears" in words
    assert "别家" not in words
    assert "Type the code of your box or of its lot" in words
    assert 'name="code"' in page.text


async def test_it_is_said_in_chinese(browser: httpx.AsyncClient, branded: Behind) -> None:
    words = text_of(await browser.get(f"/b?code={EAN_13}", headers={"accept-language": "zh"}))
    assert "隰县玉露香梨" in words and "这是商品条码" in words


async def test_a_program_gets_names_and_nothing_else_of_the_records(
    program: httpx.AsyncClient, branded: Behind
) -> None:
    answer = await program.get(f"/b?code={EAN_13}", headers={"accept": "application/json", "authorization": ""})
    assert answer.status_code == 200
    assert answer.json()["product"] == {"id": GTIN, "name_zh": "玉露香梨", "name_en": "Yulu pear"}
    assert answer.json()["brands"] == [{"id": BRAND, "name_zh": "隰县玉露香梨", "name_en": "Xi County Yulu Pears"}]


async def test_a_product_of_no_brand_is_said_to_have_none(browser: httpx.AsyncClient, world: Behind) -> None:
    assert "No brand registered here has this product." in text_of(await browser.get(f"/b?code={EAN_13}"))


async def test_a_product_that_nobody_registered_is_not_found(browser: httpx.AsyncClient, world: Behind) -> None:
    page = await browser.get("/b?code=9520001000027")
    assert page.status_code == 404
    assert "Type the code of your box or of its lot" in text_of(page)


async def test_a_registry_that_is_away_is_no_reason_to_show_an_error(
    browser: httpx.AsyncClient, branded: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*args: object, **more: object) -> None:
        raise Transient("away")

    monkeypatch.setattr(branded.records, "list", away)
    page = await browser.get(f"/b?code={EAN_13}")
    assert (page.status_code, "Yulu pear" in text_of(page)) == (200, True)
