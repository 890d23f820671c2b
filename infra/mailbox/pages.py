"""The mailbox's HTML pages. Everything that came with a message is escaped, or shown in a sandboxed frame."""

import re
from email.message import EmailMessage
from html import escape
from pathlib import Path
from urllib.parse import quote

from maildir import Entry

_STYLE = (Path(__file__).parent / "style.css").read_text()
_SHOWN_AT_MOST = 200


def inbox(entries: list[Entry], recipient: str) -> bytes:
    """The list of messages."""
    rows = "".join(
        f'<a class="row" href="/view/{quote(entry.id)}"><span class="to">{escape(", ".join(entry.recipients))}</span>'
        f'<span class="subject">{escape(entry.subject) or "(no subject)"}</span>{_time(entry)}</a>'
        for entry in entries[:_SHOWN_AT_MOST]
    )
    count = f"{len(entries)} message{'' if len(entries) == 1 else 's'}"
    if len(entries) > _SHOWN_AT_MOST:
        count += f", the newest {_SHOWN_AT_MOST} shown"
    if recipient:
        count += f' to {escape(recipient)} · <a href="/">all</a>'
    body = (
        f'<header><h1>Mailbox</h1><form action="/"><input type="search" name="to" value="{escape(recipient)}" '
        'placeholder="Mail to address" aria-label="Mail to address"></form></header>'
        f'<p class="quiet">{count}</p>'
    )
    body += f'<nav class="list">{rows}</nav>' if rows else '<p class="empty">No mail here yet. This page looks again by itself.</p>'
    return _page("Mailbox", body, '<meta http-equiv="refresh" content="5">')


def message(entry: Entry, mail: EmailMessage) -> bytes:
    """One message: its headers, its attachments, its text."""
    html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    fields = [("From", str(mail.get("From", ""))), ("To", ", ".join(entry.recipients)), ("Subject", entry.subject)]
    facts = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in fields)
    files = "".join(
        f'<li><a href="/view/{quote(entry.id)}/parts/{number}" download>{escape(part.get_filename() or "unnamed")}</a> '
        f'<span class="quiet">{escape(part.get_content_type())}, {_size(part)}</span></li>'
        for number, part in enumerate(attachments(mail))
    )
    body = (
        '<header><h1><a href="/">Mailbox</a></h1></header>'
        f"<dl>{facts}<dt>Arrived</dt><dd>{_time(entry)}</dd></dl>"
    )
    body += f'<ul class="files">{files}</ul>' if files else ""
    if html is not None:
        body += f'<iframe src="/view/{quote(entry.id)}/html" sandbox title="Message"></iframe>'
    if plain is not None:
        text = f"<pre>{escape(_text(plain))}</pre>"
        body += text if html is None else f"<details><summary>Plain text</summary>{text}</details>"
    body += f'<p class="quiet"><a href="/messages/{quote(entry.id)}">Message as it arrived</a></p>'
    return _page(entry.subject or "Message", body)


def html_text(message_id: str, mail: EmailMessage) -> bytes | None:
    """The HTML text of a message, its inline images pointing at its own parts."""
    html = mail.get_body(("html",))
    if html is None:
        return None
    numbers = {str(part.get("Content-ID", "")).strip("<> "): n for n, part in enumerate(attachments(mail))}

    def own_part(found: re.Match[str]) -> str:
        number = numbers.get(found.group(1))
        return found.group(0) if number is None else f"/view/{quote(message_id)}/parts/{number}"

    return re.sub(r"cid:([^\"'\s)>]+)", own_part, _text(html)).encode()


def attachments(mail: EmailMessage) -> list[EmailMessage]:
    """Every part that is not the text itself: attached files and inline images."""
    texts = [mail.get_body(("html",)), mail.get_body(("plain",))]
    return [part for part in mail.walk() if not part.is_multipart() and all(part is not text for text in texts)]


def not_found() -> bytes:
    """The page for what is not there."""
    return _page("Not found", '<header><h1><a href="/">Mailbox</a></h1></header><p class="empty">There is no such message.</p>')


def _page(title: str, body: str, head: str = "") -> bytes:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{head}<style>{_STYLE}</style></head><body><main>{body}</main></body></html>"
    ).encode("utf-8", "replace")


def _time(entry: Entry) -> str:
    date, _, clock = entry.received_at.partition("T")
    return f'<time datetime="{entry.received_at}">{date} {clock[:8]} UTC</time>'


def _text(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")


def _size(part: EmailMessage) -> str:
    size_bytes = len(part.get_payload(decode=True) or b"")
    return f"{size_bytes / 1000:.1f} kB" if size_bytes >= 1000 else f"{size_bytes} bytes"
