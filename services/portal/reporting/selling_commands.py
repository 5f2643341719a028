"""What is reported where goods reach consumers: sold over the counter, sent as a parcel, brought back."""

from __future__ import annotations

import re
from dataclasses import replace

from provenance.parcels import Paper, parcel_paper
from services.portal.reporting import selling_events as events
from services.portal.reporting.command_fields import (
    GOODS_UNIT,
    ITEMS,
    LOT_ROWS,
    SITE,
    WHEN,
    named,
    read_text,
    read_words,
)
from services.portal.reporting.fields import Command, Field, Situation, Values
from services.portal.reporting.typed import FieldError
from services.portal.sentences import N_, say

_TELEPHONE = re.compile(r"\d(?:[\s()-]*\d){6,}")
"""Seven digits and more, however they are grouped."""


def read_order(text: str, values: Values, at: Situation) -> str:
    return _paper("order", text, at)


def read_waybill(text: str, values: Values, at: Situation) -> str:
    return _paper("waybill", text, at)


def read_reason(text: str, values: Values, at: Situation) -> str:
    """What is recorded stays for ever and is read by many. Raises FieldError for what is likely a telephone number."""
    if _TELEPHONE.search(read_text(text, values, at)):
        raise FieldError(say(N_("This looks like a telephone number. Only say why; whose it was stays with you.")))
    return read_words(text, values, at)


def _paper(paper: Paper, text: str, at: Situation) -> str:
    """The number leaves this process as a hash only. Raises FieldError."""
    try:
        return parcel_paper(paper, text, at.party)
    except ValueError:
        raise FieldError(say(N_("A number has up to 64 letters and digits, such as SF1234567890."))) from None


SELLING_COMMANDS = (
    Command(
        noun="sales",
        title=N_("Sale"),
        lead=N_("Goods are sold to a consumer."),
        done=N_("The sale is recorded."),
        build=events.sale,
        entries=(ITEMS, GOODS_UNIT, LOT_ROWS, SITE, WHEN),
    ),
    Command(
        noun="parcels",
        title=N_("Parcel to a consumer"),
        lead=N_("Boxes sold online go to a courier."),
        done=N_("The parcel is recorded."),
        build=events.parcel,
        entries=(
            replace(ITEMS, label=N_("Boxes in the parcel"), required=True),
            Field(name="order", label=N_("Order number"), read=read_order,
                  hint=N_("Only a hash of it is kept; name, telephone and address are never asked for.")),
            Field(name="waybill", label=N_("Waybill number"), read=read_waybill, widget="code", required=False,
                  example="SF1234567890", hint=N_("Scan it. Only a hash of it is kept.")),
            Field(name="courier", label=N_("Courier"), read=named("party"), widget="code", required=False,
                  sticky=True),
            SITE,
            WHEN,
        ),
    ),
    Command(
        noun="returns",
        title=N_("Return"),
        lead=N_("A consumer brings goods back, or refuses a parcel."),
        done=N_("The return is recorded."),
        build=events.returned,
        entries=(
            ITEMS,
            GOODS_UNIT,
            LOT_ROWS,
            Field(name="order", label=N_("Order number"), read=read_order, required=False,
                  hint=N_("Only a hash of it is kept; name, telephone and address are never asked for.")),
            Field(name="reason", label=N_("Reason"), read=read_reason, required=False,
                  hint=N_("Such as refused at the door, spoilt, wrong goods. No names.")),
            SITE,
            WHEN,
        ),
    ),
)  # fmt: skip
