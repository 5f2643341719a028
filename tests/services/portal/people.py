"""What a person does in a browser: sign in, open a form, fill it in, send it."""

import re
from html import unescape
from typing import Any

import httpx

_HIDDEN = re.compile(r'<input type="hidden" name="(csrf|event_id|served_at|sent_at|seen)" value="([^"]*)"')


async def sign_in(browser: httpx.AsyncClient, code: str = "CARD-42") -> httpx.Response:
    return await browser.post("/sign-in", data={"code": code, "to": "/work"})


async def open_form(browser: httpx.AsyncClient, noun: str) -> dict[str, str]:
    """The hidden fields of a form just served."""
    page = await browser.get(f"/forms/{noun}")
    assert page.status_code == 200, page.text
    return hidden(page)


def hidden(page: httpx.Response) -> dict[str, str]:
    form = page.text.split('action="/forms/', 1)[1]
    return {name: unescape(value) for name, value in _HIDDEN.findall(form)}


async def ask(browser: httpx.AsyncClient, noun: str, typed: dict[str, Any]) -> httpx.Response:
    """Opens the form and sends it with what was typed, once."""
    return await browser.post(f"/forms/{noun}", data=await open_form(browser, noun) | typed)


async def send(browser: httpx.AsyncClient, noun: str, typed: dict[str, Any]) -> httpx.Response:
    """As `ask`; what is asked before it is recorded is right."""
    page = await ask(browser, noun, typed)
    return await browser.post(f"/forms/{noun}", data=hidden(page) | typed) if asks(page) else page


def asks(page: httpx.Response) -> bool:
    """Whether it is not recorded yet, and is where it is sent again."""
    return bool(re.search(r'name="seen" value="[0-9a-f]', page.text))


def text_of(page: httpx.Response) -> str:
    """The page's words without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def filled(page: httpx.Response, action: str) -> dict[str, str]:
    """What the form with this action would send as it stands."""
    form = page.text.split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
    inputs = re.findall(r"<input[^>]*>", form)
    pairs = {_name(tag): _value(tag) for tag in inputs if 'type="radio"' not in tag or " checked" in tag}
    areas = re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>([^<]*)<', form)
    picked = re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S)
    chosen = {name: re.search(r'value="([^"]*)" selected', options) for name, options in picked}
    return {
        **pairs,
        **{name: unescape(text) for name, text in areas},
        **{name: found[1] for name, found in chosen.items() if found},
    }


def _name(tag: str) -> str:
    return str(re.findall(r'name="([^"]*)"', tag)[0])


def _value(tag: str) -> str:
    found = re.search(r'value="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
