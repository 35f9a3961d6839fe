// What is wrong or doubtful in a site file, and how it is told.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/source.hpp"

namespace gatepost::config {

enum class Severity : std::uint8_t { error, warning };

struct Diagnostic {
  Severity severity = Severity::error;
  Place place{};
  std::string what{};      ///< one clause, no full stop
  std::string expected{};  ///< what would be right there: "one of clear, hash or none"; may be empty
  std::string remedy{};    ///< what to do: "did you mean 'terminator'?"
  bool no_line = false;    ///< it is about the file as a whole: no place, no line is shown
};

/// Collects diagnostics; all of a file are told at once, in its order, each once.
class Diagnostics {
 public:
  /// After this many the rest are only counted, so that a hostile file cannot buy work.
  static constexpr std::size_t limit = 100;

  void error(Place place, std::string what, std::string expected, std::string remedy);
  void warning(Place place, std::string what, std::string remedy);
  void whole_file(const Error& error);

  bool full() const { return found_.size() >= limit; }
  bool any_error() const { return errors_ > 0; }
  std::size_t errors() const { return errors_; }

  /// In the order of the file, without repetitions, the last one telling how many were left out.
  std::vector<Diagnostic> take();

 private:
  void add(Diagnostic diagnostic);

  std::vector<Diagnostic> found_;
  std::size_t errors_ = 0;
  std::size_t left_out_ = 0;
};

/// A diagnostic as a terminal shows it: `file:line:column: error: what`, the line, a caret, what was expected, the
/// remedy. What stands after one of the `secrets` (keys of secret settings) is not shown. `sources`: the site file, and
/// what it includes.
std::string show(const Diagnostic& diagnostic, std::span<const Source> sources, std::span<const std::string> secrets);

/// [{"severity","file","line","column","what","expected","remedy"}]; line and column from 1, 0 for the whole file.
boost::json::array to_json(std::span<const Diagnostic> diagnostics, std::span<const Source> sources);

}  // namespace gatepost::config
