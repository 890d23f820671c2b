# shellcheck shell=bash
# The mailbox: a local mail server for development, with a web page to read the mail.

need_ports_mailbox() {
    need_port "$SMTP_PORT" "the mailbox's SMTP"
    need_port "$MAILBOX_PORT" "the mailbox's web page"
}

launch_mailbox() {
    need_ports_mailbox
    launch mailbox /usr/bin/python3 -B "$INFRA/mailbox" --smtp-port "$SMTP_PORT" --web-port "$MAILBOX_PORT" \
        --folder "$STATE/mail"
}

mailbox_answers() {
    port_taken "$SMTP_PORT" && curl -fsS -m 5 -o /dev/null "http://127.0.0.1:$MAILBOX_PORT/health"
}

await_mailbox() {
    await mailbox 20 mailbox_answers
}
