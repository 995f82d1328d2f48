//! torctl: control the tor daemon from C and C++
//!
//! A program opens a controller on a running tor and makes requests, which block until tor has
//! answered. Events reach it in one of two ways: through a listener, a function of the program that
//! the library calls, or through an event queue with a descriptor to poll. A complete program:
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
//! Ownership. What a function gives through a pointer to a non-const pointer, or returns as a
//! non-const pointer, belongs to the caller, who frees it once, with the free function of its type.
//! What a function returns as a const pointer lives in the object that it was asked of: it is valid
//! as long as that object, and is not freed. Every free function accepts NULL. Arguments are
//! copied. The library keeps none of the caller's pointers, except user_data.
//!
//! Results. A function that can fail returns a torctl_status: TORCTL_OK, or a negative number for a
//! failure. Its outputs are written on every path; on failure they are NULL or 0. Its last argument
//! takes a torctl_error with the details of a failure, and NULL on success; pass NULL if you do not
//! need it. A function without a status cannot fail: for NULL, and for an object that lacks what is
//! asked for, it returns 0 or "".
//!
//! Strings. What a function takes or gives is NUL-terminated. A string that a function gives is
//! never NULL unless its comment says so, and may hold any bytes: tor promises no encoding. Where
//! that can be a NUL, a function whose name ends in _size_bytes gives the size of the string,
//! without the NUL at its end.
//!
//! Names. torctl_get_...() asks tor. ..._parse() and ..._walk() read a text of the program.
//! ..._new() makes an object and ..._free() frees it. A list has ..._count() and functions that
//! take an index; where its items are objects, ..._get() gives one. Apart from statuses and flags,
//! different sets of constants have no number in common but 0, which is "unknown" or "the default"
//! in all of them.
//!
//! Units. The names have them: _ms is milliseconds, _us microseconds, _bytes bytes. A name that ends
//! in _unix_us is a point in time: microseconds since 1970, UTC.
//!
//! Threads. Every function may be called from any thread, and from inside callbacks. Several
//! threads may use an object concurrently if the comment on its type says so. No thread may use an
//! object after it was freed.
//!
//! The threads of the library leave all signals to the threads of the program. "torctl-io" serves
//! all controllers. It begins when a controller first has something to read for (a queue, a
//! listener, a request that nobody waits for), and ends when the last controller that had is
//! closed or has lost its connection. A controller has a thread "torctl-call" from its first
//! listener or failure function until it is closed. A tor that the library started has a thread
//! "torctl-tor" until that tor has ended. Looking up a host name takes a thread "torctl-resolve",
//! which may outlive the call that waits for it. A controller with
//! torctl_options_set_thread_free() starts none of them.
//!
//! Timeouts. A timeout of 0 does not wait. A timeout of -1 is the default of a request, which is
//! the timeout of the controller, and is endless for a wait.
//!
//! Blocking. A function that takes a torctl_call may block, at most for the timeout.
//! torctl_call_cancel() ends it with TORCTL_ERR_CANCELLED. torctl_controller_close() ends it with
//! TORCTL_ERR_CLOSED, or with TORCTL_END if it waits in a queue. torctl_pending_wait() blocks under
//! the call of torctl_request_start(). torctl_controller_free() waits for callbacks that run. All
//! other functions return immediately: of what they tell tor, as torctl_onion_listener_free() does,
//! the answer is not waited for. Most functions that take a torctl_call can be begun instead, and do
//! not block then: torctl_call_set_queue(). Those that cannot say why.
//!
//! Signal handlers. A signal handler may call torctl_call_cancel(), whatever the interrupted thread
//! does, and no other function. A signal alone ends no wait, with or without SA_RESTART. For
//! Ctrl-C, give one call to everything that can block and cancel it in the handler
//! (c-examples/interrupt.c); or let the handler write to a pipe that is polled together with
//! torctl_queue_fd() (c-examples/queue_listener.c). Remove the handler before you free the call.
//!
//! Callbacks. They return nothing or a torctl_status. TORCTL_OK goes on. TORCTL_END ends what calls
//! them: the listener, the walk, the drain, the wait. Anything else is a failure; the comment on
//! each type says what happens then. An attacher returns its answer instead, one of the
//! TORCTL_ATTACH constants.
//!
//! Callbacks must return. When a C++ exception or pthread_exit() leaves a callback, the process
//! ends by SIGABRT, and the runtime of Rust or the C library writes a line to standard error.
//! pthread_cancel() of a thread that is in a call of the library takes effect when the call has
//! returned; torctl_call_cancel() ends the call.
//!
//! Side effects. The library writes to no terminal, handles no signal, ends no process that it did
//! not start, raises no SIGPIPE, and changes neither locale nor environment nor working directory.
//! In a program with more rights than the user who started it (setuid, setgid, file capabilities)
//! it reads no environment variable. Its descriptors are close-on-exec. errno may change. When
//! memory runs out, the process ends.
//!
//! fork(). A child process cannot use what it inherits; daemon() makes a child, too. In the child,
//! every call on a controller, queue, pending request, watched onion service or call of the parent
//! returns TORCTL_ERR_STATE immediately, with the message "this process was forked". Functions
//! without a status return what they return for NULL; torctl_pending_is_complete() returns 1;
//! torctl_queue_fd() makes the descriptor readable, so that a loop that polls it asks the queue.
//! Freeing such an object in the child releases memory and descriptors and has no other effect: the
//! conversation of the parent goes on, and a tor that the parent launched runs on and keeps its
//! directory. What a thread of the parent was using during the fork stays allocated.
//!
//! The child calls no callback of a controller of the parent, destroy functions included. When a
//! callback forks and returns in the child, that thread ends there; if the child has no other
//! thread, the child ends, like with _exit(0). Results, events, keys and options are plain memory
//! and work in parent and child; only a descriptor in options, torctl_options_set_fd(), connects in
//! no other process than the one that set it. With new objects the child can do everything,
//! whatever the threads of the parent were doing. A child that is forked by a signal handler which
//! has interrupted the library may only exec or _exit().
