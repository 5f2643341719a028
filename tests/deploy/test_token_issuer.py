"""Services believe the tokens of the issuer that runs beside them, and of no other."""

from collections.abc import Mapping

import pytest

from tests.deploy.test_manifests import SERVICES, compose_settings, kubernetes_settings

ASKING = (
    "registry",
    "harvest",
    "quality",
    "shipping",
    "traceability-serve",
    "labels",
    "labels-listings",
    "log-serve",
    "portal",
)
TABLE = {process.name: process.settings for process in SERVICES}
MANIFESTS = {
    "local": TABLE,
    "compose": {name: compose_settings(name) for name in TABLE},
    "kubernetes": {name: kubernetes_settings(name) for name in TABLE},
}


@pytest.mark.parametrize("settings", MANIFESTS.values(), ids=MANIFESTS)
def test_tokens_must_name_the_issuer_that_gives_them(settings: Mapping[str, Mapping[str, str]]) -> None:
    asked = {name: given["SUYUAN_TOKEN_ISSUER"] for name, given in settings.items() if "SUYUAN_TOKEN_ISSUER" in given}
    assert set(asked) == set(ASKING)
    assert set(asked.values()) == {settings["identity"]["SUYUAN_ISSUER"]}
