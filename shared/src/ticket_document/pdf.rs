//! From drawn pages to a PDF file.

use std::{collections::BTreeSet, io::Write as _};

use flate2::{Compression, write::ZlibEncoder};
use printpdf::{Mm, Op, PdfDocument, PdfFont, PdfPage, PdfSaveOptions, Pt};

use super::{
    TicketDocument,
    canvas::{Canvas, Weight},
    page,
    qr::QrError,
    words::words,
};

/// 1 fastest … 9 smallest.
const COMPRESSION: u32 = 1;

pub(super) fn render(document: &TicketDocument) -> Result<Vec<u8>, QrError> {
    let drawn =
        document.tickets.iter().enumerate().map(|(number, ticket)| page::draw(document, number, ticket));
    let canvases: Vec<Canvas> = drawn.collect::<Result<_, _>>()?;

    let mut pdf = PdfDocument::new(&format!("{}: {}", words(document.locale).tickets, document.event.title));
    pdf.metadata.info.creator = "Onsale".into();
    pdf.metadata.info.identifier = document.booking_id.to_string();
    let used = |letters: fn(&Canvas) -> &BTreeSet<char>| canvases.iter().flat_map(letters).copied().collect();
    for (weight, letters) in [
        (Weight::Regular, used(|canvas: &Canvas| &canvas.regular)),
        (Weight::Bold, used(|canvas: &Canvas| &canvas.bold)),
    ] {
        let face = weight.face();
        pdf.resources.fonts.map.insert(face.id(), PdfFont::new(face.only(&letters)));
    }
    pdf.with_pages(canvases.into_iter().map(|canvas| sheet(canvas.ops)).collect());
    Ok(file(&pdf))
}

/// The bytes, compressed quickly: the library itself would spend half of all the time on the last tenth of size.
fn file(pdf: &PdfDocument) -> Vec<u8> {
    // The fonts are cut down already; what the library would warn of cannot happen to known faces.
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, ..PdfSaveOptions::default() };
    let mut pdf = pdf.to_lopdf_document(&options, &mut Vec::new());
    for stream in pdf.objects.values_mut().filter_map(|object| object.as_stream_mut().ok()) {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(COMPRESSION));
        // Writing to memory does not fail; a stream left as it is would be larger, not wrong.
        if let Ok(compressed) = encoder.write_all(&stream.content).and_then(|()| encoder.finish()) {
            stream.dict.set("Filter", "FlateDecode");
            stream.set_content(compressed);
        }
    }
    let mut bytes = Vec::new();
    // Nor does this.
    let _ = pdf.save_to(&mut bytes);
    bytes
}

fn sheet(ops: Vec<Op>) -> PdfPage {
    let (width, height) = (Mm::from(Pt(page::PAGE_WIDTH)), Mm::from(Pt(page::PAGE_HEIGHT)));
    PdfPage::new(width, height, ops)
}
