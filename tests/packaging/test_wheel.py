"""The wheel holds what it should, and works in an environment that has nothing else of ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import driftql
from driftql.engines import ENGINES

TOP = Path(__file__).parents[2]


def run(*words: object, folder: Path, **more: str) -> str:
    """Run a program where the source tree is neither the working folder nor on the path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    ran = subprocess.run(
        [*map(str, words)],
        cwd=folder,
        env={**environment, "NO_COLOR": "1", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8", **more},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, TOP, folder=folder)
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    # To compile all that SciPy and NumPy hold takes longer than the rest of these tests.
    pip = [sys.executable, "-m", "pip", "--python", programs / "python"]
    run(*pip, "install", "--quiet", "--no-compile", wheel, folder=folder)
    return programs


@pytest.fixture(scope="session")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_its_name_and_size(wheel: Path) -> None:
    assert wheel.name == f"driftql-{driftql.__version__}-py3-none-any.whl"
    assert wheel.stat().st_size < 3 * 2**20


def test_what_it_holds(names: list[str]) -> None:
    sources = {str(path.relative_to(TOP / "src")) for path in (TOP / "src").rglob("*.py")}
    macros = {str(path.relative_to(TOP / "sql")) for path in (TOP / "sql").rglob("*.sql")}
    assert {name for name in names if name.endswith(".py")} == sources - {"driftql/demo/build_flights.py"}
    assert {name.removeprefix("driftql/_sql/") for name in names if name.endswith(".sql")} == macros
    assert {"driftql/py.typed", "driftql/demo/flights.parquet"} <= set(names)
    others = {name for name in names if not name.endswith((".py", ".sql", ".md")) and ".dist-info/" not in name}
    package = (
        "dbt_project.yml",
        "dbt/driftql.yml",
        "dbt/internal/hidden.yml",
        "models/driftql.yml",
        "duckdb/driftql.sql.jinja",
    )
    settings = (".gitignore", "dbt_project.yml", "packages.yml", "profiles.yml")
    models = ("models/drift_dashboard.yml", "models/flight_predictions.yml", "models/flights.yml")
    example = [f"dbt_example/{name}" for name in (*settings, *models)]
    shipped = {f"driftql/_sql/{name}" for name in (*package, *example)}
    functions = {f"driftql/sql/functions/{name}.txt" for name in ENGINES}
    assert others == {"driftql/py.typed", "driftql/demo/flights.parquet"} | shipped | functions
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_what_it_says_of_itself(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = archive.read(name).decode()
        [entry] = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "driftql = driftql.__main__:main" in archive.read(entry).decode()
    assert f"\nVersion: {driftql.__version__}\n" in metadata
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    needed = {
        re.split(r"[<>=!~; ]", line)[0]
        for line in re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE)
        if "extra ==" not in line
    }
    assert needed == {"duckdb", "jinja2", "numpy", "pydantic", "rich", "scipy", "sqlglot", "typer", "tzdata"}


def test_its_command(installed: Path, tmp_path: Path) -> None:
    assert run(installed / "driftql", "--version", folder=tmp_path) == f"driftql {driftql.__version__}\n"
    assert run(installed / "python", "-m", "driftql", "--version", folder=tmp_path).startswith("driftql ")
    assert "check" in run(installed / "driftql", "--help", folder=tmp_path)


def test_its_macros(installed: Path, tmp_path: Path) -> None:
    folder = Path(run(installed / "driftql", "sql-path", folder=tmp_path).strip())
    assert folder.is_relative_to(installed.parent)
    assert len(list(folder.rglob("*.sql"))) == len(list((TOP / "sql").rglob("*.sql")))
    assert (folder / "dbt_project.yml").read_bytes() == (TOP / "sql" / "dbt_project.yml").read_bytes()


def test_its_demo(installed: Path, tmp_path: Path) -> None:
    shown = run(installed / "driftql", "demo", folder=tmp_path)
    assert "dep_delay" in shown
    assert [path.name for path in tmp_path.iterdir()] == ["driftql_demo.duckdb"]
    assert "flights" in run(
        installed / "python",
        "-c",
        "import duckdb; print(duckdb.connect('driftql_demo.duckdb').execute('show tables').fetchall())",
        folder=tmp_path,
    )


def test_it_is_typed_and_imports_no_tests(installed: Path, tmp_path: Path) -> None:
    code = "import driftql, sys; print(driftql.__file__); print(any('pytest' in name for name in sys.modules))"
    where, loaded = run(installed / "python", "-c", code, folder=tmp_path).split()
    assert Path(where).is_relative_to(installed.parent)
    assert loaded == "False"
    assert Path(where).with_name("py.typed").exists()
