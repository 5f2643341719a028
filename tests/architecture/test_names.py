"""Names that say nothing are not used, and names that only this machine knows are not committed."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import ROOT, committed, product_modules

SAYS_NOTHING = {"common", "utils", "util", "helpers", "helper", "misc", "base", "core", "lib", "shared"}
EMPTY_TITLES = re.compile(r"(Manager|Helper|Util|Utils|Impl|Info)$")

# Written in two halves, as this file is committed too.
HOSTS = (("py", "pi.org"), ("pythonhosted", ".org"), ("repo1.", "maven"), ("repo.", "maven"), ("registry.", "npmjs"))
MORE_HOSTS = (("proxy.", "golang"), ("static.", "crates"), ("deb.", "debian"))
PATHS = (("/work", "/main"), ("/work", "/shared"), ("/root", "/"))
UNSAYABLE = ["".join(halves) for halves in HOSTS + MORE_HOSTS + PATHS]


def test_no_folder_or_file_has_a_name_that_says_nothing() -> None:
    nameless = [path for path in committed() if SAYS_NOTHING & {part.split(".")[0] for part in path.parts}]
    assert nameless == []


def test_no_class_is_called_manager_helper_or_the_like() -> None:
    titles = [
        f"{path}: {node.name}"
        for path in product_modules()
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.ClassDef) and EMPTY_TITLES.search(node.name)
    ]
    assert titles == []


@pytest.mark.parametrize("word", UNSAYABLE)
def test_no_committed_file_names_a_package_registry_or_a_path_of_one_machine(word: str) -> None:
    found = [str(path) for path in committed() if word.encode() in (ROOT / path).read_bytes()]
    assert found == []


def test_every_module_says_in_its_first_line_what_it_owns() -> None:
    silent = [
        str(path)
        for path in product_modules()
        if (text := (ROOT / path).read_text()) and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_what_a_docstring_names_in_backticks_is_there() -> None:
    """A word of several parts, or one behind a module of ours: modules are moved, and their readers go on looking."""
    modules = [ROOT / path for path in product_modules()]
    trees = {path: ast.parse(path.read_text()) for path in modules}
    files = {word for path in committed() for word in (*path.parts[:-1], path.stem, path.suffix.strip("."))}
    known = files | {word for tree in trees.values() for word in _words(tree)}
    gone = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, tree in trees.items()
        for text in _docstrings(tree)
        for name in re.findall(r"`+([a-z]+(?:[_.][a-z]+)+)`+", text)
        if not set(name.split(".")) <= known
    ]
    assert "\n".join(gone) == ""


def _docstrings(tree: ast.AST) -> Iterator[str]:
    """Texts that stand for themselves: of modules, classes and functions, and those under a constant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def _words(tree: ast.AST) -> Iterator[str]:
    """Every name of the code, and every word in its texts: columns, fields of others' documents."""
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "module", "asname"):
            if isinstance(named := getattr(node, field, None), str):
                yield from re.split(r"[.]", named)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield from re.findall(r"\w+", node.value)
