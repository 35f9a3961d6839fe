#include "answer.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <gatepost/support/printable.hpp>

namespace remote {
namespace {

namespace json = boost::json;
using gatepost::Decision;
using gatepost::Duration;
using gatepost::Error;
using gatepost::Outcome;
using gatepost::Result;

constexpr std::size_t most_body = 64 * 1024;
constexpr std::size_t most_facts = 16, longest_name = 40, longest_text = 120;
constexpr auto longest_length = std::chrono::hours(24 * 366);

Error no_answer(std::string what) { return {std::move(what), {}, "see what the authority answers to this POST"}; }

std::optional<Decision> decision_named(const json::value* outcome) {
  if (outcome == nullptr || !outcome->is_string()) return std::nullopt;
  const auto& word = outcome->get_string();
  if (word == "grant") return Decision{Outcome::grant};
  if (word == "inform") return Decision{Outcome::inform, "remote_informed"};
  if (word == "deny") return Decision{Outcome::deny, "remote_denied"};
  return std::nullopt;
}

std::string shown(const json::value& value) {
  return gatepost::support::printable(value.is_string() ? std::string(value.get_string()) : json::serialize(value),
                                      longest_text);
}

Result<void> read_facts(const json::object& said, Decision& decision) {
  if (const auto* facts = said.if_contains("facts"); facts != nullptr && !facts->is_null()) {
    if (!facts->is_object()) return no_answer("its facts are no object");
    for (const auto& [name, value] : facts->get_object()) {
      if (decision.facts.size() == most_facts) break;
      if (value.is_structured()) return no_answer("one of its facts is no text");
      if (!value.is_null()) decision.facts[gatepost::support::printable(name, longest_name)] = shown(value);
    }
  }
  if (const auto* reason = said.if_contains("reason"); reason != nullptr && !reason->is_null()) {
    if (!reason->is_string()) return no_answer("its reason is no text");
    decision.facts["reason"] = shown(*reason);
  }
  return {};
}

// A text, or a number of seconds.
Result<std::optional<Duration>> read_length(const json::object& said) {
  const auto* length = said.if_contains("for");
  if (length == nullptr || length->is_null()) return std::optional<Duration>();
  auto read = length->is_string() ? length_of(length->get_string()) : std::nullopt;
  if (length->is_number()) {
    boost::system::error_code failure;
    const auto seconds = length->to_number<std::int64_t>(failure);
    if (!failure && seconds >= 0)
      read = std::chrono::seconds(std::min<std::int64_t>(seconds, std::chrono::seconds(longest_length).count()));
  }
  if (!read) return no_answer("its for is no length of time");
  return read;
}

}  // namespace

std::optional<Duration> length_of(std::string_view text) {
  struct Unit {
    std::string_view name;
    Duration length;
  };
  constexpr std::array units{Unit{"ms", std::chrono::milliseconds(1)}, Unit{"s", std::chrono::seconds(1)},
                             Unit{"min", std::chrono::minutes(1)}, Unit{"h", std::chrono::hours(1)},
                             Unit{"d", std::chrono::hours(24)}};
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || number < 0) return std::nullopt;
  const std::string_view word(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const auto unit = std::ranges::find(units, word, &Unit::name);
  if (unit == units.end()) return std::nullopt;
  return number > longest_length / unit->length ? Duration(longest_length) : number * unit->length;
}

Result<Answer> answer_of(std::string_view body) {
  if (body.size() >= most_body) return no_answer("what it said is longer than 64 KiB");
  boost::system::error_code failure;
  const json::value said = json::parse(json::string_view(body.data(), body.size()), failure);
  if (failure || !said.is_object()) return no_answer("what it said is no JSON object");
  const auto& object = said.get_object();
  auto decision = decision_named(object.if_contains("outcome"));
  if (!decision) return no_answer("its outcome is none of grant, deny and inform");
  if (auto read = read_facts(object, *decision); !read) return read.error();
  const auto good_for = read_length(object);
  if (!good_for) return good_for.error();
  return Answer{std::move(*decision), *good_for};
}

}  // namespace remote
