"""``python -m driftql``."""

from driftql.cli.app import main

if __name__ == "__main__":
    main()
