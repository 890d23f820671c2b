//! Booking commands through RabbitMQ: Onsale's publisher and consumer, against bare lapin.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use lapin::{
    BasicProperties, Channel,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
        QueueDeleteOptions,
    },
    types::FieldTable,
};
use shared::{
    broker::{
        BrokerAddress, Consumer, Message, Publisher,
        topology::{Queue, TO_QUEUE},
    },
    domain::{EventId, MessageId},
};
use tokio_util::sync::CancellationToken;

use super::{Figure, hammer::per_second};

/// Messages of one round.
const MESSAGES: u32 = 20_000;
/// As large as the command of two seats.
const BODY: [u8; 560] = [b'x'; 560];
/// Published at once, and held unacknowledged.
const AT_ONCE: u16 = 1_000;
/// Delivery mode "persistent" of AMQP 0-9-1.
const PERSISTENT: u8 = 2;

/// Publishes, confirms, consumes and acknowledges, both ways in turn.
pub(super) async fn measure(broker: &BrokerAddress, rounds: usize) -> anyhow::Result<Vec<Figure>> {
    let (mut bare, mut own) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let queue = Queue::Lobby(EventId::new());
        let connection = broker.connect().await?;
        let channel = connection.create_channel().await?;
        queue.declare(&channel).await?;
        bare.push(per_second(MESSAGES.into(), barely(&channel, &queue).await?));
        own.push(per_second(MESSAGES.into(), by_onsale(broker, &queue).await?));
        channel.queue_delete(queue.name().into(), QueueDeleteOptions::default()).await?;
        connection.close(200, "bye".into()).await?;
    }
    let floor = Figure::of_runs("the same by bare lapin", bare);
    let own = Figure::of_runs("commands published, confirmed, consumed", own);
    Ok(vec![own.against(floor.value, 0.5), floor])
}

async fn barely(channel: &Channel, queue: &Queue) -> anyhow::Result<Duration> {
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    channel.basic_qos(AT_ONCE, BasicQosOptions::default()).await?;
    let (name, tag) = (queue.name(), "bare".into());
    let begun = Instant::now();
    let deliveries = channel
        .basic_consume(name.as_str().into(), tag, BasicConsumeOptions::default(), FieldTable::default())
        .await?;
    let publish = |_| async {
        let properties = BasicProperties::default().with_delivery_mode(PERSISTENT);
        let options = BasicPublishOptions::default();
        channel
            .basic_publish(TO_QUEUE.into(), name.as_str().into(), options, &BODY, properties)
            .await?
            .await?;
        anyhow::Ok(())
    };
    let publishing =
        stream::iter(0..MESSAGES).map(publish).buffer_unordered(AT_ONCE.into()).try_collect::<()>();
    let consuming = deliveries.take(MESSAGES as usize).try_for_each(|delivery| async move {
        delivery.ack(BasicAckOptions::default()).await?;
        Ok(())
    });
    let ((), ()) = tokio::try_join!(publishing, async { Ok(consuming.await?) })?;
    let took = begun.elapsed();
    channel.basic_cancel("bare".into(), lapin::options::BasicCancelOptions::default()).await?;
    Ok(took)
}

async fn by_onsale(broker: &BrokerAddress, queue: &Queue) -> anyhow::Result<Duration> {
    let shutdown = CancellationToken::new();
    let publisher = Publisher::start(broker.clone(), shutdown.clone());
    let mut consumer = Consumer::new(broker.clone(), queue.clone(), AT_ONCE, shutdown.clone());
    publisher.channel().await?;
    let begun = Instant::now();
    let publish = |_| async {
        let id = MessageId::new();
        let (routing_key, body) = (queue.name(), BODY.to_vec());
        let message = Message { exchange: TO_QUEUE, routing_key, id, mandatory: true, body };
        anyhow::Ok(publisher.publish(&message).await?)
    };
    let publishing =
        stream::iter(0..MESSAGES).map(publish).buffer_unordered(AT_ONCE.into()).try_collect::<()>();
    let consuming = async {
        for _ in 0..MESSAGES {
            let delivery = consumer.recv().await.context("the consumer ended")?;
            delivery.ack(BasicAckOptions::default()).await?;
        }
        Ok(())
    };
    let ((), ()) = tokio::try_join!(publishing, consuming)?;
    let took = begun.elapsed();
    consumer.reset().await;
    shutdown.cancel();
    Ok(took)
}
