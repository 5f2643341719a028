"""Why nothing was done with labels, in the reader's language, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping

from provenance.short_names import short
from services.portal.labels.fields import why as why_no_labels
from services.portal.refusals import why_not_recorded
from services.portal.sentences import N_, Sentence, say

NO_RECALL = N_(
    "A recall is opened by the regulator, an inspector, a laboratory or who packed the goods, not by the brand: ask "
    "them."
)
_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(words), text)
    for words, text in (
        (
            r"Labels (?P<first>\d+) to (?P<last>\d+) of this roll are bound to lot (?P<lot>\S+) already",
            N_(
                "Labels {first} to {last} of this roll are bound to lot {lot} already. Scan those that are free, or "
                "return these first."
            ),
        ),
        (r"not labels of one roll", N_("These two labels are not of one roll. Scan both ends again.")),
        (r"not printed together", N_("These two labels were not printed together: name each part by itself.")),
        (
            r"The label (?P<code>\S+) is not one of this system",
            N_("{code} is no label of this system. Scan it again, or type its code."),
        ),
        (
            r"lot is of product (?P<gtin>\d+), and the roll was printed for (?P<other>\d+)",
            N_("The lot is of product {gtin}, and this roll was printed for {other}: take a roll of that product."),
        ),
        (
            r"not all bound to one lot by one scan",
            N_("These labels were not all bound by one scan: return each part by itself. The roll's page lists them."),
        ),
        (r"All of these labels are void", N_("All of these labels are void: there is nothing to return.")),
        (r"of one lot or of one roll at a time", N_("Name labels of one lot or of one roll at a time.")),
        (r"request_id was used before", N_("This page was sent before with other codes. Open it again.")),
        (
            r"(?P<owner>\S+) has given you no mandate to label",
            N_(
                "The brand's owner, {owner}, has given you no mandate to label. Its office gives one under “Who packs "
                "for you” (/labels/packers)."
            ),
        ),
        (r"only its own office", N_("These labels are another brand's; only its own office may do this.")),
        (r"A recall is not opened by", NO_RECALL),
        (r"No brand .* is registered", N_("No brand of yours lists this product. Have the registry add it.")),
        (r"does not list product (?P<gtin>\d+)", N_("The brand does not list product {gtin}.")),
        (r"no such roll", N_("There is no such roll, and no roll that this label is of.")),
        (
            r"A code on a box has 12 characters; this one has (?P<length>\d+)",
            N_("A code on a box has 12 characters; this one has {length}."),
        ),
        (r"does not check|mistyped", N_("A code has a mistyped character: compare it with the label.")),
        (r"signature", N_("The square is damaged or not of this system: type the code printed under it.")),
    )
)


def why(error: Exception) -> Sentence:
    """The sentence of a refusal by `labels`; of a report of a recall, that of reports."""
    if getattr(error, "problems", ()):
        return why_not_recorded(error)
    for words, text in _SAID:
        if found := words.search(str(error)):
            return say(text, **_named(found.groupdict()))
    return why_no_labels(error)


def _named(values: Mapping[str, str]) -> Mapping[str, str]:
    """Who owns a brand by its number, as people know it."""
    return {name: short(value) if name == "owner" else value for name, value in values.items()}
