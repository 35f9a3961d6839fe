target_sources(plugin_signed_pass_test PRIVATE ${place}/key_ring.cpp ${place}/revocations.cpp)
target_link_libraries(plugin_signed_pass_test PRIVATE gatepost::support)
