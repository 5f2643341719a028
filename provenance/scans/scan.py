"""One look-up of a label, and the tag that makes the same phone on the same label and day one look-up.

A tag says nothing across labels or days, and of no person: its key is of the day, drawn at random, and once the day is
over nobody has it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from provenance.scans.cells import Cell

DAY_HOURS = 24
KEPT_HOURS = 90 * DAY_HOURS
TAG_BYTES = 12
KEY_BYTES = 32
_IPV4_KEPT, _IPV6_KEPT = 24, 48
_LONGEST_LABEL = 64
_HOURS = 9_000_000


@dataclass(frozen=True, slots=True)
class Scan:
    """`label` is its serial, `hour` counts from 1970 UTC; `cell` is None where the place is not known."""

    label: str
    hour: int
    tag: bytes
    cell: Cell | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.label) <= _LONGEST_LABEL:
            raise ValueError(f"a scan is of a label with 1 to {_LONGEST_LABEL} characters")
        if not 0 <= self.hour < _HOURS:
            raise ValueError("a scan's hour counts from 1970, and not to beyond 3000")
        if len(self.tag) != TAG_BYTES:
            raise ValueError(f"a scan's tag has {TAG_BYTES} bytes, not {len(self.tag)}")


@dataclass(frozen=True, slots=True)
class Look:
    """Of one phone on one day: its first hour, and the place it told then."""

    hour: int
    cell: Cell | None = None


def tag_of(day_key: bytes, *, label: str, address: str, user_agent: str) -> bytes:
    """HMAC(key of the day; label, truncated address, user agent). Raises ValueError where the address is none."""
    # No zero byte stands in a label or an address, and the user agent is last: no two looks share a message.
    message = b"\0".join((label.encode(), truncated(address).encode(), user_agent.encode(errors="replace")))
    return hmac.digest(day_key, message, "sha256")[:TAG_BYTES]


def truncated(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; one that is IPv4 in IPv6 is the former."""
    parsed = ip_address(address.partition("%")[0])
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    kept = _IPV4_KEPT if parsed.version == 4 else _IPV6_KEPT
    return str(ip_network((parsed, kept), strict=False))


def looks_of(scans: Iterable[Scan], *, now_hour: int) -> list[Look]:
    """Of `scans`, all of one label, in any order and however often each: the oldest look first.

    Those older than 90 days, and those of hours to come, do not count.
    """
    by_tag: dict[bytes, list[Scan]] = {}
    for scan in scans:
        if now_hour - KEPT_HOURS < scan.hour <= now_hour:
            by_tag.setdefault(scan.tag, []).append(scan)
    return in_order(map(_first_look, by_tag.values()))


def in_order(looks: Iterable[Look]) -> list[Look]:
    """The oldest first; of one hour, by place."""
    return sorted(looks, key=lambda look: (look.hour, str(look.cell or "")))


def _first_look(of_phone: Sequence[Scan]) -> Look:
    hour = min(scan.hour for scan in of_phone)
    return Look(hour, min((scan.cell for scan in of_phone if scan.hour == hour and scan.cell), default=None))
