"""Whether an event or a document is EPCIS 2.0: the two entries to validation.

Validation is complete: every problem is reported, each with a pointer, a code and a sentence, and no JSON value makes
it raise. The tables and rules are in the `validation_…` neighbours; this module opens the inspection and sets context.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from epcis.context import read_context
from epcis.documents import is_bare_event
from epcis.problems import Problem
from epcis.validation_context import check_context
from epcis.validation_documents import check_document
from epcis.validation_events import check_event
from epcis.validation_inspection import Inspection


def validate_event(
    event_body: object, *, context: object = None, pointer: str = "", strict: bool = False
) -> list[Problem]:
    """Problems of one event. `context` is the ``@context`` of the document around it, None where it stands alone.

    `pointer` is where the event is in what was given; `strict` makes GS1 keys that break GS1's rules errors.
    """
    own = event_body.get("@context") if isinstance(event_body, Mapping) else None
    inspection = Inspection(read_context(context, own), strict)
    if isinstance(event_body, Mapping) and "@context" in event_body:
        check_context(inspection, f"{pointer}/@context", own)
    elif context is None:
        message = "an event that stands alone needs @context, to say what its names mean"
        inspection.error(pointer, "missing-field", message)
    check_event(inspection, pointer, event_body)
    return inspection.problems


def validate_document(document: Any, *, strict: bool = False) -> list[Problem]:
    """Problems of an EPCISDocument, an EPCISQueryDocument or a bare event, given as any JSON value."""
    if isinstance(document, Mapping) and is_bare_event(document):
        return validate_event(document, strict=strict)
    inspection = Inspection(read_context(None), strict)
    check_document(inspection, document)
    return inspection.problems
