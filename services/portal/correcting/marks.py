"""What a history page says of its reports beside the story: who called which wrong, and the way to do so oneself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from epcis.events import Event
from services.portal.correcting.declarations import declarations
from services.portal.correcting.handlers import may_correct
from services.portal.correcting.words import sentence
from services.portal.languages import Language
from services.portal.ports import AWAY, Admission, Histories, StoredEvent
from services.portal.reporting.looking_around import Looking
from services.portal.sentences import N_
from services.portal.signing_in.caller import Caller
from services.portal.telling.histories import History, Step

MOST_LOOKED_UP = 50
CORRECT, DISPUTE = N_("correct it"), N_("dispute it")


@dataclass(frozen=True, slots=True)
class Marks:
    """By event id: sentences about its declarations, and the word (a msgid) of the link to its correction."""

    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


def _declared(step: Step) -> bool:
    return step.standing != "in_force" or step.counts_again


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionMarks:
    histories: Histories
    admission: Admission
    looking: Looking

    async def of(self, history: History, caller: Caller, language: Language) -> Marks:
        return Marks(await self._declared(history, caller, language), self._links(history, caller))

    def _links(self, history: History, caller: Caller) -> Mapping[str, str]:
        """For those who report at all; of the reports that stand."""
        if not may_correct(caller):
            return {}
        party = caller.principal.party
        anybodys = self.admission.may_declare(party)
        standing = (step for step in history.steps if step.standing in ("in_force", "disputed"))
        return {step.event_id: CORRECT if anybodys or step.capturer == party else DISPUTE for step in standing}

    async def _declared(self, history: History, caller: Caller, language: Language) -> Mapping[str, tuple[str, ...]]:
        ids = list(dict.fromkeys(step.event_id for step in history.steps if _declared(step)))
        try:
            stored = await self.histories.events(ids[:MOST_LOOKED_UP], after=(), token=caller.token) if ids else ()
        except AWAY:
            return {}
        documents: defaultdict[str, list[tuple[StoredEvent, Event]]] = defaultdict(list)
        for one in stored:
            event = Event(orjson.loads(one.event))
            documents[event.event_id].append((one, event))
        found = {id_: declarations(listed, self.admission) for id_, listed in documents.items()}
        parties = [("party", one.party) for listed in found.values() for one in listed if one.party]
        around = await self.looking.named(parties, caller)
        return {id_: tuple(sentence(one, around, language) for one in listed) for id_, listed in found.items()}
