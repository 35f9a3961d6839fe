target_sources(plugin_health_insurance_test PRIVATE ${place}/card.cpp)
target_link_libraries(plugin_health_insurance_test PRIVATE gatepost::support)
