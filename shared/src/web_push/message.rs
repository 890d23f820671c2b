//! Encryption of one message for one browser: RFC 8291 on RFC 8188 (`aes128gcm`), with one record.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey},
    error::Unspecified,
    hkdf::{self, HKDF_SHA256, KeyType, Salt},
    rand,
};

use super::Subscription;

/// Most bytes of a message: push services take 4,096 of the encrypted one.
pub const MOST_BYTES: usize = 3_000;
/// Of an uncompressed point.
pub(super) const POINT_BYTES: usize = 65;
const SALT_BYTES: usize = 16;
const KEY_BYTES: usize = 16;
const NONCE_BYTES: usize = 12;
/// Ends the last record.
const LAST: u8 = 2;
const RECORD_BYTES: u32 = 4_096;

/// A message that was not encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncryptError {
    /// Longer than [`MOST_BYTES`].
    #[error("the message is too long")]
    TooLong,
    /// The keys of the subscription cannot be used.
    #[error("the keys cannot be used")]
    Keys,
}

impl From<Unspecified> for EncryptError {
    fn from(_: Unspecified) -> Self {
        Self::Keys
    }
}

impl Subscription {
    /// The body to send, for `Content-Encoding: aes128gcm`. Only the browser can read it.
    ///
    /// # Errors
    /// See [`EncryptError`].
    pub fn encrypt(&self, message: &[u8]) -> Result<Vec<u8>, EncryptError> {
        let mut salt = [0; SALT_BYTES];
        rand::fill(&mut salt)?;
        self.encrypt_with(message, &PrivateKey::generate(&ECDH_P256)?, salt)
    }

    fn encrypt_with(
        &self,
        message: &[u8],
        own: &PrivateKey,
        salt: [u8; SALT_BYTES],
    ) -> Result<Vec<u8>, EncryptError> {
        if message.len() > MOST_BYTES {
            return Err(EncryptError::TooLong);
        }
        let own_public = own.compute_public_key()?;
        let browser = UnparsedPublicKey::new(&ECDH_P256, &self.p256dh);
        let shared = agreement::agree(own, browser, EncryptError::Keys, |secret| Ok(secret.to_vec()))?;
        let info: [&[u8]; 3] = [b"WebPush: info\0", &self.p256dh, own_public.as_ref()];
        let secret: [u8; 32] = derive(&self.auth, &shared, &info)?;
        let key: [u8; KEY_BYTES] = derive(&salt, &secret, &[b"Content-Encoding: aes128gcm\0"])?;
        let nonce: [u8; NONCE_BYTES] = derive(&salt, &secret, &[b"Content-Encoding: nonce\0"])?;

        let mut record = message.to_vec();
        record.push(LAST);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
        // The key is used once.
        let nonce = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record)?;

        let mut body = Vec::with_capacity(SALT_BYTES + 5 + POINT_BYTES + record.len());
        body.extend_from_slice(&salt);
        body.extend_from_slice(&RECORD_BYTES.to_be_bytes());
        body.push(u8::try_from(POINT_BYTES).unwrap_or(u8::MAX));
        body.extend_from_slice(own_public.as_ref());
        body.append(&mut record);
        Ok(body)
    }
}

/// HKDF-SHA-256 (RFC 5869): extract, then expand to the length asked for.
fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    struct Length(usize);
    impl KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    let mut derived = [0; N];
    let key: hkdf::Prk = Salt::new(HKDF_SHA256, salt).extract(secret);
    key.expand(info, Length(N))?.fill(&mut derived)?;
    Ok(derived)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;
    use crate::web_push::{BASE64, Reach};

    fn browser() -> Subscription {
        let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        Subscription::parse("https://push.example/x", key, "BTBZMqHH6r4Tts7J_aSIgg", Reach::Public).unwrap()
    }

    #[test]
    fn the_example_of_rfc_8291_comes_out() {
        let bytes = |text: &str| BASE64.decode(text).unwrap();
        let own = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let own = PrivateKey::from_private_key(&ECDH_P256, &own).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let body = browser().encrypt_with(b"When I grow up, I want to be a watermelon", &own, salt).unwrap();
        assert_eq!(
            BASE64.encode(body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w\
             EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn a_message_is_never_encrypted_the_same_way_and_never_too_long() {
        let browser = browser();
        assert_ne!(browser.encrypt(b"again").unwrap(), browser.encrypt(b"again").unwrap());
        assert!(browser.encrypt(&[b'x'; MOST_BYTES]).unwrap().len() <= 4_096);
        assert_eq!(browser.encrypt(&[b'x'; MOST_BYTES + 1]), Err(EncryptError::TooLong));
    }
}
