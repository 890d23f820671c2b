"""Tests of the mailbox over real SMTP and HTTP: /usr/bin/python3 -B -m unittest discover infra/mailbox"""

import json
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from email.message import EmailMessage
from pathlib import Path

_HERE = Path(__file__).parent


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class MailboxTest(unittest.TestCase):
    """Each test has a mailbox of its own."""

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.start()
        self.addCleanup(self.stop)

    def start(self) -> None:
        self.smtp_port, self.web_port = _free_port(), _free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-B", str(_HERE), "--folder", self.folder.name]
            + ["--smtp-port", str(self.smtp_port), "--web-port", str(self.web_port)]
        )
        deadline = time.monotonic() + 20
        for port in (self.smtp_port, self.web_port):
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    self.assertLess(time.monotonic(), deadline, "the mailbox does not start")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.web_port}{path}", timeout=5) as response:
            return response.read()

    def listed(self, query: str = "") -> list[dict[str, str]]:
        return json.loads(self.get(f"/messages{query}"))

    def send(self, to: str, mail: EmailMessage | bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=5) as smtp:
            smtp.sendmail("tickets@onsale.example", [to], mail.as_bytes() if isinstance(mail, EmailMessage) else mail)

    def test_mail_with_an_attachment_is_listed_shown_and_downloadable(self) -> None:
        mail = EmailMessage()
        mail["Subject"], mail["To"] = "Karten für Ünal €", "fan@onsale.example"
        mail.set_content("plain")
        mail.add_alternative("<h1>rich</h1>", subtype="html")
        mail.add_attachment(b"%PDF-" + bytes(range(256)), maintype="application", subtype="pdf", filename="tickets.pdf")
        self.send("fan@onsale.example", mail)
        [entry] = self.listed()
        self.assertEqual((entry["to"], entry["subject"]), ("fan@onsale.example", "Karten für Ünal €"))
        self.assertEqual(self.get(f"/view/{entry['id']}/parts/0"), b"%PDF-" + bytes(range(256)))
        self.assertIn(b"<h1>rich</h1>", self.get(f"/view/{entry['id']}/html"))
        self.assertIn(b"tickets.pdf", self.get(f"/view/{entry['id']}"))

    def test_lines_that_begin_with_dots_arrive_as_they_were_sent(self) -> None:
        text = b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nend\r\n"
        self.send("fan@onsale.example", text)
        [entry] = self.listed()
        self.assertTrue(self.get(f"/messages/{entry['id']}").endswith(text))

    def test_what_came_with_a_message_is_escaped(self) -> None:
        self.send("fan@onsale.example", b"Subject: <script>alert(1)</script>\r\n\r\n<script>alert(2)</script>\r\n")
        [entry] = self.listed()
        for page in ("/", f"/view/{entry['id']}", "/?to=%3Cscript%3E"):
            self.assertNotIn(b"<script", self.get(page))

    def test_mail_is_found_by_recipient_and_survives_a_restart(self) -> None:
        for number in range(3):
            self.send(f"fan{number}@onsale.example", f"Subject: number {number}\r\n\r\ntext\r\n".encode())
        before = self.listed()
        self.assertEqual([entry["subject"] for entry in before], ["number 2", "number 1", "number 0"])
        self.assertEqual(self.stop(), 0)
        self.start()
        self.assertEqual(self.listed(), before)
        self.assertEqual([entry["subject"] for entry in self.listed("?to=FAN1@onsale.example")], ["number 1"])

    def test_only_messages_of_the_index_are_read(self) -> None:
        for path in ("/messages/..%2Ftmp", "/messages/%2Fetc%2Fpasswd", "/view/x/parts/0", "/nothing"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                self.get(path)
            refused.exception.close()
            self.assertEqual(refused.exception.code, 404)


if __name__ == "__main__":
    unittest.main()
