"""A badge is a dated picture that tells history, and its square leads to how things stand."""

import re
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from provenance.registry.records import Brand
from tests.services.portal.conftest import BRAND, OFFICE
from tests.services.portal.halls.test_halls import OTHER_BRAND, QIDONG, XI
from tests.services.portal.halls.test_halls import shown as shown  # a fixture
from tests.services.portal.upstream import PUBLIC_URL, SINCE, Behind

HALL = f"{PUBLIC_URL}/halls/{XI}"


def words(picture: httpx.Response) -> str:
    root = ElementTree.fromstring(picture.text)
    return "\n".join(text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text"))


async def test_xi_was_on_the_national_list_until_2018_and_the_picture_says_of_which_day_it_is(
    shown: Behind, program: httpx.AsyncClient
) -> None:
    picture = await program.get(f"/halls/{XI}/badge.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert "原国家级贫困县，2018年脱贫" in words(picture).replace("\n", "")
    assert "截至 2026-09-20" in words(picture)
    assert "As of 2026-09-20" in words(picture)
    shown.now_s = datetime(2026, 9, 21, 18, tzinfo=UTC).timestamp()
    assert "截至 2026-09-22" in words(await program.get(f"/halls/{XI}/badge.svg")), "a day of China"


async def test_qidong_gets_its_provinces_badge_and_never_the_national_one(
    shown: Behind, program: httpx.AsyncClient
) -> None:
    brand = Brand(id=OTHER_BRAND + "2", valid_from=SINCE, name_zh="祁东黄花菜", owner=OFFICE, county_code=QIDONG)
    shown.registry.put(brand)
    told = words(await program.get(f"/halls/{QIDONG}/badge.svg?brand={quote(brand.id, safe='')}")).replace("\n", "")
    assert "原省级贫困县，2018年批准退出" in told
    assert "国家级" not in told and "national" not in told


async def test_its_square_is_read_from_the_pixels_and_leads_to_the_hall(
    shown: Behind, program: httpx.AsyncClient
) -> None:
    picture = await program.get(f"/halls/{XI}/badge.png")
    pixels = Image.open(BytesIO(picture.content))
    assert picture.headers["content-type"] == "image/png"
    (read,) = zxingcpp.read_barcodes(np.array(pixels))
    assert read.text == HALL
    assert round(pixels.width / float(pixels.info["dpi"][0]) * 25.4) == 96


async def test_a_brand_is_asked_for_and_one_of_another_county_has_no_badge_here(
    shown: Behind, program: httpx.AsyncClient
) -> None:
    assert "隰县大枣" in words(await program.get(f"/halls/{XI}/badge.svg", params={"brand": OTHER_BRAND}))
    for county, brand in ((QIDONG, BRAND), (XI, "urn:x:none"), ("14103x", BRAND)):
        assert (await program.get(f"/halls/{county}/badge.png", params={"brand": brand})).status_code == 404
    assert (await program.get(f"/halls/{QIDONG}/badge.svg")).status_code == 404, "it stands for no brand"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a & b", "很长" * 60])
async def test_no_name_ends_the_picture_or_leaves_it(shown: Behind, program: httpx.AsyncClient, name: str) -> None:
    shown.registry.put(Brand(id=BRAND, version=2, valid_from=SINCE, name_zh=name, owner=OFFICE, county_code=XI))
    picture = await program.get(f"/halls/{XI}/badge.svg")
    assert words(picture).replace("\n", "").startswith(name)
    width = 96.0
    for x, wide in re.findall(r'<text x="([\d.]+)"[^>]*textLength="([\d.]+)"', picture.text):
        assert float(x) + float(wide) <= width
    assert (await program.get(f"/halls/{XI}/badge.png")).status_code == 200
