foreach(part csv entry entries listing sqlite_listing index)
  target_sources(plugin_roster_test PRIVATE ${place}/${part}.cpp)
endforeach()
target_link_libraries(plugin_roster_test PRIVATE SQLite::SQLite3 PkgConfig::libutf8proc Threads::Threads)
