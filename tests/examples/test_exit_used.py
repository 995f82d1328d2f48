#!/usr/bin/env python3
"""exit_used: the exit of a stream by a circuit of known relays, and an onion service."""
# ctest: network timeout=180 serial

import os
import re
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import (  # noqa: E402
    NET_ADDRESS, NET_RELAYS, Greeter, Running, hear, net_control)


class ExitUsed(unittest.TestCase):
    def test_the_exit_is_the_one_that_the_stream_was_given(self):
        with Greeter() as server, Running("exit_used", NET_ADDRESS) as example:
            example.wait_for("waiting for streams")
            for name in ("relay1", "auth3"):
                with net_control() as control:
                    # The only exit that tor may choose.
                    control.command("SETCONF ExitNodes=$%s StrictNodes=1" % NET_RELAYS[name])
                    try:
                        self.assertEqual(hear(name + ".test", server.port, user=name), b"hello")
                    finally:
                        control.command("RESETCONF ExitNodes StrictNodes")
                example.wait_for(r"%s\.test:%d leaves through %s at 127\.0\.0\.1 \((\?\?|[a-z]{2})\)\n" % (
                    name, server.port, name))
            status = example.end(signal.SIGINT)
        self.assertEqual(status, 0, example.text)

    def test_an_onion_service_has_no_exit(self):
        with Greeter() as server, net_control() as control, \
                Running("exit_used", NET_ADDRESS) as example:
            example.wait_for("waiting for streams")
            control.command("SETEVENTS HS_DESC")
            answer = " ".join(control.command(
                "ADD_ONION NEW:ED25519-V3 Flags=DiscardPK Port=80,%d" % server.port))
            address = re.search(r"ServiceID=(\w{56})", answer).group(1)
            # All five relays take both of its descriptors.
            for _upload in range(10):
                self.assertIsNotNone(control.wait_event(
                    lambda lines: "HS_DESC UPLOADED " + address in lines[0]))
            self.assertEqual(hear(address + ".onion", 80), b"hello")
            example.wait_for(r"%s\.onion:80 does not leave the network\n" % address)
            self.assertEqual(example.end(signal.SIGINT), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
