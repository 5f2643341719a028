"""The description of the API and the portal's own table of routes say the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Match, Route

from runtime.health import Health
from services.portal.http.docs import sections
from services.portal.http.probes import Probes
from services.portal.openapi.document import describe
from tests.services.portal.upstream import PUBLIC_URL, Behind

DESCRIPTION = describe(PUBLIC_URL)
SILENT = {"HEAD", "OPTIONS"}
"""HEAD is a GET, and OPTIONS says of itself what it says."""

REFUSING = ("_not_allowed.", "_not_here", "by_numbers")
"""Routes that only say why there is nothing, 405 and 501, or where withdrawn spellings of a Digital Link lead."""

Call = tuple[str, str]


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


@pytest.fixture
def routes(world: Behind) -> list[Route]:
    """As the process has them."""
    return [*world.app().routes, *Probes(Health()).routes()]


def taken_by(routes: list[Route], method: str, path: str) -> Route | None:
    """Which route a call goes to, as the framework decides it."""
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
    return next((route for route in routes if route.matches(scope)[0] is Match.FULL), None)


def answering(routes: list[Route]) -> set[Call]:
    return {
        (method, route.path)
        for route in routes
        for method in (route.methods or {"GET"}) - SILENT
        if not any(word in route.endpoint.__qualname__ for word in REFUSING)
    }


def test_every_route_is_described_and_nothing_else(routes: list[Route]) -> None:
    found = {(path, method): taken_by(routes, method, path) for path, method, _ in operations()}
    assert [call for call, route in found.items() if route is None] == [], "described, and no route takes them"
    described = {(method, route.path) for (_, method), route in found.items() if route is not None}
    assert answering(routes) - described == set(), "routes that services/portal/openapi does not describe"


def test_every_operation_has_a_name_of_its_own_and_stands_on_the_page() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))
    listed = [operation["operationId"] for _, rows in sections(DESCRIPTION) for _, _, operation in rows]
    assert sorted(listed) == sorted(names)


def test_every_variable_of_an_address_is_described() -> None:
    for path, _, operation in operations():
        named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert named == {part.split("}")[0] for part in path.split("{")[1:]}, path
