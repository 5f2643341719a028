"""`suyuan capture`: documents to the portal's EPCIS door, in parts, until every event is stored."""

import time
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cli import endpoints, tokens
from cli.capture_parts import Bookmark, Part, parts
from cli.failures import NO, Failure
from cli.files import read_bytes
from cli.output import end_progress, print_progress
from cli.web import bearer, refuse_problem, request
from epcis.documents import event_list, read_document

_STORED_WITHIN_S = 120.0
_POLL_S = 0.1


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
    headers = bearer(tokens.for_calls(token)) | {"GS1-Capture-Error-Behaviour": "proceed" if proceed else "rollback"}
    failures = [failure for name in files if (failure := _file(name, url, headers))]
    if failures:
        raise failures[0] if len(failures) == 1 else Failure("; ".join(map(str, failures)), failures[0].exit_code)


def _file(name: str, portal: str, headers: dict[str, str]) -> Failure | None:
    """One file; a refusal does not keep the next from being reported."""
    try:
        print(f"{name}: {_capture(name, portal, headers)}")
    except Failure as failure:
        if failure.exit_code != NO:
            raise
        return failure
    finally:
        end_progress()
    return None


def _capture(name: str, portal: str, headers: dict[str, str]) -> str:
    raw = read_bytes(name)
    try:
        document = read_document(raw).body
    except ValueError as error:
        raise Failure(f"{name}: {error}") from error
    total = len(event_list(document) or ())
    bookmark = Bookmark.of(endpoints.state_folder() / "cli", portal, raw)
    done = bookmark.read()
    for part in parts(document, datetime.now(UTC)):
        if part.first + part.events > done:
            print_progress(f"{name}: {part.first} of {total} events")
            _post(name, portal, headers, part)
            bookmark.write(part.first + part.events)
    bookmark.remove()
    return f"{total} event{'' if total == 1 else 's'} stored" + (f", the first {done} before" if done else "")


def _post(name: str, portal: str, headers: dict[str, str], part: Part) -> None:
    where = f"{name}, events {part.first + 1} to {part.first + part.events}"
    sent = headers | {"Content-Type": "application/ld+json", "GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
    answer = request("POST", f"{portal}/epcis/capture", what="the portal", headers=sent, content=part.body)
    if answer.status_code == 401:
        raise Failure("the portal does not accept the token: mint one with suyuan token")
    refuse_problem(answer, where)
    job = _finished(str(answer.headers["Location"]), portal, headers)
    if not job["success"]:
        raise Failure(f"{where}: {_reasons(job)}", NO)


def _finished(location: str, portal: str, headers: dict[str, str]) -> dict[str, Any]:
    """The capture job once it runs no more."""
    url = location if location.startswith("http") else portal + location
    deadline = time.monotonic() + _STORED_WITHIN_S
    while True:
        answer = request("GET", url, what="the portal", headers=headers)
        refuse_problem(answer, "the capture job")
        job: dict[str, Any] = answer.json()
        if not job["running"]:
            return job
        if time.monotonic() > deadline:
            raise Failure(
                f"the events are in the log but not in the store after {_STORED_WITHIN_S:.0f} s: suyuan status"
            )
        time.sleep(_POLL_S)


def _reasons(job: dict[str, Any]) -> str:
    errors = job.get("errors") or [{"title": "the portal did not store it"}]
    listed = [str(error.get("detail") or error.get("title")) for error in errors[:3]]
    return "; ".join(listed) + (f"; and {len(errors) - 3} more" if len(errors) > 3 else "")
