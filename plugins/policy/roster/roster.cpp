// Who is on the list.
#include <chrono>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/sqlite_table.hpp>
#include <gatepost/support/text.hpp>

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

/// What becomes of a list that lets nobody pass, or half as many as before.
enum class Shrink : std::uint8_t { refuse, alarm, accept };
constexpr auto setting_names(Shrink) {
  return std::array{gatepost::Choice{"refuse", Shrink::refuse}, gatepost::Choice{"alarm", Shrink::alarm},
                    gatepost::Choice{"accept", Shrink::accept}};
}

struct Settings {
  std::filesystem::path file{};
  std::string column = "subject";
  std::vector<std::string> show{};
  std::string table = "roster";
  gatepost::ByteSize in_memory{4 << 20};
  std::chrono::hours last_good_for{24 * 7};
  Shrink shrink = Shrink::refuse;
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

Result<gatepost::FileContent<roster::Listing>> read_list(const gatepost::FileState& state,
                                                         const roster::Columns& columns, std::uint64_t in_memory) {
  gatepost::FileContent<roster::Listing> content;
  auto listing = [&]() -> Result<ListingPtr> {
    if (gatepost::support::is_database(state.path)) {
      content.copy = gatepost::support::copies_of(state.path);
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

/// Why a list that reads well is probably not the whole one. Nothing: it may be.
std::optional<Error> shrunk(const roster::Standing& now, const gatepost::FileState& state) {
  constexpr std::uint64_t fewest = 10;  // of fewer people half may leave in a day
  const std::string remedy = "see whether the file is whole; if it is right, write shrink: alarm or shrink: accept";
  const std::string where = state.path.string();
  if (now.all == 0) return Error{"the list has a header and nobody in it", where, remedy};
  if (now.may_pass == 0) return Error{"nobody of " + std::to_string(now.all) + " may pass now", where, remedy};
  if (!state.count_before || *state.count_before < fewest || now.may_pass * 2 > *state.count_before) return {};
  return Error{std::to_string(now.may_pass) + " may pass now, and " + std::to_string(*state.count_before) +
                   " might before this change",
               where, remedy};
}

/// Reads a list, and tells the Host of what is odd about it. Of one thread at a time.
class Reader {
 public:
  Reader(gatepost::Host& host, const Settings& settings)
      : host_(&host),
        columns_{settings.column, settings.show, settings.table,
                 [&host](std::string_view subject) { return host.pseudonym(subject); }},
        in_memory_(settings.in_memory.bytes),
        shrink_(settings.shrink) {}

  Result<gatepost::FileContent<roster::Listing>> operator()(const gatepost::FileState& state) {
    auto content = read_list(state, columns_, in_memory_);
    if (!content) return content;
    const WallTime now = host_->clock().wall();
    const auto whole = content->value->summary(now);
    if (auto judged = judge(whole, state, now); !judged) return judged.error();
    const bool is_live = content->copy != nullptr;  // its own count shows a change before it is read anew
    const std::uint64_t then = whole ? whole->at(now).may_pass : 0;
    if (whole)
      content->count = [listing = content->value, is_live, then](WallTime at) {
        const auto counted = is_live ? std::nullopt : listing->summary(at);
        return counted ? counted->at(at).may_pass : then;
      };
    content->summary = [listing = content->value](WallTime at) {
      const auto counted = listing->summary(at);
      return counted ? counted->text(at)
                     : std::string("a SQLite list of more than 2000000 rows, or one that cannot be counted now");
    };
    return content;
  }

 private:
  // The last good copy was judged when it was taken; by now all in it may have expired.
  Result<void> judge(const std::optional<roster::Summary>& whole, const gatepost::FileState& state, WallTime now) {
    auto odd = whole && shrink_ != Shrink::accept ? shrunk(whole->at(now), state) : std::nullopt;
    if (odd && shrink_ == Shrink::refuse && state.made.empty()) return *odd;
    tell("list_shrunk", shrunk_, std::move(odd));
    std::optional<Error> doubt;
    if (whole && !whole->doubts().empty())
      doubt = Error{whole->doubts(), state.path.string(), "mend the list, if it is not meant so"};
    tell("list_doubtful", doubtful_, std::move(doubt));
    return {};
  }

  void tell(const char* alarm, std::optional<Error>& told, std::optional<Error> now) {
    if (told == now) return;
    if (told) host_->alarm_ends(alarm);
    if (now) host_->alarm_begins(alarm, *now);
    told = std::move(now);
  }

  gatepost::Host* host_;
  roster::Columns columns_;
  std::uint64_t in_memory_;
  Shrink shrink_;
  std::optional<Error> shrunk_{}, doubtful_{};
};

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
    auto list = List::begin(*instance.host,
                            {.file = settings.file, .alarm = "list_not_taken", .last_good_for = settings.last_good_for},
                            Reader(*instance.host, settings));
    if (!list) return list.error();
    return std::unique_ptr<Roster>(new Roster(std::move(*list)));
  }

  Result<Decision> decide(const gatepost::Attempt& attempt) const override {
    const auto [listing, trouble] = list_.now();
    if (!listing) return *trouble;
    const auto found = listing->find(gatepost::support::composed_or_as_is(attempt.credential.subject));
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
        .between(gatepost::ByteSize{0}, gatepost::ByteSize{64 << 20})
        .once_beside("cache", "remove it: indexes and last good copies are kept beside the journal now"),
    gatepost::field("last_good_for", &Settings::last_good_for,
                    "how long a list that was right goes on while its file cannot be taken; 0h: not at all")
        .between(0h, std::chrono::hours(24 * 3650)),
    gatepost::field(
        "shrink", &Settings::shrink,
        "of a list that lets nobody pass, or at a change half as many as before: it is not taken, taken with "
        "an alarm, or taken"));

}  // namespace

GATEPOST_POLICY("roster", "grants to those on a list, CSV or SQLite, of any length", table, Roster)
