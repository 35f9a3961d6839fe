#include <algorithm>
#include <boost/dll/runtime_symbol_info.hpp>

#include "config/suggest.hpp"
#include "config/texts.hpp"
#include "config/tree.hpp"
#include "config/utf8.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

// Controls, and what reorders a line. Joiners and marks of direction are letters' own in some scripts.
bool acts_on_a_screen(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

class TextReader {
 public:
  TextReader(std::span<const std::string> known, Diagnostics& diagnostics)
      : known_(known.begin(), known.end()), diagnostics_(diagnostics) {}

  TextsByCode read(const Node& root) {
    if (root.kind != NodeKind::map && root.kind != NodeKind::nothing)
      diagnostics_.error(root.place, "a file of texts holds " + std::string(to_word(root.kind)),
                         "a line for each reason code, 'CODE: text'", "gatepost texts prints one to begin with");
    for (const auto& entry : root.entries) {
      if (diagnostics_.full()) break;
      look_at_code(entry);
      if (is_right(entry)) texts_[entry.key] = entry.value.text;
    }
    return std::move(texts_);
  }

 private:
  void look_at_code(const Entry& entry) {
    if (known_.empty() || std::ranges::find(known_, entry.key) != known_.end()) return;
    diagnostics_.warning(entry.place, "no verdict has the reason '" + shown(entry.key) + "'",
                         did_you_mean(entry.key, known_, "remove it; gatepost texts prints every reason"));
  }

  // Nothing behind a code: it is still to be translated.
  bool is_right(const Entry& entry) {
    const Node& value = entry.value;
    if (value.kind == NodeKind::nothing) return false;
    if (value.kind != NodeKind::scalar || value.tag != Tag::none) {
      const std::string what = value.tag == Tag::none ? std::string(to_word(value.kind)) : "a tag";
      diagnostics_.error(value.place, "the reason '" + shown(entry.key) + "' has " + what + " for a text", "one text",
                         "write it behind the colon, in quotes");
      return false;
    }
    return may_be_told(value) && value.text.find_first_not_of(' ') != std::string::npos;
  }

  bool may_be_told(const Node& value) {
    std::size_t characters = 0;
    for (std::string_view rest = value.text; !rest.empty(); ++characters) {
      const auto [point, size] = next_character(rest);
      if (size == 0 || acts_on_a_screen(point)) {
        diagnostics_.error(value.place, "the text holds a line break, a control character or one that turns the line",
                           "one line of letters, digits and signs", "write it on one line, without the escape");
        return false;
      }
      rest.remove_prefix(size);
    }
    if (characters <= longest_text) return true;
    diagnostics_.error(value.place, "the text has " + std::to_string(characters) + " characters",
                       "at most " + std::to_string(longest_text) + " characters", "say it in fewer words");
    return false;
  }

  const std::vector<std::string_view> known_;
  Diagnostics& diagnostics_;
  TextsByCode texts_;
};

}  // namespace

bool is_language(std::string_view word) {
  return word.size() == 2 && std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

fs::path installed_texts() {
  const fs::path program(boost::dll::program_location().string());
  return (program.parent_path() / GATEPOST_TEXTS_FROM_BIN).lexically_normal();
}

TextFile read_text_file(const fs::path& file, std::size_t number, std::span<const std::string> known) {
  TextFile read;
  Diagnostics diagnostics;
  auto text = read_source(file, "file of texts");
  if (!text) {
    read.sources.emplace_back(file, std::string());
    diagnostics.error({0, 0, number}, text.error().what, {}, text.error().remedy);
  } else {
    read.sources.emplace_back(file, std::move(*text)).closed = number > 0 && is_closed_to_others(file);
    std::size_t nodes = 0;
    if (const auto root = parse_tree(read.sources.back(), number, nodes, diagnostics))
      read.texts = TextReader(known, diagnostics).read(*root);
  }
  read.diagnostics = diagnostics.take();
  return read;
}

}  // namespace gatepost::config
