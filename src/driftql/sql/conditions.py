"""A user's filter -> one vetted condition: no statement, no subquery, no aggregate, no function that could do anything.

What is vetted is exactly one scalar expression that reads the row and nothing else. sqlglot reads it first, the engine
afterwards; where the two might read a text differently, it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from driftql.engines import Engine
from driftql.errors import FragmentError, nearest
from driftql.sql.calls import is_word, refuse_calls, refuse_types
from driftql.sql.fragments import fold, unreadable

if TYPE_CHECKING:
    from sqlglot import exp

__all__ = ["TABLE_ALIAS", "columns_named", "condition"]

# What a statement calls the table whose rows a condition chooses.
TABLE_ALIAS = "monitored"


def condition(
    expression: str,
    engine: Engine,
    columns: Iterable[str],
    where: str,
    *,
    table: Sequence[str] = (),
    allowed: Collection[str] = (),
) -> str:
    """Vet a user's filter.

    Parameters
    ----------
    expression
        What the user wrote.
    engine
        In whose dialect it is written.
    columns
        The table's columns; the expression may name no others.
    where
        What to call it in an error, such as ``"the filter of the current window"``.
    table
        The parts of the table's name: columns may be qualified by it.
    allowed
        Functions and types that the user allows besides the engine's own.

    Returns
    -------
    str
        The expression in parentheses; its columns are not qualified any more.

    Raises
    ------
    FragmentError
        If it is not exactly one scalar expression over these columns, or calls a function that is not known to be
        free of side effects.
    """
    names = list(columns)
    shown = f"{where} ({expression.strip()!r})"
    tree, tokens = _parse(expression, engine, shown)
    written, variables = _unqualified(expression, tokens, tree, names, table, shown)
    if written != expression:
        tree, tokens = _parse(written, engine, shown)
    _refuse_structure(tree, engine, shown)
    known = {name.casefold() for name in names}
    refuse_calls(written, tokens, engine, known | variables, allowed, shown)
    refuse_types(tree, engine, allowed, shown)
    _refuse_columns(tree, engine, names, shown)
    return f"({_with_plain_spaces(written, tokens).strip()})"


def columns_named(expression: str, engine: Engine, table: Sequence[str] = ()) -> list[str]:
    """Return the columns that an expression names, as the engine stores them; none where it cannot be parsed."""
    from sqlglot.errors import SqlglotError

    try:
        tree, _ = _parse(expression, engine, "")
    except (FragmentError, SqlglotError):
        return []
    found = []
    for column, variables in _columns(tree):
        parts = [part.name for part in column.parts]
        if parts[0].casefold() not in variables and parts[0] != "*":
            named = column.parts[_qualifier(parts, table, None)]
            found.append(named.name if named.args.get("quoted") else fold(named.name, engine))
    return found


def _parse(expression: str, engine: Engine, shown: str) -> tuple[exp.Expr, Sequence[Any]]:
    """Return the tree of a condition and its tokens."""
    import sqlglot
    from sqlglot import exp

    try:
        tokens = sqlglot.tokenize(expression, dialect=engine.dialect)
        if any(token.comments for token in tokens) or _rest(expression, tokens).strip():
            raise FragmentError(f"{shown} holds a comment; leave it out")
        trees = sqlglot.parse(f"select 1 where {expression}", dialect=engine.dialect)
    except unreadable() as error:
        raise FragmentError(f"{shown} is not a valid condition: {_first_line(error)}") from None
    if engine.is_extensible and "\\'" in expression and "\\" in _escapes(engine.dialect):
        raise FragmentError(f"{shown} holds \\', which ends a text or not, as the database is set up; write ''")
    if len(trees) != 1 or any(token.token_type.name == "SEMICOLON" for token in tokens):
        raise FragmentError(f"{shown} holds a ';': write one condition, not a statement")
    tree = trees[0]
    clause = tree.args.get("where") if isinstance(tree, exp.Select) else None
    extra = {key for key, value in tree.args.items() if value} if tree is not None else {"nothing"}
    if clause is None or extra - {"expressions", "where", "kind"}:
        raise FragmentError(f"{shown} is more than one condition; write what would stand after 'where', no more")
    return clause.this, tokens


def _refuse_structure(tree: exp.Expr, engine: Engine, shown: str) -> None:
    """Refuse what reads more than the row, and what changes the meaning of a name."""
    from sqlglot import exp

    if tree.find(exp.Query, exp.Subquery, exp.Values, exp.Table, exp.DDL, exp.DML, exp.Command):
        raise FragmentError(f"{shown} holds a subquery or a statement; use a view for that and name the view instead")
    if tree.find(exp.AggFunc, exp.Window):
        raise FragmentError(f"{shown} holds an aggregate or window function; use a view for that")
    if tree.find(exp.Placeholder, exp.Parameter, exp.SessionParameter, exp.Star):
        raise FragmentError(f"{shown} holds a parameter or a star; write the value itself")
    for alias in tree.find_all(exp.Alias, exp.Aliases):
        if not alias.find_ancestor(exp.Struct, exp.Anonymous):
            raise FragmentError(f"{shown} gives a value a name ('as'); write the value itself")
    if engine.in_reads_tables:
        for node in tree.find_all(exp.In):
            listed = [node.args.get("field"), *(node.expressions if len(node.expressions) == 1 else [])]
            if any(isinstance(one, exp.Expression) and isinstance(one.unnest(), exp.Column) for one in listed):
                raise FragmentError(f"{shown} names a table or column after 'in'; write the values themselves")


def _refuse_columns(tree: exp.Expr, engine: Engine, names: Sequence[str], shown: str) -> None:
    known = {name.casefold() for name in names}
    for column, variables in _columns(tree):
        parts = [part.name for part in column.parts]
        first = parts[0].casefold()
        if first in variables or (first in known and (len(parts) == 1 or engine.has_fields)):
            continue
        if len(parts) == 1:
            raise FragmentError(f"{shown} names a column {parts[0]!r} that the table lacks{nearest(parts[0], names)}")
        raise FragmentError(
            f"{shown} names {'.'.join(parts)!r}: the table is not called {'.'.join(parts[:-1])!r}, or has no column "
            f"{parts[-1]!r}{nearest(parts[0], names)}"
        )


def _columns(tree: exp.Expr) -> Iterator[tuple[exp.Column, frozenset[str]]]:
    """Yield every column with the variables of lambdas and list comprehensions around it, case-folded."""
    from sqlglot import exp

    waiting: list[tuple[Any, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        node, variables = waiting.pop()
        if isinstance(node, exp.Column):
            yield node, variables
        own = variables | _bound(node)
        for key, value in node.args.items():
            # A comprehension's variable is not known in the list that it runs through.
            around = variables if isinstance(node, exp.Comprehension) and key == "iterator" else own
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, exp.Expression):
                    waiting.append((child, around))


def _bound(node: exp.Expr) -> set[str]:
    """Return the variables that a lambda or a list comprehension introduces, case-folded."""
    from sqlglot import exp

    if isinstance(node, exp.Lambda):
        return {variable.name.casefold() for variable in node.expressions}
    if isinstance(node, exp.Comprehension):
        variables = (node.args.get("expression"), node.args.get("position"))
        return {
            part.name.casefold()
            for variable in variables
            if variable is not None
            for part in (variable.expressions or [variable])
        }
    return set()


# --- columns that are qualified by their table ----------------------------------------------------------------------


def _unqualified(
    expression: str, tokens: Sequence[Any], tree: exp.Expr, names: Sequence[str], table: Sequence[str], shown: str
) -> tuple[str, set[str]]:
    """Take the table's name away from the columns, and return the variables of the condition beside it.

    The statement that a condition becomes part of calls the table otherwise.
    """
    variables = {name for node in tree.walk() for name in _bound(node)}
    known = {name.casefold() for name in names}
    written, end = [], 0
    for run in _dotted_runs(tokens):
        parts = [token.text for token in run]
        qualifier = 0 if parts[0].casefold() in variables else _qualifier(parts, table, known)
        if not qualifier:
            continue
        if parts[qualifier].casefold() in variables:
            raise FragmentError(f"{shown} calls a column and a variable {parts[qualifier]!r}; rename the variable")
        written.append(expression[end : run[0].start])
        end = run[qualifier].start
    return "".join([*written, expression[end:]]), variables


def _dotted_runs(tokens: Sequence[Any]) -> Iterator[list[Any]]:
    """Yield names that are joined by dots: a.b.c; a function's name at the end is left out."""
    place = 0
    while place < len(tokens):
        run = [tokens[place]]
        place += 1
        if not is_word(run[0]) or (place > 1 and tokens[place - 2].token_type.name in ("DOT", "DCOLON", "COLON")):
            continue
        while place + 1 < len(tokens) and tokens[place].token_type.name == "DOT" and is_word(tokens[place + 1]):
            run.append(tokens[place + 1])
            place += 2
        if place < len(tokens) and tokens[place].token_type.name == "L_PAREN":
            run.pop()
        if len(run) > 1:
            yield run


def _qualifier(parts: Sequence[str], table: Sequence[str], columns: Collection[str] | None) -> int:
    """Return how many of the parts of a column's name are the table's.

    Parameters
    ----------
    parts
        Such as ``["events", "x"]``.
    table
        The table's own name, such as ``["memory", "main", "events"]``.
    columns
        The columns that the table has, case-folded; None if nobody knows.
    """
    folded = [part.casefold() for part in parts]
    whole = [part.casefold() for part in table]
    for length in range(min(len(parts) - 1, len(whole)), 0, -1):
        if folded[:length] == whole[-length:] and (columns is None or folded[length] in columns):
            return length
    is_alias = len(parts) > 1 and folded[0] == TABLE_ALIAS and (columns is None or folded[1] in columns)
    return int(is_alias)


# --- text -----------------------------------------------------------------------------------------------------------


def _rest(expression: str, tokens: Sequence[Any]) -> str:
    """Return what no token holds: spaces, and comments that the tokenizer attached to nothing."""
    return "".join(mark for mark, seen in zip(expression, _covered(expression, tokens), strict=True) if not seen)


def _with_plain_spaces(expression: str, tokens: Sequence[Any]) -> str:
    """Replace spaces that an engine could take for letters, such as U+00A0."""
    covered = _covered(expression, tokens)
    return "".join(mark if seen or mark in " \t\r\n" else " " for mark, seen in zip(expression, covered, strict=True))


def _covered(expression: str, tokens: Sequence[Any]) -> bytearray:
    covered = bytearray(len(expression))
    for token in tokens:
        covered[token.start : token.end + 1] = b"\1" * (token.end + 1 - token.start)
    return covered


def _escapes(dialect: str) -> Collection[str]:
    """Return the marks that keep a quote from ending a text."""
    from sqlglot import Dialect

    return Dialect.get_or_raise(dialect).tokenizer_class.STRING_ESCAPES


def _first_line(error: Exception) -> str:
    line = re.sub(r"\x1b\[[0-9;]*m", "", str(error).splitlines()[0]) if str(error) else "it cannot be read"
    # sqlglot tells which class of its own lacks an argument; to a user, a part of the condition is missing.
    return "a part of it is missing" if line.startswith("Required keyword") else line.rstrip(".")
