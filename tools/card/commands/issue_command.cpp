#include <array>

#include "card/commands/commands.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

Options issue_options() {
  const auto value = [](const char* name) { return boost::program_options::value<std::string>()->value_name(name); };
  Options options{.words = {{"paper", {"a4", "letter", "card"}}, {"format", {"png", "svg"}}}};
  auto add = options.shown.add_options();
  add("new-key", value("FILE"), "make a key, write it there, and print its public key");
  add("public-key", value("FILE"), "print the public key of this key");
  add("key", value("FILE"), "sign passes with this key; without it the code itself is printed");
  add("subject", value("TEXT"), "who gets the card, as the site's lists know them");
  add("name", value("TEXT"), "the name, printed and told at the gate");
  add("class", value("TEXT"), "what its holder is: staff, visitor");
  add("from", value("TIME"), "when it begins to be valid: 2026-11-23 or 2026-11-23 18:30");
  add("until", value("TIME"), "when it ends; a day counts whole");
  add("photo", value("FILE"), "a PNG, JPEG or WebP picture");
  add("code", value("TEXT"), "without a key: what the QR code holds, where that is not the subject");
  add("list", value("FILE"), "a CSV file with a line for each card: subject, name, class, from, until, photo, code");
  add("issuer", value("TEXT"), "who gives the cards out: their title, and the issuer of passes");
  add("register", value("FILE"), "keep there which pass was issued to whom, for gatepost revoke");
  add("output,o", value("FILE"), "what to write: a .png, .svg or .pdf file, or a folder with a slash at its end");
  add("paper", value("SIZE"), "of a .pdf: a4 (unless said), letter, or card: one a page for a printer of cards");
  add("format", value("KIND"), "of the pictures in a folder: png (unless said) or svg");
  return options;
}

constexpr std::string_view issue_about =
    R"(With a key each card holds a pass that the plugin signed_pass verifies without a network. Make the key once with --new-key,
keep it off the gates, and give each gate the public key that this prints. Without a key the card shows a personal code as it
is, for sites that know people by a list.

All cards of a list are made, or none: the first line that is wrong is told. Cards are 85.60 x 53.98 mm; print a .pdf at 100 %.
What a pass says cannot be changed later: revoke it, and issue another.)";

constexpr std::array issue_examples{
    Example{"gatepost issue --new-key gate.key >> keys.pem", "A key, and its public half for the gates."},
    Example{
        "gatepost issue --key gate.key --subject V-0017 --class visitor --until 2026-12-31 --register issued.csv -o "
        "card.png",
        "A visitor's pass as a picture."},
    Example{"gatepost issue --key gate.key --list people.csv --register issued.csv -o cards.pdf",
            "Passes for all people of a list, ten a page."},
    Example{"gatepost issue --list people.csv -o cards/", "Personal cards, a picture each."},
};

}  // namespace

const Command issue{"issue",
                    "[--key FILE] (--subject TEXT … | --list FILE) -o FILE | --new-key FILE | --public-key FILE",
                    "Make signed passes and personal cards.",
                    issue_about,
                    issue_examples,
                    issue_options,
                    run_issue};

}  // namespace gatepost::cli
