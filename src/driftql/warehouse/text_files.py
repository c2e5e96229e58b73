"""CSV files -> one explicit ``read_csv`` expression, by rules that can be stated.

DuckDB's own detection looks at the beginning of a file and guesses: it may take the first 900 rows for a preamble, a
``#`` for a comment, or one ``NA`` for proof that a column is text. Here every value decides about the types:

1. The delimiter is the one (of ``,``, ``;``, tab and ``|``) by which the first lines have as many fields as the header.
2. The first line is the header unless it looks like the lines below it. The numbers 0, 1, 2, ..., which pandas writes
   for columns without a name, are a header. No line is skipped, no comment mark is assumed.
3. A column is boolean, integer, number, date or time if every value is; values in ``null_values`` and blanks are
   missing. ``-``, ``?``, ``.`` and ``*`` are missing too where a column would be a number but for them.
4. The decimal mark is a comma if numbers are written so and the delimiter is not a comma. Digits in groups
   (``1,234.5``, ``1.234,5``) are numbers where a value shows which of the two marks is which; else the column is text.
5. A number column with a few other values is refused, with the file, the line and the value.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from driftql.config import ReadConfig
from driftql.engines import ENGINES
from driftql.errors import SourceError
from driftql.sql import fragments

__all__ = ["TextFile", "describe_text_file"]

_DELIMITERS = (",", ";", "\t", "|")
_FIRST_LINES = 200
_FEW_LINES = 50
_DASHES = ("-", "--", "?", ".", "*")
_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?(inf|infinity|nan)$", re.IGNORECASE)
# Up to this share of values that are no numbers in a column of numbers, they are taken for mistakes or markers.
_FEW = 0.05
_DATES = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d")
_TIMES = ("", " %H:%M", " %H:%M:%S")

Fetch = Callable[[str], list[Any]]


@dataclass(frozen=True)
class TextFile:
    """How to read a text file, or all files of a glob.

    Attributes
    ----------
    expression
        A call of ``read_csv`` with every option spelled out.
    unnamed
        Columns that have no name in the header, by the names that stand in for them.
    """

    expression: str
    unnamed: list[str] = field(default_factory=list)


def describe_text_file(source: str, options: ReadConfig, fetch: Fetch) -> TextFile:
    """Look at a file, or at all files of a glob, and say how to read it.

    Parameters
    ----------
    source
        A path or a glob; DuckDB finds it.
    options
        What the user has settled; the rest is found out.
    fetch
        Runs a query in DuckDB.

    Raises
    ------
    SourceError
        If the file is empty, not in the encoding, uneven, or mixes numbers with something else.
    """
    lines = _first_lines(source, options, fetch)
    delimiter = options.delimiter or _delimiter(lines[source], options.quote)
    rows = _split(lines[source], delimiter, options.quote)
    header = options.header if options.header is not None else _has_header(rows)
    given = rows[0] if header else [f"column{number}" for number in range(len(rows[0]))]
    names = [name.strip() or f"unnamed_{number}" for number, name in enumerate(given, start=1)]
    _refuse_doubles(source, names)
    unnamed = [name for name, original in zip(names, given, strict=True) if not original.strip()]
    base: dict[str, Any] = {
        "auto_detect": False,
        "delim": delimiter,
        "quote": options.quote,
        "escape": options.quote,
        "header": header,
        "strict_mode": True,
    }
    if options.encoding.casefold() not in ("utf-8", "utf8"):
        base["encoding"] = options.encoding
    if "*" in source or "?" in source or "[" in source:
        # Files of one glob may have their columns in another order, or not all of them.
        names = _names_of_all(source, delimiter, options, fetch, header)
        base |= {"auto_detect": True, "union_by_name": True, "skip": 0, "comment": ""}
        texts: dict[str, Any] = {"all_varchar": True}
    else:
        texts = {"columns": dict.fromkeys(names, "VARCHAR")}
    as_text = _expression(source, {**base, **texts, "nullstr": [""]})
    types, markers, marks, formats = _types(source, as_text, names, delimiter, header, options, fetch)
    typed: dict[str, Any] = {"types" if "union_by_name" in base else "columns": types}
    typed["nullstr"] = ["", *options.null_values, *markers]
    if marks.decimal == ",":
        typed["decimal_separator"] = ","
    if marks.thousands:
        typed["thousands"] = marks.thousands
    return TextFile(_expression(source, {**base, **typed, **formats}), unnamed)


def _expression(source: str, options: dict[str, Any]) -> str:
    engine = ENGINES["duckdb"]

    def write(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int):
            return str(value)
        if isinstance(value, list):
            return "[" + ", ".join(write(item) for item in value) + "]"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{write(name)}: {write(item)}" for name, item in value.items()) + "}"
        return fragments.text(value, engine)

    listed = ", ".join(f"{name} = {write(value)}" for name, value in options.items())
    return f"read_csv({fragments.text(source, engine)}, {listed})"


def _first_lines(source: str, options: ReadConfig, fetch: Fetch) -> dict[str, list[str]]:
    """Return the first lines as they stand; those of the first file of a glob."""
    whole = {
        "auto_detect": False,
        "delim": "\x01",
        "quote": "",
        "escape": "",
        "header": False,
        "columns": {"line": "VARCHAR"},
        "encoding": options.encoding,
    }
    rows = _run(source, options, fetch, f"select line from {_expression(source, whole)} limit {_FIRST_LINES}")
    lines = [str(row[0] or "").rstrip("\r") for row in rows]
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines or not lines[0].strip():
        raise SourceError(f"{source} is empty: the first line of a text file names its columns")
    lines[0] = lines[0].removeprefix("\ufeff")
    return {source: lines}


def _split(lines: Sequence[str], delimiter: str, quote: str) -> list[list[str]]:
    rows = [row for row in csv.reader(lines, delimiter=delimiter, quotechar=quote or None) if row]
    return rows or [[""]]


def _delimiter(lines: Sequence[str], quote: str) -> str:
    """Return the delimiter by which most lines have as many fields as the first; more fields win a tie."""

    def fit(delimiter: str) -> tuple[bool, float, int]:
        rows = _split(lines[:_FEW_LINES], delimiter, quote)
        width = len(rows[0])
        return width > 1, sum(len(row) == width for row in rows) / len(rows), width

    return max(_DELIMITERS, key=fit)


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first line names columns: it holds no number, or a text above a column of numbers."""
    first, below = rows[0], rows[1:]
    numbered = first[1:] if not first[0].strip() else first
    if len(numbered) > 1 and [name.strip() for name in numbered] == [str(number) for number in range(len(numbered))]:
        return True
    if not any(_NUMBER.match(name.strip()) for name in first):
        return True
    for number, name in enumerate(first):
        values = [row[number].strip() for row in below if number < len(row) and row[number].strip()]
        if name.strip() and not _NUMBER.match(name.strip()) and values and all(map(_NUMBER.match, values)):
            return True
    return False


def _refuse_doubles(source: str, names: Sequence[str]) -> None:
    first: dict[str, str] = {}
    for name in names:
        if name.casefold() in first:
            other = first[name.casefold()]
            both = f"{name!r} twice" if other == name else f"{other!r} and {name!r}, which DuckDB takes for one"
            raise SourceError(f"the header of {source} names {both}; rename one of the columns")
        first[name.casefold()] = name


def _names_of_all(source: str, delimiter: str, options: ReadConfig, fetch: Fetch, header: bool) -> list[str]:
    engine = ENGINES["duckdb"]
    files = [str(row[0]) for row in fetch(f"select file from glob({fragments.text(source, engine)}) order by file")]
    names: dict[str, str] = {}
    for file in files:
        rows = _split(_first_lines(file, options, fetch)[file], delimiter, options.quote)
        given = rows[0] if header else [f"column{number}" for number in range(len(rows[0]))]
        own = [name.strip() or f"column{number}" for number, name in enumerate(given)]
        _refuse_doubles(file, own)
        for name in own:
            names.setdefault(name.casefold(), name)
    return list(names.values())


def _run(source: str, options: ReadConfig, fetch: Fetch, sql: str) -> list[Any]:
    """Run a query over the file, turning DuckDB's account of a bad line into one sentence."""
    import duckdb

    try:
        return fetch(sql)
    except duckdb.Error as error:
        text = str(error)
        line = re.search(r"CSV Error on Line: (\d+)", text)
        where = f"{source}, line {line[1]}" if line else source
        counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
        if counts:
            raise SourceError(
                f"{where}: {counts[2]} fields, but the header has {counts[1]}; put a field that holds the delimiter in "
                "quotes, or name the delimiter with --csv-option delimiter=..."
            ) from None
        if "unicode" in text.lower() or "encoded" in text:
            raise SourceError(
                f"{where}: the file is not in {options.encoding}; name its encoding, such as "
                "--csv-option encoding=latin-1"
            ) from None
        if "unterminated quote" in text:
            raise SourceError(
                f"{where}: a field in quotes begins there and does not end; close it, or say with --csv-option quote= "
                "that a quote is an ordinary character"
            ) from None
        raise SourceError(f"{where}: {text.splitlines()[0].removeprefix('Invalid Input Error: ')}") from None


class _Marks(NamedTuple):
    """How the numbers of a file are written: the decimal mark, and what stands between groups of three digits ('')."""

    decimal: str
    thousands: str


def _types(
    source: str,
    as_text: str,
    names: Sequence[str],
    delimiter: str,
    header: bool,
    options: ReadConfig,
    fetch: Fetch,
) -> tuple[dict[str, str], list[str], _Marks, dict[str, str]]:
    """Decide every column's type by all of its values; also further markers, the marks of numbers and time formats."""
    engine = ENGINES["duckdb"]

    def texts(values: Sequence[str]) -> str:
        return ", ".join(fragments.text(value, engine) for value in values)

    markers = texts(["", *options.null_values])
    ways = _ways_to_group(options)
    grouped = "".join(f",\n    {count}" for way in ways for count in _counts_of_groups(way))
    # What is no number is looked at closely; most values of most files are numbers.
    sql = f"""
select
    name,
    count(*) filter (not is_missing) as present,
    count(*) filter (not is_missing and not is_number and v in ({texts(_DASHES)})) as dashes,
    count(*) filter (is_number and length(v) <= 18 and ltrim(v, '+-0123456789') = '') as integers,
    count(*) filter (is_number) as numbers,
    count(*) filter (case when is_number then false
        else regexp_full_match(v, '[+-]?\\d*,\\d+([eE][+-]?\\d+)?') end) as comma_numbers,
    count(*) filter (is_number and contains(v, '.')) as point_numbers,
    count(*) filter (case when is_number then false else lower(v) in ('true', 'false') end) as booleans,
    count(*) filter (case when is_number then false
        else length(v) = 10 and v like '____-__-__' and try_cast(v as date) is not null end) as dates,
    count(*) filter (case when is_number then false
        else v like '____-__-__%' and try_cast(v as timestamp) is not null end) as times,
    count(*) filter (case when is_number or v not like '____-__-__%:%' then false
        else regexp_matches(v, ':\\d+(\\.\\d+)? ?(Z|[+-]\\d{{2}}(:?\\d{{2}})?)$') end) as zoned,
    count(*) filter (case when is_number then false
        else regexp_matches(v, '^\\d{{1,4}}[/.-]\\d{{1,2}}[/.-]\\d{{1,4}}( \\d|$)') end) as dated,
    count(*) filter (is_number and regexp_full_match(v, '[+-]?\\d{{1,3}}\\.\\d{{3}}')) as points{grouped},
    list(distinct value) filter (value <> v and (is_missing or v in ({texts(_DASHES)}))) as padded
from (
    select name, value, v, is_missing, not is_missing and try_cast(v as double) is not null as is_number
    from (
        select name, value, v, v in ({markers}) as is_missing
        from (
            select name, value, trim(value) as v
            from (unpivot (from {as_text}) on columns(*) into name name value value)
        )
        where v not in ({markers}) or v <> value
    )
)
group by name
"""
    rows = _run(source, options, fetch, sql)
    keys = [*_COUNTS, *(key for way in ways for key in (f"grouped{way}", f"sure{way}"))]
    found = {str(name): dict(zip(keys, map(int, counts), strict=True)) for name, *counts, _ in rows if counts[0]}
    padded = {str(name): list(texts or []) for name, *_, texts in rows}
    marks = _marks(source, found, delimiter, options, ways)
    types: dict[str, str] = {}
    missing: list[str] = []
    for name in names:
        counts = found.get(name)
        if counts is None:
            types[name] = "DOUBLE"  # nothing but missing values: as good a number as anything
            missing += padded.get(name, [])
            continue
        present = counts["present"] - counts["dashes"]
        if present and counts["booleans"] == counts["present"]:
            types[name] = "BOOLEAN"
        elif present and _all_numbers(counts, marks):
            types[name] = "BIGINT" if counts["integers"] == present else "DOUBLE"
            if counts["dashes"]:
                missing += _DASHES
        elif counts["dates"] == counts["present"]:
            types[name] = "DATE"
        elif counts["times"] == counts["present"]:
            types[name] = "TIMESTAMPTZ" if counts["zoned"] == counts["present"] else "TIMESTAMP"
        else:
            types[name] = "VARCHAR"
            numbers = counts["comma_numbers"] + counts["integers"] if marks.decimal == "," else counts["numbers"]
            if 0 < present - numbers <= _FEW * present and name not in options.text_columns:
                _refuse_mixture(source, as_text, name, numbers, marks, markers, header, options, fetch)
            continue
        missing += padded.get(name, [])
    for name in options.text_columns:
        if name in types:
            types[name] = "VARCHAR"
    missing = list(dict.fromkeys(missing))
    return types, missing, marks, _formats(source, as_text, types, found, markers, options, fetch)


_COUNTS = (
    "present",
    "dashes",
    "integers",
    "numbers",
    "comma_numbers",
    "point_numbers",
    "booleans",
    "dates",
    "times",
    "zoned",
    "dated",
    "points",
)


def _ways_to_group(options: ReadConfig) -> list[_Marks]:
    """Return in which ways numbers may be written whose digits stand in groups."""
    given, decimal = options.thousands_separator, options.decimal_separator
    if given:
        return [_Marks(decimal or ("," if given == "." else "."), given)]
    return [way for way in (_Marks(".", ","), _Marks(",", ".")) if decimal in (None, way.decimal)]


def _counts_of_groups(way: _Marks) -> list[str]:
    """Return the counts of values with grouped digits, and of those that can be read in one way only."""
    digits, mark = f"[+-]?\\d{{1,3}}([{way.thousands}]\\d{{3}})", f"[{way.decimal}]\\d+"
    return [
        f"count(*) filter (case when is_number then false else regexp_full_match(v, {_text(pattern)}) end)"
        for pattern in (f"{digits}+({mark})?", f"{digits}+{mark}|{digits}{{2,}}")
    ]


def _text(value: str) -> str:
    return fragments.text(value, ENGINES["duckdb"])


def _marks(
    source: str,
    found: dict[str, dict[str, int]],
    delimiter: str,
    options: ReadConfig,
    ways: Sequence[_Marks],
) -> _Marks:
    """Decide how the numbers of a file are written.

    Raises
    ------
    SourceError
        If two columns write them in different ways.
    """
    # Where the user names the separator, every group counts; else one value must show which mark is which.
    seen = "grouped" if options.thousands_separator else "sure"
    grouped = {
        way: [name for name, counts in found.items() if counts[f"{seen}{way}"] and _all_numbers(counts, way)]
        for way in ways
    }
    both = [names[0] for names in grouped.values() if names]
    if len(both) > 1:
        raise SourceError(
            f"{source} writes the numbers of {both[0]!r} such as 1,234.5 and those of {both[1]!r} such as 1.234,5; say "
            "which is right with --csv-option decimal_separator=, (or .)"
        )
    for way, names in grouped.items():
        if names:
            plain = _Marks(way.thousands, "")
            other = [name for name, counts in found.items() if _marked(counts, plain) and not _all_numbers(counts, way)]
            if other and options.decimal_separator is None:
                _refuse_marks(source, *((names[0], other[0]) if way.decimal == "," else (other[0], names[0])))
            return way
    decimal = options.decimal_separator or "."
    if options.decimal_separator is None and delimiter != ",":
        commas, points = ([n for n, c in found.items() if _marked(c, _Marks(mark, ""))] for mark in ",.")
        if commas and points:
            _refuse_marks(source, commas[0], points[0])
        decimal = "," if commas else "."
    return _Marks(decimal, options.thousands_separator or "")


def _refuse_marks(source: str, with_comma: str, with_point: str) -> None:
    raise SourceError(
        f"{source} writes the numbers of {with_comma!r} with a decimal comma and those of {with_point!r} with a "
        "point; say which is right with --csv-option decimal_separator=, (or .)"
    )


def _marked(counts: dict[str, int], marks: _Marks) -> bool:
    """Return whether a column holds numbers only, some of them with this decimal mark."""
    marked = counts["comma_numbers" if marks.decimal == "," else "point_numbers"]
    return marked > 0 and _all_numbers(counts, marks)


def _all_numbers(counts: dict[str, int], marks: _Marks) -> bool:
    """Return whether every value of a column is a number that is written with these marks, or a dash."""
    numbers = counts["comma_numbers"] + counts["integers"] if marks.decimal == "," else counts["numbers"]
    if marks.thousands:
        numbers += counts[f"grouped{marks}"] + (counts["points"] if marks.thousands == "." else 0)
    return numbers > 0 and numbers + counts["dashes"] == counts["present"]


def _refuse_mixture(
    source: str,
    as_text: str,
    name: str,
    numbers: int,
    marks: _Marks,
    markers: str,
    header: bool,
    options: ReadConfig,
    fetch: Fetch,
) -> None:
    engine = ENGINES["duckdb"]
    column = fragments.identifier(name, engine)
    value = f"replace({column}, ',', '.')" if marks.decimal == "," else column
    rows = fetch(
        f"select line, {column} from (select row_number() over () as line, {column} from {as_text}) "
        f"where trim({column}) not in ({markers}) and try_cast({value} as double) is null order by line limit 1"
    )
    if not rows:
        return
    line, found = rows[0]
    raise SourceError(
        f"{source}, line {int(line) + header}: {str(found)!r} in the column {name!r}, whose other {numbers:,} values "
        f"are numbers; if it stands for a missing value, add --csv-option null_values={found}, if the column is text, "
        f"--csv-option text_columns={name}"
    )


def _formats(
    source: str,
    as_text: str,
    types: dict[str, str],
    found: dict[str, dict[str, int]],
    markers: str,
    options: ReadConfig,
    fetch: Fetch,
) -> dict[str, str]:
    """Find days and times that are not in ISO order; where more than one order fits, a column stays text."""
    if options.timestamp_format is not None:
        candidates: tuple[str, ...] = (options.timestamp_format,)
    else:
        candidates = tuple(day + time for day in _DATES for time in _TIMES)
    names = [
        name
        for name, kind in types.items()
        if kind == "VARCHAR"
        and name not in options.text_columns
        and (options.timestamp_format is not None or found[name]["dated"] == found[name]["present"])
    ]
    if not names:
        return {}
    engine = ENGINES["duckdb"]
    listed = ", ".join(fragments.identifier(name, engine) for name in names)
    counts = ", ".join(
        f"count(*) filter (try_strptime(v, {fragments.text(form, engine)}) is not null)" for form in candidates
    )
    rows = _run(
        source,
        options,
        fetch,
        f"select name, {counts} from (select name, trim(value) as v from "
        f"(unpivot (select {listed} from {as_text}) on columns(*) into name name value value)) "
        f"where v not in ({markers}) group by name",
    )
    chosen: dict[str, str] = {}
    for name, *fits in rows:
        present = found[str(name)]["present"]
        fitting = [form for form, fit in zip(candidates, fits, strict=True) if int(fit) == present]
        if len(fitting) == 1:
            chosen[str(name)] = fitting[0]
    if len(set(chosen.values())) != 1:
        return {}
    types.update(dict.fromkeys(chosen, "TIMESTAMP"))
    return {"timestampformat": next(iter(chosen.values()))}
