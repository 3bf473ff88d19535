//! The functions behind password hashes, called by themselves so many times: `bare argon2id 100`, `bare pbkdf2-sha256 100`. As
//! `sasl passwd bulk` makes hashes by default, but without randomness, text, and a password more than one.

use std::env;
use std::hint::black_box;

use argon2::{Algorithm, Argon2, Params, Version};
use sha2::Sha256;

const PASSWORD: &[u8] = b"password-1234";
const SALT: &[u8] = &[7; 16];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let scheme = arguments.next().ok_or("which function?")?;
    let count: u32 = arguments.next().ok_or("how often?")?.parse()?;
    for _ in 0..count {
        let mut digest = [0; 32];
        match &*scheme {
            "argon2id" => {
                let params = Params::new(19 * 1024, 2, 1, Some(digest.len()))?;
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                argon2.hash_password_into(black_box(PASSWORD), SALT, &mut digest)?;
            }
            "pbkdf2-sha256" => {
                pbkdf2::pbkdf2_hmac::<Sha256>(black_box(PASSWORD), SALT, 600_000, &mut digest);
            }
            _ => return Err("no such function".into()),
        }
        black_box(digest);
    }
    Ok(())
}
