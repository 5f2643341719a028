"""The unit tests of the GS1 Barcode Syntax Engine, half of them: what is a Digital Link, and its element string."""

import json
from typing import Any

import pytest

from epcis import digital_link
from tests.material import shared

_CASES: list[dict[str, Any]] = json.loads(shared("oracles/digital_link/parse.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["uri"] or "nothing")
def test_a_link_is_read_as_the_gs1_syntax_engine_reads_it(case: dict[str, Any]) -> None:
    if case["valid"]:
        assert digital_link.parse(case["uri"]).element_string == case["elements"]
    else:
        with pytest.raises(digital_link.DigitalLinkError):
            digital_link.parse(case["uri"])
