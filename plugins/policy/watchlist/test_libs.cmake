target_sources(plugin_${name} PRIVATE ${place}/rows.cpp ${place}/csv_list.cpp ${place}/sqlite_list.cpp)
