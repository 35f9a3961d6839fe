#include "cli/journal_of.hpp"

#include <array>
#include <fstream>
#include <string_view>

#include "cli/open_site.hpp"

namespace gatepost::cli {
namespace {

// sqlite.org/fileformat.html, "The Database Header": the first 16 bytes.
bool is_database(const std::filesystem::path& file) {
  constexpr std::string_view magic{"SQLite format 3\0", 16};
  std::array<char, magic.size()> head{};
  std::ifstream(file, std::ios::binary).read(head.data(), head.size());
  return std::string_view(head.data(), head.size()) == magic;
}

}  // namespace

std::optional<std::filesystem::path> journal_of(const std::filesystem::path& place) {
  if (is_database(place)) return place;
  const auto opened = open_site(place);
  if (!opened) return {};
  return opened->site.journal.file;
}

}  // namespace gatepost::cli
