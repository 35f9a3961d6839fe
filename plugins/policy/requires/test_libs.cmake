target_sources(plugin_${name} PRIVATE ${place}/demands.cpp)
