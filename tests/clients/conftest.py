"""Real programs that read what we hand on; each test is skipped, with the reason, where its program is missing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from icma_crawler.archive import Archive
from icma_crawler.exports import FORMATS, dump

TOOLS = Path(__file__).parents[2] / ".venv-clients/bin"


@pytest.fixture
def program() -> Callable[[str], str]:
    """Where a program is; the test is skipped where it is not."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"{name} is not installed (apt-get install {name})")
        return path

    return find


@pytest.fixture
def tool() -> Callable[[str], Path]:
    """Where a program of requirements.txt is; the test is skipped where they are not installed."""

    def find(name: str) -> Path:
        path = TOOLS / name
        if not path.exists():
            pytest.skip(f"{name} is not in {TOOLS} (make test-clients installs it)")
        return path

    return find


@pytest.fixture
def sold(desk: Any, archive: Archive, tmp_path: Path, now: datetime) -> Callable[..., Path]:
    """Dumps of an archive with twelve articles."""
    for number in range(12):
        at = now - timedelta(hours=number)
        desk.publish(f"p{number}", title=f"Xəbər {number} & <b>", published_at=at, published_precision="minute")
    folder = tmp_path / "sold"
    folder.mkdir()

    def sell(form: str) -> Path:
        out = folder / f"dump{FORMATS[form].suffix}"
        dump(archive, form, out, publisher="Icma.az", site="https://icma.az/", now=now)
        return out

    return sell


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The test's folder over loopback; gives its address."""
    handler = partial(_Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".rss": "text/xml", ".atom": "application/atom+xml"}

    def log_message(self, *_: object) -> None: ...
