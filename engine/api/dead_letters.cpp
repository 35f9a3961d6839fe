#include "api/dead_letters.hpp"

#include <boost/json/array.hpp>
#include <gatepost/support/record_json.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <optional>

#include "api/fields.hpp"
#include "journal/reader.hpp"

namespace gatepost::api {
namespace {

constexpr std::int64_t most_letters = 512;
constexpr const char* shape = R"(ask as {"do":"resend_dead_letters","output":"centre","sequences":[12]})";

std::optional<journal::Choice> choice_in(const boost::json::object& request) {
  journal::Choice choice;
  if (const auto* output = request.if_contains("output")) {
    if (!output->is_string()) return {};
    choice.reader = output->get_string();
  }
  const auto* sequences = request.if_contains("sequences");
  if (sequences == nullptr) return choice;
  // An empty list must not come to mean all.
  if (!sequences->is_array() || sequences->get_array().empty()) return {};
  for (const auto& sequence : sequences->get_array()) {
    if (!sequence.is_int64() || sequence.get_int64() < 1) return {};
    choice.sequences.push_back(static_cast<std::uint64_t>(sequence.get_int64()));
  }
  return choice;
}

}  // namespace

Result<std::vector<journal::DeadLetter>> read_dead_letters(const std::filesystem::path& journal,
                                                           const DeadLetterQuery& query) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return reader.error();
  return reader->letters(query.choice, query.limit, query.after_output, query.after_sequence);
}

boost::json::object json_of(const journal::DeadLetter& letter) {
  return {{"output", letter.reader},
          {"sequence", letter.record.id.sequence},
          {"refused", support::rfc3339(letter.wall)},
          {"why", letter.why},
          {"resend", letter.asked},
          {"record", support::json_of(letter.record)}};
}

Result<boost::json::object> answer_dead_letters(const std::filesystem::path& journal,
                                                const boost::json::object& request) {
  Fields fields(request);
  DeadLetterQuery query{.choice = {.reader = fields.text("output")}};
  query.limit = static_cast<std::size_t>(fields.number("limit", 100, 1, most_letters));
  if (const auto* after = request.if_contains("after")) {
    Fields place(after->is_object() ? after->get_object() : request);
    query.after_output = place.text("output");
    query.after_sequence =
        static_cast<std::uint64_t>(place.number("sequence", 0, 0, std::numeric_limits<std::int64_t>::max()));
    if (!after->is_object() || !place.good()) fields.refuse("after", R"({"output":NAME,"sequence":N})");
  }
  if (!fields.good()) return fields.wrong();
  const auto letters = read_dead_letters(journal, query);
  if (!letters) return letters.error();
  boost::json::array all;
  for (const auto& letter : *letters) all.push_back(json_of(letter));
  return boost::json::object{{"letters", std::move(all)}};
}

Result<boost::json::object> change_dead_letters(const DeadLetterActor& actor, journal::DeadLetterAction action,
                                                const boost::json::object& request) {
  const auto choice = choice_in(request);
  if (!choice) return Error{"is no wish about dead letters", "letters", shape};
  auto count = actor(action, *choice);
  if (!count) return count.error();
  return boost::json::object{{"letters", *count}};
}

}  // namespace gatepost::api
