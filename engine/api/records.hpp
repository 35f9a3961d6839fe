// Records by filter, page by page: of a journal that an engine writes, or of one that nobody does.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <optional>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "journal/reader.hpp"

namespace gatepost::api {

/// A place between two Records. One of another epoch is before all of this journal's.
struct RecordCursor {
  std::uint64_t epoch = 0, sequence = 0;
};

struct RecordQuery {
  std::string lane{}, kind{}, direction{}, outcome{}, device{};  ///< empty: all
  std::vector<std::string> subjects{};                           ///< any of these; none: all
  WallTime since = WallTime::min(), until = WallTime::max();
  std::optional<RecordCursor> after{};  ///< none: from the first
  bool newest = false;                  ///< the last of all instead: no page follows
  std::size_t limit = 100;

  bool covers(const Record& record) const;
};

/// {"lane","kind","direction","outcome","device","subject","since","until","after":{"epoch","sequence"},"newest":true,
/// "limit":N}: 1 to 512. Times are RFC 3339, or in words (time_words.hpp).
Result<RecordQuery> parse_record_query(const boost::json::object& request, WallTime now);
bool is_record_kind(std::string_view word);
bool is_direction(std::string_view word);
bool is_outcome(std::string_view word);

/// What the Records of a site may carry for this subject. An Error where they carry none, or the key is not to be read.
Result<std::vector<std::string>> subjects_in_records(const config::Journal& journal, const std::string& subject);

struct RecordPage {
  std::vector<Record> records{};
  RecordCursor next{};  ///< after what was looked at, whether it was covered or not
  bool more = false;    ///< there may be others after `next`
};

/// Used by one thread.
class RecordPages {
 public:
  static constexpr std::size_t most_at_once = 512;
  static constexpr std::size_t most_looked_at = 4096;  ///< a page that finds less ends all the same

  static Result<RecordPages> open(const std::filesystem::path& journal);

  /// Nothing beyond the sequence `up_to`: what an engine has not yet on disk.
  Result<RecordPage> page(const RecordQuery& query, std::uint64_t up_to = journal::Reader::no_end);
  std::uint64_t epoch() const { return reader_.identity().epoch; }
  Result<std::uint64_t> last() { return reader_.last(); }

 private:
  explicit RecordPages(journal::Reader reader) : reader_(std::move(reader)) {}
  Result<RecordPage> newest(const RecordQuery& query, std::uint64_t up_to);

  journal::Reader reader_;
};

/// {"records":[…],"next":{"epoch","sequence"},"more":false}
Result<boost::json::object> answer_records(const std::filesystem::path& journal, const boost::json::object& request,
                                           std::uint64_t up_to = journal::Reader::no_end);

boost::json::object json_of(const RecordCursor& cursor);

}  // namespace gatepost::api
