//! Money as minor units with its ISO 4217 currency.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Locale;

/// An ISO 4217 currency code, three upper-case letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "EUR", pattern = "^[A-Z]{3}$")]
pub struct Currency([u8; 3]);

/// An amount in minor units (cents, pence, yen) of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Money {
    /// Minor units; never negative in a price or a payment.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: Currency,
}

/// ISO 4217, list one, 2024.
const IN_USE: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP \
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP \
    LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN \
    PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS \
    TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// The text is not three upper-case ASCII letters.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a currency is three upper-case letters (ISO 4217), like EUR")]
pub struct NotACurrency;

impl Currency {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII letters pass `parse`, so this never falls back.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Whether it is a currency in use (ISO 4217, without metals, funds and test codes).
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        IN_USE.split_ascii_whitespace().any(|code| code == self.as_str())
    }

    /// How many digits the minor unit has (ISO 4217): 0 for yen, 3 for dinar, else 2.
    #[must_use]
    pub fn minor_digits(&self) -> usize {
        match self.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND"
            | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = NotACurrency;

    fn try_from(text: String) -> Result<Self, NotACurrency> {
        text.parse()
    }
}

impl std::str::FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| NotACurrency)?;
        if bytes.iter().all(u8::is_ascii_uppercase) { Ok(Self(bytes)) } else { Err(NotACurrency) }
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Money {
    /// An amount of a currency.
    #[must_use]
    pub fn new(amount_minor: i64, currency: Currency) -> Self {
        Self { amount_minor, currency }
    }
}

impl Money {
    /// As people who speak the language write it, for mails: `EUR 1250.50`, `1.250,50 EUR`, `1 250,50 EUR` (with
    /// blanks that do not break the line).
    #[must_use]
    pub fn written(self, locale: Locale) -> String {
        let (group, point) = match locale {
            Locale::En => return self.to_string(),
            Locale::De => (".", ","),
            Locale::Fr => ("\u{202f}", ","),
        };
        let digits = self.currency.minor_digits();
        let scale = 10_i64.pow(u32::try_from(digits).unwrap_or(2));
        let (major, minor) = (self.amount_minor / scale, (self.amount_minor % scale).abs());
        let mut text = grouped(&major.to_string(), group);
        if digits > 0 {
            text = format!("{text}{point}{minor:0digits$}");
        }
        format!("{text}\u{a0}{}", self.currency)
    }
}

/// Digits in groups of three from the right.
fn grouped(digits: &str, separator: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

impl fmt::Display for Money {
    /// For mails and PDFs: `EUR 12.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.minor_digits();
        let scale = 10_i64.pow(u32::try_from(digits).unwrap_or(2));
        let (major, minor) = (self.amount_minor / scale, (self.amount_minor % scale).abs());
        match digits {
            0 => write!(f, "{} {major}", self.currency),
            _ => write!(f, "{} {major}.{minor:0digits$}", self.currency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_shown_with_the_digits_of_its_currency() {
        let show = |amount, code: &str| Money::new(amount, code.parse().unwrap()).to_string();
        assert_eq!(show(1250, "EUR"), "EUR 12.50");
        assert_eq!(show(5, "EUR"), "EUR 0.05");
        assert_eq!(show(1250, "JPY"), "JPY 1250");
        assert_eq!(show(1250, "KWD"), "KWD 1.250");
    }

    #[test]
    fn money_is_written_in_the_reader_s_way() {
        let show = |amount, code: &str, locale| Money::new(amount, code.parse().unwrap()).written(locale);
        assert_eq!(show(125_050, "EUR", Locale::En), "EUR 1250.50");
        assert_eq!(show(125_050, "EUR", Locale::De), "1.250,50\u{a0}EUR");
        assert_eq!(show(1_234_567_890, "EUR", Locale::Fr), "12\u{202f}345\u{202f}678,90\u{a0}EUR");
        assert_eq!(show(100, "GBP", Locale::De), "1,00\u{a0}GBP");
        assert_eq!(show(1250, "JPY", Locale::De), "1.250\u{a0}JPY");
    }

    #[test]
    fn a_currency_is_three_upper_case_letters() {
        for wrong in ["", "eur", "EURO", "E1R", "€"] {
            assert_eq!(wrong.parse::<Currency>(), Err(NotACurrency), "{wrong}");
        }
        let in_use = |code: &str| code.parse::<Currency>().unwrap().is_in_use();
        assert!(in_use("EUR") && in_use("ZWG") && !in_use("XXX") && !in_use("ABC"));
    }
}
