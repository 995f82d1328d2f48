"""Builds the library and the examples while something else goes on."""

import os
import re
import subprocess
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def release_directory():
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))
    return os.path.join(os.path.abspath(target), "release")


class BuildFailed(Exception):
    """A step failed; the text is what it printed."""


class Build(threading.Thread):
    """`cargo build --release` and `make -C c-examples`, in the background.

    Nothing else runs a signal handler meanwhile: stop() ends the step that is
    under way, with all its children."""

    def __init__(self, progress, examples):
        super().__init__(name="build", daemon=True)
        self._progress = progress
        self._examples = examples
        self._child = None
        self._stopped = False
        self._lock = threading.Lock()
        self._failure = None

    def run(self):
        try:
            self._progress(0.0, "cargo build --release")
            self._step(["cargo", "build", "--release", "--locked"], {
                "CARGO_TERM_PROGRESS_WHEN": "always",
                "CARGO_TERM_PROGRESS_WIDTH": "100",
                "CARGO_TERM_COLOR": "never",
            })
            self._link_soname()
            self._progress(0.97, "make -C c-examples")
            # This make has nothing to do with the one that may have started us.
            self._step(["make", "-C", "c-examples", "RELEASE=" + release_directory()]
                       + ["bin/" + name for name in self._examples],
                       {"MAKEFLAGS": "", "MAKELEVEL": "", "MFLAGS": ""})
            self._progress(1.0, "built")
        except (BuildFailed, OSError) as failure:
            self._failure = failure

    def wait(self):
        """Returns when all is built; raises BuildFailed when it cannot be."""
        while self.is_alive():
            # In pieces, so that signals are seen.
            self.join(0.2)
        if self._failure is not None:
            raise BuildFailed(str(self._failure))

    @property
    def failed(self):
        return self._failure is not None

    def stop(self):
        with self._lock:
            self._stopped = True
            if self._child is not None and self._child.poll() is None:
                try:
                    os.killpg(self._child.pid, 15)
                except OSError:
                    pass
        if self.ident is not None:
            self.join(10)

    def _link_soname(self):
        """Programs look for the soname, which cargo does not make a file of."""
        path = os.path.join(release_directory(), "libtorctl.so.0")
        if os.path.exists(path[:-2]) and not os.path.lexists(path):
            os.symlink("libtorctl.so", path)

    def _step(self, command, variables):
        with self._lock:
            if self._stopped:
                raise BuildFailed("stopped")
            # Nice: what waits for the clock must not wait for the compiler.
            self._child = subprocess.Popen(
                ["nice", "-n", "5"] + command, cwd=ROOT, start_new_session=True,
                env=dict(os.environ, **variables), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = b""
        for piece in iter(lambda: self._child.stdout.read1(4096), b""):
            said = (said + piece)[-20000:]
            steps = re.findall(rb"(\d+)/(\d+)(?:: ([^\s,(]+))?", piece)
            if steps:
                done, total, name = steps[-1]
                self._progress(0.95 * int(done) / max(int(total), 1),
                               "cargo build --release: " + (name.decode() or "..."))
        if self._child.wait() != 0:
            text = said.decode("utf-8", "replace").replace("\r", "\n")
            lines = [line for line in text.splitlines()
                     if line.strip() and "Building [" not in line]
            raise BuildFailed("\n".join([" ".join(command) + " failed:"] + lines[-60:]))
