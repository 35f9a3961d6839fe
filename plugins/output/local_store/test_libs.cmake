target_sources(plugin_local_store_test PRIVATE ${place}/store.cpp ${place}/format.cpp ${place}/count.cpp ${place}/sqlite.cpp)
target_link_libraries(plugin_local_store_test PRIVATE SQLite::SQLite3 OpenSSL::Crypto Boost::json)
