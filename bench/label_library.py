"""What a label's link costs without a server: written and checked, beside Ed25519 alone, in turn on the same labels."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.table import Table
from provenance.label_link import LabelLink, SigningKey, serial
from provenance.labels.offline import check_offline
from provenance.labels.published_keys import PublishedKeys
from provenance.labels.scanned_link import read_scanned

URL, ISSUER, GTIN = "https://suyuan.example", "suyuan", "09520001007026"
AIM = 0.9
ROUNDS, MESSAGE_BYTES = 9, 64


def library(each: int) -> Table:
    """The middle of so many rounds of `each` labels."""
    table = Table("Labels: links written and checked in process", ("what", "a second", "µs", "of bare Ed25519"))
    key, seed = SigningKey(Ed25519PrivateKey.generate()), secrets.token_bytes(32)
    public = key.private.public_key()
    keys = {key.key_id: public}
    published = PublishedKeys(keys)
    labels = [LabelLink(GTIN, f"L{n % 100:05}", serial(seed, n)) for n in range(each)]
    links = [key.link(label, public_url=URL, issuer=ISSUER) for label in labels]
    signed = [(m, key.private.sign(m)) for m in (link.encode()[:MESSAGE_BYTES] for link in links)]
    rows: dict[str, tuple[Callable[[], object], str]] = {
        "stock: Ed25519, signed": (lambda: [key.private.sign(m) for m, _ in signed], ""),
        "a label's link, written": (
            lambda: [key.link(one, public_url=URL, issuer=ISSUER) for one in labels],
            "stock: Ed25519, signed",
        ),
        "stock: Ed25519, verified": (lambda: [public.verify(s, m) for m, s in signed], ""),
        "a scanned link, checked": (
            lambda: [read_scanned(one, public_url=URL, issuer=ISSUER, keys=keys) for one in links],
            "stock: Ed25519, verified",
        ),
        "the same, with what is said of it offline": (
            lambda: [check_offline(one, published, url=URL, issuer=ISSUER) for one in links],
            "stock: Ed25519, verified",
        ),
    }
    spent = _in_turn({what: work for what, (work, _) in rows.items()}, each)
    for what, (_, bare) in rows.items():
        ratio = median(b / w for b, w in zip(spent[bare], spent[what], strict=True)) if bare else None
        table.add(what, 1e6 / median(spent[what]), median(spent[what]), ratio)
    table.notes.append(f"aim: ≥ {AIM}; CPU of this thread, middle of {ROUNDS} rounds of {each:,}, ratio in each round")
    return table


def _in_turn(work: dict[str, Callable[[], object]], each: int) -> dict[str, list[float]]:
    """CPU µs of one, by what is done, in each round."""
    spent: dict[str, list[float]] = {what: [] for what in work}
    for _ in range(ROUNDS):
        for what, doing in work.items():
            start = time.thread_time()
            doing()
            spent[what].append((time.thread_time() - start) / each * 1e6)
    return spent
