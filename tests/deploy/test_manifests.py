"""The manifests run the same processes with the same settings as the table, and watch metrics that exist."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.processes import Process, services
from deploy.local.site import ROOT, Site
from runtime.config import read
from runtime.metrics import REGISTRY
from tests.deploy.test_processes import config_class

DEPLOY = ROOT / "deploy"
SERVICES = services(Site(8600, Path("/srv/var"), None, None))
by_name = pytest.mark.parametrize("process", SERVICES, ids=lambda process: process.name)


def kubernetes() -> Iterator[Mapping[str, Any]]:
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        yield from yaml.safe_load_all(file.read_text())


def workload(name: str) -> Mapping[str, Any]:
    kinds = ("Deployment", "StatefulSet")
    [found] = [d for d in kubernetes() if d["kind"] in kinds and d["metadata"]["name"] == name]
    return dict(found)


def container(name: str) -> Mapping[str, Any]:
    [only] = workload(name)["spec"]["template"]["spec"]["containers"]
    return dict(only)


def kubernetes_settings(name: str) -> dict[str, str]:
    maps = {d["metadata"]["name"]: d["data"] for d in kubernetes() if d["kind"] == "ConfigMap"}
    only = container(name)
    shared = [maps[source["configMapRef"]["name"]] for source in only.get("envFrom", ())]
    own = {entry["name"]: entry.get("value", "from the cluster") for entry in only["env"]}
    return {key: value for part in [*shared, own] for key, value in part.items()}


def compose() -> Mapping[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())["services"])


def compose_settings(name: str) -> dict[str, str]:
    """As compose fills them in where the user's environment says nothing."""
    given = compose()[name]["environment"].items()
    return {key: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)) for key, value in given}


def assert_complete(process: Process, settings: Mapping[str, str]) -> None:
    """Nothing of the table is missing, and the service itself takes the settings."""
    assert {*process.settings, *process.secrets} <= set(settings)
    read(config_class(process), {**settings, **dict.fromkeys(process.secrets, "0" * 64)})


@by_name
def test_kubernetes_gives_a_service_the_settings_it_knows(process: Process) -> None:
    assert_complete(process, kubernetes_settings(process.name))
    assert container(process.name)["command"] == ["python", "-m", process.module]


@by_name
def test_compose_gives_a_service_the_settings_it_knows(process: Process) -> None:
    assert_complete(process, compose_settings(process.name))
    assert compose()[process.name]["command"] == ["python", "-m", process.module]


@by_name
def test_kubernetes_asks_every_process_whether_it_lives_and_is_ready(process: Process) -> None:
    only = container(process.name)
    assert only["livenessProbe"]["httpGet"]["path"] == "/live"
    assert only["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert only["resources"]["limits"]["memory"]
    assert workload(process.name)["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 10


def test_projectors_are_named_by_their_ordinals_so_that_they_keep_their_partitions() -> None:
    projector = workload("traceability-project")
    assert projector["kind"] == "StatefulSet"
    [consumer] = [e for e in container("traceability-project")["env"] if e["name"] == "SUYUAN_CONSUMER_ID"]
    assert consumer["valueFrom"]["fieldRef"]["fieldPath"] == "metadata.name"


def test_one_registry_writes() -> None:
    spec = workload("registry")["spec"]
    assert (spec["replicas"], spec["strategy"]["type"]) == (1, "Recreate")


def test_who_stands_behind_an_ingress_believes_it_about_the_sender() -> None:
    rules = [rule for d in kubernetes() if d["kind"] == "Ingress" for rule in d["spec"]["rules"]]
    behind = {path["backend"]["service"]["name"] for rule in rules for path in rule["http"]["paths"]}
    assert behind == {"portal"}
    assert kubernetes_settings("portal")["SUYUAN_TRUSTED_PROXIES"]


def test_every_manifest_is_applied() -> None:
    kustomization = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())
    files = {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == files


def test_prometheus_scrapes_every_process() -> None:
    [job] = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    [static] = job["static_configs"]
    assert {target.split(":")[0] for target in static["targets"]} >= {process.name for process in SERVICES}


def declared_series() -> set[str]:
    """Every series that the registry of metrics can show."""
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
    return {f"{metric.name}{ending}" for metric in REGISTRY.collect() for ending in endings[metric.type]}


def test_alerts_and_the_dashboard_ask_for_metrics_that_exist() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
    panels = json.loads((DEPLOY / "grafana" / "suyuan.json").read_text())["panels"]
    asked = [rule["expr"] for rule in rules] + [t["expr"] for panel in panels for t in panel["targets"]]
    named = {word for text in asked for word in re.findall(r"\bsuyuan_\w+", text)}
    assert named - declared_series() == set()


def test_the_dashboard_shows_the_log_that_alerts_watch() -> None:
    shown = (DEPLOY / "grafana" / "suyuan.json").read_text()
    for name in ("suyuan_log_leaves", "suyuan_log_since_signed_seconds", "suyuan_log_feed_lag_records"):
        assert name in shown, name
