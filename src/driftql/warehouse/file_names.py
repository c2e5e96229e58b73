"""Files whose columns differ by capitals only: DuckDB takes their names for one and invents a suffix for the second."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from driftql.engines import ENGINES
from driftql.errors import SourceError
from driftql.sql import fragments

__all__ = ["refuse_equal_names"]

_SUFFIXED = re.compile(r"(.+)_\d+", re.DOTALL)
_PARQUET = re.compile(r"read_parquet\(('(?:[^']|'')*')")


def refuse_equal_names(
    relation: str, source: str | None, columns: Sequence[str], fetch: Callable[[str], list[Any]]
) -> None:
    """Refuse Parquet and JSON files two of whose columns DuckDB takes for one.

    Parameters
    ----------
    relation
        The SQL that reads the columns.
    source
        The text file that has been loaded into the relation; None for any other relation.
    columns
        The columns as DuckDB calls them. Without a suffix among them, no file is looked at.
    fetch
        Runs a query in DuckDB.

    Raises
    ------
    SourceError
        If there are such columns: which of them an invented name means depends on their order.
    """
    folded = {name.casefold() for name in columns}
    suffixed = (match for name in columns if (match := _SUFFIXED.fullmatch(name)))
    if not any(match[1].casefold() in folded for match in suffixed):
        return
    parquet = _PARQUET.match(relation)
    if parquet is not None:
        rows = fetch(f"select file_name, name, coalesce(num_children, 0) from parquet_schema({parquet[1]})")
        by_file: dict[str, list[tuple[str, int]]] = {}
        for file, name, children in rows:
            by_file.setdefault(str(file), []).append((str(name), int(children)))
        for file, parts in by_file.items():
            _refuse(file, _outermost(parts))
    elif source is not None and not fragments.is_csv(source):
        path = fragments.text(source, ENGINES["duckdb"])
        for (keys,) in fetch(f"select distinct json_keys(json) from read_json_objects({path})"):
            _refuse(source, [str(key) for key in keys or ()])


def _outermost(parts: Sequence[tuple[str, int]]) -> Iterable[str]:
    """Yield the names of the columns among all parts of a schema, which lists each part before its children."""
    place = 1
    for _ in range(parts[0][1]):
        yield parts[place][0]
        waiting = 1
        while waiting:
            waiting += parts[place][1] - 1
            place += 1


def _refuse(file: str, names: Iterable[str]) -> None:
    first: dict[str, str] = {}
    for name in names:
        other = first.get(name.casefold())
        first[name.casefold()] = name
        if other is not None:
            both = f"two columns named {name!r}" if other == name else f"columns named {other!r} and {name!r}"
            why = "" if other == name else ", which DuckDB takes for one, because it ignores capitals"
            raise SourceError(f"{file} has {both}{why}; rename or drop one of them")
