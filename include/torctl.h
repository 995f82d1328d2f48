/* Generated from the comments in src/ffi and src/tables. Do not edit: change those and build. */

/**
 * @file
 * torctl: control the tor daemon from C and C++
 *
 * A program opens a controller on a running tor and makes requests, which block until tor has
 * answered. Events reach it in one of two ways: through a listener, a function of the program that
 * the library calls, or through an event queue with a descriptor to poll. A complete program:
 *
 *     #include <stdio.h>
 *     #include <torctl.h>
 *
 *     int main(void)
 *     {
 *         torctl_controller *tor = NULL;
 *         torctl_values *values = NULL;
 *         torctl_error *err = NULL;
 *
 *         if (torctl_controller_open("127.0.0.1:9051", NULL, &tor, &err) == TORCTL_OK &&
 *             torctl_get_info(tor, "version", NULL, &values, &err) == TORCTL_OK)
 *             printf("tor %s\n", torctl_values_value(values, 0));
 *         else
 *             fprintf(stderr, "%s\n", torctl_error_message(err));
 *         torctl_error_free(err);
 *         torctl_values_free(values);
 *         torctl_controller_free(tor);
 *         return 0;
 *     }
 *
 * What follows holds for every function unless its comment says otherwise.
 *
 * Ownership. What a function gives through a pointer to a non-const pointer, or returns as a
 * non-const pointer, belongs to the caller, who frees it once, with the free function of its type.
 * What a function returns as a const pointer lives in the object that it was asked of: it is valid
 * as long as that object, and is not freed. Every free function accepts NULL. Arguments are
 * copied. The library keeps none of the caller's pointers, except user_data.
 *
 * Results. A function that can fail returns a torctl_status: TORCTL_OK, or a negative number for a
 * failure. Its outputs are written on every path; on failure they are NULL or 0. Its last argument
 * takes a torctl_error with the details of a failure, and NULL on success; pass NULL if you do not
 * need it. A function without a status cannot fail: for NULL, and for an object that lacks what is
 * asked for, it returns 0 or "".
 *
 * Strings. What a function takes or gives is NUL-terminated. A string that a function gives is
 * never NULL unless its comment says so, and may hold any bytes: tor promises no encoding. Where
 * that can be a NUL, a function whose name ends in _size_bytes gives the size of the string,
 * without the NUL at its end.
 *
 * Names. torctl_get_...() asks tor. ..._parse() and ..._walk() read a text of the program.
 * ..._new() makes an object and ..._free() frees it. A list has ..._count() and functions that
 * take an index; where its items are objects, ..._get() gives one. Apart from statuses and flags,
 * different sets of constants have no number in common but 0, which is "unknown" or "the default"
 * in all of them.
 *
 * Units. The names have them: _ms is milliseconds, _us microseconds, _bytes bytes. A name that ends
 * in _unix_us is a point in time: microseconds since 1970, UTC.
 *
 * Threads. Every function may be called from any thread, and from inside callbacks. Several
 * threads may use an object concurrently if the comment on its type says so. No thread may use an
 * object after it was freed.
 *
 * The threads of the library leave all signals to the threads of the program. "torctl-io" serves
 * all controllers. It begins when a controller first has something to read for (a queue, a
 * listener, a request that nobody waits for), and ends when the last controller that had is
 * closed or has lost its connection. A controller has a thread "torctl-call" from its first
 * listener or failure function until it is closed. A tor that the library started has a thread
 * "torctl-tor" until that tor has ended. Looking up a host name takes a thread "torctl-resolve",
 * which may outlive the call that waits for it. A controller with
 * torctl_options_set_thread_free() starts none of them.
 *
 * Timeouts. A timeout of 0 does not wait. A timeout of -1 is the default of a request, which is
 * the timeout of the controller, and is endless for a wait.
 *
 * Blocking. A function that takes a torctl_call may block, at most for the timeout.
 * torctl_call_cancel() ends it with TORCTL_ERR_CANCELLED. torctl_controller_close() ends it with
 * TORCTL_ERR_CLOSED, or with TORCTL_END if it waits in a queue. torctl_pending_wait() blocks under
 * the call of torctl_request_start(). torctl_controller_free() waits for callbacks that run. All
 * other functions return immediately: of what they tell tor, as torctl_onion_listener_free() does,
 * the answer is not waited for. Most functions that take a torctl_call can be begun instead, and do
 * not block then: torctl_call_set_queue(). Those that cannot say why.
 *
 * Signal handlers. A signal handler may call torctl_call_cancel(), whatever the interrupted thread
 * does, and no other function. A signal alone ends no wait, with or without SA_RESTART. For
 * Ctrl-C, give one call to everything that can block and cancel it in the handler
 * (c-examples/interrupt.c); or let the handler write to a pipe that is polled together with
 * torctl_queue_fd() (c-examples/queue_listener.c). Remove the handler before you free the call.
 *
 * Callbacks. They return nothing or a torctl_status. TORCTL_OK goes on. TORCTL_END ends what calls
 * them: the listener, the walk, the drain, the wait. Anything else is a failure; the comment on
 * each type says what happens then. An attacher returns its answer instead, one of the
 * TORCTL_ATTACH constants.
 *
 * Callbacks must return. When a C++ exception or pthread_exit() leaves a callback, the process
 * ends by SIGABRT, and the runtime of Rust or the C library writes a line to standard error.
 * pthread_cancel() of a thread that is in a call of the library takes effect when the call has
 * returned; torctl_call_cancel() ends the call.
 *
 * Side effects. The library writes to no terminal, handles no signal, ends no process that it did
 * not start, raises no SIGPIPE, and changes neither locale nor environment nor working directory.
 * In a program with more rights than the user who started it (setuid, setgid, file capabilities)
 * it reads no environment variable. Its descriptors are close-on-exec. errno may change. When
 * memory runs out, the process ends.
 *
 * fork(). A child process cannot use what it inherits; daemon() makes a child, too. In the child,
 * every call on a controller, queue, pending request, watched onion service or call of the parent
 * returns TORCTL_ERR_STATE immediately, with the message "this process was forked". Functions
 * without a status return what they return for NULL; torctl_pending_is_complete() returns 1;
 * torctl_queue_fd() makes the descriptor readable, so that a loop that polls it asks the queue.
 * Freeing such an object in the child releases memory and descriptors and has no other effect: the
 * conversation of the parent goes on, and a tor that the parent launched runs on and keeps its
 * directory. What a thread of the parent was using during the fork stays allocated.
 *
 * The child calls no callback of a controller of the parent, destroy functions included. When a
 * callback forks and returns in the child, that thread ends there; if the child has no other
 * thread, the child ends, like with _exit(0). Results, events, keys and options are plain memory
 * and work in parent and child; only a descriptor in options, torctl_options_set_fd(), connects in
 * no other process than the one that set it. With new objects the child can do everything,
 * whatever the threads of the parent were doing. A child that is forked by a signal handler which
 * has interrupted the library may only exec or _exit().
 */

/*
 * I want to ...
 *
 * ... reach the tor that runs here                      torctl_controller_open()
 * ... say which tor, and how to log in                  torctl_options_set_address(), torctl_options_set_auth(),
 *                                                       torctl_options_set_password()
 * ... know why that did not work                        torctl_error_message(), torctl_error_reason()
 * ... start a tor of my own                             torctl_launch()
 * ... end tor with my program                           torctl_take_ownership(); torctl_launch() does it by itself
 * ... wait until tor can be used                        torctl_wait_bootstrapped()
 * ... find the SOCKS port                               torctl_get_endpoints()
 * ... know tor's version, and whether it is new enough  torctl_get_info(), torctl_tor_version_is_at_least()
 * ... read and change tor's configuration               torctl_get_conf(), torctl_set_conf(), torctl_save_conf()
 * ... tell tor to read its torrc again                  torctl_signal() with TORCTL_SIGNAL_RELOAD
 * ... use bridges                                       torctl_bridges_parse(), torctl_set_bridges()
 * ... get a new identity                                torctl_new_identity()
 * ... offer an onion service                            torctl_add_onion(), torctl_onion_wait_published()
 * ... offer one, and accept its visitors                torctl_onion_listener_new(), torctl_onion_listener_accept()
 * ... keep the key of an onion service                  torctl_onion_options_set_key_file()
 * ... let only invited clients in                       torctl_client_key_new(), torctl_onion_options_add_client()
 * ... visit an onion service that asks for a key        torctl_onion_client_auth_add()
 * ... check an onion address                            torctl_onion_address_check()
 * ... change the onion services of the torrc            torctl_get_services(), torctl_set_services()
 * ... fetch the descriptor of an onion service          torctl_fetch_onion()
 * ... be told when something happens                    torctl_listener_add()
 * ... take events in my own loop, with poll()           torctl_queue_new(), torctl_queue_fd(), torctl_queue_next()
 * ... wait for one certain event                        torctl_wait_event()
 * ... read many fields of an event in one call          torctl_event_read()
 * ... know what was lost because I was slow             TORCTL_EVENT_GAP, torctl_gap_lost_events()
 * ... notice that tor is gone                           TORCTL_EVENT_STATE, torctl_controller_state()
 * ... go on when tor is started anew                    torctl_options_set_reconnect(), torctl_controller_start()
 * ... know how tor does, and when that changes           torctl_get_health(), TORCTL_EVENT_HEALTH
 * ... draw the bandwidth                                TORCTL_EVENT_BW, torctl_get_bandwidths()
 * ... see tor's log                                     TORCTL_EVENT_NOTICE and the like, torctl_log_text()
 * ... know how much traffic there was                   torctl_get_traffic(), torctl_get_accounting()
 * ... list circuits and streams                         torctl_get_circuits(), torctl_get_streams()
 * ... show circuits and streams that change              torctl_view_new(), torctl_view_take_changes()
 * ... build a circuit of my own                         torctl_build_circuit()
 * ... choose which circuit a stream takes               torctl_attacher_set()
 * ... connect to a host or onion service through tor    torctl_dial()
 * ... look a name up through tor                        torctl_resolve()
 * ... know through which country a circuit leaves       torctl_get_countries()
 * ... list relays, with their flags                     torctl_get_routers(), torctl_router_has_flag()
 * ... read a consensus or descriptors from a file       torctl_routers_parse(), torctl_descriptors_parse()
 * ... know what kind of document a text is              torctl_document_kind()
 * ... send a command that has no function               torctl_request()
 * ... ask without waiting for the answer                torctl_call_set_queue(), TORCTL_EVENT_RESULT
 * ... ask many things with one round of commands        torctl_request_start(), torctl_pending_wait()
 * ... see or record what my program and tor say         torctl_options_set_trace(), torctl_options_set_record_file()
 * ... test without a tor, from a recording              torctl_options_set_replay_file()
 * ... decode what tor sends over my own connection      torctl_decoder_new(), torctl_decoder_next()
 * ... limit how long a call may take                    torctl_call_new(), torctl_call_set_timeout_ms()
 * ... end a call from Ctrl-C or another thread          torctl_call_cancel(), which a signal handler may call
 * ... end everything                                    torctl_controller_close()
 * ... fork, or become a daemon                          before opening: see "fork()" in the conventions above
 */

#ifndef TORCTL_H
#define TORCTL_H

#include <stddef.h>
#include <stdint.h>

/* Marks what the library exports. */
#ifndef TORCTL_API
#  if defined(__GNUC__) || defined(__clang__)
#    define TORCTL_API __attribute__((visibility("default")))
#  else
#    define TORCTL_API
#  endif
#endif

/* Marks functions whose status must be looked at: one that is dropped is a mistake that the compiler
 * warns of. Define it as nothing before including this header to have no such warnings. */
#ifndef TORCTL_NODISCARD
#  if defined(__cplusplus) && __cplusplus >= 201703L
#    define TORCTL_NODISCARD [[nodiscard]]
#  elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
#    define TORCTL_NODISCARD [[nodiscard]]
#  elif defined(__GNUC__) || defined(__clang__)
#    define TORCTL_NODISCARD __attribute__((warn_unused_result))
#  else
#    define TORCTL_NODISCARD
#  endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The objects. Each is described under its noun. */
typedef struct torctl_error torctl_error;
typedef struct torctl_options torctl_options;
typedef struct torctl_controller torctl_controller;
typedef struct torctl_call torctl_call;
typedef struct torctl_pending torctl_pending;
typedef struct torctl_reply torctl_reply;
typedef struct torctl_values torctl_values;
typedef struct torctl_results torctl_results;
typedef struct torctl_list torctl_list;
typedef struct torctl_event torctl_event;
typedef struct torctl_queue torctl_queue;
typedef struct torctl_decoder torctl_decoder;
typedef struct torctl_health torctl_health;
typedef struct torctl_view torctl_view;
typedef struct torctl_view_changes torctl_view_changes;
typedef struct torctl_bridges torctl_bridges;
typedef struct torctl_launch_options torctl_launch_options;
typedef struct torctl_onion_options torctl_onion_options;
typedef struct torctl_onion torctl_onion;
typedef struct torctl_onions torctl_onions;
typedef struct torctl_onion_status torctl_onion_status;
typedef struct torctl_onion_listener torctl_onion_listener;
typedef struct torctl_onion_key torctl_onion_key;
typedef struct torctl_client_key torctl_client_key;
typedef struct torctl_client_auths torctl_client_auths;
typedef struct torctl_services torctl_services;
typedef struct torctl_fetch torctl_fetch;
typedef struct torctl_dial_options torctl_dial_options;
typedef struct torctl_dialed torctl_dialed;
typedef struct torctl_config_options torctl_config_options;
typedef struct torctl_events torctl_events;
typedef struct torctl_endpoints torctl_endpoints;
typedef struct torctl_process torctl_process;
typedef struct torctl_bandwidths torctl_bandwidths;
typedef struct torctl_accounting torctl_accounting;
typedef struct torctl_guards torctl_guards;
typedef struct torctl_mappings torctl_mappings;
typedef struct torctl_exit_policy torctl_exit_policy;
typedef struct torctl_router torctl_router;
typedef struct torctl_routers torctl_routers;
typedef struct torctl_router_reader torctl_router_reader;
typedef struct torctl_descriptor torctl_descriptor;
typedef struct torctl_descriptors torctl_descriptors;
typedef struct torctl_descriptor_reader torctl_descriptor_reader;
typedef struct torctl_microdescriptor torctl_microdescriptor;
typedef struct torctl_microdescriptors torctl_microdescriptors;
typedef struct torctl_microdescriptor_reader torctl_microdescriptor_reader;
typedef struct torctl_onion_descriptor torctl_onion_descriptor;

/* Part 1: tor, and what a program does with it ================================================= */

/* Version -------------------------------------------------------------------------------------- */

/** The major version of this header. */
#define TORCTL_VERSION_MAJOR 0
/** The minor version of this header. */
#define TORCTL_VERSION_MINOR 1
/** The patch version of this header. */
#define TORCTL_VERSION_PATCH 0
/** The number of the binary interface, which is also that of the library's file name. */
#define TORCTL_ABI 0

/**
 * The version of the library that is running, for example "0.1.0".
 *
 * The string is static.
 */
TORCTL_API const char *torctl_version(void);

/**
 * The TORCTL_ABI of the library that is running. A program that was compiled with another number
 * must not use it.
 */
TORCTL_API int torctl_abi_version(void);

/* Status codes --------------------------------------------------------------------------------- */

/**
 * The result of a call. TORCTL_OK is 0, failures are negative. TORCTL_EMPTY, TORCTL_END and
 * TORCTL_PENDING, which are answers and no failures, are positive. The numbers never change. A later version may add
 * some: treat every negative number as a failure.
 */
typedef int32_t torctl_status;

/** Success. */
#define TORCTL_OK 0
/** Nothing is there now. More may come. */
#define TORCTL_EMPTY 1
/** Nothing is there, and nothing more will come. A listener returns it to be removed. */
#define TORCTL_END 2
/** The call is begun: its outcome comes as a TORCTL_EVENT_RESULT. See torctl_call_set_queue(). */
#define TORCTL_PENDING 3
/** The caller: an argument cannot be used. The message names it. Nothing was sent. */
#define TORCTL_ERR_INVALID (-1)
/** The caller: the object is in the wrong state, for example a controller that is not connected. */
#define TORCTL_ERR_STATE (-2)
/**
 * There is no such thing: for example, a listener that is removed already; or a relay, descriptor,
 * circuit, stream or onion service that tor does not have, when torctl_error_reply_code() and
 * torctl_error_reply_text() have tor's answer.
 */
#define TORCTL_ERR_NOT_FOUND (-3)
/** The connection: none could be made. The message lists what was tried. */
#define TORCTL_ERR_CONNECT (-4)
/**
 * The connection: tor refused the login. The message says which methods tor offered, which were
 * tried, and why each failed; torctl_error_reason() gives the reason as a number.
 */
#define TORCTL_ERR_AUTH (-5)
/**
 * The connection: it has ended. The message says why, for example that tor closed it or that the
 * peer broke the protocol. A reply without a request, or one that cannot be the answer to the
 * request, ends it too, because no later reply can be trusted.
 */
#define TORCTL_ERR_CLOSED (-6)
/** The connection: the deadline passed. A reply that comes later is dropped. */
#define TORCTL_ERR_TIMEOUT (-7)
/** The connection: torctl_call_cancel() ended the call. */
#define TORCTL_ERR_CANCELLED (-8)
/** The peer: its answer makes no sense. */
#define TORCTL_ERR_PROTOCOL (-9)
/**
 * The peer: its reply is larger than a limit, and is dropped. The call returns when the limit is
 * crossed. The connection stays, unless the reply grows to 16 times the limit.
 */
#define TORCTL_ERR_TOO_LARGE (-10)
/**
 * tor refused. torctl_error_reply_code() and torctl_error_reply_text() have its answer,
 * torctl_error_reason() says what that means, and the message says what to do.
 */
#define TORCTL_ERR_REJECTED (-11)
/**
 * A filter between the program and tor refused, for example onion-grater. The message names the
 * command that it refused, for example `SETEVENTS HS_DESC`, so that its administrator can allow
 * it.
 */
#define TORCTL_ERR_FILTERED (-12)
/**
 * The system: it gave no descriptor, thread or randomness; a file could not be read or written; or
 * a file or directory is open to other users.
 */
#define TORCTL_ERR_SYSTEM (-13)
/** The library: an error of its own. Please report it. */
#define TORCTL_ERR_INTERNAL (-14)
/**
 * tor tried and failed: what the call waited for will not come, for example because a circuit
 * could not be built. The message says why, and torctl_error_reply_text() has tor's word for it.
 */
#define TORCTL_ERR_FAILED (-15)

/**
 * Names a status, for example "TORCTL_ERR_TIMEOUT".
 *
 * Returns a static string, also for a number that is no status.
 */
TORCTL_API const char *torctl_status_name(torctl_status status);

/* Errors --------------------------------------------------------------------------------------- */

/**
 * The details of a failure, from a function that was given a place for them. Freed by
 * torctl_error_free(). Independent of every other object. Several threads may read it
 * concurrently.
 */
struct torctl_error;

/** The status that the failed function returned. TORCTL_OK for NULL. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_error_status(const torctl_error *error);

/**
 * What went wrong, in a sentence for people, without a line feed and without secrets; "" for NULL.
 */
TORCTL_API const char *torctl_error_message(const torctl_error *error);

/** tor's reply code, for example 552, if tor refused; otherwise 0. */
TORCTL_API int torctl_error_reply_code(const torctl_error *error);

/**
 * The text of tor's answer, if tor refused, byte for byte; "" if there is none. Several lines are
 * joined by "; ". The message has the text with control characters escaped. After
 * TORCTL_ERR_FAILED it is tor's word for the reason.
 */
TORCTL_API const char *torctl_error_reply_text(const torctl_error *error);

/** The size of torctl_error_reply_text(). */
TORCTL_API size_t torctl_error_reply_text_size_bytes(const torctl_error *error);

/** The system's error number that caused the failure, or 0. */
TORCTL_API int torctl_error_errno(const torctl_error *error);

/**
 * The phase in which tor was stuck when torctl_wait_bootstrapped() or torctl_launch() gave up
 * waiting: one of the TORCTL_BOOTSTRAP constants. TORCTL_BOOTSTRAP_UNKNOWN for NULL and after any
 * other failure.
 */
TORCTL_API int32_t torctl_error_bootstrap_phase(const torctl_error *error);

/** Frees the error. Accepts NULL. */
TORCTL_API void torctl_error_free(torctl_error *error);

/* Reasons -------------------------------------------------------------------------------------- */

/*
 * Why a call failed, as a number to branch on: torctl_error_reason(). Constants from 1001 on are
 * about authentication, those from 1101 on about requests that tor refused, those from 1201 on
 * about why tor does not get into the network, those from 1301 on about torctl_dial().
 */

/**
 * No reason is known, or the library has no number for it. torctl_error_message() says what is
 * known.
 */
#define TORCTL_REASON_UNKNOWN 0
/** This tor has no such key for GETINFO. It is misspelt, or another version has it. */
#define TORCTL_REASON_UNKNOWN_KEY 1101
/** This tor has no option of this name. */
#define TORCTL_REASON_UNKNOWN_OPTION 1102
/** This tor has no event, signal, feature, purpose, key type or argument of this name. */
#define TORCTL_REASON_UNKNOWN_WORD 1103
/** This tor has no such command. */
#define TORCTL_REASON_UNKNOWN_COMMAND 1104
/** An argument has a form that tor does not accept there. */
#define TORCTL_REASON_BAD_ARGUMENT 1105
/** tor does not accept this value for the option. The message has what tor's log says about it. */
#define TORCTL_REASON_BAD_VALUE 1106
/** The option can only be set when tor starts: start tor anew. */
#define TORCTL_REASON_NOT_WHILE_RUNNING 1107
/**
 * tor could not write its torrc or a key file. It writes a torrc that includes others only when
 * forced: see torctl_save_conf().
 */
#define TORCTL_REASON_NOT_SAVED 1108
/** The connection is not authenticated. */
#define TORCTL_REASON_NOT_AUTHENTICATED 1109
/** tor does not know the relay. With TORCTL_ERR_NOT_FOUND, like the next four. */
#define TORCTL_REASON_NO_SUCH_RELAY 1110
/** tor does not have the descriptor. */
#define TORCTL_REASON_NO_SUCH_DESCRIPTOR 1111
/** There is no circuit with this number, or no longer. */
#define TORCTL_REASON_NO_SUCH_CIRCUIT 1112
/** There is no stream with this number, or no longer. */
#define TORCTL_REASON_NO_SUCH_STREAM 1113
/** Neither this connection nor the detached services have an onion service of this address. */
#define TORCTL_REASON_NO_SUCH_ONION 1114
/** This tor keeps microdescriptors and no server descriptors. */
#define TORCTL_REASON_ONLY_MICRODESCRIPTORS 1115
/** Only a relay has an answer, and this tor is none. */
#define TORCTL_REASON_NOT_A_RELAY 1116
/** tor does not know its own address yet. */
#define TORCTL_REASON_ADDRESS_UNKNOWN 1117
/** tor has no such consensus, or not yet. */
#define TORCTL_REASON_NO_CONSENSUS 1118
/** tor cannot build a circuit now. For example, it has no network or no consensus. */
#define TORCTL_REASON_NO_CIRCUIT 1119
/** tor attaches this stream itself; a controller cannot. */
#define TORCTL_REASON_NOT_MANAGED 1120
/** The circuit cannot carry the stream: it is not built yet, or too short. */
#define TORCTL_REASON_CANNOT_ATTACH 1121
/** tor does not accept the descriptor. */
#define TORCTL_REASON_BAD_DESCRIPTOR 1122
/** This tor has a service with this key already. A filter in front of tor hides whose it is. */
#define TORCTL_REASON_ONION_COLLISION 1123
/** This connection has a service with this key already: torctl_watch_onion() follows it. */
#define TORCTL_REASON_ONION_OWN 1124
/** A detached service has this key: torctl_watch_onion() follows it, torctl_del_onion() ends it. */
#define TORCTL_REASON_ONION_DETACHED 1125
/**
 * Another connection has a service with this key, which ends with that connection; or the
 * configuration has it.
 */
#define TORCTL_REASON_ONION_ELSEWHERE 1126
/** This tor has no proof-of-work defences for services of ADD_ONION. */
#define TORCTL_REASON_NO_POW 1127
/**
 * This tor runs only anonymous services, or only single-hop ones. The request is for the other
 * sort.
 */
#define TORCTL_REASON_ANONYMITY_MISMATCH 1128
/** tor makes no connection because its option DisableNetwork is 1. Set it to 0. */
#define TORCTL_REASON_NETWORK_DISABLED 1201
/** tor is dormant, because it was idle for long or got SIGNAL DORMANT. SIGNAL ACTIVE wakes it. */
#define TORCTL_REASON_DORMANT 1202
/** tor has used up what AccountingMax allows, and waits for the next period. */
#define TORCTL_REASON_HIBERNATING 1203
/** The clock of tor's computer is so wrong that tor cannot work. Let the user set it. */
#define TORCTL_REASON_CLOCK_SKEW 1204
/** A bridge needs a pluggable transport for which there is no ClientTransportPlugin. */
#define TORCTL_REASON_NO_TRANSPORT 1205
/**
 * The program of a pluggable transport cannot be run or ends immediately. For example, the path in
 * ClientTransportPlugin is wrong, or has a blank, where tor cuts it off.
 */
#define TORCTL_REASON_TRANSPORT_FAILED 1206
/** Nothing listens at the address of the relay, bridge or proxy that tor tries. */
#define TORCTL_REASON_CONNECT_REFUSED 1207
/** The connection to a relay or bridge was broken off, often by something on the way. */
#define TORCTL_REASON_CONNECT_RESET 1208
/** A relay or bridge did not answer in time. */
#define TORCTL_REASON_CONNECT_TIMEOUT 1209
/** The network does not reach the address of a relay or bridge. The computer may be offline. */
#define TORCTL_REASON_NO_ROUTE 1210
/** At the address is another relay or bridge than the expected one. */
#define TORCTL_REASON_IDENTITY 1211
/** The encryption of the connection to a relay or bridge failed. */
#define TORCTL_REASON_TLS_ERROR 1212
/** Reading or writing the connection to a relay or bridge failed. */
#define TORCTL_REASON_IO_ERROR 1213
/** tor lacks descriptors, ports or memory. */
#define TORCTL_REASON_RESOURCE_LIMIT 1214
/** The relay or bridge closed the connection. */
#define TORCTL_REASON_CONNECT_CLOSED 1215
/**
 * What listens where tor's SOCKS port should be does not speak SOCKS5, or refuses the user name and
 * password that keep streams apart.
 */
#define TORCTL_REASON_NOT_SOCKS 1301
/**
 * tor has no SOCKS port: its option SocksPort is 0. TORCTL_REASON_NETWORK_DISABLED stands where
 * tor has closed it for DisableNetwork.
 */
#define TORCTL_REASON_NO_SOCKS_PORT 1302
/**
 * tor says no more than that it failed. SocksPort's flag ExtendedErrors makes it say more of onion
 * services.
 */
#define TORCTL_REASON_DIAL_FAILED 1303
/** No relay's exit policy allows the connection, or an option of this tor forbids it. */
#define TORCTL_REASON_DIAL_NOT_ALLOWED 1304
/** The exit cannot reach that network. */
#define TORCTL_REASON_DIAL_NET_UNREACHABLE 1305
/**
 * There is no such host, or it cannot be reached. Without ExtendedErrors also that no relay has a
 * descriptor of the onion service.
 */
#define TORCTL_REASON_DIAL_HOST_UNREACHABLE 1306
/** Nothing listens on that port of the host. */
#define TORCTL_REASON_DIAL_REFUSED 1307
/** The host or the circuit did not answer tor in time. */
#define TORCTL_REASON_DIAL_TIMED_OUT 1308
/** The SOCKS port makes no connections, or none to such an address. */
#define TORCTL_REASON_DIAL_UNSUPPORTED 1309
/**
 * The circuit that was asked for did not carry the connection: its exit refused, or it has broken.
 */
#define TORCTL_REASON_DIAL_DETACHED 1310
/**
 * F0: no relay has a descriptor of the onion service. It is offline, or never was. This and what
 * follows need ExtendedErrors.
 */
#define TORCTL_REASON_ONION_NOT_FOUND 1320
/** F1: the onion service's descriptor is invalid. */
#define TORCTL_REASON_ONION_INVALID 1321
/** F2: the onion service's introduction points do not answer: it has probably ended. */
#define TORCTL_REASON_ONION_INTRO_FAILED 1322
/** F3: the onion service answered, but no circuit to it could be joined. */
#define TORCTL_REASON_ONION_REND_FAILED 1323
/** F4: the onion service wants a client key, and tor has none: torctl_onion_client_auth_add(). */
#define TORCTL_REASON_ONION_MISSING_KEY 1324
/** F5: the onion service does not accept the client key that tor has. */
#define TORCTL_REASON_ONION_WRONG_KEY 1325
/**
 * F6: it is not the address of an onion service: it may be mistyped. Also known without
 * ExtendedErrors.
 */
#define TORCTL_REASON_ONION_BAD_ADDRESS 1326
/** F7: the introduction to the onion service timed out. */
#define TORCTL_REASON_ONION_INTRO_TIMEOUT 1327
/**
 * tor does not offer the method that was chosen with torctl_options_set_auth(), or offers none
 * that the library knows. Try another method.
 */
#define TORCTL_REASON_AUTH_NOT_OFFERED 1001
/** tor wants a password and the program gave none: ask for one, then try again. */
#define TORCTL_REASON_AUTH_NOTHING_GIVEN 1002
/** tor refused the password: ask for another. */
#define TORCTL_REASON_AUTH_PASSWORD_WRONG 1003
/** tor names no cookie file and the program gave none: use torctl_options_set_cookie_file(). */
#define TORCTL_REASON_AUTH_NO_COOKIE_FILE 1004
/**
 * The cookie file cannot be opened or read; torctl_error_errno() says why. The message says who
 * owns the file and what would help.
 */
#define TORCTL_REASON_AUTH_COOKIE_UNREADABLE 1005
/** The cookie file is a directory, a pipe or a device. */
#define TORCTL_REASON_AUTH_COOKIE_NOT_REGULAR 1006
/** The cookie file does not have 32 bytes: it is another file, or tor is writing it now. */
#define TORCTL_REASON_AUTH_COOKIE_SIZE 1007
/**
 * The peer offers only the plain cookie, which no tor does: the library did not send the cookie.
 * TORCTL_AUTH_COOKIE or torctl_options_set_cookie_file() would send it.
 */
#define TORCTL_REASON_AUTH_COOKIE_WITHHELD 1008
/**
 * The peer did not prove that it knows the cookie: it is not the tor that wrote this file. The
 * library did not send the cookie.
 */
#define TORCTL_REASON_AUTH_NO_PROOF 1009
/**
 * tor refused the cookie, the proof of it, or a login without a secret. The cookie file may belong
 * to another tor, or to an earlier start.
 */
#define TORCTL_REASON_AUTH_REFUSED 1010
/** Something answers there, but it is not tor's control port. The status is TORCTL_ERR_CONNECT. */
#define TORCTL_REASON_NOT_TOR 1011

/**
 * Why the call failed: one of the TORCTL_REASON constants. A later version may know more.
 *
 * Returns TORCTL_REASON_UNKNOWN for NULL.
 */
TORCTL_API int32_t torctl_error_reason(const torctl_error *error);

/**
 * Names a reason, for example "TORCTL_REASON_UNKNOWN".
 *
 * Returns a static string, also for a number that is no reason.
 */
TORCTL_API const char *torctl_reason_name(int32_t reason);

/* Options -------------------------------------------------------------------------------------- */

/**
 * Use whatever works: nothing, then SAFECOOKIE, then the password if one was given. A plain
 * cookie is sent only if tor offers nothing better and the path of the file does not come from
 * the peer: it is that of torctl_options_set_cookie_file(), or of TOR_CONTROL_COOKIE_AUTH_FILE
 * where that counts. A peer could name any file of 32 bytes.
 */
#define TORCTL_AUTH_AUTO 0
/** Use no secret at all. */
#define TORCTL_AUTH_NULL 4101
/** Use the password of torctl_options_set_password(). */
#define TORCTL_AUTH_PASSWORD 4102
/**
 * Send the cookie itself, from the file that the peer names if the program names none. It is
 * given away if the peer is not tor.
 */
#define TORCTL_AUTH_COOKIE 4103
/** Prove knowledge of the cookie, and require that tor proves it, too. */
#define TORCTL_AUTH_SAFECOOKIE 4104
/** A full queue drops the events that wait longest. */
#define TORCTL_DROP_OLDEST 0
/** A full queue drops the events that arrive. */
#define TORCTL_DROP_NEWEST 4201

/**
 * What to choose before connecting. Everything has a default. Independent of every controller: one
 * is made from a copy. Any thread may use it.
 *
 * A setter that refuses a value leaves the old one, and the options remember it:
 * torctl_controller_new() and torctl_launch_options_set_controller() then fail, with the status
 * and the message of the first setter that did. A later valid value for the same setter clears
 * that failure, and so does torctl_options_clear_failure().
 */
struct torctl_options;

/** Makes options with the defaults. The caller frees the result with torctl_options_free(). */
TORCTL_API torctl_options *torctl_options_new(void);

/**
 * Sets where tor is: "127.0.0.1:9051", "[::1]:9051", "name:9051", "unix:/path", "/path" or, on
 * Linux, "unix:@name" for a Unix socket of the abstract namespace.
 *
 * NULL, which is the default, looks for tor: at TOR_CONTROL_IPC_PATH (a Unix socket) and at
 * TOR_CONTROL_HOST and TOR_CONTROL_PORT if the environment has them; otherwise at
 * /run/tor/control, /var/run/tor/control, 127.0.0.1:9051 and 127.0.0.1:9151, in this order. Each
 * is asked by PROTOCOLINFO whether it is tor. TOR_CONTROL_PASSWD and
 * TOR_CONTROL_COOKIE_AUTH_FILE then stand in for a password and a cookie file that the program
 * does not give.
 *
 * The environment counts as a whole: with an address (or a descriptor) none of these variables
 * is looked at, so that the user's password goes nowhere but to the user's tor. A program that
 * wants it there reads the variable and calls torctl_options_set_password().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_address(torctl_options *options,
                                         const char *address,
                                         torctl_error **err);

/**
 * Sets the path of a file in which tor writes down where its control port is, in place of an
 * address: that of tor's option ControlPortWriteToFile, for a tor with "ControlPort auto".
 *
 * It is read anew at each attempt to connect, so a controller that reconnects finds a tor that
 * has taken another port. Of several addresses the first counts at which the login succeeds.
 * While there is no such file, or no address in it, torctl_controller_connect() returns
 * TORCTL_ERR_CONNECT.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_port_file(torctl_options *options,
                                           const char *path,
                                           torctl_error **err);

/**
 * Sets a descriptor that is connected to tor already, in place of an address: one end of a
 * socketpair() or what an embedded tor hands out.
 *
 * The first torctl_controller_connect() with these options takes the descriptor over and closes
 * it in the end; until then it is the options', which close it when they are freed unused.
 * `authenticated` says that tor lets everything through already. A failure leaves the descriptor
 * with the caller.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_fd(torctl_options *options,
                                    int fd,
                                    int authenticated,
                                    torctl_error **err);

/** Sets how long connecting and authenticating may take together. 30,000 by default. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_connect_timeout_ms(torctl_options *options,
                                                    int32_t timeout_ms,
                                                    torctl_error **err);

/** Sets the default timeout of requests. 30,000 by default. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_timeout_ms(torctl_options *options,
                                            int32_t timeout_ms,
                                            torctl_error **err);

/**
 * Sets whether the controller makes a new connection when it has lost one: 1 for that, 0, the
 * default, for a controller that closes then.
 *
 * A controller that reconnects lives until it is closed by torctl_controller_close() or
 * torctl_controller_free(). Its queues with their descriptors, its listeners and all other
 * handles go on. Between two connections its state is TORCTL_STATE_WAITING: it waits as
 * torctl_options_set_reconnect_delay_ms() says, then looks for tor by the same rules as the
 * first time, and authenticates anew. Each step is a TORCTL_EVENT_STATE. What was on its way
 * when the connection was lost returns TORCTL_ERR_CLOSED and is not asked again; so do requests
 * between two connections, unless torctl_call_set_wait_ready() lets them wait. Events that
 * nobody heard are marked in every queue that wants some by a TORCTL_EVENT_GAP, of which
 * torctl_gap_cause() is TORCTL_GAP_CONNECTION: what a program has learned from events may be out
 * of date then.
 *
 * What the program had set up on tor by the functions for it is set up again before the state is
 * READY: services with their addresses, keys for services, mapped addresses, ownership, the
 * attacher, options of torctl_keep_conf(). A TORCTL_EVENT_RESTORED says of each thing that it is
 * there again or that it is lost, and why. At the most 4 MiB of it are kept.
 *
 * The first connection is torctl_controller_connect()'s, which tries once, or
 * torctl_controller_start()'s. Not for a descriptor, whose connection nobody can make anew. For
 * torctl_launch() see torctl_launch_options_set_restarts().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_reconnect(torctl_options *options,
                                           int reconnect,
                                           torctl_error **err);

/**
 * Sets how long a controller that reconnects waits before the first attempt, and the longest
 * wait before any. 1,000 and 600,000 by default.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_reconnect_delay_ms(torctl_options *options,
                                                    int32_t first_ms,
                                                    int32_t longest_ms,
                                                    torctl_error **err);

/**
 * Sets how much longer each wait is than the one before, in percent from 100 to 10,000, and how
 * much shorter by chance, from 0 to 100 percent, so that not all programs come back at the same
 * moment. 150 and 20 by default.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_reconnect_growth(torctl_options *options,
                                                  int32_t growth_percent,
                                                  int32_t jitter_percent,
                                                  torctl_error **err);

/**
 * Sets whether the controller starts no thread: 1 for that, 0, the default, for one that uses
 * the threads of the library. For programs that may have no other thread, or that fork.
 *
 * What the threads would have seen to, the program sees to in its loop: it polls
 * torctl_controller_fd() for reading, for torctl_controller_timeout_ms() at the most, and calls
 * torctl_controller_process(). Only that fills queues, makes their descriptors readable, ends
 * calls that were begun, calls listeners and reconnects; what is to be written to a full socket
 * is seen to as well, so that there is no descriptor to poll for writing. A call that blocks
 * sees to the same while it waits, but for the listeners, which are called by
 * torctl_controller_process() and torctl_controller_free() alone. A program that does neither
 * hears nothing.
 *
 * A host name in place of an address is looked up by the thread that connects, which for
 * connecting anew is the one in torctl_controller_process(), and it waits for the answer however
 * long that takes. What a tor of torctl_launch() prints is read, and its end seen, by the same.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_thread_free(torctl_options *options,
                                             int thread_free,
                                             torctl_error **err);

/** Sets how to authenticate, one of the TORCTL_AUTH constants. TORCTL_AUTH_AUTO by default. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_auth(torctl_options *options,
                                      int32_t method,
                                      torctl_error **err);

/**
 * Sets the password. It is copied, sent as hex so that any bytes are safe, and wiped with the
 * last controller that has it. NULL clears it.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_password(torctl_options *options,
                                          const char *password,
                                          torctl_error **err);

/**
 * Sets the path of the cookie file, in place of the one that tor names. NULL clears it.
 *
 * With a path, TORCTL_AUTH_AUTO also sends the plain cookie to a peer that offers nothing
 * better.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_cookie_file(torctl_options *options,
                                             const char *path,
                                             torctl_error **err);

/** Sets the longest reply line, from 256 bytes to 1 GiB. 16 MiB by default. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_max_line_bytes(torctl_options *options,
                                                size_t max_line_bytes,
                                                torctl_error **err);

/**
 * Sets the largest reply or event, from 256 bytes to 1 GiB. 64 MiB by default. A reply over it,
 * or a list of directory entries, fails its request with TORCTL_ERR_TOO_LARGE; an event over it
 * counts as dropped. Both happen when the limit is crossed, not when the reply or the event
 * ends. What goes on to 16 times a limit ends the connection, with TORCTL_ERR_CLOSED.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_max_reply_bytes(torctl_options *options,
                                                 size_t max_reply_bytes,
                                                 torctl_error **err);

/** Sets the most lines of a reply, those in data blocks not counted. 1,048,576 by default. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_max_reply_lines(torctl_options *options,
                                                 size_t max_reply_lines,
                                                 torctl_error **err);

/**
 * Sets how much the queue behind the listeners holds, in events and in bytes of their raw text.
 * 65,536 events and 4 MiB by default.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_listener_capacity(torctl_options *options,
                                                   size_t capacity_events,
                                                   size_t capacity_bytes,
                                                   torctl_error **err);

/**
 * Sets what the queue behind the listeners drops when it is full: TORCTL_DROP_OLDEST, which is
 * the default, or TORCTL_DROP_NEWEST.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_listener_overflow(torctl_options *options,
                                                   int32_t overflow,
                                                   torctl_error **err);

/**
 * Clears the failure that the options remember, so that what was set before counts: for a
 * program that has looked at each status.
 */
TORCTL_API void torctl_options_clear_failure(torctl_options *options);

/** Frees the options. Controllers made from them go on. Accepts NULL. */
TORCTL_API void torctl_options_free(torctl_options *options);

/* Controllers ---------------------------------------------------------------------------------- */

/** How far a controller is. NEW: it is not connected yet, or connecting failed. */
#define TORCTL_STATE_NEW 0
/** It connects to tor. */
#define TORCTL_STATE_CONNECTING 4701
/** It is connected, and authenticates. */
#define TORCTL_STATE_CONNECTED 4702
/** tor answers requests and sends events. */
#define TORCTL_STATE_READY 4703
/** The conversation is over. For another, make another controller. */
#define TORCTL_STATE_CLOSED 4704
/** There is no connection, and the controller connects anew by itself when it is time. */
#define TORCTL_STATE_WAITING 4705

/**
 * A conversation with one tor. Any number of threads may use it concurrently, also inside
 * callbacks. Queues, replies, values and events outlive it.
 */
struct torctl_controller;

/**
 * Makes a controller that is not connected. Listeners and queues can be added immediately, so
 * that they see it connect.
 *
 * The options are copied; NULL means the defaults. Returns the failure of the first setter that
 * refused a value for these options: see torctl_options. Does not block.
 *
 * Sets `*out` to a controller that the caller frees with torctl_controller_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_controller_new(const torctl_options *options,
                                    torctl_controller **out,
                                    torctl_error **err);

/**
 * Connects and authenticates, by PROTOCOLINFO, AUTHCHALLENGE and AUTHENTICATE as needed, and
 * asks for the events that listeners and queues want already.
 *
 * Returns TORCTL_ERR_CONNECT when there is no tor, TORCTL_ERR_AUTH when it refuses the login
 * (the TORCTL_REASON_AUTH constants say why), TORCTL_ERR_CLOSED when tor ended the connection
 * before it had answered, which it does when it ends or starts anew (try again),
 * TORCTL_ERR_TIMEOUT when that takes too long, TORCTL_ERR_STATE when it is connected already.
 * After these it can be called again. Blocks for the timeout of the call at the most, or for the
 * connect timeout if it has none, looking up a name included; torctl_call_cancel() ends it with
 * TORCTL_ERR_CANCELLED, and torctl_controller_close() in another thread with TORCTL_ERR_CLOSED
 * for good: torctl_controller_state() says which it is. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_controller_connect(torctl_controller *controller,
                                        torctl_call *call,
                                        torctl_error **err);

/**
 * Begins to connect a controller that reconnects, and goes on trying until there is a tor:
 * torctl_controller_connect() for a program that does not want to wait, and that may start
 * before tor does.
 *
 * How far it is says torctl_controller_state() and, as it changes, a TORCTL_EVENT_STATE with the
 * reason of each failure. Does not block. TORCTL_ERR_INVALID without
 * torctl_options_set_reconnect(), TORCTL_ERR_STATE if the controller connects already or is
 * connected.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_controller_start(torctl_controller *controller, torctl_error **err);

/**
 * Waits until the controller is ready, for TORCTL_OK immediately if it is. Does not connect:
 * another thread does, or the controller by itself.
 *
 * A timeout of -1 is endless. Returns TORCTL_ERR_TIMEOUT when it has passed, TORCTL_ERR_CLOSED
 * when the controller is closed, TORCTL_ERR_CANCELLED after torctl_call_cancel(). Can be begun:
 * see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_controller_wait_ready(torctl_controller *controller,
                                           int32_t timeout_ms,
                                           torctl_call *call,
                                           torctl_error **err);

/**
 * With which tor the controller speaks, one after the other: 1 for the first, 1 more each time
 * it has become ready again, 0 before it was ready at all and for NULL.
 */
TORCTL_API uint64_t torctl_controller_incarnation(const torctl_controller *controller);

/**
 * The descriptor of a controller that starts no thread (torctl_options_set_thread_free()), for
 * poll() and its like: readable while torctl_controller_process() has something to do. It stands
 * for sockets to be written to as well. Never read, write or close it; it lives as long as the
 * controller. -1 for a controller with threads, when no descriptor is left, and for NULL.
 */
TORCTL_API int torctl_controller_fd(const torctl_controller *controller);

/**
 * For how many milliseconds a program may poll torctl_controller_fd() before it calls
 * torctl_controller_process(): what poll() takes as its timeout. 0 for now, -1 for any time, and
 * for a controller with threads and NULL. To be asked before each poll, for every call of the
 * library may change it.
 */
TORCTL_API int32_t torctl_controller_timeout_ms(const torctl_controller *controller);

/**
 * Does what there is to do now for a controller that starts no thread: reads and writes, ends
 * what has become too old, goes on with what was begun, and calls the listeners. May be called
 * at any time and without a reason.
 *
 * Does not block, but as long as callbacks run. Several threads may call it; the listeners are
 * called by one of them. TORCTL_ERR_STATE for a controller with threads, and inside a callback
 * of a listener, which may call anything else.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_controller_process(torctl_controller *controller,
                                        torctl_error **err);

/**
 * Says how far the controller is, as one of the TORCTL_STATE constants. TORCTL_STATE_CLOSED for
 * NULL.
 */
TORCTL_API int32_t torctl_controller_state(const torctl_controller *controller);

/** Sets the default timeout of the requests that begin after this. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_controller_set_timeout_ms(torctl_controller *controller,
                                               int32_t timeout_ms,
                                               torctl_error **err);

/**
 * Ends the conversation: every request and every wait on it returns TORCTL_ERR_CLOSED
 * immediately, queues give what they hold and then TORCTL_END, listeners are notified of the end
 * and of nothing else. tor is told by QUIT and runs on, unless torctl_launch() started it to end
 * with the controller.
 *
 * Does not block and does not wait for callbacks. Any thread, any state, also inside a callback,
 * and more than once. Accepts NULL.
 */
TORCTL_API void torctl_controller_close(torctl_controller *controller);

/**
 * The word for one of the TORCTL_STATE constants, for example "CONNECTING". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_controller_state_name(int32_t number);

/**
 * Makes a controller with default options and connects it: torctl_options_set_address(),
 * torctl_controller_new() and torctl_controller_connect() in one. NULL looks for tor.
 *
 * Sets `*out` to a controller that the caller frees with torctl_controller_free(), or to NULL
 * on failure. Blocks as torctl_controller_connect() does. Can be begun, into a queue of another
 * controller: see torctl_call_set_queue(). torctl_result_take_controller() takes the controller; one
 * that is not taken is closed when its event is freed.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_controller_open(const char *address,
                                     torctl_call *call,
                                     torctl_controller **out,
                                     torctl_error **err);

/**
 * Closes the controller and frees it. Calls that run on it in other threads return
 * TORCTL_ERR_CLOSED and are safe; no call may begin on it after this.
 *
 * When it returns, no callback runs and every destroy function has been called; a callback that
 * runs is waited for, so hold no lock that it takes. Inside a callback it does not wait: the
 * present call is the last. A tor that torctl_launch() started is waited for, as torctl_launch()
 * describes. Accepts NULL.
 */
TORCTL_API void torctl_controller_free(torctl_controller *controller);

/* Calls ---------------------------------------------------------------------------------------- */

/**
 * Settings of a request, and the handle to cancel it by. Every function that can block takes one;
 * NULL means the controller's timeout, and that nothing can cancel it. May serve several requests
 * and waits, one after the other or concurrently, of any controllers; any thread may use it at any
 * time. The first wait that it serves opens a descriptor, which is closed when it is freed.
 */
struct torctl_call;

/**
 * Makes a call with the controller's default timeout.
 *
 * Returns a call that the caller frees with torctl_call_free().
 */
TORCTL_API torctl_call *torctl_call_new(void);

/**
 * Sets the timeout of the requests that begin after this. It counts from the beginning of the
 * call, waiting to be sent included; 0 does not wait, -1 is the controller's default.
 */
TORCTL_API void torctl_call_set_timeout_ms(torctl_call *call, int32_t timeout_ms);

/**
 * Makes the call one that begins what is called with it, and does not wait: the function returns
 * TORCTL_PENDING as soon as what it asks is on its way, and its outcome comes into this queue as an
 * event of kind TORCTL_EVENT_RESULT with this tag. NULL for the queue makes it one that waits again.
 *
 * Functions that can be begun say so. The function checks its arguments, copies what it needs of
 * them, and gives nothing out: its outputs are not written, and may be NULL. Only a wrong argument
 * or state makes it fail immediately. From the event, torctl_result_status() gives the status that
 * the function would have returned, torctl_result_error() the error, and the
 * torctl_result_take functions what the function would have given.
 *
 * The tag is that of what begins after this: a program that has many calls on their way sets
 * another before each, or has a call for each. The call's timeout and torctl_call_cancel() count
 * as for a function that waits. Every call that was begun has one RESULT, also when the connection
 * ends or the controller closes: the queue ends after it. A queue that is full drops events but
 * no RESULT. A queue that is freed drops them all; what was asked of tor is done all the same. The
 * queue may be that of another controller. Does not block. TORCTL_ERR_INVALID if the call is NULL.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_call_set_queue(torctl_call *call,
                                    const torctl_queue *queue,
                                    uint64_t tag,
                                    torctl_error **err);

/**
 * Has the requests that begin after this wait, within their timeout, until the controller is ready,
 * if it is not: 1 for that, 0, the default, for TORCTL_ERR_CLOSED or TORCTL_ERR_STATE immediately. For
 * a controller that reconnects. What was on its way when the connection was lost is never asked
 * again: it returns TORCTL_ERR_CLOSED.
 */
TORCTL_API
void torctl_call_set_wait_ready(torctl_call *call,
                                int32_t wait_ready);

/**
 * Cancels: every request and every wait that runs with this call returns TORCTL_ERR_CANCELLED
 * immediately, and so does every later one. tor may still do what it was asked to do before.
 *
 * Any thread, also inside a callback, and also in a signal handler, whatever the interrupted
 * thread does: it takes no lock, allocates nothing and keeps errno. Does not block. Accepts NULL.
 */
TORCTL_API void torctl_call_cancel(const torctl_call *call);

/**
 * Frees the call. Requests that run with it go on. No torctl_call_cancel() may begin or run during
 * this or after it: a signal handler must not know the call any more, for example because it is
 * ignored by then. Accepts NULL.
 */
TORCTL_API void torctl_call_free(torctl_call *call);

/* Requests ------------------------------------------------------------------------------------- */

/*
 * Each asks tor and blocks until tor has answered. What ends it early: the call's timeout, or the
 * controller's if it has none (TORCTL_ERR_TIMEOUT); torctl_call_cancel() (TORCTL_ERR_CANCELLED);
 * the end of the connection (TORCTL_ERR_CLOSED). Several threads may have requests on the way on
 * one controller; each gets its own answer. All may be called inside callbacks. Strings with CR,
 * LF or NUL are refused (TORCTL_ERR_INVALID), as is what would make tor crash or lose count of its
 * answers. A controller that is not connected gives TORCTL_ERR_STATE.
 */

/** What torctl_signal() tells tor to do. In parentheses the POSIX signal that does the same. */
#define TORCTL_SIGNAL_UNKNOWN 0
/** tor reads its configuration again (HUP). */
#define TORCTL_SIGNAL_RELOAD 4601
/** tor ends; a relay first gives its clients some time (INT). */
#define TORCTL_SIGNAL_SHUTDOWN 4602
/** tor writes statistics into its log (USR1). */
#define TORCTL_SIGNAL_DUMP 4603
/** tor logs at level debug from now on (USR2). */
#define TORCTL_SIGNAL_DEBUG 4604
/** tor ends immediately (TERM). */
#define TORCTL_SIGNAL_HALT 4605
/**
 * New streams use new circuits. tor does it every 10 s at most; what comes sooner it does later,
 * as one.
 */
#define TORCTL_SIGNAL_NEWNYM 4606
/** tor forgets the addresses that it has looked up. */
#define TORCTL_SIGNAL_CLEARDNSCACHE 4607
/** tor writes its heartbeat message into its log. */
#define TORCTL_SIGNAL_HEARTBEAT 4608
/** tor is no longer dormant. */
#define TORCTL_SIGNAL_ACTIVE 4609
/** tor stops using the network until something asks for it. */
#define TORCTL_SIGNAL_DORMANT 4610

/**
 * Sends one command as it is and takes tor's reply, whatever it says: look at
 * torctl_reply_code(). It is for commands that this library has no function for.
 *
 * `command` is one line without its line end. A command that takes a data block begins with a
 * plus sign, for example "+POSTDESCRIPTOR", and `data` is that block: any lines, which the
 * library dot-stuffs. NULL with a size of 0 means no block. Sets `*reply` to a reply that the
 * caller frees with torctl_reply_free(); NULL for `reply` means not wanted.
 *
 * Some commands would change what this library knows of the connection:
 * - SETEVENTS, AUTHENTICATE and AUTHCHALLENGE return TORCTL_ERR_INVALID. torctl_queue_new() and
 *   torctl_listener_add() ask for events.
 * - QUIT ends the connection: later calls return TORCTL_ERR_CLOSED. torctl_controller_close()
 *   sends it, too.
 * - TAKEOWNERSHIP and DROPOWNERSHIP say whether tor ends with this connection, also for a tor that
 *   torctl_launch() has started.
 * - SIGNAL NEWNYM is not counted: a later torctl_new_identity() may return before tor acts on its
 *   own. torctl_signal() counts it. SIGNAL SHUTDOWN and SIGNAL HALT end tor, and with it the
 *   connection.
 * - SETCONF, RESETCONF and LOADCONF of `__LeaveStreamsUnattached` take the streams from an
 *   attacher, and those of `__OwningControllerProcess` decide whether a launched tor ends with
 *   this program; so do torctl_set_conf() and its like.
 * - ADD_ONION and DEL_ONION are followed by no wait: torctl_add_onion() is.
 * - What a controller that reconnects sets up again on another tor is what the functions for it
 *   did, and nothing of this one. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_request(torctl_controller *controller,
                             const char *command,
                             const void *data,
                             size_t data_size_bytes,
                             torctl_call *call,
                             torctl_reply **reply,
                             torctl_error **err);

/**
 * Asks for one piece of information, by GETINFO.
 *
 * Sets `*values` to the key and its value. The caller frees `*values` with torctl_values_free().
 * A key that tor does not know gives TORCTL_ERR_REJECTED. A key that is well formed, of a relay
 * or a descriptor that tor does not have ("ns/id/" and a fingerprint, for example), gives
 * TORCTL_ERR_NOT_FOUND. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_info(torctl_controller *controller,
                              const char *key,
                              torctl_call *call,
                              torctl_values **values,
                              torctl_error **err);

/**
 * Asks for several pieces of information in one GETINFO, which tor answers at one moment.
 *
 * Sets `*values` to the keys and their values in the order asked. The caller frees `*values`
 * with torctl_values_free(). A key that tor does not know, or of what it does not have, fails
 * the whole: TORCTL_ERR_REJECTED, or TORCTL_ERR_NOT_FOUND if nothing worse is wrong with any of
 * them. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_info_many(torctl_controller *controller,
                                   const char *const *keys,
                                   size_t count,
                                   torctl_call *call,
                                   torctl_values **values,
                                   torctl_error **err);

/**
 * Asks for several pieces of information, each by a GETINFO of its own, all sent together. A key
 * that tor refuses has its own error and hides no other.
 *
 * Sets `*results` to one result for each key in the order asked. The caller frees `*results`
 * with torctl_results_free(). TORCTL_OK only says that tor answered all: each key may have been
 * refused. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_info_each(torctl_controller *controller,
                                   const char *const *keys,
                                   size_t count,
                                   torctl_call *call,
                                   torctl_results **results,
                                   torctl_error **err);

/**
 * Asks for the value of an option of tor's configuration, by GETCONF.
 *
 * Sets `*values` to one entry for each value, in order. The caller frees `*values` with
 * torctl_values_free(). An option that is at its default may have none:
 * torctl_values_is_unset(). The name comes back in tor's own spelling. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_conf(torctl_controller *controller,
                              const char *name,
                              torctl_call *call,
                              torctl_values **values,
                              torctl_error **err);

/**
 * Asks for the values of several options in one GETCONF. Otherwise like torctl_get_conf(); a
 * name that tor does not know fails the whole.
 *
 * Sets `*values` to an object that the caller frees with torctl_values_free(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_conf_many(torctl_controller *controller,
                                   const char *const *names,
                                   size_t count,
                                   torctl_call *call,
                                   torctl_values **values,
                                   torctl_error **err);

/**
 * Sets an option of tor's configuration, by SETCONF, until tor ends or reads its torrc again.
 *
 * The value is quoted, so it may hold anything but CR, LF and NUL. NULL for `value` sets 0 or
 * nothing. For the default use torctl_reset_conf().
 *
 * Returns TORCTL_ERR_REJECTED if tor refuses, and then nothing was changed:
 * torctl_error_reason() tells an unknown option, a bad value, and one that only a new tor can
 * have, apart. Where tor's answer is only "See logs for details", the message has the line of
 * its log: for that, the command is sent once more with tor's warnings asked for, by SETEVENTS.
 * Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_set_conf(torctl_controller *controller,
                              const char *name,
                              const char *value,
                              torctl_call *call,
                              torctl_error **err);

/**
 * Sets several options in one SETCONF: all of them or none. A list option is given once for each
 * of its values, which replace those it had. Otherwise like torctl_set_conf(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_set_conf_many(torctl_controller *controller,
                                   const char *const *names,
                                   const char *const *values,
                                   size_t count,
                                   torctl_call *call,
                                   torctl_error **err);

/**
 * Sets an option as torctl_set_conf() does, and sets it again on each tor that the controller
 * reconnects to (torctl_options_set_reconnect()), which an event of kind RESTORED reports. The
 * same as torctl_set_conf() for a controller that does not reconnect.
 *
 * This ends when the same option is set by torctl_set_conf() or torctl_reset_conf(), or the
 * whole configuration by torctl_load_conf(). Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_keep_conf(torctl_controller *controller,
                               const char *name,
                               const char *value,
                               torctl_call *call,
                               torctl_error **err);

/**
 * Sets several options in one SETCONF, all of them or none, and does so again on each tor that
 * the controller reconnects to. Otherwise like torctl_keep_conf(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_keep_conf_many(torctl_controller *controller,
                                    const char *const *names,
                                    const char *const *values,
                                    size_t count,
                                    torctl_call *call,
                                    torctl_error **err);

/**
 * Sets an option to its default, or to a value, by RESETCONF. NULL for `value` means the
 * default. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_reset_conf(torctl_controller *controller,
                                const char *name,
                                const char *value,
                                torctl_call *call,
                                torctl_error **err);

/**
 * Sets several options in one RESETCONF: all of them or none. `values` may be NULL, which means
 * the default for all. Otherwise like torctl_reset_conf(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_reset_conf_many(torctl_controller *controller,
                                     const char *const *names,
                                     const char *const *values,
                                     size_t count,
                                     torctl_call *call,
                                     torctl_error **err);

/**
 * Replaces tor's whole configuration by `text`, which is that of a torrc, by LOADCONF. Options
 * that it does not name get their defaults. All of it or nothing. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_load_conf(torctl_controller *controller,
                               const char *text,
                               torctl_call *call,
                               torctl_error **err);

/**
 * Tells tor to write its configuration into its torrc, by SAVECONF. A torrc that includes other
 * files is only written with `force` not 0, and then does not include them any more. Can be
 * begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_save_conf(torctl_controller *controller,
                               int force,
                               torctl_call *call,
                               torctl_error **err);

/**
 * Sends tor a signal, one of the TORCTL_SIGNAL constants, by SIGNAL.
 *
 * TORCTL_SIGNAL_HALT and TORCTL_SIGNAL_SHUTDOWN end tor: it says yes and closes the connection.
 * Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_signal(torctl_controller *controller,
                            int32_t signal,
                            torctl_call *call,
                            torctl_error **err);

/**
 * tor's word for one of the TORCTL_SIGNAL constants, for example "RELOAD". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_signal_name(int32_t number);

/* Outcomes of begun calls ---------------------------------------------------------------------- */

/*
 * torctl_call_set_queue() makes a call one that is not waited for. Its outcome is an event of kind
 * TORCTL_EVENT_RESULT.
 */

/**
 * The status that the function would have returned, had it been waited for; TORCTL_ERR_INVALID
 * for another event and for NULL.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_status(const torctl_event *event);

/**
 * Takes the reply of torctl_request(). What a call gives is taken once: then TORCTL_ERR_STATE.
 * TORCTL_ERR_INVALID if the call gives something else; for a call that failed, its status.
 *
 * Sets `*reply` to a reply that the caller frees with torctl_reply_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_reply(const torctl_event *event,
                                       torctl_reply **reply,
                                       torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_controller_open() and
 * torctl_launch().
 *
 * Sets `*controller` to a controller that the caller frees with torctl_controller_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_controller(const torctl_event *event,
                                            torctl_controller **controller,
                                            torctl_error **err);

/** Takes the exit status and the signal that torctl_launched_wait() gives: -1 and 0 if it fails. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_exit(const torctl_event *event,
                                      int32_t *exit_code,
                                      int32_t *signal,
                                      torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_info(), torctl_get_conf()
 * and all that give torctl_values.
 *
 * Sets `*values` to an object that the caller frees with torctl_values_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_values(const torctl_event *event,
                                        torctl_values **values,
                                        torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of what asks for several things, each
 * with an outcome of its own.
 *
 * Sets `*results` to an object that the caller frees with torctl_results_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_results(const torctl_event *event,
                                         torctl_results **results,
                                         torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_circuits(),
 * torctl_get_streams() and torctl_get_orconns().
 *
 * Sets `*events` to an object that the caller frees with torctl_events_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_events(const torctl_event *event,
                                        torctl_events **events,
                                        torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_bootstrap_phase() and
 * torctl_resolve().
 *
 * Sets `*taken` to an event that the caller frees with torctl_event_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_event(const torctl_event *event,
                                       torctl_event **taken,
                                       torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_onions().
 *
 * Sets `*list` to an object that the caller frees with torctl_list_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_list(const torctl_event *event,
                                      torctl_list **list,
                                      torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_add_onion() and
 * torctl_watch_onion().
 *
 * Sets `*onion` to an object that the caller frees with torctl_onion_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_onion(const torctl_event *event,
                                       torctl_onion **onion,
                                       torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_add_onions().
 *
 * Sets `*onions` to an object that the caller frees with torctl_onions_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_onions(const torctl_event *event,
                                        torctl_onions **onions,
                                        torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_onion_get_status().
 *
 * Sets `*onion_status` to an object that the caller frees with torctl_onion_status_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_onion_status(const torctl_event *event,
                                              torctl_onion_status **onion_status,
                                              torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_onion_listener_new().
 *
 * Sets `*onion_listener` to an object that the caller frees with torctl_onion_listener_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_onion_listener(const torctl_event *event,
                                                torctl_onion_listener **onion_listener,
                                                torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_client_auths().
 *
 * Sets `*client_auths` to an object that the caller frees with torctl_client_auths_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_client_auths(const torctl_event *event,
                                              torctl_client_auths **client_auths,
                                              torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_services().
 *
 * Sets `*services` to an object that the caller frees with torctl_services_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_services(const torctl_event *event,
                                          torctl_services **services,
                                          torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_fetch_onion().
 *
 * Sets `*fetch` to an object that the caller frees with torctl_fetch_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_fetch(const torctl_event *event,
                                       torctl_fetch **fetch,
                                       torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_queue_new().
 *
 * Sets `*queue` to a queue that the caller frees with torctl_queue_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_queue(const torctl_event *event,
                                       torctl_queue **queue,
                                       torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_view_new().
 *
 * Sets `*view` to an object that the caller frees with torctl_view_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_view(const torctl_event *event,
                                      torctl_view **view,
                                      torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_health().
 *
 * Sets `*health` to an object that the caller frees with torctl_health_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_health(const torctl_event *event,
                                        torctl_health **health,
                                        torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_guards().
 *
 * Sets `*guards` to an object that the caller frees with torctl_guards_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_guards(const torctl_event *event,
                                        torctl_guards **guards,
                                        torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_mappings().
 *
 * Sets `*mappings` to an object that the caller frees with torctl_mappings_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_mappings(const torctl_event *event,
                                          torctl_mappings **mappings,
                                          torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_endpoints().
 *
 * Sets `*endpoints` to an object that the caller frees with torctl_endpoints_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_endpoints(const torctl_event *event,
                                           torctl_endpoints **endpoints,
                                           torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_exit_policy().
 *
 * Sets `*exit_policy` to an object that the caller frees with torctl_exit_policy_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_exit_policy(const torctl_event *event,
                                             torctl_exit_policy **exit_policy,
                                             torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_config_options().
 *
 * Sets `*config_options` to an object that the caller frees with torctl_config_options_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_config_options(const torctl_event *event,
                                                torctl_config_options **config_options,
                                                torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_process().
 *
 * Sets `*process` to an object that the caller frees with torctl_process_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_process(const torctl_event *event,
                                         torctl_process **process,
                                         torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_bandwidths().
 *
 * Sets `*bandwidths` to an object that the caller frees with torctl_bandwidths_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_bandwidths(const torctl_event *event,
                                            torctl_bandwidths **bandwidths,
                                            torctl_error **err);

/**
 * The same as torctl_result_take_reply() for the outcome of torctl_get_accounting().
 *
 * Sets `*accounting` to an object that the caller frees with torctl_accounting_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_accounting(const torctl_event *event,
                                            torctl_accounting **accounting,
                                            torctl_error **err);

/** Takes the number that torctl_get_number() or torctl_extend_circuit() gives. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_number(const torctl_event *event,
                                        uint64_t *number,
                                        torctl_error **err);

/**
 * Takes the number that torctl_get_flag(), torctl_onion_client_auth_add() or
 * torctl_onion_client_auth_remove() gives.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_int(const torctl_event *event,
                                     int *number,
                                     torctl_error **err);

/**
 * Takes the two numbers that torctl_get_traffic() or torctl_get_effective_rate() gives, in the
 * order of their arguments.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_numbers(const torctl_event *event,
                                         uint64_t *first,
                                         uint64_t *second,
                                         torctl_error **err);

/**
 * Takes the connection that torctl_dial() has made, which is the caller's to close, and what is
 * known of it inside tor, as torctl_dial() gives these. A connection that nobody takes is closed
 * with the event.
 *
 * Sets `*dialed`, if `dialed` is not NULL, to an object that the caller frees with
 * torctl_dialed_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_fd(const torctl_event *event,
                                    int *fd,
                                    torctl_dialed **dialed,
                                    torctl_error **err);

/**
 * Takes the circuit that torctl_build_circuit() has built, and its last event.
 *
 * Sets `*built`, if `built` is not NULL, to an event that the caller frees with
 * torctl_event_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_result_take_circuit(const torctl_event *event,
                                         uint64_t *circuit,
                                         torctl_event **built,
                                         torctl_error **err);

/**
 * The error of a call that failed, for the caller to free with torctl_error_free(); NULL if it did
 * not fail, for another event and for NULL.
 */
TORCTL_API torctl_error *torctl_result_error(const torctl_event *event);

/* Pending requests ----------------------------------------------------------------------------- */

/*
 * For a program that has many questions: it begins them all, and waits for the answers when it
 * needs them. They are written together, and tor works through them without waiting for the
 * program.
 */

/**
 * A request that was begun. Freed by torctl_pending_free(), also after its controller. One thread
 * at a time may use it.
 */
struct torctl_pending;

/**
 * Begins a request and does not wait: torctl_request() in two steps. Answers come in the order
 * in which requests were begun, whatever thread began them.
 *
 * Sets `*out` to a pending request that the caller frees with torctl_pending_free(). The timeout
 * counts from here. What was begun is sent when somebody waits for an answer, and very soon in
 * any case. Does not block. Cannot be begun, for it is a beginning itself; torctl_request() can.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_request_start(torctl_controller *controller,
                                   const char *command,
                                   const void *data,
                                   size_t data_size_bytes,
                                   torctl_call *call,
                                   torctl_pending **out,
                                   torctl_error **err);

/**
 * Waits for the answer. It is given once; later calls return TORCTL_ERR_STATE.
 *
 * Blocks as torctl_request() does.
 *
 * Sets `*reply`, if `reply` is not NULL, to a reply that the caller frees with
 * torctl_reply_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_pending_wait(const torctl_pending *pending,
                                  torctl_reply **reply,
                                  torctl_error **err);

/**
 * Whether torctl_pending_wait() would return immediately: with the answer, or because the
 * timeout has passed, the call was cancelled or the connection has ended.
 */
TORCTL_API int torctl_pending_is_complete(const torctl_pending *pending);

/**
 * Frees a pending request. If its answer is still to come, it is discarded when it comes; if it
 * was not sent yet, it is not sent at all. Accepts NULL.
 */
TORCTL_API void torctl_pending_free(torctl_pending *pending);

/* Replies -------------------------------------------------------------------------------------- */

/**
 * tor's reply to torctl_request(): one or more lines, each with a code, a text and perhaps a data
 * block. Freed by torctl_reply_free(). Outlives the controller; any number of threads may read it
 * concurrently. An index that is too large gives 0 or "", like NULL.
 */
struct torctl_reply;

/** The code of the last line, which is the reply's own: 250 is yes, 5xx is no. */
TORCTL_API int torctl_reply_code(const torctl_reply *reply);

/** How many lines the reply has. */
TORCTL_API size_t torctl_reply_line_count(const torctl_reply *reply);

/** The code of a line. Lines of one reply may differ, for example those of MAPADDRESS. */
TORCTL_API int torctl_reply_line_code(const torctl_reply *reply, size_t index);

/** The text of a line, without code and line end. */
TORCTL_API const char *torctl_reply_line_text(const torctl_reply *reply, size_t index);

/** The size of a line's text, which may hold a NUL. */
TORCTL_API size_t torctl_reply_line_size_bytes(const torctl_reply *reply, size_t index);

/** Whether a data block follows the line. */
TORCTL_API int torctl_reply_line_has_data(const torctl_reply *reply, size_t index);

/** The data block behind a line: dot-unstuffed, every line ended by LF. */
TORCTL_API const char *torctl_reply_line_data(const torctl_reply *reply, size_t index);

/** The size of a line's data block, which may hold NULs. */
TORCTL_API size_t torctl_reply_line_data_size_bytes(const torctl_reply *reply, size_t index);

/** Frees the reply. Accepts NULL. */
TORCTL_API void torctl_reply_free(torctl_reply *reply);

/* Values --------------------------------------------------------------------------------------- */

/**
 * Keys and their values in order, as GETINFO and GETCONF answer them; a key may come more than
 * once. Freed by torctl_values_free(). It outlives the controller and never changes: any number
 * of threads may read it concurrently.
 */
struct torctl_values;

/**
 * The value of the first entry with this key. If there is none in the same case, the first in
 * another case counts.
 *
 * Returns a string that lives in the values, or NULL if there is no such key.
 */
TORCTL_API const char *torctl_values_find(const torctl_values *values, const char *key);

/** How many entries there are. */
TORCTL_API size_t torctl_values_count(const torctl_values *values);

/** The key of an entry, in tor's spelling. */
TORCTL_API const char *torctl_values_key(const torctl_values *values, size_t index);

/** The value of an entry, "" if it has none. A value of several lines has LF at the end of each. */
TORCTL_API const char *torctl_values_value(const torctl_values *values, size_t index);

/** The length of torctl_values_value(), which may hold NULs. */
TORCTL_API size_t torctl_values_value_size_bytes(const torctl_values *values, size_t index);

/** Whether the entry is an option without a value, which is not the same as an empty value. */
TORCTL_API int torctl_values_is_unset(const torctl_values *values, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_values_free(torctl_values *values);

/* Results -------------------------------------------------------------------------------------- */

/**
 * The results of several things that were asked together, in the order asked: for each a key,
 * and a value or an error. Freed by torctl_results_free(). It outlives the controller and never
 * changes: any number of threads may read it concurrently.
 */
struct torctl_results;

/** How many there are. */
TORCTL_API size_t torctl_results_count(const torctl_results *results);

/** TORCTL_OK, or the status of the failure. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_results_status(const torctl_results *results, size_t index);

/** What was asked. */
TORCTL_API const char *torctl_results_key(const torctl_results *results, size_t index);

/** The answer; "" if there is an error. */
TORCTL_API const char *torctl_results_value(const torctl_results *results, size_t index);

/** The length of torctl_results_value(), which may hold NULs. */
TORCTL_API size_t torctl_results_value_size_bytes(const torctl_results *results, size_t index);

/** Why there is no answer: an error that lives in the results. NULL if there is an answer. */
TORCTL_API const torctl_error *torctl_results_error(const torctl_results *results, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_results_free(torctl_results *results);

/* Lists ---------------------------------------------------------------------------------------- */

/**
 * Texts in tor's order. Freed by torctl_list_free(). It outlives the controller and never
 * changes: any number of threads may read it concurrently.
 */
struct torctl_list;

/** How many there are. */
TORCTL_API size_t torctl_list_count(const torctl_list *list);

/** A text of the list. */
TORCTL_API const char *torctl_list_item(const torctl_list *list, size_t index);

/** The length of torctl_list_item(), which may hold NULs. */
TORCTL_API size_t torctl_list_item_size_bytes(const torctl_list *list, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_list_free(torctl_list *list);

/* Events --------------------------------------------------------------------------------------- */

/*
 * What happens in tor, as tor tells it. torctl_queue_new() and torctl_listener_add() ask for
 * events, by their kinds.
 *
 * An event has a kind, positional arguments, keyword arguments, for some kinds a data block, the
 * text that tor sent, and the time when it arrived. The functions of this section give all of
 * these, also of kinds and keywords that this version does not know. The sections after it have a
 * function for each field of the kinds that it does know. For them:
 *
 * - A field that the event does not have is 0 or "". So is every field of an event of another
 *   kind, and of NULL. Only where a comment says so it is -1. torctl_event_has() says whether a
 *   keyword is there.
 * - A word out of a fixed set is a constant. The UNKNOWN of each set is 0, and stands for an
 *   absent word, for one that this version does not know, and for tor's own word UNKNOWN; the
 *   function whose name ends in _text gives the word as tor wrote it. Several words are a sum of
 *   flags, in which the flag OTHER stands for those that this version does not know.
 * - An index counts from 0. One that is too large gives 0 or "".
 * - The name in parentheses is tor's keyword for the field: torctl_event_find() takes it.
 * - A fingerprint has 40 hexadecimal digits, without $. tor may leave out a fingerprint or a
 *   nickname.
 */

/** A kind that this version does not know. torctl_event_name() has tor's word for it. */
#define TORCTL_EVENT_UNKNOWN 0
/** A circuit was launched, extended or built, failed or was closed. */
#define TORCTL_EVENT_CIRC 1
/** A built circuit changed its purpose or is used for something new. */
#define TORCTL_EVENT_CIRC_MINOR 2
/** A stream began, went a step further, failed or was closed. */
#define TORCTL_EVENT_STREAM 3
/** A connection to a relay began, is ready, failed or was closed. */
#define TORCTL_EVENT_ORCONN 4
/** How many bytes tor read and wrote in the last second. */
#define TORCTL_EVENT_BW 5
/** A log message for developers of tor. There are very many. */
#define TORCTL_EVENT_DEBUG 6
/** A log message with details. There are many. */
#define TORCTL_EVENT_INFO 7
/** A log message that is worth knowing. */
#define TORCTL_EVENT_NOTICE 8
/** A log message about something that needs attention. */
#define TORCTL_EVENT_WARN 9
/** A log message about something that keeps tor from its work. */
#define TORCTL_EVENT_ERR 10
/** tor got new server descriptors of relays. */
#define TORCTL_EVENT_NEWDESC 11
/** A name was looked up, or an address mapped to another. */
#define TORCTL_EVENT_ADDRMAP 12
/** The descriptor of this relay changed. */
#define TORCTL_EVENT_DESCCHANGED 13
/** The router status entries of some relays changed. */
#define TORCTL_EVENT_NS 14
/** tor reports something that concerns every tor, for example a wrong clock. */
#define TORCTL_EVENT_STATUS_GENERAL 15
/** tor reports something that concerns clients, for example how far its start is. */
#define TORCTL_EVENT_STATUS_CLIENT 16
/** tor reports something that concerns relays, for example that its port can be reached. */
#define TORCTL_EVENT_STATUS_SERVER 17
/** A guard was chosen or given up, or can be used or not. */
#define TORCTL_EVENT_GUARD 18
/** How many bytes the application of a stream wrote and read in about the last second. */
#define TORCTL_EVENT_STREAM_BW 19
/** From which countries the clients of this bridge came. */
#define TORCTL_EVENT_CLIENTS_SEEN 20
/** A new consensus came. The event has all its router status entries: some megabytes. */
#define TORCTL_EVENT_NEWCONSENSUS 21
/** tor changed its timeout for building circuits. */
#define TORCTL_EVENT_BUILDTIMEOUT_SET 22
/** tor got a signal, for example NEWNYM, and acts on it. */
#define TORCTL_EVENT_SIGNAL 23
/** Options of tor's configuration changed. */
#define TORCTL_EVENT_CONF_CHANGED 24
/** How many bytes a connection moved in about the last second. In test networks. */
#define TORCTL_EVENT_CONN_BW 25
/** How many cells went through the queues of a circuit. In test networks. */
#define TORCTL_EVENT_CELL_STATS 26
/** How many bytes a circuit moved in about the last second. There can be very many. */
#define TORCTL_EVENT_CIRC_BW 27
/** A pluggable transport was started and listens. */
#define TORCTL_EVENT_TRANSPORT_LAUNCHED 28
/** The descriptor of an onion service is published or fetched, step by step. */
#define TORCTL_EVENT_HS_DESC 29
/** What a directory relay gave when tor fetched the descriptor of an onion service. */
#define TORCTL_EVENT_HS_DESC_CONTENT 30
/** tor believes that the network can be reached, or no longer. */
#define TORCTL_EVENT_NETWORK_LIVENESS 31
/** A log message of a pluggable transport. No tor so far offers it. */
#define TORCTL_EVENT_PT_LOG 32
/** The status of a pluggable transport. No tor so far offers it. */
#define TORCTL_EVENT_PT_STATUS 33
/** Made by the library: the controller's state changed. */
#define TORCTL_EVENT_STATE 40
/**
 * Made by the library: events were dropped here, because a queue was full. Every queue and
 * listener that missed some gets it, without asking for it.
 */
#define TORCTL_EVENT_GAP 41
/** Made by the library: something changed in what torctl_get_health() says. */
#define TORCTL_EVENT_HEALTH 42
/**
 * Made by the library: a call that was begun is over. It comes to the queue that the call names,
 * whatever kinds that asked for.
 */
#define TORCTL_EVENT_RESULT 43
/**
 * Made by the library: something that the program had set up on tor is there again on the tor
 * that the controller reconnected to, or is not.
 */
#define TORCTL_EVENT_RESTORED 44

/**
 * tor's word for one of the TORCTL_EVENT constants, for example "CIRC". "" for any other number.
 * The string is static.
 */
TORCTL_API const char *torctl_kind_name(int32_t number);

/**
 * An event. One from torctl_queue_next() or torctl_event_dup() belongs to the caller, who frees it
 * with torctl_event_free(), and outlives everything. One that a listener gets is valid until the
 * listener returns. Only one thread at a time may use an event. Strings from it are valid as long
 * as it is.
 */
struct torctl_event;

/**
 * The kind that a word of tor means, for example TORCTL_EVENT_BW for "BW". TORCTL_EVENT_UNKNOWN
 * for any other word, and for NULL.
 */
TORCTL_API int32_t torctl_kind_from_name(const char *name);

/** The event's kind: one of the TORCTL_EVENT constants; TORCTL_EVENT_UNKNOWN for NULL. */
TORCTL_API int32_t torctl_event_kind(const torctl_event *event);

/** tor's word for the event's kind, also when this version does not know the kind. */
TORCTL_API const char *torctl_event_name(const torctl_event *event);

/** The event as tor sent it: all bytes of all lines, with their line ends. */
TORCTL_API const char *torctl_event_raw(const torctl_event *event);

/** The size of torctl_event_raw(). */
TORCTL_API size_t torctl_event_raw_size_bytes(const torctl_event *event);

/** When the event arrived, in nanoseconds of CLOCK_MONOTONIC. */
TORCTL_API uint64_t torctl_event_arrival_mono_ns(const torctl_event *event);

/** When the event arrived. */
TORCTL_API int64_t torctl_event_arrival_unix_us(const torctl_event *event);

/** How many microseconds ago the event arrived. */
TORCTL_API uint64_t torctl_event_age_us(const torctl_event *event);

/**
 * How many positional arguments the event has. Those of "STREAM 4 NEW 0 host:80 PURPOSE=USER" are
 * "4", "NEW", "0" and "host:80". The text of a log message is one argument.
 */
TORCTL_API size_t torctl_event_arg_count(const torctl_event *event);

/** A positional argument, unquoted; "" if the index is too large. */
TORCTL_API const char *torctl_event_arg(const torctl_event *event, size_t index);

/** The size of torctl_event_arg(). */
TORCTL_API size_t torctl_event_arg_size_bytes(const torctl_event *event, size_t index);

/** How many keyword arguments the event has, also those that this version does not know. */
TORCTL_API size_t torctl_event_keyword_count(const torctl_event *event);

/**
 * The name of a keyword argument, in the order in which tor sent them; "" if the index is too
 * large.
 */
TORCTL_API const char *torctl_event_keyword_name(const torctl_event *event, size_t index);

/** The value of a keyword argument, unquoted and unescaped; "" if the index is too large. */
TORCTL_API const char *torctl_event_keyword_value(const torctl_event *event, size_t index);

/** The size of torctl_event_keyword_value(). */
TORCTL_API size_t torctl_event_keyword_value_size_bytes(const torctl_event *event, size_t index);

/** The value of the first keyword argument with this name, or NULL if there is none. */
TORCTL_API const char *torctl_event_find(const torctl_event *event, const char *name);

/** 1 if the event has a keyword argument with this name, 0 if not. */
TORCTL_API int torctl_event_has(const torctl_event *event, const char *name);

/** The event's data block, dot-unstuffed, every line ended by LF; "" if it has none. */
TORCTL_API const char *torctl_event_data(const torctl_event *event);

/** The size of torctl_event_data(). */
TORCTL_API size_t torctl_event_data_size_bytes(const torctl_event *event);

/**
 * 1 if the event lacks a field that every event of its kind has, or has it in a form that cannot
 * be read; 0 if not. It tells such an event from one in which tor wrote 0. tor sends none; a
 * broken peer may.
 *
 * What is checked depends on the kind. For example, BW must have its two numbers, CIRC its number
 * and its status, STREAM_BW and CIRC_BW their number and their counts, STATUS_CLIENT its severity
 * and its action, NS its data block of router status entries. Not checked is what tor may leave
 * out. Words, arguments and keywords that this version does not know do not make an event
 * malformed. The result is 0 for a kind that this version does not know, for TORCTL_EVENT_STATE
 * and TORCTL_EVENT_GAP, and for NULL.
 *
 * The check takes place in this call: a program that does not ask does not pay for it.
 */
TORCTL_API int torctl_event_is_malformed(const torctl_event *event);

/**
 * Copies an event, for example to keep it when a listener returns.
 *
 * Returns an event that the caller frees with torctl_event_free(); NULL for NULL.
 */
TORCTL_API torctl_event *torctl_event_dup(const torctl_event *event);

/** Frees an event that belongs to the caller, never one that a listener gets. Accepts NULL. */
TORCTL_API void torctl_event_free(torctl_event *event);

/* The bit of a kind in the sets that torctl_listener_add() and torctl_queue_new() take. */
#define TORCTL_KIND_BIT(kind) (UINT64_C(1) << (kind))

/* Listeners ------------------------------------------------------------------------------------ */

/*
 * Functions of the program that the library calls for events, on a thread of its own
 * ("torctl-call", one for each controller with listeners), one at a time and in the order in which
 * tor sent the events. A listener may call anything, also requests, also to remove itself, also to
 * close and free the controller. It must not throw or longjmp. All listeners of a controller share
 * one bounded queue (torctl_options_set_listener_capacity()); one that takes its time makes that
 * queue drop and never holds up tor or a request. What was lost comes as a TORCTL_EVENT_GAP, in
 * its place, to every listener that asked for a kind of which something was lost.
 */

/**
 * Is called with an event, which lives until it returns; torctl_event_dup() keeps it longer.
 *
 * TORCTL_OK goes on. TORCTL_END says that this call was the last: the listener is removed, and its
 * destroy function is called. Anything else counts as a failure, is passed to the function of
 * torctl_listener_set_failure_fn(), and the listener goes on.
 */
typedef torctl_status (*torctl_listener_fn)(const torctl_event *event, void *user_data);

/** Is called once with a pointer that the program gave, when the library needs it no more. */
typedef void (*torctl_destroy_fn)(void *user_data);

/**
 * Is called when a listener failed, on the listeners' thread, with the listener's number, what it
 * returned, and the event, which lives until it returns.
 */
typedef void (*torctl_failure_fn)(uint64_t listener_id,
                                  torctl_status status,
                                  const torctl_event *event,
                                  void *user_data);

/**
 * Adds a listener for the kinds of events in `kinds`, a sum of TORCTL_KIND_BIT()s, and asks tor for
 * them by SETEVENTS if nobody did before. `user_data` is passed to every call of `listener`.
 *
 * Sets `*id`, if not NULL, to the listener's number, which no other will ever have. It is there
 * before the first call, which may happen before this returns: a listener may remove itself by it.
 * It is set likewise when the call is begun. `destroy`, if not NULL, is called once with
 * `user_data`: when the listener has been removed or the controller has closed, after the last call,
 * and also when adding fails. A kind that this tor does not know gives TORCTL_ERR_REJECTED and
 * changes nothing. Blocks like a request when the controller is connected. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_listener_add(torctl_controller *controller,
                                  uint64_t kinds,
                                  torctl_listener_fn listener,
                                  void *user_data,
                                  torctl_destroy_fn destroy,
                                  torctl_call *call,
                                  uint64_t *id,
                                  torctl_error **err);

/**
 * Asks tor by SETEVENTS also for the events with this name, for this listener: see
 * torctl_queue_add_event_name(), which does the same for a queue. A listener for names alone is
 * added with TORCTL_KIND_BIT(TORCTL_EVENT_GAP).
 *
 * Returns TORCTL_ERR_NOT_FOUND if there is no such listener, and TORCTL_ERR_REJECTED for a name
 * that this tor does not know, which changes nothing for anybody. Blocks like a request when the
 * controller is connected. May be called from inside the listener. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_listener_add_event_name(torctl_controller *controller,
                                             uint64_t id,
                                             const char *name,
                                             torctl_call *call,
                                             torctl_error **err);

/**
 * Removes a listener. From outside a callback, the listener is not running any more when this
 * returns and never runs again; so hold no lock that it takes. From inside, the present call is
 * the last. tor is told by SETEVENTS to send no more than the others want.
 *
 * Returns TORCTL_ERR_NOT_FOUND if there is no such listener. Blocks like a request, and for as
 * long as a listener runs. When the request fails, the listener is removed all the same. Neither
 * a timeout nor torctl_controller_close() ends the wait for a listener that runs.
 * torctl_call_cancel() does, with TORCTL_ERR_CANCELLED: the listener is removed then as well,
 * but it may be running, and its `destroy` is called when it is not. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_API
torctl_status torctl_listener_remove(torctl_controller *controller,
                                     uint64_t id,
                                     torctl_call *call,
                                     torctl_error **err);

/**
 * Sets the function that is notified of listeners that failed, in place of the one before. NULL
 * for `failure` clears it. `destroy` is called once with `user_data` when it has been replaced
 * or the controller has closed, and also when this fails.
 *
 * Does not talk to tor. From outside a callback, the old function is not running any more when
 * this returns; so it blocks for as long as a listener runs, and torctl_call_cancel() ends that
 * with TORCTL_ERR_CANCELLED: the new function is set then as well, but the old one may be
 * running. Cannot be begun, for it asks tor nothing.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_listener_set_failure_fn(torctl_controller *controller,
                                             torctl_failure_fn failure,
                                             void *user_data,
                                             torctl_destroy_fn destroy,
                                             torctl_call *call,
                                             torctl_error **err);

/** How many events wait for the listeners. */
TORCTL_API size_t torctl_listener_backlog(const torctl_controller *controller);

/**
 * How many events were delivered to the listeners. An event counts once, however many listeners
 * get it.
 */
TORCTL_API uint64_t torctl_listener_delivered(const torctl_controller *controller);

/**
 * How many events the listeners lost. What tor sent is delivered + backlog + dropped, as long as
 * nothing comes or is handed over between the three calls.
 */
TORCTL_API uint64_t torctl_listener_dropped(const torctl_controller *controller);

/** How many calls of listeners failed. */
TORCTL_API uint64_t torctl_listener_failed(const torctl_controller *controller);

/* Event queues --------------------------------------------------------------------------------- */

/*
 * A queue holds the events of its kinds until the program takes them, on any thread it likes, and
 * has a descriptor to poll in the loop that it has. It is bounded: when it is full it drops, by
 * choice the oldest or the newest, counts what it drops, and marks the place by a
 * TORCTL_EVENT_GAP, which comes whatever kinds were asked for. A queue lives until it is freed;
 * when the controller closes it gives what it holds and then TORCTL_END.
 */

/**
 * A bounded queue of events. Freed by torctl_queue_free(), before or after its controller. Several
 * threads may take from it; each event goes to one of them.
 */
struct torctl_queue;

/**
 * Is called with an event, which lives until it returns; torctl_event_dup() keeps it longer.
 * TORCTL_OK goes on, TORCTL_END ends the drain behind this event.
 */
typedef torctl_status (*torctl_take_fn)(const torctl_event *event, void *user_data);

/**
 * Makes a queue for the kinds of events in `kinds`, a sum of TORCTL_KIND_BIT()s, and asks tor
 * for them by SETEVENTS if nobody did before.
 *
 * It holds at most so many events and so many bytes of their raw text; 0 means the default of
 * 65,536 events and 4 MiB. An event larger than that is held if nothing else is. `overflow` is
 * TORCTL_DROP_OLDEST or TORCTL_DROP_NEWEST. A kind that this tor does not know gives
 * TORCTL_ERR_REJECTED. Blocks like a request when the controller is connected.
 *
 * Sets `*out` to a queue that the caller frees with torctl_queue_free(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_queue_new(torctl_controller *controller,
                               uint64_t kinds,
                               size_t capacity_events,
                               size_t capacity_bytes,
                               int32_t overflow,
                               torctl_call *call,
                               torctl_queue **out,
                               torctl_error **err);

/**
 * Asks tor by SETEVENTS also for the events with this name, for example those of a kind that a
 * newer tor has and this version does not know: they come to this queue with the kind
 * TORCTL_EVENT_UNKNOWN, and torctl_event_name() tells them apart. A name that this version knows
 * means its kind. A name is letters, digits and _, in either case, 64 of them at the most. To
 * wait for names alone, make the queue with TORCTL_KIND_BIT(TORCTL_EVENT_GAP).
 *
 * An event with a name comes to those who asked for the name, and to those who asked for
 * TORCTL_EVENT_UNKNOWN. tor is asked for it until the last queue or listener that asked for it
 * is gone. A name that this tor does not know gives TORCTL_ERR_REJECTED, and changes nothing for
 * anybody. Before the controller is connected, tor is asked when it connects, and connecting
 * fails with this status. A controller can have 16 names that this version does not know;
 * TORCTL_ERR_STATE for more. Blocks like a request when the controller is connected. Can be
 * begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_queue_add_event_name(torctl_queue *queue,
                                          const char *name,
                                          torctl_call *call,
                                          torctl_error **err);

/**
 * The queue's descriptor, for poll() and its like: readable exactly while something can be taken
 * or the queue has ended. When it is, call torctl_queue_next() or torctl_queue_drain() until it
 * says TORCTL_EMPTY. Never read, write or close it; it lives as long as the queue. -1 for NULL.
 */
TORCTL_API int torctl_queue_fd(const torctl_queue *queue);

/**
 * Takes the next event. A timeout of 0 does not wait, -1 waits until there is one.
 *
 * Returns TORCTL_EMPTY if none came in time, and TORCTL_END if none will come any more, both
 * with NULL in `*event` and without an error object. Blocks until an event comes, the timeout
 * has passed, the connection has ended, or torctl_call_cancel() ends it with
 * TORCTL_ERR_CANCELLED. The timeout of the call does not count. Cannot be begun: a program that
 * does not wait polls torctl_queue_fd(), and takes with a timeout of 0.
 *
 * Sets `*event` to an event that the caller frees with torctl_event_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_queue_next(const torctl_queue *queue,
                                int32_t timeout_ms,
                                torctl_call *call,
                                torctl_event **event,
                                torctl_error **err);

/**
 * Calls `take` for each event that is there now, in order, but for `max_events` at the most; 0
 * is as many as there are. The fastest way to take events. An event lives until `take` returns;
 * torctl_event_dup() keeps it longer. When `take` returns TORCTL_END, the drain ends after that
 * event, and the rest stays.
 *
 * Sets `*count`, if not NULL, to the number of calls. Returns TORCTL_OK if there was any,
 * TORCTL_EMPTY if there was none, TORCTL_END if none is there and none will come any more, and
 * TORCTL_ERR_STATE while another drain of the queue runs. Does not wait. `take` may call
 * anything but torctl_queue_free() on this queue, and must not throw or longjmp.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_queue_drain(const torctl_queue *queue,
                                 size_t max_events,
                                 torctl_take_fn take,
                                 void *user_data,
                                 size_t *count,
                                 torctl_error **err);

/** How many events wait in the queue. */
TORCTL_API size_t torctl_queue_backlog(const torctl_queue *queue);

/** How many bytes of raw text wait in the queue. */
TORCTL_API size_t torctl_queue_backlog_bytes(const torctl_queue *queue);

/** The largest number of events that ever waited in the queue. */
TORCTL_API size_t torctl_queue_high_water(const torctl_queue *queue);

/**
 * How many events the queue has lost. What tor sent is delivered + backlog + dropped, as long as
 * nothing comes or is taken between the three calls.
 */
TORCTL_API uint64_t torctl_queue_dropped(const torctl_queue *queue);

/** How many events were taken from the queue. A TORCTL_EVENT_GAP does not count. */
TORCTL_API uint64_t torctl_queue_delivered(const torctl_queue *queue);

/**
 * Frees the queue and what it holds. tor is told to send no more than the others want; its
 * answer is not waited for. Accepts NULL.
 */
TORCTL_API void torctl_queue_free(torctl_queue *queue);

/* Waits ---------------------------------------------------------------------------------------- */

/*
 * For what tor says not in its answer but later, as events. A wait takes the events from before
 * the action on whose outcome it waits, so that none is missed. It blocks until what it waits for
 * has come or has failed, its timeout has passed (TORCTL_ERR_TIMEOUT), torctl_call_cancel() was
 * called (TORCTL_ERR_CANCELLED), or the connection has ended (TORCTL_ERR_CLOSED). A timeout of -1
 * is endless; that of the call counts for each request that the wait makes.
 */

/**
 * Is called with how far tor is, in percent, with tor's words for it, and with the STATUS_CLIENT
 * event that says so, which lives until it returns and has the details: torctl_status_event_tag(),
 * torctl_status_event_warning() and more. TORCTL_END ends the wait, which returns
 * TORCTL_ERR_CANCELLED.
 */
typedef torctl_status (*torctl_progress_fn)(int32_t percent,
                                            const char *summary,
                                            const torctl_event *event,
                                            void *user_data);

/**
 * Is called with an event, which lives until it returns. TORCTL_OK goes on to the next event,
 * TORCTL_END accepts this one.
 */
typedef torctl_status (*torctl_accept_fn)(const torctl_event *event, void *user_data);

/**
 * Waits until tor is bootstrapped, which means that it has built a circuit: asks by GETINFO
 * status/bootstrap-phase and follows the STATUS_CLIENT events. Where a filter refuses the
 * events, it asks again until tor is bootstrapped; where it refuses the question, the events are
 * enough. Wakes a dormant tor, by SIGNAL ACTIVE.
 *
 * `progress`, if not NULL, is called in this thread with where tor is now, and then with each
 * step forward and each problem. `timeout_ms` is for the whole, `stall_timeout_ms` begins again
 * with each step forward; -1 is endless for both. Returns TORCTL_OK immediately if tor is there
 * already, and TORCTL_ERR_TIMEOUT when one of the two has passed. Then the error says what is
 * known of the cause: torctl_error_reason() as a number, for example TORCTL_REASON_CLOCK_SKEW or
 * TORCTL_REASON_NO_TRANSPORT; torctl_error_bootstrap_phase(), where tor is stuck;
 * torctl_error_reply_text(), tor's last warning; and the message all of these with the last
 * warnings of tor's log and the options that explain them. A problem for which tor recommends to
 * ignore it replaces none for which it recommends to warn the user. To find the cause, the
 * function asks tor by GETCONF and GETINFO, which takes a second at the most. `progress` may
 * call anything and must not throw or longjmp. Of a call that was begun it is called in the
 * thread that reads what tor says, which may be the library's, until the RESULT has come: there
 * it must not wait for anything. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_wait_bootstrapped(torctl_controller *controller,
                                       torctl_progress_fn progress,
                                       void *user_data,
                                       int32_t timeout_ms,
                                       int32_t stall_timeout_ms,
                                       torctl_call *call,
                                       torctl_error **err);

/**
 * Takes events from a queue until one comes that `accept` accepts. Make the queue first, then do
 * what the event is to come from, then wait: nothing is missed. Events that were not accepted
 * are gone from the queue; a TORCTL_EVENT_GAP is offered, too.
 *
 * Sets `*event` to the accepted event. The caller frees `*event` with torctl_event_free(). NULL
 * for `accept` takes the next event, whatever it is. `accept` is called in this thread, may call
 * anything but torctl_queue_free() on this queue, and must not throw or longjmp. May be called
 * inside callbacks. Cannot be begun: a program that does not wait polls torctl_queue_fd(), and
 * takes the events itself.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_wait_event(const torctl_queue *queue,
                                torctl_accept_fn accept,
                                void *user_data,
                                int32_t timeout_ms,
                                torctl_call *call,
                                torctl_event **event,
                                torctl_error **err);

/* Trace, recording and replay ------------------------------------------------------------------ */

/*
 * For finding out what a program and tor said to each other: a trace shows each line to a function
 * of the program, a recording writes them to a file, and a replay plays such a file in place of a
 * tor, so that a report from a user becomes a test without a network. All are options, and off by
 * default.
 *
 * Secrets are replaced by "[secret]": what AUTHENTICATE and AUTHCHALLENGE send and get, private
 * keys of onion services and of their clients, values of options whose names say that they are
 * passwords or authenticators, passwords of SOCKS clients, and all arguments of commands that this
 * version does not know. Everything else is shown as it is: addresses, names of hosts that are
 * visited, paths, the user's name. Look at a recording before you give it to somebody.
 */

/** What a line of a trace is. */
#define TORCTL_TRACE_UNKNOWN 0
/** tor sent it: a line of a reply, of an event or of a data block. */
#define TORCTL_TRACE_IN 6901
/** The library sent it: a command, or a line of its data. */
#define TORCTL_TRACE_OUT 6902
/**
 * The library says of the connection: "CONNECTED", "ENDED CAUSE=" with LOCAL, EOF, ERROR or
 * PROTOCOL, or "LOST LINES=" with the number of lines that came while the function was too slow
 * and that are missing here.
 */
#define TORCTL_TRACE_CONNECTION 6903

/**
 * Is called with a line: what it is, when it was written or read, and its text without the line end,
 * which lives until the function returns. `direction` is one of the TORCTL_TRACE constants.
 */
typedef void (*torctl_trace_fn)(int32_t direction,
                                int64_t time_unix_us,
                                const char *line,
                                size_t line_size_bytes,
                                void *user_data);

/**
 * The word for one of the TORCTL_TRACE constants, for example "IN". "" for any other number. The
 * string is static.
 */
TORCTL_API const char *torctl_trace_direction_name(int32_t number);

/**
 * Sets a function that is called with each line that the controllers made from these options
 * write and read, also over the next connections. NULL, which is the default, means no trace.
 *
 * The function runs in whatever thread has written or read, "torctl-io" included, for one line
 * at a time of a controller and in the order of the wire; what a thread has written or read
 * itself, it is shown before its call returns, unless another thread is in the function. No lock
 * of the library is held. The function may call torctl_controller_state(),
 * torctl_controller_close() and whatever does not wait. What asks tor through the same
 * controller returns TORCTL_ERR_STATE there, and waiting for its events returns as when the time
 * is over. It must not free the controller, and must not throw or longjmp. It holds up reading:
 * keep it short.
 *
 * `destroy`, if not NULL, is called once with `user_data`: when another trace is set or the
 * options are freed, and all controllers that were made with it are freed, too; also when
 * setting fails. It must not use these options. torctl_controller_free() waits until the
 * function does not run: hold no lock that it takes.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_trace(torctl_options *options,
                                       torctl_trace_fn trace,
                                       void *user_data,
                                       torctl_destroy_fn destroy,
                                       torctl_error **err);

/**
 * Sets the path of a file in which a controller is recorded. NULL, which is the default, means
 * no recording.
 *
 * torctl_controller_new() and torctl_launch() make the file, with mode 0600, and fail with
 * TORCTL_ERR_SYSTEM if that cannot be done, or if there is one of this name already: set another
 * for each controller. Lines are written where a trace would show them, and before; a slow disk
 * holds up reading. When writing fails, for example because the disk is full, the recording ends
 * behind the last whole line, torctl_controller_record_errno() says why, and everything else
 * goes on.
 *
 * A recording is text, to be read and edited:
 *
 *     torctl recording 1
 *     # A comment.
 *     0.000120 = CONNECTED
 *     0.000455 > GETINFO version
 *     0.001020 < 250-version=0.4.9.8
 *     0.001020 < 250 OK
 *
 * A line has the seconds since the beginning, who wrote it (">" the library, "<" tor, "=" the
 * library of the connection), and what: there two backslashes stand for one, and a backslash
 * with x and two hexadecimal digits for a byte that is not printed. The time can be left out.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_record_file(torctl_options *options,
                                             const char *path,
                                             torctl_error **err);

/**
 * Sets a recording that is played in place of a tor, in place of an address. Reads the file:
 * TORCTL_ERR_SYSTEM if that fails, TORCTL_ERR_INVALID, with the number of the line, for a text
 * that is no recording.
 *
 * A controller connects to the recorded connections one after the other. The login is left out,
 * and so are connections that were not let in. A command gets the answer that it got in the
 * recording: the first that was recorded and not played yet, or else the last one again. In a
 * recorded command, "[secret]" stands for anything. Events come in their places between the
 * answers; those behind an answer come immediately after it, as fast as they are read. A
 * SETEVENTS that was not recorded like this takes the place of the next, and is allowed at any
 * rate. Any other command that was not recorded is refused, with TORCTL_ERR_REJECTED and "551
 * not in the recording". Where tor hung up, the replay does; after the last connection
 * torctl_controller_connect() returns TORCTL_ERR_CONNECT. No thread and no process is started
 * for it.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_options_set_replay_file(torctl_options *options,
                                             const char *path,
                                             torctl_error **err);

/**
 * Says why a controller is not recorded any more, as a number of errno, for example ENOSPC. 0
 * while all is well, and without a recording.
 */
TORCTL_API int torctl_controller_record_errno(const torctl_controller *controller);

/* Decoders ------------------------------------------------------------------------------------- */

/*
 * The library's decoder alone, for a program that has its own connection to tor: bytes in, replies
 * and events out. It needs no controller, no tor, no descriptor and no thread. What the program
 * sends, and which reply answers what, is its own affair: tor answers commands in their order, and
 * sends events between the replies.
 */

/**
 * Bytes to messages. Freed by torctl_decoder_free(). One thread at a time may use it; a call while
 * another runs returns TORCTL_ERR_STATE. Also a forked child may go on with it.
 */
struct torctl_decoder;

/**
 * Makes a decoder at the beginning of a stream.
 *
 * `max_line_bytes` and `max_message_bytes` are the longest line and the largest reply or event,
 * each from 256 bytes to 1 GiB; 0 is the default, which is 16 MiB and 64 MiB. The decoder holds
 * no more than one message and what was pushed since torctl_decoder_next() last returned
 * TORCTL_EMPTY.
 *
 * Sets `*decoder` to an object that the caller frees with torctl_decoder_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_decoder_new(size_t max_line_bytes,
                                 size_t max_message_bytes,
                                 torctl_decoder **decoder,
                                 torctl_error **err);

/**
 * Gives the decoder the next bytes that tor sent, cut anywhere. They are copied. Call
 * torctl_decoder_next() until it returns TORCTL_EMPTY before the next push.
 *
 * Returns TORCTL_ERR_PROTOCOL if the stream was broken before. Does not block.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_decoder_push(const torctl_decoder *decoder,
                                  const void *data,
                                  size_t size_bytes,
                                  torctl_error **err);

/**
 * Takes the next whole message: sets `*reply` to a reply or `*event` to an event, and the other
 * to NULL. The caller frees it with torctl_reply_free() or torctl_event_free(); it outlives the
 * decoder. For one that the program does not want, `reply` or `event` may be NULL.
 *
 * Returns TORCTL_EMPTY, with NULL in both, if more bytes are needed. TORCTL_ERR_TOO_LARGE: a
 * message is over a limit, and was dropped; the next call gives the one behind it. If it goes on
 * to 16 times the limit, the stream is broken. TORCTL_ERR_PROTOCOL: the peer does not speak the
 * control protocol; the stream is broken, and every later call returns the same. Does not block.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_decoder_next(const torctl_decoder *decoder,
                                  torctl_reply **reply,
                                  torctl_event **event,
                                  torctl_error **err);

/** Frees the decoder and what it holds. Accepts NULL. */
TORCTL_API void torctl_decoder_free(torctl_decoder *decoder);

/* Health --------------------------------------------------------------------------------------- */

/*
 * How tor does, in one answer: for a daemon's log, its watchdog, or the lamp in a window. Each part
 * of tor is an item with a level, a reason and a sentence; the verdict is the worst level of all.
 *
 * TORCTL_EVENT_HEALTH tells of each change. Make the queue or listener first, then call
 * torctl_get_health(): nothing is missed in between.
 */

/** How well tor or a part of it does. The verdict about tor is the highest of its items. */
#define TORCTL_HEALTH_UNKNOWN 0
/** As it should. */
#define TORCTL_HEALTH_OK 7101
/** tor can be used, but something is wrong. */
#define TORCTL_HEALTH_DEGRADED 7102
/** tor cannot be used yet, and is on its way there. */
#define TORCTL_HEALTH_STARTING 7103
/** tor cannot be used, and something is in the way. */
#define TORCTL_HEALTH_DOWN 7104

/** A part of tor. */
#define TORCTL_HEALTH_ITEM_ALL 0
/**
 * The connection to tor. DOWN if it ended or there was none yet, STARTING while the controller
 * connects. Without it no other item is known.
 */
#define TORCTL_HEALTH_ITEM_CONNECTION 7201
/** The start of tor. DOWN if something is in its way, STARTING while it goes on. */
#define TORCTL_HEALTH_ITEM_BOOTSTRAP 7202
/** Whether tor is dormant: then it is DEGRADED, and wakes when somebody uses it. */
#define TORCTL_HEALTH_ITEM_DORMANT 7203
/** Whether tor reaches the network. DEGRADED if it did before, STARTING if it did not yet. */
#define TORCTL_HEALTH_ITEM_NETWORK 7204
/** Whether tor can build circuits. DOWN if it could before, STARTING if it could not yet. */
#define TORCTL_HEALTH_ITEM_CIRCUIT 7205
/** Whether tor knows enough relays. DOWN if it did before, STARTING if it did not yet. */
#define TORCTL_HEALTH_ITEM_DIRECTORY 7206
/** The clock of tor's computer. DEGRADED if tor has said that it is wrong. */
#define TORCTL_HEALTH_ITEM_CLOCK 7207
/** The entry guards. DEGRADED if none of them can be used. */
#define TORCTL_HEALTH_ITEM_GUARDS 7208
/**
 * The onion services of this controller, and the detached ones. DEGRADED if not all of them are
 * known to be published. Which services there are is asked by torctl_get_health() and in each
 * new connection; no event tells of it.
 */
#define TORCTL_HEALTH_ITEM_ONIONS 7209

/**
 * How tor does. Freed by torctl_health_free(). It outlives the controller and never changes: any
 * number of threads may read it concurrently.
 */
struct torctl_health;

/**
 * The word for one of the TORCTL_HEALTH constants, for example "OK". "" for any other number.
 * The string is static.
 */
TORCTL_API const char *torctl_health_level_name(int32_t number);

/**
 * The word for one of the TORCTL_HEALTH_ITEM constants, for example "CONNECTION". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_health_item_name(int32_t number);

/**
 * Asks how tor does, by GETINFO and GETCONF, all in one step. What this tor does not know, or a
 * filter refuses, is unknown and no failure.
 *
 * Works in every state of the controller: if it is not connected, the answer says so, with the
 * cause. Fails only if tor does not answer in time or the call is cancelled. If tor's start is
 * not at its end, asks some more to find the cause, which takes a second at the most.
 *
 * Some things tor says only in events: by how much the clock is wrong, that it was put to sleep,
 * which services are published. These are known while somebody wants TORCTL_EVENT_HEALTH.
 *
 * Sets `*health` to an object that the caller frees with torctl_health_free(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_health(torctl_controller *controller,
                                torctl_call *call,
                                torctl_health **health,
                                torctl_error **err);

/**
 * How well an item does, one of the TORCTL_HEALTH constants. 0 for `item` is the verdict about
 * all of tor. TORCTL_HEALTH_UNKNOWN also for an item that is not there, because the controller
 * is not connected.
 */
TORCTL_API int32_t torctl_health_level(const torctl_health *health, int32_t item);

/**
 * Why an item does not do better, one of the TORCTL_REASON constants. 0 for `item` is what
 * decided the verdict. TORCTL_REASON_UNKNOWN if the library has no number for it.
 */
TORCTL_API int32_t torctl_health_reason(const torctl_health *health, int32_t item);

/**
 * Why an item is as it is, in a sentence for people. 0 for `item` is what decided the verdict.
 * "" for an item that is not there.
 *
 * Returns a string that lives in the object.
 */
TORCTL_API const char *torctl_health_text(const torctl_health *health, int32_t item);

/**
 * The verdict about all of tor. One of the TORCTL_HEALTH constants; TORCTL_HEALTH_UNKNOWN for
 * one that this version does not know.
 */
TORCTL_API int32_t torctl_health_verdict(const torctl_health *health);

/** Whether the controller is connected and authenticated. */
TORCTL_API int torctl_health_is_connected(const torctl_health *health);

/** How far the start of tor is, 0 to 100; -1 if tor does not say. */
TORCTL_API int64_t torctl_health_bootstrap_percent(const torctl_health *health);

/**
 * What tor does at this point of its start. One of the TORCTL_BOOTSTRAP constants;
 * TORCTL_BOOTSTRAP_UNKNOWN for one that this version does not know.
 */
TORCTL_API int32_t torctl_health_bootstrap_tag(const torctl_health *health);

/** The same in tor's words; "" if tor does not say. */
TORCTL_API const char *torctl_health_bootstrap_summary(const torctl_health *health);

/**
 * Since when tor is at this point, as far as the library has seen it; 0 if tor's start is at its
 * end. Microseconds since 1970, UTC.
 */
TORCTL_API int64_t torctl_health_bootstrap_since_unix_us(const torctl_health *health);

/** 1 if tor is dormant, 0 if not, -1 if tor does not say. */
TORCTL_API int64_t torctl_health_is_dormant(const torctl_health *health);

/** 1 if tor believes that it reaches the network, 0 if not, -1 if tor does not say. */
TORCTL_API int64_t torctl_health_is_network_live(const torctl_health *health);

/** 1 if tor can build circuits, 0 if not, -1 if tor does not say. */
TORCTL_API int64_t torctl_health_is_circuit_established(const torctl_health *health);

/** 1 if tor knows enough relays, 0 if not, -1 if tor does not say. */
TORCTL_API int64_t torctl_health_has_enough_directory(const torctl_health *health);

/**
 * By how many seconds the clock of tor's computer is ahead, negative if it is behind. 0 if tor
 * has not said that it is wrong, or not by how much: then the level of TORCTL_HEALTH_ITEM_CLOCK
 * says which.
 */
TORCTL_API int64_t torctl_health_clock_skew_s(const torctl_health *health);

/** How many guards tor has chosen; -1 if tor does not say. */
TORCTL_API int64_t torctl_health_guards(const torctl_health *health);

/** How many of them can be used; -1 if tor does not say. */
TORCTL_API int64_t torctl_health_guards_usable(const torctl_health *health);

/** How many of them are down; -1 if tor does not say. */
TORCTL_API int64_t torctl_health_guards_down(const torctl_health *health);

/**
 * How many onion services this controller has made, and others detached; -1 if tor does not say.
 */
TORCTL_API int64_t torctl_health_onions(const torctl_health *health);

/** How many of them are published; -1 if that is not known of all. */
TORCTL_API int64_t torctl_health_onions_published(const torctl_health *health);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_health_free(torctl_health *health);

/* Live views ----------------------------------------------------------------------------------- */

/*
 * A view is a list of the circuits, streams and guards that is always up to date, for a program
 * that shows them. It takes as much memory as there are of them, however long nobody looks.
 */

/** What changed. */
#define TORCTL_VIEW_NOTHING 0
/** A circuit. */
#define TORCTL_VIEW_CIRCUIT 7301
/** A stream. */
#define TORCTL_VIEW_STREAM 7302
/** An entry guard. */
#define TORCTL_VIEW_GUARD 7303

/** What became of it. */
#define TORCTL_VIEW_CHANGE_NONE 0
/** It is new. */
#define TORCTL_VIEW_CHANGE_ADDED 7401
/** It is another than before. */
#define TORCTL_VIEW_CHANGE_CHANGED 7402
/** It is gone. */
#define TORCTL_VIEW_CHANGE_REMOVED 7403

/**
 * A live view of circuits, streams and guards. Freed by torctl_view_free(), before or after its
 * controller. Several threads may use it concurrently; each change goes to one of them.
 */
struct torctl_view;

/**
 * What changed in a view. Freed by torctl_view_changes_free(). It outlives the controller. One
 * thread at a time may use it.
 */
struct torctl_view_changes;

/**
 * The word for one of the TORCTL_VIEW constants, for example "CIRCUIT". "" for any other number.
 * The string is static.
 */
TORCTL_API const char *torctl_view_sort_name(int32_t number);

/**
 * The word for one of the TORCTL_VIEW_CHANGE constants, for example "ADDED". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_view_change_name(int32_t number);

/**
 * Makes a view. tor is asked for CIRC, CIRC_MINOR, STREAM and GUARD events, then by GETINFO
 * circuit-status, stream-status and entry-guards for what is there already, and again in each
 * new connection.
 *
 * If the controller is connected the view is complete when this returns; otherwise as soon as
 * tor has answered. Blocks like a request when the controller is connected. Fails with
 * TORCTL_ERR_FILTERED or TORCTL_ERR_REJECTED where tor refuses the events or a question.
 *
 * Sets `*view` to an object that the caller frees with torctl_view_free(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_view_new(torctl_controller *controller,
                              torctl_call *call,
                              torctl_view **view,
                              torctl_error **err);

/**
 * The view's descriptor, for poll() and its like: readable while there may be changes to take,
 * or the view has ended. When it is, call torctl_view_take_changes(). Never read, write or close
 * it; it lives as long as the view. -1 for NULL.
 */
TORCTL_API int torctl_view_fd(const torctl_view *view);

/**
 * Takes what changed since the last call: each circuit, stream or guard once, whatever happened
 * to it. What came and went in between is left out. The first call has all that there is.
 *
 * Returns TORCTL_EMPTY if nothing changed, and TORCTL_END if nothing will change any more,
 * because the controller is closed; both with NULL in `*changes` and without an error object.
 * Does not wait.
 *
 * Sets `*changes` to an object that the caller frees with torctl_view_changes_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_view_take_changes(const torctl_view *view,
                                       torctl_view_changes **changes,
                                       torctl_error **err);

/**
 * The circuits of this moment.
 *
 * Sets `*circuits` to CIRC events, one for each, with the status that it has, in the order of
 * their ids. The caller frees `*circuits` with torctl_events_free(). Does not talk to tor.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_view_circuits(const torctl_view *view,
                                   torctl_events **circuits,
                                   torctl_error **err);

/**
 * The streams of this moment.
 *
 * Sets `*streams` to STREAM events, one for each: the last that tor sent, or what
 * torctl_get_streams() has. The caller frees `*streams` with torctl_events_free(). In the order
 * of their ids. Does not talk to tor.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_view_streams(const torctl_view *view,
                                  torctl_events **streams,
                                  torctl_error **err);

/**
 * The entry guards of this moment. Does not talk to tor.
 *
 * Sets `*guards` to an object that the caller frees with torctl_guards_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_view_guards(const torctl_view *view,
                                 torctl_guards **guards,
                                 torctl_error **err);

/**
 * A circuit.
 *
 * Sets `*event` to a CIRC event. The caller frees `*event` with torctl_event_free(). Returns
 * TORCTL_ERR_NOT_FOUND if there is none with this id.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_view_circuit(const torctl_view *view,
                                  uint64_t circuit,
                                  torctl_event **event,
                                  torctl_error **err);

/**
 * A stream.
 *
 * Sets `*event` to a STREAM event. The caller frees `*event` with torctl_event_free(). Returns
 * TORCTL_ERR_NOT_FOUND if there is none with this id.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_view_stream(const torctl_view *view,
                                 uint64_t stream,
                                 torctl_event **event,
                                 torctl_error **err);

/** How many circuits there are. */
TORCTL_API size_t torctl_view_circuit_count(const torctl_view *view);

/** How many streams there are. */
TORCTL_API size_t torctl_view_stream_count(const torctl_view *view);

/**
 * Whether nothing is missing. 0 without a connection, while tor is asked, and if there are more
 * than 1,048,576 circuits or streams, or tor did not answer.
 */
TORCTL_API int torctl_view_is_complete(const torctl_view *view);

/** Frees the view. Accepts NULL. */
TORCTL_API void torctl_view_free(torctl_view *view);

/** How many there are. */
TORCTL_API size_t torctl_view_changes_count(const torctl_view_changes *changes);

/**
 * What it is. One of the TORCTL_VIEW constants; TORCTL_VIEW_NOTHING for one that this version
 * does not know.
 */
TORCTL_API int32_t torctl_view_changes_sort(const torctl_view_changes *changes, size_t index);

/**
 * What became of it. One of the TORCTL_VIEW_CHANGE constants; TORCTL_VIEW_CHANGE_NONE for one
 * that this version does not know.
 */
TORCTL_API int32_t torctl_view_changes_change(const torctl_view_changes *changes, size_t index);

/** The id of the circuit or stream; 0 for a guard. */
TORCTL_API uint64_t torctl_view_changes_id(const torctl_view_changes *changes, size_t index);

/** The fingerprint of the guard, 40 hex digits; "" for the others. */
TORCTL_API
const char *torctl_view_changes_fingerprint(const torctl_view_changes *changes,
                                            size_t index);

/**
 * What the circuit or stream is now: a CIRC or STREAM event, which lives in the object. NULL if
 * it is gone, and for a guard.
 */
TORCTL_API
const torctl_event *torctl_view_changes_event(const torctl_view_changes *changes,
                                              size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_view_changes_free(torctl_view_changes *changes);

/* Bridges -------------------------------------------------------------------------------------- */

/*
 * People get bridges as lines of text to paste. torctl_bridges_parse() reads such a text by tor's
 * own rule, names a line that is wrong, and says which pluggable transports the bridges need. The
 * bridges are then used by a tor that runs, with torctl_set_bridges(), or by one that is to be
 * started, with torctl_launch_options_set_bridges(). Each transport needs a ClientTransportPlugin
 * among tor's options.
 */

/**
 * Bridges, in the order of their lines. Freed by torctl_bridges_free(). It outlives the
 * controller and never changes: any number of threads may read it concurrently.
 */
struct torctl_bridges;

/**
 * Reads bridge lines: "obfs4 192.0.2.1:443 FINGERPRINT cert=... iat-mode=0", for example, or
 * only "192.0.2.1:443". "Bridge" may stand in front of a line, as in a torrc; blank lines and
 * comments are skipped; lines end in LF, CRLF or CR.
 *
 * Sets `*bridges` to an object that the caller frees with torctl_bridges_free(); it is empty if
 * the text has no such line. Returns TORCTL_ERR_INVALID if a line is not one that tor takes: the
 * message names the bad lines by their numbers and says what is wrong with each, and
 * `*bad_line`, if not NULL, is set to the number of the first, counted from 1; otherwise to 0.
 * Does not talk to tor.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_bridges_parse(const char *text,
                                   torctl_bridges **bridges,
                                   size_t *bad_line,
                                   torctl_error **err);

/**
 * Tells a tor that runs to use these bridges and no others, by SETCONF of UseBridges and Bridge:
 * all of it or nothing. Until tor ends or reads its torrc again; torctl_save_conf() makes it
 * stay.
 *
 * NULL or no bridges mean that tor uses none. Returns and blocks like torctl_set_conf(). Can be
 * begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_set_bridges(torctl_controller *controller,
                                 const torctl_bridges *bridges,
                                 torctl_call *call,
                                 torctl_error **err);

/** How many there are. */
TORCTL_API size_t torctl_bridges_count(const torctl_bridges *bridges);

/** A bridge's line, as tor takes it as the value of its option Bridge. */
TORCTL_API const char *torctl_bridges_text(const torctl_bridges *bridges, size_t index);

/** The number of a bridge's line in the text that was read, counted from 1. */
TORCTL_API size_t torctl_bridges_line_number(const torctl_bridges *bridges, size_t index);

/**
 * The pluggable transport by which a bridge is reached, for example "obfs4"; "" if it needs
 * none.
 */
TORCTL_API const char *torctl_bridges_transport(const torctl_bridges *bridges, size_t index);

/** A bridge's IP address, without brackets. Some transports do not connect to it. */
TORCTL_API const char *torctl_bridges_address(const torctl_bridges *bridges, size_t index);

/** A bridge's port; 443 if the line has none. */
TORCTL_API uint16_t torctl_bridges_port(const torctl_bridges *bridges, size_t index);

/** A bridge's fingerprint, 40 hex digits in capitals; "" if the line has none. */
TORCTL_API const char *torctl_bridges_fingerprint(const torctl_bridges *bridges, size_t index);

/** How many arguments a bridge's line has for the transport. */
TORCTL_API size_t torctl_bridges_argument_count(const torctl_bridges *bridges, size_t index);

/** The name of an argument, for example "cert". */
TORCTL_API
const char *torctl_bridges_argument_name(const torctl_bridges *bridges,
                                         size_t index,
                                         size_t argument);

/** The value of an argument. */
TORCTL_API
const char *torctl_bridges_argument_value(const torctl_bridges *bridges,
                                          size_t index,
                                          size_t argument);

/**
 * How many pluggable transports the bridges need, each counted once. Without a
 * ClientTransportPlugin for it, tor does not reach the bridge: see TORCTL_REASON_NO_TRANSPORT.
 */
TORCTL_API size_t torctl_bridges_needed_count(const torctl_bridges *bridges);

/** A transport that the bridges need, in the order of the lines. */
TORCTL_API const char *torctl_bridges_needed(const torctl_bridges *bridges, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_bridges_free(torctl_bridges *bridges);

/* Starting tor --------------------------------------------------------------------------------- */

/*
 * A program can have a tor of its own: torctl_launch() starts one with the options that the
 * program gives, and hands out a controller that is connected to it. tor reads no torrc of the
 * system's and writes none: SAVECONF by force goes to a file in its data directory. Unless told
 * otherwise, the library talks with this tor through a descriptor that tor is born with: there is
 * no port that another program could take or use, no password, and tor ends when the connection
 * does, also when the program dies. What tor prints is always read; its end is kept and shown when
 * tor could not start.
 *
 * The library waits for this one child and no other. The program may handle SIGCHLD in any way;
 * where that is ignored, or the program waits for any child, only the exit status is lost. tor
 * runs in a session of its own, so a Ctrl-C at the program's terminal does not reach it, and has
 * none of the program's descriptors.
 *
 * tor 0.4.8.14 can crash, by a race of its own, when its controller closes within some twenty
 * milliseconds of the start: torctl_launched_wait() then reports a signal. tor 0.4.9 was not seen
 * to do so.
 */

/** Talk with tor through a descriptor that it is born with (__OwningControllerFD). */
#define TORCTL_LAUNCH_DESCRIPTOR 0
/**
 * Talk with tor through a port of 127.0.0.1 that tor chooses, with a cookie: for other programs
 * of the same user that are to control it too. The port is in "torctl-control-port" in the data
 * directory.
 */
#define TORCTL_LAUNCH_PORT 3601

/**
 * What tor to start, and how. Everything has a default. May be used for several tors if they have
 * different data directories; any thread may use it.
 *
 * A setter that refuses a value leaves the old one, and the options remember it: torctl_launch()
 * then fails, with the status and the message of the first setter that did. A later valid value
 * for the same setter clears that failure. What torctl_launch_options_add() refused stays missing,
 * whatever is added later: torctl_launch_options_clear_failure() clears that failure.
 */
struct torctl_launch_options;

/**
 * Makes options with the defaults: the program "tor" from PATH, a temporary data directory, no
 * option of tor set, control through a descriptor, tor ends with the controller. The caller
 * frees the result with torctl_launch_options_free().
 */
TORCTL_API torctl_launch_options *torctl_launch_options_new(void);

/** Sets the program: a path, or a name to look for in PATH. NULL is "tor". */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch_options_set_program(torctl_launch_options *options,
                                                const char *program,
                                                torctl_error **err);

/**
 * Sets where tor keeps its data between runs. It is made, with mode 0700, if it does not exist;
 * two tors cannot share one. NULL, which is the default, makes a directory under TMPDIR or /tmp
 * and removes it when tor has ended.
 *
 * A directory that is there must belong to the user that the program runs as (or that the option
 * User names), must not be a symbolic link, and nobody else may write to it; no directory on the
 * way to it may be writable by everybody without the sticky bit. torctl_launch() looks at this
 * before it writes anything: TORCTL_ERR_SYSTEM, with path, owner and mode in the message. The
 * right of others to read is removed by tor itself.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch_options_set_data_directory(torctl_launch_options *options,
                                                       const char *path,
                                                       torctl_error **err);

/**
 * Adds a line to tor's torrc: an option, for example "SocksPort", and its value, for example
 * "auto". Several values of one option are added one after the other, in their order, for
 * example the options of an onion service behind its HiddenServiceDir. The value is passed on as
 * it is, whatever quotes or `#` are in it. The library itself sets DormantCanceledByStartup to 1
 * unless the program sets it: a tor that was idle for a day would otherwise do nothing after its
 * next start.
 *
 * A CR or LF is refused, and so are names that are the library's to set: DataDirectory,
 * RunAsDaemon, __OwningControllerFD and the like. tor itself checks the rest when it starts.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch_options_add(torctl_launch_options *options,
                                        const char *name,
                                        const char *value,
                                        torctl_error **err);

/**
 * Sets the bridges that tor reaches the network through, with the options UseBridges and Bridge;
 * they are copied. The program that plays a transport is another option:
 * torctl_launch_options_add(options, "ClientTransportPlugin", "obfs4 exec /usr/bin/obfs4proxy",
 * &err), for example. NULL, which is the default, sets neither; with no bridges in it, tor uses
 * none.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch_options_set_bridges(torctl_launch_options *options,
                                                const torctl_bridges *bridges,
                                                torctl_error **err);

/**
 * Sets how the library talks with tor: TORCTL_LAUNCH_DESCRIPTOR, which is the default, or
 * TORCTL_LAUNCH_PORT.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch_options_set_control(torctl_launch_options *options,
                                                int32_t control,
                                                torctl_error **err);

/**
 * Sets whether tor goes on when the controller closes or the program ends: 0, which is the
 * default, or 1. A tor that goes on needs a data directory, and a ControlPort or ControlSocket
 * among its options if it is ever to be controlled again. Its exit status is fetched when it
 * ends, but for that of a controller that starts no thread and has been freed.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch_options_set_keep_running(torctl_launch_options *options,
                                                     int keep_running,
                                                     torctl_error **err);

/** Sets how long tor may take until it answers. 30,000 by default. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch_options_set_start_timeout_ms(torctl_launch_options *options,
                                                         int32_t timeout_ms,
                                                         torctl_error **err);

/**
 * Sets how often tor is started again when it has ended: at the most so often within any time of
 * `within_ms`. 5 within 600,000 by default. For a controller whose options
 * (torctl_launch_options_set_controller()) say by torctl_options_set_reconnect() that it
 * reconnects; any other closes when its tor has ended.
 *
 * Each tor has the same options and the same directory; a temporary one then lives as long as
 * the controller. The waits between are those of torctl_options_set_reconnect_delay_ms(), and
 * everything else is as for a controller that reconnects: queues, listeners and handles go on,
 * what the program had set up is set up again, each step is a TORCTL_EVENT_STATE. Starts that
 * fail count, too. When tor is not started once more, the controller closes:
 * torctl_state_event_cause() is "ENDED", and the message has how tor ended, with its last words.
 *
 * A tor that ends because the program wants it, by closing the controller or by torctl_signal()
 * with TORCTL_SIGNAL_SHUTDOWN or TORCTL_SIGNAL_HALT, is not started again. One whose connection
 * is lost is ended before another is started; but one with TORCTL_LAUNCH_PORT that goes on by
 * torctl_launch_options_set_keep_running() is connected to again as long as it runs.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch_options_set_restarts(torctl_launch_options *options,
                                                 uint32_t most,
                                                 int32_t within_ms,
                                                 torctl_error **err);

/**
 * Makes torctl_launch() wait until tor is bootstrapped, as torctl_wait_bootstrapped() does with
 * these arguments. A tor that does not get there is ended. The error says why, as that of
 * torctl_wait_bootstrapped() does, and also has what tor printed since its start. By default
 * torctl_launch() does not wait.
 *
 * `progress`, if not NULL, is called in the thread that calls torctl_launch(), with `user_data`,
 * which must live until that returns. Of a call that was begun it is called in the thread that
 * reads what tor says, which may be the library's, until the RESULT has come: there it must not
 * wait for anything.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch_options_set_bootstrap(torctl_launch_options *options,
                                                  torctl_progress_fn progress,
                                                  void *user_data,
                                                  int32_t timeout_ms,
                                                  int32_t stall_timeout_ms,
                                                  torctl_error **err);

/**
 * Sets the options of the controller: timeouts, limits, the listeners' capacity. A trace and a
 * recording count, too. They are copied; the address and all about authentication are left out.
 * NULL means the defaults.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch_options_set_controller(torctl_launch_options *options,
                                                   const torctl_options *controller_options,
                                                   torctl_error **err);

/**
 * Clears the failure that the options remember, so that what was set and added before counts:
 * for a program that has looked at each status.
 */
TORCTL_API void torctl_launch_options_clear_failure(torctl_launch_options *options);

/** Frees the options. What was launched with them goes on. Accepts NULL. */
TORCTL_API void torctl_launch_options_free(torctl_launch_options *options);

/**
 * Makes a controller that is not connected, and that starts a tor of its own when it connects:
 * by torctl_controller_connect(), which can be begun, or, if it reconnects, by
 * torctl_controller_start(). Listeners and queues can be added immediately. NULL for `options`
 * means the defaults.
 *
 * torctl_controller_connect() then does what torctl_launch() does, with its statuses. It tries
 * once: after a failure the controller is closed. torctl_controller_start() waits for no
 * bootstrap and tries as often as torctl_launch_options_set_restarts() says.
 *
 * Returns the failure of the first setter that refused a value for these options: see
 * torctl_launch_options. Does not block.
 *
 * Sets `*out` to a controller that the caller frees with torctl_controller_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_controller_new_launched(const torctl_launch_options *options,
                                             torctl_controller **out,
                                             torctl_error **err);

/**
 * The process number of the tor that torctl_launch() started for this controller, of several the
 * last; 0 if it started none. Once tor has ended, the number may be another's.
 */
TORCTL_API int64_t torctl_launched_pid(const torctl_controller *controller);

/**
 * The data directory of the tor that torctl_launch() started for this controller.
 *
 * Returns a string that lives in the controller; "" if it started none.
 */
TORCTL_API const char *torctl_launched_data_directory(const torctl_controller *controller);

/**
 * Copies the end of what tor has printed, about 16 KiB at the most: its messages of level notice
 * and above, unless options say otherwise.
 *
 * Writes at most `size_bytes` to `buffer`, a NUL at the end included, and the end rather than
 * the beginning if not all fits. Returns how long the text is without the NUL; 0 if
 * torctl_launch() did not start tor. NULL and 0 only ask for that. Goes on working when tor has
 * ended.
 */
TORCTL_API
size_t torctl_launched_output(const torctl_controller *controller,
                              char *buffer,
                              size_t size_bytes);

/**
 * Waits until the tor that torctl_launch() started for this controller, of several the one that
 * runs now, has ended, by whatever cause. It does not make it end.
 *
 * Sets `*exit_code`, if not NULL, to its exit status, or to -1 if it had none, and `*signal`, if
 * not NULL, to the signal that ended it, or to 0. Both are so if somebody else in the program
 * took the status. Returns TORCTL_ERR_TIMEOUT after `timeout_ms`, where -1 is endless, and
 * TORCTL_ERR_STATE if torctl_launch() did not start tor. torctl_call_cancel() ends it with
 * TORCTL_ERR_CANCELLED, and torctl_controller_close() with TORCTL_ERR_CLOSED. One that begins
 * after the close waits for a tor that ends with the controller, and returns TORCTL_ERR_CLOSED
 * immediately if tor keeps running. The timeout of the call does not count. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launched_wait(torctl_controller *controller,
                                   int32_t timeout_ms,
                                   torctl_call *call,
                                   int32_t *exit_code,
                                   int32_t *signal,
                                   torctl_error **err);

/**
 * Starts a tor and connects to it: torctl_controller_new_launched() and torctl_controller_connect()
 * in one. NULL for `options` means the defaults.
 *
 * Sets `*out` to a controller that is ready and that the caller frees with
 * torctl_controller_free(). tor ends when the controller is closed, and is killed if it has
 * not done so after ten seconds; torctl_controller_free() waits for that, so that after it
 * there is neither tor, nor zombie, nor temporary directory. A program that ends without that,
 * by exit() or killed, ends tor, too, and tor's end removes the temporary directory: a shell
 * ("torctl-remover"), which is a child of tor and not of the program, waits for it. The
 * program gets no SIGCHLD but that of tor's end.
 *
 * A controller whose options say that it reconnects starts tor again when it has ended, see
 * torctl_launch_options_set_restarts(); any other closes then.
 *
 * Returns the failure of the first setter that refused a value for these options: see
 * torctl_launch_options.
 *
 * Returns TORCTL_ERR_CONNECT if the program cannot be run, with torctl_error_errno(), or the
 * data directory cannot be made; TORCTL_ERR_SYSTEM if the data directory is not safe, see
 * torctl_launch_options_set_data_directory(), or if descriptors, processes, memory or disk
 * space are lacking; TORCTL_ERR_FAILED if tor ended instead of answering, for example because
 * of an option that it does not know or a port that is taken: the message has tor's last
 * words, which are also torctl_error_reply_text(); TORCTL_ERR_TIMEOUT if it does not answer or
 * bootstrap in time. After a failure tor has ended and what was made is gone.
 *
 * Blocks until tor answers, for the start timeout, then for those of
 * torctl_launch_options_set_bootstrap(); torctl_call_cancel() ends it early, as soon as tor
 * has ended: it is asked to, and killed after ten seconds. The timeout of the call counts for
 * each request behind that.
 *
 * Can be begun, into a queue of another controller: see torctl_call_set_queue().
 * torctl_result_take_controller() takes the controller; one that is not taken is closed when its
 * event is freed, and its tor ends. Not for a controller that starts no thread: begin
 * torctl_controller_connect() on one of torctl_controller_new_launched().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_launch(const torctl_launch_options *options,
                            torctl_call *call,
                            torctl_controller **out,
                            torctl_error **err);

/* Onion services ------------------------------------------------------------------------------- */

/*
 * A service of ADD_ONION belongs to the controller's connection and ends with it, unless it is
 * detached. It has two moments: its address is known when torctl_add_onion() returns, and it can
 * be reached when its descriptor has been published, for which torctl_onion_wait_published()
 * waits. Addresses are taken with and without ".onion" and checked, the checksum included.
 */

/** No proof-of-work defences. */
#define TORCTL_POW_OFF 0
/** Proof-of-work defences if this tor has them, which it does from 0.4.9.2 on. */
#define TORCTL_POW_IF_POSSIBLE 3901
/** Proof-of-work defences, or no service. */
#define TORCTL_POW_REQUIRED 3902
/**
 * A new key of the kind that tor thinks best: `NEW:BEST`. Every tor of today makes a version 3
 * key.
 */
#define TORCTL_ONION_KEY_BEST 0
/**
 * A new key for a version 3 service: `NEW:ED25519-V3`. Some filters before tor let only this
 * through.
 */
#define TORCTL_ONION_KEY_ED25519_V3 4001

/**
 * What an onion service is to be. Everything but a port has a default. Serves for any number of
 * services; any thread may use it.
 *
 * A setter that refuses a value leaves the old one, and the options remember it:
 * torctl_add_onion() then fails, with the status and the message of the first setter that did. A
 * later valid value for the same setter clears that failure. A port or a client that was refused
 * stays missing, whatever is added later: torctl_onion_options_clear_failure() clears that
 * failure.
 */
struct torctl_onion_options;

/**
 * Makes options with the defaults: a new key that tor makes and returns, no ports yet, every
 * client may connect. The caller frees the result with torctl_onion_options_free().
 */
TORCTL_API torctl_onion_options *torctl_onion_options_new(void);

/**
 * Adds a port that clients may connect to, and where it leads: "8080" (a port on 127.0.0.1),
 * "192.0.2.1:8080", "[::1]:8080", "unix:/path"; NULL is the same port on 127.0.0.1.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_add_port(torctl_onion_options *options,
                                            uint16_t port,
                                            const char *target,
                                            torctl_error **err);

/**
 * Sets the service's key, as torctl_onion_private_key() or torctl_onion_key_text() gave it: then
 * the service has the address of this key. It is copied, and wiped with the options. NULL tells
 * tor to make a new one.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_key(torctl_onion_options *options,
                                           const char *key,
                                           torctl_error **err);

/**
 * Sets which kind of key tor is asked for when it makes a new one: TORCTL_ONION_KEY_BEST, the
 * default, or TORCTL_ONION_KEY_ED25519_V3. Not looked at when the key is given or in a file.
 * What is sent matters to filters before tor (onion-grater in Tails and Whonix), which compare
 * it as text.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_key_type(torctl_onion_options *options,
                                                int32_t key_type,
                                                torctl_error **err);

/**
 * Sets the file that the service's key is kept in. If there is none of this name when the
 * service is made, a new key is put there first, in one step, for the file's owner alone (mode
 * 0600); so the service has the same address every time. The file has the text of
 * torctl_onion_key_text(); tor's own hs_ed25519_secret_key is read, too. A file that belongs to
 * another user, or that others may read or write, is refused when the service is made. NULL
 * clears it.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_key_file(torctl_onion_options *options,
                                                const char *path,
                                                torctl_error **err);

/**
 * Sets whether tor keeps a new key to itself, so that nobody can ever make the service again. 0
 * by default. Not for a key that was given or is in a file. Such a service is lost when tor is
 * started anew, also with a controller that reconnects.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_discard_key(torctl_onion_options *options,
                                                   int discard_key,
                                                   torctl_error **err);

/**
 * Sets whether the library keeps the service's key in memory, so that a controller that
 * reconnects (torctl_options_set_reconnect()) can make the service again on a tor that was
 * started anew. 1 by default; the key is wiped when the service is removed and with the
 * controller. With 0, and where tor keeps the key to itself, the service ends with tor, and an
 * event of kind RESTORED says that it is lost.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_keep_key(torctl_onion_options *options,
                                                int keep_key,
                                                torctl_error **err);

/** Sets whether the service stays when the connection ends. 0 by default. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_detach(torctl_onion_options *options,
                                              int detach,
                                              torctl_error **err);

/**
 * Sets whether the service is single-hop: clients reach it faster, and its location is not
 * hidden. 0 by default. tor must have been set up for it by HiddenServiceNonAnonymousMode.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_non_anonymous(torctl_onion_options *options,
                                                     int non_anonymous,
                                                     torctl_error **err);

/**
 * Sets how many streams a client's circuit may have; 0, which is the default, is any number.
 * With `close_circuit` not 0 a circuit that has more is closed, and not only the stream.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_max_streams(torctl_onion_options *options,
                                                   uint16_t max_streams,
                                                   int close_circuit,
                                                   torctl_error **err);

/**
 * Sets whether clients have to work for their first connection when there are too many: one of
 * the TORCTL_POW constants. TORCTL_POW_OFF by default.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_pow(torctl_onion_options *options,
                                           int32_t pow,
                                           torctl_error **err);

/**
 * Sets how many requests per second the proof-of-work defences let through, and how many in one
 * burst. tor's defaults if not set.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_pow_queue(torctl_onion_options *options,
                                                 uint32_t rate,
                                                 uint32_t burst,
                                                 torctl_error **err);

/**
 * Adds a client by its public x25519 key, in base32 or base64, as torctl_client_key_public()
 * gives it. Once there is one, nobody else can reach the service.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_add_client(torctl_onion_options *options,
                                              const char *public_key,
                                              torctl_error **err);

/**
 * Sets whether torctl_add_onion() asks for HS_DESC events, which torctl_onion_wait_published()
 * and torctl_onion_get_status() need. 1 by default. With 0 the only command sent is ADD_ONION.
 * That a filter before tor refuses the events is no reason to set it: the service is made all
 * the same.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_options_set_watch(torctl_onion_options *options,
                                             int watch,
                                             torctl_error **err);

/**
 * Clears the failure that the options remember, so that what was set and added before counts:
 * for a program that has looked at each status.
 */
TORCTL_API void torctl_onion_options_clear_failure(torctl_onion_options *options);

/** Frees the options. Services made from them go on. Accepts NULL. */
TORCTL_API void torctl_onion_options_free(torctl_onion_options *options);

/* Services that exist -------------------------------------------------------------------------- */

/**
 * A service that was made or is followed. It is notified of the service's uploads until it is
 * freed; freeing it does not end the service. With a controller that reconnects it goes on when tor
 * is started anew, and so does the service. Freed by torctl_onion_free(), before or after the
 * controller. Several threads may use it concurrently.
 */
struct torctl_onion;

/**
 * How a service was when torctl_onion_get_status() asked. Freed by torctl_onion_status_free().
 * It outlives the controller and never changes: any number of threads may read it concurrently.
 */
struct torctl_onion_status;

/**
 * The results of torctl_add_onions(). Freed by torctl_onions_free(), before or after the controller.
 * One thread at a time may use it.
 */
struct torctl_onions;

/**
 * Makes an onion service, by ADD_ONION, and before it asks for HS_DESC events, so that none of
 * its uploads is missed. If those are refused, which some filters before tor do, the service is
 * made all the same, and torctl_onion_wait_published() alone fails.
 *
 * Sets `*onion` to an object that the caller frees with torctl_onion_free(), which does not
 * remove the service. Returns TORCTL_ERR_REJECTED when tor refuses, TORCTL_ERR_SYSTEM when the
 * key's file cannot be read or written, and the failure of the first setter that refused a value
 * for the options. A filter may let only one way of asking for a new key through: see
 * torctl_onion_options_set_key_type(). Blocks like a request.
 *
 * tor makes no second service with a key that one has already: torctl_error_reason() is then
 * TORCTL_REASON_ONION_OWN if this connection has it, TORCTL_REASON_ONION_DETACHED if nobody
 * does, TORCTL_REASON_ONION_ELSEWHERE if another connection or the configuration does, and
 * TORCTL_REASON_ONION_COLLISION if a filter does not let that be known. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_add_onion(torctl_controller *controller,
                               const torctl_onion_options *options,
                               torctl_call *call,
                               torctl_onion **onion,
                               torctl_error **err);

/**
 * Makes several onion services with one round of commands: far quicker than one after the other
 * if there are many. Each is made as torctl_add_onion() makes it, and has a result of its own.
 *
 * Sets `*onions` to the results, in the order of `options`. The caller frees `*onions` with
 * torctl_onions_free(). TORCTL_OK only says that tor answered for one of them at least:
 * torctl_onions_take() has the status and the service of each. If there was no answer for any,
 * the status is that of the first, for example TORCTL_ERR_CLOSED. Options that nothing can be
 * made of (TORCTL_ERR_INVALID) fail the whole before a service is made; the message names them.
 * The call's timeout counts for each service. Options may be named more than once, if they have
 * no key. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_add_onions(torctl_controller *controller,
                                const torctl_onion_options *const *options,
                                size_t count,
                                torctl_call *call,
                                torctl_onions **onions,
                                torctl_error **err);

/**
 * Follows a service that this tor has already, for example one of its torrc or a detached one:
 * its uploads count from now on. Asks for HS_DESC events; if those are refused,
 * torctl_onion_wait_published() says so.
 *
 * Sets `*onion` to an object that the caller frees with torctl_onion_free(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_watch_onion(torctl_controller *controller,
                                 const char *address,
                                 torctl_call *call,
                                 torctl_onion **onion,
                                 torctl_error **err);

/** The service's address, for example "2gzyxa5i...53wid.onion". */
TORCTL_API const char *torctl_onion_address(const torctl_onion *onion);

/**
 * The service's private key, as torctl_onion_options_set_key() takes it; "" if tor kept it to
 * itself or the service was not made here. Whoever has it can be the service.
 *
 * Returns a string that lives in the object and is wiped with it.
 */
TORCTL_API const char *torctl_onion_private_key(const torctl_onion *onion);

/** Whether tor took the service with proof-of-work defences. */
TORCTL_API int torctl_onion_has_pow(const torctl_onion *onion);

/**
 * Waits until at least `min_uploads` relays have taken the service's descriptor since `onion`
 * was made; then clients can find it. 0 is the same as 1. tor uploads to up to 16 relays. Of a
 * service that was made by torctl_add_onion(), what a service with the same key had begun to
 * upload before does not count.
 *
 * Returns TORCTL_ERR_FAILED when all uploads that were begun have failed: the message says with
 * which relay and why, and the next wait is for the next attempt. Returns it also when the
 * service is gone, which is checked every few seconds. With a controller that reconnects the
 * wait goes on when tor is started anew, and counts what the new tor uploads; if the service
 * could not be restored, it fails with the reason. Blocks for `timeout_ms` at the most, where -1
 * is endless; then TORCTL_ERR_TIMEOUT, with what is known. TORCTL_ERR_FILTERED if a filter
 * before tor refused the HS_DESC events. TORCTL_ERR_STATE if another thread waits for this
 * service. May be called again, with another number, too. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_wait_published(const torctl_onion *onion,
                                          uint32_t min_uploads,
                                          int32_t timeout_ms,
                                          torctl_call *call,
                                          torctl_error **err);

/**
 * Asks how a service is: whether tor lists it, and the results of its uploads. GETINFO
 * onions/current says it of a service that torctl_add_onion() made, onions/detached of one that
 * is detached; both are asked only for a service of torctl_watch_onion(), and one that is
 * refused matters only if the other does not have the service.
 *
 * Where HS_DESC events are refused, no uploads are counted.
 *
 * Sets `*status` to an object that the caller frees with torctl_onion_status_free(). Can be
 * begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_get_status(const torctl_onion *onion,
                                      torctl_call *call,
                                      torctl_onion_status **status,
                                      torctl_error **err);

/** Frees the object; the service stays. Accepts NULL. */
TORCTL_API void torctl_onion_free(torctl_onion *onion);

/**
 * Removes a service, by DEL_ONION: one of this connection, or a detached one. Connections that
 * exist go on. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_del_onion(torctl_controller *controller,
                               const char *address,
                               torctl_call *call,
                               torctl_error **err);

/**
 * Removes several services with one round of commands.
 *
 * Sets `*results` to one result for each address, in order: its key is the address. The caller
 * frees `*results` with torctl_results_free(). TORCTL_OK only says that tor answered for one of
 * them at least. An address that is none (TORCTL_ERR_INVALID) fails the whole before a service
 * is removed. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_del_onions(torctl_controller *controller,
                                const char *const *addresses,
                                size_t count,
                                torctl_call *call,
                                torctl_results **results,
                                torctl_error **err);

/**
 * Lists the services of this connection, or with `detached` not 0 those that are detached, by
 * GETINFO onions/current or onions/detached.
 *
 * Sets `*list` to their addresses without ".onion". The caller frees `*list` with
 * torctl_list_free(). Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_onions(torctl_controller *controller,
                                int detached,
                                torctl_call *call,
                                torctl_list **list,
                                torctl_error **err);

/** How many results there are: as many as options were given. */
TORCTL_API size_t torctl_onions_count(const torctl_onions *onions);

/**
 * Takes one service out of the results, or says why it was not made.
 *
 * Sets `*onion` to an object that the caller frees with torctl_onion_free(). Returns what
 * torctl_add_onion() would have returned for these options, with that error;
 * TORCTL_ERR_NOT_FOUND past the end; TORCTL_ERR_STATE if it was taken already. Does not talk to
 * tor.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onions_take(torctl_onions *onions,
                                 size_t index,
                                 torctl_onion **onion,
                                 torctl_error **err);

/** Frees the results, and the objects that were not taken. The services stay. Accepts NULL. */
TORCTL_API void torctl_onions_free(torctl_onions *onions);

/**
 * Whether tor lists the service, as this connection's or as a detached one. Services of tor's
 * torrc are not listed.
 */
TORCTL_API int torctl_onion_status_is_listed(const torctl_onion_status *status);

/** Whether the service is a detached one. */
TORCTL_API int torctl_onion_status_is_detached(const torctl_onion_status *status);

/** How many uploads of the descriptor were begun. */
TORCTL_API uint64_t torctl_onion_status_begun(const torctl_onion_status *status);

/** How many uploads a relay took. */
TORCTL_API uint64_t torctl_onion_status_uploaded(const torctl_onion_status *status);

/** How many uploads failed. */
TORCTL_API uint64_t torctl_onion_status_failed(const torctl_onion_status *status);

/** Why the last upload failed that did, in tor's word; "" if none did. */
TORCTL_API const char *torctl_onion_status_last_failure(const torctl_onion_status *status);

/** With which relay that was, for example "$FINGERPRINT~nickname". */
TORCTL_API const char *torctl_onion_status_last_failure_relay(const torctl_onion_status *status);

/**
 * Of which tor, one after the other, these numbers are: see torctl_controller_incarnation().
 * They begin anew with each.
 */
TORCTL_API uint64_t torctl_onion_status_incarnation(const torctl_onion_status *status);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_onion_status_free(torctl_onion_status *status);

/* Onion services with their sockets ------------------------------------------------------------ */

/*
 * A listener is an onion service and the socket that its visitors come to, in one object: a
 * program polls its descriptor and accepts visitors, as with a socket of its own. The socket is a
 * port of 127.0.0.1, for tor often runs as another user, who could not reach a Unix socket in a
 * directory of the program's alone; so programs on this computer can connect to it past tor.
 *
 * Nothing says on which circuit a visitor came: tor exports that for services of its torrc alone
 * (HiddenServiceExportCircuitID), and ADD_ONION has no such flag.
 */

/**
 * An onion service and the socket that its visitors come to. Freed by torctl_onion_listener_free(),
 * before or after the controller. Several threads may use it concurrently.
 */
struct torctl_onion_listener;

/**
 * Makes an onion service with this port, which leads to a new socket, by ADD_ONION.
 *
 * `options` are those of torctl_add_onion(), whose key, clients and limits count here as well;
 * ports that were added to them are ports of the service that lead elsewhere. NULL means the
 * defaults: a new key. Sets `*listener` to an object that the caller frees with
 * torctl_onion_listener_free(), which ends the service. Returns what torctl_add_onion() does,
 * and TORCTL_ERR_INVALID for a service that is detached. Blocks like a request; visitors can
 * come when torctl_onion_listener_wait_published() is over. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_listener_new(torctl_controller *controller,
                                        uint16_t port,
                                        const torctl_onion_options *options,
                                        torctl_call *call,
                                        torctl_onion_listener **listener,
                                        torctl_error **err);

/** The service's address, for example "2gzyxa5i...53wid.onion". */
TORCTL_API const char *torctl_onion_listener_address(const torctl_onion_listener *listener);

/**
 * The service, for torctl_onion_private_key(), torctl_onion_get_status() and the like. Lives in
 * the listener, and is not the caller's to free. NULL for NULL.
 */
TORCTL_API const torctl_onion *torctl_onion_listener_onion(const torctl_onion_listener *listener);

/**
 * Waits until clients can find the service, as torctl_onion_wait_published() does with these
 * arguments. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_listener_wait_published(const torctl_onion_listener *listener,
                                                   uint32_t min_uploads,
                                                   int32_t timeout_ms,
                                                   torctl_call *call,
                                                   torctl_error **err);

/**
 * The listening socket, for poll() and its like: readable while a visitor waits, and, on Linux,
 * when the service is over because the controller was closed or its connection has ended. Never
 * close it; it lives as long as the listener. -1 for NULL.
 */
TORCTL_API int torctl_onion_listener_fd(const torctl_onion_listener *listener);

/**
 * Accepts the next visitor. A timeout of 0 does not wait, -1 waits until there is one.
 *
 * Sets `*fd` to a connected socket, blocking and close-on-exec, which is the caller's to close;
 * -1 if there is none. Returns TORCTL_EMPTY, without an error object, if none came in time;
 * TORCTL_ERR_CLOSED if none will come any more, because the controller was closed or its
 * connection has ended; TORCTL_ERR_SYSTEM with torctl_error_errno() if the visitor cannot be
 * accepted, for example because descriptors are lacking: it goes on waiting then. Several
 * threads may call it concurrently. torctl_call_cancel() ends it with TORCTL_ERR_CANCELLED; the
 * timeout of the call does not count. Cannot be begun: a program that does not wait polls
 * torctl_onion_listener_fd(), and accepts with a timeout of 0.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_listener_accept(const torctl_onion_listener *listener,
                                           int32_t timeout_ms,
                                           torctl_call *call,
                                           int *fd,
                                           torctl_error **err);

/**
 * Ends the service, by DEL_ONION, and frees the object with its socket. Nobody may be waiting
 * for it any more. Connections that exist go on. Accepts NULL.
 */
TORCTL_API void torctl_onion_listener_free(torctl_onion_listener *listener);

/* Keys and addresses of onion services --------------------------------------------------------- */

/** Room for an address with ".onion" and its NUL, in bytes. */
#define TORCTL_ONION_ADDRESS_SIZE 63
/** Room for the text of torctl_client_key_auth_private() and its NUL, in bytes. */
#define TORCTL_AUTH_PRIVATE_SIZE 128

/**
 * The pair of x25519 keys by which an onion service knows a client. Freed by
 * torctl_client_key_free(), which wipes it. Any number of threads may read it concurrently. tor is
 * not needed for it.
 */
struct torctl_client_key;

/**
 * The private key of an onion service, which its address follows from. Freed by
 * torctl_onion_key_free(), which wipes it. Any number of threads may read it concurrently. tor is
 * not needed for it.
 */
struct torctl_onion_key;

/**
 * Makes a new key.
 *
 * Sets `*key` to an object that the caller frees with torctl_onion_key_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_key_new(torctl_onion_key **key, torctl_error **err);

/**
 * Reads a key: "ED25519-V3:" and base64, as ADD_ONION has it, or the bytes of tor's file
 * hs_ed25519_secret_key.
 *
 * Returns TORCTL_ERR_INVALID if it is none.
 *
 * Sets `*key` to an object that the caller frees with torctl_onion_key_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_key_read(const void *data,
                                    size_t data_size_bytes,
                                    torctl_onion_key **key,
                                    torctl_error **err);

/**
 * Reads the key in a file; if there is no file of this name, makes a new key and the file, in
 * one step and for its owner alone (mode 0600). A file that belongs to another user, or that
 * others may read or write, is refused with TORCTL_ERR_SYSTEM; the message has its owner or its
 * mode.
 *
 * Sets `*key` to an object that the caller frees with torctl_onion_key_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_key_keep(const char *path,
                                    torctl_onion_key **key,
                                    torctl_error **err);

/**
 * Writes the key into a new file for its owner alone (mode 0600). A file that is there already
 * stays as it is: TORCTL_ERR_SYSTEM.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_key_save(const torctl_onion_key *key,
                                    const char *path,
                                    torctl_error **err);

/** The address of the service with this key, with ".onion". */
TORCTL_API const char *torctl_onion_key_address(const torctl_onion_key *key);

/**
 * The key as torctl_onion_options_set_key() takes it.
 *
 * Returns a string that lives in the key and is wiped with it.
 */
TORCTL_API const char *torctl_onion_key_text(const torctl_onion_key *key);

/** Frees the key. Accepts NULL. */
TORCTL_API void torctl_onion_key_free(torctl_onion_key *key);

/**
 * Checks the address of an onion service, with or without ".onion": its length, letters, version
 * and checksum.
 *
 * Writes the service's public key of 32 bytes to `public_key` if that is not NULL. Returns
 * TORCTL_ERR_INVALID if it is no address; the message says what is wrong with it.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_address_check(const char *address,
                                         uint8_t *public_key,
                                         torctl_error **err);

/**
 * Writes the address of the service with a public key of 32 bytes, with ".onion" and a NUL, to
 * `address`, which has room for TORCTL_ONION_ADDRESS_SIZE bytes.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_address_from_key(const uint8_t *public_key,
                                            char *address,
                                            torctl_error **err);

/**
 * Makes a new pair of keys.
 *
 * Sets `*key` to an object that the caller frees with torctl_client_key_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_client_key_new(torctl_client_key **key, torctl_error **err);

/**
 * Reads a private key, from which the public one follows: base32 or base64, alone or as
 * ONION_CLIENT_AUTH_ADD and tor's files have it.
 *
 * Returns TORCTL_ERR_INVALID if it is none.
 *
 * Sets `*key` to an object that the caller frees with torctl_client_key_free().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_client_key_read(const char *private_key,
                                     torctl_client_key **key,
                                     torctl_error **err);

/** The public key in base32, for the service: torctl_onion_options_add_client(). */
TORCTL_API const char *torctl_client_key_public(const torctl_client_key *key);

/**
 * The private key in base32, for the client: torctl_onion_client_auth_add().
 *
 * Returns a string that lives in the pair and is wiped with it.
 */
TORCTL_API const char *torctl_client_key_private(const torctl_client_key *key);

/**
 * The text of a file NAME.auth, which lets the client in when it stands in the directory
 * authorized_clients of a service of tor's torrc: "descriptor:x25519:" and the public key.
 */
TORCTL_API const char *torctl_client_key_auth(const torctl_client_key *key);

/**
 * Writes the text of a file NAME.auth_private, for the client's ClientOnionAuthDir, and a NUL to
 * `text`, which has room for TORCTL_AUTH_PRIVATE_SIZE bytes: the service's address without
 * ".onion", ":descriptor:x25519:" and the private key.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_client_key_auth_private(const torctl_client_key *key,
                                             const char *address,
                                             char *text,
                                             torctl_error **err);

/** Frees the pair. Accepts NULL. */
TORCTL_API void torctl_client_key_free(torctl_client_key *key);

/* Onion services that ask for a key ------------------------------------------------------------ */

/*
 * A service may let in only clients whose keys it knows. These requests give tor, as the client,
 * the private key for such a service.
 */

/** tor had no key for the service. */
#define TORCTL_CLIENT_AUTH_NEW 2801
/** The key replaced another. */
#define TORCTL_CLIENT_AUTH_REPLACED 2802
/** The key decrypted a descriptor that tor had already. */
#define TORCTL_CLIENT_AUTH_DECRYPTED 2803

/**
 * Keys for services. Freed by torctl_client_auths_free(), which wipes its secrets. It outlives
 * the controller and never changes: any number of threads may read it concurrently.
 */
struct torctl_client_auths;

/**
 * The word for one of the TORCTL_CLIENT_AUTH constants, for example "NEW". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_client_auth_added_name(int32_t number);

/**
 * Gives tor the private x25519 key for a service, by ONION_CLIENT_AUTH_ADD.
 *
 * `private_key` is in base32 or base64, alone or as tor's files have it. `name`, if not NULL, is
 * a name for people, of 1 to 16 bytes without blanks. With `permanent` not 0 tor keeps the key
 * in its ClientOnionAuthDir. Sets `*outcome`, if not NULL, to one of the TORCTL_CLIENT_AUTH
 * constants. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_client_auth_add(torctl_controller *controller,
                                           const char *address,
                                           const char *private_key,
                                           const char *name,
                                           int permanent,
                                           torctl_call *call,
                                           int32_t *outcome,
                                           torctl_error **err);

/**
 * Gives tor private keys for several services with one round of commands, each as
 * torctl_onion_client_auth_add() does. `names` may be NULL, and so may each name.
 *
 * Sets `*results` to one result for each address, in order: its key is the address, its value
 * "NEW", "REPLACED" or "DECRYPTED", as the TORCTL_CLIENT_AUTH constants say it. The caller frees
 * `*results` with torctl_results_free(). TORCTL_OK only says that tor answered for one of them
 * at least. What cannot be sent (TORCTL_ERR_INVALID) fails the whole before a key is given. Can
 * be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_client_auth_add_each(torctl_controller *controller,
                                                const char *const *addresses,
                                                const char *const *private_keys,
                                                const char *const *names,
                                                size_t count,
                                                int permanent,
                                                torctl_call *call,
                                                torctl_results **results,
                                                torctl_error **err);

/**
 * Tells tor to forget the key for a service, by ONION_CLIENT_AUTH_REMOVE. The file of a
 * permanent key is deleted, too.
 *
 * Returns TORCTL_ERR_NOT_FOUND if tor had none. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_client_auth_remove(torctl_controller *controller,
                                              const char *address,
                                              torctl_call *call,
                                              torctl_error **err);

/**
 * Lists the keys that tor has, by ONION_CLIENT_AUTH_VIEW; for one service, or for all if
 * `address` is NULL.
 *
 * Sets `*auths` to an object that the caller frees with torctl_client_auths_free(). Can be
 * begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_client_auths(torctl_controller *controller,
                                      const char *address,
                                      torctl_call *call,
                                      torctl_client_auths **auths,
                                      torctl_error **err);

/** How many there are. */
TORCTL_API size_t torctl_client_auths_count(const torctl_client_auths *auths);

/** The address of the service, with ".onion". */
TORCTL_API const char *torctl_client_auths_address(const torctl_client_auths *auths, size_t index);

/** The private key for the service: "x25519:" and base64. */
TORCTL_API const char *torctl_client_auths_key(const torctl_client_auths *auths, size_t index);

/** The name that the key was given; "" if it has none. */
TORCTL_API const char *torctl_client_auths_name(const torctl_client_auths *auths, size_t index);

/** Whether tor keeps the key in its ClientOnionAuthDir. */
TORCTL_API int torctl_client_auths_is_permanent(const torctl_client_auths *auths, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_client_auths_free(torctl_client_auths *auths);

/* Onion services of tor's configuration -------------------------------------------------------- */

/*
 * Services that tor runs from directories, each a HiddenServiceDir with the options behind it.
 * They are read all together, changed in memory, and set all together, so that nothing of the
 * others is lost.
 */

/**
 * The services of a configuration, in order. Freed by torctl_services_free(). Outlives the
 * controller. Strings from it live until the same service is changed. One thread at a time may
 * change it.
 *
 * A setter that refuses something changes nothing, and the object remembers it:
 * torctl_set_services() then fails, with the status and the message of the first that did. A later
 * valid value for the same option of the same service clears that failure;
 * torctl_services_clear_failure() also clears the failure of something that was to be added.
 */
struct torctl_services;

/**
 * Reads the services of tor's configuration, by GETCONF HiddenServiceOptions.
 *
 * Sets `*services` to an object that the caller frees with torctl_services_free(). Can be begun:
 * see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_services(torctl_controller *controller,
                                  torctl_call *call,
                                  torctl_services **services,
                                  torctl_error **err);

/**
 * Replaces the services of tor's configuration by these, by SETCONF: all of it or nothing. Until
 * tor ends or reads its torrc again; torctl_save_conf() makes it stay. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_set_services(torctl_controller *controller,
                                  const torctl_services *services,
                                  torctl_call *call,
                                  torctl_error **err);

/** How many services there are. */
TORCTL_API size_t torctl_services_count(const torctl_services *services);

/**
 * The directory of a service: its HiddenServiceDir.
 *
 * Returns a string that lives in the object until the service is changed.
 */
TORCTL_API const char *torctl_services_directory(const torctl_services *services, size_t index);

/** How many options a service has beside its directory. */
TORCTL_API size_t torctl_services_option_count(const torctl_services *services, size_t index);

/**
 * The name of an option of a service, for example "HiddenServicePort".
 *
 * Returns a string that lives in the object until the service is changed.
 */
TORCTL_API
const char *torctl_services_option_name(const torctl_services *services,
                                        size_t index,
                                        size_t option);

/**
 * The value of an option of a service, for example "80 127.0.0.1:8080".
 *
 * Returns a string that lives in the object until the service is changed.
 */
TORCTL_API
const char *torctl_services_option_value(const torctl_services *services,
                                         size_t index,
                                         size_t option);

/**
 * Adds a service without options; it needs a HiddenServicePort at least. tor makes the directory
 * if it is not there. A relative path is refused, because tor would take it from its own working
 * directory.
 *
 * Sets `*index`, if not NULL, to the service's index.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_services_add(torctl_services *services,
                                  const char *directory,
                                  size_t *index,
                                  torctl_error **err);

/** Removes a service; those behind it move up. Its directory stays, with its key in it. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_services_remove(torctl_services *services,
                                     size_t index,
                                     torctl_error **err);

/**
 * Adds a value to an option of a service beside those that it has, for example another
 * HiddenServicePort.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_services_add_option(torctl_services *services,
                                         size_t index,
                                         const char *name,
                                         const char *value,
                                         torctl_error **err);

/**
 * Clears the failure that the object remembers, so that what was set and added before counts:
 * for a program that has looked at each status.
 */
TORCTL_API void torctl_services_clear_failure(torctl_services *services);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_services_free(torctl_services *services);

/**
 * Reads the address of the service in a directory from its file "hostname", which tor writes and
 * only its user may read. Does not talk to tor.
 *
 * Writes the address, with ".onion" and a NUL, to `address`, which has room for
 * TORCTL_ONION_ADDRESS_SIZE bytes. Returns TORCTL_ERR_SYSTEM if the file cannot be read.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_service_directory_address(const char *directory,
                                               char *address,
                                               torctl_error **err);

/**
 * Gives an option of a service one value, in place of all that it had. NULL for `value` removes
 * the option.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_services_set_option(torctl_services *services,
                                         size_t index,
                                         const char *name,
                                         const char *value,
                                         torctl_error **err);

/* Descriptors given and fetched ---------------------------------------------------------------- */

/** A relay's descriptor for tor's own use. */
#define TORCTL_DESCRIPTOR_GENERAL 3101
/** A relay's descriptor for circuits that the program makes. */
#define TORCTL_DESCRIPTOR_CONTROLLER 3102
/** A bridge's descriptor. */
#define TORCTL_DESCRIPTOR_BRIDGE 3103

/**
 * The result of a fetch: each relay's answer, and the descriptor if there was one. Freed by
 * torctl_fetch_free(). It outlives the controller and never changes: any number of threads may
 * read it concurrently.
 */
struct torctl_fetch;

/**
 * Gives tor a relay's server descriptor, by POSTDESCRIPTOR.
 *
 * `purpose` is one of the TORCTL_DESCRIPTOR constants, or 0 for tor's default. `cache` is 1 or 0
 * for whether tor keeps it after a restart, or -1 for tor's default. Returns TORCTL_ERR_REJECTED
 * also when the descriptor is good but tor did not keep it, for example because it has a newer
 * one; then torctl_error_reply_code() is 251. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_post_descriptor(torctl_controller *controller,
                                     const void *text,
                                     size_t size_bytes,
                                     int32_t purpose,
                                     int cache,
                                     torctl_call *call,
                                     torctl_error **err);

/**
 * Tells tor to upload the descriptor of an onion service that runs elsewhere, by HSPOST: to the
 * relays whose fingerprints are in `relays`, or to those that are to have it if `count` is 0.
 * The result comes as HS_DESC events, which torctl_watch_onion() counts if it was called before;
 * tor does not announce these uploads, so one that fails does not end
 * torctl_onion_wait_published(). Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_post_onion_descriptor(torctl_controller *controller,
                                           const char *address,
                                           const char *const *relays,
                                           size_t count,
                                           const void *text,
                                           size_t size_bytes,
                                           torctl_call *call,
                                           torctl_error **err);

/**
 * Tells tor to fetch the descriptor of an onion service, by HSFETCH, and does not wait: it comes
 * as HS_DESC and HS_DESC_CONTENT events. torctl_fetch_onion() waits for them.
 *
 * `relays` are fingerprints of those to ask; with a `count` of 0 tor asks one after the other of
 * those that are to have it. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_fetch_onion_start(torctl_controller *controller,
                                       const char *address,
                                       const char *const *relays,
                                       size_t count,
                                       torctl_call *call,
                                       torctl_error **err);

/**
 * Tells tor to fetch the descriptor of an onion service, by HSFETCH, and waits until it has
 * come, or until every relay that tor asked has failed.
 *
 * The arguments are those of torctl_fetch_onion_start(). TORCTL_OK says that the question is
 * answered, and not that there is a descriptor: torctl_fetch_is_found(). If relays are named by
 * their fingerprints, only their answers count. Blocks for `timeout_ms` at the most, where -1 is
 * endless; then TORCTL_ERR_TIMEOUT, which also comes when tor has asked no relay for a minute.
 * Asks for HS_DESC events, without which this fails, and for HS_DESC_CONTENT events; where those
 * are refused, GETINFO hs/client/desc/id gives the text. The descriptor's text is for
 * torctl_onion_descriptor_parse().
 *
 * Sets `*fetch` to an object that the caller frees with torctl_fetch_free(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_fetch_onion(torctl_controller *controller,
                                 const char *address,
                                 const char *const *relays,
                                 size_t count,
                                 int32_t timeout_ms,
                                 torctl_call *call,
                                 torctl_fetch **fetch,
                                 torctl_error **err);

/** Whether there is a descriptor. */
TORCTL_API int torctl_fetch_is_found(const torctl_fetch *fetch);

/** The text of the descriptor, "" if there is none. */
TORCTL_API const char *torctl_fetch_descriptor(const torctl_fetch *fetch);

/** The length of torctl_fetch_descriptor(), which may hold NULs. */
TORCTL_API size_t torctl_fetch_descriptor_size_bytes(const torctl_fetch *fetch);

/** How many answers there were. */
TORCTL_API size_t torctl_fetch_count(const torctl_fetch *fetch);

/** Who answered, for example "$FINGERPRINT~nickname"; "" if tor found nobody to ask. */
TORCTL_API const char *torctl_fetch_relay(const torctl_fetch *fetch, size_t index);

/**
 * Why that one did not have the descriptor, in tor's word, for example "NOT_FOUND"; "" if it
 * had.
 */
TORCTL_API const char *torctl_fetch_failure(const torctl_fetch *fetch, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_fetch_free(torctl_fetch *fetch);

/* Controlling circuits and streams ------------------------------------------------------------- */

/*
 * Requests about circuits and streams, which are named by the ids that events and GETINFO give
 * them. Relays are named by fingerprint, with or without a dollar sign, or by nickname.
 */

/**
 * Begins a circuit, or more hops of an existing one, by EXTENDCIRCUIT, and does not wait until
 * it is built: torctl_build_circuit() does.
 *
 * `circuit` is 0 for a new one. `path` names the relays in order; a new circuit with a `count`
 * of 0 takes a path that tor chooses. `purpose` is TORCTL_CIRC_PURPOSE_GENERAL, or
 * TORCTL_CIRC_PURPOSE_CONTROLLER for a circuit to which tor attaches no stream by itself, or 0
 * for tor's default. Sets `*id`, if not NULL, to the circuit's id. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_extend_circuit(torctl_controller *controller,
                                    uint64_t circuit,
                                    const char *const *path,
                                    size_t count,
                                    int32_t purpose,
                                    torctl_call *call,
                                    uint64_t *id,
                                    torctl_error **err);

/**
 * Begins a circuit, or more hops of an existing one, by EXTENDCIRCUIT, and waits until it is
 * built.
 *
 * The arguments are those of torctl_extend_circuit(). Sets `*id`, if not NULL, to the circuit's
 * id, and `*built`, if not NULL, to the CIRC event that says so, which has the path and which
 * the caller frees with torctl_event_free(). Returns TORCTL_ERR_FAILED if it could not be built;
 * tor's word for the reason is in torctl_error_reply_text(). Blocks for `timeout_ms` at the
 * most, where -1 is endless; then TORCTL_ERR_TIMEOUT. When the wait ends before a new circuit is
 * built, the circuit is closed. The circuit is known by its id; tor is also asked now and then,
 * by GETINFO circuit-status, and often where CIRC events are refused. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_build_circuit(torctl_controller *controller,
                                   uint64_t circuit,
                                   const char *const *path,
                                   size_t count,
                                   int32_t purpose,
                                   int32_t timeout_ms,
                                   torctl_call *call,
                                   uint64_t *id,
                                   torctl_event **built,
                                   torctl_error **err);

/**
 * Sets what a circuit is for, by SETCIRCUITPURPOSE: TORCTL_CIRC_PURPOSE_GENERAL or
 * TORCTL_CIRC_PURPOSE_CONTROLLER. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_set_circuit_purpose(torctl_controller *controller,
                                         uint64_t circuit,
                                         int32_t purpose,
                                         torctl_call *call,
                                         torctl_error **err);

/**
 * Closes a circuit, by CLOSECIRCUIT. With `if_unused` not 0 tor keeps it if streams use it, and
 * says TORCTL_OK all the same. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_close_circuit(torctl_controller *controller,
                                   uint64_t circuit,
                                   int if_unused,
                                   torctl_call *call,
                                   torctl_error **err);

/**
 * Attaches a stream to a circuit, by ATTACHSTREAM. tor leaves streams to the program while its
 * option __LeaveStreamsUnattached is 1.
 *
 * A `circuit` of 0 lets tor choose. `hop` is the one at which the stream leaves, 2 or more; 0 is
 * the last. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_attach_stream(torctl_controller *controller,
                                   uint64_t stream,
                                   uint64_t circuit,
                                   uint32_t hop,
                                   torctl_call *call,
                                   torctl_error **err);

/**
 * Redirects a stream that is not attached yet to another address, by REDIRECTSTREAM. A `port` of
 * 0 leaves the port as it is. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_redirect_stream(torctl_controller *controller,
                                     uint64_t stream,
                                     const char *address,
                                     uint16_t port,
                                     torctl_call *call,
                                     torctl_error **err);

/**
 * Closes a stream, by CLOSESTREAM. `reason` is one of the TORCTL_STREAM_REASON constants from
 * TORCTL_STREAM_REASON_MISC to TORCTL_STREAM_REASON_NOTDIRECTORY; tor knows no others here. Can
 * be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_close_stream(torctl_controller *controller,
                                  uint64_t stream,
                                  int32_t reason,
                                  torctl_call *call,
                                  torctl_error **err);

/* Choosing the paths of streams ---------------------------------------------------------------- */

/*
 * With an attacher, the program says which circuit each new stream goes to: for example one that
 * it has built by torctl_build_circuit() through relays of its choice. tor is told to leave
 * streams alone (its option __LeaveStreamsUnattached) while there is an attacher, and that is
 * reversed when the attacher is removed or the controller closed. No stream waits without end:
 * tor decides about those for which the attacher has no answer in time. Streams that tor opens for
 * itself are never asked about, nor those whose target names its exit.
 */

/** An attacher's answer: tor chooses, as it does without an attacher. */
#define TORCTL_ATTACH_TOR 0
/** An attacher's answer: the stream goes to `*circuit`. */
#define TORCTL_ATTACH_CIRCUIT 2101
/** An attacher's answer: the stream is closed. */
#define TORCTL_ATTACH_CLOSE 2102
/**
 * An attacher's answer: the program calls torctl_attach_stream() or torctl_close_stream()
 * itself, from any thread, before the deadline.
 */
#define TORCTL_ATTACH_LATER 2103

/**
 * Is called for each stream that waits to be attached, with its STREAM event, which lives until it
 * returns: torctl_stream_id(), torctl_stream_target_host(), torctl_stream_socks_username() and so
 * on. A stream whose circuit failed comes again, as TORCTL_STREAM_DETACHED. Returns one of the
 * TORCTL_ATTACH constants, and sets `*circuit` for TORCTL_ATTACH_CIRCUIT; anything else is a
 * failure, and then tor chooses.
 */
typedef int32_t (*torctl_attacher_fn)(const torctl_event *event, uint64_t *circuit, void *user_data);

/**
 * Sets the attacher, in place of the one before. `user_data` is passed to every call of it.
 *
 * It is a listener: it is called on the listeners' thread, may call anything, also
 * torctl_build_circuit(), and must not throw or longjmp; while it runs, the streams that follow wait
 * for it. `deadline_ms` is how long a stream may wait for its answer, counted from the arrival of
 * its event; after that tor chooses. -1 means 10,000; tor itself gives up after about two minutes.
 * An attacher that fails, that is too late, or whose circuit tor refuses, is reported as a listener
 * that failed, by the number that `*listener_id` is set to, before the first call, if it is not NULL:
 * with what it returned, with TORCTL_ERR_TIMEOUT, or with TORCTL_ERR_REJECTED, or
 * TORCTL_ERR_NOT_FOUND if tor has no such circuit. In all these cases tor chooses. The number is set
 * likewise when the call is begun.
 *
 * `destroy`, if not NULL, is called once with `user_data`: when the attacher has been removed or
 * replaced or the controller has closed, after the last call, and also when setting fails. Blocks
 * like a few requests, and before that until no torctl_dial() on a given circuit runs. Returns
 * TORCTL_ERR_STATE if the controller is not connected. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_attacher_set(torctl_controller *controller,
                                  torctl_attacher_fn attacher,
                                  void *user_data,
                                  torctl_destroy_fn destroy,
                                  int32_t deadline_ms,
                                  torctl_call *call,
                                  uint64_t *listener_id,
                                  torctl_error **err);

/**
 * Removes the attacher: tor is told to attach streams itself again, those that wait included.
 * From outside a callback, the attacher is not running any more when this returns; from inside,
 * the present call is the last, and its answer is not looked at.
 *
 * Returns TORCTL_ERR_NOT_FOUND if there is none. Blocks like a request, and before that until no
 * torctl_dial() on a given circuit runs. Can be begun: see torctl_call_set_queue().
 */
TORCTL_API
torctl_status torctl_attacher_remove(torctl_controller *controller,
                                     torctl_call *call,
                                     torctl_error **err);

/** About how many streams the present attacher did not answer in time. */
TORCTL_API uint64_t torctl_attacher_overdue(const torctl_controller *controller);

/* Connections through tor ---------------------------------------------------------------------- */

/*
 * torctl_dial() connects to a host and port through tor, and hands out a descriptor that is ready
 * for use: what is written to it goes to the host. Where tor's SOCKS port is, is asked of tor. Host
 * names go to tor as they are, and are looked up by nobody here. Every connection has circuits of
 * its own unless the options say otherwise.
 */

/**
 * How to connect through tor. Everything has a default. Serves for any number of connections; any
 * thread may use it.
 *
 * A setter that refuses a value leaves the old one, and the options remember it: torctl_dial() then
 * fails, with the status and the message of the first setter that did. A later valid value for the
 * same setter clears that failure.
 */
struct torctl_dial_options;

/**
 * What became of a connection inside tor. Freed by torctl_dialed_free(). It outlives the
 * controller and never changes: any number of threads may read it concurrently.
 */
struct torctl_dialed;

/**
 * Makes options with the defaults: circuits of its own, a descriptor that blocks, tor's SOCKS
 * port wherever it is. The caller frees the result with torctl_dial_options_free().
 */
TORCTL_API torctl_dial_options *torctl_dial_options_new(void);

/**
 * Sets which connections may share circuits: those of the same tag, also of another program that
 * uses this library with this tor. A tag has 1 to 255 bytes. NULL, which is the default, gives
 * each connection circuits of its own. tor keeps the tag to itself; it is in STREAM and CIRC
 * events, as SOCKS_PASSWORD. On a SOCKS port with the flag NoIsolateSOCKSAuth tags mean nothing.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_dial_options_set_isolation(torctl_dial_options *options,
                                                const char *tag,
                                                torctl_error **err);

/**
 * Sets whether a connection may share circuits with those of other programs that give tor no
 * user name. 0 by default.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_dial_options_set_shared(torctl_dial_options *options,
                                             int shared,
                                             torctl_error **err);

/**
 * Sets the circuit that the connection leaves by, for example one of torctl_build_circuit(); 0,
 * which is the default, lets tor choose. It leaves by this one or fails. While such a connection
 * is made, tor's option __LeaveStreamsUnattached is 1, as with an attacher, and the library
 * tells tor to choose for all other streams; an attacher is not asked about this stream, and
 * goes on with all others. Needs STREAM events. Not for onion services, for which tor makes
 * circuits of their own.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_dial_options_set_circuit(torctl_dial_options *options,
                                              uint64_t circuit,
                                              torctl_error **err);

/** Sets whether the descriptor is non-blocking. 0 by default. */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_dial_options_set_nonblocking(torctl_dial_options *options,
                                                  int nonblocking,
                                                  torctl_error **err);

/**
 * Sets where the SOCKS port is: "127.0.0.1:9050", "[::1]:9050" or "unix:/path". NULL, which is
 * the default, asks tor. A tor on another computer, or in a container, says where it is seen
 * from there; and of several ports the program may want a certain one. A name in place of a
 * number is looked up by a thread of its own; by a controller that starts none, in its loop.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_dial_options_set_socks_address(torctl_dial_options *options,
                                                    const char *address,
                                                    torctl_error **err);

/** Frees the options. Connections that were made with them go on. Accepts NULL. */
TORCTL_API void torctl_dial_options_free(torctl_dial_options *options);

/**
 * Connects to `host` and `port` through tor.
 *
 * `host` is a name, an onion address, or an IPv4 or IPv6 address, which may be in brackets. NULL
 * for `options` means the defaults. Sets `*fd` to a connected socket, close-on-exec and blocking
 * unless the options say otherwise, which is the caller's to close; -1 on failure. Sets
 * `*dialed`, if that is not NULL, to what is known of the connection inside tor, which the
 * caller frees with torctl_dialed_free(); for that STREAM events are asked for while the call
 * runs. The connection has nothing to do with the controller any more: it goes on when that is
 * closed.
 *
 * Returns TORCTL_ERR_FAILED when tor could not connect: torctl_error_reason() is one of the
 * constants from TORCTL_REASON_NOT_SOCKS to TORCTL_REASON_ONION_INTRO_TIMEOUT, or
 * TORCTL_REASON_NETWORK_DISABLED. Why an onion service cannot be reached, tor says only where
 * its option SocksPort has the flag ExtendedErrors, for example `SocksPort 9050 ExtendedErrors`.
 * With `dialed` not NULL, torctl_error_reply_text() has tor's word from the STREAM events, for
 * example "EXITPOLICY". Returns TORCTL_ERR_CONNECT when no SOCKS port takes a connection, with
 * torctl_error_errno(). Blocks for `timeout_ms` at the most, where -1 is endless; then
 * TORCTL_ERR_TIMEOUT. tor itself gives up after two minutes (SocksTimeout). Ends early when the
 * controller is closed or its connection ends.
 *
 * When it is begun, torctl_result_take_fd() gives the connection; `dialed` not NULL says that
 * what is known of it is wanted, which it gives then as well. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_dial(torctl_controller *controller,
                          const char *host,
                          uint16_t port,
                          const torctl_dial_options *options,
                          int32_t timeout_ms,
                          torctl_call *call,
                          int *fd,
                          torctl_dialed **dialed,
                          torctl_error **err);

/**
 * The number of its stream, as in torctl_stream_id(); 0 if it is not known, because STREAM
 * events were refused or lost.
 */
TORCTL_API uint64_t torctl_dialed_stream_id(const torctl_dialed *dialed);

/** The circuit that it was on when it was connected; 0 if that is not known. */
TORCTL_API uint64_t torctl_dialed_circuit_id(const torctl_dialed *dialed);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_dialed_free(torctl_dialed *dialed);

/* Names and addresses -------------------------------------------------------------------------- */

/**
 * Maps addresses, by MAPADDRESS: streams to `from[i]` go to `to[i]` instead.
 *
 * In `from`, "0.0.0.0", "::" and "." let tor choose an address of that kind: IPv4, IPv6, a name.
 * Mapping an address to itself undoes it. Sets `*results` to one result for each pair, whose key
 * is the address that streams are to use, and whose value is where they go. The caller frees
 * `*results` with torctl_results_free(). TORCTL_OK only says that tor looked at all pairs: each
 * may have failed by itself. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_map_address(torctl_controller *controller,
                                 const char *const *from,
                                 const char *const *to,
                                 size_t count,
                                 torctl_call *call,
                                 torctl_results **results,
                                 torctl_error **err);

/**
 * Looks up a name through tor's network, by RESOLVE, and waits for the answer. With `reverse`
 * not 0, `name` is an address whose name is looked up.
 *
 * Sets `*answer` to the ADDRMAP event with the answer, torctl_addrmap_to(). The caller frees
 * `*answer` with torctl_event_free(). torctl_addrmap_from() is another name than the one that
 * was asked if that is mapped, for example by torctl_map_address(): the answer is known by its
 * stream, for which STREAM events are asked for as well. Returns TORCTL_ERR_FAILED if there is
 * none: the name has no address, it is an onion address, or tor gave up;
 * torctl_error_reply_text() then has tor's word, or "" where tor has none. Blocks for
 * `timeout_ms` at the most, where -1 means as long as tor tries; then TORCTL_ERR_TIMEOUT. Where
 * STREAM events are refused or dropped by a filter, three minutes are the most. Can be begun:
 * see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_resolve(torctl_controller *controller,
                             const char *name,
                             int reverse,
                             int32_t timeout_ms,
                             torctl_call *call,
                             torctl_event **answer,
                             torctl_error **err);

/* Ownership and other switches ----------------------------------------------------------------- */

/**
 * Tells tor to end when this connection ends, however it ends, by TAKEOWNERSHIP. Then also
 * torctl_controller_close() ends tor. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_take_ownership(torctl_controller *controller,
                                    torctl_call *call,
                                    torctl_error **err);

/**
 * Reverses torctl_take_ownership(), by DROPOWNERSHIP. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_drop_ownership(torctl_controller *controller,
                                    torctl_call *call,
                                    torctl_error **err);

/**
 * Tells tor to forget its entry guards and to choose new ones, by DROPGUARDS. This makes tor's
 * user easier to attack. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_drop_guards(torctl_controller *controller,
                                 torctl_call *call,
                                 torctl_error **err);

/**
 * Tells tor to forget how long circuits take to be built, by DROPTIMEOUTS. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_drop_timeouts(torctl_controller *controller,
                                   torctl_call *call,
                                   torctl_error **err);

/**
 * Turns features of the control protocol on, by USEFEATURE. Those that exist, VERBOSE_NAMES and
 * EXTENDED_EVENTS, are always on in every tor that this library supports. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_use_feature(torctl_controller *controller,
                                 const char *const *names,
                                 size_t count,
                                 torctl_call *call,
                                 torctl_error **err);

/* The options that tor has --------------------------------------------------------------------- */

/**
 * The options that tor has, whether set or not. Freed by torctl_config_options_free(). It
 * outlives the controller and never changes: any number of threads may read it concurrently.
 */
struct torctl_config_options;

/**
 * Asks which options tor has, of which types and with which defaults, by GETINFO config/names
 * and config/defaults.
 *
 * Sets `*options` to an object that the caller frees with torctl_config_options_free(). Can be
 * begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_config_options(torctl_controller *controller,
                                        torctl_call *call,
                                        torctl_config_options **options,
                                        torctl_error **err);

/** How many there are. */
TORCTL_API size_t torctl_config_options_count(const torctl_config_options *options);

/** The name of an option. */
TORCTL_API
const char *torctl_config_options_name(const torctl_config_options *options,
                                       size_t index);

/**
 * tor's word for the type of an option: "Boolean", "DataSize" or "LineList", for example, or
 * "Dependent" for an option of a service.
 */
TORCTL_API
const char *torctl_config_options_type(const torctl_config_options *options,
                                       size_t index);

/** How many values an option has if nobody sets it. */
TORCTL_API
size_t torctl_config_options_default_count(const torctl_config_options *options,
                                           size_t index);

/** A value that an option has if nobody sets it. */
TORCTL_API
const char *torctl_config_options_default(const torctl_config_options *options,
                                          size_t index,
                                          size_t value);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_config_options_free(torctl_config_options *options);

/* Questions ------------------------------------------------------------------------------------ */

/*
 * Requests whose answers come as numbers, objects and events in place of text. What there is no
 * function for is asked by torctl_get_info().
 */

/**
 * What is there now, in the form of the events that would have announced it. Freed by
 * torctl_events_free(). It outlives the controller. One thread at a time may use it.
 */
struct torctl_events;

/**
 * Asks by GETINFO for a value that is a number: "uptime" (seconds), "traffic/read" and
 * "traffic/written" (bytes), "process/pid", "limits/max-mem-in-queues" (bytes) and more.
 *
 * Sets `*number`. A value that is no number gives TORCTL_ERR_PROTOCOL. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_number(torctl_controller *controller,
                                const char *key,
                                torctl_call *call,
                                uint64_t *number,
                                torctl_error **err);

/**
 * Asks by GETINFO for a value that is yes or no: "status/circuit-established",
 * "status/enough-dir-info", "network-liveness", "dormant", "config-can-saveconf",
 * "status/reachability-succeeded/or", "ip-to-country/ipv4-available" and more.
 *
 * Sets `*flag` to 1 or 0. A value that is neither gives TORCTL_ERR_PROTOCOL. Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_flag(torctl_controller *controller,
                              const char *key,
                              torctl_call *call,
                              int *flag,
                              torctl_error **err);

/**
 * Asks how many bytes tor has read and written since it began, by GETINFO traffic/read and
 * traffic/written. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_traffic(torctl_controller *controller,
                                 torctl_call *call,
                                 uint64_t *read_bytes,
                                 uint64_t *written_bytes,
                                 torctl_error **err);

/**
 * Asks how many bytes per second tor may use on average, and how many in a burst, by GETCONF:
 * the least of BandwidthRate, RelayBandwidthRate and MaxAdvertisedBandwidth, and of the bursts,
 * those that are 0 not counted. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_effective_rate(torctl_controller *controller,
                                        torctl_call *call,
                                        uint64_t *rate_bytes,
                                        uint64_t *burst_bytes,
                                        torctl_error **err);

/**
 * Asks how far tor is with bootstrapping, by GETINFO status/bootstrap-phase.
 * torctl_wait_bootstrapped() waits for the end of it.
 *
 * Sets `*phase` to a STATUS_CLIENT event that says what tor said last:
 * torctl_status_event_progress(), torctl_status_event_tag(), torctl_status_event_summary() and,
 * in trouble, torctl_status_event_warning(). The caller frees `*phase` with torctl_event_free().
 * Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_bootstrap_phase(torctl_controller *controller,
                                         torctl_call *call,
                                         torctl_event **phase,
                                         torctl_error **err);

/**
 * Asks for the circuits that there are, by GETINFO circuit-status.
 *
 * Sets `*circuits` to CIRC events, one for each, with the status that it has: torctl_circ_id()
 * and its like. The caller frees `*circuits` with torctl_events_free(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_circuits(torctl_controller *controller,
                                  torctl_call *call,
                                  torctl_events **circuits,
                                  torctl_error **err);

/**
 * Asks for the streams that there are, by GETINFO stream-status, which has fewer fields than the
 * events: id, status, circuit and target.
 *
 * Sets `*streams` to STREAM events, one for each. The caller frees `*streams` with
 * torctl_events_free(). Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_streams(torctl_controller *controller,
                                 torctl_call *call,
                                 torctl_events **streams,
                                 torctl_error **err);

/**
 * Asks for the connections to relays that there are, by GETINFO orconn-status.
 *
 * Sets `*connections` to ORCONN events, one for each. The caller frees `*connections` with
 * torctl_events_free(). Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_orconns(torctl_controller *controller,
                                 torctl_call *call,
                                 torctl_events **connections,
                                 torctl_error **err);

/**
 * Asks in which countries addresses are, by GETINFO ip-to-country, all in one go.
 *
 * Sets `*results` to one result for each address in the order asked: the address and two
 * letters, for example "us", or "?" where tor does not know. The caller frees `*results` with
 * torctl_results_free(). A tor without a GeoIP file refuses each with code 551. Can be begun:
 * see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_countries(torctl_controller *controller,
                                   const char *const *addresses,
                                   size_t count,
                                   torctl_call *call,
                                   torctl_results **results,
                                   torctl_error **err);

/**
 * Asks which options of tor's configuration are not at their defaults, by GETINFO config-text.
 *
 * Sets `*values` to names and values in the order in which a torrc would have them, so that the
 * options of a service stand behind its HiddenServiceDir; a name may come more than once. The
 * caller frees `*values` with torctl_values_free(). Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_changed_conf(torctl_controller *controller,
                                      torctl_call *call,
                                      torctl_values **values,
                                      torctl_error **err);

/**
 * Tells tor to use new circuits for new streams, by SIGNAL NEWNYM, and waits until it does:
 * immediately if the last time was ten seconds ago, or else when it will have been. Only a
 * SIGNAL event that comes after tor's answer counts. Where none comes within eleven seconds and
 * tor still answers, tor has acted by its own rule, and the call returns TORCTL_OK: a filter
 * before tor keeps the event back, or tor takes no streams, having no SOCKS port or its like,
 * and tells of nothing. Blocks for `timeout_ms` at the most, where -1 means no limit but that;
 * then TORCTL_ERR_TIMEOUT. Can be begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_new_identity(torctl_controller *controller,
                                  int32_t timeout_ms,
                                  torctl_call *call,
                                  torctl_error **err);

/**
 * How many milliseconds tor would wait before it acts on a NEWNYM that is sent now. Counts those
 * that were sent through this controller; of others tor does not tell. Does not talk to tor. 0
 * for NULL.
 */
TORCTL_API int32_t torctl_newnym_wait_ms(torctl_controller *controller);

/** How many there are. */
TORCTL_API size_t torctl_events_count(const torctl_events *events);

/** An event, which lives in the object; NULL if there are not so many. */
TORCTL_API const torctl_event *torctl_events_get(const torctl_events *events, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_events_free(torctl_events *events);

/* Where tor listens ---------------------------------------------------------------------------- */

/** An IPv4 address and a port. */
#define TORCTL_ENDPOINT_IPV4 2904
/** An IPv6 address and a port. */
#define TORCTL_ENDPOINT_IPV6 2906
/** A Unix socket. */
#define TORCTL_ENDPOINT_UNIX 2901

/**
 * The places where tor listens for one kind of clients. Freed by torctl_endpoints_free(). It
 * outlives the controller and never changes: any number of threads may read it concurrently.
 */
struct torctl_endpoints;

/**
 * The word for one of the TORCTL_ENDPOINT constants, for example "IPV4". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_endpoint_family_name(int32_t number);

/**
 * Asks where tor listens, by GETINFO net/listeners. `kind` is "socks", "control", "or", "dir",
 * "dns", "trans", "natd", "httptunnel", "extor" or "metrics".
 *
 * Sets `*endpoints` to the places. The caller frees `*endpoints` with torctl_endpoints_free().
 * There may be none, for example with DisableNetwork: that is TORCTL_OK as well. Can be begun:
 * see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_endpoints(torctl_controller *controller,
                                   const char *kind,
                                   torctl_call *call,
                                   torctl_endpoints **endpoints,
                                   torctl_error **err);

/** How many there are. */
TORCTL_API size_t torctl_endpoints_count(const torctl_endpoints *endpoints);

/**
 * What sort of place it is. One of the TORCTL_ENDPOINT constants; 0 for one that this version
 * does not know.
 */
TORCTL_API int32_t torctl_endpoints_family(const torctl_endpoints *endpoints, size_t index);

/**
 * The address, without brackets, of an IPv4 or IPv6 place; the path of a Unix socket; tor's own
 * words for a place of another sort.
 */
TORCTL_API const char *torctl_endpoints_address(const torctl_endpoints *endpoints, size_t index);

/** The port of an IPv4 or IPv6 place, otherwise 0. */
TORCTL_API uint16_t torctl_endpoints_port(const torctl_endpoints *endpoints, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_endpoints_free(torctl_endpoints *endpoints);

/* tor's process and its traffic ---------------------------------------------------------------- */

/** tor works as it should. */
#define TORCTL_HIBERNATING_AWAKE 4501
/** tor accepts no new connections, and the existing connections go on. */
#define TORCTL_HIBERNATING_SOFT 4502
/** tor has no connections at all. */
#define TORCTL_HIBERNATING_HARD 4503

/**
 * How much of its accounting limit tor has used. Without accounting everything is 0. Freed by
 * torctl_accounting_free(). It outlives the controller and never changes: any number of threads
 * may read it concurrently.
 */
struct torctl_accounting;

/**
 * Bytes read and written in each of some seconds, the oldest first. Freed by
 * torctl_bandwidths_free(). It outlives the controller and never changes: any number of threads
 * may read it concurrently.
 */
struct torctl_bandwidths;

/**
 * tor's process. Freed by torctl_process_free(). It outlives the controller and never changes:
 * any number of threads may read it concurrently.
 */
struct torctl_process;

/**
 * tor's word for one of the TORCTL_HIBERNATING constants, for example "awake". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_hibernating_name(int32_t number);

/**
 * Asks about tor's process, by GETINFO process/pid, process/uid, process/user,
 * process/descriptor-limit and uptime, each by itself: what one tor does not know is absent.
 *
 * Sets `*process` to an object that the caller frees with torctl_process_free(). Can be begun:
 * see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_process(torctl_controller *controller,
                                 torctl_call *call,
                                 torctl_process **process,
                                 torctl_error **err);

/**
 * Asks how much tor has read and written in the last seconds, at most 300, by GETINFO
 * bw-event-cache. tor only counts while somebody wants BW events.
 *
 * Sets `*bandwidths` to an object that the caller frees with torctl_bandwidths_free(). Can be
 * begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_bandwidths(torctl_controller *controller,
                                    torctl_call *call,
                                    torctl_bandwidths **bandwidths,
                                    torctl_error **err);

/**
 * Asks about accounting, by GETINFO accounting/enabled and, if it is, the other accounting keys.
 *
 * Sets `*accounting` to an object that the caller frees with torctl_accounting_free(). Can be
 * begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_accounting(torctl_controller *controller,
                                    torctl_call *call,
                                    torctl_accounting **accounting,
                                    torctl_error **err);

/** The number of the process; 0 if tor does not say. */
TORCTL_API int64_t torctl_process_pid(const torctl_process *process);

/** The number of the user that the process runs as; -1 if tor does not say. */
TORCTL_API int64_t torctl_process_uid(const torctl_process *process);

/** The name of that user; "" if tor does not say. */
TORCTL_API const char *torctl_process_user(const torctl_process *process);

/** How many descriptors the process may have; 0 if tor does not say. */
TORCTL_API uint64_t torctl_process_descriptor_limit(const torctl_process *process);

/** How many seconds the process has run; 0 if tor does not say. */
TORCTL_API uint64_t torctl_process_uptime_s(const torctl_process *process);

/**
 * When the process began, to the second, by this program's clock; 0 if tor does not say.
 * Microseconds since 1970, UTC.
 */
TORCTL_API int64_t torctl_process_started_unix_us(const torctl_process *process);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_process_free(torctl_process *process);

/** How many there are. */
TORCTL_API size_t torctl_bandwidths_count(const torctl_bandwidths *bandwidths);

/** How many bytes were read in a second. */
TORCTL_API uint64_t torctl_bandwidths_read_bytes(const torctl_bandwidths *bandwidths, size_t index);

/** How many bytes were written in a second. */
TORCTL_API
uint64_t torctl_bandwidths_written_bytes(const torctl_bandwidths *bandwidths,
                                         size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_bandwidths_free(torctl_bandwidths *bandwidths);

/** Whether tor has a limit. */
TORCTL_API int torctl_accounting_is_enabled(const torctl_accounting *accounting);

/**
 * Whether tor rests because the limit is reached. One of the TORCTL_HIBERNATING constants; 0 for
 * one that this version does not know.
 */
TORCTL_API int32_t torctl_accounting_hibernating(const torctl_accounting *accounting);

/** Bytes read in this interval. */
TORCTL_API uint64_t torctl_accounting_read_bytes(const torctl_accounting *accounting);

/** Bytes written in this interval. */
TORCTL_API uint64_t torctl_accounting_written_bytes(const torctl_accounting *accounting);

/** Bytes that may still be read in this interval. */
TORCTL_API uint64_t torctl_accounting_read_left_bytes(const torctl_accounting *accounting);

/** Bytes that may still be written in this interval. */
TORCTL_API uint64_t torctl_accounting_written_left_bytes(const torctl_accounting *accounting);

/** When the interval began. Microseconds since 1970, UTC. */
TORCTL_API int64_t torctl_accounting_start_unix_us(const torctl_accounting *accounting);

/** When tor wakes in this interval. Microseconds since 1970, UTC. */
TORCTL_API int64_t torctl_accounting_wake_unix_us(const torctl_accounting *accounting);

/** When the interval ends. Microseconds since 1970, UTC. */
TORCTL_API int64_t torctl_accounting_end_unix_us(const torctl_accounting *accounting);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_accounting_free(torctl_accounting *accounting);

/* Entry guards --------------------------------------------------------------------------------- */

/** tor reached it when it last tried. */
#define TORCTL_ENTRY_GUARD_UP 3001
/** tor did not reach it when it last tried. */
#define TORCTL_ENTRY_GUARD_DOWN 3002
/** tor has not tried yet. */
#define TORCTL_ENTRY_GUARD_NEVER_CONNECTED 3003
/** tor cannot use it under the present options. */
#define TORCTL_ENTRY_GUARD_UNUSABLE 3004
/** The consensus does not have it. */
#define TORCTL_ENTRY_GUARD_UNLISTED 3005

/**
 * The entry guards that tor has chosen. Freed by torctl_guards_free(). It outlives the
 * controller and never changes: any number of threads may read it concurrently.
 */
struct torctl_guards;

/**
 * tor's word for one of the TORCTL_ENTRY_GUARD constants, for example "up". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_entry_guard_state_name(int32_t number);

/**
 * Asks for the entry guards, by GETINFO entry-guards.
 *
 * Sets `*guards` to an object that the caller frees with torctl_guards_free(). Can be begun: see
 * torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_guards(torctl_controller *controller,
                                torctl_call *call,
                                torctl_guards **guards,
                                torctl_error **err);

/** How many there are. */
TORCTL_API size_t torctl_guards_count(const torctl_guards *guards);

/** The fingerprint of a guard, 40 hex digits. */
TORCTL_API const char *torctl_guards_fingerprint(const torctl_guards *guards, size_t index);

/** The nickname of a guard; "" if tor does not know it. */
TORCTL_API const char *torctl_guards_nickname(const torctl_guards *guards, size_t index);

/**
 * What tor knows of a guard. One of the TORCTL_ENTRY_GUARD constants; 0 for one that this
 * version does not know.
 */
TORCTL_API int32_t torctl_guards_state(const torctl_guards *guards, size_t index);

/** Since when the state is so; 0 if tor does not say. Microseconds since 1970, UTC. */
TORCTL_API int64_t torctl_guards_since_unix_us(const torctl_guards *guards, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_guards_free(torctl_guards *guards);

/* Mapped addresses ----------------------------------------------------------------------------- */

/**
 * Addresses that stand for others. Freed by torctl_mappings_free(). It outlives the controller
 * and never changes: any number of threads may read it concurrently.
 */
struct torctl_mappings;

/**
 * Asks which addresses stand for others, by GETINFO address-mappings. `kind` is "all", "config"
 * (of the torrc), "cache" (looked up) or "control" (of torctl_map_address()).
 *
 * Sets `*mappings` to an object that the caller frees with torctl_mappings_free(). Can be begun:
 * see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_mappings(torctl_controller *controller,
                                  const char *kind,
                                  torctl_call *call,
                                  torctl_mappings **mappings,
                                  torctl_error **err);

/** How many there are. */
TORCTL_API size_t torctl_mappings_count(const torctl_mappings *mappings);

/** The address that programs use. */
TORCTL_API const char *torctl_mappings_from(const torctl_mappings *mappings, size_t index);

/** The address that tor uses for it. */
TORCTL_API const char *torctl_mappings_to(const torctl_mappings *mappings, size_t index);

/** When the mapping ends; 0 for never. Microseconds since 1970, UTC. */
TORCTL_API int64_t torctl_mappings_expires_unix_us(const torctl_mappings *mappings, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_mappings_free(torctl_mappings *mappings);

/* The exit policy ------------------------------------------------------------------------------ */

/**
 * Where tor, as a relay, lets streams out. Freed by torctl_exit_policy_free(). It outlives the
 * controller and never changes: any number of threads may read it concurrently.
 */
struct torctl_exit_policy;

/**
 * Asks for tor's own exit policy, by GETINFO exit-policy/full.
 *
 * A tor that is no relay gives TORCTL_ERR_REJECTED.
 *
 * Sets `*policy` to an object that the caller frees with torctl_exit_policy_free(). Can be
 * begun: see torctl_call_set_queue().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_exit_policy(torctl_controller *controller,
                                     torctl_call *call,
                                     torctl_exit_policy **policy,
                                     torctl_error **err);

/**
 * Whether streams to an IPv4 or IPv6 address and a port are let out. NULL for `address` asks
 * whether they are for some address. 0 for what is no address, for the port 0, and behind a
 * reject that cannot be read.
 */
TORCTL_API
int torctl_exit_policy_allows(const torctl_exit_policy *policy,
                              const char *address,
                              uint16_t port);

/**
 * The ports to which some IPv4 address can be reached, in short: "accept 80,443" or "reject
 * 25,6881-6999".
 */
TORCTL_API const char *torctl_exit_policy_summary(const torctl_exit_policy *policy);

/** How many rules there are. */
TORCTL_API size_t torctl_exit_policy_rule_count(const torctl_exit_policy *policy);

/** A rule, for example "reject 10.0.0.0/8:*". The first rule that matches decides. */
TORCTL_API const char *torctl_exit_policy_rule(const torctl_exit_policy *policy, size_t index);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_exit_policy_free(torctl_exit_policy *policy);

/* Versions of tor ------------------------------------------------------------------------------ */

/*
 * As `GETINFO version` gives them, as relays state them, with or without "Tor " in front and a
 * remark behind: "0.4.9.11", "0.4.9.2-alpha-dev", "0.0.9pre1-cvs", "Tor 0.4.8.10
 * (git-0123456789abcdef)". Numbers that are missing at the end are 0.
 */

/**
 * Compares two versions of tor.
 *
 * Returns -1 if the first is the older one, 1 if it is the newer one, 0 if they are the same.
 * NULL and what is not a version are older than any version.
 */
TORCTL_API int torctl_tor_version_compare(const char *version, const char *other);

/**
 * Whether a version of tor is a certain one or a later one: ("0.4.9.11", "0.4.8") is. Words
 * behind the numbers, for example "-alpha", count only if the wanted version has them. 0 if
 * either is NULL or not a version.
 */
TORCTL_API int torctl_tor_version_is_at_least(const char *version, const char *wanted);

/* Part 2: the fields of events ================================================================= */

/* Many fields in one call ---------------------------------------------------------------------- */

/*
 * Every field of an event and of an entry of a directory document has a number, one of the
 * TORCTL_FIELD constants, which never changes. torctl_event_read() and its like write the values
 * of as many fields as a program names into an array: one call instead of one for each field.
 */

/** The field is not there, or the object is of a kind that does not have it. */
#define TORCTL_VALUE_ABSENT 0
/** The field is there. */
#define TORCTL_VALUE_PRESENT 6401
/** The field is there, and what tor wrote is nothing that its shape can be: `text` has it. */
#define TORCTL_VALUE_MALFORMED 6402
/** `number.u64` counts. */
#define TORCTL_SHAPE_UNSIGNED 6301
/** `number.i64` counts. */
#define TORCTL_SHAPE_SIGNED 6302
/** `number.f64` counts. */
#define TORCTL_SHAPE_FLOAT 6303
/** `number.i64` counts: microseconds since 1970, UTC. */
#define TORCTL_SHAPE_TIME 6304
/** `text` counts, and `size_bytes`. */
#define TORCTL_SHAPE_TEXT 6305
/**
 * `number.i64` counts: a constant of the field's set, 0 for a word that this version does not know;
 * `text` has tor's word.
 */
#define TORCTL_SHAPE_WORD 6306
/** `number.u64` counts: a sum of constants of the field's set; `text` has tor's words. */
#define TORCTL_SHAPE_FLAGS 6307
/** `number.u64` counts: how many items a list has. Functions of its own give the items. */
#define TORCTL_SHAPE_LIST 6308
/** `number.i64` counts: 1 for yes, 0 for no. */
#define TORCTL_SHAPE_BOOLEAN 6309

/** The number of a value. The value's shape says which member counts. */
typedef union {
    /** A number without a sign. */
    uint64_t u64;
    /** A number with a sign. */
    int64_t i64;
    /** A number with a decimal point. */
    double f64;
} torctl_number;

/**
 * The value of one field. This is the only struct of the interface with a body:
 * its layout never changes.
 */
typedef struct {
    /** TORCTL_VALUE_PRESENT, TORCTL_VALUE_ABSENT or TORCTL_VALUE_MALFORMED. */
    int32_t state;
    /** One of the TORCTL_SHAPE constants. */
    int32_t shape;
    /** Its number; 0 if it is none, or is not there. */
    torctl_number number;
    /**
     * What tor wrote, unquoted, with a NUL behind it; "" if it is not there. It lives as long as
     * the object.
     */
    const char *text;
    /** The length of the text, which may hold NULs. */
    size_t size_bytes;
} torctl_value;

/**
 * Reads many fields of an event in one call. `fields` are `count` of the TORCTL_FIELD constants,
 * in any order; their values are written to `values`, which has room for as many, in the same
 * order.
 *
 * Returns how many of them are TORCTL_VALUE_PRESENT. A field that events of this kind do not have
 * is TORCTL_VALUE_ABSENT, and so is a number that is no field; all are for NULL instead of an
 * event. NULL for `fields` or `values` writes nothing and returns 0.
 *
 * It tells a field that is absent from one that is 0 or "", and is one call where each call is
 * dear, for example from another language. From C and C++ the functions for single fields cost
 * less. Does not block. Texts live as long as the event.
 */
TORCTL_API
size_t torctl_event_read(const torctl_event *event,
                         const int32_t *fields,
                         size_t count,
                         torctl_value *values);

/**
 * How many fields events of a kind have that torctl_event_read() reads. 0 for a number that is no
 * kind.
 */
TORCTL_API size_t torctl_kind_field_count(int32_t kind);

/** The number of a field of a kind, by its index from 0; 0 if the index is too large. */
TORCTL_API int32_t torctl_kind_field(int32_t kind, size_t index);

/**
 * The name of a field, which is the end of its function's name: "purpose" for
 * TORCTL_FIELD_CIRC_PURPOSE, which torctl_circ_purpose() gives. "" for a number that is no field.
 * The string is static.
 */
TORCTL_API const char *torctl_field_name(int32_t field);

/**
 * The unit of a field's number: "bytes", "cells", "us", "ms", "s", or "unix_us" for microseconds
 * since 1970, UTC. "" if it has none. The string is static.
 */
TORCTL_API const char *torctl_field_unit(int32_t field);

/** The shape of a field, one of the TORCTL_SHAPE constants; 0 for a number that is no field. */
TORCTL_API int32_t torctl_field_shape(int32_t field);

/* Circuits: CIRC and CIRC_MINOR ---------------------------------------------------------------- */

/*
 * A circuit is a path of relays that tor builds and sends streams through. tor sends CIRC when it
 * launches a circuit, adds a hop, has built it, fails to build it, or closes it; and CIRC_MINOR
 * when it changes what a built circuit is for. A program that keeps a list of circuits asks for
 * the events, takes what torctl_get_circuits() has, and then follows torctl_circ_id() and
 * torctl_circ_status(): a circuit can be used from BUILT on, and is gone at FAILED or CLOSED,
 * where torctl_circ_reason() says why. torctl_circ_purpose() tells the circuits of applications
 * from those that tor has for itself.
 */

/**
 * What happened to a circuit. Most go through LAUNCHED, EXTENDED for each hop, BUILT and CLOSED.
 */
#define TORCTL_CIRC_UNKNOWN 0
/** tor begins to build the circuit. It has no hop yet. */
#define TORCTL_CIRC_LAUNCHED 2301
/**
 * All hops are there: the circuit can carry streams. Comes again when a controller adds hops to
 * it.
 */
#define TORCTL_CIRC_BUILT 2302
/**
 * All hops are there, but tor first tries for a circuit through a better guard. Only in
 * torctl_get_circuits().
 */
#define TORCTL_CIRC_GUARD_WAIT 2303
/** The circuit has one hop more. */
#define TORCTL_CIRC_EXTENDED 2304
/** The circuit ended before it was built. */
#define TORCTL_CIRC_FAILED 2305
/** The circuit ended after it was built. */
#define TORCTL_CIRC_CLOSED 2306

/** What changed about a built circuit. */
#define TORCTL_CIRC_MINOR_UNKNOWN 0
/**
 * The purpose or the onion-service state; torctl_circ_old_purpose() and
 * torctl_circ_old_hs_state() have the former ones.
 */
#define TORCTL_CIRC_MINOR_PURPOSE_CHANGED 2401
/** tor uses a circuit that it had in reserve for something new. PURPOSE_CHANGED comes before it. */
#define TORCTL_CIRC_MINOR_CANNIBALIZED 2402

/**
 * How tor builds a circuit: a sum of these. A circuit that a controller builds has none.
 * - ONEHOP_TUNNEL: the circuit has a single hop. tor asks directories through such circuits.
 * - IS_INTERNAL: the circuit ends inside the tor network; no stream leaves through it.
 * - NEED_CAPACITY: all relays must be fast.
 * - NEED_UPTIME: all relays must have been up for long.
 */
#define TORCTL_CIRC_FLAG_ONEHOP_TUNNEL 1
#define TORCTL_CIRC_FLAG_IS_INTERNAL 2
#define TORCTL_CIRC_FLAG_NEED_CAPACITY 4
#define TORCTL_CIRC_FLAG_NEED_UPTIME 8
/** A flag that this version does not know. */
#define TORCTL_CIRC_FLAG_OTHER 1073741824

/**
 * What a circuit is for. HS_CLIENT circuits are those to an onion service that this tor visits,
 * HS_SERVICE circuits those of a service that it runs. INTRO is for the introduction point,
 * where clients ask for the service; REND for the rendezvous point, where both meet; HSDIR for
 * the directory relays that have the descriptor.
 */
#define TORCTL_CIRC_PURPOSE_UNKNOWN 0
/** Carries streams of applications, or tor's own requests to directories. */
#define TORCTL_CIRC_PURPOSE_GENERAL 2501
/** Asks the service for a meeting. */
#define TORCTL_CIRC_PURPOSE_HS_CLIENT_INTRO 2502
/** Meets the service, and carries the streams to it. */
#define TORCTL_CIRC_PURPOSE_HS_CLIENT_REND 2503
/** Fetches the descriptor of the service. */
#define TORCTL_CIRC_PURPOSE_HS_CLIENT_HSDIR 2504
/** Waits for clients. */
#define TORCTL_CIRC_PURPOSE_HS_SERVICE_INTRO 2505
/** Meets a client, and carries its streams. */
#define TORCTL_CIRC_PURPOSE_HS_SERVICE_REND 2506
/** Publishes the descriptor of the service. */
#define TORCTL_CIRC_PURPOSE_HS_SERVICE_HSDIR 2507
/** Tests whether this relay can be reached from outside. Carries no traffic. */
#define TORCTL_CIRC_PURPOSE_TESTING 2508
/** A controller keeps the circuit for itself: tor attaches no stream to it on its own. */
#define TORCTL_CIRC_PURPOSE_CONTROLLER 2509
/** Took too long to build. tor goes on only to measure how long it takes. */
#define TORCTL_CIRC_PURPOSE_MEASURE_TIMEOUT 2510
/** In reserve for onion services, through layered guards (vanguards). */
#define TORCTL_CIRC_PURPOSE_HS_VANGUARDS 2511
/** Probes whether somebody makes circuits fail on purpose. */
#define TORCTL_CIRC_PURPOSE_PATH_BIAS_TESTING 2512
/** No longer used. tor holds it open to hide when its use ended. */
#define TORCTL_CIRC_PURPOSE_CIRCUIT_PADDING 2513
/** Will be a leg of a conflux set: several circuits that carry the same streams. */
#define TORCTL_CIRC_PURPOSE_CONFLUX_UNLINKED 2514
/** A leg of a conflux set. */
#define TORCTL_CIRC_PURPOSE_CONFLUX_LINKED 2515
/** Passes through this tor, which did not build it. */
#define TORCTL_CIRC_PURPOSE_SERVER 2516

/**
 * How far an onion-service circuit is. The prefix says whose it is, and where it leads:
 * - HSCI: from a client to the introduction point. Circuits to directory relays have
 *   HSCI_CONNECTING, too.
 * - HSCR: from a client to the rendezvous point.
 * - HSSI: from a service to the introduction point.
 * - HSSR: from a service to the rendezvous point.
 */
#define TORCTL_HS_STATE_UNKNOWN 0
/** The circuit is not built yet. */
#define TORCTL_HS_STATE_HSCI_CONNECTING 2601
/** The client has asked for a meeting. The introduction point has not answered yet. */
#define TORCTL_HS_STATE_HSCI_INTRO_SENT 2602
/** The introduction point has answered, and the circuit closes. */
#define TORCTL_HS_STATE_HSCI_DONE 2603
/** The circuit is not built, or the rendezvous point has not answered yet. */
#define TORCTL_HS_STATE_HSCR_CONNECTING 2604
/** The rendezvous point is ready. The service is not asked yet. */
#define TORCTL_HS_STATE_HSCR_ESTABLISHED_IDLE 2605
/** The service is asked, and has not come yet. */
#define TORCTL_HS_STATE_HSCR_ESTABLISHED_WAITING 2606
/** The service has come: streams can flow. */
#define TORCTL_HS_STATE_HSCR_JOINED 2607
/** The circuit is not built, or the introduction point has not agreed yet. */
#define TORCTL_HS_STATE_HSSI_CONNECTING 2608
/** The introduction point is ready: clients can ask there. */
#define TORCTL_HS_STATE_HSSI_ESTABLISHED 2609
/** The circuit to the client is not built yet. */
#define TORCTL_HS_STATE_HSSR_CONNECTING 2610
/** Service and client have met: streams can flow. */
#define TORCTL_HS_STATE_HSSR_JOINED 2611

/**
 * Why a circuit failed or was closed. TORCTL_CIRC_REASON_CHANNEL_CLOSED is also OR_CONN_CLOSED,
 * its name in the specification.
 */
#define TORCTL_CIRC_REASON_UNKNOWN 0
/** No reason was given. */
#define TORCTL_CIRC_REASON_NONE 2701
/** Somebody on the path broke the protocol of tor. */
#define TORCTL_CIRC_REASON_TORPROTOCOL 2702
/** An internal error of tor or of a relay. */
#define TORCTL_CIRC_REASON_INTERNAL 2703
/** Somebody asked for it: a controller, for example. */
#define TORCTL_CIRC_REASON_REQUESTED 2704
/** A relay hibernates to save bandwidth. */
#define TORCTL_CIRC_REASON_HIBERNATING 2705
/** A relay is out of memory, sockets or circuit numbers. */
#define TORCTL_CIRC_REASON_RESOURCELIMIT 2706
/** A relay could not be reached. */
#define TORCTL_CIRC_REASON_CONNECTFAILED 2707
/** At the address of a relay was another relay. */
#define TORCTL_CIRC_REASON_OR_IDENTITY 2708
/** The connection that carried the circuit ended. */
#define TORCTL_CIRC_REASON_CHANNEL_CLOSED 2709
/** Building took too long. */
#define TORCTL_CIRC_REASON_TIMEOUT 2710
/** The circuit was old or idle: tor closed it as it should. */
#define TORCTL_CIRC_REASON_FINISHED 2711
/** A relay closed it; torctl_circ_remote_reason() says why. */
#define TORCTL_CIRC_REASON_DESTROYED 2712
/** tor knows too few suitable relays for a path. */
#define TORCTL_CIRC_REASON_NOPATH 2713
/** The onion service is not known there. */
#define TORCTL_CIRC_REASON_NOSUCHSERVICE 2714
/** Building took too long, and so did the time that tor allows for measuring that. */
#define TORCTL_CIRC_REASON_MEASUREMENT_EXPIRED 2715
/** Another introduction point has answered: this one is not needed any more. */
#define TORCTL_CIRC_REASON_IP_NOW_REDUNDANT 2716
/** This tor closed it, and gives no other reason. */
#define TORCTL_CIRC_REASON_ORIGIN 2717

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_CIRC_ID 10101
#define TORCTL_FIELD_CIRC_STATUS 10102
#define TORCTL_FIELD_CIRC_MINOR_EVENT 10103
#define TORCTL_FIELD_CIRC_PATH 10104
#define TORCTL_FIELD_CIRC_PATH_COUNT 10105
#define TORCTL_FIELD_CIRC_BUILD_FLAGS 10108
#define TORCTL_FIELD_CIRC_PURPOSE 10109
#define TORCTL_FIELD_CIRC_HS_STATE 10110
#define TORCTL_FIELD_CIRC_REND_QUERY 10111
#define TORCTL_FIELD_CIRC_TIME_CREATED_UNIX_US 10112
#define TORCTL_FIELD_CIRC_SOCKS_USERNAME 10113
#define TORCTL_FIELD_CIRC_SOCKS_PASSWORD 10114
#define TORCTL_FIELD_CIRC_HS_POW 10115
#define TORCTL_FIELD_CIRC_HS_POW_EFFORT 10116
#define TORCTL_FIELD_CIRC_CONFLUX_ID 10117
#define TORCTL_FIELD_CIRC_CONFLUX_RTT_US 10118
#define TORCTL_FIELD_CIRC_REASON 10119
#define TORCTL_FIELD_CIRC_REMOTE_REASON 10120
#define TORCTL_FIELD_CIRC_OLD_PURPOSE 10121
#define TORCTL_FIELD_CIRC_OLD_HS_STATE 10122
#define TORCTL_FIELD_CIRC_OLD_TIME_CREATED_UNIX_US 10123

/**
 * tor's word for one of the TORCTL_CIRC constants, for example "LAUNCHED". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_circ_status_name(int32_t number);

/**
 * tor's word for one of the TORCTL_CIRC_MINOR constants, for example "PURPOSE_CHANGED". "" for
 * any other number. The string is static.
 */
TORCTL_API const char *torctl_circ_minor_event_name(int32_t number);

/**
 * tor's word for one of the TORCTL_CIRC_PURPOSE constants, for example "GENERAL". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_circ_purpose_name(int32_t number);

/**
 * tor's word for one of the TORCTL_HS_STATE constants, for example "HSCI_CONNECTING". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_hs_state_name(int32_t number);

/**
 * tor's word for one of the TORCTL_CIRC_REASON constants, for example "NONE". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_circ_reason_name(int32_t number);

/**
 * The number of the circuit. It is 0, too, when tor's identifier is no decimal number;
 * torctl_event_arg() has the identifier as text.
 */
TORCTL_API uint64_t torctl_circ_id(const torctl_event *event);

/** What happened to the circuit (CIRC only). One of the TORCTL_CIRC constants. */
TORCTL_API int32_t torctl_circ_status(const torctl_event *event);

/** tor's word for torctl_circ_status(). */
TORCTL_API const char *torctl_circ_status_text(const torctl_event *event);

/** What changed about the circuit (CIRC_MINOR only). One of the TORCTL_CIRC_MINOR constants. */
TORCTL_API int32_t torctl_circ_minor_event(const torctl_event *event);

/** tor's word for torctl_circ_minor_event(). */
TORCTL_API const char *torctl_circ_minor_event_text(const torctl_event *event);

/** The path: relays as $FINGERPRINT~nickname, separated by commas, the first hop first. */
TORCTL_API const char *torctl_circ_path(const torctl_event *event);

/** How many hops the circuit has. */
TORCTL_API size_t torctl_circ_path_count(const torctl_event *event);

/** The fingerprint of a hop. */
TORCTL_API const char *torctl_circ_path_fingerprint(const torctl_event *event, size_t index);

/** The nickname of a hop. */
TORCTL_API const char *torctl_circ_path_nickname(const torctl_event *event, size_t index);

/** How tor builds the circuit (BUILD_FLAGS). A sum of TORCTL_CIRC_FLAG constants. */
TORCTL_API uint32_t torctl_circ_build_flags(const torctl_event *event);

/** tor's words for torctl_circ_build_flags(), separated by commas. */
TORCTL_API const char *torctl_circ_build_flags_text(const torctl_event *event);

/** What the circuit is for (PURPOSE). One of the TORCTL_CIRC_PURPOSE constants. */
TORCTL_API int32_t torctl_circ_purpose(const torctl_event *event);

/** tor's word for torctl_circ_purpose(). */
TORCTL_API const char *torctl_circ_purpose_text(const torctl_event *event);

/** How far an onion-service circuit is (HS_STATE). One of the TORCTL_HS_STATE constants. */
TORCTL_API int32_t torctl_circ_hs_state(const torctl_event *event);

/** tor's word for torctl_circ_hs_state(). */
TORCTL_API const char *torctl_circ_hs_state_text(const torctl_event *event);

/** The address of the onion service that the circuit is for, without .onion (REND_QUERY). */
TORCTL_API const char *torctl_circ_rend_query(const torctl_event *event);

/** When the circuit was created, or last cannibalized (TIME_CREATED). */
TORCTL_API int64_t torctl_circ_time_created_unix_us(const torctl_event *event);

/**
 * The SOCKS user name of the streams that the circuit is for, unquoted (SOCKS_USERNAME). It may
 * hold any bytes.
 */
TORCTL_API const char *torctl_circ_socks_username(const torctl_event *event);

/** The size of torctl_circ_socks_username(). */
TORCTL_API size_t torctl_circ_socks_username_size_bytes(const torctl_event *event);

/**
 * The SOCKS password of the streams that the circuit is for, unquoted (SOCKS_PASSWORD). It may
 * hold any bytes.
 */
TORCTL_API const char *torctl_circ_socks_password(const torctl_event *event);

/** The size of torctl_circ_socks_password(). */
TORCTL_API size_t torctl_circ_socks_password_size_bytes(const torctl_event *event);

/** The proof of work for an onion service as tor wrote it, for example "v1,1234" (HS_POW). */
TORCTL_API const char *torctl_circ_hs_pow(const torctl_event *event);

/**
 * The effort of the proof of work (HS_POW). It is 0, too, when the proof has another version
 * than v1.
 */
TORCTL_API uint64_t torctl_circ_hs_pow_effort(const torctl_event *event);

/**
 * The conflux set that the circuit is a leg of: 32 hexadecimal digits (CONFLUX_ID). All legs of
 * a set have the same. tor may leave it out when a linked circuit closes.
 */
TORCTL_API const char *torctl_circ_conflux_id(const torctl_event *event);

/** The round-trip time of a conflux leg in microseconds (CONFLUX_RTT). */
TORCTL_API uint64_t torctl_circ_conflux_rtt_us(const torctl_event *event);

/**
 * At FAILED and CLOSED: why the circuit ended (REASON). One of the TORCTL_CIRC_REASON constants.
 */
TORCTL_API int32_t torctl_circ_reason(const torctl_event *event);

/** tor's word for torctl_circ_reason(). */
TORCTL_API const char *torctl_circ_reason_text(const torctl_event *event);

/**
 * With TORCTL_CIRC_REASON_DESTROYED: why a relay closed the circuit (REMOTE_REASON). One of the
 * TORCTL_CIRC_REASON constants.
 */
TORCTL_API int32_t torctl_circ_remote_reason(const torctl_event *event);

/** tor's word for torctl_circ_remote_reason(). */
TORCTL_API const char *torctl_circ_remote_reason_text(const torctl_event *event);

/**
 * CIRC_MINOR: what the circuit was for before (OLD_PURPOSE). One of the TORCTL_CIRC_PURPOSE
 * constants.
 */
TORCTL_API int32_t torctl_circ_old_purpose(const torctl_event *event);

/** tor's word for torctl_circ_old_purpose(). */
TORCTL_API const char *torctl_circ_old_purpose_text(const torctl_event *event);

/**
 * CIRC_MINOR: the onion-service state before (OLD_HS_STATE). One of the TORCTL_HS_STATE
 * constants.
 */
TORCTL_API int32_t torctl_circ_old_hs_state(const torctl_event *event);

/** tor's word for torctl_circ_old_hs_state(). */
TORCTL_API const char *torctl_circ_old_hs_state_text(const torctl_event *event);

/** CANNIBALIZED: when the circuit was first created (OLD_TIME_CREATED). */
TORCTL_API int64_t torctl_circ_old_time_created_unix_us(const torctl_event *event);

/* Streams: STREAM ------------------------------------------------------------------------------ */

/*
 * A stream is one connection or one lookup of a name: an application's, or one of tor's own. tor
 * sends STREAM at each step, and torctl_stream_status() says which. At NEW and NEWRESOLVE,
 * torctl_stream_target() says where the stream is to go, and torctl_stream_source_address() which
 * application asks. torctl_stream_circ_id() tells on which circuit it is; that can change. A
 * stream that fails has two events with the same reason, FAILED and CLOSED. torctl_get_streams()
 * has the streams that exist.
 */

/** What happened to a stream. */
#define TORCTL_STREAM_UNKNOWN 0
/** Somebody asks tor for a connection. */
#define TORCTL_STREAM_NEW 5601
/** Somebody asks tor to look up a name or an address. */
#define TORCTL_STREAM_NEWRESOLVE 5602
/** tor replaced the target by another, which torctl_stream_target() has. */
#define TORCTL_STREAM_REMAP 5603
/** tor has sent the request to connect along the circuit. May come again on another circuit. */
#define TORCTL_STREAM_SENTCONNECT 5604
/** tor has sent the lookup along the circuit. */
#define TORCTL_STREAM_SENTRESOLVE 5605
/** The connection is made, or the name is looked up. */
#define TORCTL_STREAM_SUCCEEDED 5606
/** tor has given up. CLOSED usually follows. */
#define TORCTL_STREAM_FAILED 5607
/** The stream is gone. */
#define TORCTL_STREAM_CLOSED 5608
/** The stream is off its circuit. tor tries another, or the attacher is asked again. */
#define TORCTL_STREAM_DETACHED 5609
/** tor waits for a controller to attach the stream: see torctl_attacher_set(). */
#define TORCTL_STREAM_CONTROLLER_WAIT 5610
/** The application reads slowly: tor has asked the other end to pause. */
#define TORCTL_STREAM_XOFF_SENT 5611
/** The other end has asked tor to pause. */
#define TORCTL_STREAM_XOFF_RECV 5612
/** tor has told the other end to go on. */
#define TORCTL_STREAM_XON_SENT 5613
/** The other end has told tor to go on. */
#define TORCTL_STREAM_XON_RECV 5614

/** Why a stream failed, was closed or was detached. */
#define TORCTL_STREAM_REASON_UNKNOWN 0
/** Any other reason. */
#define TORCTL_STREAM_REASON_MISC 5701
/** The name could not be looked up. */
#define TORCTL_STREAM_REASON_RESOLVEFAILED 5702
/** The destination refused the connection. */
#define TORCTL_STREAM_REASON_CONNECTREFUSED 5703
/** The exit does not allow this address or port. */
#define TORCTL_STREAM_REASON_EXITPOLICY 5704
/** The circuit of the stream was closed. */
#define TORCTL_STREAM_REASON_DESTROY 5705
/** The connection was closed as usual. */
#define TORCTL_STREAM_REASON_DONE 5706
/** The destination, or a circuit, took too long. */
#define TORCTL_STREAM_REASON_TIMEOUT 5707
/** The network of the exit does not reach the destination. */
#define TORCTL_STREAM_REASON_NOROUTE 5708
/** The exit hibernates to save bandwidth. */
#define TORCTL_STREAM_REASON_HIBERNATING 5709
/** An internal error of tor or of the exit. */
#define TORCTL_STREAM_REASON_INTERNAL 5710
/** The exit lacks the resources for it. */
#define TORCTL_STREAM_REASON_RESOURCELIMIT 5711
/** The connection was reset. */
#define TORCTL_STREAM_REASON_CONNRESET 5712
/** Somebody broke the protocol of tor. */
#define TORCTL_STREAM_REASON_TORPROTOCOL 5713
/** The relay that was asked for directory documents is no directory. */
#define TORCTL_STREAM_REASON_NOTDIRECTORY 5714
/** The other end closed the stream; torctl_stream_remote_reason() says why. */
#define TORCTL_STREAM_REASON_END 5715
/** tor found no circuit that could take the stream. */
#define TORCTL_STREAM_REASON_CANT_ATTACH 5716
/** The network cannot be reached. */
#define TORCTL_STREAM_REASON_NET_UNREACHABLE 5717
/** The application broke the SOCKS protocol. */
#define TORCTL_STREAM_REASON_SOCKS_PROTOCOL 5718
/** The application broke the protocol of an HTTP proxy. */
#define TORCTL_STREAM_REASON_HTTP_PROTOCOL 5719
/** The application asked for a private address, for example 10.0.0.1. */
#define TORCTL_STREAM_REASON_PRIVATE_ADDR 5720

/** Who gave the new target of a stream. */
#define TORCTL_STREAM_SOURCE_UNKNOWN 0
/** tor itself, from an answer that it has kept. */
#define TORCTL_STREAM_SOURCE_CACHE 5801
/** The exit, in its answer. */
#define TORCTL_STREAM_SOURCE_EXIT 5802

/** What a stream is for. */
#define TORCTL_STREAM_PURPOSE_UNKNOWN 0
/** An application's traffic, or tor's own that fits none of the others. */
#define TORCTL_STREAM_PURPOSE_USER 5901
/** A name that an application asks for. */
#define TORCTL_STREAM_PURPOSE_DNS_REQUEST 5902
/** tor fetches directory documents. */
#define TORCTL_STREAM_PURPOSE_DIR_FETCH 5903
/** tor sends a document to a directory. */
#define TORCTL_STREAM_PURPOSE_DIR_UPLOAD 5904
/** An older tor tests its own directory port. */
#define TORCTL_STREAM_PURPOSE_DIRPORT_TEST 5905

/**
 * How an application reached tor, for the most part by the kind of port: TRANS and NATD are
 * transparent proxies, HTTPCONNECT is HTTPTunnelPort.
 */
#define TORCTL_CLIENT_PROTOCOL_UNKNOWN 0
#define TORCTL_CLIENT_PROTOCOL_SOCKS4 6001
#define TORCTL_CLIENT_PROTOCOL_SOCKS5 6002
#define TORCTL_CLIENT_PROTOCOL_TRANS 6003
#define TORCTL_CLIENT_PROTOCOL_NATD 6004
#define TORCTL_CLIENT_PROTOCOL_DNS 6005
#define TORCTL_CLIENT_PROTOCOL_HTTPCONNECT 6006
#define TORCTL_CLIENT_PROTOCOL_METRICS 6007

/**
 * By what tor keeps a stream apart: two streams that differ in one of these share no circuit. A
 * sum of:
 * - DESTPORT and DESTADDR: the port and the address of the target;
 * - SOCKS_USERNAME and SOCKS_PASSWORD: what the application gave as its login;
 * - CLIENT_PROTOCOL: how the application reached tor;
 * - CLIENTADDR: the address of the application;
 * - SESSION_GROUP: torctl_stream_session_group();
 * - NYM_EPOCH: torctl_stream_nym_epoch().
 */
#define TORCTL_ISO_DESTPORT 1
#define TORCTL_ISO_DESTADDR 2
#define TORCTL_ISO_SOCKS_USERNAME 4
#define TORCTL_ISO_SOCKS_PASSWORD 8
#define TORCTL_ISO_CLIENT_PROTOCOL 16
#define TORCTL_ISO_CLIENTADDR 32
#define TORCTL_ISO_SESSION_GROUP 64
#define TORCTL_ISO_NYM_EPOCH 128
/** A flag that this version does not know. */
#define TORCTL_ISO_OTHER 1073741824

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_STREAM_ID 10201
#define TORCTL_FIELD_STREAM_STATUS 10202
#define TORCTL_FIELD_STREAM_CIRC_ID 10203
#define TORCTL_FIELD_STREAM_TARGET 10204
#define TORCTL_FIELD_STREAM_TARGET_HOST 10205
#define TORCTL_FIELD_STREAM_TARGET_PORT 10206
#define TORCTL_FIELD_STREAM_REASON 10207
#define TORCTL_FIELD_STREAM_REMOTE_REASON 10208
#define TORCTL_FIELD_STREAM_SOURCE 10209
#define TORCTL_FIELD_STREAM_SOURCE_ADDRESS 10210
#define TORCTL_FIELD_STREAM_SOURCE_HOST 10211
#define TORCTL_FIELD_STREAM_SOURCE_PORT 10212
#define TORCTL_FIELD_STREAM_PURPOSE 10213
#define TORCTL_FIELD_STREAM_SOCKS_USERNAME 10214
#define TORCTL_FIELD_STREAM_SOCKS_PASSWORD 10215
#define TORCTL_FIELD_STREAM_CLIENT_PROTOCOL 10216
#define TORCTL_FIELD_STREAM_NYM_EPOCH 10217
#define TORCTL_FIELD_STREAM_SESSION_GROUP 10218
#define TORCTL_FIELD_STREAM_ISO_FIELDS 10219

/**
 * tor's word for one of the TORCTL_STREAM constants, for example "NEW". "" for any other number.
 * The string is static.
 */
TORCTL_API const char *torctl_stream_status_name(int32_t number);

/**
 * tor's word for one of the TORCTL_STREAM_REASON constants, for example "MISC". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_stream_reason_name(int32_t number);

/**
 * tor's word for one of the TORCTL_STREAM_SOURCE constants, for example "CACHE". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_stream_source_name(int32_t number);

/**
 * tor's word for one of the TORCTL_STREAM_PURPOSE constants, for example "USER". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_stream_purpose_name(int32_t number);

/**
 * tor's word for one of the TORCTL_CLIENT_PROTOCOL constants, for example "SOCKS4". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_client_protocol_name(int32_t number);

/**
 * The number of the stream. It is 0, too, when tor's identifier is no decimal number;
 * torctl_event_arg() has the identifier as text.
 */
TORCTL_API uint64_t torctl_stream_id(const torctl_event *event);

/** What happened to the stream. One of the TORCTL_STREAM constants. */
TORCTL_API int32_t torctl_stream_status(const torctl_event *event);

/** tor's word for torctl_stream_status(). */
TORCTL_API const char *torctl_stream_status_text(const torctl_event *event);

/** The number of the circuit that the stream is on; 0 for none. */
TORCTL_API uint64_t torctl_stream_circ_id(const torctl_event *event);

/**
 * Where the stream is to go: host:port. The host is what the application asked for: a name, an
 * address, or a name that ends in .$FINGERPRINT.exit. It may hold blanks.
 */
TORCTL_API const char *torctl_stream_target(const torctl_event *event);

/** The size of torctl_stream_target(). */
TORCTL_API size_t torctl_stream_target_size_bytes(const torctl_event *event);

/** The host of the target, an IPv6 address without brackets. */
TORCTL_API const char *torctl_stream_target_host(const torctl_event *event);

/** The port of the target; 0 for a stream that only looks up a name. */
TORCTL_API uint16_t torctl_stream_target_port(const torctl_event *event);

/**
 * At FAILED, CLOSED and DETACHED: why the stream ended or lost its circuit (REASON). One of the
 * TORCTL_STREAM_REASON constants.
 */
TORCTL_API int32_t torctl_stream_reason(const torctl_event *event);

/** tor's word for torctl_stream_reason(). */
TORCTL_API const char *torctl_stream_reason_text(const torctl_event *event);

/**
 * With TORCTL_STREAM_REASON_END: why the other end closed the stream (REMOTE_REASON). One of the
 * TORCTL_STREAM_REASON constants.
 */
TORCTL_API int32_t torctl_stream_remote_reason(const torctl_event *event);

/** tor's word for torctl_stream_remote_reason(). */
TORCTL_API const char *torctl_stream_remote_reason_text(const torctl_event *event);

/** At REMAP: who gave the new target (SOURCE). One of the TORCTL_STREAM_SOURCE constants. */
TORCTL_API int32_t torctl_stream_source(const torctl_event *event);

/** tor's word for torctl_stream_source(). */
TORCTL_API const char *torctl_stream_source_text(const torctl_event *event);

/**
 * At NEW and NEWRESOLVE: the address:port of the application, IPv6 without brackets
 * (SOURCE_ADDR). Absent for tor's own streams and for applications at a Unix socket.
 */
TORCTL_API const char *torctl_stream_source_address(const torctl_event *event);

/** The address of torctl_stream_source_address() (SOURCE_ADDR). */
TORCTL_API const char *torctl_stream_source_host(const torctl_event *event);

/** The port of torctl_stream_source_address() (SOURCE_ADDR). */
TORCTL_API uint16_t torctl_stream_source_port(const torctl_event *event);

/**
 * At NEW and NEWRESOLVE: what the stream is for (PURPOSE). One of the TORCTL_STREAM_PURPOSE
 * constants.
 */
TORCTL_API int32_t torctl_stream_purpose(const torctl_event *event);

/** tor's word for torctl_stream_purpose(). */
TORCTL_API const char *torctl_stream_purpose_text(const torctl_event *event);

/**
 * The SOCKS user name that the application gave, unquoted (SOCKS_USERNAME). It may hold any
 * bytes.
 */
TORCTL_API const char *torctl_stream_socks_username(const torctl_event *event);

/** The size of torctl_stream_socks_username(). */
TORCTL_API size_t torctl_stream_socks_username_size_bytes(const torctl_event *event);

/**
 * The SOCKS password that the application gave, unquoted (SOCKS_PASSWORD). It may hold any
 * bytes.
 */
TORCTL_API const char *torctl_stream_socks_password(const torctl_event *event);

/** The size of torctl_stream_socks_password(). */
TORCTL_API size_t torctl_stream_socks_password_size_bytes(const torctl_event *event);

/**
 * How the application reached tor (CLIENT_PROTOCOL). One of the TORCTL_CLIENT_PROTOCOL
 * constants.
 */
TORCTL_API int32_t torctl_stream_client_protocol(const torctl_event *event);

/** tor's word for torctl_stream_client_protocol(). */
TORCTL_API const char *torctl_stream_client_protocol_text(const torctl_event *event);

/** How many NEWNYM signals came before the stream (NYM_EPOCH). */
TORCTL_API uint64_t torctl_stream_nym_epoch(const torctl_event *event);

/**
 * The session group of the port that the stream came to; mostly a negative number
 * (SESSION_GROUP).
 */
TORCTL_API int64_t torctl_stream_session_group(const torctl_event *event);

/** By what tor keeps the stream apart from others (ISO_FIELDS). A sum of TORCTL_ISO constants. */
TORCTL_API uint32_t torctl_stream_iso_fields(const torctl_event *event);

/** tor's words for torctl_stream_iso_fields(), separated by commas. */
TORCTL_API const char *torctl_stream_iso_fields_text(const torctl_event *event);

/* Connections to relays: ORCONN ---------------------------------------------------------------- */

/*
 * tor has one connection to each relay or bridge that it speaks to, and all circuits through that
 * relay share it. tor sends ORCONN when a connection begins, is ready, fails or ends. When tor
 * cannot reach the network, torctl_orconn_status() is FAILED and torctl_orconn_reason() says why.
 * torctl_orconn_id() tells connections apart; one that begins with an address may get a
 * fingerprint later. torctl_get_orconns() has the connections that exist.
 */

/** What happened to a connection. */
#define TORCTL_ORCONN_UNKNOWN 0
/** Somebody connects to this relay. */
#define TORCTL_ORCONN_NEW 4301
/** tor begins to connect. */
#define TORCTL_ORCONN_LAUNCHED 4302
/** The connection is ready: both sides have shaken hands. */
#define TORCTL_ORCONN_CONNECTED 4303
/** The connection ended before it was ready. */
#define TORCTL_ORCONN_FAILED 4304
/** The connection ended after it was ready. */
#define TORCTL_ORCONN_CLOSED 4305

/** Why a connection failed or was closed; in BOOTSTRAP events, why tor does not get further. */
#define TORCTL_ORCONN_REASON_UNKNOWN 0
/** It ended as usual. */
#define TORCTL_ORCONN_REASON_DONE 4401
/** Nothing listens at the address. */
#define TORCTL_ORCONN_REASON_CONNECTREFUSED 4402
/** At the address was another relay or bridge. */
#define TORCTL_ORCONN_REASON_IDENTITY 4403
/** The connection was broken off, often by something on the way. */
#define TORCTL_ORCONN_REASON_CONNECTRESET 4404
/** No answer came in time, or the connection was idle for too long. */
#define TORCTL_ORCONN_REASON_TIMEOUT 4405
/** The network does not reach the address. The computer may be offline. */
#define TORCTL_ORCONN_REASON_NOROUTE 4406
/** Reading or writing failed. */
#define TORCTL_ORCONN_REASON_IOERROR 4407
/** tor's computer lacks descriptors, buffers or the like. */
#define TORCTL_ORCONN_REASON_RESOURCELIMIT 4408
/** The encryption failed. */
#define TORCTL_ORCONN_REASON_TLS_ERROR 4409
/** Any other reason. */
#define TORCTL_ORCONN_REASON_MISC 4410
/** The bridge needs a pluggable transport that tor does not have. */
#define TORCTL_ORCONN_REASON_PT_MISSING 4411
/** The clock is wrong. Only in BOOTSTRAP events. */
#define TORCTL_ORCONN_REASON_CLOCK_SKEW 4412

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_ORCONN_ID 10301
#define TORCTL_FIELD_ORCONN_TARGET 10302
#define TORCTL_FIELD_ORCONN_FINGERPRINT 10303
#define TORCTL_FIELD_ORCONN_NICKNAME 10304
#define TORCTL_FIELD_ORCONN_ADDRESS 10305
#define TORCTL_FIELD_ORCONN_PORT 10306
#define TORCTL_FIELD_ORCONN_STATUS 10307
#define TORCTL_FIELD_ORCONN_REASON 10308
#define TORCTL_FIELD_ORCONN_CIRC_COUNT 10309

/**
 * tor's word for one of the TORCTL_ORCONN constants, for example "NEW". "" for any other number.
 * The string is static.
 */
TORCTL_API const char *torctl_orconn_status_name(int32_t number);

/**
 * tor's word for one of the TORCTL_ORCONN_REASON constants, for example "DONE". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_orconn_reason_name(int32_t number);

/** The number of the connection (ID). */
TORCTL_API uint64_t torctl_orconn_id(const torctl_event *event);

/** The other end as tor wrote it: $FINGERPRINT~nickname, $FINGERPRINT or address:port. */
TORCTL_API const char *torctl_orconn_target(const torctl_event *event);

/** The fingerprint of the relay, if tor gave it. */
TORCTL_API const char *torctl_orconn_fingerprint(const torctl_event *event);

/** The nickname of the relay, if tor gave it. */
TORCTL_API const char *torctl_orconn_nickname(const torctl_event *event);

/** The address of the other end, if tor gave that and no fingerprint; IPv6 without brackets. */
TORCTL_API const char *torctl_orconn_address(const torctl_event *event);

/** The port of the other end, if tor gave an address. */
TORCTL_API uint16_t torctl_orconn_port(const torctl_event *event);

/** What happened to the connection. One of the TORCTL_ORCONN constants. */
TORCTL_API int32_t torctl_orconn_status(const torctl_event *event);

/** tor's word for torctl_orconn_status(). */
TORCTL_API const char *torctl_orconn_status_text(const torctl_event *event);

/**
 * At FAILED and CLOSED: why the connection ended (REASON). One of the TORCTL_ORCONN_REASON
 * constants.
 */
TORCTL_API int32_t torctl_orconn_reason(const torctl_event *event);

/** tor's word for torctl_orconn_reason(). */
TORCTL_API const char *torctl_orconn_reason_text(const torctl_event *event);

/**
 * How many circuits the connection carried when it ended (NCIRCS). tor leaves it out when there
 * were none.
 */
TORCTL_API uint64_t torctl_orconn_circ_count(const torctl_event *event);

/* Bytes moved: BW, STREAM_BW, CONN_BW and CIRC_BW ---------------------------------------------- */

/*
 * tor counts its traffic and sends these events about once a second:
 * - BW: all of tor. A graph of the bandwidth needs nothing else; torctl_get_bandwidths() has the
 *   last five minutes.
 * - STREAM_BW: one event for each stream of an application that moved bytes. "Read" and "written"
 *   are the application's view, the opposite of tor's.
 * - CIRC_BW: one event for each circuit that moved bytes. There can be very many.
 * - CONN_BW: one event for each connection that moved bytes; only with TestingEnableConnBwEvent in
 *   a test network.
 */

/** What a connection carries. */
#define TORCTL_CONN_UNKNOWN 0
/** Traffic between relays, or between a client and its guard. */
#define TORCTL_CONN_OR 2201
/** Directory documents. */
#define TORCTL_CONN_DIR 2202
/** Traffic between this exit and a destination outside of the tor network. */
#define TORCTL_CONN_EXIT 2203

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_BW_READ_BYTES 10401
#define TORCTL_FIELD_BW_WRITTEN_BYTES 10402

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_STREAM_BW_STREAM_ID 10501
#define TORCTL_FIELD_STREAM_BW_WRITTEN_BYTES 10502
#define TORCTL_FIELD_STREAM_BW_READ_BYTES 10503
#define TORCTL_FIELD_STREAM_BW_TIME_UNIX_US 10504

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_CONN_BW_CONN_ID 10601
#define TORCTL_FIELD_CONN_BW_TYPE 10602
#define TORCTL_FIELD_CONN_BW_READ_BYTES 10603
#define TORCTL_FIELD_CONN_BW_WRITTEN_BYTES 10604

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_CIRC_BW_CIRC_ID 10701
#define TORCTL_FIELD_CIRC_BW_READ_BYTES 10702
#define TORCTL_FIELD_CIRC_BW_WRITTEN_BYTES 10703
#define TORCTL_FIELD_CIRC_BW_TIME_UNIX_US 10704
#define TORCTL_FIELD_CIRC_BW_DELIVERED_READ_BYTES 10705
#define TORCTL_FIELD_CIRC_BW_OVERHEAD_READ_BYTES 10706
#define TORCTL_FIELD_CIRC_BW_DELIVERED_WRITTEN_BYTES 10707
#define TORCTL_FIELD_CIRC_BW_OVERHEAD_WRITTEN_BYTES 10708
#define TORCTL_FIELD_CIRC_BW_SLOW_START 10709
#define TORCTL_FIELD_CIRC_BW_CWND_CELLS 10710
#define TORCTL_FIELD_CIRC_BW_RTT_MS 10711
#define TORCTL_FIELD_CIRC_BW_MIN_RTT_MS 10712

/**
 * tor's word for one of the TORCTL_CONN constants, for example "OR". "" for any other number.
 * The string is static.
 */
TORCTL_API const char *torctl_conn_type_name(int32_t number);

/** How many bytes tor read in the last second. */
TORCTL_API uint64_t torctl_bw_read_bytes(const torctl_event *event);

/** How many bytes tor wrote in the last second. */
TORCTL_API uint64_t torctl_bw_written_bytes(const torctl_event *event);

/** The number of the stream. */
TORCTL_API uint64_t torctl_stream_bw_stream_id(const torctl_event *event);

/** How many bytes the application wrote since the last event of the stream. */
TORCTL_API uint64_t torctl_stream_bw_written_bytes(const torctl_event *event);

/** How many bytes the application read since the last event of the stream. */
TORCTL_API uint64_t torctl_stream_bw_read_bytes(const torctl_event *event);

/** When tor counted. */
TORCTL_API int64_t torctl_stream_bw_time_unix_us(const torctl_event *event);

/** The number of the connection (ID). */
TORCTL_API uint64_t torctl_conn_bw_conn_id(const torctl_event *event);

/** What the connection carries (TYPE). One of the TORCTL_CONN constants. */
TORCTL_API int32_t torctl_conn_bw_type(const torctl_event *event);

/** tor's word for torctl_conn_bw_type(). */
TORCTL_API const char *torctl_conn_bw_type_text(const torctl_event *event);

/** How many bytes tor read since the last event of the connection (READ). */
TORCTL_API uint64_t torctl_conn_bw_read_bytes(const torctl_event *event);

/** How many bytes tor wrote since the last event of the connection (WRITTEN). */
TORCTL_API uint64_t torctl_conn_bw_written_bytes(const torctl_event *event);

/** The number of the circuit (ID). */
TORCTL_API uint64_t torctl_circ_bw_circ_id(const torctl_event *event);

/** How many bytes tor read since the last event of the circuit (READ). */
TORCTL_API uint64_t torctl_circ_bw_read_bytes(const torctl_event *event);

/** How many bytes tor wrote since the last event of the circuit (WRITTEN). */
TORCTL_API uint64_t torctl_circ_bw_written_bytes(const torctl_event *event);

/** When tor counted (TIME). */
TORCTL_API int64_t torctl_circ_bw_time_unix_us(const torctl_event *event);

/** How many of the bytes read were payload of valid cells (DELIVERED_READ). */
TORCTL_API uint64_t torctl_circ_bw_delivered_read_bytes(const torctl_event *event);

/** How many of the bytes read were unused room in valid cells (OVERHEAD_READ). */
TORCTL_API uint64_t torctl_circ_bw_overhead_read_bytes(const torctl_event *event);

/** How many of the bytes written were payload of cells (DELIVERED_WRITTEN). */
TORCTL_API uint64_t torctl_circ_bw_delivered_written_bytes(const torctl_event *event);

/** How many of the bytes written were unused room in cells (OVERHEAD_WRITTEN). */
TORCTL_API uint64_t torctl_circ_bw_overhead_written_bytes(const torctl_event *event);

/** 1 while congestion control is in slow start, 0 after that (SS). -1 if it is absent. */
TORCTL_API int32_t torctl_circ_bw_slow_start(const torctl_event *event);

/** The congestion window in cells (CWND). */
TORCTL_API uint64_t torctl_circ_bw_cwnd_cells(const torctl_event *event);

/** The round-trip time of the circuit in milliseconds (RTT). */
TORCTL_API uint64_t torctl_circ_bw_rtt_ms(const torctl_event *event);

/** The smallest round-trip time of the circuit so far in milliseconds (MIN_RTT). */
TORCTL_API uint64_t torctl_circ_bw_min_rtt_ms(const torctl_event *event);

/* Log messages: DEBUG, INFO, NOTICE, WARN and ERR ---------------------------------------------- */

/*
 * One event for each message that tor logs at that severity, whatever its log file gets. WARN and
 * ERR are what users should see; they often say what nothing else says, for example why tor does
 * not get into the network. INFO and DEBUG are very many. The text is for people: do not take it
 * apart, for it changes from version to version, and STATUS events say the same in fields.
 */

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_LOG_SEVERITY 10801
#define TORCTL_FIELD_LOG_TEXT 10802

/** How serious the message is. One of the TORCTL_SEVERITY constants. */
TORCTL_API int32_t torctl_log_severity(const torctl_event *event);

/**
 * The message, byte for byte as tor sent it. It is one argument, whatever it looks like:
 * torctl_event_find() finds nothing in it.
 */
TORCTL_API const char *torctl_log_text(const torctl_event *event);

/** The size of torctl_log_text(). */
TORCTL_API size_t torctl_log_text_size_bytes(const torctl_event *event);

/* What tor reports about itself: STATUS_GENERAL, STATUS_CLIENT and STATUS_SERVER --------------- */

/*
 * What tor also says in its log, for programs: an action, torctl_status_event_action(), and fields
 * that depend on it. Where a comment below begins with an action, the field belongs to that
 * action. The kind says whom the event concerns: every tor, clients, or relays. Most programs look
 * at BOOTSTRAP alone: torctl_status_event_progress() and torctl_status_event_summary() are the
 * progress bar of a start, torctl_status_event_warning() is what hinders it.
 * torctl_wait_bootstrapped() waits for its end.
 */

/**
 * How serious a log message or a status event is: DEBUG and INFO are details, NOTICE is worth
 * knowing, WARN needs attention, ERR keeps tor from its work. A status event is never less than
 * NOTICE.
 */
#define TORCTL_SEVERITY_UNKNOWN 0
#define TORCTL_SEVERITY_DEBUG 4801
#define TORCTL_SEVERITY_INFO 4802
#define TORCTL_SEVERITY_NOTICE 4803
#define TORCTL_SEVERITY_WARN 4804
#define TORCTL_SEVERITY_ERR 4805

/**
 * What a status event reports. STATUS_GENERAL has CLOCK_JUMPED to BAD_LIBEVENT, STATUS_CLIENT
 * has BOOTSTRAP to SOCKS_BAD_HOSTNAME, STATUS_SERVER has the rest.
 */
#define TORCTL_ACTION_UNKNOWN 0
/** The computer slept, or its clock was set. tor closes its circuits and builds others. */
#define TORCTL_ACTION_CLOCK_JUMPED 4901
/** The directory authorities do not recommend this version of tor. Suggest an update. */
#define TORCTL_ACTION_DANGEROUS_VERSION 4902
/** tor has no descriptor left for a connection. Raise its limit of open files. */
#define TORCTL_ACTION_TOO_MANY_CONNECTIONS 4903
/** tor met a bug of its own. Log it; a bug may come with many events, one for each line. */
#define TORCTL_ACTION_BUG 4904
/** The clock seems to be so wrong that tor may not work. Let the user set it. */
#define TORCTL_ACTION_CLOCK_SKEW 4905
/** tor reaches no directory. Most often the computer has no network. */
#define TORCTL_ACTION_DIR_ALL_UNREACHABLE 4906
/** The libevent of an older tor is known not to work well. */
#define TORCTL_ACTION_BAD_LIBEVENT 4907
/** The start went a step further, or something hinders it: then the severity is WARN. */
#define TORCTL_ACTION_BOOTSTRAP 4920
/** tor knows enough relays, and begins to build circuits. */
#define TORCTL_ACTION_ENOUGH_DIR_INFO 4921
/** What tor knew of relays is too old. It builds no circuits until ENOUGH_DIR_INFO. */
#define TORCTL_ACTION_NOT_ENOUGH_DIR_INFO 4922
/** tor has built a circuit: it can be used. */
#define TORCTL_ACTION_CIRCUIT_ESTABLISHED 4923
/** tor is not sure any more that it can build circuits. */
#define TORCTL_ACTION_CIRCUIT_NOT_ESTABLISHED 4924
/** A new consensus came, and it is valid. */
#define TORCTL_ACTION_CONSENSUS_ARRIVED 4925
/** An application connects to a port where passwords are often sent in clear. Warn the user. */
#define TORCTL_ACTION_DANGEROUS_PORT 4926
/**
 * An application gave an address in place of a name: it may have asked for it outside of tor.
 * Warn the user.
 */
#define TORCTL_ACTION_DANGEROUS_SOCKS 4927
/** An application speaks something else to the SOCKS port. Its settings are wrong. */
#define TORCTL_ACTION_SOCKS_UNKNOWN_PROTOCOL 4928
/** An application asks for a name that cannot be one. Its settings may be wrong. */
#define TORCTL_ACTION_SOCKS_BAD_HOSTNAME 4929
/** The relay's idea of its own address changed. */
#define TORCTL_ACTION_EXTERNAL_ADDRESS 4940
/** The relay begins to test whether its port can be reached from outside. */
#define TORCTL_ACTION_CHECKING_REACHABILITY 4941
/** The relay's port can be reached. */
#define TORCTL_ACTION_REACHABILITY_SUCCEEDED 4942
/** The relay's port cannot be reached. Look at firewall and router. */
#define TORCTL_ACTION_REACHABILITY_FAILED 4943
/** Some directory authority took the relay's descriptor. */
#define TORCTL_ACTION_GOOD_SERVER_DESCRIPTOR 4944
/** A directory authority took the relay's descriptor; torctl_status_event_dirauth() says which. */
#define TORCTL_ACTION_ACCEPTED_SERVER_DESCRIPTOR 4945
/**
 * A directory authority refused the relay's descriptor; torctl_status_event_reason_text() says
 * why.
 */
#define TORCTL_ACTION_BAD_SERVER_DESCRIPTOR 4946
/** One of the exit's name servers works again, or works no more. */
#define TORCTL_ACTION_NAMESERVER_STATUS 4947
/** None of the exit's name servers works. */
#define TORCTL_ACTION_NAMESERVER_ALL_DOWN 4948
/** The exit's name server gives addresses for names that do not exist. */
#define TORCTL_ACTION_DNS_HIJACKED 4949
/** The exit's name server gives wrong addresses for well-known names: tor stops being an exit. */
#define TORCTL_ACTION_DNS_USELESS 4950
/** The relay begins or ends its hibernation, in which it saves bandwidth. */
#define TORCTL_ACTION_HIBERNATION_STATUS 4951

/** Why the directory authorities do not recommend this version of tor. */
#define TORCTL_VERSION_REASON_UNKNOWN 0
/** It is newer than all that they recommend. */
#define TORCTL_VERSION_REASON_NEW 5001
/** It is older than all that they recommend. */
#define TORCTL_VERSION_REASON_OBSOLETE 5002
/** They recommend older and newer ones. */
#define TORCTL_VERSION_REASON_UNRECOMMENDED 5003

/**
 * How far the start of tor is. A start goes through these in this order and skips what it does
 * not need: transports and proxies, or documents that tor has from its last run. Each names what
 * tor does next or has done last; the text for users is torctl_status_event_summary(). Words
 * with AP are about the first circuit for applications.
 */
#define TORCTL_BOOTSTRAP_UNKNOWN 0
/** tor runs, and has connected to nothing. */
#define TORCTL_BOOTSTRAP_STARTING 5101
/** tor connects to a pluggable transport. */
#define TORCTL_BOOTSTRAP_CONN_PT 5102
/** tor is connected to the pluggable transport. */
#define TORCTL_BOOTSTRAP_CONN_DONE_PT 5103
/** tor connects to a proxy. */
#define TORCTL_BOOTSTRAP_CONN_PROXY 5104
/** tor is connected to the proxy. */
#define TORCTL_BOOTSTRAP_CONN_DONE_PROXY 5105
/** tor connects to a relay or bridge. */
#define TORCTL_BOOTSTRAP_CONN 5106
/** tor is connected to the relay or bridge. */
#define TORCTL_BOOTSTRAP_CONN_DONE 5107
/** tor shakes hands with the relay or bridge. */
#define TORCTL_BOOTSTRAP_HANDSHAKE 5108
/** tor has shaken hands with the relay or bridge. */
#define TORCTL_BOOTSTRAP_HANDSHAKE_DONE 5109
/** tor builds a circuit of one hop to a directory. */
#define TORCTL_BOOTSTRAP_ONEHOP_CREATE 5110
/** tor asks for the consensus. */
#define TORCTL_BOOTSTRAP_REQUESTING_STATUS 5111
/** tor loads the consensus. */
#define TORCTL_BOOTSTRAP_LOADING_STATUS 5112
/** tor loads the certificates of the directory authorities. */
#define TORCTL_BOOTSTRAP_LOADING_KEYS 5113
/** tor asks for descriptors of relays. */
#define TORCTL_BOOTSTRAP_REQUESTING_DESCRIPTORS 5114
/** tor loads descriptors of relays: the longest part of a first start. */
#define TORCTL_BOOTSTRAP_LOADING_DESCRIPTORS 5115
/** tor knows enough relays to build circuits. */
#define TORCTL_BOOTSTRAP_ENOUGH_DIRINFO 5116
/** tor connects to a pluggable transport. */
#define TORCTL_BOOTSTRAP_AP_CONN_PT 5117
/** tor is connected to the pluggable transport. */
#define TORCTL_BOOTSTRAP_AP_CONN_DONE_PT 5118
/** tor connects to a proxy. */
#define TORCTL_BOOTSTRAP_AP_CONN_PROXY 5119
/** tor is connected to the proxy. */
#define TORCTL_BOOTSTRAP_AP_CONN_DONE_PROXY 5120
/** tor connects to a relay or bridge. */
#define TORCTL_BOOTSTRAP_AP_CONN 5121
/** tor is connected to the relay or bridge. */
#define TORCTL_BOOTSTRAP_AP_CONN_DONE 5122
/** tor shakes hands with the relay or bridge. */
#define TORCTL_BOOTSTRAP_AP_HANDSHAKE 5123
/** tor has shaken hands with the relay or bridge. */
#define TORCTL_BOOTSTRAP_AP_HANDSHAKE_DONE 5124
/** tor builds its first circuit. */
#define TORCTL_BOOTSTRAP_CIRCUIT_CREATE 5125
/** tor can be used. */
#define TORCTL_BOOTSTRAP_DONE 5126

/** What tor recommends to do about a problem of its start. */
#define TORCTL_RECOMMENDATION_UNKNOWN 0
/** Nothing yet: tor tries again, and it may go well. */
#define TORCTL_RECOMMENDATION_IGNORE 5201
/** Tell the user: tor tried several times. */
#define TORCTL_RECOMMENDATION_WARN 5202

/** What tor did about a stream to a dangerous port. */
#define TORCTL_PORT_RESULT_UNKNOWN 0
/** tor refused it. */
#define TORCTL_PORT_RESULT_REJECT 5301
/** tor let it through. */
#define TORCTL_PORT_RESULT_WARN 5302

/** How a relay found its address. */
#define TORCTL_ADDRESS_METHOD_UNKNOWN 0
/** By none of the following. */
#define TORCTL_ADDRESS_METHOD_NONE 5401
/** From the option Address. */
#define TORCTL_ADDRESS_METHOD_CONFIGURED 5402
/** From the option ORPort. */
#define TORCTL_ADDRESS_METHOD_CONFIGURED_ORPORT 5403
/** From the host name of the computer. */
#define TORCTL_ADDRESS_METHOD_GETHOSTNAME 5404
/** From a network interface. */
#define TORCTL_ADDRESS_METHOD_INTERFACE 5405
/** From the name in the option Address, which it looked up. */
#define TORCTL_ADDRESS_METHOD_RESOLVED 5406

/** The new status in NAMESERVER_STATUS and HIBERNATION_STATUS. */
#define TORCTL_SERVER_STATUS_UNKNOWN 0
/** The name server works. */
#define TORCTL_SERVER_STATUS_UP 5501
/** The name server does not work. */
#define TORCTL_SERVER_STATUS_DOWN 5502
/** The relay carries traffic. */
#define TORCTL_SERVER_STATUS_AWAKE 5503
/** The relay accepts no new connections, and lets old ones end. */
#define TORCTL_SERVER_STATUS_SOFT 5504
/** The relay carries no traffic. */
#define TORCTL_SERVER_STATUS_HARD 5505

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_STATUS_EVENT_SEVERITY 10901
#define TORCTL_FIELD_STATUS_EVENT_ACTION 10902
#define TORCTL_FIELD_STATUS_EVENT_JUMP_S 10903
#define TORCTL_FIELD_STATUS_EVENT_IDLE 10904
#define TORCTL_FIELD_STATUS_EVENT_CURRENT 10905
#define TORCTL_FIELD_STATUS_EVENT_CURRENT_COUNT 10906
#define TORCTL_FIELD_STATUS_EVENT_RECOMMENDED 10907
#define TORCTL_FIELD_STATUS_EVENT_VERSION_REASON 10908
#define TORCTL_FIELD_STATUS_EVENT_BOOTSTRAP_REASON 10909
#define TORCTL_FIELD_STATUS_EVENT_REASON_TEXT 10910
#define TORCTL_FIELD_STATUS_EVENT_SKEW_S 10911
#define TORCTL_FIELD_STATUS_EVENT_MIN_SKEW_S 10912
#define TORCTL_FIELD_STATUS_EVENT_SOURCE 10913
#define TORCTL_FIELD_STATUS_EVENT_PROGRESS 10914
#define TORCTL_FIELD_STATUS_EVENT_TAG 10915
#define TORCTL_FIELD_STATUS_EVENT_PHASE 10916
#define TORCTL_FIELD_STATUS_EVENT_SUMMARY 10917
#define TORCTL_FIELD_STATUS_EVENT_WARNING 10918
#define TORCTL_FIELD_STATUS_EVENT_COUNT 10919
#define TORCTL_FIELD_STATUS_EVENT_RECOMMENDATION 10920
#define TORCTL_FIELD_STATUS_EVENT_HOST_ID 10921
#define TORCTL_FIELD_STATUS_EVENT_HOST 10922
#define TORCTL_FIELD_STATUS_EVENT_HOST_ADDRESS 10923
#define TORCTL_FIELD_STATUS_EVENT_PORT 10924
#define TORCTL_FIELD_STATUS_EVENT_RESULT 10925
#define TORCTL_FIELD_STATUS_EVENT_PROTOCOL 10926
#define TORCTL_FIELD_STATUS_EVENT_ADDRESS 10927
#define TORCTL_FIELD_STATUS_EVENT_DATA 10928
#define TORCTL_FIELD_STATUS_EVENT_HOSTNAME 10929
#define TORCTL_FIELD_STATUS_EVENT_METHOD 10930
#define TORCTL_FIELD_STATUS_EVENT_OR_ADDRESS 10931
#define TORCTL_FIELD_STATUS_EVENT_DIRAUTH 10932
#define TORCTL_FIELD_STATUS_EVENT_NAMESERVER 10933
#define TORCTL_FIELD_STATUS_EVENT_STATUS 10934
#define TORCTL_FIELD_STATUS_EVENT_ERR 10935

/**
 * tor's word for one of the TORCTL_SEVERITY constants, for example "DEBUG". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_severity_name(int32_t number);

/**
 * tor's word for one of the TORCTL_ACTION constants, for example "CLOCK_JUMPED". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_status_action_name(int32_t number);

/**
 * tor's word for one of the TORCTL_VERSION_REASON constants, for example "NEW". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_version_reason_name(int32_t number);

/**
 * tor's word for one of the TORCTL_BOOTSTRAP constants, for example "starting". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_bootstrap_tag_name(int32_t number);

/**
 * tor's word for one of the TORCTL_RECOMMENDATION constants, for example "ignore". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_recommendation_name(int32_t number);

/**
 * tor's word for one of the TORCTL_PORT_RESULT constants, for example "REJECT". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_port_result_name(int32_t number);

/**
 * tor's word for one of the TORCTL_ADDRESS_METHOD constants, for example "NONE". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_address_method_name(int32_t number);

/**
 * tor's word for one of the TORCTL_SERVER_STATUS constants, for example "UP". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_server_status_name(int32_t number);

/** How serious it is. One of the TORCTL_SEVERITY constants. */
TORCTL_API int32_t torctl_status_event_severity(const torctl_event *event);

/** tor's word for torctl_status_event_severity(). */
TORCTL_API const char *torctl_status_event_severity_text(const torctl_event *event);

/** What is reported. One of the TORCTL_ACTION constants. */
TORCTL_API int32_t torctl_status_event_action(const torctl_event *event);

/** tor's word for torctl_status_event_action(). */
TORCTL_API const char *torctl_status_event_action_text(const torctl_event *event);

/** CLOCK_JUMPED: by how many seconds the clock jumped; negative if back (TIME). */
TORCTL_API int64_t torctl_status_event_jump_s(const torctl_event *event);

/**
 * CLOCK_JUMPED: 1 if tor was idle, for example because the computer slept; 0 if not (IDLE). -1
 * if it is absent.
 */
TORCTL_API int32_t torctl_status_event_idle(const torctl_event *event);

/**
 * DANGEROUS_VERSION, TOO_MANY_CONNECTIONS: the version of this tor in DANGEROUS_VERSION, the
 * number of connections as text in TOO_MANY_CONNECTIONS (CURRENT).
 */
TORCTL_API const char *torctl_status_event_current(const torctl_event *event);

/** TOO_MANY_CONNECTIONS: how many connections are open (CURRENT). */
TORCTL_API uint64_t torctl_status_event_current_count(const torctl_event *event);

/** DANGEROUS_VERSION: the recommended versions, separated by commas (RECOMMENDED). */
TORCTL_API const char *torctl_status_event_recommended(const torctl_event *event);

/**
 * DANGEROUS_VERSION: what is wrong with the version (REASON). One of the TORCTL_VERSION_REASON
 * constants.
 */
TORCTL_API int32_t torctl_status_event_version_reason(const torctl_event *event);

/** BOOTSTRAP: why tor does not get further (REASON). One of the TORCTL_ORCONN_REASON constants. */
TORCTL_API int32_t torctl_status_event_bootstrap_reason(const torctl_event *event);

/**
 * The reason of any action as text, unquoted (REASON). A word, or the message of a BUG with its
 * line end.
 */
TORCTL_API const char *torctl_status_event_reason_text(const torctl_event *event);

/** The size of torctl_status_event_reason_text(). */
TORCTL_API size_t torctl_status_event_reason_text_size_bytes(const torctl_event *event);

/** CLOCK_SKEW: by how many seconds this computer's clock is ahead; negative if behind (SKEW). */
TORCTL_API int64_t torctl_status_event_skew_s(const torctl_event *event);

/** CLOCK_SKEW: by how many seconds the clock is wrong at least (MIN_SKEW). */
TORCTL_API int64_t torctl_status_event_min_skew_s(const torctl_event *event);

/** CLOCK_SKEW: where tor has the right time from, for example "CONSENSUS" (SOURCE). */
TORCTL_API const char *torctl_status_event_source(const torctl_event *event);

/** BOOTSTRAP: how far the start is, from 0 to 100 (PROGRESS). -1 if it is absent. */
TORCTL_API int32_t torctl_status_event_progress(const torctl_event *event);

/** BOOTSTRAP: how far the start is, as tor's word, for example "conn_done" (TAG). */
TORCTL_API const char *torctl_status_event_tag(const torctl_event *event);

/** BOOTSTRAP: how far the start is (TAG). One of the TORCTL_BOOTSTRAP constants. */
TORCTL_API int32_t torctl_status_event_phase(const torctl_event *event);

/** BOOTSTRAP: what tor does next, as a text for users (SUMMARY). */
TORCTL_API const char *torctl_status_event_summary(const torctl_event *event);

/** BOOTSTRAP: what went wrong, as a text for users (WARNING). */
TORCTL_API const char *torctl_status_event_warning(const torctl_event *event);

/** BOOTSTRAP: how many problems this phase has had so far (COUNT). */
TORCTL_API uint64_t torctl_status_event_count(const torctl_event *event);

/**
 * BOOTSTRAP: whether to tell the user (RECOMMENDATION). One of the TORCTL_RECOMMENDATION
 * constants.
 */
TORCTL_API int32_t torctl_status_event_recommendation(const torctl_event *event);

/** tor's word for torctl_status_event_recommendation(). */
TORCTL_API const char *torctl_status_event_recommendation_text(const torctl_event *event);

/** BOOTSTRAP: the fingerprint of the relay or bridge that made trouble, or "?" (HOSTID). */
TORCTL_API const char *torctl_status_event_host_id(const torctl_event *event);

/**
 * BOOTSTRAP: what torctl_status_event_host_id() is, under the keyword of the specification
 * (HOST); tors of today do not use that.
 */
TORCTL_API const char *torctl_status_event_host(const torctl_event *event);

/** BOOTSTRAP: address and port of the relay or bridge that made trouble, or "?" (HOSTADDR). */
TORCTL_API const char *torctl_status_event_host_address(const torctl_event *event);

/** DANGEROUS_PORT: the port (PORT). */
TORCTL_API uint16_t torctl_status_event_port(const torctl_event *event);

/** DANGEROUS_PORT: what tor did about it (RESULT). One of the TORCTL_PORT_RESULT constants. */
TORCTL_API int32_t torctl_status_event_result(const torctl_event *event);

/** tor's word for torctl_status_event_result(). */
TORCTL_API const char *torctl_status_event_result_text(const torctl_event *event);

/** DANGEROUS_SOCKS: the protocol, for example "SOCKS4" (PROTOCOL). */
TORCTL_API const char *torctl_status_event_protocol(const torctl_event *event);

/**
 * DANGEROUS_SOCKS: where the application wanted to go (ADDRESS). In EXTERNAL_ADDRESS, the
 * address of this relay.
 */
TORCTL_API const char *torctl_status_event_address(const torctl_event *event);

/** SOCKS_UNKNOWN_PROTOCOL: the first bytes that the application sent, unquoted (DATA). */
TORCTL_API const char *torctl_status_event_data(const torctl_event *event);

/** The size of torctl_status_event_data(). */
TORCTL_API size_t torctl_status_event_data_size_bytes(const torctl_event *event);

/**
 * SOCKS_BAD_HOSTNAME: the name that was asked for, unquoted (HOSTNAME). It may hold any bytes.
 * In EXTERNAL_ADDRESS, the name that was looked up.
 */
TORCTL_API const char *torctl_status_event_hostname(const torctl_event *event);

/** The size of torctl_status_event_hostname(). */
TORCTL_API size_t torctl_status_event_hostname_size_bytes(const torctl_event *event);

/**
 * EXTERNAL_ADDRESS: how the relay found the address (METHOD). One of the TORCTL_ADDRESS_METHOD
 * constants.
 */
TORCTL_API int32_t torctl_status_event_method(const torctl_event *event);

/** tor's word for torctl_status_event_method(). */
TORCTL_API const char *torctl_status_event_method_text(const torctl_event *event);

/**
 * CHECKING_REACHABILITY, REACHABILITY_SUCCEEDED, REACHABILITY_FAILED: address and port that are
 * tested (ORADDRESS).
 */
TORCTL_API const char *torctl_status_event_or_address(const torctl_event *event);

/**
 * ACCEPTED_SERVER_DESCRIPTOR, BAD_SERVER_DESCRIPTOR: address and port of the directory authority
 * (DIRAUTH).
 */
TORCTL_API const char *torctl_status_event_dirauth(const torctl_event *event);

/** NAMESERVER_STATUS: the name server (NS). */
TORCTL_API const char *torctl_status_event_nameserver(const torctl_event *event);

/**
 * NAMESERVER_STATUS, HIBERNATION_STATUS: the new status (STATUS). One of the
 * TORCTL_SERVER_STATUS constants.
 */
TORCTL_API int32_t torctl_status_event_status(const torctl_event *event);

/** tor's word for torctl_status_event_status(). */
TORCTL_API const char *torctl_status_event_status_text(const torctl_event *event);

/** NAMESERVER_STATUS: what went wrong (ERR). */
TORCTL_API const char *torctl_status_event_err(const torctl_event *event);

/* Events that the library makes itself: STATE, GAP and HEALTH ---------------------------------- */

/*
 * STATE comes when the controller's state changes, to those that ask for it: a program sees here
 * that the connection is lost, and torctl_state_event_message() says why. GAP comes without being
 * asked for, where a full queue dropped events, or where a controller that reconnects had no
 * connection. What a program has learned from events may be out of date then: it asks tor again,
 * for example by torctl_get_circuits(). HEALTH comes to those that ask for it, one for each item of
 * torctl_get_health() that changed, before the event of tor that it was learned from. When the
 * connection ends only the item CONNECTION is told; of the others nothing is known then.
 */

/** Why events are missing. */
#define TORCTL_GAP_UNKNOWN 0
/** The queue was full. */
#define TORCTL_GAP_QUEUE 6101
/** There was no connection. */
#define TORCTL_GAP_CONNECTION 6102

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_STATE_EVENT_STATE 11001
#define TORCTL_FIELD_STATE_EVENT_CAUSE 11002
#define TORCTL_FIELD_STATE_EVENT_MESSAGE 11003
#define TORCTL_FIELD_STATE_EVENT_DELAY_MS 11004
#define TORCTL_FIELD_STATE_EVENT_INCARNATION 11005
#define TORCTL_FIELD_STATE_EVENT_VERSION 11006
#define TORCTL_FIELD_STATE_EVENT_PID 11007

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_GAP_LOST_EVENTS 11101
#define TORCTL_FIELD_GAP_LOST_BYTES 11102
#define TORCTL_FIELD_GAP_CAUSE 11103
#define TORCTL_FIELD_GAP_FROM_US 11104
#define TORCTL_FIELD_GAP_TO_US 11105

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_HEALTH_EVENT_ITEM 12501
#define TORCTL_FIELD_HEALTH_EVENT_LEVEL 12502
#define TORCTL_FIELD_HEALTH_EVENT_OLD_LEVEL 12503
#define TORCTL_FIELD_HEALTH_EVENT_VERDICT 12504
#define TORCTL_FIELD_HEALTH_EVENT_OLD_VERDICT 12505
#define TORCTL_FIELD_HEALTH_EVENT_VALUE 12506
#define TORCTL_FIELD_HEALTH_EVENT_OLD_VALUE 12507
#define TORCTL_FIELD_HEALTH_EVENT_REASON 12508
#define TORCTL_FIELD_HEALTH_EVENT_MESSAGE 12509

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_RESULT_TAG 12701

/**
 * The word for one of the TORCTL_GAP constants, for example "QUEUE". "" for any other number.
 * The string is static.
 */
TORCTL_API const char *torctl_gap_cause_name(int32_t number);

/** The new state of the controller. One of the TORCTL_STATE constants. */
TORCTL_API int32_t torctl_state_event_state(const torctl_event *event);

/**
 * Why there is no connection, in one word (CAUSE): "LOCAL" (the program closed it), "EOF" (tor
 * closed it, for example because tor ended), "ERROR" (the system reported an error), "PROTOCOL"
 * (the peer does not speak the protocol) or "ENDED" (the tor that torctl_launch() had started
 * for a controller that reconnects has ended); of an attempt to reconnect also "CONNECT" (no tor
 * is there), "AUTH" (tor refused the login) or "TIMEOUT". Absent but for TORCTL_STATE_CLOSED and
 * TORCTL_STATE_WAITING.
 */
TORCTL_API const char *torctl_state_event_cause(const torctl_event *event);

/** The same in a sentence for people (MESSAGE). */
TORCTL_API const char *torctl_state_event_message(const torctl_event *event);

/**
 * In how many milliseconds the controller tries again (DELAY_MS). Only for TORCTL_STATE_WAITING.
 */
TORCTL_API uint64_t torctl_state_event_delay_ms(const torctl_event *event);

/**
 * Which tor it is, one after the other: see torctl_controller_incarnation() (INCARNATION). Only
 * for TORCTL_STATE_READY.
 */
TORCTL_API uint64_t torctl_state_event_incarnation(const torctl_event *event);

/**
 * tor's version, as tor says it at the login (VERSION). Only for TORCTL_STATE_READY, and absent
 * where tor was not asked.
 */
TORCTL_API const char *torctl_state_event_version(const torctl_event *event);

/**
 * tor's process id, for a controller that reconnects (PID). Only for TORCTL_STATE_READY, and 0
 * where tor does not say it.
 */
TORCTL_API uint64_t torctl_state_event_pid(const torctl_event *event);

/** How many events were dropped here (LOST_EVENTS). */
TORCTL_API uint64_t torctl_gap_lost_events(const torctl_event *event);

/** How many bytes those events had (LOST_BYTES). */
TORCTL_API uint64_t torctl_gap_lost_bytes(const torctl_event *event);

/**
 * Why events are missing, as one of the TORCTL_GAP constants (CAUSE). If both reasons come
 * together it is TORCTL_GAP_CONNECTION, with the number of those that the queue dropped. One of
 * the TORCTL_GAP constants.
 */
TORCTL_API int32_t torctl_gap_cause(const torctl_event *event);

/**
 * When the connection was lost, in microseconds since 1970 (FROM_US). Only for
 * TORCTL_GAP_CONNECTION.
 */
TORCTL_API uint64_t torctl_gap_from_us(const torctl_event *event);

/**
 * When the controller was ready again, in microseconds since 1970 (TO_US). Only for
 * TORCTL_GAP_CONNECTION.
 */
TORCTL_API uint64_t torctl_gap_to_us(const torctl_event *event);

/** What changed. One of the TORCTL_HEALTH_ITEM constants. */
TORCTL_API int32_t torctl_health_event_item(const torctl_event *event);

/** How well it does now. One of the TORCTL_HEALTH constants. */
TORCTL_API int32_t torctl_health_event_level(const torctl_event *event);

/** How well it did before (WAS). One of the TORCTL_HEALTH constants. */
TORCTL_API int32_t torctl_health_event_old_level(const torctl_event *event);

/** The verdict about all of tor now (VERDICT). One of the TORCTL_HEALTH constants. */
TORCTL_API int32_t torctl_health_event_verdict(const torctl_event *event);

/** The verdict before (VERDICT_WAS). One of the TORCTL_HEALTH constants. */
TORCTL_API int32_t torctl_health_event_old_verdict(const torctl_event *event);

/**
 * What is so now (TO): the state of the controller for CONNECTION, the percentage for BOOTSTRAP,
 * how many can be used for GUARDS, how many are published of how many for ONIONS ("1/2"), the
 * seconds for CLOCK, "1" or "0" for the others.
 */
TORCTL_API const char *torctl_health_event_value(const torctl_event *event);

/** What was so before; "" if that was not known (FROM). */
TORCTL_API const char *torctl_health_event_old_value(const torctl_event *event);

/** Why it does not do better: one of the TORCTL_REASON constants (REASON). -1 if it is absent. */
TORCTL_API int32_t torctl_health_event_reason(const torctl_event *event);

/** Why it is so, in a sentence for people (MESSAGE). */
TORCTL_API const char *torctl_health_event_message(const torctl_event *event);

/** The tag that torctl_call_set_queue() gave the call (TAG). */
TORCTL_API uint64_t torctl_result_tag(const torctl_event *event);

/* What is there again after a restart of tor: RESTORED ----------------------------------------- */

/*
 * A controller that reconnects (torctl_options_set_reconnect()) finds a tor on which nothing of
 * what the program had set up is left. It sets it up again, before its state becomes READY, and
 * reports each thing by one event to those that ask for this kind. Once set up again are, in this
 * order: what torctl_take_ownership() took; options of torctl_keep_conf(); the attacher's option;
 * mappings of torctl_map_address(), also of addresses that tor chose; keys of
 * torctl_onion_client_auth_add() that are not permanent; services of torctl_add_onion(), with the
 * same addresses. What was undone by torctl_del_onion() and its like is not; what was done by
 * torctl_request() is not known.
 */

/** tor ends with the connection: torctl_take_ownership(). */
#define TORCTL_SETUP_OWNERSHIP 6401
/** Options that torctl_keep_conf() set. */
#define TORCTL_SETUP_CONF 6402
/** The option by which tor leaves new streams to torctl_attacher_set(). */
#define TORCTL_SETUP_ATTACHER 6403
/** A mapping of torctl_map_address(). */
#define TORCTL_SETUP_MAPADDRESS 6404
/** A key of torctl_onion_client_auth_add(). */
#define TORCTL_SETUP_CLIENT_AUTH 6405
/** A service of torctl_add_onion(). */
#define TORCTL_SETUP_ONION 6406
/** Events that queues and listeners want. */
#define TORCTL_SETUP_EVENTS 6407
/** It is there again. */
#define TORCTL_RESTORED_RESTORED 6501
/** It is not there: torctl_restored_message() says why. */
#define TORCTL_RESTORED_LOST 6502
/** It needed no restoring: a detached service that tor still had. */
#define TORCTL_RESTORED_LIVES 6503

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_RESTORED_WHAT 12601
#define TORCTL_FIELD_RESTORED_OUTCOME 12602
#define TORCTL_FIELD_RESTORED_WHICH 12603
#define TORCTL_FIELD_RESTORED_CODE 12604
#define TORCTL_FIELD_RESTORED_MESSAGE 12605

/**
 * The word for one of the TORCTL_SETUP constants, for example "OWNERSHIP". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_setup_part_name(int32_t number);

/**
 * The word for one of the TORCTL_RESTORED constants, for example "RESTORED". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_restored_outcome_name(int32_t number);

/** What was set up. One of the TORCTL_SETUP constants. */
TORCTL_API int32_t torctl_restored_what(const torctl_event *event);

/** What became of it. One of the TORCTL_RESTORED constants. */
TORCTL_API int32_t torctl_restored_outcome(const torctl_event *event);

/**
 * Which one it is (WHICH): the address of a service, with ".onion"; an address that is mapped;
 * names of options, with commas between them; "" where there is only one, or where it is about
 * several. Never a key.
 */
TORCTL_API const char *torctl_restored_which(const torctl_event *event);

/** The code of tor's reply; 0 if there was none (CODE). */
TORCTL_API uint64_t torctl_restored_code(const torctl_event *event);

/** tor's words, or why tor was not asked (MESSAGE). */
TORCTL_API const char *torctl_restored_message(const torctl_event *event);

/* Addresses that tor maps to others: ADDRMAP --------------------------------------------------- */

/*
 * tor sends ADDRMAP when it has looked up a name, for an application or for torctl_resolve(), and
 * when torctl_map_address() or the configuration maps an address. torctl_addrmap_from() is what is
 * mapped and torctl_addrmap_to() where it leads. torctl_get_mappings() has the mappings that
 * exist.
 */

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_ADDRMAP_FROM 11201
#define TORCTL_FIELD_ADDRMAP_TO 11202
#define TORCTL_FIELD_ADDRMAP_IS_ERROR 11203
#define TORCTL_FIELD_ADDRMAP_EXPIRY_LOCAL 11204
#define TORCTL_FIELD_ADDRMAP_NEVER_EXPIRES 11205
#define TORCTL_FIELD_ADDRMAP_ERROR 11206
#define TORCTL_FIELD_ADDRMAP_EXPIRES_UNIX_US 11207
#define TORCTL_FIELD_ADDRMAP_CACHED 11208
#define TORCTL_FIELD_ADDRMAP_STREAM_ID 11209

/** The name or address that is mapped. It may be a pattern, for example *.example.com. */
TORCTL_API const char *torctl_addrmap_from(const torctl_event *event);

/** What it is mapped to; "<error>" when the name could not be looked up. */
TORCTL_API const char *torctl_addrmap_to(const torctl_event *event);

/** 1 if the name could not be looked up, 0 otherwise. */
TORCTL_API int torctl_addrmap_is_error(const torctl_event *event);

/**
 * When the mapping ends in the local time of tor's computer, YYYY-MM-DD HH:MM:SS, or "NEVER".
 * For comparisons use torctl_addrmap_expires_unix_us().
 */
TORCTL_API const char *torctl_addrmap_expiry_local(const torctl_event *event);

/** 1 if the mapping does not end, 0 otherwise. */
TORCTL_API int torctl_addrmap_never_expires(const torctl_event *event);

/**
 * What went wrong (error). "yes" (tor says error=yes) is a failed lookup, "internal" one that
 * tor could not begin.
 */
TORCTL_API const char *torctl_addrmap_error(const torctl_event *event);

/** When the mapping ends (EXPIRES). For a failed lookup it may be in the past. */
TORCTL_API int64_t torctl_addrmap_expires_unix_us(const torctl_event *event);

/**
 * 1 if tor keeps the mapping until it ends, 0 if it only answers a lookup (CACHED). -1 if it is
 * absent or another word.
 */
TORCTL_API int torctl_addrmap_cached(const torctl_event *event);

/** The number of the stream that asked (STREAMID). */
TORCTL_API uint64_t torctl_addrmap_stream_id(const torctl_event *event);

/* Changes of guards: GUARD --------------------------------------------------------------------- */

/*
 * A guard is a relay that tor uses as the first hop of its circuits for a long time. tor sends
 * GUARD when it chooses one, gives one up, or finds that one can be used or not.
 * torctl_guard_fingerprint() says which, torctl_guard_status() what happened. When all guards go
 * DOWN, most often the computer has no network. torctl_get_guards() has the present guards.
 */

/** What happened to a guard. */
#define TORCTL_GUARD_UNKNOWN 0
/** tor chose the relay as a guard. */
#define TORCTL_GUARD_NEW 3201
/** The guard can be reached. */
#define TORCTL_GUARD_UP 3202
/** The guard cannot be reached. */
#define TORCTL_GUARD_DOWN 3203
/** The relay is a guard no longer. */
#define TORCTL_GUARD_DROPPED 3204
/** The consensus or the configuration forbids to use the guard. */
#define TORCTL_GUARD_BAD 3205
/** The guard can be used again after BAD. */
#define TORCTL_GUARD_GOOD 3206
/** Like BAD, for a guard of the second layer, which onion services use (vanguards). */
#define TORCTL_GUARD_BAD_L2 3207
/** Like GOOD, for a guard of the second layer. */
#define TORCTL_GUARD_GOOD_L2 3208

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_GUARD_TYPE 11301
#define TORCTL_FIELD_GUARD_NAME 11302
#define TORCTL_FIELD_GUARD_FINGERPRINT 11303
#define TORCTL_FIELD_GUARD_NICKNAME 11304
#define TORCTL_FIELD_GUARD_STATUS 11305

/**
 * tor's word for one of the TORCTL_GUARD constants, for example "NEW". "" for any other number.
 * The string is static.
 */
TORCTL_API const char *torctl_guard_status_name(int32_t number);

/** The kind of guard: always "ENTRY" so far. */
TORCTL_API const char *torctl_guard_type(const torctl_event *event);

/** The relay as tor wrote it: $FINGERPRINT~nickname. The nickname may be empty. */
TORCTL_API const char *torctl_guard_name(const torctl_event *event);

/** The fingerprint of the relay. */
TORCTL_API const char *torctl_guard_fingerprint(const torctl_event *event);

/** The nickname of the relay. */
TORCTL_API const char *torctl_guard_nickname(const torctl_event *event);

/** What happened to the guard. One of the TORCTL_GUARD constants. */
TORCTL_API int32_t torctl_guard_status(const torctl_event *event);

/** tor's word for torctl_guard_status(). */
TORCTL_API const char *torctl_guard_status_text(const torctl_event *event);

/* Options of tor's configuration that changed: CONF_CHANGED ------------------------------------ */

/*
 * tor sends one event for each change: by torctl_set_conf() or another controller, or when tor
 * read its configuration again. It has one line for each option, and for one that may be given
 * several times, a line for each of its values, in order. A program that keeps values of options
 * updates them here. Values are in tor's form, which need not be the one that was given: "{us}"
 * may become "{us},{??}".
 */

/** How many lines the event has. */
TORCTL_API size_t torctl_conf_changed_count(const torctl_event *event);

/** The name of the option of a line. */
TORCTL_API const char *torctl_conf_changed_name(const torctl_event *event, size_t index);

/** The value of a line, unquoted if tor quoted it. */
TORCTL_API const char *torctl_conf_changed_value(const torctl_event *event, size_t index);

/** The size of torctl_conf_changed_value(). */
TORCTL_API size_t torctl_conf_changed_value_size_bytes(const torctl_event *event, size_t index);

/**
 * 1 if the option of a line is unset now and has its default; 0 if it has a value, even an empty
 * one.
 */
TORCTL_API int torctl_conf_changed_is_unset(const torctl_event *event, size_t index);

/* News about relays: NEWDESC, DESCCHANGED, NS and NEWCONSENSUS --------------------------------- */

/*
 * - NEWDESC: tor has new server descriptors of the relays listed. New microdescriptors do not
 *   count.
 * - DESCCHANGED: the descriptor of this relay changed. The event has no fields.
 * - NS: the router status entries of some relays changed. They are in torctl_ns_document(), for
 *   torctl_routers_parse().
 * - NEWCONSENSUS: a new consensus came. All its entries are in torctl_ns_document(): some
 *   megabytes.
 */

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_NEWDESC_COUNT 11501

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_NS_DOCUMENT 11601

/** How many relays have a new descriptor. */
TORCTL_API size_t torctl_newdesc_count(const torctl_event *event);

/** The fingerprint of a relay. */
TORCTL_API const char *torctl_newdesc_fingerprint(const torctl_event *event, size_t index);

/** The nickname of a relay. */
TORCTL_API const char *torctl_newdesc_nickname(const torctl_event *event, size_t index);

/**
 * The router status entries as text: lines r, a, s, w and p, each ended by LF. Of the relays
 * that changed for NS, of all relays for NEWCONSENSUS.
 */
TORCTL_API const char *torctl_ns_document(const torctl_event *event);

/** The size of torctl_ns_document(). */
TORCTL_API size_t torctl_ns_document_size_bytes(const torctl_event *event);

/* Onion-service descriptors: HS_DESC and HS_DESC_CONTENT --------------------------------------- */

/*
 * A service publishes its descriptor to several directory relays, and a client asks one after the
 * other for it. HS_DESC tells of each step and each directory relay: torctl_hs_desc_action(),
 * torctl_hs_desc_address() and torctl_hs_desc_hsdir() say what happened to which service where.
 * One FAILED does not mean much; a service can be reached after one UPLOADED. HS_DESC_CONTENT has
 * what a client got from one directory relay. torctl_onion_wait_published() and
 * torctl_fetch_onion() look at all of these for the program.
 */

/** What happened to a descriptor. */
#define TORCTL_HS_DESC_UNKNOWN 0
/** tor asks a directory relay for it. */
#define TORCTL_HS_DESC_REQUESTED 3301
/** tor made a new one for its own service. */
#define TORCTL_HS_DESC_CREATED 3302
/** tor sends it to a directory relay. */
#define TORCTL_HS_DESC_UPLOAD 3303
/** The directory relay has taken it: clients can find the service. */
#define TORCTL_HS_DESC_UPLOADED 3304
/** The directory relay gave it, and it is valid. */
#define TORCTL_HS_DESC_RECEIVED 3305
/** The directory relay did not give or take it; torctl_hs_desc_reason() says why. */
#define TORCTL_HS_DESC_FAILED 3306
/** An older tor had a good one already. */
#define TORCTL_HS_DESC_IGNORE 3307

/** What a service asks of its clients. */
#define TORCTL_HS_AUTH_UNKNOWN 0
/** Nothing. */
#define TORCTL_HS_AUTH_NO_AUTH 3401
/** A key of the client. */
#define TORCTL_HS_AUTH_REND_V3_AUTH 3402
/** The basic authorization of version 2, which tor no longer has. */
#define TORCTL_HS_AUTH_BASIC_AUTH 3403
/** The stealth authorization of version 2, which tor no longer has. */
#define TORCTL_HS_AUTH_STEALTH_AUTH 3404

/** Why a directory relay did not give or take a descriptor. */
#define TORCTL_HS_DESC_REASON_UNKNOWN 0
/** What it gave is no valid descriptor. */
#define TORCTL_HS_DESC_REASON_BAD_DESC 3501
/** It refused the question. */
#define TORCTL_HS_DESC_REASON_QUERY_REJECTED 3502
/** It refused the descriptor. */
#define TORCTL_HS_DESC_REASON_UPLOAD_REJECTED 3503
/** It has no descriptor of this service. */
#define TORCTL_HS_DESC_REASON_NOT_FOUND 3504
/** For a reason that tor does not know. */
#define TORCTL_HS_DESC_REASON_UNEXPECTED 3505
/** tor found no directory relay to ask. */
#define TORCTL_HS_DESC_REASON_QUERY_NO_HSDIR 3506
/** tor asked all of them a short time ago, and does not ask again yet. */
#define TORCTL_HS_DESC_REASON_QUERY_RATE_LIMITED 3507

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_HS_DESC_ACTION 11701
#define TORCTL_FIELD_HS_DESC_ADDRESS 11702
#define TORCTL_FIELD_HS_DESC_AUTH_TYPE 11703
#define TORCTL_FIELD_HS_DESC_HSDIR 11704
#define TORCTL_FIELD_HS_DESC_HSDIR_FINGERPRINT 11705
#define TORCTL_FIELD_HS_DESC_HSDIR_NICKNAME 11706
#define TORCTL_FIELD_HS_DESC_DESCRIPTOR_ID 11707
#define TORCTL_FIELD_HS_DESC_REASON 11708
#define TORCTL_FIELD_HS_DESC_REPLICA 11709
#define TORCTL_FIELD_HS_DESC_HSDIR_INDEX 11710

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_HS_DESC_CONTENT_ADDRESS 11801
#define TORCTL_FIELD_HS_DESC_CONTENT_DESCRIPTOR_ID 11802
#define TORCTL_FIELD_HS_DESC_CONTENT_HSDIR 11803
#define TORCTL_FIELD_HS_DESC_CONTENT_HSDIR_FINGERPRINT 11804
#define TORCTL_FIELD_HS_DESC_CONTENT_HSDIR_NICKNAME 11805
#define TORCTL_FIELD_HS_DESC_CONTENT_FOUND 11806
#define TORCTL_FIELD_HS_DESC_CONTENT_DESCRIPTOR 11807

/**
 * tor's word for one of the TORCTL_HS_DESC constants, for example "REQUESTED". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_hs_desc_action_name(int32_t number);

/**
 * tor's word for one of the TORCTL_HS_AUTH constants, for example "NO_AUTH". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_hs_desc_auth_name(int32_t number);

/**
 * tor's word for one of the TORCTL_HS_DESC_REASON constants, for example "BAD_DESC". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_hs_desc_reason_name(int32_t number);

/** What happened. One of the TORCTL_HS_DESC constants. */
TORCTL_API int32_t torctl_hs_desc_action(const torctl_event *event);

/** tor's word for torctl_hs_desc_action(). */
TORCTL_API const char *torctl_hs_desc_action_text(const torctl_event *event);

/** The onion address without .onion, or "UNKNOWN". */
TORCTL_API const char *torctl_hs_desc_address(const torctl_event *event);

/**
 * What the service asks of its clients. tor does not say it of uploads. One of the
 * TORCTL_HS_AUTH constants.
 */
TORCTL_API int32_t torctl_hs_desc_auth_type(const torctl_event *event);

/** tor's word for torctl_hs_desc_auth_type(). */
TORCTL_API const char *torctl_hs_desc_auth_type_text(const torctl_event *event);

/** The directory relay as tor wrote it: $FINGERPRINT~nickname, or "UNKNOWN". */
TORCTL_API const char *torctl_hs_desc_hsdir(const torctl_event *event);

/** The fingerprint of the directory relay. */
TORCTL_API const char *torctl_hs_desc_hsdir_fingerprint(const torctl_event *event);

/** The nickname of the directory relay. */
TORCTL_API const char *torctl_hs_desc_hsdir_nickname(const torctl_event *event);

/** The identifier of the descriptor. Absent for UPLOADED and for an upload that FAILED. */
TORCTL_API const char *torctl_hs_desc_descriptor_id(const torctl_event *event);

/** At FAILED: why (REASON). One of the TORCTL_HS_DESC_REASON constants. */
TORCTL_API int32_t torctl_hs_desc_reason(const torctl_event *event);

/** tor's word for torctl_hs_desc_reason(). */
TORCTL_API const char *torctl_hs_desc_reason_text(const torctl_event *event);

/** The replica of the descriptor; only from older tors (REPLICA). -1 if it is absent. */
TORCTL_API int32_t torctl_hs_desc_replica(const torctl_event *event);

/**
 * The place of the directory relay in the ring of directory relays: 64 hexadecimal digits
 * (HSDIR_INDEX).
 */
TORCTL_API const char *torctl_hs_desc_hsdir_index(const torctl_event *event);

/** The onion address without .onion. */
TORCTL_API const char *torctl_hs_desc_content_address(const torctl_event *event);

/** The identifier of the descriptor. */
TORCTL_API const char *torctl_hs_desc_content_descriptor_id(const torctl_event *event);

/** The directory relay as tor wrote it: $FINGERPRINT~nickname, or "UNKNOWN". */
TORCTL_API const char *torctl_hs_desc_content_hsdir(const torctl_event *event);

/** The fingerprint of the directory relay. */
TORCTL_API const char *torctl_hs_desc_content_hsdir_fingerprint(const torctl_event *event);

/** The nickname of the directory relay. */
TORCTL_API const char *torctl_hs_desc_content_hsdir_nickname(const torctl_event *event);

/**
 * 1 if the directory relay gave the descriptor, 0 if not. Another directory relay may still give
 * it, with an event of its own.
 */
TORCTL_API int torctl_hs_desc_content_found(const torctl_event *event);

/**
 * The descriptor as text, lines ended by LF, for torctl_onion_descriptor_parse(). One empty line
 * if the directory relay did not give it.
 */
TORCTL_API const char *torctl_hs_desc_content_descriptor(const torctl_event *event);

/** The size of torctl_hs_desc_content_descriptor(). */
TORCTL_API size_t torctl_hs_desc_content_descriptor_size_bytes(const torctl_event *event);

/* Others: CLIENTS_SEEN, BUILDTIMEOUT_SET, SIGNAL, TRANSPORT_LAUNCHED and NETWORK_LIVENESS ------ */

/*
 * - CLIENTS_SEEN: a bridge tells from which countries its clients came. Show it to the operator.
 * - BUILDTIMEOUT_SET: tor changed how long it waits for a circuit to be built, which it learns
 *   from the circuits before.
 * - SIGNAL: tor got a signal and acted on it. There is none for SHUTDOWN and HALT.
 * - TRANSPORT_LAUNCHED: a pluggable transport runs and listens.
 * - NETWORK_LIVENESS: tor believes that the network can be reached, or no longer.
 */

/** What happened to the timeout for building circuits. */
#define TORCTL_BUILDTIMEOUT_UNKNOWN 0
/** tor computed it from circuits that it has built. */
#define TORCTL_BUILDTIMEOUT_COMPUTED 3701
/** tor begins to learn anew, from the default. */
#define TORCTL_BUILDTIMEOUT_RESET 3702
/** The network seems to be down: tor uses the default until it is back. */
#define TORCTL_BUILDTIMEOUT_SUSPENDED 3703
/** tor dropped what it had learned while the network was down. */
#define TORCTL_BUILDTIMEOUT_DISCARD 3704
/** tor learns again. */
#define TORCTL_BUILDTIMEOUT_RESUME 3705

/** On which side of a connection a pluggable transport runs. */
#define TORCTL_TRANSPORT_UNKNOWN 0
/** With a client, which reaches a bridge through it. */
#define TORCTL_TRANSPORT_CLIENT 3801
/** With a bridge, which clients reach through it. */
#define TORCTL_TRANSPORT_SERVER 3802

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_CLIENTS_SEEN_TIME_STARTED_UNIX_US 11901
#define TORCTL_FIELD_CLIENTS_SEEN_COUNTRY_COUNT 11902
#define TORCTL_FIELD_CLIENTS_SEEN_IP_VERSION_COUNT 11905

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_BUILDTIMEOUT_TYPE 12001
#define TORCTL_FIELD_BUILDTIMEOUT_TOTAL_TIMES 12002
#define TORCTL_FIELD_BUILDTIMEOUT_TIMEOUT_MS 12003
#define TORCTL_FIELD_BUILDTIMEOUT_XM_MS 12004
#define TORCTL_FIELD_BUILDTIMEOUT_ALPHA 12005
#define TORCTL_FIELD_BUILDTIMEOUT_CUTOFF_QUANTILE 12006
#define TORCTL_FIELD_BUILDTIMEOUT_TIMEOUT_RATE 12007
#define TORCTL_FIELD_BUILDTIMEOUT_CLOSE_MS 12008
#define TORCTL_FIELD_BUILDTIMEOUT_CLOSE_RATE 12009

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_SIGNAL_EVENT_SIGNAL 12101

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_TRANSPORT_SIDE 12201
#define TORCTL_FIELD_TRANSPORT_NAME 12202
#define TORCTL_FIELD_TRANSPORT_ADDRESS 12203
#define TORCTL_FIELD_TRANSPORT_PORT 12204

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_NETWORK_LIVENESS_UP 12301

/**
 * tor's word for one of the TORCTL_BUILDTIMEOUT constants, for example "COMPUTED". "" for any
 * other number. The string is static.
 */
TORCTL_API const char *torctl_buildtimeout_type_name(int32_t number);

/**
 * tor's word for one of the TORCTL_TRANSPORT constants, for example "client". "" for any other
 * number. The string is static.
 */
TORCTL_API const char *torctl_transport_side_name(int32_t number);

/** When counting began (TimeStarted). */
TORCTL_API int64_t torctl_clients_seen_time_started_unix_us(const torctl_event *event);

/** How many countries are listed (CountrySummary). */
TORCTL_API size_t torctl_clients_seen_country_count(const torctl_event *event);

/**
 * The code of a country: two letters, or question marks if tor does not know it
 * (CountrySummary).
 */
TORCTL_API const char *torctl_clients_seen_country_code(const torctl_event *event, size_t index);

/** How many clients came from a country, rounded up to a multiple of 8 (CountrySummary). */
TORCTL_API uint64_t torctl_clients_seen_country_clients(const torctl_event *event, size_t index);

/** How many versions of IP are listed (IPVersions). */
TORCTL_API size_t torctl_clients_seen_ip_version_count(const torctl_event *event);

/** A version of IP: "v4" or "v6" (IPVersions). */
TORCTL_API const char *torctl_clients_seen_ip_version(const torctl_event *event, size_t index);

/** How many clients came over a version of IP (IPVersions). */
TORCTL_API uint64_t torctl_clients_seen_ip_version_clients(const torctl_event *event, size_t index);

/** What happened to the timeout. One of the TORCTL_BUILDTIMEOUT constants. */
TORCTL_API int32_t torctl_buildtimeout_type(const torctl_event *event);

/** tor's word for torctl_buildtimeout_type(). */
TORCTL_API const char *torctl_buildtimeout_type_text(const torctl_event *event);

/** From how many circuits tor has learned (TOTAL_TIMES). */
TORCTL_API uint64_t torctl_buildtimeout_total_times(const torctl_event *event);

/** After how many milliseconds tor gives up a circuit (TIMEOUT_MS). */
TORCTL_API uint64_t torctl_buildtimeout_timeout_ms(const torctl_event *event);

/** The parameter Xm of the Pareto distribution in milliseconds (XM). */
TORCTL_API uint64_t torctl_buildtimeout_xm_ms(const torctl_event *event);

/** The parameter alpha of the Pareto distribution (ALPHA). */
TORCTL_API double torctl_buildtimeout_alpha(const torctl_event *event);

/** At which quantile of the distribution the timeout is, from 0 to 1 (CUTOFF_QUANTILE). */
TORCTL_API double torctl_buildtimeout_cutoff_quantile(const torctl_event *event);

/** The fraction of circuits that timed out (TIMEOUT_RATE). */
TORCTL_API double torctl_buildtimeout_timeout_rate(const torctl_event *event);

/** After how many milliseconds tor closes circuits that it keeps to measure (CLOSE_MS). */
TORCTL_API uint64_t torctl_buildtimeout_close_ms(const torctl_event *event);

/** The fraction of circuits that were closed that way (CLOSE_RATE). */
TORCTL_API double torctl_buildtimeout_close_rate(const torctl_event *event);

/** Which signal tor got. One of the TORCTL_SIGNAL constants. */
TORCTL_API int32_t torctl_signal_event_signal(const torctl_event *event);

/** tor's word for torctl_signal_event_signal(). */
TORCTL_API const char *torctl_signal_event_signal_text(const torctl_event *event);

/** On which side the transport runs. One of the TORCTL_TRANSPORT constants. */
TORCTL_API int32_t torctl_transport_side(const torctl_event *event);

/** tor's word for torctl_transport_side(). */
TORCTL_API const char *torctl_transport_side_text(const torctl_event *event);

/** The name of the transport, for example "obfs4". */
TORCTL_API const char *torctl_transport_name(const torctl_event *event);

/** The address that the transport listens on; IPv6 without brackets. */
TORCTL_API const char *torctl_transport_address(const torctl_event *event);

/** The port that the transport listens on. */
TORCTL_API uint16_t torctl_transport_port(const torctl_event *event);

/**
 * 1 if the network can be reached again, 0 if it can no longer be reached. -1 if it is absent or
 * another word.
 */
TORCTL_API int torctl_network_liveness_up(const torctl_event *event);

/* Cells in the queues of circuits: CELL_STATS -------------------------------------------------- */

/*
 * About once a second, one event for each circuit whose queues cells went through; for research,
 * and only with TestingEnableCellStatsEvent in a test network. Inbound is towards where the
 * circuit began, outbound away from it. For each direction there are three maps from commands of
 * cells to numbers: how many were added, how many were removed, and how long those had waited.
 */

/** The numbers of the fields for torctl_event_read(). */
#define TORCTL_FIELD_CELL_STATS_CIRC_ID 12401
#define TORCTL_FIELD_CELL_STATS_INBOUND_QUEUE 12402
#define TORCTL_FIELD_CELL_STATS_INBOUND_CONN 12403
#define TORCTL_FIELD_CELL_STATS_OUTBOUND_QUEUE 12404
#define TORCTL_FIELD_CELL_STATS_OUTBOUND_CONN 12405

/** The number of the circuit; absent if it began at another tor (ID). */
TORCTL_API uint64_t torctl_cell_stats_circ_id(const torctl_event *event);

/** The identifier of the inbound queue (InboundQueue). */
TORCTL_API uint64_t torctl_cell_stats_inbound_queue(const torctl_event *event);

/** The number of the inbound connection (InboundConn). */
TORCTL_API uint64_t torctl_cell_stats_inbound_conn(const torctl_event *event);

/** The identifier of the outbound queue (OutboundQueue). */
TORCTL_API uint64_t torctl_cell_stats_outbound_queue(const torctl_event *event);

/** The number of the outbound connection (OutboundConn). */
TORCTL_API uint64_t torctl_cell_stats_outbound_conn(const torctl_event *event);

/** The maps of CELL_STATS. This one: how many cells were added to the inbound queue. */
#define TORCTL_CELLS_INBOUND_ADDED 6201
/** How many cells were removed from the inbound queue. */
#define TORCTL_CELLS_INBOUND_REMOVED 6202
/** How many milliseconds the cells removed from the inbound queue had waited, in sum. */
#define TORCTL_CELLS_INBOUND_TIME 6203
/** How many cells were added to the outbound queue. */
#define TORCTL_CELLS_OUTBOUND_ADDED 6204
/** How many cells were removed from the outbound queue. */
#define TORCTL_CELLS_OUTBOUND_REMOVED 6205
/** How many milliseconds the cells removed from the outbound queue had waited, in sum. */
#define TORCTL_CELLS_OUTBOUND_TIME 6206

/** How many entries a map has. `map` is one of the TORCTL_CELLS constants. */
TORCTL_API size_t torctl_cell_stats_count(const torctl_event *event, int32_t map);

/** The command of the cells that an entry of a map is about, for example "relay_early". */
TORCTL_API
const char *torctl_cell_stats_command(const torctl_event *event,
                                      int32_t map,
                                      size_t index);

/** The number of an entry of a map: cells, or milliseconds. */
TORCTL_API uint64_t torctl_cell_stats_value(const torctl_event *event, int32_t map, size_t index);

/* Part 3: directory documents ================================================================== */

/* Directory documents -------------------------------------------------------------------------- */

/*
 * What tor and archives of the network keep in text: router status entries, server descriptors,
 * microdescriptors. All are read by the same rules.
 *
 * An entry begins with the first line of its kind, or with the annotations (lines that begin with `@`)
 * directly in front of it. It ends where another such line stands, where another document begins, or
 * where a document's footer begins. What belongs to no entry is skipped and counted.
 *
 * Words in a line are separated by blanks or tabs, any number of them, and the word `opt` in front
 * of a line is ignored. What a line has behind the arguments that are known does not matter. Of a
 * line that may come once, the first counts. What is unknown, repeated or malformed affects only
 * itself, and is kept among the extra lines with the BEGIN to END lines behind it. Keys and
 * digests are base64 without padding.
 */

/** Nothing that is known. */
#define TORCTL_DOCUMENT_UNKNOWN 0
/** Router status entries: a consensus, a vote, a status. For torctl_routers_parse(). */
#define TORCTL_DOCUMENT_ROUTERS 6101
/** Server descriptors. For torctl_descriptors_parse(). */
#define TORCTL_DOCUMENT_DESCRIPTORS 6102
/** Microdescriptors. For torctl_microdescriptors_parse(). */
#define TORCTL_DOCUMENT_MICRODESCRIPTORS 6103
/** Extra-info documents, which the library does not read. */
#define TORCTL_DOCUMENT_EXTRA_INFO 6104
/** Key certificates of authorities, which the library does not read. */
#define TORCTL_DOCUMENT_KEY_CERTIFICATE 6105
/** The descriptor of an onion service. For torctl_onion_descriptor_parse(). */
#define TORCTL_DOCUMENT_ONION 6106

/**
 * Says what a text is: the kind of the first document in it.
 *
 * Returns one of the TORCTL_DOCUMENT constants.
 */
TORCTL_API int32_t torctl_document_kind(const void *text, size_t size_bytes);

/* Long answers --------------------------------------------------------------------------------- */

/*
 * A consensus has megabytes and all descriptors have tens of them. torctl_get_each_router(),
 * torctl_get_each_descriptor() and torctl_get_each_microdescriptor() read such answers while they
 * come; this function does so for any answer.
 */

/**
 * Is called with the next piece of an answer: whole lines, each ended by LF, which live until it
 * returns and are not NUL-terminated. TORCTL_OK goes on, TORCTL_END says that this was the last
 * piece; so does a failure.
 */
typedef torctl_status (*torctl_piece_fn)(const char *piece, size_t size_bytes, void *user_data);

/**
 * Asks for one piece of information by GETINFO and calls `take` with its value in pieces as they
 * come, so that it is nowhere held as a whole. `take` may call anything, and must not throw or
 * longjmp.
 *
 * A key that tor does not know gives TORCTL_ERR_REJECTED, and the key of what tor does not have
 * TORCTL_ERR_NOT_FOUND, before any call. After another failure the
 * pieces so far are all there is. Blocks like a request; the time that `take` takes counts. Cannot be
 * begun, for `take` is called by the thread that reads, which others must not wait for;
 * torctl_get_info() can.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_info_in_pieces(torctl_controller *controller,
                                        const char *key,
                                        torctl_piece_fn take,
                                        void *user_data,
                                        torctl_call *call,
                                        torctl_error **err);

/* Router status entries ------------------------------------------------------------------------ */

/*
 * What the consensus says of each relay: the values of `GETINFO ns/...`, the data of NS and
 * NEWCONSENSUS events, a consensus of either flavour. Numbers that are not given are 0, texts "",
 * unless a comment says otherwise.
 */

/**
 * Flags of a relay, each with tor's word for it.
 *
 * `Authority`: a directory authority.
 */
#define TORCTL_FLAG_AUTHORITY 1
/** `BadExit`: not to be used as an exit. */
#define TORCTL_FLAG_BAD_EXIT 2
/** `Exit`: useful for exits. */
#define TORCTL_FLAG_EXIT 4
/** `Fast`: it has enough bandwidth for most circuits. */
#define TORCTL_FLAG_FAST 8
/** `Guard`: fit to be an entry guard. */
#define TORCTL_FLAG_GUARD 16
/** `HSDir`: it keeps onion service descriptors. */
#define TORCTL_FLAG_HSDIR 32
/** `MiddleOnly`: to be used only in the middle of circuits. */
#define TORCTL_FLAG_MIDDLE_ONLY 64
/** `Named`: no longer given. */
#define TORCTL_FLAG_NAMED 128
/** `NoEdConsensus`: the authorities disagree on its Ed25519 identity. */
#define TORCTL_FLAG_NO_ED_CONSENSUS 256
/** `Running`: the authorities can reach it. */
#define TORCTL_FLAG_RUNNING 512
/** `Stable`: fit for circuits that last long. */
#define TORCTL_FLAG_STABLE 1024
/** `StaleDesc`: its descriptor is old. */
#define TORCTL_FLAG_STALE_DESC 2048
/** `Sybil`: one of too many relays at one address. */
#define TORCTL_FLAG_SYBIL 4096
/** `Unnamed`: no longer given. */
#define TORCTL_FLAG_UNNAMED 8192
/** `V2Dir`: it answers directory requests. */
#define TORCTL_FLAG_V2DIR 16384
/** `Valid`: the authorities consider it fit for use. */
#define TORCTL_FLAG_VALID 32768
/** A flag that this version does not know. */
#define TORCTL_FLAG_UNKNOWN 4611686018427387904

/**
 * The fields of a router status entry, for torctl_router_read(): each has a function of the same
 * name.
 */
#define TORCTL_FIELD_ROUTER_NICKNAME 20101
#define TORCTL_FIELD_ROUTER_FINGERPRINT 20102
#define TORCTL_FIELD_ROUTER_DIGEST 20103
#define TORCTL_FIELD_ROUTER_PUBLISHED_UNIX_US 20104
#define TORCTL_FIELD_ROUTER_ADDRESS 20105
#define TORCTL_FIELD_ROUTER_OR_PORT 20106
#define TORCTL_FIELD_ROUTER_DIR_PORT 20107
#define TORCTL_FIELD_ROUTER_OR_ADDRESS_COUNT 20108
#define TORCTL_FIELD_ROUTER_FLAGS 20109
#define TORCTL_FIELD_ROUTER_BANDWIDTH_BYTES_PER_SECOND 20111
#define TORCTL_FIELD_ROUTER_MEASURED_BYTES_PER_SECOND 20112
#define TORCTL_FIELD_ROUTER_IS_UNMEASURED 20113
#define TORCTL_FIELD_ROUTER_GUARD_FRACTION 20114
#define TORCTL_FIELD_ROUTER_BANDWIDTH_TEXT 20115
#define TORCTL_FIELD_ROUTER_POLICY_SUMMARY 20116
#define TORCTL_FIELD_ROUTER_HAS_POLICY 20117
#define TORCTL_FIELD_ROUTER_VERSION 20119
#define TORCTL_FIELD_ROUTER_PROTOCOLS 20120
#define TORCTL_FIELD_ROUTER_MICRODESC_DIGEST 20122
#define TORCTL_FIELD_ROUTER_VOTE_DIGEST_COUNT 20123
#define TORCTL_FIELD_ROUTER_STATS_TEXT 20125
#define TORCTL_FIELD_ROUTER_ED25519 20126
#define TORCTL_FIELD_ROUTER_EXTRA_COUNT 20196
#define TORCTL_FIELD_ROUTER_RAW 20197

/**
 * A router status entry. It lives in what it was asked of, or is the caller's own if it came
 * from torctl_router_dup(). It never changes: any number of threads may use it concurrently.
 * Strings from it live as long as it does.
 */
struct torctl_router;

/**
 * Takes a document in pieces and gives its router status entries one by one. Holds one that is
 * not complete yet and what was not taken. Freed by torctl_router_reader_free(). One thread at a
 * time may use it.
 */
struct torctl_router_reader;

/**
 * All the router status entries of a document. Freed by torctl_routers_free(). It never changes:
 * any number of threads may use it concurrently.
 */
struct torctl_routers;

/**
 * Is called for each router status entry of a document, which lives until it returns;
 * torctl_router_dup() keeps it longer. TORCTL_OK goes on, TORCTL_END stops; a failure stops,
 * too.
 */
typedef torctl_status (*torctl_router_fn)(const torctl_router *router, void *user_data);

/**
 * Reads all the router status entries of a text: the value of `GETINFO ns/...`, a consensus. The
 * text is copied. Lines may end in LF or CRLF; a line that is malformed affects only itself, and
 * what belongs to no router status entry is skipped.
 *
 * Sets `*out` to a list that the caller frees with torctl_routers_free(). It is empty if the
 * text is, or is a document of this kind without any. A text that is a document of another kind,
 * or none that is known, gives TORCTL_ERR_NOT_FOUND; the message says what it is, and so does
 * torctl_document_kind().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_routers_parse(const void *text,
                                   size_t size_bytes,
                                   torctl_routers **out,
                                   torctl_error **err);

/** How many router status entries there are. */
TORCTL_API size_t torctl_routers_count(const torctl_routers *routers);

/**
 * One of them, in the order of the document.
 *
 * Returns an object that lives in the list; NULL if the index is too large.
 */
TORCTL_API const torctl_router *torctl_routers_get(const torctl_routers *routers, size_t index);

/**
 * The router status entry of the relay with this identity: 40 hexadecimal digits in either case,
 * also in the forms `$FP`, `$FP~nickname` or `$FP=nickname`. The first of several. The first
 * look-up may make an index, so that all of them are fast.
 *
 * Returns an object that lives in the list; NULL if there is none.
 */
TORCTL_API
const torctl_router *torctl_routers_find(const torctl_routers *routers,
                                         const char *fingerprint);

/**
 * The first router status entry with this nickname, in either case. Nicknames are not unique,
 * and anybody may take any.
 *
 * Returns an object that lives in the list; NULL if there is none.
 */
TORCTL_API
const torctl_router *torctl_routers_find_nickname(const torctl_routers *routers,
                                                  const char *nickname);

/** How many bytes of the text belong to no router status entry. */
TORCTL_API size_t torctl_routers_skipped_bytes(const torctl_routers *routers);

/**
 * What these bytes are: the kind of the first other document among them.
 *
 * Returns one of the TORCTL_DOCUMENT constants; TORCTL_DOCUMENT_UNKNOWN also if there is none.
 */
TORCTL_API int32_t torctl_routers_skipped_kind(const torctl_routers *routers);

/** Frees a list and all that is in it. Accepts NULL. */
TORCTL_API void torctl_routers_free(torctl_routers *routers);

/**
 * Calls `each` for each router status entry of a text, in order, without keeping them: nothing
 * is copied but one at a time. For the text see torctl_routers_parse().
 *
 * Sets `*count`, if not NULL, to the number of calls. Returns TORCTL_OK, also if `each` stopped
 * it; TORCTL_ERR_NOT_FOUND as torctl_routers_parse() does.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_routers_walk(const void *text,
                                  size_t size_bytes,
                                  torctl_router_fn each,
                                  void *user_data,
                                  size_t *count,
                                  torctl_error **err);

/**
 * Asks for router status entries by GETINFO and reads them all: "ns/all", "ns/id/FINGERPRINT",
 * "ns/name/NICKNAME".
 *
 * Sets `*out` to an object that the caller frees with torctl_routers_free(). Blocks like a
 * request. An answer larger than torctl_options_set_max_reply_bytes() allows gives
 * TORCTL_ERR_TOO_LARGE. Cannot be begun, for the thread that reads would read them all, and
 * others wait for it; torctl_get_info() can, for torctl_routers_parse().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_routers(torctl_controller *controller,
                                 const char *key,
                                 torctl_call *call,
                                 torctl_routers **out,
                                 torctl_error **err);

/**
 * Asks for router status entries by GETINFO and calls `each` for one after the other as they
 * come, so that only one is ever held. It lives until `each` returns; torctl_router_dup() keeps
 * it longer. When `each` returns TORCTL_END, that was the last. `each` may call anything, and
 * must not throw or longjmp.
 *
 * Sets `*count`, if not NULL, to the number of calls. Blocks like a request; the time that
 * `each` takes counts. Cannot be begun, for `each` is called by the thread that reads, which
 * others must not wait for; torctl_get_info() can, for torctl_routers_walk().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_each_router(torctl_controller *controller,
                                     const char *key,
                                     torctl_router_fn each,
                                     void *user_data,
                                     torctl_call *call,
                                     size_t *count,
                                     torctl_error **err);

/**
 * Makes a reader for a document that arrives in pieces.
 *
 * Returns a reader that the caller frees with torctl_router_reader_free().
 */
TORCTL_API torctl_router_reader *torctl_router_reader_new(void);

/**
 * Takes the next piece of the document, cut anywhere. The reader copies it; take what it has
 * with torctl_router_reader_next() before the next piece comes, for the reader keeps what was
 * not taken.
 */
TORCTL_API
void torctl_router_reader_push(torctl_router_reader *reader,
                               const void *piece,
                               size_t size_bytes);

/** Says that the document is complete, so that its last router status entry is too. */
TORCTL_API void torctl_router_reader_finish(torctl_router_reader *reader);

/**
 * The next router status entry that is complete.
 *
 * Returns an object that lives until the reader is next called; NULL if the next piece is needed
 * first, or there is no more.
 */
TORCTL_API const torctl_router *torctl_router_reader_next(torctl_router_reader *reader);

/**
 * How many bytes so far belong to no router status entry; those of one that is larger than 4 MiB
 * are among them.
 */
TORCTL_API size_t torctl_router_reader_skipped_bytes(const torctl_router_reader *reader);

/** What these bytes are, as torctl_routers_skipped_kind() says it. */
TORCTL_API int32_t torctl_router_reader_skipped_kind(const torctl_router_reader *reader);

/** Frees a reader. Accepts NULL. */
TORCTL_API void torctl_router_reader_free(torctl_router_reader *reader);

/**
 * Copies a router status entry, to keep it longer than what it was asked of.
 *
 * Returns an object that the caller frees with torctl_router_free(); NULL for NULL.
 */
TORCTL_API torctl_router *torctl_router_dup(const torctl_router *router);

/** Frees a router status entry from torctl_router_dup(), and no other. Accepts NULL. */
TORCTL_API void torctl_router_free(torctl_router *router);

/**
 * Reads many fields of a router status entry in one call. `fields` are `count` of the
 * TORCTL_FIELD constants that have ROUTER in their names, in any order; their values are written
 * to `values`, which has room for as many, in the same order.
 *
 * Returns how many of them are TORCTL_VALUE_PRESENT. A number that is no field of such an object
 * is TORCTL_VALUE_ABSENT; all are for NULL instead of the object. A list and what is yes or no
 * are always present. A line that is malformed counts as absent, and is among the extra lines.
 * NULL for `fields` or `values` writes nothing and returns 0.
 *
 * It tells a field that is absent from one that is 0 or "", and says how long each text is.
 * Where only speed counts, the function for one field costs less. Texts live as long as the
 * object.
 */
TORCTL_API
size_t torctl_router_read(const torctl_router *router,
                          const int32_t *fields,
                          size_t count,
                          torctl_value *values);

/**
 * The nickname; "" if the first line of the entry is malformed, as with the other fields of that
 * line.
 */
TORCTL_API const char *torctl_router_nickname(const torctl_router *router);

/** The relay's identity: 40 hexadecimal digits in upper case, without `$`. */
TORCTL_API const char *torctl_router_fingerprint(const torctl_router *router);

/**
 * The digest of its server descriptor: 40 hexadecimal digits. A tor that uses microdescriptors
 * gives the first 20 bytes of the microdescriptor's digest here; a consensus of that flavour has
 * none ("").
 */
TORCTL_API const char *torctl_router_digest(const torctl_router *router);

/**
 * When its descriptor was published. Today's consensus says 2038-01-01 of every relay.
 * Microseconds since 1970, UTC; 0 if absent.
 */
TORCTL_API int64_t torctl_router_published_unix_us(const torctl_router *router);

/** The IPv4 address. */
TORCTL_API const char *torctl_router_address(const torctl_router *router);

/** The port for clients and other relays. */
TORCTL_API uint16_t torctl_router_or_port(const torctl_router *router);

/** The port for directory requests; 0 for none. */
TORCTL_API uint16_t torctl_router_dir_port(const torctl_router *router);

/** How many more addresses the relay has (`a` lines). */
TORCTL_API size_t torctl_router_or_address_count(const torctl_router *router);

/** One of its further addresses, an IPv6 address without brackets. */
TORCTL_API const char *torctl_router_or_address(const torctl_router *router, size_t index);

/** The port of one of its further addresses. */
TORCTL_API uint16_t torctl_router_or_address_port(const torctl_router *router, size_t index);

/** Its flags. The sum of TORCTL_FLAG constants. */
TORCTL_API uint64_t torctl_router_flags(const torctl_router *router);

/** The words of torctl_router_flags() as tor wrote them, with blanks between. */
TORCTL_API const char *torctl_router_flags_text(const torctl_router *router);

/** Whether the relay has the flag of this name, known to this version or not. */
TORCTL_API int torctl_router_has_flag(const torctl_router *router, const char *flag);

/**
 * The weight of its bandwidth in the consensus. tor writes it in units of 1,000 bytes a second.
 *
 * -1 if absent.
 */
TORCTL_API int64_t torctl_router_bandwidth_bytes_per_second(const torctl_router *router);

/** What a bandwidth authority measured. Votes have it, in the same unit. -1 if absent. */
TORCTL_API int64_t torctl_router_measured_bytes_per_second(const torctl_router *router);

/** Whether the bandwidth was not measured but is the relay's own word. 1 or 0. */
TORCTL_API int torctl_router_is_unmeasured(const torctl_router *router);

/** How much of the time it has been a guard, in percent. -1 if absent. */
TORCTL_API int torctl_router_guard_fraction(const torctl_router *router);

/** Everything that the `w` line says, as tor wrote it. */
TORCTL_API const char *torctl_router_bandwidth_text(const torctl_router *router);

/**
 * Which ports it lets exits go to: "accept PORTS" or "reject PORTS". "" if not given: a tor that
 * uses microdescriptors has this in torctl_microdescriptor_policy().
 */
TORCTL_API const char *torctl_router_policy_summary(const torctl_router *router);

/**
 * Whether the entry says which ports the relay lets exits go to. A tor that uses
 * microdescriptors, as clients do, has no word of it here: then
 * torctl_microdescriptor_can_exit_to() answers. A policy that cannot be read is none.
 *
 * 1 or 0.
 */
TORCTL_API int torctl_router_has_policy(const torctl_router *router);

/**
 * Whether the policy summary lets exits to this port through, to most addresses.
 *
 * Returns 1 only if that is known. 0 means no only if torctl_router_has_policy() is 1; else it
 * is not known, also for a relay that has TORCTL_FLAG_EXIT. 0 for the port 0, which is none.
 */
TORCTL_API int torctl_router_allows_port(const torctl_router *router, uint16_t port);

/** The version it runs, for example "Tor 0.4.9.11"; only a whole consensus has it. */
TORCTL_API const char *torctl_router_version(const torctl_router *router);

/** The subprotocols it speaks, for example "Cons=1-2 Link=3-5"; only a whole consensus has them. */
TORCTL_API const char *torctl_router_protocols(const torctl_router *router);

/**
 * Whether it speaks this version of this subprotocol, for example ("Link", 5). Versions are 0 to
 * 63, as for tor. Of a subprotocol that is said to have others, no version counts as spoken.
 */
TORCTL_API
int torctl_router_supports(const torctl_router *router,
                           const char *protocol,
                           uint32_t version);

/**
 * The SHA-256 digest of its microdescriptor: 43 characters of base64. Only a consensus of that
 * flavour has it. A vote has more than one: see torctl_router_vote_digest_of_method().
 */
TORCTL_API const char *torctl_router_microdesc_digest(const torctl_router *router);

/** How many digests of its microdescriptor a vote gives, each for some consensus methods. */
TORCTL_API size_t torctl_router_vote_digest_count(const torctl_router *router);

/** The consensus methods that one of these digests is for, for example "28,29". */
TORCTL_API const char *torctl_router_vote_methods(const torctl_router *router, size_t index);

/** One of these digests: SHA-256, 43 characters of base64. */
TORCTL_API const char *torctl_router_vote_digest(const torctl_router *router, size_t index);

/** The one of these digests that is for this consensus method; "" if the vote has none for it. */
TORCTL_API
const char *torctl_router_vote_digest_of_method(const torctl_router *router,
                                                uint32_t method);

/**
 * What a vote says of how long and how often the relay was seen, for example "wfu=1.000000
 * tk=119 mtbf=119".
 */
TORCTL_API const char *torctl_router_stats_text(const torctl_router *router);

/** Its Ed25519 identity in base64, or "none"; votes have it. */
TORCTL_API const char *torctl_router_ed25519(const torctl_router *router);

/** How many lines of the entry this version does not know or does not understand. */
TORCTL_API size_t torctl_router_extra_count(const torctl_router *router);

/** One of these lines as it came, with the BEGIN to END lines behind it if it has them. */
TORCTL_API const char *torctl_router_extra(const torctl_router *router, size_t index);

/** Whether the first word of that line is known but what follows is not what it should be. */
TORCTL_API int torctl_router_extra_is_malformed(const torctl_router *router, size_t index);

/**
 * The whole entry as it came; that of an event or an answer of tor has LF at the end of each
 * line. Put together when it is first asked for.
 */
TORCTL_API const char *torctl_router_raw(const torctl_router *router);

/** The size of the raw text, which may hold NULs. */
TORCTL_API size_t torctl_router_raw_size_bytes(const torctl_router *router);

/**
 * Reads all the router status entries of a TORCTL_EVENT_NS or TORCTL_EVENT_NEWCONSENSUS; another
 * kind of event gives TORCTL_ERR_INVALID.
 *
 * Sets `*out` to a list that the caller frees with torctl_routers_free(), before or after the
 * event.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_routers_from_event(const torctl_event *event,
                                        torctl_routers **out,
                                        torctl_error **err);

/**
 * Calls `each` for each router status entry of a TORCTL_EVENT_NS or TORCTL_EVENT_NEWCONSENSUS, as
 * torctl_routers_walk() does; another kind of event gives TORCTL_ERR_INVALID.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_routers_walk_event(const torctl_event *event,
                                        torctl_router_fn each,
                                        void *user_data,
                                        size_t *count,
                                        torctl_error **err);

/** tor's word for one of the TORCTL_FLAG constants; "" for anything else. The string is static. */
TORCTL_API const char *torctl_flag_name(uint64_t flag);

/* Server descriptors --------------------------------------------------------------------------- */

/*
 * What a relay says of itself: the values of `GETINFO desc/...`. Numbers that are not given are 0,
 * texts "", unless a comment says otherwise.
 */

/**
 * The fields of a server descriptor, for torctl_descriptor_read(): each has a function of the
 * same name.
 */
#define TORCTL_FIELD_DESCRIPTOR_NICKNAME 20201
#define TORCTL_FIELD_DESCRIPTOR_ADDRESS 20202
#define TORCTL_FIELD_DESCRIPTOR_OR_PORT 20203
#define TORCTL_FIELD_DESCRIPTOR_SOCKS_PORT 20204
#define TORCTL_FIELD_DESCRIPTOR_DIR_PORT 20205
#define TORCTL_FIELD_DESCRIPTOR_OR_ADDRESS_COUNT 20206
#define TORCTL_FIELD_DESCRIPTOR_FINGERPRINT 20207
#define TORCTL_FIELD_DESCRIPTOR_PUBLISHED_UNIX_US 20208
#define TORCTL_FIELD_DESCRIPTOR_UPTIME_S 20209
#define TORCTL_FIELD_DESCRIPTOR_BANDWIDTH_AVERAGE_BYTES 20210
#define TORCTL_FIELD_DESCRIPTOR_BANDWIDTH_BURST_BYTES 20211
#define TORCTL_FIELD_DESCRIPTOR_BANDWIDTH_OBSERVED_BYTES 20212
#define TORCTL_FIELD_DESCRIPTOR_PLATFORM 20213
#define TORCTL_FIELD_DESCRIPTOR_CONTACT 20214
#define TORCTL_FIELD_DESCRIPTOR_PROTOCOLS 20215
#define TORCTL_FIELD_DESCRIPTOR_FAMILY_COUNT 20217
#define TORCTL_FIELD_DESCRIPTOR_RULE_COUNT 20218
#define TORCTL_FIELD_DESCRIPTOR_IPV6_POLICY 20219
#define TORCTL_FIELD_DESCRIPTOR_HAS_POLICY 20220
#define TORCTL_FIELD_DESCRIPTOR_IS_HIBERNATING 20222
#define TORCTL_FIELD_DESCRIPTOR_CACHES_EXTRA_INFO 20223
#define TORCTL_FIELD_DESCRIPTOR_IS_HIDDEN_SERVICE_DIR 20224
#define TORCTL_FIELD_DESCRIPTOR_IS_TUNNELLED_DIR_SERVER 20225
#define TORCTL_FIELD_DESCRIPTOR_ALLOWS_SINGLE_HOP_EXITS 20226
#define TORCTL_FIELD_DESCRIPTOR_OVERLOAD_UNIX_US 20227
#define TORCTL_FIELD_DESCRIPTOR_OVERLOAD_TEXT 20228
#define TORCTL_FIELD_DESCRIPTOR_BRIDGE_DISTRIBUTION 20229
#define TORCTL_FIELD_DESCRIPTOR_EXTRA_INFO_DIGEST 20230
#define TORCTL_FIELD_DESCRIPTOR_EXTRA_INFO_SHA256 20231
#define TORCTL_FIELD_DESCRIPTOR_NTOR_ONION_KEY 20232
#define TORCTL_FIELD_DESCRIPTOR_MASTER_KEY_ED25519 20233
#define TORCTL_FIELD_DESCRIPTOR_IDENTITY_ED25519 20234
#define TORCTL_FIELD_DESCRIPTOR_ONION_KEY 20235
#define TORCTL_FIELD_DESCRIPTOR_SIGNING_KEY 20236
#define TORCTL_FIELD_DESCRIPTOR_ONION_KEY_CROSSCERT 20237
#define TORCTL_FIELD_DESCRIPTOR_NTOR_CROSSCERT 20238
#define TORCTL_FIELD_DESCRIPTOR_ROUTER_SIGNATURE 20239
#define TORCTL_FIELD_DESCRIPTOR_ROUTER_SIG_ED25519 20240
#define TORCTL_FIELD_DESCRIPTOR_ANNOTATED_TYPE 20291
#define TORCTL_FIELD_DESCRIPTOR_SOURCE 20292
#define TORCTL_FIELD_DESCRIPTOR_PURPOSE 20293
#define TORCTL_FIELD_DESCRIPTOR_DOWNLOADED_UNIX_US 20294
#define TORCTL_FIELD_DESCRIPTOR_LAST_LISTED_UNIX_US 20295
#define TORCTL_FIELD_DESCRIPTOR_EXTRA_COUNT 20296
#define TORCTL_FIELD_DESCRIPTOR_RAW 20297

/**
 * A server descriptor. It lives in what it was asked of, or is the caller's own if it came from
 * torctl_descriptor_dup(). It never changes: any number of threads may use it concurrently.
 * Strings from it live as long as it does.
 */
struct torctl_descriptor;

/**
 * Takes a document in pieces and gives its server descriptors one by one. Holds one that is not
 * complete yet and what was not taken. Freed by torctl_descriptor_reader_free(). One thread at a
 * time may use it.
 */
struct torctl_descriptor_reader;

/**
 * All the server descriptors of a document. Freed by torctl_descriptors_free(). It never
 * changes: any number of threads may use it concurrently.
 */
struct torctl_descriptors;

/**
 * Is called for each server descriptor of a document, which lives until it returns;
 * torctl_descriptor_dup() keeps it longer. TORCTL_OK goes on, TORCTL_END stops; a failure stops,
 * too.
 */
typedef torctl_status (*torctl_descriptor_fn)(const torctl_descriptor *descriptor, void *user_data);

/**
 * Reads all the server descriptors of a text: the value of `GETINFO desc/...`. The text is
 * copied. Lines may end in LF or CRLF; a line that is malformed affects only itself, and what
 * belongs to no server descriptor is skipped.
 *
 * Sets `*out` to a list that the caller frees with torctl_descriptors_free(). It is empty if the
 * text is, or is a document of this kind without any. A text that is a document of another kind,
 * or none that is known, gives TORCTL_ERR_NOT_FOUND; the message says what it is, and so does
 * torctl_document_kind().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_descriptors_parse(const void *text,
                                       size_t size_bytes,
                                       torctl_descriptors **out,
                                       torctl_error **err);

/** How many server descriptors there are. */
TORCTL_API size_t torctl_descriptors_count(const torctl_descriptors *descriptors);

/**
 * One of them, in the order of the document.
 *
 * Returns an object that lives in the list; NULL if the index is too large.
 */
TORCTL_API
const torctl_descriptor *torctl_descriptors_get(const torctl_descriptors *descriptors,
                                                size_t index);

/**
 * The server descriptor of the relay with this identity: 40 hexadecimal digits in either case,
 * also in the forms `$FP`, `$FP~nickname` or `$FP=nickname`. The first of several. The first
 * look-up may make an index, so that all of them are fast.
 *
 * Returns an object that lives in the list; NULL if there is none.
 */
TORCTL_API
const torctl_descriptor *torctl_descriptors_find(const torctl_descriptors *descriptors,
                                                 const char *fingerprint);

/**
 * The first server descriptor with this nickname, in either case. Nicknames are not unique, and
 * anybody may take any.
 *
 * Returns an object that lives in the list; NULL if there is none.
 */
TORCTL_API
const torctl_descriptor *torctl_descriptors_find_nickname(const torctl_descriptors *descriptors,
                                                          const char *nickname);

/** How many bytes of the text belong to no server descriptor. */
TORCTL_API size_t torctl_descriptors_skipped_bytes(const torctl_descriptors *descriptors);

/**
 * What these bytes are: the kind of the first other document among them.
 *
 * Returns one of the TORCTL_DOCUMENT constants; TORCTL_DOCUMENT_UNKNOWN also if there is none.
 */
TORCTL_API int32_t torctl_descriptors_skipped_kind(const torctl_descriptors *descriptors);

/** Frees a list and all that is in it. Accepts NULL. */
TORCTL_API void torctl_descriptors_free(torctl_descriptors *descriptors);

/**
 * Calls `each` for each server descriptor of a text, in order, without keeping them: nothing is
 * copied but one at a time. For the text see torctl_descriptors_parse().
 *
 * Sets `*count`, if not NULL, to the number of calls. Returns TORCTL_OK, also if `each` stopped
 * it; TORCTL_ERR_NOT_FOUND as torctl_descriptors_parse() does.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_descriptors_walk(const void *text,
                                      size_t size_bytes,
                                      torctl_descriptor_fn each,
                                      void *user_data,
                                      size_t *count,
                                      torctl_error **err);

/**
 * Asks for server descriptors by GETINFO and reads them all: "desc/all-recent",
 * "desc/id/FINGERPRINT", "desc/name/NICKNAME".
 *
 * Sets `*out` to an object that the caller frees with torctl_descriptors_free(). Blocks like a
 * request. An answer larger than torctl_options_set_max_reply_bytes() allows gives
 * TORCTL_ERR_TOO_LARGE. Cannot be begun, for the thread that reads would read them all, and
 * others wait for it; torctl_get_info() can, for torctl_descriptors_parse().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_descriptors(torctl_controller *controller,
                                     const char *key,
                                     torctl_call *call,
                                     torctl_descriptors **out,
                                     torctl_error **err);

/**
 * Asks for server descriptors by GETINFO and calls `each` for one after the other as they come,
 * so that only one is ever held. It lives until `each` returns; torctl_descriptor_dup() keeps it
 * longer. When `each` returns TORCTL_END, that was the last. `each` may call anything, and must
 * not throw or longjmp.
 *
 * Sets `*count`, if not NULL, to the number of calls. Blocks like a request; the time that
 * `each` takes counts. Cannot be begun, for `each` is called by the thread that reads, which
 * others must not wait for; torctl_get_info() can, for torctl_descriptors_walk().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_each_descriptor(torctl_controller *controller,
                                         const char *key,
                                         torctl_descriptor_fn each,
                                         void *user_data,
                                         torctl_call *call,
                                         size_t *count,
                                         torctl_error **err);

/**
 * Makes a reader for a document that arrives in pieces.
 *
 * Returns a reader that the caller frees with torctl_descriptor_reader_free().
 */
TORCTL_API torctl_descriptor_reader *torctl_descriptor_reader_new(void);

/**
 * Takes the next piece of the document, cut anywhere. The reader copies it; take what it has
 * with torctl_descriptor_reader_next() before the next piece comes, for the reader keeps what
 * was not taken.
 */
TORCTL_API
void torctl_descriptor_reader_push(torctl_descriptor_reader *reader,
                                   const void *piece,
                                   size_t size_bytes);

/** Says that the document is complete, so that its last server descriptor is too. */
TORCTL_API void torctl_descriptor_reader_finish(torctl_descriptor_reader *reader);

/**
 * The next server descriptor that is complete.
 *
 * Returns an object that lives until the reader is next called; NULL if the next piece is needed
 * first, or there is no more.
 */
TORCTL_API const torctl_descriptor *torctl_descriptor_reader_next(torctl_descriptor_reader *reader);

/**
 * How many bytes so far belong to no server descriptor; those of one that is larger than 4 MiB
 * are among them.
 */
TORCTL_API size_t torctl_descriptor_reader_skipped_bytes(const torctl_descriptor_reader *reader);

/** What these bytes are, as torctl_descriptors_skipped_kind() says it. */
TORCTL_API int32_t torctl_descriptor_reader_skipped_kind(const torctl_descriptor_reader *reader);

/** Frees a reader. Accepts NULL. */
TORCTL_API void torctl_descriptor_reader_free(torctl_descriptor_reader *reader);

/**
 * Copies a server descriptor, to keep it longer than what it was asked of.
 *
 * Returns an object that the caller frees with torctl_descriptor_free(); NULL for NULL.
 */
TORCTL_API torctl_descriptor *torctl_descriptor_dup(const torctl_descriptor *descriptor);

/** Frees a server descriptor from torctl_descriptor_dup(), and no other. Accepts NULL. */
TORCTL_API void torctl_descriptor_free(torctl_descriptor *descriptor);

/**
 * Reads many fields of a server descriptor in one call. `fields` are `count` of the TORCTL_FIELD
 * constants that have DESCRIPTOR in their names, in any order; their values are written to
 * `values`, which has room for as many, in the same order.
 *
 * Returns how many of them are TORCTL_VALUE_PRESENT. A number that is no field of such an object
 * is TORCTL_VALUE_ABSENT; all are for NULL instead of the object. A list and what is yes or no
 * are always present. A line that is malformed counts as absent, and is among the extra lines.
 * NULL for `fields` or `values` writes nothing and returns 0.
 *
 * It tells a field that is absent from one that is 0 or "", and says how long each text is.
 * Where only speed counts, the function for one field costs less. Texts live as long as the
 * object.
 */
TORCTL_API
size_t torctl_descriptor_read(const torctl_descriptor *descriptor,
                              const int32_t *fields,
                              size_t count,
                              torctl_value *values);

/** The nickname; "" if the first line is malformed, as with the other fields of that line. */
TORCTL_API const char *torctl_descriptor_nickname(const torctl_descriptor *descriptor);

/** The IPv4 address. */
TORCTL_API const char *torctl_descriptor_address(const torctl_descriptor *descriptor);

/** The port for clients and other relays. */
TORCTL_API uint16_t torctl_descriptor_or_port(const torctl_descriptor *descriptor);

/** The port for applications; 0 with every relay of this age. */
TORCTL_API uint16_t torctl_descriptor_socks_port(const torctl_descriptor *descriptor);

/** The port for directory requests; 0 for none. */
TORCTL_API uint16_t torctl_descriptor_dir_port(const torctl_descriptor *descriptor);

/** How many more addresses the relay has. */
TORCTL_API size_t torctl_descriptor_or_address_count(const torctl_descriptor *descriptor);

/** One of its further addresses, an IPv6 address without brackets. */
TORCTL_API
const char *torctl_descriptor_or_address(const torctl_descriptor *descriptor,
                                         size_t index);

/** The port of one of its further addresses. */
TORCTL_API
uint16_t torctl_descriptor_or_address_port(const torctl_descriptor *descriptor,
                                           size_t index);

/** The relay's identity: 40 hexadecimal digits in upper case, without `$` or blanks. */
TORCTL_API const char *torctl_descriptor_fingerprint(const torctl_descriptor *descriptor);

/** When the relay made the descriptor. Microseconds since 1970, UTC; 0 if absent. */
TORCTL_API int64_t torctl_descriptor_published_unix_us(const torctl_descriptor *descriptor);

/** For how many seconds the relay had been running then. -1 if absent. */
TORCTL_API int64_t torctl_descriptor_uptime_s(const torctl_descriptor *descriptor);

/** How many bytes a second the relay is willing to carry for long. 0 if absent. */
TORCTL_API uint64_t torctl_descriptor_bandwidth_average_bytes(const torctl_descriptor *descriptor);

/** How many bytes a second the relay is willing to carry for a short time. 0 if absent. */
TORCTL_API uint64_t torctl_descriptor_bandwidth_burst_bytes(const torctl_descriptor *descriptor);

/** How many bytes a second the relay is known to have carried. 0 if absent. */
TORCTL_API uint64_t torctl_descriptor_bandwidth_observed_bytes(const torctl_descriptor *descriptor);

/** Its software and system, for example "Tor 0.4.9.11 on Linux". */
TORCTL_API const char *torctl_descriptor_platform(const torctl_descriptor *descriptor);

/** How to reach the operator. Free text, bytes of any kind. */
TORCTL_API const char *torctl_descriptor_contact(const torctl_descriptor *descriptor);

/** The subprotocols it speaks, for example "Cons=1-2 Link=3-5". */
TORCTL_API const char *torctl_descriptor_protocols(const torctl_descriptor *descriptor);

/** Whether it speaks this version of this subprotocol, as torctl_router_supports() says it. */
TORCTL_API
int torctl_descriptor_supports(const torctl_descriptor *descriptor,
                               const char *protocol,
                               uint32_t version);

/** How many relays it says to be of one family with. */
TORCTL_API size_t torctl_descriptor_family_count(const torctl_descriptor *descriptor);

/** One of the family: `$FINGERPRINT`, `$FINGERPRINT~nickname` or a nickname. */
TORCTL_API const char *torctl_descriptor_family(const torctl_descriptor *descriptor, size_t index);

/**
 * How many rules its exit policy for IPv4 has. One that is malformed is among them, and among
 * the extra lines.
 */
TORCTL_API size_t torctl_descriptor_rule_count(const torctl_descriptor *descriptor);

/** One of the rules, for example "reject 10.0.0.0/8:*". The first that matches decides. */
TORCTL_API const char *torctl_descriptor_rule(const torctl_descriptor *descriptor, size_t index);

/** Its exit policy for IPv6: "accept PORTS" or "reject PORTS"; "" for no exit. */
TORCTL_API const char *torctl_descriptor_ipv6_policy(const torctl_descriptor *descriptor);

/**
 * Whether the descriptor has an exit policy. One without any rule is not whole: then it is not
 * known where exits may lead.
 *
 * 1 or 0.
 */
TORCTL_API int torctl_descriptor_has_policy(const torctl_descriptor *descriptor);

/**
 * Whether the exit policy lets through what goes to this IPv4 or IPv6 address and port, else 0,
 * also if the text is not an address. NULL asks whether there is some address for which it does.
 *
 * A policy that cannot be read does not open what it may have closed: a reject that is malformed
 * counts as a reject of everything, an accept that is malformed accepts nothing. 0 as well for
 * the port 0, and if torctl_descriptor_has_policy() is 0.
 */
TORCTL_API
int torctl_descriptor_can_exit_to(const torctl_descriptor *descriptor,
                                  const char *address,
                                  uint16_t port);

/** Whether the relay has used up its allowance for now. 1 or 0. */
TORCTL_API int torctl_descriptor_is_hibernating(const torctl_descriptor *descriptor);

/** Whether it keeps extra-info documents. 1 or 0. */
TORCTL_API int torctl_descriptor_caches_extra_info(const torctl_descriptor *descriptor);

/** Whether it keeps onion service descriptors. 1 or 0. */
TORCTL_API int torctl_descriptor_is_hidden_service_dir(const torctl_descriptor *descriptor);

/** Whether it answers directory requests on its OR port. 1 or 0. */
TORCTL_API int torctl_descriptor_is_tunnelled_dir_server(const torctl_descriptor *descriptor);

/** Whether it lets single-hop circuits exit. 1 or 0. */
TORCTL_API int torctl_descriptor_allows_single_hop_exits(const torctl_descriptor *descriptor);

/** When the relay was last overloaded. Microseconds since 1970, UTC; 0 if absent. */
TORCTL_API int64_t torctl_descriptor_overload_unix_us(const torctl_descriptor *descriptor);

/** What it says of its overload, as it came. */
TORCTL_API const char *torctl_descriptor_overload_text(const torctl_descriptor *descriptor);

/** How a bridge wants to be given out. */
TORCTL_API const char *torctl_descriptor_bridge_distribution(const torctl_descriptor *descriptor);

/** The SHA-1 digest of its extra-info document: 40 hexadecimal digits. */
TORCTL_API const char *torctl_descriptor_extra_info_digest(const torctl_descriptor *descriptor);

/** The SHA-256 digest of its extra-info document in base64. */
TORCTL_API const char *torctl_descriptor_extra_info_sha256(const torctl_descriptor *descriptor);

/** Its ntor key in base64. */
TORCTL_API const char *torctl_descriptor_ntor_onion_key(const torctl_descriptor *descriptor);

/** Its Ed25519 identity in base64. */
TORCTL_API const char *torctl_descriptor_master_key_ed25519(const torctl_descriptor *descriptor);

/** The certificate of its Ed25519 signing key, with its BEGIN and END lines. */
TORCTL_API const char *torctl_descriptor_identity_ed25519(const torctl_descriptor *descriptor);

/** Its TAP onion key, with its BEGIN and END lines. */
TORCTL_API const char *torctl_descriptor_onion_key(const torctl_descriptor *descriptor);

/** Its RSA identity key, with its BEGIN and END lines. */
TORCTL_API const char *torctl_descriptor_signing_key(const torctl_descriptor *descriptor);

/** Its identities, signed with the TAP onion key, with the BEGIN and END lines. */
TORCTL_API const char *torctl_descriptor_onion_key_crosscert(const torctl_descriptor *descriptor);

/** Its identity, certified with the ntor key, with the BEGIN and END lines. */
TORCTL_API const char *torctl_descriptor_ntor_crosscert(const torctl_descriptor *descriptor);

/** The RSA signature, with its BEGIN and END lines. */
TORCTL_API const char *torctl_descriptor_router_signature(const torctl_descriptor *descriptor);

/** The Ed25519 signature in base64. */
TORCTL_API const char *torctl_descriptor_router_sig_ed25519(const torctl_descriptor *descriptor);

/** What archives say that it is (annotation `@type`): for example "server-descriptor 1.0". */
TORCTL_API const char *torctl_descriptor_annotated_type(const torctl_descriptor *descriptor);

/**
 * Where tor has it from (annotation `@source`): an address. Quotation marks around it are left
 * out, escapes within them are not undone.
 */
TORCTL_API const char *torctl_descriptor_source(const torctl_descriptor *descriptor);

/** What tor keeps it for (annotation `@purpose`): "general", "controller" or "bridge". */
TORCTL_API const char *torctl_descriptor_purpose(const torctl_descriptor *descriptor);

/** When tor got it (annotation `@downloaded-at`). Microseconds since 1970, UTC; 0 if absent. */
TORCTL_API int64_t torctl_descriptor_downloaded_unix_us(const torctl_descriptor *descriptor);

/**
 * When a consensus last named it (annotation `@last-listed`). Microseconds since 1970, UTC; 0 if
 * absent.
 */
TORCTL_API int64_t torctl_descriptor_last_listed_unix_us(const torctl_descriptor *descriptor);

/** How many lines of the descriptor this version does not know or does not understand. */
TORCTL_API size_t torctl_descriptor_extra_count(const torctl_descriptor *descriptor);

/** One of these lines as it came, with the BEGIN to END lines behind it if it has them. */
TORCTL_API const char *torctl_descriptor_extra(const torctl_descriptor *descriptor, size_t index);

/** Whether the first word of that line is known but what follows is not what it should be. */
TORCTL_API
int torctl_descriptor_extra_is_malformed(const torctl_descriptor *descriptor,
                                         size_t index);

/**
 * The whole descriptor as it came; that of an event or an answer of tor has LF at the end of
 * each line. Put together when it is first asked for.
 */
TORCTL_API const char *torctl_descriptor_raw(const torctl_descriptor *descriptor);

/** The size of the raw text, which may hold NULs. */
TORCTL_API size_t torctl_descriptor_raw_size_bytes(const torctl_descriptor *descriptor);

/* Microdescriptors ----------------------------------------------------------------------------- */

/*
 * The part of a server descriptor that clients need: the values of `GETINFO md/...`. A consensus
 * names them by their digests.
 */

/**
 * The fields of a microdescriptor, for torctl_microdescriptor_read(): each has a function of the
 * same name.
 */
#define TORCTL_FIELD_MICRODESCRIPTOR_DIGEST 20301
#define TORCTL_FIELD_MICRODESCRIPTOR_ED25519 20302
#define TORCTL_FIELD_MICRODESCRIPTOR_RSA1024 20303
#define TORCTL_FIELD_MICRODESCRIPTOR_NTOR_ONION_KEY 20304
#define TORCTL_FIELD_MICRODESCRIPTOR_ONION_KEY 20305
#define TORCTL_FIELD_MICRODESCRIPTOR_OR_ADDRESS_COUNT 20306
#define TORCTL_FIELD_MICRODESCRIPTOR_FAMILY_COUNT 20307
#define TORCTL_FIELD_MICRODESCRIPTOR_FAMILY_ID_COUNT 20308
#define TORCTL_FIELD_MICRODESCRIPTOR_POLICY 20309
#define TORCTL_FIELD_MICRODESCRIPTOR_IPV6_POLICY 20310
#define TORCTL_FIELD_MICRODESCRIPTOR_ANNOTATED_TYPE 20391
#define TORCTL_FIELD_MICRODESCRIPTOR_SOURCE 20392
#define TORCTL_FIELD_MICRODESCRIPTOR_PURPOSE 20393
#define TORCTL_FIELD_MICRODESCRIPTOR_DOWNLOADED_UNIX_US 20394
#define TORCTL_FIELD_MICRODESCRIPTOR_LAST_LISTED_UNIX_US 20395
#define TORCTL_FIELD_MICRODESCRIPTOR_EXTRA_COUNT 20396
#define TORCTL_FIELD_MICRODESCRIPTOR_RAW 20397

/**
 * A microdescriptor. It lives in what it was asked of, or is the caller's own if it came from
 * torctl_microdescriptor_dup(). It never changes: any number of threads may use it concurrently.
 * Strings from it live as long as it does.
 */
struct torctl_microdescriptor;

/**
 * Takes a document in pieces and gives its microdescriptors one by one. Holds one that is not
 * complete yet and what was not taken. Freed by torctl_microdescriptor_reader_free(). One thread
 * at a time may use it.
 */
struct torctl_microdescriptor_reader;

/**
 * All the microdescriptors of a document. Freed by torctl_microdescriptors_free(). It never
 * changes: any number of threads may use it concurrently.
 */
struct torctl_microdescriptors;

/**
 * Is called for each microdescriptor of a document, which lives until it returns;
 * torctl_microdescriptor_dup() keeps it longer. TORCTL_OK goes on, TORCTL_END stops; a failure
 * stops, too.
 */
typedef torctl_status (*torctl_microdescriptor_fn)(const torctl_microdescriptor *microdescriptor,
                                                   void *user_data);

/**
 * Reads all the microdescriptors of a text: the value of `GETINFO md/...`. The text is copied.
 * Lines may end in LF or CRLF; a line that is malformed affects only itself, and what belongs to
 * no microdescriptor is skipped.
 *
 * Sets `*out` to a list that the caller frees with torctl_microdescriptors_free(). It is empty
 * if the text is, or is a document of this kind without any. A text that is a document of
 * another kind, or none that is known, gives TORCTL_ERR_NOT_FOUND; the message says what it is,
 * and so does torctl_document_kind().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_microdescriptors_parse(const void *text,
                                            size_t size_bytes,
                                            torctl_microdescriptors **out,
                                            torctl_error **err);

/** How many microdescriptors there are. */
TORCTL_API size_t torctl_microdescriptors_count(const torctl_microdescriptors *microdescriptors);

/**
 * One of them, in the order of the document.
 *
 * Returns an object that lives in the list; NULL if the index is too large.
 */
TORCTL_API
const torctl_microdescriptor *torctl_microdescriptors_get(const torctl_microdescriptors *microdescriptors,
                                                          size_t index);

/**
 * The microdescriptor with this digest, as torctl_router_microdesc_digest() gives it.
 *
 * Returns an object that lives in the list; NULL if there is none.
 */
TORCTL_API
const torctl_microdescriptor *torctl_microdescriptors_find(const torctl_microdescriptors *microdescriptors,
                                                           const char *digest);

/** How many bytes of the text belong to no microdescriptor. */
TORCTL_API
size_t torctl_microdescriptors_skipped_bytes(const torctl_microdescriptors *microdescriptors);

/**
 * What these bytes are: the kind of the first other document among them.
 *
 * Returns one of the TORCTL_DOCUMENT constants; TORCTL_DOCUMENT_UNKNOWN also if there is none.
 */
TORCTL_API
int32_t torctl_microdescriptors_skipped_kind(const torctl_microdescriptors *microdescriptors);

/** Frees a list and all that is in it. Accepts NULL. */
TORCTL_API void torctl_microdescriptors_free(torctl_microdescriptors *microdescriptors);

/**
 * Calls `each` for each microdescriptor of a text, in order, without keeping them: nothing is
 * copied but one at a time. For the text see torctl_microdescriptors_parse().
 *
 * Sets `*count`, if not NULL, to the number of calls. Returns TORCTL_OK, also if `each` stopped
 * it; TORCTL_ERR_NOT_FOUND as torctl_microdescriptors_parse() does.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_microdescriptors_walk(const void *text,
                                           size_t size_bytes,
                                           torctl_microdescriptor_fn each,
                                           void *user_data,
                                           size_t *count,
                                           torctl_error **err);

/**
 * Asks for microdescriptors by GETINFO and reads them all: "md/all", "md/id/FINGERPRINT",
 * "md/name/NICKNAME".
 *
 * Sets `*out` to an object that the caller frees with torctl_microdescriptors_free(). Blocks
 * like a request. An answer larger than torctl_options_set_max_reply_bytes() allows gives
 * TORCTL_ERR_TOO_LARGE. Cannot be begun, for the thread that reads would read them all, and
 * others wait for it; torctl_get_info() can, for torctl_microdescriptors_parse().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_microdescriptors(torctl_controller *controller,
                                          const char *key,
                                          torctl_call *call,
                                          torctl_microdescriptors **out,
                                          torctl_error **err);

/**
 * Asks for microdescriptors by GETINFO and calls `each` for one after the other as they come, so
 * that only one is ever held. It lives until `each` returns; torctl_microdescriptor_dup() keeps
 * it longer. When `each` returns TORCTL_END, that was the last. `each` may call anything, and
 * must not throw or longjmp.
 *
 * Sets `*count`, if not NULL, to the number of calls. Blocks like a request; the time that
 * `each` takes counts. Cannot be begun, for `each` is called by the thread that reads, which
 * others must not wait for; torctl_get_info() can, for torctl_microdescriptors_walk().
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_get_each_microdescriptor(torctl_controller *controller,
                                              const char *key,
                                              torctl_microdescriptor_fn each,
                                              void *user_data,
                                              torctl_call *call,
                                              size_t *count,
                                              torctl_error **err);

/**
 * Makes a reader for a document that arrives in pieces.
 *
 * Returns a reader that the caller frees with torctl_microdescriptor_reader_free().
 */
TORCTL_API torctl_microdescriptor_reader *torctl_microdescriptor_reader_new(void);

/**
 * Takes the next piece of the document, cut anywhere. The reader copies it; take what it has
 * with torctl_microdescriptor_reader_next() before the next piece comes, for the reader keeps
 * what was not taken.
 */
TORCTL_API
void torctl_microdescriptor_reader_push(torctl_microdescriptor_reader *reader,
                                        const void *piece,
                                        size_t size_bytes);

/** Says that the document is complete, so that its last microdescriptor is too. */
TORCTL_API void torctl_microdescriptor_reader_finish(torctl_microdescriptor_reader *reader);

/**
 * The next microdescriptor that is complete.
 *
 * Returns an object that lives until the reader is next called; NULL if the next piece is needed
 * first, or there is no more.
 */
TORCTL_API
const torctl_microdescriptor *torctl_microdescriptor_reader_next(torctl_microdescriptor_reader *reader);

/**
 * How many bytes so far belong to no microdescriptor; those of one that is larger than 4 MiB are
 * among them.
 */
TORCTL_API
size_t torctl_microdescriptor_reader_skipped_bytes(const torctl_microdescriptor_reader *reader);

/** What these bytes are, as torctl_microdescriptors_skipped_kind() says it. */
TORCTL_API
int32_t torctl_microdescriptor_reader_skipped_kind(const torctl_microdescriptor_reader *reader);

/** Frees a reader. Accepts NULL. */
TORCTL_API void torctl_microdescriptor_reader_free(torctl_microdescriptor_reader *reader);

/**
 * Copies a microdescriptor, to keep it longer than what it was asked of.
 *
 * Returns an object that the caller frees with torctl_microdescriptor_free(); NULL for NULL.
 */
TORCTL_API
torctl_microdescriptor *torctl_microdescriptor_dup(const torctl_microdescriptor *microdescriptor);

/** Frees a microdescriptor from torctl_microdescriptor_dup(), and no other. Accepts NULL. */
TORCTL_API void torctl_microdescriptor_free(torctl_microdescriptor *microdescriptor);

/**
 * Reads many fields of a microdescriptor in one call. `fields` are `count` of the TORCTL_FIELD
 * constants that have MICRODESCRIPTOR in their names, in any order; their values are written to
 * `values`, which has room for as many, in the same order.
 *
 * Returns how many of them are TORCTL_VALUE_PRESENT. A number that is no field of such an object
 * is TORCTL_VALUE_ABSENT; all are for NULL instead of the object. A list and what is yes or no
 * are always present. A line that is malformed counts as absent, and is among the extra lines.
 * NULL for `fields` or `values` writes nothing and returns 0.
 *
 * It tells a field that is absent from one that is 0 or "", and says how long each text is.
 * Where only speed counts, the function for one field costs less. Texts live as long as the
 * object.
 */
TORCTL_API
size_t torctl_microdescriptor_read(const torctl_microdescriptor *microdescriptor,
                                   const int32_t *fields,
                                   size_t count,
                                   torctl_value *values);

/**
 * Its SHA-256 digest in base64 without padding, by which a consensus names it. Computed when
 * first asked for.
 */
TORCTL_API const char *torctl_microdescriptor_digest(const torctl_microdescriptor *microdescriptor);

/** The relay's Ed25519 identity in base64. */
TORCTL_API
const char *torctl_microdescriptor_ed25519(const torctl_microdescriptor *microdescriptor);

/** The relay's RSA identity in base64; only old ones have it. */
TORCTL_API
const char *torctl_microdescriptor_rsa1024(const torctl_microdescriptor *microdescriptor);

/** Its ntor key in base64. */
TORCTL_API
const char *torctl_microdescriptor_ntor_onion_key(const torctl_microdescriptor *microdescriptor);

/** Its TAP onion key with its BEGIN and END lines; "" if it has none. */
TORCTL_API
const char *torctl_microdescriptor_onion_key(const torctl_microdescriptor *microdescriptor);

/** How many addresses it names besides the one in the consensus. */
TORCTL_API
size_t torctl_microdescriptor_or_address_count(const torctl_microdescriptor *microdescriptor);

/** One of these addresses, an IPv6 address without brackets. */
TORCTL_API
const char *torctl_microdescriptor_or_address(const torctl_microdescriptor *microdescriptor,
                                              size_t index);

/** The port of one of its further addresses. */
TORCTL_API
uint16_t torctl_microdescriptor_or_address_port(const torctl_microdescriptor *microdescriptor,
                                                size_t index);

/** How many relays are of one family with it. */
TORCTL_API
size_t torctl_microdescriptor_family_count(const torctl_microdescriptor *microdescriptor);

/** One of the family: `$FINGERPRINT` or a nickname. */
TORCTL_API
const char *torctl_microdescriptor_family(const torctl_microdescriptor *microdescriptor,
                                          size_t index);

/** How many families it proves to belong to. */
TORCTL_API
size_t torctl_microdescriptor_family_id_count(const torctl_microdescriptor *microdescriptor);

/** One of these families, for example "ed25519:KEY". */
TORCTL_API
const char *torctl_microdescriptor_family_id(const torctl_microdescriptor *microdescriptor,
                                             size_t index);

/** Which ports it lets exits to IPv4 go to: "accept PORTS" or "reject PORTS"; "" for no exit. */
TORCTL_API const char *torctl_microdescriptor_policy(const torctl_microdescriptor *microdescriptor);

/** The same for IPv6. */
TORCTL_API
const char *torctl_microdescriptor_ipv6_policy(const torctl_microdescriptor *microdescriptor);

/**
 * Returns 1 if its policy lets exits to this port through, to most addresses of the family that
 * this IPv4 or IPv6 address has, else 0, also if the text is not an address. NULL asks for both
 * families. A microdescriptor without a policy lets nothing through, and nor does one with a
 * policy that is malformed. 0 as well for the port 0.
 */
TORCTL_API
int torctl_microdescriptor_can_exit_to(const torctl_microdescriptor *microdescriptor,
                                       const char *address,
                                       uint16_t port);

/** What archives say that it is (annotation `@type`): for example "microdescriptor 1.0". */
TORCTL_API
const char *torctl_microdescriptor_annotated_type(const torctl_microdescriptor *microdescriptor);

/**
 * Where tor has it from (annotation `@source`): an address. Quotation marks around it are left
 * out, escapes within them are not undone.
 */
TORCTL_API const char *torctl_microdescriptor_source(const torctl_microdescriptor *microdescriptor);

/** What tor keeps it for (annotation `@purpose`): "general", "controller" or "bridge". */
TORCTL_API
const char *torctl_microdescriptor_purpose(const torctl_microdescriptor *microdescriptor);

/** When tor got it (annotation `@downloaded-at`). Microseconds since 1970, UTC; 0 if absent. */
TORCTL_API
int64_t torctl_microdescriptor_downloaded_unix_us(const torctl_microdescriptor *microdescriptor);

/**
 * When a consensus last named it (annotation `@last-listed`). Microseconds since 1970, UTC; 0 if
 * absent.
 */
TORCTL_API
int64_t torctl_microdescriptor_last_listed_unix_us(const torctl_microdescriptor *microdescriptor);

/** How many lines of the microdescriptor this version does not know or does not understand. */
TORCTL_API size_t torctl_microdescriptor_extra_count(const torctl_microdescriptor *microdescriptor);

/** One of these lines as it came, with the BEGIN to END lines behind it if it has them. */
TORCTL_API
const char *torctl_microdescriptor_extra(const torctl_microdescriptor *microdescriptor,
                                         size_t index);

/** Whether the first word of that line is known but what follows is not what it should be. */
TORCTL_API
int torctl_microdescriptor_extra_is_malformed(const torctl_microdescriptor *microdescriptor,
                                              size_t index);

/**
 * The whole microdescriptor as it came; that of an event or an answer of tor has LF at the end
 * of each line. Put together when it is first asked for.
 */
TORCTL_API const char *torctl_microdescriptor_raw(const torctl_microdescriptor *microdescriptor);

/** The size of the raw text, which may hold NULs. */
TORCTL_API
size_t torctl_microdescriptor_raw_size_bytes(const torctl_microdescriptor *microdescriptor);

/* Onion service descriptors -------------------------------------------------------------------- */

/*
 * The outer layer of a v3 descriptor: the value of `GETINFO hs/client/desc/id/...` or
 * `hs/service/desc/id/...`, the data of a TORCTL_EVENT_HS_DESC_CONTENT. What is inside is encrypted
 * and stays as it is.
 */

/**
 * A descriptor of an onion service. Freed by torctl_onion_descriptor_free(). It outlives the
 * controller and never changes: any number of threads may read it concurrently.
 */
struct torctl_onion_descriptor;

/**
 * Reads a descriptor, of which it keeps a copy.
 *
 * Sets `*out` to a descriptor that the caller frees with torctl_onion_descriptor_free(). A text
 * without one, such as the empty line of an event for a descriptor that was not found, gives
 * TORCTL_ERR_NOT_FOUND.
 */
TORCTL_NODISCARD TORCTL_API
torctl_status torctl_onion_descriptor_parse(const void *text,
                                            size_t size_bytes,
                                            torctl_onion_descriptor **out,
                                            torctl_error **err);

/** The whole descriptor as it came. Put together when it is first asked for. */
TORCTL_API const char *torctl_onion_descriptor_raw(const torctl_onion_descriptor *descriptor);

/** The version of its format: 3; 0 when it cannot be read. */
TORCTL_API uint32_t torctl_onion_descriptor_version(const torctl_onion_descriptor *descriptor);

/** For how many minutes a directory keeps it. */
TORCTL_API
uint32_t torctl_onion_descriptor_lifetime_minutes(const torctl_onion_descriptor *descriptor);

/** A number that grows with each descriptor that the service makes. */
TORCTL_API
uint64_t torctl_onion_descriptor_revision_counter(const torctl_onion_descriptor *descriptor);

/** The certificate of the key that signs the descriptor, with its BEGIN and END lines. */
TORCTL_API
const char *torctl_onion_descriptor_certificate(const torctl_onion_descriptor *descriptor);

/** When this certificate expires. Microseconds since 1970, UTC. */
TORCTL_API
int64_t torctl_onion_descriptor_certificate_expires_unix_us(const torctl_onion_descriptor *descriptor);

/** The encrypted part with its BEGIN and END lines. */
TORCTL_API
const char *torctl_onion_descriptor_superencrypted(const torctl_onion_descriptor *descriptor);

/** The signature in base64. */
TORCTL_API const char *torctl_onion_descriptor_signature(const torctl_onion_descriptor *descriptor);

/** How many lines of the descriptor this version does not know or does not understand. */
TORCTL_API size_t torctl_onion_descriptor_extra_count(const torctl_onion_descriptor *descriptor);

/** One of these lines as it came, with the BEGIN to END lines behind it if it has them. */
TORCTL_API
const char *torctl_onion_descriptor_extra(const torctl_onion_descriptor *descriptor,
                                          size_t index);

/** Whether the first word of that line is known but what follows is not what it should be. */
TORCTL_API
int torctl_onion_descriptor_extra_is_malformed(const torctl_onion_descriptor *descriptor,
                                               size_t index);

/** The size of the raw text, which may hold NULs. */
TORCTL_API size_t torctl_onion_descriptor_raw_size_bytes(const torctl_onion_descriptor *descriptor);

/** Frees the object. Accepts NULL. */
TORCTL_API void torctl_onion_descriptor_free(torctl_onion_descriptor *descriptor);

#ifdef __cplusplus
}
#endif

#endif /* TORCTL_H */
