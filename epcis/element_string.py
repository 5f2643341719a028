"""GS1 element strings, as a scanner sends them or as they are printed (GS1 General Specifications 7.8).

``^01…10…^21…`` with ``^`` (or the control character GS) for FNC1, a symbology identifier such as ``]C1`` before it if
the scanner sends one; or for people ``(01)…(10)…(21)…``, where an opening bracket inside a value is written ``\\(``.
"""

import re

from epcis.application_identifiers import APPLICATION_IDENTIFIERS, CODE_LENGTH, value_problem

Pair = tuple[str, str]

_GS = "\x1d"
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)((?:[^(\\]|\\\(|\\(?!\())+)")
_SYMBOLOGY = re.compile(r"\](?:C1|e0|d2|Q3|J1)")


class ElementStringError(ValueError):
    """The text is not a GS1 element string; the message is one sentence."""


def looks_like(text: str) -> bool:
    """Whether the text can only be meant as an element string."""
    return text[:1] in ("^", "(", _GS) or _GS in text or _SYMBOLOGY.match(text) is not None


def parse(text: str) -> tuple[Pair, ...]:
    """(AI, value) of each element in the given order, each AI once. Raises ElementStringError."""
    pairs = _bracketed(text) if text.startswith("(") else _scanned(text)
    for code, value in pairs:
        if problem := value_problem(code, value):
            raise ElementStringError(problem)
    return _without_repeats(pairs)


def _bracketed(text: str) -> list[Pair]:
    found = list(_BRACKETED.finditer(text))
    if "".join(match[0] for match in found) != text:
        raise ElementStringError("an element string reads like (01)09520123456788(10)ABC")
    return [(match[1], match[2].replace(r"\(", "(")) for match in found]


def _scanned(text: str) -> list[Pair]:
    rest = _SYMBOLOGY.sub("", text, count=1).replace(_GS, "^").removeprefix("^")
    pairs = []
    while rest:
        code = rest[: CODE_LENGTH.get(rest[:2], 2)]
        known = APPLICATION_IDENTIFIERS.get(code)
        if known is None:
            raise ElementStringError(f"({code}) is not a GS1 Application Identifier")
        rest = rest[len(code) :]
        end = known.longest if known.predefined_length else (rest + "^").index("^")
        pairs.append((code, rest[:end]))
        rest = rest[end:].removeprefix("^")
    return pairs


def _without_repeats(pairs: list[Pair]) -> tuple[Pair, ...]:
    seen: dict[str, str] = {}
    for code, value in pairs:
        if seen.setdefault(code, value) != value:
            raise ElementStringError(f"AI ({code}) stands there twice with different values")
    return tuple(seen.items())
