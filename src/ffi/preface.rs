//! torctl: control the tor daemon from C and C++
//!
//! A program opens a controller on a running tor, makes requests that block until tor has answered,
//! and hears events in one of two ways: a listener, which is a function of its own that the library
//! calls, or an event queue with a descriptor to poll. A complete program:
//!
//!     #include <stdio.h>
//!     #include <torctl.h>
//!
//!     int main(void)
//!     {
//!         torctl_controller *tor = NULL;
//!         torctl_values *values = NULL;
//!         torctl_error *err = NULL;
//!
//!         if (torctl_controller_open("127.0.0.1:9051", NULL, &tor, &err) == TORCTL_OK &&
//!             torctl_get_info(tor, "version", NULL, &values, &err) == TORCTL_OK)
//!             printf("tor %s\n", torctl_values_value(values, 0));
//!         else
//!             fprintf(stderr, "%s\n", torctl_error_message(err));
//!         torctl_error_free(err);
//!         torctl_values_free(values);
//!         torctl_controller_free(tor);
//!         return 0;
//!     }
//!
//! What follows holds for every function unless its comment says otherwise.
//!
//! Ownership. What a function hands out through a pointer to a non-const pointer, or returns as a
//! non-const pointer, the caller frees with the free function of its type, once. What it returns as
//! a const pointer lives in the object that it was asked of and is not freed. Every free function
//! accepts NULL. Arguments are copied; the library keeps none of the caller's pointers but user_data.
//!
//! Results. A function that can fail returns a torctl_status; test for TORCTL_OK, or for a negative
//! number. Its outputs are written on every path: on failure they are NULL or 0. Through its last
//! argument it gives a torctl_error with the details of a failure, and NULL on success; pass NULL if
//! they are not wanted. Functions without a status cannot fail: with NULL, or with an object that
//! lacks what is asked for, they return 0 or an empty string.
//!
//! Strings in are NUL-terminated. Strings out are NUL-terminated, never NULL unless that is said,
//! and of any bytes: tor promises no encoding. Where a NUL may stand in one, a function ending in
//! _size_bytes has its size.
//!
//! Threads. Every function may be called from any thread, and from inside callbacks. An object may
//! be used by several threads at once if the comment on its type says so, and must not be used
//! after it was freed.
//!
//! The library's own threads take none of the program's signals. There is one for all controllers,
//! "torctl-io": it begins when a controller first has somebody to read for (a queue, a listener, a
//! request that nobody waits for), and ends when the last controller that had is closed or has lost its
//! connection. Each controller has a thread "torctl-call" from its first listener or failure function
//! until it is closed, and a thread "torctl-attach" while it has an attacher. Each tor that the library
//! started has a thread "torctl-tor" until that tor has ended. Looking up a name takes a thread
//! "torctl-resolve", which goes on when nobody waits for its answer any more.
//!
//! Blocking. A function that takes a torctl_call may block, for its timeout at the most; a wait with a
//! timeout of -1 is endless. torctl_call_cancel() ends it with TORCTL_ERR_CANCELLED, and
//! torctl_controller_close() with TORCTL_ERR_CLOSED, a wait in a queue with TORCTL_END.
//! torctl_pending_wait() blocks under the call of torctl_request_start(). Freeing a controller waits for
//! callbacks that run, see there. All other functions return immediately.
//!
//! Signal handlers. A signal handler may call torctl_call_cancel(), whatever the interrupted thread is
//! doing, and no other function. A signal by itself ends no wait, with or without SA_RESTART. For Ctrl-C,
//! give one call to everything that can block and cancel it in the handler (c-examples/interrupt.c); or
//! let the handler write to a pipe that is polled beside torctl_queue_fd()
//! (c-examples/queue_listener.c). Take the handler away before the call is freed.
//!
//! Functions of the program that the library calls return. When a C++ exception or pthread_exit() leaves
//! one, the process ends by SIGABRT, with a line on standard error that the runtime of Rust or the C
//! library writes. pthread_cancel() of a thread that is in a call of the library takes effect when the
//! call has returned; torctl_call_cancel() ends the call.
//!
//! Manners. The library itself writes to no terminal, takes no signal, ends no process that it did not
//! start, raises no SIGPIPE, and changes neither locale, environment nor working directory. In a program
//! that has more rights than who started it (setuid, setgid, file capabilities) it reads no variable of
//! the environment. Its descriptors are closed on exec. errno may change. Should memory run out, the
//! process ends, as in most programs of today.
//!
//! fork(). The child has no part in what it inherits, and daemon() makes a child, too. There every call
//! on a controller, queue, pending request, watched onion service or call of the parent's returns
//! TORCTL_ERR_STATE immediately, with the message "this process was forked"; functions without a status
//! return what they return for NULL, torctl_pending_is_complete() returns 1, and torctl_queue_fd() makes
//! the descriptor readable, so that a loop which polls it asks the queue. To free such an object gives
//! back memory and descriptors and tells nobody: the parent's conversation goes on, a tor that it
//! launched runs on and keeps its directory. (What a thread of the parent's was using at the moment of
//! the fork stays allocated.) None of the program's functions that were given to a controller of the
//! parent's is called in the child, destroy functions included; when one of them has forked and returns
//! in the child, that thread ends there, and the child with it if it has no other, as by _exit(0).
//! Results, events, keys and options are plain memory, for parent and child; only a descriptor in
//! options, torctl_options_set_fd(), connects in no other process than that which set it. With new
//! objects the child can do everything, whatever the parent's threads were doing. A child that is forked by a
//! signal handler which has interrupted the library may only exec or _exit().
