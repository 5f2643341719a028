"""`python -m bench.plain_http PORT GRPC_TARGET STORE_URL DATABASE`: pages of stock pieces on the same server.

/bare              nothing is asked
/found/{serial}    one `find_one` of a label's row
/called/{serial}   the same, and one gRPC call to a server that answers with nothing
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import orjson
from motor.motor_asyncio import AsyncIOMotorClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bench.calls import CAPTURE_HARVEST, calling, opened
from runtime.http_server import serve_http

PAGE = "<!doctype html><title>label</title><h1>{_id}</h1><p>{gtin} {lot}<p>{brand}"


def pages(target: str, store_url: str, database: str) -> Starlette:
    client: Any = AsyncIOMotorClient(store_url)
    rows, call = client[database]["labels"], calling(opened(target), CAPTURE_HARVEST)

    async def bare(_: Request) -> Response:
        return HTMLResponse(PAGE)

    async def found(request: Request) -> Response:
        return HTMLResponse(PAGE.format(**await rows.find_one({"_id": request.path_params["serial"]})))

    async def called(request: Request) -> Response:
        serial = request.path_params["serial"]
        await call(serial.encode())
        row = await rows.find_one({"_id": serial})
        return Response(orjson.dumps({"verdict": "issued", **row}), media_type="application/json")

    return Starlette(routes=[Route("/bare", bare), Route("/found/{serial}", found), Route("/called/{serial}", called)])


async def main(port: str, target: str, store_url: str, database: str) -> None:
    """For ever."""
    await serve_http(pages(target, store_url, database), host="127.0.0.1", port=int(port), stop=asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
