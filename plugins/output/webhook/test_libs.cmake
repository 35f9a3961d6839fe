find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS SSL)
target_sources(plugin_${name} PRIVATE ${place}/message.cpp ${place}/signature.cpp ${place}/success.cpp)
target_link_libraries(plugin_${name} PRIVATE CURL::libcurl gatepost::support OpenSSL::Crypto OpenSSL::SSL Boost::json ZLIB::ZLIB)
