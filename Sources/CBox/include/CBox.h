// The system calls behind Box that Swift cannot make itself: fork(2), descriptors in messages, the filter of system calls.
#ifndef PORTRAITD_CBOX_H
#define PORTRAITD_CBOX_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>

// fork(2); to be called where there is one thread only.
pid_t portraitd_fork(void);

// posix_spawn(3) of the program that `executable` is open on, with /dev/null as 0 to 2, `control` as 3, no signal blocked or
// handled, a process group of its own and next to no environment. Returns an errno(3); 0 is success.
int portraitd_spawn(int executable, int control, pid_t *process);

// Sends one message of a SOCK_SEQPACKET socket, with descriptors. Never waits. False: errno(3) says why.
bool portraitd_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count);

// Receives one message, waiting for it. At most `descriptor_capacity` (2 at most) descriptors are taken, others closed; those
// that did not come are -1. Returns the bytes, 0 at the end, -1 on failure or where the message is longer than `capacity`.
ssize_t portraitd_receive(int socket, void *bytes, size_t capacity, int *descriptors, size_t descriptor_capacity);

// pidfd_open(2) and pidfd_send_signal(2), which glibc 2.36 declares in C only; -1 on failure.
int portraitd_pidfd_open(pid_t process);
int portraitd_pidfd_kill(int descriptor);

// memfd_create(2) with a copy of `bytes`, sealed: no process can change the content or the length. -1 on failure.
int portraitd_sealed_memory(const void *bytes, size_t count);
// memfd_create(2) of `count` zeros. This process writes it through the mapping at `address`; with the descriptor it can only be
// read (F_SEAL_FUTURE_WRITE). -1 on failure.
int portraitd_written_memory(size_t count, void **address);
// Memory of `count` zeros that can be written over, but neither become more nor fewer.
int portraitd_bounded_memory(size_t count);

// Gives this process its name, for it was started by a number, and closes every descriptor above the last that it has.
bool portraitd_begin(const char *name, int last);

// What a forked process does before it meets a picture: it dies with its parent, loses every descriptor but 0, 1, 2 and
// `socket`, and can neither be traced nor leave a core. False where the parent is gone already, or the kernel refuses.
bool portraitd_strip(int socket, pid_t parent);

// What it does then: it may take `data` bytes of memory more than now, `address` bytes of addresses, and `seconds` of
// processor time more than it has used; from then on only the system calls that decoding needs are left to it, and any other
// kills it. False where the kernel refuses.
bool portraitd_lock(size_t data, size_t address, unsigned seconds, int socket);

// The processor time of another process in nanoseconds; -1 when there is none.
int64_t portraitd_processor_time(pid_t process);

#endif
