// Erasing a person from a site's Records.
#include <fmt/format.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "api/client.hpp"
#include "api/erase.hpp"
#include "api/records.hpp"
#include "cli/asked_site.hpp"
#include "cli/options.hpp"
#include "cli/record_text.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;

std::string records_text(std::uint64_t count) { return fmt::format("{} {}", count, count == 1 ? "Record" : "Records"); }

void print_in_chain(std::uint64_t count, WallTime newest) {
  if (count == 0) return;
  std::cout << fmt::format(
      "{} of an older version {} the subject in what is chained: it leaves with age alone, the "
      "last of {}\n",
      records_text(count), count == 1 ? "has" : "have", time_text(newest));
}

void print_set_aside(const std::vector<std::filesystem::path>& files) {
  for (const auto& file : files)
    std::cout << "set aside, may hold more, and is not touched: " << support::printable(file.string(), 400) << "\n";
}

void print_found(const api::PersonFound& found) {
  std::cout << fmt::format("{} can be erased: that somebody was let in or denied stays, who it was does not\n",
                           records_text(found.records));
  print_in_chain(found.in_chain, found.newest_in_chain);
  print_set_aside(found.set_aside);
  if (found.is_inside)
    std::cout
        << "by these Records they are inside now: once they are erased the site's rules, and gatepost inside, know "
           "nothing of that\n";
  if (found.records > 0)
    std::cout << "Nothing was erased: add " << (found.is_inside ? "--although-inside and " : "") << "--yes.\n";
}

struct Wish {
  std::string subject{};
  bool is_sure = false, although_inside = false, json = false;
};

Result<boost::json::object> carry_out(const AskedSite& site, const std::vector<std::string>& subjects,
                                      const Wish& wish) {
  if (auto engine = api::Client::connect(site.journal.file))
    return engine->ask({{"do", "erase"}, {"subject", wish.subject}});
  const auto erased = api::erase_without_engine(site.checkpoint, site.journal, subjects);
  if (!erased) return erased.error();
  return api::json_of(*erased);
}

void print_done(const boost::json::object& answer, const api::PersonFound& found) {
  std::cout << fmt::format("{} erased; outputs learn of it from the Records that tell so\n",
                           records_text(answer.at("records").to_number<std::uint64_t>()));
  print_in_chain(found.in_chain, found.newest_in_chain);
  print_set_aside(found.set_aside);
  if (answer.at("is_in_wal").as_bool())
    std::cout << "a program reads the journal: old pages stay in its -wal until that one is done and the engine has "
                 "written on\n";
}

int erase_person(const AskedSite& site, const Wish& wish) {
  const auto subjects = api::subjects_in_records(site.journal, wish.subject);
  if (!subjects) return failed_with(erase, subjects.error());
  const auto found = api::look_for_person(site.journal.file, *subjects);
  if (!found) return failed_with(erase, found.error());
  if (!wish.is_sure || (found->is_inside && !wish.although_inside)) {
    if (!wish.json) print_found(*found);
    if (!wish.is_sure) return Exit::good;
    return failed_with(
        erase, {"they are inside now, by these Records", wish.subject, "let them out first, or add --although-inside"});
  }
  const auto answer = carry_out(site, *subjects, wish);
  if (!answer) return failed_with(erase, answer.error());
  if (wish.json)
    std::cout << support::printable_json(boost::json::serialize(*answer)) << "\n";
  else
    print_done(*answer, *found);
  return Exit::good;
}

int run_erase(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (auto exit = parse(erase, arguments, values)) return *exit;
  Wish wish{.is_sure = values.contains("yes"),
            .although_inside = values.contains("although-inside"),
            .json = values.contains("json")};
  if (values.contains("subject")) wish.subject = values["subject"].as<std::string>();
  if (wish.subject.empty()) return usage_error(erase, "say whom by --subject, as the code has it");
  if (wish.json && !wish.is_sure) return usage_error(erase, "--json tells what was erased: add --yes");
  const auto site = asked_site(erase, values);
  return site ? erase_person(*site, wish) : Exit::usage;
}

Options erase_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("subject", po::value<std::string>()->value_name("WHO"),
                              "whom, as the code has it; where Records have hashes, the site's key is needed")(
      "yes", "erase; without it, tell what would be erased")(
      "although-inside", "also where they are inside now, by these Records")("json", "print one JSON object");
  return options;
}

constexpr std::string_view erase_about =
    R"(Takes a person out of a site's Records, and out of dead letters: subject, attributes and the like. That there was an
attempt, when, where and what came of it stays, so counts stay right, and gatepost verify finds the chain whole: it holds
a salted hash of each personal field, and the salt is erased too. A Record tells which Records were erased, and outputs
erase theirs by it; what a receiver does with it elsewhere is its own matter.

Journals that were set aside, and copies, are not touched; they are named. Lists of people are files of yours. It works
beside a running engine and without one.)";

constexpr std::array erase_examples{
    Example{"gatepost erase north --subject E000106", "What there is of somebody."},
    Example{"gatepost erase north --subject E000106 --yes", "Erased."},
};

}  // namespace

const Command erase{"erase",
                    "[SITE|CODE] --subject WHO [--yes]",
                    "Erase a person from Records, and leave their chain whole.",
                    erase_about,
                    erase_examples,
                    erase_options,
                    run_erase};

}  // namespace gatepost::cli
