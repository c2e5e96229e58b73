"""NannyML: the univariate drift calculator on columns of numbers and texts, the current window as one chunk."""

from tests.benchmark.libraries.worker import Worker

worker = Worker("nannyml", "pandas")

with worker.timed("import"):
    import nannyml
    import pandas as pd

with worker.timed("load"):
    ref, cur = pd.read_parquet(worker.ref), pd.read_parquet(worker.cur)
names = list(ref.columns)
with worker.timed("Jensen-Shannon"):
    calculator = nannyml.UnivariateDriftCalculator(
        column_names=names,
        continuous_methods=["jensen_shannon"],
        categorical_methods=["jensen_shannon"],
        chunk_number=1,
    )
    calculator.fit(ref)
    table = calculator.calculate(cur).filter(period="analysis").to_df()
worker.statistics["Jensen-Shannon"] = {name: float(table[name]["jensen_shannon"]["value"].iloc[0]) for name in names}
worker.remark = "the fit is within the time"
worker.finish()
