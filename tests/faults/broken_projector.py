"""The projector with its table turned about: it advances before it writes, and believes what it advanced.

It is here to lose events, so that the checker is known to see it: `python -m tests.faults.broken_projector`.
"""

from __future__ import annotations

from stream import guard
from stream.progress import STEPS, Position, Step

setattr(guard, "STEPS", {**STEPS, Position.NEXT: (Step.ADVANCE, Step.WRITE), Position.REDELIVERY: ()})  # noqa: B010 - it is not for others to set

if __name__ == "__main__":
    from runtime import process
    from services.traceability.project import main

    process.run(main)
