"""What commands ask the portal, and the options by which they are told what it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from cli import endpoints, tokens
from cli.language import N_
from cli.web import bearer, refuse_problem, request, streamed

Json = Annotated[bool, typer.Option("--json", help="Print what the portal answers as JSON, for programs.")]

THE_PORTAL = N_("the portal")


@dataclass(frozen=True, slots=True)
class Portal:
    """Whom to ask, and with which token. `refused` heads the sentence where the answer is no."""

    url: str
    token: str = field(repr=False)

    @classmethod
    def of(cls, url: str | None, token: str | None) -> Portal:
        return cls(endpoints.portal_url(url), tokens.for_calls(token))

    def get(self, path: str, refused: str = N_("not found"), /, **query: Any) -> Any:
        """The whole answer. Raises Failure."""
        headers = bearer(self.token)
        answer = request("GET", f"{self.url}{path}", what=THE_PORTAL, headers=headers, params=query)
        refuse_problem(answer, refused)
        return answer

    def stream(
        self, path: str, query: Mapping[str, Any], refused: str = N_("not found")
    ) -> tuple[Mapping[str, str], Iterator[bytes]]:
        """Headers, and the answer as it comes. Raises Failure."""
        headers = bearer(self.token)
        return streamed(f"{self.url}{path}", what=THE_PORTAL, refused=refused, headers=headers, params=query)

    def post(
        self, path: str, body: Any, refused: str = N_("nothing was recorded"), *, also: Collection[int] = ()
    ) -> Any:
        """What it says, where the answer is yes or has one of the statuses `also`. Raises Failure."""
        answer = request("POST", f"{self.url}{path}", what=THE_PORTAL, headers=bearer(self.token), json=body)
        if answer.status_code not in also:
            refuse_problem(answer, refused)
        return answer.json()


def receipt_text(receipt: Mapping[str, Any]) -> str:
    return f"{receipt['topic']}:{receipt['partition']}:{receipt['offset']}"
