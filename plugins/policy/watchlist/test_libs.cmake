target_sources(plugin_${name} PRIVATE ${place}/wanted.cpp)
