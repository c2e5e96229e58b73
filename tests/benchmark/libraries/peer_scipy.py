"""SciPy and NumPy by hand: ks_2samp; PSI on the reference's deciles."""

from tests.benchmark.libraries.worker import Worker

worker = Worker("scipy", "numpy", "pandas")

with worker.timed("import"):
    import numpy as np
    import pandas as pd
    from scipy.stats import ks_2samp

with worker.timed("load"):
    ref, cur = pd.read_parquet(worker.ref), pd.read_parquet(worker.cur)
names = list(ref.columns)
with worker.timed("KS"):
    worker.statistics["KS"] = {
        name: float(ks_2samp(ref[name].dropna().to_numpy(), cur[name].dropna().to_numpy()).statistic) for name in names
    }
with worker.timed("PSI"):
    worker.statistics["PSI"] = {}
    for name in names:
        before, after = ref[name].dropna().to_numpy(), cur[name].dropna().to_numpy()
        inner = np.unique(np.percentile(before, np.linspace(0, 100, 11)[1:-1]))
        edges = np.concatenate(([-np.inf], inner, [np.inf]))
        p, q = (np.maximum(np.histogram(side, edges)[0] / len(side), 1e-4) for side in (before, after))
        worker.statistics["PSI"][name] = float(((q - p) * np.log(q / p)).sum())
worker.finish()
