"""torctl for Conan: `conan create packaging/conan`. Rust 1.85 or newer and CMake have to be there."""

import os
import re

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain
from conan.tools.files import copy, load

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class Torctl(ConanFile):
    name = "torctl"
    license = "MIT OR Apache-2.0"
    description = "Control the tor daemon from C and C++"
    topics = ("tor", "controller", "onion")
    settings = "os", "arch", "compiler", "build_type"
    package_type = "library"
    options = {"shared": [True, False]}
    default_options = {"shared": True}
    languages = ["C"]

    def set_version(self):
        manifest = load(self, os.path.join(ROOT, "Cargo.toml"))
        self.version = re.search(r'^version = "(.*)"', manifest, re.MULTILINE).group(1)

    def export_sources(self):
        for pattern in ("Cargo.*", "CMakeLists.txt", "build.rs", "LICENSE*", "*.md", "src/*", "generator/*",
                        "include/*", "cli/*", "cmake/*", "c-examples/*", "tools/rustc", "tools/manual/*", "tests/data/*.txt", ".cargo/*"):
            copy(self, pattern, ROOT, self.export_sources_folder, excludes="c-examples/bin/*")

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["TORCTL_TESTS"] = False
        toolchain.cache_variables["TORCTL_CLI"] = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        # One of the two, as Conan's consumers ask for.
        unwanted = "libtorctl.a" if self.options.shared else "libtorctl.so*"
        folder = os.path.join(self.package_folder, "lib")
        for name in os.listdir(folder):
            if re.match(unwanted.replace(".", r"\.").replace("*", ".*") + "$", name):
                os.remove(os.path.join(folder, name))

    def package_info(self):
        self.cpp_info.libs = ["torctl"]
        self.cpp_info.set_property("cmake_file_name", "torctl")
        self.cpp_info.set_property("cmake_target_name", "torctl::torctl")
        self.cpp_info.set_property("pkg_config_name", "torctl")
        if not self.options.shared:
            self.cpp_info.system_libs = ["util", "rt", "pthread", "m", "dl"]
