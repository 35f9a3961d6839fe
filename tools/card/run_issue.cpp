// `gatepost issue`, as gatepost-card does it.
#include <chrono>
#include <iostream>

#include "card/commands/commands.hpp"
#include "card/issue/issue.hpp"
#include "card/issue/key_file.hpp"
#include "card/issue/register.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

using Values = boost::program_options::variables_map;

std::string text_of(const Values& values, const char* name) {
  return values.contains(name) ? values[name].as<std::string>() : std::string();
}

int make_key(const std::string& file) {
  const auto key = card::make_key_file(file);
  if (!key) return failed_with(issue, key.error());
  const auto pem = key->public_pem();
  if (!pem) return failed_with(issue, pem.error());
  std::cout << *pem;
  std::cerr << "The key is in " << file
            << ". Keep it off the gates, and a copy where it is safe: whoever has it issues passes.\n"
            << "Above is its public key: add it to the file that each gate's signed_pass names as `keys`.\n";
  return Exit::good;
}

int print_public_key(const std::string& file) {
  const auto key = card::read_key_file(file);
  if (!key) return failed_with(issue, key.error());
  const auto pem = key->public_pem();
  if (!pem) return failed_with(issue, pem.error());
  std::cout << *pem;
  return Exit::good;
}

/// What is wrong with how the options go together; empty: nothing.
std::string_view objection_to(const Values& values) {
  const bool many = values.contains("list");
  if (!values.contains("output")) return "say what to write: -o card.png, -o cards.pdf or -o cards/";
  if (!many && !values.contains("subject") && !values.contains("code"))
    return "say who gets a card: --subject TEXT, or --list FILE for many";
  if (values.contains("key") && values.contains("code"))
    return "--code is for cards without a key: leave one of both out";
  if (!values.contains("key") && values.contains("register"))
    return "--register keeps signed passes: give a key with --key, or leave it out";
  for (const char* single : {"subject", "name", "class", "from", "until", "photo", "code"})
    if (many && values.contains(single)) return "--list has a column for it: leave out what is for one card alone";
  for (const auto& [option, words] : issue.options().words)
    if (values.contains(option) && std::ranges::find(words, values[option].as<std::string>()) == words.end())
      return "--paper is one of a4, letter and card, and --format one of png and svg";
  return {};
}

Result<std::vector<card::Holder>> holders_of(const Values& values, WallTime now) {
  if (values.contains("list")) return card::read_holders(text_of(values, "list"), now);
  auto holder = card::holder_of({.subject = text_of(values, "subject"),
                                 .name = text_of(values, "name"),
                                 .group = text_of(values, "class"),
                                 .from = text_of(values, "from"),
                                 .until = text_of(values, "until"),
                                 .photo = text_of(values, "photo"),
                                 .code = text_of(values, "code")},
                                "the card", now);
  if (!holder) return holder.error();
  return std::vector{std::move(*holder)};
}

Result<card::Order> order_of(const Values& values) {
  card::Order order{.issuer = text_of(values, "issuer"),
                    .register_file = text_of(values, "register"),
                    .output = text_of(values, "output")};
  if (text_of(values, "format") == "svg") order.format = card::Format::svg;
  if (text_of(values, "paper") == "letter") order.paper = card::Paper::letter;
  if (text_of(values, "paper") == "card") order.paper = card::Paper::card;
  if (!values.contains("key")) return order;
  auto key = card::read_key_file(text_of(values, "key"));
  if (!key) return key.error();
  order.key = std::move(*key);
  return order;
}

// Without a register nothing else tells which pass is whose.
void tell(const std::vector<card::Handed>& passes, std::size_t cards, const card::Order& order) {
  std::cout << cards << (cards == 1 ? " card in " : " cards in ") << order.output.string() << "\n";
  if (!order.register_file.empty() && cards > 1) return;
  for (const auto& pass : passes) std::cout << "pass " << card::shown_id(pass.id) << " of " << pass.subject << "\n";
}

}  // namespace

int run_issue(const std::vector<std::string>& arguments) {
  Values values;
  if (auto exit = parse(issue, arguments, values)) return *exit;
  for (const char* alone : {"new-key", "public-key"})
    if (values.contains(alone) && values.size() > 1)
      return usage_error(issue, std::string("--") + alone + " stands alone: make the key first, then cards with --key");
  if (values.contains("new-key")) return make_key(text_of(values, "new-key"));
  if (values.contains("public-key")) return print_public_key(text_of(values, "public-key"));
  if (const auto objection = objection_to(values); !objection.empty()) return usage_error(issue, objection);
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const auto order = order_of(values);
  if (!order) return failed_with(issue, order.error());
  const auto holders = holders_of(values, now);
  if (!holders) return failed_with(issue, holders.error());
  const auto passes = card::issue_cards(*holders, *order, now);
  if (!passes) return failed_with(issue, passes.error());
  tell(*passes, holders->size(), *order);
  return Exit::good;
}

}  // namespace gatepost::cli
