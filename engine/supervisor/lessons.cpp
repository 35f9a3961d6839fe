#include "supervisor/lessons.hpp"

#include <algorithm>

#include "journal/reader.hpp"

namespace gatepost::supervisor {
namespace {

constexpr std::size_t lesson = 1024;  // Records

struct Course {
  const Lessons::Rules& rules;
  journal::Reader reader;
  RecordId taught{};

  // How many Records there were.
  Result<std::size_t> next() {
    auto records = reader.after(taught.sequence, lesson);
    if (!records) return records.error();
    for (const Record& record : *records)
      for (const auto& rule : rules) rule->learn(record);
    if (!records->empty()) taught = records->back().id;
    return records->size();
  }

  Result<void> catch_up(std::size_t enough) {
    while (true) {
      const auto size = next();
      if (!size) return size.error();
      if (*size < enough) return {};
    }
  }
};

}  // namespace

Result<void> Lessons::enrol(const Rules& rules, const std::filesystem::path& journal) {
  Rules learning;
  std::ranges::copy_if(rules, std::back_inserter(learning), [](const auto& rule) { return rule->learns(); });
  if (learning.empty()) return {};
  auto reader = journal::Reader::open(journal);
  if (!reader) return reader.error();
  Course course{learning, std::move(*reader)};
  if (auto read = course.catch_up(lesson); !read) return read.error();
  // What becomes durable from here on waits in tell(); what did before is in the file.
  const std::scoped_lock lock(mutex_);
  if (auto read = course.catch_up(1); !read) return read.error();
  for (auto& rule : learning) pupils_.push_back({std::move(rule), course.taught});
  return {};
}

void Lessons::dismiss(const Rules& rules) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(pupils_, [&](const Pupil& pupil) { return std::ranges::find(rules, pupil.rule) != rules.end(); });
}

void Lessons::tell(const Record& record) {
  const std::scoped_lock lock(mutex_);
  for (Pupil& pupil : pupils_) {
    if (record.id <= pupil.taught) continue;  // it was in the file already
    pupil.rule->learn(record);
    pupil.taught = record.id;
  }
}

}  // namespace gatepost::supervisor
