#include "config/yaml_words.hpp"

#include <array>
#include <gatepost/support/printable.hpp>

namespace gatepost::config {
namespace {

struct Wording {
  std::string_view begins;  // yaml-cpp 0.7, exceptions.h
  std::string_view what;
  std::string_view remedy;
};

constexpr std::array wordings{
    Wording{"end of map flow not found", "a { is never closed", "add the } that belongs to it"},
    Wording{"end of map not found", "this line does not fit the lines above it",
            "indent it as its neighbours are, and put a space behind the colon of each key"},
    Wording{"end of sequence flow not found", "a [ is never closed", "add the ] that belongs to it"},
    Wording{"end of sequence not found", "this line does not fit the list above it",
            "begin it with '- ' at the column of the other items"},
    Wording{"illegal map value", "a key cannot stand here", "put text that holds ': ' in quotes, or start a new line"},
    Wording{"illegal block entry", "a list item cannot stand here", "indent it under its key, on a line of its own"},
    Wording{"illegal EOF in scalar", "a quoted text is never closed", "add the quote that belongs to its first one"},
    Wording{"illegal EOF", "the file ends in the middle of something", "complete its last lines"},
    Wording{"illegal flow end", "a closing bracket has no opening one", "remove it, or add the opening one"},
    Wording{"illegal document indicator in scalar", "a line of dashes or dots stands inside a quoted text",
            "close the quote before it"},
    Wording{"unknown escape character", "an escape that YAML does not know",
            "write \\\\ for a backslash, or use 'single quotes', in which a backslash is only a backslash"},
    Wording{"unknown token", "a character that cannot begin a value", "put the value in quotes"},
    Wording{"cannot find token", "a value is missing", "complete the line"},
    Wording{"the referenced anchor is not defined", "an alias (*) is not taken in a site file",
            "put the value in quotes if it is text that begins with *"},
    Wording{"alias not found after *", "an alias (*) is not taken in a site file",
            "put the value in quotes if it is text that begins with *"},
    Wording{"anchor not found after &", "an anchor (&) is not taken in a site file",
            "put the value in quotes if it is text that begins with &"},
    Wording{"maximum recursion depth", "the file is nested too deep", "flatten it; a site file needs 4 levels"},
};

}  // namespace

SyntaxError in_plain_words(std::string_view message) {
  for (const auto& wording : wordings)
    if (message.starts_with(wording.begins)) return {std::string(wording.what), std::string(wording.remedy)};
  return {"this is not valid YAML: " + shown(message), "put the value in quotes, or compare with configs/demo.yaml"};
}

std::string shown(std::string_view text) { return support::printable(text, 40); }

}  // namespace gatepost::config
