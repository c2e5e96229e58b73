"""One emulated Redshift for these tests, and a database of each test's own with the table ``predictions``."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.stand_ins import redshift as redshift_stand_in
from tests.support.predictions import predictions_of

_COLUMNS = {
    "user_id": "varchar(64)",
    "bucket_start_ts": "timestamp",
    "bucket_end_ts": "timestamp",
    "predicted_label": "varchar(64)",
    "order_id": "bigint",
    "note": "varchar(256)",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests in one worker, so that one server is started."""
    for item in items:
        if "/engines/redshift/" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("engine-redshift"))


@pytest.fixture(scope="session")
def emulation() -> Iterator[redshift_stand_in.Emulation]:
    with redshift_stand_in.serve() as made:
        yield made


@pytest.fixture
def own(emulation: redshift_stand_in.Emulation) -> Iterator[redshift_stand_in.Database]:
    with emulation.database() as database:
        columns = predictions_of()
        with psycopg.connect(database.below, autocommit=True) as connection:
            described = ", ".join(f"{name} {_COLUMNS.get(name, 'double precision')}" for name in columns)
            connection.execute(f"create table predictions ({described})")
            with connection.cursor().copy("copy predictions from stdin") as copy:
                for row in zip(*(values.tolist() for values in columns.values()), strict=True):
                    copy.write_row(row)
            connection.execute("analyze predictions")
        yield database
