"""Probes over real HTTP."""

from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter

from runtime.health import Health, HealthServer, not_yet, probed
from tests.services.running import free_port


@pytest.fixture
async def server() -> AsyncIterator[tuple[Health, httpx.AsyncClient]]:
    health, metrics = Health(), CollectorRegistry()
    Counter("suyuan_trial_total", "A trial.", registry=metrics).inc()
    served = HealthServer(health, port=0, host="127.0.0.1", metrics=metrics)
    await served.start()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{served.port}", trust_env=False) as client:
        yield health, client
    await served.close()


Served = tuple[Health, httpx.AsyncClient]


async def test_a_process_without_troubles_is_live_and_ready(server: Served) -> None:
    _, client = server
    for path in ("/live", "/ready"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"failing": {}})


async def test_what_is_not_ready_is_named_and_the_process_stays_live(server: Served) -> None:
    health, client = server
    health.ready["view"], done = not_yet("the registry view is not caught up")
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()) == (503, {"failing": {"view": "the registry view is not caught up"}})
    assert (await client.get("/live")).status_code == 200
    done()
    assert (await client.get("/ready")).status_code == 200


async def test_a_process_that_is_not_live_is_not_ready_either(server: Served) -> None:
    health, client = server
    health.live["loop"] = lambda: "stands still"
    assert [(await client.get(path)).status_code for path in ("/live", "/ready")] == [503, 503]


async def test_metrics_are_served_in_the_text_format(server: Served) -> None:
    _, client = server
    answer = await client.get("/metrics?name=x")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "suyuan_trial_total 1.0" in answer.text


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/live/x"), ("POST", "/live")])
async def test_nothing_else_is_served(server: Served, method: str, path: str) -> None:
    _, client = server
    assert (await client.request(method, path)).status_code == 404


async def test_a_probed_block_is_ready_when_it_says_so_and_answers_no_longer_than_it_lasts() -> None:
    port = free_port()
    async with httpx.AsyncClient() as http, probed(port, "connecting") as started:
        waiting = await http.get(f"http://127.0.0.1:{port}/ready")
        assert (waiting.status_code, waiting.json()) == (503, {"failing": {"start": "connecting"}})
        started()
        assert (await http.get(f"http://127.0.0.1:{port}/ready")).status_code == 200
    async with httpx.AsyncClient() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://127.0.0.1:{port}/ready")
