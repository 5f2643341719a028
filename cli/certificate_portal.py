"""What the commands about certificates ask the portal, and the options they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import endpoints, tokens
from cli.language import N_
from cli.web import bearer, refuse_problem, request

Code = Annotated[str, typer.Argument(metavar="CODE", help="Its number as printed, its code (GDTI) or its address.")]
Json = Annotated[bool, typer.Option("--json", help="Print what the portal answers as JSON, for programs.")]


@dataclass(frozen=True, slots=True)
class Portal:
    url: str
    token: str = field(repr=False)

    def get(self, path: str, **query: Any) -> Any:
        headers = bearer(self.token)
        answer = request("GET", f"{self.url}{path}", what=N_("the portal"), headers=headers, params=query)
        refuse_problem(answer, N_("not found"))
        return answer

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        given = {name: value for name, value in body.items() if value not in (None, "", [], {})}
        headers = bearer(self.token)
        answer = request("POST", f"{self.url}{path}", what=N_("the portal"), headers=headers, json=given)
        refuse_problem(answer, N_("nothing was recorded"))
        return answer.json()


def portal_of(url: str | None, token: str | None) -> Portal:
    return Portal(endpoints.portal_url(url), tokens.for_calls(token))


def path_of(code: str) -> str:
    return f"/api/certificates/{quote(code, safe='')}"


def receipt_text(receipt: Mapping[str, Any]) -> str:
    return f"{receipt['topic']}:{receipt['partition']}:{receipt['offset']}"
