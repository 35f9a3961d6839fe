// Passes that count no more.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>

#include <gatepost/result.hpp>

namespace signed_pass {

class Revocations {
 public:
  /// Of a file with one pass's id a line, in hexadecimal digits as `gatepost revoke` writes them; what follows a space,
  /// and lines that begin with #, are for people. An Error with the line where one is no id.
  static gatepost::Result<Revocations> read(const std::filesystem::path& file);
  static gatepost::Result<Revocations> parse(std::string_view text, const std::string& where);

  bool has(const std::string& id) const { return ids_.contains(id); }
  std::size_t size() const { return ids_.size(); }

 private:
  std::unordered_set<std::string> ids_;
};

}  // namespace signed_pass
