"""``--explain`` on BigQuery: Google's own driver, and a server that answers a dry run as BigQuery documents it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from google.cloud.bigquery import dbapi

from driftql.engines import ENGINES
from driftql.errors import WarehouseError
from driftql.warehouse.base import Estimate
from driftql.warehouse.dbapi import DbapiWarehouse

BYTES = 123_456_789


class Jobs(BaseHTTPRequestHandler):
    """The `jobs.insert` method: https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/insert."""

    asked: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(body)
        refused = "nowhere" in body["configuration"]["query"]["query"]
        answer: dict[str, Any] = {
            "configuration": body["configuration"],
            "jobReference": body["jobReference"],
            "statistics": {"totalBytesProcessed": str(BYTES), "query": {"totalBytesProcessed": str(BYTES)}},
            "status": {"state": "DONE"},
        }
        if refused:
            answer = {"error": {"code": 404, "message": "Not found: Table nowhere", "errors": [{"reason": "notFound"}]}}
        text = json.dumps(answer).encode()
        self.send_response(404 if refused else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def warehouse() -> Iterator[DbapiWarehouse]:
    Jobs.asked = []
    server = HTTPServer(("127.0.0.1", 0), Jobs)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    client = bigquery.Client(
        project="project",
        credentials=AnonymousCredentials(),
        client_options=ClientOptions(api_endpoint=f"http://127.0.0.1:{server.server_port}"),
    )
    try:
        yield DbapiWarehouse(dbapi.connect(client, prefer_bqstorage_client=False), ENGINES["bigquery"])
    finally:
        client.close()
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_dry_run_tells_the_bytes(warehouse: DbapiWarehouse) -> None:
    assert warehouse.estimate("select 1") == Estimate(rows=None, bytes=BYTES)
    [job] = Jobs.asked
    assert job["configuration"]["dryRun"] is True
    assert job["configuration"]["query"]["query"].endswith("select 1")
    assert job["configuration"]["query"]["useQueryCache"] is False


def test_a_refusal_is_a_sentence(warehouse: DbapiWarehouse) -> None:
    with pytest.raises(WarehouseError, match=r"BigQuery connection: .*Not found: Table nowhere"):
        warehouse.estimate("select * from nowhere")
