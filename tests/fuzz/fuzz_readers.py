"""Coverage-guided fuzzing of what reads strangers' bytes: pages, sources, packed bodies, dates, links (`make fuzz`).

The first byte chooses the reader. An unexpected exception, or a text that is not clean, ends the run and leaves a
``crash-…`` file; put it into tests/hostile/findings/, where a test replays every one of them.

python tests/fuzz/fuzz_readers.py CORPUS -runs=100000 -max_total_time=600
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "hostile"))

with atheris.instrument_imports(include=["icma_crawler"]):
    from readers import READERS, read_with
    from seeds import newsroom

from icma_crawler.extraction import warm_up


def write_corpus(folder: Path) -> None:
    """Good inputs to begin with, one for each reader."""
    folder.mkdir(parents=True, exist_ok=True)
    pages, feeds = newsroom("text/html"), newsroom("application/")
    for number, seed in enumerate([*pages[::10], *feeds]):
        for reader in range(len(READERS)):
            (folder / f"seed-{number}-{reader}").write_bytes(bytes([reader]) + seed.body[:20_000])


def main() -> None:
    write_corpus(Path(sys.argv[1]))
    warm_up()
    atheris.Setup(sys.argv, read_with)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
