target_sources(plugin_tcp_test PRIVATE ${place}/address.cpp)
target_compile_definitions(plugin_tcp_test PRIVATE GATEPOST_PLUGINS="$<TARGET_FILE_DIR:tcp>")
add_dependencies(plugin_tcp_test tcp)
