"""Statistics that need only counts: from the few numbers SQL returns to p-values.

Pure NumPy; nothing here knows of SQL, configuration or reports.  SciPy is not imported, because ``scipy.stats`` takes
longer than a check of a small table; the tests hold every p-value against it.
"""

from __future__ import annotations

from driftql.stats.categories import (
    Frequency,
    MixEffect,
    MixTest,
    NewCategoryTest,
    mix_effect,
    mix_test,
    new_category_test,
)
from driftql.stats.evidence import benjamini_hochberg, evidence_cutoff
from driftql.stats.homogeneity import ChiSquareOutcome, chi_square, critical_chi_square
from driftql.stats.ks import KsOutcome, ks_from_counts, ks_p_value
from driftql.stats.means import Moments, combine, critical_t, welch
from driftql.stats.psi import (
    PsiNull,
    critical_psi,
    interpolate_edges,
    merge_edges,
    psi,
    psi_contributions,
    psi_null,
    quantile_ranks,
)
from driftql.stats.rates import critical_hits, two_proportion

__all__ = [
    "ChiSquareOutcome",
    "Frequency",
    "KsOutcome",
    "MixEffect",
    "MixTest",
    "Moments",
    "NewCategoryTest",
    "PsiNull",
    "benjamini_hochberg",
    "chi_square",
    "combine",
    "critical_chi_square",
    "critical_hits",
    "critical_psi",
    "critical_t",
    "evidence_cutoff",
    "interpolate_edges",
    "ks_from_counts",
    "ks_p_value",
    "merge_edges",
    "mix_effect",
    "mix_test",
    "new_category_test",
    "psi",
    "psi_contributions",
    "psi_null",
    "quantile_ranks",
    "two_proportion",
    "welch",
]
