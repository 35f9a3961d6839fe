# Copies of the sources in which a guard can be taken out while the program runs.
#
# gatepost_mutant(NAME SCENARIO FILE GUARDED TAKEN_OUT): where FILE has GUARDED, which it has once, the copy does TAKEN_OUT
# in runs that have NAME taken out. OUT in either text stands for the question whether this is such a run. A FILE that has
# changed so that GUARDED is not in it any more ends the configuration: tell here what stands for it now.
set(copies ${CMAKE_CURRENT_BINARY_DIR}/engine)
set(shell journal/archived_backlog.cpp journal/commits.cpp journal/cursors.cpp runtime/drop_oldest_queue.hpp
  runtime/fire_alarm.cpp runtime/gate.cpp runtime/lane.cpp runtime/machine_runner.hpp runtime/network_monitor.cpp runtime/output.cpp runtime/policy_replay.cpp
  runtime/shared_policy.cpp runtime/subscribers.cpp runtime/watchdog.cpp runtime/worker.cpp observe/screen.cpp
  supervisor/input_runner.cpp supervisor/flight_recorder.cpp supervisor/reloader.cpp supervisor/input_feedback.cpp)
set(drivers plugins/output/turnstile_relay/sensors.cpp plugins/output/lamp/lights.cpp)
set(mutant_list "")

foreach(file ${shell} ${drivers})
  set(source_${file} ${file})
  if(file IN_LIST shell)
    set(source_${file} engine/${file})
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${source_${file}})
  file(READ ${PROJECT_SOURCE_DIR}/${source_${file}} text_${file})
endforeach()

function(gatepost_mutant name scenario file guarded taken_out)
  set(text "${text_${file}}")
  string(FIND "${text}" "${guarded}" first)
  string(FIND "${text}" "${guarded}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "tests/interleaving/mutants, ${name}: ${source_${file}} has this not once:\n${guarded}")
  endif()
  string(REPLACE "OUT" "gatepost::interleaving::is_out(\"${name}\")" taken_out "${taken_out}")
  string(REPLACE "${guarded}" "${taken_out}" text "${text}")
  set(text_${file} "${text}" PARENT_SCOPE)
  set(mutant_list "${mutant_list}    Mutant{\"${name}\", {\"${scenario}\", ${scenario}}},\n" PARENT_SCOPE)
endfunction()

# ---- The mutants

foreach(room journal runtime supervisor plugins)
  include(mutants/${room}.cmake)
endforeach()

# ---- The copies

foreach(file ${shell} ${drivers})
  # Reports name the product's file and line, for no mutant adds a line.
  set(head "#include \"interleaving/mutants.hpp\"\n#line 1 \"${source_${file}}\"\n")
  if(file MATCHES "hpp$")  # the guard against a second inclusion comes before all else
    string(REPLACE "\n#pragma once\n" "\n\n" text_${file} "${text_${file}}")
    string(PREPEND head "#pragma once\n")
  endif()
  file(CONFIGURE OUTPUT ${copies}/${file} CONTENT "${head}${text_${file}}" @ONLY)
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/mutants.inc CONTENT "${mutant_list}" @ONLY)
