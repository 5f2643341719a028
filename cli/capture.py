"""`suyuan capture`: documents to the portal's EPCIS door, in parts, until every event is stored."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cli import endpoints, tokens
from cli.capture_parts import Bookmark, Part, parts
from cli.failures import NO, Failure, NoService
from cli.files import called, document, read_bytes
from cli.language import N_, Counted, counted, headed, say
from cli.output import end_progress, print_progress
from cli.said_of_events import told
from cli.web import bearer, refuse_problem, request
from epcis.documents import event_list
from epcis.problems import Problem, errors
from epcis.validation import validate_document

_STORED_WITHIN_S = 120.0
_POLL_S = 0.1
_SHOWN = 3
_STORED: Counted = (N_("{count} event stored"), N_("{count} events stored"))

_BEHAVIOUR = {False: "rollback", True: "proceed"}
_HEADERS = {"Content-Type": "application/ld+json", "GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}


def capture(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="EPCIS 2.0 documents in JSON; - is the pipe.")],
    proceed: Annotated[
        bool, typer.Option("--proceed", help="Take the valid events of a document although others are refused.")
    ] = False,
    portal: endpoints.Portal = None,
    token: endpoints.Token = None,
) -> None:
    """Report documents to the portal.

    Waits until every event is stored. An event that is there with the same content counts as success, so repeating a
    capture is harmless. One that was interrupted goes on where it stopped when it is given the same file again.

    \b
    Examples:
      suyuan capture harvest.jsonld
      suyuan capture ../shared/examples/*.jsonld
      SUYUAN_PORTAL=https://pears.example SUYUAN_TOKEN=… suyuan capture season.jsonld
    """
    url = endpoints.portal_url(portal)
    headers = bearer(tokens.for_calls(token)) | _HEADERS | {"GS1-Capture-Error-Behaviour": _BEHAVIOUR[proceed]}
    failures = [failure for name in files if (failure := _file(name, _Door(url, headers, proceed)))]
    if failures:
        raise Failure("; ".join(map(str, failures)), max(failure.exit_code for failure in failures))


@dataclass(frozen=True, slots=True)
class _Door:
    portal: str
    headers: Mapping[str, str]
    proceed: bool


def _file(name: str, door: _Door) -> Failure | None:
    """One file; a refusal does not keep the next from being reported."""
    try:
        print(headed(called(name), _capture(name, door)))
    except NoService:
        raise
    except Failure as failure:
        return failure
    finally:
        end_progress()
    return None


def capturing(name: str, raw: bytes, body: Mapping[str, Any], portal: str, token: str) -> str:
    """A document that was made of a file: all of it or nothing. Raises Failure."""
    headers = bearer(token) | _HEADERS | {"GS1-Capture-Error-Behaviour": _BEHAVIOUR[False]}
    try:
        return _sent(name, raw, body, _Door(portal, headers, proceed=False))
    finally:
        end_progress()


def _capture(name: str, door: _Door) -> str:
    raw = read_bytes(name)
    return _sent(name, raw, _checked(name, raw, door.proceed), door)


def _sent(name: str, raw: bytes, body: Mapping[str, Any], door: _Door) -> str:
    total = len(event_list(body) or ())
    bookmark = Bookmark.of(endpoints.state_folder() / "cli", door.portal, raw)
    done = bookmark.read()
    refused: list[str] = []
    for part in parts(body, datetime.now(UTC)):
        if part.first + part.events > done:
            print_progress(headed(called(name), say("{count} of {all} events", count=part.first, all=total)))
            refused += _post(name, part, door)
            bookmark.write(part.first + part.events)
    bookmark.remove()
    if refused:
        said = "{why}; the others of {all} events are stored"
        raise Failure(headed(called(name), say(said, why=_some(refused), all=total)), NO)
    return counted(_STORED, total) + (say(", the first {count} before", count=done) if done else "")


def _checked(name: str, raw: bytes, proceed: bool) -> Mapping[str, Any]:
    """Checked as a whole before any part goes out, so that a wrong event keeps all of them back."""
    body = document(name, raw).body
    if not proceed and (found := errors(validate_document(body))):
        raise Failure(headed(called(name), headed(say("nothing was sent"), _some([_said(one) for one in found]))), NO)
    return body


def _post(name: str, part: Part, door: _Door) -> list[str]:
    """What was refused, under --proceed. Raises Failure."""
    where = say("{file}, from event {number} on", file=called(name), number=part.first + 1)
    url = f"{door.portal}/epcis/capture"
    answer = request("POST", url, what=N_("the portal"), headers=door.headers, content=part.body)
    if answer.status_code == 401:
        raise NoService(say("the portal does not accept the token: mint one with suyuan token"))
    refuse_problem(answer, where)
    job = _finished(str(answer.headers["Location"]), door)
    reasons = [_placed(error, part.first) for error in job.get("errors") or ()]
    if not job["success"] and not (door.proceed and reasons):
        raise Failure(headed(where, _some(reasons) if reasons else say("the portal did not store it")), NO)
    return reasons


def _finished(location: str, door: _Door) -> dict[str, Any]:
    """The capture job once it runs no more."""
    url = location if location.startswith("http") else door.portal + location
    deadline = time.monotonic() + _STORED_WITHIN_S
    while True:
        answer = request("GET", url, what=N_("the portal"), headers=door.headers)
        refuse_problem(answer, N_("the capture job"))
        job: dict[str, Any] = answer.json()
        if not job["running"]:
            return job
        if time.monotonic() > deadline:
            said = "what was sent is not in the store after {seconds} s: suyuan status"
            raise NoService(say(said, seconds=format(_STORED_WITHIN_S, ".0f")))
        time.sleep(_POLL_S)


def _placed(error: Mapping[str, Any], first: int) -> str:
    """The reason, with its place in the file instead of in the part."""
    said = str(error.get("detail") or error.get("title"))
    return re.sub(r"(?<=/eventList/)[0-9]+", lambda found: str(int(found[0]) + first), said)


def _said(problem: Problem) -> str:
    return f"{headed(problem.pointer or '/', told(problem.message))} [{problem.code}]"


def _some(reasons: Sequence[str]) -> str:
    more = say("; and {count} more", count=len(reasons) - _SHOWN) if len(reasons) > _SHOWN else ""
    return "; ".join(reasons[:_SHOWN]) + more
