"""Rotating and revoking signing keys by hand: `python -m services.labels.keyring FOLDER`, and a restart of `labels`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from services.labels import keys


def main() -> None:
    given = _arguments().parse_args()
    if given.revoke:
        _revoke(given.folder, given.revoke, given.since)
    if given.rotate or given.revoke:
        keys.rotate(given.folder, stamp=time.strftime("%Y%m%dT%H%M%S", time.gmtime()))
    for key in keys.load(given.folder, stamp="first").keys:
        state = "valid" if key.revoked_ms is None else f"revoked at {key.revoked_ms // 1000}"
        print(f"{key.signing.key_id.hex()}  {state}")


def _revoke(folder: Path, key_id: str, since_s: int | None) -> None:
    try:
        keys.revoke(folder, bytes.fromhex(key_id), from_ms=1000 * (int(time.time()) if since_s is None else since_s))
    except (KeyError, ValueError):
        sys.exit(f"There is no key {key_id} in {folder}.")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.labels.keyring", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder `keys` of the labels' state folder")
    parser.add_argument("--rotate", action="store_true", help="make the key that signs from the next start on")
    parser.add_argument("--revoke", metavar="KEYID", help="eight hex digits; makes a new key as well")
    parser.add_argument("--since", type=int, metavar="SECONDS", help="since 1970, of the leak. [default: now]")
    return parser


if __name__ == "__main__":
    main()
