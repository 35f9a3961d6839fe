#include "journal/verify.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "cli/journal_of.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

void print_json(const journal::Proof& proof, const std::filesystem::path& file) {
  boost::json::object answer{{"journal", file.string()},    {"whole", !proof.broken.has_value()},
                             {"site", proof.identity.site}, {"epoch", proof.identity.epoch},
                             {"first", proof.first},        {"last", proof.last},
                             {"proved", proof.proved},      {"broken", nullptr}};
  if (proof.broken)
    answer["broken"] = boost::json::object{{"sequence", proof.broken->sequence}, {"what", proof.broken->what}};
  std::cout << support::printable_json(boost::json::serialize(answer)) << "\n";
}

void print_text(const journal::Proof& proof, const std::filesystem::path& file) {
  std::cout << file.string() << ": checkpoint " << proof.identity.site << ", epoch " << proof.identity.epoch << ": ";
  if (proof.broken && proof.broken->sequence == 0)
    std::cout << "not to be gone on with: it " << proof.broken->what << "\n";
  else if (proof.broken)
    std::cout << "broken: Record " << proof.broken->sequence << " " << proof.broken->what << "; " << proof.proved
              << " before it are whole\n";
  else if (proof.proved == 0)
    std::cout << "whole, and empty\n";
  else
    std::cout << "whole: " << proof.proved << " Records, " << proof.first << " to " << proof.last << "\n";
}

int verify_journal(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(verify, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(verify, "name the site file, or a journal");
  const auto file = journal_of(verify, values["site"].as<std::string>());
  if (!file) return Exit::usage;
  const auto proof = journal::verify(*file, journal::real_disk(), journal::marks_folder());
  if (!proof) return failed_with(verify, proof.error());
  if (values.contains("json"))
    print_json(*proof, *file);
  else
    print_text(*proof, *file);
  return proof->broken ? Exit::failed : Exit::good;
}

Options verify_options() {
  Options options{.arguments = {{"site", Takes::journal}}};
  options.shown.add_options()("json",
                              "print one JSON object: journal, whole, site, epoch, first, last, proved, broken");
  return options;
}

constexpr std::string_view verify_about =
    R"(Each Record carries the hash of the one before. What is found: a Record that was changed, moved, put in or taken out
by accident or by somebody who did not make the rest fit; and an end that is gone, or a journal that was put back from a
copy, as far as the marks of what was promised (FILE.head, and one in the cache folder of the user that runs gatepost)
and the places of outputs tell. What is not found: a chain that was written anew by somebody who may write these files.
The proof against that is what outputs hold. An engine's start judges by the same rules, over the newest Records. Leaves
with 1 where the journal is not whole. A journal may be named in place of the site file.)";

constexpr std::array verify_examples{
    Example{"gatepost verify site.yaml", "How many Records are whole, or which is not."},
};

}  // namespace

const Command verify{"verify",      "SITE|JOURNAL",  "Prove a journal whole, or name the first broken Record.",
                     verify_about,  verify_examples, verify_options,
                     verify_journal};

}  // namespace gatepost::cli
