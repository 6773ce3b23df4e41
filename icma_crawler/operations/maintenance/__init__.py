"""The upkeep of an archive; each file is one chore, and loads only what that needs."""
