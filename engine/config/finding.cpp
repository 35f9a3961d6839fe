#include "config/finding.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <tuple>

#include "config/excerpt.hpp"

namespace gatepost::config {
namespace {

std::string_view to_word(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

auto order(const Finding& finding) { return std::tie(finding.place, finding.severity, finding.what); }

std::string heading(const Finding& finding, const Source& source) {
  std::string text = shown_path(source.file.string()) + ":";
  if (!finding.no_line)
    text += std::to_string(finding.place.line + 1) + ":" + std::to_string(source.column(finding.place)) + ":";
  return text + " " + std::string(to_word(finding.severity)) + ": " + finding.what + "\n";
}

}  // namespace

void Findings::error(Place place, std::string what, std::string expected, std::string remedy) {
  add({Severity::error, place, std::move(what), std::move(expected), std::move(remedy)});
}

void Findings::warning(Place place, std::string what, std::string remedy) {
  add({Severity::warning, place, std::move(what), {}, std::move(remedy)});
}

void Findings::whole_file(const Error& error) { add({Severity::error, {}, error.what, {}, error.remedy, true}); }

void Findings::add(Finding finding) {
  if (finding.severity == Severity::error) ++errors_;
  if (full())
    ++left_out_;
  else
    found_.push_back(std::move(finding));
}

std::vector<Finding> Findings::take() {
  std::ranges::stable_sort(found_, {}, order);
  const auto same = [](const Finding& a, const Finding& b) { return a.place == b.place && a.what == b.what; };
  found_.erase(std::unique(found_.begin(), found_.end(), same), found_.end());
  if (left_out_ > 0)
    found_.push_back({Severity::error, {}, "and " + std::to_string(left_out_) + " more", {}, "mend these first", true});
  return std::move(found_);
}

std::string show(const Finding& finding, std::span<const Source> sources, std::span<const std::string> secrets) {
  const Source& source = sources[finding.place.file];
  std::string text = heading(finding, source);
  if (!finding.no_line) text += excerpt(source, finding.place, secrets);
  if (!finding.expected.empty()) text += "  expected " + finding.expected + "\n";
  if (!finding.remedy.empty()) text += "  " + finding.remedy + "\n";
  return text;
}

boost::json::array to_json(std::span<const Finding> findings, std::span<const Source> sources) {
  boost::json::array list;
  for (const auto& finding : findings) {
    const Source& source = sources[finding.place.file];
    list.push_back({{"severity", to_word(finding.severity)},
                    {"file", source.file.string()},
                    {"line", finding.no_line ? 0 : finding.place.line + 1},
                    {"column", finding.no_line ? 0 : source.column(finding.place)},
                    {"what", finding.what},
                    {"expected", finding.expected},
                    {"remedy", finding.remedy}});
  }
  return list;
}

}  // namespace gatepost::config
