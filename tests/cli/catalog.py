"""The sentences that stand in the command's source, as gettext tools find them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CLI = Path(__file__).parents[2] / "cli"
_MARKS = frozenset({"N_", "say"})
_PRINTING = frozenset({"print", "print_progress", "agree", "Failure", "NotKnown", "NoService"})
_IN_HELP = frozenset({"help", "metavar"})
_SQL = re.compile(r"\s*(create|insert|select|update|delete) [a-z]+,? ")
_WORDS = re.compile(r"[A-Za-z'’]{2,}[,:;]? [a-z'’]{2,}")


def found_messages() -> set[str]:
    """Every text marked with N_, said with say, or said by way of a name just before."""
    return {text for path in _sources() for text in _in(path)}


def _in(path: Path) -> Iterator[str]:
    tree = _tree(path)
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


def sentences() -> set[str]:
    """Every text of two words in a row; neither documentation nor help nor SQL."""
    texts = {text for path in _sources() for text in _texts(_tree(path))}
    return {text for text in texts if _WORDS.search(text) and not _SQL.match(text)}


def printed_as_it_stands() -> set[str]:
    """Words that a person is shown although nothing looked for their Chinese."""
    calls = (node for path in _sources() for node in ast.walk(_tree(path)) if isinstance(node, ast.Call))
    shown = (call.args[0] for call in calls if getattr(call.func, "id", "") in _PRINTING and call.args)
    return {text for given in shown for text in _constants(given) if re.search("[A-Za-z]{2}", text)}


def _sources() -> list[Path]:
    return sorted(CLI.rglob("*.py"))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _texts(tree: ast.Module) -> Iterator[str]:
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    silent |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg in _IN_HELP}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


def _constants(given: ast.expr) -> Iterator[str]:
    """Of a text that is written down, or put together of some that are."""
    parts = given.values if isinstance(given, ast.JoinedStr) else [given]
    yield from (one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))
