"""A certificate withdrawn after packing; one that is only named, and that nobody issued."""

from provenance.rules.claims import Claim
from tests.provenance.claimed import CERTIFICATE, good


def fails_alone() -> Claim:
    season = good()
    box = season.boxes()[0]
    season.certify(state="revoked")
    return season.claim(key=box)


def unknown_alone() -> Claim:
    season = good(certified=False)
    season.bring(10, certificates=[CERTIFICATE])
    return season.claim()
