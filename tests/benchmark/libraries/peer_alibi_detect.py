"""alibi-detect: KSDrift on the matrix of complete columns, and one detector each for columns with missing values."""

from tests.benchmark.libraries.worker import Worker

worker = Worker("alibi-detect", "pandas", "scipy")

with worker.timed("import"):
    import pandas as pd
    from alibi_detect.cd import KSDrift

with worker.timed("load"):
    ref, cur = pd.read_parquet(worker.ref), pd.read_parquet(worker.cur)
names = list(ref.columns)
with worker.timed("KS"):
    complete = [name for name in names if not (ref[name].hasnans or cur[name].hasnans)]
    detector = KSDrift(ref[complete].to_numpy(), p_val=0.05)
    distances = detector.predict(cur[complete].to_numpy())["data"]["distance"]
    found = dict(zip(complete, map(float, distances), strict=True))
    for name in set(names) - set(complete):
        before, after = (frame[[name]].dropna().to_numpy() for frame in (ref, cur))
        found[name] = float(KSDrift(before, p_val=0.05).predict(after)["data"]["distance"][0])
    worker.statistics["KS"] = {name: found[name] for name in names}
worker.remark = (
    "SciPy's ks_2samp on each column, given as float32; NaN is not accepted, so missing values are dropped; no PSI"
)
worker.finish()
