// Numbers and texts as Records have them: FORMAT.md.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gatepost/result.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatepost::journal {

class ByteWriter {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(std::byte{value}); }
  void number(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(value >> shift));
  }
  void text(std::string_view value) {
    number(value.size());
    const auto* first = reinterpret_cast<const std::byte*>(value.data());
    bytes_.insert(bytes_.end(), first, first + value.size());
  }
  void raw(std::span<const std::byte> value) { bytes_.insert(bytes_.end(), value.begin(), value.end()); }
  std::vector<std::byte> take() { return std::move(bytes_); }
  void reserve(std::size_t size) { bytes_.reserve(size); }

 private:
  std::vector<std::byte> bytes_;
};

// Remembers that it ran out instead of failing at each step.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  std::uint8_t byte() {
    const auto taken = take(1);
    return taken.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(taken[0]);
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    const auto taken = take(8);
    for (std::size_t i = taken.size(); i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(taken[i]);
    return value;
  }
  std::string text() {
    const auto taken = take(number());
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }
  void raw(std::span<std::byte> out) {
    const auto taken = take(out.size());
    std::ranges::copy(taken, out.begin());
  }
  bool ended_well() const { return good_ && rest_.empty(); }
  bool good() const { return good_; }

 private:
  std::span<const std::byte> take(std::uint64_t size) {
    good_ = good_ && size <= rest_.size();
    if (!good_) return {};
    const auto taken = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(static_cast<std::size_t>(size));
    return taken;
  }

  std::span<const std::byte> rest_;
  bool good_ = true;
};

inline Error malformed(const char* what) {
  return {std::string("a Record's bytes are malformed: ") + what, "journal", "restore the journal from a copy"};
}

}  // namespace gatepost::journal
