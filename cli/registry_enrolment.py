"""`suyuan registry propose`, `approve`, `reject` and `withdraw`: enrolment takes two."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import endpoints, tokens
from cli.failures import NO, Failure
from cli.files import read_bytes
from cli.language import N_, headed, pick, say
from cli.output import end_progress, print_json, print_progress
from cli.registry import fresh, placed, present_records
from cli.registry_file import Entry, read_records
from cli.said_of_registry import said_of_record
from epcis.problems import Problem
from provenance.registry.values import KIND_OF, values_of

if TYPE_CHECKING:
    from cli.rpc_registry import Enrolled

_CALL_RECORDS = 200
STATES: Mapping[str, str] = {
    "pending": N_("pending"),
    "approved": N_("approved"),
    "rejected": N_("rejected"),
    "withdrawn": N_("withdrawn"),
}
"""Of a proposal."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Proposals = Annotated[list[str], typer.Argument(metavar="PROPOSAL...", help="Ids, as `suyuan registry pending` says.")]


def propose(
    file: Annotated[str, typer.Argument(metavar="FILE", help="YAML or CSV; - is YAML from the pipe.")],
    json: Json = False,
    target: endpoints.Registry = None,
    token: endpoints.Token = None,
) -> None:
    """Propose the growers, plots, mandates and beneficiaries of a file.

    They are recorded, shown to both sides, and not in force before another party approves them. What is registered
    as the file says is left alone; sending the same again is harmless. Exit code 1 where one is refused.

    \b
    Example:
      suyuan registry propose growers.yaml --token $STATION
    """
    place, bearer = endpoints.registry_target(target), tokens.for_calls(token)
    entries = read_records(file, read_bytes(file))
    wanted = fresh(entries, present_records(place, bearer, entries))
    try:
        answers = list(_proposed(place, bearer, wanted))
    finally:
        end_progress()
    _tell([answer for _, answer in answers], json)
    proposed = sum(answer.status == "accepted" for _, answer in answers)
    if not json:
        said = "{all} records: {count} proposed, {there} registered already"
        print(say(said, all=len(entries), count=proposed, there=len(entries) - len(wanted)))
    for entry, answer in answers:
        _refuse(placed(entry), answer)


def _proposed(target: str, token: str, wanted: Sequence[Entry]) -> Iterator[tuple[Entry, Enrolled]]:
    """Up to the call in which one is refused; what was taken beside it stays proposed."""
    from cli.rpc_registry import propose as call

    for start in range(0, len(wanted), _CALL_RECORDS):
        print_progress(say("{count} of {all} records proposed", count=start, all=len(wanted)))
        part = wanted[start : start + _CALL_RECORDS]
        answers = call(target, token, [(_proposal_id(entry), entry.record) for entry in part])
        yield from zip(part, answers, strict=True)
        if any(answer.status != "accepted" for answer in answers):
            return


def _proposal_id(entry: Entry) -> str:
    """Of the content: the same file sent again makes the same proposals."""
    content = json.dumps({"record": KIND_OF[type(entry.record)], **values_of(entry.record)}, sort_keys=True)
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}"


def approve(
    proposals: Proposals,
    valid_from: Annotated[str, typer.Option("--from", metavar="DAY", help="In force from: 2026-09-01.")] = "",
    confirmed: Annotated[
        str, typer.Option("--confirm", metavar="WHY", help="Why a flagged plot is approved all the same.")
    ] = "",
    json: Json = False,
    target: endpoints.Registry = None,
    token: endpoints.Token = None,
) -> None:
    """Put in force what another party proposed, as proposed or from the day given.

    \b
    Examples:
      suyuan registry approve urn:uuid:… --from 2026-09-01 --token $OFFICE
      suyuan registry approve urn:uuid:… --confirm '梯田上下两块, 已到现场看过' --token $OFFICE
    """
    more = {"valid_from": valid_from, "confirmed": confirmed}
    _decide(proposals, "approve", more, json, target, token)


def reject(
    proposals: Proposals,
    reason: Annotated[str, typer.Option("--reason", metavar="WHY", help="What would have to be mended.")],
    json: Json = False,
    target: endpoints.Registry = None,
    token: endpoints.Token = None,
) -> None:
    """Refuse what another party proposed, with the reason."""
    _decide(proposals, "reject", {"reason": reason}, json, target, token)


def withdraw(
    proposals: Proposals, json: Json = False, target: endpoints.Registry = None, token: endpoints.Token = None
) -> None:
    """Take back what your own party proposed."""
    _decide(proposals, "withdraw", {}, json, target, token)


def _decide(
    proposals: Sequence[str], verdict: str, more: Mapping[str, str], json: bool, target: str | None, token: str | None
) -> None:
    from cli.rpc_registry import decide as call

    decisions = [{"proposal": proposal, "verdict": verdict, **more} for proposal in proposals]
    answers = call(endpoints.registry_target(target), tokens.for_calls(token), decisions)
    _tell(answers, json)
    for proposal, answer in zip(proposals, answers, strict=True):
        _refuse(proposal, answer)


def _tell(answers: Sequence[Enrolled], json: bool) -> None:
    if json:
        results = [{**a._asdict(), "problems": [str(problem) for problem in a.problems]} for a in answers]
        print_json({"results": results})
        return
    for answer in answers:
        if answer.status == "accepted":
            flags = "".join(f"; {look(flag)}{_known(flag)}" for flag in answer.flags)
            print(f"{answer.proposal} {say(STATES.get(answer.state, answer.state))}{flags}")


def _refuse(what: str, answer: Enrolled) -> None:
    if answer.status == "rejected":
        raise Failure(headed(what, "; ".join(map(_why, answer.problems))), NO)
    if answer.status == "retry":
        said = "it is not known whether it was written; run the same command again, that is harmless"
        raise Failure(headed(what, say(said)))


def _why(problem: Problem) -> str:
    """With its place in the record, and none where it is the whole proposal; options as they are written here."""
    said = said_of_record(problem.message.replace("say in `confirmed` why", say("say why with --confirm WHY")))
    at = problem.pointer if problem.pointer not in ("", "/confirmed") else ""
    return headed(at, said) if at else said


def look(flag: Mapping[str, Any]) -> str:
    return headed(say("look"), pick(str(flag.get("zh", "")), str(flag["en"])))


def _known(flag: Mapping[str, Any]) -> str:
    """Whoever approved the other plot has said why the two are not one: he is not asked again."""
    return say(" (vouched for when the other was approved)") if flag.get("confirmed") else ""
