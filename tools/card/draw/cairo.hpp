// Cairo's objects, each with one owner.
#pragma once

#include <cairo.h>

#include <memory>
#include <string>

namespace gatepost::card {

struct DestroyCairo {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using Surface = std::unique_ptr<cairo_surface_t, DestroyCairo>;
using Context = std::unique_ptr<cairo_t, DestroyCairo>;

/// Where a surface is written to: `closure` is a std::string.
inline cairo_status_t append(void* closure, const unsigned char* data, unsigned size) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace gatepost::card
