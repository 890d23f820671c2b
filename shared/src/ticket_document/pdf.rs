//! From drawn pages to a PDF file.
//!
//! The library makes the file's structure. What is large is put in here: the compressed font programs, which are made
//! once for many documents (see [`face`](super::face)), and the symbols, which are some hundred rectangles.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use printpdf::{Mm, PdfDocument, PdfFont, PdfPage, PdfSaveOptions, Pt};

use super::{
    TicketDocument,
    canvas::Canvas,
    face::{Cut, compressed},
    page,
    qr::QrError,
    typeface::Font,
    words::words,
};

/// 1 fastest … 9 smallest: half of all time would go into the last tenth of size.
const COMPRESSION: u32 = 1;

pub(super) fn render(document: &TicketDocument) -> Result<Vec<u8>, QrError> {
    let drawn =
        document.tickets.iter().enumerate().map(|(number, ticket)| page::draw(document, number, ticket));
    let mut canvases: Vec<Canvas> = drawn.collect::<Result<_, _>>()?;

    let mut pdf = PdfDocument::new(&format!("{}: {}", words(document.locale).tickets, document.event.title));
    pdf.metadata.info.creator = "Onsale".into();
    pdf.metadata.info.identifier = document.booking_id.to_string();
    let mut used: BTreeMap<Font, BTreeSet<char>> = BTreeMap::new();
    for (font, letters) in canvases.iter().flat_map(|canvas| &canvas.letters) {
        used.entry(*font).or_default().extend(letters);
    }
    let mut cuts = Vec::with_capacity(used.len());
    for (font, letters) in used {
        let cut = font.face().cut(letters);
        pdf.resources.fonts.map.insert(font.face().id(), PdfFont::new(cut.font.clone()));
        cuts.push(cut);
    }
    pdf.with_pages(canvases.iter_mut().map(sheet).collect());
    Ok(file(&pdf, &canvases, &cuts))
}

fn sheet(canvas: &mut Canvas) -> PdfPage {
    let (width, height) = (Mm::from(Pt(page::PAGE_WIDTH)), Mm::from(Pt(page::PAGE_HEIGHT)));
    PdfPage::new(width, height, std::mem::take(&mut canvas.ops))
}

/// The bytes.
fn file(pdf: &PdfDocument, canvases: &[Canvas], cuts: &[Arc<Cut>]) -> Vec<u8> {
    // The fonts are cut down already; what the library would warn of cannot happen to known faces.
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, ..PdfSaveOptions::default() };
    let mut pdf = pdf.to_lopdf_document(&options, &mut Vec::new());
    let pages: Vec<_> = pdf.page_iter().zip(canvases).collect();
    for (page, canvas) in pages {
        let content = pdf.get_page_contents(page).first().copied();
        let content = content.and_then(|content| pdf.get_object_mut(content).ok()?.as_stream_mut().ok());
        if let Some(content) = content {
            content.content.extend_from_slice(canvas.symbols.as_bytes());
        }
    }
    for stream in pdf.objects.values_mut().filter_map(|object| object.as_stream_mut().ok()) {
        let compressed = match cuts.iter().find(|cut| cut.font.original_bytes == stream.content) {
            Some(cut) => {
                stream.dict.set("Length1", i64::try_from(cut.program_bytes).unwrap_or(i64::MAX));
                cut.program.clone()
            }
            None => compressed(&stream.content, COMPRESSION),
        };
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(compressed);
    }
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = pdf.save_to(&mut bytes);
    bytes
}
