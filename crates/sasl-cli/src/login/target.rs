//! Where to log in, out of a URL.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail, ensure};
use url::{Host, Url};

use super::scheme::{Protocol, Scheme};

/// A server, and who wants in.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) scheme: &'static Scheme,
    pub(crate) place: Place,
    pub(crate) user: Option<String>,
    /// What the path names, where it names one.
    pub(crate) database: Option<String>,
    /// The URL as it was read: without a password, since there was none.
    pub(crate) url: String,
}

/// Where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Net(Host, u16),
    Unix(PathBuf),
}

impl Target {
    /// Reads a URL. No error repeats it, since there may be a password in it.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let url = Url::parse(text).context(
            "this is no URL: it is SCHEME://[USER@]HOST[:PORT], or SCHEME:///PATH for a Unix socket",
        )?;
        // What every user of this machine can read in the list of processes, and what shells keep, is no password any more.
        ensure!(
            url.password().is_none(),
            "a password in a URL can be read by everybody on this machine: leave it out, and it is asked for; or see \
             --password-stdin, --password-fd and --password-file"
        );
        let scheme = Scheme::find(url.scheme())
            .with_context(|| format!("no such scheme; there are {}", Scheme::names()))?;
        ensure!(
            url.query().is_none() && url.fragment().is_none(),
            "a URL with ? or #, which mean nothing here"
        );
        let user = match url.username() {
            "" => None,
            user => Some(decoded(user).context("the user name in the URL")?),
        };
        // RFC 5092 §3.2 and RFC 2384 have the mechanism there.
        let asks_for_mechanism = |user: &String| user.to_ascii_uppercase().contains(";AUTH=");
        ensure!(
            !user.as_ref().is_some_and(asks_for_mechanism),
            ";AUTH= in a URL is not read: see --mechanism"
        );
        let place = place(&url, scheme)?;
        let database = match (&place, url.path().trim_start_matches('/')) {
            (Place::Unix(_), _) | (_, "") => None,
            (_, path) => Some(decoded(path).context("the database in the URL")?),
        };
        Ok(Self {
            scheme,
            database,
            place,
            user,
            url: url.to_string(),
        })
    }
}

fn place(url: &Url, scheme: &Scheme) -> Result<Place> {
    let host = url.host_str().unwrap_or_default();
    if host.is_empty() {
        let path = decoded(url.path()).context("the path in the URL")?;
        ensure!(
            path.len() > 1 && path.starts_with('/'),
            "no host: a URL is SCHEME://[USER@]HOST[:PORT], or SCHEME:///PATH for a Unix socket"
        );
        return Ok(Place::Unix(path.into()));
    }
    ensure!(
        matches!(url.path(), "" | "/") || scheme.protocol == Protocol::Postgres,
        "a path behind the host, which means nothing here"
    );
    // The parser leaves the hosts of schemes that browsers do not know as they are: names may be in other scripts.
    let host = decoded(host).context("the host in the URL")?;
    if scheme.has_path_for_host() {
        ensure!(
            host.starts_with('/') && host.len() > 1 && url.port().is_none(),
            "where a host would be, the path of the Unix socket is to be, with %2F for /"
        );
        return Ok(Place::Unix(host.into()));
    }
    let host = Host::parse(&host).context("the host in the URL is none")?;
    let port = url.port().unwrap_or(scheme.port);
    ensure!(port != 0, "port 0 is none");
    Ok(Place::Net(host, port))
}

impl FromStr for Place {
    type Err = anyhow::Error;

    /// `HOST:PORT`, or the path of a Unix socket.
    fn from_str(text: &str) -> Result<Self> {
        if text.starts_with('/') {
            return Ok(Self::Unix(text.into()));
        }
        let parts = text.rsplit_once(':').context("it is HOST:PORT, or /PATH")?;
        let host = Host::parse(parts.0).context("the host is none")?;
        let port = parts.1.parse().ok().filter(|port| *port != 0);
        Ok(Self::Net(host, port.context("the port is none")?))
    }
}

/// Percent-encoding taken off (RFC 3986 §2.1); UTF-8, without control characters.
fn decoded(text: &str) -> Result<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'%' {
            octets.push(octet);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16)?.try_into().ok();
        let (Some(high), Some(low)) = (digit(), digit()) else {
            bail!("has a % without two hexadecimal digits behind it");
        };
        let high: u8 = high;
        octets.push(high.wrapping_shl(4) | low);
    }
    let text = String::from_utf8(octets).ok().context("is not UTF-8")?;
    ensure!(
        !text.chars().any(char::is_control),
        "has a control character in it"
    );
    Ok(text)
}

impl Place {
    /// The host's name or address, as certificates have it.
    pub(crate) fn host(&self) -> Option<String> {
        match self {
            Self::Net(Host::Domain(name), _) => Some(name.clone()),
            Self::Net(Host::Ipv4(address), _) => Some(address.to_string()),
            Self::Net(Host::Ipv6(address), _) => Some(address.to_string()),
            Self::Unix(_) => None,
        }
    }

    /// Whether it says itself that it is on this machine: RFC 6761 §6.3 has the name.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Net(Host::Domain(name), _) => {
                let name = name.trim_end_matches('.');
                name == "localhost" || name.ends_with(".localhost")
            }
            Self::Net(Host::Ipv4(address), _) => address.is_loopback(),
            Self::Net(Host::Ipv6(address), _) => address.to_canonical().is_loopback(),
            Self::Unix(_) => true,
        }
    }

    pub(crate) fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Net(Host::Ipv4(address), _) => Some((*address).into()),
            Self::Net(Host::Ipv6(address), _) => Some((*address).into()),
            _ => None,
        }
    }

    pub(crate) fn port(&self) -> Option<u16> {
        match self {
            Self::Net(_, port) => Some(*port),
            Self::Unix(_) => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Net(host, _) => host.fmt(f),
            Self::Unix(path) => path.to_string_lossy().escape_debug().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_target_is_refused_and_not_repeated() {
        for url in [
            "",
            "c4n4ry",
            "smtp",
            "smtp:",
            "smtp:c4n4ry",
            "ldapi://c4n4ry",
            "ldapi://%2f",
            "ldapi://%2fc4n4ry:1",
            "ldap://host/c4n4ry",
            "postgres://host/c4n4ry%00",
            "xmpp:user@c4n4ry",
            "xmpp://host/c4n4ry",
            "smtp://",
            "smtp:///",
            "smtp://user:c4n4ry@host",
            "smtp://:c4n4ry@host",
            "http://c4n4ry",
            "smtp://host/c4n4ry",
            "smtp://host?c4n4ry",
            "smtp://host#c4n4ry",
            "smtp://host:0",
            "smtp://host:99999",
            "smtp://%ff@c4n4ry",
            "smtp://a%00@c4n4ry",
            "smtp://a%0a@c4n4ry",
            "smtp://c4n4ry%zz@host",
            "smtp://c4n4ry%4",
            "smtp://u;AUTH=PLAIN@c4n4ry",
            "smtp://u;auth=*@c4n4ry",
            "smtp://[::1",
            "smtp://a b/",
        ] {
            let error = format!("{:#}", Target::parse(url).unwrap_err());
            assert!(!error.contains("c4n4ry"), "{url}: {error}");
        }
    }

    #[test]
    fn only_what_says_so_is_local() {
        for (url, local) in [
            ("smtp://localhost", true),
            ("smtp://a.localhost.", true),
            ("smtp://127.1.2.3", true),
            ("smtp://[::1]", true),
            ("smtp://[::ffff:127.0.0.1]", true),
            ("smtp:///run/x", true),
            ("smtp://localhost.example", false),
            ("smtp://notlocalhost", false),
            ("smtp://0.0.0.0", false),
            ("smtp://10.0.0.1", false),
        ] {
            assert_eq!(Target::parse(url).unwrap().place.is_local(), local, "{url}");
        }
    }

    #[test]
    fn targets_are_read() {
        let read = |url| {
            let target = Target::parse(url).unwrap();
            (target.place.to_string(), target.place.port(), target.user)
        };
        let user = |name: &str| Some(name.to_owned());
        for (url, expected) in [
            ("smtp://host", ("host", Some(25), None)),
            ("SMTP://Host.example/", ("host.example", Some(25), None)),
            ("submissions://u@host:2465", ("host", Some(2465), user("u"))),
            ("smtp://[::1]:2525", ("[::1]", Some(2525), None)),
            ("smtp://127.0.0.1", ("127.0.0.1", Some(25), None)),
            (
                "smtp://a%40b.example@host",
                ("host", Some(25), user("a@b.example")),
            ),
            ("smtp://%C3%BCser@host", ("host", Some(25), user("üser"))),
            ("smtp://üser@host", ("host", Some(25), user("üser"))),
            (
                "smtp://müller.example",
                ("xn--mller-kva.example", Some(25), None),
            ),
            ("smtp://@host", ("host", Some(25), None)),
            ("smtp:///run/a%20b", ("/run/a b", None, None)),
            ("ldapi://%2Frun%2Fa%20b/", ("/run/a b", None, None)),
            ("ldapi:///run/ldapi", ("/run/ldapi", None, None)),
            ("ldaps://host", ("host", Some(636), None)),
            ("xmpp://u@host", ("host", Some(5222), user("u"))),
            ("postgresql://u@host/db", ("host", Some(5432), user("u"))),
        ] {
            let (host, port, name) = read(url);
            assert_eq!((host.as_str(), port, name), expected, "{url}");
        }
    }

    #[test]
    fn databases_are_postgresqls() {
        for (url, database) in [
            ("postgres://host", None),
            ("postgres://host/", None),
            ("postgres://host/a%20b", Some("a b")),
            ("postgres:///run/postgresql/.s.PGSQL.5432", None),
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!(target.database.as_deref(), database, "{url}");
        }
    }

    #[test]
    fn another_place_to_connect_to_is_read() {
        for text in [
            "", "host", "host:", "host:0", "host:x", ":1", "::1", "a b:1",
        ] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
        for (text, port) in [("host:1", Some(1)), ("[::1]:2", Some(2)), ("/run/a", None)] {
            assert_eq!(text.parse::<Place>().unwrap().port(), port, "{text}");
        }
    }
}
