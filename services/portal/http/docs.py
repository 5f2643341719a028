"""`/openapi.json` and `/docs`: the API described for programs and, from the same value, for people."""

from __future__ import annotations

import json
from typing import Any

import orjson
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.openapi.document import describe
from services.portal.pages import Pages
from services.portal.signing_in.callers import Callers


class Docs:
    def __init__(self, *, callers: Callers, pages: Pages, public_url: str) -> None:
        self._callers = callers
        self._pages = pages
        self._description = describe(public_url)
        self._bytes = orjson.dumps(self._description)

    def routes(self) -> list[Route]:
        return [Route("/openapi.json", self.json, methods=["GET"]), Route("/docs", self.page, methods=["GET"])]

    async def json(self, request: Request) -> Response:
        return Response(self._bytes, headers={"Access-Control-Allow-Origin": "*"}, media_type="application/json")

    async def page(self, request: Request) -> Response:
        caller = await self._callers.person(request)
        return self._pages.render(
            request,
            "docs.html",
            caller,
            api=self._description,
            sections=sections(self._description),
            body_of=body_of,
            example_of=example_of,
            prose=prose,
        )


def prose(text: str) -> Markup:
    """What stands between backticks as code; everything else as the text it is."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts))


def sections(description: dict[str, Any]) -> list[tuple[dict[str, Any], list[tuple[str, str, dict[str, Any]]]]]:
    """(tag, [(METHOD, path, operation)]) in the order of the tags."""
    listed = [
        (method.upper(), path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    return [(tag, [row for row in listed if tag["name"] in row[2]["tags"]]) for tag in description["tags"]]


def body_of(operation: dict[str, Any]) -> dict[str, Any]:
    """The schema of an operation's body; empty where it has none."""
    content = operation.get("requestBody", {}).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema


def example_of(operation: dict[str, Any]) -> list[str]:
    """What an operation's worked example sends and what is answered, each as it would be written; empty without one."""
    sent = list(operation.get("requestBody", {}).get("content", {}).values())
    answers = [form for answer in operation["responses"].values() for form in answer.get("content", {}).values()]
    return [_written(form["example"]) for form in (*sent, *answers) if "example" in form]


def _written(example: Any) -> str:
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
