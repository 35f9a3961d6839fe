foreach(part columns entry entries listing sqlite_listing index summary)
  target_sources(plugin_${name} PRIVATE ${place}/${part}.cpp)
endforeach()
target_link_libraries(plugin_${name} PRIVATE gatepost::support PkgConfig::libutf8proc Threads::Threads)
