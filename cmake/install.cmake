# What is installed, and where.

include(CMakePackageConfigHelpers)

option(TORCTL_SPLIT_DEBUG "Install the library without its debug information, and that in a file of its own" ON)
if(TORCTL_SPLIT_DEBUG)
  set(shipped "${PROJECT_BINARY_DIR}/shipped")
  find_program(TORCTL_STRIP NAMES "${CMAKE_STRIP}" strip)
  find_program(TORCTL_OBJCOPY NAMES "${CMAKE_OBJCOPY}" objcopy)
  install(CODE "
    set(release [[${release}]])
    set(shipped [[${shipped}]])
    set(library [[${library}]])
    set(installed [[${installed}]])
    set(strip [[${TORCTL_STRIP}]])
    set(objcopy [[${TORCTL_OBJCOPY}]])
    set(is_apple [[${APPLE}]])")
  install(SCRIPT cmake/strip.cmake)
  install(PROGRAMS "${shipped}/${installed}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  if(NOT APPLE)
    # Where debuggers look for it.
    install(FILES "${shipped}/${installed}.debug" DESTINATION "${CMAKE_INSTALL_LIBDIR}/.debug")
  endif()
else()
  set(shipped "${release}")
  install(PROGRAMS "${release}/${library}" DESTINATION "${CMAKE_INSTALL_LIBDIR}" RENAME ${installed})
endif()
file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/links")
file(CREATE_LINK ${installed} "${PROJECT_BINARY_DIR}/links/${soname}" SYMBOLIC)
file(CREATE_LINK ${soname} "${PROJECT_BINARY_DIR}/links/${library}" SYMBOLIC)
install(FILES "${PROJECT_BINARY_DIR}/links/${soname}" "${PROJECT_BINARY_DIR}/links/${library}"
  "${shipped}/libtorctl.a" DESTINATION "${CMAKE_INSTALL_LIBDIR}")

install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "torctl*.h*")
install(FILES include/torctl.api.json DESTINATION "${CMAKE_INSTALL_DATADIR}/torctl")
install(FILES README.md CHANGELOG.md SECURITY.md LICENSE-APACHE LICENSE-MIT LICENSES-CRATES.txt
  DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY c-examples/ DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples"
  PATTERN bin EXCLUDE PATTERN .gitignore EXCLUDE)

# From the place of torctl.pc to the prefix, so that `pkg-config --define-prefix` is not needed after a
# move, and does no harm.
file(RELATIVE_PATH up "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" up "${up}")
configure_file(cmake/torctl.pc.in torctl.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/torctl.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/torctl")
configure_package_config_file(cmake/torctlConfig.cmake.in torctlConfig.cmake
  INSTALL_DESTINATION "${config_dir}" PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
# Before 1.0 a minor version may still change the interface.
write_basic_package_version_file(torctlConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/torctlConfig.cmake" "${PROJECT_BINARY_DIR}/torctlConfigVersion.cmake"
  DESTINATION "${config_dir}")

include("${CMAKE_CURRENT_LIST_DIR}/manual.cmake")
