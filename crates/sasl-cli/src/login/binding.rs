//! What a server means that offers to bind the channel, and then refuses to.

use sasl::Refused;

use super::drive::Told;
use super::scheme::Protocol;
use super::target::Target;
use super::verdict::Kind;

/// The verdict, where it is about the channel's binding and not about the user.
pub(super) fn refused(target: &Target, told: &Told, reason: Refused) -> Option<(Kind, String)> {
    let chosen = told.chosen.filter(sasl::MechanismName::is_plus)?;
    let answer = told.answer.as_ref()?;
    let hint = match (target.scheme.protocol, answer.code.as_str()) {
        _ if reason != Refused::ByServer => return None,
        // `other`: libsasl2's bad protocol.
        (Protocol::Ldap, "80") => {
            "OpenLDAP's servers have a form of their own, --binding-form openldap, and some want tls-unique"
        }
        (Protocol::Xmpp, "malformed-request") => "older servers want tls-unique under TLS 1.2",
        _ => return None,
    };
    let place = &target.place;
    Some((
        Kind::MechanismRefused,
        format!(
            "refused: {place} offers {chosen} and then does not take the type of channel binding, which says nothing of the \
             secret: {hint}, which this command does not have; --binding disable does without"
        ),
    ))
}
