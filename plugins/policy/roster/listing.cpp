#include "listing.hpp"

#include <unordered_map>

#include "entries.hpp"

namespace roster {

namespace {

class InMemory final : public Listing {
 public:
  std::unordered_map<std::string, Entry> entries;
  Summary whole;

  std::optional<Summary> summary(gatepost::WallTime) const override { return whole; }
  Result<std::optional<Entry>> find(std::string_view subject) const override {
    const auto found = entries.find(std::string(subject));
    if (found == entries.end()) return std::optional<Entry>{};
    return std::optional(found->second);
  }
};

/// Where a subject stands first.
std::uint64_t first_line(const std::filesystem::path& file, const Columns& columns, const std::string& wanted) {
  auto entries = Entries::open(file, columns);
  std::string subject;
  Entry entry;
  while (entries) {
    const auto more = entries->next(subject, entry);
    if (!more || !*more) break;
    if (subject == wanted) return entries->line();
  }
  return 0;
}

}  // namespace

std::string shown(std::string_view name) {
  constexpr std::size_t most = 60;
  return "'" + std::string(name.substr(0, most)) + (name.size() > most ? "…'" : "'");
}

Result<ListingPtr> read_csv(const std::filesystem::path& file, const Columns& columns) {
  auto entries = Entries::open(file, columns);
  if (!entries) return entries.error();
  auto listing = std::make_shared<InMemory>();
  std::string subject;
  Entry entry;
  while (true) {
    const auto more = entries->next(subject, entry);
    if (!more) return more.error();
    if (!*more) {
      listing->whole = entries->summary();
      return ListingPtr(std::move(listing));
    }
    if (!listing->entries.emplace(subject, entry).second)
      return entries->twice(subject, first_line(file, columns, subject));
  }
}

}  // namespace roster
