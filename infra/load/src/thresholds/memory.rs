//! What waiting fans take of memory.

use crate::{
    report::{Report, Second, Verdict, nice},
    resources::{memory_of_all, memory_of_largest},
};

/// The notifiers' memory with most sockets open, less what they had at the beginning.
pub(super) fn of_a_socket(limit_kb: u32, report: &Report) -> Verdict {
    let name = "socket_kb";
    let of = |at: &Second, what: &str| at.counts.get(what).copied();
    let memory = memory_of_all("notifier");
    let with = |at: &Second| Some((of(at, "sockets")?, of(at, &memory)?));
    let most = report.seconds.iter().filter_map(with).max();
    let Some((first, (sockets, kb))) =
        report.seconds.iter().find_map(|at| of(at, &memory)).zip(most.filter(|(sockets, _)| *sockets > 0))
    else {
        return Verdict::new(name, false, "No socket was open when the notifiers were looked at.");
    };
    let tenths = (kb - first).max(0) * 10 / sockets;
    let said = format!(
        "Each of {} fans who waited on a live connection took {}.{} kB of the notifiers' memory (limit {limit_kb} kB).",
        nice::count(sockets),
        tenths / 10,
        tenths % 10
    );
    Verdict::new(name, tenths <= i64::from(limit_kb) * 10, said)
}

/// The largest that an API was.
pub(super) fn of_an_api(limit_mb: u32, report: &Report) -> Verdict {
    let memory = memory_of_largest("api");
    let most = report.seconds.iter().filter_map(|at| at.counts.get(&memory)).max().copied().unwrap_or(0);
    let said = format!("No API took more than {most} MB of memory (limit {limit_mb} MB).");
    Verdict::new("api_mb", most > 0 && most <= i64::from(limit_mb), said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(seconds: &[(i64, i64, i64)]) -> Report {
        let second = |(sockets, kb, mb): &(i64, i64, i64)| Second {
            counts: [
                ("sockets".to_owned(), *sockets),
                (memory_of_all("notifier"), *kb),
                (memory_of_largest("api"), *mb),
            ]
            .into(),
            ..Second::default()
        };
        Report { seconds: seconds.iter().map(second).collect(), ..Report::default() }
    }

    #[test]
    fn a_socket_takes_what_was_added_since_the_beginning() {
        let seen = report(&[(0, 10_000, 40), (1_000, 17_990, 60), (1_000, 18_000, 90), (900, 30_000, 80)]);
        assert!(of_a_socket(8, &seen).holds);
        assert!(of_a_socket(8, &seen).said.contains("took 8.0 kB"), "{:?}", of_a_socket(8, &seen));
        assert!(!of_a_socket(7, &seen).holds);
        assert!(!of_a_socket(8, &Report::default()).holds, "nobody looked");
        assert!(!of_a_socket(8, &report(&[(0, 9, 9)])).holds, "nobody waited on one");
        assert!(of_an_api(90, &seen).holds && !of_an_api(89, &seen).holds);
        assert!(!of_an_api(9, &Report::default()).holds, "nobody looked");
    }
}
