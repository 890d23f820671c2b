//! A push service on this machine, and browsers that open what it delivers.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey},
    hkdf::{HKDF_SHA256, KeyType, Salt},
};
use axum::{Router, extract::State, http::HeaderMap, routing::post};
use parking_lot::Mutex;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// What a push service was asked to deliver.
#[derive(Clone, Debug)]
pub(crate) struct Pushed {
    pub(crate) headers: HeaderMap,
    pub(crate) body: bytes::Bytes,
}

/// A push service on this machine. Each of its answers is given once, the last one for ever.
#[derive(Clone)]
pub(crate) struct PushService {
    pub(crate) address: SocketAddr,
    answers: Arc<Mutex<Vec<u16>>>,
    pushed: Arc<Mutex<Vec<Pushed>>>,
    pub(crate) asked: Arc<AtomicUsize>,
    /// Ends its silence.
    pub(crate) speaks: CancellationToken,
}

/// An answer that does not come.
pub(crate) const SILENCE: u16 = 0;

impl PushService {
    pub(crate) async fn start(answers: &[u16]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = Self {
            address: listener.local_addr().unwrap(),
            answers: Arc::new(Mutex::new(answers.iter().rev().copied().collect())),
            pushed: Arc::default(),
            asked: Arc::default(),
            speaks: CancellationToken::new(),
        };
        let router = Router::new().route("/{*path}", post(Self::take)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        service
    }

    async fn take(
        State(service): State<Self>,
        headers: HeaderMap,
        body: bytes::Bytes,
    ) -> axum::http::StatusCode {
        service.asked.fetch_add(1, Ordering::SeqCst);
        let answer = {
            let mut answers = service.answers.lock();
            if answers.len() > 1 { answers.pop() } else { answers.last().copied() }.unwrap()
        };
        if answer == SILENCE {
            service.speaks.cancelled().await;
            return axum::http::StatusCode::GONE;
        }
        if answer == 201 {
            service.pushed.lock().push(Pushed { headers, body });
        }
        axum::http::StatusCode::from_u16(answer).unwrap()
    }

    pub(crate) fn pushed(&self) -> Vec<Pushed> {
        self.pushed.lock().clone()
    }
}

/// A browser with its keys.
pub(crate) struct Browser {
    pub(crate) endpoint: String,
    key: PrivateKey,
    pub(crate) auth: [u8; 16],
}

impl Browser {
    pub(crate) fn new(service: &PushService) -> Self {
        let endpoint = format!("http://{}/push/{}", service.address, uuid::Uuid::new_v4());
        Self { endpoint, key: PrivateKey::generate(&ECDH_P256).unwrap(), auth: [7; 16] }
    }

    pub(crate) fn public_key(&self) -> Vec<u8> {
        self.key.compute_public_key().unwrap().as_ref().to_vec()
    }

    /// As RFC 8291, section 3.4 has a browser do it.
    pub(crate) fn open(&self, body: &[u8]) -> Value {
        struct Length(usize);
        impl KeyType for Length {
            fn len(&self) -> usize {
                self.0
            }
        }
        let derive = |salt: &[u8], secret: &[u8], info: &[u8], length: usize| {
            let mut derived = vec![0; length];
            let key = Salt::new(HKDF_SHA256, salt).extract(secret);
            key.expand(&[info], Length(length)).unwrap().fill(&mut derived).unwrap();
            derived
        };
        let (salt, rest) = body.split_at(16);
        let (record_bytes, rest) = rest.split_at(4);
        assert!(u32::from_be_bytes(record_bytes.try_into().unwrap()) as usize >= rest.len());
        let (server, record) = rest[1..].split_at(usize::from(rest[0]));
        let peer = UnparsedPublicKey::new(&ECDH_P256, server);
        let shared = agreement::agree(&self.key, peer, (), |secret| Ok(secret.to_vec())).unwrap();
        let info = [b"WebPush: info\0", self.public_key().as_slice(), server].concat();
        let secret = derive(&self.auth, &shared, &info, 32);
        let key = derive(salt, &secret, b"Content-Encoding: aes128gcm\0", 16);
        let nonce = derive(salt, &secret, b"Content-Encoding: nonce\0", 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
        let mut record = record.to_vec();
        let message = key.open_in_place(nonce, Aad::empty(), &mut record).unwrap();
        assert_eq!(message.last(), Some(&2), "the last record ends with its mark");
        serde_json::from_slice(&message[..message.len() - 1]).unwrap()
    }
}
