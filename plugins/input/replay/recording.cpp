#include "recording.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base64.hpp"

namespace replay {
namespace {

using gatepost::Damage;
using gatepost::Error;
using gatepost::Result;
namespace json = boost::json;

constexpr std::size_t longest_name = 256;

constexpr std::array damages{Damage::none,   Damage::no_terminator, Damage::gap,
                             Damage::length, Damage::overlong,      Damage::lost};

Error wrong(std::string what, std::string remedy) { return {std::move(what), {}, std::move(remedy)}; }

// A text of the object, or nothing where it has none of that key; false when it is no text or too long.
bool take(const json::object& object, std::string_view key, std::size_t most, std::string& into) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return true;
  if (!value->is_string() || value->get_string().size() > most) return false;
  into = std::string_view(value->get_string());
  return true;
}

Result<void> check_keys(const json::object& object) {
  constexpr std::array known{"at_us", "text", "base64", "symbology", "device", "damaged", "detail"};
  for (const auto& [key, value] : object)
    if (std::ranges::find(known, std::string_view(key)) == known.end())
      return wrong("has a key that means nothing", "use at_us, text or base64, symbology, device, damaged, detail");
  return {};
}

Result<void> read_payload(const json::object& object, gatepost::Reading& reading) {
  const bool text = object.contains("text"), coded = object.contains("base64");
  if (text && coded) return wrong("has both text and base64", "keep one of them");
  if (!text && !coded && reading.damage == Damage::none)
    return wrong("has no payload", "write text or base64; only a damaged one may lack it");
  if (text && !take(object, "text", gatepost::max_payload, reading.payload))
    return wrong("text is not right", "write text of at most 8192 bytes");
  if (!coded) return {};
  std::string written;
  const bool taken = take(object, "base64", longest_line, written);
  auto bytes = taken ? from_base64(written) : std::nullopt;
  if (!bytes || bytes->size() > gatepost::max_payload)
    return wrong("base64 is not right", "write base64 (RFC 4648, with its padding) of at most 8192 bytes");
  reading.payload = std::move(*bytes);
  return {};
}

Result<void> read_damage(const json::object& object, gatepost::Reading& reading) {
  std::string word = "none";
  if (!take(object, "damaged", longest_name, word)) return wrong("damaged is not right", "write one of its words");
  const auto* found =
      std::ranges::find_if(damages, [&](Damage damage) { return to_word(damage) == std::string_view(word); });
  if (found == damages.end())
    return wrong("damaged is not right", "write no_terminator, gap, length, overlong or lost, or leave it out");
  reading.damage = *found;
  return {};
}

}  // namespace

Result<Entry> parse_line(std::string_view line) {
  json::parse_options options;
  options.max_depth = 2;
  boost::system::error_code bad;
  const auto value = json::parse(line, bad, {}, options);
  if (bad || !value.is_object())
    return wrong("is no JSON object", R"(write a line such as {"at_us":250000,"text":"E000101"})");
  const auto& object = value.get_object();
  if (auto known = check_keys(object); !known) return known.error();
  const auto* at = object.if_contains("at_us");
  if (at == nullptr || !at->is_int64() || at->get_int64() < 0 || at->get_int64() > latest_us)
    return wrong("at_us is not right", "write whole microseconds since the recording began, at most a year of them");
  Entry entry{std::chrono::microseconds(at->get_int64()), {}};
  if (auto read = read_damage(object, entry.reading); !read) return read.error();
  if (auto read = read_payload(object, entry.reading); !read) return read.error();
  if (!take(object, "symbology", 3, entry.reading.symbology))
    return wrong("symbology is not right", "write an AIM identifier such as ]Q1");
  if (!take(object, "device", longest_name, entry.reading.device) ||
      !take(object, "detail", longest_name, entry.reading.damage_detail))
    return wrong("device or detail is not right", "write text of at most 256 bytes");
  return entry;
}

std::string to_line(const Entry& entry) {
  const auto& reading = entry.reading;
  json::object object{{"at_us", entry.at.count()}};
  const std::string quoted = json::serialize(json::string(reading.payload));
  boost::system::error_code not_utf8;
  json::parse(quoted, not_utf8);
  if (not_utf8)
    object["base64"] = to_base64(reading.payload);
  else if (!reading.payload.empty() || reading.damage == Damage::none)
    object["text"] = reading.payload;
  if (!reading.symbology.empty()) object["symbology"] = reading.symbology;
  if (!reading.device.empty()) object["device"] = reading.device;
  if (reading.damage != Damage::none) object["damaged"] = to_word(reading.damage);
  if (!reading.damage_detail.empty()) object["detail"] = reading.damage_detail;
  return json::serialize(object) + "\n";
}

Result<Reader> Reader::open(const std::filesystem::path& file) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(file, failure))
    return Error{"is no file", file.string(), "name a recording: one JSON object a line"};
  Reader reader(file);
  if (!reader.in_) return Error{"cannot be read", file.string(), "let this program's user read it"};
  return reader;
}

Error Reader::at_line(Error error) const {
  error.where = file_.string() + ":" + std::to_string(number_);
  return error;
}

Result<bool> Reader::read_line() {
  line_.resize(longest_line + 2);
  ++number_;
  in_.getline(line_.data(), static_cast<std::streamsize>(line_.size()));
  const auto got = static_cast<std::size_t>(in_.gcount());
  if (in_.bad()) return Error{"cannot be read on", file_.string(), "see whether its disk is well"};
  if (in_.fail() && got == line_.size() - 1)
    return at_line(wrong("is longer than 64 KiB", "split the recording into lines"));
  if (got == 0) return false;
  line_.resize(got - (in_.eof() ? 0 : 1));
  if (line_.ends_with('\r')) line_.pop_back();
  return true;
}

Result<std::optional<Entry>> Reader::next() {
  while (true) {
    const auto more = read_line();
    if (!more) return more.error();
    if (!*more) return std::optional<Entry>();
    if (line_.empty() || line_.starts_with('#')) continue;
    auto entry = parse_line(line_);
    if (!entry) return at_line(entry.error());
    if (entry->at < last_) return at_line(wrong("goes back in time", "order the lines by at_us"));
    last_ = entry->at;
    return std::optional(std::move(*entry));
  }
}

}  // namespace replay
