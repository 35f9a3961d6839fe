target_sources(plugin_uvc_camera_test PRIVATE ${place}/decoder.cpp ${place}/still.cpp ${place}/cascade.cpp ${place}/motion.cpp
  ${place}/pixels.cpp ${place}/sightings.cpp)
target_link_libraries(plugin_uvc_camera_test PRIVATE ZXing::ZXing PkgConfig::libqrencode)
target_compile_definitions(plugin_uvc_camera_test PRIVATE GATEPOST_PLUGINS="$<TARGET_FILE_DIR:uvc_camera>")
add_dependencies(plugin_uvc_camera_test uvc_camera)
