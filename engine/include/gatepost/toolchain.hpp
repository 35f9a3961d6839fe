// What must be equal in the engine and a plugin, beyond the ABI version, for C++ types to cross between them.
#pragma once

#include <boost/version.hpp>
#include <string>

#define GATEPOST_TEXT_(x) #x
#define GATEPOST_TEXT(x) GATEPOST_TEXT_(x)

#if defined(__SANITIZE_ADDRESS__)
#define GATEPOST_SANITIZER_ " asan"
#elif defined(__SANITIZE_THREAD__)
#define GATEPOST_SANITIZER_ " tsan"
#else
#define GATEPOST_SANITIZER_ ""
#endif

#if defined(_GLIBCXX_DEBUG)
#define GATEPOST_DEBUG_ " debug-containers"
#else
#define GATEPOST_DEBUG_ ""
#endif

#if defined(__clang__)
#define GATEPOST_COMPILER_ "clang " GATEPOST_TEXT(__clang_major__)
#else
#define GATEPOST_COMPILER_ "gcc " GATEPOST_TEXT(__GNUC__)
#endif

/// Compared as text; a mismatch is refused with both texts shown.
#define GATEPOST_TOOLCHAIN                                                                                         \
  GATEPOST_COMPILER_ " C++" GATEPOST_TEXT(__cplusplus) " libstdc++ " GATEPOST_TEXT(                                \
      _GLIBCXX_RELEASE) " cxx11-abi " GATEPOST_TEXT(_GLIBCXX_USE_CXX11_ABI) " boost " GATEPOST_TEXT(BOOST_VERSION) \
      GATEPOST_SANITIZER_ GATEPOST_DEBUG_
