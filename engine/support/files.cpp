#include <gatepost/support/files.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace gatepost::support {

std::optional<std::string> read_up_to(int descriptor, std::size_t most) {
  std::string text(most + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::read(descriptor, text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {};
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

namespace {

bool is_text(char c) { return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t'; }

// Of one byte order: each second byte is NUL, the others are text. No random key is so.
bool is_wide_text(std::string_view bytes, std::size_t zero_at) {
  if (bytes.size() < 4 || bytes.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (i % 2 == zero_at ? bytes[i] != '\0' : !is_text(bytes[i])) return false;
  return true;
}

}  // namespace

std::optional<std::string> mark_of_an_editor(std::string_view bytes) {
  constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
  std::string_view wide = bytes;
  if (wide.starts_with("\xFF\xFE") || wide.starts_with("\xFE\xFF")) wide.remove_prefix(2);
  if (is_wide_text(wide, 1) || is_wide_text(wide, 0)) return "is UTF-16 text";
  if (bytes.starts_with(utf8_mark) && std::ranges::all_of(bytes.substr(utf8_mark.size()), is_text))
    return "begins with a byte order mark";
  return {};
}

}  // namespace gatepost::support
