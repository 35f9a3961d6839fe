target_sources(plugin_${name} PRIVATE ${place}/decoder.cpp ${place}/still.cpp ${place}/cascade.cpp ${place}/motion.cpp
  ${place}/pixels.cpp ${place}/sightings.cpp ${place}/message_parts.cpp)
target_link_libraries(plugin_${name} PRIVATE ZXing::ZXing PkgConfig::libqrencode)
target_compile_definitions(plugin_${name} PRIVATE GATEPOST_PLUGINS="$<TARGET_FILE_DIR:uvc_camera>")
add_dependencies(plugin_${name} uvc_camera)
