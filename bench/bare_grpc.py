"""`python -m bench.bare_grpc PORT`: a gRPC server that reads the bytes of a call and answers with none."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import grpc

from bench.calls import CAPTURE_HARVEST
from runtime.grpc_server import MAX_MESSAGE_BYTES


async def _nothing(request: bytes, _: Any) -> bytes:
    return b""


async def serve(port: int) -> None:
    """For ever."""
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)])
    _, service, method = CAPTURE_HARVEST.split("/")
    handlers: dict[str, Any] = {method: grpc.unary_unary_rpc_method_handler(_nothing)}
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, handlers)])
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
