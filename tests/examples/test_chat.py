#!/usr/bin/env python3
"""chat: two of them hear each other, and each ends in its own way."""
# ctest: network timeout=180

import os
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from example import NET_ADDRESS, Running, net_control, run  # noqa: E402

GONE = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"


def chat(*args):
    return Running("chat", "--tor", NET_ADDRESS, *args, stdin=subprocess.PIPE)


def say(who, text):
    who.child.stdin.write(text)
    who.child.stdin.flush()


class Chat(unittest.TestCase):
    def setUp(self):
        self.waits = self.enter(chat())
        self.waits.wait_for(r"the other calls: chat \w{56}\.onion\n")
        self.address = re.search(r"chat (\w{56}\.onion)", self.waits.text).group(1)

    def enter(self, running):
        self.addCleanup(running.child.stdin.close)
        self.addCleanup(running.__exit__)
        return running.__enter__()

    def test_both_hear_each_other(self):
        calls = self.enter(chat(self.address))
        for who in (self.waits, calls):
            who.wait_for(r"connected\n")
        say(calls, b"hello\n")
        self.waits.wait_for(r"\nhello\n")
        say(self.waits, "h\u00e9llo\n".encode() * 1000)
        calls.wait_for(r"(h\u00e9llo\n){1000}")
        # What is said last arrives, though nobody listens to the other any more.
        say(calls, b"bye\n")
        status = calls.end(signal.SIGINT)
        self.assertEqual(status, 0, calls.text)
        self.waits.wait_for(r"\nbye\nthe other has gone\n\Z")
        self.assertEqual(self.waits.end(), 0, self.waits.text)
        # The service has ended when the connection was there.
        with net_control() as control:
            self.assertNotIn(self.address[:56], control.get_info("onions/detached"))

    def test_the_end_of_the_input_is_the_end(self):
        calls = self.enter(chat(self.address))
        calls.wait_for(r"connected\n")
        say(calls, b"bye\n")
        calls.child.stdin.close()
        self.assertEqual(calls.end(), 0, calls.text)
        self.waits.wait_for(r"connected\nbye\nthe other has gone\n")
        self.assertEqual(self.waits.end(), 0, self.waits.text)

    def test_it_can_be_ended_while_it_waits(self):
        self.assertEqual(self.waits.end(signal.SIGINT), 0, self.waits.text)

    def test_nobody_there_is_an_error(self):
        status, output, errors = run("chat", "--tor", NET_ADDRESS, GONE)
        self.assertEqual((status, output), (1, ""))
        self.assertRegex(errors, r"\Achat: no connection to %s:\d+: " % re.escape(GONE))


if __name__ == "__main__":
    unittest.main(verbosity=2)
