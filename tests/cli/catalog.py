"""The sentences that stand in the command's source, as gettext tools find them."""

import ast
from collections.abc import Iterator
from pathlib import Path

CLI = Path(__file__).parents[2] / "cli"
_MARKS = frozenset({"N_", "say"})


def found_messages() -> set[str]:
    """Every text marked with N_, said with say, or said by way of a name just before."""
    return {text for path in sorted(CLI.glob("*.py")) for text in _in(path)}


def _in(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef | ast.Module):
            yield from _marked(scope, _named(scope) if isinstance(scope, ast.FunctionDef) else {})


def _named(function: ast.FunctionDef) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value.value)
    return found


def _marked(scope: ast.AST, named: dict[str, list[object]]) -> Iterator[str]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKS and node.args:
            given = node.args[0]
            texts = [given.value] if isinstance(given, ast.Constant) else named.get(getattr(given, "id", ""), [])
            yield from (text for text in texts if isinstance(text, str) and text)
