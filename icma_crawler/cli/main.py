"""The `icma` command: its groups, its common options, and how errors look to people."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from icma_crawler.cli import (
    adding,
    articles,
    crawling,
    dumping,
    extracting,
    health,
    keeping,
    reextracting,
    registry,
    scheduling,
    withdrawing,
)
from icma_crawler.errors import IcmaError, UsageError

EXIT_FAILED = 1
EXIT_MISUSED = 2
EXIT_INTERRUPTED = 3


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("icma-crawler"), prog_name="icma")
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


_COMMANDS: tuple[Callable[..., Any], ...] = (
    crawling.crawl,
    scheduling.schedule,
    crawling.demo,
    extracting.extract,
    reextracting.reextract,
    registry.portals,
    articles.search,
    articles.show,
    articles.history,
    articles.accept,
    dumping.dump,
    withdrawing.withdraw,
    keeping.backup,
    keeping.restore,
    keeping.verify,
    health.status,
    health.gaps,
    health.doctor,
    scheduling.notify,
)
for command in _COMMANDS:
    icma.add_command(command)  # type: ignore[arg-type]
for command in adding.PORTAL_COMMANDS:
    registry.portals.add_command(command)  # type: ignore[arg-type]


def main() -> None:
    """Run the command line; errors become one line and an exit status, tracebacks only with --debug."""
    debug = "--debug" in sys.argv[1:]
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
            traceback.print_exc()
        code = _fail(str(error), EXIT_MISUSED if isinstance(error, UsageError) else EXIT_FAILED)
    except BrokenPipeError:
        # The reader (head, less) has seen enough; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KeyboardInterrupt:
        code = _fail("interrupted", EXIT_INTERRUPTED)
    except OSError as error:
        if debug:
            traceback.print_exc()
        where = f"{Path(error.filename)}: " if error.filename else ""
        code = _fail(f"{where}{error.strerror or error}", EXIT_FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"icma: {message}\n")
    return code
