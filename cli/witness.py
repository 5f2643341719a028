"""`suyuan witness`: a second key that follows a log, signs what it sees, and refuses a log that was rewritten."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from cli.failures import Failure, NoService
from cli.files import read_bytes, text_of
from cli.language import again, headed, say
from cli.log_site import LogSite
from cli.said_elsewhere import HEADS, NOTES
from cli.witness_files import alone, remembered, replace, witness_key
from provenance.log.evidence import keys_of, read_keys
from provenance.log.notes import Note, NoteError, SignerKey, VerifierKey
from provenance.log.tiles import TileError, subtrees
from provenance.log.witnessing import Rewritten, check_grown, read_head


def witness(
    url: Annotated[str, typer.Argument(metavar="URL", help="The log, such as https://pears.example/log.")],
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The witness's private key.")],
    state: Annotated[Path, typer.Option("--state", metavar="FILE", help="What it has seen. Never restore an old one.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where the cosigned checkpoint goes. [default: it is printed]"),
    ] = None,
    keys: Annotated[
        str, typer.Option("--keys", metavar="FILE", help="The log's keys. [default: as published when first seen]")
    ] = "",
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Where there is no key yet, make one of this name.")
    ] = "",
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", help="Go on, looking this often. [default: once]")
    ] = 0.0,
    once: Annotated[bool, typer.Option("--once", help="Look once and end, as without --every.")] = False,
) -> None:
    """Follow a log and cosign its checkpoints, as long as all that was seen of it is still there.

    A log that shrank, or shows something else where there was something, is not signed: one sentence names both heads,
    the checkpoint that was refused is kept beside --state, and the exit code is 2. Two heads that the log's own key has
    signed are the proof against it. What is seen is on the disk before it is signed, so a witness that is killed at any
    moment never signs two histories. The file given by --out can be put on any web server; who wants a proof under it
    makes one with suyuan log prove, and requires it with suyuan verify-proof --witness.

    \b
    Examples:
      suyuan witness https://pears.example/log --key w.key --name witness.example/w1 --state seen --out cosigned
      suyuan witness https://pears.example/log --key w.key --state seen --out /srv/www/cosigned --every 60
    """
    signer = witness_key(key, name)
    site = LogSite(url.rstrip("/"))

    def begin() -> Witness:
        return Witness(site, signer, _log_keys(site, keys, state), state, out, clock=lambda: int(time.time()))

    with alone(state):
        print(say("witness key: {key}", key=signer.verifier), file=sys.stderr)
        if every > 0 and not once:
            _follow(begin, every)
        begin().look()


@dataclass(frozen=True, slots=True)
class Witness:
    """Of one log. `clock` gives seconds since 1970."""

    log: LogSite
    signer: SignerKey
    keys: list[VerifierKey]
    state: Path
    out: Path | None
    clock: Callable[[], int]

    def look(self) -> None:
        """Signs what the log shows, where it goes on from what was seen. Raises Failure where it does not."""
        note = self._shown()
        self._check(remembered(self.state), note)
        replace(self.state, str(note))
        # Only now: what is signed is on the disk already.
        self._give_out(note.with_signature(self.signer.signature(note.text, at_s=self.clock())))

    def _shown(self) -> Note:
        try:
            note = self.log.checkpoint()
            read_head(note, keys=self.keys)
        except NoteError as error:
            raise Failure(headed(self.log.url, again(str(error), NOTES))) from error
        return note

    def _check(self, before: Note | None, note: Note) -> None:
        if before is None:
            return
        try:
            seen, shown = read_head(before, keys=self.keys), read_head(note, keys=self.keys)
            check_grown(seen, shown, subtrees(shown.size, self.log.tile))
        except Rewritten as error:
            replace(self.state.with_name(f"{self.state.name}.refused"), str(note))
            said = say("not signed: {why}", why=again(str(error), HEADS))
            raise Failure(said) from error
        except NoteError as error:
            raise Failure(headed(str(self.state), again(str(error), NOTES))) from error
        except TileError as error:
            raise NoService(headed(self.log.url, again(str(error), HEADS))) from error

    def _give_out(self, cosigned: Note) -> None:
        if self.out:
            replace(self.out, str(cosigned))
        else:
            print(cosigned, end="", flush=True)


def _log_keys(site: LogSite, file: str, state: Path) -> list[VerifierKey]:
    """As given; else as they were published when the log was first seen, and kept. Raises Failure."""
    kept = state.with_name(f"{state.name}.keys")
    if file:
        text = text_of(file, read_bytes(file), is_table=False)
    elif kept.exists():
        text = text_of(str(kept), read_bytes(str(kept)), is_table=False)
    else:
        replace(kept, text := site.keys())
    try:
        return keys_of(read_keys(text))
    except NoteError as error:
        raise Failure(headed(file or str(kept), again(str(error), NOTES))) from error


def _follow(begin: Callable[[], Witness], every_s: float) -> NoReturn:
    """A log that does not answer is asked again, from the first look on; one that was rewritten ends the witness."""
    watch: Witness | None = None
    while True:
        try:
            watch = watch or begin()
            watch.look()
        except NoService as error:
            print(f"suyuan: {error}", file=sys.stderr, flush=True)
        time.sleep(every_s)
