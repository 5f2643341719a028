"""Whether a URI that looks like a GS1 key keeps GS1's own rules.

Owns the question which URIs look like one; `epcis.identifiers` knows the rules themselves. Any other URI is as good a
name as a GS1 key (EPCIS 2.0, 6.4): it is nobody's business here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from epcis.check_digits import has_check_digit
from epcis.identifiers import canonical, problem

_LOOKS_LIKE_GS1 = re.compile(
    r"urn:epc:(?:id|class|idpat):"
    r"|https?://[^/?#]+(?:/[^?#]*)?/(?:00|01|253|255|414|417|8003|8006|8010|8017|8018)/[0-9]",
    re.IGNORECASE,
)
_LONGEST_KEPT = 256  # no GS1 key is longer; a cache must not fill with what a sender makes long
# The commonest keys, of which a check digit decides; `problem` says the same of them, more slowly.
_COMMON = re.compile(
    r"https://id\.gs1\.org/(?:01/([0-9]{14})(?:/(?:10|21)/[A-Za-z0-9._-]{1,20})?|00/([0-9]{18})|41[47]/([0-9]{13}))"
)


def gs1_problem(uri: str) -> str | None:
    """What GS1 rule the URI breaks, None when it breaks none or is no GS1 key at all."""
    if _LOOKS_LIKE_GS1.match(uri) is None:
        return None
    common = _COMMON.fullmatch(uri)
    if common is not None and has_check_digit(common[common.lastindex or 0]):
        return None
    return _judged(uri) if len(uri) <= _LONGEST_KEPT else problem(uri)


@lru_cache(maxsize=16384)
def _judged(uri: str) -> str | None:
    # What has another canonical spelling was understood, and the hash will want that spelling too.
    return problem(uri) if canonical(uri) == uri else None
