"""Ways into BigQuery: a URL with its options, credentials, and what is open already."""

from __future__ import annotations

import base64
import json
import socket
from pathlib import Path
from typing import Any

import google.auth
import pytest
import sqlalchemy
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from google.cloud.bigquery import dbapi

import driftql
from driftql.warehouse.base import Warehouse
from driftql.warehouse.bigquery import BigQueryWarehouse
from tests.stand_ins import bigquery as bigquery_stand_in
from tests.stand_ins.bigquery import LOCATION, Emulation

pytestmark = [
    pytest.mark.xdist_group("engine-bigquery"),
    # Google's DB-API connection would rather have a second driver, for large results.
    pytest.mark.filterwarnings("ignore:Cannot create BigQuery Storage client"),
]


def used(warehouse: Warehouse) -> None:
    with warehouse:
        assert warehouse.tables() == ["events"]
        assert warehouse.query(f"select count(*) from {warehouse.relation('Events')}") == [(100,)]


def test_a_url_with_everything(emulation: Emulation) -> None:
    limits = "maximum_bytes_billed=1000000&priority=BATCH&labels=team:ml,cost:low"
    used(driftql.connect(f"bigquery://shop/ml?location={LOCATION}&{limits}"))
    [job] = emulation.asked
    assert job.configuration["labels"] == {"team": "ml", "cost": "low"}
    query = job.configuration["query"]
    assert query["maximumBytesBilled"] == "1000000"
    assert query["priority"] == "BATCH"
    assert query["defaultDataset"] == {"projectId": "shop", "datasetId": "ml"}
    assert job.location == LOCATION


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("bigquery://shop/ml?loction=EU", "has no option 'loction'; did you mean 'location'"),
        ("bigquery://shop/ml?maximum_bytes_billed=much", "maximum_bytes_billed in the URL of BigQuery is not a number"),
        ("bigquery://shop/ml?priority=HIGH", "priority in the URL of BigQuery is INTERACTIVE or BATCH"),
        ("bigquery://ann:s3cret@shop/ml", "cannot be read: write bigquery://project/dataset"),
        ("bigquery://shop/ml/events", "cannot be read: write bigquery://project/dataset"),
        ("bigquery://[s3cret/ml", "cannot be read: write bigquery://project/dataset"),
        ("bigquery://shop/ml?credentials_path=nowhere.json", "credentials of BigQuery cannot be read: .*nowhere.json"),
        ("bigquery://shop/ml?credentials_base64=s3cret", "not the JSON key of a service account"),
        ("bigquery://", r"the BigQuery project is not known: .*; name it: bigquery://project/dataset"),
    ],
)
def test_a_url_that_cannot_be_right(
    emulation: Emulation, url: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    with pytest.raises(driftql.ConfigError, match=said) as raised:
        driftql.connect(url)
    assert "s3cret" not in str(raised.value)


def test_what_is_open_already(emulation: Emulation) -> None:
    client = bigquery.Client(
        project="shop",
        credentials=AnonymousCredentials(),
        client_options=ClientOptions(api_endpoint=emulation.url),
        default_query_job_config=bigquery.QueryJobConfig(default_dataset="shop.ml"),
    )
    used(driftql.connect(client))
    connection = dbapi.connect(client)
    used(driftql.connect(connection))
    cursor = connection.cursor()
    # It is still the caller's.
    assert not connection._closed
    assert client.get_table("shop.ml.events").num_rows == 100
    cursor.close()
    connection.close()
    client.close()


def test_an_engine_of_sqlalchemys_dialect(emulation: Emulation) -> None:
    engine = sqlalchemy.create_engine("bigquery://shop/ml")
    used(driftql.connect(engine))
    with engine.connect() as connection:
        used(driftql.connect(connection))
        assert connection.dialect.name == "bigquery"
    engine.dispose()
    assert {path for _, path in emulation.requests if path.endswith("/datasets")} == set()


# --- credentials -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def service_account(key: str, emulation: Emulation) -> dict[str, Any]:
    return {
        "type": "service_account",
        "project_id": "shop",
        "private_key_id": "1",
        "private_key": key,
        "client_email": "driftql@shop.iam.gserviceaccount.com",
        "token_uri": f"{emulation.url}/token",
    }


@pytest.fixture
def logged_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody has logged in on this machine, which is none of Google's.

    A session of the conformance tests, still open on the same worker, has logged in by ``redirect_driver``.
    """
    names = ("APPLICATION_CREDENTIALS", "CLOUD_PROJECT", "API_CERTIFICATE_CONFIG")
    for name in ("BIGQUERY_EMULATOR_HOST", *(f"GOOGLE_{name}" for name in names)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(google.auth, "default", google.auth._default.default)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


def test_nobody_has_logged_in(logged_out: None) -> None:
    with pytest.raises(driftql.WarehouseError) as raised:
        driftql.connect("bigquery://shop/ml")
    assert str(raised.value) == (
        "the BigQuery dataset shop.ml cannot be reached: Your default credentials were not found; run 'gcloud auth "
        "application-default login', or set GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account"
    )


@pytest.mark.parametrize("how", ["variable", "path", "base64"])
def test_a_service_account(
    how: str, key: str, logged_out: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bigquery_stand_in.serve() as emulation:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", emulation.url)
        emulation.datasets["shop", "ml"] = {}
        told = json.dumps(service_account(key, emulation))
        path = tmp_path / "key.json"
        path.write_text(told, encoding="utf-8")
        url = "bigquery:///ml"
        if how == "variable":
            monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        else:
            value = str(path) if how == "path" else base64.b64encode(told.encode()).decode()
            url = f"{url}?credentials_{how}={value.replace('+', '%2B')}"
        with driftql.connect(url) as warehouse:
            assert warehouse.tables() == []
        assert emulation.tokens == ["Bearer a token"]
        assert emulation.requests == [("GET", "/bigquery/v2/projects/shop/datasets/ml/tables")]


def test_a_login_that_is_over(key: str, logged_out: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with bigquery_stand_in.serve() as emulation:
        emulation.knows_user = False
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", emulation.url)
        path = tmp_path / "key.json"
        path.write_text(json.dumps(service_account(key, emulation)), encoding="utf-8")
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        with (
            driftql.connect("bigquery://shop/ml") as warehouse,
            pytest.raises(
                driftql.WarehouseError,
                match=r"shop\.ml does not accept the credentials \(invalid_grant: .*\); run 'gcloud auth",
            ) as raised,
        ):
            warehouse.relation("events")
    assert "PRIVATE" not in str(raised.value)


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch, emulation: Emulation) -> None:
    monkeypatch.setattr("driftql.warehouse.bigquery._LOOK_UP_SECONDS", 0.2)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", f"http://127.0.0.1:{found.getsockname()[1]}")
        with driftql.connect("bigquery://shop/ml") as warehouse:
            assert isinstance(warehouse, BigQueryWarehouse)
            with pytest.raises(
                driftql.WarehouseError,
                match=r"^the BigQuery dataset shop\.ml cannot be reached: Failed to establish a new connection: [^()]*$",
            ):
                warehouse.relation("events")
