#include "api/record_walk.hpp"

#include <system_error>

namespace gatepost::api {

Result<void> walk_records(const std::filesystem::path& journal, WallTime since,
                          const std::function<void(const Record&)>& each, std::uint64_t up_to) {
  constexpr std::size_t rows_at_once = 1024;
  std::error_code ignored;
  if (!std::filesystem::exists(journal, ignored)) return {};  // the site has not run yet
  auto reader = journal::Reader::open(journal);
  if (!reader) return reader.error();
  const auto before = reader->before_all_since(since);
  if (!before) return before.error();
  for (std::uint64_t after = *before;;) {
    const auto rows = reader->after(after, rows_at_once, up_to);
    if (!rows) return rows.error();
    for (const Record& record : *rows) {
      after = record.id.sequence;
      if (record.wall >= since || record.clock.source <= ClockSource::unset) each(record);
    }
    if (rows->size() < rows_at_once) return {};
  }
}

}  // namespace gatepost::api
