"""What a pattern of a MATCH_ parameter stands for: keys, and prefixes of keys (EPCIS 2.0, 8.2.7.1.1).

Patterns come in any spelling, with a final ``*`` for "whatever follows"; keys in the store are canonical. A GTIN stands
for its lots where classes are asked for and for its items where instances are, as the EPC pattern
``urn:epc:idpat:sgtin:….*`` does; ``urn:epc:idpat:sscc:9520001.*`` for all of one company prefix.
"""

from __future__ import annotations

import re

from epcis.digital_link import CANONICAL_DOMAIN
from epcis.identifiers import canonical

Keys = tuple[tuple[str, ...], tuple[str, ...]]
"""Whole keys, and prefixes."""

_OF_COMPANY = re.compile(r"urn:epc:(?:id|idpat|class):([a-z]+):([0-9]{6,12})(?:\.\*)+")
_COMPANY_PLACES = {
    "sgtin": "/01/{any}{company}",
    "lgtin": "/01/{any}{company}",
    "upui": "/01/{any}{company}",
    "itip": "/8006/{any}{company}",
    "sscc": "/00/{any}{company}",
    "sgln": "/414/{company}",
    "pgln": "/417/{company}",
    "gdti": "/253/{company}",
    "grai": "/8003/0{company}",
    "giai": "/8004/{company}",
}
"""Where the company prefix stands in a key; behind an indicator or extension digit, which may be any."""

_GTIN = re.compile(r"https://id\.gs1\.org/01/[0-9]{14}")
_FILLER = "Z"


def keys_of(pattern: str, is_class: bool) -> Keys | None:
    """None where a ``*`` stands in another place than at the end."""
    if (company := _of_company(pattern)) is not None:
        return company
    key = canonical(pattern)
    if _GTIN.fullmatch(key):
        return (key,) if is_class else (), (key + ("/10/" if is_class else "/21/"),)
    if key != pattern and is_class and pattern.startswith("urn:epc:idpat:"):
        return (key,), ()
    stem = pattern.replace(":idpat:lgtin:", ":class:lgtin:").replace(":idpat:", ":id:").removesuffix("*")
    if "*" in stem:
        return None
    return ((), (_prefix(stem),)) if pattern.endswith("*") else ((key,), ())


def _of_company(pattern: str) -> Keys | None:
    found = _OF_COMPANY.fullmatch(pattern)
    place = _COMPANY_PLACES.get(found[1]) if found else None
    if found is None or place is None:
        return None
    digits = "0123456789" if "{any}" in place else "0"
    return (), tuple(CANONICAL_DOMAIN + place.format(any=digit, company=found[2]) for digit in digits)


def _prefix(stem: str) -> str:
    """The canonical spelling of what comes before the ``*``, where that begins a lot, a serial or the like."""
    key = canonical(stem + _FILLER)
    return key.removesuffix(_FILLER) if key.endswith(_FILLER) else stem
