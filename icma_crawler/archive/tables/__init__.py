"""The tables, one file a noun, each the only writer of its own; the only SQL of the program. It runs on any engine."""
