target_sources(plugin_${name} PRIVATE ${place}/store.cpp ${place}/format.cpp ${place}/count.cpp ${place}/eras.cpp ${place}/sqlite.cpp)
target_link_libraries(plugin_${name} PRIVATE SQLite::SQLite3 OpenSSL::Crypto Boost::json)
