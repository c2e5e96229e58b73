"""Counts of categories -> results and alerts: has the mix moved, and are there categories that were not there? Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from driftql.check.counts import CategoryCounts, LabelCounts, Pair
from driftql.check.rules import EffectTest, Rules
from driftql.config import Thresholds
from driftql.report import (
    CategoryBin,
    ClassShiftResult,
    DriftAlert,
    DriftTrigger,
    FeatureDriftResult,
    NamedCategory,
    NewCategories,
    NewCategoryDetails,
    NotComputed,
    PsiDetails,
)
from driftql.stats.categories import Frequency, mix_effect, mix_test, new_category_test

__all__ = [
    "CATEGORY_CHECKS",
    "alert_of_new_classes",
    "alerts_of_categories",
    "category_tests",
    "compare_categories",
    "explain_unique_values",
    "find_new_classes",
    "unknown_categories",
    "warn_of_unique_values",
]

CATEGORY_CHECKS = (DriftTrigger.FEATURE_PSI, DriftTrigger.NEW_CATEGORY)
_NAMED = 10
_UNIQUE = 0.9
_HARDLY_REPEATED = 0.5


def compare_categories(
    name: str, counts: CategoryCounts, rows: Pair[int], thresholds: Thresholds
) -> FeatureDriftResult:
    """Return how the categories of a feature differ between the windows.

    Parameters
    ----------
    name
        The feature.
    counts
        Both windows have rows with a category.
    rows
        All rows of each window; those without a category are missing values.
    thresholds
        The floor of a share in the PSI.
    """
    listed = [one.ref for one in counts.listed], [one.cur for one in counts.listed]
    effect = mix_effect(*listed, counts.others, thresholds.psi_epsilon)
    mix = mix_test(*counts.groups, epsilon=thresholds.psi_epsilon)
    new = new_category_test(
        counts.unseen,
        counts.ref_n,
        counts.cur_n,
        counts.ref_singles,
        counts.frequencies,
        largest=max((one.cur for one in counts.new), default=0),
    )
    return FeatureDriftResult(
        feature=name,
        kind="category",
        psi=effect.psi,
        psi_p_value=mix.p_value,
        psi_noise=mix.noise,
        ks_statistic=None,
        ks_p_value=None,
        is_drifted=False,
        total_variation=effect.total_variation,
        largest_change=effect.largest_change,
        categories=list(_bins(counts, effect.contributions.tolist())),
        new_categories=NewCategories(
            share=new.share,
            expected_share=new.expected_share,
            p_value=new.p_value,
            count=counts.unseen_categories,
            largest=_named([(one.name, one.cur) for one in counts.new], counts.cur_n),
        ),
        gone_categories=_named([(one.name, one.ref) for one in counts.gone], counts.ref_n),
        **_rows(counts, rows),
    )


def unknown_categories(
    name: str, counts: CategoryCounts, rows: Pair[int], reason: str
) -> tuple[FeatureDriftResult, list[NotComputed]]:
    """Return the result of a feature that has too few rows with a category, and the checks without an answer."""
    result = FeatureDriftResult(
        feature=name,
        kind="category",
        psi=None,
        ks_statistic=None,
        ks_p_value=None,
        is_drifted=False,
        **_rows(counts, rows),
    )
    return result, [NotComputed(check=check, feature=name, reason=reason) for check in CATEGORY_CHECKS]


def explain_unique_values(counts: CategoryCounts) -> str:
    """Say why the categories of a feature cannot be compared, although both windows have rows; "" where they can.

    Nearly all reference rows have a value of their own, such as an identifier: then it is nothing new that the current
    window has others.
    """
    if counts.ref_singles <= _UNIQUE * counts.ref_n:
        return ""
    return f"its values do not repeat: {counts.ref_singles:,} of {counts.ref_n:,} reference rows have one of their own"


def warn_of_unique_values(name: str, counts: CategoryCounts) -> list[str]:
    """Say which part of the rows shows no change of the categories; no sentence where it is the lesser part."""
    if counts.ref_singles <= _HARDLY_REPEATED * counts.ref_n:
        return []
    return [
        f"categories of {name}: {counts.ref_singles:,} of {counts.ref_n:,} reference rows have a value that no other "
        "row has; only the categories that repeat can show a change"
    ]


def find_new_classes(labels: Pair[LabelCounts]) -> NewCategories | None:
    """Return the classes that only the current window has; None where there is none.

    Parameters
    ----------
    labels
        Both windows have labeled rows.
    """
    ref, cur = labels.map(lambda window: window.labels)
    new = sorted(
        ((name, rows) for name, rows in cur.items() if rows and not ref.get(name)), key=lambda one: (-one[1], one)
    )
    if not new:
        return None
    both = Counter(ref.get(name, 0) + cur.get(name, 0) for name in ref.keys() | cur.keys())
    test = new_category_test(
        sum(rows for _, rows in new),
        labels.reference.labeled,
        labels.current.labeled,
        sum(rows == 1 for rows in ref.values()),
        [Frequency(rows, rows, classes) for rows, classes in sorted(both.items()) if rows],
        largest=new[0][1],
    )
    return NewCategories(
        share=test.share,
        expected_share=test.expected_share,
        p_value=test.p_value,
        count=len(new),
        largest=_named(new[:_NAMED], labels.current.labeled),
    )


def category_tests(results: Sequence[FeatureDriftResult], rules: Rules) -> Iterator[EffectTest]:
    """Yield the two tests of each feature: of its mix, and of its new categories."""
    for result in results:
        yield EffectTest(rules.mix_is_large(result.psi, result.total_variation), result.psi_p_value)
        if (new := result.new_categories) is not None:
            yield EffectTest(rules.new_category.is_large(new.share), new.p_value)


def alerts_of_categories(
    result: FeatureDriftResult, thresholds: Thresholds, rules: Rules, cutoff: float | None
) -> list[DriftAlert]:
    """Return the alerts of a feature: one of its mix, one of its new categories."""
    alerts = []
    if result.psi is not None and rules.mix_fires(result.psi, result.total_variation, result.psi_p_value, cutoff):
        details = PsiDetails(
            psi=result.psi,
            threshold=thresholds.psi,
            p_value=result.psi_p_value,
            noise=result.psi_noise,
            ks_statistic=None,
            total_variation=result.total_variation,
            total_variation_threshold=thresholds.category_shift,
            largest_change=result.largest_change,
            gone=result.gone_categories,
        )
        is_critical = rules.mix_is_critical(result.psi, result.total_variation)
        alerts.append(
            DriftAlert(
                trigger=DriftTrigger.FEATURE_PSI,
                severity="critical" if is_critical else "warning",
                details=details,
                affected_features=[result.feature],
            )
        )
    alert = _alert_of_new(result.new_categories, result.gone_categories, thresholds, rules, cutoff)
    if alert is not None:
        alerts.append(alert.model_copy(update={"affected_features": [result.feature]}))
    return alerts


def alert_of_new_classes(
    classes: ClassShiftResult | None, thresholds: Thresholds, rules: Rules, cutoff: float | None
) -> DriftAlert | None:
    """Return the alert of classes that the model did not predict in the reference, or None."""
    return None if classes is None else _alert_of_new(classes.new_classes, [], thresholds, rules, cutoff)


def _alert_of_new(
    new: NewCategories | None,
    gone: Sequence[NamedCategory],
    thresholds: Thresholds,
    rules: Rules,
    cutoff: float | None,
) -> DriftAlert | None:
    if new is None or not rules.new_category.fires(new.share, new.p_value, cutoff):
        return None
    return DriftAlert(
        trigger=DriftTrigger.NEW_CATEGORY,
        severity="critical" if rules.critical_new_category.is_large(new.share) else "warning",
        details=NewCategoryDetails(
            share=new.share,
            threshold=thresholds.new_category,
            expected_share=new.expected_share,
            p_value=new.p_value,
            count=new.count,
            largest=new.largest,
            gone=list(gone),
        ),
    )


def _bins(counts: CategoryCounts, parts: Sequence[float]) -> Iterator[CategoryBin]:
    """Yield the listed categories, then the rest and the unseen ones, with what each bin adds to the PSI.

    The last two are one bin of the PSI: where there are both, the rest has what they add.
    """
    *listed, others = parts
    for category, part in zip(counts.listed, listed, strict=True):
        yield CategoryBin(name=category.name, ref_count=category.ref, cur_count=category.cur, psi=part)
    if counts.rest_categories:
        yield CategoryBin(
            name=None,
            ref_count=counts.rest.reference,
            cur_count=counts.rest.current,
            psi=others,
            categories=counts.rest_categories,
        )
    if counts.unseen_categories:
        yield CategoryBin(
            name=None,
            ref_count=0,
            cur_count=counts.unseen,
            psi=0.0 if counts.rest_categories else others,
            is_new=True,
            categories=counts.unseen_categories,
        )


def _named(categories: Sequence[tuple[str, int]], total: int) -> list[NamedCategory]:
    return [NamedCategory(name=name, rows=rows, share=rows / total) for name, rows in categories]


def _rows(counts: CategoryCounts, rows: Pair[int]) -> Mapping[str, int]:
    return {
        "ref_rows": counts.ref_n,
        "cur_rows": counts.cur_n,
        "ref_missing": rows.reference - counts.ref_n,
        "cur_missing": rows.current - counts.cur_n,
    }
