// Who is on the list.
#include <chrono>

#include <gatepost/descriptor.hpp>

#include "csv.hpp"
#include "listing.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::Decision;
using gatepost::Error;
using gatepost::Outcome;
using gatepost::Result;
using gatepost::WallTime;
using gatepost::support::Database;
using roster::ListingPtr;

struct Settings {
  std::filesystem::path file{};
  std::string column = "subject";
  std::vector<std::string> show{};
  std::string table = "roster";
  gatepost::ByteSize in_memory{4 << 20};
  std::chrono::hours last_good_for{24 * 7};
};

constexpr const char* index_name = "index";

Result<ListingPtr> read_indexed(const gatepost::FileState& state, const roster::Columns& columns) {
  if (!state.made.empty())
    if (auto listing = roster::open_index(state.made / index_name, columns)) return listing;
  if (state.folder.empty())
    return Error{"a list of this size is read by an index, and there is no folder for it", state.path.string(),
                 "let this user write the folder for temporary files (TMPDIR), or raise in_memory"};
  const auto index = state.folder / index_name;
  if (auto built = roster::build_index(state.path, index, columns, state.stop); !built) return built.error();
  if (auto listing = roster::open_index(index, columns)) return listing;
  return Error{"the roster's index cannot be read", index.string(), "see that its disk is whole"};
}

Result<gatepost::FileContent<roster::Listing>> read(const gatepost::FileState& state, const roster::Columns& columns,
                                                    std::uint64_t in_memory) {
  gatepost::FileContent<roster::Listing> content;
  auto listing = [&]() -> Result<ListingPtr> {
    if (gatepost::support::is_database(state.path)) {
      content.copy = [file = state.path](const auto& to) -> Result<void> {
        auto database = Database::open(file, Database::Access::read);
        return database ? database->copy_to(to) : database.error();
      };
      return roster::open_sqlite(state.path, Database::Access::read, columns);
    }
    std::error_code failure;
    const auto size = std::filesystem::file_size(state.path, failure);
    if (failure || size <= in_memory) return roster::read_csv(state.path, columns);
    return read_indexed(state, columns);
  }();
  if (!listing) return listing.error();
  content.value = std::move(*listing);
  return content;
}

class Roster final : public gatepost::Policy {
 public:
  static constexpr std::array<gatepost::ReasonText, 8> reasons{{
      {"not_listed", "en", "not on the list"},
      {"not_listed", "vi", "không có trong danh sách"},
      {"blocked", "en", "blocked"},
      {"blocked", "vi", "đã bị khóa"},
      {"expired", "en", "no longer valid"},
      {"expired", "vi", "đã hết hạn"},
      {"not_yet_valid", "en", "not valid yet"},
      {"not_yet_valid", "vi", "chưa đến ngày có hiệu lực"},
  }};

  static Result<std::unique_ptr<Roster>> make(const Settings& settings, const gatepost::Instance& instance) {
    const roster::Columns columns{settings.column, settings.show, settings.table};
    auto list = List::begin(*instance.host,
                            {.file = settings.file, .alarm = "list_not_taken", .last_good_for = settings.last_good_for},
                            [columns, in_memory = settings.in_memory.bytes](const gatepost::FileState& state) {
                              return read(state, columns, in_memory);
                            });
    if (!list) return list.error();
    return std::unique_ptr<Roster>(new Roster(std::move(*list)));
  }

  Result<Decision> decide(const gatepost::Attempt& attempt) const override {
    const auto [listing, trouble] = list_.now();
    if (!listing) return *trouble;
    const auto found = listing->find(roster::composed(attempt.credential.subject));
    if (!found) return found.error();
    auto decision = judge(*found, attempt.wall_is_known ? std::optional(attempt.wall) : std::nullopt);
    if (decision && trouble) decision->facts["roster_stale"] = to_line(*trouble);
    return decision;
  }

 private:
  using List = gatepost::Watched<roster::Listing>;
  explicit Roster(List list) : list_(std::move(list)) {}

  static Result<Decision> judge(const std::optional<roster::Entry>& entry, std::optional<WallTime> now) {
    if (!entry) return Decision{Outcome::deny, "not_listed", {}};
    const auto objection = roster::objection(*entry, now);
    if (!objection) return objection.error();
    if (!objection->empty()) return Decision{Outcome::deny, std::string(*objection), entry->facts};
    return Decision{Outcome::grant, {}, entry->facts};
  }

  List list_;
};

constexpr auto table = gatepost::settings(
    gatepost::field(
        "file", &Settings::file,
        "the list: CSV with a header, or SQLite; told apart by content. Columns: the subject's (see column); status: "
        "empty or active may pass, anything else is blocked; valid_from and valid_until: 2026-11-23 (the "
        "whole day), 2026-11-23 18:30 or 2026-11-23T18:30:00Z, empty: no bound. Others have no meaning, but "
        "for show")
        .required(),
    gatepost::field("column", &Settings::column, "the column that holds the subjects"),
    gatepost::field("show", &Settings::show, "columns to show with the verdict, such as name; they are not recorded"),
    gatepost::field("table", &Settings::table, "the table of a SQLite roster"),
    gatepost::field("in_memory", &Settings::in_memory,
                    "a CSV up to this size is kept in memory, a larger one is indexed")
        .between(gatepost::ByteSize{0}, gatepost::ByteSize{64 << 20}),
    gatepost::field("last_good_for", &Settings::last_good_for,
                    "how long a list that was right goes on while its file cannot be taken; 0h: not at all")
        .between(0h, std::chrono::hours(24 * 3650)));

}  // namespace

GATEPOST_POLICY("roster", "grants to those on a list, CSV or SQLite, of any length", table, Roster)
