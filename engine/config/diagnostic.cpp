#include "config/diagnostic.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <tuple>

#include "config/excerpt.hpp"

namespace gatepost::config {
namespace {

std::string_view to_word(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

auto order(const Diagnostic& diagnostic) { return std::tie(diagnostic.place, diagnostic.severity, diagnostic.what); }

// What stands between quotes may be of the file, a quote in it too.
std::string without_quotations(std::string text) {
  const auto first = text.find('\''), last = text.rfind('\'');
  if (first != last) text.replace(first + 1, last - first - 1, "***");
  return text;
}

// Of a file that others may not read only the place is told, and what kind of thing is wrong there.
Diagnostic told_of(const Diagnostic& diagnostic, const Source& source) {
  if (!source.closed) return diagnostic;
  Diagnostic told = diagnostic;
  told.what = without_quotations(diagnostic.what);
  told.expected.clear();
  told.remedy = "others may not read this file, so nothing of it is shown; look at this place in it";
  return told;
}

std::string heading(const Diagnostic& diagnostic, const Source& source) {
  std::string text = shown_path(source.file.string()) + ":";
  if (!diagnostic.no_line)
    text += std::to_string(diagnostic.place.line + 1) + ":" + std::to_string(source.column(diagnostic.place)) + ":";
  return text + " " + std::string(to_word(diagnostic.severity)) + ": " + diagnostic.what + "\n";
}

}  // namespace

void Diagnostics::error(Place place, std::string what, std::string expected, std::string remedy) {
  add({Severity::error, place, std::move(what), std::move(expected), std::move(remedy)});
}

void Diagnostics::warning(Place place, std::string what, std::string remedy) {
  add({Severity::warning, place, std::move(what), {}, std::move(remedy)});
}

void Diagnostics::whole_file(const Error& error) { add({Severity::error, {}, error.what, {}, error.remedy, true}); }

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::error) ++errors_;
  if (full())
    ++left_out_;
  else
    found_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Diagnostics::take() {
  std::ranges::stable_sort(found_, {}, order);
  const auto same = [](const Diagnostic& a, const Diagnostic& b) { return a.place == b.place && a.what == b.what; };
  found_.erase(std::unique(found_.begin(), found_.end(), same), found_.end());
  if (left_out_ > 0)
    found_.push_back({Severity::error, {}, "and " + std::to_string(left_out_) + " more", {}, "mend these first", true});
  return std::move(found_);
}

std::string show(const Diagnostic& given, std::span<const Source> sources, std::span<const std::string> secrets) {
  const Source& source = sources[given.place.file];
  const Diagnostic diagnostic = told_of(given, source);
  std::string text = heading(diagnostic, source);
  if (!diagnostic.no_line && !source.closed) text += excerpt(source, diagnostic.place, secrets);
  if (!diagnostic.expected.empty()) text += "  expected " + diagnostic.expected + "\n";
  if (!diagnostic.remedy.empty()) text += "  " + diagnostic.remedy + "\n";
  return text;
}

boost::json::array to_json(std::span<const Diagnostic> diagnostics, std::span<const Source> sources) {
  boost::json::array list;
  for (const auto& given : diagnostics) {
    const Source& source = sources[given.place.file];
    const Diagnostic diagnostic = told_of(given, source);
    list.push_back({{"severity", to_word(diagnostic.severity)},
                    {"file", source.file.string()},
                    {"line", diagnostic.no_line ? 0 : diagnostic.place.line + 1},
                    {"column", diagnostic.no_line ? 0 : source.column(diagnostic.place)},
                    {"what", diagnostic.what},
                    {"expected", diagnostic.expected},
                    {"remedy", diagnostic.remedy}});
  }
  return list;
}

}  // namespace gatepost::config
