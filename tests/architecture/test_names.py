"""Names that say nothing are not used, and names that only this machine knows are not committed."""

import ast
import re

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
