"""Whether a URI that looks like a GS1 key keeps GS1's own rules.

Owns the question which URIs look like one; `epcis.identifiers` and `epcis.digital_link` know the rules themselves.
Any other URI is as good a name as a GS1 key (EPCIS 2.0, 6.4): it is nobody's business here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from epcis.identifiers import IdentifierError, parse

_LOOKS_LIKE_GS1 = re.compile(
    r"urn:epc:(?:id|class|idpat):(?:sgtin|lgtin|sscc|sgln|pgln|grai|giai|gdti):"
    r"|https?://[^/?#]+(?:/[^?#]*)?/(?:00|01|253|414|417|8003|8004)/",
    re.IGNORECASE,
)


@lru_cache(maxsize=65536)
def gs1_problem(uri: str) -> str | None:
    """What GS1 rule the URI breaks, None when it breaks none or is no GS1 key at all."""
    if _LOOKS_LIKE_GS1.match(uri) is None:
        return None
    try:
        parse(uri)
    except IdentifierError as error:
        return str(error)
    return None
