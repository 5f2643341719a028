"""From which address a request comes, also where proxies stand in front.

Only proxies named in the settings are believed: anybody can write X-Forwarded-For, and its right end is what the proxy
nearest to us added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Network = IPv4Network | IPv6Network
HOUSE_BITS = 64
"""Whoever has one IPv6 address has the 2^64 beside it: they count as one."""


def read_networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks separated by commas or blanks. Raises ValueError naming the one that is none."""
    return tuple(ip_network(part) for part in text.replace(",", " ").split())


class Addresses:
    """`trusted` are the proxies whose word on the sender is taken."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)

    def of(self, scope: Scope) -> str:
        """The nearest address that is no trusted proxy; "" where the connection has none."""
        client = scope.get("client")
        found = client[0] if client else ""
        for address in self._path(found, scope):
            found = _house(address)
            if not any(address in network for network in self._trusted):
                break
        return found

    def from_proxy(self, scope: Scope) -> bool:
        """Whether a trusted proxy is who connected to us."""
        try:
            nearest = ip_address((scope.get("client") or ("",))[0])
        except ValueError:
            return False
        nearest = getattr(nearest, "ipv4_mapped", None) or nearest
        return any(nearest in network for network in self._trusted)

    def _path(self, nearest: str, scope: Scope) -> Iterator[IPv4Address | IPv6Address]:
        """From us outwards, as far as it can be read."""
        told = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        for text in (nearest, *reversed(told)):
            try:
                address = ip_address(text.strip())
            except ValueError:
                return
            yield getattr(address, "ipv4_mapped", None) or address


def _house(address: IPv4Address | IPv6Address) -> str:
    return str(address) if address.version == 4 else str(ip_network((address, HOUSE_BITS), strict=False))
