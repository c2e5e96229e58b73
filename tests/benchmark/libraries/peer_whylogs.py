"""whylogs: profile both windows, then compare the profiles (KLL sketches)."""

from tests.benchmark.libraries.worker import Worker

worker = Worker("whylogs", "pandas")

with worker.timed("import"):
    import pandas as pd
    import whylogs as why
    from whylogs.viz.drift.column_drift_algorithms import KS, Hellinger, calculate_drift_scores

with worker.timed("load"):
    ref, cur = pd.read_parquet(worker.ref), pd.read_parquet(worker.cur)
names = list(ref.columns)
called = {"KS": KS, "Hellinger": Hellinger}
with worker.timed("KS and Hellinger"):
    before, after = (why.log(pandas=frame).view() for frame in (ref, cur))
    for name, algorithm in called.items():
        scores = calculate_drift_scores(
            target_view=after, reference_view=before, drift_map={column: algorithm() for column in names}
        )
        worker.statistics[name] = {column: float(scores[column]["statistic"]) for column in names}
worker.remark = "from KLL sketches, so an estimate; profiles hold more than drift needs, and can be kept and merged"
worker.finish()
