"""The `icma` command: its groups, its common options, and how errors look to people."""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

import click

from icma_crawler.cli.lazy_group import LazyGroup
from icma_crawler.errors import IcmaError, UsageError
from icma_crawler.system.logs import without_passwords

EXIT_FAILED = 1
EXIT_MISUSED = 2
EXIT_INTERRUPTED = 3


_COMMANDS = {
    "crawl": "crawl:crawl",
    "schedule": "schedule:schedule",
    "demo": "crawl:demo",
    "extract": "extract:extract",
    "reextract": "reextract:reextract",
    "portals": "portals:portals",
    "search": "articles:search",
    "show": "articles:show",
    "history": "articles:history",
    "accept": "articles:accept",
    "dump": "dump:dump",
    "import": "imports:import_",
    "publish": "publish:publish",
    "withdraw": "withdraw:withdraw",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "verify": "backup:verify",
    "status": "health:status",
    "gaps": "health:gaps",
    "doctor": "health:doctor",
    "notify": "schedule:notify",
}
"""What is typed, and where it is (`icma_crawler.cli.lazy_group`)."""


def _print_version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version  # noqa: PLC0415 - reading all the metadata is for this option alone

        click.echo(f"icma, version {version('icma-crawler')}")
        context.exit()


class _Icma(LazyGroup):
    """The command; a reader (head, less) who has seen enough is no failure, though click makes it one."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Nothing more can be written; keep Python from complaining at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(0) from None


@click.group(
    cls=_Icma,
    places=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.pass_context
def icma(context: click.Context, *, debug: bool) -> None:
    """Archive what news portals publish, in one SQLite file, and hand it on with attribution.

    \b
    First steps:
      icma demo                      crawl the sample newsroom, no network needed
      icma crawl sherg.az            crawl a portal into ./archive.db
      icma search azerbaycan         find articles, however they are spelt
      icma show 1                    read one, with its attribution
    """
    context.obj = {"debug": debug}


def main() -> None:
    """Run the command line; errors become one line and an exit status, tracebacks only with --debug."""
    debug = "--debug" in sys.argv[1:]
    _speak_utf8()
    # A crawl and the schedule have their own ways to end; whatever else is told to clears away what is half written.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = icma(prog_name="icma", standalone_mode=False)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.Abort:
        code = _fail("interrupted", EXIT_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        code = EXIT_MISUSED
    except IcmaError as error:
        if debug:
            _print_traceback()
        code = _fail(str(error), EXIT_MISUSED if isinstance(error, UsageError) else EXIT_FAILED)
    except KeyboardInterrupt:
        code = _fail("interrupted", EXIT_INTERRUPTED)
    except OSError as error:
        if debug:
            _print_traceback()
        where = f"{Path(error.filename)}: " if error.filename else ""
        code = _fail(f"{where}{error.strerror or error}", EXIT_FAILED)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # what was to be done is; it must not look unfinished
    sys.exit(code if isinstance(code, int) else 0)


def _speak_utf8() -> None:
    """What leaves is UTF-8 whatever the locale; a terminal keeps its own encoding, with "?" for what it lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="replace")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _print_traceback() -> None:
    sys.stderr.write(without_passwords(traceback.format_exc()))


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"icma: {without_passwords(message)}\n")
    return code
