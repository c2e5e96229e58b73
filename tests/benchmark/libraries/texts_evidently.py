"""Evidently: a Report with PSI for every column of numbers or texts."""

from tests.benchmark.libraries.worker import Worker

worker = Worker("evidently", "pandas")

with worker.timed("import"):
    import pandas as pd
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

with worker.timed("load"):
    ref, cur = pd.read_parquet(worker.ref), pd.read_parquet(worker.cur)
names = list(ref.columns)
texts = [name for name in names if name.startswith("t")]
definition = DataDefinition(numerical_columns=[name for name in names if name not in texts], categorical_columns=texts)
with worker.timed("load as Dataset"):
    data = [Dataset.from_pandas(frame, data_definition=definition) for frame in (cur, ref)]
with worker.timed("PSI"):
    snapshot = Report([ValueDrift(column=name, method="psi") for name in names]).run(*data)
    results = snapshot.dict()["metrics"]
worker.statistics["PSI"] = {name: float(result["value"]) for name, result in zip(names, results, strict=True)}
worker.remark = "PSI with a bin for each category, and of numbers on equal-width bins of both windows; draws plots"
worker.finish()
