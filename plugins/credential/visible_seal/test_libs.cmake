foreach(part seal document_types signers)
  target_sources(plugin_${name} PRIVATE ${place}/${part}.cpp)
endforeach()
target_link_libraries(plugin_${name} PRIVATE gatepost::support Boost::json OpenSSL::Crypto)
