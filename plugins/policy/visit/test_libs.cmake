target_sources(plugin_${name} PRIVATE ${place}/calendar.cpp ${place}/answer.cpp ${place}/visit_table.cpp ${place}/ical_blocks.cpp
  ${place}/ical_zones.cpp ${place}/ical_event.cpp ${place}/ical_rule.cpp ${place}/ical_reader.cpp)
target_link_libraries(plugin_${name} PRIVATE PkgConfig::libical)
