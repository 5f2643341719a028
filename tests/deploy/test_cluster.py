"""What a cluster must not lose lies on a volume, what it moves is never all away, and what is watched is explained."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from deploy.local.site import ROOT
from runtime.metrics import REGISTRY
from tests.deploy.test_manifests import DEPLOY, SERVICES, compose, compose_settings, container, kubernetes, workload

STATE = "/state"
KEPT = ("identity", "labels", "traceability-project", "log-feed")  # keys and cards; signing keys; the count of crashes
CALLED = ("registry", "harvest", "quality", "shipping", "traceability-serve", "labels", "log-serve")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def of_kind(kind: str) -> list[Mapping[str, Any]]:
    return [manifest for manifest in kubernetes() if manifest["kind"] == kind]


def pods() -> list[Mapping[str, Any]]:
    """Of everything that runs, jobs included."""
    return [d["spec"]["template"]["spec"] for d in kubernetes() if "template" in d.get("spec", {})]


@pytest.mark.parametrize("name", KEPT)
def test_what_a_process_keeps_is_on_a_volume(name: str) -> None:
    claims = {claim["metadata"]["name"] for claim in workload(name)["spec"]["volumeClaimTemplates"]}
    assert {mount["name"] for mount in container(name)["volumeMounts"] if mount["mountPath"] == STATE} <= claims
    assert any(volume.endswith(f":{STATE}") for volume in compose()[name]["volumes"])
    assert compose_settings(name)["SUYUAN_STATE_FOLDER"] == STATE


def test_the_keys_of_the_log_are_given_to_its_processes_alone_and_to_each_what_it_uses() -> None:
    used = {"log-feed": {"log-salt"}, "log-sequence": {"log-signing"}, "log-serve": {"log-salt", "log-signing"}}
    for process in SERVICES:
        volumes = json.dumps(workload(process.name)["spec"]["template"]["spec"].get("volumes", ()))
        assert set(re.findall(r"log-(?:salt|signing)", volumes)) == used.get(process.name, set()), process.name
        assert ("SUYUAN_KEY_FOLDER" in process.settings) is (process.name in used), process.name
        assert ("log:/state" in compose()[process.name].get("volumes", ())) is (process.name in used), process.name


def test_the_log_of_record_is_on_a_volume() -> None:
    folders = {entry["name"]: entry.get("value") for entry in container("kafka")["env"]}
    [mount] = container("kafka")["volumeMounts"]
    assert str(folders["KAFKA_LOG_DIRS"]).startswith(f"{mount['mountPath']}/")
    for broker in (service for name, service in compose().items() if name.startswith("kafka-")):
        [volume] = broker["volumes"]
        assert broker["environment"]["KAFKA_LOG_DIRS"].startswith(f"{volume.partition(':')[2]}/")


def test_a_node_that_is_emptied_takes_no_service_away_that_has_another_pod() -> None:
    many = {d["metadata"]["name"] for d in kubernetes() if d.get("spec", {}).get("replicas", 1) > 1}
    assert {budget["metadata"]["name"] for budget in of_kind("PodDisruptionBudget")} == many
    for budget in of_kind("PodDisruptionBudget"):
        assert budget["spec"]["selector"]["matchLabels"] == {"app": budget["metadata"]["name"]}


@pytest.mark.parametrize("name", CALLED)
def test_the_name_of_a_service_that_is_called_is_the_addresses_of_all_its_pods(name: str) -> None:
    [service] = [d for d in of_kind("Service") if d["metadata"]["name"] == name]
    assert service["spec"]["clusterIP"] == "None"
    assert service["spec"]["selector"] == workload(name)["spec"]["template"]["metadata"]["labels"]


def test_our_pods_may_do_nothing_special() -> None:
    ours = [(pod, only) for pod in pods() for only in pod["containers"] if only["image"] == "suyuan"]
    assert len(ours) == len(SERVICES) + 1
    for pod, only in ours:
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert only["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


def test_the_image_is_asked_for_by_the_version_of_the_product() -> None:
    [image] = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["images"]
    assert image["newTag"] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_the_image_has_every_package_that_a_service_imports_and_no_key_of_a_working_copy() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", (DEPLOY / "compose" / "Dockerfile").read_text(), re.MULTILINE))
    assert copied - {"proto"} == {"epcis", "provenance", "wire", "stream", "runtime", "services", "cli"}
    let_through = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in let_through
    assert {f"!{folder}" for folder in copied} <= set(let_through)
    assert not any(word in line for line in let_through for word in ("!var", "!.venv", "!build"))


def test_every_alert_is_explained() -> None:
    [group] = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    assert [rule["alert"] for rule in group["rules"] if f"**{rule['alert']}.**" not in OPERATIONS] == []


def test_every_metric_is_explained() -> None:
    names = {f"{metric.name}{'_total' if metric.type == 'counter' else ''}" for metric in REGISTRY.collect()}
    assert sorted(name for name in names if f"`{name}`" not in OPERATIONS) == []
