#include "config/privacy.hpp"

#include <algorithm>
#include <gatepost/record.hpp>

#include "config/suggest.hpp"
#include "config/units.hpp"

namespace gatepost::config {
namespace {

constexpr Duration shortest = std::chrono::minutes(10);
constexpr const char* forget_form = "FIELD after TIME, such as name after 7d";

class PrivacyCheck {
 public:
  PrivacyCheck(Diagnostics& diagnostics, const Node& section, Journal& journal)
      : diagnostics_(diagnostics), section_(section), journal_(journal) {}

  void run() {
    check_key();
    check_attributes("attributes", journal_.attributes);
    check_attributes("hashed_attributes", journal_.hashed_attributes);
    check_named_twice();
    read_forget();
    check_findable();
  }

 private:
  const Node* node_of(const char* key) const {
    const Entry* entry = section_.find(key);
    return entry == nullptr ? nullptr : &entry->value;
  }
  // Of an item, or of the setting where it is one text.
  Place place_of(const char* key, std::size_t item) const {
    const Node* node = node_of(key);
    if (node == nullptr) return section_.place;
    return item < node->items.size() ? node->items[item].place : node->place;
  }

  void check_key() {
    const bool hashes = journal_.subjects == Privacy::hash || !journal_.hashed_attributes.empty();
    if (hashes && journal_.hash_key.empty()) {
      const bool of_subjects = journal_.subjects == Privacy::hash;
      diagnostics_.error(place_of(of_subjects ? "subjects" : "hashed_attributes", section_.items.size()),
                         std::string(of_subjects ? "'subjects: hash'" : "'hashed_attributes'") + " needs 'hash_key'",
                         "hash_key: a file with the key", "add 'hash_key: journal.key' to the journal");
    }
    if (!hashes && !journal_.hash_key.empty())
      diagnostics_.warning(section_.find("hash_key")->place,
                           "'hash_key' has no effect without 'subjects: hash' or 'hashed_attributes'",
                           "add 'subjects: hash', or remove 'hash_key'");
  }

  void check_attributes(const char* key, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == subject_field || names[i] == damaged_bytes)
        diagnostics_.error(place_of(key, i), "'" + names[i] + "' is no attribute of a credential",
                           "names of attributes, such as name",
                           "remove it: 'subjects' says what is kept of subjects, and of the bytes of damaged scans");
      if (names[i].empty())
        diagnostics_.error(place_of(key, i), "an attribute has no name", "names of attributes, such as name",
                           "write its name, or remove it");
    }
  }

  void check_named_twice() {
    for (std::size_t i = 0; i < journal_.hashed_attributes.size(); ++i)
      if (std::ranges::find(journal_.attributes, journal_.hashed_attributes[i]) != journal_.attributes.end())
        diagnostics_.error(place_of("hashed_attributes", i),
                           "'" + shown(journal_.hashed_attributes[i]) + "' stands in 'attributes' too",
                           "an attribute that is kept as it is, or as a hash", "remove it from one of the two");
  }

  void read_forget() {
    for (std::size_t i = 0; i < journal_.forget.size(); ++i) {
      const std::string& text = journal_.forget[i];
      const auto after = text.rfind(" after ");
      const auto time = after == text.npos ? Result<Duration>(Error{}) : parse_duration(text.substr(after + 7));
      if (!time) {
        diagnostics_.error(place_of("forget", i), "'" + shown(text) + "' does not say what is erased, and when",
                           forget_form, "write it as 'subject after 30d'");
        continue;
      }
      take_forget(i, text.substr(0, after), *time);
    }
  }

  void take_forget(std::size_t item, const std::string& field, Duration time) {
    std::vector<std::string_view> kept(journal_.attributes.begin(), journal_.attributes.end());
    kept.insert(kept.end(), journal_.hashed_attributes.begin(), journal_.hashed_attributes.end());
    if (journal_.subjects != Privacy::none) kept.emplace_back(subject_field);
    if (journal_.subjects == Privacy::clear) kept.emplace_back(damaged_bytes);
    const Place place = place_of("forget", item);
    if (std::ranges::find(kept, field) == kept.end())
      diagnostics_.error(place, "Records keep no '" + shown(field) + "'",
                         kept.empty() ? "nothing: they name nobody" : any_of(kept),
                         "remove it, or keep it by 'attributes'");
    else if (!journal_.forget_after.emplace(field, time).second)
      diagnostics_.error(place, "'" + shown(field) + "' is forgotten twice", "one time for each", "remove one of them");
    else if (time < shortest)
      diagnostics_.error(place, "'" + shown(field) + "' is forgotten too soon to be of use",
                         to_text(shortest) + " or more", "do not keep it at all, or keep it longer");
    else if (time >= journal_.keep)
      diagnostics_.warning(place,
                           "'" + shown(field) + "' is forgotten no sooner than its Records, which are kept for " +
                               to_text(Duration(journal_.keep)),
                           "write less than that, or remove it");
  }

  // Whoever asks to be erased is found by his subject.
  void check_findable() {
    if (journal_.subjects == Privacy::none && !(journal_.attributes.empty() && journal_.hashed_attributes.empty()))
      diagnostics_.error(place_of(journal_.attributes.empty() ? "hashed_attributes" : "attributes", 0),
                         "attributes are kept of people whom Records do not name (subjects: none)",
                         "'subjects: clear' or 'subjects: hash'",
                         "write 'subjects: hash' with a 'hash_key', or keep no attributes");
    const auto subject = journal_.forget_after.find(subject_field);
    if (subject == journal_.forget_after.end()) return;
    for (const auto* names : {&journal_.attributes, &journal_.hashed_attributes})
      for (const auto& name : *names) {
        const auto own = journal_.forget_after.find(name);
        if (own != journal_.forget_after.end() && own->second <= subject->second) continue;
        diagnostics_.error(place_of("forget", 0),
                           "'" + shown(name) +
                               "' is kept longer than the subject that it is of: nobody could find it to "
                               "erase it",
                           name + " after " + to_text(subject->second) + ", or sooner",
                           "add '" + name + " after " + to_text(subject->second) + "'");
      }
  }

  Diagnostics& diagnostics_;
  const Node& section_;
  Journal& journal_;
};

}  // namespace

void check_privacy(Diagnostics& diagnostics, const Node& section, Journal& journal) {
  PrivacyCheck(diagnostics, section, journal).run();
}

}  // namespace gatepost::config
