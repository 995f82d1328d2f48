# An overlay port of this tree: vcpkg install torctl --overlay-ports=packaging/vcpkg/ports
# Rust 1.85 or newer has to be there: vcpkg has none.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)

vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DTORCTL_TESTS=OFF -DTORCTL_CLI=OFF "-DTORCTL_CARGO_TARGET_DIR=${CURRENT_BUILDTREES_DIR}/cargo")
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/torctl)
vcpkg_fixup_pkgconfig()
# The library is the same in both: cargo builds it for release.
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share"
  "${CURRENT_PACKAGES_DIR}/share/doc" "${CURRENT_PACKAGES_DIR}/lib/.debug" "${CURRENT_PACKAGES_DIR}/debug/lib/.debug")
if(VCPKG_LIBRARY_LINKAGE STREQUAL "static")
  file(GLOB shared "${CURRENT_PACKAGES_DIR}/lib/libtorctl.so*" "${CURRENT_PACKAGES_DIR}/debug/lib/libtorctl.so*")
  file(REMOVE ${shared})
else()
  file(REMOVE "${CURRENT_PACKAGES_DIR}/lib/libtorctl.a" "${CURRENT_PACKAGES_DIR}/debug/lib/libtorctl.a")
endif()
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE-MIT" "${SOURCE_PATH}/LICENSE-APACHE"
  "${SOURCE_PATH}/LICENSES-CRATES.txt")
