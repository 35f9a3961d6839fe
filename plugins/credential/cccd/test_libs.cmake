target_sources(plugin_cccd_test PRIVATE ${place}/card.cpp)
target_link_libraries(plugin_cccd_test PRIVATE gatepost::support)
