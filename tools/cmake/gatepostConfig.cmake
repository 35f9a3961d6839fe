# find_package(gatepost): the SDK as gatepost::sdk, and gatepost_plugin() to build a plugin with.
# find_package(gatepost COMPONENTS hal support): devices too, as gatepost::hal, and what plugins share with the engine, as
# gatepost::support; both need the libraries that they stand on.
include(CMakeFindDependencyMacro)
find_dependency(Boost 1.81)
include(${CMAKE_CURRENT_LIST_DIR}/gatepostTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/GatepostPlugin.cmake)
find_program(GATEPOST_CONFORMANCE gatepost-conformance NO_DEFAULT_PATH  # by name alone, from here up to the prefix
  HINTS ${CMAKE_CURRENT_LIST_DIR}/../../.. ${CMAKE_CURRENT_LIST_DIR}/../../../.. PATH_SUFFIXES libexec/gatepost lib/gatepost)

foreach(component ${gatepost_FIND_COMPONENTS})
  if(component STREQUAL hal)
    foreach(package Threads fmt PNG JPEG PkgConfig)
      find_dependency(${package})
    endforeach()
    foreach(package libgpiod libserialport libudev libusb-1.0 libwebp xkbcommon)
      pkg_check_modules(${package} REQUIRED QUIET IMPORTED_TARGET ${package})
    endforeach()
    include(${CMAKE_CURRENT_LIST_DIR}/gatepostHalTargets.cmake)
    set(gatepost_hal_FOUND TRUE)
  elseif(component STREQUAL support)
    find_dependency(fmt)
    include(${CMAKE_CURRENT_LIST_DIR}/gatepostSupportTargets.cmake)
    set(gatepost_support_FOUND TRUE)
  elseif(gatepost_FIND_REQUIRED_${component})
    set(gatepost_FOUND FALSE)
    set(gatepost_NOT_FOUND_MESSAGE "gatepost has no component '${component}'; there are hal and support")
  endif()
endforeach()
