#include "trial/example.hpp"

#include <algorithm>
#include <cstdlib>

namespace gatepost::lab {
namespace {

class Writer {
 public:
  Writer(std::string_view pattern, const std::optional<std::string>& subject) : rest_(pattern), subject_(subject) {}

  std::optional<std::string> write() {
    auto text = choice();
    if (!rest_.empty() || failed_) return {};
    return text;
  }

 private:
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  char pull() {
    if (rest_.empty()) {
      failed_ = true;
      return 'x';
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  // The first of what | parts; the others are read and left out.
  std::string choice() {
    std::string first = sequence();
    while (take("|")) sequence();
    return first;
  }

  std::string sequence() {
    std::string text;
    while (!rest_.empty() && !next_is('|') && !next_is(')') && !failed_) {
      const auto one = atom();
      for (int i = times(); i > 0; --i) text += one;
    }
    return text;
  }

  std::string atom() {
    if (take("(")) return group();
    if (take("[")) return one_of();
    if (take("^") || take("$")) return {};
    if (take(".")) return "x";
    if (take("\\")) return escaped();
    return {pull()};
  }

  std::string group() {
    bool is_subject = false;
    if (take("?P<")) {
      const auto name = rest_.substr(0, rest_.find('>'));
      is_subject = name == "subject";
      rest_.remove_prefix(std::min(name.size() + 1, rest_.size()));
    } else if (take("?")) {  // flags: (?i), (?:…)
      while (!rest_.empty() && !next_is(':') && !next_is(')')) pull();
      take(":");
    }
    std::string text = choice();
    if (!take(")")) failed_ = true;
    return is_subject && subject_ ? *subject_ : text;
  }

  std::string one_of() {
    if (next_is('^')) failed_ = true;  // what is not in it would have to be guessed
    std::string first = take("\\") ? escaped() : std::string{pull()};
    while (!next_is(']') && !failed_) {
      take("\\");
      pull();
    }
    take("]");
    return first;
  }

  std::string escaped() {
    const char c = pull();
    if (c == 'd') return "0";
    if (c == 'w') return "a";
    if (c == 's') return " ";
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) failed_ = true;
    return {c};
  }

  int times() {
    int count = 1;
    if (take("?") || take("*"))
      count = 0;
    else if (take("{"))
      count = counted();
    else
      take("+");
    take("?");  // how greedy it is does not matter
    return count;
  }

  int counted() {
    constexpr int most = 1000;
    const int least = std::atoi(std::string(rest_.substr(0, 8)).c_str());
    while (!rest_.empty() && !next_is('}')) pull();
    if (!take("}")) failed_ = true;
    return std::min(least, most);
  }

  std::string_view rest_;
  const std::optional<std::string>& subject_;
  bool failed_ = false;
};

}  // namespace

std::optional<std::string> example_of(std::string_view pattern, const std::optional<std::string>& subject) {
  return Writer(pattern, subject).write();
}

}  // namespace gatepost::lab
