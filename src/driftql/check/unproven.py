"""The words for effects that are unproven: large enough to matter, and within the noise of so few days, or users."""

from __future__ import annotations

from collections.abc import Sequence

from driftql.report import DriftTrigger, Unproven

__all__ = ["describe_unproven", "list_unproven", "name_unproven"]

_NAMED = 3


def name_unproven(one: Unproven) -> str:
    """Name an effect and its size in few words."""
    match one.check:
        case DriftTrigger.FEATURE_PSI:
            size = f"PSI {one.effect:.3f}"
        case DriftTrigger.FEATURE_KS:
            size = f"KS {one.effect:.3f}"
        case DriftTrigger.REJECT_RATE_INCREASE:
            size = f"reject rate {100 * one.effect:+.1f} points"
        case DriftTrigger.ENTROPY_SPIKE:
            size = f"entropy changed by {one.effect:+.2f}"
        case DriftTrigger.CLASS_SHIFT:
            size = f"class mix by {100 * one.effect:.1f} points"
        case DriftTrigger.NEW_CATEGORY:
            size = f"{100 * one.effect:.1f}% in new {'categories' if one.feature else 'classes'}"
        case _:
            size = f"missing {100 * one.effect:+.1f} points"
    return f"{one.feature} {size}" if one.feature else size


def describe_unproven(one: Unproven) -> str:
    """Put an effect, its size and what it rests on into one line."""
    return f"{name_unproven(one)} unproven: {one.reason}"


def list_unproven(found: Sequence[Unproven]) -> str:
    """Put all of them into one sentence; the reason stands there where it is only one."""
    if len(found) == 1:
        return f"{describe_unproven(found[0])}."
    named = [name_unproven(one) for one in found[:_NAMED]]
    rest = len(found) - len(named)
    return f"{len(found)} effects are unproven: {', '.join(named)}{f', and {rest} more' if rest else ''}."
