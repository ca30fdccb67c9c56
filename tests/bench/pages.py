"""What a page weighs when it is opened for the first time: its HTML and every file that it names."""

import gzip
from html.parser import HTMLParser
from pathlib import Path

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

ON_THE_FLY = 5  # the quality at which a proxy compresses what is made for one request


class _Files(HTMLParser):
    """Addresses of the page's style sheets, icons, scripts and images."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        address = values.get("href") if tag == "link" else values.get("src")
        if address and tag in ("link", "script", "img"):
            self.addresses.append(address)


def first_visit(client: Client, address: str) -> dict[str, int]:
    """Bytes over the wire by file: the HTML compressed on the fly, files as well as brotli can."""
    html = client.get(address).content
    parts = {"html": len(brotli.compress(html, quality=ON_THE_FLY))}
    for named in _Files(html.decode()).addresses:
        parts[Path(named).name] = len(brotli.compress(_content(client, named)))
    return parts


def _content(client: Client, address: str) -> bytes:
    prefix = f"/{settings.STATIC_URL.strip('/')}/"
    if not address.startswith(prefix):
        return client.get(address).getvalue()
    path = finders.find(address.removeprefix(prefix))
    if not path:
        raise AssertionError(f"the page names {address}, which is no file of ours")
    return Path(path).read_bytes()


def compressed(content: bytes) -> tuple[int, int]:
    """Bytes with gzip and with brotli, as a proxy would send them."""
    return len(gzip.compress(content, 6)), len(brotli.compress(content, quality=ON_THE_FLY))
