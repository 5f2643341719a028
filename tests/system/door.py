"""Coming in by the EPCIS door and asking for histories, as a program of a partner does."""

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import httpx

JSON_LD = {"Content-Type": "application/ld+json"}
DEADLINE_S = 60


def post(client: httpx.Client, content: bytes, behaviour: str = "rollback") -> dict[str, Any]:
    """The capture job of a document, once it runs no more."""
    headers = {**JSON_LD, "GS1-Capture-Error-Behaviour": behaviour}
    answer = client.post("/epcis/capture", content=content, headers=headers)
    assert answer.status_code == 202, answer.text
    return finished(client, answer.headers["Location"])


def finished(client: httpx.Client, location: str) -> dict[str, Any]:
    deadline = time.monotonic() + DEADLINE_S
    while (job := client.get(location).raise_for_status().json())["running"]:
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
    return dict(job)


def trace(client: httpx.Client, code: str, direction: str) -> dict[str, Any]:
    answer = client.get("/api/trace", params={"code": code, "direction": direction})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def shares(client: httpx.Client, code: str) -> dict[str, Fraction]:
    """Fraction by harvest lot, as exact as it is told."""
    return {share["lot"]: Fraction(share["fraction"]) for share in trace(client, code, "back").get("shares", ())}


def holders(client: httpx.Client, code: str) -> dict[str, float]:
    """Kilograms by site, or party where no site is told."""
    held: dict[str, float] = {}
    for holder in trace(client, code, "forward").get("holders", ()):
        place = holder.get("site") or holder.get("party", "")
        held[place] = held.get(place, 0.0) + float(holder.get("kilograms") or "nan")
    return held


def event_ids(steps: Sequence[dict[str, Any]], *, carried: bool) -> list[str]:
    return [step["event_id"] for step in steps if step["carried"] is carried]
