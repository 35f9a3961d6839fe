find_package(OpenSSL REQUIRED COMPONENTS SSL)
target_sources(plugin_${name} PRIVATE ${place}/request.cpp ${place}/answer.cpp ${place}/cache.cpp ${place}/availability.cpp)
target_link_libraries(plugin_${name} PRIVATE gatepost::support Boost::json OpenSSL::Crypto OpenSSL::SSL)
