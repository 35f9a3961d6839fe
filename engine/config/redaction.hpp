// What a plugin object says, without what it was given to keep: values of secret settings, and those of !env and !file.
#pragma once

#include <gatepost/result.hpp>
#include <string>
#include <vector>

#include "config/site.hpp"

namespace gatepost::config {

/// Blots out those values, and the parts of an address by which a plugin names it: host, path, what follows a '?'.
/// Texts of fewer than four characters are kept: they are no secret, and stand in every sentence. Safe from any thread.
class Redaction {
 public:
  Redaction() = default;  ///< keeps everything
  explicit Redaction(const PluginUse& use);

  bool empty() const { return hidden_.empty(); }
  std::string operator()(std::string text) const;
  Error operator()(Error error) const;
  /// A success stays as it is.
  template <class T>
  Result<T> operator()(Result<T> result) const {
    if (result || empty()) return result;
    return (*this)(result.error());
  }

 private:
  void hide(const std::string& text);
  void hide_address(const std::string& text);
  std::vector<std::string> hidden_;  ///< the longest first: one may be part of another
};

}  // namespace gatepost::config
