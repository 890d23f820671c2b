//! Tables: one seat a line.

use super::{Export, kind_word};

/// The seats as a table `section,row,seat,x,y,tier,kind,id`, in centimetres. Standing areas have no place in it.
///
/// # Errors
/// None that a map could be the reason of; those of the library.
pub fn csv(export: &Export<'_>) -> Result<String, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(["section", "row", "seat", "x", "y", "tier", "kind", "id"])?;
    for index in 0..export.map.seat_count() {
        let Some(seat) = export.map.seat(index) else { continue };
        let [x, y] = export.position(index);
        writer.write_record([
            seat.section,
            &seat.row,
            &seat.number,
            &x.to_string(),
            &y.to_string(),
            &export.tier_name(seat.tier),
            kind_word(seat.kind),
            export.identity(index),
        ])?;
    }
    let bytes = writer.into_inner().map_err(|error| ::csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
