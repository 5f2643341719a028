"""GS1 Digital Link URIs, read and written (GS1 Digital Link Standard: URI Syntax 1.3 and later, uncompressed form).

Reading is strict where readers are often lenient: the order of key qualifiers, empty values, broken percent-escapes,
the 82 characters, data attributes that belong in the path, repeated ones. Names that are not numbers are left alone in
the query, as the standard demands. GTINs are 14 digits: padding shorter ones is for `epcis.identifiers`.

Legacy short names (``/gtin/…/ser/…``) are read in the path and never written. A lone ``/gtin/…`` is not taken for a
Digital Link: ordinary product pages have such addresses.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from epcis.application_identifiers import APPLICATION_IDENTIFIERS, value_problem

CANONICAL_DOMAIN = "https://id.gs1.org"

Pair = tuple[str, str]

KEY_QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": (),
    "01": (("22", "10", "21"), ("235",)),
    "253": (),
    "255": (),
    "401": (),
    "402": (),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": (),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": (),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
"""For each primary key the alternatives of qualifiers that may follow it, each in its only order."""

SHORT_NAMES: dict[str, str] = {
    "gtin": "01",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
    "sscc": "00",
    "gln": "414",
    "glnx": "254",
    "party": "417",
    "grai": "8003",
    "giai": "8004",
    "gdti": "253",
    "gcn": "255",
    "ginc": "401",
    "gsin": "402",
    "itip": "8006",
    "cpid": "8010",
    "cpsn": "8011",
    "gmn": "8013",
    "gsrnp": "8017",
    "gsrn": "8018",
    "srin": "8019",
    "refno": "8020",
}

_URI = re.compile(r"(?:https?|HTTPS?)://([^/]*)(/[^?#]*)(?:\?([^#]*))?(?:#.*)?")
_URI_CHARACTERS = re.compile(r"[-A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%]*")
_DOMAIN = re.compile(r"[-A-Za-z0-9.:\[\]]+")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEY_SOMEWHERE = re.compile(rf"/(?:{'|'.join(KEY_QUALIFIERS)})/")
# The last segment of a compressed link is base64url, with capitals and small letters (Digital Link 1.1, section 7).
_COMPRESSED = re.compile(r"/(?=[^/]*[A-Z])(?=[^/]*[a-z])[-\w]{8,}\Z", re.ASCII)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")


class DigitalLinkError(ValueError):
    """The text is not a GS1 Digital Link; `problem` is the reason as one sentence."""

    @property
    def problem(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class DigitalLink:
    """`keys`: the primary key and its qualifiers, in path order. `attributes`: the AIs of the query, in given order.

    Validated on construction: what exists can be written and read again.
    """

    keys: tuple[Pair, ...]
    attributes: tuple[Pair, ...] = ()

    def __post_init__(self) -> None:
        _check_values((*self.keys, *self.attributes))
        _check_path(tuple(code for code, _ in self.keys))
        _check_attributes(self)

    @cached_property
    def element_string(self) -> str:
        """The AIs as scanned from a barcode, ``^`` for FNC1: before the first, and after each of variable length."""
        return write_element_string((*self.keys, *self.attributes))

    def uri(self, domain: str = CANONICAL_DOMAIN) -> str:
        """The link at `domain` (with scheme, and a path if wanted)."""
        path = "".join(f"/{code}/{quote(value, safe='')}" for code, value in self.keys)
        query = "&".join(f"{code}={quote(value, safe='')}" for code, value in self.attributes)
        return domain.rstrip("/") + path + (f"?{query}" if query else "")


def parse(uri: str) -> DigitalLink:
    """Reads an uncompressed Digital Link on any domain. Raises DigitalLinkError."""
    domain, path, query = _split(uri)
    if not _DOMAIN.fullmatch(domain):
        raise DigitalLinkError(f"{domain!r} is not a domain name" if domain else "the domain name is missing")
    return DigitalLink(tuple(_path_pairs(path)), tuple(_query_pairs(query)))


def build(keys: Iterable[Pair], attributes: Iterable[Pair] = (), *, domain: str = CANONICAL_DOMAIN) -> str:
    """The Digital Link of a primary key, its qualifiers in any order, and attributes. Raises DigitalLinkError."""
    given = tuple(keys)
    primary = next((pair for pair in given if pair[0] in KEY_QUALIFIERS), None)
    if primary is None:
        raise DigitalLinkError("no primary key among " + ", ".join(f"({code})" for code, _ in given))
    order = _best_order(primary[0], {code for code, _ in given})
    known = sorted((p for p in given if p[0] in order), key=lambda pair: order.index(pair[0]))
    unknown = tuple(pair for pair in given if pair[0] not in order)
    return DigitalLink((*known, *unknown), tuple(attributes)).uri(domain)


def write_element_string(pairs: Iterable[Pair]) -> str:
    """``^01…10…^21…`` (GS1 General Specifications 7.8)."""
    text, separator = "", "^"
    for code, value in pairs:
        text += separator + code + value
        separator = "" if APPLICATION_IDENTIFIERS[code].predefined_length else "^"
    return text


def _split(uri: str) -> tuple[str, str, str]:
    stray = _URI_CHARACTERS.sub("", uri, count=1)
    if stray:
        raise DigitalLinkError(f"{stray[0]!r} may not stand in a URI")
    found = _URI.fullmatch(uri)
    if found is None:
        raise DigitalLinkError("a Digital Link is https://, a domain name, and a path with a GS1 key")
    return found[1], found[2], found[3] or ""


def _path_pairs(path: str) -> list[Pair]:
    """From the end of the path back to the nearest primary key; what stands before is a stem."""
    segments = path.split("/")[1:]
    pairs: list[Pair] = []
    while len(segments) >= 2:
        name, value = segments[-2:]
        del segments[-2:]
        code = SHORT_NAMES.get(name, name)
        if code not in APPLICATION_IDENTIFIERS:
            break
        pairs.insert(0, (code, _unescape(code, value)))
        if code in KEY_QUALIFIERS:
            if name == "gtin" and len(pairs) == 1:
                break
            return pairs
    raise DigitalLinkError(_no_key(path))


def _no_key(path: str) -> str:
    """What a person can do about a path without a key."""
    sentence = "the path has no GS1 key such as /01/{gtin}"
    if path.endswith("/"):
        return f"{sentence}; it ends in /, after which a value is missing"
    if _KEY_SOMEWHERE.search(path):
        return f"{sentence} that leads to its end; a / inside a value is written %2F"
    if _COMPRESSED.search(path):
        return f"{sentence}; if this is a compressed link, it is not read here"
    return sentence


def _query_pairs(query: str) -> Iterator[Pair]:
    for parameter in query.split("&"):
        name, equals, value = parameter.partition("=")
        if not equals or not re.fullmatch("[0-9]+", name):
            continue
        # In a query a plus sign is a space, which no AI may contain.
        yield name, _unescape(name, value.replace("+", " "))


def _unescape(code: str, value: str) -> str:
    if not value:
        raise DigitalLinkError(f"AI ({code}) has no value")
    if _BROKEN_ESCAPE.search(value):
        raise DigitalLinkError(f"the value of AI ({code}) has a % that is not followed by two hexadecimal digits")
    # As Latin-1, byte for byte: whatever is not among the 82 characters is refused by the AI's own check.
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)


def _check_values(pairs: Iterable[Pair]) -> None:
    for code, value in pairs:
        if problem := value_problem(code, value):
            raise DigitalLinkError(problem)


def _check_path(codes: tuple[str, ...]) -> None:
    if not codes or codes[0] not in KEY_QUALIFIERS:
        raise DigitalLinkError("a Digital Link begins with a primary key such as (01) or (00)")
    if not _is_path(codes):
        raise DigitalLinkError(
            f"after ({codes[0]}) may follow {_orders(codes[0])}, in this order, not {_sequence(codes[1:])}"
        )


def _check_attributes(link: DigitalLink) -> None:
    path = tuple(code for code, _ in link.keys)
    seen = set(path)
    for code, _ in link.attributes:
        if code in seen:
            raise DigitalLinkError(f"AI ({code}) stands there twice")
        seen.add(code)
        if not APPLICATION_IDENTIFIERS[code].attribute:
            raise DigitalLinkError(f"AI ({code}) may not stand in the query")
        if any(_is_path((*path[:at], code, *path[at:])) for at in range(1, len(path) + 1)):
            raise DigitalLinkError(f"AI ({code}) belongs in the path, not in the query")


def _is_path(codes: tuple[str, ...]) -> bool:
    """Whether the qualifiers are some of one alternative, in its order, each once."""
    alternatives = KEY_QUALIFIERS[codes[0]] or ((),)
    return any(codes[1:] == tuple(code for code in order if code in codes[1:]) for order in alternatives)


def _best_order(primary: str, present: set[str]) -> tuple[str, ...]:
    alternatives = KEY_QUALIFIERS[primary] or ((),)
    return primary, *max(alternatives, key=lambda order: len(present & set(order)))


def _orders(primary: str) -> str:
    return " or ".join(_sequence(order) for order in KEY_QUALIFIERS[primary]) or "nothing"


def _sequence(codes: Iterable[str]) -> str:
    return " ".join(f"({code})" for code in codes)
