"""The transparency log: what is kept of a report, the tree that others follow, and the keys to check both."""

from __future__ import annotations

from services.portal.openapi.parts import AFTER, TEXT, Json, answered, path, problems, query, told

_TAG = "Log"
_RECORD = query("record", "Record id (SHA-256) of one of the reports under this id; left out, the first.")
_PLAIN = "text/plain"
_BYTES = {**TEXT, "format": "binary"}
_MINE = (400, 401, 403, 404, 429, 503)
_OPEN = (404, 429, 503)

KEPT: Json = {
    "promise": told(TEXT, "The log's signed promise that the report will stand in it; left out where it was late."),
    "promise_at": told(TEXT, "Where the promise is to be had later."),
    "proof_at": told(TEXT, "Where the proof is, once a checkpoint of the log covers the report: within seconds."),
}
"""Of the transparency log, in the answer to a report."""


def log() -> Json:
    signed = "The log's signed promise that an event will stand in it; for who reported it"
    shown = "That an event stands in the log, to be checked without us (C2SP tlog-proof); for who sees the whole event"
    form = query("format", "text, or the text as a QR code.", enum=("text", "svg", "png"))
    proof = _read("proofOfEvent", shown, [path("event_id"), form, _RECORD, AFTER], _MINE)
    proof["responses"]["200"]["content"] |= {kind: {"schema": _BYTES} for kind in ("image/svg+xml", "image/png")}
    tile = "A tile of the tree, as `0/x001/234`, or of its entries, as `entries/000.p/17` (C2SP tlog-tiles)"
    keys = "Verifier keys of signed notes, one a line: the log's, of which the first signs, then those of labels"
    return {
        "/events/{event_id}/promise": {
            "get": _read("promiseOfEvent", signed, [path("event_id"), _RECORD, AFTER], _MINE)
        },
        "/events/{event_id}/proof": {"get": proof},
        "/log/checkpoint": {"get": _read("logCheckpoint", "The newest signed checkpoint (C2SP tlog-checkpoint)")},
        "/log/tile/{tile}": {"get": _read("logTile", tile, [path("tile")], media_type="application/octet-stream")},
        "/.well-known/signed-note-keys": {"get": _read("signedNoteKeys", keys)},
    }


def _read(
    name: str,
    summary: str,
    parameters: list[Json] | None = None,
    statuses: tuple[int, ...] = _OPEN,
    *,
    media_type: str = _PLAIN,
) -> Json:
    schema = TEXT if media_type == _PLAIN else _BYTES
    return {
        "tags": [_TAG],
        "operationId": name,
        "summary": summary,
        "parameters": parameters or [],
        "responses": {"200": answered(summary.partition(";")[0] + ".", schema, media_type), **problems(*statuses)},
    }
