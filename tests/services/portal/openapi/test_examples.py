"""Every example of the API's description is sent to a portal, which answers what the example says.

`WRITE_EXAMPLES=1 pytest tests/services/portal/openapi` writes down what the portal answers now; read the difference.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # no types installed

from provenance.registry.records import Party
from services.portal.app import Settings, build
from services.portal.openapi.examples import FOLDER, Example, read_examples
from services.portal.openapi.parts import JSON
from services.portal.payments.ports import PaidPrice
from services.portal.telling.balances import Balance, BalanceSheet
from services.portal.telling.histories import Claim, ColdChain, ColdLeg, Completeness, RuleResult
from tests.services.portal.conftest import BRAND, GROWER, GTIN, OFFICE, STATION, STATION_SITE
from tests.services.portal.openapi.test_document import DESCRIPTION, operations
from tests.services.portal.upstream import NOW_MS, PUBLIC_URL, SESSION_KEY, Behind

EXAMPLES = read_examples()
OPERATIONS = {operation["operationId"]: (path, method, operation) for path, method, operation in operations()}
LOT = f"{GTIN}/10/P1"
HOUR = 3_600_000


@pytest.fixture
def known(world: Behind) -> Behind:
    """What the services behind the portal derive and memory does not."""
    world.records.registered += [
        Party(id=STATION, kind="station", name_zh="上庄服务站", county_code="141031"),
        Party(id=OFFICE, kind="brand_office", name_zh="中心", county_code="141031"),
        Party(id=GROWER, kind="grower", name_zh="某", county_code="141031"),
    ]
    there = {
        ("site", "9520001000317"): {"kind": "shop", "name_zh": "太原店", "name_en": "Taiyuan shop"},
        ("party", "9520001000409"): {"kind": "laboratory", "name_zh": "检测中心", "name_en": "Laboratory"},
    }
    for (kind, digits), values in there.items():
        key = f"https://id.gs1.org/{'414' if kind == 'site' else '417'}/{digits}"
        world.records.records[kind, key] = {"id": key, **values}
    mandate = {"id": "m1", "from_party": GROWER, "to_party": STATION, "actions": ["report"]}
    world.records.records["mandate", "m1"] = mandate
    world.labels.claim = Claim(verdict="granted", brand=BRAND)
    origin = RuleResult(rule="origin", outcome="passed", sentence_zh="都来自隰县。", sentence_en="All is of Xi County.")
    world.log.claims[LOT] = Claim(
        verdict="granted", brand=BRAND, brand_zh="隰县玉露香梨", brand_en="Xi County Yulu Pears", results=(origin,),
        completeness=Completeness(there=7, expected=7),
    )  # fmt: skip
    pooling = Balance(kind="lot", key=LOT, state="kept", there_kg="400", went_kg="0", left_kg="400", tolerance="0.02")
    world.log.balance_sheets[LOT] = BalanceSheet(key=LOT, balances=(pooling,), withheld=1)
    stay = ColdLeg(
        thing=LOT, from_ms=NOW_MS - HOUR, to_ms=NOW_MS, within=(STATION_SITE,), known="1", readings=6,
        least_c="0.5", most_c="1.5",
    )  # fmt: skip
    world.log.cold_chains[LOT] = ColdChain(key=LOT, verdict="kept", least_c="-1", most_c="2", readings=6, legs=(stay,))
    world.payments.prices[GTIN] = PaidPrice(
        yuan_per_kg="4.20", covered="1", confirmed="0.83", disputed="0", growers=6,
        sentence_zh="付给6户果农每公斤4.20元。", sentence_en="6 growers were paid 4.20 yuan a kilogram.",
    )  # fmt: skip
    return world


@pytest_asyncio.fixture
async def portal(known: Behind) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(public_url=PUBLIC_URL, session_key=SESSION_KEY, id_base="https://suyuan.example/")
    app = build(known.upstream(), settings, now_s=lambda: known.now_s, new_key=lambda: "5" * 32)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, headers={"accept-language": "en"}) as opened:
        yield opened


async def played(portal: httpx.AsyncClient, name: str) -> httpx.Response:
    """Called as the example says, after all that it says goes before."""
    for earlier in before(name):
        await called(portal, earlier)
    return await called(portal, name)


def before(name: str) -> list[str]:
    wanted = EXAMPLES[name].get("before", ())
    return list(dict.fromkeys(step for one in wanted for step in (*before(one), one)))


async def called(portal: httpx.AsyncClient, name: str) -> httpx.Response:
    example, (path, method, operation) = EXAMPLES[name], OPERATIONS[name]
    url = path.format(**{key: quote(value, safe="") for key, value in example.get("path", {}).items()})
    sent, headers = b"", {"authorization": f"Bearer {example.get('as', 'station')}-token", **example.get("headers", {})}
    if "body" in example:
        headers["content-type"] = next(iter(operation["requestBody"]["content"]))
        sent = (example["body"] if isinstance(example["body"], str) else json.dumps(example["body"])).encode()
    return await portal.request(method, url, params=example.get("query"), content=sent, headers=headers)


def said(answer: httpx.Response) -> Any:
    return answer.json() if answer.content else None


def written(name: str, answer: httpx.Response) -> Example:
    """The example with what was answered, in its file."""
    file = next(file for file in FOLDER.glob("*.json") if name in json.loads(file.read_text("utf-8")))
    examples = json.loads(file.read_text("utf-8"))
    body = {"answer": said(answer)} if answer.content else {}
    examples[name] = {k: v for k, v in examples[name].items() if k != "answer"} | {"status": answer.status_code} | body
    file.write_text(json.dumps(examples, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return dict(examples[name])


@pytest.mark.parametrize("name", list(EXAMPLES))
async def test_an_example_is_answered_as_it_says(name: str, portal: httpx.AsyncClient) -> None:
    answer = await played(portal, name)
    example = written(name, answer) if os.environ.get("WRITE_EXAMPLES") else EXAMPLES[name]
    assert answer.status_code == example["status"], answer.text
    assert answer.status_code < 400 or answer.status_code == 501
    valid_answer(name, said(answer))
    assert within(said(answer), example.get("answer")) == example.get("answer")


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_what_is_sent_has_the_shape_described(name: str) -> None:
    example, (_, _, operation) = EXAMPLES[name], OPERATIONS[name]
    for form in operation.get("requestBody", {}).get("content", {}).values():
        valid(example["body"], form["schema"])
    named = {one["name"] for one in operation.get("parameters", ())}
    assert {*example.get("path", ()), *example.get("query", ())} <= named


def within(answer: Any, example: Any) -> Any:
    """The answer without members that the example does not have: answers gain some, and lose none."""
    if isinstance(answer, dict) and isinstance(example, dict):
        return {name: within(answer[name], value) for name, value in example.items() if name in answer}
    if isinstance(answer, list) and isinstance(example, list) and len(answer) == len(example):
        return [within(one, other) for one, other in zip(answer, example, strict=True)]
    return answer


def valid_answer(name: str, answer: Any) -> None:
    operation = OPERATIONS[name][2]
    forms = operation["responses"][str(EXAMPLES[name]["status"])].get("content", {})
    for form in [form for media_type, form in forms.items() if media_type == JSON]:
        valid(answer, form["schema"])


def valid(value: Any, schema: Any) -> None:
    Draft202012Validator({**schema, "components": DESCRIPTION["components"]}).validate(value)


def test_whatever_is_answered_in_json_has_an_example() -> None:
    """A link of another key than a box's is answered in the same words; pages are no matter of programs."""
    asked = {name for name, (_, _, operation) in OPERATIONS.items() if answers_json(operation)}
    alike = {name for name in asked if name.startswith("link") and name != "linkBox"}
    assert asked - alike - EXAMPLES.keys() == set()
    assert EXAMPLES.keys() <= OPERATIONS.keys()


def answers_json(operation: Any) -> bool:
    """As something other than a problem."""
    forms = [form for answer in operation["responses"].values() for form in answer.get("content", ())]
    return operation["tags"] != ["Pages"] and JSON in forms
