foreach(part elements ai_table)
  target_sources(plugin_gs1_test PRIVATE ${place}/${part}.cpp)
endforeach()
target_link_libraries(plugin_gs1_test PRIVATE gatepost::support)
