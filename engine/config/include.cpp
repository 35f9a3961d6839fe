#include "config/include.hpp"

#include <algorithm>
#include <map>

#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

constexpr const char* include_example = "include: [shared/lanes.yaml]";

// One file under two names is one.
fs::path identity(const fs::path& file) {
  std::error_code failed;
  auto path = fs::canonical(file, failed);
  return failed ? fs::absolute(file, failed).lexically_normal() : path;
}

class Gatherer {
 public:
  explicit Gatherer(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  Node read(std::string text, const fs::path& file) {
    const std::size_t number = sources_.size();
    bytes_ += sources_.emplace_back(file, std::move(text)).text.size();
    sources_.back().closed = number > 0 && is_closed_to_others(file);
    known_.push_back(identity(file));
    auto root = parse_tree(sources_.back(), number, nodes_, diagnostics_);
    if (!root) return {};
    open_.push_back(number);
    resolve_includes(*root);
    open_.pop_back();
    return std::move(*root);
  }

  std::vector<Source> take() { return std::move(sources_); }

 private:
  void resolve_includes(Node& root) {
    const auto given = std::ranges::find(root.entries, "include", &Entry::key);
    if (given == root.entries.end()) return;
    const Entry entry = std::move(*given);
    root.entries.erase(given);
    if (entry.value.kind == NodeKind::scalar) return include(entry.value, root);
    if (entry.value.kind != NodeKind::list)
      return diagnostics_.error(entry.place, "'include' holds " + std::string(to_word(entry.value.kind)),
                                include_example, "name the files in square brackets");
    for (const auto& item : entry.value.items) include(item, root);
  }

  void include(const Node& name, Node& into) {
    if (diagnostics_.full()) return;
    if (name.kind != NodeKind::scalar || name.tag != Tag::none || name.text.empty() ||
        name.text.find('\0') != std::string::npos)
      return diagnostics_.error(name.place, "this is not the name of a file", include_example,
                                "write one name an item");
    const fs::path file = (sources_[name.place.file].file.parent_path() / name.text).lexically_normal();
    const fs::path who = identity(file);
    if (is_open(who)) return refuse_cycle(name);
    if (std::ranges::find(known_, who) != known_.end()) return;  // what it says is there already
    if (open_.size() > include_depth_limit)
      return diagnostics_.error(name.place, "files include each other deeper than 8 levels", {},
                                "include this one from the site file");
    if (sources_.size() >= include_file_limit)
      return diagnostics_.error(name.place, "the site has more than 32 files", {}, "put some of them together");
    merge_file(name, file, into);
  }

  bool is_open(const fs::path& who) const {
    return std::ranges::any_of(open_, [&](std::size_t number) { return known_[number] == who; });
  }

  void refuse_cycle(const Node& name) {
    std::string way;
    for (const auto number : open_) way += shown_path(sources_[number].file.string()) + " ▶ ";
    diagnostics_.error(name.place, "the files include each other in a circle: " + way + shown(name.text), {},
                       "remove one of these includes");
  }

  void merge_file(const Node& name, const fs::path& file, Node& into) {
    auto text = read_source(file);
    if (!text)
      return diagnostics_.error(name.place, "'" + shown(name.text) + "' cannot be included: " + text.error().what, {},
                                text.error().remedy);
    if (bytes_ + text->size() > source_limit)
      return diagnostics_.error(name.place, "the site file and what it includes are larger than 128KiB", {},
                                "move lists of people into a roster file");
    Node root = read(std::move(*text), file);
    if (root.kind == NodeKind::map) return merge(into, std::move(root));
    if (root.kind != NodeKind::nothing)
      diagnostics_.error(root.place, "an included file holds " + std::string(to_word(root.kind)),
                         "sections, as in a site file", "write one 'section:' a line, its keys indented under it");
  }

  void merge(Node& into, Node from) {
    if (into.kind == NodeKind::nothing) {
      into = std::move(from);
      return;
    }
    std::map<std::string, std::size_t, std::less<>> places;
    for (std::size_t i = 0; i < into.entries.size(); ++i) places.emplace(into.entries[i].key, i);
    for (auto& entry : from.entries) {
      const auto found = places.find(entry.key);
      if (found == places.end())
        into.entries.push_back(std::move(entry));
      else
        merge_entry(into.entries[found->second], std::move(entry));
    }
  }

  void merge_entry(Entry& mine, Entry other) {
    const auto is_group = [](const Node& node) { return node.kind == NodeKind::map || node.kind == NodeKind::nothing; };
    if (is_group(mine.value) && is_group(other.value)) {
      if (other.value.kind == NodeKind::map) merge(mine.value, std::move(other.value));
      return;
    }
    diagnostics_.error(other.place,
                       "the key '" + shown(other.key) + "' stands here a second time; the first is in " +
                           line_text(sources_, mine.place, other.place),
                       {}, "remove one of the two");
  }

  Diagnostics& diagnostics_;
  std::vector<Source> sources_;
  std::vector<fs::path> known_;    // of sources_, in their order
  std::vector<std::size_t> open_;  // the file that is read, and those that include it
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

Gathered gather(std::string text, const fs::path& file, Diagnostics& diagnostics) {
  Gatherer gatherer(diagnostics);
  Node root = gatherer.read(std::move(text), file);
  Gathered gathered{gatherer.take(), {}};
  if (!diagnostics.any_error()) gathered.root = std::move(root);
  return gathered;
}

}  // namespace gatepost::config
