//! `journey`: acts as fans, an organiser and a door against a running Onsale, through every engine, and prints each
//! step with its time. A step that is not as it should be ends it with exit code 1 and says which.

mod direct;
mod door;
mod mail;
mod people;
mod queue;
mod stage;
mod standing;
mod steps;
mod trouble;

use clap::Parser;
use client::Api;
use secrecy::SecretString;

use crate::{mail::Mailbox, people::Crew, steps::Steps};

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// Address of the API.
    #[arg(long, default_value = "http://127.0.0.1:24000")]
    api: String,
    /// Web address of the mailbox that takes the system's mail.
    #[arg(long, default_value = "http://127.0.0.1:24080")]
    mailbox: String,
    /// The administrator, who makes the organiser and the door's staff.
    #[arg(long, env = "ONSALE_ADMIN_EMAIL")]
    admin_email: String,
    /// The administrator's password.
    #[arg(long, env = "ONSALE_ADMIN_PASSWORD", hide_env_values = true)]
    admin_password: SecretString,
}

/// Everything a step may need.
struct World {
    api: Api,
    mailbox: Mailbox,
    crew: Crew,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let api = Api::new(&arguments.api);
    let mut steps = Steps::default();
    let crew = Crew::gather(&api, &arguments.admin_email, &arguments.admin_password);
    let crew = steps.take("an organiser and a door's staff are made", crew).await?;
    let world = World { mailbox: Mailbox::new(&arguments.mailbox), api, crew };

    queue::journey(&world, &mut steps).await?;
    direct::journey(&world, &mut steps).await?;
    standing::journey(&world, &mut steps).await?;
    trouble::journey(&world, &mut steps).await?;
    steps.finish();
    Ok(())
}
