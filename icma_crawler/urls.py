"""Links: one canonical form, one identity, and which addresses may be contacted at all."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from urllib.parse import parse_qsl, quote, unquote, unquote_plus, urljoin, urlsplit, urlunsplit

from icma_crawler.errors import UrlError

MAX_URL_LENGTH = 2000

_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|yclid|msclkid|mc_[ce]id|igshid|_ga|_gl|_openstat|ysclid|wt_mc|cmpid|ocid|at_\w+|"
    r"ref_src|ref_url|share|replytocom|\w*sess(?:ion)?_?id|aspsessionid\w*|"
    r"cfid|cftoken|zenid|oscsid|sid)$",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(jsessionid|phpsessid|sid)=[^/?#]*|/\([ASFX]\([a-z0-9]+\)\)(?=/)", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+", re.ASCII)
# Names that never lead to the public internet (RFC 6761, 6762, 8375; .internal is reserved by ICANN).
_PRIVATE_NAMES = (".localhost", ".local", ".test", ".internal", ".home.arpa")
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"(?:/amp(?:\.html)?|\.amp\.html|\.amp)/?$", re.IGNORECASE)
_SAFE_PATH = "/%:@!$&'()*+,;=~-._"
_SAFE_QUERY = "/%:@!$'()*,;~-._?&=+"


def canonical_url(url: str, base: str | None = None) -> str:
    """The one form under which a link is kept: absolute, no fragment, no tracking or session parameters.

    Scheme and host are lower case, the host in its ASCII form, a default port is dropped, dot segments are
    resolved (RFC 3986, 5.2.4 and 6.2). Path case, trailing slash and parameter order stay: servers tell them apart.

    Raises:
        UrlError: not http or https, no host, user info, a bad port, or longer than `MAX_URL_LENGTH`.
    """
    try:
        joined = urljoin(base, url.strip()) if base else url.strip()
        parts = urlsplit(joined)
        host, port = _ascii_host(parts.hostname or ""), parts.port
        joined.encode()  # a lone surrogate cannot be sent
    except ValueError as error:
        raise UrlError(url, "a malformed link") from error
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise UrlError(url, "neither http nor https")
    if not host:
        raise UrlError(url, "a link without a host")
    if not _HOST.fullmatch(host):
        raise UrlError(url, "not a host name")
    if "@" in parts.netloc:
        raise UrlError(url, "a link with a user name")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    path = quote(_resolve_dots(_SESSION_IN_PATH.sub("", parts.path) or "/"), safe=_SAFE_PATH)
    result = urlunsplit((scheme, netloc, path, quote(_clean_query(parts.query), safe=_SAFE_QUERY), ""))
    if len(result) > MAX_URL_LENGTH:
        raise UrlError(url, f"a link longer than {MAX_URL_LENGTH} characters")
    return result


def identity_key(url: str) -> str:
    """What two addresses of one page share: no scheme, no www, m or amp host, no amp path, no closing slash.

    *url* is canonical. Two links with one key are one article; the key is never requested.
    """
    parts = urlsplit(url)
    query = "&".join(f"{k}={v}" for k, v in sorted(parse_qsl(parts.query, keep_blank_values=True)) if k != "amp")
    path = _AMP_PATH.sub("", unquote(parts.path)).rstrip("/")
    path = path[4:] if path.startswith("/amp/") else path
    return f"{_HOST_PREFIX.sub('', parts.netloc)}{path}{'?' + query if query else ''}"


def domain_of(url: str) -> str:
    """The host of *url* with its port, without www, m or amp: "sherg.az"."""
    return _HOST_PREFIX.sub("", urlsplit(url).netloc.lower())


def origin_of(url: str) -> str:
    """The host of *url* as pauses and robots.txt go by it: with its scheme and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def site_address(home: str) -> str:
    """The portal's own address as it is printed under an article: the home without a closing slash."""
    return home.rstrip("/")


def literal_address(host: str) -> str | None:
    """The address that *host* is, in whatever spelling (decimal, hex, octal, short, fullwidth); None for a name."""
    host = plain_host(host)
    try:
        return str(ipaddress.ip_address(host.split("%", 1)[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host)) if host and not host[0].isspace() and " " not in host else None
    except (OSError, ValueError):
        return None


def is_loopback(url: str) -> bool:
    """Whether *url* is of this machine itself: "localhost", or an address that never leaves it."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_private_name(host: str) -> bool:
    """Whether *host* is a name that never leads to the public internet."""
    return "." not in host or host.endswith(_PRIVATE_NAMES)


def plain_host(host: str) -> str:
    """A host as resolvers compare it."""
    return unicodedata.normalize("NFKC", host).lower().strip("[]").rstrip(".")


def needs_own_file(url: str) -> bool:
    """Whether *url* may be crawled only where a portal file says so that its operator wrote, not one made from a list.

    That is so for private places, and for another port than 80 and 443: a name that is given with a port is taken to
    be meant, wherever it leads. This machine itself is for trying things out.
    """
    parts = urlsplit(url)
    host = plain_host(parts.hostname or "")
    if host == "localhost" or host.endswith((".localhost", ".test")):
        return False
    literal = literal_address(host)
    if literal is None:
        return is_private_name(host) or (parts.port or 80) not in _DEFAULT_PORTS.values()
    return not is_public_address(literal) and not (literal == host and ipaddress.ip_address(literal).is_loopback)


def is_public_address(address: str) -> bool:
    """Whether an IP address (text form) lies on the public internet.

    Beyond `ipaddress.is_global` (which Python 3.11 gets wrong for several blocks): shared address space,
    multicast, site-local and protocol blocks count as private, and what is wrapped in an IPv4-mapped, NAT64,
    6to4 or Teredo address is judged by the address inside.
    """
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    inner = _wrapped(ip)
    if inner is not None:
        return is_public_address(str(inner))
    if any(ip in block for block in _PRIVATE_BLOCKS if block.version == ip.version):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


_PRIVATE_BLOCKS = tuple(
    map(
        ipaddress.ip_network,
        [
            "100.64.0.0/10",
            "192.0.0.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "fec0::/10",
            "2001:db8::/32",
            "3fff::/20",
            "64:ff9b:1::/48",
        ],
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _wrapped(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | None:
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.teredo is not None:
        return ip.teredo[1]
    return ip.ipv4_mapped or ip.sixtofour


def _ascii_host(host: str) -> str:
    try:
        host = host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError(host) from error
    return host.rstrip(".")


def _clean_query(query: str) -> str:
    """Drop tracking parameters; the others are kept to the letter."""
    pairs = query.split("&")
    return "&".join(pair for pair in pairs if not _TRACKING.match(unquote_plus(pair.partition("=")[0])))


def _resolve_dots(path: str) -> str:
    if "/." not in path:
        return path
    out: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(out) > 1:
                out.pop()
        elif segment != ".":
            out.append(segment)
    if path.endswith(("/.", "/..")):
        out.append("")
    return "/".join(out) or "/"
