"""A mail server for development: takes any mail by SMTP, keeps it in a Maildir, shows it on a web page.

    python3 infra/mailbox --folder FOLDER --smtp-port 2525 --web-port 8025
"""

import argparse
import asyncio
import signal
import threading
from pathlib import Path

from maildir import Maildir
from receiver import Receiver
from web import Web


async def run(arguments: argparse.Namespace) -> None:
    """Serves both sides until SIGTERM or SIGINT."""
    maildir = Maildir(arguments.folder)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(asked, stop.set)
    web = Web((arguments.listen, arguments.web_port), maildir)
    threading.Thread(target=web.serve_forever, name="web", daemon=True).start()
    smtp = await loop.create_server(lambda: Receiver(maildir), arguments.listen, arguments.smtp_port, backlog=256)
    await stop.wait()
    smtp.close()
    web.shutdown()


def main() -> None:
    """Reads the arguments."""
    parser = argparse.ArgumentParser(prog="mailbox", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the Maildir")
    parser.add_argument("--listen", default="127.0.0.1", help="the address to bind (default: %(default)s)")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--web-port", type=int, required=True)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
