// What a list's header may be called, and what is refused rather than left out.
#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "columns.hpp"

namespace roster {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Names = std::vector<std::string>;

std::string why(const Names& names, const Columns& columns = {}) {
  const auto found = find_columns(names, columns);
  return found ? "taken" : to_line(found.error());
}

TEST(Columns, KnowANameByItsLettersNotByItsLook) {
  for (const char* status : {"status", "Status", "STATUS", " status", "status\t", "\xC2\xA0status",
                             "\xE3\x80\x80status", "\xEF\xBD\x93tatus", "sta\xE2\x80\x8Btus"}) {
    const auto found = find_columns(Names{"subject", status}, {});
    ASSERT_TRUE(found) << status;
    EXPECT_EQ(found->status, 1U) << status;
  }
  const auto found = find_columns(Names{"VALID_UNTIL", "Valid_From ", " SUBJECT"}, {});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->subject, 2U);
  EXPECT_EQ(found->valid_until, 0U);
  EXPECT_EQ(found->valid_from, 1U);
}

TEST(Columns, AreFoundHoweverTheirLettersAreComposed) {
  const auto found = find_columns(Names{"ma\xCC\x83", "te\xCC\x82n"}, {.subject = "m\xC3\xA3", .show = {"t\xC3\xAAn"}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->subject, 0U);
  EXPECT_EQ(found->show.front(), (std::pair<std::string, std::size_t>("t\xC3\xAAn", 1)));
}

TEST(Columns, RefuseWhatIsNearlyAMeaning) {
  for (const char* near : {"valid-until", "valid until", "ValidUntil", "valid_untill", "valid_unti", "vaild_until"})
    EXPECT_THAT(why({"subject", near}), AllOf(HasSubstr(near), HasSubstr("call it valid_until"))) << near;
  for (const char* near : {"statut", "stats", "satus", "status_"})
    EXPECT_THAT(why({"subject", near}), HasSubstr("call it status")) << near;
  EXPECT_THAT(why({"subject", "valid.from"}), HasSubstr("call it valid_from"));
}

TEST(Columns, LeaveOtherNamesAlone) {
  EXPECT_EQ(why({"subject", "name", "company", "state", "valid", "until", "", "", "status of works"}), "taken");
  EXPECT_EQ(why({"subject", "statut"}, {.show = {"statut"}}), "taken") << "the site says what it is";
}

TEST(Columns, RefuseTwoOfOneName) {
  EXPECT_THAT(why({"subject", "status", "Status "}), HasSubstr("two columns are called 'status' and 'Status '"));
  EXPECT_THAT(why({"subject", "subject"}), HasSubstr("two columns are called 'subject'; rename one"));
}

TEST(Columns, SayWhatWasMeantWhereOneIsMissing) {
  EXPECT_THAT(why({"subjet", "name"}), HasSubstr("no column 'subject'; did you mean 'subjet'?"));
  EXPECT_THAT(why({"who", "name"}), AllOf(HasSubstr("no column 'subject'"), HasSubstr("setting `column`")));
  EXPECT_THAT(why({"subject"}, {.show = {"name"}}), HasSubstr("setting `show`"));
}

/// A name as people and programs write it: other case, blanks around it.
std::string restyled(const std::string& name) {
  std::string text = *rc::gen::element<std::string>("", " ", "\t", "\xC2\xA0", "\xE3\x80\x80");
  for (const char letter : name)
    text += *rc::gen::arbitrary<bool>() ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
  return text + *rc::gen::element<std::string>("", " ", "\xC2\xA0 ");
}

/// The same with one letter left out or doubled.
std::string misspelt(std::string name) {
  const auto at = *rc::gen::inRange<std::size_t>(0, name.size() - 1);
  return *rc::gen::arbitrary<bool>() ? name.erase(at, 1) : name.insert(at, 1, name[at]);
}

// The invariant: a column that a person would read as a meaning either has it or is refused.
TEST(Columns, NeverLeaveAMeaningOutWithoutAWord) {
  EXPECT_TRUE(rc::check([] {
    const auto name = *rc::gen::element<std::string>("status", "valid_from", "valid_until");
    const bool is_misspelt = *rc::gen::arbitrary<bool>();
    const auto found = find_columns(Names{"subject", restyled(is_misspelt ? misspelt(name) : name), "name"}, {});
    if (!found) {
      RC_ASSERT(is_misspelt);
      return;
    }
    RC_ASSERT((found->status == 1U || found->valid_from == 1U || found->valid_until == 1U));
  }));
}

TEST(Columns, TakeAnyBytesForAName) {
  EXPECT_TRUE(rc::check([](const Names& names) {
    const auto found = find_columns(names, {});
    RC_ASSERT((!found || found->subject < names.size()));
  }));
}

}  // namespace
}  // namespace roster
