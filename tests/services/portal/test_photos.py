"""A form with photos, byte by byte and in one piece; and what nobody may make the portal do with one."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator, Iterable
from hashlib import sha256

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.http.problems import HttpProblem
from services.portal.reporting.photos import (
    MOST_HEAD_BYTES,
    MOST_PARTS,
    MOST_PHOTO_BYTES,
    MOST_PHOTOS_BYTES,
    MOST_TEXT_BYTES,
    read_parts,
)
from tests.services.portal.people import sign_in

TYPE = "multipart/form-data; boundary=x"
FILE = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
END = b"\r\n--x--\r\n"


async def pieces(every: Iterable[bytes]) -> AsyncIterator[bytes]:
    for one in every:
        yield one


async def read(*body: bytes, content_type: str = TYPE) -> list[tuple[str, str]]:
    return await read_parts(pieces(body), content_type)


def field(name: str, text: bytes) -> bytes:
    return f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n'.encode() + text + b"\r\n"


async def refused(*body: bytes) -> int:
    with pytest.raises(HttpProblem) as said:
        await read(*body)
    return said.value.status


@given(st.integers(1, 40), st.binary(max_size=60))
async def test_however_a_form_is_cut_on_its_way_the_same_is_read(size: int, photo: bytes) -> None:
    photo = b"\r\n-" + photo.replace(b"--x", b"")
    body = field("lot", "隰县\r\n--".encode()) + field("", b"") + FILE + photo + END
    cut = [body[at : at + size] for at in range(0, len(body), size)]
    assert await read(*cut) == [("lot", "隰县\r\n--"), ("", ""), ("photo", sha256(photo).hexdigest())]


@pytest.mark.parametrize("boundary", ['boundary="x"', "charset=utf-8; Boundary=x"])
async def test_the_boundary_stands_bare_or_quoted(boundary: str) -> None:
    assert await read(field("a", b"1") + END[2:], content_type=f"multipart/form-data; {boundary}") == [("a", "1")]


async def test_where_no_file_was_chosen_there_is_none() -> None:
    assert await read(field("a", b"1") + FILE.replace(b"a.jpg", b"") + END) == [("a", "1")]


@pytest.mark.parametrize("body", [FILE + b"cut off", FILE + b"cut off\r\n--x\r\n", b"--x\r\n\r\nno name" + END])
async def test_what_does_not_end_or_names_nothing_is_not_taken_for_a_form(body: bytes) -> None:
    assert await refused(body) == 400


async def test_a_part_tells_what_it_is_in_two_kilobytes() -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="'
    endless = (b";" * 1024 for _ in range(1 << 30))
    with pytest.raises(HttpProblem):
        await read_parts(pieces(part for some in ([head], endless) for part in some), TYPE)
    assert await refused(head + b";" * MOST_HEAD_BYTES + b'"\r\n\r\nhi' + END) == 400


async def test_so_many_parts_and_so_much_text_are_read_and_no_more() -> None:
    assert len(await read(field("a", b"1") * MOST_PARTS + END[2:])) == MOST_PARTS
    assert await refused(field("a", b"1") * (MOST_PARTS + 1) + END[2:]) == 400
    assert await refused(b"\r\n--x" * (MOST_PHOTOS_BYTES // 5)) == 400
    half = field("a", bytes(MOST_TEXT_BYTES // 2))
    assert len(await read(half, half, END[2:])) == 2
    assert await refused(half, half, field("a", b"1"), END[2:]) == 400


async def test_of_photos_no_more_than_a_piece_is_held() -> None:
    photo = [bytes(1 << 16)] * (MOST_PHOTO_BYTES >> 16)
    form = [part for _ in range(3) for part in (FILE, *photo, b"\r\n")]
    tracemalloc.start()
    try:
        assert len(await read(*form, END[2:])) == 3
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert await refused(FILE, *photo, b"1", END) == 413


async def test_photos_of_nobody_are_not_even_read(browser: httpx.AsyncClient) -> None:
    read_of = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read_of
        for piece in [FILE, *[bytes(1 << 16)] * 99]:
            read_of += 1
            yield piece

    headers = {"content-type": TYPE}
    answer = await browser.post("/commitments", content=endless(), headers=headers)
    assert (answer.status_code, read_of) == (303, 0)
    await sign_in(browser)
    assert (await browser.post("/commitments", content=endless(), headers=headers)).status_code == 400
