"""What people and devices report: the commands, a logger's file, corrections."""

from __future__ import annotations

from services.portal.correcting.words import REASONS
from services.portal.openapi.log import KEPT
from services.portal.openapi.parts import (
    AFTER,
    ANYTHING,
    NUMBER,
    TEXT,
    TIME,
    Json,
    answered,
    get,
    many,
    post,
    query,
    record,
    told,
)
from services.portal.openapi.shapes import RECEIPT
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.fields import Command, Entry, Field

_TAG = "Reports"
_UUID: Json = {**TEXT, "format": "uuid"}
_REPORTED = record(
    {
        "event_id": TEXT,
        "code": told(TEXT, "What the event is about."),
        "receipt": RECEIPT,
        **KEPT,
        "warnings": told(many(TEXT), "What to look at again, in the caller's language; all of it is recorded."),
        "event": ANYTHING,
    },
    ("event_id", "code", "receipt", "warnings", "event"),
)


def reports() -> Json:
    return {**_commands(), "/api/readings": {"post": _readings()}, "/api/corrections": _corrections()}


def _commands() -> Json:
    return {f"/api/{noun}": {"post": _command(command)} for noun, command in COMMANDS.items()}


def _command(command: Command) -> Json:
    said = "A UUID of your own: the same report again is harmless, another under it is 409. `at` is needed with it."
    properties = {"event_id": told(_UUID, said), **{entry.name: _entry(entry) for entry in command.entries}}
    schema = record(properties, [entry.name for entry in command.entries if _is_required(entry)])
    recorded = {"201": answered("Recorded.", _REPORTED)}
    return post(_TAG, command.noun, command.title, schema, recorded, besides=(409,), description=command.lead)


def _readings() -> Json:
    device = query("device", "The logger.", required=True)
    parameters = [
        device,
        query("goods", "The pallet, truck or goods it was with; else `site`."),
        query("site", "The room it hung in; else `goods`."),
        query("unit", "Of temperatures without one of their own.", enum=["CEL", "FAH", "KEL"]),
        query("sure", "`1` where half of the readings are below -10 or above 50 °C, and are right.", enum=["1"]),
    ]
    rows = told(TEXT, "Columns `time` and `temperature`, and `unit`, `humidity` where there are.")
    counts = {
        "readings": told(NUMBER, "In the file, each once."),
        "new": NUMBER,
        "doubles": told(NUMBER, "Rows that stand in the file twice."),
        "there": told(NUMBER, "Recorded before."),
        "taken_back": told(NUMBER, "Recorded and taken back before; sent again they stay so."),
    }
    events = {"event_ids": many(TEXT), "captures": told(many(TEXT), "Where the jobs are."), "warnings": many(TEXT)}
    taken = record(counts | events, ("readings", "captures"))
    summary = "A logger's file: all of it, or nothing where a row has a fault"
    answers = {"202": answered("Taken, as capture jobs.", taken)}
    return post(_TAG, "readings", summary, rows, answers, parameters=parameters, media_type="text/csv")


_WARNED = record({"warnings": many(TEXT)}, ("warnings",))
_VERSIONS = many(record({"event_id": TEXT, "text": TEXT}))
_LOOKED = record(
    {
        "event_id": TEXT,
        "title": TEXT,
        "lines": many(record({"label": TEXT, "text": TEXT})),
        "declared": told(many(TEXT), "Who called it wrong, when and why."),
        "counts": told({"type": "boolean"}, "Whether your word on it does; else it is shown as a dispute."),
        "is_whole": told({"type": "boolean"}, "Whether you see all of it; nobody takes back what he sees in part."),
        "corrected_by": told(many(TEXT), "Event ids of what counts in its place."),
        "counting": told(_VERSIONS, "The reports that count now."),
        "left": told(_VERSIONS, "Those that count once it is taken back."),
        "command": told(TEXT, "Where you may correct it: the command that reports such a thing."),
        "fields": told(many(TEXT), "The names of all fields of that command."),
        "report": told(ANYTHING, "The fields of that command, as they would have been typed."),
    },
    ("event_id", "title", "lines", "counts"),
)


def _corrections() -> Json:
    fields = "The fields of its command that are to be different; the others stay. Left out, it is only taken back."
    declared_at = "When it was found wrong; give it, so that sending again is the same. Now where it is left out."
    body = record(
        {
            "corrects": told(TEXT, "The event id of the report that is wrong."),
            "reason": {"enum": list(REASONS), "description": "CBV error reason; left out, the one that fits."},
            "report": told(ANYTHING, fields),
            "event_id": told(_UUID, "A UUID of your own for the corrected report."),
            "declared_at": told(TIME, declared_at),
            "seen": told(many(TEXT), "The `warnings` that a person was shown; [] to be told them first."),
            "after": told(many(TEXT), "Receipts that must be applied first."),
        },
        ("corrects",),
    )
    description = (
        "Its reporter's word counts, an inspector's and the operator's; anybody else's is shown as a dispute, and "
        "`counts` is false. The corrected report is recorded before the declaration that names it. What was corrected "
        "already is 409, with `correctedBy`. `warnings` are what its form asks before it records: recorded all the "
        "same, unless `seen` is given and lacks one; then nothing is, and the answer is 200."
    )
    kept = {name: of for name, of in KEPT.items() if name != "promise"}
    declaration = {"event_id": TEXT, "counts": {"type": "boolean"}, "receipt": RECEIPT, **kept}
    declared = record(declaration, ("event_id", "counts"))
    said = {"event_id": TEXT, "code": TEXT, "receipt": RECEIPT, **KEPT, "event": ANYTHING, "location": TEXT}
    corrected = record(said)
    counting = record({"event_id": TEXT, "code": TEXT, "event": ANYTHING, "location": TEXT})
    now = told(many(counting), "What counts from now on: the corrected report, or what was reported before.")
    warnings = told(many(TEXT), "What looks wrong, in your language.")
    answer = record(
        {"declared": declared, "corrected": corrected, "counting": now, "warnings": warnings}, ("declared",)
    )
    answers = {
        "200": answered("Nothing is recorded: show these, and send it again with them as `seen`.", _WARNED),
        "201": answered("Recorded.", answer),
    }
    summary = "Take a report back, or correct it"
    send = post(_TAG, "corrections", summary, body, answers, besides=(404, 409), description=description)
    event = query("event", "The event id of the report.", required=True)
    look = "What a report was, whose word on it counts, and the fields to correct it with"
    return {"get": get(_TAG, "correctable", look, [event, AFTER], _LOOKED), "post": send}


def _is_required(entry: Entry) -> bool:
    return entry.required if isinstance(entry, Field) else entry.least > 0


def _entry(entry: Entry) -> Json:
    if isinstance(entry, Field):
        return _field(entry)
    inner = {one.name: _field(one) for one in entry.fields}
    needed = [one.name for one in entry.fields if one.required]
    return many(record(inner, needed), description=entry.label, minItems=entry.least)


def _field(one: Field) -> Json:
    schema: Json = {"type": ["string", "number"] if one.widget == "number" else "string"}
    if one.widget == "lines":
        schema = {"oneOf": [{"type": "array", "items": TEXT}, TEXT]}
    if one.choices:
        schema["enum"] = [value for value, _ in one.choices]
    if one.default:
        schema["default"] = one.default
    if one.example:
        schema["examples"] = [one.example]
    return {**schema, "description": " ".join(text for text in (one.label + ".", one.hint) if text)}
