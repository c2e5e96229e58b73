"""Which functions a condition calls, as the engine will read their names, and whether each is known to be harmless.

The names are taken from the tokens and not from sqlglot's tree: the tree renames what it knows (``now()`` becomes
``CurrentTimestamp``), and what matters is the name that the engine sees. ``functions/ENGINE.txt`` lists what may be
called on an engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from driftql.engines import Engine
from driftql.errors import FragmentError

__all__ = ["Functions", "functions_of", "is_word", "refuse_calls", "refuse_types"]

_FOLDER = Path(__file__).parent / "functions"
_WORD = re.compile(r"[^\W\d][\w$]*")
_SIZED = re.compile(r"(?P<name>[^\W\d][\w$]*)(?P<kind>[=*%])(?P<number>\d)")
# How long a value may be that a condition makes out of nothing, in characters or elements.
_LONGEST = 10_000
# A pattern that takes a width of five digits or more, or one that another argument says.
_WIDE = re.compile(r"\d{5}|\*|\{[^}]*\{")
_OPERATORS = re.compile(r"[-+*/<>=~!@#%^&|`?:]+")
# Words of the language that a parenthesis may follow. Those of the first kind stand between two values, so that they
# are functions where nothing stands before them, such as in(x, t) of ClickHouse.
_BETWEEN = frozenset(
    {"and", "or", "xor", "in", "like", "ilike", "rlike", "regexp", "glob", "similar_to", "is", "between", "escape"}
    | {"div", "from", "for", "placing", "using", "collate"}
)
_BEFORE = frozenset({"not", "case", "when", "then", "else", "any", "all", "some", "interval", "distinct", "symmetric"})
_VALUES = frozenset({"end", "null", "true", "false"})


@dataclass(frozen=True)
class Functions:
    """What a condition may call on an engine.

    Attributes
    ----------
    allowed
        Functions and types that may be followed by a parenthesis, in lower case; some begin with a schema.
    changing
        Functions that give another answer each time.
    words
        Words that call a function without parentheses, whatever columns there are.
    words_unless_columns
        The same where the table has no column of this name.
    sizes
        Functions of ``allowed`` whose result is as long as one of their arguments says -> the number of this argument,
        from 1, or 0 for all of them.
    factors
        The same where it is so many times as long as another argument.
    patterns
        The same where the argument is a pattern that may hold widths.
    operators
        Operators; none where a user cannot add any.
    """

    allowed: frozenset[str] = frozenset()
    changing: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    words_unless_columns: frozenset[str] = frozenset()
    sizes: Mapping[str, int] = field(default_factory=dict)
    factors: Mapping[str, int] = field(default_factory=dict)
    patterns: Mapping[str, int] = field(default_factory=dict)
    operators: frozenset[str] = frozenset()


@lru_cache
def functions_of(name: str) -> Functions:
    """Read the list of an engine: one of :data:`driftql.engines.ENGINES`, by name."""
    kinds: dict[str, set[str]] = {kind: set() for kind in ("allowed", "*", "!", "?", "operators")}
    sizes: dict[str, dict[str, int]] = {"=": {}, "*": {}, "%": {}}
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("@") and _WORD.fullmatch(line[1:]):
            parent = functions_of(line[1:])
            for kind, names in zip(
                kinds,
                (parent.allowed, parent.changing, parent.words, parent.words_unless_columns, parent.operators),
                strict=True,
            ):
                kinds[kind] |= names
            sizes["="] |= parent.sizes
            sizes["*"] |= parent.factors
            sizes["%"] |= parent.patterns
        elif not line.startswith(("# ", "[")):
            for entry in line.split():
                if sized := _SIZED.fullmatch(entry):
                    sizes[sized["kind"]][sized["name"]] = int(sized["number"])
                    entry = sized["name"]
                is_marked = entry[0] in "*!?" and _WORD.fullmatch(entry[1:])
                kind = entry[0] if is_marked else "operators" if _OPERATORS.fullmatch(entry) else "allowed"
                kinds[kind].add(entry[1:] if is_marked else entry)
    allowed, changing, words, words_unless_columns, operators = (frozenset(names) for names in kinds.values())
    return Functions(allowed, changing, words, words_unless_columns, sizes["="], sizes["*"], sizes["%"], operators)


class _Call(NamedTuple):
    """A function's name: its parts, whether the last is quoted, whether it follows a value and a dot, and its token."""

    parts: tuple[str, ...]
    is_quoted: bool
    follows_value: bool = False
    has_parenthesis: bool = True
    place: int = -1

    @property
    def shown(self) -> str:
        return ".".join(self.parts)


def refuse_calls(
    expression: str,
    tokens: Sequence[Any],
    engine: Engine,
    columns: Collection[str],
    allowed: Collection[str],
    shown: str,
) -> None:
    """Refuse a condition that calls a function which nobody knows to be harmless, or makes a huge value of nothing.

    Parameters
    ----------
    expression, tokens
        The condition, and sqlglot's tokens of it.
    engine
        The engine that will run it.
    columns
        Names of columns and of variables in the condition, case-folded.
    allowed
        The functions of their own that the user allows.
    shown
        What to call the condition in an error.

    Raises
    ------
    FragmentError
        If it does; the sentence names the functions.
    """
    known = functions_of(engine.name)
    own = {name.casefold() for name in allowed}
    unknown: dict[str, bool] = {}
    length = 1
    for call in _calls(expression, tokens, engine, known, columns):
        name = _plain_name(call, engine, columns)
        written = name if name == call.parts[-1].lower() and len(call.parts) > 1 else call.shown
        if {call.shown.casefold(), written.casefold()} & own:
            continue
        if not call.has_parenthesis and written.casefold() in columns:
            raise FragmentError(
                f"{shown} holds the word {written}, which calls a function; quote it to mean the column"
            )
        if name is None or name not in known.allowed or not call.has_parenthesis:
            unknown[written] = name in known.changing
        else:
            sizes = _sizes(call, name, tokens, known, columns)
            length *= max([*sizes, 1]) if name in known.factors else 1
            if length > _LONGEST or not all(0 <= size <= _LONGEST for size in sizes):
                raise FragmentError(
                    f"{shown}: {written} makes a value as long as an argument says; write this argument as a number, "
                    f"and no value longer than {_LONGEST}; or allow it with allow_functions = {json.dumps([written])}"
                )
    changing = [name for name, is_changing in unknown.items() if is_changing]
    if changing:
        raise FragmentError(
            f"{shown}: the function {changing[0]} gives another answer in every statement, so that the window would "
            "hold other rows each time; store what it gives in a table, and check that"
        )
    if unknown:
        raise FragmentError(f"{shown}: {_refusal('function', list(unknown))}")
    if engine.is_extensible:
        _refuse_operators(expression, tokens, known.operators, shown)


def refuse_types(tree: Any, engine: Engine, allowed: Collection[str], shown: str) -> None:
    """Refuse a condition that converts to a type which a user may have made: its input may run any code.

    Raises
    ------
    FragmentError
        If it does; the sentence names the types.
    """
    if not engine.is_extensible:
        return
    from sqlglot import exp

    known = functions_of(engine.name).allowed
    own = {name.casefold() for name in allowed}
    strange = []
    for node in tree.find_all(exp.DataType, exp.PseudoType, exp.ObjectIdentifier):
        kind = getattr(node.this, "name", "")
        is_listed = type(node) is exp.DataType and kind not in ("", "USERDEFINED", "UNKNOWN")
        name = node.sql(dialect=engine.dialect).replace('"', "")
        if not is_listed and name.lower() not in known and name.casefold() not in own:
            strange.append(name.lower())
    if strange:
        raise FragmentError(f"{shown}: {_refusal('type', strange)}")


def is_word(token: Any) -> bool:
    """Return whether a token is a name or a keyword."""
    return token.token_type.name == "IDENTIFIER" or bool(
        "STRING" not in token.token_type.name and _WORD.fullmatch(token.text.split(" ")[0])
    )


def _refusal(what: str, names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    subject = f"the {what} {names[0]} is" if len(names) == 1 else f"the {what}s {', '.join(names)} are"
    return f"{subject} not known to be free of side effects; allow it with allow_functions = {json.dumps(names)}"


def _calls(
    expression: str, tokens: Sequence[Any], engine: Engine, known: Functions, columns: Collection[str]
) -> Iterator[_Call]:
    for number, token in enumerate(tokens):
        following = tokens[number + 1].token_type.name if number + 1 < len(tokens) else ""
        is_quoted = token.token_type.name == "IDENTIFIER"
        if not is_word(token):
            if following == "L_PAREN" and token.token_type.name in ("R_BRACKET", "R_BRACE"):
                yield _Call((token.text,), True)  # no engine calls what a bracket gives
            continue
        if following == "L_PAREN":
            if not is_quoted and _is_syntax(tokens, number):
                continue
            if not is_quoted and not _stands_apart(expression, token.start):
                yield _Call((expression[token.start - 1] + token.text,), True)
                continue
            yield _qualified(tokens, number)
        elif not is_quoted and not (number and tokens[number - 1].token_type.name == "DOT") and following != "DOT":
            word = token.text.lower()
            if word in known.words or (word in known.words_unless_columns and word not in columns):
                yield _Call((word,), False, has_parenthesis=False)
        if engine.is_extensible and following != "L_PAREN" and _follows_value(tokens, number):
            # (x).name is name(x) in PostgreSQL, whatever the type of x.
            yield _Call((token.text,), is_quoted)


def _is_syntax(tokens: Sequence[Any], number: int) -> bool:
    """Return whether an unquoted word before a parenthesis belongs to the language, and names no function."""
    word = tokens[number].text.lower().replace(" ", "_")
    if number and tokens[number - 1].token_type.name == "DOT":
        return False
    before = [token.text.lower() for token in tokens[max(number - 2, 0) : number]]
    if word == "zone":
        return before == ["at", "time"]
    if word in _BEFORE:
        return True
    if word not in _BETWEEN:
        return False
    place = number - 1
    while place >= 0 and tokens[place].text.lower() in ("not", "global", "distinct", "both", "leading", "trailing"):
        place -= 1
    return place >= 0 and _ends_value(tokens[place])


def _ends_value(token: Any) -> bool:
    """Return whether a value ends with a token, so that an operator and no function follows."""
    if is_word(token):
        word = token.text.lower().replace(" ", "_")
        return token.token_type.name == "IDENTIFIER" or word in _VALUES or word not in _BETWEEN | _BEFORE
    name = token.token_type.name
    return name in ("R_PAREN", "R_BRACKET", "R_BRACE", "NUMBER") or "STRING" in name


def _stands_apart(expression: str, start: int) -> bool:
    """Return whether a name begins where it seems to: some engines take marks and foreign spaces for letters."""
    if not start:
        return True
    before = expression[start - 1]
    return before.isascii() and not (before.isalnum() or before in "_$'\"`")


def _qualified(tokens: Sequence[Any], number: int) -> _Call:
    """Return the name that ends at a token, with what stands before its dots."""
    is_quoted = tokens[number].token_type.name == "IDENTIFIER"
    parts = [tokens[number].text]
    place = number
    while place > 1 and tokens[place - 1].token_type.name == "DOT":
        if not is_word(tokens[place - 2]):
            return _Call(tuple(parts), is_quoted, follows_value=True, place=number)
        place -= 2
        parts.insert(0, tokens[place].text)
    return _Call(tuple(parts), is_quoted, place=number)


def _sizes(call: _Call, name: str, tokens: Sequence[Any], known: Functions, columns: Collection[str]) -> list[int]:
    """Return the lengths that a call asks for; -1 where an argument is not written so that the length can be seen."""
    kinds = [kind for kind in (known.sizes, known.factors, known.patterns) if name in kind]
    if not kinds:
        return []
    number = kinds[0][name]
    # In value.repeat(3) and in column.repeat(3), the first argument stands before the name.
    is_chained = call.follows_value or (len(call.parts) > 1 and call.parts[0].casefold() in columns)
    arguments = [[], *_arguments(tokens, call.place + 1)][not is_chained :]
    if is_chained and call.follows_value and "STRING" not in tokens[call.place - 3].token_type.name:
        arguments[0] = [tokens[call.place - 2]]
    chosen = arguments if not number else arguments[number - 1 : number]
    return [_length(argument, is_pattern=name in known.patterns) for argument in chosen]


def _length(argument: Sequence[Any], *, is_pattern: bool) -> int:
    """Return the length that an argument says, or -1."""
    if len(argument) != 1:
        return -1
    kind, text = argument[0].token_type.name, argument[0].text
    if is_pattern:
        return 0 if "STRING" in kind and not _WIDE.search(text) else -1
    return int(text) if kind == "NUMBER" and text.isdigit() and len(text) < 10 else -1


def _arguments(tokens: Sequence[Any], opening: int) -> list[list[Any]]:
    """Return the tokens of each argument of the call whose parenthesis opens at a place."""
    arguments: list[list[Any]] = [[]]
    depth = 0
    for token in tokens[opening:]:
        kind = token.token_type.name
        depth += kind in ("L_PAREN", "L_BRACKET", "L_BRACE")
        depth -= kind in ("R_PAREN", "R_BRACKET", "R_BRACE")
        if not depth:
            break
        if kind == "COMMA" and depth == 1:
            arguments.append([])
        elif depth > 1 or kind != "L_PAREN":
            arguments[-1].append(token)
    return arguments


def _follows_value(tokens: Sequence[Any], number: int) -> bool:
    return (
        number > 1
        and tokens[number - 1].token_type.name == "DOT"
        and tokens[number - 2].token_type.name in ("R_PAREN", "R_BRACKET", "R_BRACE")
    )


def _plain_name(call: _Call, engine: Engine, columns: Collection[str]) -> str | None:
    """Return the name to look up in the engine's list; None where the call cannot be one of a built-in function."""
    *schema, name = call.parts
    if not name.isascii():
        return None
    folding = _folding(engine.dialect)
    if call.is_quoted and name != {"LOWERCASE": name.lower(), "UPPERCASE": name.upper()}.get(folding, name):
        return None
    name = name.lower()
    before = [part.lower() for part in schema]
    if call.follows_value:
        return name if engine.chains_calls and not before else None
    if not before:
        return name
    if engine.chains_calls and schema[0].casefold() in columns:
        return name
    if before[0] in engine.builtin_schemas:
        before = before[1:]
    return ".".join([*before, name])


@lru_cache
def _folding(dialect: str) -> str:
    from sqlglot import Dialect

    return str(Dialect.get_or_raise(dialect).NORMALIZATION_STRATEGY.name)


def _refuse_operators(expression: str, tokens: Sequence[Any], known: Collection[str], shown: str) -> None:
    """Refuse marks that the engine joins to one operator which is not its own: a user can define operators there."""
    outside = bytearray(b"\1" * len(expression))
    for token in tokens:
        if is_word(token) or "STRING" in token.token_type.name or token.token_type.name == "NUMBER":
            outside[token.start : token.end + 1] = bytes(token.end + 1 - token.start)
    text = "".join(mark if seen else " " for mark, seen in zip(expression, outside, strict=True))
    for run in _OPERATORS.findall(text):
        # An operator that holds none of these marks does not end in a sign: 'x<-1' is a comparison.
        operator = run if any(mark in "~!@#%^&|`?" for mark in run) else (run.rstrip("+-") or run[:1])
        if operator not in known and set(run) - set("+-:"):
            raise FragmentError(f"{shown} holds {run!r}, which is no operator of its engine; separate two by a space")
