#include "supervisor/dead_letters_verb.hpp"

#include <boost/json/array.hpp>
#include <optional>

namespace gatepost::supervisor {
namespace {

constexpr const char* shape = R"(ask as {"do":"letters","action":"resend","output":"centre","sequences":[12]})";

std::optional<journal::DeadLetterAction> action_in(const boost::json::object& request) {
  const auto* action = request.if_contains("action");
  if (action == nullptr || !action->is_string()) return {};
  if (action->get_string() == "resend") return journal::DeadLetterAction::resend;
  if (action->get_string() == "drop") return journal::DeadLetterAction::drop;
  return {};
}

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

Result<boost::json::object> answer_letters(RunningSite& running, const boost::json::object& request) {
  const auto action = action_in(request);
  const auto choice = choice_in(request);
  if (!action || !choice) return Error{"is no wish about dead letters", "letters", shape};
  auto count = running.letters(*action, *choice);
  if (!count) return count.error();
  return boost::json::object{{"letters", *count}};
}

}  // namespace gatepost::supervisor
