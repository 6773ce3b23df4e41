"""A group that imports a command only when it is called: a dump that finds nothing new is nearly all start-up."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands are named by *places*: what is typed, and ``module:attribute`` in `icma_crawler.cli`."""

    def __init__(self, *args: Any, places: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self._places, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._places.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(import_module(f"icma_crawler.cli.{module}"), attribute)
        return command
