"""The links of one GS1 key and of all it is part of, box, lot, product, as a linkset (RFC 9264). Pure.

Which of them answers a request is decided here too: the most particular level that has the type, and of its links the
form the reader asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus, urlsplit

from epcis.digital_link import DigitalLink
from epcis.identifiers import canonical
from services.portal.resolver.link_types import TITLES, VOCABULARY

HTML, JSON = "text/html", "application/json"
LANGUAGES = ("zh", "en")
MASTER_DATA = {"01": ("masterData", "product"), "414": ("locationInfo", "site"), "417": ("masterData", "party")}
"""By primary key alone, the link type of what is registered of it, and the kind of that record."""


@dataclass(frozen=True, slots=True)
class Link:
    """`hreflang`: two-letter codes; `type`: a media type. Empty where they are not said."""

    href: str
    title: str
    type: str = ""
    hreflang: tuple[str, ...] = ()

    def json(self) -> Mapping[str, Any]:
        more = {"type": self.type, "hreflang": list(self.hreflang)}
        return {"href": self.href, "title": self.title, **{name: value for name, value in more.items() if value}}


Links = Mapping[str, tuple[Link, ...]]
"""By the names of link types."""


@dataclass(frozen=True, slots=True)
class Level:
    """What is linked to one entity: `anchor` is its Digital Link here."""

    anchor: str
    links: Links
    description: str = ""

    def json(self) -> Mapping[str, Any]:
        described = {"description": self.description} if self.description else {}
        listed = {VOCABULARY + name: [link.json() for link in links] for name, links in self.links.items()}
        return {"anchor": self.anchor, **described, **listed}


def levels(link: DigitalLink) -> tuple[DigitalLink, ...]:
    """The entity itself, then all it is part of up to the primary key."""
    return tuple(DigitalLink(link.keys[:end]) for end in range(len(link.keys), 0, -1))


def level(link: DigitalLink, root: str, *, description: str = "", more: Links | None = None) -> Level:
    """The links that every such entity has, and `more`. `root`: where this resolver is, without a slash at its end."""
    anchor = link.uri(root)
    page = (_page(anchor, "defaultLink"),)
    found = {
        "defaultLink": (Link(anchor, TITLES["defaultLink"]),),
        "pip": page,
        "traceability": (*page, Link(f"{root}/api/trace?code={_escaped(anchor)}", TITLES["traceability"], JSON)),
        "verificationService": (_page(anchor, "verificationService"),) if _is_box(link) else (),
        "epcis": _events(link, root),
        **_master_data(link, root),
        **(more or {}),
    }
    return Level(anchor, {name: links for name, links in found.items() if links}, description)


def chosen(found: Sequence[Level], name: str, prefer: Callable[[Sequence[str]], str | None]) -> Link | None:
    """The link of this type at the most particular level that has one; of several the form `prefer` says of their media
    types, else the first."""
    links = next((one.links[name] for one in found if name in one.links), ())
    wanted = prefer([link.type for link in links]) if len(links) > 1 else None
    return next((link for link in links if link.type == wanted), links[0] if links else None)


def passing_on(href: str, query: str) -> str:
    """The target with a request's query behind its own (1.2, 2.12), before its fragment; but for what the target says
    itself, or whoever writes a link would choose of which goods it tells."""
    parts = urlsplit(href)
    own = dict(parse_qsl(parts.query, keep_blank_values=True))
    passed = [pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) not in own]
    return parts._replace(query="&".join(filter(None, [parts.query, *passed]))).geturl()


def _page(anchor: str, name: str) -> Link:
    return Link(anchor, TITLES[name], HTML, LANGUAGES)


def _is_box(link: DigitalLink) -> bool:
    return link.keys[-1][0] == "21"


def _events(link: DigitalLink, root: str) -> tuple[Link, ...]:
    """A product alone is in no event, and a party is no object of one."""
    last, primary = link.keys[-1][0], link.keys[0][0]
    if (primary == "01" and last not in ("10", "21")) or primary == "417":
        return ()
    criterion = {"10": "MATCH_anyEPCClass", "414": "EQ_bizLocation", "254": "EQ_bizLocation"}.get(last, "MATCH_anyEPC")
    key = canonical(link.uri())
    return (Link(f"{root}/epcis/events?{criterion}={_escaped(key)}", TITLES["epcis"], JSON),)


def _master_data(link: DigitalLink, root: str) -> Links:
    if len(link.keys) > 1 or link.keys[0][0] not in MASTER_DATA:
        return {}
    name, kind = MASTER_DATA[link.keys[0][0]]
    href = f"{root}/api/registry/{kind}?id={_escaped(canonical(link.uri()))}"
    return {name: (Link(href, TITLES[name], JSON),)}


def _escaped(text: str) -> str:
    return quote(text, safe="")
