# The manual: pages for man, and pages for a browser if somebody makes them (`make manual`).

find_package(Python3 3.9 COMPONENTS Interpreter)
if(Python3_Interpreter_FOUND)
  set(man_pages "${PROJECT_BINARY_DIR}/man")
  file(GLOB man_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tools/manual/*.py" "${PROJECT_SOURCE_DIR}/tests/data/*.txt")
  # Of the header that cargo has just written.
  add_custom_command(OUTPUT "${man_pages}/man7/torctl.7"
    COMMAND "${Python3_EXECUTABLE}" -B "${PROJECT_SOURCE_DIR}/tools/manual/man.py" "${man_pages}"
    DEPENDS torctl_cargo "${PROJECT_SOURCE_DIR}/include/torctl.api.json" "${PROJECT_SOURCE_DIR}/include/torctl.h"
      ${man_sources}
    COMMENT "Manual pages")
  add_custom_target(torctl_man ALL DEPENDS "${man_pages}/man7/torctl.7")
  # `make install` under sudo builds nothing.
  install(CODE "
    if(NOT EXISTS [[${man_pages}/man7/torctl.7]])
      execute_process(COMMAND [[${Python3_EXECUTABLE}]] -B [[${PROJECT_SOURCE_DIR}/tools/manual/man.py]]
        [[${man_pages}]] COMMAND_ERROR_IS_FATAL ANY)
    endif()")
  install(DIRECTORY "${man_pages}/man3" "${man_pages}/man7" DESTINATION "${CMAKE_INSTALL_MANDIR}")
else()
  message(STATUS "No manual pages: they are made by Python 3.9 or newer")
endif()

install(DIRECTORY "${PROJECT_SOURCE_DIR}/build/manual/html" DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
