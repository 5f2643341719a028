"""Whoever tries one code after another that is none has to wait: only misses count, so a village behind one address
that scans what it bought is never stopped.

Of a code alone it is not even said whether it is a label's while its network waits: a hit would be worth the tries. A
signed link is answered always, for nobody guesses a signature.
"""

from __future__ import annotations

import math

from starlette.requests import Request

from provenance.scans.scan import truncated
from services.portal.http.addresses import Addresses
from services.portal.http.problems import HttpProblem
from services.portal.http.rate_limit import RateLimit
from services.portal.sentences import N_, say

MISSES_AT_ONCE, MISSES_A_MINUTE = 60, 20
"""Of a network: more than a village mistypes, and nothing beside the 30^11 codes there could be."""
TYPED_WRONG = say(
    N_("Too many wrong codes came from your network. Scan the square on the label, or type the code again in a minute.")
)


class Guessing:
    """`misses` is a bucket of them for each network, of bounded size."""

    def __init__(self, *, misses: RateLimit, addresses: Addresses) -> None:
        self._misses = misses
        self._addresses = addresses

    def check(self, request: Request) -> None:
        """Before a code without a signature is looked up. Raises HttpProblem 429."""
        if wait_s := self._misses.wait_s(self._network(request), takes=0):
            headers = {"Retry-After": str(math.ceil(wait_s))}
            raise HttpProblem(429, "ImplementationException", str(TYPED_WRONG), headers=headers, sentence=TYPED_WRONG)

    def missed(self, request: Request) -> None:
        self._misses.wait_s(self._network(request))

    def _network(self, request: Request) -> str:
        return network_of(self._addresses, request)


def network_of(addresses: Addresses, request: Request) -> str:
    """The truncated address of the sender; as it is, where it is none."""
    address = addresses.of(request.scope).partition("/")[0]
    try:
        return truncated(address)
    except ValueError:
        return address
