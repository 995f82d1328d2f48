/* Generated from generator/cpp and torctl.api.json. Do not edit: change those and build. */

/**
 * @file
 * torctl.hpp: torctl for C++17 and later
 *
 *     torctl::controller tor("unix:/run/tor/control");
 *     std::string version = tor.get_info("version");
 *     for (auto &circuit : tor.circuits())
 *         std::cout << circuit.id() << ' ' << circuit.path() << '\n';
 *
 * The header alone: link the same library as for C. What torctl.h says of each function holds here
 * as well; each comment names the function that it is about. In short:
 *
 * Names are those of C without what the types say: torctl_guards_since_unix_us(guards, i) is
 * guards[i].since(), a std::chrono::system_clock::time_point. torctl_get_circuits() is circuits();
 * only get_info() and get_conf() keep their "get".
 *
 * Failures are thrown as torctl::error. Each function that can fail is there a second time with
 * try_ in front: that one returns an expected. With -fno-exceptions only those are there;
 * -fno-rtti is fine.
 *
 * Objects free themselves, move, and cannot be copied. What a function returns as a cstring_view
 * lives as long as the object; asked of an object that is about to go, it returns a std::string. One
 * that is empty or was moved from gives 0 and "", and status::state for what can fail.
 *
 * Callables are anything that can be called. What a listener throws is counted as its failure and
 * comes to controller::on_failure(); what a function throws that is called during a call leaves
 * that call.
 */

#ifndef TORCTL_HPP
#define TORCTL_HPP

#include "torctl.h"

#if !defined(__cplusplus) || (__cplusplus < 201703L && (!defined(_MSVC_LANG) || _MSVC_LANG < 201703L))
#  error "torctl.hpp needs C++17"
#endif

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <unistd.h>

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#  define TORCTL_EXCEPTIONS 1
#else
#  define TORCTL_EXCEPTIONS 0
#endif

#ifdef __has_include
#  if __has_include(<version>)
#    include <version>
#  endif
#endif
#if defined(__cpp_lib_expected) && __cpp_lib_expected >= 202202L
#  include <expected>
#  define TORCTL_STD_EXPECTED 1
#else
#  define TORCTL_STD_EXPECTED 0
#endif
#if defined(__cpp_impl_coroutine) && defined(__cpp_lib_coroutine)
#  include <coroutine>
#  define TORCTL_COROUTINES 1
#else
#  define TORCTL_COROUTINES 0
#endif

namespace torctl {

// What is compiled with std::expected and what is not are different to the linker.
#if TORCTL_STD_EXPECTED
inline namespace with_std_expected {
#else
inline namespace with_own_expected {
#endif

class options;
class controller;
class call;
class pending;
class reply;
class values;
class results;
class list;
class event;
class event_ref;
class queue;
class decoder;
class health;
class view;
class view_changes;
class bridges;
class launch_options;
class onion_options;
class onion;
class onion_ref;
class onions;
class onion_status;
class onion_listener;
class onion_key;
class client_key;
class client_auths;
class services;
class fetch;
class dial_options;
class dialed;
class config_options;
class events;
class endpoints;
class process;
class bandwidths;
class accounting;
class guards;
class mappings;
class exit_policy;
class router;
class router_ref;
class routers;
class router_reader;
class descriptor;
class descriptor_ref;
class descriptors;
class descriptor_reader;
class microdescriptor;
class microdescriptor_ref;
class microdescriptors;
class microdescriptor_reader;
class onion_descriptor;
class addrmap_event;
class bw_event;
class stream_bw_event;
class conn_bw_event;
class circ_bw_event;
class cell_stats_event;
class circ_event;
class conf_changed_event;
class newdesc_event;
class ns_event;
class guard_event;
class hs_desc_event;
class hs_desc_content_event;
class state_event;
class gap_event;
class health_event;
class result_event;
class log_event;
class clients_seen_event;
class buildtimeout_event;
class signal_event;
class transport_event;
class network_liveness_event;
class orconn_event;
class restored_event;
class status_event;
class stream_event;

/* Words ---------------------------------------------------------------------------------------- */

/** The TORCTL_ERR_... constants. */
enum class status : std::int32_t {
    /** Success. */
    ok = TORCTL_OK,
    /** Nothing is there now. */
    empty = TORCTL_EMPTY,
    /** Nothing is there, and nothing more will come. */
    end = TORCTL_END,
    /** The call is begun: its outcome comes as a TORCTL_EVENT_RESULT. */
    pending = TORCTL_PENDING,
    /** The caller: an argument cannot be used. */
    invalid = TORCTL_ERR_INVALID,
    /** The caller: the object is in the wrong state, for example a controller that is not connected. */
    state = TORCTL_ERR_STATE,
    /** There is no such thing: for example, a listener that is removed already; or a relay, descriptor, circuit, stream or onion service that tor does not have, when torctl_error_reply_code() and torctl_error_reply_text() have tor's answer. */
    not_found = TORCTL_ERR_NOT_FOUND,
    /** The connection: none could be made. */
    connect = TORCTL_ERR_CONNECT,
    /** The connection: tor refused the login. */
    auth = TORCTL_ERR_AUTH,
    /** The connection: it has ended. */
    closed = TORCTL_ERR_CLOSED,
    /** The connection: the deadline passed. */
    timeout = TORCTL_ERR_TIMEOUT,
    /** The connection: torctl_call_cancel() ended the call. */
    cancelled = TORCTL_ERR_CANCELLED,
    /** The peer: its answer makes no sense. */
    protocol = TORCTL_ERR_PROTOCOL,
    /** The peer: its reply is larger than a limit, and is dropped. */
    too_large = TORCTL_ERR_TOO_LARGE,
    /** tor refused. */
    rejected = TORCTL_ERR_REJECTED,
    /** A filter between the program and tor refused, for example onion-grater. */
    filtered = TORCTL_ERR_FILTERED,
    /** The system: it gave no descriptor, thread or randomness; a file could not be read or written; or a file or directory is open to other users. */
    system = TORCTL_ERR_SYSTEM,
    /** The library: an error of its own. */
    internal = TORCTL_ERR_INTERNAL,
    /** tor tried and failed: what the call waited for will not come, for example because a circuit could not be built. */
    failed = TORCTL_ERR_FAILED,
};

/** The TORCTL_CONN_... constants. */
enum class conn_type : std::int32_t {
    /** What a connection carries. */
    unknown = TORCTL_CONN_UNKNOWN,
    /** Traffic between relays, or between a client and its guard. */
    or_ = TORCTL_CONN_OR,
    /** Directory documents. */
    dir = TORCTL_CONN_DIR,
    /** Traffic between this exit and a destination outside of the tor network. */
    exit = TORCTL_CONN_EXIT,
};

/** The TORCTL_CIRC_... constants. */
enum class circ_status : std::int32_t {
    /** What happened to a circuit. */
    unknown = TORCTL_CIRC_UNKNOWN,
    /** tor begins to build the circuit. */
    launched = TORCTL_CIRC_LAUNCHED,
    /** All hops are there: the circuit can carry streams. */
    built = TORCTL_CIRC_BUILT,
    /** All hops are there, but tor first tries for a circuit through a better guard. */
    guard_wait = TORCTL_CIRC_GUARD_WAIT,
    /** The circuit has one hop more. */
    extended = TORCTL_CIRC_EXTENDED,
    /** The circuit ended before it was built. */
    failed = TORCTL_CIRC_FAILED,
    /** The circuit ended after it was built. */
    closed = TORCTL_CIRC_CLOSED,
};

/** The TORCTL_CIRC_MINOR_... constants. */
enum class circ_minor_event : std::int32_t {
    /** What changed about a built circuit. */
    unknown = TORCTL_CIRC_MINOR_UNKNOWN,
    /** The purpose or the onion-service state; torctl_circ_old_purpose() and torctl_circ_old_hs_state() have the former ones. */
    purpose_changed = TORCTL_CIRC_MINOR_PURPOSE_CHANGED,
    /** tor uses a circuit that it had in reserve for something new. */
    cannibalized = TORCTL_CIRC_MINOR_CANNIBALIZED,
};

/** The TORCTL_CIRC_FLAG_... constants. */
enum class circ_flags : std::uint32_t {
    /** How tor builds a circuit: a sum of these. */
    onehop_tunnel = TORCTL_CIRC_FLAG_ONEHOP_TUNNEL,
    /**  */
    is_internal = TORCTL_CIRC_FLAG_IS_INTERNAL,
    /**  */
    need_capacity = TORCTL_CIRC_FLAG_NEED_CAPACITY,
    /**  */
    need_uptime = TORCTL_CIRC_FLAG_NEED_UPTIME,
    /** A flag that this version does not know. */
    other = TORCTL_CIRC_FLAG_OTHER,
};
constexpr circ_flags operator|(circ_flags one, circ_flags other) noexcept
{
    return static_cast<circ_flags>(static_cast<std::uint32_t>(one) | static_cast<std::uint32_t>(other));
}
/** Whether all of `wanted` are among `flags`. */
constexpr bool has(circ_flags flags, circ_flags wanted) noexcept
{
    return (static_cast<std::uint32_t>(flags) & static_cast<std::uint32_t>(wanted)) == static_cast<std::uint32_t>(wanted);
}

/** The TORCTL_CIRC_PURPOSE_... constants. */
enum class circ_purpose : std::int32_t {
    /** What a circuit is for. */
    unknown = TORCTL_CIRC_PURPOSE_UNKNOWN,
    /** Carries streams of applications, or tor's own requests to directories. */
    general = TORCTL_CIRC_PURPOSE_GENERAL,
    /** Asks the service for a meeting. */
    hs_client_intro = TORCTL_CIRC_PURPOSE_HS_CLIENT_INTRO,
    /** Meets the service, and carries the streams to it. */
    hs_client_rend = TORCTL_CIRC_PURPOSE_HS_CLIENT_REND,
    /** Fetches the descriptor of the service. */
    hs_client_hsdir = TORCTL_CIRC_PURPOSE_HS_CLIENT_HSDIR,
    /** Waits for clients. */
    hs_service_intro = TORCTL_CIRC_PURPOSE_HS_SERVICE_INTRO,
    /** Meets a client, and carries its streams. */
    hs_service_rend = TORCTL_CIRC_PURPOSE_HS_SERVICE_REND,
    /** Publishes the descriptor of the service. */
    hs_service_hsdir = TORCTL_CIRC_PURPOSE_HS_SERVICE_HSDIR,
    /** Tests whether this relay can be reached from outside. */
    testing = TORCTL_CIRC_PURPOSE_TESTING,
    /** A controller keeps the circuit for itself: tor attaches no stream to it on its own. */
    controller = TORCTL_CIRC_PURPOSE_CONTROLLER,
    /** Took too long to build. */
    measure_timeout = TORCTL_CIRC_PURPOSE_MEASURE_TIMEOUT,
    /** In reserve for onion services, through layered guards (vanguards). */
    hs_vanguards = TORCTL_CIRC_PURPOSE_HS_VANGUARDS,
    /** Probes whether somebody makes circuits fail on purpose. */
    path_bias_testing = TORCTL_CIRC_PURPOSE_PATH_BIAS_TESTING,
    /** No longer used. */
    circuit_padding = TORCTL_CIRC_PURPOSE_CIRCUIT_PADDING,
    /** Will be a leg of a conflux set: several circuits that carry the same streams. */
    conflux_unlinked = TORCTL_CIRC_PURPOSE_CONFLUX_UNLINKED,
    /** A leg of a conflux set. */
    conflux_linked = TORCTL_CIRC_PURPOSE_CONFLUX_LINKED,
    /** Passes through this tor, which did not build it. */
    server = TORCTL_CIRC_PURPOSE_SERVER,
};

/** The TORCTL_HS_STATE_... constants. */
enum class hs_state : std::int32_t {
    /** How far an onion-service circuit is. */
    unknown = TORCTL_HS_STATE_UNKNOWN,
    /** The circuit is not built yet. */
    hsci_connecting = TORCTL_HS_STATE_HSCI_CONNECTING,
    /** The client has asked for a meeting. */
    hsci_intro_sent = TORCTL_HS_STATE_HSCI_INTRO_SENT,
    /** The introduction point has answered, and the circuit closes. */
    hsci_done = TORCTL_HS_STATE_HSCI_DONE,
    /** The circuit is not built, or the rendezvous point has not answered yet. */
    hscr_connecting = TORCTL_HS_STATE_HSCR_CONNECTING,
    /** The rendezvous point is ready. */
    hscr_established_idle = TORCTL_HS_STATE_HSCR_ESTABLISHED_IDLE,
    /** The service is asked, and has not come yet. */
    hscr_established_waiting = TORCTL_HS_STATE_HSCR_ESTABLISHED_WAITING,
    /** The service has come: streams can flow. */
    hscr_joined = TORCTL_HS_STATE_HSCR_JOINED,
    /** The circuit is not built, or the introduction point has not agreed yet. */
    hssi_connecting = TORCTL_HS_STATE_HSSI_CONNECTING,
    /** The introduction point is ready: clients can ask there. */
    hssi_established = TORCTL_HS_STATE_HSSI_ESTABLISHED,
    /** The circuit to the client is not built yet. */
    hssr_connecting = TORCTL_HS_STATE_HSSR_CONNECTING,
    /** Service and client have met: streams can flow. */
    hssr_joined = TORCTL_HS_STATE_HSSR_JOINED,
};

/** The TORCTL_CIRC_REASON_... constants. */
enum class circ_reason : std::int32_t {
    /** Why a circuit failed or was closed. */
    unknown = TORCTL_CIRC_REASON_UNKNOWN,
    /** No reason was given. */
    none = TORCTL_CIRC_REASON_NONE,
    /** Somebody on the path broke the protocol of tor. */
    torprotocol = TORCTL_CIRC_REASON_TORPROTOCOL,
    /** An internal error of tor or of a relay. */
    internal = TORCTL_CIRC_REASON_INTERNAL,
    /** Somebody asked for it: a controller, for example. */
    requested = TORCTL_CIRC_REASON_REQUESTED,
    /** A relay hibernates to save bandwidth. */
    hibernating = TORCTL_CIRC_REASON_HIBERNATING,
    /** A relay is out of memory, sockets or circuit numbers. */
    resourcelimit = TORCTL_CIRC_REASON_RESOURCELIMIT,
    /** A relay could not be reached. */
    connectfailed = TORCTL_CIRC_REASON_CONNECTFAILED,
    /** At the address of a relay was another relay. */
    or_identity = TORCTL_CIRC_REASON_OR_IDENTITY,
    /** The connection that carried the circuit ended. */
    channel_closed = TORCTL_CIRC_REASON_CHANNEL_CLOSED,
    /** Building took too long. */
    timeout = TORCTL_CIRC_REASON_TIMEOUT,
    /** The circuit was old or idle: tor closed it as it should. */
    finished = TORCTL_CIRC_REASON_FINISHED,
    /** A relay closed it; torctl_circ_remote_reason() says why. */
    destroyed = TORCTL_CIRC_REASON_DESTROYED,
    /** tor knows too few suitable relays for a path. */
    nopath = TORCTL_CIRC_REASON_NOPATH,
    /** The onion service is not known there. */
    nosuchservice = TORCTL_CIRC_REASON_NOSUCHSERVICE,
    /** Building took too long, and so did the time that tor allows for measuring that. */
    measurement_expired = TORCTL_CIRC_REASON_MEASUREMENT_EXPIRED,
    /** Another introduction point has answered: this one is not needed any more. */
    ip_now_redundant = TORCTL_CIRC_REASON_IP_NOW_REDUNDANT,
    /** This tor closed it, and gives no other reason. */
    origin = TORCTL_CIRC_REASON_ORIGIN,
};

/** The TORCTL_CLIENT_AUTH_... constants. */
enum class client_auth_added : std::int32_t {
    /** tor had no key for the service. */
    new_ = TORCTL_CLIENT_AUTH_NEW,
    /** The key replaced another. */
    replaced = TORCTL_CLIENT_AUTH_REPLACED,
    /** The key decrypted a descriptor that tor had already. */
    decrypted = TORCTL_CLIENT_AUTH_DECRYPTED,
};

/** The TORCTL_ENDPOINT_... constants. */
enum class endpoint_family : std::int32_t {
    /** An IPv4 address and a port. */
    ipv4 = TORCTL_ENDPOINT_IPV4,
    /** An IPv6 address and a port. */
    ipv6 = TORCTL_ENDPOINT_IPV6,
    /** A Unix socket. */
    unix_ = TORCTL_ENDPOINT_UNIX,
};

/** The TORCTL_ENTRY_GUARD_... constants. */
enum class entry_guard_state : std::int32_t {
    /** tor reached it when it last tried. */
    up = TORCTL_ENTRY_GUARD_UP,
    /** tor did not reach it when it last tried. */
    down = TORCTL_ENTRY_GUARD_DOWN,
    /** tor has not tried yet. */
    never_connected = TORCTL_ENTRY_GUARD_NEVER_CONNECTED,
    /** tor cannot use it under the present options. */
    unusable = TORCTL_ENTRY_GUARD_UNUSABLE,
    /** The consensus does not have it. */
    unlisted = TORCTL_ENTRY_GUARD_UNLISTED,
};

/** The TORCTL_GUARD_... constants. */
enum class guard_status : std::int32_t {
    /** What happened to a guard. */
    unknown = TORCTL_GUARD_UNKNOWN,
    /** tor chose the relay as a guard. */
    new_ = TORCTL_GUARD_NEW,
    /** The guard can be reached. */
    up = TORCTL_GUARD_UP,
    /** The guard cannot be reached. */
    down = TORCTL_GUARD_DOWN,
    /** The relay is a guard no longer. */
    dropped = TORCTL_GUARD_DROPPED,
    /** The consensus or the configuration forbids to use the guard. */
    bad = TORCTL_GUARD_BAD,
    /** The guard can be used again after BAD. */
    good = TORCTL_GUARD_GOOD,
    /** Like BAD, for a guard of the second layer, which onion services use (vanguards). */
    bad_l2 = TORCTL_GUARD_BAD_L2,
    /** Like GOOD, for a guard of the second layer. */
    good_l2 = TORCTL_GUARD_GOOD_L2,
};

/** The TORCTL_HEALTH_... constants. */
enum class health_level : std::int32_t {
    /** How well tor or a part of it does. */
    unknown = TORCTL_HEALTH_UNKNOWN,
    /** As it should. */
    ok = TORCTL_HEALTH_OK,
    /** tor can be used, but something is wrong. */
    degraded = TORCTL_HEALTH_DEGRADED,
    /** tor cannot be used yet, and is on its way there. */
    starting = TORCTL_HEALTH_STARTING,
    /** tor cannot be used, and something is in the way. */
    down = TORCTL_HEALTH_DOWN,
};

/** The TORCTL_HEALTH_ITEM_... constants. */
enum class health_item : std::int32_t {
    /** A part of tor. */
    all = TORCTL_HEALTH_ITEM_ALL,
    /** The connection to tor. */
    connection = TORCTL_HEALTH_ITEM_CONNECTION,
    /** The start of tor. */
    bootstrap = TORCTL_HEALTH_ITEM_BOOTSTRAP,
    /** Whether tor is dormant: then it is DEGRADED, and wakes when somebody uses it. */
    dormant = TORCTL_HEALTH_ITEM_DORMANT,
    /** Whether tor reaches the network. */
    network = TORCTL_HEALTH_ITEM_NETWORK,
    /** Whether tor can build circuits. */
    circuit = TORCTL_HEALTH_ITEM_CIRCUIT,
    /** Whether tor knows enough relays. */
    directory = TORCTL_HEALTH_ITEM_DIRECTORY,
    /** The clock of tor's computer. */
    clock = TORCTL_HEALTH_ITEM_CLOCK,
    /** The entry guards. */
    guards = TORCTL_HEALTH_ITEM_GUARDS,
    /** The onion services of this controller, and the detached ones. */
    onions = TORCTL_HEALTH_ITEM_ONIONS,
};

/** The TORCTL_HS_DESC_... constants. */
enum class hs_desc_action : std::int32_t {
    /** What happened to a descriptor. */
    unknown = TORCTL_HS_DESC_UNKNOWN,
    /** tor asks a directory relay for it. */
    requested = TORCTL_HS_DESC_REQUESTED,
    /** tor made a new one for its own service. */
    created = TORCTL_HS_DESC_CREATED,
    /** tor sends it to a directory relay. */
    upload = TORCTL_HS_DESC_UPLOAD,
    /** The directory relay has taken it: clients can find the service. */
    uploaded = TORCTL_HS_DESC_UPLOADED,
    /** The directory relay gave it, and it is valid. */
    received = TORCTL_HS_DESC_RECEIVED,
    /** The directory relay did not give or take it; torctl_hs_desc_reason() says why. */
    failed = TORCTL_HS_DESC_FAILED,
    /** An older tor had a good one already. */
    ignore = TORCTL_HS_DESC_IGNORE,
};

/** The TORCTL_HS_AUTH_... constants. */
enum class hs_desc_auth : std::int32_t {
    /** What a service asks of its clients. */
    unknown = TORCTL_HS_AUTH_UNKNOWN,
    /** Nothing. */
    no_auth = TORCTL_HS_AUTH_NO_AUTH,
    /** A key of the client. */
    rend_v3_auth = TORCTL_HS_AUTH_REND_V3_AUTH,
    /** The basic authorization of version 2, which tor no longer has. */
    basic_auth = TORCTL_HS_AUTH_BASIC_AUTH,
    /** The stealth authorization of version 2, which tor no longer has. */
    stealth_auth = TORCTL_HS_AUTH_STEALTH_AUTH,
};

/** The TORCTL_HS_DESC_REASON_... constants. */
enum class hs_desc_reason : std::int32_t {
    /** Why a directory relay did not give or take a descriptor. */
    unknown = TORCTL_HS_DESC_REASON_UNKNOWN,
    /** What it gave is no valid descriptor. */
    bad_desc = TORCTL_HS_DESC_REASON_BAD_DESC,
    /** It refused the question. */
    query_rejected = TORCTL_HS_DESC_REASON_QUERY_REJECTED,
    /** It refused the descriptor. */
    upload_rejected = TORCTL_HS_DESC_REASON_UPLOAD_REJECTED,
    /** It has no descriptor of this service. */
    not_found = TORCTL_HS_DESC_REASON_NOT_FOUND,
    /** For a reason that tor does not know. */
    unexpected = TORCTL_HS_DESC_REASON_UNEXPECTED,
    /** tor found no directory relay to ask. */
    query_no_hsdir = TORCTL_HS_DESC_REASON_QUERY_NO_HSDIR,
    /** tor asked all of them a short time ago, and does not ask again yet. */
    query_rate_limited = TORCTL_HS_DESC_REASON_QUERY_RATE_LIMITED,
};

/** The TORCTL_GAP_... constants. */
enum class gap_cause : std::int32_t {
    /** Why events are missing. */
    unknown = TORCTL_GAP_UNKNOWN,
    /** The queue was full. */
    queue = TORCTL_GAP_QUEUE,
    /** There was no connection. */
    connection = TORCTL_GAP_CONNECTION,
};

/** The TORCTL_BUILDTIMEOUT_... constants. */
enum class buildtimeout_type : std::int32_t {
    /** What happened to the timeout for building circuits. */
    unknown = TORCTL_BUILDTIMEOUT_UNKNOWN,
    /** tor computed it from circuits that it has built. */
    computed = TORCTL_BUILDTIMEOUT_COMPUTED,
    /** tor begins to learn anew, from the default. */
    reset = TORCTL_BUILDTIMEOUT_RESET,
    /** The network seems to be down: tor uses the default until it is back. */
    suspended = TORCTL_BUILDTIMEOUT_SUSPENDED,
    /** tor dropped what it had learned while the network was down. */
    discard = TORCTL_BUILDTIMEOUT_DISCARD,
    /** tor learns again. */
    resume = TORCTL_BUILDTIMEOUT_RESUME,
};

/** The TORCTL_TRANSPORT_... constants. */
enum class transport_side : std::int32_t {
    /** On which side of a connection a pluggable transport runs. */
    unknown = TORCTL_TRANSPORT_UNKNOWN,
    /** With a client, which reaches a bridge through it. */
    client = TORCTL_TRANSPORT_CLIENT,
    /** With a bridge, which clients reach through it. */
    server = TORCTL_TRANSPORT_SERVER,
};

/** The TORCTL_ORCONN_... constants. */
enum class orconn_status : std::int32_t {
    /** What happened to a connection. */
    unknown = TORCTL_ORCONN_UNKNOWN,
    /** Somebody connects to this relay. */
    new_ = TORCTL_ORCONN_NEW,
    /** tor begins to connect. */
    launched = TORCTL_ORCONN_LAUNCHED,
    /** The connection is ready: both sides have shaken hands. */
    connected = TORCTL_ORCONN_CONNECTED,
    /** The connection ended before it was ready. */
    failed = TORCTL_ORCONN_FAILED,
    /** The connection ended after it was ready. */
    closed = TORCTL_ORCONN_CLOSED,
};

/** The TORCTL_ORCONN_REASON_... constants. */
enum class orconn_reason : std::int32_t {
    /** Why a connection failed or was closed; in BOOTSTRAP events, why tor does not get further. */
    unknown = TORCTL_ORCONN_REASON_UNKNOWN,
    /** It ended as usual. */
    done = TORCTL_ORCONN_REASON_DONE,
    /** Nothing listens at the address. */
    connectrefused = TORCTL_ORCONN_REASON_CONNECTREFUSED,
    /** At the address was another relay or bridge. */
    identity = TORCTL_ORCONN_REASON_IDENTITY,
    /** The connection was broken off, often by something on the way. */
    connectreset = TORCTL_ORCONN_REASON_CONNECTRESET,
    /** No answer came in time, or the connection was idle for too long. */
    timeout = TORCTL_ORCONN_REASON_TIMEOUT,
    /** The network does not reach the address. */
    noroute = TORCTL_ORCONN_REASON_NOROUTE,
    /** Reading or writing failed. */
    ioerror = TORCTL_ORCONN_REASON_IOERROR,
    /** tor's computer lacks descriptors, buffers or the like. */
    resourcelimit = TORCTL_ORCONN_REASON_RESOURCELIMIT,
    /** The encryption failed. */
    tls_error = TORCTL_ORCONN_REASON_TLS_ERROR,
    /** Any other reason. */
    misc = TORCTL_ORCONN_REASON_MISC,
    /** The bridge needs a pluggable transport that tor does not have. */
    pt_missing = TORCTL_ORCONN_REASON_PT_MISSING,
    /** The clock is wrong. */
    clock_skew = TORCTL_ORCONN_REASON_CLOCK_SKEW,
};

/** The TORCTL_HIBERNATING_... constants. */
enum class hibernating : std::int32_t {
    /** tor works as it should. */
    awake = TORCTL_HIBERNATING_AWAKE,
    /** tor accepts no new connections, and the existing connections go on. */
    soft = TORCTL_HIBERNATING_SOFT,
    /** tor has no connections at all. */
    hard = TORCTL_HIBERNATING_HARD,
};

/** The TORCTL_SETUP_... constants. */
enum class setup_part : std::int32_t {
    /** tor ends with the connection: torctl_take_ownership(). */
    ownership = TORCTL_SETUP_OWNERSHIP,
    /** Options that torctl_keep_conf() set. */
    conf = TORCTL_SETUP_CONF,
    /** The option by which tor leaves new streams to torctl_attacher_set(). */
    attacher = TORCTL_SETUP_ATTACHER,
    /** A mapping of torctl_map_address(). */
    mapaddress = TORCTL_SETUP_MAPADDRESS,
    /** A key of torctl_onion_client_auth_add(). */
    client_auth = TORCTL_SETUP_CLIENT_AUTH,
    /** A service of torctl_add_onion(). */
    onion = TORCTL_SETUP_ONION,
    /** Events that queues and listeners want. */
    events = TORCTL_SETUP_EVENTS,
};

/** The TORCTL_RESTORED_... constants. */
enum class restored_outcome : std::int32_t {
    /** It is there again. */
    restored = TORCTL_RESTORED_RESTORED,
    /** It is not there: torctl_restored_message() says why. */
    lost = TORCTL_RESTORED_LOST,
    /** It needed no restoring: a detached service that tor still had. */
    lives = TORCTL_RESTORED_LIVES,
};

/** The TORCTL_FLAG_... constants. */
enum class router_flags : std::uint64_t {
    /** Flags of a relay, each with tor's word for it. */
    authority = TORCTL_FLAG_AUTHORITY,
    /** `BadExit`: not to be used as an exit. */
    bad_exit = TORCTL_FLAG_BAD_EXIT,
    /** `Exit`: useful for exits. */
    exit = TORCTL_FLAG_EXIT,
    /** `Fast`: it has enough bandwidth for most circuits. */
    fast = TORCTL_FLAG_FAST,
    /** `Guard`: fit to be an entry guard. */
    guard = TORCTL_FLAG_GUARD,
    /** `HSDir`: it keeps onion service descriptors. */
    hsdir = TORCTL_FLAG_HSDIR,
    /** `MiddleOnly`: to be used only in the middle of circuits. */
    middle_only = TORCTL_FLAG_MIDDLE_ONLY,
    /** `Named`: no longer given. */
    named = TORCTL_FLAG_NAMED,
    /** `NoEdConsensus`: the authorities disagree on its Ed25519 identity. */
    no_ed_consensus = TORCTL_FLAG_NO_ED_CONSENSUS,
    /** `Running`: the authorities can reach it. */
    running = TORCTL_FLAG_RUNNING,
    /** `Stable`: fit for circuits that last long. */
    stable = TORCTL_FLAG_STABLE,
    /** `StaleDesc`: its descriptor is old. */
    stale_desc = TORCTL_FLAG_STALE_DESC,
    /** `Sybil`: one of too many relays at one address. */
    sybil = TORCTL_FLAG_SYBIL,
    /** `Unnamed`: no longer given. */
    unnamed = TORCTL_FLAG_UNNAMED,
    /** `V2Dir`: it answers directory requests. */
    v2dir = TORCTL_FLAG_V2DIR,
    /** `Valid`: the authorities consider it fit for use. */
    valid = TORCTL_FLAG_VALID,
    /** A flag that this version does not know. */
    unknown = TORCTL_FLAG_UNKNOWN,
};
constexpr router_flags operator|(router_flags one, router_flags other) noexcept
{
    return static_cast<router_flags>(static_cast<std::uint64_t>(one) | static_cast<std::uint64_t>(other));
}
/** Whether all of `wanted` are among `flags`. */
constexpr bool has(router_flags flags, router_flags wanted) noexcept
{
    return (static_cast<std::uint64_t>(flags) & static_cast<std::uint64_t>(wanted)) == static_cast<std::uint64_t>(wanted);
}

/** The TORCTL_SIGNAL_... constants. */
enum class signal : std::int32_t {
    /** What torctl_signal() tells tor to do. */
    unknown = TORCTL_SIGNAL_UNKNOWN,
    /** tor reads its configuration again (HUP). */
    reload = TORCTL_SIGNAL_RELOAD,
    /** tor ends; a relay first gives its clients some time (INT). */
    shutdown = TORCTL_SIGNAL_SHUTDOWN,
    /** tor writes statistics into its log (USR1). */
    dump = TORCTL_SIGNAL_DUMP,
    /** tor logs at level debug from now on (USR2). */
    debug = TORCTL_SIGNAL_DEBUG,
    /** tor ends immediately (TERM). */
    halt = TORCTL_SIGNAL_HALT,
    /** New streams use new circuits. */
    newnym = TORCTL_SIGNAL_NEWNYM,
    /** tor forgets the addresses that it has looked up. */
    cleardnscache = TORCTL_SIGNAL_CLEARDNSCACHE,
    /** tor writes its heartbeat message into its log. */
    heartbeat = TORCTL_SIGNAL_HEARTBEAT,
    /** tor is no longer dormant. */
    active = TORCTL_SIGNAL_ACTIVE,
    /** tor stops using the network until something asks for it. */
    dormant = TORCTL_SIGNAL_DORMANT,
};

/** The TORCTL_STATE_... constants. */
enum class controller_state : std::int32_t {
    /** How far a controller is. */
    new_ = TORCTL_STATE_NEW,
    /** It connects to tor. */
    connecting = TORCTL_STATE_CONNECTING,
    /** It is connected, and authenticates. */
    connected = TORCTL_STATE_CONNECTED,
    /** tor answers requests and sends events. */
    ready = TORCTL_STATE_READY,
    /** The conversation is over. */
    closed = TORCTL_STATE_CLOSED,
    /** There is no connection, and the controller connects anew by itself when it is time. */
    waiting = TORCTL_STATE_WAITING,
};

/** The TORCTL_SEVERITY_... constants. */
enum class severity : std::int32_t {
    /** How serious a log message or a status event is: DEBUG and INFO are details, NOTICE is worth knowing, WARN needs attention, ERR keeps tor from its work. */
    unknown = TORCTL_SEVERITY_UNKNOWN,
    /**  */
    debug = TORCTL_SEVERITY_DEBUG,
    /**  */
    info = TORCTL_SEVERITY_INFO,
    /**  */
    notice = TORCTL_SEVERITY_NOTICE,
    /**  */
    warn = TORCTL_SEVERITY_WARN,
    /**  */
    err = TORCTL_SEVERITY_ERR,
};

/** The TORCTL_ACTION_... constants. */
enum class status_action : std::int32_t {
    /** What a status event reports. */
    unknown = TORCTL_ACTION_UNKNOWN,
    /** The computer slept, or its clock was set. */
    clock_jumped = TORCTL_ACTION_CLOCK_JUMPED,
    /** The directory authorities do not recommend this version of tor. */
    dangerous_version = TORCTL_ACTION_DANGEROUS_VERSION,
    /** tor has no descriptor left for a connection. */
    too_many_connections = TORCTL_ACTION_TOO_MANY_CONNECTIONS,
    /** tor met a bug of its own. */
    bug = TORCTL_ACTION_BUG,
    /** The clock seems to be so wrong that tor may not work. */
    clock_skew = TORCTL_ACTION_CLOCK_SKEW,
    /** tor reaches no directory. */
    dir_all_unreachable = TORCTL_ACTION_DIR_ALL_UNREACHABLE,
    /** The libevent of an older tor is known not to work well. */
    bad_libevent = TORCTL_ACTION_BAD_LIBEVENT,
    /** The start went a step further, or something hinders it: then the severity is WARN. */
    bootstrap = TORCTL_ACTION_BOOTSTRAP,
    /** tor knows enough relays, and begins to build circuits. */
    enough_dir_info = TORCTL_ACTION_ENOUGH_DIR_INFO,
    /** What tor knew of relays is too old. */
    not_enough_dir_info = TORCTL_ACTION_NOT_ENOUGH_DIR_INFO,
    /** tor has built a circuit: it can be used. */
    circuit_established = TORCTL_ACTION_CIRCUIT_ESTABLISHED,
    /** tor is not sure any more that it can build circuits. */
    circuit_not_established = TORCTL_ACTION_CIRCUIT_NOT_ESTABLISHED,
    /** A new consensus came, and it is valid. */
    consensus_arrived = TORCTL_ACTION_CONSENSUS_ARRIVED,
    /** An application connects to a port where passwords are often sent in clear. */
    dangerous_port = TORCTL_ACTION_DANGEROUS_PORT,
    /** An application gave an address in place of a name: it may have asked for it outside of tor. */
    dangerous_socks = TORCTL_ACTION_DANGEROUS_SOCKS,
    /** An application speaks something else to the SOCKS port. */
    socks_unknown_protocol = TORCTL_ACTION_SOCKS_UNKNOWN_PROTOCOL,
    /** An application asks for a name that cannot be one. */
    socks_bad_hostname = TORCTL_ACTION_SOCKS_BAD_HOSTNAME,
    /** The relay's idea of its own address changed. */
    external_address = TORCTL_ACTION_EXTERNAL_ADDRESS,
    /** The relay begins to test whether its port can be reached from outside. */
    checking_reachability = TORCTL_ACTION_CHECKING_REACHABILITY,
    /** The relay's port can be reached. */
    reachability_succeeded = TORCTL_ACTION_REACHABILITY_SUCCEEDED,
    /** The relay's port cannot be reached. */
    reachability_failed = TORCTL_ACTION_REACHABILITY_FAILED,
    /** Some directory authority took the relay's descriptor. */
    good_server_descriptor = TORCTL_ACTION_GOOD_SERVER_DESCRIPTOR,
    /** A directory authority took the relay's descriptor; torctl_status_event_dirauth() says which. */
    accepted_server_descriptor = TORCTL_ACTION_ACCEPTED_SERVER_DESCRIPTOR,
    /** A directory authority refused the relay's descriptor; torctl_status_event_reason_text() says why. */
    bad_server_descriptor = TORCTL_ACTION_BAD_SERVER_DESCRIPTOR,
    /** One of the exit's name servers works again, or works no more. */
    nameserver_status = TORCTL_ACTION_NAMESERVER_STATUS,
    /** None of the exit's name servers works. */
    nameserver_all_down = TORCTL_ACTION_NAMESERVER_ALL_DOWN,
    /** The exit's name server gives addresses for names that do not exist. */
    dns_hijacked = TORCTL_ACTION_DNS_HIJACKED,
    /** The exit's name server gives wrong addresses for well-known names: tor stops being an exit. */
    dns_useless = TORCTL_ACTION_DNS_USELESS,
    /** The relay begins or ends its hibernation, in which it saves bandwidth. */
    hibernation_status = TORCTL_ACTION_HIBERNATION_STATUS,
};

/** The TORCTL_VERSION_REASON_... constants. */
enum class version_reason : std::int32_t {
    /** Why the directory authorities do not recommend this version of tor. */
    unknown = TORCTL_VERSION_REASON_UNKNOWN,
    /** It is newer than all that they recommend. */
    new_ = TORCTL_VERSION_REASON_NEW,
    /** It is older than all that they recommend. */
    obsolete = TORCTL_VERSION_REASON_OBSOLETE,
    /** They recommend older and newer ones. */
    unrecommended = TORCTL_VERSION_REASON_UNRECOMMENDED,
};

/** The TORCTL_BOOTSTRAP_... constants. */
enum class bootstrap_tag : std::int32_t {
    /** How far the start of tor is. */
    unknown = TORCTL_BOOTSTRAP_UNKNOWN,
    /** tor runs, and has connected to nothing. */
    starting = TORCTL_BOOTSTRAP_STARTING,
    /** tor connects to a pluggable transport. */
    conn_pt = TORCTL_BOOTSTRAP_CONN_PT,
    /** tor is connected to the pluggable transport. */
    conn_done_pt = TORCTL_BOOTSTRAP_CONN_DONE_PT,
    /** tor connects to a proxy. */
    conn_proxy = TORCTL_BOOTSTRAP_CONN_PROXY,
    /** tor is connected to the proxy. */
    conn_done_proxy = TORCTL_BOOTSTRAP_CONN_DONE_PROXY,
    /** tor connects to a relay or bridge. */
    conn = TORCTL_BOOTSTRAP_CONN,
    /** tor is connected to the relay or bridge. */
    conn_done = TORCTL_BOOTSTRAP_CONN_DONE,
    /** tor shakes hands with the relay or bridge. */
    handshake = TORCTL_BOOTSTRAP_HANDSHAKE,
    /** tor has shaken hands with the relay or bridge. */
    handshake_done = TORCTL_BOOTSTRAP_HANDSHAKE_DONE,
    /** tor builds a circuit of one hop to a directory. */
    onehop_create = TORCTL_BOOTSTRAP_ONEHOP_CREATE,
    /** tor asks for the consensus. */
    requesting_status = TORCTL_BOOTSTRAP_REQUESTING_STATUS,
    /** tor loads the consensus. */
    loading_status = TORCTL_BOOTSTRAP_LOADING_STATUS,
    /** tor loads the certificates of the directory authorities. */
    loading_keys = TORCTL_BOOTSTRAP_LOADING_KEYS,
    /** tor asks for descriptors of relays. */
    requesting_descriptors = TORCTL_BOOTSTRAP_REQUESTING_DESCRIPTORS,
    /** tor loads descriptors of relays: the longest part of a first start. */
    loading_descriptors = TORCTL_BOOTSTRAP_LOADING_DESCRIPTORS,
    /** tor knows enough relays to build circuits. */
    enough_dirinfo = TORCTL_BOOTSTRAP_ENOUGH_DIRINFO,
    /** tor connects to a pluggable transport. */
    ap_conn_pt = TORCTL_BOOTSTRAP_AP_CONN_PT,
    /** tor is connected to the pluggable transport. */
    ap_conn_done_pt = TORCTL_BOOTSTRAP_AP_CONN_DONE_PT,
    /** tor connects to a proxy. */
    ap_conn_proxy = TORCTL_BOOTSTRAP_AP_CONN_PROXY,
    /** tor is connected to the proxy. */
    ap_conn_done_proxy = TORCTL_BOOTSTRAP_AP_CONN_DONE_PROXY,
    /** tor connects to a relay or bridge. */
    ap_conn = TORCTL_BOOTSTRAP_AP_CONN,
    /** tor is connected to the relay or bridge. */
    ap_conn_done = TORCTL_BOOTSTRAP_AP_CONN_DONE,
    /** tor shakes hands with the relay or bridge. */
    ap_handshake = TORCTL_BOOTSTRAP_AP_HANDSHAKE,
    /** tor has shaken hands with the relay or bridge. */
    ap_handshake_done = TORCTL_BOOTSTRAP_AP_HANDSHAKE_DONE,
    /** tor builds its first circuit. */
    circuit_create = TORCTL_BOOTSTRAP_CIRCUIT_CREATE,
    /** tor can be used. */
    done = TORCTL_BOOTSTRAP_DONE,
};

/** The TORCTL_RECOMMENDATION_... constants. */
enum class recommendation : std::int32_t {
    /** What tor recommends to do about a problem of its start. */
    unknown = TORCTL_RECOMMENDATION_UNKNOWN,
    /** Nothing yet: tor tries again, and it may go well. */
    ignore = TORCTL_RECOMMENDATION_IGNORE,
    /** Tell the user: tor tried several times. */
    warn = TORCTL_RECOMMENDATION_WARN,
};

/** The TORCTL_PORT_RESULT_... constants. */
enum class port_result : std::int32_t {
    /** What tor did about a stream to a dangerous port. */
    unknown = TORCTL_PORT_RESULT_UNKNOWN,
    /** tor refused it. */
    reject = TORCTL_PORT_RESULT_REJECT,
    /** tor let it through. */
    warn = TORCTL_PORT_RESULT_WARN,
};

/** The TORCTL_ADDRESS_METHOD_... constants. */
enum class address_method : std::int32_t {
    /** How a relay found its address. */
    unknown = TORCTL_ADDRESS_METHOD_UNKNOWN,
    /** By none of the following. */
    none = TORCTL_ADDRESS_METHOD_NONE,
    /** From the option Address. */
    configured = TORCTL_ADDRESS_METHOD_CONFIGURED,
    /** From the option ORPort. */
    configured_orport = TORCTL_ADDRESS_METHOD_CONFIGURED_ORPORT,
    /** From the host name of the computer. */
    gethostname = TORCTL_ADDRESS_METHOD_GETHOSTNAME,
    /** From a network interface. */
    interface = TORCTL_ADDRESS_METHOD_INTERFACE,
    /** From the name in the option Address, which it looked up. */
    resolved = TORCTL_ADDRESS_METHOD_RESOLVED,
};

/** The TORCTL_SERVER_STATUS_... constants. */
enum class server_status : std::int32_t {
    /** The new status in NAMESERVER_STATUS and HIBERNATION_STATUS. */
    unknown = TORCTL_SERVER_STATUS_UNKNOWN,
    /** The name server works. */
    up = TORCTL_SERVER_STATUS_UP,
    /** The name server does not work. */
    down = TORCTL_SERVER_STATUS_DOWN,
    /** The relay carries traffic. */
    awake = TORCTL_SERVER_STATUS_AWAKE,
    /** The relay accepts no new connections, and lets old ones end. */
    soft = TORCTL_SERVER_STATUS_SOFT,
    /** The relay carries no traffic. */
    hard = TORCTL_SERVER_STATUS_HARD,
};

/** The TORCTL_STREAM_... constants. */
enum class stream_status : std::int32_t {
    /** What happened to a stream. */
    unknown = TORCTL_STREAM_UNKNOWN,
    /** Somebody asks tor for a connection. */
    new_ = TORCTL_STREAM_NEW,
    /** Somebody asks tor to look up a name or an address. */
    newresolve = TORCTL_STREAM_NEWRESOLVE,
    /** tor replaced the target by another, which torctl_stream_target() has. */
    remap = TORCTL_STREAM_REMAP,
    /** tor has sent the request to connect along the circuit. */
    sentconnect = TORCTL_STREAM_SENTCONNECT,
    /** tor has sent the lookup along the circuit. */
    sentresolve = TORCTL_STREAM_SENTRESOLVE,
    /** The connection is made, or the name is looked up. */
    succeeded = TORCTL_STREAM_SUCCEEDED,
    /** tor has given up. */
    failed = TORCTL_STREAM_FAILED,
    /** The stream is gone. */
    closed = TORCTL_STREAM_CLOSED,
    /** The stream is off its circuit. */
    detached = TORCTL_STREAM_DETACHED,
    /** tor waits for a controller to attach the stream: see torctl_attacher_set(). */
    controller_wait = TORCTL_STREAM_CONTROLLER_WAIT,
    /** The application reads slowly: tor has asked the other end to pause. */
    xoff_sent = TORCTL_STREAM_XOFF_SENT,
    /** The other end has asked tor to pause. */
    xoff_recv = TORCTL_STREAM_XOFF_RECV,
    /** tor has told the other end to go on. */
    xon_sent = TORCTL_STREAM_XON_SENT,
    /** The other end has told tor to go on. */
    xon_recv = TORCTL_STREAM_XON_RECV,
};

/** The TORCTL_STREAM_REASON_... constants. */
enum class stream_reason : std::int32_t {
    /** Why a stream failed, was closed or was detached. */
    unknown = TORCTL_STREAM_REASON_UNKNOWN,
    /** Any other reason. */
    misc = TORCTL_STREAM_REASON_MISC,
    /** The name could not be looked up. */
    resolvefailed = TORCTL_STREAM_REASON_RESOLVEFAILED,
    /** The destination refused the connection. */
    connectrefused = TORCTL_STREAM_REASON_CONNECTREFUSED,
    /** The exit does not allow this address or port. */
    exitpolicy = TORCTL_STREAM_REASON_EXITPOLICY,
    /** The circuit of the stream was closed. */
    destroy = TORCTL_STREAM_REASON_DESTROY,
    /** The connection was closed as usual. */
    done = TORCTL_STREAM_REASON_DONE,
    /** The destination, or a circuit, took too long. */
    timeout = TORCTL_STREAM_REASON_TIMEOUT,
    /** The network of the exit does not reach the destination. */
    noroute = TORCTL_STREAM_REASON_NOROUTE,
    /** The exit hibernates to save bandwidth. */
    hibernating = TORCTL_STREAM_REASON_HIBERNATING,
    /** An internal error of tor or of the exit. */
    internal = TORCTL_STREAM_REASON_INTERNAL,
    /** The exit lacks the resources for it. */
    resourcelimit = TORCTL_STREAM_REASON_RESOURCELIMIT,
    /** The connection was reset. */
    connreset = TORCTL_STREAM_REASON_CONNRESET,
    /** Somebody broke the protocol of tor. */
    torprotocol = TORCTL_STREAM_REASON_TORPROTOCOL,
    /** The relay that was asked for directory documents is no directory. */
    notdirectory = TORCTL_STREAM_REASON_NOTDIRECTORY,
    /** The other end closed the stream; torctl_stream_remote_reason() says why. */
    end = TORCTL_STREAM_REASON_END,
    /** tor found no circuit that could take the stream. */
    cant_attach = TORCTL_STREAM_REASON_CANT_ATTACH,
    /** The network cannot be reached. */
    net_unreachable = TORCTL_STREAM_REASON_NET_UNREACHABLE,
    /** The application broke the SOCKS protocol. */
    socks_protocol = TORCTL_STREAM_REASON_SOCKS_PROTOCOL,
    /** The application broke the protocol of an HTTP proxy. */
    http_protocol = TORCTL_STREAM_REASON_HTTP_PROTOCOL,
    /** The application asked for a private address, for example 10.0.0.1. */
    private_addr = TORCTL_STREAM_REASON_PRIVATE_ADDR,
};

/** The TORCTL_STREAM_SOURCE_... constants. */
enum class stream_source : std::int32_t {
    /** Who gave the new target of a stream. */
    unknown = TORCTL_STREAM_SOURCE_UNKNOWN,
    /** tor itself, from an answer that it has kept. */
    cache = TORCTL_STREAM_SOURCE_CACHE,
    /** The exit, in its answer. */
    exit = TORCTL_STREAM_SOURCE_EXIT,
};

/** The TORCTL_STREAM_PURPOSE_... constants. */
enum class stream_purpose : std::int32_t {
    /** What a stream is for. */
    unknown = TORCTL_STREAM_PURPOSE_UNKNOWN,
    /** An application's traffic, or tor's own that fits none of the others. */
    user = TORCTL_STREAM_PURPOSE_USER,
    /** A name that an application asks for. */
    dns_request = TORCTL_STREAM_PURPOSE_DNS_REQUEST,
    /** tor fetches directory documents. */
    dir_fetch = TORCTL_STREAM_PURPOSE_DIR_FETCH,
    /** tor sends a document to a directory. */
    dir_upload = TORCTL_STREAM_PURPOSE_DIR_UPLOAD,
    /** An older tor tests its own directory port. */
    dirport_test = TORCTL_STREAM_PURPOSE_DIRPORT_TEST,
};

/** The TORCTL_CLIENT_PROTOCOL_... constants. */
enum class client_protocol : std::int32_t {
    /** How an application reached tor, for the most part by the kind of port: TRANS and NATD are transparent proxies, HTTPCONNECT is HTTPTunnelPort. */
    unknown = TORCTL_CLIENT_PROTOCOL_UNKNOWN,
    /**  */
    socks4 = TORCTL_CLIENT_PROTOCOL_SOCKS4,
    /**  */
    socks5 = TORCTL_CLIENT_PROTOCOL_SOCKS5,
    /**  */
    trans = TORCTL_CLIENT_PROTOCOL_TRANS,
    /**  */
    natd = TORCTL_CLIENT_PROTOCOL_NATD,
    /**  */
    dns = TORCTL_CLIENT_PROTOCOL_DNS,
    /**  */
    httpconnect = TORCTL_CLIENT_PROTOCOL_HTTPCONNECT,
    /**  */
    metrics = TORCTL_CLIENT_PROTOCOL_METRICS,
};

/** The TORCTL_ISO_... constants. */
enum class iso_fields : std::uint32_t {
    /** By what tor keeps a stream apart: two streams that differ in one of these share no circuit. */
    destport = TORCTL_ISO_DESTPORT,
    /**  */
    destaddr = TORCTL_ISO_DESTADDR,
    /**  */
    socks_username = TORCTL_ISO_SOCKS_USERNAME,
    /**  */
    socks_password = TORCTL_ISO_SOCKS_PASSWORD,
    /**  */
    client_protocol = TORCTL_ISO_CLIENT_PROTOCOL,
    /**  */
    clientaddr = TORCTL_ISO_CLIENTADDR,
    /**  */
    session_group = TORCTL_ISO_SESSION_GROUP,
    /**  */
    nym_epoch = TORCTL_ISO_NYM_EPOCH,
    /** A flag that this version does not know. */
    other = TORCTL_ISO_OTHER,
};
constexpr iso_fields operator|(iso_fields one, iso_fields other) noexcept
{
    return static_cast<iso_fields>(static_cast<std::uint32_t>(one) | static_cast<std::uint32_t>(other));
}
/** Whether all of `wanted` are among `flags`. */
constexpr bool has(iso_fields flags, iso_fields wanted) noexcept
{
    return (static_cast<std::uint32_t>(flags) & static_cast<std::uint32_t>(wanted)) == static_cast<std::uint32_t>(wanted);
}

/** The TORCTL_TRACE_... constants. */
enum class trace_direction : std::int32_t {
    /** What a line of a trace is. */
    unknown = TORCTL_TRACE_UNKNOWN,
    /** tor sent it: a line of a reply, of an event or of a data block. */
    in = TORCTL_TRACE_IN,
    /** The library sent it: a command, or a line of its data. */
    out = TORCTL_TRACE_OUT,
    /** The library says of the connection: "CONNECTED", "ENDED CAUSE=" with LOCAL, EOF, ERROR or PROTOCOL, or "LOST LINES=" with the number of lines that came while the function was too slow and that are missing here. */
    connection = TORCTL_TRACE_CONNECTION,
};

/** The TORCTL_VIEW_... constants. */
enum class view_sort : std::int32_t {
    /** What changed. */
    nothing = TORCTL_VIEW_NOTHING,
    /** A circuit. */
    circuit = TORCTL_VIEW_CIRCUIT,
    /** A stream. */
    stream = TORCTL_VIEW_STREAM,
    /** An entry guard. */
    guard = TORCTL_VIEW_GUARD,
};

/** The TORCTL_VIEW_CHANGE_... constants. */
enum class view_change : std::int32_t {
    /** What became of it. */
    none = TORCTL_VIEW_CHANGE_NONE,
    /** It is new. */
    added = TORCTL_VIEW_CHANGE_ADDED,
    /** It is another than before. */
    changed = TORCTL_VIEW_CHANGE_CHANGED,
    /** It is gone. */
    removed = TORCTL_VIEW_CHANGE_REMOVED,
};

/** The TORCTL_REASON_... constants. */
enum class reason : std::int32_t {
    /** No reason is known, or the library has no number for it. */
    unknown = TORCTL_REASON_UNKNOWN,
    /** This tor has no such key for GETINFO. */
    unknown_key = TORCTL_REASON_UNKNOWN_KEY,
    /** This tor has no option of this name. */
    unknown_option = TORCTL_REASON_UNKNOWN_OPTION,
    /** This tor has no event, signal, feature, purpose, key type or argument of this name. */
    unknown_word = TORCTL_REASON_UNKNOWN_WORD,
    /** This tor has no such command. */
    unknown_command = TORCTL_REASON_UNKNOWN_COMMAND,
    /** An argument has a form that tor does not accept there. */
    bad_argument = TORCTL_REASON_BAD_ARGUMENT,
    /** tor does not accept this value for the option. */
    bad_value = TORCTL_REASON_BAD_VALUE,
    /** The option can only be set when tor starts: start tor anew. */
    not_while_running = TORCTL_REASON_NOT_WHILE_RUNNING,
    /** tor could not write its torrc or a key file. */
    not_saved = TORCTL_REASON_NOT_SAVED,
    /** The connection is not authenticated. */
    not_authenticated = TORCTL_REASON_NOT_AUTHENTICATED,
    /** tor does not know the relay. */
    no_such_relay = TORCTL_REASON_NO_SUCH_RELAY,
    /** tor does not have the descriptor. */
    no_such_descriptor = TORCTL_REASON_NO_SUCH_DESCRIPTOR,
    /** There is no circuit with this number, or no longer. */
    no_such_circuit = TORCTL_REASON_NO_SUCH_CIRCUIT,
    /** There is no stream with this number, or no longer. */
    no_such_stream = TORCTL_REASON_NO_SUCH_STREAM,
    /** Neither this connection nor the detached services have an onion service of this address. */
    no_such_onion = TORCTL_REASON_NO_SUCH_ONION,
    /** This tor keeps microdescriptors and no server descriptors. */
    only_microdescriptors = TORCTL_REASON_ONLY_MICRODESCRIPTORS,
    /** Only a relay has an answer, and this tor is none. */
    not_a_relay = TORCTL_REASON_NOT_A_RELAY,
    /** tor does not know its own address yet. */
    address_unknown = TORCTL_REASON_ADDRESS_UNKNOWN,
    /** tor has no such consensus, or not yet. */
    no_consensus = TORCTL_REASON_NO_CONSENSUS,
    /** tor cannot build a circuit now. */
    no_circuit = TORCTL_REASON_NO_CIRCUIT,
    /** tor attaches this stream itself; a controller cannot. */
    not_managed = TORCTL_REASON_NOT_MANAGED,
    /** The circuit cannot carry the stream: it is not built yet, or too short. */
    cannot_attach = TORCTL_REASON_CANNOT_ATTACH,
    /** tor does not accept the descriptor. */
    bad_descriptor = TORCTL_REASON_BAD_DESCRIPTOR,
    /** This tor has a service with this key already. */
    onion_collision = TORCTL_REASON_ONION_COLLISION,
    /** This connection has a service with this key already: torctl_watch_onion() follows it. */
    onion_own = TORCTL_REASON_ONION_OWN,
    /** A detached service has this key: torctl_watch_onion() follows it, torctl_del_onion() ends it. */
    onion_detached = TORCTL_REASON_ONION_DETACHED,
    /** Another connection has a service with this key, which ends with that connection; or the configuration has it. */
    onion_elsewhere = TORCTL_REASON_ONION_ELSEWHERE,
    /** This tor has no proof-of-work defences for services of ADD_ONION. */
    no_pow = TORCTL_REASON_NO_POW,
    /** This tor runs only anonymous services, or only single-hop ones. */
    anonymity_mismatch = TORCTL_REASON_ANONYMITY_MISMATCH,
    /** tor makes no connection because its option DisableNetwork is 1. */
    network_disabled = TORCTL_REASON_NETWORK_DISABLED,
    /** tor is dormant, because it was idle for long or got SIGNAL DORMANT. */
    dormant = TORCTL_REASON_DORMANT,
    /** tor has used up what AccountingMax allows, and waits for the next period. */
    hibernating = TORCTL_REASON_HIBERNATING,
    /** The clock of tor's computer is so wrong that tor cannot work. */
    clock_skew = TORCTL_REASON_CLOCK_SKEW,
    /** A bridge needs a pluggable transport for which there is no ClientTransportPlugin. */
    no_transport = TORCTL_REASON_NO_TRANSPORT,
    /** The program of a pluggable transport cannot be run or ends immediately. */
    transport_failed = TORCTL_REASON_TRANSPORT_FAILED,
    /** Nothing listens at the address of the relay, bridge or proxy that tor tries. */
    connect_refused = TORCTL_REASON_CONNECT_REFUSED,
    /** The connection to a relay or bridge was broken off, often by something on the way. */
    connect_reset = TORCTL_REASON_CONNECT_RESET,
    /** A relay or bridge did not answer in time. */
    connect_timeout = TORCTL_REASON_CONNECT_TIMEOUT,
    /** The network does not reach the address of a relay or bridge. */
    no_route = TORCTL_REASON_NO_ROUTE,
    /** At the address is another relay or bridge than the expected one. */
    identity = TORCTL_REASON_IDENTITY,
    /** The encryption of the connection to a relay or bridge failed. */
    tls_error = TORCTL_REASON_TLS_ERROR,
    /** Reading or writing the connection to a relay or bridge failed. */
    io_error = TORCTL_REASON_IO_ERROR,
    /** tor lacks descriptors, ports or memory. */
    resource_limit = TORCTL_REASON_RESOURCE_LIMIT,
    /** The relay or bridge closed the connection. */
    connect_closed = TORCTL_REASON_CONNECT_CLOSED,
    /** What listens where tor's SOCKS port should be does not speak SOCKS5, or refuses the user name and password that keep streams apart. */
    not_socks = TORCTL_REASON_NOT_SOCKS,
    /** tor has no SOCKS port: its option SocksPort is 0. */
    no_socks_port = TORCTL_REASON_NO_SOCKS_PORT,
    /** tor says no more than that it failed. */
    dial_failed = TORCTL_REASON_DIAL_FAILED,
    /** No relay's exit policy allows the connection, or an option of this tor forbids it. */
    dial_not_allowed = TORCTL_REASON_DIAL_NOT_ALLOWED,
    /** The exit cannot reach that network. */
    dial_net_unreachable = TORCTL_REASON_DIAL_NET_UNREACHABLE,
    /** There is no such host, or it cannot be reached. */
    dial_host_unreachable = TORCTL_REASON_DIAL_HOST_UNREACHABLE,
    /** Nothing listens on that port of the host. */
    dial_refused = TORCTL_REASON_DIAL_REFUSED,
    /** The host or the circuit did not answer tor in time. */
    dial_timed_out = TORCTL_REASON_DIAL_TIMED_OUT,
    /** The SOCKS port makes no connections, or none to such an address. */
    dial_unsupported = TORCTL_REASON_DIAL_UNSUPPORTED,
    /** The circuit that was asked for did not carry the connection: its exit refused, or it has broken. */
    dial_detached = TORCTL_REASON_DIAL_DETACHED,
    /** F0: no relay has a descriptor of the onion service. */
    onion_not_found = TORCTL_REASON_ONION_NOT_FOUND,
    /** F1: the onion service's descriptor is invalid. */
    onion_invalid = TORCTL_REASON_ONION_INVALID,
    /** F2: the onion service's introduction points do not answer: it has probably ended. */
    onion_intro_failed = TORCTL_REASON_ONION_INTRO_FAILED,
    /** F3: the onion service answered, but no circuit to it could be joined. */
    onion_rend_failed = TORCTL_REASON_ONION_REND_FAILED,
    /** F4: the onion service wants a client key, and tor has none: torctl_onion_client_auth_add(). */
    onion_missing_key = TORCTL_REASON_ONION_MISSING_KEY,
    /** F5: the onion service does not accept the client key that tor has. */
    onion_wrong_key = TORCTL_REASON_ONION_WRONG_KEY,
    /** F6: it is not the address of an onion service: it may be mistyped. */
    onion_bad_address = TORCTL_REASON_ONION_BAD_ADDRESS,
    /** F7: the introduction to the onion service timed out. */
    onion_intro_timeout = TORCTL_REASON_ONION_INTRO_TIMEOUT,
    /** tor does not offer the method that was chosen with torctl_options_set_auth(), or offers none that the library knows. */
    auth_not_offered = TORCTL_REASON_AUTH_NOT_OFFERED,
    /** tor wants a password and the program gave none: ask for one, then try again. */
    auth_nothing_given = TORCTL_REASON_AUTH_NOTHING_GIVEN,
    /** tor refused the password: ask for another. */
    auth_password_wrong = TORCTL_REASON_AUTH_PASSWORD_WRONG,
    /** tor names no cookie file and the program gave none: use torctl_options_set_cookie_file(). */
    auth_no_cookie_file = TORCTL_REASON_AUTH_NO_COOKIE_FILE,
    /** The cookie file cannot be opened or read; torctl_error_errno() says why. */
    auth_cookie_unreadable = TORCTL_REASON_AUTH_COOKIE_UNREADABLE,
    /** The cookie file is a directory, a pipe or a device. */
    auth_cookie_not_regular = TORCTL_REASON_AUTH_COOKIE_NOT_REGULAR,
    /** The cookie file does not have 32 bytes: it is another file, or tor is writing it now. */
    auth_cookie_size = TORCTL_REASON_AUTH_COOKIE_SIZE,
    /** The peer offers only the plain cookie, which no tor does: the library did not send the cookie. */
    auth_cookie_withheld = TORCTL_REASON_AUTH_COOKIE_WITHHELD,
    /** The peer did not prove that it knows the cookie: it is not the tor that wrote this file. */
    auth_no_proof = TORCTL_REASON_AUTH_NO_PROOF,
    /** tor refused the cookie, the proof of it, or a login without a secret. */
    auth_refused = TORCTL_REASON_AUTH_REFUSED,
    /** Something answers there, but it is not tor's control port. */
    not_tor = TORCTL_REASON_NOT_TOR,
};

/** The TORCTL_AUTH_... constants. */
enum class auth : std::int32_t {
    /** Use whatever works: nothing, then SAFECOOKIE, then the password if one was given. */
    auto_ = TORCTL_AUTH_AUTO,
    /** Use no secret at all. */
    null = TORCTL_AUTH_NULL,
    /** Use the password of torctl_options_set_password(). */
    password = TORCTL_AUTH_PASSWORD,
    /** Send the cookie itself, from the file that the peer names if the program names none. */
    cookie = TORCTL_AUTH_COOKIE,
    /** Prove knowledge of the cookie, and require that tor proves it, too. */
    safecookie = TORCTL_AUTH_SAFECOOKIE,
};

/** The TORCTL_DROP_... constants. */
enum class overflow : std::int32_t {
    /** A full queue drops the events that wait longest. */
    oldest = TORCTL_DROP_OLDEST,
    /** A full queue drops the events that arrive. */
    newest = TORCTL_DROP_NEWEST,
};

/** The TORCTL_LAUNCH_... constants. */
enum class launch_control : std::int32_t {
    /** Talk with tor through a descriptor that it is born with (__OwningControllerFD). */
    descriptor = TORCTL_LAUNCH_DESCRIPTOR,
    /** Talk with tor through a port of 127.0.0.1 that tor chooses, with a cookie: for other programs of the same user that are to control it too. */
    port = TORCTL_LAUNCH_PORT,
};

/** The TORCTL_POW_... constants. */
enum class pow : std::int32_t {
    /** No proof-of-work defences. */
    off = TORCTL_POW_OFF,
    /** Proof-of-work defences if this tor has them, which it does from 0.4.9.2 on. */
    if_possible = TORCTL_POW_IF_POSSIBLE,
    /** Proof-of-work defences, or no service. */
    required = TORCTL_POW_REQUIRED,
};

/** The TORCTL_ONION_KEY_... constants. */
enum class onion_key_type : std::int32_t {
    /** A new key of the kind that tor thinks best: `NEW:BEST`. */
    best = TORCTL_ONION_KEY_BEST,
    /** A new key for a version 3 service: `NEW:ED25519-V3`. */
    ed25519_v3 = TORCTL_ONION_KEY_ED25519_V3,
};

/** The TORCTL_DESCRIPTOR_... constants. */
enum class descriptor_purpose : std::int32_t {
    /** A relay's descriptor for tor's own use. */
    general = TORCTL_DESCRIPTOR_GENERAL,
    /** A relay's descriptor for circuits that the program makes. */
    controller = TORCTL_DESCRIPTOR_CONTROLLER,
    /** A bridge's descriptor. */
    bridge = TORCTL_DESCRIPTOR_BRIDGE,
};

/** The TORCTL_VALUE_... constants. */
enum class presence : std::int32_t {
    /** The field is not there, or the object is of a kind that does not have it. */
    absent = TORCTL_VALUE_ABSENT,
    /** The field is there. */
    present = TORCTL_VALUE_PRESENT,
    /** The field is there, and what tor wrote is nothing that its shape can be: `text` has it. */
    malformed = TORCTL_VALUE_MALFORMED,
};

/** The TORCTL_SHAPE_... constants. */
enum class shape : std::int32_t {
    /** `number.u64` counts. */
    unsigned_ = TORCTL_SHAPE_UNSIGNED,
    /** `number.i64` counts. */
    signed_ = TORCTL_SHAPE_SIGNED,
    /** `number.f64` counts. */
    float_ = TORCTL_SHAPE_FLOAT,
    /** `number.i64` counts: microseconds since 1970, UTC. */
    time = TORCTL_SHAPE_TIME,
    /** `text` counts, and `size_bytes`. */
    text = TORCTL_SHAPE_TEXT,
    /** `number.i64` counts: a constant of the field's set, 0 for a word that this version does not know; `text` has tor's word. */
    word = TORCTL_SHAPE_WORD,
    /** `number.u64` counts: a sum of constants of the field's set; `text` has tor's words. */
    flags = TORCTL_SHAPE_FLAGS,
    /** `number.u64` counts: how many items a list has. */
    list = TORCTL_SHAPE_LIST,
    /** `number.i64` counts: 1 for yes, 0 for no. */
    boolean = TORCTL_SHAPE_BOOLEAN,
};

/** The TORCTL_CELLS_... constants. */
enum class cells : std::int32_t {
    /** The maps of CELL_STATS. */
    inbound_added = TORCTL_CELLS_INBOUND_ADDED,
    /** How many cells were removed from the inbound queue. */
    inbound_removed = TORCTL_CELLS_INBOUND_REMOVED,
    /** How many milliseconds the cells removed from the inbound queue had waited, in sum. */
    inbound_time = TORCTL_CELLS_INBOUND_TIME,
    /** How many cells were added to the outbound queue. */
    outbound_added = TORCTL_CELLS_OUTBOUND_ADDED,
    /** How many cells were removed from the outbound queue. */
    outbound_removed = TORCTL_CELLS_OUTBOUND_REMOVED,
    /** How many milliseconds the cells removed from the outbound queue had waited, in sum. */
    outbound_time = TORCTL_CELLS_OUTBOUND_TIME,
};

/** The TORCTL_DOCUMENT_... constants. */
enum class document : std::int32_t {
    /** Nothing that is known. */
    unknown = TORCTL_DOCUMENT_UNKNOWN,
    /** Router status entries: a consensus, a vote, a status. */
    routers = TORCTL_DOCUMENT_ROUTERS,
    /** Server descriptors. */
    descriptors = TORCTL_DOCUMENT_DESCRIPTORS,
    /** Microdescriptors. */
    microdescriptors = TORCTL_DOCUMENT_MICRODESCRIPTORS,
    /** Extra-info documents, which the library does not read. */
    extra_info = TORCTL_DOCUMENT_EXTRA_INFO,
    /** Key certificates of authorities, which the library does not read. */
    key_certificate = TORCTL_DOCUMENT_KEY_CERTIFICATE,
    /** The descriptor of an onion service. */
    onion = TORCTL_DOCUMENT_ONION,
};

/** The TORCTL_EVENT_... constants. */
enum class kind : std::int32_t {
    /** A kind that this version does not know. */
    unknown = TORCTL_EVENT_UNKNOWN,
    /** A circuit was launched, extended or built, failed or was closed. */
    circ = TORCTL_EVENT_CIRC,
    /** A built circuit changed its purpose or is used for something new. */
    circ_minor = TORCTL_EVENT_CIRC_MINOR,
    /** A stream began, went a step further, failed or was closed. */
    stream = TORCTL_EVENT_STREAM,
    /** A connection to a relay began, is ready, failed or was closed. */
    orconn = TORCTL_EVENT_ORCONN,
    /** How many bytes tor read and wrote in the last second. */
    bw = TORCTL_EVENT_BW,
    /** A log message for developers of tor. */
    debug = TORCTL_EVENT_DEBUG,
    /** A log message with details. */
    info = TORCTL_EVENT_INFO,
    /** A log message that is worth knowing. */
    notice = TORCTL_EVENT_NOTICE,
    /** A log message about something that needs attention. */
    warn = TORCTL_EVENT_WARN,
    /** A log message about something that keeps tor from its work. */
    err = TORCTL_EVENT_ERR,
    /** tor got new server descriptors of relays. */
    newdesc = TORCTL_EVENT_NEWDESC,
    /** A name was looked up, or an address mapped to another. */
    addrmap = TORCTL_EVENT_ADDRMAP,
    /** The descriptor of this relay changed. */
    descchanged = TORCTL_EVENT_DESCCHANGED,
    /** The router status entries of some relays changed. */
    ns = TORCTL_EVENT_NS,
    /** tor reports something that concerns every tor, for example a wrong clock. */
    status_general = TORCTL_EVENT_STATUS_GENERAL,
    /** tor reports something that concerns clients, for example how far its start is. */
    status_client = TORCTL_EVENT_STATUS_CLIENT,
    /** tor reports something that concerns relays, for example that its port can be reached. */
    status_server = TORCTL_EVENT_STATUS_SERVER,
    /** A guard was chosen or given up, or can be used or not. */
    guard = TORCTL_EVENT_GUARD,
    /** How many bytes the application of a stream wrote and read in about the last second. */
    stream_bw = TORCTL_EVENT_STREAM_BW,
    /** From which countries the clients of this bridge came. */
    clients_seen = TORCTL_EVENT_CLIENTS_SEEN,
    /** A new consensus came. */
    newconsensus = TORCTL_EVENT_NEWCONSENSUS,
    /** tor changed its timeout for building circuits. */
    buildtimeout_set = TORCTL_EVENT_BUILDTIMEOUT_SET,
    /** tor got a signal, for example NEWNYM, and acts on it. */
    signal = TORCTL_EVENT_SIGNAL,
    /** Options of tor's configuration changed. */
    conf_changed = TORCTL_EVENT_CONF_CHANGED,
    /** How many bytes a connection moved in about the last second. */
    conn_bw = TORCTL_EVENT_CONN_BW,
    /** How many cells went through the queues of a circuit. */
    cell_stats = TORCTL_EVENT_CELL_STATS,
    /** How many bytes a circuit moved in about the last second. */
    circ_bw = TORCTL_EVENT_CIRC_BW,
    /** A pluggable transport was started and listens. */
    transport_launched = TORCTL_EVENT_TRANSPORT_LAUNCHED,
    /** The descriptor of an onion service is published or fetched, step by step. */
    hs_desc = TORCTL_EVENT_HS_DESC,
    /** What a directory relay gave when tor fetched the descriptor of an onion service. */
    hs_desc_content = TORCTL_EVENT_HS_DESC_CONTENT,
    /** tor believes that the network can be reached, or no longer. */
    network_liveness = TORCTL_EVENT_NETWORK_LIVENESS,
    /** A log message of a pluggable transport. */
    pt_log = TORCTL_EVENT_PT_LOG,
    /** The status of a pluggable transport. */
    pt_status = TORCTL_EVENT_PT_STATUS,
    /** Made by the library: the controller's state changed. */
    state = TORCTL_EVENT_STATE,
    /** Made by the library: events were dropped here, because a queue was full. */
    gap = TORCTL_EVENT_GAP,
    /** Made by the library: something changed in what torctl_get_health() says. */
    health = TORCTL_EVENT_HEALTH,
    /** Made by the library: a call that was begun is over. */
    result = TORCTL_EVENT_RESULT,
    /** Made by the library: something that the program had set up on tor is there again on the tor that the controller reconnected to, or is not. */
    restored = TORCTL_EVENT_RESTORED,
};

/* The kinds of events. Those that are not here are kind::health and kind::signal. */
inline constexpr kind circ = kind::circ;
inline constexpr kind circ_minor = kind::circ_minor;
inline constexpr kind stream = kind::stream;
inline constexpr kind orconn = kind::orconn;
inline constexpr kind bw = kind::bw;
inline constexpr kind debug = kind::debug;
inline constexpr kind info = kind::info;
inline constexpr kind notice = kind::notice;
inline constexpr kind warn = kind::warn;
inline constexpr kind err = kind::err;
inline constexpr kind newdesc = kind::newdesc;
inline constexpr kind addrmap = kind::addrmap;
inline constexpr kind descchanged = kind::descchanged;
inline constexpr kind ns = kind::ns;
inline constexpr kind status_general = kind::status_general;
inline constexpr kind status_client = kind::status_client;
inline constexpr kind status_server = kind::status_server;
inline constexpr kind guard = kind::guard;
inline constexpr kind stream_bw = kind::stream_bw;
inline constexpr kind clients_seen = kind::clients_seen;
inline constexpr kind newconsensus = kind::newconsensus;
inline constexpr kind buildtimeout_set = kind::buildtimeout_set;
inline constexpr kind conf_changed = kind::conf_changed;
inline constexpr kind conn_bw = kind::conn_bw;
inline constexpr kind cell_stats = kind::cell_stats;
inline constexpr kind circ_bw = kind::circ_bw;
inline constexpr kind transport_launched = kind::transport_launched;
inline constexpr kind hs_desc = kind::hs_desc;
inline constexpr kind hs_desc_content = kind::hs_desc_content;
inline constexpr kind network_liveness = kind::network_liveness;
inline constexpr kind pt_log = kind::pt_log;
inline constexpr kind pt_status = kind::pt_status;
inline constexpr kind state = kind::state;
inline constexpr kind gap = kind::gap;
inline constexpr kind result = kind::result;
inline constexpr kind restored = kind::restored;

/* Texts ---------------------------------------------------------------------------------------- */

/** A text that a NUL ends: a std::string_view with c_str(). It lives as long as the object that gave it. */
class cstring_view : public std::string_view {
public:
    cstring_view() noexcept : std::string_view("", 0) {}
    explicit cstring_view(const char *text) noexcept : std::string_view(text != nullptr ? text : "") {}
    cstring_view(const char *text, std::size_t size) noexcept
        : std::string_view(text != nullptr ? text : "", text != nullptr ? size : 0)
    {
    }
    const char *c_str() const noexcept { return data(); }
    /** A copy that lives on. */
    std::string str() const { return std::string(data(), size()); }
    operator std::string() const { return str(); }
};

/**
 * A text that a function takes: a literal, a std::string, a std::string_view or a
 * std::filesystem::path; nullptr or nothing where the function says that it may be left out. It is
 * not kept. What has a NUL inside is refused, with status::invalid.
 */
class str {
public:
    str() noexcept = default;
    str(std::nullptr_t) noexcept {}
    str(const char *text) noexcept
        : data_(text), size_(text != nullptr ? std::strlen(text) : 0), is_terminated_(true)
    {
    }
    str(const std::string &text) noexcept
        : data_(text.c_str()), size_(text.size()), is_terminated_(true)
    {
    }
    str(const cstring_view &text) noexcept
        : data_(text.c_str()), size_(text.size()), is_terminated_(true)
    {
    }
    str(std::string_view text) noexcept
        : data_(text.data() != nullptr ? text.data() : ""), size_(text.size()),
          is_terminated_(text.data() == nullptr)
    {
    }
    str(const std::optional<std::string> &text) noexcept
    {
        if (text)
            *this = str(*text);
    }
    /** A std::filesystem::path. */
    template <class Path,
              std::enable_if_t<std::is_same_v<decltype(std::declval<const Path &>().native()),
                                              const std::string &>,
                               int> = 0>
    str(const Path &path) noexcept : str(path.native())
    {
    }
    const char *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    bool is_terminated() const noexcept { return is_terminated_; }

private:
    const char *data_ = nullptr;
    std::size_t size_ = 0;
    bool is_terminated_ = false;
};

namespace detail {

/** A text as C takes it. What has to be copied for its NUL is wiped afterwards: it may be a secret. */
class c_str {
public:
    explicit c_str(const str &text) : size_(text.size())
    {
        if (text.data() == nullptr)
            return;
        has_nul_ = std::memchr(text.data(), 0, text.size()) != nullptr;
        text_ = text.data();
        if (text.is_terminated())
            return;
        char *copy = small_;
        if (size_ >= sizeof small_) {
            large_.reset(new char[size_ + 1]);
            copy = large_.get();
        }
        std::memcpy(copy, text.data(), size_);
        copy[size_] = '\0';
        text_ = copy;
    }
    c_str(const c_str &) = delete;
    c_str &operator=(const c_str &) = delete;
    ~c_str()
    {
        volatile char *copy = large_ ? large_.get() : small_;
        if (text_ == copy) {
            for (std::size_t at = 0; at < size_; ++at)
                copy[at] = '\0';
        }
    }
    const char *get() const noexcept { return text_; }
    bool has_nul() const noexcept { return has_nul_; }

private:
    const char *text_ = nullptr;
    std::size_t size_;
    bool has_nul_ = false;
    std::unique_ptr<char[]> large_;
    char small_[120];
};

} // namespace detail

/** Texts that a function takes: {"a", "b"}, or any range of what a str can be made of. */
class texts {
public:
    texts(std::initializer_list<str> list)
    {
        for (const str &text : list)
            add(text);
    }
    template <class Range, class = decltype(str(*std::begin(std::declval<const Range &>()))),
              std::enable_if_t<!std::is_convertible_v<const Range &, str>, int> = 0>
    texts(const Range &range)
    {
        for (const auto &text : range)
            add(text);
    }
    texts(const texts &) = delete;
    texts &operator=(const texts &) = delete;
    std::size_t size() const noexcept { return pointers_.size(); }
    const char *const *get() const noexcept { return pointers_.data(); }
    bool has_nul() const noexcept { return has_nul_; }

private:
    friend class pairs;
    texts() = default;
    void add(const str &text)
    {
        copies_.push_back(std::make_unique<detail::c_str>(text));
        pointers_.push_back(copies_.back()->get());
        has_nul_ = has_nul_ || copies_.back()->has_nul();
    }
    std::vector<std::unique_ptr<detail::c_str>> copies_;
    std::vector<const char *> pointers_;
    bool has_nul_ = false;
};

/** Names with values: {{"Nickname", "a"}, {"ExitPolicy", nullptr}}, or a map. */
class pairs {
public:
    pairs(std::initializer_list<std::pair<str, str>> list)
    {
        for (const auto &[first, second] : list)
            add(first, second);
    }
    template <class Map,
              class = decltype(str(std::begin(std::declval<const Map &>())->first)),
              class = decltype(str(std::begin(std::declval<const Map &>())->second))>
    pairs(const Map &map)
    {
        for (const auto &[first, second] : map)
            add(first, second);
    }
    const texts &first() const noexcept { return first_; }
    const texts &second() const noexcept { return second_; }
    bool has_nul() const noexcept { return first_.has_nul() || second_.has_nul(); }

private:
    void add(const str &first, const str &second)
    {
        first_.add(first);
        second_.add(second);
    }
    texts first_;
    texts second_;
};

/* Time ----------------------------------------------------------------------------------------- */

/**
 * How long something may take: a std::chrono duration, or a point in time until when. Nothing means
 * what the function says, which is the controller's timeout for a request and endless for a wait.
 */
class timeout {
public:
    timeout() noexcept = default;
    template <class Rep, class Period>
    timeout(std::chrono::duration<Rep, Period> time) noexcept
    {
        // Rounded up: what is not over is not 0, which would not wait.
        const double ms = std::chrono::duration<double, std::milli>(time).count();
        const double whole = ms > 2147483646.0 ? 2147483647.0 : ms > 0.0 ? ms : 0.0;
        ms_ = static_cast<std::int32_t>(whole);
        ms_ += static_cast<double>(ms_) < whole ? 1 : 0;
    }
    template <class Clock, class Duration>
    timeout(std::chrono::time_point<Clock, Duration> until) : timeout(until - Clock::now())
    {
    }
    /** Milliseconds as C takes them; -1 for nothing. */
    std::int32_t ms() const noexcept { return ms_; }

private:
    std::int32_t ms_ = -1;
};

namespace detail {

inline std::chrono::system_clock::time_point time_of(std::int64_t unix_us) noexcept
{
    using std::chrono::microseconds;
    using clock = std::chrono::system_clock;
    return clock::time_point(std::chrono::duration_cast<clock::duration>(microseconds(unix_us)));
}

} // namespace detail
/** "TORCTL_ERR_TIMEOUT" and its like. torctl_status_name() */
inline cstring_view name(torctl::status of) noexcept
{
    return cstring_view(torctl_status_name(static_cast<torctl_status>(of)));
}

/* Errors --------------------------------------------------------------------------------------- */

/**
 * Why a call failed: thrown, or given in an expected. A value: a copy is cheap, and independent of
 * everything.
 */
class error : public std::exception {
public:
    /** No failure: status::ok. */
    error() noexcept = default;
    /** One of the program's own, for example in a listener. */
    error(torctl::status status, std::string message) : details_(std::make_shared<details>())
    {
        details_->status = status;
        details_->message = std::move(message);
    }
    torctl::status status() const noexcept { return details_ ? details_->status : torctl::status::ok; }
    /** Why, as a number for programs. */
    torctl::reason reason() const noexcept { return details_ ? details_->reason : torctl::reason::unknown; }
    /** For people. */
    const char *what() const noexcept override { return details_ ? details_->message.c_str() : ""; }
    const std::string &message() const noexcept { return details_ ? details_->message : nothing(); }
    /** tor's reply code, for example 552, if tor refused; otherwise 0. */
    int reply_code() const noexcept { return details_ ? details_->reply_code : 0; }
    /** tor's own words. */
    const std::string &reply_text() const noexcept { return details_ ? details_->reply_text : nothing(); }
    /** The system's error number that caused the failure, or 0. */
    int system_error() const noexcept { return details_ ? details_->system_error : 0; }
    /** Where tor's start is stuck, if it is that. */
    bootstrap_tag bootstrap_phase() const noexcept
    {
        return details_ ? details_->phase : bootstrap_tag::unknown;
    }
    /** Copies what C gave. */
    static error copy(torctl_status rc, const torctl_error *from)
    {
        error made(static_cast<torctl::status>(rc),
                   from != nullptr ? torctl_error_message(from) : torctl_status_name(rc));
        if (from == nullptr)
            return made;
        made.details_->status = static_cast<torctl::status>(torctl_error_status(from));
        made.details_->reason = static_cast<torctl::reason>(torctl_error_reason(from));
        made.details_->reply_code = torctl_error_reply_code(from);
        made.details_->reply_text.assign(torctl_error_reply_text(from),
                                         torctl_error_reply_text_size_bytes(from));
        made.details_->system_error = torctl_error_errno(from);
        made.details_->phase = static_cast<bootstrap_tag>(torctl_error_bootstrap_phase(from));
        return made;
    }
    /** Copies what C gave, and frees it. */
    static error take(torctl_status rc, torctl_error *from)
    {
        const std::unique_ptr<torctl_error, void (*)(torctl_error *)> owner(from, torctl_error_free);
        return copy(rc, from);
    }

private:
    struct details {
        torctl::status status = torctl::status::ok;
        torctl::reason reason = torctl::reason::unknown;
        int reply_code = 0;
        int system_error = 0;
        bootstrap_tag phase = bootstrap_tag::unknown;
        std::string message;
        std::string reply_text;
    };
    static const std::string &nothing() noexcept
    {
        static const std::string text;
        return text;
    }
    std::shared_ptr<details> details_;
};

#if TORCTL_STD_EXPECTED

template <class T> using expected = std::expected<T, error>;
using unexpected = std::unexpected<error>;
using bad_expected_access = std::bad_expected_access<error>;

#else

/** An error on its way into an expected. */
class unexpected {
public:
    explicit unexpected(torctl::error why) noexcept : error_(std::move(why)) {}
    const torctl::error &error() const noexcept { return error_; }

private:
    torctl::error error_;
};

/** What value() of an expected without a value throws. */
class bad_expected_access : public std::exception {
public:
    explicit bad_expected_access(torctl::error why) noexcept : error_(std::move(why)) {}
    const char *what() const noexcept override { return error_.what(); }
    const torctl::error &error() const noexcept { return error_; }

private:
    torctl::error error_;
};

/** A value, or why there is none. std::expected where the compiler has it. */
template <class T> class [[nodiscard]] expected {
public:
    using value_type = T;
    using error_type = torctl::error;
    expected() : value_() {}
    template <class U = T, std::enable_if_t<std::is_convertible_v<U, T>, int> = 0>
    expected(U &&value) : value_(std::forward<U>(value))
    {
    }
    expected(unexpected why) : error_(why.error()), nothing_(), has_value_(false) {}
    expected(expected &&other) : error_(std::move(other.error_)), nothing_(), has_value_(other.has_value_)
    {
        if (has_value_)
            new (static_cast<void *>(&value_)) T(std::move(other.value_));
    }
    expected(const expected &other) : error_(other.error_), nothing_(), has_value_(other.has_value_)
    {
        if (has_value_)
            new (static_cast<void *>(&value_)) T(other.value_);
    }
    expected &operator=(expected other)
    {
        clear();
        error_ = std::move(other.error_);
        if (other.has_value_)
            new (static_cast<void *>(&value_)) T(std::move(other.value_));
        has_value_ = other.has_value_;
        return *this;
    }
    ~expected() { clear(); }
    bool has_value() const noexcept { return has_value_; }
    explicit operator bool() const noexcept { return has_value_; }
    T &operator*() & noexcept { return value_; }
    const T &operator*() const & noexcept { return value_; }
    T &&operator*() && noexcept { return std::move(value_); }
    T *operator->() noexcept { return &value_; }
    const T *operator->() const noexcept { return &value_; }
    T &value() &
    {
        check();
        return value_;
    }
    const T &value() const &
    {
        check();
        return value_;
    }
    T &&value() &&
    {
        check();
        return std::move(value_);
    }
    template <class U> T value_or(U &&other) const &
    {
        return has_value_ ? value_ : static_cast<T>(std::forward<U>(other));
    }
    template <class U> T value_or(U &&other) &&
    {
        return has_value_ ? std::move(value_) : static_cast<T>(std::forward<U>(other));
    }
    const torctl::error &error() const noexcept { return error_; }

private:
    void clear() noexcept
    {
        if (std::exchange(has_value_, false))
            value_.~T();
    }
    void check() const
    {
        if (!has_value_) {
#if TORCTL_EXCEPTIONS
            throw bad_expected_access(error_);
#else
            std::abort();
#endif
        }
    }
    torctl::error error_;
    // Not a std::optional, which costs each program that includes this header a tenth of a second.
    union {
        char nothing_;
        T value_;
    };
    bool has_value_ = true;
};

template <> class [[nodiscard]] expected<void> {
public:
    using value_type = void;
    using error_type = torctl::error;
    expected() noexcept = default;
    expected(unexpected why) : error_(why.error()), has_value_(false) {}
    bool has_value() const noexcept { return has_value_; }
    explicit operator bool() const noexcept { return has_value_; }
    void operator*() const noexcept {}
    void value() const
    {
        if (!has_value_) {
#if TORCTL_EXCEPTIONS
            throw bad_expected_access(error_);
#else
            std::abort();
#endif
        }
    }
    const torctl::error &error() const noexcept { return error_; }

private:
    torctl::error error_;
    bool has_value_ = true;
};

#endif

namespace detail {

/** The place for the error of a call in C. */
class failure {
public:
    failure() = default;
    failure(const failure &) = delete;
    failure &operator=(const failure &) = delete;
    ~failure() { torctl_error_free(error_); }
    torctl_error **place() noexcept { return &error_; }
    unexpected take(torctl_status rc)
    {
        return unexpected(error::take(rc, std::exchange(error_, nullptr)));
    }

private:
    torctl_error *error_ = nullptr;
};

inline unexpected moved_from(const char *what)
{
    return unexpected(error(status::state, std::string("this ") + what + " is empty or was moved from"));
}

inline unexpected nul_inside(const char *name)
{
    return unexpected(error(status::invalid, std::string(name) + " has a NUL inside"));
}

inline unexpected uneven()
{
    return unexpected(error(status::invalid, "the lists are not of one length"));
}

#if TORCTL_EXCEPTIONS
/** The value of an expected, or its error thrown. */
template <class T> T unwrap(expected<T> &&from)
{
    if (!from)
        throw error(from.error());
    if constexpr (!std::is_void_v<T>)
        return *std::move(from);
}
#endif

/** An error that C gave away; none for NULL. */
inline error given_error(torctl_error *from)
{
    return from != nullptr ? error::take(torctl_error_status(from), from) : error();
}

/** An error that an object of C keeps; none for NULL. */
inline error lent_error(const torctl_error *from)
{
    return from != nullptr ? error::copy(torctl_error_status(from), from) : error();
}

/* Objects -------------------------------------------------------------------------------------- */

/** Has an object of C, and frees it. It moves, and cannot be copied. */
template <class Object, void (*Free)(Object *)> class handle {
public:
    handle() noexcept = default;
    /** Takes what a function of C gave. */
    explicit handle(Object *object) noexcept : object_(object) {}
    handle(handle &&other) noexcept : object_(other.release()) {}
    handle &operator=(handle &&other) noexcept
    {
        if (this != &other)
            reset(other.release());
        return *this;
    }
    ~handle() { Free(object_); }
    /** For functions of C: the object stays this one's. */
    Object *get() const noexcept { return object_; }
    /** Gives the object away: who called this frees it. */
    [[nodiscard]] Object *release() noexcept { return std::exchange(object_, nullptr); }
    void reset(Object *object = nullptr) noexcept { Free(std::exchange(object_, object)); }
    /** Whether there is an object: not after a move. */
    explicit operator bool() const noexcept { return object_ != nullptr; }

private:
    Object *object_ = nullptr;
};

/** A look at an object that is another's. */
template <class Object> class ref {
public:
    ref() noexcept = default;
    explicit ref(const Object *object) noexcept : object_(object) {}
    const Object *get() const noexcept { return object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

protected:
    const Object *object_ = nullptr;
};

/** An object that frees itself, with all that a look at it has. */
template <class Ref, class Object, void (*Free)(Object *)> class owned : public Ref {
public:
    owned() noexcept = default;
    explicit owned(Object *object) noexcept : Ref(object) {}
    owned(owned &&other) noexcept : Ref(other.release()) {}
    owned &operator=(owned &&other) noexcept
    {
        if (this != &other)
            reset(other.release());
        return *this;
    }
    ~owned() { reset(); }
    Object *get() const noexcept { return const_cast<Object *>(this->object_); }
    [[nodiscard]] Object *release() noexcept
    {
        return const_cast<Object *>(std::exchange(this->object_, nullptr));
    }
    void reset(Object *object = nullptr) noexcept
    {
        Free(const_cast<Object *>(std::exchange(this->object_, object)));
    }
};

/** An object, or the news that there is none now, or none any more. */
template <class T> class or_end : public T {
public:
    template <class Object> or_end(Object *object, torctl_status rc) noexcept : T(object), status_(rc) {}
    /** Whether nothing will come any more: the controller is closed. */
    bool is_end() const noexcept { return status_ == TORCTL_END; }

private:
    torctl_status status_;
};

/** What iterators of lists have in common: each item is made when it is looked at. */
template <class Item> class list_iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    using pointer = const Item *;
    using reference = const Item &;
    using object = typename Item::list_type;
    list_iterator() noexcept = default;
    list_iterator(object list, std::size_t index) : list_(list), index_(index), item_(list, index) {}
    reference operator*() const noexcept { return item_; }
    pointer operator->() const noexcept { return &item_; }
    list_iterator &operator++()
    {
        item_ = Item(list_, ++index_);
        return *this;
    }
    list_iterator operator++(int)
    {
        list_iterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const list_iterator &one, const list_iterator &other) noexcept
    {
        return one.index_ == other.index_;
    }
    friend bool operator!=(const list_iterator &one, const list_iterator &other) noexcept
    {
        return one.index_ != other.index_;
    }

private:
    object list_{};
    std::size_t index_ = 0;
    Item item_{};
};

/** The items of a list, which must live as long. */
template <class Item> class items {
public:
    using iterator = list_iterator<Item>;
    items(typename Item::list_type list, std::size_t count) noexcept : list_(list), count_(count) {}
    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    iterator begin() const { return iterator(list_, 0); }
    iterator end() const { return iterator(list_, count_); }
    /** One that is not there has 0 and "" for everything. */
    Item operator[](std::size_t index) const { return Item(list_, index); }

private:
    typename Item::list_type list_;
    std::size_t count_;
};

} // namespace detail

/** A descriptor that closes itself. */
class unique_fd {
public:
    unique_fd() noexcept = default;
    explicit unique_fd(int fd) noexcept : fd_(fd) {}
    unique_fd(unique_fd &&other) noexcept : fd_(other.release()) {}
    unique_fd &operator=(unique_fd &&other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~unique_fd()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    int get() const noexcept { return fd_; }
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_ = -1;
};
/* Calls ---------------------------------------------------------------------------------------- */

/** Settings of requests, and the handle to cancel them by. See torctl_call in torctl.h. */
class call : public detail::handle<torctl_call, torctl_call_free> {
public:
    using handle::handle;
    call() : handle(torctl_call_new()) {}
    /** Has what is called with this call begin, and not wait. `async` does it for you. torctl_call_set_queue() */
    void set_queue(const torctl::queue &outcomes, std::uint64_t tag);
    /** Has it wait again. */
    void clear_queue() { static_cast<void>(torctl_call_set_queue(get(), nullptr, 0, nullptr)); }
    /** Sets the timeout of the requests that begin after this. torctl_call_set_timeout_ms() */
    void set_timeout(torctl::timeout limit = {}) { torctl_call_set_timeout_ms(get(), limit.ms()); }
    /** Has the requests that begin after this wait, within their timeout, until the controller is ready, if it is not: 1 for that, 0, the default, for TORCTL_ERR_CLOSED or TORCTL_ERR_STATE immediately. torctl_call_set_wait_ready() */
    void set_wait_ready(bool wait_ready) { torctl_call_set_wait_ready(get(), wait_ready ? 1 : 0); }
    /** Cancels: every request and every wait that runs with this call returns TORCTL_ERR_CANCELLED immediately, and so does every later one. torctl_call_cancel() */
    void cancel() const { torctl_call_cancel(get()); }
};

/**
 * How long a request may take, or the call that cancels it: `tor.get_info("version", 5s)`,
 * `tor.get_info("version", call)`. Nothing means the controller's timeout.
 */
class within {
public:
    within() noexcept = default;
    within(const call &with) noexcept : call_(with.get()) {}
    within(const timeout &limit) : own_(torctl_call_new()), call_(own_.get())
    {
        torctl_call_set_timeout_ms(call_, limit.ms());
    }
    template <class Rep, class Period>
    within(std::chrono::duration<Rep, Period> time) : within(timeout(time))
    {
    }
    template <class Clock, class Duration>
    within(std::chrono::time_point<Clock, Duration> until) : within(timeout(until))
    {
    }
    torctl_call *get() const noexcept { return call_; }

private:
    detail::handle<torctl_call, torctl_call_free> own_;
    torctl_call *call_ = nullptr;
};

/* Callables ------------------------------------------------------------------------------------ */

namespace detail {

/** What a callable said: void goes on, false ends, a status is itself. */
template <class F, class... Args> torctl_status ask(F &f, Args &&...args)
{
    using result = decltype(f(std::forward<Args>(args)...));
    if constexpr (std::is_void_v<result>) {
        f(std::forward<Args>(args)...);
        return TORCTL_OK;
    } else if constexpr (std::is_same_v<result, bool>) {
        return f(std::forward<Args>(args)...) ? TORCTL_OK : TORCTL_END;
    } else {
        static_assert(std::is_same_v<result, status>, "a callable returns nothing, a bool or a status");
        return static_cast<torctl_status>(f(std::forward<Args>(args)...));
    }
}

/** A callable for the time of one call, and what it has thrown. */
template <class F> class visitor {
public:
    explicit visitor(F &f) noexcept : f_(&f) {}
    void *data() noexcept { return this; }
    template <class... Args> static torctl_status run(void *self, Args &&...args)
    {
        visitor *visit = static_cast<visitor *>(self);
#if TORCTL_EXCEPTIONS
        try {
            return ask(*visit->f_, std::forward<Args>(args)...);
        } catch (...) {
            visit->thrown_ = std::current_exception();
            return TORCTL_ERR_FAILED;
        }
#else
        return ask(*visit->f_, std::forward<Args>(args)...);
#endif
    }
    void rethrow()
    {
#if TORCTL_EXCEPTIONS
        if (thrown_)
            std::rethrow_exception(std::exchange(thrown_, nullptr));
#endif
    }

private:
    F *f_;
    std::exception_ptr thrown_;
};

/** What the listener that failed last on this thread has thrown. */
inline std::exception_ptr &thrown()
{
    static thread_local std::exception_ptr last;
    return last;
}

/** Calls a listener: nothing that it throws goes on into the library. */
template <class F, class... Args> torctl_status run_kept(F &f, Args &&...args)
{
#if TORCTL_EXCEPTIONS
    try {
        const torctl_status rc = ask(f, std::forward<Args>(args)...);
        if (rc < 0)
            thrown() = nullptr;
        return rc;
    } catch (...) {
        thrown() = std::current_exception();
        return TORCTL_ERR_FAILED;
    }
#else
    return ask(f, std::forward<Args>(args)...);
#endif
}

/** Calls a callable with a look at an entry of a directory document. */
template <class Ref, class F, class Object> torctl_status each_run(const Object *object, void *data)
{
    return visitor<F>::run(data, Ref(object));
}

template <class F> void destroy(void *data) { delete static_cast<F *>(data); }

} // namespace detail

/** Several callables as one: `event.visit(torctl::overloaded{...})`. */
template <class... F> struct overloaded : F... {
    using F::operator()...;
};
template <class... F> overloaded(F...) -> overloaded<F...>;

/* Events --------------------------------------------------------------------------------------- */

/** Kinds of events: `torctl::bw | torctl::circ`. */
class kinds {
public:
    constexpr kinds() noexcept = default;
    constexpr kinds(kind one) noexcept : bits_(std::uint64_t{1} << static_cast<unsigned>(one)) {}
    constexpr std::uint64_t bits() const noexcept { return bits_; }
    constexpr bool has(kind one) const noexcept { return (bits_ & kinds(one).bits_) != 0; }
    friend constexpr kinds operator|(kinds one, kinds other) noexcept
    {
        one.bits_ |= other.bits_;
        return one;
    }

private:
    std::uint64_t bits_ = 0;
};

constexpr kinds operator|(kind one, kind other) noexcept { return kinds(one) | kinds(other); }

namespace detail {
template <kind Kind> struct fields_of;
template <class Event> struct kinds_of;
} // namespace detail

/** The value of a field of an event or of an entry of a directory document. It lives as long as that. */
class field_value {
public:
    field_value() noexcept : value_() {}
    explicit field_value(const torctl_value &value) noexcept : value_(value) {}
    torctl::presence presence() const noexcept { return static_cast<torctl::presence>(value_.state); }
    bool is_present() const noexcept { return value_.state == TORCTL_VALUE_PRESENT; }
    torctl::shape shape() const noexcept { return static_cast<torctl::shape>(value_.shape); }
    std::uint64_t unsigned_number() const noexcept { return value_.number.u64; }
    std::int64_t signed_number() const noexcept { return value_.number.i64; }
    double floating() const noexcept { return value_.number.f64; }
    cstring_view text() const noexcept { return cstring_view(value_.text, value_.size_bytes); }

private:
    torctl_value value_;
};

namespace detail {

template <class Read>
std::vector<field_value> read_fields(std::initializer_list<std::int32_t> fields, Read read)
{
    std::vector<torctl_value> raw(fields.size());
    read(fields.begin(), fields.size(), raw.data());
    return std::vector<field_value>(raw.begin(), raw.end());
}

} // namespace detail

/** What all fields of an event are, with their numbers. */
struct named_value {
    std::int32_t field = 0;
    cstring_view name;
    cstring_view unit;
    field_value value;
};

/** An item of event_ref. */
class event_arg_item : public cstring_view {
public:
    using list_type = const torctl_event *;
    event_arg_item() noexcept = default;
    /** torctl_event_arg() */
    event_arg_item(list_type list, std::size_t index) : cstring_view(cstring_view(torctl_event_arg(list, index), torctl_event_arg_size_bytes(list, index))) {}
};

/** An item of event_ref. */
class event_keyword_item {
public:
    using list_type = const torctl_event *;
    event_keyword_item() noexcept = default;
    event_keyword_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The name of a keyword argument, in the order in which tor sent them; "" if the index is too large. torctl_event_keyword_name() */
    cstring_view name() const { return cstring_view(torctl_event_keyword_name(list_, index_)); }
    /** The value of a keyword argument, unquoted and unescaped; "" if the index is too large. torctl_event_keyword_value() */
    cstring_view value() const { return cstring_view(torctl_event_keyword_value(list_, index_), torctl_event_keyword_value_size_bytes(list_, index_)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** A look at an event: valid as long as the event. */
class event_ref : public detail::ref<torctl_event> {
public:
    using ref::ref;
    /** One of the kinds, or kind::unknown: then name() has tor's word. torctl_event_kind() */
    torctl::kind kind() const noexcept { return static_cast<torctl::kind>(torctl_event_kind(object_)); }
    /** Its fields, if it is of this kind: `if (auto circuit = event.as<torctl::circ>())`. */
    template <torctl::kind Kind> typename detail::fields_of<Kind>::type as() const noexcept;
    /** The same by the type: `event.as<torctl::circ_event>()`. */
    template <class Typed> Typed as() const noexcept;
    /** Calls `f` with the event as what it is: `circ_event`, `bw_event` ..., or `event_ref`. */
    template <class F> void visit(F &&f) const;
    /** Each field that events of this kind have, for programs that show what they do not know. */
    std::vector<named_value> fields() const;
    /** A copy that lives on. torctl_event_dup() */
    event dup() const;
    /** tor's word for the event's kind, also when this version does not know the kind. torctl_event_name() */
    cstring_view name() const { return cstring_view(torctl_event_name(get())); }
    /** The event as tor sent it: all bytes of all lines, with their line ends. torctl_event_raw() */
    cstring_view raw() const { return cstring_view(torctl_event_raw(get()), torctl_event_raw_size_bytes(get())); }
    /** When the event arrived, in nanoseconds of CLOCK_MONOTONIC. torctl_event_arrival_mono_ns() */
    std::chrono::nanoseconds arrival_mono() const { return std::chrono::nanoseconds(static_cast<std::int64_t>(torctl_event_arrival_mono_ns(get()))); }
    /** When the event arrived. torctl_event_arrival_unix_us() */
    std::chrono::system_clock::time_point arrival() const { return detail::time_of(torctl_event_arrival_unix_us(get())); }
    /** How many microseconds ago the event arrived. torctl_event_age_us() */
    std::chrono::microseconds age() const { return std::chrono::microseconds(static_cast<std::int64_t>(torctl_event_age_us(get()))); }
    /** How many positional arguments the event has. torctl_event_arg_count() */
    std::size_t arg_count() const { return torctl_event_arg_count(get()); }
    /** A positional argument, unquoted; "" if the index is too large. torctl_event_arg() */
    cstring_view arg(std::size_t index) const { return cstring_view(torctl_event_arg(get(), index), torctl_event_arg_size_bytes(get(), index)); }
    /** How many keyword arguments the event has, also those that this version does not know. torctl_event_keyword_count() */
    std::size_t keyword_count() const { return torctl_event_keyword_count(get()); }
    /** The name of a keyword argument, in the order in which tor sent them; "" if the index is too large. torctl_event_keyword_name() */
    cstring_view keyword_name(std::size_t index) const { return cstring_view(torctl_event_keyword_name(get(), index)); }
    /** The value of a keyword argument, unquoted and unescaped; "" if the index is too large. torctl_event_keyword_value() */
    cstring_view keyword_value(std::size_t index) const { return cstring_view(torctl_event_keyword_value(get(), index), torctl_event_keyword_value_size_bytes(get(), index)); }
    /** The value of the first keyword argument with this name, or NULL if there is none. torctl_event_find() */
    cstring_view find(const str &name) const { const detail::c_str name_c(name); return cstring_view(torctl_event_find(get(), name_c.get())); }
    /** 1 if the event has a keyword argument with this name, 0 if not. torctl_event_has() */
    bool has(const str &name) const { const detail::c_str name_c(name); return torctl_event_has(get(), name_c.get()) != 0; }
    /** The event's data block, dot-unstuffed, every line ended by LF; "" if it has none. torctl_event_data() */
    cstring_view data() const { return cstring_view(torctl_event_data(get()), torctl_event_data_size_bytes(get())); }
    /** 1 if the event lacks a field that every event of its kind has, or has it in a form that cannot be read; 0 if not. torctl_event_is_malformed() */
    bool is_malformed() const { return torctl_event_is_malformed(get()) != 0; }
    /** Reads many fields of an event in one call. torctl_event_read() */
    std::vector<field_value> read(std::initializer_list<std::int32_t> fields) const { return detail::read_fields(fields, [this](const std::int32_t *from, std::size_t count, torctl_value *to) { torctl_event_read(get(), from, count, to); }); }
    detail::items<event_arg_item> args() const { return detail::items<event_arg_item>(get(), torctl_event_arg_count(get())); }
    detail::items<event_keyword_item> keywords() const { return detail::items<event_keyword_item>(get(), torctl_event_keyword_count(get())); }
};

/** An event that frees itself. */
class event : public detail::owned<event_ref, torctl_event, torctl_event_free> {
public:
    using owned::owned;
};

namespace detail {

/** An event of C for the time of a call, as listeners get it. */
class lent_event {
public:
    explicit lent_event(const torctl_event *event) noexcept : event_(const_cast<torctl_event *>(event)) {}
    lent_event(const lent_event &) = delete;
    lent_event &operator=(const lent_event &) = delete;
    ~lent_event() { static_cast<void>(event_.release()); }
    const event &get() const noexcept { return event_; }

private:
    event event_;
};

template <class F> torctl_status visit_event(const torctl_event *event, void *data)
{
    return visitor<F>::run(data, lent_event(event).get());
}

} // namespace detail

/** The fields of ADDRMAP. */
class addrmap_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The name or address that is mapped. torctl_addrmap_from() */
    cstring_view from() const { return cstring_view(torctl_addrmap_from(get())); }
    /** What it is mapped to; "<error>" when the name could not be looked up. torctl_addrmap_to() */
    cstring_view to() const { return cstring_view(torctl_addrmap_to(get())); }
    /** 1 if the name could not be looked up, 0 otherwise. torctl_addrmap_is_error() */
    bool is_error() const { return torctl_addrmap_is_error(get()) != 0; }
    /** When the mapping ends in the local time of tor's computer, YYYY-MM-DD HH:MM:SS, or "NEVER". torctl_addrmap_expiry_local() */
    cstring_view expiry_local() const { return cstring_view(torctl_addrmap_expiry_local(get())); }
    /** 1 if the mapping does not end, 0 otherwise. torctl_addrmap_never_expires() */
    bool never_expires() const { return torctl_addrmap_never_expires(get()) != 0; }
    /** What went wrong (error). torctl_addrmap_error() */
    cstring_view error() const { return cstring_view(torctl_addrmap_error(get())); }
    /** When the mapping ends (EXPIRES). torctl_addrmap_expires_unix_us() */
    std::chrono::system_clock::time_point expires() const { return detail::time_of(torctl_addrmap_expires_unix_us(get())); }
    /** 1 if tor keeps the mapping until it ends, 0 if it only answers a lookup (CACHED). torctl_addrmap_cached() */
    bool cached() const { return torctl_addrmap_cached(get()) != 0; }
    /** The number of the stream that asked (STREAMID). torctl_addrmap_stream_id() */
    std::uint64_t stream_id() const { return torctl_addrmap_stream_id(get()); }
};

/** The fields of BW. */
class bw_event : public event_ref {
public:
    using event_ref::event_ref;
    /** How many bytes tor read in the last second. torctl_bw_read_bytes() */
    std::uint64_t read_bytes() const { return torctl_bw_read_bytes(get()); }
    /** How many bytes tor wrote in the last second. torctl_bw_written_bytes() */
    std::uint64_t written_bytes() const { return torctl_bw_written_bytes(get()); }
};

/** The fields of STREAM_BW. */
class stream_bw_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The number of the stream. torctl_stream_bw_stream_id() */
    std::uint64_t stream_id() const { return torctl_stream_bw_stream_id(get()); }
    /** How many bytes the application wrote since the last event of the stream. torctl_stream_bw_written_bytes() */
    std::uint64_t written_bytes() const { return torctl_stream_bw_written_bytes(get()); }
    /** How many bytes the application read since the last event of the stream. torctl_stream_bw_read_bytes() */
    std::uint64_t read_bytes() const { return torctl_stream_bw_read_bytes(get()); }
    /** When tor counted. torctl_stream_bw_time_unix_us() */
    std::chrono::system_clock::time_point time() const { return detail::time_of(torctl_stream_bw_time_unix_us(get())); }
};

/** The fields of CONN_BW. */
class conn_bw_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The number of the connection (ID). torctl_conn_bw_conn_id() */
    std::uint64_t conn_id() const { return torctl_conn_bw_conn_id(get()); }
    /** What the connection carries (TYPE). torctl_conn_bw_type() */
    torctl::conn_type type() const { return static_cast<torctl::conn_type>(torctl_conn_bw_type(get())); }
    /** tor's word for torctl_conn_bw_type(). torctl_conn_bw_type_text() */
    cstring_view type_text() const { return cstring_view(torctl_conn_bw_type_text(get())); }
    /** How many bytes tor read since the last event of the connection (READ). torctl_conn_bw_read_bytes() */
    std::uint64_t read_bytes() const { return torctl_conn_bw_read_bytes(get()); }
    /** How many bytes tor wrote since the last event of the connection (WRITTEN). torctl_conn_bw_written_bytes() */
    std::uint64_t written_bytes() const { return torctl_conn_bw_written_bytes(get()); }
};

/** The fields of CIRC_BW. */
class circ_bw_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The number of the circuit (ID). torctl_circ_bw_circ_id() */
    std::uint64_t circ_id() const { return torctl_circ_bw_circ_id(get()); }
    /** How many bytes tor read since the last event of the circuit (READ). torctl_circ_bw_read_bytes() */
    std::uint64_t read_bytes() const { return torctl_circ_bw_read_bytes(get()); }
    /** How many bytes tor wrote since the last event of the circuit (WRITTEN). torctl_circ_bw_written_bytes() */
    std::uint64_t written_bytes() const { return torctl_circ_bw_written_bytes(get()); }
    /** When tor counted (TIME). torctl_circ_bw_time_unix_us() */
    std::chrono::system_clock::time_point time() const { return detail::time_of(torctl_circ_bw_time_unix_us(get())); }
    /** How many of the bytes read were payload of valid cells (DELIVERED_READ). torctl_circ_bw_delivered_read_bytes() */
    std::uint64_t delivered_read_bytes() const { return torctl_circ_bw_delivered_read_bytes(get()); }
    /** How many of the bytes read were unused room in valid cells (OVERHEAD_READ). torctl_circ_bw_overhead_read_bytes() */
    std::uint64_t overhead_read_bytes() const { return torctl_circ_bw_overhead_read_bytes(get()); }
    /** How many of the bytes written were payload of cells (DELIVERED_WRITTEN). torctl_circ_bw_delivered_written_bytes() */
    std::uint64_t delivered_written_bytes() const { return torctl_circ_bw_delivered_written_bytes(get()); }
    /** How many of the bytes written were unused room in cells (OVERHEAD_WRITTEN). torctl_circ_bw_overhead_written_bytes() */
    std::uint64_t overhead_written_bytes() const { return torctl_circ_bw_overhead_written_bytes(get()); }
    /** 1 while congestion control is in slow start, 0 after that (SS). torctl_circ_bw_slow_start() */
    std::int32_t slow_start() const { return torctl_circ_bw_slow_start(get()); }
    /** The congestion window in cells (CWND). torctl_circ_bw_cwnd_cells() */
    std::uint64_t cwnd_cells() const { return torctl_circ_bw_cwnd_cells(get()); }
    /** The round-trip time of the circuit in milliseconds (RTT). torctl_circ_bw_rtt_ms() */
    std::chrono::milliseconds rtt() const { return std::chrono::milliseconds(static_cast<std::int64_t>(torctl_circ_bw_rtt_ms(get()))); }
    /** The smallest round-trip time of the circuit so far in milliseconds (MIN_RTT). torctl_circ_bw_min_rtt_ms() */
    std::chrono::milliseconds min_rtt() const { return std::chrono::milliseconds(static_cast<std::int64_t>(torctl_circ_bw_min_rtt_ms(get()))); }
};

/** The fields of CELL_STATS. */
class cell_stats_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The number of the circuit; absent if it began at another tor (ID). torctl_cell_stats_circ_id() */
    std::uint64_t circ_id() const { return torctl_cell_stats_circ_id(get()); }
    /** The identifier of the inbound queue (InboundQueue). torctl_cell_stats_inbound_queue() */
    std::uint64_t inbound_queue() const { return torctl_cell_stats_inbound_queue(get()); }
    /** The number of the inbound connection (InboundConn). torctl_cell_stats_inbound_conn() */
    std::uint64_t inbound_conn() const { return torctl_cell_stats_inbound_conn(get()); }
    /** The identifier of the outbound queue (OutboundQueue). torctl_cell_stats_outbound_queue() */
    std::uint64_t outbound_queue() const { return torctl_cell_stats_outbound_queue(get()); }
    /** The number of the outbound connection (OutboundConn). torctl_cell_stats_outbound_conn() */
    std::uint64_t outbound_conn() const { return torctl_cell_stats_outbound_conn(get()); }
    /** How many entries a map has. torctl_cell_stats_count() */
    std::size_t count(torctl::cells map) const { return torctl_cell_stats_count(get(), static_cast<std::int32_t>(map)); }
    /** The command of the cells that an entry of a map is about, for example "relay_early". torctl_cell_stats_command() */
    cstring_view command(torctl::cells map, std::size_t index) const { return cstring_view(torctl_cell_stats_command(get(), static_cast<std::int32_t>(map), index)); }
    /** The number of an entry of a map: cells, or milliseconds. torctl_cell_stats_value() */
    std::uint64_t value(torctl::cells map, std::size_t index) const { return torctl_cell_stats_value(get(), static_cast<std::int32_t>(map), index); }
};

/** An item of circ_event. */
class circ_event_path_item {
public:
    using list_type = const torctl_event *;
    circ_event_path_item() noexcept = default;
    circ_event_path_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The fingerprint of a hop. torctl_circ_path_fingerprint() */
    cstring_view fingerprint() const { return cstring_view(torctl_circ_path_fingerprint(list_, index_)); }
    /** The nickname of a hop. torctl_circ_path_nickname() */
    cstring_view nickname() const { return cstring_view(torctl_circ_path_nickname(list_, index_)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** The fields of CIRC, CIRC_MINOR. */
class circ_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The number of the circuit. torctl_circ_id() */
    std::uint64_t id() const { return torctl_circ_id(get()); }
    /** What happened to the circuit (CIRC only). torctl_circ_status() */
    torctl::circ_status status() const { return static_cast<torctl::circ_status>(torctl_circ_status(get())); }
    /** tor's word for torctl_circ_status(). torctl_circ_status_text() */
    cstring_view status_text() const { return cstring_view(torctl_circ_status_text(get())); }
    /** What changed about the circuit (CIRC_MINOR only). torctl_circ_minor_event() */
    torctl::circ_minor_event minor_event() const { return static_cast<torctl::circ_minor_event>(torctl_circ_minor_event(get())); }
    /** tor's word for torctl_circ_minor_event(). torctl_circ_minor_event_text() */
    cstring_view minor_event_text() const { return cstring_view(torctl_circ_minor_event_text(get())); }
    /** The path: relays as $FINGERPRINT~nickname, separated by commas, the first hop first. torctl_circ_path() */
    cstring_view path() const { return cstring_view(torctl_circ_path(get())); }
    /** How many hops the circuit has. torctl_circ_path_count() */
    std::size_t path_count() const { return torctl_circ_path_count(get()); }
    /** The fingerprint of a hop. torctl_circ_path_fingerprint() */
    cstring_view path_fingerprint(std::size_t index) const { return cstring_view(torctl_circ_path_fingerprint(get(), index)); }
    /** The nickname of a hop. torctl_circ_path_nickname() */
    cstring_view path_nickname(std::size_t index) const { return cstring_view(torctl_circ_path_nickname(get(), index)); }
    /** How tor builds the circuit (BUILD_FLAGS). torctl_circ_build_flags() */
    torctl::circ_flags build_flags() const { return static_cast<torctl::circ_flags>(torctl_circ_build_flags(get())); }
    /** tor's words for torctl_circ_build_flags(), separated by commas. torctl_circ_build_flags_text() */
    cstring_view build_flags_text() const { return cstring_view(torctl_circ_build_flags_text(get())); }
    /** What the circuit is for (PURPOSE). torctl_circ_purpose() */
    torctl::circ_purpose purpose() const { return static_cast<torctl::circ_purpose>(torctl_circ_purpose(get())); }
    /** tor's word for torctl_circ_purpose(). torctl_circ_purpose_text() */
    cstring_view purpose_text() const { return cstring_view(torctl_circ_purpose_text(get())); }
    /** How far an onion-service circuit is (HS_STATE). torctl_circ_hs_state() */
    torctl::hs_state hs_state() const { return static_cast<torctl::hs_state>(torctl_circ_hs_state(get())); }
    /** tor's word for torctl_circ_hs_state(). torctl_circ_hs_state_text() */
    cstring_view hs_state_text() const { return cstring_view(torctl_circ_hs_state_text(get())); }
    /** The address of the onion service that the circuit is for, without .onion (REND_QUERY). torctl_circ_rend_query() */
    cstring_view rend_query() const { return cstring_view(torctl_circ_rend_query(get())); }
    /** When the circuit was created, or last cannibalized (TIME_CREATED). torctl_circ_time_created_unix_us() */
    std::chrono::system_clock::time_point time_created() const { return detail::time_of(torctl_circ_time_created_unix_us(get())); }
    /** The SOCKS user name of the streams that the circuit is for, unquoted (SOCKS_USERNAME). torctl_circ_socks_username() */
    cstring_view socks_username() const { return cstring_view(torctl_circ_socks_username(get()), torctl_circ_socks_username_size_bytes(get())); }
    /** The SOCKS password of the streams that the circuit is for, unquoted (SOCKS_PASSWORD). torctl_circ_socks_password() */
    cstring_view socks_password() const { return cstring_view(torctl_circ_socks_password(get()), torctl_circ_socks_password_size_bytes(get())); }
    /** The proof of work for an onion service as tor wrote it, for example "v1,1234" (HS_POW). torctl_circ_hs_pow() */
    cstring_view hs_pow() const { return cstring_view(torctl_circ_hs_pow(get())); }
    /** The effort of the proof of work (HS_POW). torctl_circ_hs_pow_effort() */
    std::uint64_t hs_pow_effort() const { return torctl_circ_hs_pow_effort(get()); }
    /** The conflux set that the circuit is a leg of: 32 hexadecimal digits (CONFLUX_ID). torctl_circ_conflux_id() */
    cstring_view conflux_id() const { return cstring_view(torctl_circ_conflux_id(get())); }
    /** The round-trip time of a conflux leg in microseconds (CONFLUX_RTT). torctl_circ_conflux_rtt_us() */
    std::chrono::microseconds conflux_rtt() const { return std::chrono::microseconds(static_cast<std::int64_t>(torctl_circ_conflux_rtt_us(get()))); }
    /** At FAILED and CLOSED: why the circuit ended (REASON). torctl_circ_reason() */
    torctl::circ_reason reason() const { return static_cast<torctl::circ_reason>(torctl_circ_reason(get())); }
    /** tor's word for torctl_circ_reason(). torctl_circ_reason_text() */
    cstring_view reason_text() const { return cstring_view(torctl_circ_reason_text(get())); }
    /** With TORCTL_CIRC_REASON_DESTROYED: why a relay closed the circuit (REMOTE_REASON). torctl_circ_remote_reason() */
    torctl::circ_reason remote_reason() const { return static_cast<torctl::circ_reason>(torctl_circ_remote_reason(get())); }
    /** tor's word for torctl_circ_remote_reason(). torctl_circ_remote_reason_text() */
    cstring_view remote_reason_text() const { return cstring_view(torctl_circ_remote_reason_text(get())); }
    /** CIRC_MINOR: what the circuit was for before (OLD_PURPOSE). torctl_circ_old_purpose() */
    torctl::circ_purpose old_purpose() const { return static_cast<torctl::circ_purpose>(torctl_circ_old_purpose(get())); }
    /** tor's word for torctl_circ_old_purpose(). torctl_circ_old_purpose_text() */
    cstring_view old_purpose_text() const { return cstring_view(torctl_circ_old_purpose_text(get())); }
    /** CIRC_MINOR: the onion-service state before (OLD_HS_STATE). torctl_circ_old_hs_state() */
    torctl::hs_state old_hs_state() const { return static_cast<torctl::hs_state>(torctl_circ_old_hs_state(get())); }
    /** tor's word for torctl_circ_old_hs_state(). torctl_circ_old_hs_state_text() */
    cstring_view old_hs_state_text() const { return cstring_view(torctl_circ_old_hs_state_text(get())); }
    /** CANNIBALIZED: when the circuit was first created (OLD_TIME_CREATED). torctl_circ_old_time_created_unix_us() */
    std::chrono::system_clock::time_point old_time_created() const { return detail::time_of(torctl_circ_old_time_created_unix_us(get())); }
    detail::items<circ_event_path_item> hops() const { return detail::items<circ_event_path_item>(get(), torctl_circ_path_count(get())); }
};

/** An item of conf_changed_event. */
class conf_changed_event_item {
public:
    using list_type = const torctl_event *;
    conf_changed_event_item() noexcept = default;
    conf_changed_event_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The name of the option of a line. torctl_conf_changed_name() */
    cstring_view name() const { return cstring_view(torctl_conf_changed_name(list_, index_)); }
    /** The value of a line, unquoted if tor quoted it. torctl_conf_changed_value() */
    cstring_view value() const { return cstring_view(torctl_conf_changed_value(list_, index_), torctl_conf_changed_value_size_bytes(list_, index_)); }
    /** 1 if the option of a line is unset now and has its default; 0 if it has a value, even an empty one. torctl_conf_changed_is_unset() */
    bool is_unset() const { return torctl_conf_changed_is_unset(list_, index_) != 0; }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** The fields of CONF_CHANGED. */
class conf_changed_event : public event_ref {
public:
    using event_ref::event_ref;
    /** How many lines the event has. torctl_conf_changed_count() */
    std::size_t size() const { return torctl_conf_changed_count(get()); }
    /** The name of the option of a line. torctl_conf_changed_name() */
    cstring_view name(std::size_t index) const { return cstring_view(torctl_conf_changed_name(get(), index)); }
    /** The value of a line, unquoted if tor quoted it. torctl_conf_changed_value() */
    cstring_view value(std::size_t index) const { return cstring_view(torctl_conf_changed_value(get(), index), torctl_conf_changed_value_size_bytes(get(), index)); }
    /** 1 if the option of a line is unset now and has its default; 0 if it has a value, even an empty one. torctl_conf_changed_is_unset() */
    bool is_unset(std::size_t index) const { return torctl_conf_changed_is_unset(get(), index) != 0; }
    using iterator = detail::list_iterator<conf_changed_event_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const { return iterator(get(), 0); }
    iterator end() const { return iterator(get(), size()); }
    conf_changed_event_item operator[](std::size_t index) const { return conf_changed_event_item(get(), index); }
};

/** An item of newdesc_event. */
class newdesc_event_item {
public:
    using list_type = const torctl_event *;
    newdesc_event_item() noexcept = default;
    newdesc_event_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The fingerprint of a relay. torctl_newdesc_fingerprint() */
    cstring_view fingerprint() const { return cstring_view(torctl_newdesc_fingerprint(list_, index_)); }
    /** The nickname of a relay. torctl_newdesc_nickname() */
    cstring_view nickname() const { return cstring_view(torctl_newdesc_nickname(list_, index_)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** The fields of NEWDESC. */
class newdesc_event : public event_ref {
public:
    using event_ref::event_ref;
    /** How many relays have a new descriptor. torctl_newdesc_count() */
    std::size_t size() const { return torctl_newdesc_count(get()); }
    /** The fingerprint of a relay. torctl_newdesc_fingerprint() */
    cstring_view fingerprint(std::size_t index) const { return cstring_view(torctl_newdesc_fingerprint(get(), index)); }
    /** The nickname of a relay. torctl_newdesc_nickname() */
    cstring_view nickname(std::size_t index) const { return cstring_view(torctl_newdesc_nickname(get(), index)); }
    using iterator = detail::list_iterator<newdesc_event_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const { return iterator(get(), 0); }
    iterator end() const { return iterator(get(), size()); }
    newdesc_event_item operator[](std::size_t index) const { return newdesc_event_item(get(), index); }
};

/** The fields of NS, NEWCONSENSUS. */
class ns_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The router status entries as text: lines r, a, s, w and p, each ended by LF. torctl_ns_document() */
    cstring_view document() const { return cstring_view(torctl_ns_document(get()), torctl_ns_document_size_bytes(get())); }
};

/** The fields of GUARD. */
class guard_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The kind of guard: always "ENTRY" so far. torctl_guard_type() */
    cstring_view type() const { return cstring_view(torctl_guard_type(get())); }
    /** The relay as tor wrote it: $FINGERPRINT~nickname. torctl_guard_name() */
    cstring_view name() const { return cstring_view(torctl_guard_name(get())); }
    /** The fingerprint of the relay. torctl_guard_fingerprint() */
    cstring_view fingerprint() const { return cstring_view(torctl_guard_fingerprint(get())); }
    /** The nickname of the relay. torctl_guard_nickname() */
    cstring_view nickname() const { return cstring_view(torctl_guard_nickname(get())); }
    /** What happened to the guard. torctl_guard_status() */
    torctl::guard_status status() const { return static_cast<torctl::guard_status>(torctl_guard_status(get())); }
    /** tor's word for torctl_guard_status(). torctl_guard_status_text() */
    cstring_view status_text() const { return cstring_view(torctl_guard_status_text(get())); }
};

/** The fields of HS_DESC. */
class hs_desc_event : public event_ref {
public:
    using event_ref::event_ref;
    /** What happened. torctl_hs_desc_action() */
    torctl::hs_desc_action action() const { return static_cast<torctl::hs_desc_action>(torctl_hs_desc_action(get())); }
    /** tor's word for torctl_hs_desc_action(). torctl_hs_desc_action_text() */
    cstring_view action_text() const { return cstring_view(torctl_hs_desc_action_text(get())); }
    /** The onion address without .onion, or "UNKNOWN". torctl_hs_desc_address() */
    cstring_view address() const { return cstring_view(torctl_hs_desc_address(get())); }
    /** What the service asks of its clients. torctl_hs_desc_auth_type() */
    torctl::hs_desc_auth auth_type() const { return static_cast<torctl::hs_desc_auth>(torctl_hs_desc_auth_type(get())); }
    /** tor's word for torctl_hs_desc_auth_type(). torctl_hs_desc_auth_type_text() */
    cstring_view auth_type_text() const { return cstring_view(torctl_hs_desc_auth_type_text(get())); }
    /** The directory relay as tor wrote it: $FINGERPRINT~nickname, or "UNKNOWN". torctl_hs_desc_hsdir() */
    cstring_view hsdir() const { return cstring_view(torctl_hs_desc_hsdir(get())); }
    /** The fingerprint of the directory relay. torctl_hs_desc_hsdir_fingerprint() */
    cstring_view hsdir_fingerprint() const { return cstring_view(torctl_hs_desc_hsdir_fingerprint(get())); }
    /** The nickname of the directory relay. torctl_hs_desc_hsdir_nickname() */
    cstring_view hsdir_nickname() const { return cstring_view(torctl_hs_desc_hsdir_nickname(get())); }
    /** The identifier of the descriptor. torctl_hs_desc_descriptor_id() */
    cstring_view descriptor_id() const { return cstring_view(torctl_hs_desc_descriptor_id(get())); }
    /** At FAILED: why (REASON). torctl_hs_desc_reason() */
    torctl::hs_desc_reason reason() const { return static_cast<torctl::hs_desc_reason>(torctl_hs_desc_reason(get())); }
    /** tor's word for torctl_hs_desc_reason(). torctl_hs_desc_reason_text() */
    cstring_view reason_text() const { return cstring_view(torctl_hs_desc_reason_text(get())); }
    /** The replica of the descriptor; only from older tors (REPLICA). torctl_hs_desc_replica() */
    std::int32_t replica() const { return torctl_hs_desc_replica(get()); }
    /** The place of the directory relay in the ring of directory relays: 64 hexadecimal digits (HSDIR_INDEX). torctl_hs_desc_hsdir_index() */
    cstring_view hsdir_index() const { return cstring_view(torctl_hs_desc_hsdir_index(get())); }
};

/** The fields of HS_DESC_CONTENT. */
class hs_desc_content_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The onion address without .onion. torctl_hs_desc_content_address() */
    cstring_view address() const { return cstring_view(torctl_hs_desc_content_address(get())); }
    /** The identifier of the descriptor. torctl_hs_desc_content_descriptor_id() */
    cstring_view descriptor_id() const { return cstring_view(torctl_hs_desc_content_descriptor_id(get())); }
    /** The directory relay as tor wrote it: $FINGERPRINT~nickname, or "UNKNOWN". torctl_hs_desc_content_hsdir() */
    cstring_view hsdir() const { return cstring_view(torctl_hs_desc_content_hsdir(get())); }
    /** The fingerprint of the directory relay. torctl_hs_desc_content_hsdir_fingerprint() */
    cstring_view hsdir_fingerprint() const { return cstring_view(torctl_hs_desc_content_hsdir_fingerprint(get())); }
    /** The nickname of the directory relay. torctl_hs_desc_content_hsdir_nickname() */
    cstring_view hsdir_nickname() const { return cstring_view(torctl_hs_desc_content_hsdir_nickname(get())); }
    /** 1 if the directory relay gave the descriptor, 0 if not. torctl_hs_desc_content_found() */
    bool found() const { return torctl_hs_desc_content_found(get()) != 0; }
    /** The descriptor as text, lines ended by LF, for torctl_onion_descriptor_parse(). torctl_hs_desc_content_descriptor() */
    cstring_view descriptor() const { return cstring_view(torctl_hs_desc_content_descriptor(get()), torctl_hs_desc_content_descriptor_size_bytes(get())); }
};

/** The fields of STATE. */
class state_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The new state of the controller. torctl_state_event_state() */
    torctl::controller_state state() const { return static_cast<torctl::controller_state>(torctl_state_event_state(get())); }
    /** Why there is no connection, in one word (CAUSE): "LOCAL" (the program closed it), "EOF" (tor closed it, for example because tor ended), "ERROR" (the system reported an error), "PROTOCOL" (the peer does not speak the protocol) or "ENDED" (the tor that torctl_launch() had started for a controller that reconnects has ended); of an attempt to reconnect also "CONNECT" (no tor is there), "AUTH" (tor refused the login) or "TIMEOUT". torctl_state_event_cause() */
    cstring_view cause() const { return cstring_view(torctl_state_event_cause(get())); }
    /** The same in a sentence for people (MESSAGE). torctl_state_event_message() */
    cstring_view message() const { return cstring_view(torctl_state_event_message(get())); }
    /** In how many milliseconds the controller tries again (DELAY_MS). torctl_state_event_delay_ms() */
    std::chrono::milliseconds delay() const { return std::chrono::milliseconds(static_cast<std::int64_t>(torctl_state_event_delay_ms(get()))); }
    /** Which tor it is, one after the other: see torctl_controller_incarnation() (INCARNATION). torctl_state_event_incarnation() */
    std::uint64_t incarnation() const { return torctl_state_event_incarnation(get()); }
    /** tor's version, as tor says it at the login (VERSION). torctl_state_event_version() */
    cstring_view version() const { return cstring_view(torctl_state_event_version(get())); }
    /** tor's process id, for a controller that reconnects (PID). torctl_state_event_pid() */
    std::uint64_t pid() const { return torctl_state_event_pid(get()); }
};

/** The fields of GAP. */
class gap_event : public event_ref {
public:
    using event_ref::event_ref;
    /** How many events were dropped here (LOST_EVENTS). torctl_gap_lost_events() */
    std::uint64_t lost_events() const { return torctl_gap_lost_events(get()); }
    /** How many bytes those events had (LOST_BYTES). torctl_gap_lost_bytes() */
    std::uint64_t lost_bytes() const { return torctl_gap_lost_bytes(get()); }
    /** Why events are missing, as one of the TORCTL_GAP constants (CAUSE). torctl_gap_cause() */
    torctl::gap_cause cause() const { return static_cast<torctl::gap_cause>(torctl_gap_cause(get())); }
    /** When the connection was lost, in microseconds since 1970 (FROM_US). torctl_gap_from_us() */
    std::chrono::microseconds from() const { return std::chrono::microseconds(static_cast<std::int64_t>(torctl_gap_from_us(get()))); }
    /** When the controller was ready again, in microseconds since 1970 (TO_US). torctl_gap_to_us() */
    std::chrono::microseconds to() const { return std::chrono::microseconds(static_cast<std::int64_t>(torctl_gap_to_us(get()))); }
};

/** The fields of HEALTH. */
class health_event : public event_ref {
public:
    using event_ref::event_ref;
    /** What changed. torctl_health_event_item() */
    torctl::health_item item() const { return static_cast<torctl::health_item>(torctl_health_event_item(get())); }
    /** How well it does now. torctl_health_event_level() */
    torctl::health_level level() const { return static_cast<torctl::health_level>(torctl_health_event_level(get())); }
    /** How well it did before (WAS). torctl_health_event_old_level() */
    torctl::health_level old_level() const { return static_cast<torctl::health_level>(torctl_health_event_old_level(get())); }
    /** The verdict about all of tor now (VERDICT). torctl_health_event_verdict() */
    torctl::health_level verdict() const { return static_cast<torctl::health_level>(torctl_health_event_verdict(get())); }
    /** The verdict before (VERDICT_WAS). torctl_health_event_old_verdict() */
    torctl::health_level old_verdict() const { return static_cast<torctl::health_level>(torctl_health_event_old_verdict(get())); }
    /** What is so now (TO): the state of the controller for CONNECTION, the percentage for BOOTSTRAP, how many can be used for GUARDS, how many are published of how many for ONIONS ("1/2"), the seconds for CLOCK, "1" or "0" for the others. torctl_health_event_value() */
    cstring_view value() const { return cstring_view(torctl_health_event_value(get())); }
    /** What was so before; "" if that was not known (FROM). torctl_health_event_old_value() */
    cstring_view old_value() const { return cstring_view(torctl_health_event_old_value(get())); }
    /** Why it does not do better: one of the TORCTL_REASON constants (REASON). torctl_health_event_reason() */
    torctl::reason reason() const { return static_cast<torctl::reason>(torctl_health_event_reason(get())); }
    /** Why it is so, in a sentence for people (MESSAGE). torctl_health_event_message() */
    cstring_view message() const { return cstring_view(torctl_health_event_message(get())); }
};

/** The fields of DEBUG, INFO, NOTICE, WARN, ERR. */
class log_event : public event_ref {
public:
    using event_ref::event_ref;
    /** How serious the message is. torctl_log_severity() */
    torctl::severity severity() const { return static_cast<torctl::severity>(torctl_log_severity(get())); }
    /** The message, byte for byte as tor sent it. torctl_log_text() */
    cstring_view text() const { return cstring_view(torctl_log_text(get()), torctl_log_text_size_bytes(get())); }
};

/** An item of clients_seen_event. */
class clients_seen_event_country_item {
public:
    using list_type = const torctl_event *;
    clients_seen_event_country_item() noexcept = default;
    clients_seen_event_country_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The code of a country: two letters, or question marks if tor does not know it (CountrySummary). torctl_clients_seen_country_code() */
    cstring_view code() const { return cstring_view(torctl_clients_seen_country_code(list_, index_)); }
    /** How many clients came from a country, rounded up to a multiple of 8 (CountrySummary). torctl_clients_seen_country_clients() */
    std::uint64_t clients() const { return torctl_clients_seen_country_clients(list_, index_); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** An item of clients_seen_event. */
class clients_seen_event_ip_version_item {
public:
    using list_type = const torctl_event *;
    clients_seen_event_ip_version_item() noexcept = default;
    clients_seen_event_ip_version_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** A version of IP: "v4" or "v6" (IPVersions). torctl_clients_seen_ip_version() */
    cstring_view text() const { return cstring_view(torctl_clients_seen_ip_version(list_, index_)); }
    /** How many clients came over a version of IP (IPVersions). torctl_clients_seen_ip_version_clients() */
    std::uint64_t clients() const { return torctl_clients_seen_ip_version_clients(list_, index_); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** The fields of CLIENTS_SEEN. */
class clients_seen_event : public event_ref {
public:
    using event_ref::event_ref;
    /** When counting began (TimeStarted). torctl_clients_seen_time_started_unix_us() */
    std::chrono::system_clock::time_point time_started() const { return detail::time_of(torctl_clients_seen_time_started_unix_us(get())); }
    /** How many countries are listed (CountrySummary). torctl_clients_seen_country_count() */
    std::size_t country_count() const { return torctl_clients_seen_country_count(get()); }
    /** The code of a country: two letters, or question marks if tor does not know it (CountrySummary). torctl_clients_seen_country_code() */
    cstring_view country_code(std::size_t index) const { return cstring_view(torctl_clients_seen_country_code(get(), index)); }
    /** How many clients came from a country, rounded up to a multiple of 8 (CountrySummary). torctl_clients_seen_country_clients() */
    std::uint64_t country_clients(std::size_t index) const { return torctl_clients_seen_country_clients(get(), index); }
    /** How many versions of IP are listed (IPVersions). torctl_clients_seen_ip_version_count() */
    std::size_t ip_version_count() const { return torctl_clients_seen_ip_version_count(get()); }
    /** A version of IP: "v4" or "v6" (IPVersions). torctl_clients_seen_ip_version() */
    cstring_view ip_version(std::size_t index) const { return cstring_view(torctl_clients_seen_ip_version(get(), index)); }
    /** How many clients came over a version of IP (IPVersions). torctl_clients_seen_ip_version_clients() */
    std::uint64_t ip_version_clients(std::size_t index) const { return torctl_clients_seen_ip_version_clients(get(), index); }
    detail::items<clients_seen_event_country_item> countries() const { return detail::items<clients_seen_event_country_item>(get(), torctl_clients_seen_country_count(get())); }
    detail::items<clients_seen_event_ip_version_item> ip_versions() const { return detail::items<clients_seen_event_ip_version_item>(get(), torctl_clients_seen_ip_version_count(get())); }
};

/** The fields of BUILDTIMEOUT_SET. */
class buildtimeout_event : public event_ref {
public:
    using event_ref::event_ref;
    /** What happened to the timeout. torctl_buildtimeout_type() */
    torctl::buildtimeout_type type() const { return static_cast<torctl::buildtimeout_type>(torctl_buildtimeout_type(get())); }
    /** tor's word for torctl_buildtimeout_type(). torctl_buildtimeout_type_text() */
    cstring_view type_text() const { return cstring_view(torctl_buildtimeout_type_text(get())); }
    /** From how many circuits tor has learned (TOTAL_TIMES). torctl_buildtimeout_total_times() */
    std::uint64_t total_times() const { return torctl_buildtimeout_total_times(get()); }
    /** After how many milliseconds tor gives up a circuit (TIMEOUT_MS). torctl_buildtimeout_timeout_ms() */
    std::chrono::milliseconds timeout() const { return std::chrono::milliseconds(static_cast<std::int64_t>(torctl_buildtimeout_timeout_ms(get()))); }
    /** The parameter Xm of the Pareto distribution in milliseconds (XM). torctl_buildtimeout_xm_ms() */
    std::chrono::milliseconds xm() const { return std::chrono::milliseconds(static_cast<std::int64_t>(torctl_buildtimeout_xm_ms(get()))); }
    /** The parameter alpha of the Pareto distribution (ALPHA). torctl_buildtimeout_alpha() */
    double alpha() const { return torctl_buildtimeout_alpha(get()); }
    /** At which quantile of the distribution the timeout is, from 0 to 1 (CUTOFF_QUANTILE). torctl_buildtimeout_cutoff_quantile() */
    double cutoff_quantile() const { return torctl_buildtimeout_cutoff_quantile(get()); }
    /** The fraction of circuits that timed out (TIMEOUT_RATE). torctl_buildtimeout_timeout_rate() */
    double timeout_rate() const { return torctl_buildtimeout_timeout_rate(get()); }
    /** After how many milliseconds tor closes circuits that it keeps to measure (CLOSE_MS). torctl_buildtimeout_close_ms() */
    std::chrono::milliseconds close() const { return std::chrono::milliseconds(static_cast<std::int64_t>(torctl_buildtimeout_close_ms(get()))); }
    /** The fraction of circuits that were closed that way (CLOSE_RATE). torctl_buildtimeout_close_rate() */
    double close_rate() const { return torctl_buildtimeout_close_rate(get()); }
};

/** The fields of SIGNAL. */
class signal_event : public event_ref {
public:
    using event_ref::event_ref;
    /** Which signal tor got. torctl_signal_event_signal() */
    torctl::signal signal() const { return static_cast<torctl::signal>(torctl_signal_event_signal(get())); }
    /** tor's word for torctl_signal_event_signal(). torctl_signal_event_signal_text() */
    cstring_view signal_text() const { return cstring_view(torctl_signal_event_signal_text(get())); }
};

/** The fields of TRANSPORT_LAUNCHED. */
class transport_event : public event_ref {
public:
    using event_ref::event_ref;
    /** On which side the transport runs. torctl_transport_side() */
    torctl::transport_side side() const { return static_cast<torctl::transport_side>(torctl_transport_side(get())); }
    /** tor's word for torctl_transport_side(). torctl_transport_side_text() */
    cstring_view side_text() const { return cstring_view(torctl_transport_side_text(get())); }
    /** The name of the transport, for example "obfs4". torctl_transport_name() */
    cstring_view name() const { return cstring_view(torctl_transport_name(get())); }
    /** The address that the transport listens on; IPv6 without brackets. torctl_transport_address() */
    cstring_view address() const { return cstring_view(torctl_transport_address(get())); }
    /** The port that the transport listens on. torctl_transport_port() */
    std::uint16_t port() const { return torctl_transport_port(get()); }
};

/** The fields of NETWORK_LIVENESS. */
class network_liveness_event : public event_ref {
public:
    using event_ref::event_ref;
    /** 1 if the network can be reached again, 0 if it can no longer be reached. torctl_network_liveness_up() */
    bool up() const { return torctl_network_liveness_up(get()) != 0; }
};

/** The fields of ORCONN. */
class orconn_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The number of the connection (ID). torctl_orconn_id() */
    std::uint64_t id() const { return torctl_orconn_id(get()); }
    /** The other end as tor wrote it: $FINGERPRINT~nickname, $FINGERPRINT or address:port. torctl_orconn_target() */
    cstring_view target() const { return cstring_view(torctl_orconn_target(get())); }
    /** The fingerprint of the relay, if tor gave it. torctl_orconn_fingerprint() */
    cstring_view fingerprint() const { return cstring_view(torctl_orconn_fingerprint(get())); }
    /** The nickname of the relay, if tor gave it. torctl_orconn_nickname() */
    cstring_view nickname() const { return cstring_view(torctl_orconn_nickname(get())); }
    /** The address of the other end, if tor gave that and no fingerprint; IPv6 without brackets. torctl_orconn_address() */
    cstring_view address() const { return cstring_view(torctl_orconn_address(get())); }
    /** The port of the other end, if tor gave an address. torctl_orconn_port() */
    std::uint16_t port() const { return torctl_orconn_port(get()); }
    /** What happened to the connection. torctl_orconn_status() */
    torctl::orconn_status status() const { return static_cast<torctl::orconn_status>(torctl_orconn_status(get())); }
    /** tor's word for torctl_orconn_status(). torctl_orconn_status_text() */
    cstring_view status_text() const { return cstring_view(torctl_orconn_status_text(get())); }
    /** At FAILED and CLOSED: why the connection ended (REASON). torctl_orconn_reason() */
    torctl::orconn_reason reason() const { return static_cast<torctl::orconn_reason>(torctl_orconn_reason(get())); }
    /** tor's word for torctl_orconn_reason(). torctl_orconn_reason_text() */
    cstring_view reason_text() const { return cstring_view(torctl_orconn_reason_text(get())); }
    /** How many circuits the connection carried when it ended (NCIRCS). torctl_orconn_circ_count() */
    std::uint64_t circ_count() const { return torctl_orconn_circ_count(get()); }
};

/** The fields of RESTORED. */
class restored_event : public event_ref {
public:
    using event_ref::event_ref;
    /** What was set up. torctl_restored_what() */
    torctl::setup_part what() const { return static_cast<torctl::setup_part>(torctl_restored_what(get())); }
    /** What became of it. torctl_restored_outcome() */
    torctl::restored_outcome outcome() const { return static_cast<torctl::restored_outcome>(torctl_restored_outcome(get())); }
    /** Which one it is (WHICH): the address of a service, with ".onion"; an address that is mapped; names of options, with commas between them; "" where there is only one, or where it is about several. torctl_restored_which() */
    cstring_view which() const { return cstring_view(torctl_restored_which(get())); }
    /** The code of tor's reply; 0 if there was none (CODE). torctl_restored_code() */
    std::uint64_t code() const { return torctl_restored_code(get()); }
    /** tor's words, or why tor was not asked (MESSAGE). torctl_restored_message() */
    cstring_view message() const { return cstring_view(torctl_restored_message(get())); }
};

/** The fields of STATUS_GENERAL, STATUS_CLIENT, STATUS_SERVER. */
class status_event : public event_ref {
public:
    using event_ref::event_ref;
    /** How serious it is. torctl_status_event_severity() */
    torctl::severity severity() const { return static_cast<torctl::severity>(torctl_status_event_severity(get())); }
    /** tor's word for torctl_status_event_severity(). torctl_status_event_severity_text() */
    cstring_view severity_text() const { return cstring_view(torctl_status_event_severity_text(get())); }
    /** What is reported. torctl_status_event_action() */
    torctl::status_action action() const { return static_cast<torctl::status_action>(torctl_status_event_action(get())); }
    /** tor's word for torctl_status_event_action(). torctl_status_event_action_text() */
    cstring_view action_text() const { return cstring_view(torctl_status_event_action_text(get())); }
    /** CLOCK_JUMPED: by how many seconds the clock jumped; negative if back (TIME). torctl_status_event_jump_s() */
    std::chrono::seconds jump() const { return std::chrono::seconds(static_cast<std::int64_t>(torctl_status_event_jump_s(get()))); }
    /** CLOCK_JUMPED: 1 if tor was idle, for example because the computer slept; 0 if not (IDLE). torctl_status_event_idle() */
    std::int32_t idle() const { return torctl_status_event_idle(get()); }
    /** DANGEROUS_VERSION, TOO_MANY_CONNECTIONS: the version of this tor in DANGEROUS_VERSION, the number of connections as text in TOO_MANY_CONNECTIONS (CURRENT). torctl_status_event_current() */
    cstring_view current() const { return cstring_view(torctl_status_event_current(get())); }
    /** TOO_MANY_CONNECTIONS: how many connections are open (CURRENT). torctl_status_event_current_count() */
    std::uint64_t current_count() const { return torctl_status_event_current_count(get()); }
    /** DANGEROUS_VERSION: the recommended versions, separated by commas (RECOMMENDED). torctl_status_event_recommended() */
    cstring_view recommended() const { return cstring_view(torctl_status_event_recommended(get())); }
    /** DANGEROUS_VERSION: what is wrong with the version (REASON). torctl_status_event_version_reason() */
    torctl::version_reason version_reason() const { return static_cast<torctl::version_reason>(torctl_status_event_version_reason(get())); }
    /** BOOTSTRAP: why tor does not get further (REASON). torctl_status_event_bootstrap_reason() */
    torctl::orconn_reason bootstrap_reason() const { return static_cast<torctl::orconn_reason>(torctl_status_event_bootstrap_reason(get())); }
    /** The reason of any action as text, unquoted (REASON). torctl_status_event_reason_text() */
    cstring_view reason_text() const { return cstring_view(torctl_status_event_reason_text(get()), torctl_status_event_reason_text_size_bytes(get())); }
    /** CLOCK_SKEW: by how many seconds this computer's clock is ahead; negative if behind (SKEW). torctl_status_event_skew_s() */
    std::chrono::seconds skew() const { return std::chrono::seconds(static_cast<std::int64_t>(torctl_status_event_skew_s(get()))); }
    /** CLOCK_SKEW: by how many seconds the clock is wrong at least (MIN_SKEW). torctl_status_event_min_skew_s() */
    std::chrono::seconds min_skew() const { return std::chrono::seconds(static_cast<std::int64_t>(torctl_status_event_min_skew_s(get()))); }
    /** CLOCK_SKEW: where tor has the right time from, for example "CONSENSUS" (SOURCE). torctl_status_event_source() */
    cstring_view source() const { return cstring_view(torctl_status_event_source(get())); }
    /** BOOTSTRAP: how far the start is, from 0 to 100 (PROGRESS). torctl_status_event_progress() */
    std::int32_t progress() const { return torctl_status_event_progress(get()); }
    /** BOOTSTRAP: how far the start is, as tor's word, for example "conn_done" (TAG). torctl_status_event_tag() */
    cstring_view tag() const { return cstring_view(torctl_status_event_tag(get())); }
    /** BOOTSTRAP: how far the start is (TAG). torctl_status_event_phase() */
    torctl::bootstrap_tag phase() const { return static_cast<torctl::bootstrap_tag>(torctl_status_event_phase(get())); }
    /** BOOTSTRAP: what tor does next, as a text for users (SUMMARY). torctl_status_event_summary() */
    cstring_view summary() const { return cstring_view(torctl_status_event_summary(get())); }
    /** BOOTSTRAP: what went wrong, as a text for users (WARNING). torctl_status_event_warning() */
    cstring_view warning() const { return cstring_view(torctl_status_event_warning(get())); }
    /** BOOTSTRAP: how many problems this phase has had so far (COUNT). torctl_status_event_count() */
    std::uint64_t size() const { return torctl_status_event_count(get()); }
    /** BOOTSTRAP: whether to tell the user (RECOMMENDATION). torctl_status_event_recommendation() */
    torctl::recommendation recommendation() const { return static_cast<torctl::recommendation>(torctl_status_event_recommendation(get())); }
    /** tor's word for torctl_status_event_recommendation(). torctl_status_event_recommendation_text() */
    cstring_view recommendation_text() const { return cstring_view(torctl_status_event_recommendation_text(get())); }
    /** BOOTSTRAP: the fingerprint of the relay or bridge that made trouble, or "?" (HOSTID). torctl_status_event_host_id() */
    cstring_view host_id() const { return cstring_view(torctl_status_event_host_id(get())); }
    /** BOOTSTRAP: what torctl_status_event_host_id() is, under the keyword of the specification (HOST); tors of today do not use that. torctl_status_event_host() */
    cstring_view host() const { return cstring_view(torctl_status_event_host(get())); }
    /** BOOTSTRAP: address and port of the relay or bridge that made trouble, or "?" (HOSTADDR). torctl_status_event_host_address() */
    cstring_view host_address() const { return cstring_view(torctl_status_event_host_address(get())); }
    /** DANGEROUS_PORT: the port (PORT). torctl_status_event_port() */
    std::uint16_t port() const { return torctl_status_event_port(get()); }
    /** DANGEROUS_PORT: what tor did about it (RESULT). torctl_status_event_result() */
    torctl::port_result result() const { return static_cast<torctl::port_result>(torctl_status_event_result(get())); }
    /** tor's word for torctl_status_event_result(). torctl_status_event_result_text() */
    cstring_view result_text() const { return cstring_view(torctl_status_event_result_text(get())); }
    /** DANGEROUS_SOCKS: the protocol, for example "SOCKS4" (PROTOCOL). torctl_status_event_protocol() */
    cstring_view protocol() const { return cstring_view(torctl_status_event_protocol(get())); }
    /** DANGEROUS_SOCKS: where the application wanted to go (ADDRESS). torctl_status_event_address() */
    cstring_view address() const { return cstring_view(torctl_status_event_address(get())); }
    /** SOCKS_UNKNOWN_PROTOCOL: the first bytes that the application sent, unquoted (DATA). torctl_status_event_data() */
    cstring_view data() const { return cstring_view(torctl_status_event_data(get()), torctl_status_event_data_size_bytes(get())); }
    /** SOCKS_BAD_HOSTNAME: the name that was asked for, unquoted (HOSTNAME). torctl_status_event_hostname() */
    cstring_view hostname() const { return cstring_view(torctl_status_event_hostname(get()), torctl_status_event_hostname_size_bytes(get())); }
    /** EXTERNAL_ADDRESS: how the relay found the address (METHOD). torctl_status_event_method() */
    torctl::address_method method() const { return static_cast<torctl::address_method>(torctl_status_event_method(get())); }
    /** tor's word for torctl_status_event_method(). torctl_status_event_method_text() */
    cstring_view method_text() const { return cstring_view(torctl_status_event_method_text(get())); }
    /** CHECKING_REACHABILITY, REACHABILITY_SUCCEEDED, REACHABILITY_FAILED: address and port that are tested (ORADDRESS). torctl_status_event_or_address() */
    cstring_view or_address() const { return cstring_view(torctl_status_event_or_address(get())); }
    /** ACCEPTED_SERVER_DESCRIPTOR, BAD_SERVER_DESCRIPTOR: address and port of the directory authority (DIRAUTH). torctl_status_event_dirauth() */
    cstring_view dirauth() const { return cstring_view(torctl_status_event_dirauth(get())); }
    /** NAMESERVER_STATUS: the name server (NS). torctl_status_event_nameserver() */
    cstring_view nameserver() const { return cstring_view(torctl_status_event_nameserver(get())); }
    /** NAMESERVER_STATUS, HIBERNATION_STATUS: the new status (STATUS). torctl_status_event_status() */
    torctl::server_status status() const { return static_cast<torctl::server_status>(torctl_status_event_status(get())); }
    /** tor's word for torctl_status_event_status(). torctl_status_event_status_text() */
    cstring_view status_text() const { return cstring_view(torctl_status_event_status_text(get())); }
    /** NAMESERVER_STATUS: what went wrong (ERR). torctl_status_event_err() */
    cstring_view err() const { return cstring_view(torctl_status_event_err(get())); }
};

/** The fields of STREAM. */
class stream_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The number of the stream. torctl_stream_id() */
    std::uint64_t id() const { return torctl_stream_id(get()); }
    /** What happened to the stream. torctl_stream_status() */
    torctl::stream_status status() const { return static_cast<torctl::stream_status>(torctl_stream_status(get())); }
    /** tor's word for torctl_stream_status(). torctl_stream_status_text() */
    cstring_view status_text() const { return cstring_view(torctl_stream_status_text(get())); }
    /** The number of the circuit that the stream is on; 0 for none. torctl_stream_circ_id() */
    std::uint64_t circ_id() const { return torctl_stream_circ_id(get()); }
    /** Where the stream is to go: host:port. torctl_stream_target() */
    cstring_view target() const { return cstring_view(torctl_stream_target(get()), torctl_stream_target_size_bytes(get())); }
    /** The host of the target, an IPv6 address without brackets. torctl_stream_target_host() */
    cstring_view target_host() const { return cstring_view(torctl_stream_target_host(get())); }
    /** The port of the target; 0 for a stream that only looks up a name. torctl_stream_target_port() */
    std::uint16_t target_port() const { return torctl_stream_target_port(get()); }
    /** At FAILED, CLOSED and DETACHED: why the stream ended or lost its circuit (REASON). torctl_stream_reason() */
    torctl::stream_reason reason() const { return static_cast<torctl::stream_reason>(torctl_stream_reason(get())); }
    /** tor's word for torctl_stream_reason(). torctl_stream_reason_text() */
    cstring_view reason_text() const { return cstring_view(torctl_stream_reason_text(get())); }
    /** With TORCTL_STREAM_REASON_END: why the other end closed the stream (REMOTE_REASON). torctl_stream_remote_reason() */
    torctl::stream_reason remote_reason() const { return static_cast<torctl::stream_reason>(torctl_stream_remote_reason(get())); }
    /** tor's word for torctl_stream_remote_reason(). torctl_stream_remote_reason_text() */
    cstring_view remote_reason_text() const { return cstring_view(torctl_stream_remote_reason_text(get())); }
    /** At REMAP: who gave the new target (SOURCE). torctl_stream_source() */
    torctl::stream_source source() const { return static_cast<torctl::stream_source>(torctl_stream_source(get())); }
    /** tor's word for torctl_stream_source(). torctl_stream_source_text() */
    cstring_view source_text() const { return cstring_view(torctl_stream_source_text(get())); }
    /** At NEW and NEWRESOLVE: the address:port of the application, IPv6 without brackets (SOURCE_ADDR). torctl_stream_source_address() */
    cstring_view source_address() const { return cstring_view(torctl_stream_source_address(get())); }
    /** The address of torctl_stream_source_address() (SOURCE_ADDR). torctl_stream_source_host() */
    cstring_view source_host() const { return cstring_view(torctl_stream_source_host(get())); }
    /** The port of torctl_stream_source_address() (SOURCE_ADDR). torctl_stream_source_port() */
    std::uint16_t source_port() const { return torctl_stream_source_port(get()); }
    /** At NEW and NEWRESOLVE: what the stream is for (PURPOSE). torctl_stream_purpose() */
    torctl::stream_purpose purpose() const { return static_cast<torctl::stream_purpose>(torctl_stream_purpose(get())); }
    /** tor's word for torctl_stream_purpose(). torctl_stream_purpose_text() */
    cstring_view purpose_text() const { return cstring_view(torctl_stream_purpose_text(get())); }
    /** The SOCKS user name that the application gave, unquoted (SOCKS_USERNAME). torctl_stream_socks_username() */
    cstring_view socks_username() const { return cstring_view(torctl_stream_socks_username(get()), torctl_stream_socks_username_size_bytes(get())); }
    /** The SOCKS password that the application gave, unquoted (SOCKS_PASSWORD). torctl_stream_socks_password() */
    cstring_view socks_password() const { return cstring_view(torctl_stream_socks_password(get()), torctl_stream_socks_password_size_bytes(get())); }
    /** How the application reached tor (CLIENT_PROTOCOL). torctl_stream_client_protocol() */
    torctl::client_protocol client_protocol() const { return static_cast<torctl::client_protocol>(torctl_stream_client_protocol(get())); }
    /** tor's word for torctl_stream_client_protocol(). torctl_stream_client_protocol_text() */
    cstring_view client_protocol_text() const { return cstring_view(torctl_stream_client_protocol_text(get())); }
    /** How many NEWNYM signals came before the stream (NYM_EPOCH). torctl_stream_nym_epoch() */
    std::uint64_t nym_epoch() const { return torctl_stream_nym_epoch(get()); }
    /** The session group of the port that the stream came to; mostly a negative number (SESSION_GROUP). torctl_stream_session_group() */
    std::int64_t session_group() const { return torctl_stream_session_group(get()); }
    /** By what tor keeps the stream apart from others (ISO_FIELDS). torctl_stream_iso_fields() */
    torctl::iso_fields iso_fields() const { return static_cast<torctl::iso_fields>(torctl_stream_iso_fields(get())); }
    /** tor's words for torctl_stream_iso_fields(), separated by commas. torctl_stream_iso_fields_text() */
    cstring_view iso_fields_text() const { return cstring_view(torctl_stream_iso_fields_text(get())); }
};

namespace detail {

template <> struct fields_of<kind::addrmap> {
    using type = addrmap_event;
};
template <> struct kinds_of<addrmap_event> {
    static constexpr kinds value = kinds(kind::addrmap);
};
template <> struct fields_of<kind::bw> {
    using type = bw_event;
};
template <> struct kinds_of<bw_event> {
    static constexpr kinds value = kinds(kind::bw);
};
template <> struct fields_of<kind::stream_bw> {
    using type = stream_bw_event;
};
template <> struct kinds_of<stream_bw_event> {
    static constexpr kinds value = kinds(kind::stream_bw);
};
template <> struct fields_of<kind::conn_bw> {
    using type = conn_bw_event;
};
template <> struct kinds_of<conn_bw_event> {
    static constexpr kinds value = kinds(kind::conn_bw);
};
template <> struct fields_of<kind::circ_bw> {
    using type = circ_bw_event;
};
template <> struct kinds_of<circ_bw_event> {
    static constexpr kinds value = kinds(kind::circ_bw);
};
template <> struct fields_of<kind::cell_stats> {
    using type = cell_stats_event;
};
template <> struct kinds_of<cell_stats_event> {
    static constexpr kinds value = kinds(kind::cell_stats);
};
template <> struct fields_of<kind::circ> {
    using type = circ_event;
};
template <> struct fields_of<kind::circ_minor> {
    using type = circ_event;
};
template <> struct kinds_of<circ_event> {
    static constexpr kinds value = kinds(kind::circ) | kinds(kind::circ_minor);
};
template <> struct fields_of<kind::conf_changed> {
    using type = conf_changed_event;
};
template <> struct kinds_of<conf_changed_event> {
    static constexpr kinds value = kinds(kind::conf_changed);
};
template <> struct fields_of<kind::newdesc> {
    using type = newdesc_event;
};
template <> struct kinds_of<newdesc_event> {
    static constexpr kinds value = kinds(kind::newdesc);
};
template <> struct fields_of<kind::ns> {
    using type = ns_event;
};
template <> struct fields_of<kind::newconsensus> {
    using type = ns_event;
};
template <> struct kinds_of<ns_event> {
    static constexpr kinds value = kinds(kind::ns) | kinds(kind::newconsensus);
};
template <> struct fields_of<kind::guard> {
    using type = guard_event;
};
template <> struct kinds_of<guard_event> {
    static constexpr kinds value = kinds(kind::guard);
};
template <> struct fields_of<kind::hs_desc> {
    using type = hs_desc_event;
};
template <> struct kinds_of<hs_desc_event> {
    static constexpr kinds value = kinds(kind::hs_desc);
};
template <> struct fields_of<kind::hs_desc_content> {
    using type = hs_desc_content_event;
};
template <> struct kinds_of<hs_desc_content_event> {
    static constexpr kinds value = kinds(kind::hs_desc_content);
};
template <> struct fields_of<kind::state> {
    using type = state_event;
};
template <> struct kinds_of<state_event> {
    static constexpr kinds value = kinds(kind::state);
};
template <> struct fields_of<kind::gap> {
    using type = gap_event;
};
template <> struct kinds_of<gap_event> {
    static constexpr kinds value = kinds(kind::gap);
};
template <> struct fields_of<kind::health> {
    using type = health_event;
};
template <> struct kinds_of<health_event> {
    static constexpr kinds value = kinds(kind::health);
};
template <> struct fields_of<kind::result> {
    using type = result_event;
};
template <> struct kinds_of<result_event> {
    static constexpr kinds value = kinds(kind::result);
};
template <> struct fields_of<kind::debug> {
    using type = log_event;
};
template <> struct fields_of<kind::info> {
    using type = log_event;
};
template <> struct fields_of<kind::notice> {
    using type = log_event;
};
template <> struct fields_of<kind::warn> {
    using type = log_event;
};
template <> struct fields_of<kind::err> {
    using type = log_event;
};
template <> struct kinds_of<log_event> {
    static constexpr kinds value = kinds(kind::debug) | kinds(kind::info) | kinds(kind::notice) | kinds(kind::warn) | kinds(kind::err);
};
template <> struct fields_of<kind::clients_seen> {
    using type = clients_seen_event;
};
template <> struct kinds_of<clients_seen_event> {
    static constexpr kinds value = kinds(kind::clients_seen);
};
template <> struct fields_of<kind::buildtimeout_set> {
    using type = buildtimeout_event;
};
template <> struct kinds_of<buildtimeout_event> {
    static constexpr kinds value = kinds(kind::buildtimeout_set);
};
template <> struct fields_of<kind::signal> {
    using type = signal_event;
};
template <> struct kinds_of<signal_event> {
    static constexpr kinds value = kinds(kind::signal);
};
template <> struct fields_of<kind::transport_launched> {
    using type = transport_event;
};
template <> struct kinds_of<transport_event> {
    static constexpr kinds value = kinds(kind::transport_launched);
};
template <> struct fields_of<kind::network_liveness> {
    using type = network_liveness_event;
};
template <> struct kinds_of<network_liveness_event> {
    static constexpr kinds value = kinds(kind::network_liveness);
};
template <> struct fields_of<kind::orconn> {
    using type = orconn_event;
};
template <> struct kinds_of<orconn_event> {
    static constexpr kinds value = kinds(kind::orconn);
};
template <> struct fields_of<kind::restored> {
    using type = restored_event;
};
template <> struct kinds_of<restored_event> {
    static constexpr kinds value = kinds(kind::restored);
};
template <> struct fields_of<kind::status_general> {
    using type = status_event;
};
template <> struct fields_of<kind::status_client> {
    using type = status_event;
};
template <> struct fields_of<kind::status_server> {
    using type = status_event;
};
template <> struct kinds_of<status_event> {
    static constexpr kinds value = kinds(kind::status_general) | kinds(kind::status_client) | kinds(kind::status_server);
};
template <> struct fields_of<kind::stream> {
    using type = stream_event;
};
template <> struct kinds_of<stream_event> {
    static constexpr kinds value = kinds(kind::stream);
};

} // namespace detail

template <class Typed> Typed event_ref::as() const noexcept
{
    return Typed(detail::kinds_of<Typed>::value.has(kind()) ? object_ : nullptr);
}

template <torctl::kind Kind> typename detail::fields_of<Kind>::type event_ref::as() const noexcept
{
    return typename detail::fields_of<Kind>::type(kind() == Kind ? object_ : nullptr);
}

inline std::vector<named_value> event_ref::fields() const
{
    const std::size_t count = torctl_kind_field_count(torctl_event_kind(object_));
    std::vector<named_value> all(count);
    for (std::size_t at = 0; at < count; ++at) {
        all[at].field = torctl_kind_field(torctl_event_kind(object_), at);
        all[at].name = cstring_view(torctl_field_name(all[at].field));
        all[at].unit = cstring_view(torctl_field_unit(all[at].field));
        all[at].value = read({all[at].field})[0];
    }
    return all;
}

inline event event_ref::dup() const { return event(torctl_event_dup(object_)); }
/** What queue::next() gives: an event, or the news that there is none now, or none any more. */
using next_event = detail::or_end<event>;

namespace detail {

/** Events of a queue, taken one by one; or for `wait` false only those that are there. */
template <class Queue> class queue_events {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = event;
        using difference_type = std::ptrdiff_t;
        using pointer = const event *;
        using reference = const event &;
        iterator() = default;
        iterator(const Queue *queue, timeout wait) : queue_(queue), wait_(wait) { ++*this; }
        reference operator*() const noexcept { return event_; }
        pointer operator->() const noexcept { return &event_; }
        iterator &operator++()
        {
            event_.reset();
            if (auto next = queue_->try_next(wait_)) {
                event_ = std::move(*next);
                if (!event_)
                    queue_ = nullptr;
            } else {
                queue_ = nullptr;
#if TORCTL_EXCEPTIONS
                throw error(next.error());
#endif
            }
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator &one, const iterator &other) noexcept
        {
            return one.queue_ == other.queue_;
        }
        friend bool operator!=(const iterator &one, const iterator &other) noexcept
        {
            return one.queue_ != other.queue_;
        }

    private:
        const Queue *queue_ = nullptr;
        timeout wait_;
        event event_;
    };
    queue_events(const Queue *queue, timeout wait) noexcept : queue_(queue), wait_(wait) {}
    iterator begin() const { return iterator(queue_, wait_); }
    iterator end() const noexcept { return iterator(); }

private:
    const Queue *queue_;
    timeout wait_;
};

} // namespace detail

/**
 * A bounded queue of events, from controller::subscribe(). `for (auto &event : queue)` waits for
 * each until the controller is closed; poll fd(), and `for (auto &event : queue.ready())` takes
 * what is there.
 */
class queue : public detail::handle<torctl_queue, torctl_queue_free> {
public:
    using handle::handle;
    /** The next event. Waits for one until the time is over. torctl_queue_next() */
    [[nodiscard]] expected<next_event> try_next(timeout limit = {}, const within &with = {}) const
    {
        if (get() == nullptr)
            return detail::moved_from("queue");
        detail::failure failure;
        torctl_event *event = nullptr;
        const torctl_status rc = torctl_queue_next(get(), limit.ms(), with.get(), &event, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return next_event(event, rc);
    }
    /**
     * Calls `take` for each event that is there now, and says for how many: the fastest way.
     * `take` may return false to stop. torctl_queue_drain()
     */
    template <class F> [[nodiscard]] expected<std::size_t> try_drain(F &&take, std::size_t max_events = 0) const
    {
        if (get() == nullptr)
            return detail::moved_from("queue");
        detail::failure failure;
        std::size_t count = 0;
        detail::visitor<std::remove_reference_t<F>> visit(take);
        const torctl_status rc = torctl_queue_drain(
            get(), max_events, detail::visit_event<std::remove_reference_t<F>>, visit.data(), &count,
            failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return count;
    }
    /** Waits for the event for which `accept` returns true. torctl_wait_event() */
    template <class F>
    [[nodiscard]] expected<event> try_wait_event(F &&accept, timeout limit = {}, const within &with = {}) const
    {
        if (get() == nullptr)
            return detail::moved_from("queue");
        detail::failure failure;
        torctl_event *found = nullptr;
        auto goes_on = [&accept](const event &one) { return !accept(one); };
        detail::visitor<decltype(goes_on)> visit(goes_on);
        const torctl_status rc =
            torctl_wait_event(get(), detail::visit_event<decltype(goes_on)>, visit.data(), limit.ms(),
                              with.get(), &found, failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return event(found);
    }
#if TORCTL_EXCEPTIONS
    next_event next(timeout limit = {}, const within &with = {}) const
    {
        return detail::unwrap(try_next(limit, with));
    }
    template <class F> std::size_t drain(F &&take, std::size_t max_events = 0) const
    {
        return detail::unwrap(try_drain(take, max_events));
    }
    template <class F> event wait_event(F &&accept, timeout limit = {}, const within &with = {}) const
    {
        return detail::unwrap(try_wait_event(accept, limit, with));
    }
#endif
    using iterator = detail::queue_events<queue>::iterator;
    iterator begin() const { return iterator(this, {}); }
    iterator end() const noexcept { return iterator(); }
    /** What is there now. */
    detail::queue_events<queue> ready() const
    {
        return detail::queue_events<queue>(this, std::chrono::milliseconds(0));
    }
    /** Asks tor by SETEVENTS also for the events with this name, for example those of a kind that a newer tor has and this version does not know: they come to this queue with the kind TORCTL_EVENT_UNKNOWN, and torctl_event_name() tells them apart. torctl_queue_add_event_name() */
    [[nodiscard]] expected<void> try_add_event_name(const str &name, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("queue");
        const detail::c_str name_c(name);
        if (name_c.has_nul())
            return detail::nul_inside("name");
        detail::failure failure;
        const torctl_status rc = torctl_queue_add_event_name(get(), name_c.get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void add_event_name(const str &name, const within &with = {}) { return detail::unwrap(try_add_event_name(name, with)); }
#endif
    /** The queue's descriptor, for poll() and its like: readable exactly while something can be taken or the queue has ended. torctl_queue_fd() */
    int fd() const { return torctl_queue_fd(get()); }
    /** How many events wait in the queue. torctl_queue_backlog() */
    std::size_t backlog() const { return torctl_queue_backlog(get()); }
    /** How many bytes of raw text wait in the queue. torctl_queue_backlog_bytes() */
    std::size_t backlog_bytes() const { return torctl_queue_backlog_bytes(get()); }
    /** The largest number of events that ever waited in the queue. torctl_queue_high_water() */
    std::size_t high_water() const { return torctl_queue_high_water(get()); }
    /** How many events the queue has lost. torctl_queue_dropped() */
    std::uint64_t dropped() const { return torctl_queue_dropped(get()); }
    /** How many events were taken from the queue. torctl_queue_delivered() */
    std::uint64_t delivered() const { return torctl_queue_delivered(get()); }
};
inline void call::set_queue(const torctl::queue &outcomes, std::uint64_t tag)
{
    static_cast<void>(torctl_call_set_queue(get(), outcomes.get(), tag, nullptr));
}

/* Objects -------------------------------------------------------------------------------------- */

namespace detail {

/** A list of events of which the kind is known. */
template <class Typed> class typed_events : public handle<torctl_events, torctl_events_free> {
public:
    class item : public Typed {
    public:
        using list_type = const torctl_events *;
        item() noexcept = default;
        item(list_type list, std::size_t index) : Typed(torctl_events_get(list, index)) {}
    };
    using handle<torctl_events, torctl_events_free>::handle;
    using iterator = list_iterator<item>;
    std::size_t size() const noexcept { return torctl_events_count(this->get()); }
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(this->get(), 0); }
    iterator end() const & { return iterator(this->get(), size()); }
    item operator[](std::size_t index) const & { return item(this->get(), index); }
    iterator begin() && = delete;
    iterator end() && = delete;
    item operator[](std::size_t index) && = delete;
};

} // namespace detail

/** Circuits: `for (auto &circuit : tor.circuits()) use(circuit.id(), circuit.path())`. */
using circuit_list = detail::typed_events<circ_event>;
using stream_list = detail::typed_events<stream_event>;
using orconn_list = detail::typed_events<orconn_event>;

/** An item of reply. */
class reply_line_item {
public:
    using list_type = const torctl_reply *;
    reply_line_item() noexcept = default;
    reply_line_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The code of a line. torctl_reply_line_code() */
    int code() const { return torctl_reply_line_code(list_, index_); }
    /** The text of a line, without code and line end. torctl_reply_line_text() */
    cstring_view text() const { return cstring_view(torctl_reply_line_text(list_, index_), torctl_reply_line_size_bytes(list_, index_)); }
    /** Whether a data block follows the line. torctl_reply_line_has_data() */
    bool has_data() const { return torctl_reply_line_has_data(list_, index_) != 0; }
    /** The data block behind a line: dot-unstuffed, every line ended by LF. torctl_reply_line_data() */
    cstring_view data() const { return cstring_view(torctl_reply_line_data(list_, index_), torctl_reply_line_data_size_bytes(list_, index_)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_reply in torctl.h. */
class reply : public detail::handle<torctl_reply, torctl_reply_free> {
public:
    using handle::handle;
    /** The code of the last line, which is the reply's own: 250 is yes, 5xx is no. torctl_reply_code() */
    int code() const { return torctl_reply_code(get()); }
    /** How many lines the reply has. torctl_reply_line_count() */
    std::size_t line_count() const { return torctl_reply_line_count(get()); }
    /** The code of a line. torctl_reply_line_code() */
    int line_code(std::size_t index) const { return torctl_reply_line_code(get(), index); }
    /** The text of a line, without code and line end. torctl_reply_line_text() */
    cstring_view line_text(std::size_t index) const & { return cstring_view(torctl_reply_line_text(get(), index), torctl_reply_line_size_bytes(get(), index)); }
    std::string line_text(std::size_t index) && { return cstring_view(torctl_reply_line_text(get(), index), torctl_reply_line_size_bytes(get(), index)).str(); }
    /** Whether a data block follows the line. torctl_reply_line_has_data() */
    bool line_has_data(std::size_t index) const { return torctl_reply_line_has_data(get(), index) != 0; }
    /** The data block behind a line: dot-unstuffed, every line ended by LF. torctl_reply_line_data() */
    cstring_view line_data(std::size_t index) const & { return cstring_view(torctl_reply_line_data(get(), index), torctl_reply_line_data_size_bytes(get(), index)); }
    std::string line_data(std::size_t index) && { return cstring_view(torctl_reply_line_data(get(), index), torctl_reply_line_data_size_bytes(get(), index)).str(); }
    detail::items<reply_line_item> lines() const & { return detail::items<reply_line_item>(get(), torctl_reply_line_count(get())); }
    detail::items<reply_line_item> lines() && = delete;
};

/** See torctl_pending in torctl.h. */
class pending : public detail::handle<torctl_pending, torctl_pending_free> {
public:
    using handle::handle;
    /** Waits for the answer. torctl_pending_wait() */
    [[nodiscard]] expected<torctl::reply> try_wait() const
    {
        if (get() == nullptr)
            return detail::moved_from("pending");
        detail::failure failure;
        torctl_reply *out_reply = nullptr;
        const torctl_status rc = torctl_pending_wait(get(), &out_reply, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::reply(out_reply);
    }
#if TORCTL_EXCEPTIONS
    torctl::reply wait() const { return detail::unwrap(try_wait()); }
#endif
    /** Whether torctl_pending_wait() would return immediately: with the answer, or because the timeout has passed, the call was cancelled or the connection has ended. torctl_pending_is_complete() */
    bool is_complete() const { return torctl_pending_is_complete(get()) != 0; }
};

/** An item of values. */
class values_item {
public:
    using list_type = const torctl_values *;
    values_item() noexcept = default;
    values_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The key of an entry, in tor's spelling. torctl_values_key() */
    cstring_view key() const { return cstring_view(torctl_values_key(list_, index_)); }
    /** The value of an entry, "" if it has none. torctl_values_value() */
    cstring_view value() const { return cstring_view(torctl_values_value(list_, index_), torctl_values_value_size_bytes(list_, index_)); }
    /** Whether the entry is an option without a value, which is not the same as an empty value. torctl_values_is_unset() */
    bool is_unset() const { return torctl_values_is_unset(list_, index_) != 0; }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_values in torctl.h. */
class values : public detail::handle<torctl_values, torctl_values_free> {
public:
    using handle::handle;
    /** The value of the first entry with this key. torctl_values_find() */
    cstring_view find(const str &key) const & { const detail::c_str key_c(key); return cstring_view(torctl_values_find(get(), key_c.get())); }
    std::string find(const str &key) && { const detail::c_str key_c(key); return cstring_view(torctl_values_find(get(), key_c.get())).str(); }
    /** How many entries there are. torctl_values_count() */
    std::size_t size() const { return torctl_values_count(get()); }
    /** The key of an entry, in tor's spelling. torctl_values_key() */
    cstring_view key(std::size_t index) const & { return cstring_view(torctl_values_key(get(), index)); }
    std::string key(std::size_t index) && { return cstring_view(torctl_values_key(get(), index)).str(); }
    /** The value of an entry, "" if it has none. torctl_values_value() */
    cstring_view value(std::size_t index) const & { return cstring_view(torctl_values_value(get(), index), torctl_values_value_size_bytes(get(), index)); }
    std::string value(std::size_t index) && { return cstring_view(torctl_values_value(get(), index), torctl_values_value_size_bytes(get(), index)).str(); }
    /** Whether the entry is an option without a value, which is not the same as an empty value. torctl_values_is_unset() */
    bool is_unset(std::size_t index) const { return torctl_values_is_unset(get(), index) != 0; }
    using iterator = detail::list_iterator<values_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    values_item operator[](std::size_t index) const & { return values_item(get(), index); }
    values_item operator[](std::size_t index) && = delete;
};

/** An item of results. */
class results_item {
public:
    using list_type = const torctl_results *;
    results_item() noexcept = default;
    results_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** TORCTL_OK, or the status of the failure. torctl_results_status() */
    torctl::status status() const { return static_cast<torctl::status>(torctl_results_status(list_, index_)); }
    /** What was asked. torctl_results_key() */
    cstring_view key() const { return cstring_view(torctl_results_key(list_, index_)); }
    /** The answer; "" if there is an error. torctl_results_value() */
    cstring_view value() const { return cstring_view(torctl_results_value(list_, index_), torctl_results_value_size_bytes(list_, index_)); }
    /** Why there is no answer: an error that lives in the results. torctl_results_error() */
    torctl::error error() const { return detail::lent_error(torctl_results_error(list_, index_)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_results in torctl.h. */
class results : public detail::handle<torctl_results, torctl_results_free> {
public:
    using handle::handle;
    /** How many there are. torctl_results_count() */
    std::size_t size() const { return torctl_results_count(get()); }
    /** TORCTL_OK, or the status of the failure. torctl_results_status() */
    torctl::status status(std::size_t index) const { return static_cast<torctl::status>(torctl_results_status(get(), index)); }
    /** What was asked. torctl_results_key() */
    cstring_view key(std::size_t index) const & { return cstring_view(torctl_results_key(get(), index)); }
    std::string key(std::size_t index) && { return cstring_view(torctl_results_key(get(), index)).str(); }
    /** The answer; "" if there is an error. torctl_results_value() */
    cstring_view value(std::size_t index) const & { return cstring_view(torctl_results_value(get(), index), torctl_results_value_size_bytes(get(), index)); }
    std::string value(std::size_t index) && { return cstring_view(torctl_results_value(get(), index), torctl_results_value_size_bytes(get(), index)).str(); }
    /** Why there is no answer: an error that lives in the results. torctl_results_error() */
    torctl::error error(std::size_t index) const { return detail::lent_error(torctl_results_error(get(), index)); }
    using iterator = detail::list_iterator<results_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    results_item operator[](std::size_t index) const & { return results_item(get(), index); }
    results_item operator[](std::size_t index) && = delete;
};

/** An item of list. */
class list_item : public cstring_view {
public:
    using list_type = const torctl_list *;
    list_item() noexcept = default;
    /** torctl_list_item() */
    list_item(list_type list, std::size_t index) : cstring_view(cstring_view(torctl_list_item(list, index), torctl_list_item_size_bytes(list, index))) {}
};

/** See torctl_list in torctl.h. */
class list : public detail::handle<torctl_list, torctl_list_free> {
public:
    using handle::handle;
    /** How many there are. torctl_list_count() */
    std::size_t size() const { return torctl_list_count(get()); }
    /** A text of the list. torctl_list_item() */
    cstring_view item(std::size_t index) const & { return cstring_view(torctl_list_item(get(), index), torctl_list_item_size_bytes(get(), index)); }
    std::string item(std::size_t index) && { return cstring_view(torctl_list_item(get(), index), torctl_list_item_size_bytes(get(), index)).str(); }
    using iterator = detail::list_iterator<list_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    list_item operator[](std::size_t index) const & { return list_item(get(), index); }
    list_item operator[](std::size_t index) && = delete;
};

/** What torctl_decoder_next() gives. */
struct message {
    torctl::reply reply;
    torctl::event event;
};
/** See torctl_decoder in torctl.h. */
class decoder : public detail::handle<torctl_decoder, torctl_decoder_free> {
public:
    using handle::handle;
    /** Makes a decoder at the beginning of a stream. torctl_decoder_new() */
    [[nodiscard]] static expected<torctl::decoder> try_make(std::size_t max_line_bytes, std::size_t max_message_bytes)
    {
        detail::failure failure;
        torctl_decoder *out_decoder = nullptr;
        const torctl_status rc = torctl_decoder_new(max_line_bytes, max_message_bytes, &out_decoder, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::decoder(out_decoder);
    }
#if TORCTL_EXCEPTIONS
    static torctl::decoder make(std::size_t max_line_bytes, std::size_t max_message_bytes) { return detail::unwrap(try_make(max_line_bytes, max_message_bytes)); }
#endif
    /** Gives the decoder the next bytes that tor sent, cut anywhere. torctl_decoder_push() */
    [[nodiscard]] expected<void> try_push(std::string_view data) const
    {
        if (get() == nullptr)
            return detail::moved_from("decoder");
        detail::failure failure;
        const torctl_status rc = torctl_decoder_push(get(), data.data(), data.size(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void push(std::string_view data) const { return detail::unwrap(try_push(data)); }
#endif
    /** Takes the next whole message: sets `*reply` to a reply or `*event` to an event, and the other to NULL. torctl_decoder_next() */
    [[nodiscard]] expected<torctl::message> try_next() const
    {
        if (get() == nullptr)
            return detail::moved_from("decoder");
        detail::failure failure;
        torctl_reply *out_reply = nullptr;
        torctl_event *out_event = nullptr;
        const torctl_status rc = torctl_decoder_next(get(), &out_reply, &out_event, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::message{torctl::reply(out_reply), torctl::event(out_event)};
    }
#if TORCTL_EXCEPTIONS
    torctl::message next() const { return detail::unwrap(try_next()); }
#endif
};

/** See torctl_health in torctl.h. */
class health : public detail::handle<torctl_health, torctl_health_free> {
public:
    using handle::handle;
    /** How well an item does, one of the TORCTL_HEALTH constants. torctl_health_level() */
    torctl::health_level level(torctl::health_item item) const { return static_cast<torctl::health_level>(torctl_health_level(get(), static_cast<std::int32_t>(item))); }
    /** Why an item does not do better, one of the TORCTL_REASON constants. torctl_health_reason() */
    torctl::reason reason(torctl::health_item item) const { return static_cast<torctl::reason>(torctl_health_reason(get(), static_cast<std::int32_t>(item))); }
    /** Why an item is as it is, in a sentence for people. torctl_health_text() */
    cstring_view text(torctl::health_item item) const & { return cstring_view(torctl_health_text(get(), static_cast<std::int32_t>(item))); }
    std::string text(torctl::health_item item) && { return cstring_view(torctl_health_text(get(), static_cast<std::int32_t>(item))).str(); }
    /** The verdict about all of tor. torctl_health_verdict() */
    torctl::health_level verdict() const { return static_cast<torctl::health_level>(torctl_health_verdict(get())); }
    /** Whether the controller is connected and authenticated. torctl_health_is_connected() */
    bool is_connected() const { return torctl_health_is_connected(get()) != 0; }
    /** How far the start of tor is, 0 to 100; -1 if tor does not say. torctl_health_bootstrap_percent() */
    std::int64_t bootstrap_percent() const { return torctl_health_bootstrap_percent(get()); }
    /** What tor does at this point of its start. torctl_health_bootstrap_tag() */
    torctl::bootstrap_tag bootstrap_tag() const { return static_cast<torctl::bootstrap_tag>(torctl_health_bootstrap_tag(get())); }
    /** The same in tor's words; "" if tor does not say. torctl_health_bootstrap_summary() */
    cstring_view bootstrap_summary() const & { return cstring_view(torctl_health_bootstrap_summary(get())); }
    std::string bootstrap_summary() && { return cstring_view(torctl_health_bootstrap_summary(get())).str(); }
    /** Since when tor is at this point, as far as the library has seen it; 0 if tor's start is at its end. torctl_health_bootstrap_since_unix_us() */
    std::chrono::system_clock::time_point bootstrap_since() const { return detail::time_of(torctl_health_bootstrap_since_unix_us(get())); }
    /** 1 if tor is dormant, 0 if not, -1 if tor does not say. torctl_health_is_dormant() */
    std::int64_t is_dormant() const { return torctl_health_is_dormant(get()); }
    /** 1 if tor believes that it reaches the network, 0 if not, -1 if tor does not say. torctl_health_is_network_live() */
    std::int64_t is_network_live() const { return torctl_health_is_network_live(get()); }
    /** 1 if tor can build circuits, 0 if not, -1 if tor does not say. torctl_health_is_circuit_established() */
    std::int64_t is_circuit_established() const { return torctl_health_is_circuit_established(get()); }
    /** 1 if tor knows enough relays, 0 if not, -1 if tor does not say. torctl_health_has_enough_directory() */
    std::int64_t has_enough_directory() const { return torctl_health_has_enough_directory(get()); }
    /** By how many seconds the clock of tor's computer is ahead, negative if it is behind. torctl_health_clock_skew_s() */
    std::chrono::seconds clock_skew() const { return std::chrono::seconds(static_cast<std::int64_t>(torctl_health_clock_skew_s(get()))); }
    /** How many guards tor has chosen; -1 if tor does not say. torctl_health_guards() */
    std::int64_t guards() const { return torctl_health_guards(get()); }
    /** How many of them can be used; -1 if tor does not say. torctl_health_guards_usable() */
    std::int64_t guards_usable() const { return torctl_health_guards_usable(get()); }
    /** How many of them are down; -1 if tor does not say. torctl_health_guards_down() */
    std::int64_t guards_down() const { return torctl_health_guards_down(get()); }
    /** How many onion services this controller has made, and others detached; -1 if tor does not say. torctl_health_onions() */
    std::int64_t onions() const { return torctl_health_onions(get()); }
    /** How many of them are published; -1 if that is not known of all. torctl_health_onions_published() */
    std::int64_t onions_published() const { return torctl_health_onions_published(get()); }
};

/** An item of view_changes. */
class view_changes_item {
public:
    using list_type = const torctl_view_changes *;
    view_changes_item() noexcept = default;
    view_changes_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** What it is. torctl_view_changes_sort() */
    torctl::view_sort sort() const { return static_cast<torctl::view_sort>(torctl_view_changes_sort(list_, index_)); }
    /** What became of it. torctl_view_changes_change() */
    torctl::view_change change() const { return static_cast<torctl::view_change>(torctl_view_changes_change(list_, index_)); }
    /** The id of the circuit or stream; 0 for a guard. torctl_view_changes_id() */
    std::uint64_t id() const { return torctl_view_changes_id(list_, index_); }
    /** The fingerprint of the guard, 40 hex digits; "" for the others. torctl_view_changes_fingerprint() */
    cstring_view fingerprint() const { return cstring_view(torctl_view_changes_fingerprint(list_, index_)); }
    /** What the circuit or stream is now: a CIRC or STREAM event, which lives in the object. torctl_view_changes_event() */
    torctl::event_ref event() const { return torctl::event_ref(torctl_view_changes_event(list_, index_)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_view_changes in torctl.h. */
class view_changes : public detail::handle<torctl_view_changes, torctl_view_changes_free> {
public:
    using handle::handle;
    /** How many there are. torctl_view_changes_count() */
    std::size_t size() const { return torctl_view_changes_count(get()); }
    /** What it is. torctl_view_changes_sort() */
    torctl::view_sort sort(std::size_t index) const { return static_cast<torctl::view_sort>(torctl_view_changes_sort(get(), index)); }
    /** What became of it. torctl_view_changes_change() */
    torctl::view_change change(std::size_t index) const { return static_cast<torctl::view_change>(torctl_view_changes_change(get(), index)); }
    /** The id of the circuit or stream; 0 for a guard. torctl_view_changes_id() */
    std::uint64_t id(std::size_t index) const { return torctl_view_changes_id(get(), index); }
    /** The fingerprint of the guard, 40 hex digits; "" for the others. torctl_view_changes_fingerprint() */
    cstring_view fingerprint(std::size_t index) const & { return cstring_view(torctl_view_changes_fingerprint(get(), index)); }
    std::string fingerprint(std::size_t index) && { return cstring_view(torctl_view_changes_fingerprint(get(), index)).str(); }
    /** What the circuit or stream is now: a CIRC or STREAM event, which lives in the object. torctl_view_changes_event() */
    torctl::event_ref event(std::size_t index) const { return torctl::event_ref(torctl_view_changes_event(get(), index)); }
    using iterator = detail::list_iterator<view_changes_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    view_changes_item operator[](std::size_t index) const & { return view_changes_item(get(), index); }
    view_changes_item operator[](std::size_t index) && = delete;
};

/** An item of guards. */
class guards_item {
public:
    using list_type = const torctl_guards *;
    guards_item() noexcept = default;
    guards_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The fingerprint of a guard, 40 hex digits. torctl_guards_fingerprint() */
    cstring_view fingerprint() const { return cstring_view(torctl_guards_fingerprint(list_, index_)); }
    /** The nickname of a guard; "" if tor does not know it. torctl_guards_nickname() */
    cstring_view nickname() const { return cstring_view(torctl_guards_nickname(list_, index_)); }
    /** What tor knows of a guard. torctl_guards_state() */
    torctl::entry_guard_state state() const { return static_cast<torctl::entry_guard_state>(torctl_guards_state(list_, index_)); }
    /** Since when the state is so; 0 if tor does not say. torctl_guards_since_unix_us() */
    std::chrono::system_clock::time_point since() const { return detail::time_of(torctl_guards_since_unix_us(list_, index_)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_guards in torctl.h. */
class guards : public detail::handle<torctl_guards, torctl_guards_free> {
public:
    using handle::handle;
    /** How many there are. torctl_guards_count() */
    std::size_t size() const { return torctl_guards_count(get()); }
    /** The fingerprint of a guard, 40 hex digits. torctl_guards_fingerprint() */
    cstring_view fingerprint(std::size_t index) const & { return cstring_view(torctl_guards_fingerprint(get(), index)); }
    std::string fingerprint(std::size_t index) && { return cstring_view(torctl_guards_fingerprint(get(), index)).str(); }
    /** The nickname of a guard; "" if tor does not know it. torctl_guards_nickname() */
    cstring_view nickname(std::size_t index) const & { return cstring_view(torctl_guards_nickname(get(), index)); }
    std::string nickname(std::size_t index) && { return cstring_view(torctl_guards_nickname(get(), index)).str(); }
    /** What tor knows of a guard. torctl_guards_state() */
    torctl::entry_guard_state state(std::size_t index) const { return static_cast<torctl::entry_guard_state>(torctl_guards_state(get(), index)); }
    /** Since when the state is so; 0 if tor does not say. torctl_guards_since_unix_us() */
    std::chrono::system_clock::time_point since(std::size_t index) const { return detail::time_of(torctl_guards_since_unix_us(get(), index)); }
    using iterator = detail::list_iterator<guards_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    guards_item operator[](std::size_t index) const & { return guards_item(get(), index); }
    guards_item operator[](std::size_t index) && = delete;
};

/** See torctl_view in torctl.h. */
class view : public detail::handle<torctl_view, torctl_view_free> {
public:
    using handle::handle;
    /** The view's descriptor, for poll() and its like: readable while there may be changes to take, or the view has ended. torctl_view_fd() */
    int fd() const { return torctl_view_fd(get()); }
    /** Takes what changed since the last call: each circuit, stream or guard once, whatever happened to it. torctl_view_take_changes() */
    [[nodiscard]] expected<torctl::view_changes> try_take_changes() const
    {
        if (get() == nullptr)
            return detail::moved_from("view");
        detail::failure failure;
        torctl_view_changes *out_changes = nullptr;
        const torctl_status rc = torctl_view_take_changes(get(), &out_changes, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::view_changes(out_changes);
    }
#if TORCTL_EXCEPTIONS
    torctl::view_changes take_changes() const { return detail::unwrap(try_take_changes()); }
#endif
    /** The circuits of this moment. torctl_view_circuits() */
    [[nodiscard]] expected<torctl::circuit_list> try_circuits() const
    {
        if (get() == nullptr)
            return detail::moved_from("view");
        detail::failure failure;
        torctl_events *out_circuits = nullptr;
        const torctl_status rc = torctl_view_circuits(get(), &out_circuits, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::circuit_list(out_circuits);
    }
#if TORCTL_EXCEPTIONS
    torctl::circuit_list circuits() const { return detail::unwrap(try_circuits()); }
#endif
    /** The streams of this moment. torctl_view_streams() */
    [[nodiscard]] expected<torctl::stream_list> try_streams() const
    {
        if (get() == nullptr)
            return detail::moved_from("view");
        detail::failure failure;
        torctl_events *out_streams = nullptr;
        const torctl_status rc = torctl_view_streams(get(), &out_streams, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::stream_list(out_streams);
    }
#if TORCTL_EXCEPTIONS
    torctl::stream_list streams() const { return detail::unwrap(try_streams()); }
#endif
    /** The entry guards of this moment. torctl_view_guards() */
    [[nodiscard]] expected<torctl::guards> try_guards() const
    {
        if (get() == nullptr)
            return detail::moved_from("view");
        detail::failure failure;
        torctl_guards *out_guards = nullptr;
        const torctl_status rc = torctl_view_guards(get(), &out_guards, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::guards(out_guards);
    }
#if TORCTL_EXCEPTIONS
    torctl::guards guards() const { return detail::unwrap(try_guards()); }
#endif
    /** A circuit. torctl_view_circuit() */
    [[nodiscard]] expected<torctl::event> try_circuit(std::uint64_t circuit) const
    {
        if (get() == nullptr)
            return detail::moved_from("view");
        detail::failure failure;
        torctl_event *out_event = nullptr;
        const torctl_status rc = torctl_view_circuit(get(), circuit, &out_event, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::event(out_event);
    }
#if TORCTL_EXCEPTIONS
    torctl::event circuit(std::uint64_t circuit) const { return detail::unwrap(try_circuit(circuit)); }
#endif
    /** A stream. torctl_view_stream() */
    [[nodiscard]] expected<torctl::event> try_stream(std::uint64_t stream_) const
    {
        if (get() == nullptr)
            return detail::moved_from("view");
        detail::failure failure;
        torctl_event *out_event = nullptr;
        const torctl_status rc = torctl_view_stream(get(), stream_, &out_event, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::event(out_event);
    }
#if TORCTL_EXCEPTIONS
    torctl::event stream(std::uint64_t stream_) const { return detail::unwrap(try_stream(stream_)); }
#endif
    /** How many circuits there are. torctl_view_circuit_count() */
    std::size_t circuit_count() const { return torctl_view_circuit_count(get()); }
    /** How many streams there are. torctl_view_stream_count() */
    std::size_t stream_count() const { return torctl_view_stream_count(get()); }
    /** Whether nothing is missing. torctl_view_is_complete() */
    bool is_complete() const { return torctl_view_is_complete(get()) != 0; }
};

/** An item of bridges. */
class bridges_item {
public:
    using list_type = const torctl_bridges *;
    bridges_item() noexcept = default;
    bridges_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** A bridge's line, as tor takes it as the value of its option Bridge. torctl_bridges_text() */
    cstring_view text() const { return cstring_view(torctl_bridges_text(list_, index_)); }
    /** The number of a bridge's line in the text that was read, counted from 1. torctl_bridges_line_number() */
    std::size_t line_number() const { return torctl_bridges_line_number(list_, index_); }
    /** The pluggable transport by which a bridge is reached, for example "obfs4"; "" if it needs none. torctl_bridges_transport() */
    cstring_view transport() const { return cstring_view(torctl_bridges_transport(list_, index_)); }
    /** A bridge's IP address, without brackets. torctl_bridges_address() */
    cstring_view address() const { return cstring_view(torctl_bridges_address(list_, index_)); }
    /** A bridge's port; 443 if the line has none. torctl_bridges_port() */
    std::uint16_t port() const { return torctl_bridges_port(list_, index_); }
    /** A bridge's fingerprint, 40 hex digits in capitals; "" if the line has none. torctl_bridges_fingerprint() */
    cstring_view fingerprint() const { return cstring_view(torctl_bridges_fingerprint(list_, index_)); }
    /** How many arguments a bridge's line has for the transport. torctl_bridges_argument_count() */
    std::size_t argument_count() const { return torctl_bridges_argument_count(list_, index_); }
    /** The name of an argument, for example "cert". torctl_bridges_argument_name() */
    cstring_view argument_name(std::size_t argument) const { return cstring_view(torctl_bridges_argument_name(list_, index_, argument)); }
    /** The value of an argument. torctl_bridges_argument_value() */
    cstring_view argument_value(std::size_t argument) const { return cstring_view(torctl_bridges_argument_value(list_, index_, argument)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** An item of bridges. */
class bridges_needed_item : public cstring_view {
public:
    using list_type = const torctl_bridges *;
    bridges_needed_item() noexcept = default;
    /** torctl_bridges_needed() */
    bridges_needed_item(list_type list, std::size_t index) : cstring_view(cstring_view(torctl_bridges_needed(list, index))) {}
};

/** See torctl_bridges in torctl.h. */
class bridges : public detail::handle<torctl_bridges, torctl_bridges_free> {
public:
    using handle::handle;
    /** Reads bridge lines: "obfs4 192.0.2.1:443 FINGERPRINT cert=... torctl_bridges_parse() */
    [[nodiscard]] static expected<torctl::bridges> try_parse(const str &text, std::size_t *bad_line = nullptr)
    {
        const detail::c_str text_c(text);
        if (text_c.has_nul())
            return detail::nul_inside("text");
        detail::failure failure;
        torctl_bridges *out_bridges = nullptr;
        const torctl_status rc = torctl_bridges_parse(text_c.get(), &out_bridges, bad_line, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::bridges(out_bridges);
    }
#if TORCTL_EXCEPTIONS
    static torctl::bridges parse(const str &text, std::size_t *bad_line = nullptr) { return detail::unwrap(try_parse(text, bad_line)); }
#endif
    /** How many there are. torctl_bridges_count() */
    std::size_t size() const { return torctl_bridges_count(get()); }
    /** A bridge's line, as tor takes it as the value of its option Bridge. torctl_bridges_text() */
    cstring_view text(std::size_t index) const & { return cstring_view(torctl_bridges_text(get(), index)); }
    std::string text(std::size_t index) && { return cstring_view(torctl_bridges_text(get(), index)).str(); }
    /** The number of a bridge's line in the text that was read, counted from 1. torctl_bridges_line_number() */
    std::size_t line_number(std::size_t index) const { return torctl_bridges_line_number(get(), index); }
    /** The pluggable transport by which a bridge is reached, for example "obfs4"; "" if it needs none. torctl_bridges_transport() */
    cstring_view transport(std::size_t index) const & { return cstring_view(torctl_bridges_transport(get(), index)); }
    std::string transport(std::size_t index) && { return cstring_view(torctl_bridges_transport(get(), index)).str(); }
    /** A bridge's IP address, without brackets. torctl_bridges_address() */
    cstring_view address(std::size_t index) const & { return cstring_view(torctl_bridges_address(get(), index)); }
    std::string address(std::size_t index) && { return cstring_view(torctl_bridges_address(get(), index)).str(); }
    /** A bridge's port; 443 if the line has none. torctl_bridges_port() */
    std::uint16_t port(std::size_t index) const { return torctl_bridges_port(get(), index); }
    /** A bridge's fingerprint, 40 hex digits in capitals; "" if the line has none. torctl_bridges_fingerprint() */
    cstring_view fingerprint(std::size_t index) const & { return cstring_view(torctl_bridges_fingerprint(get(), index)); }
    std::string fingerprint(std::size_t index) && { return cstring_view(torctl_bridges_fingerprint(get(), index)).str(); }
    /** How many arguments a bridge's line has for the transport. torctl_bridges_argument_count() */
    std::size_t argument_count(std::size_t index) const { return torctl_bridges_argument_count(get(), index); }
    /** The name of an argument, for example "cert". torctl_bridges_argument_name() */
    cstring_view argument_name(std::size_t index, std::size_t argument) const & { return cstring_view(torctl_bridges_argument_name(get(), index, argument)); }
    std::string argument_name(std::size_t index, std::size_t argument) && { return cstring_view(torctl_bridges_argument_name(get(), index, argument)).str(); }
    /** The value of an argument. torctl_bridges_argument_value() */
    cstring_view argument_value(std::size_t index, std::size_t argument) const & { return cstring_view(torctl_bridges_argument_value(get(), index, argument)); }
    std::string argument_value(std::size_t index, std::size_t argument) && { return cstring_view(torctl_bridges_argument_value(get(), index, argument)).str(); }
    /** How many pluggable transports the bridges need, each counted once. torctl_bridges_needed_count() */
    std::size_t needed_count() const { return torctl_bridges_needed_count(get()); }
    /** A transport that the bridges need, in the order of the lines. torctl_bridges_needed() */
    cstring_view needed(std::size_t index) const & { return cstring_view(torctl_bridges_needed(get(), index)); }
    std::string needed(std::size_t index) && { return cstring_view(torctl_bridges_needed(get(), index)).str(); }
    using iterator = detail::list_iterator<bridges_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    bridges_item operator[](std::size_t index) const & { return bridges_item(get(), index); }
    bridges_item operator[](std::size_t index) && = delete;
    detail::items<bridges_needed_item> needed_transports() const & { return detail::items<bridges_needed_item>(get(), torctl_bridges_needed_count(get())); }
    detail::items<bridges_needed_item> needed_transports() && = delete;
};

/** See torctl_onion_options in torctl.h. */
class onion_options : public detail::handle<torctl_onion_options, torctl_onion_options_free> {
public:
    using handle::handle;
    onion_options() : handle(torctl_onion_options_new()) {}
    /** Adds a port that clients may connect to, and where it leads: "8080" (a port on 127.0.0.1), "192.0.2.1:8080", "[::1]:8080", "unix:/path"; NULL is the same port on 127.0.0.1. torctl_onion_options_add_port() */
    [[nodiscard]] expected<void> try_add_port(std::uint16_t port, const str &target)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        const detail::c_str target_c(target);
        if (target_c.has_nul())
            return detail::nul_inside("target");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_add_port(get(), port, target_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void add_port(std::uint16_t port, const str &target) { return detail::unwrap(try_add_port(port, target)); }
#endif
    /** Sets the service's key, as torctl_onion_private_key() or torctl_onion_key_text() gave it: then the service has the address of this key. torctl_onion_options_set_key() */
    [[nodiscard]] expected<void> try_set_key(const str &key)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        const detail::c_str key_c(key);
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_key(get(), key_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_key(const str &key) { return detail::unwrap(try_set_key(key)); }
#endif
    /** Sets which kind of key tor is asked for when it makes a new one: TORCTL_ONION_KEY_BEST, the default, or TORCTL_ONION_KEY_ED25519_V3. torctl_onion_options_set_key_type() */
    [[nodiscard]] expected<void> try_set_key_type(torctl::onion_key_type key_type)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_key_type(get(), static_cast<std::int32_t>(key_type), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_key_type(torctl::onion_key_type key_type) { return detail::unwrap(try_set_key_type(key_type)); }
#endif
    /** Sets the file that the service's key is kept in. torctl_onion_options_set_key_file() */
    [[nodiscard]] expected<void> try_set_key_file(const str &path)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        const detail::c_str path_c(path);
        if (path_c.has_nul())
            return detail::nul_inside("path");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_key_file(get(), path_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_key_file(const str &path) { return detail::unwrap(try_set_key_file(path)); }
#endif
    /** Sets whether tor keeps a new key to itself, so that nobody can ever make the service again. torctl_onion_options_set_discard_key() */
    [[nodiscard]] expected<void> try_set_discard_key(bool discard_key)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_discard_key(get(), discard_key ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_discard_key(bool discard_key) { return detail::unwrap(try_set_discard_key(discard_key)); }
#endif
    /** Sets whether the library keeps the service's key in memory, so that a controller that reconnects (torctl_options_set_reconnect()) can make the service again on a tor that was started anew. torctl_onion_options_set_keep_key() */
    [[nodiscard]] expected<void> try_set_keep_key(bool keep_key)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_keep_key(get(), keep_key ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_keep_key(bool keep_key) { return detail::unwrap(try_set_keep_key(keep_key)); }
#endif
    /** Sets whether the service stays when the connection ends. torctl_onion_options_set_detach() */
    [[nodiscard]] expected<void> try_set_detach(bool detach)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_detach(get(), detach ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_detach(bool detach) { return detail::unwrap(try_set_detach(detach)); }
#endif
    /** Sets whether the service is single-hop: clients reach it faster, and its location is not hidden. torctl_onion_options_set_non_anonymous() */
    [[nodiscard]] expected<void> try_set_non_anonymous(bool non_anonymous)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_non_anonymous(get(), non_anonymous ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_non_anonymous(bool non_anonymous) { return detail::unwrap(try_set_non_anonymous(non_anonymous)); }
#endif
    /** Sets how many streams a client's circuit may have; 0, which is the default, is any number. torctl_onion_options_set_max_streams() */
    [[nodiscard]] expected<void> try_set_max_streams(std::uint16_t max_streams, bool close_circuit)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_max_streams(get(), max_streams, close_circuit ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_max_streams(std::uint16_t max_streams, bool close_circuit) { return detail::unwrap(try_set_max_streams(max_streams, close_circuit)); }
#endif
    /** Sets whether clients have to work for their first connection when there are too many: one of the TORCTL_POW constants. torctl_onion_options_set_pow() */
    [[nodiscard]] expected<void> try_set_pow(torctl::pow pow)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_pow(get(), static_cast<std::int32_t>(pow), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_pow(torctl::pow pow) { return detail::unwrap(try_set_pow(pow)); }
#endif
    /** Sets how many requests per second the proof-of-work defences let through, and how many in one burst. torctl_onion_options_set_pow_queue() */
    [[nodiscard]] expected<void> try_set_pow_queue(std::uint32_t rate, std::uint32_t burst)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_pow_queue(get(), rate, burst, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_pow_queue(std::uint32_t rate, std::uint32_t burst) { return detail::unwrap(try_set_pow_queue(rate, burst)); }
#endif
    /** Adds a client by its public x25519 key, in base32 or base64, as torctl_client_key_public() gives it. torctl_onion_options_add_client() */
    [[nodiscard]] expected<void> try_add_client(const str &public_key)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        const detail::c_str public_key_c(public_key);
        if (public_key_c.has_nul())
            return detail::nul_inside("public_key");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_add_client(get(), public_key_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void add_client(const str &public_key) { return detail::unwrap(try_add_client(public_key)); }
#endif
    /** Sets whether torctl_add_onion() asks for HS_DESC events, which torctl_onion_wait_published() and torctl_onion_get_status() need. torctl_onion_options_set_watch() */
    [[nodiscard]] expected<void> try_set_watch(bool watch)
    {
        if (get() == nullptr)
            return detail::moved_from("onion_options");
        detail::failure failure;
        const torctl_status rc = torctl_onion_options_set_watch(get(), watch ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_watch(bool watch) { return detail::unwrap(try_set_watch(watch)); }
#endif
    /** Clears the failure that the options remember, so that what was set and added before counts: for a program that has looked at each status. torctl_onion_options_clear_failure() */
    void clear_failure() { torctl_onion_options_clear_failure(get()); }
};

/** See torctl_onion_status in torctl.h. */
class onion_status : public detail::handle<torctl_onion_status, torctl_onion_status_free> {
public:
    using handle::handle;
    /** Whether tor lists the service, as this connection's or as a detached one. torctl_onion_status_is_listed() */
    bool is_listed() const { return torctl_onion_status_is_listed(get()) != 0; }
    /** Whether the service is a detached one. torctl_onion_status_is_detached() */
    bool is_detached() const { return torctl_onion_status_is_detached(get()) != 0; }
    /** How many uploads of the descriptor were begun. torctl_onion_status_begun() */
    std::uint64_t begun() const { return torctl_onion_status_begun(get()); }
    /** How many uploads a relay took. torctl_onion_status_uploaded() */
    std::uint64_t uploaded() const { return torctl_onion_status_uploaded(get()); }
    /** How many uploads failed. torctl_onion_status_failed() */
    std::uint64_t failed() const { return torctl_onion_status_failed(get()); }
    /** Why the last upload failed that did, in tor's word; "" if none did. torctl_onion_status_last_failure() */
    cstring_view last_failure() const & { return cstring_view(torctl_onion_status_last_failure(get())); }
    std::string last_failure() && { return cstring_view(torctl_onion_status_last_failure(get())).str(); }
    /** With which relay that was, for example "$FINGERPRINT~nickname". torctl_onion_status_last_failure_relay() */
    cstring_view last_failure_relay() const & { return cstring_view(torctl_onion_status_last_failure_relay(get())); }
    std::string last_failure_relay() && { return cstring_view(torctl_onion_status_last_failure_relay(get())).str(); }
    /** Of which tor, one after the other, these numbers are: see torctl_controller_incarnation(). torctl_onion_status_incarnation() */
    std::uint64_t incarnation() const { return torctl_onion_status_incarnation(get()); }
};

/** See torctl_onion in torctl.h. */
class onion_ref : public detail::ref<torctl_onion> {
public:
    using ref::ref;
    /** The service's address, for example "2gzyxa5i...53wid.onion". torctl_onion_address() */
    cstring_view address() const { return cstring_view(torctl_onion_address(get())); }
    /** The service's private key, as torctl_onion_options_set_key() takes it; "" if tor kept it to itself or the service was not made here. torctl_onion_private_key() */
    cstring_view private_key() const { return cstring_view(torctl_onion_private_key(get())); }
    /** Whether tor took the service with proof-of-work defences. torctl_onion_has_pow() */
    bool has_pow() const { return torctl_onion_has_pow(get()) != 0; }
    /** Waits until at least `min_uploads` relays have taken the service's descriptor since `onion` was made; then clients can find it. torctl_onion_wait_published() */
    [[nodiscard]] expected<void> try_wait_published(std::uint32_t min_uploads, torctl::timeout limit = {}, const within &with = {}) const
    {
        if (get() == nullptr)
            return detail::moved_from("onion");
        detail::failure failure;
        const torctl_status rc = torctl_onion_wait_published(get(), min_uploads, limit.ms(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void wait_published(std::uint32_t min_uploads, torctl::timeout limit = {}, const within &with = {}) const { return detail::unwrap(try_wait_published(min_uploads, limit, with)); }
#endif
    /** Asks how a service is: whether tor lists it, and the results of its uploads. torctl_onion_get_status() */
    [[nodiscard]] expected<torctl::onion_status> try_status(const within &with = {}) const
    {
        if (get() == nullptr)
            return detail::moved_from("onion");
        detail::failure failure;
        torctl_onion_status *out_status = nullptr;
        const torctl_status rc = torctl_onion_get_status(get(), with.get(), &out_status, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion_status(out_status);
    }
#if TORCTL_EXCEPTIONS
    torctl::onion_status status(const within &with = {}) const { return detail::unwrap(try_status(with)); }
#endif
};

/** One that frees itself. */
class onion : public detail::owned<onion_ref, torctl_onion, torctl_onion_free> {
public:
    using owned::owned;
};

/** See torctl_onions in torctl.h. */
class onions : public detail::handle<torctl_onions, torctl_onions_free> {
public:
    using handle::handle;
    /** How many results there are: as many as options were given. torctl_onions_count() */
    std::size_t size() const { return torctl_onions_count(get()); }
    /** Takes one service out of the results, or says why it was not made. torctl_onions_take() */
    [[nodiscard]] expected<torctl::onion> try_take(std::size_t index)
    {
        if (get() == nullptr)
            return detail::moved_from("onions");
        detail::failure failure;
        torctl_onion *out_onion = nullptr;
        const torctl_status rc = torctl_onions_take(get(), index, &out_onion, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion(out_onion);
    }
#if TORCTL_EXCEPTIONS
    torctl::onion take(std::size_t index) { return detail::unwrap(try_take(index)); }
#endif
};

/** See torctl_onion_listener in torctl.h. */
class onion_listener : public detail::handle<torctl_onion_listener, torctl_onion_listener_free> {
public:
    using handle::handle;
    /** The service's address, for example "2gzyxa5i...53wid.onion". torctl_onion_listener_address() */
    cstring_view address() const & { return cstring_view(torctl_onion_listener_address(get())); }
    std::string address() && { return cstring_view(torctl_onion_listener_address(get())).str(); }
    /** The service, for torctl_onion_private_key(), torctl_onion_get_status() and the like. torctl_onion_listener_onion() */
    torctl::onion_ref onion() const { return torctl::onion_ref(torctl_onion_listener_onion(get())); }
    /** Waits until clients can find the service, as torctl_onion_wait_published() does with these arguments. torctl_onion_listener_wait_published() */
    [[nodiscard]] expected<void> try_wait_published(std::uint32_t min_uploads, torctl::timeout limit = {}, const within &with = {}) const
    {
        if (get() == nullptr)
            return detail::moved_from("onion_listener");
        detail::failure failure;
        const torctl_status rc = torctl_onion_listener_wait_published(get(), min_uploads, limit.ms(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void wait_published(std::uint32_t min_uploads, torctl::timeout limit = {}, const within &with = {}) const { return detail::unwrap(try_wait_published(min_uploads, limit, with)); }
#endif
    /** The listening socket, for poll() and its like: readable while a visitor waits, and, on Linux, when the service is over because the controller was closed or its connection has ended. torctl_onion_listener_fd() */
    int fd() const { return torctl_onion_listener_fd(get()); }
    /** Accepts the next visitor. torctl_onion_listener_accept() */
    [[nodiscard]] expected<unique_fd> try_accept(torctl::timeout limit = {}, const within &with = {}) const
    {
        if (get() == nullptr)
            return detail::moved_from("onion_listener");
        detail::failure failure;
        int out_fd = -1;
        const torctl_status rc = torctl_onion_listener_accept(get(), limit.ms(), with.get(), &out_fd, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return unique_fd(out_fd);
    }
#if TORCTL_EXCEPTIONS
    unique_fd accept(torctl::timeout limit = {}, const within &with = {}) const { return detail::unwrap(try_accept(limit, with)); }
#endif
};

/** See torctl_onion_key in torctl.h. */
class onion_key : public detail::handle<torctl_onion_key, torctl_onion_key_free> {
public:
    using handle::handle;
    /** Makes a new key. torctl_onion_key_new() */
    [[nodiscard]] static expected<torctl::onion_key> try_make()
    {
        detail::failure failure;
        torctl_onion_key *out_key = nullptr;
        const torctl_status rc = torctl_onion_key_new(&out_key, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion_key(out_key);
    }
#if TORCTL_EXCEPTIONS
    static torctl::onion_key make() { return detail::unwrap(try_make()); }
#endif
    /** Reads a key: "ED25519-V3:" and base64, as ADD_ONION has it, or the bytes of tor's file hs_ed25519_secret_key. torctl_onion_key_read() */
    [[nodiscard]] static expected<torctl::onion_key> try_read(std::string_view data)
    {
        detail::failure failure;
        torctl_onion_key *out_key = nullptr;
        const torctl_status rc = torctl_onion_key_read(data.data(), data.size(), &out_key, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion_key(out_key);
    }
#if TORCTL_EXCEPTIONS
    static torctl::onion_key read(std::string_view data) { return detail::unwrap(try_read(data)); }
#endif
    /** Reads the key in a file; if there is no file of this name, makes a new key and the file, in one step and for its owner alone (mode 0600). torctl_onion_key_keep() */
    [[nodiscard]] static expected<torctl::onion_key> try_keep(const str &path)
    {
        const detail::c_str path_c(path);
        if (path_c.has_nul())
            return detail::nul_inside("path");
        detail::failure failure;
        torctl_onion_key *out_key = nullptr;
        const torctl_status rc = torctl_onion_key_keep(path_c.get(), &out_key, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion_key(out_key);
    }
#if TORCTL_EXCEPTIONS
    static torctl::onion_key keep(const str &path) { return detail::unwrap(try_keep(path)); }
#endif
    /** Writes the key into a new file for its owner alone (mode 0600). torctl_onion_key_save() */
    [[nodiscard]] expected<void> try_save(const str &path) const
    {
        if (get() == nullptr)
            return detail::moved_from("onion_key");
        const detail::c_str path_c(path);
        if (path_c.has_nul())
            return detail::nul_inside("path");
        detail::failure failure;
        const torctl_status rc = torctl_onion_key_save(get(), path_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void save(const str &path) const { return detail::unwrap(try_save(path)); }
#endif
    /** The address of the service with this key, with ".onion". torctl_onion_key_address() */
    cstring_view address() const & { return cstring_view(torctl_onion_key_address(get())); }
    std::string address() && { return cstring_view(torctl_onion_key_address(get())).str(); }
    /** The key as torctl_onion_options_set_key() takes it. torctl_onion_key_text() */
    cstring_view text() const & { return cstring_view(torctl_onion_key_text(get())); }
    std::string text() && { return cstring_view(torctl_onion_key_text(get())).str(); }
};

/** See torctl_client_key in torctl.h. */
class client_key : public detail::handle<torctl_client_key, torctl_client_key_free> {
public:
    using handle::handle;
    /** Makes a new pair of keys. torctl_client_key_new() */
    [[nodiscard]] static expected<torctl::client_key> try_make()
    {
        detail::failure failure;
        torctl_client_key *out_key = nullptr;
        const torctl_status rc = torctl_client_key_new(&out_key, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::client_key(out_key);
    }
#if TORCTL_EXCEPTIONS
    static torctl::client_key make() { return detail::unwrap(try_make()); }
#endif
    /** Reads a private key, from which the public one follows: base32 or base64, alone or as ONION_CLIENT_AUTH_ADD and tor's files have it. torctl_client_key_read() */
    [[nodiscard]] static expected<torctl::client_key> try_read(const str &private_key)
    {
        const detail::c_str private_key_c(private_key);
        if (private_key_c.has_nul())
            return detail::nul_inside("private_key");
        detail::failure failure;
        torctl_client_key *out_key = nullptr;
        const torctl_status rc = torctl_client_key_read(private_key_c.get(), &out_key, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::client_key(out_key);
    }
#if TORCTL_EXCEPTIONS
    static torctl::client_key read(const str &private_key) { return detail::unwrap(try_read(private_key)); }
#endif
    /** The public key in base32, for the service: torctl_onion_options_add_client(). torctl_client_key_public() */
    cstring_view public_key() const & { return cstring_view(torctl_client_key_public(get())); }
    std::string public_key() && { return cstring_view(torctl_client_key_public(get())).str(); }
    /** The private key in base32, for the client: torctl_onion_client_auth_add(). torctl_client_key_private() */
    cstring_view private_key() const & { return cstring_view(torctl_client_key_private(get())); }
    std::string private_key() && { return cstring_view(torctl_client_key_private(get())).str(); }
    /** The text of a file NAME.auth, which lets the client in when it stands in the directory authorized_clients of a service of tor's torrc: "descriptor:x25519:" and the public key. torctl_client_key_auth() */
    cstring_view auth() const & { return cstring_view(torctl_client_key_auth(get())); }
    std::string auth() && { return cstring_view(torctl_client_key_auth(get())).str(); }
    /** Writes the text of a file NAME.auth_private, for the client's ClientOnionAuthDir, and a NUL to `text`, which has room for TORCTL_AUTH_PRIVATE_SIZE bytes: the service's address without ".onion", ":descriptor:x25519:" and the private key. torctl_client_key_auth_private() */
    [[nodiscard]] expected<std::string> try_auth_private(const str &address) const
    {
        if (get() == nullptr)
            return detail::moved_from("client_key");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        detail::failure failure;
        char out_text[TORCTL_AUTH_PRIVATE_SIZE] = {};
        const torctl_status rc = torctl_client_key_auth_private(get(), address_c.get(), out_text, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return std::string(out_text);
    }
#if TORCTL_EXCEPTIONS
    std::string auth_private(const str &address) const { return detail::unwrap(try_auth_private(address)); }
#endif
};

/** An item of client_auths. */
class client_auths_item {
public:
    using list_type = const torctl_client_auths *;
    client_auths_item() noexcept = default;
    client_auths_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The address of the service, with ".onion". torctl_client_auths_address() */
    cstring_view address() const { return cstring_view(torctl_client_auths_address(list_, index_)); }
    /** The private key for the service: "x25519:" and base64. torctl_client_auths_key() */
    cstring_view key() const { return cstring_view(torctl_client_auths_key(list_, index_)); }
    /** The name that the key was given; "" if it has none. torctl_client_auths_name() */
    cstring_view name() const { return cstring_view(torctl_client_auths_name(list_, index_)); }
    /** Whether tor keeps the key in its ClientOnionAuthDir. torctl_client_auths_is_permanent() */
    bool is_permanent() const { return torctl_client_auths_is_permanent(list_, index_) != 0; }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_client_auths in torctl.h. */
class client_auths : public detail::handle<torctl_client_auths, torctl_client_auths_free> {
public:
    using handle::handle;
    /** How many there are. torctl_client_auths_count() */
    std::size_t size() const { return torctl_client_auths_count(get()); }
    /** The address of the service, with ".onion". torctl_client_auths_address() */
    cstring_view address(std::size_t index) const & { return cstring_view(torctl_client_auths_address(get(), index)); }
    std::string address(std::size_t index) && { return cstring_view(torctl_client_auths_address(get(), index)).str(); }
    /** The private key for the service: "x25519:" and base64. torctl_client_auths_key() */
    cstring_view key(std::size_t index) const & { return cstring_view(torctl_client_auths_key(get(), index)); }
    std::string key(std::size_t index) && { return cstring_view(torctl_client_auths_key(get(), index)).str(); }
    /** The name that the key was given; "" if it has none. torctl_client_auths_name() */
    cstring_view name(std::size_t index) const & { return cstring_view(torctl_client_auths_name(get(), index)); }
    std::string name(std::size_t index) && { return cstring_view(torctl_client_auths_name(get(), index)).str(); }
    /** Whether tor keeps the key in its ClientOnionAuthDir. torctl_client_auths_is_permanent() */
    bool is_permanent(std::size_t index) const { return torctl_client_auths_is_permanent(get(), index) != 0; }
    using iterator = detail::list_iterator<client_auths_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    client_auths_item operator[](std::size_t index) const & { return client_auths_item(get(), index); }
    client_auths_item operator[](std::size_t index) && = delete;
};

/** An item of services. */
class services_item {
public:
    using list_type = const torctl_services *;
    services_item() noexcept = default;
    services_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The directory of a service: its HiddenServiceDir. torctl_services_directory() */
    cstring_view directory() const { return cstring_view(torctl_services_directory(list_, index_)); }
    /** How many options a service has beside its directory. torctl_services_option_count() */
    std::size_t option_count() const { return torctl_services_option_count(list_, index_); }
    /** The name of an option of a service, for example "HiddenServicePort". torctl_services_option_name() */
    cstring_view option_name(std::size_t option) const { return cstring_view(torctl_services_option_name(list_, index_, option)); }
    /** The value of an option of a service, for example "80 127.0.0.1:8080". torctl_services_option_value() */
    cstring_view option_value(std::size_t option) const { return cstring_view(torctl_services_option_value(list_, index_, option)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_services in torctl.h. */
class services : public detail::handle<torctl_services, torctl_services_free> {
public:
    using handle::handle;
    /** How many services there are. torctl_services_count() */
    std::size_t size() const { return torctl_services_count(get()); }
    /** The directory of a service: its HiddenServiceDir. torctl_services_directory() */
    cstring_view directory(std::size_t index) const & { return cstring_view(torctl_services_directory(get(), index)); }
    std::string directory(std::size_t index) && { return cstring_view(torctl_services_directory(get(), index)).str(); }
    /** How many options a service has beside its directory. torctl_services_option_count() */
    std::size_t option_count(std::size_t index) const { return torctl_services_option_count(get(), index); }
    /** The name of an option of a service, for example "HiddenServicePort". torctl_services_option_name() */
    cstring_view option_name(std::size_t index, std::size_t option) const & { return cstring_view(torctl_services_option_name(get(), index, option)); }
    std::string option_name(std::size_t index, std::size_t option) && { return cstring_view(torctl_services_option_name(get(), index, option)).str(); }
    /** The value of an option of a service, for example "80 127.0.0.1:8080". torctl_services_option_value() */
    cstring_view option_value(std::size_t index, std::size_t option) const & { return cstring_view(torctl_services_option_value(get(), index, option)); }
    std::string option_value(std::size_t index, std::size_t option) && { return cstring_view(torctl_services_option_value(get(), index, option)).str(); }
    /** Adds a service without options; it needs a HiddenServicePort at least. torctl_services_add() */
    [[nodiscard]] expected<std::size_t> try_add(const str &directory)
    {
        if (get() == nullptr)
            return detail::moved_from("services");
        const detail::c_str directory_c(directory);
        if (directory_c.has_nul())
            return detail::nul_inside("directory");
        detail::failure failure;
        std::size_t out_index = 0;
        const torctl_status rc = torctl_services_add(get(), directory_c.get(), &out_index, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return out_index;
    }
#if TORCTL_EXCEPTIONS
    std::size_t add(const str &directory) { return detail::unwrap(try_add(directory)); }
#endif
    /** Removes a service; those behind it move up. torctl_services_remove() */
    [[nodiscard]] expected<void> try_remove(std::size_t index)
    {
        if (get() == nullptr)
            return detail::moved_from("services");
        detail::failure failure;
        const torctl_status rc = torctl_services_remove(get(), index, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void remove(std::size_t index) { return detail::unwrap(try_remove(index)); }
#endif
    /** Adds a value to an option of a service beside those that it has, for example another HiddenServicePort. torctl_services_add_option() */
    [[nodiscard]] expected<void> try_add_option(std::size_t index, const str &name, const str &value)
    {
        if (get() == nullptr)
            return detail::moved_from("services");
        const detail::c_str name_c(name);
        const detail::c_str value_c(value);
        if (name_c.has_nul())
            return detail::nul_inside("name");
        if (value_c.has_nul())
            return detail::nul_inside("value");
        detail::failure failure;
        const torctl_status rc = torctl_services_add_option(get(), index, name_c.get(), value_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void add_option(std::size_t index, const str &name, const str &value) { return detail::unwrap(try_add_option(index, name, value)); }
#endif
    /** Clears the failure that the object remembers, so that what was set and added before counts: for a program that has looked at each status. torctl_services_clear_failure() */
    void clear_failure() { torctl_services_clear_failure(get()); }
    /** Gives an option of a service one value, in place of all that it had. torctl_services_set_option() */
    [[nodiscard]] expected<void> try_set_option(std::size_t index, const str &name, const str &value)
    {
        if (get() == nullptr)
            return detail::moved_from("services");
        const detail::c_str name_c(name);
        const detail::c_str value_c(value);
        if (name_c.has_nul())
            return detail::nul_inside("name");
        if (value_c.has_nul())
            return detail::nul_inside("value");
        detail::failure failure;
        const torctl_status rc = torctl_services_set_option(get(), index, name_c.get(), value_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_option(std::size_t index, const str &name, const str &value) { return detail::unwrap(try_set_option(index, name, value)); }
#endif
    using iterator = detail::list_iterator<services_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    services_item operator[](std::size_t index) const & { return services_item(get(), index); }
    services_item operator[](std::size_t index) && = delete;
};

/** An item of fetch. */
class fetch_item {
public:
    using list_type = const torctl_fetch *;
    fetch_item() noexcept = default;
    fetch_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** Who answered, for example "$FINGERPRINT~nickname"; "" if tor found nobody to ask. torctl_fetch_relay() */
    cstring_view relay() const { return cstring_view(torctl_fetch_relay(list_, index_)); }
    /** Why that one did not have the descriptor, in tor's word, for example "NOT_FOUND"; "" if it had. torctl_fetch_failure() */
    cstring_view failure() const { return cstring_view(torctl_fetch_failure(list_, index_)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_fetch in torctl.h. */
class fetch : public detail::handle<torctl_fetch, torctl_fetch_free> {
public:
    using handle::handle;
    /** Whether there is a descriptor. torctl_fetch_is_found() */
    bool is_found() const { return torctl_fetch_is_found(get()) != 0; }
    /** The text of the descriptor, "" if there is none. torctl_fetch_descriptor() */
    cstring_view descriptor() const & { return cstring_view(torctl_fetch_descriptor(get()), torctl_fetch_descriptor_size_bytes(get())); }
    std::string descriptor() && { return cstring_view(torctl_fetch_descriptor(get()), torctl_fetch_descriptor_size_bytes(get())).str(); }
    /** How many answers there were. torctl_fetch_count() */
    std::size_t size() const { return torctl_fetch_count(get()); }
    /** Who answered, for example "$FINGERPRINT~nickname"; "" if tor found nobody to ask. torctl_fetch_relay() */
    cstring_view relay(std::size_t index) const & { return cstring_view(torctl_fetch_relay(get(), index)); }
    std::string relay(std::size_t index) && { return cstring_view(torctl_fetch_relay(get(), index)).str(); }
    /** Why that one did not have the descriptor, in tor's word, for example "NOT_FOUND"; "" if it had. torctl_fetch_failure() */
    cstring_view failure(std::size_t index) const & { return cstring_view(torctl_fetch_failure(get(), index)); }
    std::string failure(std::size_t index) && { return cstring_view(torctl_fetch_failure(get(), index)).str(); }
    using iterator = detail::list_iterator<fetch_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    fetch_item operator[](std::size_t index) const & { return fetch_item(get(), index); }
    fetch_item operator[](std::size_t index) && = delete;
};

/** See torctl_dial_options in torctl.h. */
class dial_options : public detail::handle<torctl_dial_options, torctl_dial_options_free> {
public:
    using handle::handle;
    dial_options() : handle(torctl_dial_options_new()) {}
    /** Sets which connections may share circuits: those of the same tag, also of another program that uses this library with this tor. torctl_dial_options_set_isolation() */
    [[nodiscard]] expected<void> try_set_isolation(const str &tag)
    {
        if (get() == nullptr)
            return detail::moved_from("dial_options");
        const detail::c_str tag_c(tag);
        if (tag_c.has_nul())
            return detail::nul_inside("tag");
        detail::failure failure;
        const torctl_status rc = torctl_dial_options_set_isolation(get(), tag_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_isolation(const str &tag) { return detail::unwrap(try_set_isolation(tag)); }
#endif
    /** Sets whether a connection may share circuits with those of other programs that give tor no user name. torctl_dial_options_set_shared() */
    [[nodiscard]] expected<void> try_set_shared(bool shared)
    {
        if (get() == nullptr)
            return detail::moved_from("dial_options");
        detail::failure failure;
        const torctl_status rc = torctl_dial_options_set_shared(get(), shared ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_shared(bool shared) { return detail::unwrap(try_set_shared(shared)); }
#endif
    /** Sets the circuit that the connection leaves by, for example one of torctl_build_circuit(); 0, which is the default, lets tor choose. torctl_dial_options_set_circuit() */
    [[nodiscard]] expected<void> try_set_circuit(std::uint64_t circuit)
    {
        if (get() == nullptr)
            return detail::moved_from("dial_options");
        detail::failure failure;
        const torctl_status rc = torctl_dial_options_set_circuit(get(), circuit, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_circuit(std::uint64_t circuit) { return detail::unwrap(try_set_circuit(circuit)); }
#endif
    /** Sets whether the descriptor is non-blocking. torctl_dial_options_set_nonblocking() */
    [[nodiscard]] expected<void> try_set_nonblocking(bool nonblocking)
    {
        if (get() == nullptr)
            return detail::moved_from("dial_options");
        detail::failure failure;
        const torctl_status rc = torctl_dial_options_set_nonblocking(get(), nonblocking ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_nonblocking(bool nonblocking) { return detail::unwrap(try_set_nonblocking(nonblocking)); }
#endif
    /** Sets where the SOCKS port is: "127.0.0.1:9050", "[::1]:9050" or "unix:/path". torctl_dial_options_set_socks_address() */
    [[nodiscard]] expected<void> try_set_socks_address(const str &address)
    {
        if (get() == nullptr)
            return detail::moved_from("dial_options");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        detail::failure failure;
        const torctl_status rc = torctl_dial_options_set_socks_address(get(), address_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_socks_address(const str &address) { return detail::unwrap(try_set_socks_address(address)); }
#endif
};

/** See torctl_dialed in torctl.h. */
class dialed : public detail::handle<torctl_dialed, torctl_dialed_free> {
public:
    using handle::handle;
    /** The number of its stream, as in torctl_stream_id(); 0 if it is not known, because STREAM events were refused or lost. torctl_dialed_stream_id() */
    std::uint64_t stream_id() const { return torctl_dialed_stream_id(get()); }
    /** The circuit that it was on when it was connected; 0 if that is not known. torctl_dialed_circuit_id() */
    std::uint64_t circuit_id() const { return torctl_dialed_circuit_id(get()); }
};

/** An item of config_options. */
class config_options_item {
public:
    using list_type = const torctl_config_options *;
    config_options_item() noexcept = default;
    config_options_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The name of an option. torctl_config_options_name() */
    cstring_view name() const { return cstring_view(torctl_config_options_name(list_, index_)); }
    /** tor's word for the type of an option: "Boolean", "DataSize" or "LineList", for example, or "Dependent" for an option of a service. torctl_config_options_type() */
    cstring_view type() const { return cstring_view(torctl_config_options_type(list_, index_)); }
    /** How many values an option has if nobody sets it. torctl_config_options_default_count() */
    std::size_t default_count() const { return torctl_config_options_default_count(list_, index_); }
    /** A value that an option has if nobody sets it. torctl_config_options_default() */
    cstring_view default_(std::size_t value) const { return cstring_view(torctl_config_options_default(list_, index_, value)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_config_options in torctl.h. */
class config_options : public detail::handle<torctl_config_options, torctl_config_options_free> {
public:
    using handle::handle;
    /** How many there are. torctl_config_options_count() */
    std::size_t size() const { return torctl_config_options_count(get()); }
    /** The name of an option. torctl_config_options_name() */
    cstring_view name(std::size_t index) const & { return cstring_view(torctl_config_options_name(get(), index)); }
    std::string name(std::size_t index) && { return cstring_view(torctl_config_options_name(get(), index)).str(); }
    /** tor's word for the type of an option: "Boolean", "DataSize" or "LineList", for example, or "Dependent" for an option of a service. torctl_config_options_type() */
    cstring_view type(std::size_t index) const & { return cstring_view(torctl_config_options_type(get(), index)); }
    std::string type(std::size_t index) && { return cstring_view(torctl_config_options_type(get(), index)).str(); }
    /** How many values an option has if nobody sets it. torctl_config_options_default_count() */
    std::size_t default_count(std::size_t index) const { return torctl_config_options_default_count(get(), index); }
    /** A value that an option has if nobody sets it. torctl_config_options_default() */
    cstring_view default_(std::size_t index, std::size_t value) const & { return cstring_view(torctl_config_options_default(get(), index, value)); }
    std::string default_(std::size_t index, std::size_t value) && { return cstring_view(torctl_config_options_default(get(), index, value)).str(); }
    using iterator = detail::list_iterator<config_options_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    config_options_item operator[](std::size_t index) const & { return config_options_item(get(), index); }
    config_options_item operator[](std::size_t index) && = delete;
};

/** An item of events. */
class events_item : public torctl::event_ref {
public:
    using list_type = const torctl_events *;
    events_item() noexcept = default;
    /** torctl_events_get() */
    events_item(list_type list, std::size_t index) : torctl::event_ref(torctl::event_ref(torctl_events_get(list, index))) {}
};

/** See torctl_events in torctl.h. */
class events : public detail::handle<torctl_events, torctl_events_free> {
public:
    using handle::handle;
    /** How many there are. torctl_events_count() */
    std::size_t size() const { return torctl_events_count(get()); }
    using iterator = detail::list_iterator<events_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    events_item operator[](std::size_t index) const & { return events_item(get(), index); }
    events_item operator[](std::size_t index) && = delete;
};

/** An item of endpoints. */
class endpoints_item {
public:
    using list_type = const torctl_endpoints *;
    endpoints_item() noexcept = default;
    endpoints_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** What sort of place it is. torctl_endpoints_family() */
    torctl::endpoint_family family() const { return static_cast<torctl::endpoint_family>(torctl_endpoints_family(list_, index_)); }
    /** The address, without brackets, of an IPv4 or IPv6 place; the path of a Unix socket; tor's own words for a place of another sort. torctl_endpoints_address() */
    cstring_view address() const { return cstring_view(torctl_endpoints_address(list_, index_)); }
    /** The port of an IPv4 or IPv6 place, otherwise 0. torctl_endpoints_port() */
    std::uint16_t port() const { return torctl_endpoints_port(list_, index_); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_endpoints in torctl.h. */
class endpoints : public detail::handle<torctl_endpoints, torctl_endpoints_free> {
public:
    using handle::handle;
    /** How many there are. torctl_endpoints_count() */
    std::size_t size() const { return torctl_endpoints_count(get()); }
    /** What sort of place it is. torctl_endpoints_family() */
    torctl::endpoint_family family(std::size_t index) const { return static_cast<torctl::endpoint_family>(torctl_endpoints_family(get(), index)); }
    /** The address, without brackets, of an IPv4 or IPv6 place; the path of a Unix socket; tor's own words for a place of another sort. torctl_endpoints_address() */
    cstring_view address(std::size_t index) const & { return cstring_view(torctl_endpoints_address(get(), index)); }
    std::string address(std::size_t index) && { return cstring_view(torctl_endpoints_address(get(), index)).str(); }
    /** The port of an IPv4 or IPv6 place, otherwise 0. torctl_endpoints_port() */
    std::uint16_t port(std::size_t index) const { return torctl_endpoints_port(get(), index); }
    using iterator = detail::list_iterator<endpoints_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    endpoints_item operator[](std::size_t index) const & { return endpoints_item(get(), index); }
    endpoints_item operator[](std::size_t index) && = delete;
};

/** See torctl_process in torctl.h. */
class process : public detail::handle<torctl_process, torctl_process_free> {
public:
    using handle::handle;
    /** The number of the process; 0 if tor does not say. torctl_process_pid() */
    std::int64_t pid() const { return torctl_process_pid(get()); }
    /** The number of the user that the process runs as; -1 if tor does not say. torctl_process_uid() */
    std::int64_t uid() const { return torctl_process_uid(get()); }
    /** The name of that user; "" if tor does not say. torctl_process_user() */
    cstring_view user() const & { return cstring_view(torctl_process_user(get())); }
    std::string user() && { return cstring_view(torctl_process_user(get())).str(); }
    /** How many descriptors the process may have; 0 if tor does not say. torctl_process_descriptor_limit() */
    std::uint64_t descriptor_limit() const { return torctl_process_descriptor_limit(get()); }
    /** How many seconds the process has run; 0 if tor does not say. torctl_process_uptime_s() */
    std::chrono::seconds uptime() const { return std::chrono::seconds(static_cast<std::int64_t>(torctl_process_uptime_s(get()))); }
    /** When the process began, to the second, by this program's clock; 0 if tor does not say. torctl_process_started_unix_us() */
    std::chrono::system_clock::time_point started() const { return detail::time_of(torctl_process_started_unix_us(get())); }
};

/** An item of bandwidths. */
class bandwidths_item {
public:
    using list_type = const torctl_bandwidths *;
    bandwidths_item() noexcept = default;
    bandwidths_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** How many bytes were read in a second. torctl_bandwidths_read_bytes() */
    std::uint64_t read_bytes() const { return torctl_bandwidths_read_bytes(list_, index_); }
    /** How many bytes were written in a second. torctl_bandwidths_written_bytes() */
    std::uint64_t written_bytes() const { return torctl_bandwidths_written_bytes(list_, index_); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_bandwidths in torctl.h. */
class bandwidths : public detail::handle<torctl_bandwidths, torctl_bandwidths_free> {
public:
    using handle::handle;
    /** How many there are. torctl_bandwidths_count() */
    std::size_t size() const { return torctl_bandwidths_count(get()); }
    /** How many bytes were read in a second. torctl_bandwidths_read_bytes() */
    std::uint64_t read_bytes(std::size_t index) const { return torctl_bandwidths_read_bytes(get(), index); }
    /** How many bytes were written in a second. torctl_bandwidths_written_bytes() */
    std::uint64_t written_bytes(std::size_t index) const { return torctl_bandwidths_written_bytes(get(), index); }
    using iterator = detail::list_iterator<bandwidths_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    bandwidths_item operator[](std::size_t index) const & { return bandwidths_item(get(), index); }
    bandwidths_item operator[](std::size_t index) && = delete;
};

/** See torctl_accounting in torctl.h. */
class accounting : public detail::handle<torctl_accounting, torctl_accounting_free> {
public:
    using handle::handle;
    /** Whether tor has a limit. torctl_accounting_is_enabled() */
    bool is_enabled() const { return torctl_accounting_is_enabled(get()) != 0; }
    /** Whether tor rests because the limit is reached. torctl_accounting_hibernating() */
    torctl::hibernating hibernating() const { return static_cast<torctl::hibernating>(torctl_accounting_hibernating(get())); }
    /** Bytes read in this interval. torctl_accounting_read_bytes() */
    std::uint64_t read_bytes() const { return torctl_accounting_read_bytes(get()); }
    /** Bytes written in this interval. torctl_accounting_written_bytes() */
    std::uint64_t written_bytes() const { return torctl_accounting_written_bytes(get()); }
    /** Bytes that may still be read in this interval. torctl_accounting_read_left_bytes() */
    std::uint64_t read_left_bytes() const { return torctl_accounting_read_left_bytes(get()); }
    /** Bytes that may still be written in this interval. torctl_accounting_written_left_bytes() */
    std::uint64_t written_left_bytes() const { return torctl_accounting_written_left_bytes(get()); }
    /** When the interval began. torctl_accounting_start_unix_us() */
    std::chrono::system_clock::time_point start() const { return detail::time_of(torctl_accounting_start_unix_us(get())); }
    /** When tor wakes in this interval. torctl_accounting_wake_unix_us() */
    std::chrono::system_clock::time_point wake() const { return detail::time_of(torctl_accounting_wake_unix_us(get())); }
    /** When the interval ends. torctl_accounting_end_unix_us() */
    std::chrono::system_clock::time_point end() const { return detail::time_of(torctl_accounting_end_unix_us(get())); }
};

/** An item of mappings. */
class mappings_item {
public:
    using list_type = const torctl_mappings *;
    mappings_item() noexcept = default;
    mappings_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** The address that programs use. torctl_mappings_from() */
    cstring_view from() const { return cstring_view(torctl_mappings_from(list_, index_)); }
    /** The address that tor uses for it. torctl_mappings_to() */
    cstring_view to() const { return cstring_view(torctl_mappings_to(list_, index_)); }
    /** When the mapping ends; 0 for never. torctl_mappings_expires_unix_us() */
    std::chrono::system_clock::time_point expires() const { return detail::time_of(torctl_mappings_expires_unix_us(list_, index_)); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_mappings in torctl.h. */
class mappings : public detail::handle<torctl_mappings, torctl_mappings_free> {
public:
    using handle::handle;
    /** How many there are. torctl_mappings_count() */
    std::size_t size() const { return torctl_mappings_count(get()); }
    /** The address that programs use. torctl_mappings_from() */
    cstring_view from(std::size_t index) const & { return cstring_view(torctl_mappings_from(get(), index)); }
    std::string from(std::size_t index) && { return cstring_view(torctl_mappings_from(get(), index)).str(); }
    /** The address that tor uses for it. torctl_mappings_to() */
    cstring_view to(std::size_t index) const & { return cstring_view(torctl_mappings_to(get(), index)); }
    std::string to(std::size_t index) && { return cstring_view(torctl_mappings_to(get(), index)).str(); }
    /** When the mapping ends; 0 for never. torctl_mappings_expires_unix_us() */
    std::chrono::system_clock::time_point expires(std::size_t index) const { return detail::time_of(torctl_mappings_expires_unix_us(get(), index)); }
    using iterator = detail::list_iterator<mappings_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    mappings_item operator[](std::size_t index) const & { return mappings_item(get(), index); }
    mappings_item operator[](std::size_t index) && = delete;
};

/** An item of exit_policy. */
class exit_policy_rule_item : public cstring_view {
public:
    using list_type = const torctl_exit_policy *;
    exit_policy_rule_item() noexcept = default;
    /** torctl_exit_policy_rule() */
    exit_policy_rule_item(list_type list, std::size_t index) : cstring_view(cstring_view(torctl_exit_policy_rule(list, index))) {}
};

/** See torctl_exit_policy in torctl.h. */
class exit_policy : public detail::handle<torctl_exit_policy, torctl_exit_policy_free> {
public:
    using handle::handle;
    /** Whether streams to an IPv4 or IPv6 address and a port are let out. torctl_exit_policy_allows() */
    bool allows(const str &address, std::uint16_t port) const { const detail::c_str address_c(address); return torctl_exit_policy_allows(get(), address_c.get(), port) != 0; }
    /** The ports to which some IPv4 address can be reached, in short: "accept 80,443" or "reject 25,6881-6999". torctl_exit_policy_summary() */
    cstring_view summary() const & { return cstring_view(torctl_exit_policy_summary(get())); }
    std::string summary() && { return cstring_view(torctl_exit_policy_summary(get())).str(); }
    /** How many rules there are. torctl_exit_policy_rule_count() */
    std::size_t rule_count() const { return torctl_exit_policy_rule_count(get()); }
    /** A rule, for example "reject 10.0.0.0/8:*". torctl_exit_policy_rule() */
    cstring_view rule(std::size_t index) const & { return cstring_view(torctl_exit_policy_rule(get(), index)); }
    std::string rule(std::size_t index) && { return cstring_view(torctl_exit_policy_rule(get(), index)).str(); }
    detail::items<exit_policy_rule_item> rules() const & { return detail::items<exit_policy_rule_item>(get(), torctl_exit_policy_rule_count(get())); }
    detail::items<exit_policy_rule_item> rules() && = delete;
};

/** An item of router_ref. */
class router_or_address_item {
public:
    using list_type = const torctl_router *;
    router_or_address_item() noexcept = default;
    router_or_address_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** One of its further addresses, an IPv6 address without brackets. torctl_router_or_address() */
    cstring_view text() const { return cstring_view(torctl_router_or_address(list_, index_)); }
    /** The port of one of its further addresses. torctl_router_or_address_port() */
    std::uint16_t port() const { return torctl_router_or_address_port(list_, index_); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** An item of router_ref. */
class router_vote_digest_item : public cstring_view {
public:
    using list_type = const torctl_router *;
    router_vote_digest_item() noexcept = default;
    /** torctl_router_vote_digest() */
    router_vote_digest_item(list_type list, std::size_t index) : cstring_view(cstring_view(torctl_router_vote_digest(list, index))) {}
};

/** An item of router_ref. */
class router_extra_item {
public:
    using list_type = const torctl_router *;
    router_extra_item() noexcept = default;
    router_extra_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** One of these lines as it came, with the BEGIN to END lines behind it if it has them. torctl_router_extra() */
    cstring_view text() const { return cstring_view(torctl_router_extra(list_, index_)); }
    /** Whether the first word of that line is known but what follows is not what it should be. torctl_router_extra_is_malformed() */
    bool is_malformed() const { return torctl_router_extra_is_malformed(list_, index_) != 0; }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_router in torctl.h. */
class router_ref : public detail::ref<torctl_router> {
public:
    using ref::ref;
    /** Copies a router status entry, to keep it longer than what it was asked of. torctl_router_dup() */
    torctl::router dup() const;
    /** Reads many fields of a router status entry in one call. torctl_router_read() */
    std::vector<field_value> read(std::initializer_list<std::int32_t> fields) const { return detail::read_fields(fields, [this](const std::int32_t *from, std::size_t count, torctl_value *to) { torctl_router_read(get(), from, count, to); }); }
    /** The nickname; "" if the first line of the entry is malformed, as with the other fields of that line. torctl_router_nickname() */
    cstring_view nickname() const { return cstring_view(torctl_router_nickname(get())); }
    /** The relay's identity: 40 hexadecimal digits in upper case, without `$`. torctl_router_fingerprint() */
    cstring_view fingerprint() const { return cstring_view(torctl_router_fingerprint(get())); }
    /** The digest of its server descriptor: 40 hexadecimal digits. torctl_router_digest() */
    cstring_view digest() const { return cstring_view(torctl_router_digest(get())); }
    /** When its descriptor was published. torctl_router_published_unix_us() */
    std::chrono::system_clock::time_point published() const { return detail::time_of(torctl_router_published_unix_us(get())); }
    /** The IPv4 address. torctl_router_address() */
    cstring_view address() const { return cstring_view(torctl_router_address(get())); }
    /** The port for clients and other relays. torctl_router_or_port() */
    std::uint16_t or_port() const { return torctl_router_or_port(get()); }
    /** The port for directory requests; 0 for none. torctl_router_dir_port() */
    std::uint16_t dir_port() const { return torctl_router_dir_port(get()); }
    /** How many more addresses the relay has (`a` lines). torctl_router_or_address_count() */
    std::size_t or_address_count() const { return torctl_router_or_address_count(get()); }
    /** One of its further addresses, an IPv6 address without brackets. torctl_router_or_address() */
    cstring_view or_address(std::size_t index) const { return cstring_view(torctl_router_or_address(get(), index)); }
    /** The port of one of its further addresses. torctl_router_or_address_port() */
    std::uint16_t or_address_port(std::size_t index) const { return torctl_router_or_address_port(get(), index); }
    /** Its flags. torctl_router_flags() */
    torctl::router_flags flags() const { return static_cast<torctl::router_flags>(torctl_router_flags(get())); }
    /** The words of torctl_router_flags() as tor wrote them, with blanks between. torctl_router_flags_text() */
    cstring_view flags_text() const { return cstring_view(torctl_router_flags_text(get())); }
    /** Whether the relay has the flag of this name, known to this version or not. torctl_router_has_flag() */
    bool has_flag(const str &flag) const { const detail::c_str flag_c(flag); return torctl_router_has_flag(get(), flag_c.get()) != 0; }
    /** The weight of its bandwidth in the consensus. torctl_router_bandwidth_bytes_per_second() */
    std::int64_t bandwidth_bytes_per_second() const { return torctl_router_bandwidth_bytes_per_second(get()); }
    /** What a bandwidth authority measured. torctl_router_measured_bytes_per_second() */
    std::int64_t measured_bytes_per_second() const { return torctl_router_measured_bytes_per_second(get()); }
    /** Whether the bandwidth was not measured but is the relay's own word. torctl_router_is_unmeasured() */
    bool is_unmeasured() const { return torctl_router_is_unmeasured(get()) != 0; }
    /** How much of the time it has been a guard, in percent. torctl_router_guard_fraction() */
    int guard_fraction() const { return torctl_router_guard_fraction(get()); }
    /** Everything that the `w` line says, as tor wrote it. torctl_router_bandwidth_text() */
    cstring_view bandwidth_text() const { return cstring_view(torctl_router_bandwidth_text(get())); }
    /** Which ports it lets exits go to: "accept PORTS" or "reject PORTS". torctl_router_policy_summary() */
    cstring_view policy_summary() const { return cstring_view(torctl_router_policy_summary(get())); }
    /** Whether the entry says which ports the relay lets exits go to. torctl_router_has_policy() */
    bool has_policy() const { return torctl_router_has_policy(get()) != 0; }
    /** Whether the policy summary lets exits to this port through, to most addresses. torctl_router_allows_port() */
    bool allows_port(std::uint16_t port) const { return torctl_router_allows_port(get(), port) != 0; }
    /** The version it runs, for example "Tor 0.4.9.11"; only a whole consensus has it. torctl_router_version() */
    cstring_view version() const { return cstring_view(torctl_router_version(get())); }
    /** The subprotocols it speaks, for example "Cons=1-2 Link=3-5"; only a whole consensus has them. torctl_router_protocols() */
    cstring_view protocols() const { return cstring_view(torctl_router_protocols(get())); }
    /** Whether it speaks this version of this subprotocol, for example ("Link", 5). torctl_router_supports() */
    bool supports(const str &protocol, std::uint32_t version) const { const detail::c_str protocol_c(protocol); return torctl_router_supports(get(), protocol_c.get(), version) != 0; }
    /** The SHA-256 digest of its microdescriptor: 43 characters of base64. torctl_router_microdesc_digest() */
    cstring_view microdesc_digest() const { return cstring_view(torctl_router_microdesc_digest(get())); }
    /** How many digests of its microdescriptor a vote gives, each for some consensus methods. torctl_router_vote_digest_count() */
    std::size_t vote_digest_count() const { return torctl_router_vote_digest_count(get()); }
    /** The consensus methods that one of these digests is for, for example "28,29". torctl_router_vote_methods() */
    cstring_view vote_methods(std::size_t index) const { return cstring_view(torctl_router_vote_methods(get(), index)); }
    /** One of these digests: SHA-256, 43 characters of base64. torctl_router_vote_digest() */
    cstring_view vote_digest(std::size_t index) const { return cstring_view(torctl_router_vote_digest(get(), index)); }
    /** The one of these digests that is for this consensus method; "" if the vote has none for it. torctl_router_vote_digest_of_method() */
    cstring_view vote_digest_of_method(std::uint32_t method) const { return cstring_view(torctl_router_vote_digest_of_method(get(), method)); }
    /** What a vote says of how long and how often the relay was seen, for example "wfu=1.000000 tk=119 mtbf=119". torctl_router_stats_text() */
    cstring_view stats_text() const { return cstring_view(torctl_router_stats_text(get())); }
    /** Its Ed25519 identity in base64, or "none"; votes have it. torctl_router_ed25519() */
    cstring_view ed25519() const { return cstring_view(torctl_router_ed25519(get())); }
    /** How many lines of the entry this version does not know or does not understand. torctl_router_extra_count() */
    std::size_t extra_count() const { return torctl_router_extra_count(get()); }
    /** One of these lines as it came, with the BEGIN to END lines behind it if it has them. torctl_router_extra() */
    cstring_view extra(std::size_t index) const { return cstring_view(torctl_router_extra(get(), index)); }
    /** Whether the first word of that line is known but what follows is not what it should be. torctl_router_extra_is_malformed() */
    bool extra_is_malformed(std::size_t index) const { return torctl_router_extra_is_malformed(get(), index) != 0; }
    /** The whole entry as it came; that of an event or an answer of tor has LF at the end of each line. torctl_router_raw() */
    cstring_view raw() const { return cstring_view(torctl_router_raw(get()), torctl_router_raw_size_bytes(get())); }
    detail::items<router_or_address_item> or_addresses() const { return detail::items<router_or_address_item>(get(), torctl_router_or_address_count(get())); }
    detail::items<router_vote_digest_item> vote_digests() const { return detail::items<router_vote_digest_item>(get(), torctl_router_vote_digest_count(get())); }
    detail::items<router_extra_item> extra_lines() const { return detail::items<router_extra_item>(get(), torctl_router_extra_count(get())); }
};

/** One that frees itself. */
class router : public detail::owned<router_ref, torctl_router, torctl_router_free> {
public:
    using owned::owned;
};

inline router router_ref::dup() const { return router(torctl_router_dup(get())); }

/** An item of routers. */
class routers_item : public torctl::router_ref {
public:
    using list_type = const torctl_routers *;
    routers_item() noexcept = default;
    /** torctl_routers_get() */
    routers_item(list_type list, std::size_t index) : torctl::router_ref(torctl::router_ref(torctl_routers_get(list, index))) {}
};

/** See torctl_routers in torctl.h. */
class routers : public detail::handle<torctl_routers, torctl_routers_free> {
public:
    using handle::handle;
    /** Reads all the router status entries of a text: the value of `GETINFO ns/...`, a consensus. torctl_routers_parse() */
    [[nodiscard]] static expected<torctl::routers> try_parse(std::string_view text)
    {
        detail::failure failure;
        torctl_routers *out_out = nullptr;
        const torctl_status rc = torctl_routers_parse(text.data(), text.size(), &out_out, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::routers(out_out);
    }
#if TORCTL_EXCEPTIONS
    static torctl::routers parse(std::string_view text) { return detail::unwrap(try_parse(text)); }
#endif
    /** How many router status entries there are. torctl_routers_count() */
    std::size_t size() const { return torctl_routers_count(get()); }
    /** The router status entry of the relay with this identity: 40 hexadecimal digits in either case, also in the forms `$FP`, `$FP~nickname` or `$FP=nickname`. torctl_routers_find() */
    torctl::router_ref find(const str &fingerprint) const { const detail::c_str fingerprint_c(fingerprint); return torctl::router_ref(torctl_routers_find(get(), fingerprint_c.get())); }
    /** The first router status entry with this nickname, in either case. torctl_routers_find_nickname() */
    torctl::router_ref find_nickname(const str &nickname) const { const detail::c_str nickname_c(nickname); return torctl::router_ref(torctl_routers_find_nickname(get(), nickname_c.get())); }
    /** How many bytes of the text belong to no router status entry. torctl_routers_skipped_bytes() */
    std::size_t skipped_bytes() const { return torctl_routers_skipped_bytes(get()); }
    /** What these bytes are: the kind of the first other document among them. torctl_routers_skipped_kind() */
    torctl::document skipped_kind() const { return static_cast<torctl::document>(torctl_routers_skipped_kind(get())); }
    /** Calls `each` for each router status entry of a text, in order, without keeping them: nothing is copied but one at a time. torctl_routers_walk() */
    template <class F>
    [[nodiscard]] static expected<std::size_t> try_walk(std::string_view text, F &&each)
    {
        detail::visitor<std::remove_reference_t<F>> visit(each);
        detail::failure failure;
        std::size_t out_count = 0;
        const torctl_status rc = torctl_routers_walk(text.data(), text.size(), detail::each_run<router_ref, std::remove_reference_t<F>>, visit.data(), &out_count, failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return out_count;
    }
#if TORCTL_EXCEPTIONS
    template <class F>
    static std::size_t walk(std::string_view text, F &&each) { return detail::unwrap(try_walk(text, std::forward<F>(each))); }
#endif
    /** Reads all the router status entries of a TORCTL_EVENT_NS or TORCTL_EVENT_NEWCONSENSUS; another kind of event gives TORCTL_ERR_INVALID. torctl_routers_from_event() */
    [[nodiscard]] static expected<torctl::routers> try_from_event(const torctl::event_ref &event)
    {
        detail::failure failure;
        torctl_routers *out_out = nullptr;
        const torctl_status rc = torctl_routers_from_event(event.get(), &out_out, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::routers(out_out);
    }
#if TORCTL_EXCEPTIONS
    static torctl::routers from_event(const torctl::event_ref &event) { return detail::unwrap(try_from_event(event)); }
#endif
    /** Calls `each` for each router status entry of a TORCTL_EVENT_NS or TORCTL_EVENT_NEWCONSENSUS, as torctl_routers_walk() does; another kind of event gives TORCTL_ERR_INVALID. torctl_routers_walk_event() */
    template <class F>
    [[nodiscard]] static expected<std::size_t> try_walk_event(const torctl::event_ref &event, F &&each)
    {
        detail::visitor<std::remove_reference_t<F>> visit(each);
        detail::failure failure;
        std::size_t out_count = 0;
        const torctl_status rc = torctl_routers_walk_event(event.get(), detail::each_run<router_ref, std::remove_reference_t<F>>, visit.data(), &out_count, failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return out_count;
    }
#if TORCTL_EXCEPTIONS
    template <class F>
    static std::size_t walk_event(const torctl::event_ref &event, F &&each) { return detail::unwrap(try_walk_event(event, std::forward<F>(each))); }
#endif
    using iterator = detail::list_iterator<routers_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    routers_item operator[](std::size_t index) const & { return routers_item(get(), index); }
    routers_item operator[](std::size_t index) && = delete;
};

/** See torctl_router_reader in torctl.h. */
class router_reader : public detail::handle<torctl_router_reader, torctl_router_reader_free> {
public:
    using handle::handle;
    router_reader() : handle(torctl_router_reader_new()) {}
    /** Takes the next piece of the document, cut anywhere. torctl_router_reader_push() */
    void push(std::string_view piece) { torctl_router_reader_push(get(), piece.data(), piece.size()); }
    /** Says that the document is complete, so that its last router status entry is too. torctl_router_reader_finish() */
    void finish() { torctl_router_reader_finish(get()); }
    /** The next router status entry that is complete. torctl_router_reader_next() */
    torctl::router_ref next() { return torctl::router_ref(torctl_router_reader_next(get())); }
    /** How many bytes so far belong to no router status entry; those of one that is larger than 4 MiB are among them. torctl_router_reader_skipped_bytes() */
    std::size_t skipped_bytes() const { return torctl_router_reader_skipped_bytes(get()); }
    /** What these bytes are, as torctl_routers_skipped_kind() says it. torctl_router_reader_skipped_kind() */
    torctl::document skipped_kind() const { return static_cast<torctl::document>(torctl_router_reader_skipped_kind(get())); }
};

/** An item of descriptor_ref. */
class descriptor_or_address_item {
public:
    using list_type = const torctl_descriptor *;
    descriptor_or_address_item() noexcept = default;
    descriptor_or_address_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** One of its further addresses, an IPv6 address without brackets. torctl_descriptor_or_address() */
    cstring_view text() const { return cstring_view(torctl_descriptor_or_address(list_, index_)); }
    /** The port of one of its further addresses. torctl_descriptor_or_address_port() */
    std::uint16_t port() const { return torctl_descriptor_or_address_port(list_, index_); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** An item of descriptor_ref. */
class descriptor_family_item : public cstring_view {
public:
    using list_type = const torctl_descriptor *;
    descriptor_family_item() noexcept = default;
    /** torctl_descriptor_family() */
    descriptor_family_item(list_type list, std::size_t index) : cstring_view(cstring_view(torctl_descriptor_family(list, index))) {}
};

/** An item of descriptor_ref. */
class descriptor_rule_item : public cstring_view {
public:
    using list_type = const torctl_descriptor *;
    descriptor_rule_item() noexcept = default;
    /** torctl_descriptor_rule() */
    descriptor_rule_item(list_type list, std::size_t index) : cstring_view(cstring_view(torctl_descriptor_rule(list, index))) {}
};

/** An item of descriptor_ref. */
class descriptor_extra_item {
public:
    using list_type = const torctl_descriptor *;
    descriptor_extra_item() noexcept = default;
    descriptor_extra_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** One of these lines as it came, with the BEGIN to END lines behind it if it has them. torctl_descriptor_extra() */
    cstring_view text() const { return cstring_view(torctl_descriptor_extra(list_, index_)); }
    /** Whether the first word of that line is known but what follows is not what it should be. torctl_descriptor_extra_is_malformed() */
    bool is_malformed() const { return torctl_descriptor_extra_is_malformed(list_, index_) != 0; }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_descriptor in torctl.h. */
class descriptor_ref : public detail::ref<torctl_descriptor> {
public:
    using ref::ref;
    /** Copies a server descriptor, to keep it longer than what it was asked of. torctl_descriptor_dup() */
    torctl::descriptor dup() const;
    /** Reads many fields of a server descriptor in one call. torctl_descriptor_read() */
    std::vector<field_value> read(std::initializer_list<std::int32_t> fields) const { return detail::read_fields(fields, [this](const std::int32_t *from, std::size_t count, torctl_value *to) { torctl_descriptor_read(get(), from, count, to); }); }
    /** The nickname; "" if the first line is malformed, as with the other fields of that line. torctl_descriptor_nickname() */
    cstring_view nickname() const { return cstring_view(torctl_descriptor_nickname(get())); }
    /** The IPv4 address. torctl_descriptor_address() */
    cstring_view address() const { return cstring_view(torctl_descriptor_address(get())); }
    /** The port for clients and other relays. torctl_descriptor_or_port() */
    std::uint16_t or_port() const { return torctl_descriptor_or_port(get()); }
    /** The port for applications; 0 with every relay of this age. torctl_descriptor_socks_port() */
    std::uint16_t socks_port() const { return torctl_descriptor_socks_port(get()); }
    /** The port for directory requests; 0 for none. torctl_descriptor_dir_port() */
    std::uint16_t dir_port() const { return torctl_descriptor_dir_port(get()); }
    /** How many more addresses the relay has. torctl_descriptor_or_address_count() */
    std::size_t or_address_count() const { return torctl_descriptor_or_address_count(get()); }
    /** One of its further addresses, an IPv6 address without brackets. torctl_descriptor_or_address() */
    cstring_view or_address(std::size_t index) const { return cstring_view(torctl_descriptor_or_address(get(), index)); }
    /** The port of one of its further addresses. torctl_descriptor_or_address_port() */
    std::uint16_t or_address_port(std::size_t index) const { return torctl_descriptor_or_address_port(get(), index); }
    /** The relay's identity: 40 hexadecimal digits in upper case, without `$` or blanks. torctl_descriptor_fingerprint() */
    cstring_view fingerprint() const { return cstring_view(torctl_descriptor_fingerprint(get())); }
    /** When the relay made the descriptor. torctl_descriptor_published_unix_us() */
    std::chrono::system_clock::time_point published() const { return detail::time_of(torctl_descriptor_published_unix_us(get())); }
    /** For how many seconds the relay had been running then. torctl_descriptor_uptime_s() */
    std::chrono::seconds uptime() const { return std::chrono::seconds(static_cast<std::int64_t>(torctl_descriptor_uptime_s(get()))); }
    /** How many bytes a second the relay is willing to carry for long. torctl_descriptor_bandwidth_average_bytes() */
    std::uint64_t bandwidth_average_bytes() const { return torctl_descriptor_bandwidth_average_bytes(get()); }
    /** How many bytes a second the relay is willing to carry for a short time. torctl_descriptor_bandwidth_burst_bytes() */
    std::uint64_t bandwidth_burst_bytes() const { return torctl_descriptor_bandwidth_burst_bytes(get()); }
    /** How many bytes a second the relay is known to have carried. torctl_descriptor_bandwidth_observed_bytes() */
    std::uint64_t bandwidth_observed_bytes() const { return torctl_descriptor_bandwidth_observed_bytes(get()); }
    /** Its software and system, for example "Tor 0.4.9.11 on Linux". torctl_descriptor_platform() */
    cstring_view platform() const { return cstring_view(torctl_descriptor_platform(get())); }
    /** How to reach the operator. torctl_descriptor_contact() */
    cstring_view contact() const { return cstring_view(torctl_descriptor_contact(get())); }
    /** The subprotocols it speaks, for example "Cons=1-2 Link=3-5". torctl_descriptor_protocols() */
    cstring_view protocols() const { return cstring_view(torctl_descriptor_protocols(get())); }
    /** Whether it speaks this version of this subprotocol, as torctl_router_supports() says it. torctl_descriptor_supports() */
    bool supports(const str &protocol, std::uint32_t version) const { const detail::c_str protocol_c(protocol); return torctl_descriptor_supports(get(), protocol_c.get(), version) != 0; }
    /** How many relays it says to be of one family with. torctl_descriptor_family_count() */
    std::size_t family_count() const { return torctl_descriptor_family_count(get()); }
    /** One of the family: `$FINGERPRINT`, `$FINGERPRINT~nickname` or a nickname. torctl_descriptor_family() */
    cstring_view family(std::size_t index) const { return cstring_view(torctl_descriptor_family(get(), index)); }
    /** How many rules its exit policy for IPv4 has. torctl_descriptor_rule_count() */
    std::size_t rule_count() const { return torctl_descriptor_rule_count(get()); }
    /** One of the rules, for example "reject 10.0.0.0/8:*". torctl_descriptor_rule() */
    cstring_view rule(std::size_t index) const { return cstring_view(torctl_descriptor_rule(get(), index)); }
    /** Its exit policy for IPv6: "accept PORTS" or "reject PORTS"; "" for no exit. torctl_descriptor_ipv6_policy() */
    cstring_view ipv6_policy() const { return cstring_view(torctl_descriptor_ipv6_policy(get())); }
    /** Whether the descriptor has an exit policy. torctl_descriptor_has_policy() */
    bool has_policy() const { return torctl_descriptor_has_policy(get()) != 0; }
    /** Whether the exit policy lets through what goes to this IPv4 or IPv6 address and port, else 0, also if the text is not an address. torctl_descriptor_can_exit_to() */
    bool can_exit_to(const str &address, std::uint16_t port) const { const detail::c_str address_c(address); return torctl_descriptor_can_exit_to(get(), address_c.get(), port) != 0; }
    /** Whether the relay has used up its allowance for now. torctl_descriptor_is_hibernating() */
    bool is_hibernating() const { return torctl_descriptor_is_hibernating(get()) != 0; }
    /** Whether it keeps extra-info documents. torctl_descriptor_caches_extra_info() */
    bool caches_extra_info() const { return torctl_descriptor_caches_extra_info(get()) != 0; }
    /** Whether it keeps onion service descriptors. torctl_descriptor_is_hidden_service_dir() */
    bool is_hidden_service_dir() const { return torctl_descriptor_is_hidden_service_dir(get()) != 0; }
    /** Whether it answers directory requests on its OR port. torctl_descriptor_is_tunnelled_dir_server() */
    bool is_tunnelled_dir_server() const { return torctl_descriptor_is_tunnelled_dir_server(get()) != 0; }
    /** Whether it lets single-hop circuits exit. torctl_descriptor_allows_single_hop_exits() */
    bool allows_single_hop_exits() const { return torctl_descriptor_allows_single_hop_exits(get()) != 0; }
    /** When the relay was last overloaded. torctl_descriptor_overload_unix_us() */
    std::chrono::system_clock::time_point overload() const { return detail::time_of(torctl_descriptor_overload_unix_us(get())); }
    /** What it says of its overload, as it came. torctl_descriptor_overload_text() */
    cstring_view overload_text() const { return cstring_view(torctl_descriptor_overload_text(get())); }
    /** How a bridge wants to be given out. torctl_descriptor_bridge_distribution() */
    cstring_view bridge_distribution() const { return cstring_view(torctl_descriptor_bridge_distribution(get())); }
    /** The SHA-1 digest of its extra-info document: 40 hexadecimal digits. torctl_descriptor_extra_info_digest() */
    cstring_view extra_info_digest() const { return cstring_view(torctl_descriptor_extra_info_digest(get())); }
    /** The SHA-256 digest of its extra-info document in base64. torctl_descriptor_extra_info_sha256() */
    cstring_view extra_info_sha256() const { return cstring_view(torctl_descriptor_extra_info_sha256(get())); }
    /** Its ntor key in base64. torctl_descriptor_ntor_onion_key() */
    cstring_view ntor_onion_key() const { return cstring_view(torctl_descriptor_ntor_onion_key(get())); }
    /** Its Ed25519 identity in base64. torctl_descriptor_master_key_ed25519() */
    cstring_view master_key_ed25519() const { return cstring_view(torctl_descriptor_master_key_ed25519(get())); }
    /** The certificate of its Ed25519 signing key, with its BEGIN and END lines. torctl_descriptor_identity_ed25519() */
    cstring_view identity_ed25519() const { return cstring_view(torctl_descriptor_identity_ed25519(get())); }
    /** Its TAP onion key, with its BEGIN and END lines. torctl_descriptor_onion_key() */
    cstring_view onion_key() const { return cstring_view(torctl_descriptor_onion_key(get())); }
    /** Its RSA identity key, with its BEGIN and END lines. torctl_descriptor_signing_key() */
    cstring_view signing_key() const { return cstring_view(torctl_descriptor_signing_key(get())); }
    /** Its identities, signed with the TAP onion key, with the BEGIN and END lines. torctl_descriptor_onion_key_crosscert() */
    cstring_view onion_key_crosscert() const { return cstring_view(torctl_descriptor_onion_key_crosscert(get())); }
    /** Its identity, certified with the ntor key, with the BEGIN and END lines. torctl_descriptor_ntor_crosscert() */
    cstring_view ntor_crosscert() const { return cstring_view(torctl_descriptor_ntor_crosscert(get())); }
    /** The RSA signature, with its BEGIN and END lines. torctl_descriptor_router_signature() */
    cstring_view router_signature() const { return cstring_view(torctl_descriptor_router_signature(get())); }
    /** The Ed25519 signature in base64. torctl_descriptor_router_sig_ed25519() */
    cstring_view router_sig_ed25519() const { return cstring_view(torctl_descriptor_router_sig_ed25519(get())); }
    /** What archives say that it is (annotation `@type`): for example "server-descriptor 1.0". torctl_descriptor_annotated_type() */
    cstring_view annotated_type() const { return cstring_view(torctl_descriptor_annotated_type(get())); }
    /** Where tor has it from (annotation `@source`): an address. torctl_descriptor_source() */
    cstring_view source() const { return cstring_view(torctl_descriptor_source(get())); }
    /** What tor keeps it for (annotation `@purpose`): "general", "controller" or "bridge". torctl_descriptor_purpose() */
    cstring_view purpose() const { return cstring_view(torctl_descriptor_purpose(get())); }
    /** When tor got it (annotation `@downloaded-at`). torctl_descriptor_downloaded_unix_us() */
    std::chrono::system_clock::time_point downloaded() const { return detail::time_of(torctl_descriptor_downloaded_unix_us(get())); }
    /** When a consensus last named it (annotation `@last-listed`). torctl_descriptor_last_listed_unix_us() */
    std::chrono::system_clock::time_point last_listed() const { return detail::time_of(torctl_descriptor_last_listed_unix_us(get())); }
    /** How many lines of the descriptor this version does not know or does not understand. torctl_descriptor_extra_count() */
    std::size_t extra_count() const { return torctl_descriptor_extra_count(get()); }
    /** One of these lines as it came, with the BEGIN to END lines behind it if it has them. torctl_descriptor_extra() */
    cstring_view extra(std::size_t index) const { return cstring_view(torctl_descriptor_extra(get(), index)); }
    /** Whether the first word of that line is known but what follows is not what it should be. torctl_descriptor_extra_is_malformed() */
    bool extra_is_malformed(std::size_t index) const { return torctl_descriptor_extra_is_malformed(get(), index) != 0; }
    /** The whole descriptor as it came; that of an event or an answer of tor has LF at the end of each line. torctl_descriptor_raw() */
    cstring_view raw() const { return cstring_view(torctl_descriptor_raw(get()), torctl_descriptor_raw_size_bytes(get())); }
    detail::items<descriptor_or_address_item> or_addresses() const { return detail::items<descriptor_or_address_item>(get(), torctl_descriptor_or_address_count(get())); }
    detail::items<descriptor_family_item> families() const { return detail::items<descriptor_family_item>(get(), torctl_descriptor_family_count(get())); }
    detail::items<descriptor_rule_item> rules() const { return detail::items<descriptor_rule_item>(get(), torctl_descriptor_rule_count(get())); }
    detail::items<descriptor_extra_item> extra_lines() const { return detail::items<descriptor_extra_item>(get(), torctl_descriptor_extra_count(get())); }
};

/** One that frees itself. */
class descriptor : public detail::owned<descriptor_ref, torctl_descriptor, torctl_descriptor_free> {
public:
    using owned::owned;
};

inline descriptor descriptor_ref::dup() const { return descriptor(torctl_descriptor_dup(get())); }

/** An item of descriptors. */
class descriptors_item : public torctl::descriptor_ref {
public:
    using list_type = const torctl_descriptors *;
    descriptors_item() noexcept = default;
    /** torctl_descriptors_get() */
    descriptors_item(list_type list, std::size_t index) : torctl::descriptor_ref(torctl::descriptor_ref(torctl_descriptors_get(list, index))) {}
};

/** See torctl_descriptors in torctl.h. */
class descriptors : public detail::handle<torctl_descriptors, torctl_descriptors_free> {
public:
    using handle::handle;
    /** Reads all the server descriptors of a text: the value of `GETINFO desc/...`. torctl_descriptors_parse() */
    [[nodiscard]] static expected<torctl::descriptors> try_parse(std::string_view text)
    {
        detail::failure failure;
        torctl_descriptors *out_out = nullptr;
        const torctl_status rc = torctl_descriptors_parse(text.data(), text.size(), &out_out, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::descriptors(out_out);
    }
#if TORCTL_EXCEPTIONS
    static torctl::descriptors parse(std::string_view text) { return detail::unwrap(try_parse(text)); }
#endif
    /** How many server descriptors there are. torctl_descriptors_count() */
    std::size_t size() const { return torctl_descriptors_count(get()); }
    /** The server descriptor of the relay with this identity: 40 hexadecimal digits in either case, also in the forms `$FP`, `$FP~nickname` or `$FP=nickname`. torctl_descriptors_find() */
    torctl::descriptor_ref find(const str &fingerprint) const { const detail::c_str fingerprint_c(fingerprint); return torctl::descriptor_ref(torctl_descriptors_find(get(), fingerprint_c.get())); }
    /** The first server descriptor with this nickname, in either case. torctl_descriptors_find_nickname() */
    torctl::descriptor_ref find_nickname(const str &nickname) const { const detail::c_str nickname_c(nickname); return torctl::descriptor_ref(torctl_descriptors_find_nickname(get(), nickname_c.get())); }
    /** How many bytes of the text belong to no server descriptor. torctl_descriptors_skipped_bytes() */
    std::size_t skipped_bytes() const { return torctl_descriptors_skipped_bytes(get()); }
    /** What these bytes are: the kind of the first other document among them. torctl_descriptors_skipped_kind() */
    torctl::document skipped_kind() const { return static_cast<torctl::document>(torctl_descriptors_skipped_kind(get())); }
    /** Calls `each` for each server descriptor of a text, in order, without keeping them: nothing is copied but one at a time. torctl_descriptors_walk() */
    template <class F>
    [[nodiscard]] static expected<std::size_t> try_walk(std::string_view text, F &&each)
    {
        detail::visitor<std::remove_reference_t<F>> visit(each);
        detail::failure failure;
        std::size_t out_count = 0;
        const torctl_status rc = torctl_descriptors_walk(text.data(), text.size(), detail::each_run<descriptor_ref, std::remove_reference_t<F>>, visit.data(), &out_count, failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return out_count;
    }
#if TORCTL_EXCEPTIONS
    template <class F>
    static std::size_t walk(std::string_view text, F &&each) { return detail::unwrap(try_walk(text, std::forward<F>(each))); }
#endif
    using iterator = detail::list_iterator<descriptors_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    descriptors_item operator[](std::size_t index) const & { return descriptors_item(get(), index); }
    descriptors_item operator[](std::size_t index) && = delete;
};

/** See torctl_descriptor_reader in torctl.h. */
class descriptor_reader : public detail::handle<torctl_descriptor_reader, torctl_descriptor_reader_free> {
public:
    using handle::handle;
    descriptor_reader() : handle(torctl_descriptor_reader_new()) {}
    /** Takes the next piece of the document, cut anywhere. torctl_descriptor_reader_push() */
    void push(std::string_view piece) { torctl_descriptor_reader_push(get(), piece.data(), piece.size()); }
    /** Says that the document is complete, so that its last server descriptor is too. torctl_descriptor_reader_finish() */
    void finish() { torctl_descriptor_reader_finish(get()); }
    /** The next server descriptor that is complete. torctl_descriptor_reader_next() */
    torctl::descriptor_ref next() { return torctl::descriptor_ref(torctl_descriptor_reader_next(get())); }
    /** How many bytes so far belong to no server descriptor; those of one that is larger than 4 MiB are among them. torctl_descriptor_reader_skipped_bytes() */
    std::size_t skipped_bytes() const { return torctl_descriptor_reader_skipped_bytes(get()); }
    /** What these bytes are, as torctl_descriptors_skipped_kind() says it. torctl_descriptor_reader_skipped_kind() */
    torctl::document skipped_kind() const { return static_cast<torctl::document>(torctl_descriptor_reader_skipped_kind(get())); }
};

/** An item of microdescriptor_ref. */
class microdescriptor_or_address_item {
public:
    using list_type = const torctl_microdescriptor *;
    microdescriptor_or_address_item() noexcept = default;
    microdescriptor_or_address_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** One of these addresses, an IPv6 address without brackets. torctl_microdescriptor_or_address() */
    cstring_view text() const { return cstring_view(torctl_microdescriptor_or_address(list_, index_)); }
    /** The port of one of its further addresses. torctl_microdescriptor_or_address_port() */
    std::uint16_t port() const { return torctl_microdescriptor_or_address_port(list_, index_); }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** An item of microdescriptor_ref. */
class microdescriptor_family_item : public cstring_view {
public:
    using list_type = const torctl_microdescriptor *;
    microdescriptor_family_item() noexcept = default;
    /** torctl_microdescriptor_family() */
    microdescriptor_family_item(list_type list, std::size_t index) : cstring_view(cstring_view(torctl_microdescriptor_family(list, index))) {}
};

/** An item of microdescriptor_ref. */
class microdescriptor_family_id_item : public cstring_view {
public:
    using list_type = const torctl_microdescriptor *;
    microdescriptor_family_id_item() noexcept = default;
    /** torctl_microdescriptor_family_id() */
    microdescriptor_family_id_item(list_type list, std::size_t index) : cstring_view(cstring_view(torctl_microdescriptor_family_id(list, index))) {}
};

/** An item of microdescriptor_ref. */
class microdescriptor_extra_item {
public:
    using list_type = const torctl_microdescriptor *;
    microdescriptor_extra_item() noexcept = default;
    microdescriptor_extra_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** One of these lines as it came, with the BEGIN to END lines behind it if it has them. torctl_microdescriptor_extra() */
    cstring_view text() const { return cstring_view(torctl_microdescriptor_extra(list_, index_)); }
    /** Whether the first word of that line is known but what follows is not what it should be. torctl_microdescriptor_extra_is_malformed() */
    bool is_malformed() const { return torctl_microdescriptor_extra_is_malformed(list_, index_) != 0; }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_microdescriptor in torctl.h. */
class microdescriptor_ref : public detail::ref<torctl_microdescriptor> {
public:
    using ref::ref;
    /** Copies a microdescriptor, to keep it longer than what it was asked of. torctl_microdescriptor_dup() */
    torctl::microdescriptor dup() const;
    /** Reads many fields of a microdescriptor in one call. torctl_microdescriptor_read() */
    std::vector<field_value> read(std::initializer_list<std::int32_t> fields) const { return detail::read_fields(fields, [this](const std::int32_t *from, std::size_t count, torctl_value *to) { torctl_microdescriptor_read(get(), from, count, to); }); }
    /** Its SHA-256 digest in base64 without padding, by which a consensus names it. torctl_microdescriptor_digest() */
    cstring_view digest() const { return cstring_view(torctl_microdescriptor_digest(get())); }
    /** The relay's Ed25519 identity in base64. torctl_microdescriptor_ed25519() */
    cstring_view ed25519() const { return cstring_view(torctl_microdescriptor_ed25519(get())); }
    /** The relay's RSA identity in base64; only old ones have it. torctl_microdescriptor_rsa1024() */
    cstring_view rsa1024() const { return cstring_view(torctl_microdescriptor_rsa1024(get())); }
    /** Its ntor key in base64. torctl_microdescriptor_ntor_onion_key() */
    cstring_view ntor_onion_key() const { return cstring_view(torctl_microdescriptor_ntor_onion_key(get())); }
    /** Its TAP onion key with its BEGIN and END lines; "" if it has none. torctl_microdescriptor_onion_key() */
    cstring_view onion_key() const { return cstring_view(torctl_microdescriptor_onion_key(get())); }
    /** How many addresses it names besides the one in the consensus. torctl_microdescriptor_or_address_count() */
    std::size_t or_address_count() const { return torctl_microdescriptor_or_address_count(get()); }
    /** One of these addresses, an IPv6 address without brackets. torctl_microdescriptor_or_address() */
    cstring_view or_address(std::size_t index) const { return cstring_view(torctl_microdescriptor_or_address(get(), index)); }
    /** The port of one of its further addresses. torctl_microdescriptor_or_address_port() */
    std::uint16_t or_address_port(std::size_t index) const { return torctl_microdescriptor_or_address_port(get(), index); }
    /** How many relays are of one family with it. torctl_microdescriptor_family_count() */
    std::size_t family_count() const { return torctl_microdescriptor_family_count(get()); }
    /** One of the family: `$FINGERPRINT` or a nickname. torctl_microdescriptor_family() */
    cstring_view family(std::size_t index) const { return cstring_view(torctl_microdescriptor_family(get(), index)); }
    /** How many families it proves to belong to. torctl_microdescriptor_family_id_count() */
    std::size_t family_id_count() const { return torctl_microdescriptor_family_id_count(get()); }
    /** One of these families, for example "ed25519:KEY". torctl_microdescriptor_family_id() */
    cstring_view family_id(std::size_t index) const { return cstring_view(torctl_microdescriptor_family_id(get(), index)); }
    /** Which ports it lets exits to IPv4 go to: "accept PORTS" or "reject PORTS"; "" for no exit. torctl_microdescriptor_policy() */
    cstring_view policy() const { return cstring_view(torctl_microdescriptor_policy(get())); }
    /** The same for IPv6. torctl_microdescriptor_ipv6_policy() */
    cstring_view ipv6_policy() const { return cstring_view(torctl_microdescriptor_ipv6_policy(get())); }
    /** Returns 1 if its policy lets exits to this port through, to most addresses of the family that this IPv4 or IPv6 address has, else 0, also if the text is not an address. torctl_microdescriptor_can_exit_to() */
    bool can_exit_to(const str &address, std::uint16_t port) const { const detail::c_str address_c(address); return torctl_microdescriptor_can_exit_to(get(), address_c.get(), port) != 0; }
    /** What archives say that it is (annotation `@type`): for example "microdescriptor 1.0". torctl_microdescriptor_annotated_type() */
    cstring_view annotated_type() const { return cstring_view(torctl_microdescriptor_annotated_type(get())); }
    /** Where tor has it from (annotation `@source`): an address. torctl_microdescriptor_source() */
    cstring_view source() const { return cstring_view(torctl_microdescriptor_source(get())); }
    /** What tor keeps it for (annotation `@purpose`): "general", "controller" or "bridge". torctl_microdescriptor_purpose() */
    cstring_view purpose() const { return cstring_view(torctl_microdescriptor_purpose(get())); }
    /** When tor got it (annotation `@downloaded-at`). torctl_microdescriptor_downloaded_unix_us() */
    std::chrono::system_clock::time_point downloaded() const { return detail::time_of(torctl_microdescriptor_downloaded_unix_us(get())); }
    /** When a consensus last named it (annotation `@last-listed`). torctl_microdescriptor_last_listed_unix_us() */
    std::chrono::system_clock::time_point last_listed() const { return detail::time_of(torctl_microdescriptor_last_listed_unix_us(get())); }
    /** How many lines of the microdescriptor this version does not know or does not understand. torctl_microdescriptor_extra_count() */
    std::size_t extra_count() const { return torctl_microdescriptor_extra_count(get()); }
    /** One of these lines as it came, with the BEGIN to END lines behind it if it has them. torctl_microdescriptor_extra() */
    cstring_view extra(std::size_t index) const { return cstring_view(torctl_microdescriptor_extra(get(), index)); }
    /** Whether the first word of that line is known but what follows is not what it should be. torctl_microdescriptor_extra_is_malformed() */
    bool extra_is_malformed(std::size_t index) const { return torctl_microdescriptor_extra_is_malformed(get(), index) != 0; }
    /** The whole microdescriptor as it came; that of an event or an answer of tor has LF at the end of each line. torctl_microdescriptor_raw() */
    cstring_view raw() const { return cstring_view(torctl_microdescriptor_raw(get()), torctl_microdescriptor_raw_size_bytes(get())); }
    detail::items<microdescriptor_or_address_item> or_addresses() const { return detail::items<microdescriptor_or_address_item>(get(), torctl_microdescriptor_or_address_count(get())); }
    detail::items<microdescriptor_family_item> families() const { return detail::items<microdescriptor_family_item>(get(), torctl_microdescriptor_family_count(get())); }
    detail::items<microdescriptor_family_id_item> family_ids() const { return detail::items<microdescriptor_family_id_item>(get(), torctl_microdescriptor_family_id_count(get())); }
    detail::items<microdescriptor_extra_item> extra_lines() const { return detail::items<microdescriptor_extra_item>(get(), torctl_microdescriptor_extra_count(get())); }
};

/** One that frees itself. */
class microdescriptor : public detail::owned<microdescriptor_ref, torctl_microdescriptor, torctl_microdescriptor_free> {
public:
    using owned::owned;
};

inline microdescriptor microdescriptor_ref::dup() const { return microdescriptor(torctl_microdescriptor_dup(get())); }

/** An item of microdescriptors. */
class microdescriptors_item : public torctl::microdescriptor_ref {
public:
    using list_type = const torctl_microdescriptors *;
    microdescriptors_item() noexcept = default;
    /** torctl_microdescriptors_get() */
    microdescriptors_item(list_type list, std::size_t index) : torctl::microdescriptor_ref(torctl::microdescriptor_ref(torctl_microdescriptors_get(list, index))) {}
};

/** See torctl_microdescriptors in torctl.h. */
class microdescriptors : public detail::handle<torctl_microdescriptors, torctl_microdescriptors_free> {
public:
    using handle::handle;
    /** Reads all the microdescriptors of a text: the value of `GETINFO md/...`. torctl_microdescriptors_parse() */
    [[nodiscard]] static expected<torctl::microdescriptors> try_parse(std::string_view text)
    {
        detail::failure failure;
        torctl_microdescriptors *out_out = nullptr;
        const torctl_status rc = torctl_microdescriptors_parse(text.data(), text.size(), &out_out, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::microdescriptors(out_out);
    }
#if TORCTL_EXCEPTIONS
    static torctl::microdescriptors parse(std::string_view text) { return detail::unwrap(try_parse(text)); }
#endif
    /** How many microdescriptors there are. torctl_microdescriptors_count() */
    std::size_t size() const { return torctl_microdescriptors_count(get()); }
    /** The microdescriptor with this digest, as torctl_router_microdesc_digest() gives it. torctl_microdescriptors_find() */
    torctl::microdescriptor_ref find(const str &digest) const { const detail::c_str digest_c(digest); return torctl::microdescriptor_ref(torctl_microdescriptors_find(get(), digest_c.get())); }
    /** How many bytes of the text belong to no microdescriptor. torctl_microdescriptors_skipped_bytes() */
    std::size_t skipped_bytes() const { return torctl_microdescriptors_skipped_bytes(get()); }
    /** What these bytes are: the kind of the first other document among them. torctl_microdescriptors_skipped_kind() */
    torctl::document skipped_kind() const { return static_cast<torctl::document>(torctl_microdescriptors_skipped_kind(get())); }
    /** Calls `each` for each microdescriptor of a text, in order, without keeping them: nothing is copied but one at a time. torctl_microdescriptors_walk() */
    template <class F>
    [[nodiscard]] static expected<std::size_t> try_walk(std::string_view text, F &&each)
    {
        detail::visitor<std::remove_reference_t<F>> visit(each);
        detail::failure failure;
        std::size_t out_count = 0;
        const torctl_status rc = torctl_microdescriptors_walk(text.data(), text.size(), detail::each_run<microdescriptor_ref, std::remove_reference_t<F>>, visit.data(), &out_count, failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return out_count;
    }
#if TORCTL_EXCEPTIONS
    template <class F>
    static std::size_t walk(std::string_view text, F &&each) { return detail::unwrap(try_walk(text, std::forward<F>(each))); }
#endif
    using iterator = detail::list_iterator<microdescriptors_item>;
    bool empty() const noexcept { return size() == 0; }
    iterator begin() const & { return iterator(get(), 0); }
    iterator begin() && = delete;
    iterator end() const & { return iterator(get(), size()); }
    iterator end() && = delete;
    microdescriptors_item operator[](std::size_t index) const & { return microdescriptors_item(get(), index); }
    microdescriptors_item operator[](std::size_t index) && = delete;
};

/** See torctl_microdescriptor_reader in torctl.h. */
class microdescriptor_reader : public detail::handle<torctl_microdescriptor_reader, torctl_microdescriptor_reader_free> {
public:
    using handle::handle;
    microdescriptor_reader() : handle(torctl_microdescriptor_reader_new()) {}
    /** Takes the next piece of the document, cut anywhere. torctl_microdescriptor_reader_push() */
    void push(std::string_view piece) { torctl_microdescriptor_reader_push(get(), piece.data(), piece.size()); }
    /** Says that the document is complete, so that its last microdescriptor is too. torctl_microdescriptor_reader_finish() */
    void finish() { torctl_microdescriptor_reader_finish(get()); }
    /** The next microdescriptor that is complete. torctl_microdescriptor_reader_next() */
    torctl::microdescriptor_ref next() { return torctl::microdescriptor_ref(torctl_microdescriptor_reader_next(get())); }
    /** How many bytes so far belong to no microdescriptor; those of one that is larger than 4 MiB are among them. torctl_microdescriptor_reader_skipped_bytes() */
    std::size_t skipped_bytes() const { return torctl_microdescriptor_reader_skipped_bytes(get()); }
    /** What these bytes are, as torctl_microdescriptors_skipped_kind() says it. torctl_microdescriptor_reader_skipped_kind() */
    torctl::document skipped_kind() const { return static_cast<torctl::document>(torctl_microdescriptor_reader_skipped_kind(get())); }
};

/** An item of onion_descriptor. */
class onion_descriptor_extra_item {
public:
    using list_type = const torctl_onion_descriptor *;
    onion_descriptor_extra_item() noexcept = default;
    onion_descriptor_extra_item(list_type list, std::size_t index) noexcept : list_(list), index_(index) {}
    /** One of these lines as it came, with the BEGIN to END lines behind it if it has them. torctl_onion_descriptor_extra() */
    cstring_view text() const { return cstring_view(torctl_onion_descriptor_extra(list_, index_)); }
    /** Whether the first word of that line is known but what follows is not what it should be. torctl_onion_descriptor_extra_is_malformed() */
    bool is_malformed() const { return torctl_onion_descriptor_extra_is_malformed(list_, index_) != 0; }

private:
    list_type list_ = nullptr;
    std::size_t index_ = 0;
};

/** See torctl_onion_descriptor in torctl.h. */
class onion_descriptor : public detail::handle<torctl_onion_descriptor, torctl_onion_descriptor_free> {
public:
    using handle::handle;
    /** Reads a descriptor, of which it keeps a copy. torctl_onion_descriptor_parse() */
    [[nodiscard]] static expected<torctl::onion_descriptor> try_parse(std::string_view text)
    {
        detail::failure failure;
        torctl_onion_descriptor *out_out = nullptr;
        const torctl_status rc = torctl_onion_descriptor_parse(text.data(), text.size(), &out_out, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion_descriptor(out_out);
    }
#if TORCTL_EXCEPTIONS
    static torctl::onion_descriptor parse(std::string_view text) { return detail::unwrap(try_parse(text)); }
#endif
    /** The whole descriptor as it came. torctl_onion_descriptor_raw() */
    cstring_view raw() const & { return cstring_view(torctl_onion_descriptor_raw(get()), torctl_onion_descriptor_raw_size_bytes(get())); }
    std::string raw() && { return cstring_view(torctl_onion_descriptor_raw(get()), torctl_onion_descriptor_raw_size_bytes(get())).str(); }
    /** The version of its format: 3; 0 when it cannot be read. torctl_onion_descriptor_version() */
    std::uint32_t version() const { return torctl_onion_descriptor_version(get()); }
    /** For how many minutes a directory keeps it. torctl_onion_descriptor_lifetime_minutes() */
    std::uint32_t lifetime_minutes() const { return torctl_onion_descriptor_lifetime_minutes(get()); }
    /** A number that grows with each descriptor that the service makes. torctl_onion_descriptor_revision_counter() */
    std::uint64_t revision_counter() const { return torctl_onion_descriptor_revision_counter(get()); }
    /** The certificate of the key that signs the descriptor, with its BEGIN and END lines. torctl_onion_descriptor_certificate() */
    cstring_view certificate() const & { return cstring_view(torctl_onion_descriptor_certificate(get())); }
    std::string certificate() && { return cstring_view(torctl_onion_descriptor_certificate(get())).str(); }
    /** When this certificate expires. torctl_onion_descriptor_certificate_expires_unix_us() */
    std::chrono::system_clock::time_point certificate_expires() const { return detail::time_of(torctl_onion_descriptor_certificate_expires_unix_us(get())); }
    /** The encrypted part with its BEGIN and END lines. torctl_onion_descriptor_superencrypted() */
    cstring_view superencrypted() const & { return cstring_view(torctl_onion_descriptor_superencrypted(get())); }
    std::string superencrypted() && { return cstring_view(torctl_onion_descriptor_superencrypted(get())).str(); }
    /** The signature in base64. torctl_onion_descriptor_signature() */
    cstring_view signature() const & { return cstring_view(torctl_onion_descriptor_signature(get())); }
    std::string signature() && { return cstring_view(torctl_onion_descriptor_signature(get())).str(); }
    /** How many lines of the descriptor this version does not know or does not understand. torctl_onion_descriptor_extra_count() */
    std::size_t extra_count() const { return torctl_onion_descriptor_extra_count(get()); }
    /** One of these lines as it came, with the BEGIN to END lines behind it if it has them. torctl_onion_descriptor_extra() */
    cstring_view extra(std::size_t index) const & { return cstring_view(torctl_onion_descriptor_extra(get(), index)); }
    std::string extra(std::size_t index) && { return cstring_view(torctl_onion_descriptor_extra(get(), index)).str(); }
    /** Whether the first word of that line is known but what follows is not what it should be. torctl_onion_descriptor_extra_is_malformed() */
    bool extra_is_malformed(std::size_t index) const { return torctl_onion_descriptor_extra_is_malformed(get(), index) != 0; }
    detail::items<onion_descriptor_extra_item> extra_lines() const & { return detail::items<onion_descriptor_extra_item>(get(), torctl_onion_descriptor_extra_count(get())); }
    detail::items<onion_descriptor_extra_item> extra_lines() && = delete;
};

/** What torctl_result_take_circuit() gives. */
struct built_circuit {
    std::uint64_t circuit = 0;
    torctl::event built;
};
/** What torctl_result_take_fd() gives. */
struct connection {
    unique_fd fd;
    torctl::dialed inside;
};
/** What torctl_get_effective_rate() gives. */
struct rate_bytes {
    std::uint64_t rate = 0;
    std::uint64_t burst = 0;
};
/** What torctl_result_take_exit() gives. */
struct tor_exit {
    std::int32_t exit_code = 0;
    std::int32_t signal = 0;
};
/** What torctl_get_traffic() gives. */
struct traffic_bytes {
    std::uint64_t read = 0;
    std::uint64_t written = 0;
};
/** What torctl_result_take_numbers() gives. */
struct two_numbers {
    std::uint64_t first = 0;
    std::uint64_t second = 0;
};

/** Where a port of a service leads: a port here, an address, "unix:/path", or nothing. */
class onion_target {
public:
    onion_target() noexcept = default;
    onion_target(const char *text) : text_(text) {}
    onion_target(std::string text) : text_(std::move(text)) {}
    template <class Port, std::enable_if_t<std::is_integral_v<Port>, int> = 0>
    onion_target(Port port) : text_(std::to_string(port))
    {
    }
    str text() const noexcept { return text_ ? str(*text_) : str(); }

private:
    std::optional<std::string> text_;
};

namespace detail {

template <class F>
torctl_status kept_progress_run(std::int32_t percent, const char *summary, const torctl_event *event,
                                void *data)
{
    return run_kept(*static_cast<F *>(data), static_cast<int>(percent), cstring_view(summary),
                    status_event(event));
}

template <class F>
void trace_run(std::int32_t direction, std::int64_t unix_us, const char *line, std::size_t size, void *data)
{
    auto tell = [=](F &f) {
        f(static_cast<trace_direction>(direction), time_of(unix_us), std::string_view(line, size));
    };
    static_cast<void>(run_kept(tell, *static_cast<F *>(data)));
}

} // namespace detail

/** See torctl_options in torctl.h; connect_settings is shorter to write. */
class options : public detail::handle<torctl_options, torctl_options_free> {
public:
    using handle::handle;
    options() : handle(torctl_options_new()) {}
    /** Calls `f(trace_direction, time, std::string_view line)` with each line. torctl_options_set_trace() */
    template <class F> expected<void> try_set_trace(F &&f)
    {
        using callable = std::decay_t<F>;
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_trace(
            get(), detail::trace_run<callable>, new callable(std::forward<F>(f)),
            detail::destroy<callable>, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    template <class F> void set_trace(F &&f) { detail::unwrap(try_set_trace(std::forward<F>(f))); }
#endif
    /** Sets where tor is: "127.0.0.1:9051", "[::1]:9051", "name:9051", "unix:/path", "/path" or, on Linux, "unix:@name" for a Unix socket of the abstract namespace. torctl_options_set_address() */
    [[nodiscard]] expected<void> try_set_address(const str &address)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_address(get(), address_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_address(const str &address) { return detail::unwrap(try_set_address(address)); }
#endif
    /** Sets the path of a file in which tor writes down where its control port is, in place of an address: that of tor's option ControlPortWriteToFile, for a tor with "ControlPort auto". torctl_options_set_port_file() */
    [[nodiscard]] expected<void> try_set_port_file(const str &path)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        const detail::c_str path_c(path);
        if (path_c.has_nul())
            return detail::nul_inside("path");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_port_file(get(), path_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_port_file(const str &path) { return detail::unwrap(try_set_port_file(path)); }
#endif
    /** Sets a descriptor that is connected to tor already, in place of an address: one end of a socketpair() or what an embedded tor hands out. torctl_options_set_fd() */
    [[nodiscard]] expected<void> try_set_fd(int fd, bool authenticated)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_fd(get(), fd, authenticated ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_fd(int fd, bool authenticated) { return detail::unwrap(try_set_fd(fd, authenticated)); }
#endif
    /** Sets how long connecting and authenticating may take together. torctl_options_set_connect_timeout_ms() */
    [[nodiscard]] expected<void> try_set_connect_timeout(torctl::timeout limit = {})
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_connect_timeout_ms(get(), limit.ms(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_connect_timeout(torctl::timeout limit = {}) { return detail::unwrap(try_set_connect_timeout(limit)); }
#endif
    /** Sets the default timeout of requests. torctl_options_set_timeout_ms() */
    [[nodiscard]] expected<void> try_set_timeout(torctl::timeout limit = {})
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_timeout_ms(get(), limit.ms(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_timeout(torctl::timeout limit = {}) { return detail::unwrap(try_set_timeout(limit)); }
#endif
    /** Sets whether the controller makes a new connection when it has lost one: 1 for that, 0, the default, for a controller that closes then. torctl_options_set_reconnect() */
    [[nodiscard]] expected<void> try_set_reconnect(bool reconnect)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_reconnect(get(), reconnect ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_reconnect(bool reconnect) { return detail::unwrap(try_set_reconnect(reconnect)); }
#endif
    /** Sets how long a controller that reconnects waits before the first attempt, and the longest wait before any. torctl_options_set_reconnect_delay_ms() */
    [[nodiscard]] expected<void> try_set_reconnect_delay(torctl::timeout first = {}, torctl::timeout longest = {})
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_reconnect_delay_ms(get(), first.ms(), longest.ms(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_reconnect_delay(torctl::timeout first = {}, torctl::timeout longest = {}) { return detail::unwrap(try_set_reconnect_delay(first, longest)); }
#endif
    /** Sets how much longer each wait is than the one before, in percent from 100 to 10,000, and how much shorter by chance, from 0 to 100 percent, so that not all programs come back at the same moment. torctl_options_set_reconnect_growth() */
    [[nodiscard]] expected<void> try_set_reconnect_growth(std::int32_t growth_percent, std::int32_t jitter_percent)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_reconnect_growth(get(), growth_percent, jitter_percent, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_reconnect_growth(std::int32_t growth_percent, std::int32_t jitter_percent) { return detail::unwrap(try_set_reconnect_growth(growth_percent, jitter_percent)); }
#endif
    /** Sets whether the controller starts no thread: 1 for that, 0, the default, for one that uses the threads of the library. torctl_options_set_thread_free() */
    [[nodiscard]] expected<void> try_set_thread_free(bool thread_free)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_thread_free(get(), thread_free ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_thread_free(bool thread_free) { return detail::unwrap(try_set_thread_free(thread_free)); }
#endif
    /** Sets how to authenticate, one of the TORCTL_AUTH constants. torctl_options_set_auth() */
    [[nodiscard]] expected<void> try_set_auth(torctl::auth method)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_auth(get(), static_cast<std::int32_t>(method), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_auth(torctl::auth method) { return detail::unwrap(try_set_auth(method)); }
#endif
    /** Sets the password. torctl_options_set_password() */
    [[nodiscard]] expected<void> try_set_password(const str &password)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        const detail::c_str password_c(password);
        if (password_c.has_nul())
            return detail::nul_inside("password");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_password(get(), password_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_password(const str &password) { return detail::unwrap(try_set_password(password)); }
#endif
    /** Sets the path of the cookie file, in place of the one that tor names. torctl_options_set_cookie_file() */
    [[nodiscard]] expected<void> try_set_cookie_file(const str &path)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        const detail::c_str path_c(path);
        if (path_c.has_nul())
            return detail::nul_inside("path");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_cookie_file(get(), path_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_cookie_file(const str &path) { return detail::unwrap(try_set_cookie_file(path)); }
#endif
    /** Sets the longest reply line, from 256 bytes to 1 GiB. torctl_options_set_max_line_bytes() */
    [[nodiscard]] expected<void> try_set_max_line_bytes(std::size_t max_line_bytes)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_max_line_bytes(get(), max_line_bytes, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_max_line_bytes(std::size_t max_line_bytes) { return detail::unwrap(try_set_max_line_bytes(max_line_bytes)); }
#endif
    /** Sets the largest reply or event, from 256 bytes to 1 GiB. torctl_options_set_max_reply_bytes() */
    [[nodiscard]] expected<void> try_set_max_reply_bytes(std::size_t max_reply_bytes)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_max_reply_bytes(get(), max_reply_bytes, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_max_reply_bytes(std::size_t max_reply_bytes) { return detail::unwrap(try_set_max_reply_bytes(max_reply_bytes)); }
#endif
    /** Sets the most lines of a reply, those in data blocks not counted. torctl_options_set_max_reply_lines() */
    [[nodiscard]] expected<void> try_set_max_reply_lines(std::size_t max_reply_lines)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_max_reply_lines(get(), max_reply_lines, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_max_reply_lines(std::size_t max_reply_lines) { return detail::unwrap(try_set_max_reply_lines(max_reply_lines)); }
#endif
    /** Sets how much the queue behind the listeners holds, in events and in bytes of their raw text. torctl_options_set_listener_capacity() */
    [[nodiscard]] expected<void> try_set_listener_capacity(std::size_t capacity_events, std::size_t capacity_bytes)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_listener_capacity(get(), capacity_events, capacity_bytes, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_listener_capacity(std::size_t capacity_events, std::size_t capacity_bytes) { return detail::unwrap(try_set_listener_capacity(capacity_events, capacity_bytes)); }
#endif
    /** Sets what the queue behind the listeners drops when it is full: TORCTL_DROP_OLDEST, which is the default, or TORCTL_DROP_NEWEST. torctl_options_set_listener_overflow() */
    [[nodiscard]] expected<void> try_set_listener_overflow(torctl::overflow overflow)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_listener_overflow(get(), static_cast<std::int32_t>(overflow), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_listener_overflow(torctl::overflow overflow) { return detail::unwrap(try_set_listener_overflow(overflow)); }
#endif
    /** Clears the failure that the options remember, so that what was set before counts: for a program that has looked at each status. torctl_options_clear_failure() */
    void clear_failure() { torctl_options_clear_failure(get()); }
    /** Sets the path of a file in which a controller is recorded. torctl_options_set_record_file() */
    [[nodiscard]] expected<void> try_set_record_file(const str &path)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        const detail::c_str path_c(path);
        if (path_c.has_nul())
            return detail::nul_inside("path");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_record_file(get(), path_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_record_file(const str &path) { return detail::unwrap(try_set_record_file(path)); }
#endif
    /** Sets a recording that is played in place of a tor, in place of an address. torctl_options_set_replay_file() */
    [[nodiscard]] expected<void> try_set_replay_file(const str &path)
    {
        if (get() == nullptr)
            return detail::moved_from("options");
        const detail::c_str path_c(path);
        if (path_c.has_nul())
            return detail::nul_inside("path");
        detail::failure failure;
        const torctl_status rc = torctl_options_set_replay_file(get(), path_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_replay_file(const str &path) { return detail::unwrap(try_set_replay_file(path)); }
#endif
};

/** See torctl_launch_options in torctl.h; launch_settings is shorter to write. */
class launch_options : public detail::handle<torctl_launch_options, torctl_launch_options_free> {
public:
    using handle::handle;
    launch_options() : handle(torctl_launch_options_new()) {}
    /**
     * Has launching wait until tor is bootstrapped, and `f(int percent, cstring_view summary, const
     * status_event &)` called with each step. These options keep `f`. torctl_launch_options_set_bootstrap()
     */
    template <class F> expected<void> try_set_bootstrap(F &&f, timeout whole = {}, timeout stall = {})
    {
        using callable = std::decay_t<F>;
        if (get() == nullptr)
            return detail::moved_from("launch_options");
        auto kept = std::make_shared<callable>(std::forward<F>(f));
        detail::failure failure;
        const torctl_status rc =
            torctl_launch_options_set_bootstrap(get(), detail::kept_progress_run<callable>, kept.get(),
                                                whole.ms(), stall.ms(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        progress_ = std::move(kept);
        return {};
    }
#if TORCTL_EXCEPTIONS
    template <class F> void set_bootstrap(F &&f, timeout whole = {}, timeout stall = {})
    {
        detail::unwrap(try_set_bootstrap(std::forward<F>(f), whole, stall));
    }
#endif
    /** Sets the program: a path, or a name to look for in PATH. torctl_launch_options_set_program() */
    [[nodiscard]] expected<void> try_set_program(const str &program)
    {
        if (get() == nullptr)
            return detail::moved_from("launch_options");
        const detail::c_str program_c(program);
        if (program_c.has_nul())
            return detail::nul_inside("program");
        detail::failure failure;
        const torctl_status rc = torctl_launch_options_set_program(get(), program_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_program(const str &program) { return detail::unwrap(try_set_program(program)); }
#endif
    /** Sets where tor keeps its data between runs. torctl_launch_options_set_data_directory() */
    [[nodiscard]] expected<void> try_set_data_directory(const str &path)
    {
        if (get() == nullptr)
            return detail::moved_from("launch_options");
        const detail::c_str path_c(path);
        if (path_c.has_nul())
            return detail::nul_inside("path");
        detail::failure failure;
        const torctl_status rc = torctl_launch_options_set_data_directory(get(), path_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_data_directory(const str &path) { return detail::unwrap(try_set_data_directory(path)); }
#endif
    /** Adds a line to tor's torrc: an option, for example "SocksPort", and its value, for example "auto". torctl_launch_options_add() */
    [[nodiscard]] expected<void> try_add(const str &name, const str &value)
    {
        if (get() == nullptr)
            return detail::moved_from("launch_options");
        const detail::c_str name_c(name);
        const detail::c_str value_c(value);
        if (name_c.has_nul())
            return detail::nul_inside("name");
        if (value_c.has_nul())
            return detail::nul_inside("value");
        detail::failure failure;
        const torctl_status rc = torctl_launch_options_add(get(), name_c.get(), value_c.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void add(const str &name, const str &value) { return detail::unwrap(try_add(name, value)); }
#endif
    /** Sets the bridges that tor reaches the network through, with the options UseBridges and Bridge; they are copied. torctl_launch_options_set_bridges() */
    [[nodiscard]] expected<void> try_set_bridges(const torctl::bridges &bridges)
    {
        if (get() == nullptr)
            return detail::moved_from("launch_options");
        detail::failure failure;
        const torctl_status rc = torctl_launch_options_set_bridges(get(), bridges.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_bridges(const torctl::bridges &bridges) { return detail::unwrap(try_set_bridges(bridges)); }
#endif
    /** Sets how the library talks with tor: TORCTL_LAUNCH_DESCRIPTOR, which is the default, or TORCTL_LAUNCH_PORT. torctl_launch_options_set_control() */
    [[nodiscard]] expected<void> try_set_control(torctl::launch_control control)
    {
        if (get() == nullptr)
            return detail::moved_from("launch_options");
        detail::failure failure;
        const torctl_status rc = torctl_launch_options_set_control(get(), static_cast<std::int32_t>(control), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_control(torctl::launch_control control) { return detail::unwrap(try_set_control(control)); }
#endif
    /** Sets whether tor goes on when the controller closes or the program ends: 0, which is the default, or 1. torctl_launch_options_set_keep_running() */
    [[nodiscard]] expected<void> try_set_keep_running(bool keep_running)
    {
        if (get() == nullptr)
            return detail::moved_from("launch_options");
        detail::failure failure;
        const torctl_status rc = torctl_launch_options_set_keep_running(get(), keep_running ? 1 : 0, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_keep_running(bool keep_running) { return detail::unwrap(try_set_keep_running(keep_running)); }
#endif
    /** Sets how long tor may take until it answers. torctl_launch_options_set_start_timeout_ms() */
    [[nodiscard]] expected<void> try_set_start_timeout(torctl::timeout limit = {})
    {
        if (get() == nullptr)
            return detail::moved_from("launch_options");
        detail::failure failure;
        const torctl_status rc = torctl_launch_options_set_start_timeout_ms(get(), limit.ms(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_start_timeout(torctl::timeout limit = {}) { return detail::unwrap(try_set_start_timeout(limit)); }
#endif
    /** Sets how often tor is started again when it has ended: at the most so often within any time of `within_ms`. torctl_launch_options_set_restarts() */
    [[nodiscard]] expected<void> try_set_restarts(std::uint32_t most, torctl::timeout within = {})
    {
        if (get() == nullptr)
            return detail::moved_from("launch_options");
        detail::failure failure;
        const torctl_status rc = torctl_launch_options_set_restarts(get(), most, within.ms(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_restarts(std::uint32_t most, torctl::timeout within = {}) { return detail::unwrap(try_set_restarts(most, within)); }
#endif
    /** Sets the options of the controller: timeouts, limits, the listeners' capacity. torctl_launch_options_set_controller() */
    [[nodiscard]] expected<void> try_set_controller(const torctl::options &controller_options)
    {
        if (get() == nullptr)
            return detail::moved_from("launch_options");
        detail::failure failure;
        const torctl_status rc = torctl_launch_options_set_controller(get(), controller_options.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_controller(const torctl::options &controller_options) { return detail::unwrap(try_set_controller(controller_options)); }
#endif
    /** Clears the failure that the options remember, so that what was set and added before counts: for a program that has looked at each status. torctl_launch_options_clear_failure() */
    void clear_failure() { torctl_launch_options_clear_failure(get()); }

private:
    std::shared_ptr<void> progress_;
};

/* Options as plain structs --------------------------------------------------------------------- */

/** options with names: what is not named has its default. */
struct connect_settings {
    /** Sets where tor is: "127.0.0.1:9051", "[::1]:9051", "name:9051", "unix:/path", "/path" or, on Linux, "unix:@name" for a Unix socket of the abstract namespace. torctl_options_set_address() */
    std::optional<std::string> address{};
    /** Sets the path of a file in which tor writes down where its control port is, in place of an address: that of tor's option ControlPortWriteToFile, for a tor with "ControlPort auto". torctl_options_set_port_file() */
    std::optional<std::string> port_file{};
    /** Sets a descriptor that is connected to tor already, in place of an address: one end of a socketpair() or what an embedded tor hands out. torctl_options_set_fd() */
    std::optional<std::pair<int, bool>> fd{};
    /** Sets how long connecting and authenticating may take together. torctl_options_set_connect_timeout_ms() */
    std::optional<torctl::timeout> connect_timeout{};
    /** Sets the default timeout of requests. torctl_options_set_timeout_ms() */
    std::optional<torctl::timeout> timeout{};
    /** Sets whether the controller makes a new connection when it has lost one: 1 for that, 0, the default, for a controller that closes then. torctl_options_set_reconnect() */
    std::optional<bool> reconnect{};
    /** Sets how long a controller that reconnects waits before the first attempt, and the longest wait before any. torctl_options_set_reconnect_delay_ms() */
    std::optional<std::pair<torctl::timeout, torctl::timeout>> reconnect_delay{};
    /** Sets how much longer each wait is than the one before, in percent from 100 to 10,000, and how much shorter by chance, from 0 to 100 percent, so that not all programs come back at the same moment. torctl_options_set_reconnect_growth() */
    std::optional<std::pair<std::int32_t, std::int32_t>> reconnect_growth{};
    /** Sets whether the controller starts no thread: 1 for that, 0, the default, for one that uses the threads of the library. torctl_options_set_thread_free() */
    std::optional<bool> thread_free{};
    /** Sets how to authenticate, one of the TORCTL_AUTH constants. torctl_options_set_auth() */
    std::optional<torctl::auth> auth{};
    /** Sets the password. torctl_options_set_password() */
    std::optional<std::string> password{};
    /** Sets the path of the cookie file, in place of the one that tor names. torctl_options_set_cookie_file() */
    std::optional<std::string> cookie_file{};
    /** Sets the longest reply line, from 256 bytes to 1 GiB. torctl_options_set_max_line_bytes() */
    std::optional<std::size_t> max_line_bytes{};
    /** Sets the largest reply or event, from 256 bytes to 1 GiB. torctl_options_set_max_reply_bytes() */
    std::optional<std::size_t> max_reply_bytes{};
    /** Sets the most lines of a reply, those in data blocks not counted. torctl_options_set_max_reply_lines() */
    std::optional<std::size_t> max_reply_lines{};
    /** Sets how much the queue behind the listeners holds, in events and in bytes of their raw text. torctl_options_set_listener_capacity() */
    std::optional<std::pair<std::size_t, std::size_t>> listener_capacity{};
    /** Sets what the queue behind the listeners drops when it is full: TORCTL_DROP_OLDEST, which is the default, or TORCTL_DROP_NEWEST. torctl_options_set_listener_overflow() */
    std::optional<torctl::overflow> listener_overflow{};
    /** Sets the path of a file in which a controller is recorded. torctl_options_set_record_file() */
    std::optional<std::string> record_file{};
    /** Sets a recording that is played in place of a tor, in place of an address. torctl_options_set_replay_file() */
    std::optional<std::string> replay_file{};
    /** The options that these are. */
    [[nodiscard]] expected<torctl::options> build() const
    {
        torctl::options made;
        if (address)
            if (auto done = made.try_set_address(*address); !done)
                return unexpected(done.error());
        if (port_file)
            if (auto done = made.try_set_port_file(*port_file); !done)
                return unexpected(done.error());
        if (fd)
            if (auto done = made.try_set_fd(fd->first, fd->second); !done)
                return unexpected(done.error());
        if (connect_timeout)
            if (auto done = made.try_set_connect_timeout(*connect_timeout); !done)
                return unexpected(done.error());
        if (timeout)
            if (auto done = made.try_set_timeout(*timeout); !done)
                return unexpected(done.error());
        if (reconnect)
            if (auto done = made.try_set_reconnect(*reconnect); !done)
                return unexpected(done.error());
        if (reconnect_delay)
            if (auto done = made.try_set_reconnect_delay(reconnect_delay->first, reconnect_delay->second); !done)
                return unexpected(done.error());
        if (reconnect_growth)
            if (auto done = made.try_set_reconnect_growth(reconnect_growth->first, reconnect_growth->second); !done)
                return unexpected(done.error());
        if (thread_free)
            if (auto done = made.try_set_thread_free(*thread_free); !done)
                return unexpected(done.error());
        if (auth)
            if (auto done = made.try_set_auth(*auth); !done)
                return unexpected(done.error());
        if (password)
            if (auto done = made.try_set_password(*password); !done)
                return unexpected(done.error());
        if (cookie_file)
            if (auto done = made.try_set_cookie_file(*cookie_file); !done)
                return unexpected(done.error());
        if (max_line_bytes)
            if (auto done = made.try_set_max_line_bytes(*max_line_bytes); !done)
                return unexpected(done.error());
        if (max_reply_bytes)
            if (auto done = made.try_set_max_reply_bytes(*max_reply_bytes); !done)
                return unexpected(done.error());
        if (max_reply_lines)
            if (auto done = made.try_set_max_reply_lines(*max_reply_lines); !done)
                return unexpected(done.error());
        if (listener_capacity)
            if (auto done = made.try_set_listener_capacity(listener_capacity->first, listener_capacity->second); !done)
                return unexpected(done.error());
        if (listener_overflow)
            if (auto done = made.try_set_listener_overflow(*listener_overflow); !done)
                return unexpected(done.error());
        if (record_file)
            if (auto done = made.try_set_record_file(*record_file); !done)
                return unexpected(done.error());
        if (replay_file)
            if (auto done = made.try_set_replay_file(*replay_file); !done)
                return unexpected(done.error());
        return made;
    }
};

/** launch_options with names: what is not named has its default. */
struct launch_settings {
    /** Options of tor with their values. */
    std::vector<std::pair<std::string, std::string>> options{};
    /** Sets the program: a path, or a name to look for in PATH. torctl_launch_options_set_program() */
    std::optional<std::string> program{};
    /** Sets where tor keeps its data between runs. torctl_launch_options_set_data_directory() */
    std::optional<std::string> data_directory{};
    /** Sets the bridges that tor reaches the network through, with the options UseBridges and Bridge; they are copied. torctl_launch_options_set_bridges() */
    const torctl::bridges * bridges{};
    /** Sets how the library talks with tor: TORCTL_LAUNCH_DESCRIPTOR, which is the default, or TORCTL_LAUNCH_PORT. torctl_launch_options_set_control() */
    std::optional<torctl::launch_control> control{};
    /** Sets whether tor goes on when the controller closes or the program ends: 0, which is the default, or 1. torctl_launch_options_set_keep_running() */
    std::optional<bool> keep_running{};
    /** Sets how long tor may take until it answers. torctl_launch_options_set_start_timeout_ms() */
    std::optional<torctl::timeout> start_timeout{};
    /** Sets how often tor is started again when it has ended: at the most so often within any time of `within_ms`. torctl_launch_options_set_restarts() */
    std::optional<std::pair<std::uint32_t, torctl::timeout>> restarts{};
    /** Sets the options of the controller: timeouts, limits, the listeners' capacity. torctl_launch_options_set_controller() */
    const torctl::options * controller{};
    /** The options that these are. */
    [[nodiscard]] expected<torctl::launch_options> build() const
    {
        torctl::launch_options made;
        for (const auto &[name, value] : options)
            if (auto done = made.try_add(name, value); !done)
                return unexpected(done.error());
        if (program)
            if (auto done = made.try_set_program(*program); !done)
                return unexpected(done.error());
        if (data_directory)
            if (auto done = made.try_set_data_directory(*data_directory); !done)
                return unexpected(done.error());
        if (bridges)
            if (auto done = made.try_set_bridges(*bridges); !done)
                return unexpected(done.error());
        if (control)
            if (auto done = made.try_set_control(*control); !done)
                return unexpected(done.error());
        if (keep_running)
            if (auto done = made.try_set_keep_running(*keep_running); !done)
                return unexpected(done.error());
        if (start_timeout)
            if (auto done = made.try_set_start_timeout(*start_timeout); !done)
                return unexpected(done.error());
        if (restarts)
            if (auto done = made.try_set_restarts(restarts->first, restarts->second); !done)
                return unexpected(done.error());
        if (controller)
            if (auto done = made.try_set_controller(*controller); !done)
                return unexpected(done.error());
        return made;
    }
};

/** dial_options with names: what is not named has its default. */
struct dial_settings {
    /** Sets which connections may share circuits: those of the same tag, also of another program that uses this library with this tor. torctl_dial_options_set_isolation() */
    std::optional<std::string> isolation{};
    /** Sets whether a connection may share circuits with those of other programs that give tor no user name. torctl_dial_options_set_shared() */
    std::optional<bool> shared{};
    /** Sets the circuit that the connection leaves by, for example one of torctl_build_circuit(); 0, which is the default, lets tor choose. torctl_dial_options_set_circuit() */
    std::optional<std::uint64_t> circuit{};
    /** Sets whether the descriptor is non-blocking. torctl_dial_options_set_nonblocking() */
    std::optional<bool> nonblocking{};
    /** Sets where the SOCKS port is: "127.0.0.1:9050", "[::1]:9050" or "unix:/path". torctl_dial_options_set_socks_address() */
    std::optional<std::string> socks_address{};
    /** The options that these are. */
    [[nodiscard]] expected<torctl::dial_options> build() const
    {
        torctl::dial_options made;
        if (isolation)
            if (auto done = made.try_set_isolation(*isolation); !done)
                return unexpected(done.error());
        if (shared)
            if (auto done = made.try_set_shared(*shared); !done)
                return unexpected(done.error());
        if (circuit)
            if (auto done = made.try_set_circuit(*circuit); !done)
                return unexpected(done.error());
        if (nonblocking)
            if (auto done = made.try_set_nonblocking(*nonblocking); !done)
                return unexpected(done.error());
        if (socks_address)
            if (auto done = made.try_set_socks_address(*socks_address); !done)
                return unexpected(done.error());
        return made;
    }
};

/** onion_options with names: what is not named has its default. */
struct onion_settings {
    /** The port of the service, and where it leads; without a target, to the same port here. */
    std::optional<std::uint16_t> port{};
    onion_target target{};
    /** More ports. */
    std::vector<std::pair<std::uint16_t, onion_target>> ports{};
    /** Public keys of the clients that alone are let in. */
    std::vector<std::string> clients{};
    /** Sets the file that the service's key is kept in. torctl_onion_options_set_key_file() */
    std::optional<std::string> key_file{};
    /** Sets the service's key, as torctl_onion_private_key() or torctl_onion_key_text() gave it: then the service has the address of this key. torctl_onion_options_set_key() */
    std::optional<std::string> key{};
    /** Sets which kind of key tor is asked for when it makes a new one: TORCTL_ONION_KEY_BEST, the default, or TORCTL_ONION_KEY_ED25519_V3. torctl_onion_options_set_key_type() */
    std::optional<torctl::onion_key_type> key_type{};
    /** Sets whether tor keeps a new key to itself, so that nobody can ever make the service again. torctl_onion_options_set_discard_key() */
    std::optional<bool> discard_key{};
    /** Sets whether the library keeps the service's key in memory, so that a controller that reconnects (torctl_options_set_reconnect()) can make the service again on a tor that was started anew. torctl_onion_options_set_keep_key() */
    std::optional<bool> keep_key{};
    /** Sets whether the service stays when the connection ends. torctl_onion_options_set_detach() */
    std::optional<bool> detach{};
    /** Sets whether the service is single-hop: clients reach it faster, and its location is not hidden. torctl_onion_options_set_non_anonymous() */
    std::optional<bool> non_anonymous{};
    /** Sets how many streams a client's circuit may have; 0, which is the default, is any number. torctl_onion_options_set_max_streams() */
    std::optional<std::pair<std::uint16_t, bool>> max_streams{};
    /** Sets whether clients have to work for their first connection when there are too many: one of the TORCTL_POW constants. torctl_onion_options_set_pow() */
    std::optional<torctl::pow> pow{};
    /** Sets how many requests per second the proof-of-work defences let through, and how many in one burst. torctl_onion_options_set_pow_queue() */
    std::optional<std::pair<std::uint32_t, std::uint32_t>> pow_queue{};
    /** Sets whether torctl_add_onion() asks for HS_DESC events, which torctl_onion_wait_published() and torctl_onion_get_status() need. torctl_onion_options_set_watch() */
    std::optional<bool> watch{};
    /** The options that these are. */
    [[nodiscard]] expected<torctl::onion_options> build() const
    {
        torctl::onion_options made;
        if (port)
            if (auto done = made.try_add_port(*port, target.text()); !done)
                return unexpected(done.error());
        for (const auto &[one, to] : ports)
            if (auto done = made.try_add_port(one, to.text()); !done)
                return unexpected(done.error());
        for (const std::string &client : clients)
            if (auto done = made.try_add_client(client); !done)
                return unexpected(done.error());
        if (key_file)
            if (auto done = made.try_set_key_file(*key_file); !done)
                return unexpected(done.error());
        if (key)
            if (auto done = made.try_set_key(*key); !done)
                return unexpected(done.error());
        if (key_type)
            if (auto done = made.try_set_key_type(*key_type); !done)
                return unexpected(done.error());
        if (discard_key)
            if (auto done = made.try_set_discard_key(*discard_key); !done)
                return unexpected(done.error());
        if (keep_key)
            if (auto done = made.try_set_keep_key(*keep_key); !done)
                return unexpected(done.error());
        if (detach)
            if (auto done = made.try_set_detach(*detach); !done)
                return unexpected(done.error());
        if (non_anonymous)
            if (auto done = made.try_set_non_anonymous(*non_anonymous); !done)
                return unexpected(done.error());
        if (max_streams)
            if (auto done = made.try_set_max_streams(max_streams->first, max_streams->second); !done)
                return unexpected(done.error());
        if (pow)
            if (auto done = made.try_set_pow(*pow); !done)
                return unexpected(done.error());
        if (pow_queue)
            if (auto done = made.try_set_pow_queue(pow_queue->first, pow_queue->second); !done)
                return unexpected(done.error());
        if (watch)
            if (auto done = made.try_set_watch(*watch); !done)
                return unexpected(done.error());
        return made;
    }
};

/** What a queue is to be: how much it holds, 0 for the default, and what it drops when it is full. */
struct queue_settings {
    std::size_t capacity_events = 0;
    std::size_t capacity_bytes = 0;
    torctl::overflow overflow = torctl::overflow::oldest;
};

/* Outcomes of begun calls ---------------------------------------------------------------------- */

/** The fields of RESULT. */
class result_event : public event_ref {
public:
    using event_ref::event_ref;
    /** The status that the function would have returned, had it been waited for; TORCTL_ERR_INVALID for another event and for NULL. torctl_result_status() */
    torctl::status status() const { return static_cast<torctl::status>(torctl_result_status(get())); }
    /** Takes the reply of torctl_request(). torctl_result_take_reply() */
    [[nodiscard]] expected<torctl::reply> try_take_reply() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_reply *out_reply = nullptr;
        const torctl_status rc = torctl_result_take_reply(get(), &out_reply, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::reply(out_reply);
    }
#if TORCTL_EXCEPTIONS
    torctl::reply take_reply() const { return detail::unwrap(try_take_reply()); }
#endif
    /** Takes the exit status and the signal that torctl_launched_wait() gives: -1 and 0 if it fails. torctl_result_take_exit() */
    [[nodiscard]] expected<torctl::tor_exit> try_take_exit() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        std::int32_t out_exit_code = 0;
        std::int32_t out_signal = 0;
        const torctl_status rc = torctl_result_take_exit(get(), &out_exit_code, &out_signal, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::tor_exit{out_exit_code, out_signal};
    }
#if TORCTL_EXCEPTIONS
    torctl::tor_exit take_exit() const { return detail::unwrap(try_take_exit()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_info(), torctl_get_conf() and all that give torctl_values. torctl_result_take_values() */
    [[nodiscard]] expected<torctl::values> try_take_values() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_values *out_values = nullptr;
        const torctl_status rc = torctl_result_take_values(get(), &out_values, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::values(out_values);
    }
#if TORCTL_EXCEPTIONS
    torctl::values take_values() const { return detail::unwrap(try_take_values()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of what asks for several things, each with an outcome of its own. torctl_result_take_results() */
    [[nodiscard]] expected<torctl::results> try_take_results() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_results *out_results = nullptr;
        const torctl_status rc = torctl_result_take_results(get(), &out_results, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::results(out_results);
    }
#if TORCTL_EXCEPTIONS
    torctl::results take_results() const { return detail::unwrap(try_take_results()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_circuits(), torctl_get_streams() and torctl_get_orconns(). torctl_result_take_events() */
    [[nodiscard]] expected<torctl::events> try_take_events() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_events *out_events = nullptr;
        const torctl_status rc = torctl_result_take_events(get(), &out_events, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::events(out_events);
    }
#if TORCTL_EXCEPTIONS
    torctl::events take_events() const { return detail::unwrap(try_take_events()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_bootstrap_phase() and torctl_resolve(). torctl_result_take_event() */
    [[nodiscard]] expected<torctl::event> try_take_event() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_event *out_taken = nullptr;
        const torctl_status rc = torctl_result_take_event(get(), &out_taken, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::event(out_taken);
    }
#if TORCTL_EXCEPTIONS
    torctl::event take_event() const { return detail::unwrap(try_take_event()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_onions(). torctl_result_take_list() */
    [[nodiscard]] expected<torctl::list> try_take_list() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_list *out_list = nullptr;
        const torctl_status rc = torctl_result_take_list(get(), &out_list, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::list(out_list);
    }
#if TORCTL_EXCEPTIONS
    torctl::list take_list() const { return detail::unwrap(try_take_list()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_add_onion() and torctl_watch_onion(). torctl_result_take_onion() */
    [[nodiscard]] expected<torctl::onion> try_take_onion() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_onion *out_onion = nullptr;
        const torctl_status rc = torctl_result_take_onion(get(), &out_onion, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion(out_onion);
    }
#if TORCTL_EXCEPTIONS
    torctl::onion take_onion() const { return detail::unwrap(try_take_onion()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_add_onions(). torctl_result_take_onions() */
    [[nodiscard]] expected<torctl::onions> try_take_onions() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_onions *out_onions = nullptr;
        const torctl_status rc = torctl_result_take_onions(get(), &out_onions, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onions(out_onions);
    }
#if TORCTL_EXCEPTIONS
    torctl::onions take_onions() const { return detail::unwrap(try_take_onions()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_onion_get_status(). torctl_result_take_onion_status() */
    [[nodiscard]] expected<torctl::onion_status> try_take_onion_status() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_onion_status *out_onion_status = nullptr;
        const torctl_status rc = torctl_result_take_onion_status(get(), &out_onion_status, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion_status(out_onion_status);
    }
#if TORCTL_EXCEPTIONS
    torctl::onion_status take_onion_status() const { return detail::unwrap(try_take_onion_status()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_onion_listener_new(). torctl_result_take_onion_listener() */
    [[nodiscard]] expected<torctl::onion_listener> try_take_onion_listener() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_onion_listener *out_onion_listener = nullptr;
        const torctl_status rc = torctl_result_take_onion_listener(get(), &out_onion_listener, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion_listener(out_onion_listener);
    }
#if TORCTL_EXCEPTIONS
    torctl::onion_listener take_onion_listener() const { return detail::unwrap(try_take_onion_listener()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_client_auths(). torctl_result_take_client_auths() */
    [[nodiscard]] expected<torctl::client_auths> try_take_client_auths() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_client_auths *out_client_auths = nullptr;
        const torctl_status rc = torctl_result_take_client_auths(get(), &out_client_auths, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::client_auths(out_client_auths);
    }
#if TORCTL_EXCEPTIONS
    torctl::client_auths take_client_auths() const { return detail::unwrap(try_take_client_auths()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_services(). torctl_result_take_services() */
    [[nodiscard]] expected<torctl::services> try_take_services() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_services *out_services = nullptr;
        const torctl_status rc = torctl_result_take_services(get(), &out_services, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::services(out_services);
    }
#if TORCTL_EXCEPTIONS
    torctl::services take_services() const { return detail::unwrap(try_take_services()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_fetch_onion(). torctl_result_take_fetch() */
    [[nodiscard]] expected<torctl::fetch> try_take_fetch() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_fetch *out_fetch = nullptr;
        const torctl_status rc = torctl_result_take_fetch(get(), &out_fetch, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::fetch(out_fetch);
    }
#if TORCTL_EXCEPTIONS
    torctl::fetch take_fetch() const { return detail::unwrap(try_take_fetch()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_queue_new(). torctl_result_take_queue() */
    [[nodiscard]] expected<torctl::queue> try_take_queue() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_queue *out_queue = nullptr;
        const torctl_status rc = torctl_result_take_queue(get(), &out_queue, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::queue(out_queue);
    }
#if TORCTL_EXCEPTIONS
    torctl::queue take_queue() const { return detail::unwrap(try_take_queue()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_view_new(). torctl_result_take_view() */
    [[nodiscard]] expected<torctl::view> try_take_view() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_view *out_view = nullptr;
        const torctl_status rc = torctl_result_take_view(get(), &out_view, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::view(out_view);
    }
#if TORCTL_EXCEPTIONS
    torctl::view take_view() const { return detail::unwrap(try_take_view()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_health(). torctl_result_take_health() */
    [[nodiscard]] expected<torctl::health> try_take_health() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_health *out_health = nullptr;
        const torctl_status rc = torctl_result_take_health(get(), &out_health, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::health(out_health);
    }
#if TORCTL_EXCEPTIONS
    torctl::health take_health() const { return detail::unwrap(try_take_health()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_guards(). torctl_result_take_guards() */
    [[nodiscard]] expected<torctl::guards> try_take_guards() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_guards *out_guards = nullptr;
        const torctl_status rc = torctl_result_take_guards(get(), &out_guards, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::guards(out_guards);
    }
#if TORCTL_EXCEPTIONS
    torctl::guards take_guards() const { return detail::unwrap(try_take_guards()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_mappings(). torctl_result_take_mappings() */
    [[nodiscard]] expected<torctl::mappings> try_take_mappings() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_mappings *out_mappings = nullptr;
        const torctl_status rc = torctl_result_take_mappings(get(), &out_mappings, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::mappings(out_mappings);
    }
#if TORCTL_EXCEPTIONS
    torctl::mappings take_mappings() const { return detail::unwrap(try_take_mappings()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_endpoints(). torctl_result_take_endpoints() */
    [[nodiscard]] expected<torctl::endpoints> try_take_endpoints() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_endpoints *out_endpoints = nullptr;
        const torctl_status rc = torctl_result_take_endpoints(get(), &out_endpoints, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::endpoints(out_endpoints);
    }
#if TORCTL_EXCEPTIONS
    torctl::endpoints take_endpoints() const { return detail::unwrap(try_take_endpoints()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_exit_policy(). torctl_result_take_exit_policy() */
    [[nodiscard]] expected<torctl::exit_policy> try_take_exit_policy() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_exit_policy *out_exit_policy = nullptr;
        const torctl_status rc = torctl_result_take_exit_policy(get(), &out_exit_policy, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::exit_policy(out_exit_policy);
    }
#if TORCTL_EXCEPTIONS
    torctl::exit_policy take_exit_policy() const { return detail::unwrap(try_take_exit_policy()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_config_options(). torctl_result_take_config_options() */
    [[nodiscard]] expected<torctl::config_options> try_take_config_options() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_config_options *out_config_options = nullptr;
        const torctl_status rc = torctl_result_take_config_options(get(), &out_config_options, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::config_options(out_config_options);
    }
#if TORCTL_EXCEPTIONS
    torctl::config_options take_config_options() const { return detail::unwrap(try_take_config_options()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_process(). torctl_result_take_process() */
    [[nodiscard]] expected<torctl::process> try_take_process() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_process *out_process = nullptr;
        const torctl_status rc = torctl_result_take_process(get(), &out_process, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::process(out_process);
    }
#if TORCTL_EXCEPTIONS
    torctl::process take_process() const { return detail::unwrap(try_take_process()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_bandwidths(). torctl_result_take_bandwidths() */
    [[nodiscard]] expected<torctl::bandwidths> try_take_bandwidths() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_bandwidths *out_bandwidths = nullptr;
        const torctl_status rc = torctl_result_take_bandwidths(get(), &out_bandwidths, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::bandwidths(out_bandwidths);
    }
#if TORCTL_EXCEPTIONS
    torctl::bandwidths take_bandwidths() const { return detail::unwrap(try_take_bandwidths()); }
#endif
    /** The same as torctl_result_take_reply() for the outcome of torctl_get_accounting(). torctl_result_take_accounting() */
    [[nodiscard]] expected<torctl::accounting> try_take_accounting() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        torctl_accounting *out_accounting = nullptr;
        const torctl_status rc = torctl_result_take_accounting(get(), &out_accounting, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::accounting(out_accounting);
    }
#if TORCTL_EXCEPTIONS
    torctl::accounting take_accounting() const { return detail::unwrap(try_take_accounting()); }
#endif
    /** Takes the number that torctl_get_number() or torctl_extend_circuit() gives. torctl_result_take_number() */
    [[nodiscard]] expected<std::uint64_t> try_take_number() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        std::uint64_t out_number = 0;
        const torctl_status rc = torctl_result_take_number(get(), &out_number, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return out_number;
    }
#if TORCTL_EXCEPTIONS
    std::uint64_t take_number() const { return detail::unwrap(try_take_number()); }
#endif
    /** Takes the number that torctl_get_flag(), torctl_onion_client_auth_add() or torctl_onion_client_auth_remove() gives. torctl_result_take_int() */
    [[nodiscard]] expected<int> try_take_int() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        int out_number = 0;
        const torctl_status rc = torctl_result_take_int(get(), &out_number, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return out_number;
    }
#if TORCTL_EXCEPTIONS
    int take_int() const { return detail::unwrap(try_take_int()); }
#endif
    /** Takes the two numbers that torctl_get_traffic() or torctl_get_effective_rate() gives, in the order of their arguments. torctl_result_take_numbers() */
    [[nodiscard]] expected<torctl::two_numbers> try_take_numbers() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        std::uint64_t out_first = 0;
        std::uint64_t out_second = 0;
        const torctl_status rc = torctl_result_take_numbers(get(), &out_first, &out_second, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::two_numbers{out_first, out_second};
    }
#if TORCTL_EXCEPTIONS
    torctl::two_numbers take_numbers() const { return detail::unwrap(try_take_numbers()); }
#endif
    /** Takes the connection that torctl_dial() has made, which is the caller's to close, and what is known of it inside tor, as torctl_dial() gives these. torctl_result_take_fd() */
    [[nodiscard]] expected<torctl::connection> try_take_fd() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        int out_fd = -1;
        torctl_dialed *out_dialed = nullptr;
        const torctl_status rc = torctl_result_take_fd(get(), &out_fd, &out_dialed, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::connection{unique_fd(out_fd), torctl::dialed(out_dialed)};
    }
#if TORCTL_EXCEPTIONS
    torctl::connection take_fd() const { return detail::unwrap(try_take_fd()); }
#endif
    /** Takes the circuit that torctl_build_circuit() has built, and its last event. torctl_result_take_circuit() */
    [[nodiscard]] expected<torctl::built_circuit> try_take_circuit() const
    {
        if (get() == nullptr)
            return detail::moved_from("result_event");
        detail::failure failure;
        std::uint64_t out_circuit = 0;
        torctl_event *out_built = nullptr;
        const torctl_status rc = torctl_result_take_circuit(get(), &out_circuit, &out_built, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::built_circuit{out_circuit, torctl::event(out_built)};
    }
#if TORCTL_EXCEPTIONS
    torctl::built_circuit take_circuit() const { return detail::unwrap(try_take_circuit()); }
#endif
    /** The error of a call that failed, for the caller to free with torctl_error_free(); NULL if it did not fail, for another event and for NULL. torctl_result_error() */
    torctl::error error() const { return detail::given_error(torctl_result_error(get())); }
    /** The tag that torctl_call_set_queue() gave the call (TAG). torctl_result_tag() */
    std::uint64_t tag() const { return torctl_result_tag(get()); }
};

template <class F> void event_ref::visit(F &&f) const
{
    switch (kind()) {
    case kind::addrmap:
        if constexpr (std::is_invocable_v<F &, const addrmap_event &>)
            f(addrmap_event(object_));
        break;
    case kind::bw:
        if constexpr (std::is_invocable_v<F &, const bw_event &>)
            f(bw_event(object_));
        break;
    case kind::stream_bw:
        if constexpr (std::is_invocable_v<F &, const stream_bw_event &>)
            f(stream_bw_event(object_));
        break;
    case kind::conn_bw:
        if constexpr (std::is_invocable_v<F &, const conn_bw_event &>)
            f(conn_bw_event(object_));
        break;
    case kind::circ_bw:
        if constexpr (std::is_invocable_v<F &, const circ_bw_event &>)
            f(circ_bw_event(object_));
        break;
    case kind::cell_stats:
        if constexpr (std::is_invocable_v<F &, const cell_stats_event &>)
            f(cell_stats_event(object_));
        break;
    case kind::circ:
    case kind::circ_minor:
        if constexpr (std::is_invocable_v<F &, const circ_event &>)
            f(circ_event(object_));
        break;
    case kind::conf_changed:
        if constexpr (std::is_invocable_v<F &, const conf_changed_event &>)
            f(conf_changed_event(object_));
        break;
    case kind::newdesc:
        if constexpr (std::is_invocable_v<F &, const newdesc_event &>)
            f(newdesc_event(object_));
        break;
    case kind::ns:
    case kind::newconsensus:
        if constexpr (std::is_invocable_v<F &, const ns_event &>)
            f(ns_event(object_));
        break;
    case kind::guard:
        if constexpr (std::is_invocable_v<F &, const guard_event &>)
            f(guard_event(object_));
        break;
    case kind::hs_desc:
        if constexpr (std::is_invocable_v<F &, const hs_desc_event &>)
            f(hs_desc_event(object_));
        break;
    case kind::hs_desc_content:
        if constexpr (std::is_invocable_v<F &, const hs_desc_content_event &>)
            f(hs_desc_content_event(object_));
        break;
    case kind::state:
        if constexpr (std::is_invocable_v<F &, const state_event &>)
            f(state_event(object_));
        break;
    case kind::gap:
        if constexpr (std::is_invocable_v<F &, const gap_event &>)
            f(gap_event(object_));
        break;
    case kind::health:
        if constexpr (std::is_invocable_v<F &, const health_event &>)
            f(health_event(object_));
        break;
    case kind::result:
        if constexpr (std::is_invocable_v<F &, const result_event &>)
            f(result_event(object_));
        break;
    case kind::debug:
    case kind::info:
    case kind::notice:
    case kind::warn:
    case kind::err:
        if constexpr (std::is_invocable_v<F &, const log_event &>)
            f(log_event(object_));
        break;
    case kind::clients_seen:
        if constexpr (std::is_invocable_v<F &, const clients_seen_event &>)
            f(clients_seen_event(object_));
        break;
    case kind::buildtimeout_set:
        if constexpr (std::is_invocable_v<F &, const buildtimeout_event &>)
            f(buildtimeout_event(object_));
        break;
    case kind::signal:
        if constexpr (std::is_invocable_v<F &, const signal_event &>)
            f(signal_event(object_));
        break;
    case kind::transport_launched:
        if constexpr (std::is_invocable_v<F &, const transport_event &>)
            f(transport_event(object_));
        break;
    case kind::network_liveness:
        if constexpr (std::is_invocable_v<F &, const network_liveness_event &>)
            f(network_liveness_event(object_));
        break;
    case kind::orconn:
        if constexpr (std::is_invocable_v<F &, const orconn_event &>)
            f(orconn_event(object_));
        break;
    case kind::restored:
        if constexpr (std::is_invocable_v<F &, const restored_event &>)
            f(restored_event(object_));
        break;
    case kind::status_general:
    case kind::status_client:
    case kind::status_server:
        if constexpr (std::is_invocable_v<F &, const status_event &>)
            f(status_event(object_));
        break;
    case kind::stream:
        if constexpr (std::is_invocable_v<F &, const stream_event &>)
            f(stream_event(object_));
        break;
    default:
        if constexpr (std::is_invocable_v<F &, const event_ref &>)
            f(*this);
        break;
    }
}

/* Functions ------------------------------------------------------------------------------------ */

/** The version of the library that is running, for example "0.1.0". torctl_version() */
inline cstring_view version() { return cstring_view(torctl_version()); }
/** The TORCTL_ABI of the library that is running. torctl_abi_version() */
inline int abi_version() { return torctl_abi_version(); }
/** Names a reason, for example "TORCTL_REASON_UNKNOWN". torctl_reason_name() */
inline cstring_view name(torctl::reason word) noexcept { return cstring_view(torctl_reason_name(static_cast<std::int32_t>(word))); }
/** The word for one of the TORCTL_STATE constants, for example "CONNECTING". torctl_controller_state_name() */
inline cstring_view name(torctl::controller_state word) noexcept { return cstring_view(torctl_controller_state_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_SIGNAL constants, for example "RELOAD". torctl_signal_name() */
inline cstring_view name(torctl::signal word) noexcept { return cstring_view(torctl_signal_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_EVENT constants, for example "CIRC". torctl_kind_name() */
inline cstring_view name(torctl::kind word) noexcept { return cstring_view(torctl_kind_name(static_cast<std::int32_t>(word))); }
/** The kind that a word of tor means, for example TORCTL_EVENT_BW for "BW". torctl_kind_from_name() */
inline torctl::kind kind_from_name(const str &name) { const detail::c_str name_c(name); return static_cast<torctl::kind>(torctl_kind_from_name(name_c.get())); }
/** The word for one of the TORCTL_TRACE constants, for example "IN". torctl_trace_direction_name() */
inline cstring_view name(torctl::trace_direction word) noexcept { return cstring_view(torctl_trace_direction_name(static_cast<std::int32_t>(word))); }
/** The word for one of the TORCTL_HEALTH constants, for example "OK". torctl_health_level_name() */
inline cstring_view name(torctl::health_level word) noexcept { return cstring_view(torctl_health_level_name(static_cast<std::int32_t>(word))); }
/** The word for one of the TORCTL_HEALTH_ITEM constants, for example "CONNECTION". torctl_health_item_name() */
inline cstring_view name(torctl::health_item word) noexcept { return cstring_view(torctl_health_item_name(static_cast<std::int32_t>(word))); }
/** The word for one of the TORCTL_VIEW constants, for example "CIRCUIT". torctl_view_sort_name() */
inline cstring_view name(torctl::view_sort word) noexcept { return cstring_view(torctl_view_sort_name(static_cast<std::int32_t>(word))); }
/** The word for one of the TORCTL_VIEW_CHANGE constants, for example "ADDED". torctl_view_change_name() */
inline cstring_view name(torctl::view_change word) noexcept { return cstring_view(torctl_view_change_name(static_cast<std::int32_t>(word))); }
/** Checks the address of an onion service, with or without ".onion": its length, letters, version and checksum. torctl_onion_address_check() */
[[nodiscard]] inline expected<std::array<std::uint8_t, 32>> try_onion_address_check(const str &address)
{
    const detail::c_str address_c(address);
    if (address_c.has_nul())
        return detail::nul_inside("address");
    detail::failure failure;
    std::array<std::uint8_t, 32> out_public_key{};
    const torctl_status rc = torctl_onion_address_check(address_c.get(), out_public_key.data(), failure.place());
    if (rc < 0)
        return failure.take(rc);
    return out_public_key;
}
#if TORCTL_EXCEPTIONS
inline std::array<std::uint8_t, 32> onion_address_check(const str &address) { return detail::unwrap(try_onion_address_check(address)); }
#endif
/** Writes the address of the service with a public key of 32 bytes, with ".onion" and a NUL, to `address`, which has room for TORCTL_ONION_ADDRESS_SIZE bytes. torctl_onion_address_from_key() */
[[nodiscard]] inline expected<std::string> try_onion_address_from_key(const std::array<std::uint8_t, 32> &public_key)
{
    detail::failure failure;
    char out_address[TORCTL_ONION_ADDRESS_SIZE] = {};
    const torctl_status rc = torctl_onion_address_from_key(public_key.data(), out_address, failure.place());
    if (rc < 0)
        return failure.take(rc);
    return std::string(out_address);
}
#if TORCTL_EXCEPTIONS
inline std::string onion_address_from_key(const std::array<std::uint8_t, 32> &public_key) { return detail::unwrap(try_onion_address_from_key(public_key)); }
#endif
/** The word for one of the TORCTL_CLIENT_AUTH constants, for example "NEW". torctl_client_auth_added_name() */
inline cstring_view name(torctl::client_auth_added word) noexcept { return cstring_view(torctl_client_auth_added_name(static_cast<std::int32_t>(word))); }
/** Reads the address of the service in a directory from its file "hostname", which tor writes and only its user may read. torctl_service_directory_address() */
[[nodiscard]] inline expected<std::string> try_service_directory_address(const str &directory)
{
    const detail::c_str directory_c(directory);
    if (directory_c.has_nul())
        return detail::nul_inside("directory");
    detail::failure failure;
    char out_address[TORCTL_ONION_ADDRESS_SIZE] = {};
    const torctl_status rc = torctl_service_directory_address(directory_c.get(), out_address, failure.place());
    if (rc < 0)
        return failure.take(rc);
    return std::string(out_address);
}
#if TORCTL_EXCEPTIONS
inline std::string service_directory_address(const str &directory) { return detail::unwrap(try_service_directory_address(directory)); }
#endif
/** The word for one of the TORCTL_ENDPOINT constants, for example "IPV4". torctl_endpoint_family_name() */
inline cstring_view name(torctl::endpoint_family word) noexcept { return cstring_view(torctl_endpoint_family_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_HIBERNATING constants, for example "awake". torctl_hibernating_name() */
inline cstring_view name(torctl::hibernating word) noexcept { return cstring_view(torctl_hibernating_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_ENTRY_GUARD constants, for example "up". torctl_entry_guard_state_name() */
inline cstring_view name(torctl::entry_guard_state word) noexcept { return cstring_view(torctl_entry_guard_state_name(static_cast<std::int32_t>(word))); }
/** Compares two versions of tor. torctl_tor_version_compare() */
inline int tor_version_compare(const str &version, const str &other) { const detail::c_str version_c(version); const detail::c_str other_c(other); return torctl_tor_version_compare(version_c.get(), other_c.get()); }
/** Whether a version of tor is a certain one or a later one: ("0.4.9.11", "0.4.8") is. torctl_tor_version_is_at_least() */
inline bool tor_version_is_at_least(const str &version, const str &wanted) { const detail::c_str version_c(version); const detail::c_str wanted_c(wanted); return torctl_tor_version_is_at_least(version_c.get(), wanted_c.get()) != 0; }
/** How many fields events of a kind have that torctl_event_read() reads. torctl_kind_field_count() */
inline std::size_t kind_field_count(torctl::kind kind) { return torctl_kind_field_count(static_cast<std::int32_t>(kind)); }
/** The number of a field of a kind, by its index from 0; 0 if the index is too large. torctl_kind_field() */
inline std::int32_t kind_field(torctl::kind kind, std::size_t index) { return torctl_kind_field(static_cast<std::int32_t>(kind), index); }
/** The name of a field, which is the end of its function's name: "purpose" for TORCTL_FIELD_CIRC_PURPOSE, which torctl_circ_purpose() gives. torctl_field_name() */
inline cstring_view field_name(std::int32_t field) { return cstring_view(torctl_field_name(field)); }
/** The unit of a field's number: "bytes", "cells", "us", "ms", "s", or "unix_us" for microseconds since 1970, UTC. torctl_field_unit() */
inline cstring_view field_unit(std::int32_t field) { return cstring_view(torctl_field_unit(field)); }
/** The shape of a field, one of the TORCTL_SHAPE constants; 0 for a number that is no field. torctl_field_shape() */
inline torctl::shape field_shape(std::int32_t field) { return static_cast<torctl::shape>(torctl_field_shape(field)); }
/** tor's word for one of the TORCTL_CIRC constants, for example "LAUNCHED". torctl_circ_status_name() */
inline cstring_view name(torctl::circ_status word) noexcept { return cstring_view(torctl_circ_status_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_CIRC_MINOR constants, for example "PURPOSE_CHANGED". torctl_circ_minor_event_name() */
inline cstring_view name(torctl::circ_minor_event word) noexcept { return cstring_view(torctl_circ_minor_event_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_CIRC_PURPOSE constants, for example "GENERAL". torctl_circ_purpose_name() */
inline cstring_view name(torctl::circ_purpose word) noexcept { return cstring_view(torctl_circ_purpose_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_HS_STATE constants, for example "HSCI_CONNECTING". torctl_hs_state_name() */
inline cstring_view name(torctl::hs_state word) noexcept { return cstring_view(torctl_hs_state_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_CIRC_REASON constants, for example "NONE". torctl_circ_reason_name() */
inline cstring_view name(torctl::circ_reason word) noexcept { return cstring_view(torctl_circ_reason_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_STREAM constants, for example "NEW". torctl_stream_status_name() */
inline cstring_view name(torctl::stream_status word) noexcept { return cstring_view(torctl_stream_status_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_STREAM_REASON constants, for example "MISC". torctl_stream_reason_name() */
inline cstring_view name(torctl::stream_reason word) noexcept { return cstring_view(torctl_stream_reason_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_STREAM_SOURCE constants, for example "CACHE". torctl_stream_source_name() */
inline cstring_view name(torctl::stream_source word) noexcept { return cstring_view(torctl_stream_source_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_STREAM_PURPOSE constants, for example "USER". torctl_stream_purpose_name() */
inline cstring_view name(torctl::stream_purpose word) noexcept { return cstring_view(torctl_stream_purpose_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_CLIENT_PROTOCOL constants, for example "SOCKS4". torctl_client_protocol_name() */
inline cstring_view name(torctl::client_protocol word) noexcept { return cstring_view(torctl_client_protocol_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_ORCONN constants, for example "NEW". torctl_orconn_status_name() */
inline cstring_view name(torctl::orconn_status word) noexcept { return cstring_view(torctl_orconn_status_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_ORCONN_REASON constants, for example "DONE". torctl_orconn_reason_name() */
inline cstring_view name(torctl::orconn_reason word) noexcept { return cstring_view(torctl_orconn_reason_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_CONN constants, for example "OR". torctl_conn_type_name() */
inline cstring_view name(torctl::conn_type word) noexcept { return cstring_view(torctl_conn_type_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_SEVERITY constants, for example "DEBUG". torctl_severity_name() */
inline cstring_view name(torctl::severity word) noexcept { return cstring_view(torctl_severity_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_ACTION constants, for example "CLOCK_JUMPED". torctl_status_action_name() */
inline cstring_view name(torctl::status_action word) noexcept { return cstring_view(torctl_status_action_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_VERSION_REASON constants, for example "NEW". torctl_version_reason_name() */
inline cstring_view name(torctl::version_reason word) noexcept { return cstring_view(torctl_version_reason_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_BOOTSTRAP constants, for example "starting". torctl_bootstrap_tag_name() */
inline cstring_view name(torctl::bootstrap_tag word) noexcept { return cstring_view(torctl_bootstrap_tag_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_RECOMMENDATION constants, for example "ignore". torctl_recommendation_name() */
inline cstring_view name(torctl::recommendation word) noexcept { return cstring_view(torctl_recommendation_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_PORT_RESULT constants, for example "REJECT". torctl_port_result_name() */
inline cstring_view name(torctl::port_result word) noexcept { return cstring_view(torctl_port_result_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_ADDRESS_METHOD constants, for example "NONE". torctl_address_method_name() */
inline cstring_view name(torctl::address_method word) noexcept { return cstring_view(torctl_address_method_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_SERVER_STATUS constants, for example "UP". torctl_server_status_name() */
inline cstring_view name(torctl::server_status word) noexcept { return cstring_view(torctl_server_status_name(static_cast<std::int32_t>(word))); }
/** The word for one of the TORCTL_GAP constants, for example "QUEUE". torctl_gap_cause_name() */
inline cstring_view name(torctl::gap_cause word) noexcept { return cstring_view(torctl_gap_cause_name(static_cast<std::int32_t>(word))); }
/** The word for one of the TORCTL_SETUP constants, for example "OWNERSHIP". torctl_setup_part_name() */
inline cstring_view name(torctl::setup_part word) noexcept { return cstring_view(torctl_setup_part_name(static_cast<std::int32_t>(word))); }
/** The word for one of the TORCTL_RESTORED constants, for example "RESTORED". torctl_restored_outcome_name() */
inline cstring_view name(torctl::restored_outcome word) noexcept { return cstring_view(torctl_restored_outcome_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_GUARD constants, for example "NEW". torctl_guard_status_name() */
inline cstring_view name(torctl::guard_status word) noexcept { return cstring_view(torctl_guard_status_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_HS_DESC constants, for example "REQUESTED". torctl_hs_desc_action_name() */
inline cstring_view name(torctl::hs_desc_action word) noexcept { return cstring_view(torctl_hs_desc_action_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_HS_AUTH constants, for example "NO_AUTH". torctl_hs_desc_auth_name() */
inline cstring_view name(torctl::hs_desc_auth word) noexcept { return cstring_view(torctl_hs_desc_auth_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_HS_DESC_REASON constants, for example "BAD_DESC". torctl_hs_desc_reason_name() */
inline cstring_view name(torctl::hs_desc_reason word) noexcept { return cstring_view(torctl_hs_desc_reason_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_BUILDTIMEOUT constants, for example "COMPUTED". torctl_buildtimeout_type_name() */
inline cstring_view name(torctl::buildtimeout_type word) noexcept { return cstring_view(torctl_buildtimeout_type_name(static_cast<std::int32_t>(word))); }
/** tor's word for one of the TORCTL_TRANSPORT constants, for example "client". torctl_transport_side_name() */
inline cstring_view name(torctl::transport_side word) noexcept { return cstring_view(torctl_transport_side_name(static_cast<std::int32_t>(word))); }
/** Says what a text is: the kind of the first document in it. torctl_document_kind() */
inline torctl::document document_kind(std::string_view text) { return static_cast<torctl::document>(torctl_document_kind(text.data(), text.size())); }
/** tor's word for one of the TORCTL_FLAG constants; "" for anything else. torctl_flag_name() */
inline cstring_view name(torctl::router_flags word) noexcept { return cstring_view(torctl_flag_name(static_cast<std::uint64_t>(word))); }
/* Controllers ---------------------------------------------------------------------------------- */

/** The number of a listener, for controller::unlisten(). No two have the same. */
enum class listener_id : std::uint64_t {};

/** What controller::on_failure() is told. */
struct listener_failure {
    listener_id id;
    torctl::status status;
    /** The event that it failed for: lives until the function returns. */
    const torctl::event &event;
    /** What it has thrown; null if it returned a status. */
    std::exception_ptr thrown;
};

/** Where a stream goes: what an attacher returns. */
class attach {
public:
    /** tor chooses. */
    static attach tor() noexcept { return attach(TORCTL_ATTACH_TOR, 0); }
    static attach circuit(std::uint64_t id) noexcept { return attach(TORCTL_ATTACH_CIRCUIT, id); }
    static attach close() noexcept { return attach(TORCTL_ATTACH_CLOSE, 0); }
    /** The program does it later, by controller::attach_stream(). */
    static attach later() noexcept { return attach(TORCTL_ATTACH_LATER, 0); }
    std::int32_t answer() const noexcept { return answer_; }
    std::uint64_t id() const noexcept { return id_; }

private:
    attach(std::int32_t answer, std::uint64_t id) noexcept : answer_(answer), id_(id) {}
    std::int32_t answer_;
    std::uint64_t id_;
};

namespace detail {

template <class F> torctl_status listener_run(const torctl_event *event, void *data)
{
    return run_kept(*static_cast<F *>(data), lent_event(event).get());
}

template <class F>
void failure_run(std::uint64_t id, torctl_status rc, const torctl_event *event, void *data)
{
    const lent_event lent(event);
    std::exception_ptr cause = std::exchange(thrown(), nullptr);
    const listener_failure failure{static_cast<listener_id>(id), static_cast<status>(rc), lent.get(),
                                   rc == TORCTL_ERR_FAILED ? cause : nullptr};
    static_cast<void>(run_kept(*static_cast<F *>(data), failure));
}

template <class F>
std::int32_t attacher_run(const torctl_event *event, std::uint64_t *circuit, void *data)
{
    attach answer = attach::tor();
    auto choose = [&answer, data](const class event &stream) {
        answer = (*static_cast<F *>(data))(stream.as<stream_event>());
    };
    const torctl_status rc = run_kept(choose, lent_event(event).get());
    *circuit = answer.id();
    return rc == TORCTL_OK ? answer.answer() : rc;
}

template <class F>
torctl_status progress_run(std::int32_t percent, const char *summary, const torctl_event *event, void *data)
{
    return visitor<F>::run(data, static_cast<int>(percent), cstring_view(summary), status_event(event));
}

template <class F> torctl_status piece_run(const char *piece, std::size_t size, void *data)
{
    return visitor<F>::run(data, std::string_view(piece, size));
}

} // namespace detail

/** A conversation with one tor. Any number of threads may use it concurrently, also inside callables. */
class controller : public detail::handle<torctl_controller, torctl_controller_free> {
public:
    using handle::handle;
    /** A controller that is not connected yet. torctl_controller_new() */
    [[nodiscard]] static expected<controller> try_make(const options &choices)
    {
        detail::failure failure;
        torctl_controller *made = nullptr;
        const torctl_status rc = torctl_controller_new(choices.get(), &made, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return controller(made);
    }
    [[nodiscard]] static expected<controller> try_make(const connect_settings &settings)
    {
        auto choices = settings.build();
        if (!choices)
            return unexpected(choices.error());
        return try_make(*choices);
    }
    /** Connects to "127.0.0.1:9051", "unix:/path" ...; nothing looks for tor. torctl_controller_open() */
    [[nodiscard]] static expected<controller> try_open(const str &address = {}, const within &with = {})
    {
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        detail::failure failure;
        torctl_controller *made = nullptr;
        const torctl_status rc =
            torctl_controller_open(address_c.get(), with.get(), &made, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return controller(made);
    }
    /** Connects as the settings say: `controller::try_open({.address = "...", .password = "..."})`. */
    [[nodiscard]] static expected<controller> try_open(const connect_settings &settings,
                                                       const within &with = {})
    {
        auto choices = settings.build();
        if (!choices)
            return unexpected(choices.error());
        auto made = try_make(*choices);
        if (!made)
            return made;
        if (auto done = made->try_connect(with); !done)
            return unexpected(done.error());
        return made;
    }
    /** Starts a tor, and connects to it. torctl_launch() */
    [[nodiscard]] static expected<controller> try_launch(const launch_options &choices,
                                                         const within &with = {})
    {
        detail::failure failure;
        torctl_controller *made = nullptr;
        const torctl_status rc = torctl_launch(choices.get(), with.get(), &made, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return controller(made);
    }
    [[nodiscard]] static expected<controller> try_launch(const launch_settings &settings,
                                                         const within &with = {})
    {
        auto choices = settings.build();
        if (!choices)
            return unexpected(choices.error());
        return try_launch(*choices, with);
    }
    /**
     * A controller that starts a tor when it connects. What `choices` call must live until then, and so
     * must they. torctl_controller_new_launched()
     */
    [[nodiscard]] static expected<controller> try_make_launched(const launch_options &choices)
    {
        detail::failure failure;
        torctl_controller *made = nullptr;
        const torctl_status rc =
            torctl_controller_new_launched(choices.get(), &made, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return controller(made);
    }
    /** The controller of an outcome. torctl_result_take_controller() */
    [[nodiscard]] static expected<controller> try_take(const event_ref &outcome)
    {
        detail::failure failure;
        torctl_controller *made = nullptr;
        const torctl_status rc =
            torctl_result_take_controller(outcome.get(), &made, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return controller(made);
    }
    /** The value of a key. torctl_get_info() */
    [[nodiscard]] expected<std::string> try_get_info(const str &key, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str key_c(key);
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        torctl_values *made = nullptr;
        const torctl_status rc =
            torctl_get_info(get(), key_c.get(), with.get(), &made, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return values(made).value(0);
    }
    /** A queue for these kinds: `auto queue = tor.subscribe(torctl::bw, torctl::circ)`. torctl_queue_new() */
    [[nodiscard]] expected<queue> try_subscribe(kinds wanted, const queue_settings &settings = {},
                                                const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_queue *made = nullptr;
        const torctl_status rc = torctl_queue_new(
            get(), wanted.bits(), settings.capacity_events, settings.capacity_bytes,
            static_cast<std::int32_t>(settings.overflow), with.get(), &made, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return queue(made);
    }
    template <class... Kinds, std::enable_if_t<(std::is_same_v<Kinds, kind> && ...), int> = 0>
    [[nodiscard]] expected<queue> try_subscribe(kind first, kind second, Kinds... more)
    {
        return try_subscribe(((kinds(first) | kinds(second)) | ... | kinds(more)));
    }
    /**
     * Calls `f` with each event of these kinds, on the listeners' thread. It may return false, or
     * status::end, to be removed. A copy of `f` lives until it has been removed or the controller is
     * closed. torctl_listener_add()
     */
    template <class F>
    expected<listener_id> try_listen(kinds wanted, F &&f, const within &with = {})
    {
        using callable = std::decay_t<F>;
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        std::uint64_t id = 0;
        const torctl_status rc =
            torctl_listener_add(get(), wanted.bits(), detail::listener_run<callable>,
                                new callable(std::forward<F>(f)), detail::destroy<callable>,
                                with.get(), &id, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return static_cast<listener_id>(id);
    }
    /** The same with what the event is: `tor.listen<torctl::bw>([](const torctl::bw_event &e) {...})`. */
    template <kind Kind, class F> expected<listener_id> try_listen(F &&f, const within &with = {})
    {
        return try_listen(Kind, typed<Kind, std::decay_t<F>>{std::forward<F>(f)}, with);
    }
    /** Also events of a name that this version does not know. torctl_listener_add_event_name() */
    expected<void> try_listen_name(listener_id id, const str &name, const within &with = {})
    {
        const detail::c_str name_c(name);
        if (name_c.has_nul())
            return detail::nul_inside("name");
        detail::failure failure;
        const torctl_status rc = torctl_listener_add_event_name(
            get(), static_cast<std::uint64_t>(id), name_c.get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
    /** Removes a listener: it is not running any more when this returns. torctl_listener_remove() */
    expected<void> try_unlisten(listener_id id, const within &with = {})
    {
        detail::failure failure;
        const torctl_status rc =
            torctl_listener_remove(get(), static_cast<std::uint64_t>(id), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
    /** Calls `f(const listener_failure &)` when a listener failed. torctl_listener_set_failure_fn() */
    template <class F> expected<void> try_on_failure(F &&f, const within &with = {})
    {
        using callable = std::decay_t<F>;
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_listener_set_failure_fn(
            get(), detail::failure_run<callable>, new callable(std::forward<F>(f)),
            detail::destroy<callable>, with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
    /**
     * Asks `f(const stream_event &)` for an `attach` for each stream that waits. A failure of it is
     * told by the number that this gives. torctl_attacher_set()
     */
    template <class F>
    expected<listener_id> try_set_attacher(F &&f, timeout deadline = {}, const within &with = {})
    {
        using callable = std::decay_t<F>;
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        std::uint64_t id = 0;
        const torctl_status rc =
            torctl_attacher_set(get(), detail::attacher_run<callable>, new callable(std::forward<F>(f)),
                                detail::destroy<callable>, deadline.ms(), with.get(), &id,
                                failure.place());
        if (rc < 0)
            return failure.take(rc);
        return static_cast<listener_id>(id);
    }
    /**
     * Waits until tor is bootstrapped. `progress(int percent, cstring_view summary, const
     * status_event &)` is called with each step. torctl_wait_bootstrapped()
     */
    template <class F, std::enable_if_t<!std::is_convertible_v<F, timeout>, int> = 0>
    expected<void> try_wait_bootstrapped(F &&progress, timeout whole = {}, timeout stall = {},
                                         const within &with = {})
    {
        using callable = std::remove_reference_t<F>;
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        detail::visitor<callable> visit(progress);
        const torctl_status rc =
            torctl_wait_bootstrapped(get(), detail::progress_run<callable>, visit.data(), whole.ms(),
                                     stall.ms(), with.get(), failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
    expected<void> try_wait_bootstrapped(timeout whole = {})
    {
        return try_wait_bootstrapped([](int, cstring_view, const status_event &) {}, whole);
    }
    /** Calls `f(std::string_view)` with whole lines as they come. torctl_get_info_in_pieces() */
    template <class F>
    expected<void> try_get_info_in_pieces(const str &key, F &&f, const within &with = {})
    {
        using callable = std::remove_reference_t<F>;
        const detail::c_str key_c(key);
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        detail::visitor<callable> visit(f);
        const torctl_status rc = torctl_get_info_in_pieces(
            get(), key_c.get(), detail::piece_run<callable>, visit.data(), with.get(), failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
    /** Makes a service: `tor.add_onion({.port = 80, .target = 8080, .key_file = path})`. */
    [[nodiscard]] expected<onion> try_add_onion(const onion_settings &settings, const within &with = {})
    {
        auto choices = settings.build();
        if (!choices)
            return unexpected(choices.error());
        return try_add_onion(*choices, with);
    }
    /** Makes a service with a socket of its own. */
    [[nodiscard]] expected<onion_listener> try_make_onion_listener(std::uint16_t port,
                                                                   const onion_settings &settings,
                                                                   const within &with = {})
    {
        auto choices = settings.build();
        if (!choices)
            return unexpected(choices.error());
        return try_make_onion_listener(port, *choices, with);
    }
    /** Makes many at once. torctl_add_onions() */
    [[nodiscard]] expected<torctl::onions> try_add_onions(const std::vector<onion_options> &list,
                                                  const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        std::vector<const torctl_onion_options *> pointers;
        for (const onion_options &one : list)
            pointers.push_back(one.get());
        detail::failure failure;
        torctl_onions *made = nullptr;
        const torctl_status rc = torctl_add_onions(get(), pointers.data(), pointers.size(), with.get(),
                                                   &made, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onions(made);
    }
    /** The last lines that a tor that was launched has written. torctl_launched_output() */
    std::string launched_output() const
    {
        std::string text(torctl_launched_output(get(), nullptr, 0), '\0');
        // It may have written more since; what fits is there, with a NUL behind it.
        torctl_launched_output(get(), &text[0], text.size() + 1);
        text.resize(std::strlen(text.c_str()));
        return text;
    }
#if TORCTL_EXCEPTIONS
    /** Connects to "127.0.0.1:9051", "unix:/path" ... */
    explicit controller(const str &address, const within &with = {})
        : controller(detail::unwrap(try_open(address, with)))
    {
    }
    /** Connects as the settings say: `torctl::controller tor({.address = "...", .password = "..."})`. */
    explicit controller(const connect_settings &settings, const within &with = {})
        : controller(detail::unwrap(try_open(settings, with)))
    {
    }
    static controller make(const options &choices) { return detail::unwrap(try_make(choices)); }
    static controller make(const connect_settings &settings) { return detail::unwrap(try_make(settings)); }
    static controller open(const str &address = {}, const within &with = {})
    {
        return detail::unwrap(try_open(address, with));
    }
    template <class Choices = launch_settings>
    static controller launch(const Choices &choices, const within &with = {})
    {
        return detail::unwrap(try_launch(choices, with));
    }
    static controller make_launched(const launch_options &choices)
    {
        return detail::unwrap(try_make_launched(choices));
    }
    static controller take(const event_ref &outcome) { return detail::unwrap(try_take(outcome)); }
    std::string get_info(const str &key, const within &with = {})
    {
        return detail::unwrap(try_get_info(key, with));
    }
    queue subscribe(kinds wanted, const queue_settings &settings = {}, const within &with = {})
    {
        return detail::unwrap(try_subscribe(wanted, settings, with));
    }
    template <class... Kinds, std::enable_if_t<(std::is_same_v<Kinds, kind> && ...), int> = 0>
    queue subscribe(kind first, kind second, Kinds... more)
    {
        return detail::unwrap(try_subscribe(first, second, more...));
    }
    template <class F> listener_id listen(kinds wanted, F &&f, const within &with = {})
    {
        return detail::unwrap(try_listen(wanted, std::forward<F>(f), with));
    }
    template <kind Kind, class F> listener_id listen(F &&f, const within &with = {})
    {
        return detail::unwrap(try_listen<Kind>(std::forward<F>(f), with));
    }
    void listen_name(listener_id id, const str &name, const within &with = {})
    {
        detail::unwrap(try_listen_name(id, name, with));
    }
    void unlisten(listener_id id, const within &with = {}) { detail::unwrap(try_unlisten(id, with)); }
    template <class F> void on_failure(F &&f, const within &with = {})
    {
        detail::unwrap(try_on_failure(std::forward<F>(f), with));
    }
    template <class F> listener_id set_attacher(F &&f, timeout deadline = {}, const within &with = {})
    {
        return detail::unwrap(try_set_attacher(std::forward<F>(f), deadline, with));
    }
    template <class F, std::enable_if_t<!std::is_convertible_v<F, timeout>, int> = 0>
    void wait_bootstrapped(F &&progress, timeout whole = {}, timeout stall = {}, const within &with = {})
    {
        detail::unwrap(try_wait_bootstrapped(progress, whole, stall, with));
    }
    void wait_bootstrapped(timeout whole = {}) { detail::unwrap(try_wait_bootstrapped(whole)); }
    template <class F> void get_info_in_pieces(const str &key, F &&f, const within &with = {})
    {
        detail::unwrap(try_get_info_in_pieces(key, f, with));
    }
    onion add_onion(const onion_settings &settings, const within &with = {})
    {
        return detail::unwrap(try_add_onion(settings, with));
    }
    onion_listener make_onion_listener(std::uint16_t port, const onion_settings &settings,
                                       const within &with = {})
    {
        return detail::unwrap(try_make_onion_listener(port, settings, with));
    }
    torctl::onions add_onions(const std::vector<onion_options> &list, const within &with = {})
    {
        return detail::unwrap(try_add_onions(list, with));
    }
#endif
    /** Connects and authenticates, by PROTOCOLINFO, AUTHCHALLENGE and AUTHENTICATE as needed, and asks for the events that listeners and queues want already. torctl_controller_connect() */
    [[nodiscard]] expected<void> try_connect(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_controller_connect(get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void connect(const within &with = {}) { return detail::unwrap(try_connect(with)); }
#endif
    /** Begins to connect a controller that reconnects, and goes on trying until there is a tor: torctl_controller_connect() for a program that does not want to wait, and that may start before tor does. torctl_controller_start() */
    [[nodiscard]] expected<void> try_start()
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_controller_start(get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void start() { return detail::unwrap(try_start()); }
#endif
    /** Waits until the controller is ready, for TORCTL_OK immediately if it is. torctl_controller_wait_ready() */
    [[nodiscard]] expected<void> try_wait_ready(torctl::timeout limit = {}, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_controller_wait_ready(get(), limit.ms(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void wait_ready(torctl::timeout limit = {}, const within &with = {}) { return detail::unwrap(try_wait_ready(limit, with)); }
#endif
    /** With which tor the controller speaks, one after the other: 1 for the first, 1 more each time it has become ready again, 0 before it was ready at all and for NULL. torctl_controller_incarnation() */
    std::uint64_t incarnation() const { return torctl_controller_incarnation(get()); }
    /** The descriptor of a controller that starts no thread (torctl_options_set_thread_free()), for poll() and its like: readable while torctl_controller_process() has something to do. torctl_controller_fd() */
    int fd() const { return torctl_controller_fd(get()); }
    /** For how many milliseconds a program may poll torctl_controller_fd() before it calls torctl_controller_process(): what poll() takes as its timeout. torctl_controller_timeout_ms() */
    std::chrono::milliseconds poll_timeout() const { return std::chrono::milliseconds(static_cast<std::int64_t>(torctl_controller_timeout_ms(get()))); }
    /** Does what there is to do now for a controller that starts no thread: reads and writes, ends what has become too old, goes on with what was begun, and calls the listeners. torctl_controller_process() */
    [[nodiscard]] expected<void> try_process()
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_controller_process(get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void process() { return detail::unwrap(try_process()); }
#endif
    /** Says how far the controller is, as one of the TORCTL_STATE constants. torctl_controller_state() */
    torctl::controller_state state() const { return static_cast<torctl::controller_state>(torctl_controller_state(get())); }
    /** Sets the default timeout of the requests that begin after this. torctl_controller_set_timeout_ms() */
    [[nodiscard]] expected<void> try_set_timeout(torctl::timeout limit = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_controller_set_timeout_ms(get(), limit.ms(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_timeout(torctl::timeout limit = {}) { return detail::unwrap(try_set_timeout(limit)); }
#endif
    /** Ends the conversation: every request and every wait on it returns TORCTL_ERR_CLOSED immediately, queues give what they hold and then TORCTL_END, listeners are notified of the end and of nothing else. torctl_controller_close() */
    void close() { torctl_controller_close(get()); }
    /** Sends one command as it is and takes tor's reply, whatever it says: look at torctl_reply_code(). torctl_request() */
    [[nodiscard]] expected<torctl::reply> try_request(const str &command, std::string_view data = {}, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str command_c(command);
        if (command_c.has_nul())
            return detail::nul_inside("command");
        detail::failure failure;
        torctl_reply *out_reply = nullptr;
        const torctl_status rc = torctl_request(get(), command_c.get(), data.data(), data.size(), with.get(), &out_reply, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::reply(out_reply);
    }
#if TORCTL_EXCEPTIONS
    torctl::reply request(const str &command, std::string_view data = {}, const within &with = {}) { return detail::unwrap(try_request(command, data, with)); }
#endif
    /** Asks for several pieces of information in one GETINFO, which tor answers at one moment. torctl_get_info_many() */
    [[nodiscard]] expected<torctl::values> try_get_info_many(const texts &keys, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (keys.has_nul())
            return detail::nul_inside("keys");
        detail::failure failure;
        torctl_values *out_values = nullptr;
        const torctl_status rc = torctl_get_info_many(get(), keys.get(), keys.size(), with.get(), &out_values, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::values(out_values);
    }
#if TORCTL_EXCEPTIONS
    torctl::values get_info_many(const texts &keys, const within &with = {}) { return detail::unwrap(try_get_info_many(keys, with)); }
#endif
    /** Asks for several pieces of information, each by a GETINFO of its own, all sent together. torctl_get_info_each() */
    [[nodiscard]] expected<torctl::results> try_get_info_each(const texts &keys, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (keys.has_nul())
            return detail::nul_inside("keys");
        detail::failure failure;
        torctl_results *out_results = nullptr;
        const torctl_status rc = torctl_get_info_each(get(), keys.get(), keys.size(), with.get(), &out_results, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::results(out_results);
    }
#if TORCTL_EXCEPTIONS
    torctl::results get_info_each(const texts &keys, const within &with = {}) { return detail::unwrap(try_get_info_each(keys, with)); }
#endif
    /** Asks for the value of an option of tor's configuration, by GETCONF. torctl_get_conf() */
    [[nodiscard]] expected<torctl::values> try_get_conf(const str &name, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str name_c(name);
        if (name_c.has_nul())
            return detail::nul_inside("name");
        detail::failure failure;
        torctl_values *out_values = nullptr;
        const torctl_status rc = torctl_get_conf(get(), name_c.get(), with.get(), &out_values, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::values(out_values);
    }
#if TORCTL_EXCEPTIONS
    torctl::values get_conf(const str &name, const within &with = {}) { return detail::unwrap(try_get_conf(name, with)); }
#endif
    /** Asks for the values of several options in one GETCONF. torctl_get_conf_many() */
    [[nodiscard]] expected<torctl::values> try_get_conf_many(const texts &names, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (names.has_nul())
            return detail::nul_inside("names");
        detail::failure failure;
        torctl_values *out_values = nullptr;
        const torctl_status rc = torctl_get_conf_many(get(), names.get(), names.size(), with.get(), &out_values, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::values(out_values);
    }
#if TORCTL_EXCEPTIONS
    torctl::values get_conf_many(const texts &names, const within &with = {}) { return detail::unwrap(try_get_conf_many(names, with)); }
#endif
    /** Sets an option of tor's configuration, by SETCONF, until tor ends or reads its torrc again. torctl_set_conf() */
    [[nodiscard]] expected<void> try_set_conf(const str &name, const str &value, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str name_c(name);
        const detail::c_str value_c(value);
        if (name_c.has_nul())
            return detail::nul_inside("name");
        if (value_c.has_nul())
            return detail::nul_inside("value");
        detail::failure failure;
        const torctl_status rc = torctl_set_conf(get(), name_c.get(), value_c.get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_conf(const str &name, const str &value, const within &with = {}) { return detail::unwrap(try_set_conf(name, value, with)); }
#endif
    /** Sets several options in one SETCONF: all of them or none. torctl_set_conf_many() */
    [[nodiscard]] expected<void> try_set_conf_many(const pairs &names_values, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (names_values.has_nul())
            return detail::nul_inside("names_values");
        detail::failure failure;
        const torctl_status rc = torctl_set_conf_many(get(), names_values.first().get(), names_values.second().get(), names_values.first().size(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_conf_many(const pairs &names_values, const within &with = {}) { return detail::unwrap(try_set_conf_many(names_values, with)); }
#endif
    /** Sets an option as torctl_set_conf() does, and sets it again on each tor that the controller reconnects to (torctl_options_set_reconnect()), which an event of kind RESTORED reports. torctl_keep_conf() */
    [[nodiscard]] expected<void> try_keep_conf(const str &name, const str &value, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str name_c(name);
        const detail::c_str value_c(value);
        if (name_c.has_nul())
            return detail::nul_inside("name");
        if (value_c.has_nul())
            return detail::nul_inside("value");
        detail::failure failure;
        const torctl_status rc = torctl_keep_conf(get(), name_c.get(), value_c.get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void keep_conf(const str &name, const str &value, const within &with = {}) { return detail::unwrap(try_keep_conf(name, value, with)); }
#endif
    /** Sets several options in one SETCONF, all of them or none, and does so again on each tor that the controller reconnects to. torctl_keep_conf_many() */
    [[nodiscard]] expected<void> try_keep_conf_many(const pairs &names_values, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (names_values.has_nul())
            return detail::nul_inside("names_values");
        detail::failure failure;
        const torctl_status rc = torctl_keep_conf_many(get(), names_values.first().get(), names_values.second().get(), names_values.first().size(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void keep_conf_many(const pairs &names_values, const within &with = {}) { return detail::unwrap(try_keep_conf_many(names_values, with)); }
#endif
    /** Sets an option to its default, or to a value, by RESETCONF. torctl_reset_conf() */
    [[nodiscard]] expected<void> try_reset_conf(const str &name, const str &value, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str name_c(name);
        const detail::c_str value_c(value);
        if (name_c.has_nul())
            return detail::nul_inside("name");
        if (value_c.has_nul())
            return detail::nul_inside("value");
        detail::failure failure;
        const torctl_status rc = torctl_reset_conf(get(), name_c.get(), value_c.get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void reset_conf(const str &name, const str &value, const within &with = {}) { return detail::unwrap(try_reset_conf(name, value, with)); }
#endif
    /** Sets several options in one RESETCONF: all of them or none. torctl_reset_conf_many() */
    [[nodiscard]] expected<void> try_reset_conf_many(const pairs &names_values, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (names_values.has_nul())
            return detail::nul_inside("names_values");
        detail::failure failure;
        const torctl_status rc = torctl_reset_conf_many(get(), names_values.first().get(), names_values.second().get(), names_values.first().size(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void reset_conf_many(const pairs &names_values, const within &with = {}) { return detail::unwrap(try_reset_conf_many(names_values, with)); }
#endif
    /** Replaces tor's whole configuration by `text`, which is that of a torrc, by LOADCONF. torctl_load_conf() */
    [[nodiscard]] expected<void> try_load_conf(const str &text, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str text_c(text);
        if (text_c.has_nul())
            return detail::nul_inside("text");
        detail::failure failure;
        const torctl_status rc = torctl_load_conf(get(), text_c.get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void load_conf(const str &text, const within &with = {}) { return detail::unwrap(try_load_conf(text, with)); }
#endif
    /** Tells tor to write its configuration into its torrc, by SAVECONF. torctl_save_conf() */
    [[nodiscard]] expected<void> try_save_conf(bool force, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_save_conf(get(), force ? 1 : 0, with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void save_conf(bool force, const within &with = {}) { return detail::unwrap(try_save_conf(force, with)); }
#endif
    /** Sends tor a signal, one of the TORCTL_SIGNAL constants, by SIGNAL. torctl_signal() */
    [[nodiscard]] expected<void> try_signal(torctl::signal signal_, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_signal(get(), static_cast<std::int32_t>(signal_), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void signal(torctl::signal signal_, const within &with = {}) { return detail::unwrap(try_signal(signal_, with)); }
#endif
    /** Begins a request and does not wait: torctl_request() in two steps. torctl_request_start() */
    [[nodiscard]] expected<torctl::pending> try_request_start(const str &command, std::string_view data = {}, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str command_c(command);
        if (command_c.has_nul())
            return detail::nul_inside("command");
        detail::failure failure;
        torctl_pending *out_out = nullptr;
        const torctl_status rc = torctl_request_start(get(), command_c.get(), data.data(), data.size(), with.get(), &out_out, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::pending(out_out);
    }
#if TORCTL_EXCEPTIONS
    torctl::pending request_start(const str &command, std::string_view data = {}, const within &with = {}) { return detail::unwrap(try_request_start(command, data, with)); }
#endif
    /** How many events wait for the listeners. torctl_listener_backlog() */
    std::size_t listener_backlog() const { return torctl_listener_backlog(get()); }
    /** How many events were delivered to the listeners. torctl_listener_delivered() */
    std::uint64_t listener_delivered() const { return torctl_listener_delivered(get()); }
    /** How many events the listeners lost. torctl_listener_dropped() */
    std::uint64_t listener_dropped() const { return torctl_listener_dropped(get()); }
    /** How many calls of listeners failed. torctl_listener_failed() */
    std::uint64_t listener_failed() const { return torctl_listener_failed(get()); }
    /** Says why a controller is not recorded any more, as a number of errno, for example ENOSPC. torctl_controller_record_errno() */
    int record_errno() const { return torctl_controller_record_errno(get()); }
    /** Asks how tor does, by GETINFO and GETCONF, all in one step. torctl_get_health() */
    [[nodiscard]] expected<torctl::health> try_health(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_health *out_health = nullptr;
        const torctl_status rc = torctl_get_health(get(), with.get(), &out_health, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::health(out_health);
    }
#if TORCTL_EXCEPTIONS
    torctl::health health(const within &with = {}) { return detail::unwrap(try_health(with)); }
#endif
    /** Makes a view. torctl_view_new() */
    [[nodiscard]] expected<torctl::view> try_make_view(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_view *out_view = nullptr;
        const torctl_status rc = torctl_view_new(get(), with.get(), &out_view, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::view(out_view);
    }
#if TORCTL_EXCEPTIONS
    torctl::view make_view(const within &with = {}) { return detail::unwrap(try_make_view(with)); }
#endif
    /** Tells a tor that runs to use these bridges and no others, by SETCONF of UseBridges and Bridge: all of it or nothing. torctl_set_bridges() */
    [[nodiscard]] expected<void> try_set_bridges(const torctl::bridges &bridges, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_set_bridges(get(), bridges.get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_bridges(const torctl::bridges &bridges, const within &with = {}) { return detail::unwrap(try_set_bridges(bridges, with)); }
#endif
    /** The process number of the tor that torctl_launch() started for this controller, of several the last; 0 if it started none. torctl_launched_pid() */
    std::int64_t launched_pid() const { return torctl_launched_pid(get()); }
    /** The data directory of the tor that torctl_launch() started for this controller. torctl_launched_data_directory() */
    cstring_view launched_data_directory() const & { return cstring_view(torctl_launched_data_directory(get())); }
    std::string launched_data_directory() && { return cstring_view(torctl_launched_data_directory(get())).str(); }
    /** Waits until the tor that torctl_launch() started for this controller, of several the one that runs now, has ended, by whatever cause. torctl_launched_wait() */
    [[nodiscard]] expected<torctl::tor_exit> try_launched_wait(torctl::timeout limit = {}, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        std::int32_t out_exit_code = 0;
        std::int32_t out_signal = 0;
        const torctl_status rc = torctl_launched_wait(get(), limit.ms(), with.get(), &out_exit_code, &out_signal, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::tor_exit{out_exit_code, out_signal};
    }
#if TORCTL_EXCEPTIONS
    torctl::tor_exit launched_wait(torctl::timeout limit = {}, const within &with = {}) { return detail::unwrap(try_launched_wait(limit, with)); }
#endif
    /** Makes an onion service, by ADD_ONION, and before it asks for HS_DESC events, so that none of its uploads is missed. torctl_add_onion() */
    [[nodiscard]] expected<torctl::onion> try_add_onion(const torctl::onion_options &options, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_onion *out_onion = nullptr;
        const torctl_status rc = torctl_add_onion(get(), options.get(), with.get(), &out_onion, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion(out_onion);
    }
#if TORCTL_EXCEPTIONS
    torctl::onion add_onion(const torctl::onion_options &options, const within &with = {}) { return detail::unwrap(try_add_onion(options, with)); }
#endif
    /** Follows a service that this tor has already, for example one of its torrc or a detached one: its uploads count from now on. torctl_watch_onion() */
    [[nodiscard]] expected<torctl::onion> try_watch_onion(const str &address, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        detail::failure failure;
        torctl_onion *out_onion = nullptr;
        const torctl_status rc = torctl_watch_onion(get(), address_c.get(), with.get(), &out_onion, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion(out_onion);
    }
#if TORCTL_EXCEPTIONS
    torctl::onion watch_onion(const str &address, const within &with = {}) { return detail::unwrap(try_watch_onion(address, with)); }
#endif
    /** Removes a service, by DEL_ONION: one of this connection, or a detached one. torctl_del_onion() */
    [[nodiscard]] expected<void> try_del_onion(const str &address, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        detail::failure failure;
        const torctl_status rc = torctl_del_onion(get(), address_c.get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void del_onion(const str &address, const within &with = {}) { return detail::unwrap(try_del_onion(address, with)); }
#endif
    /** Removes several services with one round of commands. torctl_del_onions() */
    [[nodiscard]] expected<torctl::results> try_del_onions(const texts &addresses, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (addresses.has_nul())
            return detail::nul_inside("addresses");
        detail::failure failure;
        torctl_results *out_results = nullptr;
        const torctl_status rc = torctl_del_onions(get(), addresses.get(), addresses.size(), with.get(), &out_results, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::results(out_results);
    }
#if TORCTL_EXCEPTIONS
    torctl::results del_onions(const texts &addresses, const within &with = {}) { return detail::unwrap(try_del_onions(addresses, with)); }
#endif
    /** Lists the services of this connection, or with `detached` not 0 those that are detached, by GETINFO onions/current or onions/detached. torctl_get_onions() */
    [[nodiscard]] expected<torctl::list> try_onions(bool detached, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_list *out_list = nullptr;
        const torctl_status rc = torctl_get_onions(get(), detached ? 1 : 0, with.get(), &out_list, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::list(out_list);
    }
#if TORCTL_EXCEPTIONS
    torctl::list onions(bool detached, const within &with = {}) { return detail::unwrap(try_onions(detached, with)); }
#endif
    /** Makes an onion service with this port, which leads to a new socket, by ADD_ONION. torctl_onion_listener_new() */
    [[nodiscard]] expected<torctl::onion_listener> try_make_onion_listener(std::uint16_t port, const torctl::onion_options &options, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_onion_listener *out_listener = nullptr;
        const torctl_status rc = torctl_onion_listener_new(get(), port, options.get(), with.get(), &out_listener, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::onion_listener(out_listener);
    }
#if TORCTL_EXCEPTIONS
    torctl::onion_listener make_onion_listener(std::uint16_t port, const torctl::onion_options &options, const within &with = {}) { return detail::unwrap(try_make_onion_listener(port, options, with)); }
#endif
    /** Gives tor the private x25519 key for a service, by ONION_CLIENT_AUTH_ADD. torctl_onion_client_auth_add() */
    [[nodiscard]] expected<torctl::client_auth_added> try_onion_client_auth_add(const str &address, const str &private_key, const str &name, bool permanent, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str address_c(address);
        const detail::c_str private_key_c(private_key);
        const detail::c_str name_c(name);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        if (private_key_c.has_nul())
            return detail::nul_inside("private_key");
        if (name_c.has_nul())
            return detail::nul_inside("name");
        detail::failure failure;
        std::int32_t out_outcome = 0;
        const torctl_status rc = torctl_onion_client_auth_add(get(), address_c.get(), private_key_c.get(), name_c.get(), permanent ? 1 : 0, with.get(), &out_outcome, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return static_cast<torctl::client_auth_added>(out_outcome);
    }
#if TORCTL_EXCEPTIONS
    torctl::client_auth_added onion_client_auth_add(const str &address, const str &private_key, const str &name, bool permanent, const within &with = {}) { return detail::unwrap(try_onion_client_auth_add(address, private_key, name, permanent, with)); }
#endif
    /** Gives tor private keys for several services with one round of commands, each as torctl_onion_client_auth_add() does. torctl_onion_client_auth_add_each() */
    [[nodiscard]] expected<torctl::results> try_onion_client_auth_add_each(const texts &addresses, const texts &private_keys, const texts &names, bool permanent, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (addresses.has_nul())
            return detail::nul_inside("addresses");
        if (private_keys.has_nul())
            return detail::nul_inside("private_keys");
        if (names.has_nul())
            return detail::nul_inside("names");
        if (addresses.size() != names.size() || private_keys.size() != names.size())
            return detail::uneven();
        detail::failure failure;
        torctl_results *out_results = nullptr;
        const torctl_status rc = torctl_onion_client_auth_add_each(get(), addresses.get(), private_keys.get(), names.get(), names.size(), permanent ? 1 : 0, with.get(), &out_results, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::results(out_results);
    }
#if TORCTL_EXCEPTIONS
    torctl::results onion_client_auth_add_each(const texts &addresses, const texts &private_keys, const texts &names, bool permanent, const within &with = {}) { return detail::unwrap(try_onion_client_auth_add_each(addresses, private_keys, names, permanent, with)); }
#endif
    /** Tells tor to forget the key for a service, by ONION_CLIENT_AUTH_REMOVE. torctl_onion_client_auth_remove() */
    [[nodiscard]] expected<void> try_onion_client_auth_remove(const str &address, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        detail::failure failure;
        const torctl_status rc = torctl_onion_client_auth_remove(get(), address_c.get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void onion_client_auth_remove(const str &address, const within &with = {}) { return detail::unwrap(try_onion_client_auth_remove(address, with)); }
#endif
    /** Lists the keys that tor has, by ONION_CLIENT_AUTH_VIEW; for one service, or for all if `address` is NULL. torctl_get_client_auths() */
    [[nodiscard]] expected<torctl::client_auths> try_client_auths(const str &address, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        detail::failure failure;
        torctl_client_auths *out_auths = nullptr;
        const torctl_status rc = torctl_get_client_auths(get(), address_c.get(), with.get(), &out_auths, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::client_auths(out_auths);
    }
#if TORCTL_EXCEPTIONS
    torctl::client_auths client_auths(const str &address, const within &with = {}) { return detail::unwrap(try_client_auths(address, with)); }
#endif
    /** Reads the services of tor's configuration, by GETCONF HiddenServiceOptions. torctl_get_services() */
    [[nodiscard]] expected<torctl::services> try_services(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_services *out_services = nullptr;
        const torctl_status rc = torctl_get_services(get(), with.get(), &out_services, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::services(out_services);
    }
#if TORCTL_EXCEPTIONS
    torctl::services services(const within &with = {}) { return detail::unwrap(try_services(with)); }
#endif
    /** Replaces the services of tor's configuration by these, by SETCONF: all of it or nothing. torctl_set_services() */
    [[nodiscard]] expected<void> try_set_services(const torctl::services &services, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_set_services(get(), services.get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_services(const torctl::services &services, const within &with = {}) { return detail::unwrap(try_set_services(services, with)); }
#endif
    /** Gives tor a relay's server descriptor, by POSTDESCRIPTOR. torctl_post_descriptor() */
    [[nodiscard]] expected<void> try_post_descriptor(std::string_view text, torctl::descriptor_purpose purpose, bool cache, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_post_descriptor(get(), text.data(), text.size(), static_cast<std::int32_t>(purpose), cache ? 1 : 0, with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void post_descriptor(std::string_view text, torctl::descriptor_purpose purpose, bool cache, const within &with = {}) { return detail::unwrap(try_post_descriptor(text, purpose, cache, with)); }
#endif
    /** Tells tor to upload the descriptor of an onion service that runs elsewhere, by HSPOST: to the relays whose fingerprints are in `relays`, or to those that are to have it if `count` is 0. torctl_post_onion_descriptor() */
    [[nodiscard]] expected<void> try_post_onion_descriptor(const str &address, const texts &relays, std::string_view text = {}, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        if (relays.has_nul())
            return detail::nul_inside("relays");
        detail::failure failure;
        const torctl_status rc = torctl_post_onion_descriptor(get(), address_c.get(), relays.get(), relays.size(), text.data(), text.size(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void post_onion_descriptor(const str &address, const texts &relays, std::string_view text = {}, const within &with = {}) { return detail::unwrap(try_post_onion_descriptor(address, relays, text, with)); }
#endif
    /** Tells tor to fetch the descriptor of an onion service, by HSFETCH, and does not wait: it comes as HS_DESC and HS_DESC_CONTENT events. torctl_fetch_onion_start() */
    [[nodiscard]] expected<void> try_fetch_onion_start(const str &address, const texts &relays, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        if (relays.has_nul())
            return detail::nul_inside("relays");
        detail::failure failure;
        const torctl_status rc = torctl_fetch_onion_start(get(), address_c.get(), relays.get(), relays.size(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void fetch_onion_start(const str &address, const texts &relays, const within &with = {}) { return detail::unwrap(try_fetch_onion_start(address, relays, with)); }
#endif
    /** Tells tor to fetch the descriptor of an onion service, by HSFETCH, and waits until it has come, or until every relay that tor asked has failed. torctl_fetch_onion() */
    [[nodiscard]] expected<torctl::fetch> try_fetch_onion(const str &address, const texts &relays, torctl::timeout limit = {}, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        if (relays.has_nul())
            return detail::nul_inside("relays");
        detail::failure failure;
        torctl_fetch *out_fetch = nullptr;
        const torctl_status rc = torctl_fetch_onion(get(), address_c.get(), relays.get(), relays.size(), limit.ms(), with.get(), &out_fetch, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::fetch(out_fetch);
    }
#if TORCTL_EXCEPTIONS
    torctl::fetch fetch_onion(const str &address, const texts &relays, torctl::timeout limit = {}, const within &with = {}) { return detail::unwrap(try_fetch_onion(address, relays, limit, with)); }
#endif
    /** Begins a circuit, or more hops of an existing one, by EXTENDCIRCUIT, and does not wait until it is built: torctl_build_circuit() does. torctl_extend_circuit() */
    [[nodiscard]] expected<std::uint64_t> try_extend_circuit(std::uint64_t circuit, const texts &path, torctl::circ_purpose purpose, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (path.has_nul())
            return detail::nul_inside("path");
        detail::failure failure;
        std::uint64_t out_id = 0;
        const torctl_status rc = torctl_extend_circuit(get(), circuit, path.get(), path.size(), static_cast<std::int32_t>(purpose), with.get(), &out_id, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return out_id;
    }
#if TORCTL_EXCEPTIONS
    std::uint64_t extend_circuit(std::uint64_t circuit, const texts &path, torctl::circ_purpose purpose, const within &with = {}) { return detail::unwrap(try_extend_circuit(circuit, path, purpose, with)); }
#endif
    /** Begins a circuit, or more hops of an existing one, by EXTENDCIRCUIT, and waits until it is built. torctl_build_circuit() */
    [[nodiscard]] expected<torctl::built_circuit> try_build_circuit(std::uint64_t circuit, const texts &path, torctl::circ_purpose purpose, torctl::timeout limit = {}, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (path.has_nul())
            return detail::nul_inside("path");
        detail::failure failure;
        std::uint64_t out_id = 0;
        torctl_event *out_built = nullptr;
        const torctl_status rc = torctl_build_circuit(get(), circuit, path.get(), path.size(), static_cast<std::int32_t>(purpose), limit.ms(), with.get(), &out_id, &out_built, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::built_circuit{out_id, torctl::event(out_built)};
    }
#if TORCTL_EXCEPTIONS
    torctl::built_circuit build_circuit(std::uint64_t circuit, const texts &path, torctl::circ_purpose purpose, torctl::timeout limit = {}, const within &with = {}) { return detail::unwrap(try_build_circuit(circuit, path, purpose, limit, with)); }
#endif
    /** Sets what a circuit is for, by SETCIRCUITPURPOSE: TORCTL_CIRC_PURPOSE_GENERAL or TORCTL_CIRC_PURPOSE_CONTROLLER. torctl_set_circuit_purpose() */
    [[nodiscard]] expected<void> try_set_circuit_purpose(std::uint64_t circuit, torctl::circ_purpose purpose, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_set_circuit_purpose(get(), circuit, static_cast<std::int32_t>(purpose), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void set_circuit_purpose(std::uint64_t circuit, torctl::circ_purpose purpose, const within &with = {}) { return detail::unwrap(try_set_circuit_purpose(circuit, purpose, with)); }
#endif
    /** Closes a circuit, by CLOSECIRCUIT. torctl_close_circuit() */
    [[nodiscard]] expected<void> try_close_circuit(std::uint64_t circuit, bool if_unused, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_close_circuit(get(), circuit, if_unused ? 1 : 0, with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void close_circuit(std::uint64_t circuit, bool if_unused, const within &with = {}) { return detail::unwrap(try_close_circuit(circuit, if_unused, with)); }
#endif
    /** Attaches a stream to a circuit, by ATTACHSTREAM. torctl_attach_stream() */
    [[nodiscard]] expected<void> try_attach_stream(std::uint64_t stream_, std::uint64_t circuit, std::uint32_t hop, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_attach_stream(get(), stream_, circuit, hop, with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void attach_stream(std::uint64_t stream_, std::uint64_t circuit, std::uint32_t hop, const within &with = {}) { return detail::unwrap(try_attach_stream(stream_, circuit, hop, with)); }
#endif
    /** Redirects a stream that is not attached yet to another address, by REDIRECTSTREAM. torctl_redirect_stream() */
    [[nodiscard]] expected<void> try_redirect_stream(std::uint64_t stream_, const str &address, std::uint16_t port, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str address_c(address);
        if (address_c.has_nul())
            return detail::nul_inside("address");
        detail::failure failure;
        const torctl_status rc = torctl_redirect_stream(get(), stream_, address_c.get(), port, with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void redirect_stream(std::uint64_t stream_, const str &address, std::uint16_t port, const within &with = {}) { return detail::unwrap(try_redirect_stream(stream_, address, port, with)); }
#endif
    /** Closes a stream, by CLOSESTREAM. torctl_close_stream() */
    [[nodiscard]] expected<void> try_close_stream(std::uint64_t stream_, torctl::stream_reason reason, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_close_stream(get(), stream_, static_cast<std::int32_t>(reason), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void close_stream(std::uint64_t stream_, torctl::stream_reason reason, const within &with = {}) { return detail::unwrap(try_close_stream(stream_, reason, with)); }
#endif
    /** Removes the attacher: tor is told to attach streams itself again, those that wait included. torctl_attacher_remove() */
    [[nodiscard]] expected<void> try_attacher_remove(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_attacher_remove(get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void attacher_remove(const within &with = {}) { return detail::unwrap(try_attacher_remove(with)); }
#endif
    /** About how many streams the present attacher did not answer in time. torctl_attacher_overdue() */
    std::uint64_t attacher_overdue() const { return torctl_attacher_overdue(get()); }
    /** Connects to `host` and `port` through tor. torctl_dial() */
    [[nodiscard]] expected<torctl::connection> try_dial(const str &host, std::uint16_t port, const torctl::dial_options &options, torctl::timeout limit = {}, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str host_c(host);
        if (host_c.has_nul())
            return detail::nul_inside("host");
        detail::failure failure;
        int out_fd = -1;
        torctl_dialed *out_dialed = nullptr;
        const torctl_status rc = torctl_dial(get(), host_c.get(), port, options.get(), limit.ms(), with.get(), &out_fd, &out_dialed, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::connection{unique_fd(out_fd), torctl::dialed(out_dialed)};
    }
#if TORCTL_EXCEPTIONS
    torctl::connection dial(const str &host, std::uint16_t port, const torctl::dial_options &options, torctl::timeout limit = {}, const within &with = {}) { return detail::unwrap(try_dial(host, port, options, limit, with)); }
#endif
    /** Maps addresses, by MAPADDRESS: streams to `from[i]` go to `to[i]` instead. torctl_map_address() */
    [[nodiscard]] expected<torctl::results> try_map_address(const pairs &from_to, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (from_to.has_nul())
            return detail::nul_inside("from_to");
        detail::failure failure;
        torctl_results *out_results = nullptr;
        const torctl_status rc = torctl_map_address(get(), from_to.first().get(), from_to.second().get(), from_to.first().size(), with.get(), &out_results, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::results(out_results);
    }
#if TORCTL_EXCEPTIONS
    torctl::results map_address(const pairs &from_to, const within &with = {}) { return detail::unwrap(try_map_address(from_to, with)); }
#endif
    /** Looks up a name through tor's network, by RESOLVE, and waits for the answer. torctl_resolve() */
    [[nodiscard]] expected<torctl::event> try_resolve(const str &name, bool reverse, torctl::timeout limit = {}, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str name_c(name);
        if (name_c.has_nul())
            return detail::nul_inside("name");
        detail::failure failure;
        torctl_event *out_answer = nullptr;
        const torctl_status rc = torctl_resolve(get(), name_c.get(), reverse ? 1 : 0, limit.ms(), with.get(), &out_answer, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::event(out_answer);
    }
#if TORCTL_EXCEPTIONS
    torctl::event resolve(const str &name, bool reverse, torctl::timeout limit = {}, const within &with = {}) { return detail::unwrap(try_resolve(name, reverse, limit, with)); }
#endif
    /** Tells tor to end when this connection ends, however it ends, by TAKEOWNERSHIP. torctl_take_ownership() */
    [[nodiscard]] expected<void> try_take_ownership(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_take_ownership(get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void take_ownership(const within &with = {}) { return detail::unwrap(try_take_ownership(with)); }
#endif
    /** Reverses torctl_take_ownership(), by DROPOWNERSHIP. torctl_drop_ownership() */
    [[nodiscard]] expected<void> try_drop_ownership(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_drop_ownership(get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void drop_ownership(const within &with = {}) { return detail::unwrap(try_drop_ownership(with)); }
#endif
    /** Tells tor to forget its entry guards and to choose new ones, by DROPGUARDS. torctl_drop_guards() */
    [[nodiscard]] expected<void> try_drop_guards(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_drop_guards(get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void drop_guards(const within &with = {}) { return detail::unwrap(try_drop_guards(with)); }
#endif
    /** Tells tor to forget how long circuits take to be built, by DROPTIMEOUTS. torctl_drop_timeouts() */
    [[nodiscard]] expected<void> try_drop_timeouts(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_drop_timeouts(get(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void drop_timeouts(const within &with = {}) { return detail::unwrap(try_drop_timeouts(with)); }
#endif
    /** Turns features of the control protocol on, by USEFEATURE. torctl_use_feature() */
    [[nodiscard]] expected<void> try_use_feature(const texts &names, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (names.has_nul())
            return detail::nul_inside("names");
        detail::failure failure;
        const torctl_status rc = torctl_use_feature(get(), names.get(), names.size(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void use_feature(const texts &names, const within &with = {}) { return detail::unwrap(try_use_feature(names, with)); }
#endif
    /** Asks which options tor has, of which types and with which defaults, by GETINFO config/names and config/defaults. torctl_get_config_options() */
    [[nodiscard]] expected<torctl::config_options> try_config_options(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_config_options *out_options = nullptr;
        const torctl_status rc = torctl_get_config_options(get(), with.get(), &out_options, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::config_options(out_options);
    }
#if TORCTL_EXCEPTIONS
    torctl::config_options config_options(const within &with = {}) { return detail::unwrap(try_config_options(with)); }
#endif
    /** Asks by GETINFO for a value that is a number: "uptime" (seconds), "traffic/read" and "traffic/written" (bytes), "process/pid", "limits/max-mem-in-queues" (bytes) and more. torctl_get_number() */
    [[nodiscard]] expected<std::uint64_t> try_number(const str &key, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str key_c(key);
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        std::uint64_t out_number = 0;
        const torctl_status rc = torctl_get_number(get(), key_c.get(), with.get(), &out_number, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return out_number;
    }
#if TORCTL_EXCEPTIONS
    std::uint64_t number(const str &key, const within &with = {}) { return detail::unwrap(try_number(key, with)); }
#endif
    /** Asks by GETINFO for a value that is yes or no: "status/circuit-established", "status/enough-dir-info", "network-liveness", "dormant", "config-can-saveconf", "status/reachability-succeeded/or", "ip-to-country/ipv4-available" and more. torctl_get_flag() */
    [[nodiscard]] expected<bool> try_flag(const str &key, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str key_c(key);
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        int out_flag = 0;
        const torctl_status rc = torctl_get_flag(get(), key_c.get(), with.get(), &out_flag, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return out_flag != 0;
    }
#if TORCTL_EXCEPTIONS
    bool flag(const str &key, const within &with = {}) { return detail::unwrap(try_flag(key, with)); }
#endif
    /** Asks how many bytes tor has read and written since it began, by GETINFO traffic/read and traffic/written. torctl_get_traffic() */
    [[nodiscard]] expected<torctl::traffic_bytes> try_traffic(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        std::uint64_t out_read_bytes = 0;
        std::uint64_t out_written_bytes = 0;
        const torctl_status rc = torctl_get_traffic(get(), with.get(), &out_read_bytes, &out_written_bytes, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::traffic_bytes{out_read_bytes, out_written_bytes};
    }
#if TORCTL_EXCEPTIONS
    torctl::traffic_bytes traffic(const within &with = {}) { return detail::unwrap(try_traffic(with)); }
#endif
    /** Asks how many bytes per second tor may use on average, and how many in a burst, by GETCONF: the least of BandwidthRate, RelayBandwidthRate and MaxAdvertisedBandwidth, and of the bursts, those that are 0 not counted. torctl_get_effective_rate() */
    [[nodiscard]] expected<torctl::rate_bytes> try_effective_rate(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        std::uint64_t out_rate_bytes = 0;
        std::uint64_t out_burst_bytes = 0;
        const torctl_status rc = torctl_get_effective_rate(get(), with.get(), &out_rate_bytes, &out_burst_bytes, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::rate_bytes{out_rate_bytes, out_burst_bytes};
    }
#if TORCTL_EXCEPTIONS
    torctl::rate_bytes effective_rate(const within &with = {}) { return detail::unwrap(try_effective_rate(with)); }
#endif
    /** Asks how far tor is with bootstrapping, by GETINFO status/bootstrap-phase. torctl_get_bootstrap_phase() */
    [[nodiscard]] expected<torctl::event> try_bootstrap_phase(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_event *out_phase = nullptr;
        const torctl_status rc = torctl_get_bootstrap_phase(get(), with.get(), &out_phase, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::event(out_phase);
    }
#if TORCTL_EXCEPTIONS
    torctl::event bootstrap_phase(const within &with = {}) { return detail::unwrap(try_bootstrap_phase(with)); }
#endif
    /** Asks for the circuits that there are, by GETINFO circuit-status. torctl_get_circuits() */
    [[nodiscard]] expected<torctl::circuit_list> try_circuits(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_events *out_circuits = nullptr;
        const torctl_status rc = torctl_get_circuits(get(), with.get(), &out_circuits, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::circuit_list(out_circuits);
    }
#if TORCTL_EXCEPTIONS
    torctl::circuit_list circuits(const within &with = {}) { return detail::unwrap(try_circuits(with)); }
#endif
    /** Asks for the streams that there are, by GETINFO stream-status, which has fewer fields than the events: id, status, circuit and target. torctl_get_streams() */
    [[nodiscard]] expected<torctl::stream_list> try_streams(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_events *out_streams = nullptr;
        const torctl_status rc = torctl_get_streams(get(), with.get(), &out_streams, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::stream_list(out_streams);
    }
#if TORCTL_EXCEPTIONS
    torctl::stream_list streams(const within &with = {}) { return detail::unwrap(try_streams(with)); }
#endif
    /** Asks for the connections to relays that there are, by GETINFO orconn-status. torctl_get_orconns() */
    [[nodiscard]] expected<torctl::orconn_list> try_orconns(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_events *out_connections = nullptr;
        const torctl_status rc = torctl_get_orconns(get(), with.get(), &out_connections, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::orconn_list(out_connections);
    }
#if TORCTL_EXCEPTIONS
    torctl::orconn_list orconns(const within &with = {}) { return detail::unwrap(try_orconns(with)); }
#endif
    /** Asks in which countries addresses are, by GETINFO ip-to-country, all in one go. torctl_get_countries() */
    [[nodiscard]] expected<torctl::results> try_countries(const texts &addresses, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        if (addresses.has_nul())
            return detail::nul_inside("addresses");
        detail::failure failure;
        torctl_results *out_results = nullptr;
        const torctl_status rc = torctl_get_countries(get(), addresses.get(), addresses.size(), with.get(), &out_results, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::results(out_results);
    }
#if TORCTL_EXCEPTIONS
    torctl::results countries(const texts &addresses, const within &with = {}) { return detail::unwrap(try_countries(addresses, with)); }
#endif
    /** Asks which options of tor's configuration are not at their defaults, by GETINFO config-text. torctl_get_changed_conf() */
    [[nodiscard]] expected<torctl::values> try_changed_conf(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_values *out_values = nullptr;
        const torctl_status rc = torctl_get_changed_conf(get(), with.get(), &out_values, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::values(out_values);
    }
#if TORCTL_EXCEPTIONS
    torctl::values changed_conf(const within &with = {}) { return detail::unwrap(try_changed_conf(with)); }
#endif
    /** Tells tor to use new circuits for new streams, by SIGNAL NEWNYM, and waits until it does: immediately if the last time was ten seconds ago, or else when it will have been. torctl_new_identity() */
    [[nodiscard]] expected<void> try_new_identity(torctl::timeout limit = {}, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        const torctl_status rc = torctl_new_identity(get(), limit.ms(), with.get(), failure.place());
        if (rc < 0)
            return failure.take(rc);
        return {};
    }
#if TORCTL_EXCEPTIONS
    void new_identity(torctl::timeout limit = {}, const within &with = {}) { return detail::unwrap(try_new_identity(limit, with)); }
#endif
    /** How many milliseconds tor would wait before it acts on a NEWNYM that is sent now. torctl_newnym_wait_ms() */
    std::chrono::milliseconds newnym_wait() const { return std::chrono::milliseconds(static_cast<std::int64_t>(torctl_newnym_wait_ms(get()))); }
    /** Asks where tor listens, by GETINFO net/listeners. torctl_get_endpoints() */
    [[nodiscard]] expected<torctl::endpoints> try_endpoints(const str &kind, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str kind_c(kind);
        if (kind_c.has_nul())
            return detail::nul_inside("kind");
        detail::failure failure;
        torctl_endpoints *out_endpoints = nullptr;
        const torctl_status rc = torctl_get_endpoints(get(), kind_c.get(), with.get(), &out_endpoints, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::endpoints(out_endpoints);
    }
#if TORCTL_EXCEPTIONS
    torctl::endpoints endpoints(const str &kind, const within &with = {}) { return detail::unwrap(try_endpoints(kind, with)); }
#endif
    /** Asks about tor's process, by GETINFO process/pid, process/uid, process/user, process/descriptor-limit and uptime, each by itself: what one tor does not know is absent. torctl_get_process() */
    [[nodiscard]] expected<torctl::process> try_tor_process(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_process *out_process = nullptr;
        const torctl_status rc = torctl_get_process(get(), with.get(), &out_process, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::process(out_process);
    }
#if TORCTL_EXCEPTIONS
    torctl::process tor_process(const within &with = {}) { return detail::unwrap(try_tor_process(with)); }
#endif
    /** Asks how much tor has read and written in the last seconds, at most 300, by GETINFO bw-event-cache. torctl_get_bandwidths() */
    [[nodiscard]] expected<torctl::bandwidths> try_bandwidths(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_bandwidths *out_bandwidths = nullptr;
        const torctl_status rc = torctl_get_bandwidths(get(), with.get(), &out_bandwidths, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::bandwidths(out_bandwidths);
    }
#if TORCTL_EXCEPTIONS
    torctl::bandwidths bandwidths(const within &with = {}) { return detail::unwrap(try_bandwidths(with)); }
#endif
    /** Asks about accounting, by GETINFO accounting/enabled and, if it is, the other accounting keys. torctl_get_accounting() */
    [[nodiscard]] expected<torctl::accounting> try_accounting(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_accounting *out_accounting = nullptr;
        const torctl_status rc = torctl_get_accounting(get(), with.get(), &out_accounting, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::accounting(out_accounting);
    }
#if TORCTL_EXCEPTIONS
    torctl::accounting accounting(const within &with = {}) { return detail::unwrap(try_accounting(with)); }
#endif
    /** Asks for the entry guards, by GETINFO entry-guards. torctl_get_guards() */
    [[nodiscard]] expected<torctl::guards> try_guards(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_guards *out_guards = nullptr;
        const torctl_status rc = torctl_get_guards(get(), with.get(), &out_guards, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::guards(out_guards);
    }
#if TORCTL_EXCEPTIONS
    torctl::guards guards(const within &with = {}) { return detail::unwrap(try_guards(with)); }
#endif
    /** Asks which addresses stand for others, by GETINFO address-mappings. torctl_get_mappings() */
    [[nodiscard]] expected<torctl::mappings> try_mappings(const str &kind, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str kind_c(kind);
        if (kind_c.has_nul())
            return detail::nul_inside("kind");
        detail::failure failure;
        torctl_mappings *out_mappings = nullptr;
        const torctl_status rc = torctl_get_mappings(get(), kind_c.get(), with.get(), &out_mappings, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::mappings(out_mappings);
    }
#if TORCTL_EXCEPTIONS
    torctl::mappings mappings(const str &kind, const within &with = {}) { return detail::unwrap(try_mappings(kind, with)); }
#endif
    /** Asks for tor's own exit policy, by GETINFO exit-policy/full. torctl_get_exit_policy() */
    [[nodiscard]] expected<torctl::exit_policy> try_exit_policy(const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        detail::failure failure;
        torctl_exit_policy *out_policy = nullptr;
        const torctl_status rc = torctl_get_exit_policy(get(), with.get(), &out_policy, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::exit_policy(out_policy);
    }
#if TORCTL_EXCEPTIONS
    torctl::exit_policy exit_policy(const within &with = {}) { return detail::unwrap(try_exit_policy(with)); }
#endif
    /** Asks for router status entries by GETINFO and reads them all: "ns/all", "ns/id/FINGERPRINT", "ns/name/NICKNAME". torctl_get_routers() */
    [[nodiscard]] expected<torctl::routers> try_routers(const str &key, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str key_c(key);
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        torctl_routers *out_out = nullptr;
        const torctl_status rc = torctl_get_routers(get(), key_c.get(), with.get(), &out_out, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::routers(out_out);
    }
#if TORCTL_EXCEPTIONS
    torctl::routers routers(const str &key, const within &with = {}) { return detail::unwrap(try_routers(key, with)); }
#endif
    /** Asks for router status entries by GETINFO and calls `each` for one after the other as they come, so that only one is ever held. torctl_get_each_router() */
    template <class F>
    [[nodiscard]] expected<std::size_t> try_each_router(const str &key, F &&each, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str key_c(key);
        detail::visitor<std::remove_reference_t<F>> visit(each);
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        std::size_t out_count = 0;
        const torctl_status rc = torctl_get_each_router(get(), key_c.get(), detail::each_run<router_ref, std::remove_reference_t<F>>, visit.data(), with.get(), &out_count, failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return out_count;
    }
#if TORCTL_EXCEPTIONS
    template <class F>
    std::size_t each_router(const str &key, F &&each, const within &with = {}) { return detail::unwrap(try_each_router(key, std::forward<F>(each), with)); }
#endif
    /** Asks for server descriptors by GETINFO and reads them all: "desc/all-recent", "desc/id/FINGERPRINT", "desc/name/NICKNAME". torctl_get_descriptors() */
    [[nodiscard]] expected<torctl::descriptors> try_descriptors(const str &key, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str key_c(key);
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        torctl_descriptors *out_out = nullptr;
        const torctl_status rc = torctl_get_descriptors(get(), key_c.get(), with.get(), &out_out, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::descriptors(out_out);
    }
#if TORCTL_EXCEPTIONS
    torctl::descriptors descriptors(const str &key, const within &with = {}) { return detail::unwrap(try_descriptors(key, with)); }
#endif
    /** Asks for server descriptors by GETINFO and calls `each` for one after the other as they come, so that only one is ever held. torctl_get_each_descriptor() */
    template <class F>
    [[nodiscard]] expected<std::size_t> try_each_descriptor(const str &key, F &&each, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str key_c(key);
        detail::visitor<std::remove_reference_t<F>> visit(each);
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        std::size_t out_count = 0;
        const torctl_status rc = torctl_get_each_descriptor(get(), key_c.get(), detail::each_run<descriptor_ref, std::remove_reference_t<F>>, visit.data(), with.get(), &out_count, failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return out_count;
    }
#if TORCTL_EXCEPTIONS
    template <class F>
    std::size_t each_descriptor(const str &key, F &&each, const within &with = {}) { return detail::unwrap(try_each_descriptor(key, std::forward<F>(each), with)); }
#endif
    /** Asks for microdescriptors by GETINFO and reads them all: "md/all", "md/id/FINGERPRINT", "md/name/NICKNAME". torctl_get_microdescriptors() */
    [[nodiscard]] expected<torctl::microdescriptors> try_microdescriptors(const str &key, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str key_c(key);
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        torctl_microdescriptors *out_out = nullptr;
        const torctl_status rc = torctl_get_microdescriptors(get(), key_c.get(), with.get(), &out_out, failure.place());
        if (rc < 0)
            return failure.take(rc);
        return torctl::microdescriptors(out_out);
    }
#if TORCTL_EXCEPTIONS
    torctl::microdescriptors microdescriptors(const str &key, const within &with = {}) { return detail::unwrap(try_microdescriptors(key, with)); }
#endif
    /** Asks for microdescriptors by GETINFO and calls `each` for one after the other as they come, so that only one is ever held. torctl_get_each_microdescriptor() */
    template <class F>
    [[nodiscard]] expected<std::size_t> try_each_microdescriptor(const str &key, F &&each, const within &with = {})
    {
        if (get() == nullptr)
            return detail::moved_from("controller");
        const detail::c_str key_c(key);
        detail::visitor<std::remove_reference_t<F>> visit(each);
        if (key_c.has_nul())
            return detail::nul_inside("key");
        detail::failure failure;
        std::size_t out_count = 0;
        const torctl_status rc = torctl_get_each_microdescriptor(get(), key_c.get(), detail::each_run<microdescriptor_ref, std::remove_reference_t<F>>, visit.data(), with.get(), &out_count, failure.place());
        visit.rethrow();
        if (rc < 0)
            return failure.take(rc);
        return out_count;
    }
#if TORCTL_EXCEPTIONS
    template <class F>
    std::size_t each_microdescriptor(const str &key, F &&each, const within &with = {}) { return detail::unwrap(try_each_microdescriptor(key, std::forward<F>(each), with)); }
#endif

private:
    template <kind Kind, class F> struct typed {
        F f;
        decltype(auto) operator()(const event &one) { return f(one.as<Kind>()); }
    };
};

/** A listener that is removed with this object, which must go before its controller. */
class scoped_listener {
public:
    scoped_listener(controller &tor, listener_id id) noexcept : tor_(&tor), id_(id) {}
    scoped_listener(const scoped_listener &) = delete;
    scoped_listener &operator=(const scoped_listener &) = delete;
    ~scoped_listener() { static_cast<void>(tor_->try_unlisten(id_)); }
    listener_id id() const noexcept { return id_; }

private:
    controller *tor_;
    listener_id id_;
};
/* Without waiting ------------------------------------------------------------------------------ */

class async;

namespace detail {

/** What goes on when an operation is over. */
class continuation {
public:
    continuation() = default;
    continuation(const continuation &) = delete;
    continuation &operator=(const continuation &) = delete;
    virtual ~continuation() = default;
    virtual void run() = 0;
};

/** An operation that tor has not answered yet, or whose outcome nobody has taken. */
struct operation_state {
    handle<torctl_call, torctl_call_free> call{torctl_call_new()};
    event outcome;
    std::optional<error> failed;
    bool is_over = false;
    /** Where it stands among those that are on their way. */
    std::size_t place = 0;
    std::unique_ptr<continuation> next;
    void finish()
    {
        is_over = true;
        if (auto then = std::move(next))
            then->run();
    }
};

template <class T> using taker = expected<T> (*)(const torctl_event *outcome);

/* What an outcome gives. */

inline expected<void> take_nothing(const torctl_event *outcome)
{
    const torctl_status rc = torctl_result_status(outcome);
    if (rc < 0)
        return unexpected(error::take(rc, torctl_result_error(outcome)));
    return {};
}

template <class T, class Object, torctl_status (*Take)(const torctl_event *, Object **, torctl_error **)>
expected<T> take_object(const torctl_event *outcome)
{
    failure failed;
    Object *made = nullptr;
    const torctl_status rc = Take(outcome, &made, failed.place());
    if (rc < 0)
        return failed.take(rc);
    return T(made);
}

inline expected<std::string> take_value(const torctl_event *outcome)
{
    auto made = take_object<values, torctl_values, torctl_result_take_values>(outcome);
    if (!made)
        return unexpected(made.error());
    return made->value(0).str();
}

inline expected<std::uint64_t> take_number(const torctl_event *outcome)
{
    return result_event(outcome).try_take_number();
}

template <class T> expected<T> take_int(const torctl_event *outcome)
{
    auto made = result_event(outcome).try_take_int();
    if (!made)
        return unexpected(made.error());
    return static_cast<T>(*made);
}

template <class T> expected<T> take_numbers(const torctl_event *outcome)
{
    auto made = result_event(outcome).try_take_numbers();
    if (!made)
        return unexpected(made.error());
    return T{made->first, made->second};
}

inline expected<built_circuit> take_circuit(const torctl_event *outcome)
{
    return result_event(outcome).try_take_circuit();
}

inline expected<tor_exit> take_exit(const torctl_event *outcome)
{
    return result_event(outcome).try_take_exit();
}

inline expected<connection> take_connection(const torctl_event *outcome)
{
    return result_event(outcome).try_take_fd();
}

} // namespace detail

/**
 * Something that was asked of tor by an `async`, and is on its way. co_await it, or say what comes
 * then. One that is dropped goes on, and its outcome is dropped.
 */
template <class T> class [[nodiscard]] operation {
public:
    operation(std::shared_ptr<detail::operation_state> shared, detail::taker<T> taker) noexcept
        : state_(std::move(shared)), take_(taker)
    {
    }
    bool is_over() const noexcept { return state_->is_over; }
    /** Ends it with status::cancelled. */
    void cancel() noexcept { torctl_call_cancel(state_->call.get()); }
    /** The outcome, once it is over. It can be taken once. */
    expected<T> take()
    {
        if (state_->failed)
            return unexpected(*state_->failed);
        if (!state_->outcome)
            return unexpected(error(status::state, "the operation is not over"));
        return take_(state_->outcome.get());
    }
    /** Has `f(expected<T>)` called by async::dispatch(), or immediately if it is over already. */
    template <class F> void then(F &&f) &&
    {
        struct call_f : detail::continuation {
            call_f(operation of, F &&f) : of_(std::move(of)), f_(std::forward<F>(f)) {}
            void run() override { f_(of_.take()); }
            operation of_;
            std::decay_t<F> f_;
        };
        detail::operation_state *shared = state_.get();
        auto next = std::make_unique<call_f>(std::move(*this), std::forward<F>(f));
        if (shared->is_over)
            next->run();
        else
            shared->next = std::move(next);
    }
#if TORCTL_COROUTINES
    bool await_ready() const noexcept { return is_over(); }
    void await_suspend(std::coroutine_handle<> waits)
    {
        struct resume : detail::continuation {
            explicit resume(std::coroutine_handle<> waits) noexcept : waits_(waits) {}
            void run() override { waits_.resume(); }
            std::coroutine_handle<> waits_;
        };
        state_->next = std::make_unique<resume>(waits);
    }
    expected<T> await_resume() { return take(); }
#endif

private:
    std::shared_ptr<detail::operation_state> state_;
    detail::taker<T> take_;
};

#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
/** An operation of which co_await gives the value, and throws the error. */
template <class T> class [[nodiscard]] throwing_operation : public operation<T> {
public:
    explicit throwing_operation(operation<T> from) noexcept : operation<T>(std::move(from)) {}
    T await_resume() { return detail::unwrap(this->take()); }
};
#endif

/**
 * Asks tor without waiting. Each request is begun at once; its outcome comes when the program, in
 * its own loop, calls dispatch() as soon as fd() can be read. One thread at a time may use it. It must
 * go before its controller.
 *
 *     torctl::async ask(tor);
 *     std::string version = co_await ask.get_info("version");       // in a coroutine
 *     ask.try_get_info("version").then([](auto version) { ... });   // anywhere
 */
class async {
public:
    /** Moves nothing: what is on its way knows its place. */
    async(const async &) = delete;
    async &operator=(const async &) = delete;
    /** An async for this controller, or the reason why there is no queue for it. */
    [[nodiscard]] static expected<std::unique_ptr<async>> try_make(controller &tor)
    {
        auto outcomes = tor.try_subscribe(kind::result);
        if (!outcomes)
            return unexpected(outcomes.error());
        return std::unique_ptr<async>(new async(tor, std::move(*outcomes)));
    }
#if TORCTL_EXCEPTIONS
    explicit async(controller &tor) : async(tor, tor.subscribe(kind::result)) {}
#endif
    /** What waits for an outcome gets status::cancelled. */
    ~async()
    {
        while (!begun_.empty()) {
            const std::shared_ptr<detail::operation_state> shared = std::move(begun_.back());
            begun_.pop_back();
            torctl_call_cancel(shared->call.get());
            shared->failed.emplace(status::cancelled, "the async that began this has ended");
            shared->finish();
        }
    }
    /** Readable while dispatch() has something to do. */
    int fd() const noexcept { return torctl_queue_fd(outcomes_.get()); }
    /** How many operations are on their way. */
    std::size_t pending() const noexcept { return begun_.size(); }
    /**
     * Goes on with what is over: resumes coroutines and calls what then() was given, in this thread.
     * Says how many there were, at most so many.
     */
    std::size_t dispatch(std::size_t most = 256)
    {
        std::size_t count = 0;
        while (count < most) {
            auto next = outcomes_.try_next(std::chrono::milliseconds(0));
            is_end_ = next && next->is_end();
            if (!next || !*next)
                break;
            finish(std::move(*next));
            ++count;
        }
        return count;
    }
    /** Whether dispatch() has found that nothing will come any more: the controller is closed. */
    bool is_end() const noexcept { return is_end_; }
    /** Waits for outcomes and goes on, until nothing is on its way: a loop for programs without one. */
    void run()
    {
        while (!begun_.empty()) {
            auto next = outcomes_.try_next();
            if (!next || !*next)
                break;
            finish(std::move(*next));
        }
    }
    /** The same as that of a controller; `id`, if not NULL, is set before this returns. */
    template <class F> operation<void> try_listen(kinds wanted, F &&f, listener_id *id = nullptr)
    {
        using callable = std::decay_t<F>;
        return begin<void>(timeout(), nullptr, detail::take_nothing,
                           [&](torctl_controller *tor, torctl_call *call, torctl_error **why) {
                               std::uint64_t number = 0;
                               const torctl_status rc = torctl_listener_add(
                                   tor, wanted.bits(), detail::listener_run<callable>,
                                   new callable(std::forward<F>(f)), detail::destroy<callable>, call,
                                   &number, why);
                               if (id != nullptr)
                                   *id = static_cast<listener_id>(number);
                               return rc;
                           });
    }
    operation<void> try_unlisten(listener_id id)
    {
        return begin<void>(timeout(), nullptr, detail::take_nothing,
                           [&](torctl_controller *tor, torctl_call *call, torctl_error **why) {
                               return torctl_listener_remove(tor, static_cast<std::uint64_t>(id), call,
                                                             why);
                           });
    }
    template <class F>
    operation<void> try_set_attacher(F &&f, timeout deadline = {}, listener_id *id = nullptr)
    {
        using callable = std::decay_t<F>;
        return begin<void>(timeout(), nullptr, detail::take_nothing,
                           [&](torctl_controller *tor, torctl_call *call, torctl_error **why) {
                               std::uint64_t number = 0;
                               const torctl_status rc = torctl_attacher_set(
                                   tor, detail::attacher_run<callable>,
                                   new callable(std::forward<F>(f)), detail::destroy<callable>,
                                   deadline.ms(), call, &number, why);
                               if (id != nullptr)
                                   *id = static_cast<listener_id>(number);
                               return rc;
                           });
    }
    /** Another controller, as controller::try_open() makes it. */
    operation<controller> try_open(const str &address, timeout limit = {})
    {
        const detail::c_str address_c(address);
        return begin<controller>(limit, address_c.has_nul() ? "address" : nullptr, controller_taker(),
                                 [&](torctl_controller *, torctl_call *call, torctl_error **why) {
                                     return torctl_controller_open(address_c.get(), call, nullptr, why);
                                 });
    }
    /** Another controller, as controller::try_launch() makes it. `choices` must live until it is there. */
    operation<controller> try_launch(const launch_options &choices, timeout limit = {})
    {
        return begin<controller>(limit, nullptr, controller_taker(),
                                 [&](torctl_controller *, torctl_call *call, torctl_error **why) {
                                     return torctl_launch(choices.get(), call, nullptr, why);
                                 });
    }
    /** torctl_wait_bootstrapped(), without a callable for its steps: they are events. */
    operation<void> try_wait_bootstrapped(timeout whole = {}, timeout stall = {})
    {
        return begin<void>(timeout(), nullptr, detail::take_nothing,
                           [&](torctl_controller *tor, torctl_call *call, torctl_error **why) {
                               return torctl_wait_bootstrapped(tor, nullptr, nullptr, whole.ms(),
                                                               stall.ms(), call, why);
                           });
    }
    operation<torctl::onions> try_add_onions(const std::vector<onion_options> &list, timeout limit = {})
    {
        std::vector<const torctl_onion_options *> pointers;
        for (const onion_options &one : list)
            pointers.push_back(one.get());
        return begin<torctl::onions>(
            limit, nullptr,
            detail::take_object<torctl::onions, torctl_onions, torctl_result_take_onions>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) {
                return torctl_add_onions(tor, pointers.data(), pointers.size(), call, nullptr, why);
            });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    template <class F>
    throwing_operation<void> listen(kinds wanted, F &&f, listener_id *id = nullptr)
    {
        return throwing_operation<void>(try_listen(wanted, std::forward<F>(f), id));
    }
    throwing_operation<void> unlisten(listener_id id)
    {
        return throwing_operation<void>(try_unlisten(id));
    }
    template <class F>
    throwing_operation<void> set_attacher(F &&f, timeout deadline = {}, listener_id *id = nullptr)
    {
        return throwing_operation<void>(try_set_attacher(std::forward<F>(f), deadline, id));
    }
    throwing_operation<controller> open(const str &address, timeout limit = {})
    {
        return throwing_operation<controller>(try_open(address, limit));
    }
    throwing_operation<controller> launch(const launch_options &choices, timeout limit = {})
    {
        return throwing_operation<controller>(try_launch(choices, limit));
    }
    throwing_operation<void> wait_bootstrapped(timeout whole = {}, timeout stall = {})
    {
        return throwing_operation<void>(try_wait_bootstrapped(whole, stall));
    }
    throwing_operation<torctl::onions> add_onions(const std::vector<onion_options> &list, timeout limit = {})
    {
        return throwing_operation<torctl::onions>(try_add_onions(list, limit));
    }
#endif
    /** torctl_controller_connect() */
    operation<void> try_connect(timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_controller_connect(tor, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> connect(timeout limit = {}) { return throwing_operation<void>(try_connect(limit)); }
#endif
    /** torctl_controller_wait_ready() */
    operation<void> try_wait_ready(torctl::timeout limit = {})
    {
        return begin<void>(timeout(), nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_controller_wait_ready(tor, limit.ms(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> wait_ready(torctl::timeout limit = {}) { return throwing_operation<void>(try_wait_ready(limit)); }
#endif
    /** torctl_request() */
    operation<torctl::reply> try_request(const str &command, std::string_view data = {}, timeout limit = {})
    {
        const detail::c_str command_c(command);
        return begin<torctl::reply>(limit, command_c.has_nul() ? "command" : nullptr, detail::take_object<torctl::reply, torctl_reply, torctl_result_take_reply>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_request(tor, command_c.get(), data.data(), data.size(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::reply> request(const str &command, std::string_view data = {}, timeout limit = {}) { return throwing_operation<torctl::reply>(try_request(command, data, limit)); }
#endif
    /** torctl_get_info() */
    operation<std::string> try_get_info(const str &key, timeout limit = {})
    {
        const detail::c_str key_c(key);
        return begin<std::string>(limit, key_c.has_nul() ? "key" : nullptr, detail::take_value,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_info(tor, key_c.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<std::string> get_info(const str &key, timeout limit = {}) { return throwing_operation<std::string>(try_get_info(key, limit)); }
#endif
    /** torctl_get_info_many() */
    operation<torctl::values> try_get_info_many(const texts &keys, timeout limit = {})
    {
        return begin<torctl::values>(limit, keys.has_nul() ? "keys" : nullptr, detail::take_object<torctl::values, torctl_values, torctl_result_take_values>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_info_many(tor, keys.get(), keys.size(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::values> get_info_many(const texts &keys, timeout limit = {}) { return throwing_operation<torctl::values>(try_get_info_many(keys, limit)); }
#endif
    /** torctl_get_info_each() */
    operation<torctl::results> try_get_info_each(const texts &keys, timeout limit = {})
    {
        return begin<torctl::results>(limit, keys.has_nul() ? "keys" : nullptr, detail::take_object<torctl::results, torctl_results, torctl_result_take_results>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_info_each(tor, keys.get(), keys.size(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::results> get_info_each(const texts &keys, timeout limit = {}) { return throwing_operation<torctl::results>(try_get_info_each(keys, limit)); }
#endif
    /** torctl_get_conf() */
    operation<torctl::values> try_get_conf(const str &name, timeout limit = {})
    {
        const detail::c_str name_c(name);
        return begin<torctl::values>(limit, name_c.has_nul() ? "name" : nullptr, detail::take_object<torctl::values, torctl_values, torctl_result_take_values>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_conf(tor, name_c.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::values> get_conf(const str &name, timeout limit = {}) { return throwing_operation<torctl::values>(try_get_conf(name, limit)); }
#endif
    /** torctl_get_conf_many() */
    operation<torctl::values> try_get_conf_many(const texts &names, timeout limit = {})
    {
        return begin<torctl::values>(limit, names.has_nul() ? "names" : nullptr, detail::take_object<torctl::values, torctl_values, torctl_result_take_values>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_conf_many(tor, names.get(), names.size(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::values> get_conf_many(const texts &names, timeout limit = {}) { return throwing_operation<torctl::values>(try_get_conf_many(names, limit)); }
#endif
    /** torctl_set_conf() */
    operation<void> try_set_conf(const str &name, const str &value, timeout limit = {})
    {
        const detail::c_str name_c(name);
        const detail::c_str value_c(value);
        return begin<void>(limit, name_c.has_nul() ? "name" : value_c.has_nul() ? "value" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_set_conf(tor, name_c.get(), value_c.get(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> set_conf(const str &name, const str &value, timeout limit = {}) { return throwing_operation<void>(try_set_conf(name, value, limit)); }
#endif
    /** torctl_set_conf_many() */
    operation<void> try_set_conf_many(const pairs &names_values, timeout limit = {})
    {
        return begin<void>(limit, names_values.has_nul() ? "names_values" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_set_conf_many(tor, names_values.first().get(), names_values.second().get(), names_values.first().size(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> set_conf_many(const pairs &names_values, timeout limit = {}) { return throwing_operation<void>(try_set_conf_many(names_values, limit)); }
#endif
    /** torctl_keep_conf() */
    operation<void> try_keep_conf(const str &name, const str &value, timeout limit = {})
    {
        const detail::c_str name_c(name);
        const detail::c_str value_c(value);
        return begin<void>(limit, name_c.has_nul() ? "name" : value_c.has_nul() ? "value" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_keep_conf(tor, name_c.get(), value_c.get(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> keep_conf(const str &name, const str &value, timeout limit = {}) { return throwing_operation<void>(try_keep_conf(name, value, limit)); }
#endif
    /** torctl_keep_conf_many() */
    operation<void> try_keep_conf_many(const pairs &names_values, timeout limit = {})
    {
        return begin<void>(limit, names_values.has_nul() ? "names_values" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_keep_conf_many(tor, names_values.first().get(), names_values.second().get(), names_values.first().size(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> keep_conf_many(const pairs &names_values, timeout limit = {}) { return throwing_operation<void>(try_keep_conf_many(names_values, limit)); }
#endif
    /** torctl_reset_conf() */
    operation<void> try_reset_conf(const str &name, const str &value, timeout limit = {})
    {
        const detail::c_str name_c(name);
        const detail::c_str value_c(value);
        return begin<void>(limit, name_c.has_nul() ? "name" : value_c.has_nul() ? "value" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_reset_conf(tor, name_c.get(), value_c.get(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> reset_conf(const str &name, const str &value, timeout limit = {}) { return throwing_operation<void>(try_reset_conf(name, value, limit)); }
#endif
    /** torctl_reset_conf_many() */
    operation<void> try_reset_conf_many(const pairs &names_values, timeout limit = {})
    {
        return begin<void>(limit, names_values.has_nul() ? "names_values" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_reset_conf_many(tor, names_values.first().get(), names_values.second().get(), names_values.first().size(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> reset_conf_many(const pairs &names_values, timeout limit = {}) { return throwing_operation<void>(try_reset_conf_many(names_values, limit)); }
#endif
    /** torctl_load_conf() */
    operation<void> try_load_conf(const str &text, timeout limit = {})
    {
        const detail::c_str text_c(text);
        return begin<void>(limit, text_c.has_nul() ? "text" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_load_conf(tor, text_c.get(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> load_conf(const str &text, timeout limit = {}) { return throwing_operation<void>(try_load_conf(text, limit)); }
#endif
    /** torctl_save_conf() */
    operation<void> try_save_conf(bool force, timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_save_conf(tor, force ? 1 : 0, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> save_conf(bool force, timeout limit = {}) { return throwing_operation<void>(try_save_conf(force, limit)); }
#endif
    /** torctl_signal() */
    operation<void> try_signal(torctl::signal signal_, timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_signal(tor, static_cast<std::int32_t>(signal_), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> signal(torctl::signal signal_, timeout limit = {}) { return throwing_operation<void>(try_signal(signal_, limit)); }
#endif
    /** torctl_listener_add_event_name() */
    operation<void> try_listener_add_event_name(std::uint64_t id, const str &name, timeout limit = {})
    {
        const detail::c_str name_c(name);
        return begin<void>(limit, name_c.has_nul() ? "name" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_listener_add_event_name(tor, id, name_c.get(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> listener_add_event_name(std::uint64_t id, const str &name, timeout limit = {}) { return throwing_operation<void>(try_listener_add_event_name(id, name, limit)); }
#endif
    /** torctl_queue_new() */
    operation<torctl::queue> try_subscribe(kinds wanted, const queue_settings &settings = {}, timeout limit = {})
    {
        return begin<torctl::queue>(limit, nullptr, detail::take_object<torctl::queue, torctl_queue, torctl_result_take_queue>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_queue_new(tor, wanted.bits(), settings.capacity_events, settings.capacity_bytes, static_cast<std::int32_t>(settings.overflow), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::queue> subscribe(kinds wanted, const queue_settings &settings = {}, timeout limit = {}) { return throwing_operation<torctl::queue>(try_subscribe(wanted, settings, limit)); }
#endif
    /** torctl_queue_add_event_name() */
    operation<void> try_queue_add_event_name(const torctl::queue &of, const str &name, timeout limit = {})
    {
        const detail::c_str name_c(name);
        return begin<void>(limit, name_c.has_nul() ? "name" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { static_cast<void>(tor); return torctl_queue_add_event_name(of.get(), name_c.get(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> queue_add_event_name(const torctl::queue &of, const str &name, timeout limit = {}) { return throwing_operation<void>(try_queue_add_event_name(of, name, limit)); }
#endif
    /** torctl_get_health() */
    operation<torctl::health> try_health(timeout limit = {})
    {
        return begin<torctl::health>(limit, nullptr, detail::take_object<torctl::health, torctl_health, torctl_result_take_health>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_health(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::health> health(timeout limit = {}) { return throwing_operation<torctl::health>(try_health(limit)); }
#endif
    /** torctl_view_new() */
    operation<torctl::view> try_make_view(timeout limit = {})
    {
        return begin<torctl::view>(limit, nullptr, detail::take_object<torctl::view, torctl_view, torctl_result_take_view>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_view_new(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::view> make_view(timeout limit = {}) { return throwing_operation<torctl::view>(try_make_view(limit)); }
#endif
    /** torctl_set_bridges() */
    operation<void> try_set_bridges(const torctl::bridges &bridges, timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_set_bridges(tor, bridges.get(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> set_bridges(const torctl::bridges &bridges, timeout limit = {}) { return throwing_operation<void>(try_set_bridges(bridges, limit)); }
#endif
    /** torctl_launched_wait() */
    operation<torctl::tor_exit> try_launched_wait(torctl::timeout limit = {})
    {
        return begin<torctl::tor_exit>(timeout(), nullptr, detail::take_exit,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_launched_wait(tor, limit.ms(), call, nullptr, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::tor_exit> launched_wait(torctl::timeout limit = {}) { return throwing_operation<torctl::tor_exit>(try_launched_wait(limit)); }
#endif
    /** torctl_add_onion() */
    operation<torctl::onion> try_add_onion(const torctl::onion_options &options, timeout limit = {})
    {
        return begin<torctl::onion>(limit, nullptr, detail::take_object<torctl::onion, torctl_onion, torctl_result_take_onion>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_add_onion(tor, options.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::onion> add_onion(const torctl::onion_options &options, timeout limit = {}) { return throwing_operation<torctl::onion>(try_add_onion(options, limit)); }
#endif
    /** torctl_watch_onion() */
    operation<torctl::onion> try_watch_onion(const str &address, timeout limit = {})
    {
        const detail::c_str address_c(address);
        return begin<torctl::onion>(limit, address_c.has_nul() ? "address" : nullptr, detail::take_object<torctl::onion, torctl_onion, torctl_result_take_onion>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_watch_onion(tor, address_c.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::onion> watch_onion(const str &address, timeout limit = {}) { return throwing_operation<torctl::onion>(try_watch_onion(address, limit)); }
#endif
    /** torctl_onion_wait_published() */
    operation<void> try_onion_wait_published(const torctl::onion_ref &of, std::uint32_t min_uploads, torctl::timeout limit = {})
    {
        return begin<void>(timeout(), nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { static_cast<void>(tor); return torctl_onion_wait_published(of.get(), min_uploads, limit.ms(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> onion_wait_published(const torctl::onion_ref &of, std::uint32_t min_uploads, torctl::timeout limit = {}) { return throwing_operation<void>(try_onion_wait_published(of, min_uploads, limit)); }
#endif
    /** torctl_onion_get_status() */
    operation<torctl::onion_status> try_onion_get_status(const torctl::onion_ref &of, timeout limit = {})
    {
        return begin<torctl::onion_status>(limit, nullptr, detail::take_object<torctl::onion_status, torctl_onion_status, torctl_result_take_onion_status>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { static_cast<void>(tor); return torctl_onion_get_status(of.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::onion_status> onion_get_status(const torctl::onion_ref &of, timeout limit = {}) { return throwing_operation<torctl::onion_status>(try_onion_get_status(of, limit)); }
#endif
    /** torctl_del_onion() */
    operation<void> try_del_onion(const str &address, timeout limit = {})
    {
        const detail::c_str address_c(address);
        return begin<void>(limit, address_c.has_nul() ? "address" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_del_onion(tor, address_c.get(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> del_onion(const str &address, timeout limit = {}) { return throwing_operation<void>(try_del_onion(address, limit)); }
#endif
    /** torctl_del_onions() */
    operation<torctl::results> try_del_onions(const texts &addresses, timeout limit = {})
    {
        return begin<torctl::results>(limit, addresses.has_nul() ? "addresses" : nullptr, detail::take_object<torctl::results, torctl_results, torctl_result_take_results>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_del_onions(tor, addresses.get(), addresses.size(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::results> del_onions(const texts &addresses, timeout limit = {}) { return throwing_operation<torctl::results>(try_del_onions(addresses, limit)); }
#endif
    /** torctl_get_onions() */
    operation<torctl::list> try_onions(bool detached, timeout limit = {})
    {
        return begin<torctl::list>(limit, nullptr, detail::take_object<torctl::list, torctl_list, torctl_result_take_list>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_onions(tor, detached ? 1 : 0, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::list> onions(bool detached, timeout limit = {}) { return throwing_operation<torctl::list>(try_onions(detached, limit)); }
#endif
    /** torctl_onion_listener_new() */
    operation<torctl::onion_listener> try_make_onion_listener(std::uint16_t port, const torctl::onion_options &options, timeout limit = {})
    {
        return begin<torctl::onion_listener>(limit, nullptr, detail::take_object<torctl::onion_listener, torctl_onion_listener, torctl_result_take_onion_listener>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_onion_listener_new(tor, port, options.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::onion_listener> make_onion_listener(std::uint16_t port, const torctl::onion_options &options, timeout limit = {}) { return throwing_operation<torctl::onion_listener>(try_make_onion_listener(port, options, limit)); }
#endif
    /** torctl_onion_listener_wait_published() */
    operation<void> try_onion_listener_wait_published(const torctl::onion_listener &of, std::uint32_t min_uploads, torctl::timeout limit = {})
    {
        return begin<void>(timeout(), nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { static_cast<void>(tor); return torctl_onion_listener_wait_published(of.get(), min_uploads, limit.ms(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> onion_listener_wait_published(const torctl::onion_listener &of, std::uint32_t min_uploads, torctl::timeout limit = {}) { return throwing_operation<void>(try_onion_listener_wait_published(of, min_uploads, limit)); }
#endif
    /** torctl_onion_client_auth_add() */
    operation<torctl::client_auth_added> try_onion_client_auth_add(const str &address, const str &private_key, const str &name, bool permanent, timeout limit = {})
    {
        const detail::c_str address_c(address);
        const detail::c_str private_key_c(private_key);
        const detail::c_str name_c(name);
        return begin<torctl::client_auth_added>(limit, address_c.has_nul() ? "address" : private_key_c.has_nul() ? "private_key" : name_c.has_nul() ? "name" : nullptr, detail::take_int<torctl::client_auth_added>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_onion_client_auth_add(tor, address_c.get(), private_key_c.get(), name_c.get(), permanent ? 1 : 0, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::client_auth_added> onion_client_auth_add(const str &address, const str &private_key, const str &name, bool permanent, timeout limit = {}) { return throwing_operation<torctl::client_auth_added>(try_onion_client_auth_add(address, private_key, name, permanent, limit)); }
#endif
    /** torctl_onion_client_auth_add_each() */
    operation<torctl::results> try_onion_client_auth_add_each(const texts &addresses, const texts &private_keys, const texts &names, bool permanent, timeout limit = {})
    {
        return begin<torctl::results>(limit, addresses.size() != names.size() || private_keys.size() != names.size() ? "a list that is too short" : addresses.has_nul() ? "addresses" : private_keys.has_nul() ? "private_keys" : names.has_nul() ? "names" : nullptr, detail::take_object<torctl::results, torctl_results, torctl_result_take_results>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_onion_client_auth_add_each(tor, addresses.get(), private_keys.get(), names.get(), names.size(), permanent ? 1 : 0, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::results> onion_client_auth_add_each(const texts &addresses, const texts &private_keys, const texts &names, bool permanent, timeout limit = {}) { return throwing_operation<torctl::results>(try_onion_client_auth_add_each(addresses, private_keys, names, permanent, limit)); }
#endif
    /** torctl_onion_client_auth_remove() */
    operation<void> try_onion_client_auth_remove(const str &address, timeout limit = {})
    {
        const detail::c_str address_c(address);
        return begin<void>(limit, address_c.has_nul() ? "address" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_onion_client_auth_remove(tor, address_c.get(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> onion_client_auth_remove(const str &address, timeout limit = {}) { return throwing_operation<void>(try_onion_client_auth_remove(address, limit)); }
#endif
    /** torctl_get_client_auths() */
    operation<torctl::client_auths> try_client_auths(const str &address, timeout limit = {})
    {
        const detail::c_str address_c(address);
        return begin<torctl::client_auths>(limit, address_c.has_nul() ? "address" : nullptr, detail::take_object<torctl::client_auths, torctl_client_auths, torctl_result_take_client_auths>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_client_auths(tor, address_c.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::client_auths> client_auths(const str &address, timeout limit = {}) { return throwing_operation<torctl::client_auths>(try_client_auths(address, limit)); }
#endif
    /** torctl_get_services() */
    operation<torctl::services> try_services(timeout limit = {})
    {
        return begin<torctl::services>(limit, nullptr, detail::take_object<torctl::services, torctl_services, torctl_result_take_services>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_services(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::services> services(timeout limit = {}) { return throwing_operation<torctl::services>(try_services(limit)); }
#endif
    /** torctl_set_services() */
    operation<void> try_set_services(const torctl::services &services, timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_set_services(tor, services.get(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> set_services(const torctl::services &services, timeout limit = {}) { return throwing_operation<void>(try_set_services(services, limit)); }
#endif
    /** torctl_post_descriptor() */
    operation<void> try_post_descriptor(std::string_view text, torctl::descriptor_purpose purpose, bool cache, timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_post_descriptor(tor, text.data(), text.size(), static_cast<std::int32_t>(purpose), cache ? 1 : 0, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> post_descriptor(std::string_view text, torctl::descriptor_purpose purpose, bool cache, timeout limit = {}) { return throwing_operation<void>(try_post_descriptor(text, purpose, cache, limit)); }
#endif
    /** torctl_post_onion_descriptor() */
    operation<void> try_post_onion_descriptor(const str &address, const texts &relays, std::string_view text = {}, timeout limit = {})
    {
        const detail::c_str address_c(address);
        return begin<void>(limit, address_c.has_nul() ? "address" : relays.has_nul() ? "relays" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_post_onion_descriptor(tor, address_c.get(), relays.get(), relays.size(), text.data(), text.size(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> post_onion_descriptor(const str &address, const texts &relays, std::string_view text = {}, timeout limit = {}) { return throwing_operation<void>(try_post_onion_descriptor(address, relays, text, limit)); }
#endif
    /** torctl_fetch_onion_start() */
    operation<void> try_fetch_onion_start(const str &address, const texts &relays, timeout limit = {})
    {
        const detail::c_str address_c(address);
        return begin<void>(limit, address_c.has_nul() ? "address" : relays.has_nul() ? "relays" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_fetch_onion_start(tor, address_c.get(), relays.get(), relays.size(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> fetch_onion_start(const str &address, const texts &relays, timeout limit = {}) { return throwing_operation<void>(try_fetch_onion_start(address, relays, limit)); }
#endif
    /** torctl_fetch_onion() */
    operation<torctl::fetch> try_fetch_onion(const str &address, const texts &relays, torctl::timeout limit = {})
    {
        const detail::c_str address_c(address);
        return begin<torctl::fetch>(timeout(), address_c.has_nul() ? "address" : relays.has_nul() ? "relays" : nullptr, detail::take_object<torctl::fetch, torctl_fetch, torctl_result_take_fetch>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_fetch_onion(tor, address_c.get(), relays.get(), relays.size(), limit.ms(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::fetch> fetch_onion(const str &address, const texts &relays, torctl::timeout limit = {}) { return throwing_operation<torctl::fetch>(try_fetch_onion(address, relays, limit)); }
#endif
    /** torctl_extend_circuit() */
    operation<std::uint64_t> try_extend_circuit(std::uint64_t circuit, const texts &path, torctl::circ_purpose purpose, timeout limit = {})
    {
        return begin<std::uint64_t>(limit, path.has_nul() ? "path" : nullptr, detail::take_number,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_extend_circuit(tor, circuit, path.get(), path.size(), static_cast<std::int32_t>(purpose), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<std::uint64_t> extend_circuit(std::uint64_t circuit, const texts &path, torctl::circ_purpose purpose, timeout limit = {}) { return throwing_operation<std::uint64_t>(try_extend_circuit(circuit, path, purpose, limit)); }
#endif
    /** torctl_build_circuit() */
    operation<torctl::built_circuit> try_build_circuit(std::uint64_t circuit, const texts &path, torctl::circ_purpose purpose, torctl::timeout limit = {})
    {
        return begin<torctl::built_circuit>(timeout(), path.has_nul() ? "path" : nullptr, detail::take_circuit,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_build_circuit(tor, circuit, path.get(), path.size(), static_cast<std::int32_t>(purpose), limit.ms(), call, nullptr, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::built_circuit> build_circuit(std::uint64_t circuit, const texts &path, torctl::circ_purpose purpose, torctl::timeout limit = {}) { return throwing_operation<torctl::built_circuit>(try_build_circuit(circuit, path, purpose, limit)); }
#endif
    /** torctl_set_circuit_purpose() */
    operation<void> try_set_circuit_purpose(std::uint64_t circuit, torctl::circ_purpose purpose, timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_set_circuit_purpose(tor, circuit, static_cast<std::int32_t>(purpose), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> set_circuit_purpose(std::uint64_t circuit, torctl::circ_purpose purpose, timeout limit = {}) { return throwing_operation<void>(try_set_circuit_purpose(circuit, purpose, limit)); }
#endif
    /** torctl_close_circuit() */
    operation<void> try_close_circuit(std::uint64_t circuit, bool if_unused, timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_close_circuit(tor, circuit, if_unused ? 1 : 0, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> close_circuit(std::uint64_t circuit, bool if_unused, timeout limit = {}) { return throwing_operation<void>(try_close_circuit(circuit, if_unused, limit)); }
#endif
    /** torctl_attach_stream() */
    operation<void> try_attach_stream(std::uint64_t stream_, std::uint64_t circuit, std::uint32_t hop, timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_attach_stream(tor, stream_, circuit, hop, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> attach_stream(std::uint64_t stream_, std::uint64_t circuit, std::uint32_t hop, timeout limit = {}) { return throwing_operation<void>(try_attach_stream(stream_, circuit, hop, limit)); }
#endif
    /** torctl_redirect_stream() */
    operation<void> try_redirect_stream(std::uint64_t stream_, const str &address, std::uint16_t port, timeout limit = {})
    {
        const detail::c_str address_c(address);
        return begin<void>(limit, address_c.has_nul() ? "address" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_redirect_stream(tor, stream_, address_c.get(), port, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> redirect_stream(std::uint64_t stream_, const str &address, std::uint16_t port, timeout limit = {}) { return throwing_operation<void>(try_redirect_stream(stream_, address, port, limit)); }
#endif
    /** torctl_close_stream() */
    operation<void> try_close_stream(std::uint64_t stream_, torctl::stream_reason reason, timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_close_stream(tor, stream_, static_cast<std::int32_t>(reason), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> close_stream(std::uint64_t stream_, torctl::stream_reason reason, timeout limit = {}) { return throwing_operation<void>(try_close_stream(stream_, reason, limit)); }
#endif
    /** torctl_attacher_remove() */
    operation<void> try_attacher_remove(timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_attacher_remove(tor, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> attacher_remove(timeout limit = {}) { return throwing_operation<void>(try_attacher_remove(limit)); }
#endif
    /** torctl_dial() */
    operation<torctl::connection> try_dial(const str &host, std::uint16_t port, const torctl::dial_options &options, torctl::timeout limit = {})
    {
        const detail::c_str host_c(host);
        return begin<torctl::connection>(timeout(), host_c.has_nul() ? "host" : nullptr, detail::take_connection,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { torctl_dialed *wanted = nullptr; return torctl_dial(tor, host_c.get(), port, options.get(), limit.ms(), call, nullptr, &wanted, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::connection> dial(const str &host, std::uint16_t port, const torctl::dial_options &options, torctl::timeout limit = {}) { return throwing_operation<torctl::connection>(try_dial(host, port, options, limit)); }
#endif
    /** torctl_map_address() */
    operation<torctl::results> try_map_address(const pairs &from_to, timeout limit = {})
    {
        return begin<torctl::results>(limit, from_to.has_nul() ? "from_to" : nullptr, detail::take_object<torctl::results, torctl_results, torctl_result_take_results>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_map_address(tor, from_to.first().get(), from_to.second().get(), from_to.first().size(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::results> map_address(const pairs &from_to, timeout limit = {}) { return throwing_operation<torctl::results>(try_map_address(from_to, limit)); }
#endif
    /** torctl_resolve() */
    operation<torctl::event> try_resolve(const str &name, bool reverse, torctl::timeout limit = {})
    {
        const detail::c_str name_c(name);
        return begin<torctl::event>(timeout(), name_c.has_nul() ? "name" : nullptr, detail::take_object<torctl::event, torctl_event, torctl_result_take_event>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_resolve(tor, name_c.get(), reverse ? 1 : 0, limit.ms(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::event> resolve(const str &name, bool reverse, torctl::timeout limit = {}) { return throwing_operation<torctl::event>(try_resolve(name, reverse, limit)); }
#endif
    /** torctl_take_ownership() */
    operation<void> try_take_ownership(timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_take_ownership(tor, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> take_ownership(timeout limit = {}) { return throwing_operation<void>(try_take_ownership(limit)); }
#endif
    /** torctl_drop_ownership() */
    operation<void> try_drop_ownership(timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_drop_ownership(tor, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> drop_ownership(timeout limit = {}) { return throwing_operation<void>(try_drop_ownership(limit)); }
#endif
    /** torctl_drop_guards() */
    operation<void> try_drop_guards(timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_drop_guards(tor, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> drop_guards(timeout limit = {}) { return throwing_operation<void>(try_drop_guards(limit)); }
#endif
    /** torctl_drop_timeouts() */
    operation<void> try_drop_timeouts(timeout limit = {})
    {
        return begin<void>(limit, nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_drop_timeouts(tor, call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> drop_timeouts(timeout limit = {}) { return throwing_operation<void>(try_drop_timeouts(limit)); }
#endif
    /** torctl_use_feature() */
    operation<void> try_use_feature(const texts &names, timeout limit = {})
    {
        return begin<void>(limit, names.has_nul() ? "names" : nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_use_feature(tor, names.get(), names.size(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> use_feature(const texts &names, timeout limit = {}) { return throwing_operation<void>(try_use_feature(names, limit)); }
#endif
    /** torctl_get_config_options() */
    operation<torctl::config_options> try_config_options(timeout limit = {})
    {
        return begin<torctl::config_options>(limit, nullptr, detail::take_object<torctl::config_options, torctl_config_options, torctl_result_take_config_options>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_config_options(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::config_options> config_options(timeout limit = {}) { return throwing_operation<torctl::config_options>(try_config_options(limit)); }
#endif
    /** torctl_get_number() */
    operation<std::uint64_t> try_number(const str &key, timeout limit = {})
    {
        const detail::c_str key_c(key);
        return begin<std::uint64_t>(limit, key_c.has_nul() ? "key" : nullptr, detail::take_number,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_number(tor, key_c.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<std::uint64_t> number(const str &key, timeout limit = {}) { return throwing_operation<std::uint64_t>(try_number(key, limit)); }
#endif
    /** torctl_get_flag() */
    operation<bool> try_flag(const str &key, timeout limit = {})
    {
        const detail::c_str key_c(key);
        return begin<bool>(limit, key_c.has_nul() ? "key" : nullptr, detail::take_int<bool>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_flag(tor, key_c.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<bool> flag(const str &key, timeout limit = {}) { return throwing_operation<bool>(try_flag(key, limit)); }
#endif
    /** torctl_get_traffic() */
    operation<torctl::traffic_bytes> try_traffic(timeout limit = {})
    {
        return begin<torctl::traffic_bytes>(limit, nullptr, detail::take_numbers<torctl::traffic_bytes>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_traffic(tor, call, nullptr, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::traffic_bytes> traffic(timeout limit = {}) { return throwing_operation<torctl::traffic_bytes>(try_traffic(limit)); }
#endif
    /** torctl_get_effective_rate() */
    operation<torctl::rate_bytes> try_effective_rate(timeout limit = {})
    {
        return begin<torctl::rate_bytes>(limit, nullptr, detail::take_numbers<torctl::rate_bytes>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_effective_rate(tor, call, nullptr, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::rate_bytes> effective_rate(timeout limit = {}) { return throwing_operation<torctl::rate_bytes>(try_effective_rate(limit)); }
#endif
    /** torctl_get_bootstrap_phase() */
    operation<torctl::event> try_bootstrap_phase(timeout limit = {})
    {
        return begin<torctl::event>(limit, nullptr, detail::take_object<torctl::event, torctl_event, torctl_result_take_event>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_bootstrap_phase(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::event> bootstrap_phase(timeout limit = {}) { return throwing_operation<torctl::event>(try_bootstrap_phase(limit)); }
#endif
    /** torctl_get_circuits() */
    operation<torctl::circuit_list> try_circuits(timeout limit = {})
    {
        return begin<torctl::circuit_list>(limit, nullptr, detail::take_object<torctl::circuit_list, torctl_events, torctl_result_take_events>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_circuits(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::circuit_list> circuits(timeout limit = {}) { return throwing_operation<torctl::circuit_list>(try_circuits(limit)); }
#endif
    /** torctl_get_streams() */
    operation<torctl::stream_list> try_streams(timeout limit = {})
    {
        return begin<torctl::stream_list>(limit, nullptr, detail::take_object<torctl::stream_list, torctl_events, torctl_result_take_events>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_streams(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::stream_list> streams(timeout limit = {}) { return throwing_operation<torctl::stream_list>(try_streams(limit)); }
#endif
    /** torctl_get_orconns() */
    operation<torctl::orconn_list> try_orconns(timeout limit = {})
    {
        return begin<torctl::orconn_list>(limit, nullptr, detail::take_object<torctl::orconn_list, torctl_events, torctl_result_take_events>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_orconns(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::orconn_list> orconns(timeout limit = {}) { return throwing_operation<torctl::orconn_list>(try_orconns(limit)); }
#endif
    /** torctl_get_countries() */
    operation<torctl::results> try_countries(const texts &addresses, timeout limit = {})
    {
        return begin<torctl::results>(limit, addresses.has_nul() ? "addresses" : nullptr, detail::take_object<torctl::results, torctl_results, torctl_result_take_results>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_countries(tor, addresses.get(), addresses.size(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::results> countries(const texts &addresses, timeout limit = {}) { return throwing_operation<torctl::results>(try_countries(addresses, limit)); }
#endif
    /** torctl_get_changed_conf() */
    operation<torctl::values> try_changed_conf(timeout limit = {})
    {
        return begin<torctl::values>(limit, nullptr, detail::take_object<torctl::values, torctl_values, torctl_result_take_values>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_changed_conf(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::values> changed_conf(timeout limit = {}) { return throwing_operation<torctl::values>(try_changed_conf(limit)); }
#endif
    /** torctl_new_identity() */
    operation<void> try_new_identity(torctl::timeout limit = {})
    {
        return begin<void>(timeout(), nullptr, detail::take_nothing,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_new_identity(tor, limit.ms(), call, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<void> new_identity(torctl::timeout limit = {}) { return throwing_operation<void>(try_new_identity(limit)); }
#endif
    /** torctl_get_endpoints() */
    operation<torctl::endpoints> try_endpoints(const str &kind, timeout limit = {})
    {
        const detail::c_str kind_c(kind);
        return begin<torctl::endpoints>(limit, kind_c.has_nul() ? "kind" : nullptr, detail::take_object<torctl::endpoints, torctl_endpoints, torctl_result_take_endpoints>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_endpoints(tor, kind_c.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::endpoints> endpoints(const str &kind, timeout limit = {}) { return throwing_operation<torctl::endpoints>(try_endpoints(kind, limit)); }
#endif
    /** torctl_get_process() */
    operation<torctl::process> try_tor_process(timeout limit = {})
    {
        return begin<torctl::process>(limit, nullptr, detail::take_object<torctl::process, torctl_process, torctl_result_take_process>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_process(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::process> tor_process(timeout limit = {}) { return throwing_operation<torctl::process>(try_tor_process(limit)); }
#endif
    /** torctl_get_bandwidths() */
    operation<torctl::bandwidths> try_bandwidths(timeout limit = {})
    {
        return begin<torctl::bandwidths>(limit, nullptr, detail::take_object<torctl::bandwidths, torctl_bandwidths, torctl_result_take_bandwidths>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_bandwidths(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::bandwidths> bandwidths(timeout limit = {}) { return throwing_operation<torctl::bandwidths>(try_bandwidths(limit)); }
#endif
    /** torctl_get_accounting() */
    operation<torctl::accounting> try_accounting(timeout limit = {})
    {
        return begin<torctl::accounting>(limit, nullptr, detail::take_object<torctl::accounting, torctl_accounting, torctl_result_take_accounting>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_accounting(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::accounting> accounting(timeout limit = {}) { return throwing_operation<torctl::accounting>(try_accounting(limit)); }
#endif
    /** torctl_get_guards() */
    operation<torctl::guards> try_guards(timeout limit = {})
    {
        return begin<torctl::guards>(limit, nullptr, detail::take_object<torctl::guards, torctl_guards, torctl_result_take_guards>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_guards(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::guards> guards(timeout limit = {}) { return throwing_operation<torctl::guards>(try_guards(limit)); }
#endif
    /** torctl_get_mappings() */
    operation<torctl::mappings> try_mappings(const str &kind, timeout limit = {})
    {
        const detail::c_str kind_c(kind);
        return begin<torctl::mappings>(limit, kind_c.has_nul() ? "kind" : nullptr, detail::take_object<torctl::mappings, torctl_mappings, torctl_result_take_mappings>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_mappings(tor, kind_c.get(), call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::mappings> mappings(const str &kind, timeout limit = {}) { return throwing_operation<torctl::mappings>(try_mappings(kind, limit)); }
#endif
    /** torctl_get_exit_policy() */
    operation<torctl::exit_policy> try_exit_policy(timeout limit = {})
    {
        return begin<torctl::exit_policy>(limit, nullptr, detail::take_object<torctl::exit_policy, torctl_exit_policy, torctl_result_take_exit_policy>,
            [&](torctl_controller *tor, torctl_call *call, torctl_error **why) { return torctl_get_exit_policy(tor, call, nullptr, why); });
    }
#if TORCTL_EXCEPTIONS && TORCTL_COROUTINES
    throwing_operation<torctl::exit_policy> exit_policy(timeout limit = {}) { return throwing_operation<torctl::exit_policy>(try_exit_policy(limit)); }
#endif

private:
    async(controller &tor, queue outcomes) noexcept : tor_(&tor), outcomes_(std::move(outcomes)) {}
    static detail::taker<controller> controller_taker() noexcept
    {
        return [](const torctl_event *outcome) { return controller::try_take(event_ref(outcome)); };
    }
    /** The state's address is its tag: it lives until its outcome has come. */
    void finish(event outcome)
    {
        const std::uint64_t tag = outcome.as<result_event>().tag();
        const std::size_t place =
            reinterpret_cast<detail::operation_state *>(static_cast<std::uintptr_t>(tag))->place;
        const std::shared_ptr<detail::operation_state> shared = std::move(begun_[place]);
        if (place + 1 < begun_.size())
            begun_[place] = std::move(begun_.back());
        begun_.pop_back();
        if (place < begun_.size())
            begun_[place]->place = place;
        shared->outcome = std::move(outcome);
        shared->finish();
    }
    /** Begins what `start` calls in C with a call of its own. */
    template <class T, class Start>
    operation<T> begin(const timeout &limit, const char *has_nul, detail::taker<T> taker, Start start)
    {
        auto shared = std::make_shared<detail::operation_state>();
        torctl_call *call = shared->call.get();
        detail::failure failure;
        torctl_status rc = TORCTL_OK;
        if (has_nul != nullptr) {
            shared->failed = detail::nul_inside(has_nul).error();
        } else {
            torctl_call_set_timeout_ms(call, limit.ms());
            rc = torctl_call_set_queue(call, outcomes_.get(),
                                       reinterpret_cast<std::uintptr_t>(shared.get()), failure.place());
            if (rc == TORCTL_OK)
                rc = start(tor_->get(), call, failure.place());
            if (rc != TORCTL_PENDING)
                shared->failed = failure.take(rc).error();
        }
        shared->is_over = shared->failed.has_value();
        if (!shared->is_over) {
            shared->place = begun_.size();
            begun_.push_back(shared);
        }
        return operation<T>(std::move(shared), taker);
    }
    controller *tor_;
    queue outcomes_;
    bool is_end_ = false;
    std::vector<std::shared_ptr<detail::operation_state>> begun_;
};

} // inline namespace
} // namespace torctl

#endif
