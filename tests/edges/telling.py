"""The command line of driftql, which tells on standard output before and after it commits: for whoever kills it there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

__all__ = ["COMMIT"]

COMMIT = "[commit]"


def _telling(transaction: Callable[[Any], AbstractContextManager[Any]]) -> Callable[[Any], AbstractContextManager[Any]]:
    @contextmanager
    def told(self: Any) -> Iterator[Any]:
        with transaction(self) as writer:
            yield writer
            print(f"{COMMIT} follows", flush=True)
        print(f"{COMMIT} done", flush=True)

    return told


if __name__ == "__main__":
    from driftql.__main__ import main
    from driftql.warehouse.dbapi import DbapiWarehouse
    from driftql.warehouse.duckdb import DuckDBWarehouse

    for kind in (DbapiWarehouse, DuckDBWarehouse):
        kind.transaction = _telling(kind.transaction)  # type: ignore[method-assign, assignment]
    main()
