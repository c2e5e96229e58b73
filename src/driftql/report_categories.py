"""The part of a report that is about categories."""

from __future__ import annotations

from pydantic import Field

from driftql.report_base import AlertDetails, Model

__all__ = ["CategoryBin", "NamedCategory", "NewCategories", "NewCategoryDetails"]


class CategoryBin(Model):
    """One bin of the categories of a feature: a category, or several together."""

    name: str | None = Field(
        description="The category, cut after 200 characters; None for a bin of several. An empty text is a category, a "
        "missing value is none."
    )
    ref_count: int = Field(description="Rows of the reference in the bin.")
    cur_count: int = Field(description="Rows of the current window in the bin.")
    psi: float = Field(
        description="What the bin adds to the feature's PSI. The categories without a bin of their own, whether the "
        "reference has them or not, are one bin of the PSI: where both kinds are there, what they add stands at those "
        "that the reference has."
    )
    is_new: bool = Field(default=False, description="Whether it holds the categories that the reference does not have.")
    categories: int = Field(default=1, description="How many categories are in the bin.")


class NamedCategory(Model):
    """A category and its rows in one window."""

    name: str = Field(description="The category, cut after 200 characters.")
    rows: int = Field(description="Its rows in the window.")
    share: float = Field(description="Their share of the rows of the window that have a category.")


class NewCategories(Model):
    """The categories, or predicted classes, that the current window has and the reference does not."""

    share: float = Field(description="The share of the current rows that are in them.")
    expected_share: float = Field(
        description="The share that the reference itself leads one to expect (Good-Turing): that of its rows whose "
        "category it has only once."
    )
    p_value: float | None = Field(
        default=None, description="A bound of the probability of at least so many rows without drift."
    )
    count: int = Field(default=0, description="How many new categories there are.")
    largest: list[NamedCategory] = Field(
        default_factory=list, description="The ten largest of them, with their current rows."
    )


class NewCategoryDetails(AlertDetails):
    """Behind an alert of new categories of a feature, or of classes that the model did not predict before."""

    share: float = Field(description="The share of the current rows that are in new categories.")
    threshold: float = Field(description="The share is above it.")
    expected_share: float = Field(description="The share that the reference itself leads one to expect.")
    p_value: float | None = Field(description="A bound of the probability of at least so many rows without drift.")
    count: int = Field(description="How many new categories there are.")
    largest: list[NamedCategory] = Field(description="The ten largest of them, with their current rows.")
    gone: list[NamedCategory] = Field(
        default_factory=list,
        description="The ten largest categories of the reference that the current window does not have, with their "
        "reference rows.",
    )
