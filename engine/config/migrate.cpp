#include "config/migrate.hpp"

#include <algorithm>

#include "config/excerpt.hpp"

namespace gatepost::config {
namespace {

std::string place_text(const Source& source, Place place) {
  return shown_path(source.file.string()) + ":" + std::to_string(place.line + 1) + ":" +
         std::to_string(source.column(place));
}

}  // namespace

Result<std::string> migrated(const Source& source, std::span<const Rename> renames) {
  std::vector<Rename> last_first(renames.begin(), renames.end());
  std::ranges::sort(last_first, std::ranges::greater(), &Rename::place);
  std::string text = source.text;
  for (const auto& rename : last_first) {
    const auto line = source.line(rename.place.line);
    auto at = static_cast<std::size_t>(line.data() - source.text.data()) + rename.place.byte;
    if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
    if (text.compare(at, rename.former.size(), rename.former) != 0)
      return Error{"the key '" + rename.former + "' is written in another way", place_text(source, rename.place),
                   "rename it to '" + rename.now + "' by hand"};
    text.replace(at, rename.former.size(), rename.now);
  }
  return {boost::system::in_place_value, std::move(text)};
}

std::string changed_lines(const Source& before, const Source& after, std::span<const std::string> secrets) {
  const std::string name = shown_path(before.file.string());
  const auto lines = static_cast<std::size_t>(std::ranges::count(before.text, '\n')) + 1;
  std::string text;
  for (std::size_t number = 0; number < lines; ++number) {
    if (before.line(number) == after.line(number)) continue;
    const std::string at = std::to_string(number + 1);
    text.append("@@ -").append(at).append(" +").append(at).append(" @@\n-");
    text.append(shown_line(before, number, secrets)).append("\n+");
    text.append(shown_line(after, number, secrets)).append("\n");
  }
  return text.empty() ? text : "--- " + name + "\n+++ " + name + "\n" + text;
}

}  // namespace gatepost::config
