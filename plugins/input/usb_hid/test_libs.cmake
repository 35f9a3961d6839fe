target_sources(plugin_usb_hid_test PRIVATE ${place}/pos.cpp ${place}/bytes.cpp)
target_compile_definitions(plugin_usb_hid_test PRIVATE GATEPOST_PLUGINS="$<TARGET_FILE_DIR:usb_hid>")
add_dependencies(plugin_usb_hid_test usb_hid)
