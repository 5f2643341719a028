"""What the portal looks up for whoever reports on quality: the limits that hold, the verdict they give, a seal's use.

Nothing here refuses a true report while the registry or the store is away: what cannot be looked up is not asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from epcis.events import Event
from provenance.access.declaring import DECLARING_KINDS
from provenance.days import day_of
from provenance.quality.conformity import Conformity, conformity, limits_of
from provenance.quality.inspections import Inspection, read_measured
from provenance.quality.measured_words import found_words, limit_words, measured_words
from provenance.registry.records import ProductionStandard
from provenance.weights import gtin_of
from services.portal.languages import Language
from services.portal.ports import AWAY, Histories, Records
from services.portal.reporting.fields import Values
from services.portal.reporting.quality_fields import sample_of
from services.portal.reporting.typed import FieldError
from services.portal.reporting.understood import Line
from services.portal.sentences import N_, say
from services.portal.telling.naming import short
from wire.errors import NotFound, Rejected, Unauthorised

_VERDICTS: Mapping[bool | None, str] = {
    True: N_("conforms"),
    False: N_("does not conform"),
    None: N_("cannot be told"),
}
_NO_READING = (*AWAY, NotFound, Rejected, Unauthorised)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityChecks:
    records: Records
    histories: Histories
    base: str

    async def check(self, noun: str, values: Values, event: Mapping[str, Any], event_id: str, *, token: str) -> None:
        """Raises FieldError for a sample that was sealed before, and for a verdict against the values without why."""
        if noun == "samples":
            await self._sealed_once(values["seal"], event_id, token)
        if noun == "inspections" and values["verdict"] and not values["override_reason"]:
            judged = await self.judged(event, token=token)
            if judged is not None and judged.differs:
                sentence = N_(
                    "By the values and the production standard it {computed}. Is a value mistyped? If not, leave the"
                    " verdict empty, or say why it is another."
                )
                raise FieldError(say(sentence, computed=_VERDICTS[judged.computed]), "override_reason")

    async def limits(self, gtin: str, *, language: Language, token: str) -> list[str]:
        """What the production standard of today allows, a line each."""
        standard = await self._standard(gtin, "", token)
        listed = [limit_words(limit) for limit in limits_of(standard)] if standard else []
        return [language.pick(words.zh, words.en) for words in listed]

    async def judged(self, body: Mapping[str, Any], *, token: str) -> Conformity | None:
        """The verdict by the standard of that day; None where none is registered or nobody can say."""
        event = Event(body)
        on = day_of(event)
        gtins = (gtin_of(item.key) for item in event.objects)
        standards = [await self._standard(gtin, on.isoformat(), token) for gtin in gtins if gtin]
        standard = next(filter(None, standards), None)
        if standard is None:
            return None
        inspection = Inspection(event, "", "", tuple(read_measured(event)))
        return conformity(inspection, standard, may_override=False)

    async def _sealed_once(self, seal: str, event_id: str, token: str) -> None:
        sample = sample_of(seal, self.base)
        try:
            used = await self.histories.named_by_others([sample], event_id, token=token)
        except AWAY:
            return
        if used:
            sentence = N_("The seal {seal} was used before: a sample is sealed once. Type the number on this one.")
            raise FieldError(say(sentence, seal=short(sample)), "seal")

    async def _standard(self, gtin: str, on: str, token: str) -> ProductionStandard | None:
        try:
            product = await self.records.get("product", gtin, on, token=token)
            id_ = product.get("production_standard", "")
            found = await self.records.record("production_standard", id_, on, token=token) if id_ else None
        except _NO_READING:
            return None
        return found if isinstance(found, ProductionStandard) else None


NO_STANDARD = N_("cannot be told: no production standard is registered for this product")
NOT_MEASURED = N_("cannot be told: no value was measured")
NOT_COMPARED = N_("cannot be told: nothing that was measured can be held against the standard")


def judged_lines(judged: Conformity | None, roles: Collection[str], language: Language) -> list[Line]:
    """Each value beside its limit, then the verdict or why there is none; where the report says otherwise, whether that
    counts."""
    if judged is None:
        return [Line(N_("By the standard"), language.text(NO_STANDARD))]
    words = [(measured_words(one), found_words(one.finding)) for one in judged.compared]
    lines = [Line(N_("Measured"), f"{language.pick(m.zh, m.en)}: {language.pick(f.zh, f.en)}") for m, f in words]
    lines.append(Line(N_("By the standard"), language.text(_verdict(judged))))
    if judged.differs:
        counts = not DECLARING_KINDS.isdisjoint(roles) and bool(judged.inspection.override_reason)
        text = N_("counts, and is shown as an override") if counts else N_("is shown, and does not count")
        lines.append(Line(N_("The other verdict"), language.text(text)))
    return lines


def _verdict(judged: Conformity) -> str:
    if judged.computed is not None:
        return _VERDICTS[judged.computed]
    return NOT_COMPARED if judged.inspection.measured else NOT_MEASURED
