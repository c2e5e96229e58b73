"""driftql on the Parquet files: nothing is loaded, so reading is within each time."""

from tests.benchmark.libraries.worker import Worker

worker = Worker("duckdb", "scipy")

with worker.timed("import"):
    # driftql imports late; the peers import here what they need, and so does it.
    import scipy.stats  # noqa: F401

    from driftql import __version__, connect, run_drift_check

warehouse = connect(":memory:", threads=2)
for part, exact in (("certified", False), ("exact", True)):
    with worker.timed(f"KS and PSI, {part}"):
        report = run_drift_check(worker.ref, worker.cur, warehouse=warehouse, exact=exact)
    assert report.feature_report is not None
    found = report.feature_report.results
    worker.statistics[f"KS, {part}"] = {result.feature: result.ks_statistic for result in found}
    worker.statistics[f"PSI, {part}"] = {result.feature: result.psi for result in found}
worker.remark = f"driftql {__version__}; the times hold the reading of the files and p-values"
worker.finish()
