//! The matrix: who logs in how, and what is to come of it. It is the tables in `tests/interop/matrix.md`, read from there.

use std::fmt;

use anyhow::{Context as _, Result, bail, ensure};

use super::channel::Channel;
use super::client::Client;

/// The page with the tables.
const PAGE: &str = include_str!("../../../tests/interop/matrix.md");

/// The head of each.
const COLUMNS: [&str; 8] = [
    "peer",
    "we are",
    "mechanisms",
    "users",
    "password",
    "channel",
    "we say",
    "the peer says",
];

/// A user whom the servers know.
pub(crate) struct Account {
    pub(crate) name: &'static str,
    pub(crate) password: &'static str,
}

/// The demo's own user.
const USER: Account = Account {
    name: "user",
    password: "pencil",
};

/// Not ASCII, and not in the form that `SASLprep` gives it: № becomes No.
pub(crate) const UNPREPARED: Account = Account {
    name: "üser",
    password: "pass wörd№",
};

/// Both.
pub(crate) const ACCOUNTS: [Account; 2] = [USER, UNPREPARED];

/// The password of [`UNPREPARED`] as prepared.
const PREPARED: &str = "pass wördNo";

/// The password that nobody has.
const WRONG: &str = "pencils";

/// One cell.
#[derive(Clone)]
pub(crate) struct Cell {
    /// As the table writes it: a program, and often a protocol.
    pub(crate) peer: &'static str,
    pub(crate) we_are: Side,
    pub(crate) mechanism: &'static str,
    pub(crate) user: &'static str,
    pub(crate) password: Password,
    pub(crate) channel: Channel,
    pub(crate) expected: Seen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
    /// Not there: this client is in its place, so that what fails then is not ours; or it is our command.
    Absent(Client),
}

/// What the client takes for the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Password {
    Right,
    Prepared,
    Wrong,
    None,
    /// Right, and the server does not know it: its own proof is wrong.
    Forged,
}

/// What came out, in the words of each side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) ours: String,
    pub(crate) theirs: String,
}

impl Side {
    /// Whether what is played is ours, and not only what it could be compared with.
    pub(crate) fn is_ours(self) -> bool {
        matches!(
            self,
            Self::Client | Self::Server | Self::Absent(Client::Sasl)
        )
    }
}

impl Cell {
    /// The peer without its protocol.
    pub(crate) fn program(&self) -> &'static str {
        self.peer.split(' ').next().unwrap_or(self.peer)
    }

    /// What comes after the program.
    pub(crate) fn form(&self) -> &'static str {
        self.peer.split_once(' ').map_or("", |(_, form)| form)
    }

    /// Whether a server has something to say of a client that says this: where nothing is expected, only of one that is in.
    /// Otherwise its word would be waited for in vain.
    pub(crate) fn asks_server(&self, client: &str) -> bool {
        self.expected != Seen::default() || client.starts_with("in")
    }

    /// The password that the client uses.
    pub(crate) fn client_password(&self) -> &'static str {
        match self.password {
            Password::Right | Password::Forged => self.account().password,
            Password::Prepared => PREPARED,
            Password::Wrong => WRONG,
            Password::None => "",
        }
    }

    /// A user whom the server knows: the cell's, where it is one.
    pub(crate) fn account(&self) -> &'static Account {
        let known = ACCOUNTS.iter().find(|account| account.name == self.user);
        known.unwrap_or(&USER)
    }

    /// Without `-PLUS`.
    pub(crate) fn base(&self) -> &'static str {
        self.mechanism
            .strip_suffix("-PLUS")
            .unwrap_or(self.mechanism)
    }
}

/// Reads the tables.
pub(crate) fn cells() -> Result<Vec<Cell>> {
    let mut cells = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        let Some(head) = columns(line) else { continue };
        // A table with another head was meant to be one of these.
        ensure!(head[..] == COLUMNS, "not the head of a table: {line}");
        ensure!(lines.next().is_some(), "a table ends with its head");
        for line in lines.by_ref().take_while(|line| !line.is_empty()) {
            let row = columns(line).with_context(|| format!("not a row: {line}"))?;
            read(&row, &mut cells).with_context(|| format!("the row {line}"))?;
        }
    }
    ensure!(!cells.is_empty(), "there is no table");
    Ok(cells)
}

/// The columns of a row, if the line is one.
fn columns(line: &'static str) -> Option<Vec<&'static str>> {
    let row = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(row.split('|').map(str::trim).collect())
}

/// Reads a row into its cells.
fn read(row: &[&'static str], cells: &mut Vec<Cell>) -> Result<()> {
    let &[
        peers,
        we_are,
        mechanisms,
        users,
        passwords,
        channels,
        ours,
        theirs,
    ] = row
    else {
        bail!("{} columns are wanted", COLUMNS.len());
    };
    let we_are = match we_are {
        "client" => Side::Client,
        "server" => Side::Server,
        other => {
            Side::Absent(Client::named(other).with_context(|| format!("no such side: {other}"))?)
        }
    };
    for peer in peers.split(", ") {
        for mechanism in mechanisms.split(", ") {
            let says =
                |text: &str, user| text.replace("USER", user).replace("MECHANISM", mechanism);
            for user in users.split(", ") {
                for password in passwords.split(", ") {
                    for channel in channels.split("; ") {
                        cells.push(Cell {
                            peer,
                            we_are,
                            mechanism,
                            user,
                            password: Password::read(password)?,
                            channel: Channel::read(channel)?,
                            expected: Seen {
                                ours: says(ours, user),
                                theirs: says(theirs, user),
                            },
                        });
                    }
                }
            }
        }
    }
    Ok(())
}

impl Password {
    fn read(text: &str) -> Result<Self> {
        Ok(match text {
            "right" => Self::Right,
            "prepared" => Self::Prepared,
            "wrong" => Self::Wrong,
            "none" => Self::None,
            "forged" => Self::Forged,
            other => bail!("no such password: {other}"),
        })
    }
}

impl fmt::Display for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Right => "right",
            Self::Prepared => "prepared",
            Self::Wrong => "wrong",
            Self::None => "none",
            Self::Forged => "forged",
        })
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {}", self.ours, self.theirs)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            peer,
            we_are,
            mechanism,
            user,
            password,
            channel,
            ..
        } = self;
        let side = match we_are {
            Side::Client => "client",
            Side::Server => "server",
            Side::Absent(client) => client.name(),
        };
        write!(
            f,
            "{peer:<18} {side:<10} {mechanism:<19} {user:<6} {password:<8} {channel:<33}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::shim::is_in;
    use std::collections::BTreeSet;

    #[test]
    fn every_pairing_is_seen_both_let_in_and_refused() {
        let cells = cells().unwrap();
        // Of others than us it need not be known.
        let ours = |cell: &&Cell| {
            // What is wrong with a trace not every client can be made to say.
            cell.we_are.is_ours() && cell.mechanism != "ANONYMOUS"
        };
        for cell in cells.iter().filter(ours) {
            let is_seen = |let_in| {
                cells.iter().any(|other| {
                    (other.peer, other.we_are, other.mechanism)
                        == (cell.peer, cell.we_are, cell.mechanism)
                        && lets_in(other) == let_in
                })
            };
            assert!(is_seen(true) && is_seen(false), "{cell}");
        }
    }

    fn lets_in(cell: &Cell) -> bool {
        let Seen { ours, .. } = &cell.expected;
        is_in(ours) || ours.contains(" is in by ")
    }

    #[test]
    fn no_cell_stands_there_twice() {
        let cells = cells().unwrap();
        let names: BTreeSet<_> = cells.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), cells.len());
    }

    #[test]
    fn a_wrong_password_is_let_in_nowhere() {
        for cell in cells().unwrap() {
            if cell.password == Password::Wrong {
                assert!(!lets_in(&cell), "{cell}");
                assert!(!cell.expected.theirs.starts_with("in"), "{cell}");
            }
        }
    }

    #[test]
    fn a_row_is_a_cell_for_each_mechanism_and_user() {
        let mut cells = Vec::new();
        let row =
            "| p | client | A, B | user, üser | wrong | tls-unique, other type | no | USER out |";
        read(&columns(row).unwrap(), &mut cells).unwrap();
        let [_, second, third, _] = &cells[..] else {
            panic!("{} cells", cells.len());
        };
        assert_eq!((second.mechanism, second.user), ("A", "üser"));
        assert_eq!((third.mechanism, third.user), ("B", "user"));
        assert_eq!(second.expected.theirs, "üser out");
        assert_eq!(third.channel.client, Some("tls-unique"));
        assert_eq!(third.channel.server, Some("tls-server-end-point"));
    }

    #[test]
    fn what_is_not_understood_is_not_played() {
        for row in [
            "| p | proxy | A | user | wrong | | no | no |",
            "| p | client | A | user | guess | | no | no |",
            "| p | client | A | user | wrong | tls-exporter | no | no |",
            "| p | server | A | user | wrong | TLS 1.1 | no | no |",
            "| p | server | A | user | wrong | TLS 1.3, maybe | no | no |",
            "| p | client | A | user | wrong | tls-unique, maybe | no | no |",
            "| p | client | A | user | wrong | ldap, other type | no | no |",
            "| p | client | A | user | wrong | no | no |",
        ] {
            assert!(
                read(&columns(row).unwrap(), &mut Vec::new()).is_err(),
                "{row}"
            );
        }
    }
}
