#!/usr/bin/env python3
"""Writes the corpora of the benchmarks: the same bytes on every machine and at every run.

usage: corpus.py DIRECTORY

  events/NAME       event messages as they stand on the wire; the server repeats the file
  info/KEY          what GETINFO KEY answers (the data alone; the server frames and stuffs it)
  manifest.json     events and bytes of each
"""

import base64
import json
import os
import random
import sys

VERSION = 4  # raise it when a corpus changes, so that old ones are written anew
RELAYS = 8000

FLAGS = ["Exit", "Fast", "Guard", "HSDir", "Running", "Stable", "V2Dir", "Valid"]
PURPOSES = ["GENERAL", "HS_CLIENT_INTRO", "HS_CLIENT_REND", "HS_SERVICE_REND", "CONFLUX_LINKED"]
HS_STATES = ["HSCI_CONNECTING", "HSCI_INTRO_SENT", "HSCR_JOINED", "HSSR_JOINED"]
CIRC_STATUS = ["LAUNCHED", "EXTENDED", "BUILT", "FAILED", "CLOSED"]
REASONS = ["FINISHED", "TIMEOUT", "CHANNEL_CLOSED", "REQUESTED"]
ISO_FIELDS = "SOCKS_USERNAME,SOCKS_PASSWORD,CLIENTADDR,SESSION_GROUP,NYM_EPOCH"
LOG_TEXTS = [
    "Bootstrapped 75% (enough_dirinfo): Loaded enough directory info to build circuits",
    "New control connection opened from 127.0.0.1.",
    "Tor has not observed any network activity for the past 65 seconds. Disabling circuit build timeout recording.",
    "Heartbeat: Tor's uptime is 6:00 hours, with 12 circuits open. I've sent 31.22 MB and received 402.18 MB.",
    "Your Guard \"relay\" ($0123456789ABCDEF0123456789ABCDEF01234567) is failing more circuits than usual.",
    "Closing no-longer-configured Socks listener on 127.0.0.1:9050",
]


def hexes(rng, digits):
    return "%0*X" % (digits, rng.getrandbits(4 * digits))


def b64(rng, size):
    return base64.b64encode(rng.randbytes(size)).decode()


def b32(rng, letters):
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=letters))


def nickname(rng):
    return "relay" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=rng.randint(1, 10)))


def stamp(rng):
    return "2026-11-23T%02d:%02d:%02d.%06d" % (
        rng.randrange(24), rng.randrange(60), rng.randrange(60), rng.randrange(10**6))


def ipv4(rng):
    return "%d.%d.%d.%d" % (rng.randint(1, 223), rng.randrange(256), rng.randrange(256), rng.randint(1, 254))


def bw(rng):
    return "650 BW %d %d\r\n" % (rng.randrange(10**6), rng.randrange(10**6))


def circ(rng):
    path = ",".join("$%s~%s" % (hexes(rng, 40), nickname(rng)) for _ in range(3))
    return (
        "650 CIRC %d %s %s BUILD_FLAGS=IS_INTERNAL,NEED_CAPACITY,NEED_UPTIME PURPOSE=%s HS_STATE=%s REND_QUERY=%s "
        "TIME_CREATED=%s SOCKS_USERNAME=\"us\\\"er \\\\ \\303\\251\" SOCKS_PASSWORD=\"pa ss\\n\" HS_POW=v1,%d "
        "CONFLUX_ID=%s CONFLUX_RTT=%d REASON=%s REMOTE_REASON=%s\r\n" % (
            rng.randint(1, 2**32 - 1), rng.choice(CIRC_STATUS), path, rng.choice(PURPOSES), rng.choice(HS_STATES),
            b32(rng, 56), stamp(rng), rng.randint(1, 5000), hexes(rng, 32), rng.randrange(10**6), "DESTROYED",
            rng.choice(REASONS)))


def stream(rng):
    return (
        "650 STREAM %d %s %d %s.onion:%d REASON=END REMOTE_REASON=DONE SOURCE=EXIT SOURCE_ADDR=127.0.0.1:%d "
        "PURPOSE=USER SOCKS_USERNAME=\"us\\\"er \\\\ \\303\\251\" SOCKS_PASSWORD=\"pa ss\\n\" CLIENT_PROTOCOL=SOCKS5 "
        "NYM_EPOCH=%d SESSION_GROUP=-4 ISO_FIELDS=%s\r\n" % (
            rng.randint(1, 2**32), rng.choice(["NEW", "SENTCONNECT", "SUCCEEDED", "CLOSED"]),
            rng.randint(1, 2**31), b32(rng, 56), rng.randint(1, 65535), rng.randint(1024, 65535),
            rng.randrange(100), ISO_FIELDS))


def circ_bw(rng):
    return (
        "650 CIRC_BW ID=%d READ=%d WRITTEN=%d TIME=%s DELIVERED_READ=%d OVERHEAD_READ=%d DELIVERED_WRITTEN=%d "
        "OVERHEAD_WRITTEN=%d SS=%d CWND=%d RTT=%d MIN_RTT=%d\r\n" % (
            (rng.randint(1, 2**31),) + (rng.randrange(10**6), rng.randrange(10**6), stamp(rng))
            + tuple(rng.randrange(10**6) for _ in range(4))
            + (rng.randrange(2), rng.randint(1, 1000), rng.randrange(1000), rng.randrange(300))))


def log_line(rng):
    return "650 NOTICE %s\r\n" % rng.choice(LOG_TEXTS)


def relay(rng, address6):
    """One router status entry as GETINFO ns/all and the NS events print it."""
    flags = [f for f in FLAGS if rng.random() < 0.7]
    lines = "r %s %s %s 2038-01-01 00:00:00 %s %d %d\r\n" % (
        nickname(rng), b64(rng, 20)[:27], b64(rng, 20)[:27], ipv4(rng), rng.randint(1, 65535), rng.choice([0, 80, 9030]))
    if address6:
        lines += "a [2001:db8:%x:%x::%x]:%d\r\n" % (
            rng.randrange(65536), rng.randrange(65536), rng.randint(1, 65535), rng.randint(1, 65535))
    lines += "s %s\r\n" % " ".join(flags)
    lines += "w Bandwidth=%d\r\n" % rng.randint(1, 200000)
    lines += "p %s\r\n" % rng.choice(["reject 1-65535", "accept 20-23,43,53,79-81,88,110,143,194,220,389,443,464"])
    return lines


def relays(count, seed):
    rng = random.Random(seed)
    return "".join(relay(rng, i % 8 != 0) for i in range(count))


def ns_event(rng):
    return "650+NS\r\n" + relay(rng, True) + ".\r\n650 OK\r\n"


def conf_changed(rng):
    return (
        "650-CONF_CHANGED\r\n650-Nickname=%s\r\n650-ExcludeNodes={us},{??}\r\n650-SocksPort=127.0.0.1:%d\r\n"
        "650-SocksPort=127.0.0.1:%d IsolateDestAddr\r\n650-NodeFamily\r\n650 OK\r\n" % (
            nickname(rng), rng.randint(1024, 65535), rng.randint(1024, 65535)))


def pem(kind, rng, size):
    body = b64(rng, size)
    rows = [body[i:i + 64] for i in range(0, len(body), 64)]
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n" % (kind, "\n".join(rows), kind)


def descriptor(rng):
    """One server descriptor with the items of dir-spec section 2.1.1. The signatures are noise."""
    finger = hexes(rng, 40)
    groups = " ".join(finger[i:i + 4] for i in range(0, 40, 4))
    family = " ".join("$" + hexes(rng, 40) for _ in range(rng.randint(0, 5)))
    text = "router %s %s %d 0 %d\n" % (nickname(rng), ipv4(rng), rng.randint(1, 65535), rng.choice([0, 9030]))
    text += "identity-ed25519\n" + pem("ED25519 CERT", rng, 140)
    text += "master-key-ed25519 %s\n" % b64(rng, 32).rstrip("=")
    if rng.random() < 0.5:
        text += "or-address [2001:db8:%x::%x]:9001\n" % (rng.randrange(65536), rng.randint(1, 65535))
    text += "platform Tor 0.4.9.11 on Linux\n"
    text += "proto Conflux=1 Cons=1-2 Desc=1-2 DirCache=2 FlowCtrl=1-2 HSDir=2 HSIntro=4-5 HSRend=1-2 Link=1-5 " \
            "LinkAuth=1,3 Microdesc=1-2 Padding=2 Relay=1-4\n"
    text += "published 2026-11-23 %02d:%02d:%02d\n" % (rng.randrange(24), rng.randrange(60), rng.randrange(60))
    text += "fingerprint %s\nuptime %d\n" % (groups, rng.randrange(10**7))
    text += "bandwidth %d %d %d\n" % tuple(rng.randint(1, 10**9) for _ in range(3))
    text += "extra-info-digest %s %s\n" % (hexes(rng, 40), b64(rng, 32).rstrip("="))
    text += "onion-key\n" + pem("RSA PUBLIC KEY", rng, 140)
    text += "signing-key\n" + pem("RSA PUBLIC KEY", rng, 140)
    text += "onion-key-crosscert\n" + pem("CROSSCERT", rng, 128)
    text += "ntor-onion-key-crosscert %d\n" % rng.randrange(2) + pem("ED25519 CERT", rng, 140)
    if family:
        text += "family %s\n" % family
    text += "hidden-service-dir\n"
    text += "contact operator <tor AT relay%d dot example dot com>\n" % rng.randrange(10**4)
    text += "ntor-onion-key %s\n" % b64(rng, 32)
    for port in sorted(rng.sample(range(1, 65536), rng.randint(0, 12))):
        text += "%s *:%d\n" % (rng.choice(["accept", "reject"]), port)
    text += "reject *:*\ntunnelled-dir-server\n"
    text += "router-sig-ed25519 %s\n" % b64(rng, 64).rstrip("=")
    text += "router-signature\n" + pem("SIGNATURE", rng, 128)
    return text


def sized_line(size):
    """One log event of exactly this many bytes on the wire, CRLF included."""
    return "650 NOTICE " + "x" * (size - len("650 NOTICE \r\n")) + "\r\n"


def repeat(make, count, seed):
    rng = random.Random(seed)
    return "".join(make(rng) for _ in range(count)), count


def event_corpora():
    rng = random.Random(2)
    mixed = []
    for _ in range(4096):
        mixed += [circ(rng), stream(rng), circ_bw(rng), bw(rng)]
    yield "bw", *repeat(bw, 65536, 1)
    yield "mixed", "".join(mixed), len(mixed)
    yield "log", *repeat(log_line, 32768, 3)
    rng = random.Random(4)
    yield "nsconf", "".join(ns_event(rng) + conf_changed(rng) for _ in range(4096)), 8192
    yield "newconsensus", "650+NEWCONSENSUS\r\n" + relays(RELAYS, 5) + ".\r\n650 OK\r\n", 1
    for size in [20, 100, 1000, 10000, 100000, 1000000]:
        count = max(1, 1000000 // size)
        yield "size-%d" % size, sized_line(size) * count, count


def info_corpora():
    yield "version", "0.4.9.11"
    yield "process/pid", "4242"
    yield "events/names", (
        "CIRC CIRC_MINOR STREAM ORCONN BW DEBUG INFO NOTICE WARN ERR NEWDESC ADDRMAP DESCCHANGED NS STATUS_GENERAL "
        "STATUS_CLIENT STATUS_SERVER GUARD STREAM_BW CLIENTS_SEEN NEWCONSENSUS BUILDTIMEOUT_SET SIGNAL CONF_CHANGED "
        "CONN_BW CELL_STATS CIRC_BW TRANSPORT_LAUNCHED HS_DESC HS_DESC_CONTENT NETWORK_LIVENESS")
    yield "signal/names", (
        "RELOAD HUP SHUTDOWN DUMP USR1 DEBUG USR2 HALT TERM INT NEWNYM CLEARDNSCACHE HEARTBEAT ACTIVE DORMANT")
    yield "info/names", "version -- The current version of Tor."
    yield "ns/all", relays(RELAYS, 6).replace("\r\n", "\n")
    rng = random.Random(7)
    yield "desc/all-recent", "".join(descriptor(rng) for _ in range(RELAYS))


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    data = text.encode()
    with open(path, "wb") as file:
        file.write(data)
    return len(data)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    base = sys.argv[1]
    manifest = {"version": VERSION, "relays": RELAYS, "events": {}, "info": {}}
    path = os.path.join(base, "manifest.json")
    if os.path.exists(path):
        with open(path) as file:
            if json.load(file).get("version") == VERSION:
                return
    for name, text, count in event_corpora():
        manifest["events"][name] = {"events": count, "bytes": write(os.path.join(base, "events", name), text)}
    for key, text in info_corpora():
        manifest["info"][key] = {"bytes": write(os.path.join(base, "info", key), text)}
    write(path, json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    main()
