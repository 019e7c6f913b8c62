"""Which requests come from our own pages, or from no page at all.

A page of somebody else can make a browser send requests to this machine, cookie and all, and can let its own
name point here (DNS rebinding). Both show in headers that a page cannot forge. Belongs here: reading those.
Not here: who asks (`scopes`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_forwarded(headers: Mapping[str, str]) -> bool:
    """Whether a proxy passed it on: then it may come from anywhere, whatever its address says."""
    return any(name in headers for name in _FORWARDED)


def is_called_right(host_header: str, served_on: str, names: Collection[str]) -> bool:
    """Whether the name that the browser was given is one of ours; on another address without names, any."""
    if not is_loopback(served_on) and not names:
        return True
    try:
        name = urlsplit(f"//{host_header}").hostname or ""
    except ValueError:
        return False
    return name in _OWN_NAMES or name in names or (name == served_on and not is_loopback(served_on))


def is_from_elsewhere(headers: Mapping[str, str], own_origin: str) -> bool:
    """Whether another site's page sent it. A program that is no browser sends neither header."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    return (site is not None and site != "same-origin") or (origin is not None and origin != own_origin)
