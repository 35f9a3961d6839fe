// Calendars as programs export them, and as nobody should.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "ical_reader.hpp"

namespace {

using namespace std::chrono_literals;
using gatepost::WallTime;
using gatepost::support::TimeZone;
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::sys_days;
using testing::HasSubstr;
using visit::Calendar;
using visit::IcalReading;

constexpr auto monday = sys_days(std::chrono::year(2026) / 11 / 23);

std::string calendar(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" + events + "END:VCALENDAR\r\n";
}
std::string event(const std::string& lines) {
  return "BEGIN:VEVENT\r\nUID:1\r\nATTENDEE:mailto:an@x.vn\r\n" + lines + "END:VEVENT\r\n";
}

auto read(const std::string& text, const std::string& zone = "Asia/Ho_Chi_Minh", visit::Limits limits = {},
          const std::string& subject = "attendee_mail") {
  return visit::read_ical(text, *TimeZone::find(zone),
                          {"v.ics", *visit::SubjectPlace::from(subject), {"host", "summary"}, limits}, {});
}

std::string refusal(const std::string& text, const visit::Limits& limits = {}) {
  const auto made = read(text, "Asia/Ho_Chi_Minh", limits);
  return made ? "taken" : to_line(made.error());
}

std::vector<WallTime> begins(const std::string& text, const std::string& zone = "Asia/Ho_Chi_Minh",
                             const std::string& subject = "an@x.vn") {
  const auto made = read(text, zone);
  EXPECT_TRUE(made) << to_line(made.error());
  std::vector<WallTime> times;
  if (made)
    for (const auto& one : (*made)->of(subject)) times.push_back(one.from);
  std::ranges::sort(times);
  return times;
}

std::string written(local_days day) {
  const std::chrono::year_month_day date(day);
  const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(static_cast<int>(date.year())) + two(static_cast<unsigned>(date.month())) +
         two(static_cast<unsigned>(date.day()));
}

TEST(VisitCalendar, ReadsWhatGoogleExports) {
  const auto made = read(
      "BEGIN:VCALENDAR\r\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\r\nMETHOD:PUBLISH\r\n"
      "BEGIN:VTIMEZONE\r\nTZID:Asia/Ho_Chi_Minh\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+0700\r\nTZOFFSETTO:+0700\r\n"
      "DTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
      "BEGIN:VEVENT\r\nDTSTART;TZID=Asia/Ho_Chi_Minh:20261123T140000\r\nDTEND;TZID=Asia/Ho_Chi_Minh:20261123T153000\r\n"
      "ORGANIZER;CN=Trần Thị Bình:mailto:binh@x.vn\r\nUID:7kukuqrfedlm2f9t@google.com\r\n"
      "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=\"Nguyễn, An\";X-NUM-GUESTS=0:mailto:A\r\n"
      " n@X.vn\r\nATTENDEE;CUTYPE=RESOURCE;CN=Room 4:mailto:room4@x.vn\r\n"
      "ATTENDEE;PARTSTAT=DECLINED;CN=Cường:mailto:cuong@x.vn\r\nLOCATION:\r\nSUMMARY:Audit\\, part 1\r\n"
      "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDTSTART:nonsense\r\nTRIGGER:-P0DT0H10M0S\r\nEND:VALARM\r\n"
      "END:VEVENT\r\nEND:VCALENDAR\r\n");
  ASSERT_TRUE(made) << to_line(made.error());
  EXPECT_EQ((*made)->size(), 1) << "neither a room nor who declined";
  ASSERT_EQ((*made)->of("an@x.vn").size(), 1) << "case makes no difference in mail";
  const auto& visit = (*made)->of("AN@x.VN")[0];
  EXPECT_EQ(visit.from, WallTime(monday + 7h));
  EXPECT_EQ(visit.until, WallTime(monday + 8h + 30min));
  EXPECT_EQ(visit.facts->at("host"), "Trần Thị Bình");
  EXPECT_EQ(visit.facts->at("summary"), "Audit, part 1");
}

// As Outlook writes it: a zone of its own name, whose rules are from the year 1601.
constexpr const char* outlook_zone =
    "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16011028T030000\r\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nTZOFFSETFROM:+0100\r\n"
    "TZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

RC_GTEST_PROP(VisitCalendar, AnOutlookZoneIsWhatTheTzDatabaseHasForThatPlace, ()) {
  const auto day = local_days(std::chrono::year(2026) / 1 / 1) + days(*rc::gen::inRange(0, 3650));
  const int hour = *rc::gen::inRange(4, 23);  // no clock is changed then
  const std::string time = written(day) + "T" + (hour < 10 ? "0" : "") + std::to_string(hour) + "0000";
  const auto times =
      begins(calendar(outlook_zone + event("DTSTART;TZID=\"W. Europe Standard Time\":" + time + "\r\n")));
  const auto berlin = *TimeZone::find("Europe/Berlin");
  RC_ASSERT(times == std::vector<WallTime>{berlin.first(gatepost::support::LocalTime(day) + std::chrono::hours(hour))});
}

RC_GTEST_PROP(VisitCalendar, ARuleGivesTheDaysThatCountingGives, ()) {
  const auto first = local_days(std::chrono::year(2026) / 3 / 2);
  const bool weekly = *rc::gen::arbitrary<bool>(), all_day = *rc::gen::arbitrary<bool>();
  const int interval = *rc::gen::inRange(1, 4), count = *rc::gen::inRange(1, 40);
  const bool by_until = *rc::gen::arbitrary<bool>();
  const auto excluded = *rc::gen::container<std::set<int>>(rc::gen::inRange(0, 40));
  const days step((weekly ? 7 : 1) * interval);
  const auto time_on = [&](local_days day) { return written(day) + (all_day ? "" : "T090000"); };
  const std::string kind = all_day ? ";VALUE=DATE:" : ";TZID=Europe/Berlin:";
  std::string lines = "DTSTART" + kind + time_on(first) + "\r\nRRULE:FREQ=" + (weekly ? "WEEKLY" : "DAILY") +
                      ";INTERVAL=" + std::to_string(interval);
  const auto last = first + step * (count - 1);
  if (by_until)
    lines +=
        ";UNTIL=" + (all_day ? written(last) : written(last) + (*rc::gen::element<std::string>("T080000Z", "T090000")));
  else
    lines += ";COUNT=" + std::to_string(count);
  lines += "\r\n";
  std::string list;
  for (const int one : excluded) list += (list.empty() ? "" : ",") + time_on(first + step * one);
  if (!list.empty()) lines += "EXDATE" + kind + list + "\r\n";
  std::vector<WallTime> expected;
  const auto berlin = *TimeZone::find("Europe/Berlin");
  for (int n = 0; n < count; ++n) {
    const auto day = first + step * n;
    const auto begin = berlin.first(gatepost::support::LocalTime(day) + (all_day ? 0h : 9h));
    // 08:00 UTC is 09:00 in winter and 10:00 in summer: the last day is within either way.
    if (!excluded.contains(n)) expected.push_back(begin);
  }
  RC_ASSERT(begins(calendar(event(lines)), "Europe/Berlin") == expected);
}

TEST(VisitCalendar, AnEndInUtcIsComparedAsAMoment) {
  const std::string rule = "DTSTART;TZID=Asia/Ho_Chi_Minh:20261123T030000\r\nRRULE:FREQ=DAILY;UNTIL=20261124T";
  EXPECT_EQ(begins(calendar(event(rule + "195959Z\r\n"))).size(), 2)
      << "that of the 25th begins at 20:00 UTC of the 24th";
  EXPECT_EQ(begins(calendar(event(rule + "200000Z\r\n"))).size(), 3);
}

TEST(VisitCalendar, OneOfASeriesIsMovedOrCancelled) {
  const std::string series = event(
      "DTSTART:20261123T020000Z\r\nDTEND:20261123T030000Z\r\nRRULE:FREQ=DAILY;COUNT=4\r\nRDATE:20261201T020000Z\r\n");
  const std::string moved = event("RECURRENCE-ID:20261124T020000Z\r\nDTSTART:20261124T050000Z\r\n");
  const std::string cancelled =
      event("RECURRENCE-ID;TZID=Asia/Ho_Chi_Minh:20261125T090000\r\nDTSTART:20261125T020000Z\r\nSTATUS:Cancelled\r\n");
  const std::vector<WallTime> expected{monday + 2h, monday + days(1) + 5h, monday + days(3) + 2h,
                                       monday + days(8) + 2h};
  EXPECT_EQ(begins(calendar(series + moved + cancelled)), expected);
  EXPECT_EQ(begins(calendar(cancelled + moved + series)), expected) << "in whatever order";
  const std::string nobody =
      "BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;VALUE=DATE:20261124\r\nDTSTART:20261124T020000Z\r\nEND:VEVENT\r\n";
  EXPECT_EQ(begins(calendar(series + nobody)).size(), 4) << "nobody is invited to that one any more";
}

TEST(VisitCalendar, OfTwoVersionsTheLaterOneCounts) {
  const std::string old = event("SEQUENCE:1\r\nDTSTART:20261123T020000Z\r\n");
  const std::string later = event("SEQUENCE:2\r\nDTSTART:20261123T050000Z\r\n");
  const std::vector<WallTime> expected{monday + 5h};
  EXPECT_EQ(begins(calendar(old + later)), expected);
  EXPECT_EQ(begins(calendar(later + old)), expected);
  const std::string gone = event("SEQUENCE:3\r\nDTSTART:20261123T050000Z\r\n");
  EXPECT_TRUE(begins(calendar(later) + calendar("METHOD:CANCEL\r\n" + gone)).empty());
  EXPECT_EQ(begins(calendar("METHOD:CANCEL\r\n" + old) + calendar(later)), expected) << "each calendar is for itself";
  const std::string alone = "BEGIN:VEVENT\r\nATTENDEE:mailto:an@x.vn\r\nDTSTART:20261123T02";
  EXPECT_EQ(begins(calendar(alone + "0000Z\r\nEND:VEVENT\r\n" + alone + "3000Z\r\nEND:VEVENT\r\n")).size(), 2);
}

TEST(VisitCalendar, ADayLastsUntilTheNextMidnight) {
  const auto made = read(calendar(event("DTSTART;VALUE=DATE:20261123\r\nDTEND;VALUE=DATE:20261125\r\n")));
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->of("an@x.vn")[0].from, WallTime(monday - 7h));
  EXPECT_EQ((*made)->of("an@x.vn")[0].until, WallTime(monday + 41h));
  const auto spring = read(calendar(event("DTSTART;VALUE=DATE:20260329\r\n")), "Europe/Berlin");
  ASSERT_TRUE(spring);
  const auto& day = (*spring)->of("an@x.vn")[0];
  EXPECT_EQ(day.until - day.from, 23h);
}

TEST(VisitCalendar, TakesTheSubjectFromWhereTheSettingSays) {
  const std::string text = calendar(
      "BEGIN:VEVENT\r\nUID:V-1@x\r\nATTENDEE;CN=\"Nguyễn An\":mailto:an@x.vn\r\nDTSTART:20261123T020000Z\r\n"
      "X-VISITOR;X-KIND=\"a:b\":E\\;7\r\nDESCRIPTION:Welcome!\\nSubject: E1\\nsubject:E2\\n\\nNo subject: "
      "E3\r\nEND:VEVENT\r\n");
  const auto people = [&](const std::string& subject, const std::string& asked) {
    const auto made = read(text, "Asia/Ho_Chi_Minh", {}, subject);
    return made ? (*made)->of(asked).size() : 99;
  };
  EXPECT_EQ(people("attendee_name", "Nguyễn An"), 1);
  EXPECT_EQ(people("attendee_name", "nguyễn an"), 0) << "of a name case means something";
  EXPECT_EQ(people("UID", "V-1@x"), 1);
  EXPECT_EQ(people("x-visitor", "E;7"), 1);
  EXPECT_EQ(people("description", "E1"), 1);
  EXPECT_EQ(people("description", "E2"), 1);
  EXPECT_EQ(people("description", "E3"), 0);
  const auto no_mail =
      read(calendar("BEGIN:VEVENT\r\nATTENDEE:urn:uuid:an@x.vn\r\nDTSTART:20261123T020000Z\r\nEND:VEVENT\r\n"));
  EXPECT_EQ((*no_mail)->size(), 0);
  EXPECT_FALSE(visit::SubjectPlace::from("a:b"));
  EXPECT_FALSE(visit::SubjectPlace::from(""));
}

TEST(VisitCalendar, RefusesWhatCouldLetSomebodyInByBeingPassedOver) {
  const std::string start = "DTSTART:20261123T020000Z\r\n";
  EXPECT_EQ(refusal(calendar(event(start))), "taken");
  EXPECT_THAT(refusal(calendar(event(""))), HasSubstr("v.ics:4: its DTSTART"));
  for (const char* lines :
       {"RRULE:FREQ=NEVER\r\n", "RRULE:FREQ=SECONDLY\r\n", "RRULE:FREQ=HOURLY\r\n",
        "RRULE:RSCALE=CHINESE;FREQ=DAILY\r\n", "RRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY\r\n", "EXRULE:FREQ=DAILY\r\n",
        "EXDATE:20261123T020000Z,soon\r\n", "EXDATE;TZID=Mars/Base:20261123T020000\r\n",
        "RDATE;VALUE=PERIOD:20261123T020000Z/PT1H\r\n", "DTEND:20261123T010000Z\r\n", "DTEND;VALUE=DATE:20261124\r\n",
        "DURATION:long\r\n", "DURATION:PT1H\r\nDTEND:20261123T030000Z\r\n", "DURATION:P400D\r\n",
        "RECURRENCE-ID:never\r\n", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261123T020000Z\r\n",
        "RRULE:FREQ=DAILY;UNTIL=21261399T999999Z\r\n", "DTSTART:20261124T020000Z\r\n"})
    EXPECT_THAT(refusal(calendar(event(start + lines))), HasSubstr("v.ics:4: ")) << lines;
  for (const char* time : {"20261323T020000Z", "20260230T020000Z", "20261123T250000Z", "99991123T020000Z", "x", ""})
    EXPECT_THAT(refusal(calendar(event("DTSTART:" + std::string(time) + "\r\n"))), HasSubstr("v.ics:4: ")) << time;
}

TEST(VisitCalendar, RefusesWhatIsNotWholeOrNotText) {
  const std::string one = calendar(event("DTSTART:20261123T020000Z\r\n"));
  EXPECT_EQ(refusal("\xEF\xBB\xBF" + one), "taken");
  EXPECT_THAT(refusal(one.substr(0, one.size() - 15)), HasSubstr("not whole"));
  EXPECT_THAT(refusal(calendar("SUMMARY:\xFF\r\n")), HasSubstr("UTF-8"));
  EXPECT_THAT(refusal(one + std::string(1, '\0')), HasSubstr("UTF-8"));
  EXPECT_THAT(refusal("SUMMARY:x\r\n" + one), HasSubstr("v.ics:1: this line stands in no calendar"));
  EXPECT_THAT(refusal(calendar("END:VEVENT\r\n")), HasSubstr("v.ics:4: this ends what has not begun"));
  EXPECT_THAT(refusal("BEGIN:VEVENT\r\n"), HasSubstr("v.ics:1: this begins in a place"));
  EXPECT_THAT(refusal(calendar("BEGIN:VCALENDAR\r\n")), HasSubstr("v.ics:4: this begins in a place"));
}

TEST(VisitCalendar, HoldsItsBounds) {
  const std::string one = event("DTSTART:20261123T020000Z\r\n");
  const std::string daily = event("DTSTART:20261123T020000Z\r\nRRULE:FREQ=DAILY\r\n");
  EXPECT_THAT(refusal(calendar(one + one), {.events = 1}), HasSubstr("more than 1 events"));
  EXPECT_THAT(refusal(calendar(one), {.line = 20}), HasSubstr("v.ics:6: this line is too long"));
  EXPECT_THAT(refusal(calendar("X-A:1\r\n 2345678\r\n 90123456789\r\n"), {.line = 20}), HasSubstr("too long"));
  EXPECT_EQ(read(calendar(daily)).value()->size(), 10'000);
  EXPECT_THAT(refusal(calendar(daily), {.visits = 9'999}), HasSubstr("more than 9999 visits"));
  EXPECT_THAT(refusal(calendar(one), {.work = 0s}), HasSubstr("takes too long"));
  std::string deep, zones;
  for (int i = 0; i <= 500; ++i) zones += "BEGIN:VTIMEZONE\r\nTZID:UTC\r\nEND:VTIMEZONE\r\n";
  EXPECT_THAT(refusal(calendar(zones)), HasSubstr("more than 500 time zones"));
  for (int i = 0; i < 100'000; ++i) deep += "BEGIN:VALARM\r\n";
  EXPECT_THAT(refusal(calendar(deep)), HasSubstr("too much stands in one another"));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(visit::read_ical(calendar(one), *TimeZone::find("UTC"), {.file = "v.ics"}, stop.get_token()));
}

TEST(VisitCalendar, RefusesAZoneWhoseClocksChangeWithoutEnd) {
  const auto zone = [](const std::string& rule) {
    return "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0700\r\n"
           "TZOFFSETTO:+0700\r\n" +
           rule + "END:STANDARD\r\nEND:VTIMEZONE\r\n";
  };
  const std::string one = event("DTSTART;TZID=Own:20261123T090000\r\n");
  EXPECT_EQ(begins(calendar(zone("") + one)), std::vector<WallTime>{monday + 2h});
  EXPECT_EQ(begins(calendar(one + zone(""))), std::vector<WallTime>{monday + 2h}) << "in whatever order";
  std::string changes;
  for (int i = 0; i < 2000; ++i) changes += "RDATE:19710101T000000\r\n";
  EXPECT_THAT(refusal(calendar(zone(changes) + one)), HasSubstr("v.ics:4: this time zone"));
  EXPECT_THAT(refusal(calendar(zone("EXRULE:FREQ=SECONDLY\r\n") + one)), HasSubstr("v.ics:4: this time zone"));
  EXPECT_THAT(refusal(calendar(zone("RRULE:FREQ=SECONDLY\r\n") + one)), HasSubstr("v.ics:4: this time zone"));
  EXPECT_THAT(refusal(calendar(zone("RRULE:FREQ=YEARLY;BYSECOND=1\r\n") + one)), HasSubstr("v.ics:4: this time zone"));
}

TEST(VisitCalendar, ARuleThatNeverComesTrueMeansNobody) {
  const std::string never = "DTSTART:20261123T020000Z\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\n";
  EXPECT_TRUE(begins(calendar(event(never))).empty());
}

}  // namespace
