#include "success.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <optional>

namespace webhook {
namespace {

using gatepost::Error;
using gatepost::Result;
namespace json = boost::json;

std::optional<long> status_in(std::string_view text) {
  long status = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), status);
  const bool good = text.size() == 3 && failed == std::errc() && end == text.data() + text.size();
  return good ? std::optional(status) : std::nullopt;
}

// A redirect and a fault of the server take nothing, whatever the site would like; 409 may say "I have it already".
bool may_be_success(long status) { return (status >= 200 && status < 300) || (status >= 400 && status < 500); }

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

}  // namespace

Result<Success> Success::from(SuccessSettings settings) {
  Success success;
  for (const std::string& word : settings.status) {
    const auto dash = word.find('-');
    auto first = status_in(word.substr(0, dash)), last = dash == word.npos ? first : status_in(word.substr(dash + 1));
    if (word == "2xx") first = 200, last = 299;
    if (!first || !last || *first > *last || !may_be_success(*first) || !may_be_success(*last))
      return Error{"'" + word + "' is no status that can be a success", "success",
                   "write 2xx, a status as 200, or a range as 200-204, each of 2xx or 4xx"};
    success.ranges_.push_back({*first, *last});
  }
  if (success.ranges_.empty()) return Error{"names no status", "success", "write [2xx]"};
  if (!settings.path.empty() && settings.path[0] != '/')
    return Error{"is no JSON Pointer: it does not begin with /", "success_path", "write /status or /result/ok"};
  if (!settings.value.empty() && settings.path.empty())
    return Error{"is given, and success_path is not", "success_value", "say by success_path where it stands"};
  success.settings_ = std::move(settings);
  return success;
}

bool Success::names(long status) const {
  return std::ranges::any_of(ranges_, [&](Range one) { return status >= one.first && status <= one.last; });
}

Result<void> Success::of(long status, const std::string& body) const {
  const std::string answered = "answered " + std::to_string(status);
  if (!names(status)) return Error{answered, {}, "name this status in the setting success, where it means taken"};
  if (settings_.path.empty()) return {};
  constexpr const char* remedy = "see what the receiver answers, and the settings success_path and success_value";
  boost::system::error_code failure;
  const json::value answer = json::parse(body, failure);
  if (failure) return Error{answered + ", and what it said is no JSON", {}, remedy};
  const json::value* found = answer.find_pointer(settings_.path, failure);
  if (found == nullptr || found->is_null())
    return Error{answered + ", and there is no " + settings_.path + " in what it said", {}, remedy};
  const bool good = settings_.value.empty() ? *found != json::value(false) : text_of(*found) == settings_.value;
  if (good) return {};
  return Error{answered + ", and " + settings_.path + " is not " +
                   (settings_.value.empty() ? "true" : "'" + settings_.value + "'"),
               {},
               remedy};
}

}  // namespace webhook
