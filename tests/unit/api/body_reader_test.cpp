#include "isns-server/api/body_reader.h"

#include <gtest/gtest.h>

#include "shared/base/json_reader.h"

namespace {

using api::BodyReader;

base::Json json(std::string_view text) { return *base::parseJson(text); }

// The pointer of what is wrong with a body, "": nothing.
template <class Read>
std::string faultOf(std::string_view text, Read&& read) {
  base::Json body = json(text);
  BodyReader reader(body);
  read(reader);
  const auto problem = reader.finish();
  return problem ? problem->pointer : std::string();
}

const auto kName = [](BodyReader& body) { (void)body.text("name"); };
const auto kScope = [](BodyReader& body) { (void)body.maybeTexts("scope"); };

TEST(BodyReader, TakesTextsThatCanBeKept) {
  EXPECT_EQ(faultOf(R"({"name": "web1"})", kName), "");
  EXPECT_EQ(faultOf(R"({"name": "a\u0000b"})", kName), "/name");
  EXPECT_EQ(faultOf(R"({"name": "a\nb"})", kName), "/name");
  EXPECT_EQ(faultOf(R"({"name": ""})", kName), "/name");
  EXPECT_EQ(faultOf(R"({"name": ")" + std::string(255, 'x') + "\"}", kName), "");
  EXPECT_EQ(faultOf(R"({"name": ")" + std::string(256, 'x') + "\"}", kName), "/name");
}

TEST(BodyReader, SaysWhichOfAList) {
  EXPECT_EQ(faultOf(R"({"scope": ["PCI", "SOX"]})", kScope), "");
  EXPECT_EQ(faultOf(R"({"scope": ["PCI", ""]})", kScope), "/scope/1");
  EXPECT_EQ(faultOf(R"({"scope": [")" + std::string(70'000, 'x') + "\"]}", kScope), "/scope/0");
  EXPECT_EQ(faultOf(R"({"scope": ["a\u0085"]})", kScope), "/scope/0");
  EXPECT_EQ(faultOf(R"({"scope": [1]})", kScope), "/scope/0");
  std::string many = "\"x\"";
  for (std::size_t i = 0; i < BodyReader::kMaxList; ++i) many += ", \"x\"";
  EXPECT_EQ(faultOf("{\"scope\": [" + many + "]}", kScope), "/scope");
}

TEST(BodyReader, LinesMayHaveSeveral) {
  base::Json body = json(R"({"csr": "a\nb\n"})");
  BodyReader reader(body);
  EXPECT_EQ(reader.lines("csr", 4), "a\nb\n");
  EXPECT_FALSE(reader.finish());
  EXPECT_EQ(faultOf(R"({"csr": "a\nb\n"})", [](BodyReader& one) { (void)one.lines("csr", 3); }), "/csr");
}

}  // namespace
