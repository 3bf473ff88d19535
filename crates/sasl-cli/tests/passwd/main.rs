//! `sasl passwd`, as it is built.

#[cfg(test)]
mod bulk;
#[cfg(unix)]
#[cfg(test)]
mod examples;
#[cfg(test)]
mod make;
#[cfg(test)]
mod others;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod prompt;
#[cfg(test)]
mod run;
