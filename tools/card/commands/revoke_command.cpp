#include <array>

#include "card/commands/commands.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

Options revoke_options() {
  const auto value = [](const char* name) { return boost::program_options::value<std::string>()->value_name(name); };
  Options options{.arguments = {{"id…"}}};
  auto add = options.shown.add_options();
  add("list", value("FILE"), "the list of revoked passes: what signed_pass has as its setting revoked");
  add("register", value("FILE"), "where gatepost issue has kept which pass was issued to whom");
  add("subject", value("TEXT"), "revoke every pass of this subject in the register");
  add("with-subject", "write the subject into the list, too, for people who read it");
  return options;
}

constexpr std::string_view revoke_about =
    R"(Puts passes on the list of those that count no more, each once, with the day. Gates that have the list refuse them from then
on: a running engine reads it by itself. A pass is named by its id, 16 hexadecimal digits that gatepost issue prints and a
Record has as `pass`, or by its subject where a register was kept.

The list is replaced as a whole: no gate ever reads a part of it. It is made where it is not there. A list that a gate would
not take is left as it is.)";

constexpr std::array revoke_examples{
    Example{"gatepost revoke --list revoked.txt 0102fe6964007a7a", "One pass."},
    Example{"gatepost revoke --list revoked.txt --register issued.csv --subject V-0017", "All passes of a visitor."},
};

}  // namespace

const Command revoke{"revoke",
                     "--list FILE (ID… | --register FILE --subject TEXT [--with-subject])",
                     "Make passes count no more.",
                     revoke_about,
                     revoke_examples,
                     revoke_options,
                     run_revoke};

}  // namespace gatepost::cli
