//! Opening a mail as its reader would: from the mailbox, with its PDF rendered and its QR codes read from the
//! rendered pages.

use std::{path::Path, process::Stdio, time::Duration};

use anyhow::{Context as _, ensure};
use client::{Api, Call};
use mail_parser::{MessageParser, MimeHeaders as _};
use tokio::{process::Command, time::Instant};

/// How long a mail may take.
const MOST: Duration = Duration::from_secs(30);

/// The mailbox server's web address.
pub(crate) struct Mailbox(Api);

/// A mail, taken apart.
pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) pdf: Option<Vec<u8>>,
    pub(crate) calendar: Option<String>,
}

impl Mailbox {
    /// The mailbox at `base`.
    pub(crate) fn new(base: &str) -> Self {
        Self(Api::new(base))
    }

    /// Waits for the one mail to `email` whose subject contains `subject`.
    pub(crate) async fn wait_for(&self, email: &str, subject: &str) -> anyhow::Result<Mail> {
        let deadline = Instant::now() + MOST;
        loop {
            let found = self.list(email, subject).await?;
            ensure!(found.len() < 2, "{} mails to {email} with {subject:?}, one was due", found.len());
            if let Some(id) = found.first() {
                return self.open(id).await;
            }
            ensure!(
                Instant::now() < deadline,
                "no mail to {email} with {subject:?} within {} s",
                MOST.as_secs()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn list(&self, email: &str, subject: &str) -> anyhow::Result<Vec<String>> {
        let list = self.0.call(Call::get(format!("/messages?to={email}"))).await?.expect(200)?;
        let list = list.as_array().context("a list of mails")?.iter();
        Ok(list
            .filter(|mail| mail["subject"].as_str().is_some_and(|found| found.contains(subject)))
            .filter_map(|mail| Some(mail["id"].as_str()?.to_owned()))
            .collect())
    }

    async fn open(&self, id: &str) -> anyhow::Result<Mail> {
        let raw = self.0.call(Call::get(format!("/messages/{id}"))).await?;
        ensure!(raw.status.is_success(), "the mailbox does not give mail {id}");
        let mail = MessageParser::default().parse(&raw.body[..]).context("not a mail")?;
        let attached = |kind: &str| {
            let mut all = mail.attachments();
            let found = all.find(|part| {
                part.content_type().is_some_and(|t| t.subtype().is_some_and(|s| s.eq_ignore_ascii_case(kind)))
            });
            found.map(|part| part.contents().to_vec())
        };
        Ok(Mail {
            subject: mail.subject().unwrap_or_default().to_owned(),
            text: mail.body_text(0).context("no text part")?.into_owned(),
            html: mail.body_html(0).context("no HTML part")?.into_owned(),
            pdf: attached("pdf"),
            calendar: attached("calendar").map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        })
    }
}

/// Renders each page of a PDF and reads its QR code: one code a page, in order.
pub(crate) async fn read_codes(pdf: &[u8]) -> anyhow::Result<Vec<String>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("tickets.pdf");
    tokio::fs::write(&file, pdf).await?;
    run("pdftoppm", &["-r", "120", "-png"], &[&file, &folder.path().join("page")]).await?;
    let mut pages: Vec<_> = std::fs::read_dir(folder.path())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "png"))
        .collect();
    pages.sort();
    let mut codes = Vec::new();
    for page in pages {
        let read = run("zbarimg", &["--quiet", "--raw"], &[&page]).await?;
        let lines: Vec<&str> = read.lines().collect();
        ensure!(lines.len() == 1, "{} QR codes on a page, one was due", lines.len());
        codes.push(lines[0].to_owned());
    }
    Ok(codes)
}

async fn run(program: &str, options: &[&str], files: &[&Path]) -> anyhow::Result<String> {
    let output = Command::new(program)
        .args(options)
        .args(files)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("{program} cannot be run; infra/test installs it"))?;
    ensure!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
