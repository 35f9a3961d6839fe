#include "cli/journal_of.hpp"

#include <array>
#include <fstream>
#include <string_view>

#include "cli/machine_sites.hpp"
#include "cli/options.hpp"
#include "config/readable_part.hpp"

namespace gatepost::cli {

// sqlite.org/fileformat.html, "The Database Header": the first 16 bytes.
bool is_journal(const std::filesystem::path& place) {
  constexpr std::string_view magic{"SQLite format 3\0", 16};
  std::array<char, magic.size()> head{};
  std::ifstream(place, std::ios::binary).read(head.data(), head.size());
  return std::string_view(head.data(), head.size()) == magic;
}

std::filesystem::path site_file_of(const std::filesystem::path& place) {
  const std::filesystem::path known = sites_folder() / (place.string() + ".yaml");
  std::error_code ignored;
  const bool is_name = !place.has_parent_path() && !place.has_extension();
  return is_name && !std::filesystem::exists(place, ignored) && std::filesystem::exists(known, ignored) ? known : place;
}

Result<std::filesystem::path> site_meant(const std::string& word) {
  const std::filesystem::path file = site_file_of(word);
  std::error_code ignored;
  const auto code = checkpoint_code(word);
  if (!code || std::filesystem::exists(word, ignored)) return file;
  auto of_code = site_of_code(*code);
  return of_code || file == std::filesystem::path(word) ? of_code : Result<std::filesystem::path>(file);
}

Result<std::filesystem::path> journal_of(const std::filesystem::path& site_file) {
  const auto part = config::ReadablePart::read(site_file);
  if (!part) return part.error();
  auto journal = part->journal();
  if (!journal) return journal.error();
  return std::move(journal->file);
}

std::optional<std::filesystem::path> journal_of(const Command& command, const std::filesystem::path& place) {
  if (is_journal(place)) return place;
  const auto journal = journal_of(site_file_of(place));
  if (journal) return *journal;
  failed_with(command, journal.error());
  return {};
}

}  // namespace gatepost::cli
