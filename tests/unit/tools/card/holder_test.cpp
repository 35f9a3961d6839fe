// Who gets a card, and from when until when: as people write it, for one card or in a list.
#include "card/issue/holder.hpp"

#include <gmock/gmock.h>

#include <gatepost/support/calendar.hpp>

#include "world/scratch.hpp"
#include "world/vietnamese.hpp"

#include <rapidcheck/gtest.h>

namespace gatepost::card {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr WallTime noon = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 12 / 1)) + 12h;

std::string listed(const std::string& text) {
  const world::Scratch disk;
  const auto holders = read_holders(disk.write("people.csv", text), noon);
  if (holders) return std::to_string(holders->size()) + " holders";
  std::string line = to_line(holders.error());
  return line.substr(line.find("people.csv"));
}

std::string objection(std::string_view from, std::string_view until) {
  const auto validity = validity_of(from, until, noon);
  return validity ? "" : validity.error().what;
}

RC_GTEST_PROP(CardValidity, OfADayIsTheWholeDayHoweverItIsWritten, ()) {
  const auto day = *rc::gen::suchThat(world::any_day(), [](auto any) { return int(any.year()) > 2026; });
  const auto whole = support::whole_day_here(day);
  for (const char* form : {"Y-M-D", "D/M/Y", "D.M.Y"}) {
    const auto text = world::written(day, form);
    const auto validity = validity_of(text, text, noon);
    RC_ASSERT(validity.has_value());
    RC_ASSERT(validity->from == whole.first);
    RC_ASSERT(validity->until == whole.last + Duration(1));
    RC_ASSERT(validity->until_text == support::to_text(day));
  }
}

TEST(CardValidity, MayBeAMomentAndMayHaveNoEnd) {
  EXPECT_EQ(validity_of("2026-12-31T18:30:00Z", "", noon)->from,
            WallTime(std::chrono::sys_days(std::chrono::year(2026) / 12 / 31)) + 18h + 30min);
  const auto minute = validity_of("", "2026-12-31 18:30", noon);
  EXPECT_EQ(minute->until, support::moment_here(std::chrono::year(2026) / 12 / 31, 18h + 30min));
  EXPECT_EQ(minute->until_text, "2026-12-31 18:30");
  EXPECT_FALSE(minute->from);
  EXPECT_TRUE(validity_of("", "9999-12-31", noon)) << "for ever, as people write it";
  EXPECT_FALSE(validity_of("", "", noon)->until);
}

TEST(CardValidity, IsRefusedWhereItIsNone) {
  for (const char* text : {"2026-02-30", "tomorrow", "2026-1-2", "2027-01-02 24:00", "2027-01-02 18:3a", "31-12-2027",
                           "2027-01-02 ", "2027-01-02 18:30:00"}) {
    EXPECT_EQ(objection(text, ""), "'from' is no date") << text;
    EXPECT_EQ(objection("", text), "'until' is no date") << text;
  }
  EXPECT_EQ(objection("2027-01-02", "2027-01-01"), "'until' is not after 'from'");
  EXPECT_EQ(objection("2027-01-02 18:30", "2027-01-02 18:30"), "'until' is not after 'from'");
  EXPECT_EQ(objection("", "2026-11-29"), "'until' is over already");
  EXPECT_EQ(objection("", "2026-12-02"), "");
}

TEST(Holders, AreReadFromAListInAnyOrderOfColumns) {
  const world::Scratch disk;
  const auto holders = read_holders(
      disk.write("people.csv",
                 "Until;NAME;subject;photo\r\n2027-06-30;Nguye\u0302\u0303n;E1;faces/1.png\r\n;\"A; B\";E2;\r\n"),
      noon);
  ASSERT_TRUE(holders) << to_line(holders.error());
  ASSERT_EQ(holders->size(), 2U);
  EXPECT_EQ((*holders)[0].subject, "E1");
  EXPECT_EQ((*holders)[0].name, "Nguy\u1EC5n") << "composed";
  EXPECT_EQ((*holders)[0].validity.until_text, "2027-06-30");
  EXPECT_EQ((*holders)[0].photo, disk / "faces/1.png") << "beside the list";
  EXPECT_THAT((*holders)[0].where, testing::EndsWith("people.csv:2"));
  EXPECT_EQ((*holders)[1].name, "A; B");
  EXPECT_TRUE((*holders)[1].photo.empty());
  EXPECT_EQ(read_holders(disk.write("codes.csv", "code,name\nE7,One\n"), noon)->front().subject, "E7")
      << "a code is a subject where nothing else is";
}

TEST(Holders, AreNoneWhereTheListIsWrongAndTheLineIsTold) {
  EXPECT_EQ(listed("subject,nmae\nE1,x\n"), "people.csv:1:9: there is no column of that name; did you mean 'name'?");
  EXPECT_THAT(listed("subject,colour\nE1,x\n"), HasSubstr("the columns are subject, name, class"));
  EXPECT_THAT(listed("subject,name,Name\n"), HasSubstr("people.csv:1:14: two columns are called 'name'"));
  EXPECT_THAT(listed("name,until\nx,\n"), HasSubstr("the list has no column 'subject'"));
  EXPECT_THAT(listed(""), HasSubstr("the list is empty"));
  EXPECT_THAT(listed("subject\n"), HasSubstr("the list names nobody"));
  EXPECT_THAT(listed("subject,name\nE1,a\n,b\n"), HasSubstr("people.csv:3: the subject is empty"));
  EXPECT_THAT(listed("subject,name\nE1,a\n\"   \",b\n"), HasSubstr("people.csv:3: the subject is empty"));
  EXPECT_THAT(listed("subject\nE1\nE2\nE1\n"), HasSubstr("people.csv:4: the subject is that of line 2"));
  EXPECT_THAT(listed("subject,name\nE1,a,b\n"), HasSubstr("people.csv:2: this line has more fields"));
  EXPECT_THAT(listed("subject,until\nE1,soon\n"), HasSubstr("people.csv:2: 'until' is no date"));
  EXPECT_THAT(listed("subject,name\nE1,\"a\nb\"\n"), HasSubstr("people.csv:2: the name holds characters"));
  EXPECT_THAT(listed("subject\n" + std::string(101, 'x') + "\n"),
              HasSubstr("the subject has more than 100 characters"));
  EXPECT_THAT(listed("subject,name\nE1,\"a\n"), HasSubstr("people.csv:2"));
  EXPECT_THAT(listed("subject,class\nE1," + std::string(51, 'x') + "\n"), HasSubstr("the class has more than 50"));
}

TEST(Holders, AreNeverNamedInAnError) {
  for (const char* bad : {"subject,name,until\nE000106,Tran Thi,soon\n",
                          "subject,name\nE000106,Tran Thi\nE000106,Tran Thi\n", "subject,name\nE000106,Tran Thi,x\n"})
    EXPECT_THAT(listed(bad), testing::Not(testing::AnyOf(HasSubstr("E000106"), HasSubstr("Tran"), HasSubstr("soon"))));
}

}  // namespace
}  // namespace gatepost::card
