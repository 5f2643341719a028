"""`suyuan verify-proof`: what a promise or a proof of the log is worth, with nobody asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from cli.failures import NO, Failure
from cli.files import called, read_bytes, read_events, text_of
from cli.language import N_, again, headed, say
from cli.output import print_json
from cli.said_elsewhere import EVIDENCE, NOTES
from epcis.canonical_json import NotCanonicalError
from epcis.event_id import record_id, recorded_bytes
from provenance.log.evidence import NotEvidence, Promised, Proven, check, keys_of, read_keys
from provenance.log.leaves import LeafKind
from provenance.log.notes import NoteError, VerifierKey

Witnesses = Annotated[
    list[str] | None,
    typer.Option("--witness", metavar="KEY", help="Also require this witness's cosignature; repeatable."),
]
LogName = Annotated[str, typer.Option("--log", metavar="NAME", help="The log. [default: whose key comes first]")]

_OF = {LeafKind.EVENT: N_("this report"), LeafKind.LABELS: N_("what was done with these labels")}


def verify_proof(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A proof or a promise, or the text of its QR; - is the pipe.")
    ],
    keys: Annotated[str, typer.Option("--keys", metavar="FILE", help="The log's verifier keys, one a line.")],
    event: Annotated[
        str, typer.Option("--event", metavar="FILE", help="The report as you have it: is it the one that is meant?")
    ] = "",
    witness: Witnesses = None,
    log: LogName = "",
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")] = False,
) -> None:
    """Check a proof that a report stands in the log, or the promise that it will; nobody is asked.

    A proof shows that the report is in the log as the log's key signed it. A promise is a signature and no more: fetch
    the proof once the log has taken the report in. With --event the digest of the report is made again from the file,
    so that you see that it is yours, with every field as it was. The keys are what the portal gives at
    /.well-known/signed-note-keys, the log's first. Exit code: 0 it holds, 1 it does not, 2 a file cannot be read.

    \b
    Examples:
      suyuan verify-proof proof.txt --keys keys.txt
      suyuan verify-proof proof.txt --keys keys.txt --event delivery.jsonld
      suyuan verify-proof promise.txt --keys keys.txt --json
      zxing-scan slip.png | suyuan verify-proof - --keys keys.txt --witness 'witness.example/w1+…+…'
    """
    trusted = read_log_keys(keys, log)
    witnesses = [witness_key(one) for one in witness or ()]
    text = text_of(file, read_bytes(file), is_table=False)
    try:
        found = check(text, keys=trusted, witnesses=witnesses)
    except NotEvidence as error:
        raise Failure(headed(called(file), again(str(error), EVIDENCE))) from error
    except NoteError as error:
        _end({"holds": False, "why": str(error)}, headed(called(file), again(str(error), NOTES)), json=json)
    said = _plain(found)
    if event and not _is_in(event, said["record_id"]):
        sentence = say("{file} holds no report with the digest {digest}: it is another, or a field of it was changed",
                       file=called(event), digest=said["record_id"])  # fmt: skip
        _end(said | {"holds": False, "why": sentence}, sentence, json=json)
    _end(said | {"holds": True, "event": bool(event)}, _sentence(found, by_event=bool(event)), json=json)


def read_log_keys(file: str, log: str) -> list[VerifierKey]:
    """Raises Failure, exit code 2."""
    try:
        return keys_of(read_keys(text_of(file, read_bytes(file), is_table=False)), log)
    except NoteError as error:
        why = again(str(error), NOTES)
        raise Failure(headed(called(file), say("no keys of a log: {why}", why=why))) from error


def witness_key(text: str) -> VerifierKey:
    """Raises Failure, exit code 2."""
    try:
        return VerifierKey.read(text)
    except NoteError as error:
        raise Failure(headed("--witness", again(str(error), NOTES))) from error


def _is_in(file: str, digest: str) -> bool:
    """Raises Failure, exit code 2."""
    try:
        return digest in {record_id(recorded_bytes(one)) for one in read_events(file).events}
    except (NotCanonicalError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Failure(headed(called(file), say("this is no valid event: try suyuan check"))) from error


def _plain(found: Promised | Proven) -> dict[str, Any]:
    said: dict[str, Any] = {
        "log": found.log,
        "of": found.leaf.kind.name.lower(),
        "record_id": found.leaf.record_id.hex(),
    }
    if isinstance(found, Promised):
        place = found.promise
        recorded = {"topic": place.topic, "partition": place.partition, "offset": place.offset}
        return said | {"kind": "promise", "recorded": recorded, "at": _time(place.at_ms / 1000)}
    seen = [{"witness": name, "at": _time(at_s)} for name, at_s in found.seen]
    return said | {"kind": "proof", "index": found.index, "size": found.size, "seen": seen}


def _sentence(found: Promised | Proven, *, by_event: bool) -> str:
    whose = say(_OF[found.leaf.kind]) if by_event or found.leaf.kind is LeafKind.LABELS else _named(found)
    if isinstance(found, Promised):
        said = (
            "The log {log} promised on {at} to take in {whose}: signed, and in no checkpoint yet. "
            "Fetch the proof later."
        )
        return say(said, log=found.log, at=_time(found.promise.at_ms / 1000), whose=whose)
    said = "The log {log} has {whose}: entry {index} of {size}, signed by its key."
    proven = say(said, log=found.log, whose=whose, index=f"{found.index:,}", size=f"{found.size:,}")
    return " ".join([proven, *(_witnessed(name, at_s) for name, at_s in found.seen)])


def _named(found: Promised | Proven) -> str:
    return say("the report with the digest {digest}", digest=found.leaf.record_id.hex())


def _witnessed(name: str, at_s: int) -> str:
    return say("{witness} saw this checkpoint on {at}.", witness=name, at=_time(at_s))


def _time(seconds: float) -> str:
    """The time is the signer's word: any number of seconds may stand there."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"{seconds:.0f} s"


def _end(said: Mapping[str, Any], sentence: str, *, json: bool) -> None:
    """Raises Failure where it does not hold, typer.Exit where it does."""
    if json:
        print_json(said)
        raise typer.Exit(0 if said["holds"] else NO)
    if not said["holds"]:
        raise Failure(sentence, NO)
    print(sentence)
    raise typer.Exit(0)
