"""driftql on Parquet files of numbers and texts: nothing is loaded, so reading is within the time."""

from tests.benchmark.libraries.worker import Worker

worker = Worker("duckdb", "scipy")

with worker.timed("import"):
    # driftql imports late; the peers import here what they need, and so does it.
    import duckdb
    import scipy.stats  # noqa: F401

    from driftql import __version__, connect, run_drift_check

names = [column for column, *_ in duckdb.sql(f"describe from '{worker.ref}'").fetchall()]
warehouse = connect(":memory:", threads=2)
with worker.timed("PSI"):
    report = run_drift_check(worker.ref, worker.cur, warehouse=warehouse, features=names)
assert report.feature_report is not None
worker.statistics["PSI"] = {result.feature: result.psi for result in report.feature_report.results}
worker.remark = f"driftql {__version__}; with KS of numbers, new categories, missing values, and p-values of all"
worker.finish()
