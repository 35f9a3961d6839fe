target_sources(plugin_replay_test PRIVATE ${place}/recording.cpp)
target_link_libraries(plugin_replay_test PRIVATE Boost::json)
target_compile_definitions(plugin_replay_test PRIVATE GATEPOST_PLUGINS="$<TARGET_FILE_DIR:replay>")
add_dependencies(plugin_replay_test replay)
