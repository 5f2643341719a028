"""The import rules of `.importlinter`, and the two they cannot say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.architecture.tree import ROOT, product_modules


def test_the_layers_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / ".importlinter"), cache_dir=str(ROOT / "build/cache/imports"))
    assert status == 0, capsys.readouterr().out


def test_no_file_of_handlers_is_left_out_of_the_rules_for_pure_ones() -> None:
    """A wildcard of import-linter stands for a whole name: `services.*.handlers` are those at the top of a service."""
    rules = (ROOT / ".importlinter").read_text()
    handlers = [path for path in product_modules() if path.parts[0] == "services" and path.stem.startswith("handlers")]
    handlers = [path for path in handlers if len(path.parts) > 3 or path.stem != "handlers"]
    assert len(handlers) > 3
    assert [path for path in handlers if f"    {'.'.join(path.with_suffix('').parts)}\n" not in rules] == []


def test_faust_is_imported_by_the_consumer_alone() -> None:
    importers = {str(path) for path in product_modules() if {"faust", "mode"} & set(imported(path))}
    assert importers <= {"stream/consumer.py"}


def test_the_product_never_imports_how_it_is_deployed_or_tested() -> None:
    outward = {"deploy", "tests", "bench"}
    offenders = [p for p in product_modules() if p.parts[0] not in outward and outward & set(imported(p))]
    assert offenders == []


def imported(path: Path) -> Iterator[str]:
    """Top-level packages that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
