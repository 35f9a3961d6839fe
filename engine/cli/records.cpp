#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <deque>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "api/record_json.hpp"
#include "api/records.hpp"
#include "cli/journal_of.hpp"
#include "cli/options.hpp"
#include "cli/record_text.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;

constexpr int look_every_ms = 250;

// Waits a moment for new Records; false once the user wants to leave (Ctrl-C) or nobody reads any more.
class Patience {
 public:
  Patience() {
    sigset_t leaving;
    sigemptyset(&leaving);
    for (const int signal : {SIGINT, SIGTERM}) sigaddset(&leaving, signal);
    ::sigprocmask(SIG_BLOCK, &leaving, nullptr);
    signals_ = FileDescriptor(::signalfd(-1, &leaving, SFD_CLOEXEC));
  }

  bool wait() const {
    std::array<pollfd, 2> watched{{{signals_.number(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}}};
    return ::poll(watched.data(), watched.size(), look_every_ms) == 0;
  }

 private:
  FileDescriptor signals_;
};

class Printer {
 public:
  explicit Printer(bool json) : json_(json) {}

  /// Prints what the query covers and moves it on; only the last `limit` of them unless that is 0.
  Result<void> print(api::RecordPages& pages, api::RecordQuery& query, std::size_t limit) const {
    std::deque<std::string> last;
    for (bool more = true; more && std::cout;) {
      const auto page = pages.page(query);
      if (!page) return page.error();
      for (const Record& record : page->records) take(record, last, limit);
      query.after = page->next;
      more = page->more;
    }
    for (const auto& line : last) std::cout << line << "\n";
    std::cout.flush();
    return {};
  }

 private:
  void take(const Record& record, std::deque<std::string>& last, std::size_t limit) const {
    std::string line = json_ ? support::printable_json(boost::json::serialize(api::json_of(record))) : line_of(record);
    if (limit == 0) {
      std::cout << line << "\n";
      return;
    }
    last.push_back(std::move(line));
    if (last.size() > limit) last.pop_front();
  }

  bool json_;
};

// "90s", "15m", "1h", "7d".
std::optional<Duration> span_of(const std::string& text) {
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits == 0 || digits > 6 || digits + 1 != text.size()) return {};
  const auto number = std::stoll(text.substr(0, digits));
  switch (text.back()) {
    case 's':
      return std::chrono::seconds(number);
    case 'm':
      return std::chrono::minutes(number);
    case 'h':
      return std::chrono::hours(number);
    case 'd':
      return std::chrono::hours(24 * std::min(number, 100'000LL));
    default:
      return {};
  }
}

// What the options ask for; the exit code where they make no sense.
std::optional<int> read_wanted(const po::variables_map& values, api::RecordQuery& wanted) {
  if (values.contains("lane")) wanted.lane = values["lane"].as<std::string>();
  if (values.contains("kind")) {
    wanted.kind = values["kind"].as<std::string>();
    if (!api::is_record_kind(wanted.kind))
      return usage_error(records, "--kind is attempt, passage, device, alarm or change, not '" + wanted.kind + "'");
  }
  if (values.contains("since")) {
    const auto span = span_of(values["since"].as<std::string>());
    if (!span) return usage_error(records, "--since takes a number with s, m, h or d: 90s, 15m, 1h, 7d");
    wanted.since = SystemClock().wall() - *span;
  }
  return {};
}

Result<void> show(const std::filesystem::path& file, api::RecordQuery query, const Printer& printer, std::size_t limit,
                  bool follow) {
  const Patience patience;
  auto pages = api::RecordPages::open(file);
  if (!pages) return pages.error();
  auto printed = printer.print(*pages, query, limit);
  while (printed && follow && std::cout && patience.wait()) printed = printer.print(*pages, query, 0);
  return printed;
}

int show_records(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (auto exit = parse(records, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(records, "name the site file, or a journal");
  api::RecordQuery wanted{.limit = api::RecordPages::most_at_once};
  if (auto exit = read_wanted(values, wanted)) return *exit;
  const auto limit = values["limit"].as<std::int64_t>();
  if (limit < 0) return usage_error(records, "--limit takes how many Records to print, or 0 for all");
  const auto file = journal_of(records, values["site"].as<std::string>());
  if (!file) return Exit::usage;
  const Printer printer(values.contains("json"));
  if (auto shown = show(*file, std::move(wanted), printer, static_cast<std::size_t>(limit), values.contains("follow"));
      !shown)
    return failed_with(records, shown.error());
  return Exit::good;
}

Options records_options() {
  Options options{.arguments = {{"site", Takes::journal}}};
  options.shown.add_options()("follow,f", "go on with what is recorded from now on, until Ctrl-C")(
      "json", "print a JSON object a line")("lane", po::value<std::string>()->value_name("NAME"),
                                            "only those of this lane")(
      "kind", po::value<std::string>()->value_name("KIND"), "only attempt, passage, device, alarm or change")(
      "since", po::value<std::string>()->value_name("TIME"), "only those not older than this: 90s, 15m, 1h, 7d")(
      "limit", po::value<std::int64_t>()->value_name("N")->default_value(0), "only the last so many; 0: all");
  options.words["kind"] = {"attempt", "passage", "device", "alarm", "change"};
  return options;
}

constexpr std::string_view records_about =
    R"(A line each, the oldest first: attempts with their verdict, passages, devices that came and went, alarms, changes. The
journal is read beside the engine that writes it. A journal may be named in place of the site file.)";

constexpr std::array records_examples{
    Example{"gatepost records --limit 20 site.yaml", "The last 20."},
    Example{"gatepost records -f --kind alarm site.yaml", "Alarms, and those to come."},
    Example{"gatepost records --since 15m --json site.yaml", "For a program."},
};

}  // namespace

const Command records{"records",     "SITE|JOURNAL",   "Print what happened: a line a Record.",
                      records_about, records_examples, records_options,
                      show_records};

}  // namespace gatepost::cli
