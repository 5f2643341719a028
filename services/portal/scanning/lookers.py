"""Which requests are somebody looking a label up, and which are programs that fetch its page beside people.

By what they say of themselves: a count of look-ups is a hint for buyers, and who lies here makes one look-up at most.
"""

from __future__ import annotations

import re

from starlette.requests import Request

_PROGRAMS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|prerender|headless|lighthouse|monitor|uptime|pingdom"
    r"|facebookexternalhit|whatsapp/|telegram|larkurl|qq-url-manager|mail\.ru|embedly|python-|curl/|wget/|go-http|okhttp/0",
    re.IGNORECASE,
)
_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""What browsers and messengers send who fetch a page before anybody has asked for it."""


def is_look(request: Request, *, page: bool) -> bool:
    """`page` where it is answered as a page: browsers say which languages their people read, link previews do not."""
    headers = request.headers
    agent = headers.get("user-agent", "")
    if request.method != "GET" or not agent or _PROGRAMS.search(agent):
        return False
    if any(word in headers.get(name, "").lower() for name in _AHEAD for word in ("prefetch", "preview", "prerender")):
        return False
    if not page:
        return True
    return bool(headers.get("accept-language")) and headers.get("sec-fetch-dest", "document") == "document"
