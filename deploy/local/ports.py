"""Free ports for tests, whether a port is taken, and by whom."""

import os
import random
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

# Below the range from which the kernel takes ports for outgoing connections (32768 and up), so that a broker that is
# killed finds its port free when it comes back.
_LOWEST, _HIGHEST = 21000, 31999

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTEN = "0A"


def taken(port: int, host: str = "127.0.0.1") -> bool:
    """True when a server cannot be opened there; connections that linger from an earlier server do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def free_port() -> int:
    """A port nobody listens on at this moment."""
    while taken(port := random.randint(_LOWEST, _HIGHEST)):  # noqa: S311 - no secret
        pass
    return port


def held(port: int, group: int) -> bool | None:
    """Whether the process `group` or a child of it listens there; None when nobody does, or this is not Linux.

    Sockets that were opened or closed while we looked say nothing: a process may be changing one for another.
    """
    before = _listening(port)
    opened = {_target(descriptor) for member in _members(group) for descriptor in _descriptors(member)}
    lasting = before & _listening(port)
    return not lasting.isdisjoint(opened) if lasting and opened else None


def _members(group: int) -> Iterator[Path]:
    """What supervisord starts leads a process group, to which its children belong."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getpgid(int(process.name)) == group:
                yield process


def _descriptors(process: Path) -> Sequence[Path]:
    try:
        return list((process / "fd").iterdir())
    except OSError:
        return []


def _listening(port: int) -> frozenset[str]:
    """The sockets, as proc(5) tells them: fields 1 (address:port in hexadecimal), 3 (state) and 9 (inode)."""
    lines = [line.split() for table in _TABLES if table.exists() for line in table.read_text().splitlines()[1:]]
    return frozenset(f"socket:[{of[9]}]" for of in lines if of[1].endswith(f":{port:04X}") and of[3] == _LISTEN)


def _target(descriptor: Path) -> str:
    """The empty string when it was closed meanwhile."""
    try:
        return str(descriptor.readlink())
    except OSError:
        return ""
