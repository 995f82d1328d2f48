#!/usr/bin/env python3
"""torctl_event_read() against the functions for single fields, over every event of the captures.

    check_read.py LIBRARY

Each event is read twice: once with all the fields of its kind, once with all the fields that there
are. Present, absent or malformed has to agree with what the function for the field gives, and names,
shapes and units with include/torctl.api.json.
"""

import ctypes
import os
import struct
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(FOLDER), "differential"))

import library  # noqa: E402

interface = library.interface
CAPTURES = ("data/captures/capture-client.txt", "data/captures/capture-authority.txt",
            "differential/more-events.txt")
# What no tor sends: each of these has fields that are not of their shape.
MALFORMED = b"""650 CIRC x BUILT $A PURPOSE=GENERAL TIME_CREATED=yesterday CONFLUX_RTT=
650 BW 1 many
650 ADDRMAP a b "2026-01-01 00:00:00" EXPIRES="soon" CACHED="PERHAPS" STREAMID=-1
650 TRANSPORT_LAUNCHED client obfs4 127.0.0.1 70000
650 BUILDTIMEOUT_SET COMPUTED TOTAL_TIMES=x ALPHA=inf
650 CIRC 7 LAUNCHED HS_POW=v2,5 REASON=UNKNOWN_WORD BUILD_FLAGS=NEW_FLAG
"""
SHAPES = {
    "number": "UNSIGNED", "port": "UNSIGNED", "signed": "SIGNED", "small": "SIGNED",
    "float": "FLOAT", "time": "TIME", "text": "TEXT", "bytes": "TEXT", "word": "WORD",
    "flags": "FLAGS", "boolean": "BOOLEAN", "yes_no": "BOOLEAN", "count": "LIST",
}
C = library.CONSTANTS
ABSENT, PRESENT, MALFORMED_VALUE = (
    C["TORCTL_VALUE_" + word] for word in ("ABSENT", "PRESENT", "MALFORMED"))


class Value(ctypes.Structure):
    _fields_ = [("state", ctypes.c_int32), ("shape", ctypes.c_int32), ("number", ctypes.c_uint64),
                ("text", ctypes.c_char_p), ("size_bytes", ctypes.c_size_t)]


class Check:
    def __init__(self, path):
        self.torctl = library.Library(path)
        self.fields = {field["number"]: field for field in interface.fields() if "number" in field}
        self.states = {ABSENT: 0, PRESENT: 0, MALFORMED_VALUE: 0}
        self.faults = []

    def expect(self, holds, *what):
        if not holds:
            self.faults.append(" ".join(map(str, what)))

    def read(self, event, numbers):
        fields = (ctypes.c_int32 * len(numbers))(*numbers)
        values = (Value * len(numbers))()
        present = self.torctl.torctl_event_read(event, fields, len(numbers), values)
        self.expect(present == sum(value.state == PRESENT for value in values), "count", present)
        return dict(zip(numbers, values))

    def described(self):
        """Names, shapes and units, and the fields of each kind."""
        for number, field in self.fields.items():
            self.expect(self.torctl.torctl_field_name(number).decode() == field["name"], number)
            self.expect(self.torctl.torctl_field_unit(number).decode() == field.get("unit", ""), number)
            self.expect(self.torctl.torctl_field_shape(number) == C["TORCTL_SHAPE_" + SHAPES[field["shape"]]],
                        field)
            name = field["function"][len("torctl_"):].upper()
            self.expect(C["TORCTL_FIELD_" + name] == number, name)
        for name, kind in C.items():
            if name.startswith("TORCTL_EVENT_"):
                count = self.torctl.torctl_kind_field_count(kind)
                numbers = [self.torctl.torctl_kind_field(kind, index) for index in range(count)]
                word = self.torctl.torctl_kind_name(kind).decode()
                expected = [number for number, field in self.fields.items() if word in field["kinds"]]
                self.expect(sorted(numbers) == sorted(expected), name)
                self.expect(self.torctl.torctl_kind_field(kind, count) == 0, name)
        for number in (0, -1, 10100, 10199, 10099, 99999, 2**31 - 1, -2**31):
            self.expect(self.torctl.torctl_field_name(number) == b"", number)
            self.expect(self.torctl.torctl_field_shape(number) == 0, number)
            self.expect(self.read(None, [number])[number].state == ABSENT, number)
        self.expect(self.torctl.torctl_event_read(None, None, 3, None) == 0, "NULL")

    def event(self, event):
        kind = self.torctl.torctl_event_kind(event)
        word = self.torctl.torctl_kind_name(kind).decode()
        own = [self.torctl.torctl_kind_field(kind, index)
               for index in range(self.torctl.torctl_kind_field_count(kind))]
        for numbers in (own, list(self.fields)):
            for number, value in self.read(event, numbers).items():
                field = self.fields[number]
                if word in field["kinds"]:
                    self.value(event, field, value)
                else:
                    self.expect(value.state == ABSENT, word, field["function"])

    def value(self, event, field, value):
        """One field both ways."""
        self.states[value.state] += 1
        alone = getattr(self.torctl, field["function"])(event)
        shape, where = field["shape"], (field["function"], self.torctl.raw(event)[:200])
        if shape in ("text", "bytes"):
            size = len(alone)
            if shape == "bytes":
                size = getattr(self.torctl, field["function"] + "_size_bytes")(event)
            self.expect((alone, size) == (value.text, value.size_bytes), *where)
            return
        if value.state != PRESENT:
            # The absent value, whatever the shape.
            self.expect(alone == (-1 if shape in ("small", "yes_no") else 0), *where)
            self.expect(value.number == 0, *where)
            self.expect(value.state == MALFORMED_VALUE or value.text == b"", *where)
            return
        number = value.number
        if shape == "float":
            number = struct.unpack("d", struct.pack("Q", number))[0]
        elif shape in ("signed", "small", "time", "word"):
            number = ctypes.c_int64(number).value
        self.expect(number == alone, number, alone, *where)
        if field.get("has_text"):
            text = getattr(self.torctl, field["function"] + "_text")(event)
            self.expect(text == value.text, *where)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    check = Check(sys.argv[1])
    check.described()
    for name in CAPTURES:
        with open(os.path.join(library.ROOT, "tests", name), "rb") as file:
            wire = file.read()
        if b"\r\n" not in wire:
            wire = wire.replace(b"\n", b"\r\n")
        for event in check.torctl.events(wire):
            check.event(event)
    for event in check.torctl.events(MALFORMED.replace(b"\n", b"\r\n")):
        check.event(event)
    print("%d values present, %d absent, %d malformed" % tuple(
        check.states[state] for state in (PRESENT, ABSENT, MALFORMED_VALUE)))
    check.expect(check.states[PRESENT] > 10000, "too few events")
    check.expect(check.states[MALFORMED_VALUE] >= 20, "too few malformed values")
    for fault in sorted(set(check.faults))[:50]:
        print(fault)
    sys.exit(bool(check.faults))


if __name__ == "__main__":
    main()
