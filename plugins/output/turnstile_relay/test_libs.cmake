target_sources(plugin_${name} PRIVATE ${place}/wiring.cpp)
target_link_libraries(plugin_${name} PRIVATE PkgConfig::libmodbus)
target_compile_definitions(plugin_${name} PRIVATE GATEPOST_PLUGINS="$<TARGET_FILE_DIR:turnstile_relay>")
add_dependencies(plugin_${name} turnstile_relay)
