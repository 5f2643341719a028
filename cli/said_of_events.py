"""What the checks of EPCIS 2.0 say in English, so that it can be said again in Chinese; the rest is quoted as it is."""

import re

from cli.language import N_, again, say, spoken

_SAID: tuple[str, ...] = (
    N_("the document needs type, which is not there; it must be EPCISDocument, EPCISQueryDocument, or an event type"),
    N_("an event needs type, one of {types}"),
    N_("{name} needs {field}, which is not there"),
    N_("{field} must be {wanted}; this is {given}"),
    N_("{given} is no type of document; did you mean {other}?"),
    N_("{given} is no type of document; it must be EPCISDocument, EPCISQueryDocument, or an event type"),
    N_("{given} is no event type of EPCIS 2.0; only its time, id and declaration are understood here"),
    N_("{given} is no event type; did you mean {other}?"),
    N_("{given} is no event type; it must be one of {types}"),
    N_("{field} is no field of {name}; did you mean {other}?"),
    N_("{field} is no field of {name}; it has only {fields}"),
    N_("{field} is no field of {name}; a field of your own needs a prefix declared in @context, like {example}"),
    N_("{field} {word} is no word of the CBV; did you mean {other}?"),
    N_("{field} {word} is no word of the CBV; a word of your own must be a URI"),
    N_("{field} is {value}; in JSON a CBV word is bare, like {example}"),
    N_("{field} is {value}; it must be one of {words}"),
    N_("{field} is {value}; it must be sign, hours and minutes up to 14:00, like +08:00"),
    N_("{field} is {value}, which is no URI; write it like {example}"),
    N_("{field} is {value}, which is no URI"),
    N_("{field} is {value}, no time of the form 2026-07-22T06:45:00+08:00"),
    N_("{field} is {value}; it must be a UN/ECE Rec 20 code such as KGM, CEL or P1"),
    N_("{field} {value} is no UN/ECE Rec 20 code known here; kilograms are KGM"),
    N_("{field} is empty; name at least one, or leave it out"),
    N_("{field} names {value} twice"),
    N_("quantity is below zero, which nothing can be"),
    N_("quantity has a fraction but no uom; without a unit it counts whole things, with KGM it weighs"),
    N_("uom stands without a quantity it could measure"),
    N_("this ObjectEvent names nothing; it needs epcList, quantityList, or sensor readings at a readPoint"),
    N_("this TransformationEvent has no {missing}; it may be in parts only under a transformationID"),
    N_("ilmd describes things that begin to exist; with action {action} it may not be there"),
    N_("eventTime is written at {there}, eventTimeZoneOffset is {offset}; check which the place had"),
    N_("eventID {id} is already that of event {number} in this document"),
    N_("endTime is earlier than startTime"),
    N_("minValue is greater than maxValue"),
    N_("the prefix {prefix} of {field} is not declared; add it to @context with its namespace"),
    N_("@context does not name {address}, which gives the fields of EPCIS their meaning"),
    N_("an event that stands alone needs @context, to say what its names mean"),
)
_KINDS: tuple[str, ...] = (
    N_("the name of an event type"),
    N_("an array of events"),
    N_("an array"),
    N_("an object"),
    N_("a string"),
    N_("a number"),
    N_("a boolean"),
)
"""What a value is, the longer names first."""
_ARTICLE = re.compile(r"\ban? (?=[A-Z])")


def told(message: str) -> str:
    """The message of a problem, in the language spoken."""
    said = again(message, _SAID)
    if said == message:
        return message
    for kind in _KINDS:
        said = said.replace(kind, say(kind))
    return _ARTICLE.sub("", said) if spoken() == "zh" else said
