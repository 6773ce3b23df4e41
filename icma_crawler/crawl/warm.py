"""Importing this module makes a process ready to extract; the fork server does, before it forks workers."""

from icma_crawler.extraction import warm_up

warm_up()
