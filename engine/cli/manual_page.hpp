// A page of the manual, in the macros of man(7).
#pragma once

#include <string>
#include <string_view>

namespace gatepost::cli {

/// In its texts, what stands between backquotes is set as it is typed; an empty line parts paragraphs.
class ManualPage {
 public:
  /// `what`: for the line NAME.
  ManualPage(std::string_view title, std::string_view section, std::string_view what);

  void heading(std::string_view text);
  void subheading(std::string_view text);
  void paragraphs(std::string_view text);
  /// A term and, indented, what it means.
  void term(std::string_view term, std::string_view meaning);
  /// Lines as they stand in a file or on a terminal.
  void verbatim(std::string_view lines);

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace gatepost::cli
