"""What tests import as ``tests.<folder>.<module>``: the repository's root is on the path of pytest, mypy and of any editor."""
