#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <gatepost/support/csv_table.hpp>

#include <array>

namespace gatepost::support {
namespace {

using testing::HasSubstr;

Result<CsvTable> table_of(std::string text, std::size_t most_rows = 100) {
  return CsvTable::of(Csv::of(std::move(text), "list.csv"), most_rows);
}

TEST(CsvTable, FindsColumnsByTheirNames) {
  auto table = table_of("Subject; until ;note\nA;2026-06-01;x\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->column("subject"), 0U);
  EXPECT_EQ(table->column("until"), 1U);
  EXPECT_FALSE(table->column("from"));
  ASSERT_TRUE(*table->next());
  EXPECT_EQ(*table->subject(0), "A");
  EXPECT_EQ(**table->day(1), std::chrono::local_days(std::chrono::year(2026) / 6 / 1));
  EXPECT_FALSE(*table->day(std::nullopt));
  EXPECT_EQ(table->word(std::nullopt), "");
  EXPECT_FALSE(*table->next());
}

TEST(CsvTable, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(table_of("a,b,A\n").error().where, "list.csv:1");
  EXPECT_TRUE(table_of("a,,\n")) << "columns without a name mean nothing";
  EXPECT_FALSE(table_of("")->column("a"));
  auto table = table_of("subject,until\n,soon\nA\n");
  ASSERT_TRUE(*table->next());
  EXPECT_EQ(table->subject(0).error().where, "list.csv:2:1");
  EXPECT_EQ(table->day(1).error().where, "list.csv:2:2");
  EXPECT_EQ(table->next().error().where, "list.csv:3");
}

TEST(CsvTable, RefusesAColumnThatLooksAsIfItMeantSomething) {
  constexpr std::array<std::string_view, 2> words{"until", "valid"};
  constexpr std::array<std::string_view, 1> read{"until"};
  EXPECT_TRUE(table_of("subject,until,note\n")->refuse_lookalikes(words, read));
  EXPECT_EQ(table_of("subject,Valid to\n")->refuse_lookalikes(words, read).error().where, "list.csv:1:9");
  EXPECT_FALSE(table_of("subject,until,until_day\n")->refuse_lookalikes(words, read));
}

RC_GTEST_PROP(CsvTable, HasAsManyRowsAsItMayAndNoMore, ()) {
  const auto most = *rc::gen::inRange<std::size_t>(0, 5), rows = *rc::gen::inRange<std::size_t>(0, 8);
  std::string text = "subject\n";
  for (std::size_t i = 0; i < rows; ++i) text += "A\n";
  auto table = table_of(text, most);
  RC_ASSERT(table.has_value());
  std::size_t read = 0;
  auto more = table->next();
  for (; more && *more; more = table->next()) ++read;
  RC_ASSERT(read == std::min(rows, most));
  RC_ASSERT(more.has_value() == (rows <= most));
}

}  // namespace
}  // namespace gatepost::support
