// Credentials that a regular expression describes.
#include <re2/re2.h>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/text.hpp>

#include "date.hpp"

namespace {

using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;
namespace support = gatepost::support;

/// RE2's budget for one pattern: the program and its cache of states.
constexpr std::int64_t max_pattern_memory = 1 << 20;

/// Matching costs at most (instructions × payload bytes). The worst pattern found with this many, (?:a?){1000} eight
/// times over, takes 300 ms on 8 KiB, and one \p{L} needs 1,000 of them.
constexpr int max_instructions = 16000;

enum class Encoding : std::uint8_t { utf8, latin1 };
constexpr auto setting_names(Encoding) {
  return std::array{gatepost::Choice{"utf8", Encoding::utf8}, gatepost::Choice{"latin1", Encoding::latin1}};
}

struct Settings {
  std::string match;
  Encoding encoding = Encoding::utf8;
  bool trim = false;
  bool uppercase = false;
  std::string date = "%Y-%m-%d";
  pattern::Zone zone = pattern::Zone::local;
};

std::string_view trimmed(std::string_view text, Encoding encoding) {
  return encoding == Encoding::latin1 ? support::trimmed_latin1(text) : support::trimmed(text);
}

/// What RE2 dislikes, and where in the pattern it stands.
Error bad_pattern(const re2::RE2& expression, const std::string& name) {
  const auto offset = expression.pattern().find(expression.error_arg());
  const bool placed = !expression.error_arg().empty() && offset != std::string::npos;
  return {"the pattern is not right: " + expression.error().substr(0, 200),
          name + ": match" + (placed ? ", character " + std::to_string(offset + 1) : std::string()),
          "mend the pattern; its syntax is RE2's, https://github.com/google/re2/wiki/Syntax"};
}

class Pattern final : public gatepost::CredentialFormat {
 public:
  static Result<std::unique_ptr<Pattern>> make(Settings settings, const gatepost::Instance& instance) {
    auto date = pattern::DateFormat::parse(settings.date, settings.zone);
    if (!date) return Error{date.error().what, instance.name + ": date", date.error().remedy};
    std::unique_ptr<Pattern> format(new Pattern(std::move(settings), *date, instance.name));
    const auto& expression = format->expression_;
    if (!expression.ok()) return bad_pattern(expression, instance.name);
    if (expression.ProgramSize() > max_instructions)
      return Error{"the pattern becomes " + std::to_string(expression.ProgramSize()) + " instructions, and " +
                       std::to_string(max_instructions) + " is the most that is fast on every payload",
                   instance.name + ": match", "use + or * in place of large {n,m}, and fewer \\p{…} classes"};
    if (!expression.NamedCapturingGroups().contains("subject"))
      return Error{"the pattern names no subject", instance.name + ": match",
                   "write (?P<subject>…) around the part that tells one holder from another"};
    return format;
  }

  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    std::string_view payload = reading.payload;
    if (settings_.trim) payload = trimmed(payload, settings_.encoding);
    if (settings_.encoding == Encoding::utf8 && !support::valid_utf8(payload)) return std::optional<Credential>{};

    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(expression_.NumberOfCapturingGroups()) + 1);
    const re2::StringPiece text(payload.data(), payload.size());
    if (!expression_.Match(text, 0, text.size(), re2::RE2::ANCHOR_BOTH, groups.data(), static_cast<int>(groups.size())))
      return std::optional<Credential>{};

    Credential credential;
    for (const auto& [name, number] : expression_.NamedCapturingGroups()) {
      const auto& group = groups[static_cast<std::size_t>(number)];
      if (group.data() == nullptr) continue;  // an optional part that this code does not have
      if (auto put = put_group(credential, name, {group.data(), group.size()}); !put) return put.error();
    }
    if (credential.subject.empty()) return wrong("its subject is empty", "subject");
    if (credential.valid_from && credential.valid_until && *credential.valid_until < *credential.valid_from)
      return wrong("its validity ends before it begins", "valid_until");
    return std::optional(std::move(credential));
  }

 private:
  Pattern(Settings settings, pattern::DateFormat date, std::string name)
      : settings_(std::move(settings)),
        date_(std::move(date)),
        name_(std::move(name)),
        expression_(settings_.match, options(settings_.encoding)) {}

  static re2::RE2::Options options(Encoding encoding) {
    re2::RE2::Options options;
    options.set_encoding(encoding == Encoding::utf8 ? re2::RE2::Options::EncodingUTF8
                                                    : re2::RE2::Options::EncodingLatin1);
    options.set_log_errors(false);
    options.set_max_mem(max_pattern_memory);
    return options;
  }

  Result<void> put_group(Credential& credential, const std::string& name, std::string_view bytes) const {
    if (settings_.trim) bytes = trimmed(bytes, settings_.encoding);
    const bool subject = name == "subject";
    const auto written = settings_.encoding == Encoding::latin1 ? support::utf8_of_latin1(bytes) : std::string(bytes);
    auto text = subject && settings_.uppercase ? support::composed_capitals(written) : support::composed(written);
    if (!text) return wrong("a group cuts a character in two", name);
    if (subject) {
      credential.subject = std::move(*text);
    } else if (name == "valid_from" || name == "valid_until") {
      const auto span = date_.read(*text);
      if (!span) return wrong("its date is no date of the form " + settings_.date, name);
      (name == "valid_from" ? credential.valid_from : credential.valid_until) =
          name == "valid_from" ? span->first : span->last;
    } else {
      credential.attributes.emplace(name, std::move(*text));
    }
    return {};
  }

  /// Never with the payload in it: that may be a personal number.
  Error wrong(std::string what, const std::string& group) const {
    return {"the code matches, but " + std::move(what), name_ + ": " + group,
            "look at the code; where codes like it are right, change the pattern or its date form"};
  }

  Settings settings_;
  pattern::DateFormat date_;
  std::string name_;
  re2::RE2 expression_;
};

constexpr auto table = gatepost::settings(
    gatepost::field("match", &Settings::match,
                    "RE2 pattern of the whole payload; (?P<subject>…) names its holder, (?P<valid_from>…) and "
                    "(?P<valid_until>…) are dates, other named groups become attributes")
        .required(),
    gatepost::field("encoding", &Settings::encoding, "of the payload; what is not valid UTF-8 does not match utf8"),
    gatepost::field(
        "trim", &Settings::trim,
        "ignore what nobody sees around the payload and each group: white space, NUL, BOM, no-break and zero-width "
        "characters"),
    gatepost::field("uppercase", &Settings::uppercase, "a12 and A12 are the same subject, written A12"),
    gatepost::field("date", &Settings::date,
                    "form of the dates: %Y %y (20yy) %m %d, and %H %M %S; other characters stand for themselves"),
    gatepost::field("zone", &Settings::zone, "where the dates are meant: this machine's time zone, or UTC"));

}  // namespace

GATEPOST_CREDENTIAL("pattern", "codes that a regular expression describes", table, Pattern)
