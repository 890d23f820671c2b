"""The SMTP side: takes every message that is sent to it."""

from aiosmtpd.smtp import SMTP, Envelope, Session

from maildir import Maildir

_MESSAGE_LIMIT_BYTES = 32 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_IDLE_LIMIT_S = 3600
_END = b"\r\n.\r\n"


class Receiver(SMTP):
    """aiosmtpd's server, but reading a message in large pieces: line by line costs many times as much."""

    line_length_limit = _CHUNK_BYTES

    def __init__(self, maildir: Maildir) -> None:
        super().__init__(
            _Keeper(maildir),
            data_size_limit=_MESSAGE_LIMIT_BYTES,
            enable_SMTPUTF8=True,
            ident="Onsale mailbox",
            hostname="localhost",
            timeout=_IDLE_LIMIT_S,
        )

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 (aiosmtpd finds it by this name)
        """Takes the message, up to the line that holds only a dot."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        data = await self._read_data()
        if data is None:
            await self.push("552 Error: Too much mail data")
        else:
            self.envelope.content = self.envelope.original_content = data
            await self.push(await self.event_handler.handle_DATA(self, self.session, self.envelope))
        self._set_post_data_state()

    async def _read_data(self) -> bytes | None:
        """The message, or None when it is too large. Clients wait for the answer, so nothing follows it."""
        data = bytearray(b"\r\n")
        too_large = False
        while not data.endswith(_END):
            self._reset_timeout()
            chunk = await self._reader.read(_CHUNK_BYTES)
            if not chunk:
                raise ConnectionResetError("the connection ended within a message")
            data += chunk
            if len(data) > _MESSAGE_LIMIT_BYTES:
                too_large = True
                del data[: -len(_END)]
        # A line that begins with a dot was sent with one more (RFC 5321, 4.5.2).
        return None if too_large else bytes(data[: -len(_END) + 2].replace(b"\r\n.", b"\r\n")[2:])


class _Keeper:
    """Hands what has arrived to the Maildir."""

    def __init__(self, maildir: Maildir) -> None:
        self._maildir = maildir

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._maildir.add(envelope.mail_from or "", envelope.rcpt_tos, envelope.content)
        return "250 OK"
