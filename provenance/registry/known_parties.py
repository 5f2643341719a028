"""What the registry says of a party that signed something: its trade, and what it may be called in public."""

from __future__ import annotations

from datetime import date

from provenance.registry.records import Registry
from provenance.short_names import Words, short


def kind_of(registry: Registry, party: str, on: date) -> str:
    """ "" where nobody is registered under this id on that day."""
    record = registry.party(party, on) if party else None
    return record.kind if record else ""


def party_words(registry: Registry, party: str, on: date) -> Words:
    """By name; a grower by its code alone."""
    record = registry.party(party, on) if party else None
    if record is None or record.kind == "grower":
        return Words(short(party), short(party)) if party else Words("上报的一方", "whoever reported it")
    return Words(record.name_zh, record.name_en or record.name_zh)
