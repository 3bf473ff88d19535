//! A program without std that logs in through the facade. `cargo xtask no-std` builds it, runs it and expects exit status 0.
//!
//! Were anything in its graph to pull std in, std's panic handler would stand beside the one in `runtime`, and rustc
//! would refuse the program.

#![no_std]
#![no_main]

mod exchange;
mod profile;
mod runtime;

/// What the C start-up code calls.
// SAFETY: nothing else in this program is called `main`, and C calls it with this ABI; it may ignore the arguments.
#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    i32::from(!(exchange::succeeds() && profile::succeeds()))
}
