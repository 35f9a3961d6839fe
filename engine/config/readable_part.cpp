#include "config/readable_part.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "config/include.hpp"
#include "config/reader.hpp"
#include "config/secret.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> wanted{"site", "journal", "outputs", "include"};

bool begins_section(std::string_view line) {
  return !line.empty() && line[0] != ' ' && line[0] != '\t' && line[0] != '#' && line[0] != '}' && line[0] != ']';
}

// The lines of a section, at the places where they stand: from its name at the beginning of a line to the next name.
std::string lines_of(const Source& source, std::string_view section) {
  std::string lines;
  bool within = false;
  std::size_t begin = 0;
  while (begin < source.text.size()) {
    const std::size_t end = std::min(source.text.find('\n', begin), source.text.size());
    const std::string_view line = std::string_view(source.text).substr(begin, end - begin);
    if (begins_section(line)) within = line.starts_with(std::string(section) + ":");
    if (within && line.find_first_not_of(" \t\r") != line.npos) lines += line;
    lines += '\n';
    begin = end + 1;
  }
  return lines.find_first_not_of('\n') != std::string::npos ? lines : std::string();
}

// The text of a value, wherever it is kept.
Result<std::string> text_of(const Node& node, const fs::path& folder, const fs::path& file) {
  if (node.tag == Tag::none) return node.text;
  Diagnostics diagnostics;
  if (auto text = fetch(node, folder, diagnostics)) return std::move(*text);
  const Diagnostic diagnostic = diagnostics.take().front();
  return Error{diagnostic.what, file.string(), diagnostic.remedy + "; or name the journal itself"};
}

const Node* value_at(const Node& root, std::string_view section, std::string_view key) {
  const Entry* group = root.find(section);
  const Entry* entry = group == nullptr ? nullptr : group->value.find(key);
  return entry == nullptr || entry->value.kind != NodeKind::scalar ? nullptr : &entry->value;
}

}  // namespace

Result<ReadablePart> ReadablePart::read(const fs::path& file) {
  auto text = read_source(file);
  if (!text) return Error{text.error().what, file.string(), text.error().remedy};
  ReadablePart part;
  part.root_.kind = NodeKind::map;
  part.add(file, std::move(*text), 0);
  return part;
}

void ReadablePart::add(const fs::path& file, std::string text, std::size_t depth) {
  const std::size_t number = sources_.size();
  sources_.emplace_back(file, std::move(text));
  sources_.back().closed = number > 0 && is_closed_to_others(file);
  folders_.push_back(folder_of(file));
  Diagnostics ignored;
  if (auto root = parse_tree(sources_.back(), number, nodes_, ignored)) merge(std::move(*root), depth);
  for (const auto section : wanted) {
    if (root_.find(section) != nullptr) continue;  // a quote that is never closed may have taken it
    const std::string lines = lines_of(sources_[number], section);
    if (lines.empty()) continue;
    Diagnostics of_section;
    if (auto root = parse_tree(Source(file, lines), number, nodes_, of_section))
      merge(std::move(*root), depth);
    else
      broken_.emplace_back(section);
  }
}

// What stands first holds, as far as there are two.
void ReadablePart::merge(Node root, std::size_t depth) {
  for (Entry& entry : root.entries) {
    if (entry.key == "include") {
      const Node names = std::move(entry.value);
      if (names.kind == NodeKind::scalar) include(names, depth);
      for (const Node& name : names.items) include(name, depth);
    } else if (const auto mine = std::ranges::find(root_.entries, entry.key, &Entry::key);
               mine == root_.entries.end()) {
      root_.entries.push_back(std::move(entry));
    } else {
      std::ranges::move(entry.value.entries, std::back_inserter(mine->value.entries));
    }
  }
}

void ReadablePart::include(const Node& name, std::size_t depth) {
  if (name.kind != NodeKind::scalar || depth >= include_depth_limit || sources_.size() >= include_file_limit) return;
  const fs::path file = (sources_[name.place.file].file.parent_path() / name.text).lexically_normal();
  if (std::ranges::find(sources_, file, &Source::file) != sources_.end()) return;
  if (auto text = read_source(file)) add(file, std::move(*text), depth + 1);
}

Result<Journal> ReadablePart::journal() const {
  const fs::path& site = sources_.front().file;
  if (std::ranges::find(broken_, "journal") != broken_.end() && root_.find("journal") == nullptr)
    return Error{"its section 'journal' cannot be read", site.string(),
                 "finish the edit (gatepost check tells what is wrong), or name the journal itself"};
  Journal journal;
  journal.file = folders_.front() / "journal.db";
  for (const auto& [key, path] : {std::pair("file", &journal.file), std::pair("hash_key", &journal.hash_key)}) {
    const Node* node = value_at(root_, "journal", key);
    if (node == nullptr) continue;
    const fs::path& folder = folders_[node->place.file];
    auto text = text_of(*node, folder, site);
    if (!text && path == &journal.hash_key) continue;  // whoever needs the key says that there is none
    if (!text) return text.error();
    if (!text->empty()) *path = (folder / *text).lexically_normal();
  }
  if (const Node* subjects = value_at(root_, "journal", "subjects"); subjects != nullptr)
    for (const auto& [name, privacy] : setting_names(Privacy()))
      if (subjects->text == name) journal.subjects = privacy;
  return journal;
}

Checkpoint ReadablePart::checkpoint() const {
  Checkpoint checkpoint{};
  if (const Node* name = value_at(root_, "site", "name"); name != nullptr && name->tag == Tag::none)
    checkpoint.name = name->text;
  if (const Node* code = value_at(root_, "site", "code"); code != nullptr && code->tag == Tag::none)
    std::from_chars(code->text.data(), code->text.data() + code->text.size(), checkpoint.code);
  return checkpoint;
}

ReadablePart::Outputs ReadablePart::outputs(const plugin::Catalogue& catalogue) const {
  Outputs outputs;
  const Entry* section = root_.find("outputs");
  if (section == nullptr) return outputs;
  Diagnostics diagnostics;
  std::map<std::string, std::string, std::less<>> tags;
  DeclaredNames declared;
  Reader reader{catalogue, sources_, folders_, diagnostics, outputs.secrets, tags};
  const auto of_outputs = std::ranges::find(plugin_sections(), "outputs", &Section::name);
  read_plugin_uses(reader, *of_outputs, section->value, outputs.uses, declared);
  outputs.diagnostics = diagnostics.take();
  return outputs;
}

std::string ReadablePart::shown(const Outputs& outputs) const {
  std::string text;
  for (const auto& diagnostic : outputs.diagnostics) text += show(diagnostic, sources_, outputs.secrets);
  return text;
}

}  // namespace gatepost::config
