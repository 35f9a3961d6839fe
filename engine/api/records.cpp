#include "api/records.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <gatepost/support/record_json.hpp>

#include "api/fields.hpp"
#include "api/time_words.hpp"
#include "supervisor/pseudonymizer.hpp"

namespace gatepost::api {
namespace {

constexpr std::size_t rows_at_once = 512;

std::optional<RecordCursor> cursor_in(Fields& fields) {
  const auto* after = fields.request().if_contains("after");
  if (after == nullptr) return {};
  const auto part = [&](const char* key) -> std::optional<std::uint64_t> {
    const auto* value = after->is_object() ? after->get_object().if_contains(key) : nullptr;
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return {};
    return static_cast<std::uint64_t>(value->get_int64());
  };
  const auto epoch = part("epoch"), sequence = part("sequence");
  if (epoch && sequence) return RecordCursor{*epoch, *sequence};
  fields.refuse("after", R"({"epoch":N,"sequence":N})");
  return {};
}

}  // namespace

bool is_record_kind(std::string_view word) {
  for (const auto kind :
       {RecordKind::attempt, RecordKind::passage, RecordKind::device, RecordKind::alarm, RecordKind::change})
    if (to_word(kind) == word) return true;
  return false;
}

bool is_direction(std::string_view word) { return word == to_word(Direction::in) || word == to_word(Direction::out); }

bool is_outcome(std::string_view word) {
  return std::ranges::any_of(std::array{Outcome::grant, Outcome::inform, Outcome::deny},
                             [&](Outcome outcome) { return to_word(outcome) == word; });
}

// What a Record of this kind does not have is not what was asked for.
bool RecordQuery::covers(const Record& record) const {
  const auto fits = [](const std::string& wanted, bool has, std::string_view found) {
    return wanted.empty() || (has && wanted == found);
  };
  return fits(lane, true, record.lane) && fits(kind, true, to_word(record.kind)) && fits(device, true, record.device) &&
         fits(direction, support::has_direction(record.kind), to_word(record.direction)) &&
         fits(outcome, support::has_outcome(record.kind), to_word(record.outcome)) &&
         (subjects.empty() || std::ranges::find(subjects, record.subject) != subjects.end()) && record.wall >= since &&
         record.wall <= until;
}

Result<RecordQuery> parse_record_query(const boost::json::object& request, WallTime now) {
  Fields fields(request);
  RecordQuery query{.lane = fields.text("lane"),
                    .kind = fields.text("kind"),
                    .direction = fields.text("direction"),
                    .outcome = fields.text("outcome"),
                    .device = fields.text("device")};
  if (!query.kind.empty() && !is_record_kind(query.kind))
    fields.refuse("kind", "attempt, passage, device, alarm or change");
  if (!query.direction.empty() && !is_direction(query.direction)) fields.refuse("direction", "in or out");
  if (!query.outcome.empty() && !is_outcome(query.outcome)) fields.refuse("outcome", "grant, inform or deny");
  if (const auto subject = fields.text("subject"); !subject.empty()) query.subjects = {subject};
  const auto time = [&](const char* key, DayEdge edge, WallTime fallback) {
    const auto words = fields.text(key);
    if (words.empty()) return fallback;
    const auto said = time_of_words(words, now, edge);
    if (!said) fields.refuse(key, "a time: " + std::string(time_words));
    return said.value_or(fallback);
  };
  query.since = time("since", DayEdge::begin, query.since);
  query.until = time("until", DayEdge::end, query.until);
  query.after = cursor_in(fields);
  query.newest = fields.flag("newest");
  query.limit = static_cast<std::size_t>(fields.number("limit", 100, 1, RecordPages::most_at_once));
  if (!fields.good()) return fields.wrong();
  return query;
}

Result<std::vector<std::string>> subjects_in_records(const config::Journal& journal, const std::string& subject) {
  if (journal.subjects == config::Privacy::none)
    return Error{"the Records of this site name nobody (subjects: none)", journal.file.string(),
                 "ask by lane, device and time"};
  const auto pseudonymizer = supervisor::Pseudonymizer::make(journal);
  if (!pseudonymizer) return pseudonymizer.error();
  std::vector<std::string> all{subject};  // as it is, too: the setting may have been another one once
  if (auto kept = (*pseudonymizer)(subject); kept != subject) all.push_back(std::move(kept));
  return all;
}

Result<RecordPages> RecordPages::open(const std::filesystem::path& journal) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return reader.error();
  return RecordPages(std::move(*reader));
}

Result<RecordPage> RecordPages::page(const RecordQuery& query, std::uint64_t up_to) {
  if (query.newest) return newest(query, up_to);
  RecordPage page{.next = {epoch(), 0}, .more = true};
  if (query.after && query.after->epoch == epoch()) page.next.sequence = query.after->sequence;
  for (std::size_t looked_at = 0; looked_at < most_looked_at;) {
    auto rows = reader_.after(page.next.sequence, rows_at_once, up_to);
    if (!rows) return rows.error();
    for (Record& record : *rows) {
      page.next.sequence = record.id.sequence;
      if (query.covers(record)) page.records.push_back(std::move(record));
      if (page.records.size() == query.limit) return page;
    }
    looked_at += rows->size();
    page.more = rows->size() == rows_at_once;
    if (!page.more) break;
  }
  return page;
}

// From the end on, window by window.
Result<RecordPage> RecordPages::newest(const RecordQuery& query, std::uint64_t up_to) {
  const auto end = reader_.last();
  if (!end) return end.error();
  const std::uint64_t last = std::min(*end, up_to);
  RecordPage page{.next = {epoch(), last}};
  std::size_t looked_at = 0;
  for (std::uint64_t to = last; to > 0 && page.records.size() < query.limit && looked_at < most_looked_at;) {
    const std::uint64_t from = to > rows_at_once ? to - rows_at_once : 0;
    auto rows = reader_.after(from, rows_at_once, to);
    if (!rows) return rows.error();
    std::erase_if(*rows, [&](const Record& record) { return !query.covers(record); });
    const auto room = static_cast<std::ptrdiff_t>(query.limit - page.records.size());
    const auto begin = rows->size() > static_cast<std::size_t>(room) ? rows->end() - room : rows->begin();
    page.records.insert(page.records.begin(), std::make_move_iterator(begin), std::make_move_iterator(rows->end()));
    looked_at += rows_at_once;
    to = from;
  }
  return page;
}

boost::json::object json_of(const RecordCursor& cursor) {
  return {{"epoch", cursor.epoch}, {"sequence", cursor.sequence}};
}

Result<boost::json::object> answer_records(const std::filesystem::path& journal, const boost::json::object& request,
                                           std::uint64_t up_to) {
  const auto query = parse_record_query(request, SystemClock().wall());
  if (!query) return query.error();
  auto pages = RecordPages::open(journal);
  if (!pages) return pages.error();
  const auto page = pages->page(*query, up_to);
  if (!page) return page.error();
  boost::json::array records;
  for (const Record& record : page->records) records.push_back(support::json_of(record));
  return boost::json::object{{"records", std::move(records)}, {"next", json_of(page->next)}, {"more", page->more}};
}

}  // namespace gatepost::api
