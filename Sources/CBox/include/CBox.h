// The system calls of Box that Swift cannot make: fork(2), descriptors in messages, the system call filter.
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

// fork(2). The process must have only one thread.
pid_t portraitd_fork(void);

// posix_spawn(3) of the program that is open as `executable`. The process gets /dev/null as descriptors 0 to 2,
// `control` as 3, no blocked or handled signals, a new process group and an almost empty environment. Returns an
// errno(3) value; 0 is success.
int portraitd_spawn(int executable, int control, pid_t *process);

// Sends one message with descriptors on a SOCK_SEQPACKET socket. Does not wait. Returns false and sets errno(3) on
// failure.
bool portraitd_send(int socket, const void *bytes, size_t count, const int *descriptors, size_t descriptor_count);

// Waits for one message. Takes at most `descriptor_capacity` descriptors (2 at most) and closes the others; missing
// descriptors are -1. Returns the number of bytes, 0 at the end of the socket, -1 on failure or if the message exceeds
// `capacity`.
ssize_t portraitd_receive(int socket, void *bytes, size_t capacity, int *descriptors, size_t descriptor_capacity);

// pidfd_open(2) and pidfd_send_signal(2) with SIGKILL; glibc 2.36 declares them for C only. -1 on failure.
int portraitd_pidfd_open(pid_t process);
int portraitd_pidfd_kill(int descriptor);

// memfd_create(2) with a copy of `bytes`, sealed: no process can change the content or the length. -1 on failure.
int portraitd_sealed_memory(const void *bytes, size_t count);
// memfd_create(2) with `count` zero bytes. This process writes them through the mapping at `address`; the descriptor
// allows only reading (F_SEAL_FUTURE_WRITE). -1 on failure.
int portraitd_written_memory(size_t count, void **address);
// memfd_create(2) with `count` zero bytes, which can be written; the length is fixed. -1 on failure.
int portraitd_bounded_memory(size_t count);

// Sets the name of this process, which was started by a path in /proc/self/fd, and closes every descriptor above
// `last`. False if the kernel refuses.
bool portraitd_begin(const char *name, int last);

// Restricts a forked process before it receives a picture: it dies with its parent, loses every descriptor except 0, 1,
// 2 and `socket`, and can neither be traced nor dump core. False if the parent has ended or the kernel refuses.
bool portraitd_strip(int socket, pid_t parent);

// Restricts the process further: it may use `data` bytes of memory, `address` bytes of address space and `seconds` of
// processor time more than now. From then on, the kernel kills it at any system call that decoding does not need. False
// if the kernel refuses.
bool portraitd_lock(size_t data, size_t address, unsigned seconds, int socket);

// Returns the processor time of another process in nanoseconds; -1 if there is no such process.
int64_t portraitd_processor_time(pid_t process);

#endif
