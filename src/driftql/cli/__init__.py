"""The command line. Heavy libraries are imported inside functions, so that ``driftql --help`` is quick."""
