"""The help of each flag that sets a setting: the descriptions in :mod:`driftql.config`.

Importing pydantic to read them would take longer than all the rest of ``driftql --help``. This file is made by
``python -m tests.documentation.write_pages``.
"""

from __future__ import annotations

__all__ = ["SETTING_TEXTS"]

SETTING_TEXTS = {
    "warehouse.threads": "How many threads the database may use. Default: the database decides.",
    "warehouse.memory_limit": (
        "How much memory the database may use, such as '4GB'. DuckDB writes to disk what does not fit. Default: the "
        "database decides."
    ),
    "timezone": (
        "The time zone of times without an offset, in the table and in the settings, such as 'Europe/Amsterdam'. A day"
        " begins at its midnight, and the report shows the windows in it. Default: UTC."
    ),
    "max_age": (
        "The greatest age of the newest row, such as '2d'. If it is older, the check is listed as not computed. "
        "Default: no limit; a warning if it is older than the current window is long."
    ),
    "row_count_ratio": (
        "Count the rows of each day, and raise an alert if the current window has less than the first number times the"
        " reference's rows per day, or more than the second number times, such as [0.5, 2], beyond what the "
        "reference's own days differ by. Default: rows per day are not compared."
    ),
    "freshness": (
        "The age from which on the newest row is an alert, such as '36h': the data has stopped coming, and the checks "
        "are of what there is. Where no verdict on old rows is wanted, use max_age. Default: no alert."
    ),
    "clusters": (
        "A column, such as a device or a site, whose rows are alike too: with thresholds.evidence 'auto', 'days' or "
        "'users', effects are held against how much its values differ as well. Default: none."
    ),
    "exact": (
        "Compute KS and PSI to the last digit on large tables too. Without it, a check stops as soon as no verdict can"
        " change and KS is known to 5 % of its sampling noise; the report states the bound."
    ),
    "columns.user": "The column that holds the user. Default: user_id, if there is one; '' for none.",
    "columns.bucket_start": (
        "The column that holds the start of the row's bucket. Default: bucket_start_ts, if there is one."
    ),
    "columns.bucket_end": (
        "The column that holds the end of the bucket (exclusive). Default: bucket_end_ts, if there is one, else 60 "
        "seconds after the start."
    ),
    "columns.label": (
        "The column that holds the predicted class. Default: predicted_label, if there is one; '' for none."
    ),
    "columns.probabilities": (
        "The class probabilities: one list column, one column per class (names or globs such as 'p_*'), or, for two "
        "classes, the one column with the probability of the positive class. Default: a list column probabilities or "
        "probs, columns p_... that sum to 1, or one column probability, proba, prob or p_1; '' for none."
    ),
    "columns.confidence": (
        "The column that holds the model's confidence, from 0 to 1. Default: confidence, if there is one, else the "
        "largest class probability; '' for none."
    ),
    "columns.row_id": (
        "The column, or the columns, whose values tell a row from all others. Then the labeling queue asks for rows, "
        "each by its id, and needs neither a user nor a bucket. Default: it asks for buckets of users."
    ),
    "columns.schema_version": (
        "The column that holds the version of the feature schema. Default: schema_version, if there is one."
    ),
    "columns.reject_label": (
        "The label of the rows for which the model declined to answer. Numbers are compared by value: -1 is -1.0 too "
        "[Mixed/Unknown]."
    ),
    "thresholds.psi": "Alert if a feature's PSI is above this; critical above twice this [0.2].",
    "thresholds.psi_bins": "The number of PSI bins, cut at quantiles of the reference [10].",
    "thresholds.psi_epsilon": "The smallest share of a bin: PSI raises smaller shares to this [0.0001].",
    "thresholds.ks": "Alert if a feature's KS statistic is at least this [0.05].",
    "thresholds.reject_rate_increase": "Alert if the reject rate rises by at least this (0.1 is 10 points) [0.1].",
    "thresholds.entropy_ratio": "Alert if the mean entropy is above this many times the reference's [2.0].",
    "thresholds.entropy_increase": (
        "Alert as well if the mean entropy rises, or falls, by at least this share of ln(classes), the largest entropy"
        " that there is (0.1 is a tenth of it) [0.1]."
    ),
    "thresholds.class_shift": "Alert if a class's share changes by more than this (0.15 is 15 points) [0.15].",
    "thresholds.missing_increase": (
        "Alert if the share of missing values of a column rises by at least this (0.05 is 5 points), or that of its "
        "NaN and infinities; critical from a rise of 0.5 on [0.05]."
    ),
    "thresholds.category_limit": (
        "How many categories of a feature, the most frequent ones of the reference, have a bin of their own; all "
        "others are one bin [50]."
    ),
    "thresholds.category_shift": (
        "Alert as well if the category mix of a feature has a total variation above this (0.15: the category of 15 % "
        "of the rows would have to change to make both mixes equal); critical above twice this [0.15]."
    ),
    "thresholds.new_category": (
        "Alert if more than this share of the current rows is in categories, or predicted classes, that the reference "
        "does not have; critical above category_shift [0.01]."
    ),
    "thresholds.alpha": (
        "How often a check of two windows without drift may raise any alert (0.05 is 5 % of the checks) [0.05]."
    ),
    "thresholds.evidence": (
        "What evidence an alert needs besides a large effect. 'rows', or true, takes rows for independent. 'days', "
        "'users' and 'auto' (those of the two that the table has a column for) ask how much days, or users, differ "
        "anyway; driftql check alone does so. false: none, but the classic fixed rules, which ignore the number of "
        "rows: PSI above its threshold, KS p-value below alpha."
    ),
    "thresholds.min_rows": "With fewer usable rows in a window, a check is listed as not computed [10].",
    "thresholds.probability_tolerance": (
        "A row's probabilities may differ from a sum of 1 by this; rows that differ more are counted [0.01]."
    ),
    "queue.table": "The queue's table. It is created in the same database if missing [driftql_queue].",
    "queue.low_confidence": "'queue add-low-confidence' takes rows whose confidence is below this [0.55].",
    "queue.max_asks_per_day": (
        "The most requests shown per day (UTC). Requests labeled or skipped on that day count [20]."
    ),
}
