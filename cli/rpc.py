"""Calls to `traceability` and `labels` over gRPC: generated messages stay behind these names."""

from collections.abc import Iterator, Sequence
from itertools import chain

from produce.v1 import labels_pb2, labels_pb2_grpc, traceability_pb2, traceability_pb2_grpc

from cli.language import N_
from cli.rpc_channel import TIMEOUT_S, channel, metadata

_DIRECTIONS = {
    "back": traceability_pb2.DIRECTION_BACK,
    "forward": traceability_pb2.DIRECTION_FORWARD,
}

ONWARD_PAGE_SIZE = 500

History = traceability_pb2.History
Holder = traceability_pb2.Holder
Hold = traceability_pb2.Hold
OnwardPage = traceability_pb2.OnwardPage
HistoryPage = tuple[History, OnwardPage]
FoundCode = traceability_pb2.FoundCode
Claim = traceability_pb2.Claim
ColdChain = traceability_pb2.ColdChain
Completeness = traceability_pb2.Completeness
RuleResult = traceability_pb2.RuleResult
BalanceSheet = traceability_pb2.BalanceSheet
Balance = traceability_pb2.Balance


def history(target: str, token: str, code: str, direction: str) -> History | tuple[FoundCode, ...]:
    """The history of a code, `direction` back or forward, or the things it may mean. Raises Failure."""
    with channel(target, N_("traceability")) as opened:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(opened)
        request = traceability_pb2.GetHistoryRequest(code=code, direction=_DIRECTIONS[direction])
        answer = stub.GetHistory(request, timeout=TIMEOUT_S, metadata=metadata(token))
        return tuple(answer.candidates) or answer.history


def onward(target: str, token: str, code: str) -> Iterator[HistoryPage] | tuple[FoundCode, ...]:
    """The forward history of a code, page by page, or the things it may mean. Raises Failure, also on the way."""
    pages = _onward(target, token, code)
    first = next(pages)
    return tuple(first.candidates) or ((one.history, one.page) for one in chain([first], pages))


def _onward(target: str, token: str, code: str) -> Iterator[traceability_pb2.GetHistoryResponse]:
    with channel(target, N_("traceability")) as opened:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(opened)
        request = traceability_pb2.GetHistoryRequest(
            code=code, direction=_DIRECTIONS["forward"], page_size=ONWARD_PAGE_SIZE
        )
        while True:
            answer = stub.GetHistory(request, timeout=TIMEOUT_S, metadata=metadata(token))
            yield answer
            request.page_token = answer.page.next_page_token
            if not request.page_token:
                return


def claim(target: str, token: str, key: str) -> Claim:
    """What the brand that lists the product finds of these goods. Raises Failure, NotKnown where no brand lists it."""
    with channel(target, N_("traceability")) as opened:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(opened)
        request = traceability_pb2.GetClaimRequest(code=key)
        return stub.GetClaim(request, timeout=TIMEOUT_S, metadata=metadata(token)).claim


def find(target: str, token: str, code: str) -> Sequence[FoundCode]:
    """The lots and boxes a number alone may mean, the newest first. Raises Failure."""
    with channel(target, N_("traceability")) as opened:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(opened)
        request = traceability_pb2.FindCodesRequest(codes=[code])
        return tuple(stub.FindCodes(request, timeout=TIMEOUT_S, metadata=metadata(token)).found[0].codes)


def balance_sheet(target: str, token: str, code: str) -> BalanceSheet:
    """What there was and what went on the way to a thing. Raises Failure, NotKnown."""
    with channel(target, N_("traceability")) as opened:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(opened)
        request = traceability_pb2.GetBalanceRequest(code=code)
        return stub.GetBalance(request, timeout=TIMEOUT_S, metadata=metadata(token)).balance_sheet


def cold_chain(target: str, token: str, code: str) -> ColdChain:
    """Whether a thing was kept cold. Raises Failure, NotKnown."""
    with channel(target, N_("traceability")) as opened:
        stub = traceability_pb2_grpc.TraceabilityServiceStub(opened)
        request = traceability_pb2.GetColdChainRequest(code=code)
        return stub.GetColdChain(request, timeout=TIMEOUT_S, metadata=metadata(token)).cold_chain


def label_link(target: str, token: str, serial: str) -> str:
    """The link of the label with this serial; empty where it was not issued. Raises Failure."""
    with channel(target, N_("labels")) as opened:
        stub = labels_pb2_grpc.LabelServiceStub(opened)
        request = labels_pb2.VerifyLabelRequest(code=serial)
        return stub.VerifyLabel(request, timeout=TIMEOUT_S, metadata=metadata(token)).label.link
