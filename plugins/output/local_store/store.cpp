#include "store.hpp"

#include <fcntl.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <gatepost/file_descriptor.hpp>
#include <limits>
#include <system_error>

namespace local_store {

namespace {

using gatepost::Record;
using gatepost::RecordKind;

/// Rows leave in blocks of this many, judged by the median of their times: a clock that was wrong for some of them
/// neither loses the rows around them nor keeps them for ever.
constexpr std::size_t block = 64;

/// Beside the tables of every format: programs that do not know it write none, and then only the mark tells.
constexpr const char* newest_table =
    "CREATE TABLE IF NOT EXISTS newest(site INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, "
    "hash TEXT NOT NULL)";

Error file_error(const char* what, const std::filesystem::path& file, int number) {
  return {std::string(what) + ": " + std::generic_category().message(number), file.string(),
          "let this user write there, or set another file"};
}

Result<void> make_file(const std::filesystem::path& file) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> missing;
  for (auto folder = file.parent_path(); !folder.empty() && !fs::exists(folder, error); folder = folder.parent_path())
    missing.push_back(folder);
  for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
    if (!fs::create_directory(*folder, error) && error)
      return file_error("cannot make the folder", *folder, error.value());
    fs::permissions(*folder, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec, error);
  }
  // One that is there is left to SQLite: closed here, it would lose the locks of another store of this process.
  const gatepost::FileDescriptor made(::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
  if (made.is_open()) return {};
  const int failure = errno == EEXIST && ::access(file.c_str(), R_OK | W_OK) == 0 ? 0 : errno;
  if (failure != 0) return file_error("cannot make the file", file, failure);
  return {};
}

std::string json_of(const std::map<std::string, std::string>& texts) {
  if (texts.empty()) return {};
  boost::json::object object;
  for (const auto& [key, value] : texts) object[key] = value;
  return boost::json::serialize(object);
}

// What is a person's, and not the subject, is kept as it comes or, where that is veiled, not at all: the bytes of a
// damaged scan may be most of a subject.
std::map<std::string, std::string> veiled(std::map<std::string, std::string> texts, const Veil& veil) {
  std::erase_if(texts, [&](const auto& text) { return veil(text.second) != text.second; });
  return texts;
}

std::map<std::string, std::string> veiled_details(std::map<std::string, std::string> details, const Veil& veil) {
  const auto bytes = details.find(gatepost::damaged_bytes);
  if (bytes != details.end() && veil(bytes->second) != bytes->second) details.erase(bytes);
  return details;
}

// Of a JSON object, by what SQLite calls a path; empty: it has no name there, and all goes.
std::string path_of(const std::string& field) {
  return field.empty() || field.find_first_of("\"\\") != field.npos ? std::string() : "$.\"" + field + "\"";
}

constexpr std::string_view digits = "0123456789abcdef";

std::string hex_of(const std::array<std::byte, 32>& hash) {
  std::string text;
  for (const std::byte byte : hash) {
    text += digits[static_cast<std::size_t>(byte >> 4)];
    text += digits[static_cast<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

// All zero where it is none.
std::array<std::byte, 32> hash_from(std::string_view text) {
  std::array<std::byte, 32> hash{};
  if (text.size() != 2 * hash.size() || text.find_first_not_of(digits) != std::string::npos) return hash;
  for (std::size_t i = 0; i < hash.size(); ++i)
    hash[i] = static_cast<std::byte>(digits.find(text[2 * i]) * 16 + digits.find(text[2 * i + 1]));
  return hash;
}

std::int64_t median(std::vector<std::int64_t> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Store::Store(Database database, Veil veil, gatepost::Duration keep)
    : database_(std::move(database)), veil_(std::move(veil)), keep_(keep) {}

Result<Store> Store::open(const std::filesystem::path& file, Veil veil, gatepost::Duration keep,
                          const std::stop_token& stop) {
  if (auto made = make_file(file); !made) return made.error();
  auto database = open_file(file, Database::Access::write);
  if (!database) return database.error();
  if (auto claimed = claim(*database, stop); !claimed) return claimed.error();
  // FULL: the engine forgets a Record once it is told that it is taken, so it must be on the disk by then.
  if (auto set = database->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON"); !set)
    return set.error();
  Store store(std::move(*database), std::move(veil), keep);
  if (auto prepared = store.prepare(); !prepared) return prepared.error();
  return store;
}

int Store::synchronous() {
  const auto level = database_.integer<int>("PRAGMA synchronous");
  return level ? *level : -1;
}

Result<void> Store::prepare() {
  if (auto made = database_.run(newest_table); !made) return made.error();
  auto prepared = database_.prepare(
      {{&insert_, "INSERT INTO records VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
       {&mark_, "INSERT INTO marks VALUES(?,?,?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence"},
       {&marked_, "SELECT sequence FROM marks WHERE site = ? AND epoch = ?"},
       {&held_,
        "SELECT m.epoch, m.sequence, coalesce(n.hash, '') FROM marks m "
        "LEFT JOIN newest n USING(site, epoch, sequence) WHERE m.site = ? ORDER BY m.epoch DESC LIMIT 1"},
       {&note_held_,
        "INSERT INTO newest VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET epoch = excluded.epoch, "
        "sequence = excluded.sequence, hash = excluded.hash "
        "WHERE (excluded.epoch, excluded.sequence) > (epoch, sequence)"},
       {&lane_, "INSERT INTO lanes(name) VALUES(?) ON CONFLICT DO UPDATE SET name = name RETURNING id"},
       {&newest_, "SELECT wall FROM records WHERE site = ? ORDER BY epoch DESC, sequence DESC LIMIT 64"},
       {&oldest_,
        "SELECT wall, epoch, sequence, kind, lane, outcome FROM records WHERE site = ? "
        "ORDER BY epoch, sequence LIMIT 64"},
       {&erase_, "DELETE FROM records WHERE site = ? AND epoch = ? AND sequence = ?"},
       {&forget_,
        "UPDATE records SET subject = CASE WHEN ?5 THEN '' ELSE subject END, "
        "attributes = CASE WHEN attributes = '' OR ?6 = '' THEN '' ELSE json_remove(attributes, ?6) END, "
        "details = CASE WHEN details <> '' AND ?7 THEN json_remove(details, ?8) ELSE details END "
        "WHERE site = ?1 AND epoch = ?2 AND sequence BETWEEN ?3 AND ?4"},
       {&add_, "INSERT INTO rollups VALUES(?,?,?,?,?,?) ON CONFLICT DO UPDATE SET n = n + excluded.n"},
       {&drop_empty_,
        "DELETE FROM rollups WHERE site = ? AND span = ? AND start = ? AND lane = ? AND outcome = ? "
        "AND n = 0"}});
  return prepared ? eras_.open(database_) : prepared;
}

Result<std::size_t> Store::take(std::span<const Record> batch, const std::stop_token& stop) {
  if (batch.empty()) return std::size_t{0};
  changes_.clear();
  newest_taken_.reset();
  forgot_ = false;
  auto taken = database_.transaction([&] { return take_all(batch, stop); });
  // What was erased stands in the log until that is written anew; where somebody reads it, with a later one.
  if (taken && forgot_) static_cast<void>(database_.run("PRAGMA wal_checkpoint(TRUNCATE)"));
  return taken;
}

Result<std::size_t> Store::take_all(std::span<const Record> batch, const std::stop_token& stop) {
  std::size_t taken = 0;
  for (const Record& record : batch) {
    if (stop.stop_requested()) break;
    const auto known = seen(record);
    if (!known) return known.error();
    if (!*known) {
      if (auto done = take_one(record); !done) return done.error();
      if (!newest_taken_ || newest_taken_->id < record.id) newest_taken_ = {record.id, record.hash};
    }
    ++taken;
  }
  if (taken == 0) return taken;
  for (const auto& [key, sequence] : marks_)
    if (auto marked = mark_.bind(key.first, key.second, sequence).run(); !marked) return marked.error();
  if (auto noted = note_newest(); !noted) return noted.error();
  const auto site = static_cast<std::int64_t>(batch[taken - 1].id.site);
  auto written = database_.run("INSERT OR REPLACE INTO latest VALUES(1, ?)", site);
  if (!written) return written.error();
  if (auto pruned = prune(site, 2 * taken + block); !pruned) return pruned.error();
  if (auto rolled = roll_up(); !rolled) return rolled.error();
  return taken;
}

Result<void> Store::note_newest() {
  if (!newest_taken_) return {};
  const auto& id = newest_taken_->id;
  return note_held_.bind(id.site, id.epoch, id.sequence, hex_of(newest_taken_->hash)).run();
}

// By its mark, since the row may have left.
Result<std::optional<gatepost::Held>> Store::newest(std::uint64_t site) {
  std::optional<gatepost::Held> held;
  auto read = held_.bind(site).each([&] {
    held = {{site, held_.integer<std::uint64_t>(0), held_.integer<std::uint64_t>(1)}, hash_from(held_.text(2))};
  });
  if (!read) return read.error();
  return held;
}

/// The journal gives Records in order and without gaps, so one number an epoch tells what has been here before, also
/// of rows that have left since.
Result<bool> Store::seen(const Record& record) {
  const Mark key{static_cast<std::int64_t>(record.id.site), static_cast<std::int64_t>(record.id.epoch)};
  auto mark = marks_.find(key);
  if (mark == marks_.end()) {
    const auto found = marked_.bind(key.first, key.second).step();
    if (!found) return found.error();
    mark = marks_.emplace(key, *found ? marked_.integer(0) : 0).first;
    marked_.reset();
  }
  const auto sequence = static_cast<std::int64_t>(record.id.sequence);
  if (sequence <= mark->second) return true;
  mark->second = sequence;
  return false;
}

Result<void> Store::take_one(const Record& record) {
  const auto lane_number = lane(record.lane);
  if (!lane_number) return lane_number.error();
  const auto site = static_cast<std::int64_t>(record.id.site);
  const auto outcome = static_cast<std::int64_t>(record.outcome);
  auto inserted =
      insert_
          .bind(site, record.id.epoch, record.id.sequence, record.kind, record.wall.time_since_epoch().count(),
                record.at.time_since_epoch().count(), record.boot, *lane_number, record.direction, record.device,
                record.symbology, record.scheme, veil_(record.subject), record.verified, outcome, record.reason,
                record.about, json_of(veiled_details(record.details, veil_)), json_of(veiled(record.attributes, veil_)))
          .run();
  if (!inserted) return inserted;
  if (const auto erasure = gatepost::support::erasure_of(record))
    if (auto forgotten = forget(record.id.site, *erasure); !forgotten) return forgotten;
  if (record.kind == RecordKind::attempt)
    ++changes_[{site, *lane_number, outcome, number_of(Span::minute, record.wall)}];
  if (auto followed = eras_.follow(record); !followed) return followed.error();
  return Eras::tells(record) ? put_right(record) : Result<void>();
}

Result<void> Store::forget(std::uint64_t site, const gatepost::support::Erasure& erasure) {
  const std::string& field = erasure.field;
  const bool all = field.empty();
  const bool is_subject = field == gatepost::subject_field, is_bytes = field == gatepost::damaged_bytes;
  const std::string attribute = all ? std::string() : path_of(field), bytes = path_of(gatepost::damaged_bytes);
  for (const auto& [first, last] : erasure.records) {
    forget_.bind(site, erasure.epoch, first, last, all || is_subject, attribute, all || is_bytes, bytes);
    if (auto forgotten = forget_.run(); !forgotten) return forgotten;
  }
  forgot_ = true;
  return {};
}

Result<void> Store::put_right(const Record& record) {
  return eras_.put_right(record, [&](const Eras::Row& row) {
    if (row.kind != static_cast<std::int64_t>(RecordKind::attempt)) return;
    --changes_[{row.site, row.lane, row.outcome, number_of(Span::minute, row.before)}];
    ++changes_[{row.site, row.lane, row.outcome, number_of(Span::minute, row.after)}];
  });
}

Result<std::int64_t> Store::lane(const std::string& name) {
  const auto known = lanes_.find(name);
  if (known != lanes_.end()) return known->second;
  if (auto row = lane_.bind(name).step(); !row) return row.error();
  const auto id = lane_.integer(0);
  lane_.reset();
  lanes_.emplace(name, id);
  return id;
}

Result<std::vector<std::int64_t>> Store::walls(Statement& statement, std::int64_t site) {
  std::vector<std::int64_t> walls;
  auto read = statement.bind(site).each([&] { walls.push_back(statement.integer(0)); });
  if (!read) return read.error();
  return walls;
}

Result<void> Store::prune(std::int64_t site, std::size_t most) {
  auto newest = walls(newest_, site);
  if (!newest) return newest.error();
  if (newest->size() < block) return {};
  const std::int64_t now = median(std::move(*newest));
  if (now < std::numeric_limits<std::int64_t>::min() + keep_.count()) return {};
  for (std::size_t pruned = 0; pruned < most; pruned += block) {
    const auto more = prune_oldest(site, now - keep_.count());
    if (!more) return more.error();
    if (!*more) break;
  }
  return {};
}

/// The oldest block leaves, up to its last old row, when the median of its times lies before `before`. False: it stays.
Result<bool> Store::prune_oldest(std::int64_t site, std::int64_t before) {
  struct Row {
    std::int64_t wall, epoch, sequence, kind, lane, outcome;
  };
  std::vector<Row> rows;
  std::vector<std::int64_t> times;
  auto read = oldest_.bind(site).each([&] {
    rows.push_back({oldest_.integer(0), oldest_.integer(1), oldest_.integer(2), oldest_.integer(3), oldest_.integer(4),
                    oldest_.integer(5)});
    times.push_back(rows.back().wall);
  });
  if (!read) return read.error();
  if (rows.size() < block || median(std::move(times)) >= before) return false;
  while (rows.back().wall >= before) rows.pop_back();  // what came after the last old one is not old yet
  for (const Row& row : rows) {
    if (auto erased = erase_.bind(site, row.epoch, row.sequence).run(); !erased) return erased.error();
    if (row.kind != static_cast<std::int64_t>(RecordKind::attempt)) continue;
    const gatepost::WallTime wall{gatepost::Duration(row.wall)};
    --changes_[{site, row.lane, row.outcome, number_of(Span::minute, wall)}];
  }
  return true;
}

Result<void> Store::roll_up() {
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>, std::int64_t> sums;
  for (const auto& [key, change] : changes_) {
    const auto& [site, lane_number, outcome, minute] = key;
    for (const Span span : spans_of(format_version)) {
      if (span == Span::rows) continue;
      const std::int64_t minutes = length(span) / length(Span::minute);
      const std::int64_t start = minute >= 0 ? minute / minutes : (minute + 1) / minutes - 1;
      sums[{site, static_cast<std::int64_t>(span), start, lane_number, outcome}] += change;
    }
  }
  for (const auto& [key, change] : sums) {
    const auto& [site, span, start, lane_number, outcome] = key;
    if (change == 0) continue;
    auto put = add_.bind(site, span, start, lane_number, outcome, change).run();
    if (put && change < 0) put = drop_empty_.bind(site, span, start, lane_number, outcome).run();
    if (!put) return put;
  }
  return {};
}

}  // namespace local_store
