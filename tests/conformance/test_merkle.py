"""Proofs of the transparency-dev project, right and damaged, and its reference trees."""

import json
from base64 import b64decode
from typing import Any

import pytest

from provenance import merkle
from tests.material import shared


def _cases(name: str) -> list[dict[str, Any]]:
    return json.loads(shared(f"oracles/merkle/{name}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _hashes(case: dict[str, Any], *names: str) -> list[bytes]:
    return [b64decode(case[name] or "") for name in names]


def _proof(case: dict[str, Any]) -> list[bytes]:
    return [b64decode(one) for one in case["proof"] or ()]


def _name(case: dict[str, Any]) -> str:
    return str(case["case"])


@pytest.mark.parametrize("case", _cases("inclusion"), ids=_name)
def test_an_entry_is_found_where_its_proof_says(case: dict[str, Any]) -> None:
    leaf, root = _hashes(case, "leafHash", "root")
    found = merkle.verify_inclusion(leaf, case["leafIdx"], case["treeSize"], _proof(case), root)
    assert found is not case["wantErr"]


@pytest.mark.parametrize("case", _cases("consistency"), ids=_name)
def test_a_log_that_grew_is_told_from_one_that_was_rewritten(case: dict[str, Any]) -> None:
    old, new = _hashes(case, "root1", "root2")
    grew = merkle.verify_consistency(case["size1"], case["size2"], _proof(case), old, new)
    assert grew is not case["wantErr"]
