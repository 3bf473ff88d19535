//! Secrets are compared through one door, in constant time.

use sasl::{Key, Password};

fn main() {
    let _ = Password::new("a") == Password::new("a");
    let _ = Key::new("a") == Key::new("a");
}
