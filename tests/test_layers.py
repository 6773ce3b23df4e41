from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import icma_crawler
from icma_crawler.reasons import REASONS, explain

ROOT = Path(__file__).parents[1]
PACKAGE = Path(icma_crawler.__file__).parent
STATES = {"rejected", "refused", "failed"}
HEAVY = ("scrapy", "twisted", "trafilatura", "sqlite_utils", "rich", "dateparser")


def test_the_layers_and_fences_hold():
    lint_imports = shutil.which("lint-imports", path=Path(sys.executable).parent)
    if lint_imports is None:
        pytest.skip("import-linter is not installed")
    done = subprocess.run(
        [lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("code", ["import icma_crawler", "import icma_crawler.cli", "HELP"])
def test_the_command_line_answers_before_anything_heavy_is_loaded(code: str, tmp_path: Path):
    if code == "HELP":
        code = "import icma_crawler.cli; sys.argv = ['icma', '--help']\ntry: icma_crawler.cli.main()\nexcept SystemExit: pass"
    script = f"import sys\n{code}\nprint(*sorted(set(sys.modules) & set({HEAVY})), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stderr.split() == []


PURE = (
    "models.py",
    "urls.py",
    "text.py",
    "charsets.py",
    "citations.py",
    "dates",
    "rights",
    "edits",
    "redaction",
    "syndication",
)


@pytest.mark.parametrize("room", PURE)
def test_what_is_pure_asks_no_address(room: str):
    """import-linter tells `urllib.request` from `urllib.parse` by their package alone."""
    place = PACKAGE / room
    assert place.exists()
    files = [place] if place.is_file() else list(place.rglob("*.py"))
    assert [str(file) for file in files if "urllib.request" in file.read_text("utf-8")] == []


def reason_codes(tree: ast.AST) -> Iterator[str]:
    """The literals that stand where a reason code is meant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            found = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
            found += {"NotAllowedError": node.args[:1], "SourceError": node.args[1:2], "Rejection": node.args[:1]}.get(
                name, []
            )
            if name in ("Rejection", "NotAllowedError", "SourceError", "settle", "source_failed"):
                yield from (value.value for value in found if isinstance(value, ast.Constant) and value.value)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            state, reason = node.elts
            if isinstance(state, ast.Constant) and state.value in STATES and isinstance(reason, ast.Constant):
                yield from {reason.value} - STATES


def test_every_reason_that_the_code_gives_is_in_the_list():
    found = {
        (reason, path.name)
        for path in PACKAGE.rglob("*.py")
        if path.name != "status.py"
        for reason in reason_codes(ast.parse(path.read_text("utf-8")))
    }
    assert len(found) > 15
    assert [pair for pair in sorted(found) if pair[0] not in REASONS] == []


def test_every_reason_is_explained_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [reason for reason, meaning in REASONS.items() if f"| `{reason}` | {meaning} |" not in readme] == []


def test_a_status_without_words_of_its_own_is_explained_by_its_kind():
    assert explain("http-403") == "the portal refuses to answer this crawler"
    assert explain("http-418") == "the portal answers with an error of ours (418)"
    assert explain("http-503") == "the portal answers with an error of its own (503)"
    assert explain("http-304") == "the portal answers with a status that is not understood (304)"
    assert explain("something-else") == "something-else"
