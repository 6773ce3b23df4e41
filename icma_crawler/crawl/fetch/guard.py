"""Which addresses may be contacted: public ones, and what the operator's portal files name themselves.

It stands where names become addresses. Twisted asks the resolver for everything, literal addresses too, and connects to
its answer and to nothing else; so a name that changes its mind between two look-ups changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer

from icma_crawler.models import Portal
from icma_crawler.urls import is_private_name, is_public_address, literal_address, plain_host

_DEFAULT_PORTS = {"http": 80, "https": 443}
_USUAL_PORTS = frozenset(_DEFAULT_PORTS.values())
_CACHE_SECONDS = 60.0
_CACHE_SIZE = 1000

HostAndPort = tuple[str, int]


class Guard:
    """The rule: an address passes if it is public, or if a portal file names its host and port.

    A portal file names a private place by a literal address, by a name that is never public ("localhost", "news.test"),
    or by giving the port. A name that once had a public address is a public one: it gains nothing by turning private.
    """

    def __init__(self) -> None:
        self._named: set[HostAndPort] = set()
        self._once_public: set[str] = set()
        self._refused: set[HostAndPort] = set()

    def admit(self, portal: Portal) -> None:
        """Let pass what the file of *portal* names."""
        for url in (portal.home, *(source.url for source in portal.sources)):
            self._named |= _named_by(url)
        for host in portal.hosts:
            self._named |= _named_by(f"http://{host}/") | _named_by(f"https://{host}/")

    def refusal(self, url: str) -> str | None:
        """Why *url* is not to be asked, as far as can be told without a look-up: a reason code; None where it may be."""
        try:
            parts = urlsplit(url)
            place = _place(url)
        except ValueError:
            return "bad-url"
        if parts.scheme not in _DEFAULT_PORTS or not place[0] or "@" in parts.netloc:
            return "bad-url"
        if place in self._named:
            return None
        literal = literal_address(place[0])
        is_private = is_private_name(place[0]) if literal is None else not is_public_address(literal)
        return "private-address" if is_private else None

    def choose(self, host: str, port: int, addresses: Sequence[str]) -> list[str]:
        """Those of the addresses of *host* that may be connected to."""
        place = (plain_host(host), port)
        public = [address for address in addresses if is_public_address(address)]
        if public:
            self._once_public.add(place[0])
        elif place in self._named and place[0] not in self._once_public:
            return list(addresses)
        elif addresses:
            self._refused.add(place)
        return public

    def has_refused(self, url: str) -> bool:
        """Whether the addresses that the host of *url* turned out to have were refused."""
        return _place(url) in self._refused


guard = Guard()
"""The guard of this process; the resolver of a process is one for all its crawlers, and so is this."""


def is_usual_port(url: str) -> bool:
    """Whether *url* asks for port 80 or 443."""
    try:
        return _place(url)[1] in _USUAL_PORTS
    except ValueError:
        return False


def _place(url: str) -> HostAndPort:
    parts = urlsplit(url)
    return plain_host(parts.hostname or ""), parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)


def _named_by(url: str) -> set[HostAndPort]:
    """The private place that *url* names, if it does."""
    host, port = _place(url)
    is_meant = literal_address(host) is not None or is_private_name(host) or urlsplit(url).port is not None
    return {(host, port)} if is_meant else set()


@implementer(IHostnameResolver)
class GuardedResolver:
    """The system's resolver behind the guard, for IPv4 and IPv6."""

    def __init__(self, reactor: ReactorBase, rule: Guard = guard) -> None:
        self._reactor = reactor
        self._system: Any = reactor.nameResolver
        self._guard = rule
        self._known: dict[str, tuple[float, list[str]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:  # noqa: ARG003 - Scrapy's signature
        return cls(reactor)

    def install_on_reactor(self) -> None:
        resolver: Any = self  # zope's interfaces are no types
        self._reactor.installNameResolver(resolver)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803 - Twisted's name
        hostName: str,  # noqa: N803 - Twisted's name
        portNumber: int = 0,  # noqa: N803 - Twisted's name
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803 - Twisted's name
        transportSemantics: str = "TCP",  # noqa: N803 - Twisted's name
    ) -> Any:
        answer = _Answer(self, resolutionReceiver, hostName, portNumber)
        literal = literal_address(hostName)
        addresses = [literal] if literal is not None else self._remembered(hostName)
        if addresses is None:
            return self._system.resolveHostName(answer, hostName, portNumber, addressTypes, transportSemantics)
        answer.give(addresses)
        return answer

    def choose(self, host: str, port: int, addresses: list[str]) -> list[str]:
        """What the guard lets pass; what a name led to is remembered for a minute."""
        if literal_address(host) is None and addresses:
            if len(self._known) >= _CACHE_SIZE:
                self._known.clear()
            self._known.setdefault(host, (time.monotonic() + _CACHE_SECONDS, addresses))
        return self._guard.choose(host, port, addresses)

    def _remembered(self, host: str) -> list[str] | None:
        until, addresses = self._known.get(host, (0.0, []))
        if until > time.monotonic():
            return addresses
        self._known.pop(host, None)
        return None


@implementer(IResolutionReceiver, IHostResolution)
class _Answer:
    """Collects the addresses of a name, and hands on those that pass."""

    def __init__(self, resolver: GuardedResolver, receiver: Any, host: str, port: int) -> None:
        self.name = host
        self._resolver = resolver
        self._receiver = receiver
        self._port = port
        self._found: list[str] = []

    def give(self, addresses: Iterable[str]) -> None:
        self._receiver.resolutionBegan(self)
        self._found.extend(addresses)
        self.resolutionComplete()

    def cancel(self) -> None:
        """There is nothing to stop: the answer is already there."""

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's name
        self._found.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        for address in self._resolver.choose(self.name, self._port, self._found):
            kind = IPv6Address if ":" in address else IPv4Address
            self._receiver.addressResolved(kind("TCP", address, self._port))
        self._receiver.resolutionComplete()
