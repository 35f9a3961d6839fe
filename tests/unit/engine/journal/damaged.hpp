// A journal with an output at work, for tests that spoil its files.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "journal/journal.hpp"
#include "journal/reader.hpp"
#include "runtime/output.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"
#include "world/world.hpp"

namespace gatepost::world {

// What an output has taken, and when it was told the same thing in two ways.
struct Taken {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<RecordId, std::string> subjects;
  std::vector<Record> notes;
  int contradictions = 0;
  bool stalls = false;
};

class KeepingSink final : public Sink {
 public:
  explicit KeepingSink(Taken& taken) : taken_(taken) {}
  Delivery deliver(std::span<const Record> batch, std::stop_token) override {
    const std::scoped_lock lock(taken_.mutex);
    if (taken_.stalls) return {0, Error{"not now", "sink", "wait"}};
    for (const auto& record : batch) {
      const auto [place, is_new] = taken_.subjects.try_emplace(record.id, record.subject);
      if (!is_new && place->second != record.subject) ++taken_.contradictions;
      if (is_new && record.kind != RecordKind::attempt) taken_.notes.push_back(record);
    }
    taken_.changed.notify_all();
    return {batch.size(), {}};
  }

 private:
  Taken& taken_;
};

struct Damaged : testing::Test {
  void open() {
    journal = open_journal({.file = file, .readers = {"cloud"}, .clock = &clock});
    output.emplace(core::OutputSettings{.name = "cloud",
                                        .site = 4017,
                                        .pace = {.gather = std::chrono::milliseconds(0),
                                                 .first_wait = std::chrono::milliseconds(1),
                                                 .longest_wait = std::chrono::milliseconds(5)}},
                   std::make_unique<KeepingSink>(taken), runtime::Output::Surroundings{*journal, running, watchdog});
  }
  void close() {
    output.reset();
    journal.reset();
  }
  void record(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string subject = "E" + std::to_string(++made);
      Record record = attempt(subject, clock.wall());
      record.details["long"] = std::string(200, 'x');
      if (i + 1 < count)
        journal->post(std::move(record));
      else
        last_promised = journal->commit(std::move(record)).value();
    }
    auto reader = journal::Reader::open(file).value();
    for (const auto& kept : reader.after(0, 100'000).value()) promised[kept.id] = kept.subject;
  }
  // The power fails: what the files are now is what is found.
  void crash() {
    const auto found = scratch / ("found-" + std::to_string(++crashes));
    std::filesystem::create_directory(found);
    output.reset();
    auto quiet =
        support::Database::open(file, support::Database::Access::write);  // the files of one moment, not of several
    quiet->run("BEGIN IMMEDIATE").value();
    for (const auto& entry : std::filesystem::directory_iterator(file.parent_path()))
      if (entry.is_regular_file()) std::filesystem::copy_file(entry.path(), found / entry.path().filename());
    quiet->run("ROLLBACK").value();
    close();
    file = found / "journal.db";
  }
  bool comes_to(const std::function<bool()>& state) {
    std::unique_lock lock(taken.mutex);
    return taken.changed.wait_for(lock, std::chrono::seconds(10), state);
  }
  // The output has all that it will get: what is recorded last has come.
  void drain() {
    const RecordId last = journal->commit(attempt("last", clock.wall())).value();
    EXPECT_TRUE(comes_to([&] { return taken.subjects.contains(last); })) << "the output does not get on";
  }
  const Record* note(const std::string& reason) {
    const std::scoped_lock lock(taken.mutex);
    const auto found = std::ranges::find(taken.notes, reason, &Record::reason);
    return found == taken.notes.end() ? nullptr : &*found;
  }
  std::uint64_t missing() {
    const std::scoped_lock lock(taken.mutex);
    std::uint64_t count = 0;
    for (const auto& [id, subject] : promised) {
      const auto found = taken.subjects.find(id);
      if (found == taken.subjects.end())
        ++count;
      else
        EXPECT_EQ(found->second, subject) << "Record " << id.sequence;
    }
    return count;
  }

  const Scratch scratch{memory()};
  std::filesystem::path file = scratch / "journal.db";
  FakeClock clock;
  Taken taken;
  std::map<RecordId, std::string> promised;
  RecordId last_promised{};
  std::unique_ptr<journal::Journal> journal;
  const SystemClock running;  // the waits of the output
  runtime::Watchdog watchdog{running};
  std::optional<runtime::Output> output;
  int made = 0, crashes = 0;
};

}  // namespace gatepost::world
