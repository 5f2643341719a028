"""What must not be done with goods as they stand: recalled, held, gone, never here; in the order of gravity."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from services.portal.reporting.goods_before import BESIDE, NO_EFFECT
from services.portal.reporting.surroundings import Surroundings
from services.portal.sentences import N_, Sentence, say
from services.portal.telling.naming import short

_BREACHES: Mapping[str, str] = {
    "recalled": N_("{code} is recalled: do not sell it and do not pass it on."),
    "recalled-in-part": N_("Some of {code} is recalled, and nobody knows which: do not sell it and do not pass it on."),
    "held": N_("{code} is held back: do not sell it and do not pass it on until it is let go."),
    "recall-stays": N_("{code} stays recalled: only who is registered as regulator or operator ends a recall."),
    "hold-stays": N_("{code} stays held: who held it, an inspector or the operator lets it go."),
    "nothing-held": N_("{code} is neither held nor recalled: there is nothing to let go."),
    "no-say": N_(
        "{code}: you had nothing to do with these goods, so this is only shown and holds nothing. Ask who had them, an"
        " inspector or the brand's office."
    ),
    "failed-before": N_(
        "{code} failed a test: another accredited laboratory lifts that only with a reason, on a sealed sample, in a"
        " report with a number."
    ),
    "gone": N_("{code} was reported lost or destroyed."),
    "not-here": N_("No report says that {code} came here. Is it the right box or lot, and the right place?"),
    "not-sent": N_("No report says that {code} was sent here. Is it the right box or lot, and the right place?"),
    "sold-twice": N_("{code} was sold before and has not come back: it is held until that is settled."),
    "returned-unsold": N_("{code} comes back, and nobody reported selling it: it is held until somebody does."),
    "other-order": N_("{code} was sold under another order number than this. Was the number mistyped?"),
    "made-later": N_("By the reports, {code} was picked or made only after this. Is one of the times wrong?"),
    "sent-later": N_("By the reports, {code} was sent here only after this. Is one of the times wrong?"),
    "here-already": N_("{code} was received here before, and no report says that it left since. Was it scanned twice?"),
    "more-than-sent": N_("By the reports, less of {code} was sent here than has come. Was a weight mistyped?"),
}


def no_effect(around: Surroundings) -> list[Sentence]:
    """Why a hold or release changes nothing, and who could."""
    return list(_said(around, NO_EFFECT))


def beside(around: Surroundings) -> list[Sentence]:
    """What other reports say otherwise: told with the receipt, and not asked before."""
    return list(_said(around, BESIDE))


def breaches(around: Surroundings) -> Iterator[Sentence]:
    """What is asked, in the order of the table."""
    return _said(around, [one for one in _BREACHES if one not in BESIDE])


def _said(around: Surroundings, wanted: Collection[str]) -> Iterator[Sentence]:
    for breach, text in _BREACHES.items():
        if breach not in wanted:
            continue
        for key in sorted(key for what, key in around.breaches if what == breach):
            yield say(text, code=short(key))
