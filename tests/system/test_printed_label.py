"""A label of the demo, from the printer to the buyer: printed, spoilt as boxes spoil it, decoded, looked up, copied.

The damage is that of `tests.services.portal.bad_print`, of a fixed seed: what is read here is read every time.
"""

import csv
import random
import secrets
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pypdfium2
import pytest
import zxingcpp

from deploy.demo.player import request_of
from tests.played_demo import Demo, demo_of
from tests.running_product import RunningProduct
from tests.services.portal.bad_print import frame, stained
from tests.services.portal.bad_prints_report import box_on

pytestmark = pytest.mark.system

OFFICE = "https://id.gs1.org/417/9520001008016"
ORDER = request_of("https://id.gs1.org/01/09520001007026/10/G0914")
SIZE = "60x40"
PICTURES = 5
"""A phone takes of one label."""
NOWHERE = "http://127.0.0.1:9"
COPIES = 50
DEADLINE_S = 30
ENGLISH = {"Accept": "text/html", "Accept-Language": "en"}


@dataclass(frozen=True)
class Bought:
    """What a buyer has in hand: the link a phone read off the square, and the letters beside it."""

    link: str
    letters: str


@pytest.fixture(scope="module")
def demo(product: RunningProduct) -> Demo:
    return demo_of(product)


@pytest.fixture(scope="module")
def bought(product: RunningProduct, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Bought:
    """The first gift box of the order, sold in Taiyuan."""
    file = tmp_path_factory.mktemp("printer") / "label.pdf"
    token = product.token("brand_office", party=OFFICE)
    printed = product.suyuan("labels", "print", ORDER, "--out", file, "--size", SIZE, "--count", "1", "--token", token)
    assert printed.returncode == 0, printed.stderr
    return spoilt_and_read(file, demo.shown["box"])


def spoilt_and_read(file: Path, link: str) -> Bought:
    """At 203 dpi: a tenth of the square gone, then seen askew, out of focus, pale."""
    (page,) = pypdfium2.PdfDocument(file)
    picture, chance = page.render(scale=203.2 / 72, grayscale=True).to_pil(), random.Random(20261123)
    box = box_on(SIZE, link)
    damaged = stained(picture, box, chance)
    seen = (zxingcpp.read_barcodes(frame(damaged, box, chance)) for _ in range(PICTURES))
    read = next(found[0].text for found in seen if found)
    return Bought(read, page.get_textpage().get_text_range().strip())


def verdict_of(answer: httpx.Response) -> str:
    """The first sentence of a buyer's page, in English."""
    assert answer.status_code == 200, answer.text
    _, _, section = answer.text.partition('<section class="verdict')
    return section.partition("</section>")[0]


def test_a_phone_reads_the_very_link_that_was_issued_off_a_spoilt_label(bought: Bought, demo: Demo) -> None:
    assert bought.link == demo.shown["box"]
    assert bought.letters.replace("-", "") == demo.shown["short_code"]


def test_its_page_says_first_that_it_was_issued_and_never_that_it_is_genuine(
    bought: Bought, public: httpx.Client
) -> None:
    page = public.get(bought.link, headers=ENGLISH)
    assert "This label was issued by this system." in verdict_of(page)
    assert "left it in 2018" in page.text and "Yingze Speciality Shop" in page.text
    assert "genuine" not in page.text


def test_a_program_reads_the_same_verdict(bought: Bought, public: httpx.Client, demo: Demo) -> None:
    answer = public.get(bought.link, headers={"Accept": "application/json"}).json()
    assert answer["label"]["verdict"] == "issued"
    assert answer["label"]["serial"] == demo.shown["short_code"] and answer["label"]["lot"] == "G0914"


def test_the_letters_beside_the_square_suffice_as_they_are_typed(bought: Bought, public: httpx.Client) -> None:
    for typed in (bought.letters, bought.letters.lower().replace("-", " ")):
        page = public.get("/b", params={"code": typed}, headers=ENGLISH, follow_redirects=True)
        assert "This label was issued by this system." in verdict_of(page)


def test_it_checks_with_nobody_to_ask(bought: Bought, product: RunningProduct, public: httpx.Client) -> None:
    keys = public.get("/.well-known/label-keys.json").content
    offline = product.suyuan("verify", bought.link, "--keys", "-", given=keys, SUYUAN_PORTAL=NOWHERE, SUYUAN_LANG="en")
    assert offline.returncode == 0, offline.stderr
    assert "Copying is not checked offline" in offline.stdout


def test_the_same_label_looked_up_by_fifty_phones_says_so(
    product: RunningProduct, public: httpx.Client, demo: Demo, tmp_path: Path
) -> None:
    token = product.token("brand_office", party=OFFICE)
    asked = ("--first", str(2 + secrets.randbelow(50)), "--count", "1", "--token", token)
    assert product.suyuan("labels", "print", ORDER, "--out", tmp_path / "l.csv", *asked).returncode == 0
    (row,) = csv.DictReader(StringIO((tmp_path / "l.csv").read_text("utf-8-sig"), newline=""))
    for number in range(COPIES):
        phone = {"User-Agent": f"Phone {number}", "X-Forwarded-For": f"203.{number}.113.7"}
        assert public.get(row["link"], headers={**ENGLISH, **phone}).status_code == 200
    deadline = time.monotonic() + DEADLINE_S
    while (told := looked_up(public, row["link"]))["count"] < COPIES:
        assert time.monotonic() < deadline, told
        time.sleep(0.2)
    assert "many_times" in {warning["code"] for warning in told["warnings"]}
    page = public.get(row["link"], headers=ENGLISH).text
    assert "This label was issued by this system." in page and "this label may have been copied" in page


def looked_up(public: httpx.Client, link: str) -> dict[str, Any]:
    """As a program reads it, which is no look-up."""
    answer = public.get(link, headers={"Accept": "application/json", "User-Agent": "python-httpx"}).json()
    return dict(answer["label"].get("look_ups", {"count": 0}))


@pytest.mark.parametrize("place", ["/10/G0914", "/21/"])
def test_one_letter_changed_is_not_ours_here_nor_offline(
    place: str, bought: Bought, product: RunningProduct, public: httpx.Client
) -> None:
    at = bought.link.index(place) + len(place) - 1
    forged = bought.link[:at] + ("5" if place != "/21/" else "/Z") + bought.link[at + 1 :]
    assert "not a label of this system" in verdict_of(public.get(forged, headers=ENGLISH))
    keys = public.get("/.well-known/label-keys.json").content
    offline = product.suyuan("verify", forged, "--keys", "-", given=keys, SUYUAN_PORTAL=NOWHERE, SUYUAN_LANG="en")
    assert offline.returncode == 1
