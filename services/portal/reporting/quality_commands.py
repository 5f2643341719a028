"""What people report about quality: samples, inspections, holds, and what was used in the orchard."""

from __future__ import annotations

from dataclasses import replace

from services.portal.reporting import quality_events as events
from services.portal.reporting.command_fields import (
    ITEMS,
    PRODUCT,
    SITE,
    UNIT,
    VERDICTS,
    WHEN,
    named,
    read_code,
    read_codes,
    read_lot,
    read_mass,
    read_mass_or_none,
    read_text,
    read_told_to_all,
    read_words,
)
from services.portal.reporting.fields import Command, Field
from services.portal.reporting.quality_fields import (
    EXAMPLE_SUBSTANCE,
    HOLDS,
    KINDS,
    MEASUREMENTS,
    SEAL,
    read_day,
    read_hash,
)
from services.portal.sentences import N_

_LOT = Field(name="lot", label=N_("Lot"), read=read_lot, widget="code", earlier=True)
_LABORATORY = Field(name="laboratory", label=N_("Laboratory"), read=named("party"), widget="code", required=False,
                    hint=N_("Its number, where it is another than you."))  # fmt: skip
_LOTS = Field(name="lots", label=N_("Lots"), read=read_codes, widget="lines", required=False, earlier=True,
              hint=N_("One code a line."))  # fmt: skip
_WHY = Field(name="reason", label=N_("Reason"), read=read_told_to_all,
             hint=N_("Everybody can read it, for ever: no names, no telephone numbers."))  # fmt: skip
_SOMEWHERE = replace(SITE, required=False, sticky=False)

QUALITY_COMMANDS = (
    Command(
        noun="samples",
        title=N_("Sample"),
        lead=N_("Some of a lot is sealed and sent to be tested."),
        done=N_("The sample is recorded."),
        build=events.sample,
        entries=(
            PRODUCT,
            _LOT,
            SEAL,
            UNIT,
            Field(name="mass", label=N_("Weight of the sample"), read=read_mass, widget="number"),
            Field(name="due", label=N_("Report due on"), read=read_day, widget="date"),
            _LABORATORY,
            SITE,
            WHEN,
        ),
    ),
    Command(
        noun="inspections",
        title=N_("Inspection"),
        lead=N_("A lot was looked at and measured."),
        done=N_("The inspection is recorded."),
        build=events.inspection,
        entries=(
            PRODUCT,
            _LOT,
            Field(name="kind", label=N_("Kind"), read=read_text, widget="choice", choices=KINDS, required=False),
            MEASUREMENTS,
            replace(SEAL, name="seal", required=False, label=N_("Sample"),
                    hint=N_("The number of its seal, where a sample was tested.")),
            _LABORATORY,
            Field(name="cma", label=N_("CMA number"), read=read_text, required=False),
            Field(name="report_number", label=N_("Number of the report"), read=read_text, required=False),
            Field(name="file_hash", label=N_("SHA-256 of the report"), read=read_hash, required=False),
            Field(name="reason", label=N_("Why it was tested again"), read=read_words, required=False,
                  hint=N_("Without it a new test lifts no failed one.")),
            Field(name="verdict", label=N_("Verdict"), read=read_text, widget="choice", choices=VERDICTS,
                  required=False, hint=N_("Leave empty: it is computed from the values and the standard.")),
            Field(name="override_reason", label=N_("Why another verdict than the values give"), read=read_words,
                  required=False, hint=N_("Of an inspector only. It is shown as an override, under your name.")),
            Field(name="test_report", label=N_("Test report"), read=read_code, widget="code", required=False,
                  hint=N_("Its number (GDTI) or address, if there is one.")),
            SITE,
            WHEN,
        ),
    ),
    Command(
        noun="holds",
        title=N_("Hold"),
        lead=N_("Goods are held back or recalled: they must not be sold."),
        done=N_("The hold is recorded."),
        build=events.hold,
        entries=(
            Field(name="kind", label=N_("What happens"), read=read_text, widget="choice", choices=HOLDS,
                  default="hold", required=False),
            ITEMS,
            _LOTS,
            _WHY,
            _SOMEWHERE,
            WHEN,
        ),
    ),
    Command(
        noun="releases",
        title=N_("Release"),
        lead=N_("A hold is over: the goods may go on."),
        done=N_("The release is recorded."),
        build=events.release,
        entries=(ITEMS, _LOTS, _WHY, _SOMEWHERE, WHEN),
    ),
    Command(
        noun="farm-inputs",
        title=N_("Spraying and fertilising"),
        lead=N_("Something was used in an orchard."),
        done=N_("What was used is recorded."),
        build=events.farm_input,
        entries=(
            Field(name="plot", label=N_("Plot"), read=named("plot"), widget="code", example="P-0417",
                  hint=N_("Scan the plot card, or type its code.")),
            Field(name="substance", label=N_("What was used"), read=read_text, required=False,
                  example=EXAMPLE_SUBSTANCE, hint=N_("Its common name, as it stands on the package.")),
            Field(name="input_lot", label=N_("Its lot"), read=read_code, widget="code", required=False,
                  hint=N_("Scan the code on the package, if it has one.")),
            UNIT,
            Field(name="mass", label=N_("How much"), read=read_mass_or_none, widget="number", required=False),
            Field(name="dose", label=N_("Dose"), read=read_text, required=False, example="20 g / 亩"),
            Field(name="grower", label=N_("Grower"), read=named("grower"), widget="code", required=False,
                  example="G-0231"),
            WHEN,
        ),
    ),
)  # fmt: skip
