// What an inspector on the street asks of a code, or of a picture of one.
#include "api/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gatepost/support/base64.hpp>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <iostream>
#include <system_error>

#include "api/client.hpp"
#include "cli/answer.hpp"
#include "cli/asked_site.hpp"
#include "cli/open_site.hpp"
#include "cli/options.hpp"
#include "cli/picture.hpp"
#include "cli/record_text.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;
using boost::json::object;

constexpr std::size_t longest_part = 400;

/// The code, and how a camera or a scanner tells its kind.
struct Shown {
  std::string code, symbology;
};

// A picture is one that is there and begins like one; everything else is the code itself.
Result<Shown> shown_by(const std::string& word) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(word, ignored)) return Shown{word, {}};
  const auto pictures = PictureReader::load();
  if (!pictures) return pictures.error();
  const Picture picture = pictures->read(word);
  if (!picture.readings) return picture.readings.error();
  if (picture.readings->size() != 1)
    return Error{std::to_string(picture.readings->size()) + " codes are in this picture", word,
                 "take one of a single code, near and sharp"};
  const Reading& reading = picture.readings->front();
  if (reading.damage != Damage::none)
    return Error{"the code in this picture is damaged: " + reading.damage_detail, word, "take another picture"};
  return Shown{reading.payload, reading.symbology};
}

std::string part_of(const object& from, std::string_view key) { return text(from, key, longest_part); }

std::string holder_of(const object& lookup) {
  const auto* credential = lookup.at("credential").if_object();
  if (credential == nullptr) return {};
  std::string all = "  " + part_of(*credential, "scheme");
  if (const auto subject = part_of(*credential, "subject"); !subject.empty()) all += ", " + subject;
  all += credential->at("verified") == true ? ", proved genuine" : ", not proved genuine";
  if (const auto how = part_of(*credential, "how"); !how.empty()) all += " (" + how + ")";
  all += "\n";
  if (const auto* attributes = credential->if_contains("attributes"))
    for (const auto& [name, value] : attributes->as_object())
      all += fmt::format("    {}: {}\n", support::printable(name, 40), text(value, 120));
  return all;
}

std::string rules_of(const object& lookup) {
  std::string all = fmt::format("  at lane {} {}: {}, {} ({})\n", part_of(lookup, "lane"), part_of(lookup, "direction"),
                                part_of(lookup, "outcome"), part_of(lookup, "text"), part_of(lookup, "decided_by"));
  if (const auto note = part_of(lookup, "note"); !note.empty()) all += "    " + note + "\n";
  for (const auto& policy : lookup.at("policies").as_array()) {
    const object& one = policy.as_object();
    if (one.at("asked") != true) continue;
    all += fmt::format("    {}: {} {}\n", part_of(one, "name"), part_of(one, "outcome"), part_of(one, "reason"));
    if (const auto* facts = one.if_contains("facts"))
      for (const auto& [key, fact] : facts->as_object())
        all += fmt::format("      {}: {}\n", support::printable(key, 40), text(fact, 120));
  }
  return all;
}

std::string attempts_of(const boost::json::array& recent) {
  if (recent.empty()) return {};
  std::string all = "  last attempts of a week:\n";
  for (const auto& one : recent) {
    const object& attempt = one.as_object();
    const auto wall = support::parse_rfc3339(part_of(attempt, "time"));
    all += fmt::format("    {}  {} {}  {} {}\n", wall ? time_text(*wall).substr(0, 19) : "", part_of(attempt, "lane"),
                       part_of(attempt, "direction"), part_of(attempt, "outcome"), part_of(attempt, "reason"));
  }
  return all;
}

void print_inspection(const object& answer) {
  const object& lookup = answer.at("lookup").as_object();
  std::string all = fmt::format("{} ({:.0f}): {}\n", text(answer.at("name"), 200), number(answer.at("checkpoint")),
                                part_of(answer, "standing_text"));
  if (const auto help = part_of(answer, "how_to_get"); !help.empty()) all += "  " + help + "\n";
  std::cout << all << holder_of(lookup) << rules_of(lookup) << attempts_of(answer.at("recent").as_array())
            << "Nothing was recorded, and nothing moved.\n";
}

Result<object> ask(const AskedSite& site, const object& request, std::optional<Exit>& bad_site) {
  if (auto engine = api::Client::connect(site.journal.file)) return engine->ask(request);
  const auto opened = open_site(site.file);
  if (!opened) return bad_site = Exit::usage, Error{};
  return api::answer_inspect(opened->site, SystemClock(), request);
}

bool is_text(std::string_view code) {
  return std::ranges::all_of(code, [](char c) { return static_cast<signed char>(c) > 0; });
}

int inspect_code(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (auto exit = parse(inspect, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(inspect, "name the site, and the code or a picture of it");
  const std::string word = values[values.contains("code") ? "code" : "site"].as<std::string>();
  if (!values.contains("code")) values.erase("site");
  const auto site = asked_site(inspect, values);
  if (!site) return Exit::usage;
  const auto shown = shown_by(word);
  if (!shown) return failed_with(inspect, shown.error());
  object request{{"do", "inspect"}, {"symbology", shown->symbology}};
  if (is_text(shown->code))
    request["code"] = shown->code;
  else
    request["bytes"] = support::base64_encode(shown->code);
  if (values.contains("lane")) request["lane"] = values["lane"].as<std::string>();
  std::optional<Exit> bad_site;
  const auto answer = ask(*site, request, bad_site);
  if (bad_site) return *bad_site;
  if (!answer) return failed_with(inspect, answer.error());
  if (values.contains("json"))
    std::cout << support::printable_json(boost::json::serialize(*answer)) << "\n";
  else
    print_inspection(*answer);
  return Exit::good;
}

Options inspect_options() {
  Options options{.arguments = {{"site", Takes::site}, {"code", Takes::picture}}};
  auto add = options.shown.add_options();
  add("lane", po::value<std::string>()->value_name("NAME"), "by the rules of this lane; unless said, of the first");
  add("json", "print one JSON object");
  return options;
}

constexpr std::string_view inspect_about =
    R"(Whether the code exists (known here, unknown, withdrawn, no longer valid, forged, or no person's code at all), whose it is as
far as the site's Records may say, what policy applies and why, and its holder's last attempts. A PNG, JPEG or WebP picture
of one code does in place of the code. Where a code is not known, the site's `how_to_get` tells what to do.

Nothing is recorded and nothing counted. Where the site runs, its engine is asked. A machine with one site in /etc/gatepost
needs no SITE, which may be a checkpoint's code.)";

constexpr std::array inspect_examples{
    Example{"gatepost inspect north 'GP1:6BF…'", "What is this code?"},
    Example{"gatepost inspect 4017 card.jpg", "The same by a photograph."},
};

}  // namespace

const Command inspect{"inspect",
                      "[SITE|CODE] PAYLOAD|IMAGE [--lane NAME] [--json]",
                      "Tell an inspector what a code is, and what applies to it.",
                      inspect_about,
                      inspect_examples,
                      inspect_options,
                      inspect_code};

}  // namespace gatepost::cli
