//! A message taken apart, whether or not its mechanism would take it: what it is, its parts with their meaning, and no secrets.

mod ht;
mod oauth;
mod password;
mod scram;

use crate::exchange::{Base64Fault, Base64FaultKind, Payload, Side};
use crate::explanation::Attribute;
use crate::family::{Family, Shape, is_prompt};
use crate::shown::{self, Show, attribute};

pub(crate) use scram::{Pieces, binding_of};

/// What a message is within its exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing: the server's go-ahead, or the client's acknowledgement.
    Empty,
    ScramClientFirst,
    ScramServerFirst,
    ScramClientFinal,
    ScramServerFinal,
    Plain,
    Prompt,
    LoginName,
    LoginPassword,
    CramChallenge,
    CramResponse,
    Token,
    TokenError,
    TokenAnswer,
    HtInitiator,
    HtResponder,
    External,
    Anonymous,
    /// It cannot be told.
    Unknown,
}

impl Role {
    fn title(self, side: Side) -> &'static str {
        match (self, side) {
            (Self::Empty, Side::Server) => "empty challenge",
            (Self::Empty, Side::Client) => "empty response",
            (Self::ScramClientFirst, _) => "client-first",
            (Self::ScramServerFirst, _) => "server-first",
            (Self::ScramClientFinal, _) => "client-final",
            (Self::ScramServerFinal, _) => "server-final",
            (Self::Plain, _) => "name and password",
            (Self::Prompt, _) => "prompt",
            (Self::LoginName, _) => "name",
            (Self::LoginPassword, _) => "password",
            (Self::CramChallenge, _) => "challenge",
            (Self::CramResponse, _) => "name and digest",
            (Self::Token, _) => "token",
            (Self::TokenError, _) => "error",
            (Self::TokenAnswer, _) => "answer to the error",
            (Self::HtInitiator, _) => "name and hashed token",
            (Self::HtResponder, _) => "the server's proof",
            (Self::External, _) => "identity to act as",
            (Self::Anonymous, _) => "trace",
            (Self::Unknown, Side::Client) => "response",
            (Self::Unknown, Side::Server) => "challenge",
        }
    }
}

/// What passed before, as far as it decides what the next message is.
#[derive(Debug, Default)]
pub(crate) struct Before {
    pub(crate) client: usize,
    pub(crate) server: usize,
    /// The server has refused the token in a challenge.
    pub(crate) token_error: bool,
    /// LOGIN's last prompt was for a password.
    pub(crate) asked_password: bool,
    /// LOGIN's last prompt was one, and not for a password.
    pub(crate) asked_name: bool,
    /// What they were.
    pub(crate) roles: Vec<Role>,
}

impl Before {
    pub(crate) fn note(&mut self, side: Side, role: Role, payload: &Payload) {
        self.roles.push(role);
        match side {
            // What was empty says nothing.
            _ if role == Role::Empty => {}
            Side::Client => self.client = self.client.saturating_add(1),
            Side::Server => self.server = self.server.saturating_add(1),
        }
        self.token_error |= role == Role::TokenError;
        if side == Side::Server {
            self.asked_password = payload
                .octets()
                .is_some_and(|octets| octets.to_ascii_lowercase().starts_with(b"password"));
            self.asked_name = !self.asked_password && payload.octets().is_some_and(is_prompt);
        }
    }
}

/// A message taken apart.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) role: Role,
    pub(crate) title: &'static str,
    /// The whole message, its secrets left out.
    pub(crate) text: Option<String>,
    pub(crate) attributes: Vec<Attribute>,
}

/// Takes a message apart.
pub(crate) fn decode(
    family: Family,
    before: &Before,
    side: Side,
    payload: &Payload,
    show: Show,
) -> Decoded {
    let mut attributes = Vec::new();
    if let Some(fault) = payload.fault {
        attributes.push(attribute(
            "base64",
            &place(fault),
            "the encoding is wrong here",
        ));
    }
    let Some(octets) = payload.octets() else {
        let role = match before.client {
            0 if side == Side::Client => first_role(family),
            // Behind the server's first message there is one that a client can send.
            1 if side == Side::Client
                && payload.is_hidden()
                && before.roles.contains(&Role::ScramServerFirst) =>
            {
                Role::ScramClientFinal
            }
            _ => Role::Unknown,
        };
        if payload.is_hidden() {
            attributes.push(attribute(
                "message",
                "not in the log",
                "it was left out before",
            ));
        } else {
            let size = format!("not shown, {} characters", payload.characters);
            attributes.push(attribute("message", &size, "it cannot be decoded"));
        }
        let title = role.title(side);
        return Decoded {
            role,
            title,
            text: None,
            attributes,
        };
    };
    let role = role(family, before, side, octets);
    let (text, parts) = match role {
        Role::Empty => {
            let meaning = match (side, family.is_scram() && before.server > 0) {
                (Side::Server, _) => "go ahead: the client speaks first",
                (Side::Client, true) => "the client has seen the server's proof",
                (Side::Client, false) => "nothing to say",
            };
            (String::new(), vec![attribute("message", "empty", meaning)])
        }
        // What was taken for the server's by its turn alone may be a client's.
        _ if payload.guessed && side == Side::Server && !is_prompt(octets) => {
            unknown(Side::Client, octets, show)
        }
        // A client's message in the server's place has a client's secrets in it.
        _ if side == Side::Server && Shape::of(octets).is_some_and(Shape::has_secret) => {
            unknown(Side::Client, octets, show)
        }
        Role::ScramClientFirst => scram::client_first(octets, show),
        Role::ScramServerFirst => {
            scram::server_first(octets, before.roles.contains(&Role::ScramClientFirst))
        }
        Role::ScramClientFinal => scram::client_final(octets, show),
        Role::ScramServerFinal => scram::server_final(octets, show),
        Role::Plain => password::plain(octets, show),
        Role::Prompt => password::prompt(octets),
        // Two words in one, or a password that lost its turn.
        Role::LoginName if payload.fault.is_some() || payload.guessed && !before.asked_name => {
            unknown(Side::Client, octets, show)
        }
        Role::LoginName => password::login_name(octets, show),
        Role::LoginPassword => password::login_password(octets, show),
        Role::CramChallenge => password::cram_challenge(octets),
        Role::CramResponse => password::cram_response(octets, show),
        Role::Token => oauth::token(octets, show),
        Role::TokenError => oauth::error(octets),
        Role::TokenAnswer => oauth::answer(octets, show),
        Role::HtInitiator => ht::initiator(octets, show),
        Role::HtResponder => ht::responder(octets, show),
        // Somebody else's message: it may be PLAIN's.
        Role::External | Role::Anonymous if octets.contains(&0) => {
            unknown(Side::Client, octets, show)
        }
        Role::External => {
            let shown = shown::octets(octets);
            let part = attribute(
                "authzid",
                &shown,
                "whom to act as; who it is, the channel says",
            );
            (shown, vec![part])
        }
        Role::Anonymous => {
            let shown = shown::octets(octets);
            let part = attribute(
                "trace",
                &shown,
                "what the client says of itself; it proves nothing",
            );
            (shown, vec![part])
        }
        Role::Unknown => unknown(side, octets, show),
    };
    attributes.extend(parts);
    Decoded {
        role,
        title: role.title(side),
        text: Some(text),
        attributes,
    }
}

/// What the client's first message is.
fn first_role(family: Family) -> Role {
    match family {
        Family::Plain => Role::Plain,
        Family::Login => Role::LoginName,
        Family::CramMd5 => Role::CramResponse,
        Family::Scram { .. } => Role::ScramClientFirst,
        Family::OauthBearer | Family::Xoauth2 => Role::Token,
        Family::External => Role::External,
        Family::Anonymous => Role::Anonymous,
        Family::Ht => Role::HtInitiator,
        Family::Other => Role::Unknown,
    }
}

fn role(family: Family, before: &Before, side: Side, octets: &[u8]) -> Role {
    if octets.is_empty() {
        return match (family, side) {
            // They have something to say with nothing.
            (Family::Plain, Side::Client) => Role::Plain,
            (Family::Login, Side::Client) if before.asked_password => Role::LoginPassword,
            (Family::Login, Side::Client) => Role::LoginName,
            (Family::Xoauth2 | Family::OauthBearer, Side::Client) if before.token_error => {
                Role::TokenAnswer
            }
            _ => Role::Empty,
        };
    }
    match (family, side) {
        (Family::Scram { .. }, _) => match Shape::of(octets) {
            Some(Shape::ScramClientFinal) if side == Side::Client => Role::ScramClientFinal,
            Some(Shape::ScramClientFirst) if side == Side::Client => Role::ScramClientFirst,
            Some(Shape::ScramServerFirst) if side == Side::Server => Role::ScramServerFirst,
            Some(Shape::ScramServerFinal) if side == Side::Server => Role::ScramServerFinal,
            // By their order, so that what is wrong with them can be said.
            _ => match (side, before.client, before.server) {
                (Side::Client, 0, _) => Role::ScramClientFirst,
                (Side::Client, 1, _) => Role::ScramClientFinal,
                (Side::Server, 1, 0) => Role::ScramServerFirst,
                (Side::Server, 2, 1) => Role::ScramServerFinal,
                _ => Role::Unknown,
            },
        },
        // A message of another mechanism is shown as what it is.
        (Family::CramMd5 | Family::Login, Side::Client)
            if Shape::of(octets) == Some(Shape::ScramClientFirst) =>
        {
            Role::ScramClientFirst
        }
        (Family::Login, Side::Server) => Role::Prompt,
        (Family::Login, Side::Client) if before.asked_password => Role::LoginPassword,
        (Family::Login, Side::Client) if before.client == 0 => Role::LoginName,
        (Family::Login, Side::Client) => Role::LoginPassword,
        (Family::CramMd5, Side::Server) if before.server == 0 => Role::CramChallenge,
        (Family::OauthBearer | Family::Xoauth2, Side::Server) => Role::TokenError,
        (Family::OauthBearer | Family::Xoauth2, Side::Client) if before.token_error => {
            Role::TokenAnswer
        }
        (Family::Ht, Side::Server) => Role::HtResponder,
        (_, Side::Client) if before.client == 0 => first_role(family),
        _ if is_prompt(octets) => Role::Prompt,
        _ => Role::Unknown,
    }
}

/// What nobody knows may be a secret when a client says it.
fn unknown(side: Side, octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    match side {
        Side::Client => {
            let part = show.hidden(
                "message",
                octets,
                "of no known form, and so perhaps a secret",
            );
            (show.within(octets), vec![part])
        }
        Side::Server => {
            let shown = shown::octets(octets);
            (
                shown.clone(),
                vec![attribute("message", &shown, "of no known form")],
            )
        }
    }
}

/// Where base64 is wrong, in words.
pub(crate) fn place(fault: Base64Fault) -> String {
    let at = fault.at;
    match fault.kind {
        Base64FaultKind::UrlSafe => format!("character {at} is of the URL-safe alphabet"),
        Base64FaultKind::Space => format!("character {at} is white space"),
        Base64FaultKind::Padding => format!("the padding at character {at} is missing or wrong"),
        Base64FaultKind::TrailingBits => {
            format!("character {at}, the last one, has bits that are not zero")
        }
        Base64FaultKind::Character => format!("character {at} is not of the alphabet"),
    }
}
