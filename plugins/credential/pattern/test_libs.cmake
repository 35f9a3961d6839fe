target_sources(plugin_pattern_test PRIVATE ${place}/date.cpp)
target_link_libraries(plugin_pattern_test PRIVATE gatepost::support PkgConfig::re2)
