//! Uploaded pictures. What is uploaded is decoded, scaled and written anew, so nothing of the file itself is kept: no
//! hidden data, no place where it was taken.

use std::{io::Cursor, sync::LazyLock};

use axum::{
    body::Bytes,
    extract::rejection::BytesRejection,
    http::{HeaderMap, StatusCode, header},
};
use image::{
    DynamicImage, GenericImageView as _, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder, imageops::FilterType,
};
use tokio::sync::Semaphore;

use crate::{extract::bad_body, problem::Problem};

/// Most bytes of an uploaded picture.
pub(crate) const PICTURE_BYTES: usize = 5 * 1024 * 1024;
/// Pictures are decoded one at a time: one may take some hundred megabytes.
static DECODING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(1));
/// Widths of what is kept, pixels.
const LARGE_WIDTH: u32 = 1_600;
const SMALL_WIDTH: u32 = 640;
/// Sizes that are taken, pixels.
const LEAST: (u32, u32) = (320, 200);
const MOST_SIDE: u32 = 10_000;
const MOST_PIXELS: u64 = 40_000_000;
/// Of the longer side to the shorter.
const MOST_RATIO: u32 = 3;
/// What decoding may take: four bytes a pixel, and as much again to work with.
const MOST_BYTES: u64 = MOST_PIXELS * 8;
const QUALITY: u8 = 82;

/// A picture as it is kept.
#[derive(Debug)]
pub(crate) struct Picture {
    /// At most 1600 pixels wide, JPEG.
    pub large: Vec<u8>,
    /// At most 640 pixels wide, JPEG.
    pub small: Vec<u8>,
    /// Of the large one.
    pub width: u32,
    /// Of the large one.
    pub height: u32,
    /// Like `#0c2a4f`.
    pub colour: String,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("the file is not what its Content-Type says")]
    OtherFormat,
    #[error("{0} × {1} pixels are too few: at least 320 × 200")]
    TooSmall(u32, u32),
    #[error("{0} × {1} pixels are too many: at most 10000 a side and 40 million together")]
    TooLarge(u32, u32),
    #[error("{0} × {1} pixels: one side may be at most three times the other")]
    TooNarrow(u32, u32),
    #[error("the picture cannot be read: the file is damaged or of an unusual kind")]
    Unreadable(#[source] image::ImageError),
}

/// A picture as it was uploaded: a JPEG, PNG or WebP of at most 5 MB.
///
/// # Errors
/// 413, 415 and 422 say what is wrong with it.
pub(crate) async fn uploaded(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Picture, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let format = format_of(kind).ok_or_else(|| {
        let detail = "Content-Type must be image/jpeg, image/png or image/webp.";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-a-picture", "Not a picture", detail)
    })?;
    let body = body.map_err(|rejection| bad_body(&rejection))?;
    // Closed never.
    let _turn = DECODING.acquire().await.map_err(Problem::internal)?;
    let remade = tokio::task::spawn_blocking(move || remake(&body, format)).await;
    remade.map_err(Problem::internal)?.map_err(|fault| {
        let title = "The picture cannot be used";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-picture", title, fault.to_string())
    })
}

/// The format a Content-Type names, of those that are taken.
fn format_of(content_type: &str) -> Option<ImageFormat> {
    match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/png" => Some(ImageFormat::Png),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// Decodes within limits, turns upright, scales, and writes anew.
fn remake(bytes: &[u8], format: ImageFormat) -> Result<Picture, Fault> {
    if image::guess_format(bytes).ok() != Some(format) {
        return Err(Fault::OtherFormat);
    }
    let upright = decode(bytes, format)?;
    let large = flatten(&scaled(upright, LARGE_WIDTH));
    let small = DynamicImage::ImageRgb8(large.clone());
    let small = scaled(small, SMALL_WIDTH).into_rgb8();
    Ok(Picture {
        width: large.width(),
        height: large.height(),
        colour: average(&small),
        large: jpeg(&large)?,
        small: jpeg(&small)?,
    })
}

fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, Fault> {
    // The size is known from the first bytes; nothing is decoded before it was judged.
    let reader = || ImageReader::with_format(Cursor::new(bytes), format);
    let (width, height) = reader().into_dimensions().map_err(Fault::Unreadable)?;
    if width < LEAST.0 || height < LEAST.1 {
        return Err(Fault::TooSmall(width, height));
    }
    if width.max(height) > MOST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Fault::TooLarge(width, height));
    }
    if width.max(height) > width.min(height).saturating_mul(MOST_RATIO) {
        return Err(Fault::TooNarrow(width, height));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    let mut reader = reader();
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(Fault::Unreadable)?;
    let orientation = decoder.orientation().map_err(Fault::Unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(Fault::Unreadable)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// At most this wide; never made larger.
fn scaled(picture: DynamicImage, most_width: u32) -> DynamicImage {
    let (width, height) = picture.dimensions();
    if width <= most_width {
        return picture;
    }
    let scaled = u64::from(height) * u64::from(most_width) / u64::from(width);
    let height = u32::try_from(scaled).unwrap_or(height).max(1);
    picture.resize_exact(most_width, height, FilterType::CatmullRom)
}

/// What shines through shows white.
fn flatten(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0;
        let alpha = u16::from(alpha);
        let over = |part: u8| {
            let mixed = (u16::from(part) * alpha + 255 * (255 - alpha)) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Rgb([over(red), over(green), over(blue)])
    })
}

fn average(picture: &RgbImage) -> String {
    let mut sums = [0_u64; 3];
    for pixel in picture.pixels() {
        for (sum, part) in sums.iter_mut().zip(pixel.0) {
            *sum += u64::from(part);
        }
    }
    let pixels = (u64::from(picture.width()) * u64::from(picture.height())).max(1);
    let [red, green, blue] = sums.map(|sum| sum / pixels);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn jpeg(picture: &RgbImage) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    picture.write_with_encoder(encoder).map_err(Fault::Unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = RgbImage::from_pixel(width, height, Rgb([12, 42, 79]));
        DynamicImage::ImageRgb8(picture).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_scaled_and_its_colour_known() {
        let picture = remake(&written(2_000, 1_000, ImageFormat::Png), ImageFormat::Png).unwrap();
        assert_eq!((picture.width, picture.height), (1_600, 800));
        assert_eq!(picture.colour, "#0c2a4f");
        let small = image::load_from_memory(&picture.small).unwrap();
        assert_eq!(small.dimensions(), (640, 320));
        let picture = remake(&written(400, 400, ImageFormat::WebP), ImageFormat::WebP).unwrap();
        assert_eq!((picture.width, picture.height), (400, 400), "never made larger");
    }

    #[test]
    fn what_shines_through_shows_white() {
        let clear = DynamicImage::ImageRgba8(image::RgbaImage::new(400, 300));
        let mut bytes = Cursor::new(Vec::new());
        clear.write_to(&mut bytes, ImageFormat::Png).unwrap();
        assert_eq!(remake(bytes.get_ref(), ImageFormat::Png).unwrap().colour, "#ffffff");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let png = written(400, 300, ImageFormat::Png);
        assert!(matches!(remake(&png, ImageFormat::Jpeg), Err(Fault::OtherFormat)));
        assert!(matches!(remake(b"<svg/>", ImageFormat::Png), Err(Fault::OtherFormat)));
        assert!(matches!(remake(&png[..200], ImageFormat::Png), Err(Fault::Unreadable(_))));
        let of = |width, height| remake(&written(width, height, ImageFormat::Png), ImageFormat::Png);
        assert!(matches!(of(319, 300), Err(Fault::TooSmall(319, 300))));
        assert!(matches!(of(320, 961), Err(Fault::TooNarrow(320, 961))));
        assert!(matches!(of(10_001, 201), Err(Fault::TooLarge(10_001, 201))));
    }
}
