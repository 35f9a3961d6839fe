// What would happen if a code were shown at a lane now: asked of the engine that runs, or worked out from the site
// file.
#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "api/client.hpp"
#include "api/lookup.hpp"
#include "cli/answer.hpp"
#include "cli/journal_of.hpp"
#include "cli/machine_sites.hpp"
#include "cli/open_site.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;
using boost::json::object;

constexpr std::size_t longest_remark = 400;

std::string remark(const object& from, std::string_view key) { return text(from, key, longest_remark); }

std::string credential_line(const boost::json::value& given) {
  if (!given.is_object()) return "  no credential: none of the lane's formats knows this code\n";
  const object& credential = given.get_object();
  const std::string subject = remark(credential, "subject");
  std::string line = "  credential  " + remark(credential, "scheme");
  if (!subject.empty()) line += ", subject " + subject;
  line += credential.at("verified") == true ? ", verified" : ", not verified";
  if (const auto how = remark(credential, "how"); !how.empty()) line += " by " + how;
  for (const char* date : {"valid_from", "valid_until"})
    if (const auto time = remark(credential, date); !time.empty()) line += fmt::format(", {} {}", date, time);
  return line + "\n";
}

std::string policy_line(const object& policy) {
  std::string line = "  policy " + remark(policy, "name") + ": ";
  if (policy.at("asked") != true) return line + "not asked any more\n";
  if (const auto error = remark(policy, "error"); !error.empty()) return line + "failed: " + error + "\n";
  line += remark(policy, "outcome") + ", " + remark(policy, "reason");
  for (const auto& [key, fact] : policy.at("facts").as_object())
    line += fmt::format(", {}: {}", support::printable(key, longest_remark), text(fact, longest_remark));
  return line + "\n";
}

void print_lookup(const object& answer) {
  std::string all = fmt::format("{} {}: {}, {} ({})\n", remark(answer, "lane"), remark(answer, "direction"),
                                remark(answer, "outcome"), remark(answer, "reason"), remark(answer, "text"));
  all += "  decided by " + remark(answer, "decided_by");
  if (const auto note = remark(answer, "note"); !note.empty()) all += ": " + note;
  all += "\n" + credential_line(answer.at("credential"));
  for (const auto& format : answer.at("formats").as_array())
    if (const auto error = remark(format.as_object(), "error"); !error.empty())
      all += "  format " + remark(format.as_object(), "name") + ": " + error + "\n";
  for (const auto& policy : answer.at("policies").as_array()) all += policy_line(policy.as_object());
  if (const auto gate = remark(answer, "gate"); !gate.empty()) all += "  gate  " + gate + "\n";
  const bool running = answer.at("running") == true;
  all += running ? "Asked of the engine that runs.\n"
                 : "No engine runs: worked out from the site file; a gate is taken to be at rest.\n";
  std::cout << all << "Nothing was recorded, and nothing moved.\n";
}

Result<object> ask(const std::filesystem::path& journal, const std::filesystem::path& file, const object& request,
                   std::optional<Exit>& bad_site) {
  if (auto engine = api::Client::connect(journal)) return engine->ask(request);
  const auto opened = open_site(file);
  if (!opened) return bad_site = Exit::usage, Error{};
  return api::answer_lookup(opened->site, SystemClock(), request);
}

int look_up(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (auto exit = parse(lookup, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(lookup, "name the site and the code");
  const bool has_both = values.contains("code");
  const auto place = has_both ? Result<std::filesystem::path>(values["site"].as<std::string>()) : only_site();
  if (!place) return failed_with(lookup, place.error()), Exit::usage;
  if (is_journal(*place)) return usage_error(lookup, "a journal has no lanes: name the site file");
  object request{{"do", "lookup"}, {"code", values[has_both ? "code" : "site"].as<std::string>()}};
  for (const char* option : {"lane", "direction", "symbology"})
    if (values.contains(option)) request[option] = values[option].as<std::string>();
  const auto journal = journal_of(lookup, *place);
  if (!journal) return Exit::usage;
  std::optional<Exit> bad_site;
  const auto answer = ask(*journal, site_file_of(*place), request, bad_site);
  if (bad_site) return *bad_site;
  if (!answer) return failed_with(lookup, answer.error());
  if (values.contains("json"))
    std::cout << support::printable_json(boost::json::serialize(*answer)) << "\n";
  else
    print_lookup(*answer);
  return Exit::good;
}

Options lookup_options() {
  Options options{.arguments = {{"site", Takes::site}, {"code", Takes::text}}};
  auto add = options.shown.add_options();
  add("lane", po::value<std::string>()->value_name("NAME"), "at this lane; needed where the site has several");
  add("direction", po::value<std::string>()->value_name("WAY"),
      "in or out; unless told, that of the lane's first input");
  add("symbology", po::value<std::string>()->value_name("AIM"),
      "as a scanner of this kind of code tells it: ]Q1 is a QR code, ]C1 Code 128");
  add("json", "print one JSON object");
  options.words["direction"] = {"in", "out"};
  return options;
}

constexpr std::string_view lookup_about =
    R"(Who it would be, what each policy says of it now, and whose word decides. It is not recorded and not counted, no gate is
told anything, and no policy learns of it. Where the site runs, its engine is asked, by what its policies know at this
moment; else the answer is worked out from the site file and the journal, and a gate is taken to be at rest. The same card
again within repeat_within would be the same attempt; here it is a new one.

A subject, and what lists say of it, is shown as far as the site's Records keep it (journal: subjects). A machine with one
site in /etc/gatepost needs no SITE.)";

constexpr std::array lookup_examples{
    Example{"gatepost lookup north E000106", "Would this card pass at north's only lane?"},
    Example{"gatepost lookup --lane exit --direction out --json site.yaml E000106", "For a program, at the lane exit."},
};

}  // namespace

const Command lookup{"lookup",
                     "[SITE] CODE [--lane NAME] [--direction in|out] [--json]",
                     "Tell what would happen if a code were shown now, and why.",
                     lookup_about,
                     lookup_examples,
                     lookup_options,
                     look_up};

}  // namespace gatepost::cli
