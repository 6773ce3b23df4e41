"""Units of work over several tables, each all or nothing; no SQL. A function takes the `Archive` first.

Each is imported from its own file, so that a command loads no more than it does.
"""
