"""The mail that has arrived: files in a Maildir, and an index of them in memory."""

import itertools
import os
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from email import policy
from email.errors import HeaderParseError
from email.header import Header, decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

# The older policy leaves headers as they are until they are asked for: four times as quick, and mails may be many.
_HEADERS = BytesHeaderParser(policy=policy.compat32)
_HEADERS_USUAL_BYTES = 8 * 1024
_HEADERS_LIMIT_BYTES = 64 * 1024


@dataclass(frozen=True)
class Entry:
    """What the index knows of one message."""

    id: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    received_at: str

    def as_json(self) -> dict[str, str]:
        """The entry as the web view lists it."""
        return {
            "id": self.id,
            "to": ", ".join(self.recipients),
            "subject": self.subject,
            "message_id": self.message_id,
            "received_at": self.received_at,
        }


class Maildir:
    """A Maildir with an index of recipients and subjects; bodies are read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for unfinished in (folder / "tmp").iterdir():
            unfinished.unlink(missing_ok=True)
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self._by_recipient: dict[str, list[Entry]] = {}
        self._numbers = itertools.count()
        for name in sorted(os.listdir(folder / "new")):
            with open(folder / "new" / name, "rb") as file:
                head = file.read(_HEADERS_USUAL_BYTES)
                if _end_of_headers(head) is None:
                    head += file.read(_HEADERS_LIMIT_BYTES - len(head))
            self._index(name, head)

    def add(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Keeps a message. The envelope goes in front of it, as mail servers do."""
        name = f"{time.time_ns():020d}.{next(self._numbers)}.onsale"
        envelope = f"Return-Path: <{_one_line(sender)}>\r\n"
        envelope += "".join(f"Delivered-To: {_one_line(to)}\r\n" for to in recipients)
        content = envelope.encode("utf-8", "replace") + content
        unfinished = self._folder / "tmp" / name
        with open(unfinished, "wb") as file:
            file.write(content)
        os.rename(unfinished, self._folder / "new" / name)
        self._index(name, content[:_HEADERS_LIMIT_BYTES])

    def list(self, recipient: str | None = None) -> list[Entry]:
        """All messages, or those to one address; the newest first."""
        with self._lock:
            if recipient is None:
                found = list(self._entries.values())
            else:
                found = list(self._by_recipient.get(recipient.strip().lower(), ()))
        found.reverse()
        return found

    def entry(self, message: str) -> Entry | None:
        """What the index knows of this message."""
        with self._lock:
            return self._entries.get(message)

    def raw(self, message: str) -> bytes | None:
        """The message as it arrived."""
        # Only names that the index knows reach the disk.
        if self.entry(message) is None:
            return None
        try:
            return (self._folder / "new" / message).read_bytes()
        except FileNotFoundError:
            return None

    def parsed(self, message: str) -> EmailMessage | None:
        """The message with its parts."""
        raw = self.raw(message)
        return None if raw is None else BytesParser(policy=policy.default).parsebytes(raw)

    def _index(self, name: str, head: bytes) -> None:
        headers = _parse_headers(head)
        received = datetime.fromtimestamp(int(name.split(".", 1)[0]) / 1e9, timezone.utc)
        entry = Entry(
            id=name,
            recipients=tuple(str(to) for to in headers.get_all("Delivered-To", ())),
            subject=_decoded(headers.get("Subject", "")),
            message_id=_decoded(headers.get("Message-ID", "")).strip("<> "),
            received_at=received.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        )
        with self._lock:
            self._entries[name] = entry
            for recipient in entry.recipients:
                self._by_recipient.setdefault(recipient.lower(), []).append(entry)


def _parse_headers(head: bytes) -> Message:
    return _HEADERS.parsebytes(head[: _end_of_headers(head)])


def _end_of_headers(head: bytes) -> int | None:
    ends = [end for end in (head.find(b"\r\n\r\n"), head.find(b"\n\n")) if end >= 0]
    return min(ends, default=None)


def _decoded(header: str | Header) -> str:
    """A header with its encoded words (RFC 2047) as text; what cannot be decoded stays as it is."""
    try:
        return _one_line(str(make_header(decode_header(header))))
    except (HeaderParseError, LookupError, ValueError):
        return _one_line(str(header))


def _one_line(text: str) -> str:
    return " ".join(text.split())
