// What a site says is no scan, though a scanner sends it: ERROR, NoRead, a heartbeat.
#pragma once

#include <gatepost/result.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace gatepost::config {

/// Safe from any thread; copies share their patterns.
class NoScans {
 public:
  NoScans() = default;

  /// Each is a text, or a pattern between slashes: /HB[0-9]+/ (RE2). An Error names the one that is not right.
  static Result<NoScans> parse(const std::vector<std::string>& written);

  /// Whether all of `text` is one of them, but for blanks, CR, LF and NUL around it.
  bool contain(std::string_view text) const;

 private:
  std::vector<std::string> texts_;
  std::vector<std::shared_ptr<const re2::RE2>> patterns_;
};

}  // namespace gatepost::config
