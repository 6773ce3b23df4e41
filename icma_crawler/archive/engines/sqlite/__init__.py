"""SQLite: what this engine does its own way. Another engine brings the same file names."""
