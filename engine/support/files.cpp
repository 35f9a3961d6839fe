#include <gatepost/support/files.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <gatepost/file_descriptor.hpp>

namespace gatepost::support {

std::optional<std::string> read_up_to(int descriptor, std::size_t most) {
  std::string text;
  std::size_t have = 0;
  while (have <= most) {
    if (have == text.size()) text.resize(std::min(most + 1, std::max<std::size_t>(have * 2, 4096)));
    const ssize_t got = ::read(descriptor, text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {};
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

Result<std::string> read_file(const std::filesystem::path& file, std::size_t most) {
  const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  auto text = !opened.is_open() ? std::nullopt : read_up_to(opened.number(), most);
  if (!text)
    return Error{std::string("it cannot be read: ") + std::strerror(errno), file.string(),
                 "see that the file is there and that this user may read it"};
  if (text->size() > most)
    return Error{"it has more than " + std::to_string(most) + " bytes", file.string(), "see that it is the right file"};
  return std::move(*text);
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
