#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <chrono>

#include "pattern.cpp"

namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;
using Parsed = Result<std::optional<Credential>>;

Result<std::unique_ptr<gatepost::CredentialFormat>> make(const Settings& settings) {
  using gatepost::detail::to_value;
  const std::vector<gatepost::Value> values{to_value(settings.match), to_value(settings.encoding),
                                            to_value(settings.trim),  to_value(settings.uppercase),
                                            to_value(settings.date),  to_value(settings.zone)};
  return gatepost_plugin.make.credential(values, {"staff_card", "/"});
}

Parsed parse(const Settings& settings, std::string payload) {
  auto format = make(settings);
  if (!format) return format.error();
  return (*format)->parse({.payload = std::move(payload)});
}

std::string subject(const Settings& settings, std::string payload) {
  auto parsed = parse(settings, std::move(payload));
  if (!parsed) return "error: " + to_line(parsed.error());
  return *parsed ? (*parsed)->subject : "no match";
}

std::string refusal(const Settings& settings) {
  auto format = make(settings);
  return format ? "taken" : to_line(format.error());
}

TEST(Pattern, NamedGroupsBecomeSubjectAndAttributes) {
  // The first fields of a Vietnamese identity card's code, TT 06/2021/TT-BCA; the person is made up.
  const Settings settings{.match = R"((?P<subject>[0-9]{12})\|[0-9]*\|(?P<name>[^|]+)\|(?P<birth>[0-9]{8})\|.*)"};
  auto parsed = parse(settings, "001099000000||Trần Thị Ví Dụ|01011999|Nữ|Hà Nội|01012022");
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->subject, "001099000000");
  EXPECT_EQ((*parsed)->attributes,
            (std::map<std::string, std::string>{{"name", "Trần Thị Ví Dụ"}, {"birth", "01011999"}}));
  EXPECT_FALSE((*parsed)->verified);
}

TEST(Pattern, OnlyTheWholePayloadMatches) {
  const Settings settings{.match = "(?P<subject>A[0-9]{4})"};
  EXPECT_EQ(subject(settings, "A0001"), "A0001");
  EXPECT_EQ(subject(settings, "A0001\n"), "no match");
  EXPECT_EQ(subject(settings, " A0001"), "no match");
  EXPECT_EQ(subject(settings, "A00012"), "no match");
  EXPECT_EQ(subject(settings, std::string("A0001\0", 6)), "no match");
  EXPECT_EQ(subject(settings, "A0０01"), "no match");  // a full-width digit is none
  EXPECT_EQ(subject(settings, ""), "no match");
}

TEST(Pattern, APayloadThatIsNoUtf8MatchesNothing) {
  const Settings settings{.match = R"((?P<subject>\C*))"};
  for (const char* bytes : {"\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "ab\xFF"})
    EXPECT_EQ(subject(settings, bytes), "no match") << testing::PrintToString(std::string(bytes));
  EXPECT_EQ(subject(settings, "Nữ"), "Nữ");
}

TEST(Pattern, Latin1BytesBecomeUtf8) {
  EXPECT_EQ(subject({.match = "(?P<subject>.+)", .encoding = Encoding::latin1}, "M\xFCller"), "Müller");
}

TEST(Pattern, AGroupMayNotCutACharacter) {
  EXPECT_THAT(subject({.match = R"((?P<subject>\C)\C*)"}, "ữ"), HasSubstr("error: staff_card: subject"));
}

TEST(Pattern, EqualTextIsTheSameSubject) {
  const Settings settings{.match = "(?P<subject>.+)", .trim = true, .uppercase = true};
  EXPECT_EQ(subject(settings, "Nu\xCC\x9B\xCC\x83"), subject(settings, " N\xE1\xBB\xAF\r\n"));  // decomposed, composed
  EXPECT_EQ(subject(settings, "đỗ a12"), "ĐỖ A12");
}

TEST(Pattern, WhatNobodySeesAtTheEdgesIsTrimmed) {
  const Settings settings{.match = "(?P<subject>[A-Z0-9\\x1d]+)", .trim = true};
  for (const char* edge : {"\xEF\xBB\xBF", "\xC2\xA0", "\xE2\x80\x8B", "\xE2\x80\xAF", "\xE2\x81\xA0", "\xE3\x80\x80",
                           "\xE2\x80\x8E", " \xEF\xBB\xBF\t"}) {
    EXPECT_EQ(subject(settings, std::string(edge) + "E1"), "E1");
    EXPECT_EQ(subject(settings, "E1" + std::string(edge)), "E1");
    EXPECT_EQ(subject(settings, "E" + std::string(edge) + "1"), "no match") << "inside it is part of the code";
  }
  EXPECT_EQ(subject(settings, std::string("\0E1\0\0", 5)), "E1");
  EXPECT_EQ(subject(settings,
                    "\x1d"
                    "E1"),
            "\x1d"
            "E1")
      << "GS is part of codes";
  EXPECT_EQ(subject({.match = "(?P<subject>.+)", .encoding = Encoding::latin1, .trim = true}, "\xA0M\xFCller\xA0"),
            "Müller");
  EXPECT_EQ(subject(settings,
                    "\xBB\xBF"
                    "E1"),
            "no match");
}

TEST(Pattern, AnEmptySubjectIsAnError) {
  EXPECT_THAT(subject({.match = "X(?P<subject>.*)"}, "X"), HasSubstr("subject is empty"));
  EXPECT_THAT(subject({.match = "X(?P<subject>a)?"}, "X"), HasSubstr("subject is empty"));
  EXPECT_THAT(subject({.match = "X(?P<subject>.*)Y", .trim = true}, "X \tY"), HasSubstr("subject is empty"));
}

TEST(Pattern, DatesBoundTheValidity) {
  const Settings settings{.match = R"((?P<subject>\w+);(?P<valid_from>[^;]*);(?P<valid_until>[^;]*))",
                          .date = "%d%m%Y",
                          .zone = pattern::Zone::utc};
  auto parsed = parse(settings, "A1;01022026;28022026");
  ASSERT_TRUE(parsed && *parsed);
  using namespace std::chrono;
  EXPECT_EQ((*parsed)->valid_from, gatepost::WallTime(sys_days(2026y / 2 / 1)));
  EXPECT_EQ((*parsed)->valid_until, gatepost::WallTime(sys_days(2026y / 3 / 1)) - 1ns);  // the last day counts
  EXPECT_TRUE((*parsed)->attributes.empty());
  for (const char* bad : {"A1;30022026;28022026", "A1;01022026;", "A1;01022026;280220261", "A1;01132026;01012027",
                          "A1;02022026;01022026", "A1;+1022026;28022026"})
    EXPECT_THAT(subject(settings, bad), HasSubstr("error: staff_card: valid_")) << bad;
}

TEST(Pattern, AnErrorNeverShowsThePayload) {
  const Settings settings{.match = R"((?P<subject>[0-9]+);(?P<valid_until>.*))"};
  EXPECT_THAT(subject(settings, "001099123456;soon"),
              testing::AllOf(HasSubstr("error: "), testing::Not(HasSubstr("001099")), testing::Not(HasSubstr("soon"))));
}

TEST(Pattern, WhatIsWrongWithAPatternIsSaidWithItsPlace) {
  EXPECT_THAT(refusal({.match = "(?P<subject>a"}), HasSubstr("missing )"));
  EXPECT_THAT(refusal({.match = R"((?P<subject>ab\q))"}), HasSubstr("staff_card: match, character 15: "));
  EXPECT_THAT(refusal({.match = "(?P<who>.*)"}), HasSubstr("(?P<subject>"));
  EXPECT_THAT(refusal({.match = "(?P<subject>(?:(?:a{0,100}){0,100}){0,10})"}), HasSubstr("staff_card: match"));
  std::string large = "(?P<subject>";
  for (int i = 0; i < 9; ++i) large += "(?:a?){1000}";
  EXPECT_THAT(refusal({.match = large + ")"}), HasSubstr("instructions"));
  EXPECT_EQ(refusal({.match = R"((?P<subject>\p{L}[\p{L}' -]{0,9})\|(?P<rest>\p{L}+))"}), "taken");
  EXPECT_THAT(refusal({.match = "(?P<subject>a)", .date = "%Y"}), HasSubstr("staff_card: date: "));
}

TEST(Pattern, HostilePayloadsCostLinearTime) {
  // A backtracking matcher needs 2^8192 steps for the first of these.
  const std::string payload(gatepost::max_payload, 'a');
  for (const char* match :
       {"(?P<subject>(?:a*)*b)", "(?P<subject>(?:a|aa)+)b", "(?P<subject>.*)(.*)(.*)(.*)(.*)b",
        "(?P<subject>(?:a?){200}a{200})[ab]*", "(?P<subject>(?:.*a){30})", "(?P<subject>(?:a?){1000}(?:a?){1000}.*)"}) {
    auto format = make({.match = match});
    ASSERT_TRUE(format) << to_line(format.error());
    const auto start = std::chrono::steady_clock::now();
    ASSERT_TRUE((*format)->parse({.payload = payload})) << match;
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2s) << match;
  }
}

TEST(Pattern, AnyBytesEitherMatchWholeOrNotAtAll) {
  const auto utf8 = make({.match = "(?P<subject>[[:ascii:]]+)"});
  const auto latin1 = make({.match = "(?s)(?P<subject>.+)", .encoding = Encoding::latin1});
  EXPECT_TRUE(rc::check("ASCII payloads come back as they are, others do not match", [&](const std::string& bytes) {
    const bool ascii = std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
    const Parsed parsed = (*utf8)->parse({.payload = bytes});
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(parsed->has_value() == (ascii && !bytes.empty()));
    if (*parsed) RC_ASSERT((*parsed)->subject == bytes);
    const Parsed any = (*latin1)->parse({.payload = bytes});
    RC_ASSERT(any.has_value() && any->has_value() == !bytes.empty());
    if (*any) RC_ASSERT(support::valid_utf8((*any)->subject));
  }));
}

TEST(DateFormat, ReadsBackEveryDayInEveryForm) {
  using namespace std::chrono;
  EXPECT_TRUE(rc::check("a written day is read as that day", [] {
    const sys_days day(days(*rc::gen::inRange(10957, 47481)));  // 2000 to 2099
    const year_month_day date(day);
    const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    const std::string y = std::to_string(static_cast<int>(date.year()));
    const std::string m = two(static_cast<unsigned>(date.month())), d = two(static_cast<unsigned>(date.day()));
    for (const auto& [form, text] :
         {std::pair{"%Y-%m-%d", y + "-" + m + "-" + d}, std::pair{"%d%m%Y", d + m + y},
          std::pair{"%y%m%d", y.substr(2) + m + d}, std::pair{"%%%d/%m/%Y.", "%" + d + "/" + m + "/" + y + "."}}) {
      const auto span = pattern::DateFormat::parse(form, pattern::Zone::utc)->read(text);
      RC_ASSERT(span.has_value());
      RC_ASSERT(span->first == gatepost::WallTime(day));
      RC_ASSERT(span->last == gatepost::WallTime(day + days(1)) - 1ns);
    }
  }));
}

TEST(DateFormat, LocalDaysBeginAtLocalMidnight) {
  ::setenv("TZ", "ICT-7", 1);  // Vietnam
  ::tzset();
  using namespace std::chrono;
  const auto span = pattern::DateFormat::parse("%Y-%m-%d", pattern::Zone::local)->read("2026-11-23");
  ASSERT_TRUE(span);
  EXPECT_EQ(span->first, gatepost::WallTime(sys_days(2026y / 11 / 23)) - 7h);
  EXPECT_EQ(span->last, gatepost::WallTime(sys_days(2026y / 11 / 24)) - 7h - 1ns);
  const auto minute = pattern::DateFormat::parse("%Y-%m-%d %H:%M", pattern::Zone::local)->read("2026-11-23 18:30");
  ASSERT_TRUE(minute);
  EXPECT_EQ(minute->last - minute->first, 60s - 1ns);
}

TEST(DateFormat, ForEverIsTheEndOfTime) {
  const auto span = pattern::DateFormat::parse("%Y-%m-%d", pattern::Zone::utc)->read("9999-12-31");
  ASSERT_TRUE(span);
  EXPECT_GT(span->last, gatepost::WallTime(std::chrono::sys_days(std::chrono::year(2262) / 4 / 1)));
}

TEST(DateFormat, RefusesFormsThatNameNoDay) {
  for (const char* form : {"", "%Y", "%Y%m", "%Y%y%m%d", "%Y%m%d%d", "%Y%m%d%M", "%Y%m%d%q", "%Y%m%d%"})
    EXPECT_FALSE(pattern::DateFormat::parse(form, pattern::Zone::utc)) << form;
}

}  // namespace
