"""Free ports for tests, and whether a port is taken."""

import random
import socket

# Below the range from which the kernel takes ports for outgoing connections (32768 and up), so that a broker that is
# killed finds its port free when it comes back.
_LOWEST, _HIGHEST = 21000, 31999


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
