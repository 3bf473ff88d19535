//! A login cannot be copied.

fn twice(login: sasl::server::Authenticated) -> [sasl::server::Authenticated; 2] {
    [login.clone(), login]
}

fn main() {}
