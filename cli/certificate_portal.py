"""How the portal is asked about a certificate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

import typer

Code = Annotated[str, typer.Argument(metavar="CODE", help="Its number as printed, its code (GDTI) or its address.")]


def path_of(code: str) -> str:
    return f"/api/certificates/{quote(code, safe='')}"


def filled(body: Mapping[str, Any]) -> dict[str, Any]:
    """Without the fields of its form that are empty."""
    return {name: value for name, value in body.items() if value not in (None, "", [], {})}
