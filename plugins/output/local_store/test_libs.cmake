target_sources(plugin_${name} PRIVATE ${place}/store.cpp ${place}/format.cpp ${place}/count.cpp ${place}/eras.cpp)
target_link_libraries(plugin_${name} PRIVATE gatepost::support Boost::json)
