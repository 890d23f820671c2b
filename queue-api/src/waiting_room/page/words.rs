//! Numbers, money and times as a language writes them, for the first look; the script has `Intl`.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use shared::domain::Currency;
use time::OffsetDateTime;

use super::{
    language::Language,
    texts::{Texts, filled},
};

/// One language.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) language: Language,
    pub(super) texts: &'static Texts,
}

impl Words {
    pub(super) fn of(language: Language) -> Self {
        Self { language, texts: Texts::of(language) }
    }

    /// 12,345
    pub(super) fn number(self, number: u64) -> String {
        let separator = match self.language {
            Language::German => '.',
            Language::French => '\u{202f}',
            _ => ',',
        };
        let digits = number.to_string();
        let mut text = String::with_capacity(digits.len() + 6);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// €12.50
    pub(super) fn money(self, minor: i64, currency: Currency) -> String {
        let digits = currency.minor_digits();
        let scale = 10_u64.pow(u32::try_from(digits).unwrap_or(2));
        let minor = minor.unsigned_abs();
        let whole = self.number(minor / scale);
        let point = if matches!(self.language, Language::German | Language::French) { ',' } else { '.' };
        let amount = if digits == 0 { whole } else { format!("{whole}{point}{:0digits$}", minor % scale) };
        let symbol = match currency.as_str() {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "$",
            "JPY" => "¥",
            code => code,
        };
        match self.language {
            Language::German | Language::French => format!("{amount}\u{a0}{symbol}"),
            _ if symbol.len() == 3 && symbol.is_ascii() => format!("{symbol}\u{a0}{amount}"),
            _ => format!("{symbol}{amount}"),
        }
    }

    /// A text of one or of many.
    pub(super) fn counted(self, name: &str, number: u64) -> String {
        let one = number == 1 || (number == 0 && self.language == Language::French);
        let name = format!("{name}_{}", if one { "one" } else { "other" });
        self.texts.live(&name, &[("n", &self.number(number))])
    }

    /// A date and a time of day in a zone of the IANA database.
    pub(super) fn when(self, at: OffsetDateTime, zone: &str) -> String {
        let zoned = in_zone(at, zone);
        let of = |list: &str, at: i8| {
            let at = usize::try_from(at - 1).unwrap_or(0);
            self.texts.get(list).split(' ').nth(at).unwrap_or_default().to_owned()
        };
        let date = filled(
            self.texts.get("date"),
            &[
                ("weekday", &of("weekdays", zoned.weekday().to_monday_one_offset())),
                ("day", &zoned.day().to_string()),
                ("month", &of("months", zoned.month())),
                ("year", &zoned.year().to_string()),
            ],
        );
        let (time, zone) = (zoned.strftime("%H:%M").to_string(), zoned.strftime("%Z").to_string());
        filled(self.texts.get("doors"), &[("date", &date), ("time", &time), ("zone", &zone)])
    }

    /// 4 min, 2 h 10 min
    pub(super) fn duration(self, seconds: u64) -> String {
        let minutes = seconds.div_ceil(60);
        let (hours, rest) = (minutes / 60, minutes % 60);
        match (hours, rest) {
            (0, minutes) => self.texts.live("min", &[("n", &minutes.to_string())]),
            (hours, 0) => self.texts.live("hours", &[("n", &self.number(hours))]),
            _ => self.texts.live("hours_min", &[("h", &self.number(hours)), ("n", &rest.to_string())]),
        }
    }

    /// 4:09, 1:04:09, 2 days 1:04:09; never below zero.
    pub(super) fn countdown(self, ms: i64) -> String {
        let seconds = u64::try_from(ms.max(0)).unwrap_or(0).div_ceil(1_000);
        let (days, hours, minutes, seconds) =
            (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
        match (days, hours) {
            (0, 0) => format!("{minutes}:{seconds:02}"),
            (0, hours) => format!("{hours}:{minutes:02}:{seconds:02}"),
            (days, hours) => {
                format!("{} {hours}:{minutes:02}:{seconds:02}", self.counted("days", days))
            }
        }
    }
}

/// 14:02
pub(super) fn clock_time(at: OffsetDateTime, zone: &str, format: &str) -> String {
    in_zone(at, zone).strftime(format).to_string()
}

fn in_zone(at: OffsetDateTime, zone: &str) -> Zoned {
    let timestamp = Timestamp::from_second(at.unix_timestamp()).unwrap_or(Timestamp::UNIX_EPOCH);
    timestamp.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn each_language_writes_its_own_way() {
        let [english, german, french] =
            [Language::English, Language::German, Language::French].map(Words::of);
        let euro = "EUR".parse().unwrap();
        assert_eq!(english.money(123_450, euro), "€1,234.50");
        assert_eq!(german.money(123_450, euro), "1.234,50\u{a0}€");
        assert_eq!(french.money(5, euro), "0,05\u{a0}€");
        assert_eq!(english.money(1_200, "CHF".parse().unwrap()), "CHF\u{a0}12.00");
        let at = datetime!(2026-12-12 18:30 UTC);
        assert_eq!(english.when(at, "Europe/Berlin"), "Saturday, 12 December 2026, 19:30 (CET)");
        assert_eq!(german.when(at, "Europe/Berlin"), "Samstag, 12. Dezember 2026, 19:30 Uhr (CET)");
        assert_eq!(french.when(at, "Europe/Paris"), "samedi 12 décembre 2026, 19:30 (CET)");
        assert_eq!(english.countdown(3_600_000), "1:00:00");
        assert_eq!(english.countdown(1), "0:01");
        assert_eq!(english.countdown(-1), "0:00");
        assert_eq!(german.countdown(2 * 86_400_000 + 61_000), "2 Tage 0:01:01");
        assert_eq!(english.duration(61), "2 min");
        assert_eq!(english.duration(3_700), "1 h 2 min");
    }
}
