"""GS1 identifiers: values that are right because they exist, in every spelling an event, a label or a person may use.

Spellings: GS1 Digital Link, EPC URN, element string, plain digits. `parse` gives the identifier, `canonical` the one
spelling by which the product compares, stores and hashes (standards.md 1.6 rule 7). EPCIS allows any URI as an
identifier, so what is no GS1 key is a key as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from epcis import digital_link, element_string, epc_urn
from epcis.application_identifiers import value_problem
from epcis.check_digits import has_check_digit
from epcis.digital_link import CANONICAL_DOMAIN

Pair = tuple[str, str]


class IdentifierError(ValueError):
    """The text is not a GS1 identifier; the message is one clear sentence."""


class _Keyed:
    """The spellings that follow from an identifier's (AI, value) pairs."""

    __slots__ = ()

    @property
    def keys(self) -> tuple[Pair, ...]:
        raise NotImplementedError

    def digital_link(self, domain: str = CANONICAL_DOMAIN) -> str:
        """The link at `domain`, the canonical one by default."""
        return digital_link.DigitalLink(self.keys).uri(domain)

    def element_string(self) -> str:
        """``^`` stands for FNC1."""
        return digital_link.write_element_string(self.keys)

    def __str__(self) -> str:
        return self.digital_link()


@dataclass(frozen=True, slots=True)
class Gtin(_Keyed):
    """A product. Takes 8, 12, 13 or 14 digits and keeps 14."""

    value: str

    def __post_init__(self) -> None:
        if len(self.value) in (8, 12, 13):
            object.__setattr__(self, "value", self.value.zfill(14))
        _check("01", self.value)

    @property
    def keys(self) -> tuple[Pair, ...]:
        return (("01", self.value),)

    def epc_urn(self, company_prefix_length: int) -> str:
        return _urn("idpat:sgtin", self.value, "*", company_prefix_length)


@dataclass(frozen=True, slots=True)
class Lgtin(_Keyed):
    """A lot of a product."""

    gtin: Gtin
    lot: str

    def __post_init__(self) -> None:
        _check("10", self.lot)

    @property
    def keys(self) -> tuple[Pair, ...]:
        return (*self.gtin.keys, ("10", self.lot))

    def epc_urn(self, company_prefix_length: int) -> str:
        return _urn("class:lgtin", self.gtin.value, self.lot, company_prefix_length)


@dataclass(frozen=True, slots=True)
class Sgtin(_Keyed):
    """One item of a product."""

    gtin: Gtin
    serial: str

    def __post_init__(self) -> None:
        _check("21", self.serial)

    @property
    def keys(self) -> tuple[Pair, ...]:
        return (*self.gtin.keys, ("21", self.serial))

    def epc_urn(self, company_prefix_length: int) -> str:
        return _urn("id:sgtin", self.gtin.value, self.serial, company_prefix_length)


@dataclass(frozen=True, slots=True)
class Sscc(_Keyed):
    """A pallet or parcel, 18 digits."""

    value: str

    def __post_init__(self) -> None:
        _check("00", self.value)

    @property
    def keys(self) -> tuple[Pair, ...]:
        return (("00", self.value),)

    def epc_urn(self, company_prefix_length: int) -> str:
        return _urn("id:sscc", self.value, None, company_prefix_length)


@dataclass(frozen=True, slots=True)
class Gln(_Keyed):
    """A place, with the extension that names a plot or dock there."""

    value: str
    extension: str | None = None

    def __post_init__(self) -> None:
        _check("414", self.value)
        if self.extension == "0":
            raise IdentifierError("the GLN extension 0 says that there is none: leave it out")
        if self.extension is not None:
            _check("254", self.extension)

    @property
    def keys(self) -> tuple[Pair, ...]:
        place = ("414", self.value)
        return (place,) if self.extension is None else (place, ("254", self.extension))

    def epc_urn(self, company_prefix_length: int) -> str:
        return _urn("id:sgln", self.value, self.extension or "0", company_prefix_length)


@dataclass(frozen=True, slots=True)
class Pgln(_Keyed):
    """An organisation."""

    value: str

    def __post_init__(self) -> None:
        _check("417", self.value)

    @property
    def keys(self) -> tuple[Pair, ...]:
        return (("417", self.value),)

    def epc_urn(self, company_prefix_length: int) -> str:
        return _urn("id:pgln", self.value, None, company_prefix_length)


@dataclass(frozen=True, slots=True)
class Grai(_Keyed):
    """A returnable crate: the kind (13 digits, without the leading 0 of AI 8003), and the one crate."""

    value: str
    serial: str | None = None

    def __post_init__(self) -> None:
        _check("8003", f"0{self.value}")
        if self.serial is not None:
            _check("8003", f"0{self.value}{self.serial}", empty=not self.serial)

    @property
    def keys(self) -> tuple[Pair, ...]:
        return (("8003", f"0{self.value}{self.serial or ''}"),)

    def epc_urn(self, company_prefix_length: int) -> str:
        return _serial_urn("grai", self.value, self.serial, company_prefix_length)


@dataclass(frozen=True, slots=True)
class Giai(_Keyed):
    """A single asset: a logger, a truck."""

    value: str

    def __post_init__(self) -> None:
        _check("8004", self.value)

    @property
    def keys(self) -> tuple[Pair, ...]:
        return (("8004", self.value),)

    def epc_urn(self, company_prefix_length: int) -> str:
        return _urn("id:giai", self.value, None, company_prefix_length)


@dataclass(frozen=True, slots=True)
class Gdti(_Keyed):
    """A kind of document (13 digits), and the one document: a certificate, a report."""

    value: str
    serial: str | None = None

    def __post_init__(self) -> None:
        _check("253", self.value)
        if self.serial is not None:
            _check("253", f"{self.value}{self.serial}", empty=not self.serial)

    @property
    def keys(self) -> tuple[Pair, ...]:
        return (("253", f"{self.value}{self.serial or ''}"),)

    def epc_urn(self, company_prefix_length: int) -> str:
        return _serial_urn("gdti", self.value, self.serial, company_prefix_length)


Identifier = Gtin | Lgtin | Sgtin | Sscc | Gln | Pgln | Grai | Giai | Gdti

# By the AIs of the finest level: what they make.
_KINDS: dict[tuple[str, ...], Callable[..., Identifier]] = {
    ("01",): Gtin,
    ("01", "10"): lambda gtin, lot: Lgtin(Gtin(gtin), lot),
    ("01", "21"): lambda gtin, serial: Sgtin(Gtin(gtin), serial),
    ("00",): Sscc,
    ("414",): Gln,
    ("414", "254"): Gln,
    ("417",): Pgln,
    ("8003",): lambda value: Grai(value[1:14], value[14:] or None),
    ("8004",): Giai,
    ("253",): lambda value: Gdti(value[:13], value[13:] or None),
}

# Of several qualifiers the first listed one names the thing; the others say more about it (CBV 2.0, 8.9.2).
_FINEST: dict[str, tuple[str, ...]] = {
    "01": ("21", "10", "235"),
    "8006": ("21", "10"),
    "414": ("254",),
    "415": ("8020",),
    "8010": ("8011",),
}

_PLAIN_DIGITS = {8: "01", 12: "01", 13: "01", 14: "01", 18: "00"}
_CANONICAL = re.compile(
    r"https://id\.gs1\.org/(?:01/([0-9]{14})(?:/(?:10|21)/[-.0-9A-Z_a-z]{1,20})?|00/([0-9]{18})"
    r"|414/([0-9]{13})(?:/254/(?!0$)[-.0-9A-Z_a-z]{1,20})?|417/([0-9]{13}))"
)


def parse(text: str) -> Identifier:
    """Reads any spelling: Digital Link, EPC URN, element string (bracketed or with ``^``), plain digits.

    Thirteen plain digits are a GTIN, eighteen an SSCC; with (00) or (01) as a scanner sends them, without brackets,
    they are an element string. Raises IdentifierError.
    """
    keys = _finest(_pairs(text))
    kind = _KINDS.get(tuple(code for code, _ in keys))
    if kind is None:
        names = " and ".join(f"({code})" for code, _ in keys)
        raise IdentifierError(
            f"{names} is not the key of a product, lot, item, parcel, place, party, asset or document"
        )
    return kind(*(value for _, value in keys))


def problem(text: str) -> str | None:
    """Why the text is no spelling of a GS1 key, of whatever kind, as one sentence; None where it is one."""
    try:
        _pairs(text)
    except IdentifierError as error:
        return str(error)
    return None


def canonical(text: str) -> str:
    """The Digital Link at id.gs1.org of a well-formed GS1 spelling, at its finest level; any other text unchanged."""
    return _kept(text) if len(text) <= _LONGEST_KEPT else _canonical(text)


_LONGEST_KEPT = 200  # characters; a cache must not fill with what a sender makes long


def whole_place(place: str) -> str:
    """The canonical GLN a place is a part of, where it has an extension (AI 254): a dock is a part of its house."""
    whole, extension, _ = place.partition("/254/")
    return whole if extension and "/414/" in whole else place


def _canonical(text: str) -> str:
    found = _CANONICAL.fullmatch(text)
    if found is not None and has_check_digit(found[found.lastindex or 0]):
        return text
    try:
        keys = _finest(_pairs(text))
    except IdentifierError:
        return text
    return CANONICAL_DOMAIN + "".join(f"/{code}/{quote(value, safe='')}" for code, value in keys)


_kept = lru_cache(maxsize=1 << 16)(_canonical)


def _pairs(text: str) -> tuple[Pair, ...]:
    """The primary key and its qualifiers, in path order."""
    try:
        if text.startswith("urn:epc:"):
            return epc_urn.parse(text)
        if text[:4].lower() == "http":
            return digital_link.parse(text).keys
        if element_string.looks_like(text):
            return _of_elements(element_string.parse(text))
        if _BARE_SCAN.match(text):
            return _of_elements(element_string.parse(f"^{text}"))
    except (epc_urn.EpcUrnError, digital_link.DigitalLinkError, element_string.ElementStringError) as problem:
        raise IdentifierError(str(problem)) from problem
    return _of_digits(text)


_BARE_SCAN = re.compile("00[0-9]{18}$|01[0-9]{14}(?![0-9]{2}$)")
"""An element string from a scanner that sends neither symbology identifier nor FNC1; 18 digits alone are an SSCC."""


def _of_digits(text: str) -> tuple[Pair, ...]:
    code = _PLAIN_DIGITS.get(len(text)) if re.fullmatch("[0-9]+", text) else None
    if code is None:
        raise IdentifierError(f"{text!r} is no GS1 Digital Link, EPC URN, element string, GTIN or SSCC")
    value = text.zfill(14) if code == "01" else text
    _check(code, value)
    return ((code, value),)


def _of_elements(elements: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """A label carries more than a key: only the first primary key and its own qualifiers count."""
    primary = next((code for code, _ in elements if code in digital_link.KEY_QUALIFIERS), None)
    if primary is None:
        raise IdentifierError("the element string has no primary key such as (01) or (00)")
    given = dict(elements)
    qualifiers = dict.fromkeys(code for order in digital_link.KEY_QUALIFIERS[primary] for code in order)
    return tuple((code, given[code]) for code in (primary, *qualifiers) if code in given)


def _finest(pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    given = dict(pairs)
    if given.get("254") == "0":  # as in an EPC URN: there is no extension (TDS 6.3.3)
        del given["254"]
    primary = pairs[0]
    finer = next((code for code in _FINEST.get(primary[0], ()) if code in given), None)
    return (primary,) if finer is None else (primary, (finer, given[finer]))


def _check(code: str, value: str, *, empty: bool = False) -> None:
    if empty:
        raise IdentifierError("an empty serial is no serial: leave it out")
    if problem := value_problem(code, value):
        raise IdentifierError(problem)


def _urn(name: str, key: str, serial: str | None, company_prefix_length: int) -> str:
    try:
        return epc_urn.build(name, key, serial, company_prefix_length)
    except epc_urn.EpcUrnError as problem:
        raise IdentifierError(str(problem)) from problem


def _serial_urn(scheme: str, key: str, serial: str | None, company_prefix_length: int) -> str:
    name = f"idpat:{scheme}" if serial is None else f"id:{scheme}"
    return _urn(name, key, "*" if serial is None else serial, company_prefix_length)
