//! What one server exchange takes from the heap. Prints a line per contender: `heap`, the contender, the octets it holds
//! while it waits for the client's final message, the octets of the value that owns them, and the allocations of the
//! whole exchange, between tabs; and the same for the copy that this workspace's server is handed from its store.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use sasl_peers::account::Account;
use sasl_peers::contender::Server;
use sasl_peers::kafkars::KafkarsServer;
use sasl_peers::ours::OurServer;
use sasl_peers::rsasl::RsaslServer;
use sasl_peers::scram_rs::ScramRsServer;
use sasl_peers::xmpp::XmppServer;

/// The system's allocator, counted. A block that grows counts as one allocation more.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

#[expect(unsafe_code, reason = "an allocator cannot be written without")]
// SAFETY: every call is the system allocator's own; only numbers are kept beside.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Relaxed);
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: the caller's promises are the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        HELD.fetch_add(size, Relaxed);
        HELD.fetch_sub(layout.size(), Relaxed);
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    let account = Account::new();
    let ours = OurServer::new();
    exchange("sasl", &ours, &account);
    exchange("rsasl", &RsaslServer::new(&account), &account);
    exchange("xmpp", &&XmppServer::new(&account), &account);
    exchange("kafkars", &KafkarsServer::new(&account), &account);
    exchange("scram-rs", &&ScramRsServer::new(&account), &account);

    let before = Count::now();
    let copy = black_box(ours.lookup());
    let after = Count::now();
    println!(
        "heap\tcopy\t{}\t{}\t{}",
        after.held - before.held,
        size_of_val(&copy),
        after.allocations - before.allocations
    );
}

fn exchange<S: Server>(name: &str, server: &S, account: &Account) {
    let client_first = Account::client_first(S::gs2_header());
    // Once before: what is made at first use and kept is not the exchange's.
    for last in [false, true] {
        let before = Count::now();
        let waiting = server.first(black_box(&client_first));
        let first = Count::now();
        let client_final = account.client_final(&client_first, S::message(&waiting));
        let size = size_of_val(&waiting);
        let again = Count::now();
        server.last(waiting, black_box(&client_final));
        let after = Count::now();
        if last {
            let allocations =
                (first.allocations - before.allocations) + (after.allocations - again.allocations);
            println!(
                "heap\t{name}\t{}\t{size}\t{allocations}",
                first.held - before.held
            );
        }
    }
}

struct Count {
    held: usize,
    allocations: usize,
}

impl Count {
    fn now() -> Self {
        Self {
            held: HELD.load(Relaxed),
            allocations: ALLOCATIONS.load(Relaxed),
        }
    }
}
