// One scan's way, step by step: asked of the engine that runs.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <ctime>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <iostream>

#include "api/client.hpp"
#include "cli/answer.hpp"
#include "cli/journal_of.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;
using boost::json::object;
using boost::json::value;

constexpr double width = 40;  // of the bars, in characters

std::string time_text(double microseconds) {
  if (microseconds < 1000) return fmt::format("{:.1f} µs", microseconds);
  if (microseconds < 1e6) return fmt::format("{:.2f} ms", microseconds / 1e3);
  return fmt::format("{:.2f} s", microseconds / 1e6);
}

std::string clock_text(const value& wall) {
  const auto time = support::parse_rfc3339(text(wall));
  if (!time) return "?";
  return fmt::format(
      "{:%H:%M:%S}",
      fmt::localtime(std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(*time))));
}

// The bar begins where the step before ended. A passage is seconds after the rest, so it gets a line without a bar.
std::string step_line(const object& step, double before, double whole) {
  const double at = number(step.at("us"));
  std::string line =
      fmt::format("  {:<11}{:>11}  +{:<10}", text(step.at("step")), time_text(at), time_text(at - before));
  if (at <= whole && whole > 0) {
    const auto begin = static_cast<std::size_t>(std::floor(before / whole * width));
    const auto end = static_cast<std::size_t>(std::ceil(at / whole * width));
    line += std::string(begin, ' ');
    for (std::size_t i = begin; i < std::max(end, begin + 1); ++i) line += "▇";
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string heading(const object& scan) {
  std::string line = fmt::format("{}  {} {}  {}  {} {}", clock_text(scan.at("wall")), text(scan.at("lane")),
                                 text(scan.at("direction")), text(scan.at("device")), text(scan.at("outcome")),
                                 text(scan.at("reason")));
  if (scan.at("repeated") == true) line += ", the same attempt again";
  if (scan.at("troubled") == true) line += ", with trouble: see gatepost status";
  if (const double record = number(scan.at("record")); record > 0) line += fmt::format("  #{:.0f}", record);
  return line + "\n";
}

std::string waterfall(const object& scan) {
  std::string all = heading(scan);
  const auto& steps = scan.at("steps").as_array();
  double whole = 0, before = 0;
  for (const auto& step : steps)
    if (step.at("step") != "passage") whole = number(step.at("us"));
  for (const auto& step : steps) {
    all += step_line(step.as_object(), before, whole);
    before = number(step.at("us"));
  }
  if (const auto* passage = scan.if_contains("passage")) all += "  " + std::string(18, ' ') + text(*passage) + "\n";
  return all + "\n";
}

void show(const object& scan, bool json) {
  if (json)
    std::cout << support::printable_json(boost::json::serialize(scan)) << std::endl;
  else
    std::cout << waterfall(scan) << std::flush;
}

Result<void> show_last(api::Client& engine, const object& request, bool json) {
  const auto answer = engine.ask(request);
  if (!answer) return answer.error();
  const auto& scans = answer->at("scans").as_array();
  for (const auto& scan : scans) show(scan.as_object(), json);
  if (scans.empty() && !json) std::cout << "No scan since the engine has started.\n";
  return {};
}

Result<void> follow(api::Client& engine, const object& request, bool json) {
  if (auto sent = engine.send(request); !sent) return sent.error();
  while (std::cout) {
    const auto line = engine.next();
    if (!line) return line.error();
    if (!*line) return Error{"the engine has ended", {}, "see its log"};
    show((*line)->at("scan").as_object(), json);
  }
  return {};
}

int print_trace(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (auto exit = parse(trace, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(trace, "name the site file");
  const auto journal = journal_of(trace, values["site"].as<std::string>());
  if (!journal) return Exit::usage;
  object request{{"do", "trace"}, {"follow", values.contains("follow")}};
  if (values.contains("last")) request["last"] = values["last"].as<int>();
  if (values.contains("lane")) request["lane"] = values["lane"].as<std::string>();
  auto engine = api::Client::connect(*journal);
  const auto shown = !engine
                         ? Result<void>(engine.error())
                         : (values.contains("follow") ? follow : show_last)(*engine, request, values.contains("json"));
  if (shown) return Exit::good;
  return failed_with(trace, shown.error());
}

Options trace_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("follow,f", "show each scan as it ends, till Ctrl-C or till the site stops")(
      "last,n", po::value<int>()->value_name("N"), "the last N scans, 1 to 256; the last one unless told")(
      "lane", po::value<std::string>()->value_name("NAME"), "of this lane only")("json",
                                                                                 "print one JSON object a scan");
  return options;
}

constexpr std::string_view trace_about =
    R"(When its last byte came, when a lane took it, when it was identified, decided, recorded, and when the actuator had its
command. The engine keeps the last 256 scans. No subject and no payload is shown.)";

constexpr std::array trace_examples{
    Example{"gatepost trace -n 20 site.yaml", "The last 20 scans."},
    Example{"gatepost trace -f --lane entry site.yaml", "Each scan of one lane as it ends."},
};

}  // namespace

const Command trace{"trace",
                    "SITE [-f] [-n N] [--lane NAME] [--json]",
                    "Show a scan's way with the time at each step.",
                    trace_about,
                    trace_examples,
                    trace_options,
                    print_trace};

}  // namespace gatepost::cli
