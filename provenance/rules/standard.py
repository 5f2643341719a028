"""Rule 5, standard: what was tested conforms to the production standard of that day; no hold and no dispute is open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from provenance.quality.conformity import Conformity, Limit, limits_of, plainly
from provenance.quality.inspections import Kind, Sample, pending
from provenance.quality.measured_words import by_source, limit_name, measured_name, tested_words
from provenance.quality.sealed import seal_of
from provenance.quality.tested import Blocking, Lack, Tests
from provenance.registry.records import ProductionStandard
from provenance.rules import standard_words as words
from provenance.rules.case import Case
from provenance.rules.made_on import made_on
from provenance.rules.standard_open import disputed, held
from provenance.rules.verdicts import RuleResult
from provenance.short_names import Words, listed, short
from provenance.weights import gtin_of


def standard(case: Case) -> RuleResult:
    """The worst that is found: a hold or dispute, a failing test, no standard, a report overdue, a residue without a
    limit, a part not tested."""
    tests, product_standard = Tests(case.history, case.registry), _asked_for(case)
    found = (
        held(case)
        or disputed(case)
        or _blocked(tests.blocking())
        or _unset(product_standard)
        or _sealed_twice(case)
        or _overdue(case)
        or _unlimited(tests)
        or _uncovered(case, tests, product_standard)
    )
    return found or _conforms(tests, product_standard)


def _asked_for(case: Case) -> ProductionStandard | None:
    """Of the product; of the first of what is on it, where a pallet is asked about."""
    on_it = case.history.mixture.get(case.history.key, {}) if case.product is None else {}
    gtins = dict.fromkeys(gtin for key in sorted(on_it) if (gtin := gtin_of(key)))
    products = (case.registered(partial(case.registry.product, gtin)) for gtin in gtins)
    ids = [product.production_standard for product in products if product and product.production_standard]
    of_load = (case.registered(partial(case.registry.production_standard, id_)) for id_ in ids)
    return case.production_standard or next(filter(None, of_load), None)


def _blocked(blocking: Sequence[Blocking]) -> RuleResult | None:
    if not blocking:
        return None
    said = words.filled(words.FAILING, listed(tested_words(one.failing) for one in blocking))
    vain = dict.fromkeys(_vain_words(later, lack) for one in blocking for later, lack in one.in_vain)
    more = words.filled(words.IN_VAIN, listed(vain)) if vain else Words("", "")
    if any(one.taken_back for one in blocking):
        more = Words(more.zh + words.TAKEN_BACK.zh, more.en + words.TAKEN_BACK.en)
    ids = [id_ for one in blocking for id_ in (one.failing.inspection.event_id, *_vain_ids(one))]
    things = [thing for one in blocking for thing in sorted(one.failing.inspection.things)]
    return words.result("failed", Words(said.zh + more.zh, said.en + more.en), None, words.RETEST, ids, things)


def _vain_words(later: Conformity, lack: Lack) -> Words:
    number = _test_named(later)
    return Words(f"{number}（{words.LACKS[lack].zh}）", f"{number} ({words.LACKS[lack].en})")


def _test_named(one: Conformity) -> str:
    return one.inspection.report_number or str(one.inspection.on)


def _vain_ids(one: Blocking) -> Iterable[str]:
    return (later.inspection.event_id for later, _ in one.in_vain)


def _unset(of: ProductionStandard | None) -> RuleResult | None:
    if of is None:
        return words.result("unknown", words.NO_STANDARD, None, words.REGISTER)
    if not limits_of(of) and not of.tests_required:
        return words.result("passed", words.NOTHING_SET)
    return None


def _sealed_twice(case: Case) -> RuleResult | None:
    found = [gap for gap in case.history.gaps if gap.code == "sealed-twice"]
    if not found:
        return None
    names = listed(Words(short(gap.key), short(gap.key)) for gap in found)
    ids = [id_ for gap in found for id_ in gap.event_ids]
    return words.result("unknown", words.SEALED_TWICE, names, words.WHICH_ONE, ids, [gap.key for gap in found])


def _overdue(case: Case) -> RuleResult | None:
    late = [one for one in pending(case.history.steps) if one.due_on and one.due_on < case.today]
    if not late:
        return None
    ids = [one.event_id for one in late]
    return words.result(
        "unknown", words.OVERDUE, listed(map(_sample_words, late)), words.REPORT, ids, [one.id for one in late]
    )


def _sample_words(one: Sample) -> Words:
    seal = seal_of(one.event) or short(one.id)
    return Words(f"{seal}（应于{one.due_on or '?'}报）", f"{seal} (due {one.due_on or 'some day'})")


def _unlimited(tests: Tests) -> RuleResult | None:
    """A residue under a name that no limit has is not known to be within one."""
    found = [(one.inspection, measured) for one in tests.all for measured in one.unlimited_residues]
    if not found:
        return None
    ids, things = [one.event_id for one, _ in found], [thing for one, _ in found for thing in sorted(one.things)]
    return words.result(
        "unknown", words.UNLIMITED, listed(measured_name(one) for _, one in found), words.NAME_IT, ids, things
    )


def _uncovered(case: Case, tests: Tests, of: ProductionStandard | None) -> RuleResult | None:
    """Of each kind and value that is required, or of any where none is, the whole mass has a passing one."""
    for needed, counts in _needed(case, tests, of):
        said = _lacking(needed, tests, counts)
        if said is not None:
            waiting = pending(case.history.steps)
            more = words.filled(words.PENDING, listed(map(_sample_words, waiting))) if waiting else Words("", "")
            ids = (*(one.inspection.event_id for one in tests.all), *(one.event_id for one in waiting))
            whole = Words(said.zh + more.zh, said.en + more.en)
            return words.result("unknown", whole, None, words.TEST, ids, [case.history.key])
    return None


Counts = Callable[[Conformity], bool]


def _needed(case: Case, tests: Tests, of: ProductionStandard | None) -> Iterator[tuple[Words, Counts]]:
    """What the whole mass needs, and which tests count as that. Where kinds are required, a required value is one that
    a test of one of them measured."""
    kinds: list[Kind] = [kind for kind in words.KINDS if of and kind in of.tests_required] or [""]
    counts = partial(_counts, case=case, tests=tests, of=of)
    for kind in kinds:
        yield words.KINDS[kind], partial(counts, kinds=[kind])
    for limit in limits_of(of) if of else ():
        if limit.required:
            yield words.of_value(limit_name(limit)), partial(counts, kinds=kinds, value=plainly(limit.name))


def _lacking(named: Words, tests: Tests, counts: Counts) -> Words | None:
    """Which part has no passing test that counts; None where all of it has."""
    if (covered := tests.covered(counts)) < 1:
        percent = _percent(covered)
        return Words(
            words.PART.zh.format(percent=percent, kind=named.zh), words.PART.en.format(percent=percent, kind=named.en)
        )
    if unweighed := tests.unweighed(counts):
        names = listed(Words(short(key), short(key)) for key in unweighed)
        zh, en = words.UNWEIGHED.zh, words.UNWEIGHED.en
        return Words(zh.format(names=names.zh, kind=named.zh), en.format(names=names.en, kind=named.en))
    return None


def _counts(
    one: Conformity,
    *,
    kinds: Collection[Kind],
    value: str = "",
    case: Case,
    tests: Tests,
    of: ProductionStandard | None,
) -> bool:
    """Whether it is in time, of one of the kinds, and measured the value, where one is asked for."""
    days, day = of.test_within_days if of else None, made_on(case)
    in_time = days is None or day is None or (day - one.inspection.on).days <= days
    of_kind = "" in kinds or tests.counts_as(one.inspection) in kinds
    return in_time and of_kind and (not value or value in one.named("within"))


def _percent(share: Fraction) -> str:
    """Rounded down: 99.96 % of the mass is not all of it."""
    return f"{int(share * 1000) / 10:g}%"


def _conforms(tests: Tests, of: ProductionStandard | None) -> RuleResult:
    good = [one for one in tests.all if one.verdict]
    values = {plainly(f.limit.name): f for one in good for f in one.compared if f.limit and f.finding == "within"}
    said = words.filled(words.CONFORMS, by_source(values.values()))
    by_hand = [one for one in good if one.overridden]
    differing = [one for one in tests.all if one.differs and not one.overridden]
    reasons = [Words(one.inspection.override_reason, one.inspection.override_reason) for one in by_hand]
    notes = _unmeasured(values, limits_of(of) if of else ())
    notes += [words.filled(words.OVERRIDDEN, listed(reasons))] if by_hand else []
    notes += [words.superseded(tested_words(one), map(_test_named, by)) for one, by in tests.superseded()]
    notes += [words.filled(words.DIFFERS, listed(tested_words(one) for one in differing))] if differing else []
    said = Words(said.zh + "".join(note.zh for note in notes), said.en + "".join(note.en for note in notes))
    return words.result("passed", said, None, None, [one.inspection.event_id for one in tests.all])


def _unmeasured(values: Collection[str], limits: Iterable[Limit]) -> list[Words]:
    """One harmless value is not the whole standard: which limits nothing was held against."""
    limited = {plainly(limit.name): limit for limit in limits}
    missing = [limit for name, limit in limited.items() if name not in values]
    if not missing:
        return []
    names, counts = listed(map(limit_name, missing)), {"limited": len(limited), "measured": len(limited) - len(missing)}
    zh, en = words.UNMEASURED.zh, words.UNMEASURED.en
    return [Words(zh.format(names=names.zh, **counts), en.format(names=names.en, **counts))]
