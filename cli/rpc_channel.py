"""The way to a service over gRPC, and its failures as one line each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import grpc

from cli.failures import NO, Failure, NotKnown
from cli.language import N_, again, headed, say
from cli.said_elsewhere import SERVICES

TIMEOUT_S = 30.0
_MAX_MESSAGE_BYTES = 16 * 1024 * 1024

# What a status means to the person at the keyboard; the server's own sentence follows.
_MEANINGS: dict[grpc.StatusCode, tuple[str, int]] = {
    grpc.StatusCode.UNAVAILABLE: (N_("{what} at {target} cannot answer now, try again"), 2),
    grpc.StatusCode.DEADLINE_EXCEEDED: (N_("{what} at {target} did not answer in time: try again"), 2),
    grpc.StatusCode.RESOURCE_EXHAUSTED: (N_("{what} at {target} has too much to do, try again"), 2),
    grpc.StatusCode.UNAUTHENTICATED: (
        N_("{what} at {target} does not accept the token: mint one with suyuan token"),
        2,
    ),
    grpc.StatusCode.PERMISSION_DENIED: (N_("{what} at {target} does not allow it with this token"), NO),
}
_NOT_THERE = ("failed to connect", "connections to all backends", "DNS resolution", "Socket closed", "name resolution")


@contextmanager
def channel(target: str, what: str) -> Iterator[grpc.Channel]:
    options = [("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES)]
    with grpc.insecure_channel(target, options=options) as channel:
        try:
            yield channel
        except grpc.RpcError as error:
            raise _failure(error, target, what) from error


def _failure(error: grpc.RpcError, target: str, what: str) -> Failure:
    call = cast(grpc.Call, error)  # what a stub raises is both, which the published types cannot say
    said = again(call.details() or "", SERVICES)
    if call.code() is grpc.StatusCode.NOT_FOUND:
        return NotKnown(said)
    if call.code() is grpc.StatusCode.INVALID_ARGUMENT:
        return Failure(said, NO)
    if call.code() is grpc.StatusCode.UNAVAILABLE and any(word in (call.details() or "") for word in _NOT_THERE):
        return Failure(say("{what} does not answer at {target}: is it up? make status", what=say(what), target=target))
    meaning, exit_code = _MEANINGS.get(call.code(), (N_("{what} at {target} failed"), 2))
    sentence = say(meaning, what=say(what), target=target)
    return Failure(headed(sentence, said) if said else sentence, exit_code)


def metadata(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),) if token else ()
