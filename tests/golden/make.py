"""Write the golden SQL: ``python -m tests.golden.make``. Prints which files changed; look at each before it is committed."""

from __future__ import annotations

from pathlib import Path

from tests.golden.golden_statements import golden_engines, statements

HERE = Path(__file__).parent


def main(top: Path = HERE) -> None:
    """Write every file, and remove the files of statements that no longer exist."""
    for engine in golden_engines():
        folder = top / engine.name
        folder.mkdir(exist_ok=True)
        wanted = {f"{golden.name}.sql": f"{golden.sql}\n" for golden in statements(engine)}
        for path in sorted(folder.glob("*.sql")):
            if path.name not in wanted:
                path.unlink()
                print(f"removed {engine.name}/{path.name}")
        for name, text in sorted(wanted.items()):
            path = folder / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8", newline="\n")
                print(f"wrote {engine.name}/{name}")


if __name__ == "__main__":
    main()
