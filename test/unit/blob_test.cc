#include "engine/blob.h"

#include <gtest/gtest.h>

namespace vireo::engine {
namespace {

TEST(Blob, TablesSurviveTheRoundTrip) {
  const std::string bytes = format_table({{"a", "1"}, {"longer/name", std::string("with\0zero", 9)}, {"", ""}});
  const Table table = parse_table(bytes);
  ASSERT_EQ(table.size(), 3U);
  EXPECT_EQ(table.at("a"), "1");
  EXPECT_EQ(table.at("longer/name"), std::string_view("with\0zero", 9));
  EXPECT_EQ(table.at(""), "");
}

TEST(Blob, EntriesAreAlignedForV8) {
  const std::string bytes = format_table({{"abc", "x"}, {"snapshot", "12345678"}});
  for (const auto& [name, entry] : parse_table(bytes)) EXPECT_EQ((entry.data() - bytes.data()) % 8, 0) << name;
}

TEST(Blob, NothingIsAnEmptyTable) {
  EXPECT_TRUE(parse_table("").empty());
  EXPECT_TRUE(parse_table("short").empty());
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
