//! The link that tests break.

use std::time::Duration;

use shared::testing::Link;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Answers every byte with the same byte.
async fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut read, mut write) = stream.split();
                let _ = tokio::io::copy(&mut read, &mut write).await;
            });
        }
    });
    address
}

async fn exchange(stream: &mut TcpStream, byte: u8) -> Option<u8> {
    stream.write_all(&[byte]).await.ok()?;
    let answer = tokio::time::timeout(Duration::from_millis(200), stream.read_u8()).await;
    answer.ok()?.ok()
}

#[tokio::test]
async fn a_link_carries_stalls_mutes_cuts_and_heals() {
    let url = format!("amqp://guest:guest@{}/%2f", echo().await);
    let (link, through) = Link::to_url(&url).await;
    assert_eq!(through, format!("amqp://guest:guest@{}/%2f", link.address()));
    let mut stream = TcpStream::connect(link.address()).await.unwrap();
    assert_eq!(exchange(&mut stream, 1).await, Some(1));
    link.stall();
    assert_eq!(exchange(&mut stream, 2).await, None);
    link.heal();
    assert_eq!(stream.read_u8().await.unwrap(), 2);
    link.mute();
    assert_eq!(exchange(&mut stream, 3).await, None);
    link.heal();
    assert_eq!(stream.read_u8().await.unwrap(), 3);
    link.cut();
    assert!(stream.read_u8().await.is_err());
    let mut refused = TcpStream::connect(link.address()).await.unwrap();
    assert_eq!(exchange(&mut refused, 4).await, None);
    link.heal();
    let mut stream = TcpStream::connect(link.address()).await.unwrap();
    assert_eq!(exchange(&mut stream, 5).await, Some(5));
}
