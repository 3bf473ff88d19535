//! Servers of protocols that are none of lines.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use crate::server::serve;

/// Waits for something of the client's: what is sent in one go is short.
pub(crate) fn hears(io: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut buffer = [0; 4096];
    match io.read(&mut buffer)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        len => Ok(buffer[..len].to_vec()),
    }
}

/// Until there is nothing more to hear.
pub(crate) fn waits(io: &mut impl Read) {
    while hears(io).is_ok() {}
}

/// A server that answers each time with the next of these, and then closes.
pub(crate) fn answers(answers: Vec<Vec<u8>>) -> u16 {
    serve(move |mut io| {
        for answer in &answers {
            hears(&mut io)?;
            io.write_all(answer)?;
        }
        // What the client still says would make the system reset the connection.
        io.shutdown(std::net::Shutdown::Write)?;
        waits(&mut io);
        Ok(())
    })
}

/// The same, an octet at a time.
pub(crate) fn dribbles(answers: Vec<Vec<u8>>) -> u16 {
    serve(move |mut io: TcpStream| {
        io.set_nodelay(true)?;
        for answer in &answers {
            hears(&mut io)?;
            for octet in answer {
                io.write_all(&[*octet])?;
            }
        }
        waits(&mut io);
        Ok(())
    })
}

/// A server that sends these and then nothing, without an end.
pub(crate) fn holds(octets: &'static [u8]) -> u16 {
    serve(move |mut io| {
        hears(&mut io)?;
        io.write_all(octets)?;
        waits(&mut io);
        Ok(())
    })
}

/// A server that says this over and over again.
pub(crate) fn floods(first: Vec<u8>, again: &'static [u8]) -> u16 {
    serve(move |mut io| {
        hears(&mut io)?;
        io.write_all(&first)?;
        while io.write_all(&again.repeat(64)).is_ok() {}
        Ok(())
    })
}
