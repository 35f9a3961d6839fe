// How a running site is: asked of its engine, once or every second.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <iostream>
#include <vector>

#include "api/client.hpp"
#include "cli/amounts.hpp"
#include "cli/answer.hpp"
#include "cli/journal_of.hpp"
#include "cli/options.hpp"
#include "cli/record_text.hpp"

namespace gatepost::cli {
namespace {

using namespace std::chrono_literals;
using boost::json::object;
using boost::json::value;

constexpr Duration between_looks = 1s;

struct Wish {
  bool json = false, follow = false, redraw = false;
};

/// Columns as wide as what stands in them.
class Columns {
 public:
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  std::string shown() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_)
      for (std::size_t i = 0; i + 1 < row.size(); ++i) {
        widths.resize(std::max(widths.size(), i + 1));
        widths[i] = std::max(widths[i], row[i].size());
      }
    std::string all;
    for (const auto& row : rows_) {
      std::string line = "  ";
      for (std::size_t i = 0; i < row.size(); ++i)
        line += i + 1 < row.size() ? fmt::format("{:<{}}  ", row[i], widths[i]) : row[i];
      line.erase(line.find_last_not_of(' ') + 1);
      all += line + "\n";
    }
    return all;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string spaced(std::string word) {
  std::ranges::replace(word, '_', ' ');
  return word;
}

std::string scan_text(const value& scan) {
  if (!scan.is_object()) return "no scan yet";
  const object& told = scan.get_object();
  std::string line = fmt::format("{} {}, {} ago", text(told.at("outcome")), text(told.at("reason")),
                                 time_amount(number(told.at("ago"))));
  if (const double record = number(told.at("record")); record > 0) line += fmt::format("  #{:.0f}", record);
  return line;
}

std::string lanes_text(const boost::json::array& lanes) {
  if (lanes.empty()) return {};
  Columns columns;
  columns.add({"lane", "gate", "waiting", "dropped", "last scan"});
  for (const auto& one : lanes) {
    const object& lane = one.as_object();
    columns.add({text(lane.at("name")), spaced(text(lane.at("gate"))),
                 fmt::format("{:.0f}", number(lane.at("waiting"))), fmt::format("{:.0f}", number(lane.at("dropped"))),
                 scan_text(lane.at("last_scan"))});
  }
  return columns.shown() + "\n";
}

// What a device has told beside its scans.
std::string asides(const object& device) {
  std::string all;
  if (const auto* direction = device.if_contains("direction"))
    all += fmt::format("; {} for {}", text(*direction), time_amount(number(device.at("direction_for"))));
  if (device.if_contains("asks_for") != nullptr) all += "; asks in or out";
  const auto* ignored = device.if_contains("ignored");
  if (ignored != nullptr && number(*ignored) > 0) all += fmt::format("; {:.0f} ignored", number(*ignored));
  const auto* refused = device.if_contains("refused");
  if (refused == nullptr || !refused->is_object()) return all;
  const object& told = refused->get_object();
  return all + fmt::format("; {:.0f} refused, the last {} ago: {}, {}", number(told.at("count")),
                           time_amount(number(told.at("ago"))), text(told.at("who")), text(told.at("why"), 160));
}

std::string devices_text(const boost::json::array& inputs, const boost::json::array& actuators) {
  if (inputs.empty() && actuators.empty()) return {};
  Columns columns;
  columns.add({"device", "lane", "state", "for", ""});
  for (const auto* devices : {&inputs, &actuators})
    for (const auto& one : *devices) {
      const object& device = one.as_object();
      columns.add({text(device.at("name")), text(device.at("lane")), text(device.at("state")),
                   device.at("since").is_null() ? "" : time_amount(number(device.at("since"))),
                   text(device.at("detail"), 160) + asides(device)});
    }
  return columns.shown() + "\n";
}

std::string outputs_text(const boost::json::array& outputs) {
  if (outputs.empty()) return {};
  Columns columns;
  columns.add({"output", "backlog", "dead letters", ""});
  for (const auto& one : outputs) {
    const object& output = one.as_object();
    std::string trouble = text(output.at("trouble"), 160);
    if (!trouble.empty()) trouble = fmt::format("for {}: {}", time_amount(number(output.at("troubled_for"))), trouble);
    const auto* put_off = output.if_contains("put_off_until");
    if (const auto until = put_off != nullptr ? support::parse_rfc3339(text(*put_off)) : std::nullopt)
      trouble += fmt::format("; it asked to be tried again at {}", time_text(*until));
    columns.add({text(output.at("name")), fmt::format("{:.0f}", number(output.at("backlog"))),
                 fmt::format("{:.0f}", number(output.at("dead_letters"))), trouble});
  }
  return columns.shown() + "\n";
}

std::string services_text(const boost::json::array& services) {
  if (services.empty()) return {};
  Columns columns;
  columns.add({"service", "state", "for", "restarts", ""});
  for (const auto& one : services) {
    const object& service = one.as_object();
    columns.add({text(service.at("name")), text(service.at("state")), time_amount(number(service.at("since"))),
                 fmt::format("{:.0f}", number(service.at("restarts"))), text(service.at("trouble"), 160)});
  }
  return columns.shown() + "\n";
}

std::string contents_text(const object& status) {
  const auto* contents = status.if_contains("contents");
  if (contents == nullptr || contents->as_array().empty()) return {};
  Columns columns;
  columns.add({"list", "file", ""});
  for (const auto& one : contents->as_array()) {
    const object& content = one.as_object();
    columns.add({text(content.at("object")), text(content.at("file"), 80), text(content.at("text"), 240)});
  }
  return columns.shown() + "\n";
}

std::string machine_text(const object& status) {
  const object& clock = status.at("clock").as_object();
  const object& journal = status.at("journal").as_object();
  const std::string bound = clock.at("bound").is_null() ? "nobody knows how right it is"
                                                        : "right to " + time_amount(number(clock.at("bound")));
  std::string all = fmt::format("  clock    {}, {}\n", text(clock.at("source")), bound);
  all += fmt::format("  journal  {} of {}, {:.0f} Records, epoch {:.0f}\n", byte_amount(number(journal.at("bytes"))),
                     byte_amount(number(journal.at("most_bytes"))), number(journal.at("last")),
                     number(journal.at("epoch")));
  if (journal.at("disk_free").is_null()) return all + "  disk     cannot be asked\n";
  return all + fmt::format("  disk     {} of {} free\n", byte_amount(number(journal.at("disk_free"))),
                           byte_amount(number(journal.at("disk_size"))));
}

std::string active_text(const object& alarms) {
  std::string all;
  for (const auto& one : alarms.at("active").as_array()) {
    const object& alarm = one.as_object();
    all += fmt::format("\n  ALARM  {} {}, for {}: {}\n", text(alarm.at("object")), text(alarm.at("name")),
                       time_amount(number(alarm.at("for"))), text(alarm.at("error"), 240));
  }
  return all;
}

std::string alarms_text(const object& alarms) {
  const double count = number(alarms.at("count"));
  if (count == 0) return "\n  no alarm since the start\n";
  std::string all =
      fmt::format("\n  {:.0f} {} since the start, the newest first\n", count, count == 1 ? "alarm" : "alarms");
  for (const auto& one : alarms.at("last").as_array()) {
    const object& alarm = one.as_object();
    all += fmt::format("  {:>10} ago  {}  {} {}\n", time_amount(number(alarm.at("ago"))), text(alarm.at("reason")),
                       text(alarm.at("lane")), text(alarm.at("text"), 240));
  }
  return all;
}

std::string status_text(const object& status) {
  return fmt::format("Checkpoint {:.0f}  {}  –  running for {}, process {:.0f}\n\n", number(status.at("checkpoint")),
                     text(status.at("name"), 200), time_amount(number(status.at("uptime"))),
                     number(status.at("process"))) +
         lanes_text(status.at("lanes").as_array()) +
         devices_text(status.at("inputs").as_array(), status.at("actuators").as_array()) +
         outputs_text(status.at("outputs").as_array()) + services_text(status.at("services").as_array()) +
         contents_text(status) + machine_text(status) + active_text(status.at("alarms").as_object()) +
         alarms_text(status.at("alarms").as_object());
}

// On a terminal over what stood there: each line to its end, then all that is below.
std::string over_the_last(const std::string& block) {
  std::string all = "\x1b[H";
  for (const char c : block) c == '\n' ? all += "\x1b[K\n" : all += c;
  return all + "\x1b[J";
}

void show(const object& status, const Wish& wish) {
  if (wish.json)
    std::cout << support::printable_json(boost::json::serialize(status)) << std::endl;
  else if (wish.redraw)
    std::cout << over_the_last(status_text(status)) << std::flush;
  else
    std::cout << status_text(status) << (wish.follow ? "\n" : "") << std::flush;
}

Result<void> look(const std::filesystem::path& journal, const Wish& wish) {
  auto engine = api::Client::connect(journal);
  if (!engine) return engine.error();
  if (wish.redraw) std::cout << "\x1b[2J";
  while (std::cout) {
    const auto status = engine->ask({{"do", "status"}});
    if (!status) return status.error();
    show(*status, wish);
    if (!wish.follow) return {};
    static_cast<void>(engine->wait(between_looks));  // also ends when the engine does, and then so does the next ask
  }
  return {};
}

int print_status(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(status, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(status, "name the site file");
  const auto journal = journal_of(status, values["site"].as<std::string>());
  if (!journal) return Exit::usage;
  Wish wish{.json = values.contains("json"), .follow = values.contains("follow")};
  wish.redraw = wish.follow && !wish.json && ::isatty(STDOUT_FILENO) == 1;
  const auto looked = look(*journal, wish);
  if (looked) return Exit::good;
  return failed_with(status, looked.error());
}

Options status_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("follow,f", "look every second till Ctrl-C or till the site stops")(
      "json", "print one JSON object a look");
  return options;
}

constexpr std::string_view status_about =
    R"(What its lanes, devices and outputs do, how right its clock is, what room its journal and its disk have, and the last
alarms. The engine is asked by the socket beside its journal: be the user that it runs as, or root.)";

constexpr std::array status_examples{
    Example{"gatepost status site.yaml", "How it is now."},
    Example{"gatepost status -f site.yaml", "The same, anew each second."},
};

}  // namespace

const Command status{
    "status",     "SITE [-f] [--json]", "Show how a running site is: lanes, devices, outputs, disk, alarms.",
    status_about, status_examples,      status_options,
    print_status};

}  // namespace gatepost::cli
