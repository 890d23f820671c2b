//! Steps: named, timed, printed as they end.

use std::io::{IsTerminal as _, Write as _};

use anyhow::Context as _;
use tokio::time::Instant;

/// The steps so far.
pub(crate) struct Steps {
    count: usize,
    started: Instant,
}

impl Default for Steps {
    fn default() -> Self {
        Self { count: 0, started: Instant::now() }
    }
}

impl Steps {
    /// Begins a chapter.
    pub(crate) fn chapter(&self, title: &str) {
        say(&format!("\n{title}"));
    }

    /// Takes one step and prints how long it took.
    pub(crate) async fn take<T>(
        &mut self,
        name: &str,
        step: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        self.count += 1;
        let begun = Instant::now();
        let outcome = step.await;
        let (mark, ms) = (if outcome.is_ok() { "ok  " } else { "FAIL" }, begun.elapsed().as_millis());
        say(&format!("{mark} {:>2}  {name:<86} {ms:>6} ms", self.count));
        outcome.with_context(|| format!("step {} failed: {name}", self.count))
    }

    /// Says how it ended.
    pub(crate) fn finish(&self) {
        let seconds = self.started.elapsed().as_secs_f64();
        say(&format!("\n{} steps, all as they should be, in {seconds:.1} s", self.count));
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout();
    let line = match (out.is_terminal(), line.split_at_checked(4)) {
        (true, Some(("ok  ", rest))) => format!("\x1b[32mok\x1b[0m  {rest}"),
        (true, Some(("FAIL", rest))) => format!("\x1b[31mFAIL\x1b[0m{rest}"),
        _ => line.to_owned(),
    };
    // Whoever closed the pipe does not want to read on.
    let _ = writeln!(out, "{line}");
}
