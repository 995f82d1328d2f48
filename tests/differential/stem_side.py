"""What stem makes of an event: the value that each of torctl's functions should give
if stem is right, in the form in which that function gives it."""

import datetime
import io
import re

import stem.control  # before stem.response, which cannot be imported first
import stem
import stem.response
import stem.socket

import library

EPOCH = datetime.datetime(1970, 1, 1)
# Functions for which the absence of the field is -1: their comments say so.
MINUS_ONE = {field["function"] for field in library.interface.fields()
             if field["shape"] in ("small", "yes_no")}
# What stem has an attribute for, by the function that carries it. All other fields it
# leaves in its lists of positional and keyword arguments.
ATTRIBUTES = {
    "torctl_circ_id": "id", "torctl_circ_status": "status", "torctl_circ_minor_event": "event",
    "torctl_circ_build_flags": "build_flags", "torctl_circ_purpose": "purpose",
    "torctl_circ_hs_state": "hs_state", "torctl_circ_rend_query": "rend_query",
    "torctl_circ_time_created_unix_us": "created", "torctl_circ_reason": "reason",
    "torctl_circ_remote_reason": "remote_reason", "torctl_circ_old_purpose": "old_purpose",
    "torctl_circ_old_hs_state": "old_hs_state",
    "torctl_circ_socks_username": "socks_username",
    "torctl_circ_socks_password": "socks_password",
    "torctl_stream_id": "id", "torctl_stream_status": "status", "torctl_stream_circ_id": "circ_id",
    "torctl_stream_target": "target", "torctl_stream_target_host": "target_address",
    "torctl_stream_target_port": "target_port", "torctl_stream_reason": "reason",
    "torctl_stream_remote_reason": "remote_reason", "torctl_stream_source": "source",
    "torctl_stream_source_address": "source_addr", "torctl_stream_source_host": "source_address",
    "torctl_stream_source_port": "source_port", "torctl_stream_purpose": "purpose",
    "torctl_orconn_id": "id", "torctl_orconn_target": "endpoint",
    "torctl_orconn_fingerprint": "endpoint_fingerprint",
    "torctl_orconn_nickname": "endpoint_nickname", "torctl_orconn_address": "endpoint_address",
    "torctl_orconn_port": "endpoint_port", "torctl_orconn_status": "status",
    "torctl_orconn_reason": "reason", "torctl_orconn_circ_count": "circ_count",
    "torctl_bw_read_bytes": "read", "torctl_bw_written_bytes": "written",
    "torctl_stream_bw_stream_id": "id", "torctl_stream_bw_written_bytes": "written",
    "torctl_stream_bw_read_bytes": "read", "torctl_stream_bw_time_unix_us": "time",
    "torctl_conn_bw_conn_id": "id", "torctl_conn_bw_type": "conn_type",
    "torctl_conn_bw_read_bytes": "read", "torctl_conn_bw_written_bytes": "written",
    "torctl_circ_bw_circ_id": "id", "torctl_circ_bw_read_bytes": "read",
    "torctl_circ_bw_written_bytes": "written", "torctl_circ_bw_time_unix_us": "time",
    "torctl_circ_bw_delivered_read_bytes": "delivered_read",
    "torctl_circ_bw_overhead_read_bytes": "overhead_read",
    "torctl_circ_bw_delivered_written_bytes": "delivered_written",
    "torctl_circ_bw_overhead_written_bytes": "overhead_written",
    "torctl_cell_stats_circ_id": "id", "torctl_cell_stats_inbound_queue": "inbound_queue",
    "torctl_cell_stats_inbound_conn": "inbound_connection",
    "torctl_cell_stats_outbound_queue": "outbound_queue",
    "torctl_cell_stats_outbound_conn": "outbound_connection",
    "torctl_log_severity": "runlevel", "torctl_log_text": "message",
    "torctl_status_event_severity": "runlevel", "torctl_status_event_action": "action",
    "torctl_guard_type": "guard_type", "torctl_guard_name": "endpoint",
    "torctl_guard_fingerprint": "endpoint_fingerprint",
    "torctl_guard_nickname": "endpoint_nickname", "torctl_guard_status": "status",
    "torctl_addrmap_from": "hostname", "torctl_addrmap_error": "error",
    "torctl_addrmap_expires_unix_us": "utc_expiry", "torctl_addrmap_cached": "cached",
    "torctl_hs_desc_action": "action", "torctl_hs_desc_address": "address",
    "torctl_hs_desc_auth_type": "authentication", "torctl_hs_desc_hsdir": "directory",
    "torctl_hs_desc_hsdir_fingerprint": "directory_fingerprint",
    "torctl_hs_desc_hsdir_nickname": "directory_nickname",
    "torctl_hs_desc_descriptor_id": "descriptor_id", "torctl_hs_desc_reason": "reason",
    "torctl_hs_desc_replica": "replica", "torctl_hs_desc_hsdir_index": "index",
    "torctl_hs_desc_content_address": "address",
    "torctl_hs_desc_content_descriptor_id": "descriptor_id",
    "torctl_hs_desc_content_hsdir": "directory",
    "torctl_hs_desc_content_hsdir_fingerprint": "directory_fingerprint",
    "torctl_hs_desc_content_hsdir_nickname": "directory_nickname",
    "torctl_clients_seen_time_started_unix_us": "start_time",
    "torctl_buildtimeout_type": "set_type", "torctl_buildtimeout_total_times": "total_times",
    "torctl_buildtimeout_timeout_ms": "timeout", "torctl_buildtimeout_xm_ms": "xm",
    "torctl_buildtimeout_alpha": "alpha", "torctl_buildtimeout_cutoff_quantile": "quantile",
    "torctl_buildtimeout_timeout_rate": "timeout_rate",
    "torctl_buildtimeout_close_ms": "close_timeout",
    "torctl_buildtimeout_close_rate": "close_rate",
    "torctl_signal_event_signal": "signal", "torctl_transport_name": "name",
    "torctl_transport_address": "address", "torctl_transport_port": "port",
}


def _names(pairs, index):
    return [pair[index] or "" for pair in pairs]


def _conf(event):
    """The lines of CONF_CHANGED; stem keeps those of one option together."""
    pairs = [(key, value) for key, values in event.changed.items() for value in values]
    return sorted(pairs + [(key, None) for key in event.unset],
                  key=lambda pair: (pair[0], pair[1] or ""))


# What is not one value of one attribute.
COMPUTED = {
    "torctl_circ_path_count": lambda event: len(event.path),
    "torctl_circ_path_fingerprint": lambda event: _names(event.path, 0),
    "torctl_circ_path_nickname": lambda event: _names(event.path, 1),
    "torctl_circ_build_flags_text": lambda event: ",".join(event.build_flags or ()),
    "torctl_circ_hs_pow_effort": lambda event: int(
        event.keyword_args.get("HS_POW", "v1,0").split(",")[1]),
    "torctl_addrmap_to": lambda event: event.destination or "<error>",
    "torctl_addrmap_is_error": lambda event: int(event.destination is None),
    "torctl_addrmap_never_expires": lambda event: int(event.expiry is None),
    "torctl_addrmap_expiry_local": lambda event: str(event.expiry or "NEVER"),
    "torctl_network_liveness_up": lambda event: {"UP": 1, "DOWN": 0}.get(event.status, -1),
    "torctl_newdesc_count": lambda event: len(event.relays),
    "torctl_newdesc_fingerprint": lambda event: _names(event.relays, 0),
    "torctl_newdesc_nickname": lambda event: _names(event.relays, 1),
    "torctl_conf_changed_count": lambda event: len(_conf(event)),
    "torctl_conf_changed_name": lambda event: [key for key, _value in _conf(event)],
    "torctl_conf_changed_value": lambda event: [value or "" for _key, value in _conf(event)],
    "torctl_conf_changed_is_unset": lambda event: [int(value is None)
                                                   for _key, value in _conf(event)],
    "torctl_clients_seen_country_count": lambda event: len(event.locales),
    "torctl_clients_seen_country_code": lambda event: list(event.locales),
    "torctl_clients_seen_country_clients": lambda event: list(event.locales.values()),
    "torctl_clients_seen_ip_version_count": lambda event: len(event.ip_versions),
    "torctl_clients_seen_ip_version": lambda event: list(event.ip_versions),
    "torctl_clients_seen_ip_version_clients": lambda event: list(event.ip_versions.values()),
    "torctl_transport_side": lambda event: event.type,
    "torctl_ns_document": lambda event: getattr(event, "consensus_content", None),
    "torctl_routers_from_event": lambda event: [relay(entry) for entry in event.desc],
    "torctl_hs_desc_content_descriptor": lambda event: str(event.descriptor or ""),
    "torctl_hs_desc_content_found": lambda event: int(event.descriptor is not None),
}


def relay(entry):
    """Of a router status entry, all that stem has of it."""
    return {
        "nickname": entry.nickname, "fingerprint": entry.fingerprint,
        "digest": entry.digest or "", "published_unix_us": number_of(entry.published),
        "address": entry.address, "or_port": entry.or_port, "dir_port": entry.dir_port or 0,
        "or_addresses": [(address, port) for address, port, _is_ipv6 in entry.or_addresses],
        "flags_text": " ".join(entry.flags),
        "bandwidth_bytes_per_second": -1 if entry.bandwidth is None else 1000 * entry.bandwidth,
        "measured_bytes_per_second": -1 if entry.measured is None else 1000 * entry.measured,
        "is_unmeasured": int(entry.is_unmeasured),
        "policy_summary": str(entry.exit_policy or ""),
        "extra_count": len(entry.get_unrecognized_lines()),
    }


def parse(raw):
    """stem's event for these bytes, read as stem reads them from a socket."""
    message = stem.socket.recv_message(io.BytesIO(raw))
    stem.response.convert("EVENT", message)
    return message


def number_of(value):
    """A number or a time, as torctl gives it."""
    if value is None:
        return 0
    if isinstance(value, datetime.datetime):
        return (value - EPOCH) // datetime.timedelta(microseconds=1)
    try:
        return int(value)
    except ValueError:
        return 0


def value_of(event, place, function):
    """What stem has for this function, in the function's form."""
    attribute = ATTRIBUTES.get(function) or ATTRIBUTES.get(re.sub("_text$", "", function))
    if function in COMPUTED:
        value = COMPUTED[function](event)
    elif attribute is not None and hasattr(event, attribute):
        value = getattr(event, attribute)
    elif place.startswith("arg "):
        arguments = event.positional_args
        index = int(place.split()[1])
        value = arguments[index] if index < len(arguments) else None
    else:
        value = event.keyword_args.get(place)
    return in_form(value, function)


def in_form(value, function):
    result = library.FUNCTIONS[function].result
    if value is None and function in MINUS_ONE:
        return -1
    if isinstance(value, list) or value is None and function in COMPUTED:
        return value
    words = library.WORDS.get(function)
    if result == "const char*":
        return "" if value is None else str(value)
    if words is not None:
        table, is_set = words
        if is_set:
            parts = value.split(",") if isinstance(value, str) else value or ()
            return sum(table.get(word, table["OTHER"]) for word in parts if word)
        return table.get(str(value or "").upper(), 0)
    if result == "double":
        return float(value or 0)
    if function.endswith("_unix_us") and isinstance(value, str):
        return number_of(datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%f"))
    return number_of(value)
