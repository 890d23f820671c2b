//! What the page must say, and must not.

use super::*;
use crate::report::{Incident, Verdict};

fn report() -> Report {
    let second = |at_s| super::super::Second {
        at_s,
        counts: [("waiting".to_owned(), 500 - at_s)].into(),
        steps: [(
            "join".to_owned(),
            super::super::Quantiles { count: 9, p99_us: 300_000, ..Default::default() },
        )]
        .into(),
    };
    let mut times = crate::tally::histogram();
    times.saturating_record_n(300_000, 90);
    Report {
        title: "<script>alert(1)</script> & Söhne".into(),
        fans: 1_000,
        planned_fans: 1_000,
        release_build: true,
        verdicts: vec![Verdict::new("kept", true, "Kept."), Verdict::new("broken", false, "Broken.")],
        steps: [("join".to_owned(), Step::new(&times, 0))].into(),
        limits_ms: [("join".to_owned(), 250.0)].into(),
        seconds: (-20..40).map(second).collect(),
        happened: vec![Incident { after_ms: 5_000, what: "api-1 was killed".into() }],
        breaches: vec!["fan 7: <b>lost</b>".into()],
        ..Report::default()
    }
}

#[test]
fn what_others_wrote_is_escaped_and_nothing_is_loaded() {
    let page = write(&report()).unwrap();
    assert!(!page.contains("<script") && !page.contains("<b>lost"), "{page}");
    assert!(page.contains("&#60;script&#62;") && page.contains("Söhne"));
    for from_elsewhere in ["http:", "https:", "src=", "href=", "@import", "url("] {
        assert!(!page.contains(from_elsewhere), "{from_elsewhere}");
    }
}

#[test]
fn what_failed_comes_first() {
    let page = write(&report()).unwrap();
    assert!(page.contains("It does not hold.") && page.contains("1 of 2 things"));
    assert!(page.find("Broken.").unwrap() < page.find("Kept.").unwrap());
    assert!(page.contains("above its limit of 250 ms"));
    let page = write(&Report { holds: true, ..Report::default() }).unwrap();
    assert!(page.contains("It holds."));
}

#[test]
fn a_smaller_rehearsal_says_so() {
    let page = write(&Report { fans: 200, planned_fans: 100_000, ..report() }).unwrap();
    assert!(page.contains("Played with 200 of the scenario&#39;s 100,000 fans"));
    assert!(!write(&report()).unwrap().contains("Played with"));
}
