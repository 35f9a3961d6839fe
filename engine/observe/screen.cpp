#include "observe/screen.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string_view>

namespace gatepost::observe {
namespace {

// What cannot be written is left: a disk that is full may have room for the next line.
void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto size = ::write(descriptor, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

Screen::Screen(int descriptor)
    : lines_([descriptor](const std::string& line, std::uint64_t left_out) {
        std::string text;
        if (left_out > 0) text = "(" + std::to_string(left_out) + " lines were left out: nobody read them)\n";
        write_all(descriptor, text + line + "\n");
      }) {}

}  // namespace gatepost::observe
