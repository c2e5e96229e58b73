"""A drift check, module by module in the order of its steps; see the map in ``src/driftql/README.md``."""
