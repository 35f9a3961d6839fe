// Credentials that a regular expression describes.
#include <re2/re2.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

#include <gatepost/descriptor.hpp>

#include "date.hpp"

namespace {

using gatepost::Credential;
using gatepost::Error;
using gatepost::Result;

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

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    // Its own length rule reads past an embedded NUL only when the length is given.
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (length <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

std::string utf8_of_latin1(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x80) {
      text += byte;
    } else {
      text += static_cast<char>(0xC0 | (value >> 6));
      text += static_cast<char>(0x80 | (value & 0x3F));
    }
  }
  return text;
}

utf8proc_int32_t upper(utf8proc_int32_t point, void*) { return utf8proc_toupper(point); }

/// Unicode's composed form (NFC), in which equal text is equal bytes; nothing when `text` is no UTF-8.
std::optional<std::string> composed(std::string_view text, bool uppercase) {
  utf8proc_uint8_t* result = nullptr;
  const auto length = utf8proc_map_custom(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &result,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE), uppercase ? upper : nullptr, nullptr);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, &std::free);
  if (length < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(result), static_cast<std::size_t>(length));
}

// What nobody sees at the edge of a code: white space, NUL, a byte order mark, no-break and zero-width characters. GS
// and RS are seen: they are part of codes.
bool is_unseen(utf8proc_int32_t point) {
  if (point < 0x80)
    return std::string_view(" \t\r\n\v\f\0", 7).find(static_cast<char>(point)) != std::string_view::npos;
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CF:
      return true;
    default:
      return false;
  }
}

/// The character at the beginning of `text`, and its bytes; none where they are no UTF-8.
std::pair<utf8proc_int32_t, std::size_t> first_of(std::string_view text, Encoding encoding) {
  if (encoding == Encoding::latin1) return {static_cast<unsigned char>(text.front()), 1};
  utf8proc_int32_t point = 0;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &point);
  return {point, static_cast<std::size_t>(std::max<utf8proc_ssize_t>(length, 0))};
}

std::string_view trimmed(std::string_view text, Encoding encoding) {
  const auto unseen = [&](std::string_view part) {
    const auto [point, length] = first_of(part, encoding);
    return length > 0 && is_unseen(point) ? length : 0;
  };
  while (!text.empty() && unseen(text) > 0) text.remove_prefix(unseen(text));
  for (std::size_t back = 1; back <= 4 && back <= text.size();) {  // a character has four bytes at most
    const bool whole = unseen(text.substr(text.size() - back)) == back;
    if (whole) text.remove_suffix(back);
    back = whole ? 1 : back + 1;
  }
  return text;
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
    if (settings_.encoding == Encoding::utf8 && !valid_utf8(payload)) return std::optional<Credential>{};

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
    auto text = composed(settings_.encoding == Encoding::latin1 ? utf8_of_latin1(bytes) : std::string(bytes),
                         subject && settings_.uppercase);
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
