// How the run of the engine before this one ended, and for how long nothing was watched since.
#pragma once

#include <gatepost/time.hpp>
#include <map>
#include <optional>
#include <string>

#include "journal/journal.hpp"

namespace gatepost::supervisor {

/// Details of the Record that a start makes; `last`: the newest Record of the run before. Empty where there is none.
///
/// `last_run`: "stopped", or "broke_off": killed, crashed, or without power.
///
/// `unwatched_at_most_s`: seconds since the newest Record of that run, which was watching then; absent: nobody knows.
///
/// `unwatched_at_least_s`: of one that broke off, where the machine was started since: seconds for which it runs.
std::map<std::string, std::string> since(const std::optional<Record>& last, const std::string& boot,
                                         const Clock& clock);

/// The same of the run whose Records the journal had when it was opened.
std::map<std::string, std::string> since_last_run(const journal::Journal& journal, const Clock& clock);

}  // namespace gatepost::supervisor
