//! The code as a QR symbol: dark runs for the PDF, one path for SVG.

use qrcode::{Color, EcLevel, QrCode, render::svg};

/// White border that a reader needs around the symbol, in modules (ISO/IEC 18004).
pub(super) const QUIET_MODULES: usize = 4;

/// A run of dark modules in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Row from the top.
    pub(super) row: usize,
    /// First column.
    pub(super) from: usize,
    /// Modules.
    pub(super) length: usize,
}

/// A text that does not fit into any QR symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is too long for a QR code")]
pub struct QrError;

/// The symbol's width in modules and its dark runs.
pub(super) fn runs(code: &str) -> Result<(usize, Vec<Run>), QrError> {
    let symbol = symbol(code)?;
    let width = symbol.width();
    let colors = symbol.to_colors();
    let mut runs: Vec<Run> = Vec::new();
    for (row, modules) in colors.chunks(width).enumerate() {
        for (column, _) in modules.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            match runs.last_mut() {
                Some(run) if run.row == row && run.from + run.length == column => run.length += 1,
                _ => runs.push(Run { row, from: column, length: 1 }),
            }
        }
    }
    Ok((width, runs))
}

/// The code as an SVG document of its own, with its quiet zone.
///
/// # Errors
/// When the text is too long for a QR code (a ticket code never is).
pub fn qr_svg(code: &str) -> Result<String, QrError> {
    Ok(symbol(code)?
        .render::<svg::Color<'_>>()
        .min_dimensions(320, 320)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build())
}

/// 15 % of it may be damaged (a folded print, a cracked screen); more would make the modules smaller.
fn symbol(code: &str) -> Result<QrCode, QrError> {
    QrCode::with_error_correction_level(code, EcLevel::M).map_err(|_| QrError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cover_exactly_the_dark_modules() {
        let (width, runs) = runs("OS1ABC").unwrap();
        let dark = symbol("OS1ABC").unwrap().to_colors().iter().filter(|c| **c == Color::Dark).count();
        assert_eq!(runs.iter().map(|run| run.length).sum::<usize>(), dark);
        assert!(runs.iter().all(|run| run.from + run.length <= width && run.row < width));
    }

    #[test]
    fn an_endless_text_is_refused() {
        assert_eq!(qr_svg(&"x".repeat(8_000)), Err(QrError));
    }
}
