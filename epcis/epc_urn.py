"""EPC URNs and the GS1 keys they stand for (EPC Tag Data Standard 2.0, sections 6 and 12).

A URN says where the company prefix ends and a Digital Link does not, so writing one needs the prefix's length. A scheme
is a row of `_SCHEMES`: which AI its digits make, how many digits company prefix and reference have together without the
check digit, whether the reference's first digit moves to the front, and which AI the last part makes.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from epcis.application_identifiers import value_problem
from epcis.check_digits import check_digit

Pair = tuple[str, str]


class EpcUrnError(ValueError):
    """The text is not the EPC URN of a GS1 key; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class _Scheme:
    code: str
    digits: int
    leading: bool = False  # the reference begins with the indicator or extension digit
    serial: str | None = None  # AI of the last part; the same as `code` where it is appended to the key
    checked: bool = True


_SCHEMES: dict[str, _Scheme] = {
    "id:sgtin": _Scheme("01", 13, leading=True, serial="21"),
    "class:lgtin": _Scheme("01", 13, leading=True, serial="10"),
    "id:upui": _Scheme("01", 13, leading=True, serial="235"),
    "idpat:sgtin": _Scheme("01", 13, leading=True),
    "id:sscc": _Scheme("00", 17, leading=True),
    "id:sgln": _Scheme("414", 12, serial="254"),
    "id:pgln": _Scheme("417", 12),
    "id:grai": _Scheme("8003", 12, serial="8003"),
    "idpat:grai": _Scheme("8003", 12),
    "id:gdti": _Scheme("253", 12, serial="253"),
    "idpat:gdti": _Scheme("253", 12),
    "id:sgcn": _Scheme("255", 12, serial="255"),
    "idpat:sgcn": _Scheme("255", 12),
    "id:gsrn": _Scheme("8018", 17),
    "id:gsrnp": _Scheme("8017", 17),
    "id:gsin": _Scheme("402", 16),
}

_TEXT_SCHEMES: dict[str, tuple[str, str | None]] = {
    "id:giai": ("8004", None),
    "id:ginc": ("401", None),
    "id:cpi": ("8010", "8011"),
    "idpat:cpi": ("8010", None),
}
"""Schemes without check digit: the reference is text."""

_URN = re.compile(r"urn:epc:((?:id|class|idpat):[a-z]+):([0-9]{6,12})\.(.*)", re.ASCII)
_TEXT = re.compile(r"(?:[A-Za-z0-9!'()*+,\-.:;=_]|%[0-9A-Fa-f]{2})+")
_URN_SAFE = "!'()*+,-.:;=_"


def parse(text: str) -> tuple[Pair, ...]:
    """The key of an EPC URN and its qualifier, as (AI, value). Raises EpcUrnError."""
    found = _URN.fullmatch(text)
    if found is None:
        raise EpcUrnError("an EPC URN reads like urn:epc:id:sgtin:9520001.100001.BX0001")
    name, prefix, rest = found.groups()
    if name in _SCHEMES:
        pairs = _numeric(name, prefix, rest)
    elif name in _TEXT_SCHEMES:
        pairs = _textual(name, prefix, rest)
    elif name in ("id:itip", "idpat:itip"):
        pairs = _itip(name, prefix, rest)
    else:
        raise EpcUrnError(f"urn:epc:{name} is not an EPC scheme with a GS1 key")
    for code, value in pairs:
        if problem := value_problem(code, value):
            raise EpcUrnError(problem)
    return pairs


def build(name: str, key: str, serial: str | None, company_prefix_length: int) -> str:
    """The URN of scheme `name` (such as ``id:sgtin``); `key` is the value of its AI without any serial."""
    if not 6 <= company_prefix_length <= 12:
        raise EpcUrnError(f"a GS1 Company Prefix has 6 to 12 digits, not {company_prefix_length}")
    if name in _TEXT_SCHEMES:
        prefix, reference = key[:company_prefix_length], _escape(key[company_prefix_length:])
        if not prefix.isdigit() or not reference:
            raise EpcUrnError(f"{key} does not begin with a company prefix of {company_prefix_length} digits")
    else:
        prefix, reference = _split_digits(_SCHEMES[name], key, company_prefix_length)
    last = "" if serial is None else "." + (serial if serial == "*" else _escape(serial))
    return f"urn:epc:{name}:{prefix}.{reference}{last}"


def _numeric(name: str, prefix: str, rest: str) -> tuple[Pair, ...]:
    scheme = _SCHEMES[name]
    takes_last = scheme.serial is not None or name.startswith("idpat:")
    reference, dot, last = rest.partition(".") if takes_last else (rest, "", "")
    if takes_last and not dot:
        raise EpcUrnError(f"urn:epc:{name} has a part missing at its end")
    key = _join_digits(scheme, prefix, reference)
    if scheme.serial is None:
        if takes_last and last != "*":
            raise EpcUrnError(f"urn:epc:{name} ends in .*")
        return ((scheme.code, key),)
    text = _unescape(last)
    if scheme.serial == scheme.code:
        return ((scheme.code, key + text),)
    # TDS 6.3.3: extension 0 says that the GLN has none.
    return ((scheme.code, key),) if (name, text) == ("id:sgln", "0") else ((scheme.code, key), (scheme.serial, text))


def _textual(name: str, prefix: str, rest: str) -> tuple[Pair, ...]:
    code, serial = _TEXT_SCHEMES[name]
    reference, dot, last = rest.partition(".") if name.endswith("cpi") else (rest, "", "")
    if name.endswith("cpi") and (not dot or (serial is None) != (last == "*")):
        raise EpcUrnError(f"urn:epc:{name} has a part missing at its end")
    key = (code, prefix + _unescape(reference))
    return (key,) if serial is None else (key, (serial, _unescape(last)))


def _itip(name: str, prefix: str, rest: str) -> tuple[Pair, ...]:
    reference, *parts = rest.split(".", 3)
    if len(parts) != 3:
        raise EpcUrnError(f"urn:epc:{name} has a part missing at its end")
    key = ("8006", _join_digits(_SCHEMES["id:sgtin"], prefix, reference) + "".join(parts[:2]))
    if name == "idpat:itip":
        if parts[2] != "*":
            raise EpcUrnError(f"urn:epc:{name} ends in .*")
        return (key,)
    return key, ("21", _unescape(parts[2]))


def _join_digits(scheme: _Scheme, prefix: str, reference: str) -> str:
    if (reference and not re.fullmatch("[0-9]+", reference)) or len(prefix) + len(reference) != scheme.digits:
        raise EpcUrnError(f"company prefix and reference have {scheme.digits} digits together")
    leading, reference = (reference[:1], reference[1:]) if scheme.leading else ("", reference)
    digits = leading + prefix + reference
    return ("0" if scheme.code == "8003" else "") + digits + check_digit(digits)


def _split_digits(scheme: _Scheme, key: str, length: int) -> tuple[str, str]:
    digits = key[-scheme.digits - 1 : -1]
    start = 1 if scheme.leading else 0
    if start + length > len(digits):
        raise EpcUrnError(f"a company prefix of {length} digits is too long for this key")
    return digits[start : start + length], digits[:start] + digits[start + length :]


def _unescape(text: str) -> str:
    if not _TEXT.fullmatch(text):
        raise EpcUrnError(f"{text!r} has a character that an EPC URN writes as % and two hexadecimal digits")
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text)


def _escape(text: str) -> str:
    return quote(text, safe=_URN_SAFE)
