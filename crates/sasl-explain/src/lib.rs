#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod cause;
mod decode;
mod exchange;
mod explain;
mod explanation;
mod family;
mod judge;
mod read;
mod render;
mod shown;

pub use cause::{Party, cause_names};
pub use exchange::{Answer, Exchange, Outcome, Protocol, Side};
pub use explain::{Options, explain};
pub use explanation::{Attribute, Check, CheckResult, Explanation, Finding, Login, Step, Verdict};
pub use read::{MAX_LOG, ReadError, read};
pub use render::{Glyphs, TextStyle, html, json, text};
