target_sources(plugin_serial_test PRIVATE ${place}/bytes.cpp)
target_link_libraries(plugin_serial_test PRIVATE util)
target_compile_definitions(plugin_serial_test PRIVATE GATEPOST_PLUGINS="$<TARGET_FILE_DIR:serial>")
add_dependencies(plugin_serial_test serial)
