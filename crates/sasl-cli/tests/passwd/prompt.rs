//! The prompt, at a terminal made for it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use crate::run::check;

/// How long the screen may stay as it is.
const PATIENCE: Duration = Duration::from_secs(30);

/// A person at a terminal at which `sasl passwd …` runs.
struct Seat {
    keys: File,
    terminal: File,
    child: Child,
    shown: Receiver<Vec<u8>>,
    screen: String,
}

impl Seat {
    fn at(args: &[&str]) -> Self {
        let keys = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keys).unwrap();
        unlockpt(&keys).unwrap();
        let path = ptsname(&keys, Vec::new()).unwrap();
        let open = || {
            let opened = rustix::fs::open(&path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty());
            File::from(opened.unwrap())
        };
        // Of util-linux: without unsafe code there is no other way to a controlling terminal.
        let child = Command::new("setsid")
            .args(["--ctty", env!("CARGO_BIN_EXE_sasl"), "passwd"])
            .args(args)
            .stdin(open())
            .stdout(open())
            .stderr(open())
            .spawn()
            .unwrap();
        let keys = File::from(keys);
        let mut screen = keys.try_clone().unwrap();
        let (sender, shown) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(read @ 1..) = screen.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            keys,
            terminal: open(),
            child,
            shown,
            screen: String::new(),
        }
    }

    /// Waits until this is on the screen.
    fn sees(&mut self, text: &str) {
        while !self.screen.contains(text) {
            let Ok(octets) = self.shown.recv_timeout(PATIENCE) else {
                panic!("{text:?} is not shown, but {:?}", self.screen);
            };
            self.screen.push_str(str::from_utf8(&octets).unwrap());
        }
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    fn echo(&self) -> bool {
        let modes = tcgetattr(&self.terminal).unwrap().local_modes;
        modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG)
    }

    fn status(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

#[test]
fn nothing_of_the_password_is_shown() {
    let mut seat = Seat::at(&["make", "--memory", "64"]);
    seat.sees("Password: ");
    assert!(!seat.echo());
    // A tab, a character outside ASCII, and a mistake that is taken back.
    seat.types("ink\tü0\x7f\n");
    seat.sees("The same again: ");
    seat.types("ink\tü\n");
    seat.sees("\r\n$argon2id$v=19$m=64,t=2,p=1$");
    assert_eq!(seat.status(), Some(0));
    assert!(seat.echo());
    seat.sees("\n");
    let (_, verifier) = seat.screen.split_once("$argon2id").unwrap();
    let verifier = format!("$argon2id{}", verifier.trim_end());
    assert_eq!(check(&verifier, &[], "ink\tü"), Some(0));
    for typed in ["ink", "ü"] {
        assert!(!seat.screen.contains(typed), "{:?}", seat.screen);
    }
}

#[test]
fn the_terminal_is_left_as_it_was() {
    for (keys, status) in [("pen\x03", 130), ("pen\x1c", 131), ("\x04", 2), ("\n", 2)] {
        let mut seat = Seat::at(&["make", "--memory", "64"]);
        seat.sees("Password: ");
        assert!(!seat.echo());
        seat.types(keys);
        assert_eq!(seat.status(), Some(status), "{keys:?}");
        assert!(seat.echo(), "{keys:?}");
        assert!(!seat.screen.contains("pen"), "{:?}", seat.screen);
    }
}

#[test]
fn being_stopped_is_not_heeded() {
    let mut seat = Seat::at(&["check", "--verifier", "{PLAIN}pencil"]);
    seat.sees("Password: ");
    seat.types("pen\x1a");
    seat.types("pencil\n");
    seat.sees("the password is ");
    // Ctrl-Z throws away what was typed before it, as every signal key does.
    assert_eq!(seat.status(), Some(0));
}

#[test]
fn two_passwords_that_differ_make_nothing() {
    let mut seat = Seat::at(&["make", "--memory", "64"]);
    seat.sees("Password: ");
    seat.types("pencil\n");
    seat.sees("The same again: ");
    seat.types("pencils\n");
    seat.sees("sasl: the two passwords differ");
    assert_eq!(seat.status(), Some(2));
}
