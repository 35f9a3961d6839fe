# find_package(gatepost): the SDK as gatepost::sdk, and gatepost_plugin() to build a plugin with.
include(CMakeFindDependencyMacro)
find_dependency(Boost 1.81)
include(${CMAKE_CURRENT_LIST_DIR}/gatepostTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/GatepostPlugin.cmake)
