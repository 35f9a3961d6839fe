// Who is inside now: for an evacuation, on paper.
#include "api/inside.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "api/client.hpp"
#include "api/person_facts.hpp"
#include "cli/answer.hpp"
#include "cli/asked_site.hpp"
#include "cli/open_site.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;
using boost::json::object;

std::string shown_facts(const object& person) {
  std::string all;
  const auto* facts = person.if_contains("facts");
  if (facts == nullptr) return all;
  for (const auto& [key, fact] : facts->as_object()) all += "  " + text(fact, 60);
  return all;
}

void print_people(const object& answer) {
  double all = 0;
  for (const auto& zone : answer.at("zones").as_array()) all += number(zone.at("count"));
  std::cout << fmt::format("{} ({:.0f}), {}: {:.0f} inside\nwho came since {} and has not left\n",
                           text(answer.at("name"), 200), number(answer.at("checkpoint")), minute_of(answer.at("time")),
                           all, minute_of(answer.at("since")));
  for (const auto& zone : answer.at("zones").as_array()) {
    const std::string name = text(zone.at("zone"));
    std::cout << fmt::format("\n{}: {:.0f}\n", name.empty() ? "the site" : name, number(zone.at("count")));
    for (const auto& person : zone.at("people").as_array())
      std::cout << fmt::format("  [ ] {}{}  since {}\n", text(person.at("subject"), 64),
                               shown_facts(person.as_object()), minute_of(person.at("since")));
  }
}

// The engine knows what its policies say; without one they are built from the site file, or nobody's name is told.
Result<object> ask(const AskedSite& site, const object& request) {
  if (auto engine = api::Client::connect(site.journal.file)) return engine->ask(request);
  const SystemClock clock;
  const auto opened = open_site(site.file);
  if (!opened) return api::answer_inside(site.checkpoint, site.journal, clock.wall(), request, {});
  return api::answer_inside(site.checkpoint, site.journal, clock.wall(), request, api::facts_by(opened->site, clock));
}

int show_inside(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (auto exit = parse(inside, arguments, values)) return *exit;
  const auto site = asked_site(inside, values);
  if (!site) return Exit::usage;
  object request{{"do", "inside"}};
  for (const char* option : {"zone", "within"})
    if (values.contains(option)) request[option] = values[option].as<std::string>();
  const auto answer = ask(*site, request);
  if (!answer) return failed_with(inside, answer.error());
  if (values.contains("json"))
    std::cout << support::printable_json(boost::json::serialize(*answer)) << "\n";
  else
    print_people(*answer);
  return Exit::good;
}

Options inside_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  auto add = options.shown.add_options();
  add("zone", po::value<std::string>()->value_name("NAME"), "of this zone alone");
  add("within", po::value<std::string>()->value_name("TIME"),
      "only those who came since then: 'monday', '2 hours ago'; unless said, the last 24 hours");
  add("json", "print one JSON object");
  return options;
}

constexpr std::string_view inside_about =
    R"(Whoever was let in at a lane and has not been let out since, by zone: a lane's `zone` in the site file. Who was let in and did
not go through, as the passage sensor tells, is not inside. Each line has a box to tick, for paper. Names come from the
site's lists, where its Records keep subjects as they are.

It reads the Records alone, and answers while no engine runs. SITE may be a checkpoint's code.)";

constexpr std::array inside_examples{
    Example{"gatepost inside north | lp", "On paper, for an evacuation."},
    Example{"gatepost inside 4017 --zone yard --within 'today'", "Who came into the yard today."},
};

}  // namespace

const Command inside{"inside",
                     "[SITE|CODE] [--zone NAME] [--within TIME] [--json]",
                     "List who is inside now, by zone.",
                     inside_about,
                     inside_examples,
                     inside_options,
                     show_inside};

}  // namespace gatepost::cli
