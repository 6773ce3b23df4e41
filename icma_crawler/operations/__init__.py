"""What an operator does beside crawling: portals, health, notices, the schedule, and the archive's upkeep."""
