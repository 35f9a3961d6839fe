target_sources(plugin_payment_code_test PRIVATE ${place}/payment.cpp)
target_link_libraries(plugin_payment_code_test PRIVATE gatepost::support)
