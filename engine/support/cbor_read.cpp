#include <cbor.h>

#include <algorithm>
#include <array>
#include <gatepost/support/cbor.hpp>
#include <limits>
#include <optional>

namespace gatepost::support::cbor {

bool Tagged::operator==(const Tagged& other) const { return tag == other.tag && content == other.content; }
bool Value::operator==(const Value& other) const { return is == other.is; }

namespace {

enum class Holds : std::uint8_t { array, map, tag, bytes, text };

/// A value that is not whole yet.
struct Open {
  Holds what = Holds::array;
  std::optional<std::uint64_t> missing{};  ///< how many items are to come; nothing: up to a break
  Value value{};
  std::optional<Value> key{};  ///< of a map: the key whose value comes next
};

/// Puts the items that libcbor finds together.
class Tree {
 public:
  const char* wrong = nullptr;  ///< the first thing that is
  std::optional<Value> whole{};

  void item(Value value) {
    if (++items_ > most_items) return fail("it has too many items");
    while (true) {
      if (open_.empty()) {
        whole = std::move(value);
        return;
      }
      Open& top = open_.back();
      if (!add(top, std::move(value))) return;
      if (!top.missing || --*top.missing > 0) return;
      value = std::move(top.value);
      open_.pop_back();
    }
  }

  void begin(Holds what, std::optional<std::uint64_t> count, Value empty) {
    if (what == Holds::map && count) {
      if (*count > most_map_entries) return fail("a map has too many entries");
      *count *= 2;
    }
    if (count && *count > most_items) return fail("it has too many items");
    if (count && *count == 0) return item(std::move(empty));
    if (open_.size() == deepest) return fail("it is too deep");
    if (!open_.empty() && is_string(open_.back().what)) return fail("a string holds what is none");
    open_.push_back({what, count, std::move(empty), {}});
  }

  void end() {
    if (open_.empty() || open_.back().missing) return fail("a break stands where none belongs");
    if (open_.back().key) return fail("a key has no value");
    Value value = std::move(open_.back().value);
    open_.pop_back();
    item(std::move(value));
  }

  void fail(const char* why) {
    if (wrong == nullptr) wrong = why;
  }

 private:
  static bool is_string(Holds what) { return what == Holds::bytes || what == Holds::text; }

  bool add(Open& top, Value&& value) {
    switch (top.what) {
      case Holds::array:
        std::get<Array>(top.value.is).push_back(std::move(value));
        return true;
      case Holds::tag:
        std::get<Tagged>(top.value.is).content.push_back(std::move(value));
        return true;
      case Holds::map:
        return add_to_map(top, std::move(value));
      case Holds::bytes:
        if (const auto* part = value.as<Bytes>()) return std::get<Bytes>(top.value.is).data += part->data, true;
        break;
      case Holds::text:
        if (const auto* part = value.as<std::string>()) return std::get<std::string>(top.value.is) += *part, true;
        break;
    }
    fail("a string holds what is none");
    return false;
  }

  bool add_to_map(Open& top, Value&& value) {
    auto& map = std::get<Map>(top.value.is);
    if (top.key) {
      map.push_back({std::move(*top.key), std::move(value)});
      top.key.reset();
      return true;
    }
    if (map.size() == most_map_entries) return fail("a map has too many entries"), false;
    if (std::ranges::find(map, value, &Entry::key) != map.end()) return fail("a key stands in a map twice"), false;
    top.key = std::move(value);
    return true;
  }

  std::vector<Open> open_;
  std::size_t items_ = 0;
};

Tree& tree(void* context) { return *static_cast<Tree*>(context); }

void whole_number(void* context, std::uint64_t number) {
  if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return tree(context).fail("a number is too large");
  tree(context).item({static_cast<std::int64_t>(number)});
}

// CBOR holds -1 - number.
void negative_number(void* context, std::uint64_t number) {
  if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return tree(context).fail("a number is too large");
  tree(context).item({-1 - static_cast<std::int64_t>(number)});
}

void tagged(void* context, std::uint64_t number) { tree(context).begin(Holds::tag, 1, {Tagged{number, {}}}); }

std::string copy(cbor_data data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

cbor_callbacks callbacks() {
  cbor_callbacks to{};
  to.uint8 = [](void* c, std::uint8_t n) { whole_number(c, n); };
  to.uint16 = [](void* c, std::uint16_t n) { whole_number(c, n); };
  to.uint32 = [](void* c, std::uint32_t n) { whole_number(c, n); };
  to.uint64 = [](void* c, std::uint64_t n) { whole_number(c, n); };
  to.negint8 = [](void* c, std::uint8_t n) { negative_number(c, n); };
  to.negint16 = [](void* c, std::uint16_t n) { negative_number(c, n); };
  to.negint32 = [](void* c, std::uint32_t n) { negative_number(c, n); };
  to.negint64 = [](void* c, std::uint64_t n) { negative_number(c, n); };
  to.byte_string = [](void* c, cbor_data data, std::size_t size) { tree(c).item({Bytes{copy(data, size)}}); };
  to.string = [](void* c, cbor_data data, std::size_t size) { tree(c).item({copy(data, size)}); };
  to.byte_string_start = [](void* c) { tree(c).begin(Holds::bytes, {}, {Bytes{}}); };
  to.string_start = [](void* c) { tree(c).begin(Holds::text, {}, {std::string()}); };
  to.array_start = [](void* c, std::size_t count) { tree(c).begin(Holds::array, count, {Array{}}); };
  to.indef_array_start = [](void* c) { tree(c).begin(Holds::array, {}, {Array{}}); };
  to.map_start = [](void* c, std::size_t count) { tree(c).begin(Holds::map, count, {Map{}}); };
  to.indef_map_start = [](void* c) { tree(c).begin(Holds::map, {}, {Map{}}); };
  to.float2 = [](void* c, float number) { tree(c).item({static_cast<double>(number)}); };
  to.float4 = to.float2;
  to.float8 = [](void* c, double number) { tree(c).item({number}); };
  to.undefined = [](void* c) { tree(c).item({}); };
  to.null = to.undefined;
  to.boolean = [](void* c, bool truth) { tree(c).item({truth}); };
  to.indef_break = [](void* c) { tree(c).end(); };
  return to;
}

// libcbor 0.8 takes the tags 6 to 20 for none. A tag's number is written like a whole number, but for its first three
// bits.
cbor_decoder_result read_tag(std::string_view bytes, Tree& tree) {
  std::array<unsigned char, 9> head{};  // the longest
  const std::size_t size = std::min(bytes.size(), head.size());
  std::copy_n(bytes.begin(), size, head.begin());
  head[0] &= 0x1FU;
  cbor_callbacks to = cbor_empty_callbacks;
  to.uint8 = [](void* c, std::uint8_t n) { tagged(c, n); };
  to.uint16 = [](void* c, std::uint16_t n) { tagged(c, n); };
  to.uint32 = [](void* c, std::uint32_t n) { tagged(c, n); };
  to.uint64 = [](void* c, std::uint64_t n) { tagged(c, n); };
  return cbor_stream_decode(head.data(), size, &to, &tree);
}

bool is_tag(std::string_view bytes) { return !bytes.empty() && static_cast<unsigned char>(bytes[0]) >> 5U == 6; }

Error broken(const char* what) { return {what, "CBOR", "look at what wrote it"}; }

}  // namespace

Result<Value> read(std::string_view bytes) {
  if (bytes.size() > most_bytes) return broken("it is too long");
  static const cbor_callbacks to = callbacks();
  Tree tree;
  while (!tree.whole) {
    const auto step = is_tag(bytes)
                          ? read_tag(bytes, tree)
                          : cbor_stream_decode(reinterpret_cast<cbor_data>(bytes.data()), bytes.size(), &to, &tree);
    if (tree.wrong != nullptr) return broken(tree.wrong);
    if (step.status == CBOR_DECODER_NEDATA) return broken("it ends too early");
    if (step.status != CBOR_DECODER_FINISHED || step.read == 0) return broken("it has what is no CBOR");
    bytes.remove_prefix(step.read);
  }
  if (!bytes.empty()) return broken("something follows it");
  return std::move(*tree.whole);
}

const Value* Value::find(std::int64_t key) const {
  const Map* map = as<Map>();
  if (map == nullptr) return nullptr;
  const auto found = std::ranges::find_if(*map, [&](const Entry& entry) {
    const auto* number = entry.key.as<std::int64_t>();
    return number != nullptr && *number == key;
  });
  return found == map->end() ? nullptr : &found->value;
}

const Value* Value::find(std::string_view key) const {
  const Map* map = as<Map>();
  if (map == nullptr) return nullptr;
  const auto found = std::ranges::find_if(*map, [&](const Entry& entry) {
    const auto* text = entry.key.as<std::string>();
    return text != nullptr && *text == key;
  });
  return found == map->end() ? nullptr : &found->value;
}

std::string Value::text(std::string_view key) const {
  const Value* value = find(key);
  const auto* text = value == nullptr ? nullptr : value->as<std::string>();
  return text == nullptr ? std::string() : *text;
}

}  // namespace gatepost::support::cbor
