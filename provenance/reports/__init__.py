"""What people report becomes an EPCIS 2.0 event: pure builders used by forms, simulator, command line and tests.

Each takes plain domain values (ids, kilograms as Decimal, times with their offset, the event id) and returns the
event's JSON object with its own context. No name, phone number or price ever goes in: an event is kept for ever.
"""

from provenance.reports.commitments import commitment
from provenance.reports.corrections import Reason, correction
from provenance.reports.event_json import Json, Lots
from provenance.reports.holding import hold, release
from provenance.reports.inspecting import InspectionKind, Measurement, inspection, sample
from provenance.reports.orchard import delivery, farm_input, lot_number, pooling
from provenance.reports.packing_house import grading, labelling, loss, packing, palletising, unpacking
from provenance.reports.quality import CertificateState, certificate
from provenance.reports.transport import parcel, reading, receipt, returned, sale, shipment, stock_take, storing

__all__ = [
    "CertificateState",
    "InspectionKind",
    "Json",
    "Lots",
    "Measurement",
    "Reason",
    "certificate",
    "commitment",
    "correction",
    "delivery",
    "farm_input",
    "grading",
    "hold",
    "inspection",
    "labelling",
    "loss",
    "lot_number",
    "packing",
    "palletising",
    "parcel",
    "pooling",
    "reading",
    "receipt",
    "release",
    "returned",
    "sale",
    "sample",
    "shipment",
    "stock_take",
    "storing",
    "unpacking",
]
