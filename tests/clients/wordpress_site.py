"""A real WordPress on loopback: its own database server, PHP's own web server, a user with an application password."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

SOURCE = Path("/usr/share/wordpress")
_PLUGIN = Path(__file__).parents[2] / "deploy/wordpress/icma-attribution.php"
_SECONDS = 60
_SETUP = """<?php
define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Test', 'editor', 'editor@example.org', true, '', 'editor-password');
update_option('permalink_structure', $argv[1]);
update_option('template', 'plain'); update_option('stylesheet', 'plain');
$made = WP_Application_Passwords::create_new_application_password(1, array('name' => 'icma'));
echo json_encode(array('password' => $made[0]));
"""
_THEME = """<!doctype html><html><head><?php wp_head(); ?></head><body>
<?php while (have_posts()) { the_post(); the_title('<h1>', '</h1>'); the_content(); } ?></body></html>
"""
_CONFIG = """<?php
define('DB_NAME', 'wp'); define('DB_USER', 'wp'); define('DB_PASSWORD', 'wp'); define('DB_HOST', 'localhost:%(socket)s');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', '%(url)s'); define('WP_SITEURL', '%(url)s');
define('WP_ENVIRONMENT_TYPE', 'local'); define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_CONTENT_DIR', __DIR__ . '/wp-content');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""


@dataclass(frozen=True)
class WordPressSite:
    """An installed site, seen as its editor and as anybody."""

    url: str
    user: str
    password: str

    def call(self, method: str, path: str, *, as_editor: bool = True, **query: object) -> Any:
        """Ask the site's own REST interface; None for what is not there, or not for us."""
        headers = urllib3.make_headers(basic_auth=f"{self.user}:{self.password}") if as_editor else {}
        url = f"{self.url}/?{urlencode({'rest_route': path, **query})}"
        answer = urllib3.request(method, url, headers=headers, timeout=30, retries=False)
        if answer.status in (401, 403, 404):
            return None
        assert answer.status == 200, answer.data
        return answer.json()

    def ask(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, **query)

    def posts(self, status: str = "publish", *, as_editor: bool = True) -> list[dict[str, Any]]:
        """All posts in a state but the sample one, as the site shows them."""
        query = {"status": status, "per_page": 100} | ({"context": "edit"} if as_editor else {})
        found = self.ask("/wp/v2/posts", as_editor=as_editor, **query)
        return [post for post in found or [] if post["slug"].removesuffix("__trashed") != "hello-world"]


def missing() -> str | None:
    """What is not installed; None where all is."""
    programs = [name for name in ("php", "mariadbd", "mariadb-install-db") if shutil.which(name) is None]
    if programs or not SOURCE.exists():
        return f"{', '.join(programs) or 'wordpress'} is not installed (make test-clients installs it)"
    return None


@contextmanager
def running_site(folder: Path, *, permalinks: str = "", with_plugin: bool = False) -> Iterator[WordPressSite]:
    """A site of its own in *folder*; everything is stopped afterwards."""
    with ExitStack() as stack:
        database = stack.enter_context(_database(folder / "db"))
        site, port = folder / "site", _free_port()
        shutil.copytree(SOURCE, site, symlinks=False, ignore_dangling_symlinks=True)
        url = f"http://127.0.0.1:{port}"
        (site / "wp-config.php").write_text(_CONFIG % {"socket": database, "url": url}, "utf-8")
        (site / "setup.php").write_text(_SETUP, "utf-8")
        theme = site / "wp-content/themes/plain"
        theme.mkdir(parents=True)
        (theme / "style.css").write_text("/* Theme Name: Plain */", "utf-8")
        (theme / "index.php").write_text(_THEME, "utf-8")
        if with_plugin:
            (site / "wp-content/mu-plugins").mkdir(parents=True, exist_ok=True)
            shutil.copy(_PLUGIN, site / "wp-content/mu-plugins")
        done = subprocess.run(
            ["php", "setup.php", permalinks], cwd=site, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        (site / "setup.php").unlink()
        password = json.loads(done.stdout[done.stdout.index('{"password"') :])["password"]
        with (folder / "php.log").open("w") as log:
            server = subprocess.Popen(
                ["php", "-S", f"127.0.0.1:{port}", "-t", str(site)], cwd=site, stdout=log, stderr=log
            )
            stack.callback(_stop, server)
        _wait(lambda: _answers(port))
        yield WordPressSite(url=url, user="editor", password=password)


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    """A MariaDB of its own, on a socket only; gives the socket."""
    # A socket's path may have 107 bytes, fewer than a test's folder.
    run = Path(f"/tmp/icma-db-{os.getpid()}")  # noqa: S108 - removed below
    run.mkdir(exist_ok=True)
    folder.mkdir()
    as_user = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("mysql")
        for path in (folder, run):
            os.chown(path, user.pw_uid, user.pw_gid)
        for parent in list(folder.parents)[:-2]:
            parent.chmod(parent.stat().st_mode | 0o011)
        as_user = ["--user=mysql"]
    common = ["--no-defaults", f"--datadir={folder}", *as_user]
    subprocess.run(
        ["mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    path = run / "sock"
    with (run / "log").open("w") as log:
        server = subprocess.Popen(
            ["mariadbd", *common, f"--socket={path}", "--skip-networking", f"--pid-file={run}/pid"],
            stdout=log,
            stderr=log,
        )
    try:
        statements = (
            "CREATE DATABASE wp; CREATE USER wp@localhost IDENTIFIED BY 'wp'; GRANT ALL ON wp.* TO wp@localhost;"
        )
        _wait(
            lambda: (
                subprocess.run(
                    ["mariadb", "--no-defaults", "-uroot", f"--socket={path}", "-e", statements],
                    check=False,
                    capture_output=True,
                    timeout=30,
                ).returncode
                == 0
            )
        )
        yield path
    finally:
        _stop(server)
        shutil.rmtree(run, ignore_errors=True)


def _stop(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    process.wait(timeout=_SECONDS)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _wait(is_so: Any) -> None:
    give_up_at = time.monotonic() + _SECONDS
    while not is_so():
        assert time.monotonic() < give_up_at, "the server did not start"
        time.sleep(0.1)
