#include "plugin/service_message.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace gatepost::plugin {
namespace {

namespace json = boost::json;

constexpr std::array news_words{"up", "alive", "log", "alarm_begins", "alarm_ends", "ended"};

Error not_understood() {
  return {"a message cannot be understood", "gatepost-service",
          "restart the engine: its program was replaced while it ran"};
}

struct JsonOf {
  json::value operator()(bool value) const { return value; }
  json::value operator()(std::int64_t value) const { return value; }
  json::value operator()(double value) const { return value; }
  json::value operator()(const std::string& value) const { return json::string(value); }
  json::value operator()(Duration value) const { return value.count(); }
  json::value operator()(ByteSize value) const { return value.bytes; }
  json::value operator()(const std::filesystem::path& value) const { return json::string(value.string()); }
  json::value operator()(const std::vector<std::string>& value) const {
    return json::array(value.begin(), value.end());
  }
};

std::vector<std::string> texts_in(const json::value& from) {
  std::vector<std::string> all;
  for (const auto& text : from.as_array()) all.emplace_back(text.as_string());
  return all;
}

// The alternative is the setting's type, so it goes along.
Value value_in(const json::value& pair) {
  const auto& parts = pair.as_array();
  const json::value& from = parts.at(1);
  switch (parts.at(0).to_number<int>()) {
    case 0:
      return from.as_bool();
    case 1:
      return from.to_number<std::int64_t>();
    case 2:
      return from.to_number<double>();
    case 3:
      return std::string(from.as_string());
    case 4:
      return Duration(from.to_number<std::int64_t>());
    case 5:
      return ByteSize{from.to_number<std::uint64_t>()};
    case 6:
      return std::filesystem::path(std::string(from.as_string()));
    default:
      return texts_in(from);
  }
}
static_assert(std::variant_size_v<Value> == 8, "value_in knows each of them");

std::string text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

// Boost's accessors throw where a message is not what it should be.
template <class T, class F>
Result<T> understood(std::string_view text, F read) {
  if (text.size() > longest_service_message) return not_understood();
  try {
    const json::value whole = json::parse(text);
    return read(whole.as_object());
  } catch (const std::exception&) {
    return not_understood();
  }
}

}  // namespace

std::string to_text(const ServiceStart& start) {
  json::array values;
  for (const Value& value : start.values) values.push_back(json::array{value.index(), std::visit(JsonOf(), value)});
  return json::serialize(json::object{{"name", start.name},
                                      {"directory", start.directory.string()},
                                      {"data", start.data.string()},
                                      {"socket", start.socket.string()},
                                      {"memory", start.memory.bytes},
                                      {"values", std::move(values)}});
}

Result<ServiceStart> parse_service_start(std::string_view text) {
  return understood<ServiceStart>(text, [](const json::object& from) {
    ServiceStart start{text_at(from, "name"),
                       text_at(from, "directory"),
                       text_at(from, "data"),
                       text_at(from, "socket"),
                       {},
                       {from.at("memory").to_number<std::uint64_t>()}};
    for (const auto& value : from.at("values").as_array()) start.values.push_back(value_in(value));
    return start;
  });
}

std::string to_text(const ServiceNews& news) {
  json::object object{{"news", news_words.at(static_cast<std::size_t>(news.kind))}};
  if (!news.name.empty()) object["name"] = news.name;
  if (!news.text.empty()) object["text"] = news.text;
  if (news.kind == ServiceNews::Kind::log) object["severity"] = static_cast<int>(news.severity);
  if (news.error)
    object["error"] =
        json::object{{"what", news.error->what}, {"where", news.error->where}, {"remedy", news.error->remedy}};
  return json::serialize(object);
}

Result<ServiceNews> parse_service_news(std::string_view text) {
  return understood<ServiceNews>(text, [](const json::object& from) -> Result<ServiceNews> {
    const auto word = std::ranges::find(news_words, std::string_view(from.at("news").as_string()));
    if (word == news_words.end()) return not_understood();
    ServiceNews news{static_cast<ServiceNews::Kind>(word - news_words.begin())};
    news.name = text_at(from, "name");
    news.text = text_at(from, "text");
    if (const auto* severity = from.if_contains("severity"))
      news.severity = static_cast<Severity>(std::clamp(severity->to_number<int>(), 0, 3));
    if (const auto* error = from.if_contains("error")) {
      const auto& parts = error->as_object();
      news.error = Error{text_at(parts, "what"), text_at(parts, "where"), text_at(parts, "remedy")};
    }
    return news;
  });
}

}  // namespace gatepost::plugin
