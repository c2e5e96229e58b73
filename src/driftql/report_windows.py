"""The part of a report that describes windows: which rows they hold, and what the current one looks like."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, Field

from driftql.report_base import Model, utc_now

__all__ = ["ConfidenceStats", "TelemetrySnapshot", "WindowSummary"]


class ConfidenceStats(Model):
    """Mean, quantiles (linear interpolation) and sample standard deviation of the confidence."""

    mean: float = Field(description="The mean.")
    median: float = Field(description="The 50 % quantile.")
    p5: float = Field(description="The 5 % quantile.")
    p95: float = Field(description="The 95 % quantile.")
    std: float | None = Field(description="The sample standard deviation (n - 1); None with a single row.")


class TelemetrySnapshot(Model):
    """What the current window looked like, drifted or not."""

    timestamp: AwareDatetime = Field(default_factory=utc_now, description="When the snapshot was taken.")
    user_id: str | None = Field(default=None, description="The user that the snapshot is about; None for all users.")
    window_start: dt.datetime | None = Field(default=None, description="The earliest bucket start (UTC).")
    window_end: dt.datetime | None = Field(default=None, description="The latest bucket start (UTC).")
    total_windows: int = Field(description="The number of rows of the current window.")
    feature_missingness: dict[str, float] = Field(
        default_factory=dict, description="The share of missing values of each feature."
    )
    confidence_stats: ConfidenceStats | None = Field(default=None, description="How confident the model was.")
    reject_rate: float | None = Field(default=None, description="The share of rows with the reject label.")
    mean_entropy: float | None = Field(
        default=None, description="The mean entropy of the rows' probabilities, in nats."
    )
    class_distribution: dict[str, float] = Field(default_factory=dict, description="The share of each class.")
    schema_version: str | None = Field(
        default=None, description="The version of the feature schema; several are 'mixed: FIRST to LAST'."
    )

    @property
    def rows(self) -> int:
        """The number of rows of the current window, which JSON calls ``total_windows``."""
        return self.total_windows


class WindowSummary(Model):
    """The rows of one window."""

    role: Literal["reference", "current"] = Field(description="Which window it is.")
    source: str = Field(description="The table, file or frame, as the user named it.")
    filter: str | None = Field(default=None, description="The user's SQL condition on the rows.")
    start: dt.datetime | None = Field(
        default=None, description="The earliest bucket start that was asked for (UTC, inclusive)."
    )
    end: dt.datetime | None = Field(
        default=None, description="The end of the range that was asked for (UTC, exclusive)."
    )
    rows: int = Field(default=0, description="The number of rows.")
    first_bucket: dt.datetime | None = Field(default=None, description="The earliest bucket start found (UTC).")
    last_bucket: dt.datetime | None = Field(default=None, description="The latest bucket start found (UTC).")
    timezone: str | None = Field(
        default=None, description="The time zone in which the window is shown, and of times without one. None: UTC."
    )

    @property
    def description(self) -> str:
        """The window in a few words, for a terminal."""
        words = [self.source]
        if self.start is not None and self.end is not None:
            words.append(f"{self.shown(self.start)} to {self.shown(self.end)}")
        elif self.start is not None:
            words.append(f"from {self.shown(self.start)}")
        elif self.end is not None:
            words.append(f"before {self.shown(self.end)}")
        if len(words) > 1 and self.timezone not in (None, "UTC"):
            words[-1] += f" ({self.timezone})"
        if self.filter:
            words.append(f"where {self.filter}")
        return ", ".join(words)

    def shown(self, moment: dt.datetime) -> str:
        """Write a moment in UTC in the window's time zone, to the minute."""
        try:
            zone = ZoneInfo(self.timezone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):  # a report from a computer that knows more zones
            return _minutes(moment)
        return _minutes(moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(zone))


def _minutes(moment: dt.datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")
