"""What touches the machine, and knows nothing of news: files written whole, locks, processes, the clock, log lines."""
