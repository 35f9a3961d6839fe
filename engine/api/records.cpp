#include "api/records.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "api/fields.hpp"
#include "api/record_json.hpp"

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

bool RecordQuery::covers(const Record& record) const {
  return (lane.empty() || record.lane == lane) && (kind.empty() || to_word(record.kind) == kind) &&
         record.wall >= since;
}

Result<RecordQuery> parse_record_query(const boost::json::object& request) {
  Fields fields(request);
  RecordQuery query{.lane = fields.text("lane"), .kind = fields.text("kind")};
  if (!query.kind.empty() && !is_record_kind(query.kind))
    fields.refuse("kind", "attempt, passage, device, alarm or change");
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  query.since = WallTime(Duration(fields.number("since_ns", std::numeric_limits<std::int64_t>::min(), 0, most)));
  query.after = cursor_in(fields);
  query.newest = fields.flag("newest");
  query.limit = static_cast<std::size_t>(fields.number("limit", 100, 1, RecordPages::most_at_once));
  if (!fields.good()) return fields.wrong();
  return query;
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
  const auto query = parse_record_query(request);
  if (!query) return query.error();
  auto pages = RecordPages::open(journal);
  if (!pages) return pages.error();
  const auto page = pages->page(*query, up_to);
  if (!page) return page.error();
  boost::json::array records;
  for (const Record& record : page->records) records.push_back(json_of(record));
  return boost::json::object{{"records", std::move(records)}, {"next", json_of(page->next)}, {"more", page->more}};
}

}  // namespace gatepost::api
