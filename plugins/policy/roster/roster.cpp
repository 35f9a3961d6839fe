// Who is on the list.
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include <gatepost/descriptor.hpp>

#include "csv.hpp"
#include "last_good.hpp"
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
using roster::Stamp;

struct Settings {
  std::filesystem::path file{};
  std::string column = "subject";
  std::vector<std::string> show{};
  std::string table = "roster";
  gatepost::ByteSize in_memory{4 << 20};
  std::filesystem::path cache{};
  std::chrono::hours last_good_for{24 * 7};
};

/// A file that is written in place is taken once it has been left alone for this long; a renamed one at once.
constexpr std::int64_t settled = 2'000'000'000;

/// How often the last good list is told that it is still right.
constexpr auto confirm_every = 60s;

/// What was refused may have been the disk's fault, not the file's.
constexpr auto retry_after = 30s;

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

  static Result<std::unique_ptr<Roster>> make(Settings settings, const gatepost::Instance& instance) {
    std::unique_ptr<Roster> made(new Roster(std::move(settings), instance));
    if (auto begun = made->begin(); !begun && !made->begin_with_last_good(begun.error())) return begun.error();
    return made;
  }

  Result<Decision> decide(const gatepost::Attempt& attempt) const override {
    refresh();
    const auto [listing, trouble, right_at] = current();
    if (listing && trouble && now() - right_at > settings_.last_good_for)
      return Error{trouble->what + "; the last good list is older than last_good_for allows", trouble->where,
                   trouble->remedy};
    if (!listing) {
      if (trouble) return *trouble;
      return Error{"the roster is being read", settings_.file.string(),
                   "wait; a large one takes a minute the first time"};
    }
    const auto found = listing->find(roster::composed(attempt.credential.subject));
    if (!found) return found.error();
    auto decision = judge(*found, attempt.wall_is_known ? std::optional(attempt.wall) : std::nullopt);
    if (decision && trouble) decision->facts["roster_stale"] = to_line(*trouble);
    return decision;
  }

  /// For tests: whether an index is being built.
  bool building() const { return building_; }
  bool keeping() const { return keeping_; }

 private:
  struct State {
    ListingPtr listing;             ///< null until the first index is there
    std::optional<Error> trouble;   ///< why the file's newest state is not the one in use
    gatepost::BootTime right_at{};  ///< when the list in use was last what stands in the file
  };

  Roster(Settings settings, const gatepost::Instance& instance)
      : settings_(std::move(settings)),
        columns_{settings_.column, settings_.show, settings_.table},
        host_(instance.host),
        last_good_(host_) {
    const auto folder = settings_.cache.empty() ? settings_.file.parent_path() : settings_.cache;
    index_ = folder / ("." + settings_.file.filename().string() + "." + instance.name + ".gatepost-index");
  }

  gatepost::BootTime now() const { return host_->clock().boot(); }
  /// How long nobody has known better than the list in use.
  gatepost::Duration age() const {
    const std::lock_guard lock(mutex_);
    return now() - state_.right_at;
  }

  static Result<Decision> judge(const std::optional<roster::Entry>& entry, std::optional<WallTime> now) {
    if (!entry) return Decision{Outcome::deny, "not_listed", {}};
    const auto objection = roster::objection(*entry, now);
    if (!objection) return objection.error();
    if (!objection->empty()) return Decision{Outcome::deny, std::string(*objection), entry->facts};
    return Decision{Outcome::grant, {}, entry->facts};
  }

  /// At make: what can be had without making a file or a thread.
  Result<void> begin() {
    const auto stamp = Stamp::of(settings_.file);
    if (!stamp) return stamp.error();
    sqlite_ = gatepost::support::is_database(settings_.file);
    state_.right_at = now();
    if (!small(*stamp)) {
      state_.listing = roster::open_index(index_, *stamp, columns_);
      if (state_.listing) stamp_ = *stamp;
      return {};
    }
    auto listing = load(*stamp);
    if (!listing) return listing.error();
    state_.listing = std::move(*listing);
    stamp_ = *stamp;
    return {};
  }

  /// The file cannot be taken: what was taken last is used, as long as the site lets it.
  bool begin_with_last_good(const Error& trouble) {
    const auto copy = last_good_.find();
    if (!copy || copy->age > settings_.last_good_for) return false;
    auto listing = roster::read_csv(copy->file, columns_);
    if (!listing) return false;
    sqlite_ = false;
    state_ = {std::move(*listing), trouble, now() - copy->age};
    tell_trouble(trouble, copy->age);
    return true;
  }

  void tell_trouble(const Error& trouble, gatepost::Duration age) const {
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(age).count();
    const std::string since = hours == 0 ? "less than an hour" : std::to_string(hours) + " h";
    host_->alarm_begins("list_not_taken",
                        {trouble.what + "; the last good list is used, which was right " + since + " ago",
                         trouble.where, trouble.remedy});
  }

  bool small(const Stamp& stamp) const {
    return sqlite_ || static_cast<std::uint64_t>(stamp.size) <= settings_.in_memory.bytes;
  }

  Result<ListingPtr> load(const Stamp& stamp) const {
    auto listing = sqlite_ ? roster::open_sqlite(settings_.file, Database::Access::read, columns_)
                           : roster::read_csv(settings_.file, columns_);
    if (!listing) return listing;
    const auto after = Stamp::of(settings_.file);
    if (!sqlite_ && (!after || *after != stamp))
      return Error{"the roster changed while it was read", settings_.file.string(),
                   "rename a whole file into its place"};
    return listing;
  }

  State current() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }

  /// Looks at the file, which costs a microsecond, and takes its new state when it has one. One lane at a time; the
  /// others go on with what there is.
  void refresh() const {
    const std::unique_lock one(refreshing_, std::try_to_lock);
    if (!one || building_) return;
    const auto stamp = Stamp::of(settings_.file);
    if (!stamp) return put({}, stamp.error(), {});
    if (same(*stamp, stamp_)) {
      confirm();
      return put(current().listing, {}, stamp_);
    }
    if (same(*stamp, refused_) && std::chrono::steady_clock::now() < retry_) return;
    if (stamp->inode == stamp_.inode && fresh(*stamp)) return;
    sqlite_ = gatepost::support::is_database(settings_.file);
    if (!small(*stamp)) return build(*stamp);
    auto listing = load(*stamp);
    if (listing) {
      put(std::move(*listing), {}, *stamp);
    } else {
      put({}, listing.error(), *stamp);
    }
  }

  /// The copy of what is in use is made once, and told now and then that it is still right. On a thread of its own: no
  /// lane waits for a disk. SQLite rosters are changed by others at any time, and large ones have their index.
  void confirm() const {
    if (sqlite_ || !small(stamp_) || (kept_ == stamp_ && now() - confirmed_ < confirm_every)) return;
    confirmed_ = now();
    if (keeping_) return;
    keeping_ = true;
    const bool is_new = kept_ != stamp_;
    kept_ = stamp_;
    keeper_ = std::jthread([this, is_new, stamp = stamp_] {
      if (!is_new) last_good_.confirm();
      if (is_new)
        if (const auto kept = last_good_.keep(settings_.file, stamp); !kept)
          host_->log(gatepost::Severity::warning, "last_good", gatepost::to_line(kept.error()));
      keeping_ = false;
    });
  }

  /// A SQLite roster changes by commits, which every lookup sees; only another file is news.
  bool same(const Stamp& seen, const Stamp& known) const {
    return seen == known || (sqlite_ && seen.device == known.device && seen.inode == known.inode);
  }

  static bool fresh(const Stamp& stamp) {
    const auto now = std::chrono::system_clock::now().time_since_epoch() / 1ns;
    return now >= stamp.modified && now - stamp.modified < settled;
  }

  /// A new listing, or what keeps the old one in use.
  void put(ListingPtr listing, std::optional<Error> trouble, const Stamp& stamp) const {
    if (trouble) tell_trouble(*trouble, age());
    std::unique_lock lock(mutex_);
    const bool is_over = state_.trouble && !trouble;
    if (listing) {
      state_.listing = std::move(listing);
      state_.right_at = now();
      stamp_ = stamp;
    } else {
      refused_ = stamp;
      retry_ = std::chrono::steady_clock::now() + retry_after;
    }
    state_.trouble = std::move(trouble);
    lock.unlock();
    if (is_over) host_->alarm_ends("list_not_taken");
  }

  void build(const Stamp& stamp) const {
    building_ = true;
    builder_ = std::jthread([this, stamp](const std::stop_token& stop) {
      auto built = roster::build_index(settings_.file, index_, stamp, columns_, stop);
      const auto after = Stamp::of(settings_.file);
      auto listing = built && after && *after == stamp ? roster::open_index(index_, stamp, columns_) : nullptr;
      if (listing) {
        put(std::move(listing), {}, stamp);
      } else if (!built) {
        put({}, built.error(), stamp);
      }  // else the file has changed meanwhile: the next attempt builds again
      building_ = false;
    });
  }

  Settings settings_;
  roster::Columns columns_;
  std::shared_ptr<gatepost::Host> host_;
  roster::LastGood last_good_;
  std::filesystem::path index_;

  mutable std::mutex refreshing_;              ///< whoever holds it may write stamp_, refused_, sqlite_ and builder_
  mutable std::atomic<bool> building_{false};  ///< then the builder holds that right
  mutable bool sqlite_ = false;
  mutable Stamp stamp_{}, refused_{};
  mutable std::chrono::steady_clock::time_point retry_{};
  mutable std::mutex mutex_;
  mutable State state_;
  mutable Stamp kept_{};                      ///< that a copy was made of
  mutable gatepost::BootTime confirmed_{};    ///< when the copy was last told so
  mutable std::atomic<bool> keeping_{false};  ///< a copy is being made, or told
  mutable std::jthread builder_, keeper_;     ///< last: they end before what they use
};

constexpr auto table = gatepost::settings(
    gatepost::field("file", &Settings::file, "the list: CSV with a header, or SQLite; told apart by content")
        .required(),
    gatepost::field("column", &Settings::column, "the column that holds the subjects"),
    gatepost::field("show", &Settings::show, "columns to show with the verdict"),
    gatepost::field("table", &Settings::table, "the table of a SQLite roster"),
    gatepost::field("in_memory", &Settings::in_memory,
                    "a CSV up to this size is kept in memory, a larger one is indexed")
        .between(gatepost::ByteSize{0}, gatepost::ByteSize{64 << 20}),
    gatepost::field("cache", &Settings::cache, "folder for the index of a large CSV; not set: beside the file"),
    gatepost::field("last_good_for", &Settings::last_good_for,
                    "how long a list that was right goes on while its file cannot be taken; 0h: not at all")
        .between(0h, std::chrono::hours(24 * 3650)));

}  // namespace

GATEPOST_POLICY("roster", "grants to those on a list, CSV or SQLite, of any length", table, Roster)
