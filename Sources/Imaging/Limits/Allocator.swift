import CImaging

/// The C library's allocator, which all decoders share.
package enum Allocator {
    /// Gives the memory of large pictures back to the system when they are done; to be called once, before other threads
    /// are there.
    ///
    /// glibc would raise the size from which it does so with each large block that is freed, to 32 MiB, and keep what is
    /// smaller, for each arena anew: after three rounds of eight large uploads 380 MiB stayed resident, so 8.
    package static func returnLargeBlocks() {
        _ = mallopt(M_MMAP_THRESHOLD, 1 << 20)
        // mallopt(3): setting the one fixes the other at 128 KiB, and each small picture would give back what the next takes.
        _ = mallopt(M_TRIM_THRESHOLD, 1 << 20)
    }
}
