"""Whether an event or a document is EPCIS 2.0: the two entries to validation.

Every problem is reported with a pointer, a code and a sentence, up to MOST_PROBLEMS of each severity; past these every
event is still judged, and is named with its first error. No JSON value makes validation raise. The tables and rules are
in the `validation_…` neighbours; this module opens the inspection and sets context.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from epcis.context import read_context
from epcis.documents import is_bare_event
from epcis.problems import Problem
from epcis.validation_context import check_context
from epcis.validation_documents import check_document
from epcis.validation_events import check_event
from epcis.validation_inspection import MOST_PROBLEMS, Inspection, TooManyProblems

NOT_CHECKED = "not-checked"
"""Code of the error that says that some events were not looked at, so that none of them counts as right."""


def validate_event(
    event_body: object, *, context: object = None, pointer: str = "", strict: bool = False
) -> list[Problem]:
    """Problems of one event. `context` is the ``@context`` of the document around it, None where it stands alone.

    `pointer` is where the event is in what was given; `strict` makes GS1 keys that break GS1's rules errors.
    """
    own = event_body.get("@context") if isinstance(event_body, Mapping) else None
    inspection = Inspection(read_context(context, own), strict)
    with suppress(TooManyProblems):
        _check_one(inspection, pointer, event_body, context)
    return inspection.listed(pointer)


def _check_one(inspection: Inspection, pointer: str, event_body: object, context: object) -> None:
    if isinstance(event_body, Mapping) and "@context" in event_body:
        check_context(inspection, f"{pointer}/@context", event_body["@context"])
    elif context is None:
        message = "an event that stands alone needs @context, to say what its names mean"
        inspection.error(pointer, "missing-field", message)
    check_event(inspection, pointer, event_body)


def validate_document(document: Any, *, strict: bool = False) -> list[Problem]:
    """Problems of an EPCISDocument, an EPCISQueryDocument or a bare event, given as any JSON value."""
    if isinstance(document, Mapping) and is_bare_event(document):
        return validate_event(document, strict=strict)
    inspection = Inspection(read_context(None), strict)
    try:
        check_document(inspection, document)
    except TooManyProblems:
        # Not in an event, where it is caught: what follows was not looked at.
        message = f"there are more than {MOST_PROBLEMS} errors around the events, and no event was checked"
        inspection.problems.append(Problem("", NOT_CHECKED, message))
    return inspection.listed("")
