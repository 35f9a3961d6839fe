#include <gatepost/support/erasure.hpp>
#include <iterator>

#include "test_parts.hpp"

namespace {

TEST(LocalStore, ErasesWhatTheJournalSaysIsErased) {
  const Folder folder;
  const auto file = folder / "store.db";
  auto store = make({.file = file});
  auto records = attempts(1, 5, day(20000));
  for (auto& record : records) {
    record.attributes = {{"name", "Lan"}, {"class", "guest"}};
    record.details = {{"damage", "gap"}, {gatepost::damaged_bytes, "E0001"}};
  }
  auto other = records[1];
  other.id = {4018, 1, 2};
  ASSERT_FALSE(store->deliver(std::span(&other, 1), {}).error);
  ASSERT_FALSE(store->deliver(records, {}).error);
  const auto tell = [&](std::uint64_t sequence, std::vector<std::uint64_t> of, const char* field) {
    using gatepost::support::Erasure;
    auto record = gatepost::support::record_of(Erasure::of(1, of, field), gatepost::support::WhyErased::asked);
    record.id = {4017, 1, sequence};
    record.wall = day(20000);
    ASSERT_FALSE(store->deliver(std::span(&record, 1), {}).error);
  };
  const auto rows = [&] {
    return ask(file,
               "SELECT group_concat(sequence||subject||attributes||details, ' ') FROM (SELECT * FROM records WHERE "
               "kind = 0 AND site = 4017 ORDER BY sequence)");
  };
  const auto before = month(*store, day(20000));
  tell(6, {1, 2}, "name");
  tell(7, {2, 3}, "subject");
  tell(8, {4}, gatepost::damaged_bytes);
  tell(9, {5}, "");
  EXPECT_EQ(rows(), R"(1001099000000{"class":"guest"}{"bytes":"E0001","damage":"gap"} )"
                    R"(2{"class":"guest"}{"bytes":"E0001","damage":"gap"} )"
                    R"(3{"class":"guest","name":"Lan"}{"bytes":"E0001","damage":"gap"} )"
                    R"(4001099000000{"class":"guest","name":"Lan"}{"damage":"gap"} )"
                    R"(5{"damage":"gap"})");
  EXPECT_EQ(ask(file, "SELECT subject||attributes FROM records WHERE site = 4018"),
            R"(001099000000{"class":"guest","name":"Lan"})")
      << "another site's Record of that number stays";
  EXPECT_EQ(month(*store, day(20000)), before) << "counts stay";
}

TEST(LocalStore, LeavesNothingOfWhatIsErasedInItsFiles) {
  const Folder folder;
  const auto file = folder / "store.db";
  auto store = make({.file = file});
  auto records = attempts(1, 200, day(20000));
  for (auto& record : records) record.subject = record.id.sequence % 2 == 0 ? "E-ERASE-ME" : "E-KEEP-ME";
  ASSERT_FALSE(store->deliver(records, {}).error);
  std::vector<std::uint64_t> of;
  for (std::uint64_t i = 2; i <= 200; i += 2) of.push_back(i);
  using gatepost::support::Erasure;
  auto told = gatepost::support::record_of(Erasure::of(1, of, {}), gatepost::support::WhyErased::age);
  told.id = {4017, 1, 201};
  told.wall = day(20000);
  const auto stands = [&](const std::string& text) {
    for (const char* part : {"", "-wal"}) {
      std::ifstream in(file.string() + part, std::ios::binary);
      if (std::string(std::istreambuf_iterator<char>(in), {}).find(text) != std::string::npos) return true;
    }
    return false;
  };
  EXPECT_TRUE(stands("E-ERASE-ME"));
  ASSERT_FALSE(store->deliver(std::span(&told, 1), {}).error);
  EXPECT_FALSE(stands("E-ERASE-ME"));
  EXPECT_TRUE(stands("E-KEEP-ME"));
}

}  // namespace
