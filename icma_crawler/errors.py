"""Every error this program raises on purpose: one root, one level below it, each saying what to do next."""

from __future__ import annotations

from pathlib import Path


class IcmaError(Exception):
    """The root of all errors meant for people; its text is one line."""


class UsageError(IcmaError):
    """The command was called in a way that cannot work (exit status 2)."""


class ConfigError(UsageError):
    """icma.toml, an ICMA_* variable or an option has a value that cannot be used."""

    def __init__(self, where: str | Path, key: str, problem: str) -> None:
        super().__init__(f"{where}: {key}: {problem}")
        self.where = str(where)
        self.key = key


class PortalFileError(UsageError):
    """A portal file cannot be read; ``path`` and ``key`` say where."""

    def __init__(self, path: str | Path, key: str | None, problem: str) -> None:
        super().__init__(f"{path}: {key}: {problem}" if key else f"{path}: {problem}")
        self.path = str(path)
        self.key = key


class UnknownPortalError(UsageError):
    """No portal of that id is in the registry in use."""

    def __init__(self, portal_id: str, registry: str | Path, similar: tuple[str, ...] = ()) -> None:
        hint = f"did you mean {', '.join(similar)}?" if similar else "icma portals list shows what there is"
        super().__init__(f"no portal '{portal_id}' in {registry}; {hint}")
        self.portal = portal_id


class DateError(IcmaError):
    """No reading of a date is possible; ``text`` keeps the input."""

    def __init__(self, text: str, problem: str = "not a date") -> None:
        super().__init__(f"{problem}: {text!r}")
        self.text = text


class UrlError(IcmaError):
    """A link that cannot be crawled: not http or https, no host, or malformed."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"{problem}: {url[:200]!r}")
        self.url = url


class SourceError(IcmaError):
    """A source did not hold what its kind promises; ``reason`` is a code of `icma_crawler.reasons`."""

    def __init__(self, url: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{url}: {reason}{': ' + detail if detail else ''}")
        self.url = url
        self.reason = reason
        self.detail = detail


class ArchiveError(IcmaError):
    """The archive cannot be opened or written; ``path`` names the file."""

    def __init__(self, path: str | Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = str(path)


class WorkerError(IcmaError):
    """The processes that read pages cannot be started."""


class CrawlHaltedError(IcmaError):
    """Nothing can go on: the archive cannot be written, or no page be read. All crawls of the process end; run again."""


class NoticeError(IcmaError):
    """A notice could not be sent; ``problem`` names the ways that failed, ``was_heard`` says if another way worked."""

    def __init__(self, problem: str, *, was_heard: bool = False) -> None:
        super().__init__(f"a notice could not be sent to {problem}; icma notify --test tries again")
        self.problem = problem
        self.was_heard = was_heard


class SiteError(IcmaError):
    """A site that is to be kept in step refused, or could not be reached; nothing is lost, the next run goes on."""

    def __init__(self, site: str, problem: str) -> None:
        super().__init__(f"{site}: {problem}")


class UnattributedError(IcmaError):
    """A record lacks what every way out must say: its source link or when it was archived."""

    def __init__(self, urn: str, missing: str) -> None:
        super().__init__(f"{urn}: no {missing}, so it cannot be handed on; icma verify finds what is damaged")
        self.urn = urn
        self.missing = missing


class NotFoundError(IcmaError):
    """No article of that id, urn or url is in the archive."""

    def __init__(self, what: str, path: str | Path) -> None:
        super().__init__(f"no article '{what}' in {path}; icma search finds articles by their words")
        self.what = what


class PortalBusyError(IcmaError):
    """Another crawl holds the portal at this moment."""

    def __init__(self, portal_id: str, holder: str, since: str) -> None:
        super().__init__(f"{portal_id}: being crawled by {holder} since {since}; run again when it is done")
        self.portal = portal_id
        self.holder = holder
