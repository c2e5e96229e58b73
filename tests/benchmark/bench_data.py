"""The benchmark's data, made inside DuckDB: the same on every run, for every number of threads.

Random numbers are hashes of the row's number, so nothing depends on the order in which threads work.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

__all__ = ["PROBABILITIES", "feature_names", "make_tables", "scan_statements", "text_names"]

PROBABILITIES = ("p_a", "p_b", "p_c")
WINDOWS = ("ref", "cur")
USERS = 10_000

_NUMBERS_PER_ROW = 4096
_WINDOW_OFFSET = 1 << 50
_TAU = 6.283185307179586


def feature_names(features: int) -> list[str]:
    """Return f0, f1, ..."""
    return [f"f{index}" for index in range(features)]


def text_names(texts: Sequence[int]) -> list[str]:
    """Return the names of text columns of so many different values each: t3, t50, ..."""
    return [f"t{values}" for values in texts]


def _uniform(number: int, window: int) -> str:
    """Write the ``number``-th random number of a row: one of 2^52, evenly spaced within (0, 1)."""
    seed = f"i * {_NUMBERS_PER_ROW} + {number + window * _WINDOW_OFFSET}"
    return f"((hash(({seed})::bigint) >> 12)::double + 0.5::double) * 2.220446049250313e-16::double"


def _normal(number: int, window: int) -> str:
    return f"sqrt(-2 * ln({_uniform(number, window)})) * cos({_TAU}::double * {_uniform(number + 1, window)})"


def _feature(index: int, kind: int, window: int) -> str:
    """Write one feature. Of each kind every second one drifts, by turns a little (0.1) and much (0.6)."""
    drift = window * (0.0, 0.1, 0.0, 0.6)[index % 4]
    number = 16 + 3 * index
    match kind:
        case 0:
            return f"{_normal(number, window)} + {drift}::double"
        case 1:
            return f"-ln({_uniform(number, window)}) * {1 + drift}::double"
        case 2:
            return f"floor(100 * pow({_uniform(number, window)}, {1 + drift}::double))"
        case _:
            value = f"exp({_normal(number, window)} + {drift}::double)"
            return f"case when {_uniform(number + 2, window)} >= 0.05::double then {value} end"


def _text(place: int, values: int, window: int) -> str:
    """Write a text column: the k-th value is drawn like the square of a random number, and one row in 100 has none.

    Were no value missing, DuckDB would answer a scan from what it keeps of each block, and read nothing.
    """
    number = 2048 + 2 * place
    value = f"'value ' || floor({values} * pow({_uniform(number, window)}, 2))::bigint"
    return f"case when {_uniform(number + 1, window)} >= 0.01::double then {value} end"


def _columns(features: int, window: int, texts: Sequence[int], *, roles: bool) -> str:
    # With 16 features: 4 normal, 4 exponential, 4 of 100 integers, 4 lognormal. With 4: one of each.
    kinds = [4 * index // features for index in range(features)]
    columns = [
        f"{_feature(index, kind, window)} as {name}"
        for index, (name, kind) in enumerate(zip(feature_names(features), kinds, strict=True))
    ]
    columns += [
        f"{_text(place, values, window)} as {name}"
        for place, (name, values) in enumerate(zip(text_names(texts), texts, strict=True))
    ]
    if not roles:
        return ", ".join(columns)
    rejected = 0.10 + 0.12 * window
    label = f"floor(({_uniform(1, window)} - {rejected}) * {5 / (1 - rejected)})::integer"
    columns += [
        f"'user ' || floor({USERS} * {_uniform(0, window)})::integer as user_id",
        f"case when {_uniform(1, window)} < {rejected} then 'Mixed/Unknown' else 'class ' || {label} end"
        " as predicted_label",
        "e1 / (e1 + e2 + e3) as p_a, e2 / (e1 + e2 + e3) as p_b, e3 / (e1 + e2 + e3) as p_c",
        "round(greatest(e1, e2, e3) / (e1 + e2 + e3), 4) as confidence",
        f"timestamp '2026-01-01' + to_milliseconds(i + {window} * 100000000) as bucket_start_ts",
    ]
    return ", ".join(columns)


def make_tables(
    connection: duckdb.DuckDBPyConnection,
    rows: int,
    features: int,
    *,
    roles: bool = True,
    suffix: str = "",
    start: int = 0,
    texts: Sequence[int] = (),
) -> None:
    """Create ``ref`` and ``cur``, and the views ``ref_features`` and ``cur_features`` with the features alone.

    Parameters
    ----------
    connection
        A database that can be written.
    rows
        Rows of each table.
    features
        Double columns: a quarter each normal, exponential, integers of 100 values, lognormal with 5 % NULL.
    roles
        Whether there are users, labels, probabilities, a confidence and times beside them.
    suffix
        Of the tables' names.
    start
        The first row's number: other numbers are other rows of the same distribution.
    texts
        How many different values each of the text columns has. They do not drift.
    """
    numbers = f"range({start}, {start + rows}) as numbers(i)"
    for window, name in enumerate(WINDOWS):
        weights = ", ".join(f"-ln({_uniform(2 + each, window)}) as e{each}" for each in (1, 2, 3))
        source = f"(select i, {weights} from {numbers})" if roles else numbers
        connection.execute(
            f"create table {name}{suffix} as select {_columns(features, window, texts, roles=roles)} from {source}"
        )
        connection.execute(
            f"create view {name}{suffix}_features as select {', '.join(feature_names(features))} from {name}{suffix}"
        )


def scan_statements(features: Sequence[str], suffix: str = "") -> list[str]:
    """Write "the scan": the least that any comparison of two windows must read, one statement per window."""
    parts = ", ".join(f"min({name}), max({name}), count({name})" for name in features)
    return [f"select {parts} from {window}{suffix}" for window in WINDOWS]
