#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <deque>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/record_json.hpp>
#include <iostream>

#include "api/records.hpp"
#include "cli/journal_of.hpp"
#include "cli/options.hpp"
#include "cli/record_csv.hpp"
#include "cli/record_text.hpp"
#include "config/readable_part.hpp"

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

enum class Form : std::uint8_t { lines, json, csv };

class Printer {
 public:
  explicit Printer(Form form) : form_(form) {
    if (form_ == Form::csv) std::cout << csv_header();
  }

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
    for (const auto& line : last) std::cout << line;
    std::cout.flush();
    return {};
  }

 private:
  void take(const Record& record, std::deque<std::string>& last, std::size_t limit) const {
    std::string line = text_of(record);
    if (limit == 0) {
      std::cout << line;
      return;
    }
    last.push_back(std::move(line));
    if (last.size() > limit) last.pop_front();
  }

  std::string text_of(const Record& record) const {
    if (form_ == Form::csv) return csv_row(record);
    if (form_ == Form::json) return support::printable_json(boost::json::serialize(support::json_of(record))) + "\n";
    return line_of(record) + "\n";
  }

  Form form_;
};

/// What an option asks for in the words of a request: the same checks as for everybody else.
struct Filter {
  const char* name;
  const char* value;
  const char* what;
};
constexpr std::array filters{
    Filter{"lane", "NAME", "only those of this lane"},
    Filter{"direction", "WAY", "only attempts and passages in this direction: in or out"},
    Filter{"device", "NAME", "only those of this device"},
    Filter{"kind", "KIND", "only attempt, passage, device, alarm or change"},
    Filter{"outcome", "OUTCOME", "only attempts that were answered so: grant, inform or deny"},
    Filter{"since", "TIME",
           "only those not older than this: yesterday, monday, '2 hours ago', 2026-11-24, '08:00', 15m"},
    Filter{"until", "TIME", "only those not younger than this; a day counts to its end"},
};

// The exit code where the options make no sense. Their names are those of the request's fields.
std::optional<int> read_wanted(const po::variables_map& values, api::RecordQuery& wanted) {
  boost::json::object request;
  for (const Filter& filter : filters) {
    if (!values.contains(filter.name)) continue;
    const auto& value = values[filter.name].as<std::string>();
    if (value.empty()) return usage_error(records, std::string("--") + filter.name + " has no value");
    request[filter.name] = value;
  }
  auto query = api::parse_record_query(request, SystemClock().wall());
  if (!query) return usage_error(records, query.error().what);
  wanted = std::move(*query);
  wanted.limit = api::RecordPages::most_at_once;
  return {};
}

// Records may carry a keyed hash of the subject: whoever may read the key may ask by name.
Result<std::vector<std::string>> read_subjects(const std::filesystem::path& place, const std::string& subject) {
  if (is_journal(place)) return std::vector{subject};
  const auto part = config::ReadablePart::read(site_file_of(place));
  if (!part) return part.error();
  const auto journal = part->journal();
  if (!journal) return journal.error();
  return api::subjects_in_records(*journal, subject);
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
  const std::filesystem::path place = values["site"].as<std::string>();
  api::RecordQuery wanted;
  if (auto exit = read_wanted(values, wanted)) return *exit;
  const auto limit = values["limit"].as<std::int64_t>();
  if (limit < 0) return usage_error(records, "--limit takes how many Records to print, or 0 for all");
  if (values.contains("json") && values.contains("csv")) return usage_error(records, "--json and --csv: choose one");
  if (values.contains("follow") && values.contains("until"))
    return usage_error(records, "--follow goes on with what comes; --until ends before it: choose one");
  if (values.contains("subject")) {
    if (values["subject"].as<std::string>().empty()) return usage_error(records, "--subject has no value");
    auto subjects = read_subjects(place, values["subject"].as<std::string>());
    if (!subjects) return failed_with(records, subjects.error());
    wanted.subjects = std::move(*subjects);
  }
  const auto file = journal_of(records, place);
  if (!file) return Exit::usage;
  const Printer printer(values.contains("csv") ? Form::csv : values.contains("json") ? Form::json : Form::lines);
  if (auto shown = show(*file, std::move(wanted), printer, static_cast<std::size_t>(limit), values.contains("follow"));
      !shown)
    return failed_with(records, shown.error());
  return Exit::good;
}

Options records_options() {
  Options options{.arguments = {{"site", Takes::journal}}};
  auto add = options.shown.add_options();
  add("follow,f", "go on with what is recorded from now on, until Ctrl-C");
  add("json", "print a JSON object a line");
  add("csv", "print a table for a spreadsheet, with a header row");
  for (const Filter& filter : filters)
    add(filter.name, po::value<std::string>()->value_name(filter.value), filter.what);
  add("subject", po::value<std::string>()->value_name("WHO"),
      "only those of this subject, as the code has it; where Records have hashes, the site's key is needed");
  add("limit", po::value<std::int64_t>()->value_name("N")->default_value(0), "only the last so many; 0: all");
  options.words["kind"] = {"attempt", "passage", "device", "alarm", "change"};
  options.words["direction"] = {"in", "out"};
  options.words["outcome"] = {"grant", "inform", "deny"};
  options.words["since"] = options.words["until"] = {"today", "yesterday", "monday"};
  return options;
}

constexpr std::string_view records_about =
    R"(A line each, the oldest first: attempts with their verdict, passages, devices that came and went, alarms, changes. The
journal is read beside the engine that writes it. A journal may be named in place of the site file.

Times are those of this machine's zone. TIME is one of: now; 15m, 1h, 7d, '2 hours ago' (s, m, h, d, w); today,
yesterday, a weekday (the last one, or today), or a date as 2026-11-24; each of these days with a time behind it, as 'monday
08:00'; a time alone (today's); or a time as JSON has it, 2026-11-24T08:00:00Z. A day without a time counts whole: --since
means its begin, --until its end.

A table for a spreadsheet has a row for each Record. A cell that a spreadsheet would calculate (it begins with = + - or @)
gets an apostrophe in front.)";

constexpr std::array records_examples{
    Example{"gatepost records --limit 20 site.yaml", "The last 20."},
    Example{"gatepost records -f --kind alarm site.yaml", "Alarms, and those to come."},
    Example{"gatepost records --since 15m --json site.yaml", "For a program."},
    Example{"gatepost records --since monday --until friday --kind attempt --csv site.yaml >week.csv",
            "Attendance of a week, for a spreadsheet."},
    Example{"gatepost records --since 'yesterday 18:00' --subject E000106 north", "When somebody was there."},
};

}  // namespace

const Command records{"records",     "SITE|JOURNAL",   "Print what happened: a line a Record.",
                      records_about, records_examples, records_options,
                      show_records};

}  // namespace gatepost::cli
