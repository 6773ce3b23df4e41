from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icma_crawler.errors import UrlError
from icma_crawler.urls import (
    MAX_URL_LENGTH,
    canonical_url,
    domain_of,
    identity_key,
    is_loopback,
    is_public_address,
    needs_own_file,
    origin_of,
    site_address,
)

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "85.132.0.1",  # Baku
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a02:26f0::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "2001:0:4136:e378:8000:63bf:f7f7:f7f7",  # Teredo for 8.8.8.8
]
NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - judged, not bound
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",  # the metadata service of clouds
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::192.168.1.1",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo for 127.0.0.1
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
NOT_AN_ADDRESS = [
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "127.1",
    "0177.0.0.1",
    "1.1.1",
    "sherg.az",
    "",
    "[::1]",
    "1.1.1.1:80",
]


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://sherg.az", "https://sherg.az/"),
        ("HTTPS://Sherg.AZ/Xeber/1", "https://sherg.az/Xeber/1"),
        ("http://sherg.az:80/", "http://sherg.az/"),
        ("https://sherg.az:443/", "https://sherg.az/"),
        ("https://sherg.az:8443/", "https://sherg.az:8443/"),
        ("http://sherg.az:443/", "http://sherg.az:443/"),
        ("https://sherg.az./a", "https://sherg.az/a"),
        ("https://sherg.az/a#rey", "https://sherg.az/a"),
        ("https://sherg.az/a/", "https://sherg.az/a/"),
        ("https://sherg.az/a/../b/./c", "https://sherg.az/b/c"),
        ("https://sherg.az/../../a", "https://sherg.az/a"),
        ("https://sherg.az/a/..", "https://sherg.az/"),
        ("https://sherg.az/a?utm_source=x&id=5&fbclid=y", "https://sherg.az/a?id=5"),
        ("https://sherg.az/a?utm_source=x", "https://sherg.az/a"),
        ("https://sherg.az/a?b=2&a=1", "https://sherg.az/a?b=2&a=1"),
        ("https://sherg.az/a?12345&utm_source=x", "https://sherg.az/a?12345"),
        ("https://sherg.az/a?q=%FE+b&utm_source=x", "https://sherg.az/a?q=%FE+b"),
        ("https://sherg.az/a?%75tm_source=x", "https://sherg.az/a"),
        ("https://sherg.az/a;jsessionid=1A2B/b", "https://sherg.az/a/b"),
        ("https://sherg.az/xəbər", "https://sherg.az/x%C9%99b%C9%99r"),
        ("https://sherg.az/a b", "https://sherg.az/a%20b"),
        ("https://xəbər.az/", "https://xn--xbr-dtbb.az/"),
        ("https://sherg.az。/", "https://sherg.az/"),
        ("http://[2606:4700::1111]:8080/a", "http://[2606:4700::1111]:8080/a"),
        ("  https://sherg.az/a\n", "https://sherg.az/a"),
        ("https://sherg.az/a?", "https://sherg.az/a"),
    ],
)
def test_a_link_has_one_canonical_form(link: str, canonical: str):
    assert canonical_url(link) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("link", "resolved"),
    [
        ("/b", "https://sherg.az/b"),
        ("b", "https://sherg.az/siyaset/b"),
        ("../b", "https://sherg.az/b"),
        ("//report.az/b", "https://report.az/b"),
        ("?page=2", "https://sherg.az/siyaset/a?page=2"),
        ("https://report.az/", "https://report.az/"),
    ],
)
def test_a_relative_link_counts_from_its_page(link: str, resolved: str):
    assert canonical_url(link, "https://sherg.az/siyaset/a") == resolved


@pytest.mark.parametrize(
    "link",
    [
        "",
        "sherg.az",
        "mailto:x@sherg.az",
        "javascript:void(0)",
        "ftp://sherg.az/",
        "file:///etc/passwd",
        "data:text/html,x",
        "http://",
        "http:///a",
        "http://./",
        "http://user@sherg.az/",
        "http://sherg.az@evil.example/",
        "http://sherg.az:99999/",
        "http://sherg.az:port/",
        "http://[::1/",
        "http://sherg az/",
        "http://sherg.az\\@evil.example/",
        "http://evil.example\\.sherg.az/",
        "http://%73herg.az/",
        "http://sherg.az/\ud800",
        "https://sherg.az/" + "a" * MAX_URL_LENGTH,
    ],
)
def test_what_cannot_be_crawled_is_a_url_error(link: str):
    with pytest.raises(UrlError) as caught:
        canonical_url(link)
    assert caught.value.url == link
    assert "\n" not in str(caught.value)


LINK_PARTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["http://", "https://", "//", "/", "..", "/./", "?", "#", "&", "=", ";sid=", "%", "%2e", "@", ":80"]
        ),
        st.sampled_from(["utm_source", "amp", "www.", "sherg.az", "[::1]", "xəbər", "。", "\\", "\ud800", " ", "\t"]),
        st.text(string.printable, max_size=5),
        st.text(st.characters(codec=None), max_size=5),
    )
)


@given(st.one_of(LINK_PARTS.map("".join), LINK_PARTS.map(lambda parts: "https://sherg.az/" + "".join(parts))))
def test_any_text_is_a_canonical_link_or_a_url_error(link: str):
    try:
        canonical = canonical_url(link)
    except UrlError:
        return
    assert canonical_url(canonical) == canonical
    assert canonical.isascii()
    assert identity_key(canonical)
    assert canonical.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    "other",
    [
        "http://sherg.az/siyaset/a",
        "https://www.sherg.az/siyaset/a",
        "https://m.sherg.az/siyaset/a",
        "https://amp.sherg.az/siyaset/a",
        "https://sherg.az/siyaset/a/",
        "https://sherg.az/siyaset/a/amp",
        "https://sherg.az/siyaset/a/amp/",
        "https://sherg.az/amp/siyaset/a",
        "https://sherg.az/siyaset/a?amp=1",
        "https://sherg.az/siyaset/a.amp.html",
        "https://sherg.az/s%69yaset/a",
    ],
)
def test_addresses_of_one_page_share_an_identity(other: str):
    assert identity_key(other) == identity_key("https://sherg.az/siyaset/a")


@pytest.mark.parametrize(
    "other",
    [
        "https://sherg.az/siyaset/A",
        "https://sherg.az/siyaset/b",
        "https://ru.sherg.az/siyaset/a",
        "https://sherg.az/siyaset/a?id=1",
        "https://sherg.az:8443/siyaset/a",
        "https://sherg.az/ru/siyaset/a",
    ],
)
def test_another_page_has_another_identity(other: str):
    assert identity_key(other) != identity_key("https://sherg.az/siyaset/a")


def test_the_order_of_parameters_is_no_identity():
    assert identity_key("https://sherg.az/?a=1&b=2") == identity_key("https://sherg.az/?b=2&a=1")


def test_a_domain_is_told_without_its_prefix():
    assert domain_of("https://www.Sherg.az/a") == "sherg.az"
    assert domain_of("http://m.sherg.az:8080/") == "sherg.az:8080"
    assert domain_of("https://www.az/") == "www.az"  # a site may be called so
    assert site_address("https://sherg.az/") == "https://sherg.az"


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_on_the_public_internet_may_be_contacted(address: str):
    assert is_public_address(address)


@pytest.mark.parametrize("address", [*NOT_PUBLIC, *NOT_AN_ADDRESS])
def test_any_other_address_may_not(address: str):
    assert not is_public_address(address)


@given(st.text())
def test_any_text_can_be_judged_as_an_address(text: str):
    assert is_public_address(text) in (True, False)


@pytest.mark.parametrize(
    ("url", "is_needed"),
    [
        ("https://sherg.az/", False),
        ("https://93.184.216.34/", False),
        ("http://127.0.2.1:8427/", False),
        ("http://[::1]:8427/", False),
        ("http://localhost:8427/", False),
        ("http://news.test:8080/", False),
        ("https://sherg.az:8443/", True),
        ("https://sherg.az:22/", True),
        ("http://169.254.169.254/latest/", True),
        ("http://10.0.0.1/", True),
        ("http://2130706433:8427/", True),
        ("http://0x7f000001/", True),
        ("http://127.1:8427/", True),
        ("http://[::ffff:127.0.0.1]:8427/", True),
        ("http://[fd00:ec2::254]/", True),
        ("http://router.local/", True),
        ("http://intranet/", True),
    ],
)
def test_what_only_an_operator_may_name(url: str, is_needed: bool):
    assert needs_own_file(url) is is_needed


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://localhost:8000/", True),
        ("http://127.0.0.9/", True),
        ("http://[::1]:80/a", True),
        ("https://sherg.az/", False),
        ("http://10.0.0.1/", False),
        ("localhost", False),
    ],
)
def test_loopback_is_this_machine(url: str, is_here: bool):
    assert is_loopback(url) is is_here


def test_an_origin_has_scheme_and_port():
    assert origin_of("https://sherg.az:8443/a?b#c") == "https://sherg.az:8443"
