"""A registry record's name, for whoever reads it."""

from __future__ import annotations

import pytest

from services.portal import languages
from services.portal.telling.naming import name_in

ZH = languages.load().zh


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("grower", ""), ("station", "路家峪收购站")],
)
def test_a_grower_appears_by_a_public_name_only(kind: str, shown: str) -> None:
    assert name_in({"kind": kind, "name_zh": "路家峪收购站"}, ZH) == shown


def test_a_public_name_is_shown_of_everybody() -> None:
    record = {"kind": "grower", "public_name_zh": "果农06号", "name_zh": "王"}
    assert name_in(record, ZH) == "果农06号"
