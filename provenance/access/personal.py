"""What in a text is a person's own: the numbers that can be told from others. A name cannot."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?:1[3-9](?:[\s-]?\d){9}|0\d{2,3}[\s-]?\d{7,8}|\d{17}[\dXx])(?!\d)")
"""A mobile's, a landline's with its area, and an identity card's."""


def names_a_person(text: str) -> bool:
    """Whether a number is in it that may be a person's."""
    return _NUMBER.search(text) is not None
