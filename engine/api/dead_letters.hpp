// Dead letters: {"do":"dead_letters","output":NAME,"after":{"output":NAME,"sequence":N},"limit":N} lists them;
// {"do":"resend_dead_letters","output":NAME,"sequences":[N…]} and {"do":"drop_dead_letters",…} act on them.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <gatepost/result.hpp>
#include <string>
#include <vector>

#include "journal/dead_letter_queue.hpp"

namespace gatepost::api {

struct DeadLetterQuery {
  journal::Choice choice{};
  std::string after_output{};  ///< with after_sequence: the last one of the page before
  std::uint64_t after_sequence = 0;
  std::size_t limit = 512;
};

/// Those of a journal, by output and sequence.
Result<std::vector<journal::DeadLetter>> read_dead_letters(const std::filesystem::path& journal,
                                                           const DeadLetterQuery& query);
boost::json::object json_of(const journal::DeadLetter& letter);

/// {"letters":[…]}
Result<boost::json::object> answer_dead_letters(const std::filesystem::path& journal,
                                                const boost::json::object& request);

/// Who does it: a running site, or the queue of a journal that nobody writes.
using DeadLetterActor = std::function<Result<std::uint64_t>(journal::DeadLetterAction, const journal::Choice&)>;

/// Answers {"letters": how many}. Without "output" those of every output are meant, without "sequences" all.
Result<boost::json::object> change_dead_letters(const DeadLetterActor& actor, journal::DeadLetterAction action,
                                                const boost::json::object& request);

}  // namespace gatepost::api
