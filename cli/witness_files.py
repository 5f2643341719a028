"""What a witness keeps on disk: its key, what it has seen, and the cosigned checkpoint that it gives out.

What was seen is on the disk before anything is signed, so that who is killed between any two steps signs nothing later
that does not go on from there.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.failures import Failure
from cli.language import again, headed, say
from cli.said_elsewhere import NOTES, SYSTEM
from provenance.log.notes import Kind, Note, NoteError, SignerKey


def witness_key(file: Path, name: str) -> SignerKey:
    """The key in the file; where there is no file, one that is made under `name`. Raises Failure."""
    try:
        if not file.exists() and name:
            _make(file, SignerKey(name, Kind.WITNESS, Ed25519PrivateKey.generate()))
        key = SignerKey.read(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Failure(say("there is no key in {file}: --name NAME makes one", file=file)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from error
    except NoteError as error:
        raise Failure(headed(str(file), again(str(error), NOTES))) from error
    if key.kind is not Kind.WITNESS:
        raise Failure(headed(str(file), say("this is the key of a log, and no witness may sign with it")))
    return key


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """Two witnesses with one memory could each sign another history. The lock ends with the process, however it ends.

    Raises Failure where another has it.
    """
    try:
        handle = os.open(state.with_name(f"{state.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unreadable(state, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise Failure(say("another witness is at work with {file}", file=state)) from error
    else:
        yield
    finally:
        os.close(handle)


def remembered(state: Path) -> Note | None:
    """What was seen last, as the log signed it; None for who has seen nothing yet.

    Raises Failure where the file is there and cannot be read: to begin anew would be to forget.
    """
    try:
        return Note.read(state.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(state, error) from error
    except NoteError as error:
        why = again(str(error), NOTES)
        raise Failure(
            headed(str(state), say("what was seen of the log cannot be read again: {why}", why=why))
        ) from error


def replace(file: Path, text: str) -> None:
    """All of it or nothing, and on the disk when this returns. Raises Failure."""
    draft = file.with_name(f"{file.name}.draft")
    try:
        _written(draft, text, os.O_TRUNC)
        draft.replace(file)
        _settled(file.parent)
    except OSError as error:
        raise _unreadable(file, error) from error


def _make(file: Path, key: SignerKey) -> None:
    _written(file, f"{key.secret}\n", os.O_EXCL)
    _settled(file.parent)


def _written(file: Path, text: str, how: int) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | how, 0o600)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _settled(folder: Path) -> None:
    """A name is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unreadable(file: Path, error: Exception) -> Failure:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Failure(headed(str(file), again(reason.lower(), SYSTEM)))
