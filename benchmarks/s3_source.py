"""A bucket of S3 that costs next to nothing: list, head and ranged reads of files, straight from the page
cache, in a process of its own.

Belongs here: the little of the protocol that copying programs ask for. Not here: where they copy to
(`gcs_sink`).
"""

from __future__ import annotations

import json
import os
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "videos"
MODIFIED_XML, MODIFIED_HTTP = "2026-03-18T12:00:00.000Z", "Wed, 18 Mar 2026 12:00:00 GMT"


class Source(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, objects: dict[str, tuple[str, str]]) -> None:
        """File and MD5 by key."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects = objects


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Source

    def do_HEAD(self) -> None:
        self._object(with_body=False)

    def do_GET(self) -> None:
        if unquote(urlsplit(self.path).path).strip("/") == BUCKET:
            self._list()
        else:
            self._object(with_body=True)

    def _list(self) -> None:
        prefix = parse_qs(urlsplit(self.path).query).get("prefix", [""])[0]
        entries = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{MODIFIED_XML}</LastModified>"
            f"<ETag>&quot;{md5}&quot;</ETag><Size>{Path(path).stat().st_size}</Size>"
            "<StorageClass>STANDARD</StorageClass></Contents>"
            for key, (path, md5) in sorted(self.server.objects.items())
            if key.startswith(prefix)
        )
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>{BUCKET}</Name><Prefix>{escape(prefix)}</Prefix><IsTruncated>false</IsTruncated>"
            f"{entries}</ListBucketResult>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _object(self, *, with_body: bool) -> None:
        key = unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}/")
        found = self.server.objects.get(key)
        if found is None:
            self.send_error(404)
            return
        path, md5 = found
        if self.headers.get("If-Match", f'"{md5}"') != f'"{md5}"':
            self.send_error(412)
            return
        with Path(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            byte_range = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            begin = int(byte_range[1]) if byte_range else 0
            end = min(size, int(byte_range[2]) + 1) if byte_range and byte_range[2] else size
            self.send_response(206 if byte_range else 200)
            self.send_header("ETag", f'"{md5}"')
            self.send_header("Last-Modified", MODIFIED_HTTP)
            self.send_header("Content-Type", "video/mp4")
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(end - begin))
            if byte_range:
                self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{size}")
            self.end_headers()
            if with_body:
                self._send(file.fileno(), begin, end)

    def _send(self, descriptor: int, begin: int, end: int) -> None:
        self.wfile.flush()
        try:
            while begin < end:
                begin += os.sendfile(self.connection.fileno(), descriptor, begin, end - begin)
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    with Source(json.loads(sys.argv[1])) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
