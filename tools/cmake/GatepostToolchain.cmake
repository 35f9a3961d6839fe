# Compiler, linker and warnings, the same for every target of the tree.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

find_program(CCACHE ccache)
if(CCACHE)  # relative to the tree, so that another checkout of it finds what this one has compiled
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()
add_compile_options(-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)  # nor does an assertion's text name the checkout's folder
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_link_options(-Wl,--as-needed)  # of the libraries that engine, hal and support stand on each program loads its own

add_library(gatepost_warnings INTERFACE)
target_compile_options(gatepost_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Wcast-qual -Woverloaded-virtual -Wconversion -Wsign-conversion
  $<$<CXX_COMPILER_ID:GNU>:-Werror>)  # clang builds the fuzz targets only

if(GATEPOST_SANITIZE)
  add_compile_options(-fsanitize=${GATEPOST_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O0
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)  # wrong alarms in instrumented code
  add_link_options(-fsanitize=${GATEPOST_SANITIZE})
endif()
