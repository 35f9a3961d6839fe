target_sources(plugin_aamva_test PRIVATE ${place}/license.cpp)
target_link_libraries(plugin_aamva_test PRIVATE gatepost::support)
