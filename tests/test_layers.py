from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import icma_crawler
from icma_crawler.reasons import REASONS, explain

ROOT = Path(__file__).parents[1]
PACKAGE = Path(icma_crawler.__file__).parent
STATES = {"rejected", "refused", "failed"}
ARCHIVE = PACKAGE / "archive"
TABLES, ENGINES, TRANSACTIONS = (ARCHIVE / room for room in ("tables", "engines", "transactions"))
SCRATCH = {"exports/formats/sqlite_subset.py", "exports/formats/html_site.py"}
"""Files that write databases of their own, which are no archive."""
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


SQL = re.compile(r"\bSELECT\b|\bINSERT INTO\b|\bUPDATE\s+\S+\s+SET\b|\bDELETE FROM\b")
WRITING = re.compile(r"\b(?:INSERT(?: OR \w+)? INTO|DELETE FROM|REPLACE INTO)\s+(\w+)|\bUPDATE\s+(\w+)\s+SET\b")
INDEX_ORDER = re.compile(r"INSERT INTO search_index \(search_index(, rank)?\)")
"""How FTS5 is told to rebuild or to check itself; nothing is written."""
MOST_IMPORTS = 15
"""A table that knows many others is no table's room any more; what several do together is a transaction."""


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def texts_in(tree: ast.AST) -> Iterator[str]:
    """The strings of a module, an f-string as one with holes; docstrings are none."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            docstrings |= {id(part) for part in node.values}
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def sql_in(path: Path) -> list[str]:
    return [text for text in texts_in(ast.parse(path.read_text("utf-8"))) if SQL.search(text)]


def test_sql_stands_only_with_the_tables_and_the_engines():
    with_sql = {path for path in PACKAGE.rglob("*.py") if sql_in(path)}
    outside = {place(path) for path in with_sql if not {TABLES, ENGINES} & set(path.parents)}
    assert outside == SCRATCH
    assert len(with_sql) > 30
    assert not any(path.is_relative_to(TRANSACTIONS) for path in with_sql)


def test_only_an_engine_knows_what_it_is_connected_to():
    named = {
        place(path)
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\bsqlite3\.Connection\b|from sqlite3 import", path.read_text("utf-8"))
        and not path.is_relative_to(ENGINES)
    }
    assert named == {"exports/formats/html_site.py"}


def tables_written_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found = {
        name
        for text in texts_in(tree)
        if not INDEX_ORDER.match(text)
        for pair in WRITING.findall(text)
        for name in pair
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "self._db.insert"
            and isinstance(node.args[0], ast.Constant)
        ):
            found.add(node.args[0].value)
    return found - {""}


def test_each_table_is_written_by_one_file():
    """Migrations write all of them, once."""
    written: defaultdict[str, set[str]] = defaultdict(set)
    for path in (*TABLES.rglob("*.py"), *ENGINES.rglob("*.py")):
        if path.name not in ("schema.py", "first_tables.py", "migrations.py"):
            for table in tables_written_in(path):
                written[table].add(path.name)
    assert len(written) > 20
    assert {table: files for table, files in written.items() if len(files) > 1} == {}


def test_the_tables_stay_apart():
    imports = [
        node
        for path in TABLES.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("icma_crawler.archive.tables")
    ]
    assert 0 < len(imports) <= MOST_IMPORTS


def test_the_archive_itself_is_short():
    assert len((ARCHIVE / "archive.py").read_text("utf-8").splitlines()) <= 150


def is_public(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and not node.name.startswith("_")


def test_what_the_archive_offers_says_what_it_does():
    untold, told = [], 0
    for path in (*TABLES.glob("*.py"), *TRANSACTIONS.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        rooms = [tree] if path.is_relative_to(TRANSACTIONS) else []
        rooms += [
            node for node in tree.body if isinstance(node, ast.ClassDef) and "Store" in map(ast.unparse, node.bases)
        ]
        for node in (each for room in rooms for each in room.body if is_public(each)):
            told += 1
            untold += [] if ast.get_docstring(node) else [f"{path.name}: {node.name}"]
    assert untold == []
    assert told > 200


def test_no_test_reaches_for_the_archive_s_connection():
    own = Path(__file__)
    reaching = [path.name for path in own.parent.rglob("*.py") if path != own and "._conn" in path.read_text("utf-8")]
    assert reaching == []
