"""What the guard lets pass, by address, name and port, and that a name may not change its mind."""

# ruff: noqa: ARG002 - signatures are Twisted's

from __future__ import annotations

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from icma_crawler.crawl.fetch.guard import Guard, GuardedResolver
from icma_crawler.models import Portal, Source
from icma_crawler.urls import literal_address

PUBLIC, PRIVATE = "93.184.215.14", "127.0.0.2"


def portal(home: str, *hosts: str, sources: tuple[str, ...] = ()) -> Portal:
    named = tuple(Source(kind="feed", url=url) for url in sources)
    return Portal(id="p", name="P", home=home, language="az", timezone="Asia/Baku", hosts=hosts, sources=named)


def guard_for(*portals: Portal) -> Guard:
    guard = Guard()
    for one in portals:
        guard.admit(one)
    return guard


class Names:
    """A resolver that gives one answer after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def resolveHostName(self, receiver, host, port=0, types=None, semantics="TCP"):  # noqa: N802
        receiver.resolutionBegan(self)
        for address in self.answers.pop(0):
            receiver.addressResolved((IPv6Address if ":" in address else IPv4Address)("TCP", address, port))
        receiver.resolutionComplete()


class Reactor:
    def __init__(self, *answers: list[str]) -> None:
        self.nameResolver = Names(*answers)


class Receiver:
    def __init__(self) -> None:
        self.found: list[tuple[str, int]] = []

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802
        """Nothing to do."""

    def addressResolved(self, address) -> None:  # noqa: N802
        self.found.append((address.host, address.port))

    def resolutionComplete(self) -> None:  # noqa: N802
        """Nothing to do."""


def connects_to(resolver: GuardedResolver, host: str, port: int = 80) -> list[str]:
    receiver = Receiver()
    resolver.resolveHostName(receiver, host, port)
    assert all(found == port for _, found in receiver.found)
    return [address for address, _ in receiver.found]


def resolver_for(guard: Guard, *answers: list[str]) -> GuardedResolver:
    return GuardedResolver(Reactor(*answers), guard)


@pytest.mark.parametrize("address", [PRIVATE, "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "64:ff9b::7f00:2"])
def test_a_name_that_leads_to_a_private_address_leads_nowhere(address: str):
    guard = guard_for(portal("https://sherg.az/"))
    assert connects_to(resolver_for(guard, [address]), "sherg.az", 443) == []
    assert guard.has_refused("https://sherg.az/xeber")


def test_of_several_addresses_the_public_ones_are_used():
    assert connects_to(resolver_for(Guard(), [PRIVATE, PUBLIC, "::1"]), "sherg.az") == [PUBLIC]


def test_a_name_that_was_public_once_may_not_turn_private(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("icma_crawler.crawl.fetch.guard._CACHE_SECONDS", 0.0)
    resolver = resolver_for(guard_for(portal("http://rebind.example:8080/")), [PUBLIC], [PRIVATE])
    assert connects_to(resolver, "rebind.example", 8080) == [PUBLIC]
    assert connects_to(resolver, "rebind.example", 8080) == []


def test_the_second_look_up_within_a_minute_is_answered_from_memory():
    resolver = resolver_for(Guard(), [PUBLIC])
    assert connects_to(resolver, "sherg.az", 80) == connects_to(resolver, "sherg.az", 443) == [PUBLIC]


@pytest.mark.parametrize(
    ("home", "asked", "passes"),
    [
        ("http://127.0.0.1:8080/", ("127.0.0.1", 8080), True),
        ("http://127.0.0.1:8080/", ("127.0.0.1", 8081), False),
        ("http://127.0.0.1:8080/", ("127.0.0.2", 8080), False),
        ("http://[::1]:8080/", ("::1", 8080), True),
        ("http://[::1]:8080/", ("0:0:0:0:0:0:0:1", 8081), False),
        ("http://10.0.0.5/", ("10.0.0.5", 80), True),
        ("http://10.0.0.5/", ("10.0.0.5", 443), False),
    ],
)
def test_a_literal_address_passes_at_the_port_that_the_file_names(home: str, asked: tuple[str, int], passes: bool):
    assert bool(connects_to(resolver_for(guard_for(portal(home))), *asked)) is passes


def test_names_that_are_never_public_and_ports_written_out_are_the_operators_own():
    guard = guard_for(portal("http://newsroom.test/", "staging.example:8080", sources=("http://localhost:9000/rss",)))
    for host, port in [("newsroom.test", 80), ("staging.example", 8080), ("localhost", 9000)]:
        assert connects_to(resolver_for(guard, [PRIVATE]), host, port) == [PRIVATE]
    assert connects_to(resolver_for(guard, [PRIVATE]), "staging.example", 80) == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://sherg.az/", None),
        ("http://93.184.215.14/", None),
        ("http://127.0.0.2/", "private-address"),
        ("http://[::ffff:127.0.0.2]/", "private-address"),
        ("http://localhost/", "private-address"),
        ("http://user@sherg.az/", "bad-url"),
        ("file:///etc/passwd", "bad-url"),
        ("ftp://sherg.az/", "bad-url"),
        ("http:///rss", "bad-url"),
        ("http://sherg.az:99999/", "bad-url"),
        ("http://[::1/", "bad-url"),
    ],
)
def test_what_can_be_told_without_a_look_up(url: str, reason: str | None):
    assert Guard().refusal(url) == reason


@pytest.mark.parametrize("host", ["sherg.az", "127.0.0.2.sherg.az", "", "1.2.3.4.5", "example.", "0x7g"])
def test_names_are_no_addresses(host: str):
    assert literal_address(host) is None
