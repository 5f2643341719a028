"""Services have one shape, so that two of them cannot be told apart until one reads the nouns."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_imports import imported
from tests.architecture.tree import ROOT, product_modules

LAYERS = {"__init__", "__main__", "rpc", "topology", "mongo", "config", "handlers", "ports", "domain"}
CAPTURING = ("harvest", "quality", "shipping")
ROLES = ("project", "serve")  # of traceability: each an entry point of its own
MOST_LINES_OF_WIRING = 50


def modules_of(service: str | None = None) -> Iterator[Path]:
    for path in product_modules():
        if path.parts[0] == "services" and len(path.parts) > 2 and service in (None, path.parts[1]):
            yield path


@pytest.mark.parametrize("service", CAPTURING)
def test_a_service_that_only_captures_has_only_files_named_after_layers(service: str) -> None:
    assert {path.stem for path in modules_of(service)} <= LAYERS


def test_every_service_has_a_start_and_settings() -> None:
    started = {path.parts[1] for path in modules_of() if path.stem in ("__main__", *ROLES)}
    settled = {path.parts[1] for path in modules_of() if path.stem == "config" or takes_common_settings(path)}
    every = {path.parts[1] for path in modules_of()}
    assert every == started == settled


def takes_common_settings(path: Path) -> bool:
    """Those of every service that publishes what it is told by gRPC."""
    return path.stem == "__main__" and "from runtime.publishing_config import" in (ROOT / path).read_text()


def test_the_start_of_a_service_is_wiring_and_short() -> None:
    long = {
        str(path): n for path in modules_of() if path.stem == "__main__" and (n := wiring(path)) > MOST_LINES_OF_WIRING
    }
    assert long == {}


def wiring(path: Path) -> int:
    """Lines after the last import."""
    body = ast.parse((ROOT / path).read_text()).body
    imports = [node.end_lineno or 0 for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    return len((ROOT / path).read_text().splitlines()) - max(imports, default=0)


def test_calls_between_services_are_made_and_answered_in_rpc_alone() -> None:
    assert [path for path in modules_of() if "grpc" in imported(path) and path.stem != "rpc"] == []


def test_only_an_entry_point_reads_the_environment() -> None:
    readers = [path for path in modules_of() if "os.environ" in (ROOT / path).read_text() and not is_entry_point(path)]
    assert readers == []


def is_entry_point(path: Path) -> bool:
    return '__name__ == "__main__"' in (ROOT / path).read_text()
