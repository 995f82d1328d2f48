# Makes what is installed of what cargo has built: `shipped` of `release`. Done when it is installed, so
# that `sudo make install` after `make` builds nothing.

file(MAKE_DIRECTORY "${shipped}")

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

if(is_apple)
  run("${strip}" -x -o "${shipped}/${installed}" "${release}/${library}")
  run("${strip}" -S -o "${shipped}/libtorctl.a" "${release}/libtorctl.a")
else()
  set(debug "${shipped}/${installed}.debug")
  run("${objcopy}" --only-keep-debug --compress-debug-sections "${release}/${library}" "${debug}")
  run("${strip}" -o "${shipped}/${installed}" "${release}/${library}")
  file(REMOVE "${shipped}/${installed}.linked")
  run("${objcopy}" "--add-gnu-debuglink=${debug}" "${shipped}/${installed}" "${shipped}/${installed}.linked")
  file(RENAME "${shipped}/${installed}.linked" "${shipped}/${installed}")
  run("${strip}" --strip-debug -o "${shipped}/libtorctl.a" "${release}/libtorctl.a")
endif()
