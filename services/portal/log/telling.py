"""What a person is told of where a report stands in the log: its entry under a checkpoint, and what to keep of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from provenance.log.checkpoints import Checkpoint
from provenance.log.proofs import Proof
from services.portal.log.ports import Log
from services.portal.log.promising import evidence_path
from services.portal.log.proof_code import fits
from services.portal.ports import AWAY, StoredEvent
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.caller import Caller
from wire.errors import NotFound

WAIT_S = 1.0
MOST_RECORDS = 6

STANDS = N_(
    "Entry {number} of the log, which has signed its first {size} entries: none of these can be changed or taken out"
    " without it being found."
)
WAITS = N_("The log has not signed it yet: that takes some seconds. Open this page again.")
AWAY_NOW = N_("The log does not answer at the moment. The proof can be fetched later.")


@dataclass(frozen=True, slots=True)
class Kept:
    """Addresses of what there is to keep, empty where there is none for this reader."""

    declares: bool
    sentence: Sentence
    promise: str = ""
    proof: str = ""
    code: str = ""


class LogTelling:
    def __init__(self, *, log: Log) -> None:
        self._log = log

    async def of(self, stored: Sequence[StoredEvent], event_id: str, caller: Caller) -> Sequence[Kept]:
        """Of the records under this id that the reader sees whole; nothing for the public."""
        whole = [one for one in stored if one.receipt] if caller.is_known else []
        return await asyncio.gather(*(self._kept(one, event_id, caller) for one in whole[:MOST_RECORDS]))

    async def _kept(self, stored: StoredEvent, event_id: str, caller: Caller) -> Kept:
        declares = "errorDeclaration" in orjson.loads(stored.event)
        mine = caller.principal.party == stored.capturer
        promise = evidence_path(event_id, "promise", stored.record_id) if mine else ""
        try:
            text = await self._log.proof(stored.record_id, token=caller.token, timeout_s=WAIT_S)
        except NotFound:
            return Kept(declares, say(WAITS), promise)
        except AWAY:
            return Kept(declares, say(AWAY_NOW), promise)
        proof = evidence_path(event_id, "proof", stored.record_id)
        return Kept(declares, _stands(text), promise, proof, f"{proof}&format=svg" if fits(text) else "")


def _stands(text: str) -> Sentence:
    """Numbered from 1, as people count."""
    proof = Proof.read(text)
    note = proof.checkpoint.text
    checkpoint = Checkpoint.read(note, origin=note.partition("\n")[0])
    return say(STANDS, number=f"{proof.index + 1:,}", size=f"{checkpoint.size:,}")
