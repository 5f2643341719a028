"""`suyuan check`: is this EPCIS 2.0, and if not, where and why not. Works offline."""

from typing import Annotated, Any

import typer

from cli.failures import NO, UNREADABLE, Failure
from cli.files import read_json_file
from cli.language import EVENTS, N_, counted, headed, say
from cli.output import padded, print_json
from cli.said_of_events import told
from epcis.documents import event_list
from epcis.problems import Problem, errors
from epcis.validation import validate_document

_SEVERITY = {"error": N_("error"), "warning": N_("warning")}


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="EPCIS 2.0 documents in JSON; - is the pipe.")],
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="GS1 keys that break GS1's rules are errors.")] = False,
) -> None:
    """Check documents against EPCIS 2.0 and CBV 2.0, offline.

    Every problem is printed with the place (a JSON pointer), a sentence and a code. Warnings do not make a document
    invalid. Exit code: 0 all valid, 1 some invalid, 2 some unreadable.

    \b
    Examples:
      suyuan check harvest.jsonld
      suyuan check --strict --json day/*.jsonld
      curl -s https://partner.example/events | suyuan check -
    """
    results = [_result(name, strict) for name in files]
    if json:
        print_json({"valid": all(result["valid"] for result in results), "files": results})
    else:
        for result in results:
            _print(result)
    raise typer.Exit(max(_exit_code(result) for result in results))


def _result(name: str, strict: bool) -> dict[str, Any]:
    try:
        document = read_json_file(name)
    except Failure as failure:
        return {"file": name, "valid": False, "unreadable": str(failure), "events": 0, "problems": []}
    problems = validate_document(document, strict=strict)
    return {
        "file": name,
        "valid": not errors(problems),
        "events": len(event_list(document) or ()) if isinstance(document, dict) else 0,
        "problems": [_plain(problem) for problem in problems],
    }


def _plain(problem: Problem) -> dict[str, str]:
    return {
        "pointer": problem.pointer,
        "code": problem.code,
        "message": problem.message,
        "severity": problem.severity,
    }


def _exit_code(result: dict[str, Any]) -> int:
    if "unreadable" in result:
        return UNREADABLE
    return 0 if result["valid"] else NO


def _print(result: dict[str, Any]) -> None:
    if "unreadable" in result:
        print(f"{padded(say('unreadable'), 11)} {result['unreadable']}")
        return
    empty = say(", so there is nothing to report") if result["valid"] and not result["events"] else ""
    state = say("valid") if result["valid"] else say("invalid")
    print(f"{padded(state, 11)} {headed(result['file'], counted(EVENTS, result['events']))}{empty}")
    for problem in result["problems"]:
        severity = padded(say(_SEVERITY.get(problem["severity"], problem["severity"])), 9)
        print(f"  {severity} {headed(problem['pointer'] or '/', told(problem['message']))} [{problem['code']}]")
