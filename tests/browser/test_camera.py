"""A square before a phone's camera: read by the browser where it can, else sent as a picture and read here."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, BrowserType, Page, expect

from services.portal import qr_code
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.portal_alone import Portal, portal_alone
from tests.browser.test_forms import NARROW, fits

pytestmark = pytest.mark.browser

READS_BY_ITSELF = """(() => {
  globalThis.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code", "ean_13"]; }
    async detect() { return [{ rawValue: "%s" }]; }
  };
})();"""
"""What a phone's Chromium has and this machine's has not."""


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with portal_alone() as opened:
        yield opened


@pytest.fixture(scope="module")
def film(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A label held before the camera: it comes nearer, blurred and dim at first."""
    square = Image.open(BytesIO(qr_code.png(portal.link()))).convert("RGB")
    frames = []
    for step in range(12):
        side = 200 + 20 * step
        shown = Image.new("RGB", (640, 480), (70, 70, 60))
        shown.paste(square.resize((side, side)), (40 + 10 * step, 20))
        frames.append(shown.filter(ImageFilter.GaussianBlur(max(0, 3 - step))).point(lambda grey: grey * 2 // 3))
    film = tmp_path_factory.mktemp("film") / "label.mjpeg"
    film.write_bytes(b"".join(_jpeg(frame) for frame in frames))
    return film


def _jpeg(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", quality=90)
    return written.getvalue()


@pytest.fixture(scope="module")
def with_camera(browsers: BrowserType, film: Path) -> Iterator[Browser]:
    fake = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    shown = f"--use-file-for-fake-video-capture={film}"
    browser = browsers.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *fake, shown])
    yield browser
    browser.close()


@pytest.fixture
def phone(with_camera: Browser) -> Iterator[Page]:
    context = with_camera.new_context(viewport={"width": NARROW, "height": 740}, locale="en-GB")
    yield context.new_page()
    context.close()


def test_the_camera_reads_a_label_by_pictures_that_are_sent_where_the_browser_cannot(
    phone: Page, portal: Portal
) -> None:
    phone.goto(portal.url)
    assert fits(phone)
    phone.get_by_role("button", name="Scan with the camera").click()
    phone.wait_for_url("**/b?code=*")
    assert phone.get_by_role("status").first.inner_text() == "Not ours."  # the portal here knows no label


def test_the_camera_reads_a_label_without_asking_anybody_where_the_browser_can(phone: Page, portal: Portal) -> None:
    phone.add_init_script(READS_BY_ITSELF % portal.link())
    phone.goto(f"{portal.url}/offline")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.get_by_role("button", name="Scan with the camera").click()
    expect(phone.locator("[data-verdict]:visible")).to_contain_text("bears this system's signature")
    expect(phone.get_by_role("button", name="Scan with the camera")).to_be_visible()
    assert not [url for url in asked if url.endswith("/photo")]


def test_a_photo_of_a_label_is_read(phone: Page, portal: Portal, tmp_path: Path) -> None:
    photo = tmp_path / "box.jpg"
    square = Image.open(BytesIO(qr_code.png(portal.link()))).convert("RGB")
    photo.write_bytes(_jpeg(square.rotate(12, expand=True, fillcolor="white")))
    phone.goto(portal.url)
    phone.locator("#camera_photo").set_input_files(photo)
    phone.wait_for_url("**/b?code=*")

    nothing = tmp_path / "sky.jpg"
    nothing.write_bytes(_jpeg(Image.new("RGB", (300, 300), "skyblue")))
    phone.goto(portal.url)
    phone.locator("#camera_photo").set_input_files(nothing)
    expect(phone.get_by_text("No square could be read in it.")).to_be_visible()
