"""TraceabilityService over gRPC: messages in, the read model asked, what the caller may see out."""

from __future__ import annotations

from produce.v1 import traceability_pb2, traceability_pb2_grpc

from runtime.grpc_server import Servicer
from services.traceability.certificates.rpc import CertificateCalls
from services.traceability.claims.rpc import JudgedCalls
from services.traceability.events.rpc import EventCalls
from services.traceability.histories.rpc import HistoryCalls
from services.traceability.payments.rpc import PaymentCalls
from services.traceability.recalls.rpc import RecallCalls

pb = traceability_pb2


class TraceabilityServicer(
    HistoryCalls,
    JudgedCalls,
    PaymentCalls,
    EventCalls,
    CertificateCalls,
    RecallCalls,
    traceability_pb2_grpc.TraceabilityServiceServicer,
):
    """All of its calls; `rpc_asking.Asking` says what it is made of."""


def as_service(implementation: TraceabilityServicer) -> Servicer:
    """For `runtime.grpc_server`."""
    name = pb.DESCRIPTOR.services_by_name["TraceabilityService"].full_name
    return Servicer(implementation, traceability_pb2_grpc.add_TraceabilityServiceServicer_to_server, name)
