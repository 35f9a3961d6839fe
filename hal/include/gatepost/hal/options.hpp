// The options of an address, read with their types; what nobody read is an error.
#pragma once

#include <cstdint>
#include <gatepost/hal/address.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace gatepost::hal {

/// Reads one option after the other and remembers the first thing that is wrong; ask done() at the end.
class OptionReader {
 public:
  explicit OptionReader(const Address& address) : address_(address) {}

  std::int64_t number(const std::string& key, std::int64_t fallback, std::int64_t least, std::int64_t most);
  double decimal(const std::string& key, double fallback, double least, double most);
  double fraction(const std::string& key, double fallback) { return decimal(key, fallback, 0, 1); }
  bool yes(const std::string& key, bool fallback);           ///< yes or no
  Duration time(const std::string& key, Duration fallback);  ///< 20ms, 2s; up to a day
  std::string text(const std::string& key, const std::string& fallback);
  /// The place of the option's word among `words`; `fallback` where it is not set.
  std::size_t word(const std::string& key, std::span<const std::string_view> words, std::size_t fallback);

  /// For whoever knows more of it than its type: the option is not right.
  void refuse(const std::string& key, const std::string& expected);

  /// The first error, an unknown option among them.
  Result<void> done() const;

 private:
  const std::string* find(const std::string& key);

  const Address& address_;
  std::set<std::string> known_;
  Result<void> first_error_;
};

}  // namespace gatepost::hal
