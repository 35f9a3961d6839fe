# The machines of engine/core are compiled here again, with the hooks that the product does not have.
file(GLOB machines CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/engine/core/*.cpp)
add_library(simulation_machines STATIC hooks.cpp ${machines})
gatepost_unity(simulation_machines 10)
target_compile_definitions(simulation_machines PUBLIC GATEPOST_SIMULATION)
target_include_directories(simulation_machines PUBLIC ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/engine
  PRIVATE ${PROJECT_SOURCE_DIR}/hal)
target_link_libraries(simulation_machines PUBLIC gatepost::sdk PRIVATE gatepost_warnings)

# So is what drives a board: hal's drivers, which know no I/O of their own, and the turnstile plugin's logic on them.
set(hal ${PROJECT_SOURCE_DIR}/hal)
set(turnstile_relay ${PROJECT_SOURCE_DIR}/plugins/output/turnstile_relay)
add_library(simulation_drivers STATIC ${hal}/relay.cpp ${hal}/lcus_driver.cpp ${hal}/polled_contact.cpp
  ${hal}/guard/client.cpp ${hal}/guard/failsafe.cpp ${hal}/guard/message.cpp ${hal}/guard/service.cpp
  ${hal}/modbus/board.cpp ${hal}/modbus/frame.cpp ${hal}/modbus/master.cpp ${turnstile_relay}/gate_board.cpp)
gatepost_unity(simulation_drivers 10)
target_include_directories(simulation_drivers PUBLIC ${hal} ${hal}/include ${turnstile_relay})
target_link_libraries(simulation_drivers PUBLIC simulation_machines PRIVATE gatepost_warnings)

file(GLOB sources CONFIGURE_DEPENDS *.cpp)
list(FILTER sources EXCLUDE REGEX "/hooks\\.cpp$")
add_executable(gatepost-simulation ${sources})
gatepost_unity(gatepost-simulation 6)
set_source_files_properties(rule_passback.cpp rule_quota.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)  # plugins, one each
target_link_libraries(gatepost-simulation PRIVATE simulation_machines simulation_drivers simulation_boards simulation_disk
  gatepost_warnings)

file(GLOB sources CONFIGURE_DEPENDS commit_queue/*.cpp)
add_executable(gatepost-simulate-commits ${sources})
gatepost_unity(gatepost-simulate-commits 6)
target_link_libraries(gatepost-simulate-commits PRIVATE simulation_machines gatepost_warnings)

# From the commit's hash, so that each commit runs others, and each can be run again.
set(hash "$(git -C '${PROJECT_SOURCE_DIR}' rev-parse HEAD 2>/dev/null || echo 31000000)")
if(GATEPOST_SANITIZE)
  set(amount --seeds 150)
else()
  set(amount --seeds 1000 --seconds 60 --probe-all)
endif()
list(JOIN amount " " amount)
file(GLOB plans CONFIGURE_DEPENDS plans/*.plan)
add_test(NAME simulation_commits
  COMMAND sh -c "exec '$<TARGET_FILE:gatepost-simulate-commits>' --seeds 3000 --first \"${hash}\"")
add_test(NAME simulation_commits_mutants COMMAND gatepost-simulate-commits --mutants 1000)
add_test(NAME simulation_plans COMMAND gatepost-simulation --kept ${plans})
add_test(NAME simulation_canary COMMAND gatepost-simulation --seeds 1000 --canary)
add_test(NAME simulation_seeds
  COMMAND sh -c "exec '$<TARGET_FILE:gatepost-simulation>' --first \"${hash}\" ${amount}")
add_test(NAME simulation_seeds_reversed
  COMMAND sh -c "exec '$<TARGET_FILE:gatepost-simulation>' --first \"$(echo ${hash} | rev)\" ${amount}")
if(NOT GATEPOST_SANITIZE)
  add_test(NAME simulation_mutants COMMAND gatepost-simulation --mutants 3000)
  set_tests_properties(simulation_mutants PROPERTIES LABELS simulation TIMEOUT 600)
endif()
set_tests_properties(simulation_commits simulation_commits_mutants simulation_plans simulation_canary simulation_seeds simulation_seeds_reversed
  PROPERTIES LABELS simulation TIMEOUT 600)
set_target_properties(gatepost-simulation gatepost-simulate-commits PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
