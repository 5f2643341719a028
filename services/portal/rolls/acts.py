"""What is done with rolls and labels, as tables: the same serve the pages, the JSON and its description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.portal.labels.fields import LOT
from services.portal.reporting.command_fields import (
    PRODUCT,
    codes_of,
    read_count_of_labels,
    read_lot,
    read_text,
    read_told_to_all,
)
from services.portal.reporting.fields import Field, Situation, Values
from services.portal.sentences import N_


def read_scanned(text: str, values: Values, at: Situation) -> str:
    """A label's link or short code, as it was scanned or typed; what it is worth `labels` says."""
    return text.strip()


def read_scanned_lines(text: str, values: Values, at: Situation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in codes_of(text)))


FIRST = Field(
    name="first", label=N_("First label"), read=read_scanned, widget="code", example="K7QM-2D9V-XR4T",
    hint=N_("Scan it, or type the code under the square."),
)  # fmt: skip
LAST = replace(FIRST, name="last", label=N_("Last label"), hint=N_("Either end may be scanned first."))
REASON = Field(name="reason", label=N_("Reason"), read=read_told_to_all, hint=N_("All who read of it see it."))
BRAND = Field(name="brand", label=N_("Brand"), read=read_text, widget="choice", required=False)
ORDER = (
    replace(PRODUCT, sticky=False),
    Field(
        name="count", label=N_("How many labels"), read=read_count_of_labels, widget="number",
        hint=N_("They say “not yet active” until they are bound to a lot, and count against its weight from then."),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`done` has {count} of labels. `keeps` names the field that stays filled for the next scan."""

    noun: str
    title: str
    lead: str
    button: str
    done: str
    roles: frozenset[str]
    fields: tuple[Field, ...]
    keeps: str = ""


ACTS: Mapping[str, Act] = {
    one.noun: one
    for one in (
        Act(
            noun="bind",
            title=N_("Bind labels to a lot"),
            lead=N_("Labels of a roll go on the boxes of a packed lot: scan the first and the last that were used."),
            button=N_("Bind"),
            done=N_("{count} labels are bound to the lot."),
            roles=frozenset({"brand_office", "packer", "operator"}),
            fields=(LOT, FIRST, LAST),
            keeps="lot",
        ),
        Act(
            noun="return",
            title=N_("Return labels"),
            lead=N_("Labels that were bound to a lot and went on no box: they are free again, and so is its weight."),
            button=N_("Give back"),
            done=N_("{count} labels are free again."),
            roles=frozenset({"brand_office", "packer", "operator"}),
            fields=(FIRST, LAST),
        ),
        Act(
            noun="void",
            title=N_("Make labels void"),
            lead=N_("Misprinted, damaged or lost labels: whoever scans one reads that it is void, for ever."),
            button=N_("Make void"),
            done=N_("{count} labels are void."),
            roles=frozenset({"brand_office", "operator"}),
            fields=(
                Field(
                    name="codes", label=N_("Labels"), read=read_scanned_lines, widget="lines", required=False,
                    hint=N_("One code a line: scan one after the other. All of one lot or of one roll."),
                ),
                replace(FIRST, label=N_("or all from"), required=False),
                replace(LAST, label=N_("up to"), required=False),
                REASON,
            ),
        ),
        Act(
            noun="recall",
            title=N_("Recall boxes by their labels"),
            lead=N_(
                "What bears these labels must not be eaten or sold: whoever scans one reads so at once. The regulator "
                "ends it."
            ),
            button=N_("Recall"),
            done=N_("{count} boxes are recalled. Whoever scans one reads it from now on."),
            roles=frozenset({"regulator", "inspector", "laboratory", "packer", "operator"}),
            fields=(
                replace(FIRST, required=False),
                replace(LAST, required=False, hint=N_("Leave empty where it is one box.")),
                replace(
                    LOT, label=N_("or a whole lot"), read=read_lot, required=False,
                    hint=N_("All that was packed of it, labelled or not."),
                ),
                REASON,
            ),
        ),
    )
}  # fmt: skip
