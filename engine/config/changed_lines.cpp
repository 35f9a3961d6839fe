#include <algorithm>

#include "config/edit.hpp"
#include "config/excerpt.hpp"

namespace gatepost::config {

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
