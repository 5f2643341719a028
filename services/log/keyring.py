"""The log's keys as they are now, and rotating them by hand: `python -m services.log.keyring FOLDER --origin NAME`.

Two steps, each followed by a restart of `log-sequence` and `log-serve`. --rotate makes a new key, and both sign: who
knows one of them is served. --retire ends that: the old private key is removed, and its public half stays published, so
that what it signed stays good.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from provenance.log.notes import VerifierKey
from services.log.domain import LogKeys
from services.log.keys import KEY, drafted, signer, signing_key

_OLD, _RETIRED = "log.old.ed25519", "log.retired"
_SECRET_BYTES = 32


class NotNow(ValueError):
    """The step cannot be done now; the message says why."""


def load(folder: Path, *, origin: str) -> LogKeys:
    """Makes a key where there is none yet."""
    newest = signing_key(folder, origin=origin)
    old = folder / _OLD
    both = [newest, signer(old.read_bytes(), origin=origin)] if old.exists() else [newest]
    retired = folder / _RETIRED
    lines = retired.read_text(encoding="utf-8").split() if retired.exists() else []
    # Killed between its steps, a rotation leaves one key under both names.
    return LogKeys(list({str(key.verifier): key for key in both}.values()), list(map(VerifierKey.read, lines)))


def rotate(folder: Path, *, origin: str) -> None:
    """From the next start on a new key signs first, and the one that signs now second. Begun again after a crash it
    ends what it began. Raises NotNow where two sign already."""
    if len(load(folder, origin=origin).signing) > 1:
        raise NotNow("two keys sign already: --retire the older one first")
    old = folder / _OLD
    old.unlink(missing_ok=True)
    os.link(folder / KEY, old)
    drafted(folder / KEY, os.urandom(_SECRET_BYTES)).replace(folder / KEY)
    _settle(folder)


def retire(folder: Path, *, origin: str) -> None:
    """From the next start on the older key signs no more: it is removed here, and vouches for what it signed.

    Raises NotNow where one key signs alone.
    """
    keys = load(folder, origin=origin)
    if len(keys.signing) < 2:
        raise NotNow("one key signs alone: --rotate makes another")
    lines = dict.fromkeys([str(keys.signing[1].verifier), *map(str, keys.retired)])
    drafted(folder / _RETIRED, "".join(f"{line}\n" for line in lines).encode()).replace(folder / _RETIRED)
    _settle(folder)
    (folder / _OLD).unlink()
    _settle(folder)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def main() -> None:
    given = _arguments().parse_args()
    try:
        if given.rotate:
            rotate(given.folder, origin=given.origin)
        if given.retire:
            retire(given.folder, origin=given.origin)
    except NotNow as error:
        sys.exit(str(error))
    keys = load(given.folder, origin=given.origin)
    for number, line in enumerate(keys.published):
        print(f"{line}  {'signs' if number < len(keys.signing) else 'retired'}")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.log.keyring", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the log's key folder")
    parser.add_argument("--origin", required=True, metavar="NAME", help="the log's name, as its processes have it")
    step = parser.add_mutually_exclusive_group()
    step.add_argument("--rotate", action="store_true", help="make a new key; both sign from the next start on")
    step.add_argument("--retire", action="store_true", help="remove the older one; it is published as retired")
    return parser


if __name__ == "__main__":
    main()
