// yaml-cpp's complaints in words that help whoever wrote the file.
#pragma once

#include <string>
#include <string_view>

namespace gatepost::config {

struct SyntaxError {
  std::string what;
  std::string remedy;
};

SyntaxError in_plain_words(std::string_view message);

/// Text of the file as a message may repeat it: at most 40 characters, nothing that acts on a terminal.
std::string shown(std::string_view text);

}  // namespace gatepost::config
