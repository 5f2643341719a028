"""The real registry service, and callers of several roles."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest_asyncio
from produce.v1 import capture_pb2, registry_pb2, registry_pb2_grpc

from provenance.registry.records import Record
from runtime.publishing_config import PublishingConfig
from services.registry.__main__ import run
from tests.services.running import Site, calling
from wire.registry_codec import from_message, to_message

OFFICE = "https://suyuan.example/office/1"
ACCEPTED = capture_pb2.CAPTURE_STATUS_ACCEPTED
REJECTED = capture_pb2.CAPTURE_STATUS_REJECTED
RETRY = capture_pb2.CAPTURE_STATUS_RETRY


@dataclass(frozen=True)
class Caller:
    """The registry as one caller sees it."""

    stub: Any

    async def put(self, *records: Record) -> list[registry_pb2.PutResult]:
        return await self.put_messages(*(to_message(record) for record in records))

    async def put_messages(self, *records: registry_pb2.RegistryRecord) -> list[registry_pb2.PutResult]:
        answer = await self.stub.PutRecords(registry_pb2.PutRecordsRequest(records=records))
        return list(answer.results)

    async def get(self, kind: str, id: str, on: str = "") -> Record:
        answer = await self.stub.GetRecord(registry_pb2.GetRecordRequest(kind=kind, id=id, on=on))
        return from_message(answer.record)

    async def erase(self, party: str) -> registry_pb2.ErasePersonalDataResponse:
        request = registry_pb2.ErasePersonalDataRequest(party=party)
        found: registry_pb2.ErasePersonalDataResponse = await self.stub.ErasePersonalData(request)
        return found

    async def list(self, **asked: Any) -> registry_pb2.ListRecordsResponse:
        found: registry_pb2.ListRecordsResponse = await self.stub.ListRecords(registry_pb2.ListRecordsRequest(**asked))
        return found


@dataclass(frozen=True)
class RunningRegistry:
    site: Site
    target: str

    @asynccontextmanager
    async def as_(self, *roles: str, party: str = OFFICE) -> AsyncIterator[Caller]:
        token = await self.site.token(party, *roles) if roles else ""
        async with calling(self.target, token) as opened:
            yield Caller(registry_pb2_grpc.RegistryServiceStub(opened))


@pytest_asyncio.fixture(scope="module")
async def registry(site: Site) -> AsyncIterator[RunningRegistry]:
    async with site.serving("registry", run, PublishingConfig) as target:
        yield RunningRegistry(site, target)


@pytest_asyncio.fixture
async def registrar(registry: RunningRegistry) -> AsyncIterator[Caller]:
    """Keeps the registry and may bring in what others have to propose."""
    async with registry.as_("registrar", "operator") as caller:
        yield caller


def new_id(kind: str) -> str:
    return f"https://suyuan.example/{kind}/{secrets.token_hex(6)}"
