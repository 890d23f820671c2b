//! The scripts, and how their arguments and replies are written. Each file says what it takes and answers.

use std::sync::LazyLock;

use fred::types::{Value, scripts::Script};

use super::LockError;
use crate::domain::{AreaIndex, SeatIndex};

macro_rules! scripts {
    ($($name:ident => $($file:literal)+,)*) => {$(
        pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
            Script::from_lua(concat!(include_str!("scripts/prelude.lua") $(, include_str!(concat!("scripts/", $file)))+))
        });
    )*};
}

scripts! {
    ACTS => "acts/begin.lua" "acts/hold.lua" "acts/get.lua" "acts/release.lua" "acts/extend.lua" "acts/claim.lua"
        "acts/settle.lua" "acts/end.lua",
    SWEEP => "sweep.lua",
    INSTALL => "install.lua",
    RESTORE => "restore.lua",
    LIST => "list.lua",
    BLOCK => "block.lua",
    SWAP => "swap.lua",
    REPAIR => "repair.lua",
    REPAINT => "repaint.lua",
}

/// `12,13`
pub(super) fn seats_text(seats: &[SeatIndex]) -> String {
    seats.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// `0:2,1:1`
pub(super) fn areas_text(areas: &[(AreaIndex, u32)]) -> String {
    areas.iter().map(|(area, quantity)| format!("{area}:{quantity}")).collect::<Vec<_>>().join(",")
}

pub(super) fn texts<const N: usize>(args: [String; N]) -> Vec<Value> {
    args.map(Value::from).into()
}

pub(super) fn parse_seats(text: &str) -> Result<Vec<SeatIndex>, LockError> {
    text.split(',').filter(|part| !part.is_empty()).map(parse).collect()
}

pub(super) fn parse_areas(text: &str) -> Result<Vec<(AreaIndex, u32)>, LockError> {
    let pair = |part: &str| {
        let (area, quantity) = part.split_once(':').ok_or_else(|| LockError::reply(text))?;
        Ok((parse(area)?, parse(quantity)?))
    };
    text.split(',').filter(|part| !part.is_empty()).map(pair).collect()
}

pub(super) fn parse<T: std::str::FromStr>(text: &str) -> Result<T, LockError> {
    text.parse().map_err(|_| LockError::reply(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_as_they_were_sent() {
        let (seats, areas) = (vec![0, 12, 19_999], vec![(0, 2), (3, 1)]);
        assert_eq!(parse_seats(&seats_text(&seats)).unwrap(), seats);
        assert_eq!(parse_areas(&areas_text(&areas)).unwrap(), areas);
        assert!(parse_seats("").unwrap().is_empty() && parse_areas("").unwrap().is_empty());
        assert!(parse_seats("1,x").is_err() && parse_areas("1").is_err());
    }
}
