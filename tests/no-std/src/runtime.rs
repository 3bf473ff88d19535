//! What std would have brought: an allocator, a panic handler, and the names that the compiled `alloc` refers to.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::panic::PanicInfo;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

/// More than one exchange needs; an exchange that needs more fails.
const ARENA_OCTETS: usize = 1 << 20;

#[global_allocator]
static ALLOCATOR: Bump = Bump {
    arena: UnsafeCell::new([0; ARENA_OCTETS]),
    used: AtomicUsize::new(0),
};

/// Hands out one arena from front to back and takes nothing back: the program ends after one exchange.
struct Bump {
    arena: UnsafeCell<[u8; ARENA_OCTETS]>,
    used: AtomicUsize,
}

// SAFETY: the arena is only reached through `alloc`, which never hands out an octet twice.
unsafe impl Sync for Bump {}

// SAFETY: a block lies in the arena, is aligned as asked, and is disjoint from every other block.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let arena: *mut u8 = self.arena.get().cast();
        let block = |used: usize| {
            let start = arena
                .addr()
                .checked_add(used)?
                .checked_next_multiple_of(layout.align())?;
            let from = start.checked_sub(arena.addr())?;
            let to = from.checked_add(layout.size())?;
            (to <= ARENA_OCTETS).then_some((from, to))
        };
        let next = |used| block(used).map(|(_, to)| to);
        match self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next)
            .ok()
            .and_then(block)
        {
            Some((from, _)) => arena.wrapping_add(from),
            None => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

/// A panic is a failed check: abort, so that it is also a failed process.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: `abort` of libc takes nothing, may be called at any time and does not return.
    unsafe { abort() }
}

#[link(name = "c")]
unsafe extern "C" {
    fn abort() -> !;
}

/// `alloc` is shipped compiled for unwinding and refers to this; with `panic = "abort"` nothing calls it.
// SAFETY: the name is std's, and std is not here.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// As above.
// SAFETY: as above; the unwinder is not linked.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() {}
