"""The web side: shows the mail to people (HTML) and to programs (JSON and raw messages). Reads only.

    GET /                         the newest messages; ?to=ADDRESS for those to one address
    GET /messages                 JSON: [{id, to, subject, message_id, received_at}], newest first; ?to=, ?limit=
    GET /messages/{id}            the message as it arrived (message/rfc822)
    GET /view/{id}                the message to look at
    GET /view/{id}/html           its HTML text, for the frame of that page
    GET /view/{id}/parts/{n}      one of its attachments
    GET /health                   answers when the mailbox runs
"""

import json
import re
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pages
from maildir import Maildir

_OWN_PAGES = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"
_MAIL_TEXT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"
_HTML = "text/html; charset=utf-8"


class Web(ThreadingHTTPServer):
    """The web server over a Maildir."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], maildir: Maildir) -> None:
        self.maildir = maildir
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Onsale-mailbox"
    timeout = 60
    server: Web

    def do_GET(self) -> None:  # noqa: N802 (the library finds it by this name)
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        segments = [unquote(segment) for segment in url.path.split("/") if segment]
        match segments:
            case []:
                self._list(query)
            case ["messages"]:
                self._json_list(query)
            case ["messages", message]:
                self._answer(self.server.maildir.raw(message), "message/rfc822")
            case ["view", message]:
                self._view(message)
            case ["view", message, "html"]:
                self._html_text(message)
            case ["view", message, "parts", number] if re.fullmatch(r"[0-9]{1,4}", number):
                self._part(message, int(number))
            case ["health"]:
                self._answer(b"ok\n", "text/plain")
            case _:
                self._answer(None, _HTML)

    do_HEAD = do_GET

    def _list(self, query: dict[str, str]) -> None:
        recipient = query.get("to", "").strip()
        entries = self.server.maildir.list(recipient or None)
        self._answer(pages.inbox(entries, recipient), _HTML)

    def _json_list(self, query: dict[str, str]) -> None:
        entries = self.server.maildir.list(query.get("to"))
        limit = query.get("limit", "")
        if limit.isdecimal():
            entries = entries[: int(limit)]
        self._answer(json.dumps([entry.as_json() for entry in entries]).encode(), "application/json")

    def _view(self, message: str) -> None:
        entry, mail = self.server.maildir.entry(message), self.server.maildir.parsed(message)
        self._answer(pages.message(entry, mail) if entry and mail else None, _HTML)

    def _html_text(self, message: str) -> None:
        mail = self.server.maildir.parsed(message)
        self._answer(pages.html_text(message, mail) if mail else None, _HTML, policy=_MAIL_TEXT)

    def _part(self, message: str, number: int) -> None:
        mail = self.server.maildir.parsed(message)
        parts = pages.attachments(mail) if mail else []
        if number >= len(parts):
            self._answer(None, _HTML)
            return
        part = parts[number]
        shown = part.get_content_type() if part.get_content_maintype() == "image" else "application/octet-stream"
        name = quote(part.get_filename() or f"part-{number}")
        self._answer(part.get_payload(decode=True) or b"", shown, attachment=name)

    def _answer(
        self, body: bytes | None, content_type: str, policy: str = _OWN_PAGES, attachment: str | None = None
    ) -> None:
        status = HTTPStatus.OK
        if body is None:
            status, body, content_type = HTTPStatus.NOT_FOUND, pages.not_found(), _HTML
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        if attachment is not None:
            self.send_header("Content-Disposition", f"attachment; filename*=UTF-8''{attachment}")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Requests are not logged: addresses of people stand in them."""
