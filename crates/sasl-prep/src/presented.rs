//! What one side presents to the other, prepared: the same for every mechanism with names and passwords.

use sasl_core::server::{Presented, StoredForm};
use sasl_core::{Authcid, Authzid, Malformed, Password, Preparation, Unusable};

use crate::choice::is_prepared;
use crate::{PrepError, query, query_text, stored};

/// The name that a client presented as prepared, to look up, and as presented where that differs.
///
/// What an error means, and when it may be told, is the mechanism's matter. It depends on the name alone.
///
/// ```
/// use sasl_core::Authcid;
/// use sasl_prep::{Preparation, presented_authcid};
///
/// let (authcid, presented) = presented_authcid(Preparation::Saslprep, Authcid::parse("\u{2168}")?)?;
/// assert_eq!(authcid, "IX");
/// assert_eq!(presented.unwrap(), "\u{2168}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Those of [`query_text`], [`PrepError::Empty`] when nothing is left, and [`PrepError::TooLong`] when what is left is
/// above [`limits::NAME`](sasl_core::limits::NAME) octets.
pub fn presented_authcid(
    preparation: Preparation,
    presented: Authcid,
) -> Result<(Authcid, Option<Authcid>), PrepError> {
    if is_prepared(preparation, presented.as_str()) {
        return Ok((presented, None));
    }
    let prepared = query_text(preparation, presented.as_str())?;
    if prepared.as_str() == presented.as_str() {
        return Ok((presented, None));
    }
    let authcid = Authcid::parse(prepared.as_str()).map_err(unfit)?;
    Ok((authcid, Some(presented)))
}

/// The authzid that a client presented, prepared like the authcid so that the two can be compared.
///
/// What prepares to nothing was not nothing: it is an error, and no way to ask for oneself.
///
/// # Errors
/// As [`presented_authcid`].
pub fn presented_authzid(
    preparation: Preparation,
    presented: &Authzid,
) -> Result<Authzid, PrepError> {
    let prepared = query_text(preparation, presented.as_str())?;
    Authzid::parse(prepared.as_str()).map_err(unfit)
}

/// The password that a client presented, as a server has it checked.
///
/// # Errors
/// Those of [`query`], and [`PrepError::Empty`] when nothing is left, or nothing was there.
pub fn presented_password(
    preparation: Preparation,
    presented: Password,
) -> Result<Presented, PrepError> {
    let stored_form: StoredForm = match preparation {
        Preparation::None if presented.is_empty() => return Err(PrepError::Empty),
        Preparation::None => return Ok(Presented::unprepared(presented)),
        Preparation::SaslprepOrRaw => |octets| stored(Preparation::SaslprepOrRaw, octets).ok(),
        _ => |octets| stored(Preparation::Saslprep, octets).ok(),
    };
    let prepared = query(preparation, presented.expose())?;
    if prepared.is_empty() {
        return Err(PrepError::Empty);
    }
    Ok(Presented::prepared(
        presented,
        Password::new(prepared),
        stored_form,
    ))
}

/// Whether a client may present this name and this password: a server that prepares so could accept them.
///
/// # Errors
/// [`Unusable::Preparation`] when one of them cannot be prepared, [`Unusable::EmptyName`] and
/// [`Unusable::EmptySecret`] when nothing is left of it, or nothing was there.
pub fn may_present(
    preparation: Preparation,
    authcid: &Authcid,
    password: &Password,
) -> Result<(), Unusable> {
    let name = query_text(preparation, authcid.as_str()).map_err(|_| Unusable::Preparation)?;
    let password = query(preparation, password.expose()).map_err(|_| Unusable::Preparation)?;
    match (name.is_empty(), password.is_empty()) {
        (true, _) => Err(Unusable::EmptyName),
        (_, true) => Err(Unusable::EmptySecret),
        _ => Ok(()),
    }
}

/// Why the prepared form of a name is none.
fn unfit(reason: Malformed) -> PrepError {
    match reason {
        Malformed::TooLong => PrepError::TooLong,
        Malformed::Nul => PrepError::Prohibited,
        _ => PrepError::Empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    fn prepared(preparation: Preparation, name: &str) -> Result<(String, bool), PrepError> {
        let (authcid, presented) = presented_authcid(preparation, name.parse().map_err(unfit)?)?;
        let differs = presented.is_some_and(|presented| presented == name);
        Ok((authcid.as_str().into(), differs))
    }

    #[test]
    fn names_of_which_nothing_or_too_much_is_left_are_none() {
        let long = "\u{fdfa}".repeat(100);
        for (name, fault) in [
            ("us\u{7}er", PrepError::Prohibited),
            ("\u{627}1", PrepError::Bidi),
            ("\u{ad}", PrepError::Empty),
            (&*long, PrepError::TooLong),
        ] {
            let parsed = Authzid::parse(name).unwrap();
            assert_eq!(prepared(Preparation::Saslprep, name), Err(fault), "{name}");
            assert_eq!(
                presented_authzid(Preparation::Saslprep, &parsed),
                Err(fault)
            );
            // Left as it is, each of them is a name.
            assert_eq!(prepared(Preparation::None, name), Ok((name.into(), false)));
        }
    }

    #[test]
    fn the_presented_name_is_kept_where_it_differs() {
        let saslprep = |name| prepared(Preparation::Saslprep, name);
        assert_eq!(saslprep("user"), Ok(("user".into(), false)));
        assert_eq!(saslprep("us\u{ad}er"), Ok(("user".into(), true)));
        let authzid = Authzid::parse("us\u{ad}er").unwrap();
        assert_eq!(
            presented_authzid(Preparation::Saslprep, &authzid).unwrap(),
            "user"
        );
    }

    #[test]
    fn passwords_of_which_nothing_is_left_verify_nothing() {
        let fault = |preparation, password: &[u8]| {
            presented_password(preparation, Password::new(password)).err()
        };
        for preparation in [
            Preparation::Saslprep,
            Preparation::SaslprepOrRaw,
            Preparation::None,
        ] {
            assert_eq!(fault(preparation, b""), Some(PrepError::Empty));
            assert_eq!(fault(preparation, b"pencil"), None);
        }
        let hyphen = "\u{ad}".as_bytes();
        assert_eq!(fault(Preparation::Saslprep, hyphen), Some(PrepError::Empty));
        assert_eq!(fault(Preparation::SaslprepOrRaw, hyphen), None);
        assert_eq!(
            fault(Preparation::Saslprep, b"\xff"),
            Some(PrepError::NotUtf8)
        );
        assert_eq!(fault(Preparation::SaslprepOrRaw, b"\xff"), None);
        assert_eq!(fault(Preparation::None, b"\xff"), None);
    }

    #[test]
    fn nothing_is_presented_that_no_server_could_accept() {
        let check = |name: &str, password: &str| {
            let name = Authcid::parse(name).unwrap_or_else(|_| Authcid::ignored());
            may_present(Preparation::Saslprep, &name, &Password::new(password))
        };
        assert_eq!(check("user", "pencil"), Ok(()));
        assert_eq!(check("", "pencil"), Err(Unusable::EmptyName));
        assert_eq!(check("\u{ad}", "pencil"), Err(Unusable::EmptyName));
        assert_eq!(check("user", ""), Err(Unusable::EmptySecret));
        assert_eq!(check("user", "\u{ad}"), Err(Unusable::EmptySecret));
        assert_eq!(check("us\u{7}er", "pencil"), Err(Unusable::Preparation));
        assert_eq!(check("user", "pen\u{7}cil"), Err(Unusable::Preparation));
    }
}
