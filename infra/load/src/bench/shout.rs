//! The least that a push to all viewers takes: one loop over bare sockets, heard by the same viewers.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use futures_util::{SinkExt as _, StreamExt as _, stream::SplitSink};
use parking_lot::Mutex;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, accept_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use super::{
    Figure,
    viewers::{Held, Viewers},
};
use crate::{
    stage::now_ms,
    tally::{add, histogram},
};

/// As small as the notifier's.
const BUFFER: usize = 1_024;
/// Texts that are pushed, one each so often.
const TEXTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(500);

type Ear = SplitSink<WebSocketStream<TcpStream>, Message>;

/// Pushes texts like Onsale's to as many viewers.
pub(super) async fn measure(viewers: u32) -> anyhow::Result<Figure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let url = format!("ws://{}/ws", listener.local_addr()?);
    let ears = Arc::new(Mutex::new(Vec::new()));
    let door = tokio::spawn(open(listener, Arc::clone(&ears)));
    let crowd = Viewers::gather("bare", &[url], viewers).await?;
    door.abort();
    let mut ears = std::mem::take(&mut *ears.lock());
    ensure!(ears.len() == viewers as usize, "{} of {viewers} viewers are heard", ears.len());
    let mut shouted = Vec::new();
    for number in 0..TEXTS {
        let seats = [2 * number, 2 * number + 1];
        let text = format!(
            r#"{{"type":"seats","event":"bare","after":{number},"version":{},"seats":[[{},1],[{},1]]}}"#,
            number + 1,
            seats[0],
            seats[1]
        );
        let asked_ms = now_ms();
        for ear in &mut ears {
            ear.send(Message::text(text.clone())).await.context("a viewer is gone")?;
        }
        shouted.push(Held { seats, asked_ms, answered_ms: asked_ms });
        tokio::time::sleep(PAUSE).await;
    }
    let mut times = histogram();
    add(&mut times, &crowd.ask(&shouted).await?.since_asked);
    Ok(Figure::times("a bare loop over as many sockets", &times))
}

/// Takes everybody in; whatever they say, they are told that they hear.
async fn open(listener: TcpListener, ears: Arc<Mutex<Vec<Ear>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let ears = Arc::clone(&ears);
        tokio::spawn(async move {
            let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(0);
            stream.set_nodelay(true)?;
            let (mut ear, mut mouth) = accept_async_with_config(stream, Some(config)).await?.split();
            mouth.next().await.context("a viewer who says nothing")??;
            ear.send(Message::text(r#"{"type":"subscribed"}"#)).await?;
            ears.lock().push(ear);
            anyhow::Ok(())
        });
    }
}
