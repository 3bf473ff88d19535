//! Exchanges that are bound to the channel.

use alloc::vec::Vec;

use super::scene::{Outcome, Scene, Stop, ended};
use crate::channel::{Channel, ChannelBinding};
use crate::testing::Transcript;

pub(super) fn channel_binding(scene: &Scene<'_, '_>) -> Outcome {
    if !scene.properties.binds_channel() {
        return Err(Stop::NotApplicable("the channel is not bound"));
    }
    let baseline = scene.baseline()?;
    let (server, client) = (&baseline.server, &baseline.client);
    let bound = server
        .as_ref()
        .ok()
        .and_then(|login| login.channel_binding());
    let client_bound = client
        .as_ref()
        .ok()
        .and_then(|login| login.channel_binding());
    ensure!(
        bound.is_some() && bound == client_bound,
        "the server says that it is bound to {bound:?}, the client to {client_bound:?}"
    );

    let subject = scene.subject;
    let run = |server: Channel, client: Channel| -> Transcript {
        let pair = scene.usual().with_channels(server, client);
        pair.run(scene.right_credentials())
    };
    let elsewhere = run(
        rebound(&subject.server_channel, changed),
        subject.client_channel.clone(),
    );
    ensure!(
        elsewhere.server.is_err() && elsewhere.client.is_err(),
        "over a channel with another value they end in server: {}, client: {}",
        ended(elsewhere.server_error()),
        ended(elsewhere.client_error())
    );
    let unbound = run(
        rebound(&subject.server_channel, |_| None),
        subject.client_channel.clone(),
    );
    ensure!(
        unbound.server.is_err(),
        "the server succeeds over a channel that it knows no value of"
    );
    let unbound = run(
        subject.server_channel.clone(),
        rebound(&subject.client_channel, |_| None),
    );
    ensure!(
        unbound.client.is_err(),
        "the client succeeds over a channel that it knows no value of"
    );
    Ok(())
}

/// The same channel with other values, or without.
fn rebound(channel: &Channel, change: fn(&ChannelBinding) -> Option<ChannelBinding>) -> Channel {
    let mut other = Channel::new(channel.protection());
    if let Some(identity) = channel.external_identity() {
        other = other.with_external_identity(identity);
    }
    if let Some(host) = channel.host() {
        other = other.with_host(host);
    }
    if let Some(port) = channel.port() {
        other = other.with_port(port);
    }
    let bindings = channel.bindings().iter().filter_map(change);
    bindings.fold(other, Channel::with_binding)
}

fn changed(binding: &ChannelBinding) -> Option<ChannelBinding> {
    let data: Vec<u8> = binding.data().iter().map(|octet| !octet).collect();
    ChannelBinding::new(binding.name(), &data).ok()
}
