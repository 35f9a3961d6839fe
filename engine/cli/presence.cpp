// Whether a checkpoint scans in earnest.
#include "api/presence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "cli/answer.hpp"
#include "cli/asked_site.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;
using boost::json::object;

struct Sentence {
  std::string_view word, text;
};
constexpr std::array sentences{
    Sentence{"earnest", "scans in earnest"},
    Sentence{"slow", "scans less than a quarter of what is usual"},
    Sentence{"quiet", "does not scan now, when it usually does"},
    Sentence{"unplugged", "cannot scan: every reader is unplugged"},
    Sentence{"silent", "has not scanned for as long as its Records tell"},
    Sentence{"unknown", "scans, and has no week before to compare with"},
};

void print_presence(const object& answer) {
  const std::string word = text(answer.at("presence"));
  const auto sentence = std::ranges::find(sentences, std::string_view(word), &Sentence::word);
  std::string all = fmt::format("Checkpoint {:.0f} {} {}\n", number(answer.at("checkpoint")),
                                text(answer.at("name"), 200), sentence == sentences.end() ? word : sentence->text);
  all += fmt::format("  last scan {}; {:.0f} in the last 24 hours", minute_of(answer.at("last_scan")),
                     number(answer.at("scans")));
  all += answer.at("usual").is_null() ? "\n" : fmt::format(", usual are {:.0f}\n", number(answer.at("usual")));
  for (const auto& gap : answer.at("gaps").as_array())
    all += fmt::format("  none from {} to {}, usual are {:.0f}\n", minute_of(gap.at("from")),
                       minute_of(gap.at("until")), number(gap.at("usual")));
  for (const auto& device : answer.at("down").as_array())
    all += fmt::format("  {} is unplugged since {}\n", text(device.at("device")), minute_of(device.at("since")));
  std::cout << all;
}

int show_presence(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (auto exit = parse(presence, arguments, values)) return *exit;
  const auto site = asked_site(presence, values);
  if (!site) return Exit::usage;
  const auto answer = api::answer_presence(site->checkpoint, site->journal.file, SystemClock().wall());
  if (!answer) return failed_with(presence, answer.error());
  if (values.contains("json"))
    std::cout << support::printable_json(boost::json::serialize(*answer)) << "\n";
  else
    print_presence(*answer);
  return Exit::good;
}

Options presence_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("json", "print one JSON object");
  return options;
}

constexpr std::string_view presence_about =
    R"(When it scanned last, how many scans the last 24 hours had beside what is usual, in which times it did not scan though it
usually does, and which readers are unplugged. Usual is the median of the same hours of the last four weeks, as far as the
journal goes back. A scan is a code at a reader, whatever came of it.

It reads the Records alone, and answers while no engine runs. SITE may be a checkpoint's code.)";

constexpr std::array presence_examples{
    Example{"gatepost presence 4017", "Of the checkpoint with this code."},
    Example{"gatepost presence --json north", "For a program."},
};

}  // namespace

const Command presence{"presence",     "[SITE|CODE] [--json]", "Tell whether a checkpoint scans in earnest.",
                       presence_about, presence_examples,      presence_options,
                       show_presence};

}  // namespace gatepost::cli
