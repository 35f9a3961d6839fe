#include "api/request.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <utility>

namespace gatepost::api {
namespace {

constexpr std::size_t deepest = 16;
constexpr std::size_t longest_verb = 32;

bool is_verb(std::string_view word) {
  return !word.empty() && word.size() <= longest_verb &&
         std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

std::string written(const boost::json::object& object) {
  return support::printable_json(boost::json::serialize(object)) + "\n";
}

}  // namespace

Result<Request> parse_request(std::string_view line) {
  const auto wrong = [](std::string what) {
    return Error{std::move(what), "the request", R"(send one JSON object a line: {"do":"status"})"};
  };
  if (line.size() > longest_request) return wrong("it is longer than 64 KiB");
  boost::json::parse_options options;
  options.max_depth = deepest;
  boost::system::error_code bad;
  auto value = boost::json::parse(line, bad, {}, options);
  if (bad) return wrong("it is no JSON: " + bad.message());
  if (!value.is_object()) return wrong("it is no JSON object");
  const auto* verb = value.get_object().if_contains("do");
  if (verb == nullptr || !verb->is_string() || !is_verb(verb->get_string()))
    return wrong("'do' names no verb: 1 to 32 small letters");
  return Request{std::string(verb->get_string()), std::move(value.get_object())};
}

std::string line_of(const boost::json::object& answer) {
  boost::json::object whole{{"ok", true}};
  for (const auto& [key, value] : answer)
    if (key != "ok") whole[key] = value;
  return written(whole);
}

std::string line_of(const Error& error) {
  return written({{"ok", false}, {"what", error.what}, {"where", error.where}, {"remedy", error.remedy}});
}

}  // namespace gatepost::api
