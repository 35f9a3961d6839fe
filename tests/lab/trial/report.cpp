#include "trial/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

namespace gatepost::lab {
namespace {

constexpr std::size_t columns = 6;
using Cells = std::array<std::string, columns>;

Cells cells_of(const Finding& one) {
  return {one.device,
          one.named,
          one.played,
          std::string(to_word(one.found)),
          std::string(to_word(one.read)),
          std::string(to_word(one.acted))};
}

std::string table_of(const std::vector<Finding>& findings) {
  std::vector<Cells> rows{{"device", "named", "played by", "found", "read", "acted"}};
  for (const auto& one : findings) rows.push_back(cells_of(one));
  std::array<std::size_t, columns> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < columns; ++i) widths.at(i) = std::max(widths.at(i), row.at(i).size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < columns; ++i) line += fmt::format("{:<{}}  ", row.at(i), widths.at(i));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

bool is_good(const Finding& one) {
  return one.found != Answer::no && one.read != Answer::no && one.acted != Answer::no;
}

std::string summary_of(const Report& report) {
  const auto bad = std::ranges::count_if(report.findings, [](const auto& one) { return !is_good(one); });
  std::string text = bad == 0   ? "Everything that was tried was found, read and acted."
                     : bad == 1 ? "1 device is not as the site file says."
                                : fmt::format("{} devices are not as the site file says.", bad);
  if (!report.not_tried.empty())
    text += fmt::format(" {} {} not tried.", report.not_tried.size(),
                        report.not_tried.size() == 1 ? "thing was" : "things were");
  return text + "\n";
}

boost::json::value value_of(Answer answer) {
  return answer == Answer::not_asked ? boost::json::value() : boost::json::value(answer == Answer::yes);
}

boost::json::array array_of(const std::vector<std::string>& texts) {
  return boost::json::array(texts.begin(), texts.end());
}

}  // namespace

std::string_view to_word(Answer answer) { return answer == Answer::yes ? "yes" : answer == Answer::no ? "NO" : "-"; }

bool Report::good() const { return std::ranges::all_of(findings, is_good); }

std::string text_of(const Report& report) {
  std::string text = fmt::format("{}, checkpoint {}\n\n{}\n", report.site, report.code, table_of(report.findings));
  for (const auto& one : report.findings)
    for (const auto& note : one.notes) text += fmt::format("{}: {}\n", one.device, note);
  if (!report.not_tried.empty()) text += "\nNot tried:\n";
  for (const auto& what : report.not_tried) text += "  " + what + "\n";
  return text + "\n" + summary_of(report);
}

boost::json::object json_of(const Report& report) {
  boost::json::array devices;
  for (const auto& one : report.findings)
    devices.push_back({{"device", one.device},
                       {"plugin", one.plugin},
                       {"named", one.named},
                       {"played_by", one.played},
                       {"found", value_of(one.found)},
                       {"read", value_of(one.read)},
                       {"acted", value_of(one.acted)},
                       {"notes", array_of(one.notes)}});
  return {{"site", report.site},
          {"checkpoint", report.code},
          {"good", report.good()},
          {"devices", std::move(devices)},
          {"not_tried", array_of(report.not_tried)}};
}

}  // namespace gatepost::lab
