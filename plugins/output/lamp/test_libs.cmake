target_sources(plugin_lamp_test PRIVATE ${place}/wiring.cpp)
target_link_libraries(plugin_lamp_test PRIVATE PkgConfig::libmodbus)
add_dependencies(plugin_lamp_test lamp)
