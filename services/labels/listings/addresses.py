"""Which addresses on the Internet a message may be sent to: those of nobody's own network. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def read_networks(text: str) -> tuple[Network, ...]:
    """`10.0.0.0/8, 192.0.2.7`. Raises ValueError."""
    return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())


_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_GIVEN_OUT = ip_network("2000::/3")
_SPECIAL = read_networks("192.0.0.0/24, 192.88.99.0/24, 2001::/23, 3fff::/20")
_IPV4_MASK = 0xFFFFFFFF


def is_public(text: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether it is everybody's, or in a network that was allowed: an IPv4 address that is hidden in an IPv6 one
    (mapped, 6to4, Teredo, NAT64) counts as itself."""
    address = ip_address(text.partition("%")[0])
    hidden = _hidden(address)
    if any(one in network for one in (address, *hidden) for network in allowed):
        return True
    return all(_is_everybodys(one) for one in (*hidden, *([] if hidden else [address])))


def _is_everybodys(address: Address) -> bool:
    """Of IPv6 only what is given out at all; what the library of 3.11 does not know of yet is listed (RFC 6890)."""
    given_out = address.version == 4 or address in _GIVEN_OUT
    special = any(address in network for network in _SPECIAL if network.version == address.version)
    return given_out and address.is_global and not (address.is_multicast or address.is_reserved or special)


def _hidden(address: Address) -> tuple[IPv4Address, ...]:
    if isinstance(address, IPv4Address):
        return ()
    nat64 = (IPv4Address(int(address) & _IPV4_MASK),) if any(address in network for network in _NAT64) else ()
    found = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    return (*(one for one in found if one is not None), *nat64)
