"""A message over HTTPS to where its name leads now, and to no other place: no redirect, no private address, no proxy.

The name is looked up once and the connection goes to that very address, so that a second look-up cannot lead elsewhere;
the certificate is asked of the name.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from services.labels.listings.addresses import Network, is_public
from services.labels.listings.delivering import NotSent

TIMEOUT_S = 10.0
HTTPS = 443


@dataclass(frozen=True, slots=True)
class Poster:
    """`allowed`: private networks that may be sent to all the same, for trials. `trust`: whose certificates."""

    allowed: Sequence[Network] = ()
    trust: ssl.SSLContext | None = None

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> int:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or HTTPS
        if parts.scheme != "https" or not host:
            raise NotSent("its address is not https")
        address = await self._address(host, port)
        target = httpx.URL(url).copy_with(host=address)
        async with httpx.AsyncClient(verify=self.trust or ssl.create_default_context(), trust_env=False) as client:
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    # What the platform answers beside its status is nobody's: it is not read.
                    asked = client.build_request(
                        "POST", target, content=body, headers={**headers, "host": parts.netloc},
                        extensions={"sni_hostname": host},
                    )  # fmt: skip
                    answer = await client.send(asked, stream=True, follow_redirects=False)
                    await answer.aclose()
            except (httpx.HTTPError, TimeoutError) as error:
                raise NotSent(f"no answer: {type(error).__name__}") from error
        return answer.status_code

    async def _address(self, host: str, port: int) -> str:
        """Raises NotSent where the name leads nowhere, or anywhere that is private."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NotSent("its name leads nowhere") from error
        addresses = [str(one[4][0]) for one in found]
        if not addresses or not all(is_public(one, self.allowed) for one in addresses):
            raise NotSent("its name leads to a private address")
        return addresses[0]
