// Who is inside now, by zone: {"do":"inside","zone":NAME,"within":"24h"}.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <gatepost/result.hpp>
#include <map>
#include <string>

#include "config/site.hpp"
#include "journal/reader.hpp"

namespace gatepost::api {

/// What a site's lists say of somebody, to be shown: a name, a company. Empty: nothing.
using PersonFacts =
    std::function<std::map<std::string, std::string>(const std::string& scheme, const std::string& subject)>;

/// {"checkpoint","name","time","since","zones":[{"zone","count","people":[{"scheme","subject","since","facts"}]}]}; the
/// zone of the site as a whole is "". Whoever came in before `since` and has not left is not among them. An Error where
/// the Records name nobody (subjects: none).
Result<boost::json::object> answer_inside(const config::Checkpoint& checkpoint, const config::Journal& journal,
                                          WallTime now, const boost::json::object& request, const PersonFacts& facts,
                                          std::uint64_t up_to = journal::Reader::no_end);

}  // namespace gatepost::api
