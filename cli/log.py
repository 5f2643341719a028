"""`suyuan log`: the transparency log read back whole, and a proof made anew under another checkpoint."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from cli import endpoints
from cli.children import run
from cli.failures import NO, Failure
from cli.files import called, read_bytes, text_of
from cli.language import again, headed, say
from cli.log_book import LogBook
from cli.log_reading import read_whole
from cli.log_site import LogSite
from cli.output import print_json
from cli.said_elsewhere import EVIDENCE, HEADS, NOTES
from cli.verify_proof import LogName, read_log_keys
from provenance.log.checkpoints import Checkpoint
from provenance.log.evidence import keys_of, read_keys
from provenance.log.leaves import Leaf, LeafKind, salted
from provenance.log.notes import Note, NoteError, VerifierKey
from provenance.log.proofs import Proof
from provenance.log.tiles import TileError, subtrees
from provenance.log.witnessing import read_head
from provenance.merkle import HASH_BYTES, hash_leaf, inclusion_proof, verify_inclusion
from wire.errors import Rejected
from wire.topics import DEFAULT_PREFIX, EVENT_TOPICS, LABELS

log = typer.Typer(no_args_is_help=True, help="The transparency log: read all of it back; make a proof anew.")

MOST_NAMED = 20
LOOK_EVERY_S = 2.0

Url = Annotated[str, typer.Option("--url", metavar="URL", help="The log. [default: the portal's, /log]")]
Keys = Annotated[str, typer.Option("--keys", metavar="FILE", help="The log's verifier keys. [default: as published]")]


@log.callback()
def _log() -> None:
    pass


@log.command()
def audit(
    url: Url = "",
    keys: Keys = "",
    name: LogName = "",
    tree: Annotated[
        bool, typer.Option("--tree", help="The tree alone: for who has neither the salts nor the store.")
    ] = False,
    salts: Annotated[
        Path | None,
        typer.Option("--log-keys", metavar="FOLDER", help="The folder with salt.key. [default: this machine's]"),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="FILE", help="What was read so far, to go on from. [default: below VAR]"),
    ] = None,
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", help="For what is on its way into log or store.")
    ] = 30.0,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")] = False,
    portal: endpoints.Portal = None,
    kafka: endpoints.Kafka = None,
    store: endpoints.Store = None,
    prefix: endpoints.Prefix = DEFAULT_PREFIX,
) -> None:
    """Read the whole log over HTTP and hold it against its signed checkpoint and against the event store.

    Every entry is read, every tile is made again of its entries, and the root of all must be the one that was signed.
    Then every stored event must have its leaf, exactly one, and every leaf must be of an event or of what was done with
    labels. The salts are made with the log's own salt key, so the second part is for who keeps it; others give --tree,
    and hold proofs, each with its salt, against the reports they may read. Stopped, it goes on where it was. Exit code:
    0 all is there, 1 something is not, 2 somebody does not answer.

    \b
    Examples:
      suyuan log audit
      suyuan log audit --tree --url https://pears.example/log --keys keys.txt --state pears.audit --json
    """
    site = LogSite((url or f"{endpoints.portal_url(portal)}/log").rstrip("/"))
    trusted = read_log_keys(keys, name) if keys else _published(site, name)
    book = LogBook(state or endpoints.state_folder() / "cli" / "log-audit.sqlite", trusted[0].name)
    try:
        found = _tree(site, book, trusted)
        if not tree:
            recorded = Recorded(endpoints.kafka_bootstrap(kafka), endpoints.store_url(store), prefix, _salt_key(salts))
            found = _against(site, book, trusted, recorded, wait_s=wait)
    finally:
        book.close()
    _tell(found, json=json)
    raise typer.Exit(0 if found["complete"] else NO)


@log.command()
def prove(
    proof: Annotated[str, typer.Argument(metavar="PROOF", help="A proof; - is the pipe.")],
    under: Annotated[str, typer.Option("--under", metavar="FILE", help="The checkpoint, such as a witness's.")],
    url: Url = "",
    portal: endpoints.Portal = None,
) -> None:
    """Make a proof anew under another checkpoint of the log, such as one that a witness has cosigned.

    It is made of the log's public tiles: nobody need be signed in, and nobody need agree.

    \b
    Example:
      suyuan log prove proof.txt --under cosigned > seen.txt
    """
    site = LogSite((url or f"{endpoints.portal_url(portal)}/log").rstrip("/"))
    try:
        old = Proof.read(text_of(proof, read_bytes(proof), is_table=False))
        note = Note.read(text_of(under, read_bytes(under), is_table=False))
        checkpoint = Checkpoint.read(note.text, origin=note.text.partition("\n")[0])
        leaf = Leaf.read(old.extra)
        path = inclusion_proof(old.index, checkpoint.size, subtrees(checkpoint.size, site.tile))
    except (NoteError, TileError, ValueError) as error:
        raise Failure(headed(called(proof), again(str(error), (*NOTES, *EVIDENCE, *HEADS)))) from error
    if not verify_inclusion(hash_leaf(leaf.entry), old.index, checkpoint.size, path, checkpoint.root):
        said = "the tiles of {url} do not lead from entry {index} to this checkpoint"
        raise Failure(say(said, url=site.url, index=old.index), NO)
    print(Proof(old.index, tuple(path), note, old.extra), end="")


class Recorded:
    """What should be in the log, by the event store and the topic of labels, and what was made of it in topics."""

    def __init__(self, kafka: str, store: str, prefix: str, salt_key: bytes) -> None:
        self._kafka, self._store, self._prefix, self._salt_key = kafka, store, prefix, salt_key

    def entries(self) -> Iterator[tuple[bytes, str]]:
        """Each with what it is of. Raises Failure."""
        for record_id in self._stored():
            yield salted(LeafKind.EVENT, record_id, salt_key=self._salt_key).entry, f"event {record_id.hex()}"
        yield from self._read((LABELS.name(self._prefix),))

    def events_in_topics(self) -> Iterator[bytes]:
        return (entry for entry, _ in self._read([topic.name(self._prefix) for topic in EVENT_TOPICS]))

    def _stored(self) -> Iterator[bytes]:
        settings = {"SUYUAN_KAFKA": self._kafka, "SUYUAN_MONGO_URL": self._store, "SUYUAN_TOPIC_PREFIX": self._prefix}
        with TemporaryDirectory() as folder:
            run("services.traceability.record_ids", str(file := Path(folder) / "ids"), settings=settings)
            with file.open("rb") as ids:
                while record_id := ids.read(HASH_BYTES):
                    yield record_id

    def _read(self, topics: Any) -> Iterator[tuple[bytes, str]]:
        from cli.broker import explained
        from stream.log_reader import end_offsets, read_log
        from wire.log_codec import event_leaves, labels_leaves

        with explained(self._kafka):
            for record in read_log(self._kafka, end_offsets(self._kafka, topics)):
                leaves = labels_leaves if record.topic == LABELS.name(self._prefix) else event_leaves
                with suppress(Rejected):  # set aside by the log as well
                    for leaf in leaves(record.value or b"", salt_key=self._salt_key):
                        yield leaf.entry, f"{record.topic} {record.partition} {record.offset}"


def _published(site: LogSite, name: str) -> list[VerifierKey]:
    try:
        return keys_of(read_keys(site.keys()), name)
    except NoteError as error:
        raise Failure(headed(site.url, again(str(error), NOTES))) from error


def _salt_key(folder: Path | None) -> bytes:
    file = (folder or endpoints.state_folder() / "log-keys") / "salt.key"
    try:
        return file.read_bytes()
    except OSError as error:
        raise Failure(say("{file} cannot be read, and without it nobody can tell whose a leaf is: --tree checks the "
                          "tree alone", file=file)) from error  # fmt: skip


def _tree(site: LogSite, book: LogBook, keys: list[VerifierKey]) -> dict[str, Any]:
    """Raises Failure."""
    try:
        checkpoint = read_head(site.checkpoint(), keys=keys)
    except NoteError as error:
        raise Failure(headed(site.url, again(str(error), NOTES))) from error
    root_is_signed = read_whole(site, book, checkpoint)
    found: dict[str, Any] = {"log": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
    found |= {"root_is_signed": root_is_signed, "wrong_tiles": book.wrong_tiles, "repeats": book.repeats}
    return found | {"complete": root_is_signed and not book.wrong_tiles and not book.repeats}


def _against(
    site: LogSite, book: LogBook, keys: list[VerifierKey], recorded: Recorded, *, wait_s: float
) -> dict[str, Any]:
    """Log and store are read by turns until they agree, or for so long: both go on meanwhile."""
    deadline = time.monotonic() + wait_s
    while True:
        book.record(recorded.entries())
        found = _tree(site, book, keys)
        missing, unknown = book.missing, book.unknown
        if not found["complete"] or not (missing or unknown) or time.monotonic() > deadline:
            break
        time.sleep(LOOK_EVERY_S)
    in_topics = set(recorded.events_in_topics()) if unknown else frozenset()
    strange = [n for n, entry in unknown if entry not in in_topics]
    found |= {"recorded": book.frontier.size - len(unknown), "not_stored": len(unknown) - len(strange)}
    found |= {"missing": missing, "unknown": strange}
    return found | {"complete": found["complete"] and not missing and not strange}


def _tell(found: dict[str, Any], *, json: bool) -> None:
    if json:
        print_json(found)
        return
    size = f"{found['size']:,}"
    if not found["root_is_signed"]:
        print(say("the {size} entries of {log} do not make the root that was signed", size=size, log=found["log"]))
    for tile in found["wrong_tiles"][:MOST_NAMED]:
        print(say("tile {tile} is not made of its entries", tile=tile))
    for n, first in found["repeats"][:MOST_NAMED]:
        print(say("entry {n} repeats entry {first}", n=n, first=first))
    for what in found.get("missing", ())[:MOST_NAMED]:
        print(say("recorded, and not in the log: {what}", what=what))
    for n in found.get("unknown", ())[:MOST_NAMED]:
        print(say("entry {n} is of nothing that was recorded", n=n))
    if found["complete"]:
        said = "the log {log} is whole: {size} entries make the root that was signed"
        print(say(said, log=found["log"], size=size))
    if found["complete"] and "recorded" in found:
        print(say("every stored event and everything done with labels is one of them, and nothing else is"))
    if found.get("not_stored"):
        said = "{count} are of reports that the store does not have: suyuan audit, suyuan dlq list"
        print(say(said, count=found["not_stored"]))
