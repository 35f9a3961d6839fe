// Dead letters: what an output refused for good, for a person to look at, have sent again, or drop.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "api/client.hpp"
#include "api/dead_letters.hpp"
#include "cli/journal_of.hpp"
#include "cli/options.hpp"
#include "cli/record_text.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;

constexpr std::size_t rows_at_once = 512;
constexpr std::size_t longest_why = 400;

struct Wish {
  journal::Choice choice;
  std::optional<journal::DeadLetterAction> action{};  ///< none: to see them
  bool json = false;
};

void print(const journal::DeadLetter& letter, bool json) {
  if (json) {
    std::cout << support::printable_json(boost::json::serialize(api::json_of(letter))) << "\n";
    return;
  }
  std::cout << fmt::format("{}  {:>6}  refused {}{}\n        {}\n       {}\n", support::printable(letter.reader, 80),
                           letter.record.id.sequence, time_text(letter.wall), letter.asked ? ", to be sent again" : "",
                           support::printable(letter.why, longest_why), line_of(letter.record));
}

Result<void> list(const std::filesystem::path& file, const Wish& wish) {
  api::DeadLetterQuery query{.choice = wish.choice, .limit = rows_at_once};
  bool any = false;
  while (true) {
    const auto letters = api::read_dead_letters(file, query);
    if (!letters) return letters.error();
    for (const auto& letter : *letters) print(letter, wish.json);
    any = any || !letters->empty();
    if (letters->size() < rows_at_once || !std::cout) break;
    query.after_output = letters->back().reader;
    query.after_sequence = letters->back().record.id.sequence;
  }
  if (!any && !wish.json)
    std::cout << "There are no dead letters" << (wish.choice.reader.empty() ? "." : " there.") << "\n";
  return {};
}

// The engine's own hands, where one runs: it sends them at once.
Result<std::uint64_t> ask(api::Client& engine, const Wish& wish) {
  constexpr std::size_t most_at_once = 1000;  // a request has its bounds
  std::uint64_t sum = 0;
  const auto& sequences = wish.choice.sequences;
  for (std::size_t at = 0; at == 0 || at < sequences.size(); at += most_at_once) {
    const bool resend = *wish.action == journal::DeadLetterAction::resend;
    boost::json::object request{{"do", resend ? "resend_dead_letters" : "drop_dead_letters"}};
    if (!wish.choice.reader.empty()) request["output"] = wish.choice.reader;
    const std::size_t end = std::min(at + most_at_once, sequences.size());
    if (end > at)
      request["sequences"] = boost::json::array(sequences.begin() + static_cast<std::ptrdiff_t>(at),
                                                sequences.begin() + static_cast<std::ptrdiff_t>(end));
    const auto answer = engine.ask(request);
    if (!answer) return answer.error();
    if (const auto* count = answer->if_contains("letters")) sum += count->to_number<std::uint64_t>();
  }
  return sum;
}

Result<std::uint64_t> carry_out(const std::filesystem::path& file, const Wish& wish) {
  if (auto engine = api::Client::connect(file)) return ask(*engine, wish);
  auto box = journal::DeadLetterQueue::open(file);
  if (!box) return box.error();
  return box->does(*wish.action, wish.choice);
}

int report(std::uint64_t count, const Wish& wish) {
  const bool resend = *wish.action == journal::DeadLetterAction::resend;
  if (wish.json) {
    const boost::json::object object{{"done", resend ? "resend" : "drop"}, {"letters", count}};
    std::cout << boost::json::serialize(object) << "\n";
  } else if (count > 0) {
    std::cout << fmt::format("{} {} {}\n", count, count == 1 ? "letter" : "letters",
                             resend ? "will be sent again." : "dropped.");
  }
  if (count > 0 || wish.choice.sequences.empty()) return Exit::good;
  std::cerr << "gatepost dead-letters: there is no such dead letter; gatepost dead-letters SITE lists them\n";
  return Exit::failed;
}

std::optional<std::uint64_t> number_in(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number == 0) return {};
  return number;
}

// What the options ask for; the exit code where they make no sense.
std::optional<int> read_wish(const po::variables_map& values, Wish& wish) {
  wish.json = values.contains("json");
  if (values.contains("output")) wish.choice.reader = values["output"].as<std::string>();
  const bool resend = values.contains("resend"), drop = values.contains("drop"), all = values.contains("all");
  if (resend && drop) return usage_error(dead_letters, "--resend or --drop, not both");
  if (resend || drop) wish.action = resend ? journal::DeadLetterAction::resend : journal::DeadLetterAction::drop;
  if (values.contains("number"))
    for (const auto& text : values["number"].as<std::vector<std::string>>()) {
      const auto number = number_in(text);
      if (!number)
        return usage_error(dead_letters,
                           "'" + text + "' is no dead letter's number; gatepost dead-letters SITE lists them");
      wish.choice.sequences.push_back(*number);
    }
  if (all && !wish.choice.sequences.empty()) return usage_error(dead_letters, "--all, or some numbers, not both");
  if (wish.action && !all && wish.choice.sequences.empty())
    return usage_error(dead_letters, "say which letters by their numbers, or --all");
  return {};
}

int run_dead_letters(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (auto exit = parse(dead_letters, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(dead_letters, "name the site file, or a journal");
  Wish wish;
  if (auto exit = read_wish(values, wish)) return *exit;
  const auto file = journal_of(dead_letters, values["site"].as<std::string>());
  if (!file) return Exit::usage;
  if (!wish.action) {
    auto listed = list(*file, wish);
    return listed ? Exit::good : failed_with(dead_letters, listed.error());
  }
  auto done = carry_out(*file, wish);
  return done ? report(*done, wish) : failed_with(dead_letters, done.error());
}

Options letters_options() {
  Options options{.arguments = {{"site", Takes::journal}, {"number…"}}};
  options.shown.add_options()("output", po::value<std::string>()->value_name("NAME"), "only those of this output")(
      "resend", "have them sent again, in order, before anything new")("drop", "forget them for good")(
      "all", "with --resend or --drop: every one")("json", "print a JSON object a line");
  return options;
}

constexpr std::string_view letters_about =
    R"(A Record that an output refuses for good five times is laid aside as a dead letter, so that the rest goes on. Without
--resend or --drop they are listed, each with its number and the reason. The site must run for them to be sent again.)";

constexpr std::array letters_examples{
    Example{"gatepost dead-letters site.yaml", "All of them."},
    Example{"gatepost dead-letters site.yaml --resend 1204 1207", "Has two of them sent again."},
    Example{"gatepost dead-letters site.yaml --output store --drop --all", "Forgets those of one output."},
};

}  // namespace

const Command dead_letters{"dead-letters",
                           "SITE|JOURNAL [--resend|--drop NUMBER…|--all]",
                           "Show what outputs refused for good; have it sent again, or drop it.",
                           letters_about,
                           letters_examples,
                           letters_options,
                           run_dead_letters};

}  // namespace gatepost::cli
