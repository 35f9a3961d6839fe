#include "journal/person_search.hpp"

#include <algorithm>

namespace gatepost::journal {
namespace {

constexpr std::size_t rows_at_once = 512;

class Search {
 public:
  explicit Search(const std::vector<std::string>& subjects) : subjects_(subjects) {}

  void look_at(const Record& record) {
    if (record.subject.empty() || std::ranges::find(subjects_, record.subject) == subjects_.end()) return;
    if (!record.commitments.empty()) {
      found_.erasable.push_back(record.id.sequence);
      return;
    }
    ++found_.in_chain;
    found_.newest_in_chain = std::max(found_.newest_in_chain, record.wall);
  }

  PersonRecords take() {
    auto& sequences = found_.erasable;
    std::ranges::sort(sequences);
    sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
    return std::move(found_);
  }

 private:
  const std::vector<std::string>& subjects_;
  PersonRecords found_;
};

}  // namespace

Result<PersonRecords> find_person(Reader& reader, const std::vector<std::string>& subjects, std::uint64_t up_to,
                                  const std::function<void(const Record&)>& each) {
  Search search(subjects);
  for (std::uint64_t at = 0; true;) {
    const auto records = reader.after(at, rows_at_once, up_to);
    if (!records) return records.error();
    for (const auto& record : *records) {
      search.look_at(record);
      if (each) each(record);
    }
    if (records->size() < rows_at_once) break;
    at = records->back().id.sequence;
  }
  std::string after;
  std::uint64_t after_sequence = 0;
  while (true) {
    const auto letters = reader.letters({}, rows_at_once, after, after_sequence);
    if (!letters) return letters.error();
    for (const auto& letter : *letters) search.look_at(letter.record);
    if (letters->size() < rows_at_once) return search.take();
    after = letters->back().reader;
    after_sequence = letters->back().record.id.sequence;
  }
}

}  // namespace gatepost::journal
