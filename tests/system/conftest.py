"""What all system tests share: one running product, a partner who reports for others, and a clean audit after each."""

import secrets
from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from tests.running_product import RunningProduct
from tests.system.stranger import Spelling, Stranger

_NUMBERS = count(secrets.randbelow(9_000))


@pytest.fixture(scope="module", autouse=True)
def nothing_is_lost(product: RunningProduct) -> Iterator[None]:
    """`suyuan audit --deep` finds every event of the log in the store, after every module."""
    yield
    audited = product.suyuan("audit", "--deep")
    assert audited.returncode == 0, audited.stdout + audited.stderr


@pytest.fixture(scope="module")
def partner(product: RunningProduct) -> Iterator[httpx.Client]:
    """A partner's system at the EPCIS door: reports for others, reads all."""
    with product.client("importer", "operator") as client:
        yield client


@pytest.fixture(scope="module")
def public(product: RunningProduct) -> Iterator[httpx.Client]:
    with product.client() as client:
        yield client


def a_stranger(spelling: Spelling = "link") -> Stranger:
    """One whose numbers no other test has."""
    return Stranger(next(_NUMBERS), spelling)
