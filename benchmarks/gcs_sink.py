"""A bucket of GCS that costs next to nothing: it takes resumable uploads, adds up their CRC32C and throws
the bytes away, in a process of its own. Small objects are kept.

It tells the MD5 of an upload as the real service does, without computing it: where CRC32C and size are those
of a video that was told to it, the MD5 is that video's. So neither program waits for it.

Belongs here: the little of the protocol that copying programs ask for. Not here: where they copy from
(`s3_source`).
"""

from __future__ import annotations

import base64
import email.parser
import itertools
import json
import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import google_crc32c

BLOCK_BYTES = 1024 * 1024


class Sink(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, known_md5: Mapping[str, str]) -> None:
        """MD5, in hex, by CRC32C in base64."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.known_md5 = known_md5
        self.objects: dict[str, dict[str, Any]] = {}
        self.bodies: dict[str, bytes] = {}
        self.uploads: dict[str, dict[str, Any]] = {}
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Sink

    def do_POST(self) -> None:
        parts, query = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        if "upload_id" in query:
            self._take(query["upload_id"][0])
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if query.get("uploadType") == ["multipart"]:
            self._whole(body, query)
            return
        request = {"name": query.get("name", [""])[0]} | (json.loads(body) if body.strip() else {})
        number = f"{next(self.server.numbers)}"
        self.server.uploads[number] = {"told": request, "received": 0, "crc": 0}
        where = f"http://{self.headers['Host']}{parts.path}?uploadType=resumable&upload_id={number}"
        self._answer(200, {}, {"Location": where})

    def do_PUT(self) -> None:
        self._take(parse_qs(urlsplit(self.path).query)["upload_id"][0])

    def do_GET(self) -> None:
        parts, query = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        name = self._name(parts.path)
        if not name:
            prefix = query.get("prefix", [""])[0]
            items = [item for key, item in sorted(self.server.objects.items()) if key.startswith(prefix)]
            self._answer(200, {"kind": "storage#objects", "items": items})
        elif name not in self.server.objects:
            self._answer(404, {"error": {"code": 404, "message": "no such object"}})
        elif query.get("alt") == ["media"]:
            self._answer(200, self.server.bodies.get(name, b""))
        else:
            self._answer(200, self.server.objects[name])

    def do_PATCH(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = self.server.objects[self._name(urlsplit(self.path).path)]
        found["metadata"] = request.get("metadata", {})
        self._answer(200, found)

    def do_DELETE(self) -> None:
        self.server.objects.pop(self._name(urlsplit(self.path).path), None)
        self._answer(204, b"")

    def _name(self, path: str) -> str:
        return unquote(path.partition("/o/")[2])

    def _whole(self, body: bytes, query: Mapping[str, list[str]]) -> None:
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = email.parser.BytesParser().parsebytes(head + body)
        first, data = (bytes(part.get_payload(decode=True)) for part in list(message.walk())[1:])
        request = json.loads(first)
        request["name"] = request.get("name") or query["name"][0]
        self.server.bodies[request["name"]] = data
        self._answer(200, self._made(request, len(data), google_crc32c.value(data)))

    def _take(self, number: str) -> None:
        """A piece, in blocks. Go's client wants 200 and another header where 308 is meant."""
        upload = self.server.uploads.get(number)
        left = int(self.headers.get("Content-Length", 0))
        if upload is None:
            self._answer(404, {})
            return
        while left:
            block = self.rfile.read(min(left, BLOCK_BYTES))
            if not block:
                self.close_connection = True
                return
            upload["crc"] = google_crc32c.extend(upload["crc"], block)
            upload["received"] += len(block)
            left -= len(block)
        received, crc32c = upload["received"], f"crc32c={_base64(upload['crc'])}"
        whole = self.headers.get("Content-Range", f"/{received}").rpartition("/")[2]
        if whole == str(received):
            if crc32c not in self.headers.get("x-goog-hash", crc32c):
                self._answer(400, {})
                return
            self._answer(200, self._made(upload["told"], received, upload["crc"]))
            return
        headers = {"Range": f"bytes=0-{received - 1}"} if received else {}
        if self.headers.get("X-GUploader-No-308"):
            self._answer(200, b"", headers | {"X-Http-Status-Code-Override": "308"})
        else:
            self._answer(308, b"", headers)

    def _made(self, request: Mapping[str, Any], size: int, crc: int) -> dict[str, Any]:
        name, crc32c = str(request["name"]), _base64(crc)
        md5 = self.server.known_md5.get(crc32c, "")
        made = {
            "kind": "storage#object",
            "id": name,
            "bucket": "sink",
            "name": name,
            "size": str(size),
            "generation": str(next(self.server.numbers)),
            "metageneration": "1",
            "contentType": request.get("contentType", "application/octet-stream"),
            "crc32c": crc32c,
            "metadata": request.get("metadata", {}),
            "updated": "2026-03-18T12:00:00.000Z",
            "timeCreated": "2026-03-18T12:00:00.000Z",
        } | ({"md5Hash": base64.b64encode(bytes.fromhex(md5)).decode()} if md5 else {})
        self.server.objects[name] = made
        return made

    def _answer(self, status: int, content: Any, headers: Mapping[str, str] = {}) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _base64(crc: int) -> str:
    return base64.b64encode(crc.to_bytes(4, "big")).decode()


if __name__ == "__main__":
    with Sink(json.loads(sys.argv[1])) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
