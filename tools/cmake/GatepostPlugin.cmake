# gatepost_plugin(NAME SOURCE… [LIBS TARGET…]): one plugin, one shared object that exports its descriptor and nothing else.
# gatepost_conformance(NAME PROGRAM): its test by the conformance suite; outside this tree gatepost_plugin adds it itself.
# gatepost_add_plugins(FOLDER): every FOLDER/KIND/NAME that has a CMakeLists.txt, so that dropping a folder in builds it.
# Also installed, for plugins built outside this tree.

include(GNUInstallDirs)
set(GATEPOST_PLUGIN_EXPORTS ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

function(gatepost_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBS")
  add_library(${name} MODULE ${arg_UNPARSED_ARGUMENTS})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE gatepost::sdk ${arg_LIBS})
  if(TARGET gatepost_warnings)
    target_link_libraries(${name} PRIVATE gatepost_warnings)
  endif()
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON LINK_DEPENDS ${GATEPOST_PLUGIN_EXPORTS}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${CMAKE_INSTALL_LIBDIR}/gatepost/plugins)
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)  # clang makes none
  target_link_options(${name} PRIVATE -Wl,--version-script=${GATEPOST_PLUGIN_EXPORTS} -Wl,--exclude-libs,ALL
    -Wl,--as-needed)  # of the libraries that hal and support stand on it needs few
  if(NOT GATEPOST_SANITIZE)  # a sanitizer's run-time is resolved from the program
    target_link_options(${name} PRIVATE -Wl,--no-undefined)
  endif()
  if(COMMAND gatepost_unity_product)
    gatepost_unity_product(${name})
  endif()
  install(TARGETS ${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/gatepost/plugins)
  set_property(GLOBAL APPEND PROPERTY GATEPOST_PLUGINS ${name})
  if(GATEPOST_CONFORMANCE)
    gatepost_conformance(${name} ${GATEPOST_CONFORMANCE})
  endif()
endfunction()

function(gatepost_conformance name program)
  get_target_property(place ${name} SOURCE_DIR)
  set(settings "")
  if(EXISTS ${place}/conformance.settings)
    file(STRINGS ${place}/conformance.settings lines)
    foreach(line ${lines})
      list(APPEND settings --set ${line})
    endforeach()
  endif()
  add_test(NAME conformance.${name} COMMAND ${program} $<TARGET_FILE:${name}> ${settings} WORKING_DIRECTORY ${place})
  set_tests_properties(conformance.${name} PROPERTIES LABELS conformance TIMEOUT 120)
endfunction()

function(gatepost_add_plugins folder)
  file(GLOB lists CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*/*/CMakeLists.txt)
  foreach(list ${lists})
    get_filename_component(place ${list} DIRECTORY)
    add_subdirectory(${place})
  endforeach()
endfunction()
