"""A document is cut into parts that lose nothing, and an interrupted capture remembers how far it came."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli import capture_parts
from cli.capture_parts import Bookmark, parts
from epcis.documents import event_list

_NOW = datetime(2026, 9, 12, tzinfo=UTC)
_CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"agri": "https://ns.example.cn/agri/"}]


def _event(number: int) -> dict[str, Any]:
    return {"type": "ObjectEvent", "eventID": f"urn:uuid:{number}", "agri:梨": 0.1 + number}


def _capture_document(count: int) -> dict[str, Any]:
    body = {"eventList": [_event(number) for number in range(count)]}
    return {"@context": _CONTEXT, "type": "EPCISDocument", "sender": "x", "epcisBody": body}


def _query_document(count: int) -> dict[str, Any]:
    results = {"queryName": "q", "resultsBody": {"eventList": [_event(number) for number in range(count)]}}
    return {"@context": _CONTEXT, "type": "EPCISQueryDocument", "epcisBody": {"queryResults": results}}


@pytest.mark.parametrize("document", [_capture_document(1201), _query_document(1201)], ids=["capture", "query"])
def test_the_parts_together_hold_every_event_in_order(document: dict[str, Any]) -> None:
    cut = list(parts(document, _NOW))
    bodies = [json.loads(part.body) for part in cut]
    assert [part.events for part in cut] == [500, 500, 201]
    assert [part.first for part in cut] == [0, 500, 1000]
    assert [event for body in bodies for event in event_list(body) or ()] == event_list(document)


def test_every_part_is_a_document_with_what_the_whole_one_said() -> None:
    document = _capture_document(501)
    for part in parts(document, _NOW):
        body = json.loads(part.body)
        assert {**body, "epcisBody": None} == {**document, "epcisBody": None}


def test_a_part_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_parts, "PART_BYTES", 200)
    cut = list(parts(_capture_document(10), _NOW))
    assert len(cut) > 3
    assert sum(part.events for part in cut) == 10


def test_a_bare_event_gets_a_document_around_it() -> None:
    (part,) = parts({"@context": _CONTEXT, **_event(1)}, _NOW)
    body = json.loads(part.body)
    assert body["creationDate"] == "2026-09-12T00:00:00.000+00:00"
    assert (body["type"], body["@context"]) == ("EPCISDocument", _CONTEXT)


def test_a_bookmark_is_kept_until_the_file_is_through(tmp_path: Path) -> None:
    bookmark = Bookmark.of(tmp_path / "cli", "http://127.0.0.1:8600", b"{}")
    assert bookmark.read() == 0
    bookmark.write(500)
    assert Bookmark.of(tmp_path / "cli", "http://127.0.0.1:8600", b"{}").read() == 500
    bookmark.remove()
    assert bookmark.read() == 0


def test_another_portal_or_another_content_has_a_bookmark_of_its_own(tmp_path: Path) -> None:
    Bookmark.of(tmp_path, "http://a", b"{}").write(500)
    assert Bookmark.of(tmp_path, "http://b", b"{}").read() == 0
    assert Bookmark.of(tmp_path, "http://a", b"{ }").read() == 0
