"""What the brand's office fills in to get labels, and the words for what it is answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from services.portal.reporting.command_fields import read_count_of_labels, read_lot, read_text
from services.portal.reporting.fields import Field
from services.portal.sentences import N_, Sentence, say
from wire.errors import NotFound, Unauthorised

ROLES = frozenset({"brand_office", "operator"})
LOT = Field(
    name="lot", label=N_("Packed lot"), read=read_lot, widget="code", example="(01)09520001000010(10)G0914",
    hint=N_("Product and lot: scan them, or type (01), the product number, (10), the lot."),
)  # fmt: skip
COUNT = Field(
    name="count", label=N_("How many labels"), read=read_count_of_labels, widget="number",
    hint=N_("Not more than the lot has boxes: the kilograms are counted."),
)  # fmt: skip
BRAND = Field(name="brand", label=N_("Brand"), read=read_text, widget="choice")
VERDICTS: Mapping[str, str] = {
    "refused": N_("No labels: this lot may not bear the brand."),
    "held": N_("No labels yet: something has to be settled first."),
    "granted": N_("The brand's rules are kept."),
}


_REFUSALS: Mapping[str, str] = {
    "is not known, so nobody can say": N_("No labels: the weight of the lot or of a box is not recorded."),
    "name a product and a lot": N_("No labels: name the product and the lot, as they stand on the packed boxes."),
}
"""What `labels` answers, by words of its sentence, in the reader's language."""
_FILLED = re.compile(r"more than the lot's ([0-9.]+) kg at ([0-9.]+) kg a box; there are ([0-9]+) left")


def why(error: Exception) -> Sentence:
    """Why there are no labels, where it is no rule of the brand."""
    if isinstance(error, NotFound):
        return say(
            N_("No labels: nothing is recorded about this lot. Check the code, and whether its packing was recorded.")
        )
    if isinstance(error, Unauthorised):
        return say(N_("No labels: only the office of this brand may ask for them."))
    if filled := _FILLED.search(str(error)):
        boxes = Decimal(filled[1]) // Decimal(filled[2])
        text = N_("No labels: the lot's {kg} kg fill {boxes} boxes, and {left} of them have no label yet.")
        return say(text, kg=filled[1], boxes=boxes, left=filled[3])
    known = next((text for words, text in _REFUSALS.items() if words in str(error)), None)
    return say(known) if known else say(N_("No labels: {reason}"), reason=str(error))
