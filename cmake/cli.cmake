# The program torctl, its manual page and its completions. cli/Makefile builds the same without cmake.

option(TORCTL_CLI "Build and install the program torctl" ${PROJECT_IS_TOP_LEVEL})
if(NOT TORCTL_CLI)
  return()
endif()

set(cli "${PROJECT_SOURCE_DIR}/cli")
file(GLOB cli_sources CONFIGURE_DEPENDS "${cli}/*.c")
add_executable(torctl_cli ${cli_sources})
set_target_properties(torctl_cli PROPERTIES
  OUTPUT_NAME torctl RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/cli"
  C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
target_compile_definitions(torctl_cli PRIVATE _XOPEN_SOURCE=700)
target_compile_options(torctl_cli PRIVATE -Wall -Wextra -Wpedantic)
target_link_libraries(torctl_cli PRIVATE torctl::torctl Threads::Threads m)

# The wide curses where it has a name of its own, as on Linux.
include(CheckLibraryExists)
include(CheckIncludeFile)
check_include_file(curses.h have_curses_h)
check_library_exists(ncursesw endwin "" have_ncursesw)
check_library_exists(curses endwin "" have_curses)
if(have_curses_h AND (have_ncursesw OR have_curses))
  target_compile_definitions(torctl_cli PRIVATE HAVE_CURSES)
  if(have_ncursesw)
    target_link_libraries(torctl_cli PRIVATE ncursesw)
  else()
    target_link_libraries(torctl_cli PRIVATE curses)
  endif()
else()
  message(STATUS "torctl graph is left out: it needs curses (package libncurses-dev)")
endif()
check_library_exists(readline rl_callback_read_char "" have_readline)
find_path(readline_headers readline/readline.h)
if(have_readline AND readline_headers)
  target_compile_definitions(torctl_cli PRIVATE HAVE_READLINE)
  target_link_libraries(torctl_cli PRIVATE readline)
else()
  message(STATUS "torctl prompt reads plain lines: it needs readline for more (package libreadline-dev)")
endif()

# It finds the library in its prefix, also where the system does not look. For a package: CMAKE_SKIP_INSTALL_RPATH.
file(RELATIVE_PATH cli_to_library "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
if(APPLE)
  set_target_properties(torctl_cli PROPERTIES INSTALL_RPATH "@loader_path/${cli_to_library}")
else()
  set_target_properties(torctl_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${cli_to_library}")
endif()

if(NOT TORCTL_INSTALL)
  return()
endif()
install(TARGETS torctl_cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES "${cli}/torctl.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${cli}/completions/torctl.bash"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME torctl)
install(FILES "${cli}/completions/_torctl" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
install(FILES "${cli}/completions/torctl.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
