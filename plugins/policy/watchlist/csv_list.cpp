// A list that is held in memory.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include <gatepost/support/csv_table.hpp>

#include "rows.hpp"

namespace watchlist {

namespace {

using gatepost::Result;
using gatepost::support::CsvTable;

class InMemory final : public Wanted {
 public:
  Result<std::optional<Row>> find(const std::string& subject,
                                  std::optional<std::chrono::local_days> today) const override {
    const auto found = people_.find(subject);
    if (found == people_.end()) return std::optional<Row>{};
    const auto row = std::ranges::find_if(found->second, [&](const Row& one) { return one.holds(today); });
    return row == found->second.end() ? std::optional<Row>{} : std::optional(*row);
  }
  std::optional<std::uint64_t> people() const override { return people_.size(); }

  void add(const std::string& subject, Row row) { people_[subject].push_back(std::move(row)); }
  void sort() {
    for (auto& [subject, rows] : people_)
      std::ranges::stable_sort(rows, [](const Row& one, const Row& other) { return one.action > other.action; });
  }

 private:
  std::unordered_map<std::string, std::vector<Row>> people_;  ///< the strictest first
};

}  // namespace

Result<WantedPtr> read_csv(gatepost::support::Csv csv, const Columns& columns) {
  auto table = CsvTable::of(std::move(csv), most_rows);
  if (!table) return table.error();
  const auto places = find_columns(*table, columns.subject);
  if (!places) return places.error();
  auto wanted = std::make_shared<InMemory>();
  const auto read = table->each_row([&]() -> Result<void> {
    const auto subject = table->subject(places->subject);
    if (!subject) return subject.error();
    auto row = read_row(*table, *places);
    if (!row) return row.error();
    wanted->add(*subject, std::move(*row));
    return {};
  });
  if (!read) return read.error();
  wanted->sort();
  return WantedPtr(std::move(wanted));
}

}  // namespace watchlist
