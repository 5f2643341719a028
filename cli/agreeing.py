"""A question before what cannot be undone, or looks wrong."""

from __future__ import annotations

import typer

from cli.failures import NO, Failure
from cli.language import say


def agree(question: str) -> None:
    """Raises Failure where the answer is no, or nobody is there to answer."""
    try:
        if typer.confirm(question):
            return
    except typer.Abort:
        print()
    raise Failure(say("nothing was recorded"), NO)
