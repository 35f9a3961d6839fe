// CBOR (RFC 8949) of strangers: read to a tree with bounds, by libcbor's decoder of single items, which allocates
// nothing. What an item declares of its length costs no memory before the bytes are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <gatepost/result.hpp>

namespace gatepost::support::cbor {

inline constexpr std::size_t deepest = 24;             ///< arrays, maps and tags within each other
inline constexpr std::size_t most_items = 16384;       ///< in all
inline constexpr std::size_t most_map_entries = 512;   ///< of one map
inline constexpr std::size_t most_bytes = 128 * 1024;  ///< of the input

struct Value;
struct Entry;
using Array = std::vector<Value>;
using Map = std::vector<Entry>;  ///< in the order of the input; no key twice

struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

struct Tagged {
  std::uint64_t tag = 0;
  Array content;  ///< one
  bool operator==(const Tagged&) const;
};

/// null, undefined, and simple values that have no meaning here.
struct Nothing {
  bool operator==(const Nothing&) const = default;
};

struct Value {
  std::variant<Nothing, bool, std::int64_t, double, Bytes, std::string, Array, Map, Tagged> is;
  bool operator==(const Value&) const;

  /// Null where it is something else.
  template <class T>
  const T* as() const {
    return std::get_if<T>(&is);
  }
  /// Of a map: what stands at that key; null where there is none, or this is no map.
  const Value* find(std::int64_t key) const;
  const Value* find(std::string_view key) const;
  /// The text at that key of a map; empty where there is none.
  std::string text(std::string_view key) const;
};

struct Entry {
  Value key, value;
  bool operator==(const Entry&) const = default;
};

/// The one item that `bytes` are. An Error of one clause: too deep, too many items, the same key twice, a whole number
/// beyond 64 bits, text that is no UTF-8 is left to whoever uses it, bytes after the item, an end too early.
Result<Value> read(std::string_view bytes);

/// Appends items, in the shortest form.
class Writer {
 public:
  void integer(std::int64_t value);
  void bytes(std::string_view value);
  void text(std::string_view value);
  void array(std::size_t count);  ///< as many items follow
  void map(std::size_t count);    ///< as many keys with their values follow
  void tag(std::uint64_t number);
  std::string take() { return std::move(written_); }

 private:
  template <class Encode, class... Argument>
  void put(Encode encode, Argument... argument);
  std::string written_;
};

}  // namespace gatepost::support::cbor
