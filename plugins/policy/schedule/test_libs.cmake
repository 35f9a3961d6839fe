foreach(part times holidays plan)
  target_sources(plugin_${name} PRIVATE ${place}/${part}.cpp)
endforeach()
