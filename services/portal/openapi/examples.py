"""Worked examples: a call and its answer for each operation, which a test plays and compares.

`examples/<name>.json`: by operation id `path`, `query`, `body` (text where it is not JSON), and the `status` and
`answer` to it; `before` are the operations that are called first, `as` the roles of who calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.portal.openapi.parts import Json

FOLDER = Path(__file__).with_name("examples")

Example = Mapping[str, Any]


def read_examples() -> dict[str, Example]:
    """By operation id, in the order of the files."""
    files = sorted(FOLDER.glob("*.json"))
    return {name: one for file in files for name, one in json.loads(file.read_text("utf-8")).items()}


def with_examples(paths: Json) -> Json:
    examples = read_examples()
    for operation in (operation for methods in paths.values() for operation in methods.values()):
        if example := examples.get(operation["operationId"]):
            _put_into(operation, example)
    return paths


def _put_into(operation: Json, example: Example) -> None:
    given = {**example.get("path", {}), **example.get("query", {}), **example.get("headers", {})}
    named = operation.get("parameters", [])
    operation["parameters"] = [one | {"example": given[one["name"]]} if one["name"] in given else one for one in named]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["example"] = example["body"]
    content = operation["responses"].get(str(example["status"]), {}).get("content", {})
    for media_type, form in content.items():
        if media_type != "text/html" and "answer" in example:
            form["example"] = example["answer"]
            break
