//! The mechanisms of a login, with the options of the command line.

use anyhow::{Context as _, Result, ensure};
use clap::ValueEnum;
use sasl::client::Mechanism;
use sasl::scram::ScramClient;
use sasl::{
    BindingPolicy, Builtin, Channel, Client, CramMd5, Login, OsRandom, Plain, Policy, Preparation,
    ScramSha1, ScramSha224, ScramSha256, ScramSha384, ScramSha512, ScramSha3512, builtin, builtins,
};

use sasl_profile::{ldap, postgres};

use super::record::Record;
use super::scheme::Protocol;
use crate::prep::Prep;

#[derive(clap::Args)]
#[command(next_help_heading = "Mechanisms")]
#[group(skip)]
pub(crate) struct Args {
    /// Take this mechanism, and others only if they are named too; may be given several times. By default the strongest that
    /// both sides have; ANONYMOUS and HT are taken only by name
    #[arg(long, value_name = "NAME")]
    mechanism: Vec<String>,

    /// Whether the login is bound to the TLS channel
    #[arg(long, value_enum, default_value_t = Binding::Prefer)]
    binding: Binding,

    /// How a binding is sent: as RFC 5802 has it, or as OpenLDAP's servers and clients do
    #[arg(long, value_enum, default_value_t = BindingForm::Rfc)]
    binding_form: BindingForm,

    /// How the password is prepared: as the server's keys were made. By default as each mechanism says
    #[arg(long, value_enum)]
    prep: Option<Prep>,

    /// The fewest iterations of SCRAM that the server may ask for
    #[arg(long, value_name = "N", default_value_t = *ScramClient::ITERATIONS.start())]
    min_iterations: u32,

    /// The most iterations of SCRAM that the server may ask for
    #[arg(long, value_name = "N", default_value_t = *ScramClient::ITERATIONS.end())]
    max_iterations: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Binding {
    /// Never
    Disable,
    /// Where both sides can
    Prefer,
    /// Always, or nothing is sent
    Require,
}

impl From<Binding> for BindingPolicy {
    fn from(binding: Binding) -> Self {
        match binding {
            Binding::Disable => Self::Disable,
            Binding::Prefer => Self::Prefer,
            Binding::Require => Self::Require,
        }
    }
}

/// What a channel binding looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BindingForm {
    /// RFC 5802: the type's own name and value
    Rfc,
    /// OpenLDAP: the type `ldap`, whose value begins with the type's own name
    Openldap,
}

impl BindingForm {
    /// The channel with the bindings that a server of this protocol may know.
    pub(crate) fn bindings(self, protocol: Protocol, channel: Channel) -> Channel {
        // Neither knows another of those that TLS has here.
        let channel = match (self, protocol) {
            (Self::Openldap, _) | (_, Protocol::Postgres) => postgres::channel(&channel),
            (Self::Rfc, _) => channel,
        };
        match self {
            Self::Rfc => channel,
            Self::Openldap => {
                let bindings = channel.bindings().iter();
                let bindings = bindings.filter_map(|binding| ldap::openldap_binding(binding).ok());
                channel.without_bindings().with_bindings(bindings)
            }
        }
    }
}

impl Args {
    pub(crate) fn form(&self) -> BindingForm {
        self.binding_form
    }

    /// The mechanisms that were asked for, in any case.
    pub(crate) fn named(&self) -> Result<Vec<&'static Builtin>> {
        ensure!(
            self.min_iterations <= self.max_iterations,
            "--min-iterations is above --max-iterations"
        );
        let named = self.mechanism.iter().map(|name| {
            builtin(&name.to_ascii_uppercase()).with_context(|| {
                format!("there is no mechanism {name:?}: `sasl mechanisms` lists what there is")
            })
        });
        named.collect()
    }

    /// A client that has these, or all there are. What passes is kept.
    pub(crate) fn client(
        &self,
        protocol: Protocol,
        named: &[&'static Builtin],
        record: &Record,
    ) -> Client {
        let policy = Policy::new().binding(self.binding.into());
        let all = || builtins().iter();
        let wanted: Vec<_> = match named {
            [] => all().collect(),
            // In the order of strength all the same, unless that is equal.
            named => named.to_vec(),
        };
        let mut client = Client::builder(OsRandom).policy(policy);
        for mechanism in wanted {
            client = client.mechanism(record.of(self.configured(protocol, mechanism)));
        }
        client.build()
    }

    fn configured(&self, protocol: Protocol, mechanism: &Builtin) -> Box<dyn Mechanism> {
        let preparation = match (self.prep, protocol) {
            (Some(prep), _) => Some(prep.into()),
            // What SASLprep refuses, PostgreSQL has made its keys of as it is.
            (None, Protocol::Postgres) => Some(Preparation::SaslprepOrRaw),
            (None, _) => None,
        };
        let scram = |client: ScramClient| -> Box<dyn Mechanism> {
            let client = client.iterations(self.min_iterations..=self.max_iterations);
            Box::new(match preparation {
                Some(preparation) => client.preparation(preparation),
                None => client,
            })
        };
        let name = mechanism.name();
        let plus = name.is_plus();
        match (name.as_str().trim_end_matches("-PLUS"), preparation) {
            ("SCRAM-SHA-1", _) if plus => scram(ScramSha1::client_plus()),
            ("SCRAM-SHA-1", _) => scram(ScramSha1::client()),
            ("SCRAM-SHA-224", _) if plus => scram(ScramSha224::client_plus()),
            ("SCRAM-SHA-224", _) => scram(ScramSha224::client()),
            ("SCRAM-SHA-256", _) if plus => scram(ScramSha256::client_plus()),
            ("SCRAM-SHA-256", _) => scram(ScramSha256::client()),
            ("SCRAM-SHA-384", _) if plus => scram(ScramSha384::client_plus()),
            ("SCRAM-SHA-384", _) => scram(ScramSha384::client()),
            ("SCRAM-SHA-512", _) if plus => scram(ScramSha512::client_plus()),
            ("SCRAM-SHA-512", _) => scram(ScramSha512::client()),
            ("SCRAM-SHA3-512", _) if plus => scram(ScramSha3512::client_plus()),
            ("SCRAM-SHA3-512", _) => scram(ScramSha3512::client()),
            ("PLAIN", Some(preparation)) => Box::new(Plain::client().preparation(preparation)),
            ("LOGIN", Some(preparation)) => Box::new(Login::client().preparation(preparation)),
            ("CRAM-MD5", Some(preparation)) => Box::new(CramMd5::client().preparation(preparation)),
            _ => mechanism.client(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn args(line: &[&str]) -> Args {
        Line::try_parse_from([&["sasl"], line].concat())
            .unwrap()
            .args
    }

    #[test]
    fn options_do_not_change_which_mechanism_it_is() {
        for line in [&[][..], &["--prep", "none"]] {
            let args = args(line);
            for mechanism in builtins() {
                let configured = args.configured(Protocol::Smtp, mechanism);
                assert_eq!(configured.name(), mechanism.name());
                assert_eq!(configured.properties(), mechanism.properties());
            }
        }
    }

    #[test]
    fn the_named_are_all_there_is() {
        let args = args(&["--mechanism", "plain", "--mechanism", "SCRAM-SHA-1"]);
        let client = args.client(Protocol::Smtp, &args.named().unwrap(), &Record::default());
        let names: Vec<_> = client.mechanisms().map(|name| name.to_string()).collect();
        assert_eq!(names, ["SCRAM-SHA-1", "PLAIN"]);
    }

    #[test]
    fn what_cannot_be_had_is_refused() {
        assert!(args(&["--mechanism", "GSSAPI"]).named().is_err());
        assert!(
            args(&["--min-iterations", "5", "--max-iterations", "4"])
                .named()
                .is_err()
        );
    }
}
