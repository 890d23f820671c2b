//! Collects what is found in a file.

use super::{Finding, Findings, MAX_FINDINGS, Severity};

/// Where in a file something is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Origin {
    pub(crate) element: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// In the file's own units.
    pub(crate) at: Option<[f64; 2]>,
}

impl Origin {
    /// The file as a whole.
    pub(crate) fn file() -> Self {
        Self::default()
    }
}

/// Everything found so far, bounded.
#[derive(Debug, Default)]
pub(crate) struct Report {
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
    left_out: usize,
}

impl Report {
    pub(crate) fn error(&mut self, code: &'static str, origin: &Origin, message: impl Into<String>) {
        self.add(Severity::Error, code, origin, message.into());
    }

    pub(crate) fn warn(&mut self, code: &'static str, origin: &Origin, message: impl Into<String>) {
        self.add(Severity::Warning, code, origin, message.into());
    }

    fn add(&mut self, severity: Severity, code: &'static str, origin: &Origin, message: String) {
        let list = if severity == Severity::Error { &mut self.errors } else { &mut self.warnings };
        if list.len() >= MAX_FINDINGS {
            self.left_out += 1;
            return;
        }
        let Origin { element, line, column, at } = origin.clone();
        let (x, y) = at.filter(|at| at.iter().all(|part| part.is_finite())).map(|[x, y]| (x, y)).unzip();
        list.push(Finding { severity, code, message, element, line, column, x, y });
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// This and what another report has.
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.errors.extend(other.errors);
        self.warnings.extend(other.warnings);
        self.left_out += other.left_out;
        self
    }

    /// Everything, errors first.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.errors;
        findings.extend(self.warnings);
        let left_out = self.left_out + findings.len().saturating_sub(MAX_FINDINGS);
        findings.truncate(MAX_FINDINGS);
        if left_out > 0 {
            let severity = findings.last().map_or(Severity::Warning, |last| last.severity);
            findings.push(Finding {
                severity,
                code: "more",
                message: format!("and {left_out} more"),
                element: String::new(),
                line: 0,
                column: 0,
                x: None,
                y: None,
            });
        }
        findings
    }

    /// Everything as a refusal.
    pub(crate) fn refuse(self) -> Findings {
        Findings(self.into_findings())
    }
}
