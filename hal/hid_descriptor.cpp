#include "hid_descriptor.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace gatepost::hal {
namespace {

constexpr std::size_t most_bytes = 4096;  // the kernel takes no more either
constexpr std::size_t most_levels = 16;
constexpr std::uint32_t most_bits = 64 * 1024 * 8;

enum class Type : std::uint8_t { main, global, local, reserved };

struct Item {
  Type type{};
  std::uint8_t tag = 0;
  std::size_t size = 0;  ///< of its data
  std::uint32_t data = 0;
};

// What global items set, and push and pop save.
struct Globals {
  std::uint16_t page = 0;
  std::uint32_t size = 0, count = 0;
  std::uint8_t number = 0;
};

class Parser {
 public:
  explicit Parser(std::span<const std::byte> bytes) : bytes_(bytes) {}

  Result<HidDescriptor> parse() {
    if (bytes_.size() > most_bytes) return wrong("is larger than 4 KiB");
    while (at_ < bytes_.size()) {
      const auto item = next();
      if (!item) return wrong("ends within an item");
      if (auto done = apply(*item); !done) return done.error();
    }
    if (depth_ != 0) return wrong("ends within a collection");
    if (found_.collections.empty()) return wrong("has no collection");
    return std::move(found_);
  }

 private:
  std::uint8_t byte(std::size_t place) const { return std::to_integer<std::uint8_t>(bytes_[place]); }

  std::optional<Item> next() {
    const std::uint8_t prefix = byte(at_);
    const bool is_long = prefix == 0xFE;
    if (is_long && at_ + 2 >= bytes_.size()) return {};
    const std::size_t size = is_long ? byte(at_ + 1) : (prefix & 3U) == 3 ? 4 : prefix & 3U;
    const std::size_t head = is_long ? 3 : 1;
    if (bytes_.size() - at_ < head + size) return {};
    Item item{.type = is_long ? Type::reserved : static_cast<Type>((prefix >> 2U) & 3U),
              .tag = static_cast<std::uint8_t>(prefix >> 4U),
              .size = size};
    for (std::size_t i = 0; i < std::min<std::size_t>(size, 4); ++i)
      item.data |= std::uint32_t{byte(at_ + head + i)} << (8 * i);
    at_ += head + size;
    return item;
  }

  Result<void> apply(const Item& item) {
    if (item.type == Type::global) return global(item);
    if (item.type == Type::main) return main(item);
    if (item.type == Type::local && item.tag == 0 && !usage_) usage_ = full_usage(item);
    return {};
  }

  HidUsage full_usage(const Item& item) const {
    const auto usage = static_cast<std::uint16_t>(item.data);
    return {item.size == 4 ? static_cast<std::uint16_t>(item.data >> 16U) : now_.page, usage};
  }

  Result<void> global(const Item& item) {
    switch (item.tag) {
      case 0x0:
        now_.page = static_cast<std::uint16_t>(item.data);
        return {};
      case 0x7:
        now_.size = item.data;
        return {};
      case 0x8:
        if (item.data == 0 || item.data > 0xFF) return wrong("gives a report a number that none can have");
        now_.number = static_cast<std::uint8_t>(item.data);
        found_.numbered = true;
        return {};
      case 0x9:
        now_.count = item.data;
        return {};
      case 0xA:
        if (saved_.size() == most_levels) return wrong("saves its state too often");
        saved_.push_back(now_);
        return {};
      case 0xB:
        if (saved_.empty()) return wrong("takes back a state that it has not saved");
        now_ = saved_.back();
        saved_.pop_back();
        return {};
      default:
        return {};
    }
  }

  Result<void> main(const Item& item) {
    const std::optional<HidUsage> usage = std::exchange(usage_, {});
    switch (item.tag) {
      case 0x8:
        return field(&HidReportBits::input);
      case 0x9:
        return field(&HidReportBits::output);
      case 0xB:
        return field(&HidReportBits::feature);
      case 0xA:
        if (depth_ == most_levels) return wrong("nests its collections too deeply");
        if (depth_++ == 0) found_.collections.push_back(usage.value_or(HidUsage{now_.page, 0}));
        return {};
      case 0xC:
        if (depth_ == 0) return wrong("ends a collection that has not begun");
        --depth_;
        return {};
      default:
        return {};
    }
  }

  Result<void> field(std::uint32_t HidReportBits::*kind) {
    const std::uint64_t bits = std::uint64_t{now_.size} * now_.count;
    std::uint32_t& sum = found_.reports[now_.number].*kind;
    if (bits > most_bits || sum + bits > most_bits) return wrong("has a report of more than 64 KiB");
    sum += static_cast<std::uint32_t>(bits);
    return {};
  }

  Error wrong(const std::string& what) const {
    return {"its report descriptor " + what, "byte " + std::to_string(at_),
            "the device is broken or no HID device: try another one"};
  }

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0, depth_ = 0;
  Globals now_;
  std::vector<Globals> saved_;
  std::optional<HidUsage> usage_;  ///< the first since the last main item
  HidDescriptor found_;
};

}  // namespace

Result<HidDescriptor> HidDescriptor::parse(std::span<const std::byte> bytes) { return Parser(bytes).parse(); }

bool HidDescriptor::has_page(std::uint16_t page) const {
  return std::ranges::any_of(collections, [page](const HidUsage& usage) { return usage.page == page; });
}

}  // namespace gatepost::hal
