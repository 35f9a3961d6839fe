#include "message.hpp"

#include <utf8proc.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <ctime>

namespace webhook {
namespace {

using gatepost::Record;
namespace json = boost::json;

std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    text += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4];
    text += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

std::string name_of(const gatepost::RecordId& id) {
  return std::to_string(id.site) + "-" + std::to_string(id.epoch) + "-" + std::to_string(id.sequence);
}

json::value bound_of(const Record& record) {
  if (record.clock.bound == gatepost::Duration::max()) return nullptr;
  return json::string(std::to_string(record.clock.bound.count()));
}

std::string json_of(const Record& record) {
  json::object details;
  for (const auto& [key, value] : record.details) details[utf8(key)] = utf8(value);
  return json::serialize(json::object{{"id", name_of(record.id)},
                                      {"site", record.id.site},
                                      {"epoch", record.id.epoch},
                                      {"sequence", record.id.sequence},
                                      {"kind", to_word(record.kind)},
                                      {"wall", rfc3339(record.wall)},
                                      {"boot", utf8(record.boot)},
                                      {"at_ns", std::to_string(record.at.time_since_epoch().count())},
                                      {"clock", to_word(record.clock.source)},
                                      {"clock_bound_ns", bound_of(record)},
                                      {"lane", utf8(record.lane)},
                                      {"direction", to_word(record.direction)},
                                      {"device", utf8(record.device)},
                                      {"symbology", utf8(record.symbology)},
                                      {"scheme", utf8(record.scheme)},
                                      {"subject", utf8(record.subject)},
                                      {"verified", record.verified},
                                      {"outcome", to_word(record.outcome)},
                                      {"reason", utf8(record.reason)},
                                      {"about", record.about},
                                      {"details", std::move(details)},
                                      {"previous", hex(record.previous)}});
}

std::string head_of(const gatepost::RecordId& first, const Record& last) {
  const std::string head = json::serialize(json::object{{"type", "gatepost.records"},
                                                        {"timestamp", rfc3339(last.wall)},
                                                        {"format", 1},
                                                        {"site", first.site},
                                                        {"epoch", first.epoch},
                                                        {"first", first.sequence},
                                                        {"last", last.id.sequence}});
  return head.substr(0, head.size() - 1) + R"(,"records":[)";
}

}  // namespace

std::string utf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t code = 0;
    const auto size = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &code);
    if (size > 0)
      clean.append(text.substr(at, static_cast<std::size_t>(size)));
    else
      clean += "\xEF\xBF\xBD";
    at += size > 0 ? static_cast<std::size_t>(size) : 1;
  }
  return clean;
}

std::string rfc3339(gatepost::WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t since = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  ::gmtime_r(&since, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%09lldZ", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<long long>((time - seconds) / std::chrono::nanoseconds(1)));
  return text.data();
}

Message message_of(std::span<const Record> records, std::size_t most_bytes) {
  constexpr std::size_t head_at_most = 512;
  std::string list;
  std::size_t count = 0;
  for (const Record& record : records) {
    const std::string next = json_of(record);
    if (count > 0 && head_at_most + list.size() + next.size() > most_bytes) break;
    if (count++ > 0) list += ",";
    list += next;
  }
  const Record& last = records[count - 1];
  return {"gatepost-" + name_of(records[0].id) + "-" + std::to_string(last.id.sequence),
          head_of(records[0].id, last) + list + "]}", count};
}

}  // namespace webhook
