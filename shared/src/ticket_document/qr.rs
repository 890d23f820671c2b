//! The code as a QR symbol: dark runs for the PDF, one path for SVG.

use qrcode::{
    Color, EcLevel,
    bits::encode_auto,
    canvas::{Canvas, MaskPattern},
    ec::construct_codewords,
    render::{Renderer, svg},
    types::QrResult,
};

/// White border that a reader needs around the symbol, in modules (ISO/IEC 18004).
pub(super) const QUIET_MODULES: u32 = 4;

/// 15 % of it may be damaged (a folded print, a cracked screen); more would make the modules smaller.
const CORRECTION: EcLevel = EcLevel::M;
/// Inverts modules so that no large areas of one colour are left. A writer would try all eight masks and take the one that
/// looks most even, which takes a third of a ticket's time; what is in our codes is a signature for the most part, so that
/// each mask leaves it as even as any other, and readers find in the symbol which one it was.
const MASK: MaskPattern = MaskPattern::Checkerboard;

/// A symbol: its width and its modules, row by row.
struct Symbol {
    width: usize,
    modules: Vec<Color>,
}

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
    let Symbol { width, modules } = symbol(code)?;
    let mut runs: Vec<Run> = Vec::new();
    for (row, modules) in modules.chunks(width).enumerate() {
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
    let Symbol { width, modules } = symbol(code)?;
    Ok(Renderer::<svg::Color<'_>>::new(&modules, width, QUIET_MODULES)
        .min_dimensions(320, 320)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build())
}

fn symbol(code: &str) -> Result<Symbol, QrError> {
    draw(code).map_err(|_| QrError)
}

fn draw(code: &str) -> QrResult<Symbol> {
    let bits = encode_auto(code.as_bytes(), CORRECTION)?;
    let version = bits.version();
    let (data, correction) = construct_codewords(&bits.into_bytes(), version, CORRECTION)?;
    let mut canvas = Canvas::new(version, CORRECTION);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(MASK);
    Ok(Symbol { width: version.width().unsigned_abs().into(), modules: canvas.into_colors() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cover_exactly_the_dark_modules() {
        let (width, runs) = runs("OS1ABC").unwrap();
        let modules = symbol("OS1ABC").unwrap().modules;
        let dark = modules.iter().filter(|module| **module == Color::Dark).count();
        assert_eq!(runs.iter().map(|run| run.length).sum::<usize>(), dark);
        assert!(runs.iter().all(|run| run.from + run.length <= width && run.row < width));
    }

    #[test]
    fn an_endless_text_is_refused() {
        assert_eq!(qr_svg(&"x".repeat(8_000)), Err(QrError));
    }
}
