// Erasing a person from a site's Records.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <functional>
#include <gatepost/result.hpp>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "journal/journal.hpp"

namespace gatepost::api {

/// What there is of a person, before anything is done.
struct PersonFound {
  std::uint64_t records = 0;   ///< that can be erased
  std::uint64_t in_chain = 0;  ///< of an older version: they stay until they are too old
  WallTime newest_in_chain{};
  bool is_inside = false;  ///< by these Records: in a part of the site, and not out of it since
  /// Journals that were set aside and hold some, too: nothing is changed in them.
  std::vector<std::filesystem::path> set_aside{};
};
/// `subjects`: as subjects_in_records gives them.
Result<PersonFound> look_for_person(const std::filesystem::path& journal, const std::vector<std::string>& subjects);

using Eraser = std::function<Result<journal::Journal::Erased>(const std::vector<std::string>& subjects)>;

/// Asked as {"subject":WHO}: the subject as the code has it. Answers {"records":N,"in_chain":N,"is_in_wal":BOOL}.
Result<boost::json::object> answer_erase(const config::Journal& journal, const Eraser& eraser,
                                         const boost::json::object& request);

boost::json::object json_of(const journal::Journal::Erased& erased);

/// Where no engine runs. An Error where one does.
Result<journal::Journal::Erased> erase_without_engine(const config::Checkpoint& checkpoint,
                                                      const config::Journal& settings,
                                                      const std::vector<std::string>& subjects);

}  // namespace gatepost::api
