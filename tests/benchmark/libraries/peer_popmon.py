"""popmon: stability metrics of the current window's histograms against the reference's."""

import math

from tests.benchmark.libraries.worker import Worker

worker = Worker("popmon", "pandas")

with worker.timed("import"):
    import pandas as pd
    import popmon

with worker.timed("load"):
    ref, cur = pd.read_parquet(worker.ref), pd.read_parquet(worker.cur)
    names = list(ref.columns)
    # popmon compares over time: each window becomes one moment.
    ref["moment"], cur["moment"] = pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-12")
with worker.timed("KS and PSI"):
    features = [f"moment:{name}" for name in names]
    histograms = popmon.make_histograms(ref, features=features, time_axis="moment", time_width="1w")
    found = popmon.df_stability_metrics(cur, time_axis="moment", reference_type="external", reference=histograms)
    tables = found["comparisons"]
# popmon's KS is D times sqrt(n m / (n + m)); told as D.
scale = {
    name: math.sqrt(ref[name].count() * cur[name].count() / (ref[name].count() + cur[name].count())) for name in names
}
worker.statistics["KS"] = {name: float(tables[name]["ref_ks"].iloc[-1]) / scale[name] for name in names}
worker.statistics["PSI as reported"] = {name: float(tables[name]["ref_psi"].iloc[-1]) for name in names}
worker.remark = "on histograms with automatic bins; PSI is taken of counts, not of shares; all comparisons are computed"
worker.finish()
