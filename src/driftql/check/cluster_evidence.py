"""P-values of clusters in place of those of independent rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from driftql.check.rules import Rules
from driftql.report import (
    ClassShiftResult,
    DriftTrigger,
    EntropyDrift,
    FeatureDriftResult,
    MissingDrift,
    NewCategories,
    RejectRateDrift,
)

__all__ = ["NO_CLUSTERS", "ClusterValues", "Target", "find_targets"]

Result = TypeVar("Result", RejectRateDrift, EntropyDrift)


class Target(NamedTuple):
    """An effect that is large enough to matter, whose evidence clusters are asked for.

    Attributes
    ----------
    check
        What it may raise.
    name
        The feature or column; None for the predictions.
    kind
        Of missing values: what is counted.
    effect
        Its size.
    role
        Of missing values: what the column is.
    """

    check: DriftTrigger
    name: str | None
    effect: float
    kind: str = ""
    role: str = ""

    @property
    def key(self) -> tuple[str, str | None, str, str]:
        """What tells it from others: PSI and KS of a feature are one."""
        check = DriftTrigger.FEATURE_PSI if self.check is DriftTrigger.FEATURE_KS else self.check
        return (check.value, self.name, self.kind, self.role)


class ClusterValues:
    """The p-values of the effects that were asked for.

    Parameters
    ----------
    p_values
        By :attr:`Target.key`; None where clusters are too few to tell. An effect that is not there keeps the p-value of
        its rows, because its rows are independent.
    joint
        The one p-value of all features where a single test judges them together; None where each has its own.
    """

    def __init__(
        self, p_values: Mapping[tuple[str, str | None, str, str], float | None], joint: float | None = None
    ) -> None:
        self.p_values = p_values
        self.joint = joint

    def weigh(
        self,
        features: Iterable[FeatureDriftResult],
        reject: RejectRateDrift | None,
        classes: ClassShiftResult | None,
        entropy: EntropyDrift | None,
        missing: Iterable[MissingDrift],
        *,
        mute: Rules | None = None,
    ) -> tuple[
        list[FeatureDriftResult],
        RejectRateDrift | None,
        ClassShiftResult | None,
        EntropyDrift | None,
        list[MissingDrift],
    ]:
        """Return results with the p-values of clusters.

        Parameters
        ----------
        features, reject, classes, entropy, missing
            With the p-values of independent rows.
        mute
            Given, the p-value of an effect that does not matter is 1: nobody asked clusters for it, and that of
            independent rows must not count.
        """
        weighed_classes = classes
        if classes is not None:
            p_value = self._value(
                (DriftTrigger.CLASS_SHIFT, None, "", ""),
                classes.p_value,
                mute is not None and not mute.class_shift.is_large(classes.max_shift),
            )
            new = self._new(classes.new_classes, None, mute)
            weighed_classes = classes.model_copy(update={"p_value": p_value, "new_classes": new})
        return (
            [self._feature(result, mute) for result in features],
            None
            if reject is None
            else self._simple(
                reject,
                DriftTrigger.REJECT_RATE_INCREASE,
                mute is not None and not mute.reject_rate.is_large(reject.increase),
            ),
            weighed_classes,
            None
            if entropy is None
            else self._simple(
                entropy,
                DriftTrigger.ENTROPY_SPIKE,
                mute is not None and not mute.entropy_is_large(entropy.ratio, entropy.change),
            ),
            [
                result.model_copy(
                    update={
                        "p_value": self._value(
                            (DriftTrigger.MISSING_INCREASE, result.column, result.kind, result.role),
                            result.p_value,
                            mute is not None and not (result.increase > 0 and mute.missing.is_large(result.increase)),
                        )
                    }
                )
                for result in missing
            ],
        )

    def _feature(self, result: FeatureDriftResult, mute: Rules | None) -> FeatureDriftResult:
        key = (DriftTrigger.FEATURE_PSI, result.feature, "", "")
        if result.kind == "category":
            is_small = mute is not None and not mute.mix_is_large(result.psi, result.total_variation)
            changes: dict[str, object] = {
                "psi_p_value": self._value(key, result.psi_p_value, is_small),
                "new_categories": self._new(result.new_categories, result.feature, mute),
            }
        else:
            is_small = mute is not None and not (mute.psi.is_large(result.psi) or mute.ks.is_large(result.ks_statistic))
            # One p-value stands for both.
            changes = {
                "psi_p_value": self._value(key, result.psi_p_value, is_small),
                "ks_p_value": self._value(key, result.ks_p_value, is_small),
            }
        return result.model_copy(update=changes)

    def _new(self, new: NewCategories | None, name: str | None, mute: Rules | None) -> NewCategories | None:
        if new is None:
            return None
        is_small = mute is not None and not mute.new_category.is_large(new.share)
        p_value = self._value((DriftTrigger.NEW_CATEGORY, name, "", ""), new.p_value, is_small)
        return new.model_copy(update={"p_value": p_value})

    def _simple(self, result: Result, check: DriftTrigger, is_small: bool) -> Result:
        return result.model_copy(update={"p_value": self._value((check, None, "", ""), result.p_value, is_small)})

    def _value(self, key: tuple[str, str | None, str, str], of_rows: float | None, is_small: bool) -> float | None:
        if of_rows is None:
            return None
        if is_small:
            return 1.0
        return self.p_values.get((str(key[0]), *key[1:]), of_rows)


NO_CLUSTERS = ClusterValues({})
"""Nothing was asked for: every p-value is that of independent rows."""


def find_targets(
    features: Sequence[FeatureDriftResult],
    reject: RejectRateDrift | None,
    classes: ClassShiftResult | None,
    entropy: EntropyDrift | None,
    missing: Sequence[MissingDrift],
    rules: Rules,
) -> Iterator[Target]:
    """Yield the effects that are large enough to matter and have a p-value of independent rows."""
    for result in features:
        if result.kind == "category":
            if result.psi_p_value is not None and rules.mix_is_large(result.psi, result.total_variation):
                yield Target(DriftTrigger.FEATURE_PSI, result.feature, result.psi or 0.0)
            yield from _new_target(result.new_categories, result.feature, rules)
        elif result.psi_p_value is not None and rules.psi.is_large(result.psi):
            yield Target(DriftTrigger.FEATURE_PSI, result.feature, result.psi or 0.0)
        elif result.ks_p_value is not None and rules.ks.is_large(result.ks_statistic):
            yield Target(DriftTrigger.FEATURE_KS, result.feature, result.ks_statistic or 0.0)
    if reject is not None and reject.p_value is not None and rules.reject_rate.is_large(reject.increase):
        yield Target(DriftTrigger.REJECT_RATE_INCREASE, None, reject.increase)
    if entropy is not None and entropy.p_value is not None and rules.entropy_is_large(entropy.ratio, entropy.change):
        change = entropy.change
        yield Target(DriftTrigger.ENTROPY_SPIKE, None, entropy.ratio if change is None else change)
    if classes is not None and classes.p_value is not None and rules.class_shift.is_large(classes.max_shift):
        yield Target(DriftTrigger.CLASS_SHIFT, None, classes.max_shift)
    if classes is not None:
        yield from _new_target(classes.new_classes, None, rules)
    for one in missing:
        if one.p_value is not None and one.increase > 0 and rules.missing.is_large(one.increase):
            yield Target(DriftTrigger.MISSING_INCREASE, one.column, one.increase, one.kind, one.role)


def _new_target(new: NewCategories | None, name: str | None, rules: Rules) -> Iterator[Target]:
    if new is not None and rules.new_category.is_large(new.share):
        yield Target(DriftTrigger.NEW_CATEGORY, name, new.share)
