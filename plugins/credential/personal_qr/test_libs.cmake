target_sources(plugin_personal_qr_test PRIVATE ${place}/person.cpp)
target_link_libraries(plugin_personal_qr_test PRIVATE gatepost::support)
