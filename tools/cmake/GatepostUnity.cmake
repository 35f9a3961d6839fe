# gatepost_unity(TARGET SIZE): the sources of a folder are compiled SIZE at a time as one, since most of the time goes into
# the headers that they share: ten files of engine/config cost 13 s of a core together and 42 s one by one. A name in an
# anonymous namespace is therefore given once in a folder.
option(GATEPOST_UNITY "compile the product's sources of a folder ten at a time as one" ON)

function(gatepost_unity target size)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  get_target_property(base ${target} SOURCE_DIR)
  foreach(source ${sources})
    if(NOT source MATCHES "\\.cpp$")
      continue()
    endif()
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${base} NORMALIZE)
    cmake_path(GET source PARENT_PATH folder)
    string(MD5 key ${folder})
    math(EXPR number "${count_${key}} + 0")
    math(EXPR group "${number} / ${size}")
    math(EXPR count_${key} "${number} + 1")
    cmake_path(GET folder FILENAME name)
    set_property(SOURCE ${source} TARGET_DIRECTORY ${target} PROPERTY UNITY_GROUP "${name}_${group}")
  endforeach()
endfunction()

# The product's libraries and plugins.
function(gatepost_unity_product target)
  if(GATEPOST_UNITY)
    gatepost_unity(${target} 10)
  endif()
endfunction()
