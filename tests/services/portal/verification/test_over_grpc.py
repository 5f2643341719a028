"""The portal asks the labels' own servicer for a thousand answers over a real channel."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

import grpc
from produce.v1 import labels_pb2_grpc

from provenance.label_link import LabelLink, serial, short_code_for_people
from provenance.scans.scan import Look
from services.labels.bulk import check_all
from services.labels.domain import Checked, Series
from services.labels.rpc import LabelServicer
from services.labels.scans_ports import Looked
from services.portal.labels.rpc import GrpcLabels
from tests.provenance.labels.cheats import GTIN, link_of
from tests.services.labels.memory_ledger import MemoryLedger, MemoryRolls
from tests.services.labels.test_bulk import CHECK


async def test_a_thousand_labels_are_answered_in_one_call_and_in_their_order() -> None:
    ledger = MemoryLedger()
    serials = await ledger.serials(Series("r1", "brand", GTIN, "PK1", "", 500, b"seed", 1_000))
    await ledger.make_void(serials[:1], "void")
    asked = partial(check_all, check=CHECK, ledger=ledger, rolls=MemoryRolls())
    calls: Any = SimpleNamespace(check_all=asked)
    server = grpc.aio.server()
    labels_pb2_grpc.add_LabelServiceServicer_to_server(LabelServicer(calls=calls, signing=calls), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            links = [link_of(LabelLink(GTIN, "PK1", one)) for one in serials]
            codes = [*links, *map(short_code_for_people, serials[:499]), short_code_for_people(serial(b"made up", 1))]
            answers = await GrpcLabels(channel).verify_all(codes, token="")
    finally:
        await server.stop(None)
    assert [one.serial for one in answers] == [*serials, *serials[:499], ""]
    assert [one.verdict for one in answers] == ["void", *["issued"] * 499, "void", *["issued"] * 498, "not_ours"]
    first = answers[1]
    assert (first.gtin, first.lot, first.brand, first.issued_ms, first.link) == (GTIN, "PK1", "brand", 1_000, "")


async def test_labels_of_all_who_wait_are_one_call_each_with_its_link_and_its_look_ups() -> None:
    ledger = MemoryLedger()
    serials = await ledger.serials(Series("r1", "brand", GTIN, "PK1", "", 20, b"seed", 1_000))
    calls_made = 0

    async def asked(codes: Sequence[str]) -> list[Checked]:
        nonlocal calls_made
        calls_made += 1
        return await check_all(codes, check=CHECK, ledger=ledger, rolls=MemoryRolls())

    async def looked(code: str) -> Looked | None:
        return Looked((Look(7, None),), more=serials[3] in code)

    calls: Any = SimpleNamespace(check_all=asked, looked=looked)
    signing: Any = SimpleNamespace(label=lambda label: SimpleNamespace(link=f"signed/{label.serial}"))
    server = grpc.aio.server()
    labels_pb2_grpc.add_LabelServiceServicer_to_server(LabelServicer(calls=calls, signing=signing), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            labels = GrpcLabels(channel)
            links = [link_of(LabelLink(GTIN, "PK1", one)) for one in serials[:10]]
            codes = [*links, *map(short_code_for_people, serials[10:]), "nobody's"]
            answers = await asyncio.gather(*(labels.looked_up(code, token="") for code in codes))
    finally:
        await server.stop(None)
    assert [label.serial for label, _ in answers] == [*serials, ""]
    assert [label.link for label, _ in answers] == [*links, *(f"signed/{one}" for one in serials[10:]), ""]
    assert [seen.more if seen else None for _, seen in answers] == [n == 3 for n in range(20)] + [None]
    assert calls_made <= 2, "one that was under way, and one for all who waited"
