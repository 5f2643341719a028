"""What the portal reads of a history and a claim, field for field as `traceability` answers them.

Owns no rule: what a step means and what a share is were decided before. Pages and the JSON API are written from these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedId:
    type: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A key and how much of it, as reported; decimal text, empty where the report gives none."""

    key: str
    quantity: str = ""
    uom: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event on the way. `time_ms` is UTC, `offset` the reporter's own; `event` the JSON as recorded."""

    event_id: str
    kind: str
    time_ms: int
    record_id: str = ""
    event_type: str = ""
    action: str = ""
    biz_step: str = ""
    disposition: str = ""
    offset: str = "+00:00"
    read_point: str = ""
    biz_location: str = ""
    sources: tuple[TypedId, ...] = ()
    destinations: tuple[TypedId, ...] = ()
    transactions: tuple[TypedId, ...] = ()
    objects: tuple[Amount, ...] = ()
    inputs: tuple[Amount, ...] = ()
    outputs: tuple[Amount, ...] = ()
    children: tuple[Amount, ...] = ()
    parent: str = ""
    certificates: tuple[str, ...] = ()
    capturer: str = ""
    record_time_ms: int = 0
    carried: bool = False
    standing: str = "in_force"
    related_event_ids: tuple[str, ...] = ()
    event: bytes = b""
    counting_event_ids: tuple[str, ...] = ()
    counts_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Part of the mass that came from one harvest lot; fraction as decimal text between 0 and 1."""

    lot: str
    fraction: str
    kilograms: str = ""
    grower: str = ""
    plot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """`state` is there, returned, sold, on_the_way or lost."""

    site: str = ""
    party: str = ""
    kilograms: str = ""
    keys: tuple[str, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    key: str
    code: str
    message: str = ""
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    event_id: str
    record_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    kind: str = ""
    name_zh: str = ""
    name_en: str = ""
    county_code: str = ""
    county_zh: str = ""
    county_en: str = ""
    province_zh: str = ""
    province_en: str = ""
    township: str = ""
    village: str = ""
    party: str = ""
    township_en: str = ""
    village_en: str = ""
    latitude: str = ""
    longitude: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    kind: str = ""
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductName:
    name_zh: str = ""
    name_en: str = ""
    variety: str = ""
    net_weight_kg: str = ""
    variety_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateState:
    """issued, suspended, reinstated or revoked, from `time_ms` on; `unverified`: it does not count."""

    time_ms: int
    state: str
    event_id: str = ""
    reason: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """`validity` now: valid, not_begun, expired, suspended, revoked, not_issued or unverified. Days are YYYY-MM-DD, the
    last one exclusive."""

    id: str
    scheme: str = ""
    number: str = ""
    issuer: str = ""
    scope: tuple[str, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    validity: str = ""
    states: tuple[CertificateState, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """What an inspection comes to: `verdict` is conforms, does_not_conform, or empty where it cannot be told."""

    event_id: str
    verdict: str = ""
    blocking: bool = False
    sentence_zh: str = ""
    sentence_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What a hold, recall or release comes to: `keys` it still holds, or let go; why, where it changes nothing."""

    event_id: str
    kind: str
    keys: tuple[str, ...] = ()
    sentence_zh: str = ""
    sentence_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """`key` is what was found for `code`; names are by canonical key. `withheld_…`: holders the reader may not see."""

    code: str
    key: str
    steps: tuple[Step, ...] = ()
    shares: tuple[Share, ...] = ()
    holders: tuple[Holder, ...] = ()
    gaps: tuple[Gap, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    kilograms: str = ""
    lost_kg: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)
    parties: Mapping[str, Actor] = field(default_factory=dict)
    products: Mapping[str, ProductName] = field(default_factory=dict)
    certificates: tuple[Certificate, ...] = ()
    withheld_holders: int = 0
    withheld_kg: str = ""
    losses: tuple[Holder, ...] = ()
    tests: tuple[Test, ...] = ()
    holds: tuple[Hold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardPage:
    """Where a page of a forward history stands: things told so far, and those known to come with their kilograms."""

    next_page_token: str = ""
    followed: int = 0
    ahead: int = 0
    ahead_kg: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCode:
    """Something a code may mean, with the name of its product where that is registered."""

    key: str
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """`outcome` is passed, failed or unknown; what mends it, and the keys it is about, where it did not pass.

    `continuing` where it is judged again while a label is out.
    """

    rule: str
    outcome: str
    sentence_zh: str = ""
    sentence_en: str = ""
    event_ids: tuple[str, ...] = ()
    remedy_zh: str = ""
    remedy_en: str = ""
    concerns: tuple[str, ...] = ()
    continuing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A dated statement of county history."""

    county_code: str = ""
    level: str = ""
    sentence_zh: str = ""
    sentence_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFact:
    """Something the history should tell; `missing` are the keys it does not tell it of."""

    fact: str
    name_zh: str = ""
    name_en: str = ""
    there: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How many of the facts expected are there."""

    there: int = 0
    expected: int = 0
    facts: tuple[ExpectedFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`verdict` is granted, held or refused."""

    verdict: str
    brand: str = ""
    brand_zh: str = ""
    brand_en: str = ""
    results: tuple[RuleResult, ...] = ()
    badges: tuple[Badge, ...] = ()
    completeness: Completeness = Completeness()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdExcursion:
    """Out of range on an asset; degrees, negative below, and degree-minutes, as decimal texts."""

    asset: str
    from_ms: int
    to_ms: int
    thing: str = ""
    furthest_c: str = ""
    degree_minutes: str = ""
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdLeg:
    """A thing at one place for a time; `known` is the share of it for which temperatures are."""

    thing: str
    from_ms: int
    to_ms: int
    within: tuple[str, ...] = ()
    known: str = ""
    readings: int = 0
    least_c: str = ""
    most_c: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdPoint:
    from_ms: int
    to_ms: int
    least_c: str
    most_c: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdChain:
    """`verdict` is kept, broken or unknown. Numbers are decimal texts, empty where not set or not known."""

    key: str
    verdict: str
    why: str = ""
    sentence_zh: str = ""
    sentence_en: str = ""
    least_c: str = ""
    most_c: str = ""
    tolerated_degree_minutes: str = ""
    degree_minutes: str = ""
    known: str = ""
    cool_by_ms: int = 0
    late: bool = False
    readings: int = 0
    lost: int = 0
    alarms: int = 0
    strange: int = 0
    excursions: tuple[ColdExcursion, ...] = ()
    legs: tuple[ColdLeg, ...] = ()
    event_ids: tuple[str, ...] = ()
    curve: tuple[ColdPoint, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpWarning:
    """`code` is one of `provenance.scans.warnings`; `count` what was counted."""

    code: str
    count: int
    sentence_zh: str
    sentence_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """Of a label of ours in the last 90 days, a phone once a day and this look not counted; `at_least` where there
    were more than `count`, `first_ms` 0 where there was none. The sentences say how many and since when."""

    count: int
    sentence_zh: str
    sentence_en: str
    at_least: bool = False
    first_ms: int = 0
    warnings: tuple[LookUpWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelVerdict:
    """`verdict` is recalled, void, not_ours, not_active, issued, or not_checked where nobody could say; the key fields
    are empty where it is not ours. `look_ups` is None where it is not ours or nobody could count them."""

    verdict: str
    sentence_zh: str
    sentence_en: str
    gtin: str = ""
    lot: str = ""
    serial: str = ""
    issued_ms: int = 0
    brand: str = ""
    link: str = ""
    look_ups: LookedUp | None = None
