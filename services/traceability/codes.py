"""Which keys a code that somebody scanned or typed may stand for, the finest first."""

from __future__ import annotations

from epcis import digital_link, element_string
from epcis.identifiers import Gtin, IdentifierError, Lgtin, canonical


def candidates(code: str) -> tuple[str, ...]:
    """The canonical key; for a code that names an item and its lot, the lot after it. Any other URI is its own key."""
    code = code.strip()
    key = canonical(code)
    lot = _lot(code)
    return (key,) if lot is None or lot == key else (key, lot)


def _lot(code: str) -> str | None:
    pairs = _elements(code)
    try:
        return str(Lgtin(Gtin(pairs["01"]), pairs["10"])) if {"01", "10"} <= pairs.keys() else None
    except IdentifierError:
        return None


def _elements(code: str) -> dict[str, str]:
    """What the code says beside its key; empty for a spelling that carries one key only."""
    try:
        return dict(digital_link.parse(code).keys)
    except digital_link.DigitalLinkError:
        pass
    try:
        return dict(element_string.parse(code))
    except element_string.ElementStringError:
        return {}
