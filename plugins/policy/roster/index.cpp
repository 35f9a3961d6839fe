// The index of a CSV file: built once for each state of it, in a SQLite file that is asked like any other.
#include <fcntl.h>
#include <malloc.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <gatepost/file_descriptor.hpp>
#include <system_error>

#include "entries.hpp"
#include "listing.hpp"

namespace roster {

namespace {

using gatepost::Error;
using gatepost::FileDescriptor;
using gatepost::Result;
using gatepost::support::Database;
using gatepost::support::quoted_identifier;

/// Columns of an index: fixed names, and the shown ones by number, so that no name of the CSV clashes.
Columns index_columns(const Columns& columns) {
  Columns names{.subject = "subject", .show = {}, .table = "roster"};
  for (std::size_t i = 0; i < columns.show.size(); ++i) names.show.push_back("show" + std::to_string(i));
  return names;
}

/// An index answers with the names that the CSV uses.
class Index final : public Listing {
 public:
  Index(ListingPtr disk, Columns columns) : disk_(std::move(disk)), columns_(std::move(columns)) {}

  Result<std::optional<Entry>> find(std::string_view subject) const override {
    auto found = disk_->find(subject);
    if (!found || !*found) return found;
    std::map<std::string, std::string> facts;
    for (std::size_t i = 0; i < columns_.show.size(); ++i)
      facts[columns_.show[i]] = std::move((*found)->facts["show" + std::to_string(i)]);
    (*found)->facts = std::move(facts);
    return found;
  }

 private:
  ListingPtr disk_;
  Columns columns_;
};

/// What an index must agree with to be used: the CSV's state and what was taken from it.
std::string identity(const Stamp& stamp, const Columns& columns) {
  std::string text = "2\n" + stamp.text() + "\n" + columns.subject;
  for (const auto& name : columns.show) text += "\n" + name;
  return text;
}

/// Writes the rows of a CSV in their order, then sorts them once: random inserts would read the file over and over.
class Builder {
 public:
  Builder(std::filesystem::path csv, std::filesystem::path file, const std::stop_token& stop)
      : csv_(std::move(csv)), file_(std::move(file)), stop_(stop) {}

  Result<void> build(const Columns& columns, const std::string& identity_text) {
    auto database = Database::open(file_, Database::Access::write);
    if (!database) return not_built(database.error());
    database_ = std::move(*database);
    database_.stop_by(stop_);
    std::string shown;
    for (const auto& name : index_columns(columns).show) shown += ", " + quoted_identifier(name);
    // No journal: the file is thrown away when this does not end well.
    if (auto made =
            database_.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096; BEGIN; "
                          "CREATE TABLE source(identity TEXT); "
                          "CREATE TABLE roster(line INTEGER PRIMARY KEY, subject, status, valid_from, valid_until" +
                          shown + ")");
        !made)
      return not_built(made.error());
    if (auto filled = fill(columns); !filled) return filled;
    if (auto sorted = sort(); !sorted) return sorted;
    auto ended = database_.run("INSERT INTO source VALUES(?)", identity_text);
    if (ended) ended = database_.run("COMMIT");
    return ended ? ended : not_built(ended.error());
  }

 private:
  static Error not_built(const Error& failure) {
    return {"cannot build the roster's index: " + failure.what, failure.where,
            "see that its disk has space, or set `cache` to a folder that has"};
  }

  Result<void> fill(const Columns& columns) {
    auto entries = Entries::open(csv_, columns);
    if (!entries) return entries.error();
    std::string places = "?,?,?,?,?";
    for (std::size_t i = 0; i < columns.show.size(); ++i) places += ",?";
    auto insert = database_.prepare("INSERT INTO roster VALUES(" + places + ")");
    if (!insert) return not_built(insert.error());
    std::string subject;
    Entry entry;
    for (std::size_t count = 0;; ++count) {
      if (count % 1024 == 0 && stop_.stop_requested()) return Error{"stopped", csv_.string(), "start again"};
      const auto more = entries->next(subject, entry);
      if (!more) return more.error();
      if (!*more) return {};
      insert->bind(entries->line(), subject, entry.status, entry.valid_from, entry.valid_until);
      for (std::size_t i = 0; i < columns.show.size(); ++i)
        insert->bind_at(static_cast<int>(6 + i), entry.facts.at(columns.show[i]));
      if (auto put = insert->run(); !put) return not_built(put.error());
    }
  }

  Result<void> sort() {
    const auto sorted = database_.run("CREATE UNIQUE INDEX by_subject ON roster(subject)");
    if (sorted) return sorted;
    auto twice =
        database_.prepare("SELECT min(line), max(line) FROM roster GROUP BY subject HAVING count(*) > 1 LIMIT 1");
    const auto found = twice ? twice->step() : Result<bool>(false);
    if (!found || !*found) return not_built(sorted.error());
    return Error{"the subject of this record stands in line " + std::string(twice->text(0)) + " too",
                 csv_.string() + ":" + std::string(twice->text(1)), "take one of the two out"};
  }

  std::filesystem::path csv_, file_;
  std::stop_token stop_;
  Database database_;
};

Error no_index(const std::filesystem::path& file, int number) {
  return {"cannot make the roster's index: " + std::generic_category().message(number), file.string(),
          "set `cache` to a folder that this user may write"};
}

/// The file, empty and locked against another process that builds the same index.
Result<FileDescriptor> own(const std::filesystem::path& file) {
  FileDescriptor descriptor(::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  if (!descriptor.is_open()) return no_index(file, errno);
  struct stat opened {
  }, named{};
  const bool mine = ::flock(descriptor.number(), LOCK_EX | LOCK_NB) == 0 &&
                    ::fstat(descriptor.number(), &opened) == 0 && ::stat(file.c_str(), &named) == 0 &&
                    opened.st_ino == named.st_ino;
  if (mine && ::ftruncate(descriptor.number(), 0) == 0) return descriptor;
  return Error{"another process is building the roster's index", file.string(), "wait for it"};
}

}  // namespace

ListingPtr open_index(const std::filesystem::path& index, const Stamp& stamp, const Columns& columns) {
  auto database = Database::open(index, Database::Access::immutable);
  if (!database) return nullptr;
  auto source = database->prepare("SELECT identity FROM source");
  const auto row = source ? source->step() : Result<bool>(false);
  if (!row || !*row || source->text(0) != identity(stamp, columns)) return nullptr;
  auto disk = open_sqlite(index, Database::Access::immutable, index_columns(columns));
  return disk ? std::make_shared<Index>(*disk, columns) : nullptr;
}

Result<void> build_index(const std::filesystem::path& file, const std::filesystem::path& index, const Stamp& stamp,
                         const Columns& columns, const std::stop_token& stop) {
  auto temporary = index;
  temporary += ".building";  // always the same, so that a crash leaves one at most
  const auto descriptor = own(temporary);
  if (!descriptor) return descriptor.error();
  auto built = Builder(file, temporary, stop).build(columns, identity(stamp, columns));
  ::malloc_trim(0);  // sorting took megabytes that an idle engine has no use for
  // A name must never lead to half a file.
  if (built && ::fsync(descriptor->number()) != 0) built = no_index(index, errno);
  if (built && ::rename(temporary.c_str(), index.c_str()) != 0) built = no_index(index, errno);
  if (!built) ::unlink(temporary.c_str());
  return built;
}

}  // namespace roster
