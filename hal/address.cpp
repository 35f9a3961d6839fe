#include <charconv>
#include <gatepost/hal/address.hpp>

namespace gatepost::hal {
namespace {

constexpr std::size_t longest = 1024;
constexpr std::size_t most_options = 16;
constexpr std::string_view reserved_letters = "%?&=";

Error wrong(std::string what, std::string_view text) {
  return {std::move(what), std::string(text.substr(0, 80)),
          "write scheme:target?option=value&option=value, such as serial:/dev/ttyUSB0?baud=9600"};
}

// Percent-encoding as in a URL (RFC 3986, section 2.1), so that a path may hold ?, & and %.
Result<std::string> decoded(std::string_view part, std::string_view whole) {
  std::string text;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '%') {
      text += part[i];
      continue;
    }
    const std::string_view digits = part.substr(i + 1, 2);
    unsigned value = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || failure != std::errc() || end != digits.data() + 2)
      return wrong("a % in an address is followed by two hex digits; a % itself is %25", whole);
    if (value == 0) return wrong("an address holds no NUL", whole);  // a file's name would end there
    text += static_cast<char>(value);
    i += 2;
  }
  return text;
}

std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (reserved_letters.find(c) == reserved_letters.npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return out;
}

Result<void> read_options(std::string_view rest, std::string_view whole, std::map<std::string, std::string>& options) {
  while (!rest.empty()) {
    const auto part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const auto equals = part.find('=');
    if (equals == part.npos || equals == 0) return wrong("an option of an address is written key=value", whole);
    auto key = decoded(part.substr(0, equals), whole);
    auto value = decoded(part.substr(equals + 1), whole);
    if (!key) return key.error();
    if (!value) return value.error();
    if (options.size() == most_options) return wrong("an address has at most 16 options", whole);
    if (!options.emplace(std::move(*key), std::move(*value)).second)
      return wrong("an option of an address is set twice", whole);
  }
  return {};
}

}  // namespace

Result<Address> Address::parse(std::string_view text, const std::filesystem::path& directory) {
  if (text.size() > longest) return wrong("an address has at most 1024 characters", text);
  if (text.find('\0') != text.npos) return wrong("an address holds no NUL", text.substr(0, text.find('\0')));
  const auto colon = text.find(':');
  if (colon == text.npos || colon == 0) return wrong("an address begins with a scheme and a colon", text);
  Address address;
  address.scheme = text.substr(0, colon);
  address.directory = directory;
  if (address.scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
    return wrong("the scheme of an address is a-z, 0-9 and _", text);
  const auto question = text.find('?');
  auto target = decoded(text.substr(colon + 1, question == text.npos ? text.npos : question - colon - 1), text);
  if (!target) return target.error();
  if (target->empty()) return wrong("an address names something after its scheme", text);
  address.target = std::move(*target);
  if (question != text.npos)
    if (auto read = read_options(text.substr(question + 1), text, address.options); !read) return read.error();
  return address;
}

std::string Address::text() const {
  std::string all = scheme + ":" + encoded(target);
  char join = '?';
  for (const auto& [key, value] : options) {
    all += join + encoded(key) + "=" + encoded(value);
    join = '&';
  }
  return all;
}

}  // namespace gatepost::hal
