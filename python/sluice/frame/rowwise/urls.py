# SPDX-License-Identifier: Apache-2.0
"""Parts of URLs, and texts in them."""

from __future__ import annotations

import re
from urllib.parse import quote_plus, unquote_plus

from sluice.frame.rowwise import rowwise

_URL = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z", re.DOTALL
)
_ILLEGAL = re.compile(r"[\s<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")
_USER = re.compile(r"(?:(.*)@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?\Z")


def _part(url: str, part: str, key: str | None) -> str | None:
    scheme, authority, path, query, fragment = _URL.match(url).groups()  # type: ignore[union-attr]
    if part == "QUERY" and key is not None:
        for each in (query or "").split("&"):
            name, equals, value = each.partition("=")
            if equals and name == key:
                return value
        return None
    user, host = None, None
    if authority:
        found = _USER.match(authority)
        if found is not None:
            user, host = found[1], found[2] or None
    file = path if query is None else f"{path}?{query}"
    return {
        "HOST": host,
        "PATH": path,
        "QUERY": query,
        "REF": fragment,
        "PROTOCOL": scheme,
        "FILE": file,
        "AUTHORITY": authority or None,
        "USERINFO": user,
    }.get(part)


@rowwise("parse_url", "VARCHAR VARCHAR VARCHAR", "VARCHAR", nulls=True)
def parse_url(url: str | None, part: str | None, key: str | None) -> str | None:
    """A part of a URL, or one value of its query; an empty key stands for none.

    Raises:
        ValueError: it is none.
    """
    if url is None or part is None or key is None:
        return None
    if _ILLEGAL.search(url):
        raise ValueError(
            f"[INVALID_URL] The url is invalid: {url}. Use `try_parse_url` to tolerate invalid URL and return NULL "
            "instead. SQLSTATE: 22P02"
        )
    return _part(url, part, key or None)


@rowwise("try_parse_url", "VARCHAR VARCHAR VARCHAR", "VARCHAR", nulls=True)
def try_parse_url(url: str | None, part: str | None, key: str | None) -> str | None:
    """As `parse_url`; null for what is no URL."""
    if url is None or part is None or key is None or _ILLEGAL.search(url):
        return None
    return _part(url, part, key or None)


@rowwise("url_encode", "VARCHAR", "VARCHAR")
def url_encode(text: str) -> str:
    """As forms write it."""
    return quote_plus(text, safe="*").replace("~", "%7E")


@rowwise("url_decode", "VARCHAR", "VARCHAR")
def url_decode(text: str) -> str:
    """A text that forms wrote.

    Raises:
        ValueError: it is not encoded so.
    """
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise ValueError(
            f"[CANNOT_DECODE_URL] The provided URL cannot be decoded: {text}. Please ensure that the URL is properly "
            "formatted and try again. SQLSTATE: 22546"
        )
    return unquote_plus(text, errors="replace")


@rowwise("try_url_decode", "VARCHAR", "VARCHAR")
def try_url_decode(text: str) -> str | None:
    """As `url_decode`; null where it cannot be."""
    return None if re.search(r"%(?![0-9A-Fa-f]{2})", text) else unquote_plus(text, errors="replace")
