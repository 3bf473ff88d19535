//! Two ends of a TCP connection over loopback, each on a thread of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Runs both ends and returns what they return.
pub(crate) fn both<C: Send, S: Send>(
    client: impl FnOnce(TcpStream) -> C + Send,
    server: impl FnOnce(TcpStream) -> S + Send,
) -> (C, S) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (from, _) = listener.accept().unwrap();
    thread::scope(|scope| {
        let server = scope.spawn(|| server(from));
        (client(to), server.join().unwrap())
    })
}

/// One octet in each direction: then both ends know that the handshake is over, and the client has its tickets.
pub(crate) fn greet(tls: &mut (impl Read + Write)) {
    tls.write_all(b"!").unwrap();
    tls.flush().unwrap();
    tls.read_exact(&mut [0]).unwrap();
}
