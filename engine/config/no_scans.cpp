#include "config/no_scans.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace gatepost::config {
namespace {

constexpr std::size_t longest = 200;               // of what is written, so that matching stays cheap
constexpr std::int64_t pattern_memory = 64 << 10;  // RE2's, of one pattern
constexpr std::string_view around("\r\n\0 \t", 5);

std::string_view bare(std::string_view text) {
  const auto begin = text.find_first_not_of(around);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(around) - begin + 1);
}

re2::RE2::Options options() {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);  // of bytes: a scanner may send any
  options.set_log_errors(false);
  options.set_max_mem(pattern_memory);
  return options;
}

Error wrong(const std::string& what, const std::string& written, std::string remedy) {
  return {"'" + written.substr(0, longest) + "' " + what, "ignore", std::move(remedy)};
}

}  // namespace

Result<NoScans> NoScans::parse(const std::vector<std::string>& written) {
  NoScans all;
  for (const std::string& one : written) {
    if (one.size() > longest) return wrong("is too long", one, "use at most 200 characters");
    if (one.size() < 2 || one.front() != '/' || one.back() != '/') {
      if (bare(one).empty()) return wrong("names no text", one, "remove it; empty scans are none anyway");
      all.texts_.emplace_back(bare(one));
      continue;
    }
    auto pattern = std::make_shared<re2::RE2>(one.substr(1, one.size() - 2), options());
    if (!pattern->ok()) return wrong("is no pattern: " + pattern->error(), one, "mend it; its syntax is RE2's");
    if (re2::RE2::FullMatch("", *pattern))
      return wrong("also matches nothing at all, and perhaps every scan", one, "write the text that it is to match");
    all.patterns_.push_back(std::move(pattern));
  }
  return all;
}

bool NoScans::contain(std::string_view text) const {
  if (texts_.empty() && patterns_.empty()) return false;
  const std::string_view said = bare(text);
  return std::ranges::find(texts_, said) != texts_.end() || std::ranges::any_of(patterns_, [&](const auto& pattern) {
           return re2::RE2::FullMatch(re2::StringPiece(said.data(), said.size()), *pattern);
         });
}

}  // namespace gatepost::config
