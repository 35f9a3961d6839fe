#include "devices/learn/rebind.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "config/edit.hpp"
#include "config/tree.hpp"

namespace gatepost::learn {
namespace {

namespace fs = std::filesystem;

/// What is to stand in place of some bytes of a source's text.
struct Change {
  std::size_t begin = 0, size = 0;
  std::string text{};
};

const config::Node* value_of(const config::Node& root, const Binding& binding) {
  const config::Node* node = &root;
  for (const std::string_view key :
       {std::string_view("devices"), std::string_view(binding.device), std::string_view(binding.key)}) {
    const auto* entry = node->find(key);
    if (entry == nullptr) return nullptr;
    node = &entry->value;
  }
  return node;
}

Error by_hand(const config::Source& source, const config::Node& value, const Binding& binding, std::string what) {
  return {std::move(what),
          config::shown_path(source.file.string()) + ":" + std::to_string(value.place.line + 1) + ":" +
              std::to_string(source.column(value.place)),
          "write by hand " + binding.key + ": \"" + binding.address + "\" for device '" + binding.device + "'"};
}

/// How many bytes a quoted scalar has that begins the text, with both quotes; nothing: it does not end on its line.
std::optional<std::size_t> quoted_size(std::string_view text) {
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size() && text[i] != '\n'; ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return i + 1;
      ++i;  // '' is one apostrophe
    }
  }
  return {};
}

Result<Change> change_of(const config::Source& source, const config::Node& value, const Binding& binding) {
  if (value.tag != config::Tag::none)
    return by_hand(source, value, binding,
                   "the address is kept outside the file (" + std::string(to_word(value.tag)) + " " + value.text + ")");
  const auto begin =
      static_cast<std::size_t>(source.line(value.place.line).data() - source.text.data()) + value.place.byte;
  const Error other_way = by_hand(source, value, binding, "the address is written in another way than it is read");
  if (value.kind != config::NodeKind::scalar || begin >= source.text.size()) return other_way;
  const auto rest = std::string_view(source.text).substr(begin);
  const bool is_quoted = rest.front() == '"' || rest.front() == '\'';
  const auto size = is_quoted                      ? quoted_size(rest)
                    : rest.starts_with(value.text) ? std::optional(value.text.size())
                                                   : std::nullopt;
  if (!size) return other_way;
  const std::string quote(1, is_quoted ? rest.front() : '"');
  return Change{begin, *size, quote + binding.address + quote};
}

Result<std::string> changed(const config::Source& source, std::vector<Change> changes) {
  std::ranges::sort(changes, std::greater(), &Change::begin);
  std::string text = source.text;
  for (const Change& change : changes) text.replace(change.begin, change.size, change.text);
  return {boost::system::in_place_value, std::move(text)};
}

}  // namespace

Result<std::vector<Edit>> rebound(std::span<const config::Source> sources, std::span<const Binding> bindings) {
  std::vector<Edit> edits;
  std::size_t found = 0, nodes = 0;
  for (std::size_t number = 0; number < sources.size(); ++number) {
    const auto& source = sources[number];
    config::Diagnostics findings;
    const auto tree = config::parse_tree(source, number, nodes, findings);
    if (!tree) continue;  // it was loaded a moment ago
    std::vector<Change> changes;
    for (const Binding& binding : bindings) {
      const auto* value = value_of(*tree, binding);
      if (value == nullptr) continue;
      auto change = change_of(source, *value, binding);
      if (!change) return change.error();
      ++found;
      changes.push_back(std::move(*change));
    }
    auto text = changed(source, std::move(changes));
    if (text && *text != source.text) edits.push_back({source, config::Source(source.file, std::move(*text))});
  }
  if (found == bindings.size()) return edits;
  return Error{"does not say where all of these devices are", sources.front().file.string(),
               "give each device its address"};
}

std::string led_to(const std::string& was, const std::string& address) {
  const auto options = was.find('?');
  return options == was.npos ? address : address + was.substr(options);
}

Result<void> write(const Edit& edit) {
  const auto now = config::read_source(edit.before.file);
  if (!now) return now.error();
  const std::string mark(now->starts_with(config::byte_order_mark) ? config::byte_order_mark
                                                                   : "");  // no part of a Source's text
  const std::string before = mark + edit.before.text;
  if (*now != before)
    return Error{"was changed by somebody else meanwhile", edit.before.file.string(), "run this again"};
  const fs::path previous = edit.before.file.string() + ".previous";
  std::error_code failure;
  fs::copy_file(edit.before.file, previous, fs::copy_options::overwrite_existing, failure);
  if (failure)
    return Error{"what was there cannot be kept: " + failure.message(), previous.string(),
                 "see whether the disk is full and whether you may write in this folder"};
  return config::replace(edit.before.file, before, mark + edit.after.text);
}

}  // namespace gatepost::learn
