"""Importing this module makes a process ready to extract; the fork server does, before it forks workers."""

import icma_crawler.workers.pool  # noqa: F401 - what a worker is told to run
from icma_crawler.extraction import warm_up

warm_up()
