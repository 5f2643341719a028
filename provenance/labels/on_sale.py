"""Whether a lot is on sale, for a county's hall and for a platform alike. Pure."""

from __future__ import annotations

from decimal import Decimal


def is_on_sale(verdict: str, left_kg: Decimal | None) -> bool:
    """`verdict` of its claim as for a new label; `left_kg` what no report says was sold, handed on or lost, None where
    somebody did not weigh. What nobody weighed is on sale until it is known to be gone."""
    return verdict == "granted" and (left_kg is None or left_kg > 0)
