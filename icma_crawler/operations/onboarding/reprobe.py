"""A portal file against what its site gives today: what no longer answers, what is new, what has another shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from icma_crawler.models import Portal
from icma_crawler.operations.onboarding.probe import ProbeFindings, probe
from icma_crawler.operations.onboarding.proposal import Proposal, propose, why_not
from icma_crawler.urls import identity_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprobe:
    """What a portal's site gives today; ``reason`` says why it cannot be archived any more, ``misfits`` what to mend."""

    proposal: Proposal | None
    reason: str | None
    misfits: tuple[str, ...]


def probe_again(portal: Portal, *, contact: str | None, on_page: Callable[[int], None] = lambda _: None) -> Reprobe:
    """Crawl a sample of the portal anew, into an archive that is thrown away, and compare it with the portal's file.

    Raises:
        UsageError: the portal is a live one and there is no contact.
    """
    # Without the file's own shape of addresses, which would hide that it no longer fits.
    findings = probe(replace(portal, article_url_pattern=None, enabled=True), contact=contact, on_page=on_page)
    reason = why_not(findings)
    proposal = None if reason else propose(findings)
    return Reprobe(proposal=proposal, reason=reason, misfits=tuple(_misfits(portal, findings, proposal)))


def _misfits(portal: Portal, findings: ProbeFindings, proposal: Proposal | None) -> Iterator[str]:
    answered = {identity_key(source.url) for source in findings.sources if source.looked_at is not None}
    for source in portal.sources:
        if identity_key(source.url) not in answered:
            yield f"the {source.kind} {source.url} gave no usable answer"
    if proposal is None:
        return
    written = {identity_key(source.url) for source in portal.sources}
    for source in proposal.portal.sources:
        if portal.sources and identity_key(source.url) not in written:
            yield f"there is a {source.kind} {source.url}, which the file does not name"
    other = [article.url for article in findings.articles if portal.matches_article(article.url) is False]
    if other:
        yield f"{len(other)} of {len(findings.articles)} articles do not fit url_pattern, such as {other[0]}"
    if proposal.portal.language != portal.language:
        yield f"most articles are in {proposal.portal.language!r}; the file says {portal.language!r}"
