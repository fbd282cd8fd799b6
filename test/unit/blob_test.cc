#include "engine/blob.h"

#include <gtest/gtest.h>

namespace vireo::engine {
namespace {

TEST(Blob, TablesSurviveTheRoundTrip) {
  const std::string bytes = format_table({{"a", "1"}, {"longer/name", std::string("with\0zero", 9)}, {"", ""}});
  const Table table(bytes);
  ASSERT_EQ(table.size(), 3U);
  EXPECT_EQ(table.get("a"), "1");
  EXPECT_EQ(table.get("longer/name"), std::string_view("with\0zero", 9));
  EXPECT_TRUE(table.contains(""));
  EXPECT_EQ(table.get(""), "");
  EXPECT_FALSE(table.contains("b"));
}

TEST(Blob, EntriesAreAlignedForV8) {
  const std::string bytes = format_table({{"abc", "x"}, {"snapshot", "12345678"}});
  const Table table(bytes);
  for (size_t i = 0; i < table.size(); i++) {
    const auto [name, entry] = table[i];
    EXPECT_EQ((entry.data() - bytes.data()) % 8, 0) << name;
  }
}

TEST(Blob, NothingIsAnEmptyTable) {
  EXPECT_TRUE(Table("").empty());
  EXPECT_TRUE(Table("short").empty());
  EXPECT_TRUE(Table(std::string_view("\x7f\0\0\0\0\0\0\0", 8)).empty()) << "an index beyond the end";
}

TEST(Blob, TheEmbeddedOneHasEverything) {
  const Blob& blob = Blob::embedded();
  EXPECT_GT(blob.snapshot().size(), 100'000U);
  EXPECT_TRUE(blob.sources().contains("engine/loader"));
  EXPECT_TRUE(blob.sources().contains("deps/acorn"));
  EXPECT_TRUE(blob.caches().contains("deps/acorn"));
  EXPECT_FALSE(blob.caches().contains("cli/bootstrap")) << "what the snapshot holds needs no code cache";
}

}  // namespace
}  // namespace vireo::engine
