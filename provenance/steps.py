"""Our own business steps and names: URIs in our namespace, as CBV 2.0 (7.1) allows where it has no word."""

from functools import lru_cache
from urllib.parse import quote

NAMESPACE = "https://ns.suyuan.example/"
"""Namespace of our vocabulary; prefix `suyuan` in documents we write."""

APPLYING_INPUT = NAMESPACE + "BizStep-applying_input"
CERTIFYING = NAMESPACE + "BizStep-certifying"
POOLING = NAMESPACE + "BizStep-pooling"


CERTIFIED = f"{NAMESPACE}certified/"


@lru_cache(maxsize=1 << 14)
def certified(id: str) -> str:
    """The key under which the certifying events about `id` are found: a certificate, or anything in its scope.

    A name of its own, because a packing house's number is on every event that ever happened there, and a certificate's
    on every delivery made under it: reading a certificate's few states must not read those.
    """
    return f"{CERTIFIED}{quote(id, safe='')}"


def substance(name: str) -> str:
    """The class of goods that a substance used up is of, where nobody knows which product it was."""
    return f"{NAMESPACE}substance/{quote(name, safe='')}"
