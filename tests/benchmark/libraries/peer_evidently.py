"""Evidently: a Report of the data-drift preset with one method for all numerical columns."""

from tests.benchmark.libraries.worker import Worker

worker = Worker("evidently", "pandas")

with worker.timed("import"):
    import pandas as pd
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

with worker.timed("load"):
    ref, cur = pd.read_parquet(worker.ref), pd.read_parquet(worker.cur)
names = list(ref.columns)
definition = DataDefinition(numerical_columns=names)
with worker.timed("load as Dataset"):
    data = [Dataset.from_pandas(frame, data_definition=definition) for frame in (cur, ref)]
for method, called in (("psi", "PSI"), ("ks", "KS p-value")):
    with worker.timed(called):
        snapshot = Report([ValueDrift(column=name, method=method) for name in names]).run(*data)
        results = snapshot.dict()["metrics"]
    worker.statistics[called] = {name: float(result["value"]) for name, result in zip(names, results, strict=True)}
worker.remark = "PSI on equal-width bins (Sturges) of both windows, KS as a p-value only; plots are made with it"
worker.finish()
