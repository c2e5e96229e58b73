"""NannyML: the univariate drift calculator, the whole of the current window as one chunk."""

from tests.benchmark.libraries.worker import Worker

worker = Worker("nannyml", "pandas")

with worker.timed("import"):
    import nannyml
    import pandas as pd

with worker.timed("load"):
    ref, cur = pd.read_parquet(worker.ref), pd.read_parquet(worker.cur)
names = list(ref.columns)
for method, called in (("kolmogorov_smirnov", "KS"), ("jensen_shannon", "Jensen-Shannon")):
    with worker.timed(called):
        calculator = nannyml.UnivariateDriftCalculator(column_names=names, continuous_methods=[method], chunk_number=1)
        calculator.fit(ref)
        table = calculator.calculate(cur).filter(period="analysis").to_df()
    worker.statistics[called] = {name: float(table[name][method]["value"].iloc[0]) for name in names}
worker.remark = (
    "from 10,000 rows on KS is estimated on 10,000 equal-width bins; there is no PSI; the fit is within the time"
)
worker.finish()
