//! Rules for what people type about themselves.

use secrecy::{ExposeSecret as _, SecretString};

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature garde asks for")]
pub(super) fn a_password(password: &SecretString, (): &()) -> garde::Result {
    match password.expose_secret().chars().count() {
        10..=200 => Ok(()),
        _ => Err(garde::Error::new("must be 10 to 200 characters long")),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature garde asks for")]
pub(crate) fn a_name(name: &str, (): &()) -> garde::Result {
    let length = name.trim().chars().count();
    if !(1..=200).contains(&length) {
        return Err(garde::Error::new("must be 1 to 200 characters long"));
    }
    if name.chars().any(char::is_control) {
        return Err(garde::Error::new("must not contain control characters"));
    }
    Ok(())
}

/// An e-mail address as it is kept and compared.
pub(super) fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}
