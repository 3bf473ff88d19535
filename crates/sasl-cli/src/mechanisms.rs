//! `sasl mechanisms`: what this build knows, out of the mechanisms' own properties.

use std::process::ExitCode;

use anstream::println;
use anyhow::Result;
use sasl::{Builtin, Status, builtins};
use serde::Serialize;

/// List the mechanisms that this build knows, with what they do and promise
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print an array of JSON objects instead of a table
    #[arg(long)]
    json: bool,
}

/// A mechanism, as both forms show it.
#[derive(Serialize)]
struct Row {
    name: String,
    first: &'static str,
    secret_in_clear_text: bool,
    replayable: bool,
    proves_server: bool,
    binds_channel: bool,
    carries_authzid: bool,
    specification: &'static str,
    status: String,
}

impl Row {
    fn new(mechanism: &Builtin) -> Self {
        let properties = mechanism.properties();
        Self {
            name: mechanism.name().to_string(),
            first: if properties.is_client_first() {
                "client"
            } else {
                "server"
            },
            secret_in_clear_text: properties.sends_clear_text(),
            replayable: properties.is_replayable(),
            proves_server: properties.proves_server(),
            binds_channel: properties.binds_channel(),
            carries_authzid: properties.carries_authzid(),
            specification: mechanism.specification(),
            status: mechanism.status().to_string(),
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let rows: Vec<_> = builtins().iter().map(Row::new).collect();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        table(&rows);
    }
    Ok(ExitCode::SUCCESS)
}

fn table(rows: &[Row]) {
    let line = |cells: [&str; 8]| {
        let [
            name,
            first,
            clear,
            proves,
            binds,
            authzid,
            status,
            specification,
        ] = cells;
        println!(
            "{name:<20} {first:<6} {clear:<13} {proves:<13} {binds:<13} {authzid:<13} {status:<13} {specification}"
        );
    };
    let yes = |yes: bool| if yes { "yes" } else { "-" };
    line([
        "mechanism",
        "first",
        "secret shown",
        "server proven",
        "channel bound",
        "other authzid",
        "status",
        "specification",
    ]);
    for row in rows {
        line([
            &row.name,
            row.first,
            match (row.secret_in_clear_text, row.replayable) {
                (true, _) => "yes",
                (false, true) => "its hash",
                (false, false) => "-",
            },
            yes(row.proves_server),
            yes(row.binds_channel),
            yes(row.carries_authzid),
            &row.status,
            row.specification,
        ]);
    }
    let obsolete = Status::Obsolete;
    println!();
    println!(
        "Who speaks first; whether the secret passes in clear text, or as a hash that is good again, which only a protected channel\n\
         allows; whether the server\n\
         proves that it knows the secret; whether the login is bound to the TLS channel; whether one can ask to act as somebody\n\
         else. What is {obsolete} is for peers that have nothing better."
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_the_mechanism_says() {
        for mechanism in builtins() {
            let (row, properties) = (Row::new(mechanism), mechanism.properties());
            assert_eq!(row.first == "client", properties.is_client_first());
            assert_eq!(row.secret_in_clear_text, properties.sends_clear_text());
            let hashed = row.name.starts_with("HT-");
            let binds = row.name.ends_with("-PLUS") || hashed && !row.name.ends_with("-NONE");
            assert_eq!(row.binds_channel, binds, "{}", row.name);
            assert_eq!(row.proves_server, hashed || row.name.starts_with("SCRAM-"));
            assert_eq!(row.replayable, hashed);
        }
        let names: Vec<_> = builtins()
            .iter()
            .map(|one| one.name().to_string())
            .collect();
        for name in [
            "PLAIN",
            "LOGIN",
            "CRAM-MD5",
            "SCRAM-SHA-256-PLUS",
            "OAUTHBEARER",
            "XOAUTH2",
            "EXTERNAL",
            "ANONYMOUS",
            "HT-SHA-256-EXPR",
        ] {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
    }

    #[test]
    fn json_has_what_scripts_read() {
        let rows: Vec<_> = builtins().iter().map(Row::new).collect();
        let json = serde_json::to_value(&rows).unwrap();
        let plain = json
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["name"] == "PLAIN");
        assert_eq!(
            plain.unwrap(),
            &serde_json::json!({
                "name": "PLAIN",
                "first": "client",
                "secret_in_clear_text": true,
                "replayable": false,
                "proves_server": false,
                "binds_channel": false,
                "carries_authzid": true,
                "specification": "RFC 4616",
                "status": "standard",
            })
        );
    }
}
