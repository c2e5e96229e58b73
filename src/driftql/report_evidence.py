"""What a report says of evidence from clusters, such as days and users, whose rows are alike."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from driftql.report_base import Model

__all__ = ["ClusterEvidence", "Unproven"]


class ClusterEvidence(Model):
    """How evident one effect is, given how much days, or users, differ anyway."""

    check: str = Field(description="The trigger that the effect may raise.")
    feature: str | None = Field(default=None, description="The feature or column; None for a check of the predictions.")
    kind: Literal["missing", "non_finite"] | None = Field(
        default=None, description="Of missing values: what is counted, as in missing_values."
    )
    clusters: list[str] = Field(
        description="What the rows were held to have in common: 'days', 'users', or 'values of' the column that the "
        "setting clusters names; the first one decides, and where it is no evidence, others may not have been asked."
    )
    p_value: float | None = Field(
        description="The p-value, which stands for both PSI and KS of a feature; None with too few clusters to tell."
    )
    degrees_of_freedom: float = Field(
        description="How well the noise is known; below 4 there is no p-value, but for that of a rank."
    )
    ref_clusters: int = Field(description="Days, or users, of the reference.")
    cur_clusters: int = Field(description="Days, or users, of the current window.")
    cur_rows: int = Field(description="Rows of the current window that count.")
    counts_as: int = Field(description="So many independent rows would have as much noise as these rows.")
    autocorrelation: float | None = Field(
        default=None,
        description="How much a day resembles the day before, 0 to 0.85, over all features of the report; None without "
        "days.",
    )
    ranked_among: int | None = Field(
        default=None,
        description="Where the current window has one day and the reference 20 or more, or two or three days and 28: "
        "among so many other days, or runs of as many days, the current ones were ranked, all features together; the "
        "p-value is that of this rank, or of the feature's own where that is larger. None if there was no need.",
    )
    clusters_needed: int | None = Field(
        default=None,
        description="About so many days, or users, in each window would make a difference of this size evident; None "
        "if it is evident, or more than 100 times as many would not suffice.",
    )


class Unproven(Model):
    """An effect large enough to matter that may well be the noise of a few days, or users: neither drift nor none."""

    check: str = Field(description="The trigger that it would have raised.")
    feature: str | None = Field(default=None, description="The feature or column; None for a check of the predictions.")
    effect: float = Field(description="Its size: PSI, KS, or the change of a share, a rate or a mean.")
    p_value: float = Field(description="The p-value; it is above evidence_cutoff.")
    carried_by: str | None = Field(
        default=None, description="The one user that carries at least half of the change; None if there is none."
    )
    carried_share: float | None = Field(
        default=None,
        description="By which part of itself the change would be smaller without the rows of this user; above 1 where "
        "it would be the other way round.",
    )
    reason: str = Field(description="What it rests on, and what would settle it, in one sentence.")
