//! What a client asks for, and what one socket is subscribed to.

use std::{collections::HashMap, sync::Arc, time::Duration};

use shared::tokens::{Listener, PlaceClaims, TokenError};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::{
    Sockets, Topic,
    hub::Member,
    protocol::{Reply, Request, RequestKind, Subject, Subscribed},
    wire::Wire,
};
use crate::live::LookupError;

/// Longest `ref` of a request, in bytes.
const MOST_REFERENCE_BYTES: usize = 64;
/// Where no expiry is waited for.
const FAR: Duration = Duration::from_secs(24 * 3600);

/// One socket's subscriptions and who it is.
pub(super) struct Subscriptions<'a> {
    sockets: &'a Sockets,
    member: Member,
    topics: HashMap<Topic, Interest>,
    identity: Option<Listener>,
}

/// What is needed to look again at a topic.
#[derive(Clone)]
enum Interest {
    Live,
    Place(PlaceClaims),
    Bookings,
}

/// A request that cannot be met; the socket stays.
struct Mistake {
    code: &'static str,
    detail: String,
}

impl Mistake {
    fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

impl From<LookupError> for Mistake {
    fn from(error: LookupError) -> Self {
        tracing::warn!(%error, "sockets: cannot look something up");
        Self::new("unavailable", "A part of the system is not answering right now. Please try again.")
    }
}

impl<'a> Subscriptions<'a> {
    pub(super) fn new(sockets: &'a Sockets, wire: Arc<Wire>) -> Self {
        let member = sockets.hub.member(wire);
        Self { sockets, member, topics: HashMap::new(), identity: None }
    }

    /// The texts to send for a request.
    pub(super) async fn answer(&mut self, text: &str) -> Vec<Utf8Bytes> {
        let Ok(Request { reference, kind }) = serde_json::from_str::<Request>(text) else {
            let detail = "Not a request this protocol knows; see docs/messages.md.".to_owned();
            return vec![Reply::Error { code: "not-understood", detail, reference: None }.encode()];
        };
        let reference = reference.filter(|reference| reference.len() <= MOST_REFERENCE_BYTES);
        let answered = match kind {
            RequestKind::Ping => Ok(vec![Reply::Pong { reference: reference.clone() }.encode()]),
            RequestKind::Authenticate { token } => self.authenticate(&token, reference.clone()).await,
            RequestKind::Subscribe(subject) => self.subscribe(subject, reference.clone()).await,
            RequestKind::Unsubscribe(subject) => self.unsubscribe(subject, reference.clone()).await,
        };
        answered.unwrap_or_else(|Mistake { code, detail }| {
            vec![Reply::Error { code, detail, reference }.encode()]
        })
    }

    /// What is true now of place and bookings, for when pushes may have been missed.
    pub(super) async fn look_again(&self) -> Vec<Reply> {
        let mut replies = Vec::new();
        for interest in self.topics.values() {
            match self.current(interest).await {
                Ok(current) => replies.extend(current),
                Err(error) => {
                    let Mistake { code, detail } = error.into();
                    replies.push(Reply::Error { code, detail, reference: None });
                }
            }
        }
        replies
    }

    /// When the token ends.
    pub(super) fn expiry(&self) -> Instant {
        let left = self.identity.map(|identity| identity.until - self.sockets.clock.now_s());
        let left = left.and_then(|left| u64::try_from(left.max(0)).ok()).map(Duration::from_secs);
        Instant::now() + left.unwrap_or(FAR).min(FAR)
    }

    /// Ends what needed a token that has ended by now.
    pub(super) async fn expire(&mut self) -> Option<Reply> {
        let identity = self.identity.filter(|identity| identity.until <= self.sockets.clock.now_s())?;
        self.identity = None;
        self.leave(Topic::Bookings(identity.user)).await;
        let detail = "The token has expired; authenticate again to go on hearing of bookings.".to_owned();
        Some(Reply::Error { code: "token-expired", detail, reference: None })
    }

    pub(super) async fn leave_all(&mut self) {
        let topics: Vec<Topic> = self.topics.keys().copied().collect();
        for topic in topics {
            self.leave(topic).await;
        }
    }

    async fn authenticate(
        &mut self,
        token: &str,
        reference: Option<String>,
    ) -> Result<Vec<Utf8Bytes>, Mistake> {
        let listener = self.sockets.tokens.verify_listener(token).map_err(|error| match error {
            TokenError::Expired => Mistake::new("token-expired", "The token has expired."),
            TokenError::Invalid => {
                Mistake::new("token-invalid", "This is no valid access token or socket token.")
            }
        })?;
        if let Some(other) = self.identity.filter(|identity| identity.user != listener.user) {
            self.leave(Topic::Bookings(other.user)).await;
        }
        self.identity = Some(listener);
        Ok(vec![Reply::Authenticated { until: listener.until, reference }.encode()])
    }

    async fn subscribe(
        &mut self,
        subject: Subject,
        reference: Option<String>,
    ) -> Result<Vec<Utf8Bytes>, Mistake> {
        let (topic, subject, interest) = self.resolve(subject)?;
        let most = self.sockets.args.socket_subscriptions;
        if !self.topics.contains_key(&topic) && self.topics.len() >= most {
            let detail = format!("A socket takes at most {most} subscriptions.");
            return Err(Mistake::new("too-many-subscriptions", detail));
        }
        if let Topic::Line(event) | Topic::Seats(event) = topic
            && !self.sockets.lookups.event_is_public(event).await?
        {
            return Err(Mistake::new("not-found", "There is no such event."));
        }
        // Interest first, then the look at what is: whatever happens in between comes as a push.
        self.sockets.hub.join(topic, &self.member);
        self.topics.insert(topic, interest.clone());
        if matches!(interest, Interest::Live) && !self.sockets.feed.watch(topic).await {
            self.leave(topic).await;
            return Err(Mistake::new("unavailable", "Live changes are not available right now."));
        }
        let mut texts = vec![Reply::Subscribed { subject, reference }.encode()];
        if let Topic::Line(event) = topic {
            texts.extend(self.sockets.feed.last_line(event));
        }
        match self.current(&interest).await {
            Ok(current) => texts.extend(current.iter().map(Reply::encode)),
            Err(error) => {
                let Mistake { code, detail } = error.into();
                texts.push(Reply::Error { code, detail, reference: None }.encode());
            }
        }
        Ok(texts)
    }

    async fn unsubscribe(
        &mut self,
        subject: Subject,
        reference: Option<String>,
    ) -> Result<Vec<Utf8Bytes>, Mistake> {
        let (topic, subject, _) = self.resolve(subject)?;
        self.leave(topic).await;
        Ok(vec![Reply::Unsubscribed { subject, reference }.encode()])
    }

    fn resolve(&self, subject: Subject) -> Result<(Topic, Subscribed, Interest), Mistake> {
        Ok(match subject {
            Subject::Line { event } => (Topic::Line(event), Subscribed::Line { event }, Interest::Live),
            Subject::Seats { event } => (Topic::Seats(event), Subscribed::Seats { event }, Interest::Live),
            Subject::Place { token } => {
                let claims = self.sockets.tokens.verify_place(&token).map_err(|error| match error {
                    TokenError::Expired => Mistake::new("token-expired", "The place has expired."),
                    TokenError::Invalid => Mistake::new("token-invalid", "The place token is not valid."),
                })?;
                let place = claims.sub;
                (Topic::Place(place), Subscribed::Place { place }, Interest::Place(claims))
            }
            Subject::Bookings => {
                let identity = self.identity.ok_or_else(|| {
                    Mistake::new(
                        "authentication-needed",
                        "Send authenticate with an access token or a socket token first.",
                    )
                })?;
                (Topic::Bookings(identity.user), Subscribed::Bookings, Interest::Bookings)
            }
        })
    }

    async fn current(&self, interest: &Interest) -> Result<Vec<Reply>, LookupError> {
        match (interest, self.identity) {
            (Interest::Place(claims), _) => {
                Ok(vec![self.sockets.lookups.place(claims, self.sockets.clock.now_ms()).await?])
            }
            (Interest::Bookings, Some(identity)) => {
                self.sockets.lookups.recent_bookings(identity.user, self.sockets.clock.now()).await
            }
            _ => Ok(Vec::new()),
        }
    }

    async fn leave(&mut self, topic: Topic) {
        self.sockets.hub.leave(topic, self.member.id);
        if self.topics.remove(&topic).is_some() && matches!(topic, Topic::Line(_) | Topic::Seats(_)) {
            self.sockets.feed.unwatch(topic).await;
        }
    }
}
