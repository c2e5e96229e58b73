"""Trino's client protocol over HTTP: https://trino.io/docs/current/develop/client-protocol.html."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from tests.stand_ins.trino.dialect import TrinoError

if TYPE_CHECKING:
    from tests.stand_ins.trino.coordinator import Coordinator, Statement

__all__ = ["column_json", "make_handler", "value_json"]

# How long the coordinator holds a GET whose answer is not there yet.
_HOLD = 0.5
# Few, so that results come in several pages.
_ROWS_A_PAGE = 50


def make_handler(owner: Coordinator) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1  # one packet per answer

        def log_message(self, *_: Any) -> None:
            """Keep the terminal free of requests."""

        def _send(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _tell(self, statement: Statement, token: int) -> None:
            body = json.dumps(query_results(owner, statement, token)).encode()
            headers = {"Content-Type": "application/json"}
            if statement.done.is_set():
                headers.update(statement.answer_headers)
            self._send(200, body, headers)

        def do_POST(self) -> None:
            sql = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if not owner.allows(self.headers.get("Authorization")):
                self._send(401, b"Access Denied: Invalid credentials", {"WWW-Authenticate": 'Basic realm="Trino"'})
            elif self.path != "/v1/statement" or not self.headers.get("X-Trino-User"):
                self._send(404 if self.headers.get("X-Trino-User") else 401)
            else:
                statement = owner.accept(sql, {name.lower(): value for name, value in self.headers.items()})
                self._tell(statement, 0)

        def do_GET(self) -> None:
            found = find_statement(owner, self.path)
            if found is None:
                self._send(404, b"Query not found")
                return
            found[0].polled.set()
            while owner.late and found[0].deletions == 1 and not owner.closing.wait(0.01):
                pass
            found[0].done.wait(_HOLD)
            self._tell(*found)

        def do_DELETE(self) -> None:
            found = find_statement(owner, self.path)
            if found is None:
                self._send(404, b"Query not found")
                return
            found[0].deletions += 1
            found[0].stop(TrinoError("USER_CANCELED", "Query was canceled"))
            self._send(204)

    return Handler


def query_results(coordinator: Coordinator, statement: Statement, token: int) -> dict[str, Any]:
    """Return the protocol's ``QueryResults``: the page of a token, or the state while there is no page yet."""
    at = f"{coordinator.scheme}://127.0.0.1:{coordinator.port}"
    ended = statement.done.is_set()
    results: dict[str, Any] = {
        "id": statement.id,
        "infoUri": f"{at}/ui/query.html?{statement.id}",
        "stats": {"state": statement.state, "queued": statement.state == "QUEUED", "scheduled": ended},
        "warnings": [],
    }
    if coordinator.late and statement.deletions:
        return {**results, "nextUri": f"{at}/v1/statement/executing/{statement.id}/{statement.slug}/{token}"}
    if statement.error is not None:
        return {**results, "error": statement.error.as_json()}
    if statement.update_type is not None:
        results["updateType"] = statement.update_type
    following = token
    if ended:
        if statement.update_count is not None:
            results["updateCount"] = statement.update_count
        results["columns"] = statement.columns
        # Pages are counted from 1; the one after the last is empty and has no nextUri: all rows have arrived.
        page = statement.rows[(token - 1) * _ROWS_A_PAGE : token * _ROWS_A_PAGE] if token else []
        if page:
            results["data"] = page
        elif token:
            return results
        following = token + 1
    else:
        results["stats"]["state"] = statement.state
    kind = "executing" if token or ended else "queued"
    return {**results, "nextUri": f"{at}/v1/statement/{kind}/{statement.id}/{statement.slug}/{following}"}


def find_statement(coordinator: Coordinator, path: str) -> tuple[Statement, int] | None:
    """Return the statement and the token of a ``nextUri``."""
    match = re.fullmatch(r"/v1/statement/(?:queued|executing)/(\w+)/(\w+)/(\d+)", path)
    if match is None:
        return None
    with coordinator.lock:
        known = [one for one in coordinator.statements if (one.id, one.slug) == (match[1], match[2])]
    return (known[0], int(match[3])) if known else None


def _signature(kind: str) -> dict[str, Any]:
    array = re.fullmatch(r"array\((.*)\)", kind)
    if array:
        return {"rawType": "array", "arguments": [{"kind": "TYPE", "value": _signature(array[1])}]}
    digits = re.fullmatch(r"(\w+)\(([\d,\s]+)\)(.*)", kind)
    if digits:
        arguments = [{"kind": "LONG", "value": int(number)} for number in digits[2].split(",")]
        return {"rawType": digits[1] + digits[3], "arguments": arguments}
    # https://trino.io/docs/current/language/types.html#varchar: without a length it has the longest there is.
    return {"rawType": kind, "arguments": [{"kind": "LONG", "value": 2**31 - 1}] if kind == "varchar" else []}


def column_json(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "typeSignature": _signature(kind)}


def value_json(value: Any, kind: str) -> Any:
    """Return a value as the protocol writes it: numbers that JSON cannot hold, and all of decimals and moments, are texts."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, list | tuple):
        return [value_json(one, "") for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else "NaN" if math.isnan(value) else f"{'-' * (value < 0)}Infinity"
    if isinstance(value, dt.datetime):
        text = value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
        return f"{text} {value.tzinfo}" if kind.endswith("with time zone") else text
    return str(value)
