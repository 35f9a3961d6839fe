target_sources(plugin_${name} PRIVATE ${place}/address.cpp)
target_compile_definitions(plugin_${name} PRIVATE GATEPOST_PLUGINS="$<TARGET_FILE_DIR:tcp>")
add_dependencies(plugin_${name} tcp)
