// Texts that fill their value, as some clients send those whose length is a multiple of four: the NUL is missed by
// nobody.
#include "tests/unit/core/server_fixture.h"

namespace {

using core::Disposition;
using isns::Function;
namespace tag = isns::tag;

constexpr std::string_view kName = "iqn.2001-01.com.example:four";
static_assert(kName.size() % 4 == 0);

class RequestTextTest : public test::ServerTest {
 protected:
  // What a host hears: a node with an alias registers, and is asked for in each way.
  std::vector<base::Bytes> conversation(bool ended) {
    start([](core::Policy&) {});
    const auto text = [ended](isns::AttributeWriter& out, isns::Tag t, std::string_view value) {
      ended ? out.text(t, value) : out.raw(t, base::asBytes(value));
    };
    std::vector<base::Bytes> answers;
    core::Session session{1, 0};
    const auto say = [&](Function function, auto&& write) {
      const Disposition disposition = ask(session, function, write);
      EXPECT_EQ(disposition, function == Function::DevAttrReg ? Disposition::Held : Disposition::Answered);
      if (disposition == Disposition::Held) {
        EXPECT_TRUE(commit(core::CommitResult::Committed));
      }
      answers.push_back(answer_);
    };
    say(Function::DevAttrReg, [&](isns::AttributeWriter& out) {
      text(out, tag::kIscsiName, kName);
      text(out, tag::kEntityId, "host");
      out.delimiter();
      text(out, tag::kEntityId, "host");
      text(out, tag::kIscsiName, kName);
      text(out, tag::kAlias, "the alias of it!");
    });
    say(Function::DevAttrQry, [&](isns::AttributeWriter& out) {
      text(out, tag::kIscsiName, kName);
      text(out, tag::kAlias, "the alias of it!");
      out.delimiter();
      for (const isns::Tag t : {tag::kIscsiName, tag::kAlias, tag::kEntityId}) out.empty(t);
    });
    // No name of the three forms: a query takes it all the same, and says it again.
    say(Function::DevAttrQry, [&](isns::AttributeWriter& out) {
      text(out, tag::kIscsiName, kName);
      text(out, tag::kIscsiName, "iqn.no-name!");
      out.delimiter();
      out.empty(tag::kIscsiName);
    });
    say(Function::DevGetNext, [&](isns::AttributeWriter& out) {
      text(out, tag::kIscsiName, kName);
      out.empty(tag::kIscsiName);
      out.delimiter();
      text(out, tag::kAlias, "the alias of it!");
    });
    return answers;
  }
};

TEST_F(RequestTextTest, IsTakenAndAnsweredAsIfItsNulHadBeenSent) {
  const std::vector<base::Bytes> wanted = conversation(true);
  const std::vector<base::Bytes> said = conversation(false);
  ASSERT_EQ(said.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(said[i], wanted[i]) << i;
  EXPECT_EQ(base::loadU32(said[1].data() + isns::kPduHeaderSize), 0U);
  std::string_view name;
  server_->snapshot().nodes.forEach([&](core::Index, const core::Node& node) {
    name = node.name();
    EXPECT_EQ(node.attributes.value(tag::kIscsiName).size(), isns::paddedTextLength(kName));
    EXPECT_EQ(node.attributes.value(tag::kAlias).size(), 20U);
  });
  EXPECT_EQ(name, kName);
}

}  // namespace
