//! The program: its lines, its exit code, its patience.

use std::process::Output;

use shared::contracts::process_booking::Admission;

use crate::support::{Store, capture};

async fn audit(store: &Store, settle_seconds: &str) -> Output {
    tokio::process::Command::new(env!("CARGO_BIN_EXE_audit"))
        .env_remove("MAILBOX_URL")
        .envs(store.engines.environment())
        .args(["--settle-seconds", settle_seconds])
        .output()
        .await
        .unwrap()
}

#[tokio::test]
async fn one_line_a_promise_and_an_exit_code() {
    let store = Store::healthy().await;
    let passed = audit(&store, "0").await;
    let lines = String::from_utf8(passed.stdout).unwrap();
    assert_eq!(passed.status.code(), Some(0), "{lines}");
    assert_eq!(lines.matches(": holds").count(), 8, "{lines}");
    assert!(lines.ends_with("audit: all promises hold\n"), "{lines}");

    store.run("UPDATE area_stock SET sold = 7 WHERE area_index = 0").await;
    let failed = audit(&store, "0").await;
    let lines = String::from_utf8(failed.stdout).unwrap();
    assert_eq!(failed.status.code(), Some(1), "{lines}");
    assert!(lines.starts_with("promise 1: BROKEN"), "{lines}");
    assert!(lines.ends_with("audit: 1 promise is broken\n"), "{lines}");
    store.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_for_what_is_under_way() {
    let store = Store::healthy().await;
    let waiting = store.sale.accepted(store.fan().await, &[Admission::Area(0)]).await;
    let (output, ()) = tokio::join!(audit(&store, "30"), async {
        capture(&store.sale, &store.sale.commit(&waiting).await).await;
        store.mail(&waiting).await;
        store.run("UPDATE outbox SET published_at = now()").await;
    });
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{lines}");
    store.finish().await;
}
