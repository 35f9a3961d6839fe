// Two objects of one site that want the same device.
#include <algorithm>

#include "config/reader.hpp"

namespace gatepost::config {
namespace {

void refuse(Reader& reader, const Opening& first, const Opening& second) {
  reader.diagnostics.error(second.place,
                           "'" + second.who + "' opens " + second.shown + ", and '" + first.who + "' does (" +
                               line_text(reader.sources, first.place, second.place) + "); only one of them can have it",
                           {}, "name another device, or let one entry serve both: a board can serve several lanes");
}

void warn(Reader& reader, const Opening& first, const Opening& second) {
  const bool itself = first.who == second.who;
  reader.diagnostics.warning(
      second.place,
      "'" + second.who + "' connects to " + second.shown +
          (itself
               ? " twice"
               : ", and so does '" + first.who + "' (" + line_text(reader.sources, first.place, second.place) + ")") +
          "; many such devices serve one connection at a time",
      "let one entry serve both: a board can serve several lanes, and board:N is an input of the board itself");
}

void warn_of_number(Reader& reader, const Opening& opening) {
  reader.diagnostics.warning(
      opening.place, "'" + opening.who + "' is named by a number that the next start may give to another device",
      "name it by its port: gatepost devices lists such names (usb:…@PORT, by-path/…)");
}

}  // namespace

void check_shared_devices(Reader& reader) {
  for (auto second = reader.openings.begin(); second != reader.openings.end(); ++second) {
    if (reader.diagnostics.full()) return;
    if (second->need.name_may_move) warn_of_number(reader, *second);
    const auto first = std::find_if(reader.openings.begin(), second,
                                    [&](const Opening& other) { return other.need.device == second->need.device; });
    if (first == second) continue;
    if (first->need.alone || second->need.alone)
      refuse(reader, *first, *second);
    else
      warn(reader, *first, *second);
  }
}

}  // namespace gatepost::config
