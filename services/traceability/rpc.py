"""TraceabilityService over gRPC: messages in, the read model asked, what the caller may see out."""

from __future__ import annotations

from produce.v1 import traceability_pb2, traceability_pb2_grpc

from runtime.grpc_server import Servicer
from services.traceability.rpc_certificates import CertificateCalls
from services.traceability.rpc_events import EventCalls
from services.traceability.rpc_histories import HistoryCalls
from services.traceability.rpc_judging import JudgedCalls
from services.traceability.rpc_payments import PaymentCalls

pb = traceability_pb2


class TraceabilityServicer(
    HistoryCalls,
    JudgedCalls,
    PaymentCalls,
    EventCalls,
    CertificateCalls,
    traceability_pb2_grpc.TraceabilityServiceServicer,
):
    """All of its calls; `rpc_asking.Asking` says what it is made of."""


def as_service(implementation: TraceabilityServicer) -> Servicer:
    """For `runtime.grpc_server`."""
    name = pb.DESCRIPTOR.services_by_name["TraceabilityService"].full_name
    return Servicer(implementation, traceability_pb2_grpc.add_TraceabilityServiceServicer_to_server, name)
