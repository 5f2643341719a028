"""An order's labels for a printer: the same every time, streamed, in every form, each square read by a decoder."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from io import StringIO

import httpx
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageOps

from provenance.label_link import short_code_for_people
from services.portal import qr_code
from services.portal.commitments.fonts import measure
from services.portal.commitments.paper import Text
from services.portal.labels import files
from services.portal.labels.order import Kind, print_order, squares
from services.portal.labels.paper import FORMS, LEAST_FIELD_MM, code_mark, place_of, secret_mark
from services.portal.labels.sheets import Printed, pages
from services.portal.labels.wording import lay_out
from services.portal.ports import IssuedLabels
from tests.services.portal.bad_prints_report import WORDS
from tests.services.portal.conftest import BRAND, GTIN
from tests.services.portal.people import sign_in
from tests.services.portal.test_labels import GRANTED
from tests.services.portal.upstream import Behind
from tests.services.portal.zpl_printer import printed
from wire.errors import Rejected

REQUEST = "7b0c1f2e-0000-4000-8000-000000000001"
OFFICE = {"Authorization": "Bearer office-token"}
SYMBOL_MODULES = range(49, 66, 4)
"""Versions 8 to 12: links of 80 to 203 letters."""


async def order(world: Behind, count: int) -> IssuedLabels:
    world.labels.claim = GRANTED
    return await world.labels.issue(REQUEST, BRAND, f"{GTIN}/10/G0914", count, after=(), token="")


async def taken(browser: httpx.AsyncClient, address: str) -> httpx.Response:
    answer = await browser.get(f"/labels/orders/{REQUEST}.{address}", headers=OFFICE)
    assert answer.status_code == 200, answer.text
    return answer


def decoded(picture: object) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


async def test_a_sheet_of_21_is_text_and_squares_on_a4_with_its_length_said_beforehand(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    issued = await order(world, 22)
    answer = await taken(browser, "pdf")
    assert int(answer.headers["content-length"]) == len(answer.content)
    sheet = pypdfium2.PdfDocument(answer.content)
    assert len(sheet) == 2
    assert [round(points * 25.4 / 72) for points in sheet[0].get_size()] == [210, 297]
    links: list[str] = []
    for page, on_it in zip(sheet, (issued.labels[:21], issued.labels[21:]), strict=True):
        links += decoded(page.render(scale=203.2 / 72, grayscale=True).to_pil())
        codes = page.get_textpage().get_text_range().split()
        assert set(codes) == {short_code_for_people(label["short_code"]) for label in on_it}
    assert sorted(links) == sorted(label["link"] for label in issued.labels)


PRINTED_FROM_MM = 5.0
"""From the paper's edge: an office's printer leaves the outer 4 to 5 mm white."""


@pytest.mark.parametrize("size", [name for name, form in FORMS.items() if form.on_a_page > 1])
async def test_nothing_of_a_full_sheet_lies_where_an_office_printer_cannot_print(
    size: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await order(world, FORMS[size].on_a_page)
    (page,) = pypdfium2.PdfDocument((await taken(browser, f"pdf?size={size}")).content)
    sheet = page.render(scale=203.2 / 72, grayscale=True).to_pil()
    left, top, right, bottom = ImageOps.invert(sheet).getbbox() or (0, 0, 0, 0)
    assert min(left, top, sheet.width - right, sheet.height - bottom) / 8 >= PRINTED_FROM_MM
    assert len(decoded(sheet)) == FORMS[size].on_a_page


@pytest.mark.parametrize("size", ["60x40", "100x70"])
async def test_a_label_printer_prints_what_a_decoder_reads(
    size: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    issued = await order(world, 3)
    labels = list(printed((await taken(browser, f"zpl?size={size}")).text))
    assert [decoded(label) for label in labels] == [[label["link"]] for label in issued.labels]
    assert {label.size for label in labels} == {(round(FORMS[size].width * 8), round(FORMS[size].height * 8))}


async def test_a_table_has_a_row_for_each_label_and_spreadsheets_read_its_chinese(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    issued = await order(world, 450)
    answer = await taken(browser, "csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [row["link"] for row in rows] == [label["link"] for label in issued.labels]
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 451)]
    assert rows[0]["product_zh"] == "玉露香梨" and rows[0]["badge_zh"] == "原国家级贫困县, 2018年脱贫"


async def test_the_same_request_gives_the_same_bytes_and_goes_on_where_a_printer_stopped(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    issued = await order(world, 5)
    whole = (await taken(browser, "zpl")).text
    assert (await taken(browser, "zpl")).text == whole
    assert (await taken(browser, "pdf")).content == (await taken(browser, "pdf")).content
    rest = await taken(browser, "zpl?first=4")
    assert (rest.headers["suyuan-first-label"], rest.headers["suyuan-labels"]) == ("4", "2")
    assert rest.headers["suyuan-labels-of-order"] == "5"
    assert [decoded(label) for label in printed(rest.text)] == [[label["link"]] for label in issued.labels[3:]]
    last_good = short_code_for_people(issued.labels[2]["short_code"])
    assert (await taken(browser, f"zpl?first=1&after={last_good}")).text == rest.text
    one = (await taken(browser, "zpl?first=2&count=1")).text
    assert [decoded(label) for label in printed(one)] == [[issued.labels[1]["link"]]]


@pytest.mark.parametrize(
    "asked",
    [
        "size=a3",
        "first=0",
        "first=6",
        "first=2&count=5",
        "count=0",
        "first=x",
        "first=-1",
        "after=x",
        "after=2222-2222-2222",
    ],
)
async def test_what_an_order_does_not_have_is_refused(asked: str, browser: httpx.AsyncClient, world: Behind) -> None:
    await order(world, 5)
    answer = await browser.get(f"/labels/orders/{REQUEST}.pdf?{asked}", headers=OFFICE)
    assert answer.status_code == 400, answer.text


async def test_a_roll_is_not_printed_on_a_sheet(browser: httpx.AsyncClient, world: Behind) -> None:
    await order(world, 1)
    answer = await browser.get(f"/labels/orders/{REQUEST}.zpl?size=a4-21", headers=OFFICE)
    assert answer.status_code == 400 and "60x40, 100x70" in answer.text


async def test_nothing_is_printed_for_a_lot_whose_claim_holds_no_longer(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    issued = await order(world, 1)
    world.labels.orders[REQUEST] = replace(issued, claim=replace(GRANTED, verdict="held"))
    for kind in ("pdf", "zpl", "csv"):
        answer = await browser.get(f"/labels/orders/{REQUEST}.{kind}", headers=OFFICE)
        assert answer.status_code == 409 and issued.labels[0]["serial"] not in answer.text


async def test_nobody_prints_without_saying_who_he_is(browser: httpx.AsyncClient, world: Behind) -> None:
    await order(world, 1)
    assert (await browser.get(f"/labels/orders/{REQUEST}.csv")).status_code == 401


BUTTON = re.compile(r'<button name="size" value="([^"]+)" formaction="([^"]+)"')


async def test_every_file_that_the_page_offers_can_be_had(browser: httpx.AsyncClient, world: Behind) -> None:
    await order(world, 1)
    await sign_in(browser, "CARD-BRAND")
    offered = BUTTON.findall((await browser.get(f"/labels?request={REQUEST}")).text)
    assert [(size, path[-3:]) for size, path in offered] == [
        *((name, "pdf") for name in FORMS),
        *((name, "zpl") for name, form in FORMS.items() if form.on_a_page == 1),
    ]
    for size, path in offered:
        answer = await browser.get(path, params={"size": size, "first": "1", "secrets": ""})
        assert answer.status_code == 200, answer.text


async def test_the_page_offers_the_files_and_says_modules_level_and_millimetres(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    issued = await order(world, 30)
    await sign_in(browser, "CARD-BRAND")
    page = (await browser.get(f"/labels?request={REQUEST}")).text
    for kind in ("pdf", "zpl", "csv"):
        assert f'formaction="/labels/orders/{REQUEST}.{kind}"' in page
    for square in squares(issued.labels[0]["link"]):
        assert f"square {square.symbol}: {square.modules} modules of {square.module_mm} mm, {square.side_mm} mm" in page
    assert page.count('mm" viewBox') == 24 and "30 labels." in page


def test_every_form_has_a_square_of_24_mm_or_more_at_level_q_whole_dots_and_its_quiet_zone() -> None:
    link = "https://suyuan.example/01/06901234567892/10/PK260913-1/21/ABCDEFGHJKMN?sig=" + "x" * 91
    offered = squares(link)
    assert [square.size for square in offered] == list(FORMS)
    for square in offered:
        form, place = FORMS[square.size], place_of(FORMS[square.size], square.modules)
        assert square.symbol == "11-Q" and square.modules == 61
        assert square.side_mm >= qr_code.LEAST_SYMBOL_MM and square.module_mm >= qr_code.LEAST_MODULE_MM
        assert square.side_mm == square.modules * square.module_mm
        assert (square.module_mm * 8).is_integer()
        quiet = qr_code.QUIET_MODULES * square.module_mm
        assert place.x >= quiet and place.y >= quiet and place.code_x >= place.x + place.side + quiet
        assert form.height - place.y - place.side >= quiet


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("modules", SYMBOL_MODULES)
@pytest.mark.parametrize("with_secret", [False, True])
def test_no_word_stands_in_the_quiet_zone_or_outside_the_label_however_long_it_is(
    name: str, modules: int, with_secret: bool
) -> None:
    form = FORMS[name]
    place = place_of(form, modules, with_secret=with_secret)
    code = code_mark("WWWW-MMMM-WWWW", place, measure)
    for words in (WORDS, replace(WORDS, badge_en=WORDS.badge_en * 2, product_zh="隰县玉露香梨" * 3, lot="X" * 20)):
        marks = lay_out(words, form, place, measure)
        texts = [mark for mark in marks if isinstance(mark, Text)]
        for mark in (*texts, code):
            assert mark.x >= place.code_x, mark
            assert mark.x + measure(mark.text, mark.face, mark.size) <= form.width - 0.5, mark
        assert texts[0].y > texts[0].size and texts[-1].y < place.words_to
        assert place.words_to <= code.y - code.size * 0.8 and code.y <= form.height


def test_a_secret_stands_in_the_middle_of_its_field_between_the_words_and_the_code() -> None:
    for form in FORMS.values():
        place = place_of(form, 61, with_secret=True)
        field = place.field
        assert field and field.height >= LEAST_FIELD_MM
        mark = secret_mark("WWWWW-WWWWW", field, measure)
        assert field.x < mark.x and mark.x + measure(mark.text, mark.face, mark.size) < field.x + field.width
        assert field.y < mark.y - mark.size * 0.8 and mark.y < field.y + field.height
        assert field in lay_out(WORDS, form, place, measure)
        assert field.y > place.words_to and field.y + field.height < place.code_y - place.code_size


@pytest.mark.parametrize("kind", ["pdf", "zpl", "csv"])
async def test_secrets_are_printed_where_they_are_asked_for_and_only_there(
    kind: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await order(world, 2)
    plain, hidden = [(await taken(browser, f"{kind}{asked}")).content for asked in ("", "?secrets=yes")]
    if kind == "pdf":
        texts = [pypdfium2.PdfDocument(file)[0].get_textpage().get_text_range() for file in (plain, hidden)]
        assert [text.count("23456-78923") for text in texts] == [0, 2]
    elif kind == "csv":
        rows = list(csv.DictReader(StringIO(hidden.decode("utf-8-sig"), newline="")))
        assert [row["secret"] for row in rows] == ["2345678923"] * 2 and b"secret" not in plain
    else:
        assert [file.count(b"^GFA") for file in (plain, hidden)] == [4, 6]
        assert len(list(printed(hidden.decode()))) == 2


async def test_one_file_too_many_is_asked_to_wait_and_every_end_gives_its_place_back(
    browser: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    await order(world, 1)
    monkeypatch.setattr(files, "AT_ONCE", 1)
    assert (await browser.get(f"/labels/orders/{REQUEST}.pdf?size=a3", headers=OFFICE)).status_code == 400
    assert (await browser.get("/labels/orders/none.pdf", headers=OFFICE)).status_code == 404
    for _ in range(3):
        await taken(browser, "pdf")
    monkeypatch.setattr(files, "AT_ONCE", 0)
    busy = await browser.get(f"/labels/orders/{REQUEST}.pdf", headers={**OFFICE, "Accept": "application/json"})
    assert busy.status_code == 429 and busy.headers["retry-after"] and "try again" in busy.json()["detail"]
    assert (await browser.get("/b?code=2222")).status_code < 500


def test_a_link_too_long_for_a_form_is_said_and_never_printed_finer() -> None:
    with pytest.raises(Rejected, match="100x70"):
        place_of(FORMS["a4-21"], 77)
    place_of(FORMS["100x70"], 77)


def test_only_the_page_in_hand_is_drawn() -> None:
    labels = [Printed(f"https://s.example/{number:04}", "2222-2222-2222") for number in range(210)]
    drawn: list[str] = []

    def draw(link: str) -> Image.Image:
        drawn.append(link)
        return Image.new("1", (25, 25))

    form = FORMS["a4-21"]
    pieces = pages(form, place_of(form, 25), WORDS, labels, draw=draw)
    for expected in (0, 21, 42):
        next(pieces)
        assert len(drawn) == expected
    assert sum(1 for _ in pieces) == 9 and len(drawn) == 210


LABEL = {"link": "https://s.example/" + "x" * 140, "short_code": "222222222222", "gtin": "", "lot": "", "serial": ""}


def bytes_of(kind: Kind, count: int) -> bytes:
    return b"".join(print_order(IssuedLabels((LABEL,) * count), WORDS, kind, "60x40", 1, None).pieces)


@pytest.mark.parametrize(("kind", "most"), [("pdf", 1_500), ("zpl", 8_000), ("csv", 500)])
def test_the_words_are_in_a_file_once_and_a_label_adds_little(kind: Kind, most: int) -> None:
    assert (len(bytes_of(kind, 11)) - len(bytes_of(kind, 1))) / 10 < most


def test_every_object_stands_where_the_table_of_the_file_says() -> None:
    raw = bytes_of("pdf", 3)
    start = int(re.findall(rb"startxref\n(\d+)\n", raw)[0])
    offsets = [int(text) for text in re.findall(rb"(\d{10}) 00000 n \n", raw[start:])]
    assert [raw[at:].split(b" ", 1)[0] for at in offsets] == [b"%d" % (n + 1) for n in range(len(offsets))]
