# The front door of torctl.
#
#   make demo             a bandwidth graph of a private tor network (or, with
#                         PORT=9051 or SOCKET=/path, of your own tor)
#   make test             every test there is, with one summary at the end
#                         (TOR=/path/to/tor: with that tor)
#   make bench            speed, side by side with others (QUICK=1: two minutes)
#   make install          PREFIX=/usr/local LIBDIR=lib DESTDIR=
#   make uninstall        with the same variables
#   make manual           the manual for a browser: build/manual/html/index.html
#   make dist             the source archive, with the sources of all crates
#   make deb              Debian packages
#   make clean
#
# They install what is missing with apt, and say so; see tools/install-deps.sh.

PREFIX = /usr/local
LIBDIR = lib
BUILD = build
PYTHON = python3

all:
	cargo build --release --locked

demo:
	@tools/install-deps.sh demo
	@exec $(PYTHON) tools/demo.py $(if $(PORT),--port $(PORT)) $(if $(SOCKET),--socket $(SOCKET)) \
		$(if $(SECONDS),--seconds $(SECONDS))

test:
	@tools/install-deps.sh test
	@exec $(PYTHON) tools/test.py --build $(BUILD) $(if $(TOR),--tor $(TOR)) $(if $(LINT),--lint)

bench:
	@tools/install-deps.sh bench
	@QUICK=$(QUICK) exec benches/run

install:
	@tools/install-deps.sh install
	cmake -G 'Unix Makefiles' -S . -B $(BUILD)/install -DTORCTL_TESTS=OFF \
		-DCMAKE_INSTALL_PREFIX=$(PREFIX) -DCMAKE_INSTALL_LIBDIR=$(LIBDIR)
	@# Under sudo, the library that the user has built with `make` is installed as it is: root may have
	@# no cargo. The program torctl is built then, and links with it.
	if [ -n "$$SUDO_USER" -a -e target/release/libtorctl.so ]; then \
		ln -sf libtorctl.so target/release/libtorctl.so.$$(sed -n 's/^abi = //p' Cargo.toml); \
		$(MAKE) -C $(BUILD)/install torctl_cli/fast; \
	else cmake --build $(BUILD)/install; fi
	DESTDIR=$(DESTDIR) cmake --install $(BUILD)/install
	@# The loader keeps a list of the libraries in its directories, where there is one.
	@[ -n "$(DESTDIR)" ] || ldconfig 2>/dev/null || :

# What `make install` with the same variables puts there, also if it is from another build.
uninstall:
	cmake -DPREFIX=$(PREFIX) -DLIBDIR=$(LIBDIR) -DDESTDIR=$(DESTDIR) -DBUILD=$(BUILD)/install -P cmake/uninstall.cmake

# Of the header as it is: nothing is built. `make install` installs it where it is there.
manual:
	@tools/install-deps.sh manual
	@$(PYTHON) -B tools/manual/doxygen.py build/manual
	@echo "build/manual/html/index.html"

dist:
	@exec tools/dist.sh

deb:
	@tools/install-deps.sh deb
	@exec tools/deb.sh

clean:
	cargo clean
	rm -rf $(BUILD) c-examples/bin

.PHONY: all demo test bench install uninstall manual dist deb clean
